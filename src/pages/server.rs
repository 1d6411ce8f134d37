//! Owns the server page: what a server offers, by risk, and where to get it.

use std::borrow::Cow;

use serde::Serialize;

use super::faq::{self, Answered, Question};
use super::findings::{self, Findings};
use super::head::{self, HeadBuilder};
use super::links::{self, ClassLink, TextLink};
use super::mosaic::{self, Mosaic};
use super::profile::{self, Profile};
use super::{Open, Page, Part, Parts, View, server_faq};
use crate::catalogue::{Package, Tool};
use crate::markdown::{self, Foreign};
use crate::policy;
use crate::risk::Risk;
use crate::site::{Listing, Route, ToolId};
use crate::text::{self, Html, LinkSchemes};

/// How much of a tool's description its line shows.
const LONGEST_LINE: usize = 180;
/// Fewer tools are seen at a glance.
const FEWEST_TO_FILTER: usize = 6;

/// So many bytes of lines a page has before it leaves rules and descriptions out, and then tools,
/// whatever their names are made of.
const LONGEST_LIST: usize = 240 * 1024;
/// About what a line has around its texts, around its warning, around its rule, and around its
/// description or in the place of one.
const LINE_MARKUP: usize = 113;
const WARNING_MARKUP: usize = 29;
const RULE_MARKUP: usize = 27;
const PARAGRAPH_MARKUP: usize = 50;

/// Packages and addresses that a page shows of a server.
const MOST_SOURCES: usize = 10;
/// How much of a version or a registry's name is shown.
const LONGEST_LABEL: usize = 80;

/// A mosaic of fewer tools says nothing that the bars do not.
const FEWEST_TO_DRAW: usize = 20;

/// What the server page shows.
#[derive(Clone, Debug, Serialize)]
pub struct ServerView<'site> {
    title: &'site str,
    phrase: &'site str,
    title_html: Html,
    name: Cow<'site, str>,
    name_html: Html,
    findings: Findings,
    slug: &'site str,
    /// Whether there are so many tools that a filter helps.
    can_filter: bool,
    version: Option<String>,
    description: Foreign,
    tool_count: String,
    by_risk: Profile,
    by_category: Profile,
    /// Where there are so many tools that areas say more than bars.
    mosaic: Option<Mosaic>,
    groups: Vec<RiskGroup<'site>>,
    /// Whether the tools stand there without their rules and descriptions.
    is_brief: bool,
    /// How many tools are left out, if any are.
    more: Option<String>,
    sources: Sources,
    checked_at: Option<&'site str>,
    policy: String,
    api: String,
    similar: Parts<SimilarServer>,
    questions: Vec<Answered>,
}

/// A server that has the names of some tools in common with another.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
struct SimilarServer(TextLink);

impl Part for SimilarServer {
    const NAME: &'static str = "part similar_server";
}

impl View for ServerView<'_> {
    const TEMPLATE: &'static str = "server.html";
    const IS_ONE_OF_MANY: bool = true;
}

/// The tools of one risk level.
#[derive(Clone, Debug, Serialize)]
struct RiskGroup<'site> {
    risk: ClassLink,
    count: String,
    tools: Parts<ToolLine<'site>>,
}

#[derive(Clone, Debug, Serialize)]
struct ToolLine<'site> {
    name: Cow<'site, str>,
    href: String,
    category: &'static str,
    verdict: String,
    line: Option<String>,
    is_described: bool,
    /// The severity of the worst that the rules found in it, if they found anything.
    warning: Option<&'static str>,
    /// Whether the line has neither the rule nor the description, for want of room.
    is_brief: bool,
}

/// Where to get the server.
#[derive(Clone, Debug, Serialize)]
struct Sources {
    packages: Vec<PackageView>,
    remotes: Vec<RemoteView>,
    repository: Option<TextLink>,
    website: Option<TextLink>,
    any: bool,
    /// Whether the record has more packages or addresses.
    is_cut: bool,
}

