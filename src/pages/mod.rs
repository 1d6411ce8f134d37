//! Owns page views: for each page family one struct that holds what its template shows, and the
//! function that fills it from the plan and a record. Views are pure: the same plan and record
//! give the same view. They know no template engine and open no file.

mod article;
mod attack;
mod faq;
mod findings;
mod frame;
mod glossary;
mod head;
mod home;
mod hubs;
mod json_ld;
mod links;
mod listing;
mod mosaic;
mod parameters;
mod profile;
mod search;
mod server;
mod server_faq;
mod server_policy;
mod terms;
mod tool;
mod tool_faq;
mod wording;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Deref;

use serde::{Serialize, Serializer};

pub use article::{ArticleView, article};
pub use attack::{AttackView, AttacksView, attack, attacks};
pub use findings::{ReaderFinding, server_findings, tool_findings};
pub use frame::{Frame, frame};
pub use glossary::{GlossaryView, TermView, glossary, term};
pub use head::Head;
pub use home::{HomeView, home};
pub use hubs::{
    CategoriesView, NotFoundView, PoliciesView, RisksView, categories, not_found, policies, risks,
};
pub use listing::{ListingView, listing};
pub use search::{SearchView, StackView, search, stack};
pub use server::{ServerView, server};
pub use server_policy::{Documents, ServerPolicyView, server_policy};
pub use tool::{ToolView, notes, tool};
pub use wording::Wordings;

use crate::catalogue::{ServerRecord, Tool};
use crate::markdown;
use crate::site::{Route, ServerId, Site, ToolId};
use crate::text;

/// Characters of the longest first sentence. Lists show less of it.
const LONGEST_SENTENCE: usize = 300;

/// What a template of a page family shows.
pub trait View: Serialize {
    /// The template.
    const TEMPLATE: &'static str;
    /// Whether there are as many of its pages as servers or tools, which differ mostly in texts.
    const IS_ONE_OF_MANY: bool = false;
}

/// The templates of pages, and whether each has many.
pub const TEMPLATES: [(&str, bool); 16] = [
    of::<ArticleView<'_>>(),
    of::<AttackView<'_>>(),
    of::<AttacksView<'_>>(),
    of::<CategoriesView>(),
    of::<GlossaryView<'_>>(),
    of::<HomeView<'_>>(),
    of::<ListingView<'_>>(),
    of::<NotFoundView>(),
    of::<PoliciesView>(),
    of::<RisksView>(),
    of::<SearchView>(),
    of::<ServerPolicyView<'_>>(),
    of::<ServerView<'_>>(),
    of::<StackView>(),
    of::<TermView<'_>>(),
    of::<ToolView<'_>>(),
];

const fn of<Page: View>() -> (&'static str, bool) {
    (Page::TEMPLATE, Page::IS_ONE_OF_MANY)
}

/// The template of a page; nothing for a file that is no page.
pub fn template(route: &Route) -> Option<&'static str> {
    match route {
        Route::Home => Some(HomeView::TEMPLATE),
        Route::Group(..) => Some(ListingView::TEMPLATE),
        Route::Policies => Some(PoliciesView::TEMPLATE),
        Route::Categories => Some(CategoriesView::TEMPLATE),
        Route::Risks => Some(RisksView::TEMPLATE),
        Route::Attacks => Some(AttacksView::TEMPLATE),
        Route::Attack(_) => Some(AttackView::TEMPLATE),
        Route::Glossary => Some(GlossaryView::TEMPLATE),
        Route::Term(_) => Some(TermView::TEMPLATE),
        Route::Article(_) => Some(ArticleView::TEMPLATE),
        Route::Search => Some(SearchView::TEMPLATE),
        Route::Stack => Some(StackView::TEMPLATE),
        Route::NotFound => Some(NotFoundView::TEMPLATE),
        Route::Server(_) => Some(ServerView::TEMPLATE),
        Route::ServerPolicy(_) => Some(ServerPolicyView::TEMPLATE),
        Route::Tool(_) => Some(ToolView::TEMPLATE),
        Route::Robots
        | Route::Llms
        | Route::ServersApi
        | Route::SitemapIndex
        | Route::Sitemap(_)
        | Route::Asset(_)
        | Route::PolicyDocument(..)
        | Route::ServerApi(_) => None,
    }
}

