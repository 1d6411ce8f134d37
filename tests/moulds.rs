//! A page that is poured into a mould is byte for byte the page that the engine renders. A template
//! that asks too much makes the engine render all pages: with one the same site is built again and
//! compared.
//!
//! `CATALOGUE=path cargo test --test tests poured` compares every page of that catalogue as well.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};

use super::support::{TestSite, repository, run_in, tree};

/// A template that nothing uses and that asks more than a mould can know, so that the engine renders
/// all pages.
const FOR_THE_ENGINE: (&str, &str) =
    ("templates/components/sum.html", "{% component sum() %}{{ 1 + 1 }}{% endcomponent sum %}");

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
    site.write(FOR_THE_ENGINE.0, FOR_THE_ENGINE.1);
    let mut rendered = built("rendered");
    std::fs::remove_file(site.path(FOR_THE_ENGINE.0)).unwrap();
    // It has the key of the templates.
    let manifest = ".policypress-manifest";
    rendered.insert(manifest.to_owned(), poured[manifest].clone());
    assert!(poured.keys().eq(rendered.keys()));
    let different: Vec<&String> =
        poured.keys().filter(|name| poured[*name] != rendered[*name]).collect();
    assert!(different.is_empty(), "{} differ, such as {}", different.len(), different[0]);
    poured.len()
}

#[test]
fn poured_pages_are_those_that_the_engine_renders_on_the_shipped_site() {
    let root = repository();
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

/// Writes a copy of a built-in template, or of the one that the site has, with a change.
fn change(site: &TestSite, name: &str, before: &str, after: &str) {
    let built_in = repository().join("templates").join(name);
    let own = site.path("templates").join(name);
    let text = std::fs::read_to_string(if own.exists() { own } else { built_in }).unwrap();
    assert!(text.contains(before), "{name}: {before}");
    site.write(&format!("templates/{name}"), &text.replace(before, after));
}

/// Changes to built-in templates as people make them, and one that is new.
fn write_own_templates(site: &TestSite) {
    let adjacent =
        "{%- for adjacent in view.adjacent %}{{<adjacent_tools of={adjacent}/>}}{% endfor %}";
    for (name, before, after) in [
        (
            "base.html",
            "<body>",
            "<body class=\"ours\">{{<banner/>}}{% if site.title %}!{% endif %}",
        ),
        ("tool.html", "<h2 id=\"why\">Why <code>", "<h2 id=\"why\"><code class=\"ours\">"),
        ("tool.html", adjacent, ""),
        ("tool.html", "{{<record_facts of={facts}/>}}", ""),
        ("components/tool_link.html", "<li>", "<li class=\"ours\">"),
        ("components/parameter.html", "<td>{{ row.kind }}</td>", ""),
        ("home.html", "<h1", "{{ site.title | upper }}<h1"),
    ] {
        change(site, name, before, after);
    }
    let banner = "{% component banner(@site) %}<p>{{ site.title }}</p>{% endcomponent banner %}";
    site.write("templates/components/banner.html", banner);
}

/// A server whose tools are shown only if it has a version.
const SHY: &str = "{% extends \"base.html\" %}{% block content %}{% if view.version %}
{%- for group in view.groups %}{% for tool in group.tools %}{{<tool_line tool={tool}/>}}{% endfor %}
{%- endfor %}{% endif %}{% endblock content %}";

#[test]
fn a_part_that_its_page_does_not_show_is_compared_on_the_page_that_does() {
    let site = TestSite::new();
    site.write("templates/server.html", SHY);
    // These words have a meaning for whoever makes the mould.
    let before = "{% elif tool.line %}";
    let after = format!("{before}<!-- component tool_line -->");
    change(&site, "components/tool_line.html", before, &after);
    let servers = [
        json!({"server": {"name": "1"}, "tools": [{"description": "Has one."}]}),
        json!({"server": {"name": "2", "version": "1"}, "tools": [{}]}),
        json!({"server": {"name": "3", "version": "1"}, "tools": [{"description": "Has one."}]}),
    ];
    for mut record in servers {
        record["tools"][0]["name"] = json!("tool");
        record["tools"][0]["classification"] = json!({"category": "read"});
        let name = record["server"]["name"].as_str().unwrap();
        site.write(&format!("content/catalogue/{name}.json"), &record.to_string());
    }
    compare(&site, &["--jobs", "1"]);
}

#[test]
fn poured_pages_are_those_that_the_engine_renders_with_own_templates() {
    let site = TestSite::new();
    write_own_templates(&site);
    for (number, text) in HOSTILE.iter().enumerate() {
        site.write(&format!("content/catalogue/{number}.json"), &hostile_record(text, number));
    }
    let files = compare(&site, &["--jobs", "1"]);
    assert!(files > HOSTILE.len() * 20, "{files} files");
    let root = repository();
    assert!(
        compare(&site, &["--catalogue", root.join("content/catalogue").to_str().unwrap()]) > 400
    );
}

#[test]
fn what_tells_whether_templates_can_be_poured_knows_all_lists_of_parts() {
    let sources = repository().join("src");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let field = Regex::new(r"(\w+): Parts<").unwrap();
    let mut fields = BTreeSet::new();
    for entry in std::fs::read_dir(sources.join("pages")).unwrap() {
        let text = read(&entry.unwrap().path());
        fields.extend(field.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    let text = read(&sources.join("render/pourable.rs"));
    let list = text.split("PART_LISTS: ").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let quoted = Regex::new("\"(\\w+)\"").unwrap();
    let known: BTreeSet<String> =
        quoted.captures_iter(list).map(|found| found[1].to_owned()).collect();
    assert_eq!(known, fields);
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
