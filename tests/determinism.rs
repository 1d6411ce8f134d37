//! The same input gives the same bytes: whatever the number of threads, the folder, the language,
//! the clock and its zone, the mask of new files or the order of the records. And a small change of the input changes little.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::golden::reading::Files;
use super::support::{Run, TestSite, record, run_in, tree};

/// Names that a careless sort, a locale or a file system would mix up.
const SERVERS: &[&str] = &["İstanbul", "istanbul", "ISTANBUL", "a.b", "a-b", "a_b", "日本", "zeta"];
const TOOLS: &[(&str, &str)] = &[
    ("INSERT_ITEM", "write"),
    ("insert_item", "write"),
    ("ıssue", "read"),
    ("İSSUE", "execute"),
    ("delete", "destructive"),
    ("pay", "financial"),
];

fn records() -> Vec<String> {
    SERVERS.iter().map(|server| record(server, TOOLS)).collect()
}

fn site_with(records: &[(String, String)]) -> TestSite {
    let site = TestSite::new();
    for (name, text) in records {
        site.write(&format!("content/catalogue/{name}"), text);
    }
    site
}

fn plain_site() -> TestSite {
    let named = records().into_iter().enumerate();
    site_with(&named.map(|(at, text)| (format!("{at}.json"), text)).collect::<Vec<_>>())
}

/// What a build with these arguments and variables publishes, from the folder of the site.
fn published(site: &TestSite, arguments: &[&str], variables: &[(&str, &str)]) -> Files {
    let folder = tempfile::TempDir::new().unwrap();
    let out = folder.path().join("out");
    let command = [&["build", "--out", out.to_str().unwrap()], arguments].concat();
    let run = run_in(&site.path(""), &command, variables);
    assert_eq!(run.code, 0, "{}", run.stderr);
    tree(&out)
}

fn assert_same(one: &Files, other: &Files) {
    let difference = changed(one, other);
    assert!(difference.is_empty(), "{difference:?}");
    assert_eq!(one.len(), other.len());
}

/// The files that are different, new or gone.
fn changed(before: &Files, after: &Files) -> BTreeSet<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.cloned().collect()
}

