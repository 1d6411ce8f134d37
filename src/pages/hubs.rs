//! Owns the small pages that lead on: the policies, the categories, the risk levels, and the page
//! for an address that does not exist. None of them counts tools, so that a new one leaves
//! them as they are.

use serde::Serialize;
use serde_json::json;

use super::head::HeadBuilder;
use super::links::{self, ClassLink, TextLink};
use super::listing::{groups_below, that_fit};
use super::{Page, View};
use crate::policy::{self, Preset};
use crate::risk::{Category, Risk};
use crate::site::{GroupId, Listing, Route, Site};
use crate::text;

/// What the page of all policies shows.
#[derive(Clone, Debug, Serialize)]
pub struct PoliciesView {
    presets: Vec<PresetView>,
    servers: Vec<PolicyLine>,
    /// How many servers are left out, if any are.
    more: Option<String>,
    groups: Vec<TextLink>,
    rules: Vec<RuleView>,
    all_servers: String,
}

impl View for PoliciesView {
    const TEMPLATE: &'static str = "policies.html";
}

#[derive(Clone, Debug, Serialize)]
struct PresetView {
    name: &'static str,
    file_name: &'static str,
    text: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct PolicyLine {
    link: TextLink,
    files: Vec<TextLink>,
}

/// About what the line of a server has around its texts.
const LINE_MARKUP: usize = 220;

impl PolicyLine {
    /// About how many bytes of a page it is.
    fn length(&self) -> usize {
        let links = std::iter::once(&self.link).chain(&self.files);
        let of_link = |link: &TextLink| {
            text::escaped_length(&link.name) + link.href.as_ref().map_or(0, String::len)
        };
        LINE_MARKUP + links.map(of_link).sum::<usize>()
    }
}

/// The recommended rule of a category.
#[derive(Clone, Debug, Serialize)]
struct RuleView {
    category: ClassLink,
    verdict: String,
    json: String,
}

/// The page of all policies.
pub fn policies(site: &Site) -> Page<PoliciesView> {
    let root = site.grouping(Listing::Servers).group(GroupId::ROOT);
    let line = |id| PolicyLine {
        link: TextLink::to(site, site.title_in_lists(id), &Route::ServerPolicy(id)),
        files: Preset::ALL
            .into_iter()
            .map(|preset| {
                TextLink::to(site, preset.file_name(), &Route::PolicyDocument(id, preset))
            })
            .collect(),
    };
    let lines = root.servers.iter().copied().map(line);
    let servers: Vec<PolicyLine> = that_fit(lines, PolicyLine::length).collect();
    let left_out = root.servers.len() - servers.len();
    let view = PoliciesView {
        presets: Preset::ALL.into_iter().map(preset_view).collect(),
        more: (left_out > 0).then(|| text::count(left_out, "server")),
        servers,
        groups: groups_below(site, Listing::Servers, GroupId::ROOT),
        rules: Category::ALL.into_iter().map(|category| rule(site, category)).collect(),
        all_servers: site.href(&Route::whole(Listing::Servers)),
    };
    let head = HeadBuilder::new(site, Route::Policies, "Policies", "Policies")
        .description("One complete policy document for each MCP server, in three strengths, and the rule that each category of tool gets.")
        .build();
    Page { head, view }
}

fn preset_view(preset: Preset) -> PresetView {
    let text = match preset {
        Preset::Recommended => {
            "Reads are allowed; writes and actions are allowed up to a limit; tools that delete are hidden and denied; tools that move money are denied. A tool that the document does not list is denied."
        }
        Preset::Strict => {
            "Reads are allowed. Every other tool is denied, including any that the server adds later."
        }
        Preset::Permissive => {
            "Tools that delete are hidden and denied, tools that move money are denied, writes and actions keep their limits. A tool that the document does not list is allowed, including any that the server adds later."
        }
    };
    PresetView { name: preset.name(), file_name: preset.file_name(), text }
}

fn rule(site: &Site, category: Category) -> RuleView {
    let document = policy::tool_document("TOOL", category);
    let rule = if document.hide.is_empty() {
        json!({"tools": document.tools})
    } else {
        json!({"hide": document.hide})
    };
    RuleView {
        category: links::category(site, category),
        verdict: policy::verdict(&policy::effect(&document, "TOOL")),
        json: rule.to_string(),
    }
}

/// What the page of all categories shows.
#[derive(Clone, Debug, Serialize)]
pub struct CategoriesView {
    classes: Vec<ClassView>,
}

impl View for CategoriesView {
    const TEMPLATE: &'static str = "categories.html";
}

/// What the page of all risk levels shows.
#[derive(Clone, Debug, Serialize)]
pub struct RisksView {
    classes: Vec<ClassView>,
}

impl View for RisksView {
    const TEMPLATE: &'static str = "risks.html";
}

#[derive(Clone, Debug, Serialize)]
struct ClassView {
    class: ClassLink,
    summary: String,
    /// Of a category: its level. Of a level: the categories that have it.
    related: Vec<ClassLink>,
    verdict: Option<String>,
}

/// The page of all categories.
pub fn categories(site: &Site) -> Page<CategoriesView> {
    let class = |category: Category| ClassView {
        class: links::category(site, category),
        summary: site.prose.category(category).summary.clone(),
        related: vec![links::risk(site, category.default_risk())],
        verdict: Some(policy::verdict(&policy::effect(
            &policy::tool_document("TOOL", category),
            "TOOL",
        ))),
    };
    let view = CategoriesView { classes: Category::ALL.into_iter().map(class).collect() };
    let head = HeadBuilder::new(site, Route::Categories, "The five categories of tools", "Categories")
        .description("Every tool is classified by what a call of it does: read, write, execute, destructive or financial. The category decides the recommended rule.")
        .build();
    Page { head, view }
}

/// The page of all risk levels.
pub fn risks(site: &Site) -> Page<RisksView> {
    let class = |risk: Risk| ClassView {
        class: links::risk(site, risk),
        summary: site.prose.risk(risk).summary.clone(),
        related: Category::ALL
            .into_iter()
            .filter(|category| category.default_risk() == risk)
            .map(|category| links::category(site, category))
            .collect(),
        verdict: None,
    };
    let view = RisksView { classes: Risk::ALL.into_iter().rev().map(class).collect() };
    let head = HeadBuilder::new(site, Route::Risks, "The four risk levels", "Risk")
        .description("Low, medium, high and critical: how much harm a careless or hijacked call of a tool can do, and which tools have which level.")
        .build();
    Page { head, view }
}

/// What the page for a missing address shows.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundView {
    links: Vec<TextLink>,
}

impl View for NotFoundView {
    const TEMPLATE: &'static str = "404.html";
}

/// The page for an address that does not exist.
pub fn not_found(site: &Site) -> Page<NotFoundView> {
    let link = |name: &str, route: Route| TextLink::to(site, name, &route);
    let view = NotFoundView {
        links: vec![
            link("All servers", Route::whole(Listing::Servers)),
            link("Policies", Route::Policies),
            link("Attacks", Route::Attacks),
        ],
    };
    let head = HeadBuilder::new(site, Route::NotFound, "Not found", "Not found")
        .description("There is no page at this address.")
        .build();
    Page { head, view }
}
