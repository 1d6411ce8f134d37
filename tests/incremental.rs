//! An incremental build gives what a clean one gives, byte for byte, whatever was edited, and
//! leaves alone what did not change.
//!
//! `EDITS=500 cargo test --test tests random_edits` for a long run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use policypress::digest;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::support::{TestSite, reading_record, record, repository, stamps, tree};

const EDITS: usize = 40;
const CATEGORIES: &[&str] = &["read", "write", "execute", "destructive", "financial"];
/// Few names, so that servers share them and link to each other.
const NAMES: &[&str] =
    &["look", "look_up", "drop", "Drop", "send_mail", "pay", "get user", "get_user", "dr0p"];

/// One change of a site.
#[derive(Clone, Debug)]
enum Edit {
    /// Replaces or adds a server.
    Server(usize, Vec<(usize, usize, u8)>),
    Remove(usize),
    /// Another title or description of a server.
    Describe(usize, u8),
    Template(u8),
    Setting(u8),
    Text(u8),
    Style(u8),
    /// Nothing at all.
    Nothing,
    /// A file of the site is gone.
    Lose(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let tools = prop::collection::vec((0..NAMES.len(), 0..CATEGORIES.len(), 0..3_u8), 0..5);
    prop_oneof![
        6 => (0..6_usize, tools).prop_map(|(server, tools)| Edit::Server(server, tools)),
        2 => (0..6_usize).prop_map(Edit::Remove),
        2 => (0..6_usize, 0..4_u8).prop_map(|(server, word)| Edit::Describe(server, word)),
        1 => (0..4_u8).prop_map(Edit::Template),
        1 => (0..3_u8).prop_map(Edit::Setting),
        1 => (0..3_u8).prop_map(Edit::Text),
        1 => (0..3_u8).prop_map(Edit::Style),
        1 => Just(Edit::Nothing),
        1 => (0..1_000_usize).prop_map(Edit::Lose),
    ]
}

fn apply(site: &TestSite, edit: &Edit) {
    let path = |server: &usize| format!("content/catalogue/{server}.json");
    match edit {
        Edit::Server(server, tools) => {
            let mut named: BTreeMap<&str, Value> = BTreeMap::new();
            for (name, category, word) in tools {
                let (name, category) = (NAMES[*name], CATEGORIES[*category]);
                // Some turn the reader away from a tool that another server may have.
                let text = if *word == 2 { "Use it instead of `look_up`." } else { "Text." };
                let tool = json!({"name": name, "description": format!("{text} {word}"), "classification": {"category": category}});
                named.insert(name, tool);
            }
            let tools: Vec<Value> = named.into_values().collect();
            let name = ["one", "two", "Two", "a.b", "a/b", "six"][*server];
            let record = json!({"server": {"name": name}, "tools": tools});
            site.write(&path(server), &record.to_string());
        }
        Edit::Remove(server) => {
            let _ = fs::remove_file(site.path(&path(server)));
        }
        Edit::Describe(server, word) => {
            let Ok(text) = fs::read_to_string(site.path(&path(server))) else { return };
            let mut record: Value = serde_json::from_str(&text).unwrap();
            record["server"]["title"] = json!(format!("Title {word}"));
            record["server"]["description"] = json!(format!("Description {word}."));
            site.write(&path(server), &record.to_string());
        }
        Edit::Template(0) => {
            let _ = fs::remove_file(site.path("templates/components/attack_cards.html"));
        }
        // A copy of a built-in template is a template of the site all the same.
        Edit::Template(1) => site.write(
            "templates/components/attack_cards.html",
            include_str!("../templates/components/attack_cards.html"),
        ),
        Edit::Template(word) => site.write(
            "templates/components/attack_cards.html",
            &format!("{{% component attack_cards(attacks) %}}<p>own {word}</p>{{% endcomponent attack_cards %}}"),
        ),
        Edit::Setting(word) => site.write(
            "site.toml",
            &format!("title = \"Test {word}\"\nbase_url = \"https://example.org/\"\nminify = {}\n", *word == 0),
        ),
        Edit::Text(word) => site.write(
            "content/pages/own.md",
            &format!("+++\ntitle = \"Own {word}\"\nsummary = \"A page.\"\n+++\n\nText {word}.\n"),
        ),
        Edit::Style(word) => site.write("static/extra.css", &format!("/* {word} */")),
        Edit::Nothing => {}
        Edit::Lose(number) => {
            let files = tree(&site.path("public"));
            let lost = files.keys().nth(number % files.len()).unwrap();
            if lost != ".policypress-manifest" {
                fs::remove_file(site.path("public").join(lost)).unwrap();
            }
        }
    }
}

#[test]
fn after_random_edits_the_site_is_that_of_a_clean_build() {
    let edits: usize = std::env::var("EDITS").map_or(EDITS, |edits| edits.parse().unwrap());
    let site = TestSite::with_record();
    site.write("content/catalogue/always.json", &record("always", &[("look", "read")]));
    fs::remove_file(site.path("content/catalogue/one.json")).unwrap();
    site.build();
    // The same edits in every run, so that a fault can be found again.
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    for number in 0..edits {
        let edit = edit().new_tree(&mut runner).unwrap().current();
        apply(&site, &edit);
        let before = stamps(&site.path("public"));
        let run = site.run(&["build", "--format", "json"]);
        assert_eq!(run.code, 0, "edit {number}, {edit:?}: {}", run.stderr);
        assert_clean(&site, &format!("edit {number}, {edit:?}"));
        if matches!(edit, Edit::Nothing) {
            assert!(before == stamps(&site.path("public")), "edit {number}: a file was touched");
        }
    }
}

/// The published site is that of a clean build.
fn assert_clean(site: &TestSite, after: &str) {
    let clean = tempfile::TempDir::new().unwrap();
    let out = clean.path().join("site");
    let run = site.run(&["build", "-q", "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{after}: {}", run.stderr);
    let (found, expected) = (site.public(), tree(&out));
    let all = found.keys().chain(expected.keys());
    let differ: Vec<&String> = all.filter(|path| found.get(*path) != expected.get(*path)).collect();
    assert!(differ.is_empty(), "{after}: {differ:?}");
}

#[test]
fn a_new_title_reaches_every_server_that_shows_it() {
    let site = TestSite::new();
    // More servers share these names than the pages of their tools link to.
    for server in 0..9 {
        let text = reading_record(&format!("server-{server}"), 3, |tool| format!("tool_{tool}"));
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    site.build();
    for server in 0..9 {
        let path = format!("content/catalogue/{server}.json");
        let mut record: Value =
            serde_json::from_str(&fs::read_to_string(site.path(&path)).unwrap()).unwrap();
        record["server"]["title"] = json!("A new title");
        site.write(&path, &record.to_string());
        site.build();
        assert_clean(&site, &path);
    }
}

/// Builds a site of some records, then one of others over it, and looks that pages of records that
/// stayed as they were show it.
fn assert_reaches(before: &[(&str, Value)], after: &[(&str, Value)]) {
    let site = TestSite::new();
    for records in [before, after, before] {
        let _ = fs::remove_dir_all(site.path("content/catalogue"));
        for (file, record) in records {
            site.write(&format!("content/catalogue/{file}.json"), &record.to_string());
        }
        let run = site.run(&["build", "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_clean(&site, "a change elsewhere");
    }
}

/// A record with one tool, and a title if it is not empty. Tools of other categories have nothing
/// in common.
fn one_tool(server: &str, title: &str, tool: &str, category: &str) -> Value {
    json!({"server": {"name": server, "title": title}, "tools": [
        {"name": tool, "classification": {"category": category}},
    ]})
}

#[test]
fn a_title_that_another_server_takes_too_is_told_apart_on_all_pages() {
    let first = ("1", one_tool("x/one", "Notes", "look", "read"));
    let other = |title| ("2", one_tool("y/two", title, "send", "write"));
    assert_reaches(&[first.clone(), other("Mail")], &[first, other("Notes")]);
}

#[test]
fn a_server_that_looks_like_another_is_told_of_as_long_as_that_is_there() {
    let like = ("1", one_tool("acme/a1pha", "", "look", "read"));
    let model = ("2", one_tool("acme/alpha", "", "send", "write"));
    assert_reaches(&[like.clone(), model], &[like]);
}

#[test]
fn a_tool_that_looks_like_another_names_its_server_as_that_is_called_now() {
    let like = ("1", one_tool("x/one", "", "de1ete_project", "read"));
    let model = |server| ("2", one_tool(server, "Two", "delete_project", "destructive"));
    assert_reaches(&[like.clone(), model("x/two")], &[like, model("x_two")]);
}

#[test]
fn the_risk_of_a_tool_reaches_the_pages_that_lead_to_it() {
    let neighbour = ("1", one_tool("x/one", "", "look", "read"));
    let other = |risk| {
        let mut record = one_tool("y/two", "", "look", "read");
        record["tools"][0]["classification"]["risk"] = json!(risk);
        ("2", record)
    };
    assert_reaches(&[neighbour.clone(), other("low")], &[neighbour, other("critical")]);
}

#[test]
fn a_first_server_of_a_letter_gets_its_group_in_a_divided_list() {
    let [before, after] = with_one_more(&["Alpha", "Beta", "Gamma"], "Zulu");
    assert!(!before.contains_key("servers/z/index.html"));
    assert!(after.contains_key("servers/z/index.html"));
}

#[test]
fn a_list_that_led_past_a_single_choice_leads_to_it_when_there_are_two() {
    let [before, after] = with_one_more(&["Mail Alpha", "Mail Beta"], "Max");
    let leads_to = |files: &BTreeMap<String, Vec<u8>>, part: &str| {
        String::from_utf8_lossy(&files["tools/index.html"]).contains(&format!("/servers/{part}/\""))
    };
    assert!(leads_to(&before, "m/a/i/l") && !leads_to(&before, "m/a"));
    assert!(leads_to(&after, "m/a") && !leads_to(&after, "m/a/i/l"));
}

/// The sites of so many servers with these titles that their list is divided, and of one more, which
/// is built over the first as it is built alone.
fn with_one_more(titles: &[&str], more: &str) -> [BTreeMap<String, Vec<u8>>; 2] {
    let site = TestSite::new();
    let line = |title: &str, at: usize| {
        json!({"server": {"name": format!("server-{at}"), "title": format!("{title} {at}")}, "tools": []})
            .to_string()
    };
    let mut lines: Vec<String> = (0..900).map(|at| line(titles[at % titles.len()], at)).collect();
    let build = |lines: &[String]| {
        site.write("all.jsonl", &lines.join("\n"));
        let run = site.run(&["build", "-q", "--catalogue", "all.jsonl"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        site.public()
    };
    let before = build(&lines);
    lines.push(line(more, 900));
    let after = build(&lines);
    fs::remove_dir_all(site.path("public")).unwrap();
    assert!(after == build(&lines));
    [before, after]
}

#[test]
fn a_changed_static_file_changes_all_pages_that_lead_to_it() {
    let site = TestSite::with_record();
    site.build();
    let sheet = fs::read_to_string(repository().join("static/site.css")).unwrap();
    site.write("static/site.css", &format!("{sheet}\n.own {{ color: red; }}\n"));
    site.build();
    assert_clean(&site, "another style sheet");
}

#[test]
fn a_file_that_is_missing_comes_back_whatever_its_kind() {
    let site = TestSite::with_record();
    site.build();
    let whole = site.public();
    let first = |start: &str| whole.keys().find(|path| path.starts_with(start)).unwrap();
    for path in [
        "index.html",
        "robots.txt",
        first("search/words/"),
        first("search/tools/"),
        first("tools/one/"),
        first("api/"),
        first("assets/"),
    ] {
        fs::remove_file(site.path("public").join(path)).unwrap();
        site.build();
        assert!(site.public() == whole, "{path}");
    }
}

#[test]
fn a_large_search_index_is_changed_only_where_records_did() {
    const WORDS: [&str; 8] = ["find", "list", "Read", "café", "stop", "runtime", "session", "検索"];
    let site = TestSite::new();
    let name = |server: usize, tool: usize| {
        format!("{}_{}_{}", WORDS[(server + tool) % 8], WORDS[tool * 3 % 8], server * 7 + tool)
    };
    let write = |server: usize, count: usize| {
        let text = reading_record(&format!("server-{server}"), count, |tool| name(server, tool));
        site.write(&format!("content/catalogue/{server}.json"), &text);
    };
    (0..40).for_each(|server| write(server, 12));
    site.build();
    let index = |files: &BTreeMap<String, (u64, i64, i64)>| -> BTreeMap<String, (u64, i64, i64)> {
        let of_index = files.iter().filter(|(path, _)| path.starts_with("search/"));
        of_index.map(|(path, stamp)| (path.clone(), *stamp)).collect()
    };
    let all = index(&stamps(&site.path("public")));
    assert!(all.len() > 15, "{} files are too few to keep some", all.len());
    for (server, count) in [(7, 13), (31, 0), (40, 12), (31, 12)] {
        let before = index(&stamps(&site.path("public")));
        write(server, count);
        site.build();
        assert_clean(&site, &format!("server-{server} with {count} tools"));
        let after = index(&stamps(&site.path("public")));
        let same = after.iter().filter(|(path, stamp)| before.get(*path) == Some(*stamp)).count();
        assert!(same > 0, "server-{server} with {count} tools: the whole index was written");
    }
}

#[test]
fn only_the_pages_of_a_changed_record_and_those_that_list_it_are_written() {
    let site = TestSite::new();
    for number in 0..30 {
        let text =
            reading_record(&format!("server-{number}"), 10, |tool| format!("tool_{number}_{tool}"));
        site.write(&format!("content/catalogue/{number}.json"), &text);
    }
    site.build();
    let (before, old) = (stamps(&site.path("public")), site.public());
    let text = fs::read_to_string(site.path("content/catalogue/7.json")).unwrap();
    site.write("content/catalogue/7.json", &text.replace("Does tool_7_3.", "Does something else."));
    site.build();
    let (after, new) = (stamps(&site.path("public")), site.public());
    for (path, stamp) in &after {
        let is_same = old.get(path) == new.get(path);
        assert_eq!(before.get(path) == Some(stamp), is_same, "{path}");
    }
    let touched: Vec<&String> =
        after.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!((2..=20).contains(&touched.len()), "{touched:?}");
    assert!(touched.iter().any(|path| *path == "tools/server-7/tool-7-3/index.html"));
}

/// One tool of each server of the shipped catalogue is taken away and put back.
#[test]
fn a_tool_more_changes_few_published_files() {
    let site = TestSite::new();
    let catalogue = tree(&repository().join("content/catalogue"));
    for (name, text) in &catalogue {
        site.write_bytes(&format!("content/catalogue/{name}"), text);
    }
    site.build();
    let whole = site.public();
    let mut counts = Vec::new();
    for (name, text) in &catalogue {
        let path = format!("content/catalogue/{name}");
        let mut record: Value = serde_json::from_slice(text).unwrap();
        let tools = record["tools"].as_array_mut().unwrap();
        if tools.len() < 2 {
            continue;
        }
        tools.remove(tools.len() / 2);
        site.write(&path, &record.to_string());
        site.build();
        let less = site.public();
        site.write_bytes(&path, text);
        let paths: BTreeSet<&String> = whole.keys().chain(less.keys()).collect();
        let is_changed = |path: &&&String| whole.get(**path) != less.get(**path);
        let is_published = |path: &&&String| path.as_str() != ".policypress-manifest";
        counts.push(paths.iter().filter(is_changed).filter(is_published).count());
    }
    counts.sort_unstable();
    assert!(counts.len() > 15, "{} servers", counts.len());
    let over = counts.iter().filter(|count| **count > 20).count();
    assert!(over <= 1, "{counts:?}");
    assert!(counts.iter().all(|count| *count <= 22), "{counts:?}");
}

/// Its numbers are those of the whole catalogue, and an upload of the difference should stay small.
#[test]
fn a_tool_more_in_a_large_catalogue_leaves_the_home_page_as_it_is() {
    let site = TestSite::new();
    let of = |tools| reading_record("one", tools, |tool| format!("look_{tool}"));
    for (tools, is_large) in [(801, false), (1_201, true)] {
        site.write("content/catalogue/one.json", &of(tools));
        site.build();
        let before = site.published("index.html");
        assert_eq!(before.contains("1,200 tools"), is_large);
        assert_eq!(before.contains("801 tools"), !is_large);
        assert_eq!(before.contains("are rounded here"), is_large);
        site.write("content/catalogue/one.json", &of(tools + 1));
        site.build();
        assert_eq!(site.published("index.html") == before, is_large, "{tools}");
        let listing = site.published("tools/index.html");
        assert!(listing.contains(if is_large { "1,202 tools" } else { "802 tools" }), "{listing}");
    }
}

#[test]
fn what_another_version_wrote_is_made_anew() {
    let site = TestSite::with_record();
    site.build();
    let expected = site.public();
    let manifest = site.published(".policypress-manifest");
    // A page that an older program would have made, listed as it would list it.
    let old = "an older page";
    site.write("public/tools/one/look/index.html", old);
    let lines: Vec<String> = manifest
        .lines()
        .filter(|line| !line.contains(" key ") && !line.starts_with("end "))
        .map(|line| {
            if line.ends_with(" tools/one/look/index.html") {
                format!("{} {} tools/one/look/index.html", digest::hex(old.as_bytes()), old.len())
            } else {
                line.replace("policypress-manifest 2", "policypress-manifest 1")
            }
        })
        .collect();
    let body = lines.join("\n") + "\n";
    let end = digest::hex(body.as_bytes());
    site.write("public/.policypress-manifest", &format!("{body}end {end}\n"));
    site.build();
    assert!(site.public() == expected);
}

#[test]
fn what_an_incremental_build_wrote_is_read_by_one_more_build_and_no_other() {
    let site = TestSite::with_record();
    site.build();
    let text = reading_record("one", 1_100, |tool| format!("tool_{tool}"));
    site.write("content/catalogue/one.json", &text);
    site.build();
    let times = |name: &str| {
        let data = fs::metadata(site.path("public").join(name)).unwrap();
        ((data.ctime(), data.ctime_nsec()), (data.mtime(), data.mtime_nsec()))
    };
    let manifest = ".policypress-manifest";
    let is_older = |name: &String| name == manifest || times(name).0 < times(manifest).1;
    assert!(!site.public().keys().all(is_older));
    std::thread::sleep(std::time::Duration::from_millis(20));
    site.build();
    assert!(site.public().keys().all(is_older));
    let before = times(manifest);
    site.build();
    assert_eq!(times(manifest), before);
}

/// What is made again without need has the same bytes. So pages get others, which the manifest
/// knows: those that are made again have them no longer.
#[test]
fn only_what_a_change_concerns_is_made() {
    let site = TestSite::with_record();
    for server in ["one", "other"] {
        let text = reading_record(server, 60, |tool| format!("{server}_{tool}"));
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    site.build();
    let page = |server: &str| format!("tools/{server}/{server}-30/index.html");
    let marked = |server: &str| {
        let text = String::from_utf8(site.public()[&page(server)].clone()).unwrap();
        text.contains("<!-- known -->")
    };
    for server in ["one", "other"] {
        mark(&site, &page(server), b"<!-- known -->");
    }
    // Nothing of that is shown by other servers.
    let text = reading_record("one", 60, |tool| format!("one_{tool}"));
    let text = text.trim_end().strip_suffix('}').unwrap();
    site.write("content/catalogue/one.json", &format!("{text}, \"checkedAt\": \"2026-06-10\"}}"));
    site.build();
    assert!(!marked("one"), "a changed server keeps its pages");
    assert!(marked("other"), "a page of a server that did not change was made again");
}

/// Adds to a file of a built site as if a build had done it.
fn mark(site: &TestSite, file: &str, addition: &[u8]) {
    let mut bytes = site.public()[file].clone();
    bytes.extend(addition);
    site.write_bytes(&format!("public/{file}"), &bytes);
    let manifest = site.published(".policypress-manifest");
    let (body, _) = manifest.rsplit_once("end ").unwrap();
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((_, path)) if path == file => {
            format!("{} {} {file}\n", digest::hex(&bytes), bytes.len())
        }
        _ => format!("{line}\n"),
    };
    let body: String = body.lines().map(line).collect();
    let end = digest::hex(body.as_bytes());
    site.write("public/.policypress-manifest", &format!("{body}end {end}\n"));
}

#[test]
fn a_second_build_at_the_same_time_is_told_at_once_which_process_is_first() {
    let site = TestSite::with_record();
    // It would be told if the catalogue were read first.
    site.write("content/catalogue/faulty.json", "{");
    fs::create_dir(site.path(".public.policypress")).unwrap();
    let lock = fs::File::create(site.path(".public.policypress/lock")).unwrap();
    lock.lock().unwrap();
    fs::write(site.path(".public.policypress/lock"), "4242").unwrap();
    let run = site.run(&["build"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("another build is writing `./public` (process 4242)"),
        "{}",
        run.stderr
    );
}