/// Serializes a number that is only shown as the text that it is on the page.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is called like this")]
fn shown<S: Serializer>(number: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// A list whose items are shown by a component of their own, one by one and each alike: on which
/// page it is and what stands beside it does not matter. Templates see a list.
#[derive(Clone, Debug)]
pub(crate) struct Parts<Item>(Vec<Item>);

/// The item of such a list.
pub(crate) trait Part: Serialize {
    /// [`PART`], and the name of the component.
    const NAME: &'static str;
}

/// What the name of a list of parts begins with where it is serialized.
pub const PART: &str = "part ";

/// The components of parts. Each has one argument, and a file of its name.
pub const PART_COMPONENTS: [&str; 10] = [
    "adjacent_tools",
    "declared_result",
    "mosaic_cell",
    "parameter",
    "record_facts",
    "related_tools",
    "server_line",
    "similar_server",
    "tool_line",
    "tool_link",
];

impl<Item: Part> Serialize for Parts<Item> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Item::NAME, &self.0)
    }
}

impl<Item> Deref for Parts<Item> {
    type Target = [Item];

    fn deref(&self) -> &[Item] {
        &self.0
    }
}

impl<Item> FromIterator<Item> for Parts<Item> {
    fn from_iter<Items: IntoIterator<Item = Item>>(items: Items) -> Parts<Item> {
        Parts(items.into_iter().collect())
    }
}

/// A whole page: its head and its view.
#[derive(Clone, Debug, Serialize)]
pub struct Page<Body> {
    /// What stands in the head of the page, and the breadcrumbs.
    pub head: Head,
    /// What the page family shows.
    pub view: Body,
}

/// A server with its record open, which all pages of the server are made from.
#[derive(Clone, Copy, Debug)]
pub struct Open<'site> {
    /// The plan.
    pub site: &'site Site,
    /// The server.
    pub id: ServerId,
    /// Its record, with the tools in the order of the plan.
    pub record: &'site ServerRecord<'site>,
    /// How it is called in a sentence.
    pub phrase: &'site str,
    /// What was found out of its tools.
    pub readings: &'site Readings,
    /// Our own sentences on tools.
    pub wordings: &'site Wordings,
    /// The complete documents of the server, as far as they were asked for.
    pub documents: &'site Documents,
}

/// What takes long to find out of the tools of a record, each thing once: several files show it.
#[derive(Debug)]
pub struct Readings(Vec<Reading>);

/// What is known of one tool.
#[derive(Debug, Default)]
struct Reading {
    /// The first sentence of its description.
    sentence: OnceCell<String>,
    /// What readers should know of it.
    findings: OnceCell<Vec<ReaderFinding>>,
}

impl Readings {
    /// Nothing is known yet of the tools of a record.
    pub fn of(record: &ServerRecord<'_>) -> Readings {
        Readings(record.tools.iter().map(|_| Reading::default()).collect())
    }
}

impl<'site> Open<'site> {
    /// Each tool of the record with its place in the plan.
    pub fn tools(&self) -> impl Iterator<Item = (ToolId, &'site Tool<'site>)> + use<'site> {
        self.site.tools_of(self.id).zip(&self.record.tools)
    }

    /// How the server is called in a sentence that must not be true of another one as well.
    fn phrase_apart(&self) -> Cow<'site, str> {
        if !self.site.shares_title(self.id) {
            return self.phrase.into();
        }
        let name = text::one_line(&self.site.server(self.id).name);
        // A name may consist of what nobody sees.
        if name.is_empty() { self.phrase.into() } else { format!("the server {name}").into() }
    }

    /// The tool of a place in the plan.
    pub fn tool(&self, id: ToolId) -> Option<&'site Tool<'site>> {
        self.record.tools.get(self.position(id)?)
    }

    fn position(&self, id: ToolId) -> Option<usize> {
        let first = self.site.tools_of(self.id).next()?;
        id.index().checked_sub(first.index())
    }

    /// The first sentence of the description of a tool, at most 300 characters of it; nothing if
    /// there is none.
    pub fn sentence(&self, id: ToolId) -> &'site str {
        let found = self.position(id).and_then(|at| {
            let description = self.record.tools.get(at)?.description.as_deref()?;
            let sentence = || markdown::first_sentence(description, LONGEST_SENTENCE);
            Some(self.readings.0.get(at)?.sentence.get_or_init(sentence).as_str())
        });
        found.unwrap_or_default()
    }
}
