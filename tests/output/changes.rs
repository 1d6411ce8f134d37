//! The lists that an upload of the difference goes by.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::support::{TestSite, record};

const MANIFEST: &str = "public/.policypress-manifest";

fn lists(site: &TestSite) -> Value {
    let run = site.run(&["changes", "host.manifest", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    answer["result"].clone()
}

#[test]
fn the_lists_bring_a_host_to_the_new_site_file_by_file() {
    let site = TestSite::with_record();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.write("host.manifest", "");
    let mut host = BTreeMap::new();
    let edits: [(&str, Option<String>); 4] = [
        ("content/catalogue/three.json", Some(record("three", &[("find", "read")]))),
        ("content/catalogue/two.json", Some(record("two", &[("look", "read"), ("drop", "write")]))),
        ("content/catalogue/three.json", None),
        ("content/catalogue/three.json", None),
    ];
    for (at, (path, text)) in edits.into_iter().enumerate() {
        match text {
            Some(text) => site.write(path, &text),
            // The last round changes nothing.
            None => drop(fs::remove_file(site.path(path))),
        }
        assert_eq!(site.build().code, 0);
        let now = site.public();
        let lists = lists(&site);
        let paths = |list: &str| -> Vec<String> {
            lists[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_str().unwrap().to_owned())
                .collect()
        };
        for path in paths("new") {
            assert!(host.insert(path.clone(), now[&path].clone()).is_none(), "{at}: {path}");
        }
        for path in paths("changed") {
            let before = host.insert(path.clone(), now[&path].clone());
            assert!(before.is_some_and(|before| before != now[&path]), "{at}: {path}");
        }
        for path in paths("removed") {
            assert!(host.remove(&path).is_some(), "{at}: {path}");
        }
        let served: BTreeMap<_, _> =
            now.into_iter().filter(|(path, _)| path != ".policypress-manifest").collect();
        assert!(host == served, "{at}: the host has other files than the site");
        let touched = paths("new").len() + paths("changed").len() + paths("removed").len();
        assert_eq!(touched > 0, at < 3, "{at}");
        fs::copy(site.path(MANIFEST), site.path("host.manifest")).unwrap();
    }
}

#[test]
fn the_lists_for_a_shell_are_in_the_order_of_an_upload() {
    let site = TestSite::with_record();
    assert_eq!(site.build().code, 0);
    fs::copy(site.path(MANIFEST), site.path("host.manifest")).unwrap();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.write("static/robots.txt", "User-agent: *\n");
    assert_eq!(site.build().code, 0);
    let run = site.run(&["changes", "host.manifest", "--out", "public"]);
    let signs: String = run.stdout.lines().map(|line| &line[..1]).collect();
    let (new, rest) = signs.split_at(signs.find('~').unwrap());
    assert!(
        new.chars().all(|sign| sign == '+')
            && rest.trim_end_matches('-').chars().all(|sign| sign == '~')
    );
    assert!(run.stdout.contains("+ tools/two/look/index.html\n"), "{}", run.stdout);
    assert!(run.stdout.contains("~ robots.txt\n"), "{}", run.stdout);
    let lists = lists(&site);
    let count = |list: &str| lists[list].as_array().unwrap().len();
    let closing = format!(
        "{} new, {} changed, {} removed\n",
        count("new"),
        count("changed"),
        count("removed")
    );
    assert!(run.stderr.ends_with(&closing), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), count("new") + count("changed") + count("removed"));
}

#[test]
fn what_is_no_manifest_is_told_with_what_to_give_instead() {
    let site = TestSite::with_record();
    let answer = |since: &str| {
        let run = site.run(&["changes", since, "--format", "json"]);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        let fault = &answer["diagnostics"][0];
        (run.code, fault["code"].clone(), answer["result"].clone(), fault["hint"].to_string())
    };
    site.write("empty", "");
    let (code, fault, result, told) = answer("empty");
    assert_eq!((code, fault, result), (1, json!("no-manifest"), Value::Null));
    assert!(told.contains("build the site first"), "{told}");
    assert_eq!(site.build().code, 0);
    let whole = fs::read_to_string(site.path(MANIFEST)).unwrap();
    site.write("damaged", &whole[..whole.len() / 2]);
    site.write("other", "policypress-manifest 99\n");
    for since in ["damaged", "other", "absent"] {
        let (code, fault, result, _) = answer(since);
        assert_eq!((code, fault, result), (1, json!("no-manifest"), Value::Null), "{since}");
    }
    let (code, fault, ..) = answer("content");
    assert_eq!((code, fault), (3, json!("unreadable-file")));
    assert_eq!(site.run(&["build", "--shard", "1/2", "--out", "shard"]).code, 0);
    let run = site.run(&["changes", "empty", "--out", "shard"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("this is the manifest of a shard"), "{}", run.stderr);
}
