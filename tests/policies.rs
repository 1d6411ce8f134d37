//! Every sentence that a page prints about a policy document is tried on that very document, with
//! an evaluator that decides on calls as a gateway does. A sentence that no claim knows fails the
//! test: whoever adds one adds the proof of it.

mod claims;

use std::sync::LazyLock;

use policypress::policy::{Document, parse};
use regex::Regex;
use scraper::{ElementRef, Html};
use serde_json::{Value, json};

use super::gateway::{Decision, Enforcement};
use super::golden::reading::{
    Files, SHIPPED, all, file_of, first, json_in, page, page_names, text_in, words_of,
};
use super::support::{TestSite, record};
use claims::Claims;

const PRESETS: [(&str, &str); 3] = [
    ("recommended", "policy.json"),
    ("strict", "policy.strict.json"),
    ("permissive", "policy.permissive.json"),
];

/// Names that a sentence, a document or a selector could trip over.
const ODD: &[(&str, &str)] = &[
    ("look", "read"),
    ("Look", "read"),
    ("a.b/c d", "read"),
    ("add", "write"),
    ("<b>\"bold\"</b>", "write"),
    ("{tool} {server}", "write"),
    ("run", "execute"),
    ("日本語", "execute"),
    ("`run` . Yes.", "execute"),
    ("drop", "destructive"),
    ("drop & \\ run", "destructive"),
    ("*", "destructive"),
    ("pay", "financial"),
    ("pay“er”", "financial"),
    ("tools", "read"),
    ("default", "write"),
    ("hide", "destructive"),
    ("__proto__", "financial"),
];

/// Servers with a tool of each category, with one tool, with none, and with odd ones.
static SITE: LazyLock<Files> = LazyLock::new(|| {
    let site = TestSite::new();
    let categories = ["read", "write", "execute", "destructive", "financial"];
    let all: Vec<(&str, &str)> = categories.iter().map(|name| (*name, *name)).collect();
    site.write("content/catalogue/all.json", &record("all", &all));
    site.write("content/catalogue/odd.json", &record("odd", ODD));
    site.write("content/catalogue/star.json", &record("star", &[("*", "write"), ("look", "read")]));
    site.write("content/catalogue/none.json", &record("none", &[]));
    for category in categories {
        let name = format!("only {category}");
        site.write(
            &format!("content/catalogue/{category}.json"),
            &record(&name, &[("t", category)]),
        );
    }
    site.build();
    site.public()
});

fn sites() -> [&'static Files; 2] {
    [&*SITE, &*SHIPPED]
}

/// A server as the machine output describes it.
struct Server {
    slug: String,
    twin: Value,
}

fn servers(files: &Files) -> Vec<Server> {
    let slug =
        |name: &str| name.strip_prefix("api/v1/servers/")?.strip_suffix(".json").map(str::to_owned);
    let slugs = files.keys().filter_map(|name| slug(name));
    slugs
        .map(|slug| Server { twin: json_in(files, &format!("api/v1/servers/{slug}.json")), slug })
        .collect()
}

impl Server {
    fn tools(&self) -> &[Value] {
        self.twin["tools"].as_array().unwrap()
    }

    /// The exact names of the tools of a category.
    fn names(&self, category: &str) -> Vec<&str> {
        let tools = self.tools().iter().filter(|tool| tool["category"] == category);
        tools.map(|tool| tool["name"].as_str().unwrap()).collect()
    }

    fn document(&self, files: &Files, file: &str) -> Document {
        document(text_in(files, &format!("policies/{}/{file}", self.slug)))
    }
}

fn document(text: &str) -> Document {
    parse(text).unwrap_or_else(|faults| panic!("{faults:?} in {text}"))
}

/// The page of a tool of the machine output.
fn page_of(files: &Files, tool: &Value) -> Html {
    let path = tool["url"].as_str().unwrap().splitn(4, '/').nth(3).unwrap();
    page(files, &file_of(path))
}

