//! What users and programs may rely on: addresses, the words for parameters, risk by category,
//! unknown fields, and what the commands print.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reading::{SHIPPED, file_of, first, json_in, page, page_names, words_of};
use crate::support::{Run, TestSite, repository, run_in, tree};

const SERVER: &str = "awslabs.amazon-mq-mcp-server";

#[test]
fn the_shipped_site_has_every_kind_of_address() {
    let mut addresses: Vec<String> = [
        "/",
        "/tools/",
        "/policies/",
        "/categories/",
        "/risk/",
        "/attacks/",
        "/attacks/tool-poisoning/",
        "/glossary/",
        "/glossary/grant/",
        "/search/",
        "/stack/",
        "/about/",
        "/how-risk-is-assigned/",
        "/404.html",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemaps/0.xml",
        "/api/v1/servers.json",
        "/llms.txt",
    ]
    .map(str::to_owned)
    .to_vec();
    addresses.extend(["/tools/{}/", "/policies/{}/", "/api/v1/servers/{}.json"].map(of_server));
    let documents = ["policy.json", "policy.strict.json", "policy.permissive.json"];
    addresses.extend(documents.map(|name| of_server(&format!("/policies/{{}}/{name}"))));
    let categories = ["read", "write", "execute", "destructive", "financial"];
    addresses.extend(categories.map(|name| format!("/categories/{name}/")));
    addresses.extend(["low", "medium", "high", "critical"].map(|name| format!("/risk/{name}/")));
    let missing: Vec<_> =
        addresses.iter().filter(|address| !SHIPPED.contains_key(&file_of(address))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn of_server(pattern: &str) -> String {
    pattern.replace("{}", SERVER)
}

#[test]
fn names_become_the_documented_segments() {
    let site = TestSite::new();
    let servers = [
        ("awslabs.amazon-mq-mcp-server", "awslabs.amazon-mq-mcp-server"),
        ("pypi:zulipchat-mcp", "pypi-zulipchat-mcp"),
        ("utilitydelta/mcp-graph-engine", "utilitydelta-mcp-graph-engine"),
    ];
    let tools = [("stop_scan", "stop-scan"), ("policies.create", "policies.create")];
    let listed: Vec<(&str, &str)> = tools.iter().map(|(name, _)| (*name, "read")).collect();
    for (number, (name, _)) in servers.iter().enumerate() {
        let record = crate::support::record(name, &listed);
        site.write(&format!("content/catalogue/{number}.json"), &record);
    }
    site.build();
    for (_, server) in servers {
        for (_, tool) in tools {
            assert!(site.path(&format!("public/tools/{server}/{tool}/index.html")).is_file());
        }
    }
}

#[test]
fn every_tool_of_the_shipped_catalogue_has_one_page() {
    let mut tools = 0;
    for (name, record) in tree(&repository().join("content/catalogue")) {
        let record: Value = serde_json::from_slice(&record).unwrap_or_else(|_| panic!("{name}"));
        tools += record["tools"].as_array().unwrap().len();
    }
    let is_tool = |name: &&str| name.starts_with("tools/") && name.split('/').count() == 4;
    let pages: Vec<&str> = page_names(&SHIPPED).filter(is_tool).collect();
    assert_eq!(pages.len(), tools);
    let subjects: BTreeSet<(String, String)> = pages
        .iter()
        .map(|name| {
            let page = page(&SHIPPED, name);
            let server = words_of(first(&page, "dl.facts dd code").unwrap());
            (server, words_of(first(&page, "h1").unwrap()))
        })
        .collect();
    assert_eq!(subjects.len(), tools, "two pages are about the same tool");
}

#[test]
fn assets_have_the_hash_of_their_content_in_their_names() {
    let name = regex::Regex::new(r"^assets/[a-z/]+-[0-9a-f]{12}\.(css|js|png|svg)$").unwrap();
    let assets: Vec<_> = SHIPPED.keys().filter(|name| name.starts_with("assets/")).collect();
    assert!(assets.len() >= 3 && assets.iter().all(|asset| name.is_match(asset)), "{assets:?}");
}

#[test]
fn files_that_hosts_and_browsers_look_for_keep_their_names_and_hidden_ones_stay_at_home() {
    let site = TestSite::with_record();
    let kept = [
        "favicon.ico",
        "CNAME",
        ".nojekyll",
        "_headers",
        "_redirects",
        ".htaccess",
        ".well-known/security.txt",
    ];
    let hidden = [".gitkeep", ".DS_Store", "_headers~", "a/.htpasswd", "a/.htaccess"];
    for name in kept.iter().chain(&hidden) {
        site.write(&format!("static/{name}"), &format!("this is {name}"));
    }
    site.build();
    let public = site.public();
    for name in kept {
        let content = public.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(content, Some(format!("this is {name}")), "{name}");
    }
    let published = public.values().filter(|bytes| bytes.starts_with(b"this is")).count();
    assert_eq!(published, kept.len(), "a hidden file was published");
}

#[test]
fn parameters_are_counted_unknown_or_none() {
    let properties = |names: &[&str], required: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        json!({"type": "object", "properties": properties, "required": required})
    };
    let cases = [
        ("unknown", None),
        ("none", Some(json!({"type": "object", "properties": {}}))),
        ("3, 1 required", Some(properties(&["a", "b", "c"], &["b"]))),
        ("3, none required", Some(properties(&["a", "b", "c"], &[]))),
        ("2, neither required", Some(properties(&["a", "b"], &[]))),
        ("3, all required", Some(properties(&["a", "b", "c"], &["a", "b", "c"]))),
        ("2, both required", Some(properties(&["a", "b"], &["a", "b"]))),
        ("1, required", Some(properties(&["a"], &["a"]))),
        ("1, not required", Some(properties(&["a"], &[]))),
        ("2, 1 required", Some(properties(&["a"], &["other"]))),
    ];
    let tools: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(at, (_, schema))| {
            let mut tool =
                json!({"name": format!("t{at}"), "classification": {"category": "read"}});
            if let Some(schema) = schema {
                tool["inputSchema"] = schema.clone();
            }
            tool
        })
        .collect();
    let site = TestSite::new();
    let record = json!({"server": {"name": "s"}, "tools": tools});
    site.write("content/catalogue/s.json", &record.to_string());
    site.build();
    for (at, (expected, _)) in cases.iter().enumerate() {
        let page = page(&site.public(), &format!("tools/s/t{at}/index.html"));
        assert_eq!(words_of(first(&page, "dd a[href='#parameters']").unwrap()), *expected);
    }
}

