//! A gateway: the decision of a policy document on a call.
//!
//! The order is that of the format: hidden tools, then tools without a rule, then the tool's own
//! checks, then the limits. The first denial wins. A comparison of values of different types, or
//! with an argument that is absent, does not hold.

use std::collections::HashMap;

use policypress::policy::{Check, Condition, Default, Document, Limit, Operator, Window};
use serde_json::Value;

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It reaches the server.
    Allowed,
    /// It does not, because the tool is hidden.
    Hidden,
    /// It does not, because the tool has no rule and the default is to deny.
    NotListed,
    /// It does not, because a check of the tool says so, with this message.
    Refused(String),
    /// It does not, because this counter is used up.
    OverLimit(String),
}

/// A document in force for one grant, with its counters.
#[derive(Debug)]
pub(crate) struct Enforcement<'document> {
    document: &'document Document,
    counters: HashMap<&'document str, (u64, u64)>,
}

impl<'document> Enforcement<'document> {
    /// A document with all counters at zero.
    pub(crate) fn of(document: &'document Document) -> Enforcement<'document> {
        Enforcement { document, counters: HashMap::new() }
    }

    /// Whether `tools/list` shows the tool.
    pub(crate) fn lists(&self, tool: &str) -> bool {
        !self.document.hide.iter().any(|hidden| hidden == tool || hidden == "*")
    }

    /// Decides on a call at a time in seconds since 1970, and counts it if it is allowed.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value, time: u64) -> Decision {
        if !self.lists(tool) {
            return Decision::Hidden;
        }
        let rule = self.document.tools.get(tool);
        if rule.is_none() && self.document.default == Default::Deny {
            return Decision::NotListed;
        }
        if let Some(message) =
            rule.and_then(|rule| refusal(&rule.require, &rule.deny_if, arguments))
        {
            return Decision::Refused(message.to_owned());
        }
        let own = rule.map(|rule| rule.limits.as_slice()).unwrap_or_default();
        let all =
            self.document.all_tools.as_ref().map(|all| all.limits.as_slice()).unwrap_or_default();
        let limits: Vec<&'document Limit> = own.iter().chain(all).collect();
        if let Some(limit) = limits.iter().find(|limit| self.used(limit, time) >= limit.max) {
            return Decision::OverLimit(limit.counter.clone());
        }
        for limit in limits {
            let used = self.used(limit, time);
            self.counters.insert(&limit.counter, (time / seconds(limit.window), used + 1));
        }
        Decision::Allowed
    }

    /// How many calls the window of a time has had.
    fn used(&self, limit: &Limit, time: u64) -> u64 {
        let window = time / seconds(limit.window);
        self.counters
            .get(limit.counter.as_str())
            .filter(|(at, _)| *at == window)
            .map_or(0, |(_, used)| *used)
    }
}

fn refusal<'rule>(
    require: &'rule [Check],
    deny_if: &'rule [Check],
    arguments: &Value,
) -> Option<&'rule str> {
    let unmet = require.iter().find(|check| !all_hold(&check.conditions, arguments));
    let met = deny_if.iter().find(|check| all_hold(&check.conditions, arguments));
    unmet.or(met).map(|check| check.on_deny.as_str())
}

fn all_hold(conditions: &[Condition], arguments: &Value) -> bool {
    conditions.iter().all(|condition| holds(condition, arguments))
}

fn holds(condition: &Condition, arguments: &Value) -> bool {
    let path = condition.path.strip_prefix("args.").unwrap_or(&condition.path);
    let found = path.split('.').try_fold(arguments, |value, name| value.get(name));
    let expected = &condition.value;
    if condition.op == Operator::Exists {
        return expected.as_bool() == Some(found.is_some());
    }
    let Some(found) = found else { return false };
    let numbers = found.as_f64().zip(expected.as_f64());
    match condition.op {
        Operator::Eq => same(found, expected),
        Operator::Neq => {
            std::mem::discriminant(found) == std::mem::discriminant(expected)
                && !same(found, expected)
        }
        Operator::Lt => numbers.is_some_and(|(one, other)| one < other),
        Operator::Lte => numbers.is_some_and(|(one, other)| one <= other),
        Operator::Gt => numbers.is_some_and(|(one, other)| one > other),
        Operator::Gte => numbers.is_some_and(|(one, other)| one >= other),
        Operator::In => {
            expected.as_array().is_some_and(|list| list.iter().any(|item| same(found, item)))
        }
        Operator::NotIn => {
            expected.as_array().is_some_and(|list| !list.iter().any(|item| same(found, item)))
        }
        Operator::Regex => matches(found, expected),
        Operator::Contains => contains(found, expected),
        Operator::Exists => false,
    }
}

/// 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}

fn matches(found: &Value, pattern: &Value) -> bool {
    let pattern = pattern.as_str().and_then(|pattern| regex::Regex::new(pattern).ok());
    pattern.zip(found.as_str()).is_some_and(|(pattern, text)| pattern.is_match(text))
}

fn contains(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), item) => items.iter().any(|found| same(found, item)),
        _ => false,
    }
}

/// The length of a window.
fn seconds(window: Window) -> u64 {
    match window {
        Window::Minute => 60,
        Window::Hour => 3_600,
        Window::Day => 86_400,
    }
}

mod tests {
    use policypress::policy::parse;
    use serde_json::json;

    use super::*;

