//! Owns the tool page: what a tool does, how risky it is, why it needs a policy, and the policy.

use std::borrow::Cow;

use serde::Serialize;

use super::findings::{self, Findings};
use super::head::{self, Head, HeadBuilder, LONGEST_DESCRIPTION};
use super::links::{self, AttackLink, ClassLink, TextLink, ToolLink};
use super::parameters::{self, DeclaredResult, Parameters};
use super::wording::{Description, DocumentText, Kind, Names, Worded};
use super::{Open, Page, Part, Parts, View};
use crate::catalogue::{Annotation, ServerRecord, Tool};
use crate::markdown::{self, Foreign};
use crate::rules;
use crate::site::{Listing, Route, Site, ToolId};
use crate::text::{self, Html};

use super::faq::Answered;

const MOST_ATTACKS: usize = 4;
/// Longest name in what search engines show.
const LONGEST_NAME: usize = 50;
/// Longest part of a name that is searched for.
const LONGEST_QUERY: usize = 100;
/// Most characters of a server in the title of a tool's page beside a long name.
const LONGEST_ENDING: usize = 24;
/// A classification with less confidence, in percent, carries a warning.
const DOUBTFUL: f64 = 60.0;

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
    findings: Findings,
    server: TextLink,
    server_name: Cow<'site, str>,
    server_slug: &'site str,
    server_phrase: &'site str,
    /// Whether the server has no other tool.
    is_only: bool,
    parameters: Parameters,
    /// Nothing, if the record does not say what the results are.
    result: Parts<DeclaredResult>,
    facts: Parts<Facts<'site>>,
    description: Foreign,
    is_described: bool,
    does_html: Html,
    why: Foreign,
    evidence: Foreign,
    attacks: Vec<AttackLink<'site>>,
    /// Nothing, if the document is too long for a page.
    policy: Option<PolicyView>,
    effect_html: Html,
    /// Nothing, if there are none.
    related: Parts<Related<'site>>,
    /// Nothing, if there are none.
    adjacent: Parts<Adjacent<'site>>,
    questions: Vec<Answered>,
    server_policy: String,
    api: String,
}

/// What the record says besides.
#[derive(Clone, Debug, Serialize)]
struct Facts<'site> {
    annotations: &'site [Annotation],
    checked_at: Option<&'site str>,
    confidence: Option<String>,
}

impl<'site> Facts<'site> {
    fn of(record: &'site ServerRecord<'_>, tool: &'site Tool<'_>) -> Facts<'site> {
        Facts {
            annotations: &tool.annotations,
            checked_at: record.checked_at.as_deref(),
            confidence: tool.confidence.map(|confidence| format!("{}%", percent(confidence))),
        }
    }
}

impl Part for Facts<'_> {
    const NAME: &'static str = "part record_facts";
}

/// Other tools, and what their lists say of them.
#[derive(Clone, Debug, Serialize)]
struct Related<'site> {
    beside: Parts<ToolLink<'site>>,
    like: Parts<ToolLink<'site>>,
    namesakes: Parts<ToolLink<'site>>,
    /// The search for the name: more tools can have it than are listed.
    search: Option<String>,
    category: &'static str,
    /// The page of the server.
    server: String,
    server_phrase: &'site str,
}

impl Part for Related<'_> {
    const NAME: &'static str = "part related_tools";
}

/// The tools before and after it on its server.
#[derive(Clone, Debug, Serialize)]
struct Adjacent<'site> {
    previous: Option<ToolLink<'site>>,
    next: Option<ToolLink<'site>>,
}

impl Part for Adjacent<'_> {
    const NAME: &'static str = "part adjacent_tools";
}

/// The policy document of the tool.
#[derive(Clone, Debug, Serialize)]
struct PolicyView {
    json_html: Html,
    /// The document as a part of an address.
    data: String,
    file: String,
}

