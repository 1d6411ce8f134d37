//! Owns how bad the findings of the rules are on this site, and which of them `check` fails for.

use std::collections::BTreeMap;

use super::settings::{Faults, misplaced};
use crate::diag::Severity;
use crate::rules::Rule;
use crate::text;

/// The setting that is no rule.
const FAIL: &str = "fail";
const RULES: &str = "docs/checks.md lists the rules; `fail` says for which severity `check` fails";
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// The settings `[checks]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    /// The mildest severity for which `check` fails; none: it never does.
    fail: Option<Severity>,
    /// Rules with another severity than their own; none: they are off.
    severities: BTreeMap<Rule, Option<Severity>>,
}

impl Default for Checks {
    fn default() -> Checks {
        Checks { fail: Some(Severity::Error), severities: BTreeMap::new() }
    }
}

impl Checks {
    /// How bad a finding of a rule is. `None`: the rule is off.
    pub fn severity(&self, rule: Rule) -> Option<Severity> {
        self.severities.get(&rule).copied().unwrap_or(Some(rule.severity()))
    }

    /// Whether `check` fails for a finding.
    pub fn fails(&self, severity: Severity) -> bool {
        self.fail.is_some_and(|mildest| severity <= mildest)
    }

    /// Reads the settings, and reports those that mean nothing.
    pub(super) fn of(written: BTreeMap<String, String>, faults: &mut Faults<'_>) -> Checks {
        let mut checks = Checks::default();
        for (name, value) in written {
            let field = format!("checks.{}", text::visible(&name));
            let severity = SEVERITIES.into_iter().find(|severity| severity.name() == value);
            let rule = Rule::parse(&name);
            let off = if name == FAIL { "never" } else { "off" };
            match (rule, severity) {
                (None, _) if name != FAIL => {
                    let message = format!("there is no rule `{}`", text::visible(&name));
                    let hint = misplaced(&name).unwrap_or_else(|| RULES.to_owned());
                    faults.setting(&field, "", message, &hint);
                }
                (_, None) if value != off => {
                    let message = format!("`{}` is no severity", text::visible(&value));
                    let hint = format!("use `error`, `warning`, `note` or `{off}`");
                    faults.setting(&field, &value, message, &hint);
                }
                (Some(rule), severity) => {
                    checks.severities.insert(rule, severity);
                }
                (None, severity) => checks.fail = severity,
            }
        }
        checks
    }
}
