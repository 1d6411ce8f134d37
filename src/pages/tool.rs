//! Owns the tool page: what a tool does, how risky it is, why it needs a policy, and the policy.

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::{self, AttackLink, ClassLink, TextLink, ToolLink};
use super::{Open, Page, View, tool_faq};
use crate::catalogue::{self, Annotation, Parameter, Tool};
use crate::markdown;
use crate::policy::{self, Document};
use crate::site::{GroupId, Listing, Route, Site, ToolId};
use crate::text::{self, Html, Phrase};

use super::faq::Question;

/// Links to neighbours. Few, because each new tool changes the pages that show it.
const BESIDE: usize = 2;
const ELSEWHERE: usize = 3;
const MOST_ATTACKS: usize = 4;
/// A longer schema is in the machine output only.
const LONGEST_SCHEMA: usize = 48 * 1024;

/// What the tool page shows.
#[derive(Clone, Debug, Serialize)]
pub struct ToolView<'site> {
    name: &'site str,
    title: Option<String>,
    category: ClassLink,
    category_article: &'static str,
    risk: ClassLink,
    verdict: String,
    verdict_sentence: String,
    server: TextLink,
    server_name: &'site str,
    server_phrase: String,
    parameters: ParametersView,
    annotations: &'site [Annotation],
    checked_at: Option<&'site str>,
    confidence: Option<String>,
    description_html: Html,
    description_is_cut: bool,
    does_html: Html,
    why_html: Html,
    why_is_own: bool,
    evidence_html: Option<Html>,
    attacks: Vec<AttackLink<'site>>,
    policy_json: String,
    policy_data: String,
    policy_file: String,
    effect_html: Html,
    beside: Vec<ToolLink<'site>>,
    like: Vec<ToolLink<'site>>,
    namesakes: Vec<ToolLink<'site>>,
    questions: Vec<Question>,
    server_policy: String,
    api: String,
}

impl View for ToolView<'_> {
    const TEMPLATE: &'static str = "tool.html";
}

#[derive(Clone, Debug, Serialize)]
struct ParametersView {
    /// "3, 1 required", "none" or "unknown".
    summary: String,
    is_known: bool,
    rows: Vec<Parameter>,
    is_cut: bool,
    schema: Option<String>,
    schema_is_long: bool,
}

/// The page of a tool.
pub fn tool<'site>(
    open: Open<'site>,
    id: ToolId,
    tool: &'site Tool<'site>,
) -> Page<ToolView<'site>> {
    let Open { site, id: server, record } = open;
    let row = site.server(server);
    let document = policy::tool_document(&tool.name, tool.category);
    let subject = tool_faq::Subject::of(open, tool, &document);
    let questions = tool_faq::questions(&subject);
    let description = tool.description.as_deref().map(markdown::foreign).unwrap_or_default();
    let why = why(site, tool, &subject.server_phrase);
    let policy_json = document.to_json();
    let view = ToolView {
        name: &tool.name,
        title: readable_title(tool),
        category: links::category(site, tool.category),
        category_article: text::article(tool.category.name()),
        risk: links::risk(site, tool.risk),
        verdict: policy::verdict(&subject.effect),
        verdict_sentence: site.prose.category(tool.category).summary.clone(),
        server: links::server(site, server),
        server_name: &row.name,
        server_phrase: subject.server_phrase.clone(),
        parameters: parameters(tool),
        annotations: &tool.annotations,
        checked_at: record.checked_at.as_deref(),
        confidence: tool.confidence.map(percent),
        description_html: description.html,
        description_is_cut: description.is_cut,
        does_html: pattern(&site.prose.category(tool.category).does, &subject).html(),
        why_html: why,
        why_is_own: tool.rationale.is_some(),
        evidence_html: tool.evidence.as_deref().map(|evidence| markdown::foreign(evidence).html),
        attacks: attacks(site, tool),
        policy_data: text::percent_encode(&format!("{policy_json}\n")),
        policy_file: format!("{}.policy.json", site.tool(id).slug),
        policy_json,
        effect_html: policy::sentence(&document, &tool.name).html(),
        beside: site.beside(id, BESIDE).map(|id| links::tool(site, id, false)).collect(),
        like: site.like(id, ELSEWHERE).into_iter().map(|id| links::tool(site, id, true)).collect(),
        namesakes: site
            .namesakes(id, ELSEWHERE)
            .into_iter()
            .map(|id| links::tool(site, id, true))
            .collect(),
        server_policy: site.href(&Route::ServerPolicy(server)),
        api: site.href(&Route::ServerApi(server)),
        questions,
    };
    let head = HeadBuilder::new(
        site,
        Route::Tool(id),
        &format!("{} on {}", tool.name, row.title),
        &tool.name,
    )
    .description(&meta_description(&subject, &document))
    .below("Tools", Route::Group(Listing::Servers, GroupId::ROOT))
    .below(&row.title, Route::Server(server))
    .article(record.checked_at.as_deref())
    .questions(&view.questions)
    .build();
    Page { head, view }
}

