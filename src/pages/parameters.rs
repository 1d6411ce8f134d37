//! Owns what a tool page shows of the parameters: how many there are, the table, the schema.

use serde::Serialize;

use crate::catalogue::{self, Parameter, Tool};
use crate::text::{self, Html};

/// A longer schema is in the machine output only.
const LONGEST_SCHEMA: usize = 48 * 1024;

/// The parameters of a tool.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameters {
    /// "3, 1 required", "none" or "unknown".
    pub summary: String,
    knowledge: Knowledge,
    rows: Vec<Parameter>,
    is_cut: bool,
    /// The schema, unless it is absent or too long.
    schema_html: Option<Html>,
}

/// What the record says of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Knowledge {
    /// There is no schema.
    Absent,
    /// There is one that does not say which parameters there are.
    Open,
    /// There are none.
    None,
    /// There are some.
    Listed,
}

/// What to show of the parameters of a tool.
pub(crate) fn parameters(tool: &Tool<'_>) -> Parameters {
    let Some(schema) = tool.schema() else {
        return Parameters {
            summary: "unknown".to_owned(),
            knowledge: Knowledge::Absent,
            rows: Vec::new(),
            is_cut: false,
            schema_html: None,
        };
    };
    let found = catalogue::parameters(&schema);
    let (knowledge, summary) = match (found.total, found.required) {
        _ if !found.is_known => (Knowledge::Open, "unknown".to_owned()),
        (0, _) => (Knowledge::None, "none".to_owned()),
        (1, 1) => (Knowledge::Listed, "1, required".to_owned()),
        (total, 0) => (Knowledge::Listed, format!("{total}, none required")),
        (total, required) if total == required => {
            (Knowledge::Listed, format!("{total}, all required"))
        }
        (total, required) => (Knowledge::Listed, format!("{total}, {required} required")),
    };
    let pretty = text::readable_json(&serde_json::to_string_pretty(&schema).unwrap_or_default());
    Parameters {
        summary,
        knowledge,
        rows: found.rows,
        is_cut: found.is_cut,
        schema_html: (pretty.len() <= LONGEST_SCHEMA).then(|| text::element_text(&pretty)),
    }
}
