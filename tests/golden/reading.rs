//! Reads published sites: the shipped one and a generated one, each built once for all tests, and
//! the words and parts of a page.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use scraper::{ElementRef, Html, Node, Selector};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestSite, repository, run_in, tree};

/// Published files by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The site that ships with the program.
pub(crate) static SHIPPED: LazyLock<Files> = LazyLock::new(|| built(repository()));

/// The address at which the shipped site will be published.
pub(crate) const SHIPPED_ORIGIN: &str = "https://policypress.example";

/// A site with titles and numbers that are hard to put into sentences.
pub(crate) static GENERATED: LazyLock<Files> = LazyLock::new(generated);

/// The address of a generated site.
pub(crate) const GENERATED_ORIGIN: &str = "https://example.org";

/// The two sites that general rules are tried on, each with its address.
pub(crate) fn sites() -> [(&'static Files, &'static str); 2] {
    [(&*SHIPPED, SHIPPED_ORIGIN), (&*GENERATED, GENERATED_ORIGIN)]
}

/// Builds the site of a folder somewhere else.
pub(crate) fn built(root: &Path) -> Files {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let (root, out_name) = (root.to_str().unwrap(), out.to_str().unwrap());
    let run = run_in(folder.path(), &["build", "--root", root, "--out", out_name], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    tree(&out)
}

const TITLES: &[&str] = &[
    "MCP",
    "Server",
    "MCP Server",
    "GitHub",
    "The Graph",
    "Spec Workflow MCP",
    "Amazon MQ MCP Server",
    "PMCP",
    "awslabs.amazon-mq-mcp-server",
    "An example",
    "Tools & more",
    "Mcp server.",
];

/// The categories of the tools of each server: each alone, each twice, none, all.
const TOOLS: &[&[&str]] = &[
    &["read"],
    &["write"],
    &["execute"],
    &["destructive"],
    &["financial"],
    &["read", "read"],
    &["write", "write", "read"],
    &["execute", "execute"],
    &["destructive", "destructive"],
    &["financial", "financial"],
    &[],
    &["read", "write", "execute", "destructive", "financial"],
];

const DESCRIPTIONS: &[Option<&str>] = &[
    Some("Does one thing."),
    None,
    Some("Does another thing without a full stop"),
    Some("Is it sure? Yes."),
    Some("  \n "),
    Some("Lists things:"),
];

fn generated() -> Files {
    let site = TestSite::new();
    for (number, (title, categories)) in TITLES.iter().zip(TOOLS).enumerate() {
        let tools: Vec<Value> = categories
            .iter()
            .enumerate()
            .map(|(at, category)| tool(number, at, category))
            .collect();
        let mut record =
            json!({"server": {"name": format!("server-{number}"), "title": title}, "tools": tools});
        if number % 2 == 0 {
            record["checkedAt"] = json!("2026-03-04");
            record["server"]["description"] = json!("Helps with one thing. And another.");
        }
        site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
    }
    site.build();
    site.public()
}

fn tool(server: usize, at: usize, category: &str) -> Value {
    let mut tool =
        json!({"name": format!("{category}_{at}"), "classification": {"category": category}});
    if let Some(description) = DESCRIPTIONS[(server + at) % DESCRIPTIONS.len()] {
        tool["description"] = json!(description);
    }
    if server.is_multiple_of(3) {
        tool["inputSchema"] = json!({"type": "object", "properties": {}});
        tool["classification"]["risk"] = json!("critical");
    }
    tool
}

/// The text of a published file.
pub(crate) fn text_in<'files>(files: &'files Files, name: &str) -> &'files str {
    let bytes = files.get(name).unwrap_or_else(|| panic!("{name} is not published"));
    std::str::from_utf8(bytes).unwrap()
}

/// A published page.
pub(crate) fn page(files: &Files, name: &str) -> Html {
    Html::parse_document(text_in(files, name))
}

/// A published JSON document.
pub(crate) fn json_in(files: &Files, name: &str) -> Value {
    serde_json::from_str(text_in(files, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of all pages.
pub(crate) fn page_names(files: &Files) -> impl Iterator<Item = &str> {
    files
        .keys()
        .map(String::as_str)
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "html"))
}

/// The file of an address such as `/tools/x/`, in the style of directories.
pub(crate) fn file_of(address: &str) -> String {
    let path = address.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}

/// All elements that a selector finds.
pub(crate) fn all<'page>(page: &'page Html, selector: &str) -> Vec<ElementRef<'page>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The first element that a selector finds.
pub(crate) fn first<'page>(page: &'page Html, selector: &str) -> Option<ElementRef<'page>> {
    all(page, selector).into_iter().next()
}

/// The text of an element, with white space as a reader sees it.
pub(crate) fn words_of(element: ElementRef<'_>) -> String {
    folded(&element.text().collect::<String>())
}

/// A text with each run of white space as one space.
pub(crate) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether what an element says are somebody else's words.
pub(crate) fn is_foreign(element: &scraper::node::Element) -> bool {
    let has = |class: &str| element.classes().any(|found| found == class);
    has("foreign") || (element.attr("dir") == Some("auto") && !has("general"))
}

/// What the site itself says in an element, one text for each block: foreign text is left out, and
/// code is one word, whatever it is.
pub(crate) fn own_words(element: ElementRef<'_>) -> Vec<String> {
    let mut blocks = vec![String::new()];
    collect_words(element, &mut blocks);
    blocks.iter().map(|block| folded(block)).filter(|block| !block.is_empty()).collect()
}

fn collect_words(element: ElementRef<'_>, blocks: &mut Vec<String>) {
    for child in element.children() {
        match child.value() {
            Node::Text(text) => blocks.last_mut().unwrap().push_str(text),
            Node::Element(found) if found.name() == "code" => {
                blocks.last_mut().unwrap().push_str("CODE");
            }
            Node::Element(found)
                if is_foreign(found) || matches!(found.name(), "pre" | "script" | "style") => {}
            Node::Element(found) => {
                let is_inline =
                    matches!(found.name(), "a" | "bdi" | "em" | "strong" | "span" | "time");
                if !is_inline {
                    blocks.push(String::new());
                }
                collect_words(ElementRef::wrap(child).unwrap(), blocks);
                if !is_inline {
                    blocks.push(String::new());
                }
            }
            _ => {}
        }
    }
}
