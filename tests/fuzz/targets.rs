//! What is fuzzed: functions that take any bytes and panic if a promise is broken. The tests run
//! them over the corpus and over what becomes of it, and so does `fuzz/run`, which is led by what
//! the bytes reach in the program.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use policypress::catalogue::{self, Piece};
use policypress::compose::{self, Press};
use policypress::config::{self, Overrides};
use policypress::diag::Report;
use policypress::markdown;
use policypress::policy::parse;
use policypress::serve::{Found, decoded, find};
use policypress::site::Ledger;
use policypress::text::{self, LinkSchemes};
use serde_json::Value;

/// A target by its name, which is also that of its corpus.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// What foreign Markdown may become.
pub(crate) const MARKDOWN: &[&str] = &[
    "p",
    "strong",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "br",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
];
/// All targets.
pub(crate) const TARGETS: &[Target] = &[
    ("record", record),
    ("slug", slug),
    ("markdown", markdown),
    ("schema", schema),
    ("policy", policy),
    ("path", path),
];

/// Runs the target of a name.
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    target(bytes);
}

/// Reads bytes as a file with a record, and as one with a record on each line: what has no fault
/// is complete, and each fault says where it is, on one line.
fn record(bytes: &[u8]) {
    for piece in pieces() {
        let mut report = Report::new();
        let mut loaded = catalogue::load(piece, &mut report).unwrap();
        loaded.bytes = bytes.to_vec();
        let mut passed_on = Vec::new();
        loaded.records(&mut report, |record, _| {
            assert!(!record.server.name.is_empty());
            passed_on.push(record.raw_server.to_owned());
            for tool in &record.tools {
                assert!(!tool.name.is_empty());
                passed_on.push(tool.raw.to_owned());
                passed_on.extend(tool.input_schema.map(str::to_owned));
            }
        });
        if report.is_empty() {
            for text in passed_on {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
        }
        for fault in report.iter() {
            assert!(
                fault.place.line >= 1 && fault.place.column >= 1,
                "{}",
                fault.told().headline()
            );
            assert!(
                !fault.message.is_empty() && !fault.told().headline().contains(['\u{1b}', '\0'])
            );
        }
    }
}

/// A piece that is a whole file, and one that is a part of a file with a record on each line.
fn pieces() -> &'static [Piece] {
    static PIECES: OnceLock<(tempfile::TempDir, Vec<Piece>)> = OnceLock::new();
    let (_, pieces) = PIECES.get_or_init(|| {
        let folder = tempfile::TempDir::new().unwrap();
        let mut pieces = Vec::new();
        for name in ["one.json", "all.jsonl"] {
            let path = folder.path().join(name);
            std::fs::write(&path, "{}\n").unwrap();
            pieces.extend(catalogue::pieces(&Arc::from(path.as_path()), &mut Report::new()));
        }
        assert_eq!(pieces.len(), 2);
        (folder, pieces)
    });
    pieces
}

/// Each line is a name: their slugs are different, and can be names of files anywhere.
fn slug(bytes: &[u8]) {
    let words = String::from_utf8_lossy(bytes);
    let names: BTreeSet<&str> = words.lines().collect();
    let names: Vec<&str> = names.into_iter().collect();
    let slugs = text::unique_slugs(&names);
    assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    for slug in &slugs {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        assert!((1..=120).contains(&slug.len()) && slug.bytes().all(is_plain), "{slug}");
        assert!(!slug.starts_with(['.', '-']) && !slug.ends_with(['.', '-']), "{slug}");
    }
    let reversed: Vec<&str> = names.iter().rev().copied().collect();
    let mut backwards = text::unique_slugs(&reversed);
    backwards.reverse();
    assert_eq!(slugs, backwards);
}

