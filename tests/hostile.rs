//! Hostile names and texts: a catalogue may say anything, and still every page has its own
//! address, no page does more than show the text, and every policy names exactly its tool.

use std::collections::{BTreeMap, BTreeSet};

use policypress::policy::parse;
use policypress::text::{cut, one_line, plainly, printable, shown_name};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

use crate::gateway::{Decision, Enforcement};
use crate::support::{TestSite, is_html};

/// Names that a file system, an address, a page, a template or a policy could mistake for more
/// than a name. Names that stand side by side share a slug or differ in form only.
const NAMES: &[&str] = &[
    "a/b",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\windows",
    ".",
    "..",
    "...",
    ".hidden",
    "dot.",
    " lead and trail ",
    "   ",
    "two  spaces",
    "_",
    "-",
    "日本語",
    "中文",
    "🙂",
    "👩‍👩‍👧",
    "__proto__",
    "constructor",
    "toString",
    "CON",
    "con",
    "con.txt",
    "NUL",
    "aux.json",
    "LPT1",
    "index",
    "index.html",
    "404",
    "404.html",
    "robots.txt",
    "policy.json",
    "policy.strict.json",
    "tools",
    "get_user",
    "get-user",
    "get user",
    "getUser",
    "getuser",
    "GETUSER",
    // What stands for names while our sentences are put into words, plain and not.
    "policypresshole0",
    "Policypresshole1",
    "policypresshole3 & \"x\"",
    "café",
    "cafe\u{301}",
    "caf\u{e9}s",
    "שלום",
    "\u{202e}gnp.exe",
    "a\u{200b}b",
    "ab",
    "\u{feff}bom",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</code></h1><img src=x onerror=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "' onclick='alert(1)",
    "<!--",
    "-->",
    "<![CDATA[x]]>",
    "&lt;b&gt;",
    "&#x3c;",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# note #}",
    "{tool} and {server}",
    "javascript:alert(1)",
    "data:text/html,x",
    "[a](javascript:alert(1))",
    "https://example.com/\"onmouseover=\"x",
    "it's",
    "\"quoted\"",
    "`ticks`",
    "back\\slash",
    "$(rm -rf /)",
    "a|b",
    "*",
    "**bold**",
    "# heading",
    "line\nfeed",
    "carriage\rreturn",
    "tab\tstop",
    "\u{2028}separator",
    "\u{1b}[31mred",
    "\u{1}\u{7f}",
    "\u{80}\u{85}\u{9f}",
    "\u{fffe}\u{10ffff}",
    "\u{fffd}",
    "%2e%2e%2f",
    "a?b#c",
    "a&b=c",
];

const CATEGORIES: &[&str] = &["read", "write", "execute", "destructive", "financial"];

const STYLES: &[&str] = &[
    "url_style = \"directory\"\nminify = false\n",
    "url_style = \"directory\"\nminify = true\n",
    "url_style = \"file\"\nminify = false\n",
    "url_style = \"file\"\nminify = true\n",
];

#[test]
fn hostile_names_stay_names_in_every_style() {
    let names = names();
    for style in STYLES {
        let site = site(style, &records(&names));
        assert_sound(&site, style);
    }
}

#[test]
fn addresses_do_not_depend_on_the_order_of_the_input() {
    let names = names();
    let forward = site(STYLES[0], &records(&names));
    let mut reversed: Vec<String> = names.iter().rev().cloned().collect();
    let half = reversed.len() / 2;
    reversed.rotate_left(half);
    let backward = site(STYLES[0], &records(&reversed));
    forward.build();
    backward.build();
    assert_eq!(addresses(&forward), addresses(&backward));
    let files = |site: &TestSite| site.public().into_keys().collect::<Vec<_>>();
    assert_eq!(files(&forward), files(&backward));
}

#[test]
fn links_of_a_record_are_https_or_text() {
    let hostile = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "http://example.com/",
        "//example.com/",
        "/tools/",
        "https://example.com/\" onclick=\"alert(1)",
        "https://example.com/'><script>alert(1)</script>",
        "https://example.com\\@evil.example/",
        "https://user:secret@example.com/",
        "https://",
        "https:/\n/example.com",
    ];
    let mut records = Vec::new();
    for (number, url) in hostile.iter().enumerate() {
        let packages = ["npm", "pypi", "cargo", "nuget", "oci", url]
            .map(|registry| json!({"registryType": registry, "identifier": url, "version": url}));
        records.push(json!({
            "server": {
                "name": format!("server {number}"), "websiteUrl": url, "repository": {"url": url},
                "description": format!("[a]({url}) <{url}> ![b]({url})\n\n[c]: {url}\n\n[c]"),
                "remotes": [{"type": url, "url": url}],
                "packages": packages,
            },
            "tools": [{
                "name": "look", "description": url, "title": url,
                "inputSchema": {"properties": {"a": {"$ref": url, "default": url, "description": url}}},
                "classification": {"category": "read", "rationale": format!("[a]({url})"), "evidence": url},
            }],
        }));
    }
    for style in STYLES {
        let site = site(style, &records);
        assert_sound(&site, style);
        let foreign =
            site.public().into_iter().filter(|(name, _)| is_html(name)).flat_map(|(_, page)| {
                hrefs(&Html::parse_document(&String::from_utf8(page).unwrap()))
            });
        let foreign: BTreeSet<String> =
            foreign.filter(|href| href.contains("example.com") || href.contains("evil")).collect();
        // Markdown ends an address at its `>`: what is left is a plain https address.
        assert!(foreign.iter().all(|href| href == "https://example.com/'"), "{foreign:?}");
    }
}

