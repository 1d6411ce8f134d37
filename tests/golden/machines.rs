//! What programs read: sitemaps, JSON-LD, and the addresses that a browser asks for by itself.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::Event;
use scraper::Html;
use serde_json::Value;

use super::reading::{
    Files, SHIPPED, all, built, file_of, first, folded, page, page_names, sites, text_in, words_of,
};
use crate::support::cases;

/// The most that a sitemap may list.
const MOST_IN_SITEMAP: usize = 50_000;

#[test]
fn sitemaps_list_every_page_exactly_once() {
    for (files, origin) in sites() {
        let entries = sitemap_entries(files, origin);
        let listed: BTreeSet<String> = entries.iter().map(|(file, _)| file.clone()).collect();
        assert_eq!(listed.len(), entries.len(), "a page is listed twice");
        let pages: BTreeSet<String> =
            page_names(files).filter(|name| *name != "404.html").map(str::to_owned).collect();
        assert_eq!(listed, pages);
        for (name, day) in &entries {
            let modified = graph(&page(files, name), "TechArticle")
                .and_then(|article| article["dateModified"].as_str().map(str::to_owned));
            assert_eq!(*day, modified, "{name}");
        }
        let robots = text_in(files, "robots.txt");
        assert!(robots.contains(&format!("Sitemap: {origin}/sitemap.xml")), "{robots}");
    }
}

/// The files that all sitemaps of the index name, with the day of their last change.
fn sitemap_entries(files: &Files, origin: &str) -> Vec<(String, Option<String>)> {
    let index = text_in(files, "sitemap.xml");
    let sitemaps = elements(index, "sitemapindex", "sitemap");
    let mut entries = Vec::new();
    for sitemap in &sitemaps {
        let name = sitemap["loc"].strip_prefix(origin).unwrap().trim_start_matches('/');
        let text = text_in(files, name);
        assert!(text.len() < 50 * 1024 * 1024, "{name} is too big");
        let urls = elements(text, "urlset", "url");
        assert!(urls.len() <= MOST_IN_SITEMAP, "{name} is too long");
        entries.extend(urls.into_iter().map(|url| {
            let address = url["loc"].strip_prefix(origin).unwrap();
            (file_of(address), url.get("lastmod").cloned())
        }));
    }
    let published = files.keys().filter(|name| name.starts_with("sitemaps/")).count();
    assert_eq!(sitemaps.len(), published, "a sitemap is not in the index");
    entries
}

