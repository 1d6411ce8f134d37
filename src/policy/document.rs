//! Owns the policy document: its type, how it is written, and how strictly it is read.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::text;

/// In `hide` this is not the name of a tool: it stands for all of them.
pub const ALL_TOOLS: &str = "*";

/// A whole policy document.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of the format.
    pub version: Version,
    /// What happens to tools that `tools` does not list.
    pub default: Default,
    /// Tools that are taken out of `tools/list` and denied when called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hide: Vec<String>,
    /// Limits over the calls of all tools together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_tools: Option<AllTools>,
    /// Rules of single tools.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub tools: Rules,
}

impl Document {
    /// The document as indented JSON, without a line feed at its end.
    pub fn to_json(&self) -> String {
        // A document has nothing that JSON cannot express.
        text::readable_json(serde_json::to_string_pretty(self).unwrap_or_default())
    }
}

/// The only version there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Version {
    /// Version 1.
    #[serde(rename = "1")]
    One,
}

/// What happens to a tool without a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Default {
    /// It may be called.
    Allow,
    /// It may not.
    Deny,
}

/// Rules over all tools.
#[derive(
    Clone, Debug, std::default::Default, PartialEq, Eq, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct AllTools {
    /// Each limit counts every call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
}

/// The rule of one tool. The empty rule allows it without further checks.
#[derive(Clone, Debug, std::default::Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The call is denied unless each of these holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<Check>,
    /// The call is denied when one of these holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny_if: Vec<Check>,
    /// How often it may be called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
}

/// Conditions that must all hold, and what the caller is told when the call is denied.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// All of them must hold; none at all always holds.
    pub conditions: Vec<Condition>,
    /// The message of the denial.
    pub on_deny: String,
}

/// A comparison of one argument.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// `args.` and the name of the argument, with dots into objects.
    pub path: String,
    /// The comparison.
    pub op: Operator,
    /// What the argument is compared with.
    pub value: Value,
}

/// How an argument is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Neq,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// One of a list.
    In,
    /// None of a list.
    NotIn,
    /// Whether it is given.
    Exists,
    /// Matches a regular expression somewhere.
    Regex,
    /// Has a substring or an element.
    Contains,
}

/// How many calls a counter lets through in one window.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The name of the counter; no two limits of a document have the same.
    pub counter: String,
    /// When the counter starts again.
    pub window: Window,
    /// The most calls in one window.
    pub max: u64,
    /// Whose calls are counted together.
    pub scope: Scope,
}

/// The time that a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// A minute of the clock.
    Minute,
    /// An hour of the clock.
    Hour,
    /// A day of the calendar, in UTC.
    Day,
}

impl Window {
    /// The word for it, as in "30 times a minute".
    pub fn name(self) -> &'static str {
        match self {
            Window::Minute => "minute",
            Window::Hour => "hour",
            Window::Day => "day",
        }
    }
}

/// Whose calls share a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All calls made with one grant.
    Grant,
}

/// Rules by the exact name of their tool, in the order of the document.
#[derive(Clone, Debug, std::default::Default, PartialEq)]
pub struct Rules(pub Vec<(String, Rule)>);

impl Rules {
    /// The rule of a tool.
    pub fn get(&self, tool: &str) -> Option<&Rule> {
        self.0.iter().find(|(name, _)| name == tool).map(|(_, rule)| rule)
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Rules {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (tool, rule) in &self.0 {
            map.serialize_entry(tool, rule)?;
        }
        map.end()
    }
}

impl<'text> Deserialize<'text> for Rules {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Rules, D::Error> {
        struct Collect;
        impl<'text> Visitor<'text> for Collect {
            type Value = Rules;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of rules")
            }

            fn visit_map<Map: MapAccess<'text>>(self, mut map: Map) -> Result<Rules, Map::Error> {
                let mut rules = Vec::new();
                let mut names = std::collections::HashSet::new();
                while let Some((tool, rule)) = map.next_entry::<String, Rule>()? {
                    if !names.insert(tool.clone()) {
                        return Err(de::Error::custom(format!("the tool `{tool}` has two rules")));
                    }
                    rules.push((tool, rule));
                }
                Ok(Rules(rules))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
