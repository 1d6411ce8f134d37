//! Owns what is said about a document: the effect on one tool and on all others is read from the
//! document itself, and the sentences are made from that alone.

use foldhash::{HashMap, HashSet};

use super::document::{ALL_TOOLS, Default, Document, Limit, Rule};
use crate::text::{Phrase, times};

/// What a document does with the calls of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// All are allowed.
    Allowed,
    /// Allowed up to a limit.
    Limited(Limit),
    /// All are denied, with a message of the document's.
    Refused(String),
    /// All are denied, and the tool is not in the list.
    Hidden,
    /// All are denied, because the document does not list the tool.
    NotListed,
    /// It depends on the arguments or on several limits.
    Conditional,
}

/// The effect of a document on a tool.
pub fn effect(document: &Document, tool: &str) -> Effect {
    let is_hidden = document.hide.iter().any(|hidden| hidden == tool || hidden == ALL_TOOLS);
    of_tool(document, is_hidden, document.tools.get(tool))
}

fn of_tool(document: &Document, is_hidden: bool, rule: Option<&Rule>) -> Effect {
    let all = document.all_tools.as_ref().map(|all| all.limits.as_slice()).unwrap_or_default();
    match (rule, document.default) {
        _ if is_hidden => Effect::Hidden,
        (None, Default::Deny) => Effect::NotListed,
        (None, Default::Allow) => of_rule(&Rule::default(), all),
        (Some(rule), _) => of_rule(rule, all),
    }
}

fn of_rule(rule: &Rule, all: &[Limit]) -> Effect {
    if let Some(check) = rule.deny_if.iter().find(|check| check.conditions.is_empty()) {
        return Effect::Refused(check.on_deny.clone());
    }
    match (rule.require.as_slice(), rule.deny_if.as_slice(), rule.limits.as_slice(), all) {
        ([], [], [], []) => Effect::Allowed,
        ([], [], [limit], []) | ([], [], [], [limit]) => Effect::Limited(limit.clone()),
        _ => Effect::Conditional,
    }
}

/// The effects of a document on several tools, each with the number of tools that have it. Limits
/// are alike whatever their counters are called.
pub fn effects(document: &Document, tools: &[&str]) -> Vec<(Effect, usize)> {
    let alike = |one: &Effect, other: &Effect| match (one, other) {
        (Effect::Limited(one), Effect::Limited(other)) => {
            (one.window, one.max, one.scope) == (other.window, other.max, other.scope)
        }
        _ => one == other,
    };
    // A server can have many tools, so each is looked up rather than searched for.
    let hidden: HashSet<&str> = document.hide.iter().map(String::as_str).collect();
    let rules: HashMap<&str, &Rule> =
        document.tools.0.iter().map(|(name, rule)| (name.as_str(), rule)).collect();
    let mut effects: Vec<(Effect, usize)> = Vec::new();
    for tool in tools {
        let is_hidden = hidden.contains(tool) || hidden.contains(ALL_TOOLS);
        let effect = of_tool(document, is_hidden, rules.get(tool).copied());
        match effects.iter_mut().find(|(known, _)| alike(known, &effect)) {
            Some((_, amount)) => *amount += 1,
            None => effects.push((effect, 1)),
        }
    }
    effects
}

/// What to do with a tool, in a few words: "Allow, at most 10 calls a minute".
pub fn verdict(effect: &Effect) -> String {
    match effect {
        Effect::Allowed => "Allow".to_owned(),
        Effect::Limited(limit) => {
            let calls = if limit.max == 1 { "call" } else { "calls" };
            format!("Allow, at most {} {calls} a {}", limit.max, limit.window.name())
        }
        Effect::Refused(_) | Effect::NotListed => "Deny every call".to_owned(),
        Effect::Hidden => "Hide, and deny every call".to_owned(),
        Effect::Conditional => "Allow under conditions".to_owned(),
    }
}

/// One or two sentences on what a document for one tool does, to that tool and to all others.
pub fn sentence(document: &Document, tool: &str) -> Phrase {
    let own = Phrase::new().words("With this document, ");
    let own = match effect(document, tool) {
        Effect::Allowed => own.code(tool).words(" may be called without a limit."),
        Effect::Limited(limit) => own.code(tool).words(format!(
            " may be called {} a {} per grant; further calls in that {} are denied.",
            times(limit.max),
            limit.window.name(),
            limit.window.name()
        )),
        Effect::Refused(message) => own
            .words("every call of ")
            .code(tool)
            .words(" is denied with the message “")
            .words(message)
            .words("”."),
        Effect::Hidden => own
            .code(tool)
            .words(" is left out of ")
            .code("tools/list")
            .words(" and every call of it is denied."),
        Effect::NotListed => own
            .words("every call of ")
            .code(tool)
            .words(" is denied, because the document does not list it."),
        Effect::Conditional => own
            .words("calls of ")
            .code(tool)
            .words(" are allowed when their arguments and counters pass its checks."),
    };
    own.words(match document.default {
        Default::Deny => " The document denies every tool that it does not list, so on its own it denies any other tool that the server has or adds later.",
        Default::Allow => " Tools that the document does not list are allowed.",
    })
}
