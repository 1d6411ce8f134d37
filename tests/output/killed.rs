//! Builds that are killed, and builds at the same time: the published site is always a whole one.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::assert_no_staging;
use crate::golden::reading::{Files, page_names};
use crate::support::{TestSite, record, tree};

const KILLS: u32 = 30;

/// A site with two catalogues of about three hundred pages together with all other pages.
fn site_with_two_catalogues() -> TestSite {
    let site = TestSite::new();
    for (catalogue, tool) in [("old", "read"), ("new", "write")] {
        for server in 0..12 {
            let names: Vec<String> = (0..18).map(|at| format!("{tool}_{at}")).collect();
            let tools: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), tool)).collect();
            let text = record(&format!("{catalogue}-{server}"), &tools);
            site.write(&format!("{catalogue}/{server}.json"), &text);
        }
    }
    site
}

fn start(site: &TestSite, catalogue: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policypress"));
    command.args(["build", "-q", "--jobs", "2", "--catalogue", catalogue]);
    command.current_dir(site.path("")).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn finish(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn complete(site: &TestSite, catalogue: &str) -> Files {
    assert_eq!(finish(start(site, catalogue)), (Some(0), String::new()));
    assert_no_staging(&site.path("public"));
    site.public()
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let site = site_with_two_catalogues();
    let old = complete(&site, "old");
    let begin = Instant::now();
    let new = complete(&site, "new");
    let whole = begin.elapsed();
    assert!(page_names(&old).count() > 250);
    let mut survivors = 0;
    for kill in 0..KILLS {
        let catalogue = if kill % 2 == 0 { "old" } else { "new" };
        let mut child = start(&site, catalogue);
        // Spread over the whole build, its last steps included.
        sleep(whole.mul_f64(f64::from(kill) * 1.2 / f64::from(KILLS)));
        survivors += u32::from(child.try_wait().unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        let found = tree(&site.path("public"));
        assert!(found == old || found == new, "kill {kill}: the site is neither old nor new");
        if kill % 6 == 5 {
            let expected = if kill % 2 == 0 { &new } else { &old };
            let catalogue = if kill % 2 == 0 { "new" } else { "old" };
            assert!(complete(&site, catalogue) == *expected, "kill {kill}: the next build");
        }
    }
    assert!(survivors < KILLS, "no build was killed");
    assert!(complete(&site, "old") == old);
}

#[test]
fn the_first_build_publishes_all_or_nothing() {
    let site = site_with_two_catalogues();
    let begin = Instant::now();
    let expected = complete(&site, "old");
    let whole = begin.elapsed();
    for kill in 1..=4 {
        fs::remove_dir_all(site.path("public")).unwrap();
        let mut child = start(&site, "old");
        sleep(whole.mul_f64(f64::from(kill) / 4.0));
        child.kill().unwrap();
        child.wait().unwrap();
        let is_there = site.path("public").exists();
        assert!(!is_there || site.public() == expected, "kill {kill}: a part is published");
        assert!(complete(&site, "old") == expected);
    }
}

#[test]
fn of_builds_at_the_same_time_each_is_whole_or_gives_way() {
    let site = site_with_two_catalogues();
    let old = complete(&site, "old");
    let new = complete(&site, "new");
    let mut done = 0;
    for round in 0..4 {
        let catalogues = ["old", "new", "old"];
        let children = catalogues.map(|catalogue| {
            let child = start(&site, catalogue);
            sleep(Duration::from_millis(round * 7));
            child
        });
        for (code, message) in children.map(finish) {
            match code {
                Some(0) => done += 1,
                Some(3) => assert!(message.contains("another build is writing"), "{message}"),
                other => panic!("exit {other:?}: {message}"),
            }
        }
        let found = site.public();
        assert!(found == old || found == new, "round {round}: the site is neither old nor new");
        assert_no_staging(&site.path("public"));
    }
    assert!(done >= 4, "only {done} builds came through");
}

#[test]
fn a_build_that_begins_while_another_ends_is_whole_or_gives_way() {
    let site = TestSite::new();
    for catalogue in ["old", "new"] {
        let text = record(catalogue, &[(catalogue, "read")]);
        site.write(&format!("{catalogue}/one.json"), &text);
    }
    let whole = [complete(&site, "old"), complete(&site, "new")];
    let site = &site;
    std::thread::scope(|scope| {
        for catalogue in ["old", "new", "old"] {
            scope.spawn(move || {
                for _ in 0..15 {
                    let (code, message) = finish(start(site, catalogue));
                    let gave_way = code == Some(3) && message.contains("another build is writing");
                    assert!(code == Some(0) || gave_way, "exit {code:?}: {message}");
                }
            });
        }
    });
    assert!(whole.contains(&site.public()));
    assert_no_staging(&site.path("public"));
}