#[derive(Clone, Debug, Serialize)]
struct PackageView {
    registry: String,
    /// The address of the registry, if it is not the public one.
    registry_url: Option<String>,
    link: TextLink,
    version: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct RemoteView {
    transport: String,
    link: TextLink,
}

/// The page of a server.
pub fn server(open: Open<'_>) -> Page<ServerView<'_>> {
    let Open { site, id, record, phrase, .. } = open;
    let row = site.server(id);
    let tool_count = text::count(row.counts.total(), "tool");
    let schemes = site.config.link_schemes;
    let foreign = |text: &str| markdown::foreign(text, schemes);
    let description = record.server.description.as_deref().map(foreign).unwrap_or_default();
    let lists = tool_lists(open);
    let questions = server_faq::questions(open);
    let view = ServerView {
        title: &row.title,
        title_html: text::revealed(&row.title),
        name_html: text::revealed(&text::shown_name(&row.name)),
        name: text::shown_name(&row.name),
        findings: findings::on_server_page(open),
        slug: &row.slug,
        can_filter: row.counts.total() >= FEWEST_TO_FILTER,
        version: record.server.version.as_deref().map(label),
        description,
        by_risk: profile::by_risk(site, &row.counts),
        by_category: profile::by_category(site, &row.counts),
        mosaic: mosaic::mosaic(&row.counts)
            .filter(|mosaic| row.counts.total() >= FEWEST_TO_DRAW && mosaic.is_cut()),
        is_brief: lists.is_brief,
        groups: lists.groups,
        more: (lists.left_out > 0).then(|| text::count(lists.left_out, "tool")),
        sources: sources(open),
        checked_at: record.checked_at.as_deref(),
        policy: site.href(&Route::ServerPolicy(id)),
        api: site.href(&Route::ServerApi(id)),
        similar: site
            .similar(id)
            .iter()
            .map(|id| SimilarServer(links::listed_server(site, *id)))
            .collect(),
        questions: questions.iter().map(Question::answered).collect(),
        phrase,
        tool_count,
    };
    let head = HeadBuilder::new(
        site,
        Route::Server(id),
        &head::title(
            head::subject(site, id),
            &[
                &format!(": {}, risk and policies", view.tool_count),
                &format!(": {}", view.tool_count),
            ],
        ),
        &row.title,
    )
    .description(&meta_description(open))
    .below("All servers", &Route::whole(Listing::Servers))
    .article(record.checked_at.as_deref())
    .questions(&faq::entities(&questions))
    .build();
    Page { head, view }
}

fn meta_description(open: Open<'_>) -> String {
    let row = open.site.server(open.id);
    let phrase = text::capitalised(&open.phrase_apart());
    let counts = server_faq::category_counts(&row.counts);
    if counts.is_empty() {
        return head::quoting(&format!("{phrase} lists no tools."), &row.summary);
    }
    let policies = match row.counts.total() {
        1 => "A policy for the tool, and one for the server.",
        _ => "A policy for each tool and for all together.",
    };
    head::quoting(&format!("{phrase}: {counts}. {policies}"), &row.summary)
}

/// The tools of a server by risk.
struct ToolLists<'site> {
    groups: Vec<RiskGroup<'site>>,
    is_brief: bool,
    /// How many did not fit.
    left_out: usize,
}

/// The lists with rules and descriptions, or else without them, so that more tools fit.
fn tool_lists(open: Open<'_>) -> ToolLists<'_> {
    let whole = lists(open, false);
    if whole.left_out == 0 { whole } else { lists(open, true) }
}

/// The lists, critical risk first, each in the order of the names.
fn lists(open: Open<'_>, is_brief: bool) -> ToolLists<'_> {
    let counts = &open.site.server(open.id).counts;
    let mut room = LONGEST_LIST;
    let mut left_out = 0;
    let mut groups = Vec::new();
    for risk in Risk::ALL.into_iter().rev().filter(|risk| counts.risk(*risk) > 0) {
        let mut tools = Vec::new();
        for (id, tool) in open.tools().filter(|(_, tool)| tool.risk == risk) {
            let line = (room > 0).then(|| line(open, id, tool, is_brief));
            let length = line.as_ref().map_or(usize::MAX, ToolLine::length);
            room = room.saturating_sub(length);
            match line.filter(|_| room > 0) {
                Some(line) => tools.push(line),
                None => left_out += 1,
            }
        }
        let count = text::count(counts.risk(risk), "tool");
        groups.push(RiskGroup { risk: links::risk(open.site, risk), count, tools: Parts(tools) });
    }
    ToolLists { groups, is_brief, left_out }
}

impl Part for ToolLine<'_> {
    const NAME: &'static str = "part tool_line";
}

impl ToolLine<'_> {
    /// About how many bytes of a page it is.
    fn length(&self) -> usize {
        let warning = self.warning.map_or(0, |severity| WARNING_MARKUP + 2 * severity.len());
        let name = self.href.len() + text::escaped_length(&self.name) + 2 * self.category.len();
        let name = name + warning;
        if self.is_brief {
            return LINE_MARKUP + name;
        }
        let line = self.line.as_deref().map_or(0, text::escaped_length);
        LINE_MARKUP + name + RULE_MARKUP + self.verdict.len() + PARAGRAPH_MARKUP + line
    }
}

/// A short text of a record, such as a version.
fn label(text: &str) -> String {
    text::short_line(text, LONGEST_LABEL)
}

fn line<'site>(
    open: Open<'site>,
    id: ToolId,
    tool: &'site Tool<'site>,
    is_brief: bool,
) -> ToolLine<'site> {
    let document = policy::tool_document(&tool.name, tool.category);
    let described = tool.description.as_ref().filter(|_| !is_brief);
    ToolLine {
        name: text::shown_name(&tool.name),
        href: open.site.href(&Route::Tool(id)),
        category: tool.category.name(),
        verdict: policy::verdict(&policy::effect(&document, &tool.name)),
        line: described.map(|_| text::cut(open.sentence(id), LONGEST_LINE)),
        is_described: tool.description.is_some(),
        warning: findings::worst(open.findings(id)),
        is_brief,
    }
}