#[test]
fn a_site_that_allows_more_schemes_links_to_them_and_to_no_other() {
    let record = |url: &str| {
        json!({
            "server": {"name": url, "websiteUrl": url, "description": format!("[a]({url})")},
            "tools": [{
                "name": "look", "description": format!("<{url}>"),
                "classification": {"category": "read", "evidence": format!("[a]({url})")},
            }],
        })
    };
    let urls = ["http://wiki.internal:8080/a", "mailto:help@wiki.internal", "ftp://wiki.internal/"];
    let links_of = |setting: &str| {
        let site = site(setting, &urls.map(record));
        site.build();
        let pages = site.public().into_iter().filter(|(name, _)| is_html(name));
        let links = pages
            .flat_map(|(_, page)| hrefs(&Html::parse_document(&String::from_utf8(page).unwrap())));
        links.filter(|href| urls.contains(&href.as_str())).fold(
            BTreeMap::new(),
            |mut counts: BTreeMap<String, usize>, href| {
                *counts.entry(href).or_default() += 1;
                counts
            },
        )
    };
    assert!(links_of("").is_empty());
    // The site of the server and its description; the description and the evidence of the tool.
    let both = BTreeMap::from([(urls[0].to_owned(), 4), (urls[1].to_owned(), 4)]);
    assert_eq!(links_of("link_schemes = [\"http\", \"mailto\"]\n"), both);
}

/// Few cases of many names each: the start of the program costs more than a page.
#[test]
fn any_names_at_all_make_a_sound_site() {
    let config = Config { cases: 6, failure_persistence: None, ..Config::default() };
    let names = proptest::collection::hash_set(any_name(), 8..24);
    let mut runner = TestRunner::new(config);
    let case = (names, proptest::sample::select(STYLES));
    let result = runner.run(&case, |(names, style)| {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        let site = site(style, &records(&names));
        assert_sound(&site, style);
        Ok(())
    });
    result.unwrap();
}

/// Any text but the empty one and those with U+0000, which no file can carry.
fn any_name() -> impl Strategy<Value = String> {
    const NASTY: &[char] = &[
        '/', '\\', '.', '-', '_', ' ', 'a', 'A', 'é', 'e', '\u{301}', '<', '>', '"', '\'', '&',
        '{', '}', '%', '#', '`', '*', '[', ']', '(', ')', '!', '|', ':', ';', '\n', '\r', '\t',
        '日', '\u{1b}', '\u{85}', '\u{a0}', '\u{200b}', '\u{202e}', '\u{2028}', '\u{feff}',
        '\u{fffe}', '🙂',
    ];
    let from_nasty = proptest::collection::vec(proptest::sample::select(NASTY), 1..12)
        .prop_map(|characters| characters.into_iter().collect());
    let any = any::<String>().prop_map(|text| text.replace('\0', "0"));
    prop_oneof![from_nasty, any.prop_filter("a name is not empty", |name| !name.is_empty())]
}

fn names() -> Vec<String> {
    let long = ["x".repeat(4_000), "日".repeat(4_000), format!("{}y", "x".repeat(3_999))];
    NAMES.iter().map(|name| (*name).to_owned()).chain(long).collect()
}

/// One server with all names as tools, and each name as a server that says its name everywhere.
fn records(names: &[String]) -> Vec<Value> {
    let mut categories: Vec<&String> = names.iter().collect();
    // The category follows from the name, not from the order of the input.
    categories.sort();
    let tool = |name: &String| {
        let position = categories.binary_search(&name).unwrap();
        json!({
            "name": name, "title": name, "description": name,
            "inputSchema": {
                "type": "object",
                "properties": {name: {"type": "string", "description": name, "default": name, "enum": [name]}},
                "required": [name],
            },
            "classification": {
                "category": CATEGORIES[position % CATEGORIES.len()], "rationale": name, "evidence": name,
            },
        })
    };
    let mut records = vec![json!({
        "server": {"name": "all of them"}, "tools": names.iter().map(tool).collect::<Vec<_>>(),
    })];
    records.extend(names.iter().map(|name| {
        json!({
            "server": {
                "name": name, "title": name, "description": name, "version": name, "websiteUrl": name,
                "repository": {"url": name}, "remotes": [{"type": name, "url": name}],
                "packages": [{"registryType": "npm", "identifier": name, "version": name}],
            },
            "tools": [tool(name)],
        })
    }));
    records
}

