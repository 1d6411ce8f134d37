//! Owns the home page: what the site is for, and the catalogue at a glance. It is the
//! only page that counts over the whole catalogue.

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::{self, ClassLink, TextLink};
use super::mosaic::{self, Mosaic};
use super::profile::{self, Profile};
use super::{Page, View};
use crate::risk::{Category, Risk};
use crate::site::{Listing, Route, ServerId, Site};
use crate::text;

/// Servers on the home page.
const MOST_SERVERS: usize = 12;

/// What the home page shows.
#[derive(Clone, Debug, Serialize)]
pub struct HomeView<'site> {
    /// What the site is, in one sentence.
    about: &'site str,
    tools: String,
    servers: String,
    /// Whether the numbers of tools are rounded, but for those of single servers.
    is_rounded: bool,
    mosaic: Option<Mosaic>,
    by_risk: Profile,
    categories: Vec<ClassLine>,
    featured: Vec<ServerLine<'site>>,
    all_servers: String,
    policies: String,
    /// The page of the attacks, if the site describes any.
    attacks: Option<String>,
}

impl View for HomeView<'_> {
    const TEMPLATE: &'static str = "home.html";
}

#[derive(Clone, Debug, Serialize)]
struct ClassLine {
    class: ClassLink,
    summary: String,
    count: String,
}

#[derive(Clone, Debug, Serialize)]
struct ServerLine<'site> {
    link: TextLink,
    summary: &'site str,
    count: String,
    critical: Option<String>,
}

/// The home page.
pub fn home(site: &Site) -> Page<HomeView<'_>> {
    // A large catalogue changes every day, and this page shall not change with each tool.
    let rounded = site.totals().rounded();
    let totals = rounded.as_ref().unwrap_or(site.totals());
    let servers = site.servers().count();
    let view = HomeView {
        about: site.config.about(),
        tools: text::capitalised(&text::count(totals.total(), "tool")),
        servers: text::count(servers, "server"),
        is_rounded: rounded.is_some(),
        mosaic: mosaic::mosaic(totals),
        by_risk: profile::by_risk(site, totals),
        categories: Category::ALL
            .into_iter()
            .map(|category| ClassLine {
                class: links::category(site, category),
                summary: site.prose.category(category).summary.clone(),
                count: text::count(totals.category(category), "tool"),
            })
            .collect(),
        featured: featured(site).into_iter().map(|id| server_line(site, id)).collect(),
        all_servers: site.href(&Route::whole(Listing::Servers)),
        policies: site.href(&Route::Policies),
        attacks: (!site.prose.attacks.is_empty()).then(|| site.href(&Route::Attacks)),
    };
    let description = site.config.about();
    let head = HeadBuilder::new(site, Route::Home, &site.config.title, "Home")
        .description(description)
        .build();
    Page { head, view }
}

/// The servers with most critical tools: where a policy matters most.
fn featured(site: &Site) -> Vec<ServerId> {
    let mut servers: Vec<ServerId> = site.servers().collect();
    servers.sort_by_key(|id| {
        let counts = &site.server(*id).counts;
        (std::cmp::Reverse((counts.risk(Risk::Critical), counts.total())), *id)
    });
    servers.retain(|id| site.server(*id).counts.risk(Risk::Critical) > 0);
    servers.truncate(MOST_SERVERS);
    servers
}

fn server_line(site: &Site, id: ServerId) -> ServerLine<'_> {
    let row = site.server(id);
    let critical = row.counts.risk(Risk::Critical);
    ServerLine {
        link: links::server(site, id),
        summary: &row.summary,
        count: text::count(row.counts.total(), "tool"),
        critical: (critical > 0).then(|| format!("{} critical", text::number(critical))),
    }
}
