//! Owns the policy page of a server: the three complete documents.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde::Serialize;

use super::head::{self, HeadBuilder};
use super::links::{self, TextLink};
use super::profile::{self, Profile};
use super::{Open, Page, View};
use crate::policy::{self, Document, Effect, Preset};
use crate::risk::Category;
use crate::site::{Counts, Route};
use crate::text::{self, Html};

/// A longer document is offered as a file only.
const LONGEST_SHOWN: usize = 96 * 1024;
/// Tools that are named before the documents.
const MOST_RAISED: usize = 20;

/// What the policy page of a server shows.
#[derive(Clone, Debug, Serialize)]
pub struct ServerPolicyView<'site> {
    title: &'site str,
    phrase: &'site str,
    name: Cow<'site, str>,
    summary: String,
    by_risk: Profile,
    has_tools: bool,
    /// Tools whose level is higher than that of their category, which the documents go by.
    raised: Vec<TextLink>,
    /// How many more there are, if there are.
    raised_left_out: Option<String>,
    documents: Vec<DocumentView>,
    gateway: String,
    server: TextLink,
    api: String,
    checked_at: Option<&'site str>,
}

impl View for ServerPolicyView<'_> {
    const TEMPLATE: &'static str = "server_policy.html";
    const IS_ONE_OF_MANY: bool = true;
}

#[derive(Clone, Debug, Serialize)]
struct DocumentView {
    preset: &'static str,
    title: String,
    file_name: &'static str,
    href: String,
    sentences: Vec<String>,
    json_html: Option<Html>,
    size: String,
}

/// The complete documents of one server, each made once: two files show it.
#[derive(Debug, Default)]
pub struct Documents([OnceCell<Written>; Preset::ALL.len()]);

/// A document, and its JSON.
#[derive(Debug)]
struct Written {
    document: Document,
    json: String,
}

impl<'site> Open<'site> {
    /// The JSON of a complete document of the server.
    pub fn document(self, preset: Preset) -> &'site str {
        &self.written(preset).json
    }

    fn written(self, preset: Preset) -> &'site Written {
        self.documents.0[preset as usize].get_or_init(|| {
            let tools = self.tools().map(|(_, tool)| (tool.name.as_str(), tool.category));
            let document = policy::server_document(preset, tools);
            Written { json: document.to_json(), document }
        })
    }
}

