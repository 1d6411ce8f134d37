//! Owns the tool page: what a tool does, how risky it is, why it needs a policy, and the policy.

use std::borrow::Cow;

use serde::Serialize;

use super::findings::{self, FindingView};
use super::head::{Head, HeadBuilder};
use super::links::{self, AttackLink, ClassLink, TextLink, ToolLink};
use super::parameters::{self, Parameters};
use super::terms::TermLinker;
use super::{Open, Page, Parts, View, tool_faq};
use crate::catalogue::{Annotation, Tool};
use crate::markdown;
use crate::policy::{self, Document};
use crate::risk::Category;
use crate::site::{GroupId, Listing, MOST_LIKE, MOST_NAMESAKES, Route, Site, ToolId};
use crate::text::{self, Html, Phrase};

use super::faq::Question;

/// Links to neighbours on the same server.
const BESIDE: usize = 1;
const MOST_ATTACKS: usize = 4;
/// A classification with less confidence carries a warning.
const DOUBTFUL: f64 = 0.6;
/// A longer document, with its copy in the address that downloads it, is for machines only.
const LONGEST_DOCUMENT: usize = 120 * 1024;

/// What the tool page shows.
#[derive(Clone, Debug, Serialize)]
pub struct ToolView<'site> {
    name: Cow<'site, str>,
    name_html: Html,
    title: Option<String>,
    title_html: Option<Html>,
    category: ClassLink,
    risk: ClassLink,
    verdict: String,
    verdict_sentence: String,
    notes: Vec<String>,
    findings: Vec<FindingView>,
    server: TextLink,
    server_name: Cow<'site, str>,
    server_slug: &'site str,
    server_phrase: String,
    parameters: Parameters,
    annotations: &'site [Annotation],
    checked_at: Option<&'site str>,
    confidence: Option<String>,
    description_html: Html,
    description_is_cut: bool,
    does_html: Html,
    why_html: Html,
    evidence_html: Option<Html>,
    attacks: Vec<AttackLink<'site>>,
    /// Nothing, if the document is too long for a page.
    policy: Option<PolicyView>,
    effect_html: Html,
    previous: Option<ToolLink<'site>>,
    next: Option<ToolLink<'site>>,
    beside: Parts<ToolLink<'site>>,
    like: Parts<ToolLink<'site>>,
    namesakes: Parts<ToolLink<'site>>,
    questions: Vec<Question>,
    server_policy: String,
    api: String,
}

/// The policy document of the tool.
#[derive(Clone, Debug, Serialize)]
struct PolicyView {
    html: Html,
    /// The document as a part of an address.
    data: String,
    file: String,
}

impl View for ToolView<'_> {
    const TEMPLATE: &'static str = "tool.html";
    const IS_ONE_OF_MANY: bool = true;
}

/// The page of a tool.
pub fn tool<'site>(
    open: Open<'site>,
    id: ToolId,
    tool: &'site Tool<'site>,
) -> Page<ToolView<'site>> {
    let Open { site, id: server, record, .. } = open;
    let row = site.server(server);
    let document = policy::tool_document(&tool.name, tool.category);
    let subject = tool_faq::Subject::of(open, id, tool, &document);
    let questions = tool_faq::questions(&subject);
    let foreign = |text: &str| markdown::foreign(text, site.config.link_schemes);
    let description = tool.description.as_deref().map(foreign).unwrap_or_default();
    let mut linker = TermLinker::new(site, None);
    let why = match &tool.rationale {
        Some(rationale) => foreign(rationale).html,
        None => linker.link(&why(site, tool, &subject.server_phrase)),
    };
    let title = readable_title(tool);
    let here = |id: &ToolId| links::tool(site, *id, false);
    let elsewhere = |id: &ToolId| links::tool(site, *id, true);
    let view = ToolView {
        name: text::shown_name(&tool.name),
        name_html: text::revealed(&text::shown_name(&tool.name)),
        title_html: title.as_deref().map(text::revealed),
        title,
        category: links::category(site, tool.category),
        risk: links::risk(site, tool.risk),
        verdict: policy::verdict(&subject.effect),
        verdict_sentence: format!(
            "{}: it {}",
            text::capitalised(&subject.kind()),
            text::uncapitalised(&subject.category.summary)
        ),
        notes: notes(tool),
        findings: findings::on_tool_page(open, id, tool),
        server: links::server(site, server),
        server_name: text::shown_name(&row.name),
        server_slug: &row.slug,
        server_phrase: subject.server_phrase.clone(),
        parameters: parameters::parameters(tool),
        annotations: &tool.annotations,
        checked_at: record.checked_at.as_deref(),
        confidence: tool.confidence.map(percent),
        description_html: description.html,
        description_is_cut: description.is_cut,
        does_html: linker.link(&pattern(&site.prose.category(tool.category).does, &subject).html()),
        why_html: why,
        evidence_html: tool.evidence.as_deref().map(|evidence| foreign(evidence).html),
        attacks: attacks(site, tool),
        policy: policy_view(&document, site.tool(id).slug),
        effect_html: linker.link(&policy::sentence(&document, &tool.name).html()),
        previous: site.beside(id, 1).find(|other| *other < id).map(|id| here(&id)),
        next: site.beside(id, 1).find(|other| *other > id).map(|id| here(&id)),
        beside: site.beside(id, BESIDE).map(|id| here(&id)).collect(),
        like: site.like(id, MOST_LIKE).iter().map(elsewhere).collect(),
        namesakes: site.namesakes(id, MOST_NAMESAKES).iter().map(elsewhere).collect(),
        server_policy: site.href(&Route::ServerPolicy(server)),
        api: site.href(&Route::ServerApi(server)),
        questions,
    };
    let head = head(open, id, &subject, &view);
    Page { head, view }
}

