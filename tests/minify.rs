//! A minified page is the same document as a plain one: the same elements with the same attributes,
//! and the same text, but for white space that no reader sees.
//!
//! `CATALOGUE=path cargo test --test tests minified` compares every page of that catalogue as well.

use scraper::{Html, Node};

use super::support::{TestSite, is_html, record, repository, run_in, tree};

/// Elements that begin and end a line, so that white space beside their tags is not seen.
const BLOCKS: &[&str] = &[
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "script",
    "style",
    "header",
    "footer",
    "main",
    "nav",
    "article",
    "section",
    "div",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "figure",
    "figcaption",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "form",
    "fieldset",
    "legend",
    "details",
    "summary",
    "dialog",
    "pre",
    "svg",
    "g",
    "path",
    "rect",
    "text",
    "a-svg",
    "hr",
    "noscript",
    "template",
    "option",
    "select",
];
/// Elements in which every character counts.
const EXACT: &[&str] = &["pre", "textarea", "script", "style"];

/// Attributes whose absence means the same.
const DEFAULTS: &[(&str, &str, &str)] = &[("button", "type", "submit"), ("form", "method", "get")];

#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A tag, and whether it is of a block.
    Tag(String, bool),
    Text(String),
}

fn tokens(html: &str) -> Vec<Token> {
    let document = Html::parse_document(html);
    let mut tokens = Vec::new();
    collect(document.tree.root(), false, &mut tokens);
    let is_block = |token: Option<&Token>| matches!(token, None | Some(Token::Tag(_, true)));
    let mut seen = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Tag(tag, block) => seen.push(Token::Tag(tag.clone(), *block)),
            Token::Text(text) => {
                let mut text = text.as_str();
                if is_block(at.checked_sub(1).and_then(|before| tokens.get(before))) {
                    text = text.strip_prefix(' ').unwrap_or(text);
                }
                if is_block(tokens.get(at + 1)) {
                    text = text.strip_suffix(' ').unwrap_or(text);
                }
                if !text.is_empty() {
                    seen.push(Token::Text(text.to_owned()));
                }
            }
        }
    }
    seen
}

fn collect(node: ego_tree::NodeRef<'_, Node>, is_exact: bool, tokens: &mut Vec<Token>) {
    match node.value() {
        Node::Text(text) if is_exact => tokens.push(Token::Text(format!("exactly {}", &text.text))),
        // In the built-in templates a line break between the children of a `<div>`, `<nav>` or `<form>` only orders the
        // source: these are laid out by the style. A space there counts.
        Node::Text(text) if is_line_break_of_layout(node, &text.text) => {}
        Node::Text(text) => tokens.push(Token::Text(collapsed(&text.text))),
        Node::Element(element) => {
            let name = element.name();
            let mut attributes: Vec<String> = element
                .attrs()
                .filter(|(key, value)| !DEFAULTS.contains(&(name, *key, *value)))
                .map(|(key, value)| format!("{key}={value:?}"))
                .collect();
            attributes.sort();
            let is_block = BLOCKS.contains(&name);
            tokens.push(Token::Tag(format!("<{name} {}>", attributes.join(" ")), is_block));
            for child in node.children() {
                collect(child, is_exact || EXACT.contains(&name), tokens);
            }
            tokens.push(Token::Tag(format!("</{name}>"), is_block));
        }
        _ => {
            for child in node.children() {
                collect(child, is_exact, tokens);
            }
        }
    }
}

fn is_line_break_of_layout(node: ego_tree::NodeRef<'_, Node>, text: &str) -> bool {
    let parent = node.parent().and_then(|parent| {
        Some(["div", "nav", "form"].contains(&parent.value().as_element()?.name()))
    });
    parent == Some(true) && text.contains('\n') && text.trim_ascii().is_empty()
}

/// The text with every run of white space as one space.
fn collapsed(text: &str) -> String {
    let is_space = |c: char| matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}');
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_space(character) {
            result.push(character);
        } else if !result.ends_with(' ') {
            result.push(' ');
        }
    }
    result
}

/// Builds a site plain and minified, compares every page, and answers how many there were.
fn compare(site: &TestSite, arguments: &[&str]) -> usize {
    let settings = std::fs::read_to_string(site.path("site.toml")).unwrap();
    let work = tempfile::TempDir::new().unwrap();
    let mut built = Vec::new();
    for (folder, setting) in [("plain", "minify = false\n"), ("small", "")] {
        site.write("site.toml", &format!("{setting}{}", settings.replace("minify = false\n", "")));
        let out = work.path().join(folder);
        let command = [&["build", "--out", out.to_str().unwrap()], arguments].concat();
        let run = run_in(&site.path(""), &command, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        built.push(out);
    }
    let (plain, small) = (tree(&built[0]), tree(&built[1]));
    let mut pages = 0;
    let mut saved = 0;
    let mut different = std::collections::BTreeSet::new();
    for (name, bytes) in plain.iter().filter(|(name, _)| is_html(name)) {
        let (one, other) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&small[name]));
        let (one_tokens, other_tokens) = (tokens(&one), tokens(&other));
        if let Some(at) = (0..one_tokens.len().max(other_tokens.len()))
            .find(|at| one_tokens.get(*at) != other_tokens.get(*at))
        {
            let around = |tokens: &[Token]| {
                format!("{:?}", &tokens[at.saturating_sub(3)..(at + 3).min(tokens.len())])
            };
            different.insert(format!("{}\n{}", around(&one_tokens), around(&other_tokens)));
        }
        pages += 1;
        saved += one.len() - other.len();
    }
    let first: Vec<String> = different.into_iter().take(12).collect();
    assert!(first.is_empty(), "{}", first.join("\n\n"));
    assert_eq!(plain.len(), small.len());
    assert!(saved > pages * 300, "{saved} bytes saved on {pages} pages: is anything minified?");
    pages
}

