//! A page that is poured into a mould is byte for byte the page that the engine renders. A template
//! of the site's own, whatever is in it, makes the engine render all pages: with one the same site
//! is built again and compared.
//!
//! `CATALOGUE=path cargo test --test tests poured` compares every page of that catalogue as well.

use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};

use super::support::{TestSite, run_in, tree};

/// Templates of pages that are poured, and of what stands on them.
const POURED: &[&str] =
    &["base.html", "listing.html", "tool.html", "server.html", "server_policy.html"];

/// What these templates may ask that is more than whether something is there: numbers and variants
/// of enums, which are the same for all pages of a mould, and arguments that a template gives.
const QUESTIONS: &[&str] = &[
    "of.knowledge == \"absent\"",
    "of.knowledge == \"none\"",
    "of.knowledge == \"parted\"",
    "orders == \"tools\"",
    "row.depth > 0",
    "server.kind == \"servers\"",
    "view.kind == \"risk\"",
    "view.kind == \"servers\" and view.can_filter",
];

/// Builds a site poured and rendered, and answers how many files were the same.
fn compare(site: &TestSite, arguments: &[&str]) -> usize {
    let work = tempfile::TempDir::new().unwrap();
    let built = |name: &str| {
        let out = work.path().join(name);
        let command = [&["build", "--out", out.to_str().unwrap()], arguments].concat();
        let run = run_in(&site.path(""), &command, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        tree(&out)
    };
    let poured = built("poured");
    site.write("templates/404.html", "<!doctype html><title>Not here</title>");
    let mut rendered = built("rendered");
    std::fs::remove_file(site.path("templates/404.html")).unwrap();
    for name in ["404.html", ".policypress-manifest"] {
        rendered.insert(name.to_owned(), poured[name].clone());
    }
    assert!(poured.keys().eq(rendered.keys()));
    let different: Vec<&String> =
        poured.keys().filter(|name| poured[*name] != rendered[*name]).collect();
    assert!(different.is_empty(), "{} differ, such as {}", different.len(), different[0]);
    poured.len()
}

#[test]
fn poured_pages_are_those_that_the_engine_renders_on_the_shipped_site() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = TestSite::new();
    site.write("site.toml", &std::fs::read_to_string(root.join("site.toml")).unwrap());
    let catalogue = root.join("content/catalogue");
    let files = compare(&site, &["--catalogue", catalogue.to_str().unwrap()]);
    assert!(files > 400, "{files} files");
    if let Some(catalogue) = std::env::var_os("CATALOGUE") {
        assert!(compare(&site, &["--catalogue", catalogue.to_str().unwrap()]) > 0);
    }
}

/// Texts that could be taken for a hole, for code, for markup, or for nothing.
const HOSTILE: &[&str] = &[
    "00 plain",
    "policypress-hole",
    "policypress-hole<0>",
    "policypress-hole&lt;1&gt;",
    "{{ view.name }}",
    "{% if x %}",
    "<b>\"x\" & 'y'</b>",
    "a\u{200b}b\u{202e}c",
    "日本語 ✂️",
    "0",
    "",
    " ",
];

#[test]
fn poured_pages_are_those_that_the_engine_renders_whatever_the_values() {
    let site = TestSite::new();
    for (number, text) in HOSTILE.iter().enumerate() {
        site.write(&format!("content/catalogue/{number}.json"), &hostile_record(text, number));
    }
    // Without more settings, the pages that come first have no sign that must be escaped: whether one
    // is, is seen on the others only.
    let more =
        "link_schemes = [\"http\"]\nreport_url = \"https://example.org/?u={url}&t={title}\"\n";
    for (title, minify, more) in [
        ("A title", true, ""),
        ("A title", false, ""),
        ("A title", true, more),
        ("policypress-hole", true, ""),
        ("policypress-hole<3>", true, ""),
    ] {
        let settings = format!(
            "title = {title:?}\nbase_url = \"https://example.org/x/\"\nminify = {minify}\n{more}"
        );
        site.write("site.toml", &settings);
        let files = compare(&site, &["--jobs", "1"]);
        assert!(files > HOSTILE.len() * 20, "{files} files");
    }
}

/// The record of a server with a text in all its fields. Different numbers give different numbers of
/// tools and categories.
fn hostile_record(text: &str, number: usize) -> String {
    let categories = ["read", "write", "execute", "destructive", "financial"];
    let tools: Vec<Value> = (0..number * 3)
        .map(|at| hostile_tool(text, at, categories[at % (1 + number % 5)]))
        .collect();
    let server = json!({
        "name": format!("{text}{number}"), "title": text, "description": text, "version": text,
        "websiteUrl": format!("http://example.org/{text}"), "repository": {"url": text},
        "packages": [{"registryType": text, "identifier": text}],
    });
    json!({"server": server, "tools": tools, "checkedAt": "2026-01-01"}).to_string()
}

/// A tool with a text in all its fields, or with no more than it must have.
fn hostile_tool(text: &str, at: usize, category: &str) -> Value {
    let name = format!("{text}{category}{at}");
    let properties = json!({
        format!("{text}p"): {"type": "string", "description": text, "enum": [text, "b"], "default": text},
        "o": {"type": "object", "properties": {"inner": {"type": "integer", "default": 0}}},
    });
    let schema = match at / 5 % 4 {
        0 => json!({"type": "object", "properties": properties, "required": ["o"]}),
        1 => json!({"type": "object", "properties": {}}),
        2 => json!({"type": "object"}),
        _ => return json!({"name": name, "classification": {"category": category}}),
    };
    json!({
        "name": name, "title": text, "description": text, "inputSchema": schema,
        "annotations": {"readOnlyHint": at % 2 == 1, "title": text},
        "classification": {
            "category": category, "rationale": text, "evidence": text, "confidence": 0.5,
        },
    })
}

#[test]
fn templates_of_poured_pages_ask_nothing_of_a_text_but_whether_it_is_empty() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let code = Regex::new(r"(?s)\{[{%]-?(.*?)-?[%}]\}").unwrap();
    let filter = Regex::new(r"\|\s*(\w+)").unwrap();
    let question = Regex::new(r"[<>=!]=|[<>]|\bin\b|\bis\b").unwrap();
    let names = std::fs::read_dir(templates.join("components")).unwrap();
    let names = names.map(|entry| entry.unwrap().path());
    for path in names.chain(POURED.iter().map(|name| templates.join(name))) {
        let text = std::fs::read_to_string(&path).unwrap();
        for code in code.captures_iter(&text).map(|found| found[1].trim().to_owned()) {
            let where_it_is = format!("{}: {code}", path.display());
            for filter in filter.captures_iter(&code) {
                assert_eq!(&filter[1], "safe", "{where_it_is}");
            }
            // The call of a component begins and ends like a comparison, and passes values on.
            let is_call = code.starts_with('<');
            let is_loop = code.starts_with("for ");
            let asked = code.strip_prefix("if ").or(code.strip_prefix("elif ")).unwrap_or(&code);
            assert!(
                is_call || is_loop || !question.is_match(asked) || QUESTIONS.contains(&asked),
                "{where_it_is}: ask this of a number or enum, and name it here"
            );
        }
    }
}
