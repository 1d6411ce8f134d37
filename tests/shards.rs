//! Sites that several machines build: the shards put together are the site that one machine builds,
//! byte for byte, and what is no full set of shards is refused.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use policypress::compose::{self, Press};
use policypress::config::{self, Overrides};
use policypress::digest;
use policypress::site::{Ledger, Route, Shard, cut};
use proptest::prelude::*;
use serde_json::Value;

use super::support::{Run, TestSite, reading_record, record, run_in, stamps, tree};

const MANIFEST: &str = ".policypress-manifest";
const SERVERS: usize = 12;
const CNAME: &str = "example.org\n";

/// A site with servers of few tools, and one of many.
fn site() -> TestSite {
    let site = TestSite::new();
    for server in 0..SERVERS {
        let tools = if server == 4 { 60 } else { server % 4 };
        let text =
            reading_record(&format!("server-{server:02}"), tools, |tool| format!("tool_{tool}"));
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    site.write("static/CNAME", CNAME);
    site
}

fn build_to(site: &TestSite, out: &str, arguments: &[&str]) -> Value {
    let run = site.run(&[&["build", "--format", "json", "--out", out], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str::<Value>(&run.stdout).unwrap()["result"].clone()
}

/// Builds all shards, each to a folder of its own; answers the folders.
fn build_shards(site: &TestSite, name: &str, count: usize, arguments: &[&str]) -> Vec<String> {
    let build = |number: usize| {
        let (out, shard) = (format!("{name}/{number}"), format!("{number}/{count}"));
        let result = build_to(site, &out, &[&["--shard", &shard], arguments].concat());
        assert_eq!(result["shard"], shard);
        out
    };
    (1..=count).map(build).collect()
}

fn merge(site: &TestSite, out: &str, shards: &[String]) -> Run {
    let shards = shards.iter().map(String::as_str);
    let arguments: Vec<&str> =
        ["merge", "--format", "json", "--out", out].into_iter().chain(shards).collect();
    site.run(&arguments)
}

fn merged(site: &TestSite, out: &str, shards: &[String]) -> Value {
    let run = merge(site, out, shards);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    serde_json::from_str::<Value>(&run.stdout).unwrap()["result"].clone()
}

#[test]
fn shards_put_together_are_the_whole_byte_for_byte() {
    let site = site();
    let whole = build_to(&site, "whole", &[]);
    let expected = tree(&site.path("whole"));
    for count in [1, 2, 3, 8, SERVERS * 2] {
        let mut shards = build_shards(&site, &format!("of-{count}"), count, &[]);
        let files = |shard: &String| tree(&site.path(shard)).into_keys();
        let mut names: Vec<String> =
            shards.iter().flat_map(files).filter(|name| name != MANIFEST).collect();
        names.sort();
        let wanted: Vec<&String> = expected.keys().filter(|name| *name != MANIFEST).collect();
        assert!(names.iter().eq(wanted), "{count} shards: a file is there twice, or is not there");

        shards.reverse();
        let out = format!("merged-{count}");
        let result = merged(&site, &out, &shards);
        assert!(tree(&site.path(&out)) == expected, "{count} shards");
        for field in ["pages", "files", "bytes", "changed"] {
            assert_eq!(result[field], whole[field], "{count} shards: {field}");
        }
        assert_eq!(result["shards"], count);
    }
}

#[test]
fn a_build_over_merged_shards_keeps_what_is_the_same() {
    let site = site();
    let shards = build_shards(&site, "shards", 3, &[]);
    merged(&site, "public", &shards);
    let before = stamps(&site.path("public"));
    let result = build_to(&site, "public", &[]);
    assert_eq!((&result["changed"], &result["removed"]), (&0.into(), &0.into()));
    assert!(stamps(&site.path("public")) == before, "a file was touched");
    let again = merged(&site, "public", &shards);
    assert_eq!(again["changed"], 0);
    assert!(stamps(&site.path("public")) == before, "a merge of the same touched a file");

    let text = reading_record("server-04", 58, |tool| format!("tool_{tool}"));
    site.write("content/catalogue/4.json", &text);
    build_to(&site, "clean", &[]);
    merged(&site, "public", &build_shards(&site, "shards", 3, &[]));
    assert!(site.public() == tree(&site.path("clean")));
    let after = stamps(&site.path("public"));
    let kept = after.iter().filter(|(path, stamp)| before.get(*path) == Some(*stamp)).count();
    assert!(kept > after.len() / 2, "only {kept} of {} files were kept", after.len());
}

/// The plan of a site, as the program makes it.
fn press_of(site: &TestSite) -> Press {
    let (config, mut report) = config::read(&site.path(""), Overrides::default());
    compose::prepare(config.unwrap(), &mut Ledger::default(), &mut report).unwrap()
}

#[test]
fn the_shares_of_any_number_are_all_routes_once() {
    let press = press_of(&site());
    let plan = &press.site;
    let mut all = plan.common_routes();
    all.extend(plan.servers().flat_map(|id| plan.server_routes(id)));
    all.sort();
    let all_pages = all.iter().filter(|route| route.is_html()).count();
    for count in 1..=SERVERS * 3 {
        let mut routes: Vec<Route> = Vec::new();
        let (mut sum, mut pages) = (0, 0);
        for number in 1..=count {
            let shard: Shard = format!("{number}/{count}").parse().unwrap();
            let part = plan.share(Some(shard));
            routes.extend(part.common_routes(plan));
            routes.extend(part.servers().flat_map(|id| plan.server_routes(id)));
            sum += part.route_count(plan);
            pages += part.page_count(plan);
        }
        routes.sort();
        assert!(routes == all, "{count} shares");
        assert_eq!((sum, pages), (all.len(), all_pages), "{count} shares");
    }
}

proptest! {
    #[test]
    fn shares_are_even_whatever_the_weights(
        weights in prop::collection::vec(prop_oneof![8 => 1..20_usize, 1 => 1_000..2_000_usize], 0..200),
        common in 0..3_000_usize,
        count in 1..40_usize,
    ) {
        let ranges: Vec<_> = (0..count).map(|share| cut(common, &weights, count, share)).collect();
        let positions: Vec<usize> = ranges.iter().cloned().flatten().collect();
        prop_assert!(positions.iter().copied().eq(0..weights.len()), "{:?}", ranges);
        let sum = weights.iter().sum::<usize>();
        // Where the common work is an even share already, the others have the rest to themselves.
        let others = sum / (count - 1).max(1);
        let even = 1 + if count == 1 { common + sum } else { others.min((common + sum) / count) };
        let heaviest = weights.iter().max().copied().unwrap_or(0);
        for (share, range) in ranges.into_iter().enumerate() {
            let own = if share == 0 { common } else { 0 };
            let weight = own + weights[range].iter().sum::<usize>();
            prop_assert!(weight <= own.max(even + heaviest), "share {}: {}", share, weight);
        }
    }
}

#[test]
fn a_shard_that_is_none_is_wrong_usage() {
    let site = site();
    for shard in ["0/8", "9/8", "x", "3/0", "3", "1/1001", "-1/8"] {
        let run = site.run(&["build", &format!("--shard={shard}")]);
        assert_eq!(run.code, 2, "{shard}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("'{shard}' for '--shard <I/N>'")), "{}", run.stderr);
        assert!(!site.path("public").exists());
    }
}

/// Writes the manifest of a folder anew, with other lines and the hash that belongs to them.
fn forge(folder: &Path, change: impl Fn(&str) -> String) {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let (body, _) = text.split_once("end ").unwrap();
    let changed = change(body);
    let mut lines: Vec<&str> = changed.split_inclusive('\n').collect();
    // Keys, then files, both in order, as every manifest has them.
    lines[1..].sort_by_key(|line| {
        let mut parts = line.splitn(3, ' ').skip(1);
        (parts.next() != Some("key"), parts.next().map(str::trim_end))
    });
    let body = lines.concat();
    let end = digest::hex(body.as_bytes());
    fs::write(path, format!("{body}end {end}\n")).unwrap();
}

/// What is wrong with some shards, what the report must say of it, and how it comes about.
type BadMerge = (&'static str, &'static str, fn(&TestSite, &mut Vec<String>));

const BAD_MERGES: &[BadMerge] = &[
    (
        "one is missing",
        "shards/1:1:1: error[missing-shard]: this is shard 1/3, and of the others these are not there: 3",
        |_, shards| {
            shards.pop();
        },
    ),
    (
        "one is there twice",
        "copy:1:1: error[duplicate-shard]: this is shard 2/3, and so is `shards/2`",
        |site, shards| {
            build_to(site, "copy", &["--shard", "2/3"]);
            shards.push("copy".to_owned());
        },
    ),
    ("one is named twice", "shards/2:1:1: error[duplicate-shard]", |_, shards| {
        shards.push("shards/2".to_owned());
    }),
    (
        "one of another number",
        "copy:1:1: error[shard-mismatch]: this is shard 3/4, but `shards/1` is shard 1/3",
        |site, shards| {
            build_to(site, "copy", &["--shard", "3/4"]);
            shards[2] = "copy".into();
        },
    ),
    (
        "one of other settings",
        "copy:1:1: error[shard-mismatch]: shard 3/3 was built from other input",
        |site, shards| {
            build_to(site, "copy", &["--shard", "3/3", "--base-url", "https://other.example/"]);
            shards[2] = "copy".into();
        },
    ),
    (
        "the first of other settings",
        "copy:1:1: error[shard-mismatch]: shard 1/3 was built from other input than `shards/2`",
        |site, shards| {
            build_to(site, "copy", &["--shard", "1/3", "--base-url", "https://other.example/"]);
            shards[0] = "copy".into();
        },
    ),
    (
        "one of another catalogue",
        "copy:1:1: error[shard-mismatch]: shard 3/3 was built from other input",
        |site, shards| {
            let path = "content/catalogue/0.json";
            let text = fs::read_to_string(site.path(path)).unwrap();
            site.write(path, &record("server-00", &[("other", "read")]));
            build_to(site, "copy", &["--shard", "3/3"]);
            site.write(path, &text);
            shards[2] = "copy".into();
        },
    ),
    (
        "one of another static file that keeps its name",
        "copy:1:1: error[shard-mismatch]: shard 3/3 was built from other input",
        |site, shards| {
            site.write("static/CNAME", "other.example\n");
            build_to(site, "copy", &["--shard", "3/3"]);
            site.write("static/CNAME", CNAME);
            shards[2] = "copy".into();
        },
    ),
    ("a whole site", "public:1:1: error[not-a-shard]: this is a whole site", |_, shards| {
        shards[2] = "public".into();
    }),
    ("no folder", "nowhere:1:1: error[not-a-shard]: there is no such folder", |_, shards| {
        shards[2] = "nowhere".into();
    }),
    ("a file", "site.toml:1:1: error[not-a-shard]: this is not a folder", |_, shards| {
        shards[2] = "site.toml".into();
    }),
    (
        "no manifest",
        "shards/3:1:1: error[not-a-shard]: no `.policypress-manifest` is in this folder",
        |site, _| {
            fs::remove_file(site.path("shards/3").join(MANIFEST)).unwrap();
        },
    ),
    (
        "a folder in the place of the manifest",
        "shards/3:1:1: error[not-a-shard]: no `.policypress-manifest` is in this folder",
        |site, _| {
            fs::remove_file(site.path("shards/3").join(MANIFEST)).unwrap();
            fs::create_dir(site.path("shards/3").join(MANIFEST)).unwrap();
        },
    ),
    (
        "the folder of all",
        "shards:1:1: error[not-a-shard]: no `.policypress-manifest`",
        |_, shards| {
            *shards = vec!["shards".to_owned()];
        },
    ),
    (
        "a damaged manifest",
        "shards/3:1:1: error[not-a-shard]: its `.policypress-manifest` is damaged, or of a newer policypress",
        |site, _| {
            let path = site.path("shards/3").join(MANIFEST);
            let text = fs::read_to_string(&path).unwrap().replacen("tools/", "Tools/", 1);
            fs::write(path, text).unwrap();
        },
    ),
    (
        "a file is missing",
        "tools/server-00/index.html:1:1: error[damaged-shard]: this file of the shard is missing",
        |site, shards| {
            fs::remove_file(holder(site, shards, "tools/server-00/index.html")).unwrap();
        },
    ),
    (
        "a file is cut off",
        "tools/server-00/index.html:1:1: error[damaged-shard]: this is not the file",
        |site, shards| {
            fs::write(holder(site, shards, "tools/server-00/index.html"), "<p>half a pa").unwrap();
        },
    ),
    (
        "a file has another letter",
        "robots.txt:1:1: error[damaged-shard]: this is not the file",
        |site, _| {
            let text = fs::read_to_string(site.path("shards/1/robots.txt")).unwrap();
            site.write("shards/1/robots.txt", &text.replace("Allow", "aLLOW"));
        },
    ),
    (
        "a link in the place of a file",
        "robots.txt:1:1: error[damaged-shard]: this is not the file",
        |site, _| {
            fs::rename(site.path("shards/1/robots.txt"), site.path("robots.txt")).unwrap();
            symlink(site.path("robots.txt"), site.path("shards/1/robots.txt")).unwrap();
        },
    ),
    (
        "a file of two",
        "shards/3:1:1: error[duplicate-shard]: `robots.txt` is in `shards/1` as well",
        |site, _| {
            let robots = fs::read(site.path("shards/1/robots.txt")).unwrap();
            site.write_bytes("shards/3/robots.txt", &robots);
            let line = format!("{} {} robots.txt\n", digest::hex(&robots), robots.len());
            forge(&site.path("shards/3"), |body| body.to_owned() + &line);
        },
    ),
    (
        "a path that leads out",
        "shards/3:1:1: error[not-a-shard]: its `.policypress-manifest` is damaged, or of a newer policypress",
        |site, _| {
            site.write("stray.txt", "canary");
            let line = format!("{} 6 tools/../../../stray.txt\n", digest::hex(b"canary"));
            forge(&site.path("shards/3"), |body| body.to_owned() + &line);
        },
    ),
    (
        "an absolute path",
        "shards/3:1:1: error[not-a-shard]: its `.policypress-manifest` is damaged, or of a newer policypress",
        |site, _| {
            let line = format!("{} 6 /tmp/stray\n", digest::hex(b"canary"));
            forge(&site.path("shards/3"), |body| body.to_owned() + &line);
        },
    ),
    ("a manifest among the files", "shards/3:1:1: error[not-a-shard]", |site, _| {
        let line = format!("{} 6 {MANIFEST}\n", digest::hex(b"canary"));
        forge(&site.path("shards/3"), |body| body.to_owned() + &line);
    }),
];

/// The file of this name in the shard that has it.
fn holder(site: &TestSite, shards: &[String], name: &str) -> std::path::PathBuf {
    let paths = shards.iter().map(|shard| site.path(shard).join(name));
    paths.into_iter().find(|path| path.exists()).unwrap()
}

#[test]
fn what_is_no_set_of_shards_is_refused_and_nothing_changes() {
    let site = site();
    // What stands there is of another making, so that no file can be kept from it.
    build_to(&site, "public", &["--base-url", "https://old.example/"]);
    let before = tree(&site.path("public"));
    let good = build_shards(&site, "good", 3, &[]);
    for (what, expected, spoil) in BAD_MERGES {
        let mut shards = Vec::new();
        for shard in &good {
            let copy = shard.replace("good", "shards");
            for (name, bytes) in tree(&site.path(shard)) {
                site.write_bytes(&format!("{copy}/{name}"), &bytes);
            }
            shards.push(copy);
        }
        spoil(&site, &mut shards);
        let names: Vec<&str> = shards.iter().map(String::as_str).collect();
        let run = site.run(&[&["merge", "--out", "public"], names.as_slice()].concat());
        assert_eq!(run.code, 1, "{what}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{what}: {}", run.stderr);
        assert!(run.stderr.contains("hint: "), "{what}: {}", run.stderr);
        assert!(tree(&site.path("public")) == before, "{what}: the site has changed");
        assert!(!site.path(".public.policypress").exists(), "{what}");
        fs::remove_dir_all(site.path("shards")).unwrap();
        let _ = fs::remove_dir_all(site.path("copy"));
    }
    merged(&site, "public", &good);
}

#[test]
fn a_damaged_shard_is_seen_though_the_site_has_its_files_already() {
    let site = site();
    let shards = build_shards(&site, "shards", 2, &[]);
    merged(&site, "public", &shards);
    let before = tree(&site.path("public"));
    let page = holder(&site, &shards, "tools/server-00/index.html");
    let text = fs::read_to_string(&page).unwrap();
    let damages: [(&str, &dyn Fn()); 4] = [
        ("this file of the shard is missing", &|| fs::remove_file(&page).unwrap()),
        ("this is not the file that was built", &|| fs::write(&page, "<p>half a pa").unwrap()),
        ("this is not the file that was built", &|| symlink(site.path("page"), &page).unwrap()),
        ("this is not the file that was built", &|| fs::create_dir(&page).unwrap()),
    ];
    site.write("page", &text);
    for (number, (expected, damage)) in damages.into_iter().enumerate() {
        if number > 1 {
            fs::remove_file(&page).unwrap();
        }
        damage();
        let run = merge(&site, "public", &shards);
        assert_eq!(run.code, 1, "{expected}: {}", run.stderr);
        let told = run.stdout + &run.stderr;
        assert!(told.contains("damaged-shard") && told.contains(expected), "{told}");
        assert!(tree(&site.path("public")) == before);
    }
    fs::remove_dir(&page).unwrap();
    fs::write(&page, &text).unwrap();
    merged(&site, "public", &shards);
}

#[test]
fn all_faults_of_a_merge_are_reported_in_one_run() {
    let site = site();
    let shards = build_shards(&site, "shards", 4, &[]);
    build_to(&site, "other", &["--shard", "2/4", "--base-url", "https://other.example/"]);
    // The refused ones may be those that are missing, so these are told only if there are more.
    for (more, expected) in [
        (&["nowhere"][..], &["not-a-shard", "shard-mismatch", "duplicate-shard"][..]),
        (&[], &["shard-mismatch", "missing-shard", "duplicate-shard"]),
    ] {
        let bad = [&[&*shards[0], "other", &shards[3], &shards[3]], more].concat();
        let run = merge(&site, "public", &bad.iter().map(ToString::to_string).collect::<Vec<_>>());
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let faults = document["diagnostics"].as_array().unwrap();
        let codes: Vec<&str> = faults.iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!((run.code, codes.as_slice()), (1, expected), "{}", run.stdout);
        let missing = faults.iter().filter(|fault| fault["code"] == "missing-shard");
        for fault in missing {
            let message = fault["message"].as_str().unwrap();
            assert!(message.ends_with("not there: 3"), "{message}");
        }
    }
    assert!(!site.path("public").exists());
}

#[test]
fn a_shard_that_does_not_go_with_most_others_is_the_only_one_that_is_blamed() {
    let site = site();
    let shards = build_shards(&site, "shards", 4, &[]);
    let of_other_settings = ["--shard", "2/4", "--base-url", "https://other.example/"];
    // One of another number of shards may be the one that is missing.
    for arguments in [&["--shard", "2/3"][..], &of_other_settings] {
        build_to(&site, "other", arguments);
        for position in 0..4 {
            let mut given: Vec<&str> = [0, 2, 3].map(|at| &*shards[at]).into();
            given.insert(position, "other");
            let given: Vec<String> = given.into_iter().map(str::to_owned).collect();
            let run = merge(&site, "public", &given);
            let document: Value = serde_json::from_str(&run.stdout).unwrap();
            let faults = document["diagnostics"].as_array().unwrap();
            let blamed: Vec<_> =
                faults.iter().map(|fault| [&fault["code"], &fault["place"]["file"]]).collect();
            assert_eq!((run.code, blamed), (1, vec![[&"shard-mismatch".into(), &"other".into()]]));
        }
    }
    assert!(!site.path("public").exists());
}

#[test]
fn merging_follows_the_rules_of_a_build_about_where_to_write() {
    let site = site();
    let shards = build_shards(&site, "shards", 2, &[]);
    site.write("full/theirs.txt", "canary");
    fs::create_dir_all(site.path("work/.git")).unwrap();
    let here = fs::canonicalize(site.path("")).unwrap();
    let before = tree(&here);
    for (out, named) in [
        ("shards/1", "shards/1"),
        ("shards/2/inside", "shards/2/inside"),
        ("shards", "shards"),
        (".", here.to_str().unwrap()),
        ("content", "content"),
        ("content/catalogue/new", "content/catalogue/new"),
        ("full", "full"),
        ("work", "work"),
    ] {
        let run = merge(&site, out, &shards);
        assert_eq!(run.code, 3, "{out}: {}", run.stderr);
        let refusal = format!("will not write to `{named}`");
        assert!(run.stderr.contains(&refusal), "{out}: {}", run.stderr);
        assert!(tree(&site.path("")) == before, "{out}: something has changed");
    }
    let home = site.path("home");
    fs::create_dir(&home).unwrap();
    let variables = [("HOME", home.to_str().unwrap())];
    let arguments = ["merge", "--out", "home", "shards/1", "shards/2"];
    let run = run_in(&site.path(""), &arguments, &variables);
    assert_eq!(run.code, 3, "{}", run.stderr);
}

#[test]
fn shards_can_be_merged_where_there_is_no_site() {
    let site = site();
    build_to(&site, "whole", &[]);
    let shards = build_shards(&site, "shards", 2, &[]);
    let elsewhere = tempfile::TempDir::new().unwrap();
    let folders = shards.iter().map(|shard| site.path(shard).to_str().unwrap().to_owned());
    let folders: Vec<String> = folders.collect();
    let run = run_in(elsewhere.path(), &["merge", &folders[0], &folders[1]], &[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.ends_with("`--out DIR` says where to merge to\n"), "{}", run.stderr);
    let arguments = ["merge", "--out", "site", &folders[0], &folders[1]];
    let run = run_in(elsewhere.path(), &arguments, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.starts_with("merged 2 shards: "), "{}", run.stderr);
    assert!(tree(&elsewhere.path().join("site")) == tree(&site.path("whole")));
    // In a site its `public/` is the place, as for a build.
    assert_eq!(site.run(&["merge", "shards/1", "shards/2"]).code, 0);
    assert!(site.public() == tree(&site.path("whole")));
    assert_eq!(site.run(&["merge"]).code, 2);
    // The catalogue need not be there, though site.toml names one; any other fault counts.
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    let missing = "catalogue = [\"fetched\"]\n";
    for (added, code) in [(missing, 0), ("catalogue = [\"fetched\"]\nurl_style = \"x\"\n", 1)] {
        site.write("site.toml", &format!("{added}{settings}"));
        let run = site.run(&["merge", "shards/1", "shards/2"]);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(!run.stderr.contains("not-found"), "{}", run.stderr);
    }
    site.write("site.toml", &settings);
    // Of the options that all commands share, some change nothing here.
    for option in ["--base-url=https://other.example/", "--catalogue=content/catalogue"] {
        let run = site.run(&["merge", option, "shards/1", "shards/2"]);
        assert_eq!(run.code, 0, "{option}: {}", run.stderr);
        assert!(site.public() == tree(&site.path("whole")), "{option}");
    }
}

#[test]
fn a_share_is_built_over_what_stands_there() {
    let site = site();
    let clean = |name: &str, arguments: &[&str]| {
        build_to(&site, name, arguments);
        tree(&site.path(name))
    };
    let third = clean("third", &["--shard", "3/3"]);
    let second = clean("second", &["--shard", "2/3"]);
    let whole = clean("whole", &[]);
    // Each over the one before: the whole, two different shares, and the whole again.
    assert!(clean("out", &[]) == whole);
    let before = stamps(&site.path("out"));
    assert!(clean("out", &["--shard", "2/3"]) == second);
    let after = stamps(&site.path("out"));
    let is_new = |path: &String| before.get(path) != Some(&after[path]);
    assert!(after.keys().all(is_new), "another share has been made file by file");
    assert!(clean("out", &["--shard", "3/3"]) == third);
    assert!(clean("out", &["--shard", "3/4"]) != third);
    assert!(clean("out", &[]) == whole);
    // The same share again is changed where it must be.
    clean("out", &["--shard", "3/3"]);
    let before = stamps(&site.path("out"));
    let result = build_to(&site, "out", &["--shard", "3/3"]);
    assert_eq!(result["changed"], 0);
    assert!(stamps(&site.path("out")) == before);
    let text = reading_record("server-11", 3, |tool| format!("new_{tool}"));
    site.write("content/catalogue/11.json", &text);
    let result = build_to(&site, "out", &["--shard", "3/3"]);
    assert!(result["unchanged"].as_u64() > result["changed"].as_u64(), "{result}");
    fs::remove_dir_all(site.path("third")).unwrap();
    assert!(tree(&site.path("out")) == clean("third", &["--shard", "3/3"]));
    // What somebody else has put there is not touched.
    site.write("out/theirs.txt", "canary");
    for arguments in [&["--shard", "1/3"][..], &["--shard", "3/3"], &[]] {
        let run = site.run(&[&["build", "--out", "out"], arguments].concat());
        assert_eq!(run.code, 3, "{}", run.stderr);
    }
    assert_eq!(fs::read_to_string(site.path("out/theirs.txt")).unwrap(), "canary");
}

#[test]
fn a_killed_merge_leaves_the_old_site_or_the_new_one() {
    let site = site();
    let addresses = ["https://old.example/", "https://new.example/"];
    // Another address changes all pages, so that the site is swapped in whole.
    let shards = addresses.map(|address| {
        let name = if address.contains("old") { "old" } else { "new" };
        build_shards(&site, name, 2, &["--base-url", address])
    });
    let start = |shards: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_policypress"));
        command.args(["merge", "-q", "--jobs", "2", "--out", "public"]).args(shards);
        command.current_dir(site.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    merged(&site, "public", &shards[0]);
    let old = site.public();
    let begin = Instant::now();
    assert!(start(&shards[1]).wait().unwrap().success());
    let time = begin.elapsed();
    let new = site.public();
    assert!(old != new);
    let mut killed = 0;
    for kill in 0..20_u32 {
        let mut child = start(&shards[kill as usize % 2]);
        sleep(time.mul_f64(f64::from(kill) / 20.0).max(Duration::from_millis(1)));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let found = site.public();
        assert!(found == old || found == new, "kill {kill}: the site is neither old nor new");
    }
    assert!(killed > 0, "no merge was killed");
    merged(&site, "public", &shards[1]);
    assert!(site.public() == new);
    assert!(!site.path(".public.policypress").exists());
}