fn site(style: &str, records: &[Value]) -> TestSite {
    let site = TestSite::new();
    site.write(
        "site.toml",
        &format!("title = \"Test\"\nbase_url = \"https://example.org/\"\n{style}"),
    );
    for (number, record) in records.iter().enumerate() {
        site.write(&format!("content/catalogue/{number:04}.json"), &record.to_string());
    }
    site
}

/// Builds and checks a site, and looks at every page of it.
fn assert_sound(site: &TestSite, style: &str) {
    site.build();
    let check = site.run(&["check"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
    let files = site.public();
    assert_paths(&files.keys().map(String::as_str).collect::<Vec<_>>());
    let is_minified = style.contains("minify = true");
    for (name, bytes) in files.iter().filter(|(name, _)| is_html(name)) {
        assert_page(name, &Html::parse_document(std::str::from_utf8(bytes).unwrap()));
    }
    let mut pages = BTreeSet::new();
    for (server, tools) in &addresses(site) {
        for (tool, address) in tools {
            let file = file_of(&address.url, style);
            assert!(pages.insert(file.clone()), "two tools have the page {file}");
            let page = String::from_utf8(files[&file].clone()).unwrap();
            assert_tool_page(tool, &address.category, &Html::parse_document(&page), is_minified);
        }
        assert_documents(site, server, tools);
    }
}

/// All paths are different on every file system, and need no escaping anywhere.
fn assert_paths(paths: &[&str]) {
    let mut seen = BTreeSet::new();
    for path in paths.iter().filter(|path| **path != ".policypress-manifest") {
        assert!(seen.insert(path.to_lowercase()), "two files are called {path}");
        for part in path.split('/') {
            let is_plain = part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
            });
            assert!(is_plain && part.len() <= 200, "{path}");
            assert!(!part.is_empty() && !part.starts_with('.') && !part.ends_with('.'), "{path}");
            assert!(!part.ends_with('-'), "{path}");
        }
    }
}

/// What holds for every page: it is valid, and nothing in it acts but our own script.
fn assert_page(name: &str, page: &Html) {
    assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
    let elements = || page.tree.nodes().filter_map(ElementRef::wrap);
    for script in elements().filter(|element| element.value().name() == "script") {
        let ours = script.attr("src").is_some_and(|src| {
            ["site", "theme", "search", "stack"]
                .iter()
                .any(|name| src.starts_with(&format!("/assets/{name}-")))
        });
        let data = script.attr("type") == Some("application/ld+json");
        assert!(ours || data, "{name}: {}", script.html());
    }
    let count =
        |wanted: &str| elements().filter(|element| element.value().name() == wanted).count();
    assert!(count("script") <= 5, "{name} has {} scripts", count("script"));
    for element in ["img", "iframe", "object", "embed", "base", "style"] {
        assert_eq!(count(element), 0, "{name} has an element {element}");
    }
    for element in elements() {
        for (attribute, _) in element.value().attrs() {
            let acts = attribute.starts_with("on") || matches!(attribute, "style" | "srcdoc");
            assert!(!acts, "{name}: {}", element.html());
        }
    }
    for href in hrefs(page) {
        let inside = href.starts_with('/') && !href.starts_with("//");
        let known = ["#", "https://", "data:application/json,"];
        assert!(inside || known.iter().any(|start| href.starts_with(start)), "{name}: {href}");
    }
}

fn assert_tool_page(tool: &str, category: &str, page: &Html, is_minified: bool) {
    let shown: String = shown_name(tool).chars().map(printable).collect();
    let heading = only(page, "h1").text().collect::<String>();
    // A minifier may fold the white space of a heading, as every browser does.
    let seen = |text: &str| if is_minified { one_line(text) } else { text.to_owned() };
    // A mark has the words that stand in brackets elsewhere.
    let marks = |text: &str| text.replace(" ×", "").replace(['[', ']'], "");
    assert_eq!(seen(&marks(&heading)), seen(&marks(&plainly(&shown))));

    let data: Value =
        serde_json::from_str(&text(only(page, "script[type='application/ld+json']"))).unwrap();
    let part = |kind: &str| {
        data["@graph"].as_array().unwrap().iter().find(|part| part["@type"] == kind).unwrap()
    };
    let question = &part("FAQPage")["mainEntity"][0]["name"];
    // Code in a sentence has at most so many characters.
    assert_eq!(*question, *plainly(&format!("What does the {} tool do?", cut(tool, 400))));
    let crumbs = part("BreadcrumbList")["itemListElement"].as_array().unwrap();
    assert_eq!(crumbs.last().unwrap()["name"], *plainly(&one_line(&shown_name(tool))));

    let document = text(only(page, "[data-format='policy']"));
    assert_decides(&document, tool, category);
    let download = only(page, ".document a[download]").attr("href").unwrap();
    let download = decoded(download.strip_prefix("data:application/json,").unwrap());
    assert_eq!(download, format!("{document}\n"), "the download of {tool:?}");
}