impl PolicyView {
    fn of(DocumentText { html, data }: DocumentText, slug: &str) -> PolicyView {
        PolicyView { json_html: html, data, file: format!("{slug}.policy.json") }
    }
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
    let Open { site, id: server, record, phrase, .. } = open;
    let row = site.server(server);
    let sentence = open.sentence(id);
    let identifier = text::shown_name(&row.name);
    let names = Names {
        tool: &tool.name,
        server: phrase,
        identifier: &identifier,
        sentence: &text::quoted(sentence),
    };
    let foreign = |text: &str| markdown::foreign(text, site.config.link_schemes);
    let description = tool.description.as_deref().map(foreign).unwrap_or_default();
    let rationale = tool.rationale.as_deref().map(foreign).filter(|text| !text.html.is_empty());
    let kind = Kind {
        category: tool.category,
        risk: tool.risk,
        description: Description::of(tool, sentence),
        has_rationale: rationale.is_some(),
        is_only: record.tools.len() == 1,
    };
    let worded = open.wordings.on(site, kind, names);
    let head = head(open, id, tool, &worded);
    let title = readable_title(tool);
    let api = site.href(&Route::ServerApi(server));
    let view = ToolView {
        name: text::shown_name(&tool.name),
        name_html: text::revealed(&text::shown_name(&tool.name)),
        title_html: title.as_deref().map(text::revealed),
        title,
        category: links::category(site, tool.category),
        risk: links::risk(site, tool.risk),
        verdict: worded.verdict,
        verdict_sentence: worded.verdict_sentence,
        notes: notes(tool),
        findings: findings::on_tool_page(open, id),
        server: links::server(site, server),
        server_name: text::shown_name(&row.name),
        server_slug: &row.slug,
        server_phrase: phrase,
        is_only: kind.is_only,
        parameters: parameters::parameters(tool),
        result: parameters::declared_result(tool, &api).into_iter().collect(),
        facts: Parts::from_iter([Facts::of(record, tool)]),
        description,
        is_described: tool.description.is_some(),
        does_html: worded.does,
        why: rationale.unwrap_or(Foreign { html: worded.why.unwrap_or_default(), is_cut: false }),
        evidence: tool.evidence.as_deref().map(foreign).unwrap_or_default(),
        attacks: attacks(site, tool),
        policy: worded.policy.map(|document| PolicyView::of(document, site.tool(id).slug)),
        effect_html: worded.effect,
        related: related(open, id, tool).into_iter().collect(),
        adjacent: adjacent(site, id).into_iter().collect(),
        server_policy: site.href(&Route::ServerPolicy(server)),
        api,
        questions: worded.questions,
    };
    Page { head, view }
}

fn related<'site>(open: Open<'site>, id: ToolId, tool: &Tool<'_>) -> Option<Related<'site>> {
    let site = open.site;
    let elsewhere = |id: &ToolId| links::tool(site, *id, true);
    let related = Related {
        beside: site
            .beside(id)
            .into_iter()
            .flatten()
            .map(|id| links::tool(site, id, false))
            .collect(),
        like: site.like(id).iter().map(elsewhere).collect(),
        namesakes: site.namesakes(id).iter().map(elsewhere).collect(),
        search: search_for(site, &tool.name),
        category: tool.category.name(),
        server: site.href(&Route::Server(open.id)),
        server_phrase: open.phrase,
    };
    let lists = [&related.beside, &related.like, &related.namesakes];
    lists.iter().any(|list| !list.is_empty()).then_some(related)
}

/// The search page with a name, or as much of it as anybody would search for; nothing if there is no
/// word in it.
fn search_for(site: &Site, name: &str) -> Option<String> {
    if !name.contains(char::is_alphanumeric) {
        return None;
    }
    let query = text::first_characters(name, LONGEST_QUERY);
    Some([&site.href(&Route::Search), "?q=", &text::percent_encode(query)].concat())
}

fn adjacent(site: &Site, id: ToolId) -> Option<Adjacent<'_>> {
    let [previous, next] =
        site.beside(id).map(|other| other.map(|id| links::tool(site, id, false)));
    (previous.is_some() || next.is_some()).then_some(Adjacent { previous, next })
}

