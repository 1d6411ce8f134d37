//! Owns what the rules found in a server or tool, those included that need the rest of the
//! catalogue, and how a page shows it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Open;
use crate::catalogue::Tool;
use crate::diag::Severity;
use crate::rules::{self, Audience, Finding, Rule};
use crate::site::ToolId;
use crate::text::{self, Html};

/// More findings are not shown on a page.
const MOST_SHOWN: usize = 20;
/// How much of a message is shown: it can have names of any length.
const LONGEST_MESSAGE: usize = 600;

/// The findings on a page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Findings {
    items: Vec<FindingView>,
    /// How many others there are, if there are any.
    more: Option<String>,
}

/// A finding on a page.
#[derive(Clone, Debug, Serialize)]
struct FindingView {
    rule: &'static str,
    severity: &'static str,
    /// The severity with a capital.
    severity_title: String,
    title: &'static str,
    message_html: Html,
}

/// Everything that the rules found in a tool.
pub fn tool_findings(open: Open<'_>, id: ToolId, tool: &Tool<'_>) -> Vec<Finding> {
    let mut findings = for_readers(open, id, tool);
    findings.extend(rules::for_keepers(tool));
    findings
}

/// Everything that the rules found in a server itself.
pub fn server_findings(open: Open<'_>) -> Vec<Finding> {
    let mut findings = server_for_readers(open);
    findings.extend(rules::for_keepers_of_server(open.record));
    findings.extend(shared_address(open));
    findings
}

/// A finding as readers are told of it.
#[derive(Clone, Debug, Serialize)]
pub struct ReaderFinding {
    #[serde(skip)]
    rule: Rule,
    code: &'static str,
    severity: Severity,
    /// The member of the server or tool that it is about; empty: all of it.
    #[serde(rename = "field", skip_serializing_if = "String::is_empty")]
    member: String,
    message: String,
}

impl<'site> Open<'site> {
    /// What readers should know of a tool, but for what the settings leave out.
    pub fn findings(self, id: ToolId) -> &'site [ReaderFinding] {
        let found = self.position(id).and_then(|at| {
            let (tool, reading) = (self.record.tools.get(at)?, self.readings.0.get(at)?);
            let told = || self.told(for_readers(self, id, tool));
            Some(reading.findings.get_or_init(told).as_slice())
        });
        found.unwrap_or_default()
    }

    /// What readers should know of the server itself, in the same way.
    pub fn own_findings(self) -> Vec<ReaderFinding> {
        self.told(server_for_readers(self))
    }

    fn told(self, findings: Vec<Finding>) -> Vec<ReaderFinding> {
        let told = |Finding { rule, member, message }: Finding| {
            let severity = self.site.config.checks.severity(rule)?;
            let is_told = rule.audience() == Audience::Readers;
            is_told.then_some(ReaderFinding { rule, code: rule.code(), severity, member, message })
        };
        findings.into_iter().filter_map(told).collect()
    }
}

/// The severity of the worst finding.
pub(super) fn worst(findings: &[ReaderFinding]) -> Option<&'static str> {
    findings.iter().map(|finding| finding.severity).min().map(Severity::name)
}

/// That another server has a name of which the address would be the same.
fn shared_address(open: Open<'_>) -> Option<Finding> {
    let row = open.site.server(open.id);
    let own = text::slug(&row.name);
    let is_shared = !own.needs_hash && own.natural != *row.slug;
    let message = || {
        format!(
            "nobody has the address `{}`: the name of another server makes the same",
            own.natural
        )
    };
    is_shared.then(|| Finding::new(Rule::SharedAddress, "name", message()))
}

fn server_for_readers(open: Open<'_>) -> Vec<Finding> {
    let Open { site, id, record, .. } = open;
    let mut findings = rules::of_server(record);
    findings.extend(site.server_lookalike(id).map(|model| {
        let model = shown(&site.server(model).name);
        let message = format!("the name looks like that of the server `{model}`, and is another");
        Finding::new(Rule::LookalikeName, "name", message)
    }));
    findings
}

/// What the page of a tool shows.
pub(super) fn on_tool_page(open: Open<'_>, id: ToolId) -> Findings {
    views(open.findings(id))
}

/// What the page of a server shows.
pub(super) fn on_server_page(open: Open<'_>) -> Findings {
    views(&open.own_findings())
}

/// A name as a message tells it.
fn shown(name: &str) -> String {
    rules::told(&text::shown_name(name))
}

fn for_readers(open: Open<'_>, id: ToolId, tool: &Tool<'_>) -> Vec<Finding> {
    let site = open.site;
    let mut findings = rules::of_tool(tool);
    let name_of = |other: ToolId| {
        let row = site.tool(other);
        (shown(row.name), shown(&site.server(row.server).name))
    };
    findings.extend(site.lookalike(id).map(|model| {
        let (name, server) = name_of(model);
        let message = format!("the name looks like `{name}` of `{server}`, and is another");
        Finding::new(Rule::LookalikeName, "name", message)
    }));
    findings.extend(site.rivals(id).map(|rival| {
        let (name, server) = name_of(rival);
        let message =
            format!("the description tells the model not to use `{name}`, a tool of `{server}`");
        Finding::new(Rule::ShadowedTool, "description", message)
    }));
    findings
}

fn views(findings: &[ReaderFinding]) -> Findings {
    let left_out = findings.len().saturating_sub(MOST_SHOWN);
    // Many of one rule must not hide what another has found: the first of each comes first.
    let mut rules = BTreeSet::new();
    let (first, others): (Vec<_>, Vec<_>) =
        findings.iter().partition(|finding| left_out == 0 || rules.insert(finding.rule));
    let items = first.iter().chain(&others).take(MOST_SHOWN).map(|finding| {
        let severity = finding.severity.name();
        FindingView {
            rule: finding.code,
            severity,
            severity_title: text::capitalised(severity),
            title: finding.rule.title(),
            message_html: sentence(&finding.message),
        }
    });
    Findings { items: items.collect(), more: (left_out > 0).then(|| text::number(left_out)) }
}

/// A message as a sentence, with what stands in backticks as code.
fn sentence(message: &str) -> Html {
    let message = text::cut(message, LONGEST_MESSAGE);
    let sentence = text::ended(&text::capitalised(&message));
    let mut html = String::new();
    for (index, part) in sentence.split('`').enumerate() {
        let part = text::revealed(part);
        let (before, after) =
            if index % 2 == 0 { ("", "") } else { ("<code><bdi>", "</bdi></code>") };
        html.push_str(before);
        html.push_str(part.as_str());
        html.push_str(after);
    }
    Html::from_escaped(html)
}

#[cfg(test)]
mod tests {
    use super::{sentence, shown};

    #[test]
    fn a_name_with_a_backtick_changes_nothing_else() {
        let html = sentence(&format!("the name looks like `{}`", shown("a`b")));
        assert_eq!(html.as_str(), "The name looks like <code><bdi>a\\u{60}b</bdi></code>.");
    }
}