    fn decide(document: &str, calls: &[(&str, Value, u64)]) -> Vec<Decision> {
        let document = parse(document).unwrap();
        let mut enforcement = Enforcement::of(&document);
        calls
            .iter()
            .map(|(tool, arguments, time)| enforcement.call(tool, arguments, *time))
            .collect()
    }

    #[test]
    fn a_limit_counts_one_window_of_the_clock() {
        let limit = r#"{"counter": "t_rate", "window": "minute", "max": 2, "scope": "grant"}"#;
        let document = format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"t": {{"limits": [{limit}]}}}}}}"#
        );
        let over = Decision::OverLimit("t_rate".to_owned());
        let none = json!({});
        let calls = [
            ("t", none.clone(), 58),
            ("t", none.clone(), 59),
            ("t", none.clone(), 59),
            ("t", none.clone(), 60),
            ("u", none, 60),
        ];
        let expected =
            [Decision::Allowed, Decision::Allowed, over, Decision::Allowed, Decision::NotListed];
        assert_eq!(decide(&document, &calls), expected);
    }

    #[test]
    fn conditions_of_one_item_must_all_hold() {
        let document = r#"{"version": "1", "default": "deny", "tools": {"pay": {
            "require": [{"conditions": [{"path": "args.reason", "op": "exists", "value": true}], "on_deny": "no reason"}],
            "deny_if": [{"conditions": [{"path": "args.amount", "op": "gt", "value": 100},
                                        {"path": "args.to.kind", "op": "neq", "value": "own"}], "on_deny": "too much"}]}}}"#;
        let calls = [
            ("pay", json!({"amount": 1}), 0),
            ("pay", json!({"reason": "x", "amount": 101, "to": {"kind": "other"}}), 0),
            ("pay", json!({"reason": "x", "amount": 101, "to": {"kind": "own"}}), 0),
            ("pay", json!({"reason": "x", "amount": "101", "to": {"kind": "other"}}), 0),
            ("pay", json!({"reason": "x", "amount": 101, "to": {"kind": 5}}), 0),
            ("pay", json!({"amount": 101, "to": {"kind": "other"}}), 0),
        ];
        let refused = |message: &str| Decision::Refused(message.to_owned());
        // A value of another type is neither equal nor unequal, and `require` speaks first.
        let expected = [
            refused("no reason"),
            refused("too much"),
            Decision::Allowed,
            Decision::Allowed,
            Decision::Allowed,
            refused("no reason"),
        ];
        assert_eq!(decide(document, &calls), expected);
    }

    #[test]
    fn a_hidden_tool_is_neither_listed_nor_called() {
        let document = parse(r#"{"version": "1", "default": "allow", "hide": ["drop"]}"#).unwrap();
        let mut enforcement = Enforcement::of(&document);
        assert!(!enforcement.lists("drop") && enforcement.lists("read"));
        assert_eq!(enforcement.call("drop", &json!({}), 0), Decision::Hidden);
        assert_eq!(enforcement.call("read", &json!({}), 0), Decision::Allowed);
    }

    #[test]
    fn documents_that_break_the_format_are_refused() {
        for wrong in [
            r#"{"version": "2", "default": "deny"}"#,
            r#"{"version": "1"}"#,
            r#"{"version": "1", "default": "deny", "tools": {"t": {"action": "deny"}}}"#,
            r#"{"version": "1", "default": "deny", "tools": {"t": {"limits": [{"counter": "c", "window": 60, "max": 1, "scope": "grant"}]}}}"#,
            r#"{"version": "1", "default": "deny", "hide": ["t", "t"]}"#,
            r#"{"version": "1", "default": "deny", "hide": ["t"], "tools": {"t": {}}}"#,
            r#"{"version": "1", "default": "deny", "tools": {"t": {}, "t": {}}}"#,
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn conditions_that_mean_nothing_are_refused_wherever_they_stand() {
        for (condition, why) in [
            (json!({"path": "x", "op": "eq", "value": 1}), "begin with `args.`"),
            (json!({"path": "args.x", "op": "regex", "value": "("}), "does not compile"),
            (json!({"path": "args.x", "op": "exists", "value": "yes"}), "without true or false"),
            (json!({"path": "args.x", "op": "lt", "value": "1"}), "not a number"),
            (json!({"path": "args.x", "op": "in", "value": "a"}), "without a list"),
        ] {
            for list in ["require", "deny_if"] {
                let check = json!([{"conditions": [condition], "on_deny": "no"}]);
                let document =
                    json!({"version": "1", "default": "deny", "tools": {"t": {list: check}}});
                let faults = parse(&document.to_string()).unwrap_err();
                assert_eq!(faults.len(), 1, "{faults:?}");
                assert!(faults[0].contains(why), "{list}: {faults:?}");
            }
        }
    }

    #[test]
    fn a_counter_counts_for_one_limit_also_if_that_is_of_all_tools() {
        let limit = |counter: &str| json!([{"counter": counter, "window": "minute", "max": 1, "scope": "grant"}]);
        for (of_all, why) in [("c", "two limits share"), ("", "has no name")] {
            let document = json!({"version": "1", "default": "deny",
                "all_tools": {"limits": limit(of_all)}, "tools": {"t": {"limits": limit("c")}}});
            let faults = parse(&document.to_string()).unwrap_err();
            assert!(faults[0].contains(why), "{faults:?}");
        }
    }
}
