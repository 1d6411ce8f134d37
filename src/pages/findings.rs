//! Owns what the rules found in a server or tool, those included that need the rest of the
//! catalogue, and how a page shows it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Open;
use crate::catalogue::Tool;
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
    findings
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
pub(super) fn on_tool_page(open: Open<'_>, id: ToolId, tool: &Tool<'_>) -> Findings {
    views(open, for_readers(open, id, tool))
}

/// What the page of a server shows.
pub(super) fn on_server_page(open: Open<'_>) -> Findings {
    views(open, server_for_readers(open))
}

/// A name as a message tells it.
fn shown(name: &str) -> String {
    text::visible(&text::shown_name(name))
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

fn views(open: Open<'_>, mut findings: Vec<Finding>) -> Findings {
    let severity = |finding: &Finding| open.site.config.checks.severity(finding.rule);
    findings.retain(|finding| {
        finding.rule.audience() == Audience::Readers && severity(finding).is_some()
    });
    let left_out = findings.len().saturating_sub(MOST_SHOWN);
    // Many of one rule must not hide what another has found: the first of each comes first.
    let mut rules = BTreeSet::new();
    let (first, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| left_out == 0 || rules.insert(finding.rule));
    let items = first.iter().chain(&others).take(MOST_SHOWN).filter_map(|finding| {
        let severity = severity(finding)?.name();
        Some(FindingView {
            rule: finding.rule.code(),
            severity,
            severity_title: text::capitalised(severity),
            title: finding.rule.title(),
            message_html: sentence(&finding.message),
        })
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
