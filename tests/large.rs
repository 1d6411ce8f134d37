//! A catalogue that is too long for one page and one sitemap: planned by the library, so that not
//! every page has to be written. What is split stays whole, and every address leads back.

use std::collections::BTreeMap;
use std::time::Instant;

use policypress::compose::{self, Press};
use policypress::config::{self, Overrides};
use policypress::diag::Report;
use policypress::site::{Listing, Route};
use serde_json::json;

use super::support::TestSite;

const SERVERS: usize = 2_600;
const TOOLS: usize = 20;

#[test]
fn sitemaps_have_every_page_once_and_none_has_more_than_fifty_thousand() {
    let (_site, press) = large();
    assert!(press.site.sitemap_count() > 1, "make the catalogue larger");
    assert_sitemaps(&press);
}

#[test]
fn static_files_are_in_no_sitemap_and_pages_of_no_server_in_as_many_as_they_need() {
    let site = TestSite::with_record();
    for number in 0..25_100 {
        site.write(
            &format!("content/pages/page-{number}.md"),
            "+++\ntitle = \"Page\"\nsummary = \"A page.\"\n+++\nText.\n",
        );
    }
    for number in 0..50_001 {
        site.write(&format!("static/files/{number}"), "");
    }
    let press = planned(&site);
    assert_eq!(press.site.sitemap_count(), 2);
    assert_sitemaps(&press);
}

/// Whoever chooses names can choose where they stand.
#[test]
fn names_that_all_ask_for_one_sitemap_get_several() {
    let site = TestSite::new();
    let is_first = |name: &&String| {
        policypress::digest::number(format!("{name} 0").as_bytes()).is_multiple_of(16)
    };
    let names = (0..).map(|number| format!("server-{number}"));
    for name in names.filter(|name| is_first(&name)).take(52) {
        let text = super::support::reading_record(&name, 1_000, |number| format!("look_{number}"));
        site.write(&format!("content/catalogue/{name}.json"), &text);
    }
    let press = planned(&site);
    assert!(press.site.sitemap_count() <= 4, "{}", press.site.sitemap_count());
    assert_sitemaps(&press);
}

/// Asserts that each page is in one of the sitemaps, and that none of these is empty or too long.
fn assert_sitemaps(press: &Press) {
    let sitemaps = press.site.sitemap_count();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..sitemaps {
        let xml = text(press, &Route::Sitemap(number));
        let addresses: Vec<&str> = between(&xml, "<loc>", "</loc>");
        assert!((1..=50_000).contains(&addresses.len()), "{} in sitemap {number}", addresses.len());
        for address in addresses {
            *seen.entry(address.to_owned()).or_default() += 1;
        }
    }
    assert!(seen.values().all(|count| *count == 1));
    // The page for a missing address is in no sitemap.
    assert_eq!(seen.len(), press.site.share(None).page_count(&press.site) - 1);
    let index = text(press, &Route::SitemapIndex);
    assert_eq!(between(&index, "<loc>", "</loc>").len(), sitemaps);
}

#[test]
fn a_long_listing_is_split_and_shows_every_server_once() {
    let (_site, press) = large();
    let grouping = press.site.grouping(Listing::Servers);
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for id in grouping.ids() {
        let group = grouping.group(id);
        assert!(
            group.servers.len() <= 600,
            "{} servers below `{}`",
            group.servers.len(),
            group.letters
        );
        assert!(
            !group.servers.is_empty() || !group.children.is_empty(),
            "`{}` is empty",
            group.letters
        );
        for server in &group.servers {
            *shown.entry(press.site.server(*server).slug.to_string()).or_default() += 1;
        }
    }
    assert_eq!(shown.len(), SERVERS + 1);
    assert!(shown.values().all(|count| *count == 1));
    let mail = text(&press, &press.site.find("servers/m/a/i/").unwrap());
    assert_eq!(mail.matches("/sub/tools/mail-").count(), SERVERS / 8);
    let upper = text(&press, &press.site.find("servers/m/").unwrap());
    assert!(upper.contains("/sub/servers/m/a/") && !upper.contains("/sub/tools/ma"));
    let summary = "Every MCP server of the catalogue, with the risk of its tools.";
    let whole = text(&press, &press.site.find("tools/").unwrap());
    for (page, description) in [
        (whole, summary.to_owned()),
        (upper, "The MCP servers listed under M, with the risk of their tools.".to_owned()),
        (mail, "The MCP servers listed under MAI, with the risk of their tools.".to_owned()),
    ] {
        assert!(page.contains(&format!("content=\"{description}\"")), "{description}");
    }
}