fn shown_document(page: &Html) -> Document {
    let shown = first(page, "pre[data-format=policy]").unwrap();
    document(&shown.text().collect::<String>())
}

#[test]
fn what_a_tool_page_says_of_its_document_is_true() {
    for files in sites() {
        for server in servers(files) {
            for tool in server.tools() {
                let page = page_of(files, tool);
                let document = shown_document(&page);
                let others: Vec<&str> =
                    server.tools().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
                let claims = Claims {
                    document: &document,
                    tools: vec![tool["name"].as_str().unwrap()],
                    others,
                };
                claims.verdict(&words_of(first(&page, ".verdict .rule strong").unwrap()));
                let after =
                    first(&page, "section[aria-labelledby=policy] > .document ~ p").unwrap();
                claims.sentences(after);
                let answers = all(&page, ".questions > p");
                assert_eq!(answers.len(), 6);
                for answer in [1, 3, 4] {
                    claims.sentences(answers[answer]);
                }
                claims.recommended(&words_of(answers[2]));
            }
        }
    }
}

#[test]
fn what_a_server_policy_page_says_of_its_documents_is_true() {
    for files in sites() {
        for server in servers(files) {
            let page = page(files, &format!("policies/{}/index.html", server.slug));
            for (preset, file) in PRESETS {
                let document = server.document(files, file);
                let shown = first(&page, &format!("pre#document-{preset}")).unwrap();
                assert_eq!(
                    shown.text().collect::<String>(),
                    text_in(files, &format!("policies/{}/{file}", server.slug)).trim_end()
                );
                let sentences =
                    all(&page, &format!("section[aria-labelledby={preset}] .effects > li"));
                assert!(!sentences.is_empty());
                for sentence in sentences {
                    of_category(&server, &document, sentence);
                }
            }
        }
    }
}

/// A sentence that names a category is about all tools of it, "The 3 read tools are …", or about
/// those that the document hides or does not, "2 of the 3 destructive tools are …".
fn of_category(server: &Server, document: &Document, sentence: ElementRef<'_>) {
    static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:The|(\d+) of the) (?:(\d+) )?(read|write|execute|destructive|financial) tool",
        )
        .unwrap()
    });
    let words = words_of(sentence);
    let mut tools = Vec::new();
    if let Some(subject) = SUBJECT.captures(&words) {
        tools = server.names(&subject[3]);
        let total = subject.get(2).map_or(1, |total| total.as_str().parse().unwrap());
        assert_eq!(tools.len(), total, "{words}");
        if let Some(part) = subject.get(1) {
            let is_hidden = words.contains("left out");
            tools.retain(|tool| Enforcement::of(document).lists(tool) != is_hidden);
            assert_eq!(tools.len().to_string(), part.as_str(), "{words}");
        }
    }
    let all = server.tools().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    Claims { document, tools, others: all }.sentences(sentence);
}

#[test]
fn what_a_server_page_says_of_the_recommended_document_is_true() {
    for files in sites() {
        for server in servers(files) {
            let document = server.document(files, "policy.json");
            let page = page(files, &format!("tools/{}/index.html", server.slug));
            let lines = all(&page, ".lines > li");
            assert_eq!(lines.len(), server.tools().len());
            for line in lines {
                let link = line.select(&scraper::Selector::parse("a").unwrap()).next().unwrap();
                let is_it = |tool: &&Value| {
                    tool["url"].as_str().unwrap().ends_with(link.attr("href").unwrap())
                };
                let tool = server.tools().iter().find(is_it).unwrap()["name"].as_str().unwrap();
                let rule = line.select(&scraper::Selector::parse(".rule").unwrap()).next().unwrap();
                Claims { document: &document, tools: vec![tool], others: Vec::new() }
                    .verdict(&words_of(rule));
            }
            for answer in all(&page, ".questions > p") {
                of_category_in_answer(&server, &document, answer);
            }
        }
    }
}

