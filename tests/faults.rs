//! Bad input: every fault comes with its place, its code and a hint, all of them in one run, and
//! nothing is published. A new case is a new folder below `tests/cases/faults`: the site, with
//! `expected.txt` for what the command says of it and, where that is not `build`, `command.txt`.
//! `BLESS=1` writes `expected.txt` anew; read what you bless. Inputs that would be unpleasant as
//! committed files are made by the tests themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use policypress::diag::Code;
use serde_json::Value;

use crate::support::{Run, TestSite, cases, record, repository, tree};

/// Codes that no folder can show, and the test that shows them instead.
const SHOWN_BY_CODE: &[(Code, &str)] = &[
    (Code::UnreadableFile, "a_dangling_link_is_unreadable_and_exits_with_3"),
    (Code::InvalidUtf8, "a_record_that_is_not_utf8_is_named_with_its_byte"),
    (Code::ByteOrderMark, "byte_order_marks_are_named_as_such"),
    (Code::TooDeep, "depth_bombs_are_answered_at_once"),
    (Code::EmptyCatalogue, "an_empty_catalogue_is_a_fault"),
    // Two names that differ in case only cannot be checked out everywhere.
    (Code::AddressTaken, "static_files_that_differ_in_case_only_clash"),
    // It takes a site that was built before.
    (
        Code::TooManyRemoved,
        "a_catalogue_cut_short_publishes_nothing_where_the_command_says_how_much_may_go",
    ),
    // Shards name the program that built them.
    (Code::NoManifest, "what_is_no_manifest_is_told_with_what_to_give_instead"),
    (Code::NotAShard, "what_is_no_set_of_shards_is_refused_and_nothing_changes"),
    (Code::ShardMismatch, "what_is_no_set_of_shards_is_refused_and_nothing_changes"),
    (Code::DuplicateShard, "what_is_no_set_of_shards_is_refused_and_nothing_changes"),
    (Code::MissingShard, "what_is_no_set_of_shards_is_refused_and_nothing_changes"),
    (Code::DamagedShard, "what_is_no_set_of_shards_is_refused_and_nothing_changes"),
];

#[test]
fn every_case_is_reported_in_full_and_publishes_nothing() {
    let former = former_site();
    let mismatches: String =
        cases("faults").iter().flat_map(|case| mismatches(case, &former)).collect();
    assert!(mismatches.is_empty(), "\n{mismatches}");
}

