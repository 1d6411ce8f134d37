//! Owns the pages of listings: all servers, and the servers with tools of one category or risk.

use std::borrow::Cow;

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::{self, AttackLink, TextLink, ToolLink};
use super::profile::{self, Profile};
use super::terms::TermLinker;
use super::{Page, Part, Parts, View, shown};
use crate::markdown;
use crate::risk::{Category, Risk};
use crate::site::{GroupId, Listing, Route, ServerId, Site};
use crate::text::{self, Html};

/// So many bytes of lines a page has before it leaves servers out, whatever their titles are made of.
const LONGEST_LIST: usize = 440 * 1024;
/// About what the line of a server and that of a tool have around their texts.
const SERVER_MARKUP: usize = 450;
const TOOL_MARKUP: usize = 230;

/// Fewer servers are seen at a glance.
const FEWEST_TO_FILTER: usize = 6;

/// What a page of a listing shows.
#[derive(Clone, Debug, Serialize)]
pub struct ListingView<'site> {
    kind: Kind,
    /// Whether there are so many servers that a filter helps.
    can_filter: bool,
    class: Option<&'static str>,
    title: String,
    intro: String,
    about_html: Option<Html>,
    letters: Option<String>,
    groups: Vec<TextLink>,
    servers: Parts<ServerLine<'site>>,
    /// How many servers are left out, if any are.
    more: Option<String>,
    attacks: Vec<AttackLink<'site>>,
    others: Vec<TextLink>,
}

impl View for ListingView<'_> {
    const TEMPLATE: &'static str = "listing.html";
    const IS_ONE_OF_MANY: bool = true;
}

/// What a listing is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Servers,
    Category,
    Risk,
}

impl From<Listing> for Kind {
    fn from(listing: Listing) -> Kind {
        match listing {
            Listing::Servers => Kind::Servers,
            Listing::Category(_) => Kind::Category,
            Listing::Risk(_) => Kind::Risk,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct ServerLine<'site> {
    kind: Kind,
    link: TextLink,
    name: Cow<'site, str>,
    summary: &'site str,
    count: String,
    /// What the list is sorted by: all tools, and those of critical risk.
    #[serde(serialize_with = "shown")]
    tool_count: usize,
    #[serde(serialize_with = "shown")]
    critical: usize,
    policy: String,
    by_risk: Option<Profile>,
    tools: Parts<ToolLink<'site>>,
    more: Option<String>,
}

impl Part for ServerLine<'_> {
    const NAME: &'static str = "part server_line";
}

/// A page of a listing.
pub fn listing(site: &Site, listing: Listing, id: GroupId) -> Page<ListingView<'_>> {
    let group = site.grouping(listing).group(id);
    let letters = (id != GroupId::ROOT).then(|| letters_of(site, listing, id));
    let whole = Route::whole(listing);
    let (class, title, summary) = words(site, listing, letters.as_deref());
    let of_servers = if listing == Listing::Servers { "" } else { " of servers" };
    let page_title = match &letters {
        Some(letters) => format!("{title}{of_servers} listed under {letters}"),
        None => title.clone(),
    };
    let is_root = letters.is_none();
    let servers = servers_that_fit(site, listing, &group.servers);
    let left_out = group.servers.len() - servers.len();
    let view = ListingView {
        kind: listing.into(),
        can_filter: group.servers.len() >= FEWEST_TO_FILTER,
        class,
        intro: summary.clone(),
        about_html: is_root.then(|| about(site, listing)).flatten(),
        groups: groups_below(site, listing, id),
        servers,
        more: (left_out > 0).then(|| text::count(left_out, "server")),
        attacks: if is_root { attacks(site, listing) } else { Vec::new() },
        others: others(site, listing),
        title,
        letters: letters.clone(),
    };
    let mut head = HeadBuilder::new(
        site,
        Route::Group(listing, id),
        &page_title,
        letters.as_deref().unwrap_or(&view.title),
    )
    .description(&match listing {
        Listing::Category(_) | Listing::Risk(_) if !is_root => format!("{page_title}. {summary}"),
        _ => summary,
    });
    head = match listing {
        Listing::Servers => head,
        Listing::Category(_) => head.below("Categories", &Route::Categories),
        Listing::Risk(_) => head.below("Risk", &Route::Risks),
    };
    if !is_root {
        head = head.below(&view.title, &whole);
    }
    for above in site.grouping(listing).above(id) {
        head = head.below(&letters_of(site, listing, above), &Route::Group(listing, above));
    }
    Page { head: head.build(), view }
}

/// The class, the title and what is said of a listing, or of its part with these letters.
fn words(
    site: &Site,
    listing: Listing,
    letters: Option<&str>,
) -> (Option<&'static str>, String, String) {
    match listing {
        Listing::Servers => {
            let intro = letters.map_or_else(
                || "Every MCP server of the catalogue, with the risk of its tools.".to_owned(),
                |letters| {
                    format!("The MCP servers listed under {letters}, with the risk of their tools.")
                },
            );
            (None, "All servers".to_owned(), intro)
        }
        Listing::Category(category) => {
            let text = site.prose.category(category);
            (Some(category.name()), format!("{} tools", text.title), about_one(&text.summary))
        }
        Listing::Risk(risk) => {
            let text = site.prose.risk(risk);
            (Some(risk.name()), format!("{}-risk tools", text.title), text.summary.clone())
        }
    }
}