fn sources(open: Open<'_>) -> Sources {
    let server = &open.record.server;
    let foreign = |url: &str| links::foreign(url, open.site.config.link_schemes);
    let packages: Vec<PackageView> =
        server.packages.iter().take(MOST_SOURCES).map(package).collect();
    let remotes: Vec<RemoteView> = server
        .remotes
        .iter()
        .take(MOST_SOURCES)
        .map(|remote| RemoteView {
            transport: label(&remote.transport),
            link: foreign(&remote.url),
        })
        .collect();
    let repository = server.repository_url.as_deref().map(foreign);
    let website = server.website_url.as_deref().map(foreign);
    let any =
        !packages.is_empty() || !remotes.is_empty() || repository.is_some() || website.is_some();
    let is_cut = server.packages.len().max(server.remotes.len()) > MOST_SOURCES;
    Sources { packages, remotes, repository, website, any, is_cut }
}

/// The public registries, with the address of a package's page, and their own as records write it.
const REGISTRIES: [(&str, &str, &[&str]); 4] = [
    ("npm", "https://www.npmjs.com/package/{}", &["https://registry.npmjs.org"]),
    ("pypi", "https://pypi.org/project/{}/", &["https://pypi.org"]),
    (
        "nuget",
        "https://www.nuget.org/packages/{}",
        &["https://api.nuget.org", "https://api.nuget.org/v3/index.json"],
    ),
    ("cargo", "https://crates.io/crates/{}", &["https://crates.io"]),
];

/// A package with the address of its page, where we know how its registry makes addresses.
fn package(package: &Package) -> PackageView {
    let is_plain = package
        .identifier
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"@/._-".contains(&byte))
        && !package.identifier.split('/').any(|part| matches!(part, "" | "." | ".."));
    let known = REGISTRIES.iter().find(|(name, ..)| *name == package.registry);
    // In another registry a package of this name is another package.
    let is_other =
        |url: &&str| known.is_none_or(|(.., urls)| !urls.contains(&url.trim_end_matches('/')));
    let other = package.registry_url.as_deref().filter(is_other);
    let page = known.filter(|_| other.is_none());
    let page = page.map(|(_, page, _)| page.replace("{}", &package.identifier));
    let link = TextLink {
        name: text::short_line(&package.identifier, 200),
        href: page.filter(|page| is_plain && LinkSchemes::default().allow(page)),
    };
    PackageView {
        registry: label(&package.registry),
        registry_url: other.map(label),
        link,
        version: package.version.as_deref().map(label),
    }
}

#[cfg(test)]
mod tests {
    use super::package;
    use crate::catalogue::Package;

    #[test]
    fn a_package_is_a_link_only_in_the_registry_that_we_know() {
        for (registry, url, page) in [
            ("npm", None, Some("https://www.npmjs.com/package/@corp/x")),
            (
                "npm",
                Some("https://registry.npmjs.org/"),
                Some("https://www.npmjs.com/package/@corp/x"),
            ),
            ("npm", Some("https://npm.pkg.github.com"), None),
            ("oci", None, None),
            ("oci", Some("https://docker.io"), None),
        ] {
            let shown = package(&Package {
                registry: registry.to_owned(),
                registry_url: url.map(str::to_owned),
                identifier: "@corp/x".to_owned(),
                version: None,
            });
            assert_eq!(shown.link.href.as_deref(), page, "{registry} {url:?}");
            let is_other = page.is_none() && url.is_some();
            assert_eq!(shown.registry_url.is_some(), is_other, "{registry} {url:?}");
        }
    }
}