/// An answer begins with the tools that it is about: "It has 3 write tools, among them …".
fn of_category_in_answer(server: &Server, document: &Document, answer: ElementRef<'_>) {
    let words = words_of(answer);
    let about_policy = words.split_once(" The recommended policy ").map(|(start, _)| start);
    let others = server.tools().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    let categories = ["read", "write", "execute", "destructive", "financial"];
    let tools = about_policy.map(|start| {
        let category = categories.into_iter().find(|name| start.contains(&format!(" {name} tool")));
        server.names(category.unwrap())
    });
    Claims { document, tools: tools.unwrap_or_default(), others }.sentences(answer);
}

#[test]
fn the_rule_of_a_tool_is_the_same_everywhere() {
    for files in sites() {
        for server in servers(files) {
            let whole = serde_json::to_value(server.document(files, "policy.json")).unwrap();
            for tool in server.tools() {
                let name = tool["name"].as_str().unwrap();
                let page = page_of(files, tool);
                let shown = serde_json::to_value(shown_document(&page)).unwrap();
                assert_eq!(shown, tool["policy"], "{name}: page and machine output");
                assert_eq!(
                    rule(&shown, name),
                    rule(&whole, name),
                    "{name}: alone and in the whole"
                );
                let download = first(&page, "a[download]").unwrap().attr("href").unwrap();
                assert_eq!(document(&downloaded(download)), shown_document(&page));
                let verdict = words_of(first(&page, ".verdict .rule strong").unwrap());
                assert_eq!(verdict.trim_end_matches('.'), tool["verdict"], "{name}");
            }
        }
    }
}

/// What a document says of a tool: its rule, or that it is hidden.
fn rule(document: &Value, name: &str) -> (Option<Value>, bool) {
    let hidden = document["hide"].as_array().is_some_and(|names| names.contains(&json!(name)));
    (document["tools"].get(name).cloned(), hidden)
}