/// A description: what it becomes has no element that acts, and its first sentence is one line.
fn markdown(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let html = markdown::foreign(&source, LinkSchemes::default()).html;
    let page = scraper::Html::parse_fragment(html.as_str());
    for element in page.tree.nodes().filter_map(|node| node.value().as_element()) {
        // A character that nobody sees is named by a mark, and a message in such characters quoted.
        let is_mark = match (element.name(), element.attr("class")) {
            ("span", Some("hidden-character")) => element.attrs().count() == 2,
            ("q", Some("hidden-message")) => element.attrs().count() == 1,
            _ => false,
        };
        // The parser puts a fragment into a frame of its own.
        if is_mark || matches!(element.name(), "html" | "body") {
            continue;
        }
        assert!(MARKDOWN.contains(&element.name()), "{}", html.as_str());
        for (name, value) in element.attrs() {
            let is_link = element.name() == "a"
                && (name == "href" && value.starts_with("https://")
                    || (name, value) == ("rel", "nofollow ugc noopener"));
            let is_scope = (element.name(), name, value) == ("th", "scope", "col");
            let is_start = (element.name(), name) == ("ol", "start");
            let is_around_table = element.name() == "div"
                && matches!((name, value), ("class", "scroll") | ("tabindex", "0"));
            let is_fine = is_link || is_scope || is_start || is_around_table;
            assert!(is_fine, "{}", html.as_str());
        }
    }
    let sentence = markdown::first_sentence(&source, 160);
    assert!(
        sentence.chars().count() <= 160 && !sentence.contains(['\n', '\r', '\0']),
        "{sentence:?}"
    );
}

/// A JSON Schema: its table ends, and no cell of it is long.
fn schema(bytes: &[u8]) {
    let Ok(schema) = serde_json::from_slice::<Value>(bytes) else { return };
    let found = catalogue::parameters(&schema);
    assert!(found.rows.len() <= 150 && found.required <= found.total);
    for row in &found.rows {
        let longest = [&row.path, &row.name, &row.kind].map(|cell| cell.chars().count());
        assert!(longest.iter().all(|length| *length <= 400), "{row:?}");
        assert!(row.depth < 4, "{row:?}");
    }
}

/// A policy document: what is accepted can be written, and read again as the same.
fn policy(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let Ok(document) = parse(&source) else { return };
    let written = document.to_json();
    let again = parse(&written).unwrap_or_else(|faults| panic!("{written}: {faults:?}"));
    assert_eq!(document, again);
}

/// The path of a request to the preview: it names a file of the plan, leads to one, or nothing.
fn path(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    for press in presses() {
        for target in [source.as_ref(), &format!("/{source}"), &format!("/base/{source}")] {
            let Some(path) = decoded(target) else { continue };
            match find(press, &path) {
                Found::Route(route) => assert_eq!(press.site.href(&route), path),
                Found::Elsewhere(address) => {
                    assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
                    assert!(
                        matches!(find(press, &address), Found::Route(_)),
                        "{path} leads to {address}"
                    );
                }
                Found::Index(inside) => assert!(inside.starts_with("search/"), "{inside}"),
                Found::Nothing => {}
            }
        }
    }
}

/// The plan of a small site in both styles of addresses, at the root of a host and below it.
fn presses() -> &'static [Press] {
    static PRESSES: OnceLock<Vec<Press>> = OnceLock::new();
    PRESSES.get_or_init(|| {
        let settings = [
            "base_url = \"https://example.org/\"\n",
            "base_url = \"https://example.org/base/\"\nurl_style = \"file\"\n",
        ];
        settings.into_iter().map(press).collect()
    })
}

fn press(settings: &str) -> Press {
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path: &Path = &folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("site.toml", &format!("title = \"Test\"\n{settings}"));
    let tool =
        |name: &str| serde_json::json!({"name": name, "classification": {"category": "read"}});
    for (file, server) in [("a", "one"), ("b", "a.b"), ("c", "日本")] {
        let record = serde_json::json!({"server": {"name": server}, "tools": [tool("look"), tool("index"), tool("a.html")]});
        write(&format!("content/catalogue/{file}.json"), &record.to_string());
    }
    let (config, mut report) = config::read(folder.path(), Overrides::default());
    let press = compose::prepare(config.unwrap(), &mut Ledger::default(), &mut report);
    press.unwrap()
}