#[test]
fn threads_language_and_clock_change_nothing() {
    let site = plain_site();
    let expected = published(&site, &["--jobs", "1"], &[]);
    assert_same(&expected, &published(&site, &["--jobs", "8"], &[]));
    for variables in [
        [("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
        [("LANG", "C"), ("LC_ALL", "POSIX"), ("TZ", "Etc/GMT+12")],
        [("SOURCE_DATE_EPOCH", "0"), ("USER", "somebody"), ("HOME", "/nonexistent")],
    ] {
        assert_same(&expected, &published(&site, &["--jobs", "3"], &variables));
    }
}

/// What a build publishes that a command starts, such as one that changes the clock.
fn published_under(site: &TestSite, command: &[&str]) -> Files {
    let folder = tempfile::TempDir::new().unwrap();
    let out = folder.path().join("out");
    let output = Command::new(command[0])
        .args(&command[1..])
        .args([env!("CARGO_BIN_EXE_policypress"), "build", "--out", out.to_str().unwrap()])
        .current_dir(site.path(""))
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}: `tests/run` installs it", command[0]));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    tree(&out)
}

#[test]
fn the_clock_changes_nothing() {
    let site = plain_site();
    let expected = published(&site, &[], &[]);
    for moment in
        ["1970-01-01 00:00:01", "1999-12-31 23:59:59", "2037-12-31 12:00:00", "2100-02-28 00:00:00"]
    {
        let year = Command::new("faketime").args(["-f", moment, "date", "+%Y"]).output();
        let year = year.expect("faketime, which `tests/run` installs").stdout;
        assert_eq!(year.trim_ascii_end(), &moment.as_bytes()[..4], "the clock is not changed");
        assert_same(&expected, &published_under(&site, &["faketime", "-f", moment]));
    }
    // A clock that runs a thousand times as fast, beginning in the past.
    assert_same(
        &expected,
        &published_under(&site, &["faketime", "-f", "@2001-01-01 00:00:00 x1000"]),
    );
}

#[test]
fn the_mask_of_new_files_changes_nothing_in_them() {
    let site = plain_site();
    let expected = published(&site, &[], &[]);
    for mask in ["000", "022", "027", "077"] {
        let command = format!("umask {mask}; exec \"$@\"");
        assert_same(&expected, &published_under(&site, &["sh", "-c", &command, "sh"]));
    }
}

#[test]
fn a_site_of_hostile_texts_is_the_same_whatever_the_threads_and_the_language() {
    let site = TestSite::new();
    for (number, text) in super::untrusted::strings().iter().enumerate().step_by(7) {
        let tool = json!({"name": text, "title": text, "description": text, "classification": {"category": "write"}});
        let record =
            json!({"server": {"name": text, "title": text, "description": text}, "tools": [tool]});
        site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
    }
    let expected = published(&site, &["--jobs", "1"], &[]);
    let turkish =
        [("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")];
    assert_same(&expected, &published(&site, &["--jobs", "8"], &turkish));
}

#[test]
fn the_folder_changes_nothing() {
    let site = plain_site();
    let expected = published(&site, &[], &[]);
    let copy = TestSite::copy_of(&site.path(""));
    assert_same(&expected, &published(&copy, &[], &[]));
    let elsewhere = tempfile::TempDir::new().unwrap();
    let root = site.path("");
    let relative = format!("../{}", root.file_name().unwrap().to_str().unwrap());
    for root in [root.to_str().unwrap(), &relative] {
        let run = run_in(elsewhere.path(), &["build", "--root", root, "--out", "out"], &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_same(&expected, &tree(&elsewhere.path().join("out")));
        fs::remove_dir_all(elsewhere.path().join("out")).unwrap();
    }
    fs::create_dir_all(site.path("content/deep/below")).unwrap();
    let run = run_in(&site.path("content/deep/below"), &["build"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_same(&expected, &site.public());
}

#[test]
fn the_order_of_the_records_changes_nothing() {
    let expected = published(&plain_site(), &[], &[]);
    let reversed = records().into_iter().rev().enumerate();
    let reversed: Vec<_> = reversed.map(|(at, text)| (format!("{at}/x/{at}.json"), text)).collect();
    assert_same(&expected, &published(&site_with(&reversed), &[], &[]));

    let lines = TestSite::new();
    lines.write("all.jsonl", &records().join("\n"));
    assert_same(&expected, &published(&lines, &["--catalogue", "all.jsonl"], &[]));

    let mut shuffled = records();
    shuffled.rotate_left(3);
    let (some, others) = shuffled.split_at(4);
    let mixed = TestSite::new();
    mixed.write("some.ndjson", &format!("\n{}\r\n\n", some.join("\r\n")));
    for (at, text) in others.iter().enumerate() {
        mixed.write(&format!("other/{at}.json"), text);
    }
    let arguments = ["--catalogue", "other", "--catalogue", "some.ndjson"];
    assert_same(&expected, &published(&mixed, &arguments, &[]));
}

#[test]
fn the_order_of_the_tools_changes_no_page() {
    let backwards: Vec<(&str, &str)> = TOOLS.iter().rev().copied().collect();
    let records = SERVERS.iter().enumerate();
    let records: Vec<_> =
        records.map(|(at, server)| (format!("{at}.json"), record(server, &backwards))).collect();
    let one = published(&plain_site(), &[], &[]);
    let other = published(&site_with(&records), &[], &[]);
    // The manifest says that the pages come from other records.
    assert_eq!(changed(&one, &other), BTreeSet::from([".policypress-manifest".to_owned()]));
}

#[test]
fn a_second_build_changes_nothing() {
    let site = plain_site();
    site.build();
    let before = site.public();
    let Run { code, stdout, .. } = site.run(&["build", "--format", "json"]);
    let result = serde_json::from_str::<Value>(&stdout).unwrap()["result"].clone();
    assert_eq!(code, 0);
    assert_eq!((&result["changed"], &result["removed"]), (&json!(0), &json!(0)));
    assert_eq!(result["unchanged"], before.len() - 1);
    assert_same(&before, &site.public());
}

/// How the tools of a large catalogue are named.
type Naming = fn(usize, usize) -> String;

const CATEGORIES: [&str; 5] = ["read", "write", "execute", "destructive", "financial"];

fn large_record(server: usize, naming: Naming, extra: Option<&str>) -> String {
    let name = format!("server-{server:02}");
    let mut tools: Vec<(String, &str)> =
        (0..12).map(|tool| (naming(server, tool), CATEGORIES[(server + tool) % 5])).collect();
    tools.extend(extra.map(|name| (name.to_owned(), "write")));
    let tools: Vec<(&str, &str)> =
        tools.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    record(&name, &tools)
}

/// Adds a tool to one server of forty; answers the two sites.
fn with_one_more_tool(naming: Naming, name: &str) -> (Files, Files) {
    let site = TestSite::new();
    for server in 0..40 {
        let record = large_record(server, naming, None);
        site.write(&format!("content/catalogue/{server}.json"), &record);
    }
    site.build();
    let before = site.public();
    site.write("content/catalogue/17.json", &large_record(17, naming, Some(name)));
    site.build();
    (before, site.public())
}

#[test]
fn one_more_tool_changes_few_files() {
    let spread: Naming = |server, tool| format!("{}_{tool:02}", (server * 7 + tool * 11) % 97);
    let own: Naming = |server, tool| format!("s{server:02}_t{tool:02}");
    let same: Naming = |_, tool| format!("tool_{tool:02}");
    let cases = [
        ("names of their own", own, "s17_t05b", 20),
        ("a name at the end of all", own, "zz", 20),
        ("some shared names", spread, "new_name", 20),
        ("a name that others have", spread, "50_03", 20),
        // All tools of the name before it show it, as far as a page looks for others of its kind.
        ("the same names everywhere", same, "tool_05b", 30),
    ];
    for (case, naming, name, most) in cases {
        let (before, after) = with_one_more_tool(naming, name);
        let mut changed = changed(&before, &after);
        changed.remove(".policypress-manifest");
        assert!(
            (8..=most).contains(&changed.len()),
            "{case}: {} files changed: {changed:#?}",
            changed.len()
        );
        assert_neighbours_only(case, &changed, &after, name);
    }
}

/// Pages of other servers may change only if they now show the new tool, or its server anew.
fn assert_neighbours_only(case: &str, changed: &BTreeSet<String>, after: &Files, name: &str) {
    let slug = name.replace('_', "-");
    let own = ["tools/server-17/", "policies/server-17/", "api/v1/servers/server-17."];
    for file in changed {
        let is_own = own.iter().any(|start| file.starts_with(start));
        let is_of_a_server = file.contains("/server-");
        if is_own || !is_of_a_server {
            continue;
        }
        let page = String::from_utf8_lossy(&after[file]);
        let is_tool = file.split('/').count() == 4;
        let link = if is_tool {
            format!("/tools/server-17/{slug}/")
        } else {
            "/tools/server-17/".to_owned()
        };
        assert!(page.contains(&link), "{case}: {file} has nothing to do with the new tool");
    }
}