fn downloaded(address: &str) -> String {
    let encoded = address.strip_prefix("data:application/json,").unwrap();
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
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

#[test]
fn rules_are_those_of_the_table() {
    let limit = |name: &str, max: u64| json!({"limits": [{"counter": format!("{name}_rate"), "window": "minute", "max": max, "scope": "grant"}]});
    for server in servers(&SITE) {
        let [recommended, strict, permissive] =
            PRESETS.map(|(_, file)| serde_json::to_value(server.document(&SITE, file)).unwrap());
        assert_eq!(
            (&recommended["default"], &strict["default"], &permissive["default"]),
            (&json!("deny"), &json!("deny"), &json!("allow"))
        );
        for tool in server.tools().iter().filter(|tool| tool["name"] != "*") {
            let name = tool["name"].as_str().unwrap();
            let (expected, hidden) = match tool["category"].as_str().unwrap() {
                "read" => (Some(json!({})), false),
                "write" => (Some(limit(name, 30)), false),
                "execute" => (Some(limit(name, 10)), false),
                "destructive" => (None, true),
                "financial" => (Some(rule(&recommended, name).0.unwrap()), false),
                other => panic!("{other}"),
            };
            assert_eq!(rule(&recommended, name), (expected.clone(), hidden), "{name}");
            let is_read = tool["category"] == "read";
            let in_strict = if is_read { Some(json!({})) } else { None };
            assert_eq!(rule(&strict, name), (in_strict, false), "{name}");
            let in_permissive = if is_read { None } else { expected };
            assert_eq!(rule(&permissive, name), (in_permissive, hidden), "{name}");
        }
    }
}

#[test]
fn nobody_gets_through_who_should_not() {
    let server = servers(&SITE).into_iter().find(|server| server.slug == "odd").unwrap();
    for (_, file) in PRESETS {
        let document = server.document(&SITE, file);
        let mut enforcement = Enforcement::of(&document);
        for (name, category) in ODD {
            let allowed = enforcement.call(name, &json!({"a": 1}), 0) == Decision::Allowed;
            let expected = match (file, *category) {
                (_, "destructive" | "financial") => false,
                ("policy.strict.json", category) => category == "read",
                _ => true,
            };
            assert_eq!(allowed, expected, "{file}: {name}");
        }
    }
}

#[test]
fn what_the_lists_of_presets_and_categories_say_is_true() {
    let server = servers(&SITE).into_iter().find(|server| server.slug == "all").unwrap();
    for files in sites() {
        let policies = page(files, "policies/index.html");
        for (preset, file) in PRESETS {
            let document = server.document(&SITE, file);
            let told = first(&policies, &format!("dt#{preset} + dd")).unwrap();
            Claims { document: &document, tools: Vec::new(), others: Vec::new() }.sentences(told);
        }
        let rows = all(&policies, "table tbody tr");
        assert_eq!(rows.len(), 5);
        for row in rows {
            let cells: Vec<String> = row.child_elements().map(words_of).collect();
            let mut rule: Value = serde_json::from_str(&cells[2]).unwrap();
            (rule["version"], rule["default"]) = (json!("1"), json!("deny"));
            let document = document(&rule.to_string());
            Claims { document: &document, tools: vec!["TOOL"], others: Vec::new() }
                .verdict(&cells[1]);
            let category = cells[0].to_lowercase();
            let whole = server.document(&SITE, "policy.json");
            Claims { document: &whole, tools: server.names(&category), others: Vec::new() }
                .verdict(&cells[1]);
        }
        let categories = page(files, "categories/index.html");
        let cards = all(&categories, ".cards > li");
        assert_eq!(cards.len(), 5);
        for card in cards {
            let [link, rule] = ["a.class", ".rule"].map(|selector| {
                card.select(&scraper::Selector::parse(selector).unwrap()).next().unwrap()
            });
            let tools = server.names(&words_of(link).to_lowercase()).clone();
            assert_eq!(tools.len(), 1);
            let document = server.document(&SITE, "policy.json");
            Claims { document: &document, tools, others: Vec::new() }.verdict(&words_of(rule));
        }
    }
}

#[test]
fn the_numbers_in_the_texts_of_the_categories_are_those_of_the_rules() {
    let number = Regex::new(r"At most (\d+) calls of each tool a minute per grant").unwrap();
    for (category, expected) in [
        ("read", None),
        ("write", Some("30")),
        ("execute", Some("10")),
        ("destructive", None),
        ("financial", None),
    ] {
        let page = page(&SHIPPED, &format!("categories/{category}/index.html"));
        let text = words_of(first(&page, ".prose").unwrap());
        let found = number.captures(&text).map(|found| found[1].to_owned());
        assert_eq!(found.as_deref(), expected, "{category}");
    }
}

#[test]
fn the_numbers_in_the_glossary_are_those_of_the_rules() {
    for (term, pattern, expected) in [
        ("write-tool", r"a tool be called (\d+) times a minute", "30"),
        ("execute-tool", r"the tool be called (\d+) times a minute", "10"),
        ("rate-limit", r"tools that write \((\d+) a minute\)", "30"),
        ("rate-limit", r"tools that execute \((\d+) a minute\)", "10"),
    ] {
        let page = page(&SHIPPED, &format!("glossary/{term}/index.html"));
        let text = words_of(first(&page, ".prose").unwrap());
        let found = Regex::new(pattern).unwrap().captures(&text).map(|found| found[1].to_owned());
        assert_eq!(found.as_deref(), Some(expected), "{term}");
    }
}

#[test]
fn search_engines_are_told_the_same_rule() {
    for name in
        page_names(&SITE).filter(|name| name.starts_with("tools/") && name.split('/').count() == 4)
    {
        let page = page(&SITE, name);
        let told = first(&page, "meta[name=description]").unwrap().attr("content").unwrap();
        let verdict = words_of(first(&page, ".verdict .rule strong").unwrap()).to_lowercase();
        assert!(told.contains(&format!("Recommended rule: {verdict}")), "{told}");
    }
}