#[test]
fn a_part_of_a_listing_leads_to_the_next_choice_and_back_to_all_above() {
    let (_site, press) = large();
    let mut passages = 0;
    for listing in Listing::all() {
        let grouping = press.site.grouping(listing);
        let leads_on = |id| {
            let group = grouping.group(id);
            group.servers.is_empty() && group.children.len() == 1
        };
        for id in grouping.ids() {
            passages += usize::from(leads_on(id));
            let page = text(&press, &Route::Group(listing, id));
            let main = page.split_once("<main").unwrap().1;
            assert_eq!(grouping.below(id).count(), grouping.group(id).children.len());
            for (below, child) in grouping.below(id).zip(&grouping.group(id).children) {
                let letters = &grouping.group(*child).letters;
                assert!(grouping.group(below).letters.starts_with(letters), "{letters}");
                assert!(!leads_on(below), "{} has one choice", grouping.group(below).letters);
                let href = press.site.href(&Route::Group(listing, below));
                assert!(main.contains(&format!("href=\"{href}\"")), "no link to {href}");
            }
            let crumbs = between(&page, "class=crumbs>", "</nav>")[0];
            let mut position = crumbs.len();
            let mut above = grouping.group(id).parent;
            while let Some(group) = above {
                let href = press.site.href(&Route::Group(listing, group));
                let found = crumbs.find(&format!("href=\"{href}\""));
                assert!(
                    found.is_some_and(|at| at < position),
                    "{href} is not on the way: {crumbs}"
                );
                position = found.unwrap();
                above = grouping.group(group).parent;
            }
        }
    }
    assert!(passages > 0, "no part has but one choice");
}

#[test]
fn every_address_leads_back_to_its_route() {
    let (_site, press) = large();
    let servers = press.site.servers().step_by(97).flat_map(|id| press.site.server_routes(id));
    for route in press.site.common_routes().into_iter().chain(servers) {
        let href = press.site.href(&route);
        let path = press.site.addresses.path_in(&href).unwrap();
        assert_eq!(press.site.find(path), Some(route), "{href}");
    }
    for nowhere in [
        "tools/nobody/",
        "tools/mail-1/nothing/",
        "policies/mail-1/other.json",
        "x",
        "api/v1/servers/",
    ] {
        assert_eq!(press.site.find(nowhere), None, "{nowhere}");
    }
}

#[test]
fn one_more_server_changes_one_page_of_the_listing() {
    let (site, before) = large();
    let path = site.path("content/catalogue/more.json");
    std::fs::write(path, super::support::record("mail-extra", &[("look", "read")])).unwrap();
    let after = planned(&site);
    let pages = |press: &Press| -> BTreeMap<String, Vec<u8>> {
        let ids = press.site.grouping(Listing::Servers).ids();
        let routes = ids.map(|id| Route::Group(Listing::Servers, id));
        routes.map(|route| (press.site.href(&route), press.artifact(&route).unwrap())).collect()
    };
    let (before, after) = (pages(&before), pages(&after));
    let changed: Vec<&String> =
        after.keys().filter(|href| before.get(*href) != after.get(*href)).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(before.keys().all(|href| after.contains_key(href)));
}

/// Whoever adds servers to a catalogue must not slow down each build of it: to compare each mention
/// with each tool of that name took time in square.
#[test]
fn servers_that_all_speak_of_one_tool_are_planned_in_proportion() {
    let seconds = |count: usize| {
        let site = TestSite::new();
        let settings =
            "title = \"Test\"\nbase_url = \"https://example.org/\"\ncatalogue = [\"all.jsonl\"]\n";
        site.write("site.toml", settings);
        let speaks = json!({"name": "look", "description": "Do not use `search_all`. ".repeat(20), "classification": {"category": "read"}});
        let line = |at: usize| {
            let named = super::support::record(&format!("named {at}"), &[("search_all", "read")]);
            let speaking = json!({"server": {"name": format!("speaking {at}")}, "tools": [speaks]});
            format!("{named}\n{speaking}\n")
        };
        site.write("all.jsonl", &(0..count).map(line).collect::<String>());
        let start = Instant::now();
        planned(&site);
        start.elapsed().as_secs_f64()
    };
    let (few, many) = (seconds(6_000), seconds(24_000));
    assert!(many <= 1.0 + few * 7.0, "{few} s, four times as many: {many} s");
}

/// A site of servers whose titles begin with a few words, as real ones do.
fn large() -> (TestSite, Press) {
    const WORDS: [&str; 8] = ["Mail", "Maps", "MCP", "Search", "Data", "Notes", "Quotes", "日本"];
    let site = TestSite::new();
    let tools: Vec<String> = (0..TOOLS).map(|number| format!("tool_{number}")).collect();
    let tools: Vec<(&str, &str)> = tools
        .iter()
        .map(String::as_str)
        .zip(["read", "write", "execute"].into_iter().cycle())
        .collect();
    let lines: Vec<String> = (0..SERVERS)
        .map(|number| {
            super::support::record(&format!("{} {number}", WORDS[number % WORDS.len()]), &tools)
        })
        .collect();
    site.write("content/catalogue/all.jsonl", &lines.join("\n"));
    let settings = "title = \"Test\"\nbase_url = \"https://example.org/sub/\"\n";
    site.write(
        "site.toml",
        &format!(
            "{settings}catalogue = [\"content/catalogue/all.jsonl\", \"content/catalogue\"]\n"
        ),
    );
    site.write("content/catalogue/one.json", &super::support::record("Zero", &[]));
    let press = planned(&site);
    (site, press)
}

/// The plan of a site.
pub(crate) fn planned(site: &TestSite) -> Press {
    let (config, mut report) = config::read(&site.path(""), Overrides::default());
    let press =
        compose::prepare(config.unwrap(), &mut policypress::site::Ledger::default(), &mut report);
    assert_eq!(report, Report::new());
    press.unwrap()
}

/// The text of a file of the site.
pub(crate) fn text(press: &Press, route: &Route) -> String {
    String::from_utf8(press.artifact(route).unwrap()).unwrap()
}

fn between<'text>(text: &'text str, start: &str, end: &str) -> Vec<&'text str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}
