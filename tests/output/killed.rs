//! Builds that are killed, and builds at the same time: the published site is always a whole one.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

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
    start_at(site, catalogue, "https://example.org/")
}

fn start_at(site: &TestSite, catalogue: &str, address: &str) -> Child {
    start_with(site, &["-q", "--catalogue", catalogue, "--base-url", address])
}

/// A build that says what it does.
fn start_saying(site: &TestSite, catalogue: &str) -> Child {
    start_with(site, &["--catalogue", catalogue])
}

fn start_with(site: &TestSite, options: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policypress"));
    command.args(["build", "--jobs", "2"]).args(options);
    command.current_dir(site.path("")).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn finish(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn complete(site: &TestSite, catalogue: &str) -> Files {
    complete_at(site, catalogue, "https://example.org/")
}

fn complete_at(site: &TestSite, catalogue: &str, address: &str) -> Files {
    assert_eq!(finish(start_at(site, catalogue, address)), (Some(0), String::new()));
    assert_no_staging(&site.path("public"));
    site.public()
}

/// Lets a build run for a part of the time that a whole one takes, and kills it. Answers whether
/// it was through already.
fn kill_after(mut child: Child, time: Duration) -> bool {
    sleep(time);
    let is_through = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    is_through
}

/// How many builds are killed: `KILLS=1000` for a long run.
fn kills() -> u32 {
    std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

#[test]
fn a_killed_build_of_all_pages_leaves_the_old_site_or_the_new_one() {
    let site = site_with_two_catalogues();
    // Another address changes all pages, so that the site is swapped in whole.
    let sites = [("old", "https://old.example/"), ("new", "https://new.example/")];
    let old = complete_at(&site, sites[0].0, sites[0].1);
    let begin = Instant::now();
    let new = complete_at(&site, sites[1].0, sites[1].1);
    let whole = begin.elapsed();
    assert!(page_names(&old).count() > 250);
    let mut survivors = 0;
    for kill in 0..kills() {
        let (catalogue, address) = sites[kill as usize % 2];
        // Spread over the whole build, its last steps included.
        let time = whole.mul_f64(f64::from(kill) * 1.2 / f64::from(kills()));
        survivors += u32::from(kill_after(start_at(&site, catalogue, address), time));
        let found = tree(&site.path("public"));
        assert!(found == old || found == new, "kill {kill}: the site is neither old nor new");
        if kill % 6 == 5 {
            let (catalogue, address) = sites[1 - kill as usize % 2];
            let expected = if kill % 2 == 0 { &new } else { &old };
            assert!(complete_at(&site, catalogue, address) == *expected, "kill {kill}: the next");
        }
    }
    assert!(survivors < kills(), "no build was killed");
}

#[test]
fn a_killed_incremental_build_is_finished_or_undone_by_the_next_start() {
    let site = site_with_two_catalogues();
    let old = complete(&site, "old");
    let begin = Instant::now();
    let new = complete(&site, "new");
    let whole = begin.elapsed();
    // With a fault in its records the next build publishes nothing of its own.
    site.write("faulty/one.json", "{}");
    let (mut survivors, mut between) = (0, 0);
    for kill in 0..kills() {
        let catalogue = if kill % 2 == 0 { "old" } else { "new" };
        let time = whole.mul_f64(f64::from(kill) * 1.2 / f64::from(kills()));
        survivors += u32::from(kill_after(start(&site, catalogue), time));
        let found = tree(&site.path("public"));
        for (path, bytes) in found.iter().filter(|(path, _)| *path != ".policypress-manifest") {
            let is_whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
            assert!(is_whole, "kill {kill}: {path} is torn");
        }
        between += u32::from(found != old && found != new);
        let (code, said) = finish(start_saying(&site, "faulty"));
        assert_eq!(code, Some(1));
        let after = tree(&site.path("public"));
        assert!(
            after == old || after == new,
            "kill {kill}: neither old nor new after the next start"
        );
        let (is_told, is_finished) = (said.contains("nothing else was"), found != after);
        assert!(is_told || !is_finished, "kill {kill}: {said}");
        assert_no_staging(&site.path("public"));
        if kill % 6 == 5 {
            let (catalogue, expected) = if kill % 2 == 0 { ("new", &new) } else { ("old", &old) };
            assert!(complete(&site, catalogue) == *expected, "kill {kill}: the next build");
        }
    }
    assert!(survivors < kills(), "no build was killed");
    assert!(kills() < 200 || between > 0, "no build was killed while it moved files");
    assert!(complete(&site, "old") == old);
}

/// What a build leaves that was killed after its first step. Answers the site that is to be.
fn killed_after_one_step(site: &TestSite) -> Files {
    site.build();
    let old = site.public();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write"), ("new", "read")]));
    let other = site.path("other");
    let run = site.run(&["build", "--out", other.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let new = tree(&other);
    let workplace = site.path(".public.policypress");
    let mut journal = format!("site {}\n", super::damaged::seal(&old));
    for (path, bytes) in new.iter().filter(|(path, bytes)| old.get(*path) != Some(*bytes)) {
        site.write_bytes(&format!(".public.policypress/new/{path}"), bytes);
        if path != ".policypress-manifest" {
            journal += &["put ", path, "\n"].concat();
        }
    }
    for path in old.keys().filter(|path| !new.contains_key(*path)) {
        journal += &["drop ", path, "\n"].concat();
    }
    let end = policypress::digest::hex(journal.as_bytes());
    site.write(".public.policypress/journal", &format!("{journal}end {end}\n"));
    fs::rename(
        workplace.join("new/tools/one/index.html"),
        site.path("public/tools/one/index.html"),
    )
    .unwrap();
    new
}

#[test]
fn a_journal_that_is_found_is_followed_to_its_end() {
    let site = TestSite::with_record();
    let new = killed_after_one_step(&site);
    site.write("faulty/one.json", "{}");
    let run = site.run(&["build", "--catalogue", "faulty"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.starts_with("finished what a killed build had begun to publish\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.ends_with("2 errors: nothing else was published\n"), "{}", run.stderr);
    assert!(site.public() == new, "the journal was not followed");
    assert_no_staging(&site.path("public"));
}

#[test]
fn programs_are_told_that_a_killed_build_was_finished() {
    let site = TestSite::with_record();
    let new = killed_after_one_step(&site);
    // The site is another one, though the build itself changes nothing in it.
    for is_first in [true, false] {
        let run = site.run(&["build", "--format", "json"]);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((run.code, &answer["result"]["changed"]), (0, &json!(0)), "{}", run.stderr);
        assert_eq!(answer.get("finished"), is_first.then_some(&json!(true)));
    }
    assert!(site.public() == new, "the journal was not followed");
}

#[test]
fn a_site_between_old_and_new_is_told_of_even_if_the_input_has_faults() {
    let site = site_with_two_catalogues();
    site.run(&["build", "-q", "--catalogue", "old"]);
    // Killed when it moves the third file: before, the manifest and the journal are renamed.
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null"]);
    strace.args(["-e", "inject=/^rename(at2?)?$:signal=KILL:when=5"]);
    strace.args([env!("CARGO_BIN_EXE_policypress"), "build", "-q", "--catalogue", "new"]);
    assert!(!strace.current_dir(site.path("")).status().unwrap().success());
    assert!(site.path(".public.policypress/journal").exists(), "it was killed too early or late");
    site.write("public/index.html", "somebody's");
    site.write("faulty/one.json", "{}");
    for catalogue in ["faulty", "new"] {
        let run = site.run(&["build", "--catalogue", catalogue]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("public/index.html`: "), "{}", run.stderr);
        assert!(run.stderr.contains("the site is between old and new"), "{}", run.stderr);
    }
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

// The first process of a container gets only signals that it waits for. Here strace tells the
// program that it is that process, and holds it where it makes the staging folder.
#[test]
fn the_first_process_of_a_container_ends_with_a_signal() {
    let site = site_with_two_catalogues();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=getpid:retval=1"]);
    command.args(["-e", "inject=/^mkdir(at)?$:delay_exit=4000000:when=2"]);
    command.args([env!("CARGO_BIN_EXE_policypress"), "build", "-q", "--catalogue", "old"]);
    let mut strace = command.current_dir(site.path("")).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !site.path(".public.policypress").exists() {
        assert!(strace.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(50));
        sleep(Duration::from_millis(20));
    }
    let id = strace.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    let program = children.split_whitespace().next().unwrap();
    let killed = Command::new("kill").args(["-TERM", program]).status().unwrap();
    assert!(killed.success());
    assert_eq!(strace.wait().unwrap().code(), Some(143));
    complete(&site, "old");
}