/// The three complete documents decide on each tool as its category says.
fn assert_documents(site: &TestSite, server: &str, tools: &BTreeMap<String, Address>) {
    let folder = &tools.values().next().unwrap().policies;
    let read = |file: &str| site.published(&format!("{folder}/{file}"));
    let (recommended, strict, permissive) =
        (read("policy.json"), read("policy.strict.json"), read("policy.permissive.json"));
    for (tool, Address { category, .. }) in tools {
        assert_decides(&recommended, tool, category);
        let strict_decision = decision(&strict, tool);
        assert_eq!(strict_decision == Decision::Allowed, category == "read", "{server:?} {tool:?}");
        if matches!(category.as_str(), "destructive" | "financial") {
            assert_ne!(decision(&permissive, tool), Decision::Allowed, "{server:?} {tool:?}");
        } else {
            assert_decides(&permissive, tool, category);
        }
    }
}

fn assert_decides(document: &str, tool: &str, category: &str) {
    let parsed = parse(document).unwrap_or_else(|faults| panic!("{tool:?}: {faults:?}"));
    let mut enforcement = Enforcement::of(&parsed);
    let mut call = |times: usize| {
        (0..times).map(|_| enforcement.call(tool, &json!({}), 0)).collect::<Vec<_>>()
    };
    match category {
        "read" => assert_eq!(call(1), [Decision::Allowed], "{tool:?}\n{document}"),
        "write" | "execute" => {
            let limit = if category == "write" { 30 } else { 10 };
            let mut decisions = call(limit + 1);
            let over = Decision::OverLimit(format!("{tool}_rate"));
            assert_eq!(decisions.pop(), Some(over), "{tool:?}\n{document}");
            assert!(decisions.iter().all(|decision| *decision == Decision::Allowed), "{tool:?}");
        }
        // In `hide` the asterisk would stand for all tools.
        "destructive" if tool != "*" => {
            assert_eq!(call(1), [Decision::Hidden], "{tool:?}\n{document}");
        }
        _ => assert!(matches!(call(1)[0], Decision::Refused(_)), "{tool:?}\n{document}"),
    }
}

fn decision(document: &str, tool: &str) -> Decision {
    Enforcement::of(&parse(document).unwrap()).call(tool, &json!({}), 0)
}

/// What the machine output says of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    url: String,
    category: String,
    /// The folder of the server's policies.
    policies: String,
}

/// Every tool by the exact names of its server and itself, as the machine output has them.
fn addresses(site: &TestSite) -> BTreeMap<String, BTreeMap<String, Address>> {
    let mut servers = BTreeMap::new();
    for (name, bytes) in
        site.public().iter().filter(|(name, _)| name.starts_with("api/v1/servers/"))
    {
        let twin: Value = serde_json::from_slice(bytes).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let slug = name.strip_prefix("api/v1/servers/").unwrap().strip_suffix(".json").unwrap();
        let tools = twin["tools"].as_array().unwrap().iter().map(|tool| {
            let policies = format!("policies/{slug}");
            assert_eq!(tool["name"], tool["definition"]["name"]);
            (
                text(&tool["name"]),
                Address { url: text(&tool["url"]), category: text(&tool["category"]), policies },
            )
        });
        assert_eq!(twin["name"], twin["server"]["name"]);
        servers.insert(text(&twin["name"]), tools.collect());
    }
    servers
}

fn file_of(url: &str, style: &str) -> String {
    let path = url.strip_prefix("https://example.org/").unwrap();
    if style.contains("directory") { format!("{path}index.html") } else { format!("{path}.html") }
}

fn hrefs(page: &Html) -> Vec<String> {
    let elements = page.tree.nodes().filter_map(ElementRef::wrap);
    elements
        .flat_map(|element| ["href", "src", "action"].map(|name| element.attr(name)))
        .flatten()
        .map(str::to_owned)
        .collect()
}

fn only<'page>(page: &'page Html, selector: &str) -> ElementRef<'page> {
    let selector = Selector::parse(selector).unwrap();
    let mut found = page.select(&selector);
    let first = found.next().unwrap();
    assert!(found.next().is_none(), "more than one {selector:?}");
    first
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
