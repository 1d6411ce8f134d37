//! Owns the two pages that work in the browser on the site's own files: the search, and the stack
//! of servers that somebody's agents use. Neither depends on the catalogue.

use serde::Serialize;

use super::head::HeadBuilder;
use super::links::{self, ClassLink};
use super::{Page, View};
use crate::config::UrlStyle;
use crate::risk::{Category, Risk};
use crate::site::{Listing, Route, Site};

/// Where the scripts of both pages find what they need.
#[derive(Clone, Debug, Serialize)]
struct Places {
    /// What stands in front of every path of the site.
    root: String,
    /// What ends the address of a page.
    end: &'static str,
    all_servers: String,
    all_policies: String,
}

impl Places {
    fn of(site: &Site) -> Places {
        Places {
            root: format!("{}/", site.config.base_path),
            end: if site.config.url_style == UrlStyle::Directory { "/" } else { "" },
            all_servers: site.href(&Route::whole(Listing::Servers)),
            all_policies: site.href(&Route::Policies),
        }
    }
}

/// What the search page shows.
#[derive(Clone, Debug, Serialize)]
pub struct SearchView {
    places: Places,
    categories: Vec<ClassLink>,
    risks: Vec<ClassLink>,
}

impl View for SearchView {
    const TEMPLATE: &'static str = "search.html";
}

/// The search page.
pub fn search(site: &Site) -> Page<SearchView> {
    let view = SearchView {
        places: Places::of(site),
        categories: Category::ALL.into_iter().map(|class| links::category(site, class)).collect(),
        risks: Risk::ALL.into_iter().rev().map(|class| links::risk(site, class)).collect(),
    };
    let head = HeadBuilder::new(site, Route::Search, "Search", "Search")
        .description("Find a tool or a server of the catalogue by its name, title or description.")
        .build();
    Page { head, view }
}

/// What the page of a stack shows.
#[derive(Clone, Debug, Serialize)]
pub struct StackView {
    places: Places,
    /// What stands in front of the addresses of records, of server pages and of policies.
    api: String,
    tools: String,
    policies: String,
}

impl View for StackView {
    const TEMPLATE: &'static str = "stack.html";
}

/// The page of a stack.
pub fn stack(site: &Site) -> Page<StackView> {
    let below = |folder: &str| format!("{}/{folder}/", site.config.base_path);
    let view = StackView {
        places: Places::of(site),
        api: below("api/v1/servers"),
        tools: below("tools"),
        policies: below("policies"),
    };
    let head = HeadBuilder::new(site, Route::Stack, "Your stack", "Stack")
        .description("See every tool that your agents can call through their MCP servers, by risk, and take the policies along.")
        .build();
    Page { head, view }
}
