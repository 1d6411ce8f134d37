//! Owns the table from category to rule, and the documents that are made of it: one for a single
//! tool, three for a whole server. Nothing else in the program decides what a rule is.

use super::document::{
    ALL_TOOLS, Check, Default, Document, Limit, Rule, Rules, Scope, Version, Window,
};
use crate::risk::Category;

/// What a caller of a financial tool is told.
const FINANCIAL_MESSAGE: &str = "Denied by policy: classified as financial";
/// What a caller of a destructive tool is told where `hide` cannot name it.
const DESTRUCTIVE_MESSAGE: &str = "Denied by policy: classified as destructive";

/// What the recommended rule of a tool does with its name.
#[derive(Clone, Debug, PartialEq)]
enum Placement {
    /// The name gets this rule.
    Listed(Rule),
    /// The name stands in `hide`.
    Hidden,
}

/// The three documents of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// Each tool by its recommended rule, all else denied.
    Recommended,
    /// Reads allowed, all else denied.
    Strict,
    /// All allowed but what deletes or pays; the limits kept.
    Permissive,
}

impl Preset {
    /// All presets, the recommended one first.
    pub const ALL: [Preset; 3] = [Preset::Recommended, Preset::Strict, Preset::Permissive];

    /// The lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Recommended => "recommended",
            Preset::Strict => "strict",
            Preset::Permissive => "permissive",
        }
    }

    /// The name of its file.
    pub fn file_name(self) -> &'static str {
        match self {
            Preset::Recommended => "policy.json",
            Preset::Strict => "policy.strict.json",
            Preset::Permissive => "policy.permissive.json",
        }
    }
}

/// Calls in a minute that the recommended rule lets through, where it has a limit.
fn calls_per_minute(category: Category) -> Option<u64> {
    match category {
        Category::Write => Some(30),
        Category::Execute => Some(10),
        Category::Read | Category::Destructive | Category::Financial => None,
    }
}

/// Whether the name of a tool in `hide` hides that tool alone.
pub fn can_be_hidden(tool: &str) -> bool {
    tool != ALL_TOOLS
}

/// The recommended rule of a tool.
fn placement(tool: &str, category: Category) -> Placement {
    let always = |message: &str| {
        let check = Check { conditions: Vec::new(), on_deny: message.to_owned() };
        Placement::Listed(Rule { deny_if: vec![check], ..Rule::default() })
    };
    match category {
        Category::Destructive if can_be_hidden(tool) => Placement::Hidden,
        Category::Destructive => always(DESTRUCTIVE_MESSAGE),
        Category::Financial => always(FINANCIAL_MESSAGE),
        Category::Read | Category::Write | Category::Execute => {
            let limits =
                calls_per_minute(category).map(|max| limit(tool, max)).into_iter().collect();
            Placement::Listed(Rule { limits, ..Rule::default() })
        }
    }
}

/// A limit a minute with the tool's own counter.
pub fn limit(tool: &str, max: u64) -> Limit {
    // The exact name: names that differ in case only must not share a counter.
    Limit { counter: [tool, "_rate"].concat(), window: Window::Minute, max, scope: Scope::Grant }
}

/// The document for one tool alone.
pub fn tool_document(tool: &str, category: Category) -> Document {
    server_document(Preset::Recommended, [(tool, category)])
}

/// A complete document for the tools of a server.
pub fn server_document<'tool, Tools: IntoIterator<Item = (&'tool str, Category)>>(
    preset: Preset,
    tools: Tools,
) -> Document {
    let mut document = Document {
        version: Version::One,
        default: if preset == Preset::Permissive { Default::Allow } else { Default::Deny },
        hide: Vec::new(),
        all_tools: None,
        tools: Rules::default(),
    };
    for (tool, category) in tools {
        // A rule without checks says nothing where the default is to allow.
        let is_left_out = match preset {
            Preset::Recommended => false,
            Preset::Strict => category != Category::Read,
            Preset::Permissive => category == Category::Read,
        };
        match placement(tool, category) {
            _ if is_left_out => {}
            Placement::Hidden => document.hide.push(tool.to_owned()),
            Placement::Listed(rule) => document.tools.0.push((tool.to_owned(), rule)),
        }
    }
    document
}