#[test]
fn risk_follows_from_the_category_in_any_case_unless_the_record_names_it() {
    let site = TestSite::new();
    let cases = [
        ("read", None, "low"),
        ("Write", None, "medium"),
        ("EXECUTE", None, "high"),
        ("dEsTrUcTiVe", None, "critical"),
        ("Financial", None, "critical"),
        ("read", Some("critical"), "critical"),
        ("financial", Some("LOW"), "low"),
    ];
    let tools: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(at, (category, risk, _))| {
            let mut tool =
                json!({"name": format!("t{at}"), "classification": {"category": category}});
            if let Some(risk) = risk {
                tool["classification"]["risk"] = json!(risk);
            }
            tool
        })
        .collect();
    let record = json!({"server": {"name": "s"}, "tools": tools});
    site.write("content/catalogue/s.json", &record.to_string());
    site.build();
    let files = site.public();
    let api = json_in(&files, "api/v1/servers/s.json");
    for (at, (category, _, expected)) in cases.iter().enumerate() {
        assert_eq!(api["tools"][at]["risk"], *expected, "{category}");
        assert_eq!(api["tools"][at]["category"], category.to_lowercase());
        let page = page(&files, &format!("tools/s/t{at}/index.html"));
        let level = words_of(first(&page, ".verdict .level a").unwrap());
        assert_eq!(level.to_lowercase(), format!("{expected} risk"));
    }
}