#[test]
fn minified_pages_are_the_same_documents_on_the_shipped_site() {
    let root = repository();
    let site = TestSite::new();
    site.write("site.toml", &std::fs::read_to_string(root.join("site.toml")).unwrap());
    let catalogue = root.join("content/catalogue");
    let pages = compare(&site, &["--catalogue", catalogue.to_str().unwrap()]);
    assert!(pages > 400, "{pages} pages");
    if let Some(catalogue) = std::env::var_os("CATALOGUE") {
        assert!(compare(&site, &["--catalogue", catalogue.to_str().unwrap()]) > 0);
    }
}

#[test]
fn minified_pages_are_the_same_documents_whatever_the_values() {
    let hostile = [
        "a  b",
        " lead",
        "trail ",
        "tab\there",
        "line\nbreak",
        "<b>x</b>",
        "a=b",
        "a\"b'c`d",
        "&amp;",
        "ppx0x",
        "<!--ppx1x-->",
        "{{ x }}",
        "{% if %}",
        "</pre>",
        "</textarea>",
        "]]>",
        "-->",
        "\u{a0}nbsp\u{a0}",
        "\u{200b}",
        "x\u{2028}y",
        "><",
        "//",
        "a{b",
        "=x",
        "ppx3=x",
    ];
    let site = TestSite::new();
    site.write("site.toml", "title = \" A  title = \\\"x\\\" {{ y }}\"\ndescription = \"a  b\\nc\"\nbase_url = \"https://example.org/\"\n[[links]]\nname = \"x = y\"\nurl = \"https://example.org/?a=b&c=d\"\n[contact]\nendpoint = \"https://example.org/form?a=b\"\n");
    for (number, text) in hostile.iter().enumerate() {
        let tools: Vec<serde_json::Value> = ["read", "write", "execute", "destructive", "financial"]
            .iter()
            .map(|category| {
                serde_json::json!({
                    "name": format!("{text}{category}"), "title": text, "description": format!("{text} text\n\n- {text}"),
                    "inputSchema": {"type": "object", "properties": {*text: {"type": "string", "description": text, "enum": [text, " "]}}, "required": [text]},
                    "annotations": {"readOnlyHint": true},
                    "classification": {"category": category, "rationale": text, "evidence": text, "confidence": 0.5},
                })
            })
            .collect();
        let record = serde_json::json!({
            "server": {"name": format!("{text} {number}"), "title": text, "description": text, "websiteUrl": "https://example.org/?a=b&c"},
            "tools": tools, "checkedAt": "2026-01-01",
        });
        site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
    }
    site.write("content/catalogue/plain.json", &record("plain", &[]));
    let pages = compare(&site, &[]);
    assert!(pages > hostile.len() * 7, "{pages} pages");
}

#[test]
fn a_template_of_the_site_is_left_as_it_is() {
    let site = TestSite::with_record();
    site.write("site.toml", "title = \"Test\"\nbase_url = \"https://example.org/\"\n");
    site.write(
        "templates/404.html",
        "<!doctype html><title>x</title><body><p   class = 'own'>  two  spaces\n\n</p>\
         {% raw %}<p>{{<top/>}}</p>{% endraw %}",
    );
    site.build();
    let page = site.published("404.html");
    assert!(page.contains("<p   class = 'own'>  two  spaces\n\n</p>"), "{page}");
    // What looks like a call of a component that is the same on every page is none here.
    assert!(page.contains("<p>{{<top/>}}</p>"), "{page}");
}

#[test]
fn a_fault_in_a_built_in_template_has_its_place_in_the_template_as_it_is_written() {
    let fault = |minify: bool| {
        let site = TestSite::with_record();
        site.write(
            "site.toml",
            &format!("title = \"Test\"\nbase_url = \"https://example.org/\"\nminify = {minify}\n"),
        );
        // The built-in pages call this component with other names.
        site.write(
            "templates/components/link.html",
            "{% component link(other: string) %}x{% endcomponent link %}",
        );
        let run = site.run(&["build"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.stderr
    };
    assert_eq!(fault(true), fault(false));
}