fn pattern(pattern: &str, subject: &tool_faq::Subject<'_>) -> Phrase {
    Phrase::from_pattern(pattern, &subject.tool.name, &subject.server_phrase)
}

/// The title, unless it is the name again.
fn readable_title(tool: &Tool<'_>) -> Option<String> {
    let title = text::one_line(tool.title.as_deref()?);
    (title != tool.name).then(|| text::cut(&title, 120))
}

fn why(site: &Site, tool: &Tool<'_>, server_phrase: &str) -> Html {
    if let Some(rationale) = &tool.rationale {
        return markdown::foreign(rationale).html;
    }
    let why = &site.prose.category(tool.category).why;
    let html = Phrase::from_pattern(why, &tool.name, server_phrase).html();
    Html::from_escaped(format!("<p>{}</p>", html.as_str()))
}

fn percent(confidence: f64) -> String {
    format!("{:.0} %", confidence * 100.0)
}

fn parameters(tool: &Tool<'_>) -> ParametersView {
    let Some(schema) = &tool.input_schema else {
        let summary = "unknown".to_owned();
        return ParametersView {
            summary,
            is_known: false,
            rows: Vec::new(),
            is_cut: false,
            schema: None,
            schema_is_long: false,
        };
    };
    let found = catalogue::parameters(schema);
    let summary = match (found.total, found.required) {
        (0, _) => "none".to_owned(),
        (total, required) if total == required && total == 1 => "1, required".to_owned(),
        (total, required) if total == required => format!("{total}, all required"),
        (total, 0) => format!("{total}, none required"),
        (total, required) => format!("{total}, {required} required"),
    };
    let pretty = text::readable_json(&serde_json::to_string_pretty(schema).unwrap_or_default());
    let schema_is_long = pretty.len() > LONGEST_SCHEMA;
    let schema = (!schema_is_long).then_some(pretty);
    ParametersView {
        summary,
        is_known: true,
        rows: found.rows,
        is_cut: found.is_cut,
        schema,
        schema_is_long,
    }
}

/// The attacks that the record names, then those on the category.
fn attacks<'site>(site: &'site Site, tool: &Tool<'_>) -> Vec<AttackLink<'site>> {
    let index = |slug: &str| site.prose.attacks.iter().position(|attack| attack.slug == slug);
    let mut chosen: Vec<usize> =
        tool.attacks.iter().filter_map(|mention| index(&mention.slug)).collect();
    for index in links::attacks_on(site, tool.category) {
        if !chosen.contains(&index) {
            chosen.push(index);
        }
    }
    chosen.into_iter().take(MOST_ATTACKS).map(|index| links::attack(site, index)).collect()
}

fn meta_description(subject: &tool_faq::Subject<'_>, document: &Document) -> String {
    let verdict = policy::verdict(&policy::effect(document, &subject.tool.name));
    let kind = format!(
        "{} risk, {} tool. Recommended rule: {}.",
        text::capitalised(subject.tool.risk.name()),
        subject.tool.category.name(),
        verdict.to_lowercase()
    );
    match &subject.description_sentence {
        Some(sentence) => format!("{kind} {sentence}"),
        None => format!("{kind} {} on {}.", subject.tool.name, subject.server_phrase),
    }
}