fn head(open: Open<'_>, id: ToolId, tool: &Tool<'_>, worded: &Worded) -> Head {
    let Open { site, record, .. } = open;
    let row = site.server(open.id);
    // Many tools of a server have no description, or begin it with the same words.
    let name = text::one_line(&text::shown_name(&tool.name));
    let name = text::cut_inside(&text::plainly(&name), LONGEST_NAME);
    let what =
        [&name, ": ", tool.risk.name(), "-risk ", tool.category.name(), " tool of "].concat();
    let rule = [" Recommended rule: ", &worded.verdict.to_lowercase(), "."].concat();
    let length = |text: &str| text.chars().count();
    let room = LONGEST_DESCRIPTION.saturating_sub(length(&what) + 1 + length(&rule));
    let server = text::ended(&text::short_line(&text::plainly(&open.phrase_apart()), room));
    let description = [what, server, rule].concat();
    let description = match open.sentence(id) {
        "" => {
            let summary = &site.prose.category(tool.category).summary;
            head::continued(&description, &format!("The tool {}", text::uncapitalised(summary)))
        }
        sentence => head::quoting(&description, sentence),
    };
    // What is searched for is the whole name, if it is enough.
    let last = if site.namesakes(id).is_empty() {
        String::new()
    } else {
        [" · ", &text::cut_inside(&row.slug, LONGEST_ENDING)].concat()
    };
    let title = head::title(
        &tool.name,
        &[&[" on ", head::subject(site, open.id)].concat(), &[" · ", &row.slug].concat(), &last],
    );
    HeadBuilder::new(site, Route::Tool(id), &title, &tool.name)
        .description(&description)
        .below("All servers", &Route::whole(Listing::Servers))
        .below(&row.title, &Route::Server(open.id))
        .article(record.checked_at.as_deref())
        .card(tool.category, tool.risk)
        .questions(&worded.entities)
        .build()
}

/// The title, unless it is the name again.
fn readable_title(tool: &Tool<'_>) -> Option<String> {
    let title = text::one_line(tool.title.as_deref()?);
    (title != tool.name).then(|| text::cut(&title, 120))
}

/// What a reader should know before trusting the verdict.
pub fn notes(tool: &Tool<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if tool.is_raised() {
        let category = tool.category.name();
        notes.push(format!(
            "The rule is that of every {category} tool, but the risk of this one was set higher: consider denying it."
        ));
    }
    if let Some(percent) = tool.confidence.map(percent).filter(|percent| *percent < DOUBTFUL) {
        notes.push(format!(
            "The classification is uncertain ({percent}% confidence): check it before you rely on it."
        ));
    }
    notes.extend(contradiction(tool));
    notes
}

fn contradiction(tool: &Tool<'_>) -> Option<String> {
    let claim = rules::denied_claim(tool)?;
    let category = tool.category.name();
    Some(format!("The server declares it {claim}; this catalogue classifies it as {category}."))
}

/// The whole number that the page shows, so that no note contradicts it.
fn percent(confidence: f64) -> f64 {
    // Of two zeros the one without a sign.
    (confidence * 100.0).round() + 0.0
}

/// The attacks that the record names, then those that matter most for the category, then others
/// on it.
fn attacks<'site>(site: &'site Site, tool: &Tool<'_>) -> Vec<AttackLink<'site>> {
    let index = |slug: &str| site.prose.attacks.iter().position(|attack| attack.slug == slug);
    let named = tool.attacks.iter().filter_map(|slug| index(slug));
    let foremost = site.prose.category(tool.category).attacks.iter().filter_map(|slug| index(slug));
    let mut chosen: Vec<usize> = Vec::with_capacity(MOST_ATTACKS);
    for index in named.chain(foremost).chain(links::attacks_on(site, tool.category)) {
        if chosen.len() == MOST_ATTACKS {
            break;
        }
        if !chosen.contains(&index) {
            chosen.push(index);
        }
    }
    chosen.into_iter().map(|index| links::attack(site, index)).collect()
}
