//! Owns the links that lists are made of.

use std::borrow::Cow;

use serde::Serialize;

use super::Part;
use crate::config::Config;
use crate::content::Attack;
use crate::risk::{Category, Risk};
use crate::site::{Listing, Route, ServerId, Site, ToolId};
use crate::text::{self, LinkSchemes};

/// A link with its text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TextLink {
    /// What the reader sees.
    pub name: String,
    /// Where it leads; nowhere: it is text.
    pub href: Option<String>,
}

impl TextLink {
    /// A link to something of the site.
    pub(crate) fn to(site: &Site, name: impl Into<String>, route: &Route) -> TextLink {
        TextLink { name: name.into(), href: Some(site.href(route)) }
    }
}

/// A class (category or risk level) with its page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClassLink {
    /// The lower-case name, which is also the name in the style sheet.
    pub name: &'static str,
    /// The name with a capital.
    pub title: String,
    /// Its page.
    pub href: String,
}

/// A tool in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ToolLink<'site> {
    /// The name.
    pub name: Cow<'site, str>,
    /// Its page.
    pub href: String,
    /// The name of its risk.
    pub risk: &'static str,
    /// The name of its category, unless all tools of the list have the same.
    pub category: Option<&'static str>,
    /// The title of its server, where the list has several.
    pub server: Option<Cow<'site, str>>,
}

impl Part for ToolLink<'_> {
    const NAME: &'static str = "part tool_link";
}

/// An attack in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AttackLink<'site> {
    /// Its name.
    pub title: &'site str,
    /// Its page.
    pub href: String,
    /// One sentence.
    pub summary: &'site str,
}

/// The page of a category.
pub(crate) fn category(site: &Site, category: Category) -> ClassLink {
    let route = Route::whole(Listing::Category(category));
    ClassLink {
        name: category.name(),
        title: site.prose.category(category).title.clone(),
        href: site.href(&route),
    }
}

/// The page of a risk level.
pub(crate) fn risk(site: &Site, risk: Risk) -> ClassLink {
    let route = Route::whole(Listing::Risk(risk));
    ClassLink {
        name: risk.name(),
        title: site.prose.risk(risk).title.clone(),
        href: site.href(&route),
    }
}

/// A tool, with its server where `with_server` asks for it.
pub(crate) fn tool(site: &Site, id: ToolId, with_server: bool) -> ToolLink<'_> {
    let row = site.tool(id);
    ToolLink {
        name: text::shown_name(row.name),
        href: site.href(&Route::Tool(id)),
        risk: row.risk.name(),
        category: Some(row.category.name()),
        server: with_server.then(|| site.title_in_lists(row.server)),
    }
}

/// A server in a list of several.
pub(crate) fn listed_server(site: &Site, id: ServerId) -> TextLink {
    TextLink::to(site, site.title_in_lists(id), &Route::Server(id))
}

/// A server.
pub(crate) fn server(site: &Site, id: ServerId) -> TextLink {
    TextLink::to(site, &*site.server(id).title, &Route::Server(id))
}

/// An attack by its position in the texts.
pub(crate) fn attack(site: &Site, index: usize) -> AttackLink<'_> {
    let attack: &Attack = &site.prose.attacks[index];
    AttackLink {
        title: &attack.title,
        href: site.href(&Route::Attack(index)),
        summary: &attack.summary,
    }
}

/// The positions of the attacks that abuse a category.
pub(crate) fn attacks_on(site: &Site, category: Category) -> impl Iterator<Item = usize> {
    let attacks = site.prose.attacks.iter().enumerate();
    attacks.filter(move |(_, attack)| attack.categories.contains(&category)).map(|(index, _)| index)
}

/// An address that a record gives: a link if the site allows it, text if not.
pub(crate) fn foreign(url: &str, schemes: LinkSchemes) -> TextLink {
    TextLink { name: text::short_line(url, 200), href: schemes.allow(url).then(|| url.to_owned()) }
}

/// How the gateway of a site is called in a sentence.
pub(crate) fn gateway(config: &Config) -> String {
    if config.gateway.name.is_empty() {
        "your MCP gateway".to_owned()
    } else {
        config.gateway.name.clone()
    }
}