fn policy_view(document: &Document, slug: &str) -> Option<PolicyView> {
    let json = document.to_json();
    if json.len() > LONGEST_DOCUMENT {
        return None;
    }
    let html = text::element_text(&json);
    let data = text::percent_encode(&format!("{json}\n"));
    let is_short = html.as_str().len() + data.len() <= LONGEST_DOCUMENT;
    is_short.then(|| PolicyView { html, data, file: format!("{slug}.policy.json") })
}

fn head(open: Open<'_>, id: ToolId, subject: &tool_faq::Subject<'_>, view: &ToolView<'_>) -> Head {
    let Open { site, record, .. } = open;
    let row = site.server(open.id);
    let tool = subject.tool;
    HeadBuilder::new(site, Route::Tool(id), &format!("{} on {}", tool.name, row.title), &tool.name)
        .description(&meta_description(subject))
        .below("Tools", Route::Group(Listing::Servers, GroupId::ROOT))
        .below(&row.title, Route::Server(open.id))
        .article(record.checked_at.as_deref())
        .card(tool.category)
        .questions(&view.questions)
        .build()
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
    let why = &site.prose.category(tool.category).why;
    let html = Phrase::from_pattern(why, &tool.name, server_phrase).html();
    Html::from_escaped(format!("<p>{}</p>", html.as_str()))
}

/// What a reader should know before trusting the verdict.
fn notes(tool: &Tool<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if tool.risk > tool.category.default_risk() {
        let category = tool.category.name();
        notes.push(format!(
            "The rule is that of every {category} tool, but the risk of this one was set higher: consider denying it."
        ));
    }
    if let Some(confidence) = tool.confidence.filter(|confidence| *confidence < DOUBTFUL) {
        notes.push(format!(
            "The classification is uncertain ({} confidence): check it before you rely on it.",
            percent(confidence)
        ));
    }
    let declares = |name: &str| tool.annotations.iter().any(|hint| hint.name == name && hint.claim);
    if declares("destructiveHint") && matches!(tool.category, Category::Read | Category::Write) {
        let category = tool.category.name();
        notes.push(format!(
            "The server declares it destructive; this catalogue classifies it as {category}."
        ));
    }
    if declares("readOnlyHint") && tool.category != Category::Read {
        let category = tool.category.name();
        notes.push(format!(
            "The server declares it read-only; this catalogue classifies it as {category}."
        ));
    }
    notes
}

fn percent(confidence: f64) -> String {
    format!("{:.0}%", confidence * 100.0)
}

/// The attacks that the record names, then those that matter most for the category, then others
/// on it.
fn attacks<'site>(site: &'site Site, tool: &Tool<'_>) -> Vec<AttackLink<'site>> {
    let index = |slug: &str| site.prose.attacks.iter().position(|attack| attack.slug == slug);
    let mut chosen: Vec<usize> =
        tool.attacks.iter().filter_map(|mention| index(&mention.slug)).collect();
    let foremost = site.prose.category(tool.category).attacks.iter().filter_map(|slug| index(slug));
    for index in foremost.chain(links::attacks_on(site, tool.category)) {
        if !chosen.contains(&index) {
            chosen.push(index);
        }
    }
    chosen.into_iter().take(MOST_ATTACKS).map(|index| links::attack(site, index)).collect()
}

fn meta_description(subject: &tool_faq::Subject<'_>) -> String {
    let verdict = policy::verdict(&subject.effect);
    let kind = format!(
        "{}-risk {} tool of {}. Recommended rule: {}.",
        text::capitalised(subject.tool.risk.name()),
        subject.tool.category.name(),
        subject.server_phrase,
        verdict.to_lowercase()
    );
    let rest = subject.description_sentence.as_ref().unwrap_or(&subject.category.summary);
    format!("{kind} {rest}")
}
