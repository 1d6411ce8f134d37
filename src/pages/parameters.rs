//! Owns what a tool page shows of the parameters (how many there are, the table, the schema) and of
//! the results.

use serde::Serialize;

use super::{Part, Parts};
use crate::catalogue::{self, Names, Parameter, Tool};
use crate::text::{self, Html};

/// A longer schema is in the machine output only.
const LONGEST_SCHEMA: usize = 48 * 1024;
/// So much text do the rows of the table have together.
const LONGEST_TABLE: usize = 96 * 1024;

/// The parameters of a tool.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameters {
    /// Such as "3, 1 required", "5, 1 required, with conditions", "at least 5, with conditions",
    /// "see the schema", "none" or "unknown".
    pub summary: String,
    knowledge: Knowledge,
    rows: Parts<Row>,
    is_cut: bool,
    /// The schema, unless it is absent or too long.
    schema_html: Option<Html>,
}

/// What the record says of the structured results of a tool.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeclaredResult {
    /// The schema, unless it is too long.
    schema_html: Option<Html>,
    /// The machine-readable record.
    api: String,
}

impl Part for DeclaredResult {
    const NAME: &'static str = "part declared_result";
}

/// A row of the table, with the texts that may hide characters as HTML.
#[derive(Clone, Debug, Serialize)]
struct Row {
    path: String,
    name_html: Html,
    depth: usize,
    kind: String,
    required: bool,
    default: Option<String>,
    allowed: Vec<String>,
    allowed_is_cut: bool,
    limits: Vec<String>,
    patterns_html: Vec<Html>,
    description_html: Option<Html>,
}

impl Part for Row {
    const NAME: &'static str = "part parameter";
}

impl Row {
    fn of(parameter: Parameter) -> Row {
        Row {
            name_html: text::revealed(&parameter.name),
            description_html: parameter.description.as_deref().map(text::revealed),
            path: parameter.path,
            depth: parameter.depth,
            kind: parameter.kind,
            required: parameter.required,
            default: parameter.default,
            allowed: parameter.allowed,
            allowed_is_cut: parameter.allowed_is_cut,
            limits: parameter.limits,
            patterns_html: parameter
                .patterns
                .iter()
                .map(|pattern| text::revealed(pattern))
                .collect(),
        }
    }

    /// How long its texts are on the page, where marks for what is hidden make them longer.
    fn length(&self) -> usize {
        let html = [Some(&self.name_html), self.description_html.as_ref()];
        let html = html.into_iter().flatten().chain(&self.patterns_html);
        let texts = [&self.path].into_iter().chain(&self.default).chain(&self.allowed);
        let texts = texts.chain(&self.limits);
        html.map(|html| html.as_str().len()).sum::<usize>()
            + texts.map(|text| text::escaped_length(text)).sum::<usize>()
    }
}

/// What the record says of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Knowledge {
    /// There is no schema.
    Absent,
    /// There is one that does not say which parameters there are.
    Open,
    /// There is one that lists none by itself, and has parts that can.
    Parted,
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
            rows: Parts::from_iter([]),
            is_cut: false,
            schema_html: None,
        };
    };
    let mut found = catalogue::parameters(&schema);
    found.describe(tool.description.as_deref().unwrap_or_default());
    let count = found.rows.len();
    let rows = rows_that_fit(std::mem::take(&mut found.rows));
    let (knowledge, summary) = match (found.total, found.required) {
        (0, _) if found.has_conditions || found.names == Names::Patterned => {
            (Knowledge::Parted, "see the schema".to_owned())
        }
        _ if found.names == Names::Open => (Knowledge::Open, "unknown".to_owned()),
        (0, _) => (Knowledge::None, "none".to_owned()),
        (total, _) if found.has_parts => {
            (Knowledge::Listed, format!("at least {total}, with conditions"))
        }
        (total, 0) if found.has_conditions => {
            (Knowledge::Listed, format!("{total}, with conditions"))
        }
        (total, required) if found.has_conditions && required < total => {
            (Knowledge::Listed, format!("{total}, {required} required, with conditions"))
        }
        (1, required) => {
            (Knowledge::Listed, format!("1, {}required", if required == 0 { "not " } else { "" }))
        }
        (total, 0) => (Knowledge::Listed, format!("{total}, {} required", text::none(total))),
        (total, required) if total == required => {
            (Knowledge::Listed, format!("{total}, {} required", text::all(total)))
        }
        (total, required) => (Knowledge::Listed, format!("{total}, {required} required")),
    };
    Parameters {
        summary,
        knowledge,
        is_cut: found.is_cut || rows.len() < count,
        rows: rows.into_iter().collect(),
        schema_html: shown_schema(tool.input_schema.unwrap_or_default()),
    }
}

/// What to show of the results of a tool, if its record says what they are.
pub(crate) fn declared_result(tool: &Tool<'_>, api: &str) -> Option<DeclaredResult> {
    let schema = tool.output_schema?;
    Some(DeclaredResult { schema_html: shown_schema(schema), api: api.to_owned() })
}

/// A schema as it stands on a page. `None`: it is too long for that.
fn shown_schema(written: &str) -> Option<Html> {
    let pretty = text::pretty_json(written, LONGEST_SCHEMA).map(text::readable_json)?;
    Some(text::element_text(&pretty)).filter(|html| html.as_str().len() <= LONGEST_SCHEMA)
}

/// The first rows, until they are too long for a table that can be read.
fn rows_that_fit(parameters: Vec<Parameter>) -> Vec<Row> {
    let mut left = LONGEST_TABLE;
    let fits = |row: &Row| {
        let length = row.length();
        let is_enough = length <= left;
        left = left.saturating_sub(length);
        is_enough
    };
    parameters.into_iter().map(Row::of).take_while(fits).collect()
}
