//! Owns reading a policy document from text: what the types cannot forbid is checked here.

use std::collections::HashSet;

use serde_json::Value;

use super::document::{ALL_TOOLS, Check, Condition, Document, Limit, Operator};

/// Reads a document and checks it against the format.
///
/// # Errors
/// One sentence for each fault, without a full stop.
pub fn parse(text: &str) -> Result<Document, Vec<String>> {
    let document: Document =
        serde_json::from_str(text).map_err(|error| vec![message_of(&error, text)])?;
    let mut faults = Vec::new();
    names(&document, &mut faults);
    let all = document.all_tools.iter().flat_map(|all| &all.limits);
    let single = document.tools.0.iter().flat_map(|(_, rule)| &rule.limits);
    limits(all.chain(single), &mut faults);
    for (tool, rule) in &document.tools.0 {
        for check in rule.require.iter().chain(&rule.deny_if) {
            conditions(tool, check, &mut faults);
        }
    }
    if faults.is_empty() { Ok(document) } else { Err(faults) }
}

/// What the reader says. Of a name that is no text it says only that a value is wanted.
fn message_of(error: &serde_json::Error, text: &str) -> String {
    let message = error.to_string();
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match message.strip_prefix("expected value") {
        Some(place) if is_json() => format!("a text belongs here{place}"),
        _ => message,
    }
}

fn names(document: &Document, faults: &mut Vec<String>) {
    let mut hidden: HashSet<&str> = HashSet::new();
    let listed: HashSet<&str> = document.tools.0.iter().map(|(name, _)| name.as_str()).collect();
    for name in &document.hide {
        if name.is_empty() {
            faults.push("`hide` has an empty name".to_owned());
        }
        if !hidden.insert(name) {
            faults.push(format!("`hide` names `{name}` twice"));
        }
        if listed.contains(name.as_str()) {
            faults.push(format!("`{name}` is hidden, so its rule never counts"));
        }
    }
    if listed.contains("") {
        faults.push("`tools` has an empty name".to_owned());
    }
    if hidden.contains(ALL_TOOLS) {
        let others = document.hide.iter().filter(|name| *name != ALL_TOOLS);
        faults.extend(others.map(|name| {
            format!("`hide` names `{name}` beside `{ALL_TOOLS}`, which hides all tools")
        }));
        let rules = listed.len() - usize::from(listed.contains(ALL_TOOLS));
        if rules > 0 {
            faults.push(format!("`{ALL_TOOLS}` hides all tools, so no rule of `tools` counts"));
        }
    }
}

fn limits<'rules, Limits: Iterator<Item = &'rules Limit>>(
    limits: Limits,
    faults: &mut Vec<String>,
) {
    let mut seen: HashSet<&str> = HashSet::new();
    for limit in limits {
        if limit.counter.is_empty() {
            faults.push("a counter has no name".to_owned());
        } else if !seen.insert(&limit.counter) {
            faults.push(format!("two limits share the counter `{}`", limit.counter));
        }
    }
}

fn conditions(tool: &str, check: &Check, faults: &mut Vec<String>) {
    for condition in &check.conditions {
        if let Some(fault) = condition_fault(condition) {
            faults.push(format!("a condition of `{tool}` {fault}"));
        }
    }
}

fn condition_fault(condition: &Condition) -> Option<&'static str> {
    let value = &condition.value;
    if condition.path.strip_prefix("args.").is_none_or(str::is_empty) {
        return Some("has a path that does not begin with `args.`");
    }
    match condition.op {
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte if !value.is_number() => {
            Some("compares by size with something that is not a number")
        }
        Operator::In | Operator::NotIn if !value.is_array() => {
            Some("asks for one of a list without a list")
        }
        Operator::Exists if !value.is_boolean() => Some("asks for existence without true or false"),
        Operator::Regex if !is_regex(value) => Some("has an expression that does not compile"),
        _ => None,
    }
}

fn is_regex(value: &Value) -> bool {
    value.as_str().is_some_and(|pattern| regex::Regex::new(pattern).is_ok())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn each_hidden_name_is_told_of_once() {
        let faults = |hide: &str, tools: &str| {
            let head = r#""version": "1", "default": "allow""#;
            parse(&format!(r#"{{{head}, "hide": {hide}, "tools": {tools}}}"#)).unwrap_err()
        };
        assert_eq!(faults(r#"["*"]"#, r#"{"*": {}}"#), ["`*` is hidden, so its rule never counts"]);
        let both = faults(r#"["*"]"#, r#"{"*": {}, "drop": {}}"#);
        let others = "`*` hides all tools, so no rule of `tools` counts";
        assert_eq!(both, ["`*` is hidden, so its rule never counts", others]);
        assert_eq!(faults(r#"["drop", "drop"]"#, "{}"), ["`hide` names `drop` twice"]);
    }
}