/// The children of each `item` below `root`, by their names.
fn elements(xml: &str, root: &str, item: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().trim_text(true);
    let mut path: Vec<String> = Vec::new();
    let mut found: Vec<BTreeMap<String, String>> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                if path == [root, item] {
                    found.push(BTreeMap::new());
                }
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => {
                assert_eq!(path.len(), 3, "text in {path:?}");
                let name = path.last().unwrap().clone();
                let entry = found.last_mut().unwrap();
                assert!(entry.insert(name, text.xml10_content().into_owned()).is_none());
            }
            Event::Eof => break,
            Event::Decl(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(path.is_empty());
    found
}

/// The entry of a type in the JSON-LD of a page.
fn graph(page: &Html, kind: &str) -> Option<Value> {
    let script = first(page, "script[type='application/ld+json']")?;
    let document: Value = serde_json::from_str(&script.text().collect::<String>()).unwrap();
    assert_eq!(document["@context"], "https://schema.org");
    let entries = document["@graph"].as_array().unwrap();
    entries.iter().find(|entry| entry["@type"] == kind).cloned()
}

fn text_at(value: &Value, pointer: &str) -> String {
    folded(
        value.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {value}")).as_str().unwrap(),
    )
}

#[test]
fn questions_say_the_same_to_people_and_machines() {
    let mut pages_with_questions = 0;
    for (files, _) in sites() {
        for name in page_names(files) {
            let page = page(files, name);
            let ask = |selector: &str| -> Vec<String> {
                all(&page, selector).into_iter().map(words_of).collect()
            };
            let shown: Vec<(String, String)> =
                ask(".questions > h3").into_iter().zip(ask(".questions > p")).collect();
            let told: Vec<(String, String)> = graph(&page, "FAQPage")
                .map(|entry| entry["mainEntity"].as_array().unwrap().clone())
                .unwrap_or_default()
                .iter()
                .map(|entry| {
                    let answer = text_at(entry, "/acceptedAnswer/text");
                    // Search engines take answers for HTML.
                    let answer = Html::parse_fragment(&answer);
                    assert_eq!(all(&answer, "html > *"), [], "{name} has markup in an answer");
                    (
                        text_at(entry, "/name"),
                        folded(&answer.root_element().text().collect::<String>()),
                    )
                })
                .collect();
            assert_eq!(shown, told, "{name}");
            let is_tool = name.starts_with("tools/") && name.split('/').count() == 4;
            assert!(!is_tool || shown.len() == 6, "{name} has {} questions", shown.len());
            pages_with_questions += usize::from(!shown.is_empty());
        }
    }
    assert!(pages_with_questions > 300);
}

#[test]
fn breadcrumbs_say_the_same_to_people_and_machines() {
    for (files, origin) in sites() {
        for name in page_names(files) {
            let page = page(files, name);
            let canonical =
                first(&page, "link[rel=canonical]").map(|link| link.attr("href").unwrap());
            let mut shown: Vec<(String, String)> = all(&page, "nav.crumbs li > a")
                .into_iter()
                .map(|link| (words_of(link), format!("{origin}{}", link.attr("href").unwrap())))
                .collect();
            let here = first(&page, "nav.crumbs li[aria-current=page]").map(words_of);
            shown.extend(here.zip(canonical.map(str::to_owned)));
            let told: Vec<(String, String)> = graph(&page, "BreadcrumbList")
                .map(|entry| entry["itemListElement"].as_array().unwrap().clone())
                .unwrap_or_default()
                .iter()
                .enumerate()
                .map(|(at, entry)| {
                    assert_eq!(entry["position"], at + 1);
                    (text_at(entry, "/name"), text_at(entry, "/item"))
                })
                .collect();
            assert_eq!(shown, told, "{name}");
            assert_eq!(shown.is_empty(), name == "index.html", "{name}");
        }
    }
}

#[test]
fn the_head_names_the_page_itself() {
    for (files, origin) in sites() {
        let mut titles = BTreeSet::new();
        for name in page_names(files).filter(|name| *name != "404.html") {
            let page = page(files, name);
            let content = |selector: &str, attribute: &str| {
                let found = first(&page, selector).unwrap_or_else(|| panic!("{name}: {selector}"));
                found.attr(attribute).unwrap().to_owned()
            };
            let canonical = content("link[rel=canonical]", "href");
            assert_eq!(file_of(canonical.strip_prefix(origin).unwrap()), name);
            assert_eq!(content("meta[property='og:url']", "content"), canonical);
            let description = content("meta[name=description]", "content");
            assert!(!description.is_empty() && description.chars().count() <= 158, "{name}");
            if let Some(article) = graph(&page, "TechArticle") {
                assert_eq!(text_at(&article, "/url"), canonical);
                assert_eq!(text_at(&article, "/description"), folded(&description));
                assert_eq!(text_at(&article, "/isPartOf/url"), format!("{origin}/"));
            }
            // An attack and the term for it may have the same name.
            let title = words_of(first(&page, "title").unwrap());
            let kind = name.split('/').next().unwrap();
            assert!(titles.insert((kind, title)), "{name}: a second page has the same title");
        }
        assert_eq!(
            text_at(&graph(&page(files, "index.html"), "WebSite").unwrap(), "/url"),
            format!("{origin}/")
        );
    }
}

/// Everything that a browser fetches, runs or sends to without being asked.
const REQUESTS: &[(&str, &str)] = &[
    ("link:not([rel=canonical])", "href"),
    ("script", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("video, audio, track, iframe, embed, input", "src"),
    ("video", "poster"),
    ("object", "data"),
    ("image, use", "href"),
    ("form", "action"),
    ("button", "formaction"),
    ("a", "ping"),
    ("base", "href"),
    ("body", "background"),
];

#[test]
fn no_page_sends_its_reader_to_another_host() {
    let configured =
        built(&cases("sites").into_iter().find(|case| case.ends_with("call-to-action")).unwrap());
    for files in sites().map(|(files, _)| files).into_iter().chain([&configured]) {
        for name in page_names(files) {
            let page = page(files, name);
            for (selector, attribute) in REQUESTS {
                for element in all(&page, selector) {
                    let Some(address) = element.attr(attribute) else { continue };
                    let is_endpoint =
                        *attribute == "action" && address == "https://intranet.example.org/contact";
                    let is_ours = address.starts_with('/') && !address.starts_with("//");
                    assert!(is_ours || is_endpoint, "{name}: {attribute}={address}");
                    assert!(
                        is_endpoint || files.contains_key(&file_of(address)),
                        "{name}: {address}"
                    );
                }
            }
            assert!(all(&page, "meta[http-equiv], [style], style, script:not([src]):not([type='application/ld+json'])").is_empty(), "{name}");
        }
    }
}

#[test]
fn styles_and_scripts_fetch_nothing() {
    for (name, bytes) in SHIPPED.iter().filter(|(name, _)| name.starts_with("assets/")) {
        let text = String::from_utf8_lossy(bytes).replace("http://www.w3.org/2000/svg", "");
        for request in
            ["http:", "https:", "url(//", "@import", "XMLHttpRequest", "sendBeacon", "import("]
        {
            assert!(!text.contains(request), "{name} has {request}");
        }
        // Search and stack read files of this very site; the browser tests see that they ask no other.
        if !["assets/search-", "assets/stack-"].iter().any(|script| name.starts_with(script)) {
            assert!(!text.contains("fetch("), "{name} fetches");
        }
    }
}
