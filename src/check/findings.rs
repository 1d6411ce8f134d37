//! Owns the findings of a check: what the rules found in each record, with its place in the file.

use std::sync::Arc;

use crate::compose::Press;
use crate::diag::{Diagnostic, Place, Severity, Told};
use crate::rules::{Finding, Rule};
use crate::site::ServerId;
use crate::text;

/// A finding with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Located {
    /// How bad it is on this site.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// The field, such as `tools[3].description`.
    pub field: String,
    /// What was found.
    pub finding: Finding,
    /// The name of the server as it is shown.
    pub server: Arc<str>,
    /// The name of the tool as it is shown, unless it is about the server itself.
    pub tool: Option<String>,
}

impl Located {
    /// What is told of it.
    pub fn told(&self) -> Told<'_> {
        let Finding { rule, message, .. } = &self.finding;
        Told {
            place: &self.place,
            severity: self.severity,
            code: rule.code(),
            field: Some(&self.field),
            message,
            hint: rule.hint(),
        }
    }
}

/// What the rules found in the catalogue, the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found(Vec<Located>);

impl Found {
    pub(super) fn of(mut all: Vec<Located>) -> Found {
        all.sort();
        Found(all)
    }

    /// All findings, the worst first, then by place.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Located> {
        self.0.iter()
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|found| found.severity == severity).count()
    }

    /// How many findings each rule has, of those that have any, the worst first.
    pub fn by_rule(&self) -> Vec<(Rule, Severity, usize)> {
        let of_rule = |rule: Rule| {
            let mut found = self.0.iter().filter(|found| found.finding.rule == rule);
            let severity = found.next()?.severity;
            Some((rule, severity, 1 + found.count()))
        };
        let mut rules: Vec<_> = Rule::ALL.iter().filter_map(|rule| of_rule(*rule)).collect();
        rules.sort_by_key(|(_, severity, _)| *severity);
        rules
    }
}

/// What the rules found in a server.
///
/// # Errors
/// The fault of the record.
pub(super) fn of_server(press: &Press, id: ServerId) -> Result<Vec<Located>, Box<Diagnostic>> {
    let checks = &press.site.config.checks;
    let mut all = Vec::new();
    let server: Arc<str> = Arc::from(text::shown_name(&press.site.server(id).name));
    press.findings(id, |spot, tool, finding| {
        let Some(severity) = checks.severity(finding.rule) else { return };
        let (place, field) = spot;
        all.push(Located {
            severity,
            place,
            field,
            finding,
            server: Arc::clone(&server),
            tool: tool.map(|name| text::shown_name(name).into_owned()),
        });
    })?;
    Ok(all)
}