/// "A tool of this category starts an action …"
fn about_one(summary: &str) -> String {
    format!("A tool of this category {}", text::uncapitalised(summary))
}

fn about(site: &Site, listing: Listing) -> Option<Html> {
    let body = match listing {
        Listing::Servers => return None,
        Listing::Category(category) => &site.prose.category(category).body,
        Listing::Risk(risk) => &site.prose.risk(risk).body,
    };
    let html = markdown::own(body, |address| site.addresses.resolve(address));
    Some(TermLinker::new(site, None).link(&html))
}

/// The links to the parts of a part of a listing.
pub(super) fn groups_below(site: &Site, listing: Listing, id: GroupId) -> Vec<TextLink> {
    let link =
        |below| TextLink::to(site, letters_of(site, listing, below), &Route::Group(listing, below));
    site.grouping(listing).below(id).map(link).collect()
}

/// The letters of a part of a listing, as pages show them.
fn letters_of(site: &Site, listing: Listing, id: GroupId) -> String {
    site.grouping(listing).group(id).letters.to_uppercase()
}

/// The lines of the first servers, until they are too many for a page. Groups are so small that
/// only titles that begin alike, or are very long, come to that.
fn servers_that_fit<'site>(
    site: &'site Site,
    listing: Listing,
    servers: &[ServerId],
) -> Parts<ServerLine<'site>> {
    let lines = servers.iter().map(|server| server_line(site, listing, *server));
    that_fit(lines, ServerLine::length).collect()
}

/// The first lines of a list, until they are too many for a page. `length` says about how many bytes
/// of it a line is.
pub(super) fn that_fit<Line>(
    lines: impl Iterator<Item = Line>,
    length: impl Fn(&Line) -> usize,
) -> impl Iterator<Item = Line> {
    let mut room = LONGEST_LIST;
    lines.take_while(move |line| {
        room = room.saturating_sub(length(line));
        room > 0
    })
}

impl ServerLine<'_> {
    /// About how many bytes of a page it is.
    fn length(&self) -> usize {
        let of_tool =
            |tool: &ToolLink<'_>| TOOL_MARKUP + tool.href.len() + text::escaped_length(&tool.name);
        let texts = [&*self.link.name, &*self.name, self.summary];
        SERVER_MARKUP
            + 2 * self.policy.len()
            + texts.map(text::escaped_length).iter().sum::<usize>()
            + self.tools.iter().map(of_tool).sum::<usize>()
    }
}

fn server_line(site: &Site, listing: Listing, id: ServerId) -> ServerLine<'_> {
    let row = site.server(id);
    let total = listing.count(&row.counts);
    let tools: Parts<ToolLink<'_>> = site
        .named(listing, id)
        .map(|tool| {
            let link = links::tool(site, tool, false);
            let category = link.category.filter(|_| !matches!(listing, Listing::Category(_)));
            ToolLink { category, ..link }
        })
        .collect();
    let more = if listing == Listing::Servers { 0 } else { total - tools.len() };
    let critical = row.counts.risk(Risk::Critical);
    let tools_of_it = text::count(total, "tool");
    let count = if listing == Listing::Servers && critical > 0 {
        format!("{tools_of_it}, {} critical", text::number(critical))
    } else {
        tools_of_it
    };
    ServerLine {
        kind: listing.into(),
        link: links::server(site, id),
        name: text::shown_name(&row.name),
        summary: &row.summary,
        count,
        tool_count: row.counts.total(),
        critical,
        policy: site.href(&Route::ServerPolicy(id)),
        by_risk: (listing == Listing::Servers && total > 0)
            .then(|| profile::by_risk(site, &row.counts)),
        tools,
        more: (more > 0).then(|| format!("{} more", text::number(more))),
    }
}

fn attacks(site: &Site, listing: Listing) -> Vec<AttackLink<'_>> {
    let categories: Vec<Category> = match listing {
        Listing::Servers => Vec::new(),
        Listing::Category(category) => vec![category],
        Listing::Risk(risk) => {
            Category::ALL.into_iter().filter(|category| category.default_risk() == risk).collect()
        }
    };
    let mut indexes: Vec<usize> =
        categories.into_iter().flat_map(|category| links::attacks_on(site, category)).collect();
    indexes.sort_unstable();
    indexes.dedup();
    indexes.into_iter().map(|index| links::attack(site, index)).collect()
}

/// The other categories, or the other levels.
fn others(site: &Site, listing: Listing) -> Vec<TextLink> {
    let is_sister = |other: &Listing| match listing {
        Listing::Servers => false,
        Listing::Category(_) => matches!(other, Listing::Category(_)) && *other != listing,
        Listing::Risk(_) => matches!(other, Listing::Risk(_)) && *other != listing,
    };
    Listing::all()
        .filter(is_sister)
        .map(|other| {
            let (_, title, _) = words(site, other, None);
            TextLink::to(site, title, &Route::whole(other))
        })
        .collect()
}