#[test]
fn every_code_has_a_case() {
    let mut shown: BTreeSet<String> = cases("faults")
        .iter()
        .flat_map(|case| codes(&fs::read_to_string(case.join("expected.txt")).unwrap()))
        .collect();
    for (code, test) in SHOWN_BY_CODE {
        let sources = [
            include_str!("faults.rs"),
            include_str!("shards.rs"),
            include_str!("output/changes.rs"),
            include_str!("output/removed.rs"),
        ];
        let is_there = sources.iter().any(|source| source.contains(&format!("fn {test}(")));
        assert!(is_there, "no test is called {test}");
        shown.insert(code.name().to_owned());
    }
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|name| !shown.contains(*name)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn a_record_that_is_not_utf8_is_named_with_its_byte() {
    let site = TestSite::with_record();
    site.write_bytes("content/catalogue/bad.json", b"{\n  \"server\": {\"name\": \"caf\xe9\"}}");
    assert_only_fault(&site, "content/catalogue/bad.json:2:26", Code::InvalidUtf8);
    let site = TestSite::with_record();
    site.write_bytes("content/attacks/bad.md", b"+++\ntitle = \"caf\xe9\"\n+++\n");
    assert_only_fault(&site, "content/attacks/bad.md:2:13", Code::InvalidUtf8);
    let site = TestSite::with_record();
    site.write_bytes("templates/tool.html", b"<p>\ncaf\xe9</p>");
    assert_only_fault(&site, "templates/tool.html:2:4", Code::InvalidUtf8);
    let site = TestSite::with_record();
    site.write_bytes("site.toml", b"title = \"caf\xe9\"\nbase_url = \"https://example.org/\"\n");
    assert_only_fault(&site, "site.toml:1:13", Code::InvalidUtf8);
}

#[test]
fn a_line_that_is_not_utf8_does_not_hide_the_other_lines() {
    let site = TestSite::with_record();
    let mut bytes = record("good", &[]).into_bytes();
    bytes.extend_from_slice(
        b"\n{\"server\": {\"name\": \"caf\xe9\"}, \"tools\": []}\n{\"server\": 1}\n",
    );
    site.write_bytes("servers.jsonl", &bytes);
    let run = site.run(&["build", "--catalogue", "servers.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("servers.jsonl:2:25: error[invalid-utf8]"), "{}", run.stderr);
    assert!(run.stderr.contains("servers.jsonl:3:12: error[wrong-type]"), "{}", run.stderr);
}

#[test]
fn byte_order_marks_are_named_as_such() {
    let text = record("marked", &[]);
    let wide = |unit: u16, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(unit).chain(text.encode_utf16()).flat_map(order).collect()
    };
    let utf8 = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    for bytes in [utf8, wide(0xfeff, u16::to_le_bytes), wide(0xfeff, u16::to_be_bytes)] {
        let site = TestSite::with_record();
        site.write_bytes("content/catalogue/marked.json", &bytes);
        assert_only_fault(&site, "content/catalogue/marked.json:1:1", Code::ByteOrderMark);
    }
}

#[test]
fn a_nul_byte_is_no_json() {
    for text in ["{\"server\": {\"name\": \"a\0b\"}, \"tools\": []}", "\0{}", "{}\0"] {
        let site = TestSite::with_record();
        site.write("content/catalogue/bad.json", text);
        let run = refused(&site, 1);
        assert!(codes(&run.stderr).contains("invalid-json"), "{text:?}: {}", run.stderr);
    }
}

#[test]
fn an_empty_catalogue_is_a_fault() {
    assert_only_fault(&TestSite::new(), "content/catalogue:1:1", Code::EmptyCatalogue);
    let site = TestSite::new();
    site.write("content/catalogue/notes.txt", "no record");
    assert_only_fault(&site, "content/catalogue:1:1", Code::EmptyCatalogue);
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_unreadable_and_exits_with_3() {
    let site = TestSite::with_record();
    site.write("content/catalogue/bad.json", "{}");
    std::os::unix::fs::symlink("nowhere", site.path("content/catalogue/gone.json")).unwrap();
    let run = refused(&site, 3);
    assert!(run.stderr.contains("content/catalogue/gone.json:1:1: error[unreadable-file]"));
    assert!(run.stderr.contains("bad.json:1:1: error[missing-field]"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_catalogue_passes_over_no_linked_folder_and_waits_for_no_pipe() {
    use std::os::unix::fs::symlink;
    let site = TestSite::with_record();
    site.write("elsewhere/two.json", &record("two", &[]));
    let link = site.path("content/catalogue/more");
    symlink(site.path("elsewhere"), &link).unwrap();
    let run = refused(&site, 3);
    let expected = "content/catalogue/more:1:1: error[unreadable-file]: this is a link to a folder";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    // Links to files are followed.
    fs::remove_file(&link).unwrap();
    symlink(site.path("elsewhere/two.json"), site.path("content/catalogue/two.json")).unwrap();
    site.build();
    assert!(site.public().contains_key("tools/two/index.html"));

    let site = TestSite::with_record();
    let pipe = site.path("content/catalogue/pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink(&pipe, site.path("content/catalogue/to-pipe.json")).unwrap();
    let run = refused(&site, 3);
    for name in ["pipe.json", "to-pipe.json"] {
        let expected = format!("catalogue/{name}:1:1: error[unreadable-file]: only regular files");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn links_in_static_templates_and_content_are_not_followed() {
    for link in ["static/secret.txt", "templates/tool.html", "content/attacks/secret.md"] {
        let site = TestSite::with_record();
        site.write("secret", "secret");
        fs::create_dir_all(site.path(link).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(site.path("secret"), site.path(link)).unwrap();
        let run = refused(&site, 3);
        let expected = format!("{link}:1:1: error[unreadable-file]");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_link_or_a_file_in_place_of_a_folder_is_not_passed_over() {
    for folder in ["static", "templates", "content/attacks"] {
        let site = TestSite::with_record();
        site.write("elsewhere/page.html", "secret");
        std::os::unix::fs::symlink(site.path("elsewhere"), site.path(folder)).unwrap();
        let run = refused(&site, 3);
        let expected = format!("{folder}:1:1: error[unreadable-file]: this is a link");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
        fs::remove_file(site.path(folder)).unwrap();
        site.write(folder, "secret");
        let run = refused(&site, 3);
        let expected = format!("{folder}:1:1: error[unreadable-file]: this is not a folder");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

#[test]
fn the_path_of_a_field_names_a_long_key_in_short() {
    let site = TestSite::with_record();
    let key = "k".repeat(10_000);
    let text = record("one", &[("look", "read")]);
    let extra = format!(r#"{{"x": {{"{key}": {{"a": 1, "a": 2}}}}, "#);
    site.write("content/catalogue/one.json", &text.replacen('{', &extra, 1));
    let run = refused(&site, 1);
    assert!(run.stderr.contains("error[duplicate-key]: x.kkk"), "{}", run.stderr);
    assert!(run.stderr.len() < 1_000, "{} bytes", run.stderr.len());
}

/// A field with another fault does not hide what is wrong beside it.
#[test]
fn faults_of_known_and_of_unknown_fields_are_told_together() {
    let site = TestSite::with_record();
    let packages = r#"[{"registryType": 5, "identifier": 6, "version": 7}]"#;
    let tool = r#"{"name": "a", "_meta": {"b": 1, "b": 2}, "classification": {"category": "red"}}"#;
    let server = format!(r#"{{"name": "one", "packages": {packages}}}"#);
    site.write(
        "content/catalogue/one.json",
        &format!(r#"{{"server": {server}, "tools": [{tool}]}}"#),
    );
    let run = refused(&site, 1);
    for field in ["registryType", "identifier", "version"] {
        assert!(run.stderr.contains(&format!("server.packages[0].{field}")), "{}", run.stderr);
    }
    assert!(run.stderr.contains("error[duplicate-key]: tools[0]._meta"), "{}", run.stderr);
    assert!(run.stderr.contains("error[unknown-category]"), "{}", run.stderr);
}

#[test]
fn after_a_byte_order_mark_the_other_records_are_read() {
    let site = TestSite::new();
    let records = [record("one", &[("look", "red")]), record("two", &[("look", "red")])];
    site.write("all.jsonl", &format!("\u{feff}{}\n{}", records[0], records[1]));
    let run = site.run(&["build", "--catalogue", "all.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("all.jsonl:1:1: error[byte-order-mark]"), "{}", run.stderr);
    assert!(run.stderr.contains("all.jsonl:2:"), "{}", run.stderr);
}

#[test]
fn a_page_that_has_the_name_of_a_note_is_published() {
    let site = TestSite::with_record();
    let page = "+++\ntitle = \"Licence\"\nsummary = \"The licence.\"\n+++\nText.\n";
    site.write("content/pages/licence.md", page);
    site.write("content/pages/README.md", "for people");
    site.build();
    assert!(site.path("public/licence/index.html").exists());
    assert!(!site.path("public/readme").exists());
}

#[test]
fn static_files_that_differ_in_case_only_clash() {
    let site = TestSite::with_record();
    site.write("static/Logo.svg", "<svg/>");
    site.write("static/logo.svg", "<svg/>");
    // Other systems keep no such two files.
    if cfg!(not(target_os = "linux")) && tree(&site.path("static")).len() < 2 {
        return;
    }
    let run = refused(&site, 1);
    assert!(run.stderr.contains("static/logo.svg:1:1: error[address-taken]"), "{}", run.stderr);
}

#[test]
fn a_page_whose_folder_has_the_name_of_a_file_clashes() {
    let site = TestSite::with_record();
    let page = "+++\ntitle = \"Robots\"\nsummary = \"About robots.\"\n+++\n";
    site.write("content/pages/robots.txt.md", page);
    assert_only_fault(&site, "content/pages/robots.txt.md:1:1", Code::AddressTaken);
}

#[test]
fn content_that_nothing_reads_is_reported() {
    let site = TestSite::with_record();
    let misspelt = ["attacks.md", "categories/foo.md", "glosary/z.md", "risk/foo.md"];
    for name in misspelt {
        site.write(&format!("content/{name}"), "x");
    }
    for name in [".notes", "README.md", "attacks/README.md", "catalogue/notes.md", "notes.txt"] {
        site.write(&format!("content/{name}"), "for people");
    }
    let run = refused(&site, 1);
    for name in misspelt {
        let expected = format!("content/{name}:1:1: error[unread-content]: ");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
    assert!(run.stderr.ends_with("4 errors: nothing was published\n"), "{}", run.stderr);

    // A catalogue may stand anywhere, with what its keepers have written down in it.
    let site = TestSite::new();
    site.write("content/servers/one.json", &record("one", &[]));
    site.write("content/servers/notes.md", "for people");
    let run = site.run(&["build", "--catalogue", "content/servers"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &format!("{settings}catalogue = [\"content/servers/one.json\"]\n"));
    site.build();
}

#[test]
fn what_lies_beside_the_site_on_its_host_is_no_address_of_it() {
    let site = TestSite::with_record();
    let beside = "https://example.org/security";
    site.write(
        "site.toml",
        &format!(
            "title = \"Test\"\nbase_url = \"https://example.org/mcp/\"\nreport_url = \"{beside}?page={{url}}\"\n\
             [[links]]\nname = \"Security\"\nurl = \"{beside}\"\n"
        ),
    );
    let run = site.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let link = |address: &str| {
        let text = format!("+++\ntitle = \"Own\"\nsummary = \"A page.\"\n+++\n[Link]({address})\n");
        site.write("content/pages/own.md", &text);
        site.run(&["check"]).stderr.matches("error[broken-link]").count()
    };
    assert_eq!(link("https://example.org/mcp/search/?q=mail"), 0);
    assert_eq!(link("/search/?q=mail"), 0);
    assert_eq!(link("?a=1"), 0);
    assert_eq!(link("https://example.org/mcp/nothing/?q=mail"), 1);
    assert_eq!(link("/nothing/"), 1);
}

#[test]
fn a_built_in_text_that_is_taken_away_leaves_no_broken_link() {
    for folder in ["attacks", "glossary", "pages"] {
        let site = TestSite::with_record();
        for name in tree(&repository().join("content").join(folder)).keys() {
            site.write(&format!("content/{folder}/{name}"), "");
        }
        let run = site.run(&["check"]);
        assert_eq!(run.code, 0, "{folder}: {}", run.stderr);
        // In a text of the site such a link is a fault.
        let page = "+++\ntitle = \"Ours\"\nsummary = \"Ours.\"\n+++\n\n\
            [a](/attacks/tool-poisoning/) [b](/glossary/grant/) [c](/about/)\n";
        site.write("content/pages/ours.md", page);
        assert_eq!(site.run(&["check"]).stderr.matches("error[broken-link]").count(), 1);
    }
}

#[test]
fn a_folder_without_settings_is_no_site() {
    let site = TestSite::with_record();
    fs::remove_file(site.path("site.toml")).unwrap();
    for command in [&["build"][..], &["check"], &["serve"], &["merge", "shard"]] {
        for root in [".", "nowhere"] {
            let run = site.run(&[command, &["--root", root]].concat());
            assert_eq!(run.code, 2, "{command:?}: {}", run.stderr);
            let message = format!(
                "there is no `site.toml` in `{root}`; `policypress init DIR` makes a new site"
            );
            assert!(run.stderr.contains(&message), "{command:?}: {}", run.stderr);
        }
    }
    let run = site.run(&["build", "--root", "content/catalogue/one.json"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let message = "`content/catalogue/one.json` is a file; `--root` takes the folder of a site";
    assert!(run.stderr.contains(message), "{}", run.stderr);
    // Where one is that cannot be read, none should be made.
    fs::create_dir(site.path("site.toml")).unwrap();
    let run = site.run(&["build", "--root", "."]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("make it a file that can be read"), "{}", run.stderr);
}

#[test]
fn faults_of_the_command_line_are_not_blamed_on_the_settings() {
    let site = TestSite::with_record();
    for wrong in ["example.org", "ftp://x", ""] {
        let run = site.run(&["build", &format!("--base-url={wrong}")]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("--base-url <URL>"), "{}", run.stderr);
    }
    let run = site.run(&["build", "--catalogue", "nowhere"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.starts_with("nowhere:1:1: error[not-found]"), "{}", run.stderr);
}

#[test]
fn a_check_with_faults_does_not_speak_of_publishing() {
    let site = TestSite::with_record();
    site.write("content/catalogue/bad.json", "{}");
    let run = site.run(&["check"]);
    assert!(run.stderr.ends_with("2 errors: the site has faults\n"), "{}", run.stderr);
}

#[test]
fn many_faults_are_counted_and_printed_on_demand() {
    let site = TestSite::new();
    for number in 0..30 {
        site.write(
            &format!("content/catalogue/{number:02}.json"),
            "{\"server\": {\"name\": 1}, \"tools\": []}",
        );
    }
    let short = refused(&site, 1);
    assert_eq!(short.stderr.matches("error[wrong-type]").count(), 20);
    assert!(
        short.stderr.contains("10 faults more") || short.stderr.contains("10 more"),
        "{}",
        short.stderr
    );
    assert!(short.stderr.ends_with("30 errors: nothing was published\n"), "{}", short.stderr);
    let long = site.run(&["build", "--verbose"]);
    assert_eq!(long.stderr.matches("error[wrong-type]").count(), 30);
}

/// The kernel counts the processor time: a loaded machine cannot fail this test.
#[cfg(unix)]
#[test]
fn depth_bombs_are_answered_at_once() {
    const DEPTH: usize = 1_000_000;
    let lists = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let objects = format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH));
    let tool = |field: &str, value: &str| {
        format!(
            "{{\"server\": {{\"name\": \"bomb\"}}, \"tools\": [{{\"name\": \"t\", \"{field}\": {value}, \
             \"classification\": {{\"category\": \"read\"}}}}]}}"
        )
    };
    let server = |value: &str| {
        format!("{{\"server\": {{\"name\": \"bomb\", \"_meta\": {value}}}, \"tools\": []}}")
    };
    let bombs = [
        ("a list in a schema", tool("inputSchema", &format!("{{\"default\": {lists}}}"))),
        ("objects in a schema", tool("inputSchema", &objects)),
        ("objects in an output schema", tool("outputSchema", &objects)),
        ("an unknown field of a tool", tool("_meta", &objects)),
        ("an unknown field of the server", server(&lists)),
        ("the record itself", lists.clone()),
        ("the record itself as objects", objects.clone()),
        ("an unclosed record", "[".repeat(DEPTH)),
        ("an unclosed object", "{\"a\":".repeat(DEPTH)),
        ("an unclosed field", tool("_meta", &"[".repeat(DEPTH))),
    ];
    for (name, text) in bombs {
        let site = TestSite::with_record();
        site.write("content/catalogue/bomb.json", &text);
        let (code, stderr) = run_with_a_second(&site);
        assert_eq!(code, Some(1), "{name}: {stderr}");
        let found = codes(&stderr);
        let expected = ["too-deep", "invalid-json", "wrong-type", "missing-field"];
        assert!(found.iter().any(|code| expected.contains(&code.as_str())), "{name}: {stderr}");
        assert!(stderr.len() < 4_000, "{name}: the message has {} bytes", stderr.len());
    }
}

#[test]
fn messages_cannot_reach_the_terminal() {
    for site in
        [site_with_codes_in_records(), site_with_codes_in_settings(), site_with_codes_in_texts()]
    {
        let run = site.run(&["build", "--verbose"]);
        assert_ne!(run.code, 0);
        let acting: BTreeSet<char> = run
            .stderr
            .chars()
            .filter(|c| {
                (c.is_control() && *c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{200b}')
            })
            .collect();
        assert!(acting.is_empty(), "{acting:?} in\n{}", run.stderr.escape_debug());
        assert!(
            run.stderr.contains("\\u{1b}") && run.stderr.contains("\\u{202e}"),
            "{}",
            run.stderr
        );
    }
}

/// What a hostile text does to a terminal that obeys it.
const CODES: &str = "\u{1b}]0;x\u{7}\u{1b}[31m\u{202e}\u{2028}\u{200b}\u{9b}31m\r\n";

fn site_with_codes_in_records() -> TestSite {
    let site = TestSite::with_record();
    let mut bad: Value =
        serde_json::from_str(&record(CODES, &[(CODES, "read"), (CODES, "write")])).unwrap();
    bad["tools"][0]["classification"] = serde_json::json!({
        "category": CODES, "risk": CODES, "attacks": [CODES], "confidence": CODES,
    });
    bad["checkedAt"] = CODES.into();
    site.write("content/catalogue/bad.json", &bad.to_string());
    site.write(
        "content/catalogue/twice.json",
        &record(CODES, &[(CODES, "read"), (CODES, "write")]),
    );
    site.write("content/catalogue/again.json", &record(CODES, &[]));
    let key = Value::from(CODES).to_string();
    site.write("content/catalogue/keys.json", &format!("{{{key}: 1, {key}: 2}}"));
    site.write("servers.jsonl", &format!("{key}\n"));
    if cfg!(unix) {
        site.write("content/catalogue/\u{1b}[31m\u{202e}.json", "{}");
    }
    site
}

fn site_with_codes_in_settings() -> TestSite {
    let site = TestSite::with_record();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut settings = format!("title = \"\"\nbase_url = {}\n", quoted("\u{1b}[31m"));
    writeln!(settings, "catalogue = [{}]", quoted("no\u{1b}[31m\u{202e}")).unwrap();
    writeln!(settings, "[[links]]\nname = \"x\"\nurl = {}", quoted("\u{1b}[31m\u{202e}")).unwrap();
    site.write("site.toml", &settings);
    site
}

fn site_with_codes_in_texts() -> TestSite {
    let site = TestSite::with_record();
    site.write(
        "content/attacks/bad.md",
        "+++\ntitle = \"x\"\nsummary = \"x\"\ncategories = []\nstatus = \"\\u001B\\u202E\"\n+++\n",
    );
    site.write(
        "content/attacks/policy.md",
        "+++\ntitle = \"x\"\nsummary = \"x\"\ncategories = []\nstatus = \"observed\"\n\
         updated = \"\\u001B\\u202E\"\n+++\n\n```json\n\
         {\"version\": \"1\", \"default\": \"deny\", \"hide\": [\"\\u001b\\u202e\", \"\\u001b\\u202e\"]}\n```\n\n\
         ```json\n{\"\\u001b\\u202e\": 1}\n```\n",
    );
    site.write("templates/tool.html", "{{ view[\"\u{1b}\u{202e}\"] }}{{ \u{202e} }}");
    site.write("content/categories/read.md", "+++\n\"\\u001B\\u202E\" = \"x\"\n+++\n");
    site
}

/// The site that stood there before the faults came.
fn former_site() -> BTreeMap<String, Vec<u8>> {
    let site = TestSite::with_record();
    site.build();
    site.public()
}

/// What is wrong with how the program answers a case, as text for people.
fn mismatches(case: &Path, former: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let site = TestSite::copy_of(case);
    for (file, bytes) in former {
        site.write_bytes(&format!("public/{file}"), bytes);
    }
    let before = tree(&site.path(""));
    let command = fs::read_to_string(case.join("command.txt")).unwrap_or("build".to_owned());
    let run = site.run(&[command.trim()]);
    let mut found = Vec::new();
    compare_with_expected(&case.join("expected.txt"), &run.stderr, &mut found);
    let expected_code = if codes(&run.stderr).contains("unreadable-file") { 3 } else { 1 };
    if run.code != expected_code {
        found.push(format!("exit code {} instead of {expected_code}\n", run.code));
    }
    if !run.stdout.is_empty() {
        found.push("something was printed on standard output\n".to_owned());
    }
    check_machine_output(&site, &codes(&run.stderr), &mut found);
    let after = tree(&site.path(""));
    let touched = |(name, bytes): &(&String, &Vec<u8>)| after.get(*name) != Some(*bytes);
    let touched: Vec<_> = before.iter().filter(touched).map(|(name, _)| name).collect();
    let added: Vec<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    if !touched.is_empty() || !added.is_empty() {
        found.push(format!("files were changed {touched:?} or added {added:?}\n"));
    }
    found.into_iter().map(|fault| format!("--- {name}\n{fault}")).collect()
}

fn compare_with_expected(file: &Path, found: &str, mismatches: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == found {
        return;
    }
    let mut difference = String::new();
    for line in expected.lines().filter(|line| !found.lines().any(|other| other == *line)) {
        writeln!(difference, "- {line}").unwrap();
    }
    for line in found.lines().filter(|line| !expected.lines().any(|other| other == *line)) {
        writeln!(difference, "+ {line}").unwrap();
    }
    if difference.is_empty() {
        difference = format!("the same lines in another order:\n{found}");
    }
    mismatches.push(difference);
}

/// `check` says the same to machines: one document, the same codes, in the order of the places.
fn check_machine_output(site: &TestSite, codes: &BTreeSet<String>, mismatches: &mut Vec<String>) {
    let run = site.run(&["check", "--format", "json"]);
    let Ok(document) = serde_json::from_str::<Value>(&run.stdout) else {
        mismatches.push(format!("this is not one JSON document: {}\n", run.stdout));
        return;
    };
    let faults = document["diagnostics"].as_array().unwrap();
    let text = |fault: &Value, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
    let found: BTreeSet<String> = faults.iter().map(|fault| text(fault, "code")).collect();
    if found != *codes {
        mismatches.push(format!("codes for people {codes:?}, for machines {found:?}\n"));
    }
    let place = |fault: &Value| {
        let place = &fault["place"];
        (text(place, "file"), place["line"].as_u64().unwrap(), place["column"].as_u64().unwrap())
    };
    if !faults.is_sorted_by_key(place) {
        mismatches.push("the faults are not in the order of their places\n".to_owned());
    }
    for fault in faults {
        let (file, line, column) = place(fault);
        let is_whole = !file.is_empty() && line > 0 && column > 0;
        if !is_whole || text(fault, "message").is_empty() || text(fault, "hint").is_empty() {
            mismatches.push(format!("something is missing in {fault}\n"));
        }
    }
}

/// The codes in what was printed for people.
fn codes(stderr: &str) -> BTreeSet<String> {
    let after = |line: &str| {
        let (_, rest) = line.split_once(": error[")?;
        Some(rest.split_once(']')?.0.to_owned())
    };
    stderr.lines().filter_map(after).collect()
}

/// Builds, expects this exit code, and looks that nothing was published.
fn refused(site: &TestSite, code: i32) -> Run {
    let run = site.run(&["build"]);
    assert_eq!(run.code, code, "{}", run.stderr);
    assert!(!site.path("public").exists(), "{}", run.stderr);
    run
}

fn assert_only_fault(site: &TestSite, place: &str, code: Code) {
    let run = refused(site, 1);
    let expected = format!("{place}: error[{}]: ", code.name());
    assert!(run.stderr.contains(&expected), "expected {expected}\n{}", run.stderr);
    assert_eq!(run.stderr.matches(": error[").count(), 1, "{}", run.stderr);
}

/// Builds with one second of processor time.
#[cfg(unix)]
fn run_with_a_second(site: &TestSite) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .args([
            "-c",
            "ulimit -t 1 && exec \"$0\" build --jobs 2",
            env!("CARGO_BIN_EXE_policypress"),
        ])
        .current_dir(site.path(""))
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}