#[test]
fn unknown_fields_are_kept_to_the_letter_in_the_machine_output() {
    let server =
        r#"{"name": "s", "z": 1.10, "a": [12345678901234567890, null], "_meta": {"é": "\u00e9"}}"#;
    let tool = r#"{"x-vendor": {"b": 1, "a": 2}, "name": "t", "inputSchema": {"properties": {}, "x": 1e3}, "classification": {"category": "read", "reviewer": "us"}}"#;
    let site = TestSite::new();
    let beside = r#"{"seen": 1.50, "by": ["a", "b"]}"#;
    let record = format!(r#"{{"server": {server}, "x-source": {beside}, "tools": [{tool}]}}"#);
    site.write("content/catalogue/s.json", &record);
    site.build();
    let twin = site.published("api/v1/servers/s.json");
    assert!(twin.contains(server) && twin.contains(tool), "{twin}");
    assert!(twin.contains(&format!(r#""unknown":{{"x-source":{beside}}}"#)), "{twin}");
    assert!(!site.published("tools/s/t/index.html").contains("x-vendor"));
}

#[test]
fn init_makes_a_site_that_builds_and_checks_at_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let run = |arguments: &[&str]| run_in(folder.path(), arguments, &[]);
    for arguments in [
        ["init", "new/site", "-q"],
        ["build", "--root=new/site", "-q"],
        ["check", "--root=new/site", "-q"],
    ] {
        let Run { code, stdout, stderr } = run(&arguments);
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""), "{arguments:?}");
    }
    let before = tree(folder.path());
    assert!(before.contains_key("new/site/public/index.html"));
    assert_eq!(run(&["init", "new/site"]).code, 2);
    assert_eq!(run(&["init", "new/site/site.toml"]).code, 2);
    assert_eq!(tree(folder.path()), before, "a second `init` changed something");
}

#[test]
fn json_is_one_document_whatever_happens() {
    let good = TestSite::with_record();
    let broken = TestSite::with_record();
    broken.write("content/catalogue/two.json", "{");
    let none = tempfile::TempDir::new().unwrap();
    let runs = [
        (0, good.run(&["build", "--format", "json"])),
        (0, good.run(&["check", "--format=json", "--verbose"])),
        (0, good.run(&["init", "new", "--format", "json"])),
        (2, good.run(&["init", ".", "--format", "json"])),
        (3, good.run(&["build", "--out", ".", "--format", "json"])),
        (1, broken.run(&["build", "--format", "json", "-q"])),
        (1, broken.run(&["check", "--format", "json"])),
        (2, run_in(none.path(), &["build", "--format", "json"], &[])),
    ];
    for (expected, Run { code, stdout, stderr }) in runs {
        assert_eq!(code, expected, "{stderr}");
        assert_eq!(stdout.lines().count(), 1, "{stdout}");
        let document: Value = serde_json::from_str(&stdout).unwrap();
        assert!(document["diagnostics"].is_array(), "{document}");
        assert_eq!(document["result"].is_null(), code != 0, "{document}");
        assert_eq!(document["error"].is_string(), code > 1, "{document}");
    }
}

#[test]
fn the_closing_line_and_the_json_count_the_same() {
    let site = TestSite::with_record();
    let people = site.build().stderr;
    let again: Value =
        serde_json::from_str(&site.run(&["build", "--format", "json"]).stdout).unwrap();
    let result = &again["result"];
    let files = site.public();
    let published = files.len() - 1;
    assert_eq!(result["files"], published);
    assert_eq!(result["pages"], page_names(&files).count());
    assert_eq!(result["unchanged"], published);
    let bytes: usize =
        files.iter().filter(|(name, _)| !name.starts_with('.')).map(|(_, file)| file.len()).sum();
    assert_eq!(result["bytes"], bytes);
    let expected = format!("{} pages, {published} files", result["pages"]);
    assert!(people.contains(&expected), "{people} does not say {expected}");
    assert!(people.contains(&format!("{published} changed, 0 unchanged, 0 removed")), "{people}");
    assert_eq!(people.lines().count(), 1, "{people}");
}