/// The policy page of a server.
pub fn server_policy(open: Open<'_>) -> Page<ServerPolicyView<'_>> {
    let Open { site, id, record, phrase, .. } = open;
    let row = site.server(id);
    let summary = summary(open);
    let mut raised = open.tools().filter(|(_, tool)| tool.is_raised());
    let shown = raised
        .by_ref()
        .take(MOST_RAISED)
        .map(|(id, tool)| TextLink::to(site, text::shown_name(&tool.name), &Route::Tool(id)));
    let view = ServerPolicyView {
        raised: shown.collect(),
        raised_left_out: Some(raised.count()).filter(|left| *left > 0).map(text::number),
        title: &row.title,
        name: text::shown_name(&row.name),
        by_risk: profile::by_risk(site, &row.counts),
        has_tools: row.counts.total() > 0,
        documents: Preset::ALL.into_iter().map(|preset| document_view(open, preset)).collect(),
        gateway: links::gateway(&site.config),
        server: links::server(site, id),
        api: site.href(&Route::ServerApi(id)),
        checked_at: record.checked_at.as_deref(),
        phrase,
        summary,
    };
    let head = HeadBuilder::new(
        site,
        Route::ServerPolicy(id),
        &head::title(head::subject(site, id), &[": complete policy", ": policy"]),
        &row.title,
    )
    .description(&format!(
        "Complete policies for {}: recommended, strict, permissive. {}",
        open.phrase_apart(),
        short_summary(&row.counts)
    ))
    .below("Policies", &Route::Policies)
    .article(record.checked_at.as_deref())
    .build();
    Page { head, view }
}

fn summary(open: Open<'_>) -> String {
    let counts = &open.site.server(open.id).counts;
    let total = counts.total();
    let changing = total - counts.category(Category::Read);
    let tools = text::count(total, "tool");
    match (total, changing) {
        (0, _) => "Its record lists no tools.".to_owned(),
        (1, 0) => "It has 1 tool, which is not expected to change anything.".to_owned(),
        (1, 1) => "It has 1 tool, which can change, start, delete or pay for something.".to_owned(),
        (_, 0) => {
            let none = text::none(total);
            format!("It has {tools}, {none} of which is expected to change anything.")
        }
        (total, changing) if total == changing => {
            let all = text::all(total);
            format!(
                "It has {tools}, {all} of which can change, start, delete or pay for something."
            )
        }
        (_, changing) => format!(
            "It has {tools}; {} of them can change, start, delete or pay for something.",
            text::number(changing)
        ),
    }
}

/// What fits into the description of the page for search engines.
fn short_summary(counts: &Counts) -> String {
    let total = counts.total();
    let reading = counts.category(Category::Read);
    match (total, total - reading) {
        (0, _) => "Its record lists no tools.".to_owned(),
        (1, 0) => "Its one tool is a read tool.".to_owned(),
        (1, _) => "Its one tool is not a read tool.".to_owned(),
        (2, 0) => "Both its tools are read tools.".to_owned(),
        (_, 0) => format!("All its {} tools are read tools.", text::number(total)),
        (_, others) if others == total => {
            let none = text::capitalised(text::none(total));
            format!("{none} of its {} tools is a read tool.", text::number(total))
        }
        (_, 1) => format!("1 of its {} tools is not a read tool.", text::number(total)),
        (_, others) => format!(
            "{} of its {} tools are not read tools.",
            text::number(others),
            text::number(total)
        ),
    }
}

fn document_view(open: Open<'_>, preset: Preset) -> DocumentView {
    let json = open.document(preset);
    DocumentView {
        preset: preset.name(),
        title: text::capitalised(preset.name()),
        file_name: preset.file_name(),
        href: open.site.href(&Route::PolicyDocument(open.id, preset)),
        sentences: sentences(open, preset),
        size: format!("{} KB", json.len().div_ceil(1024)),
        json_html: (json.len() <= LONGEST_SHOWN)
            .then(|| text::element_text(json))
            .filter(|html| html.as_str().len() <= LONGEST_SHOWN),
    }
}

/// What the document does with the tools of each category that the server has, and with tools
/// that it does not list; every sentence is read from the document.
fn sentences(open: Open<'_>, preset: Preset) -> Vec<String> {
    let document = &open.written(preset).document;
    let mut sentences = Vec::new();
    if preset != Preset::Recommended && open.document(preset) == open.document(Preset::Recommended)
    {
        let why = match open.record.tools.len() {
            0 => "the record lists no tools",
            1 => "the one tool is a read tool",
            _ => "all tools are read tools",
        };
        sentences.push(format!("The same document as the recommended one: {why}."));
    }
    for category in Category::ALL {
        let names: Vec<&str> = open
            .tools()
            .filter(|(_, tool)| tool.category == category)
            .map(|(_, tool)| tool.name.as_str())
            .collect();
        let effects = policy::effects(document, &names);
        let are_alike = effects.len() == 1;
        for (effect, amount) in effects {
            let subject = if are_alike { None } else { Some(amount) };
            sentences.push(of_category(category, names.len(), subject, &effect));
        }
    }
    sentences.push(match document.default {
        policy::Default::Deny => "A tool that the document does not list is denied.".to_owned(),
        policy::Default::Allow => "A tool that the document does not list is allowed, including any that the server adds later.".to_owned(),
    });
    sentences
}

/// "The 3 write tools are each allowed …", or of tools that are not all treated alike: "2 of the 3
/// destructive tools are …".
fn of_category(category: Category, total: usize, part: Option<usize>, effect: &Effect) -> String {
    let tools = match total {
        1 => format!("{} tool", category.name()),
        total => format!("{} {} tools", text::number(total), category.name()),
    };
    let tools = match part {
        None => format!("The {tools}"),
        Some(part) => format!("{} of the {tools}", text::number(part)),
    };
    let (are, each) = if part.unwrap_or(total) == 1 { ("is", "") } else { ("are", "each ") };
    match effect {
        Effect::Allowed => format!("{tools} {are} allowed without a limit."),
        Effect::Limited(limit) => format!(
            "{tools} {are} {each}allowed {} a {} per grant.",
            text::times(limit.max),
            limit.window.name()
        ),
        Effect::Hidden => format!("{tools} {are} left out of tools/list and denied when called."),
        Effect::Refused(message) => format!("{tools} {are} denied with the message “{message}”."),
        Effect::NotListed => format!("{tools} {are} denied."),
        Effect::Conditional => {
            format!("{tools} {are} allowed when arguments and counters pass the checks.")
        }
    }
}
