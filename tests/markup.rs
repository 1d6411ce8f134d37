//! The Nu HTML checker, the one that people check their pages with, on every kind of page.

use std::path::PathBuf;
use std::process::Command;

use super::support::{TestSite, record, repository};

/// One page in so many of the tool pages of the shipped site is checked; all other kinds whole.
const ONE_IN: usize = 3;

#[test]
fn the_nu_checker_finds_no_error_on_the_shipped_site() {
    let site = TestSite::copy_of(&repository().join("content/catalogue"));
    let out = site.path("out");
    let root = repository().to_str().unwrap();
    let run = site.run(&["build", "--root", root, "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let pages = pages_below(&out);
    assert!(pages.len() > 300, "only {} pages", pages.len());
    let (tools, others): (Vec<_>, Vec<_>) =
        pages.into_iter().partition(|page| page.strip_prefix(&out).unwrap().starts_with("tools"));
    let sample: Vec<PathBuf> = tools.into_iter().step_by(ONE_IN).chain(others).collect();
    check(&sample);
}

#[test]
fn the_nu_checker_finds_no_error_where_names_are_hostile_and_pages_readable() {
    let site = TestSite::new();
    let names = [
        "<b>",
        "\"'`&",
        "{{ x }}",
        "日本語",
        "a b/c..d",
        "</script>",
        "\u{202e}x\u{200b}",
        "\u{1}\u{85}",
    ];
    let tools: Vec<(&str, &str)> = names
        .iter()
        .copied()
        .zip(["read", "write", "execute", "destructive", "financial"].into_iter().cycle())
        .collect();
    site.write("content/catalogue/x.json", &record("<i>\"x\"</i>", &tools));
    site.build();
    check(&pages_below(&site.path("public")));
}

#[test]
fn the_nu_checker_runs_and_finds_errors_where_there_are_some() {
    let site = TestSite::with_record();
    site.write(
        "templates/404.html",
        "<!doctype html><title>x</title><p><div id=a></div><div id=a></div></p>",
    );
    site.build();
    let output = nu(&[site.path("public/404.html")]);
    assert!(
        !output.status.success()
            && String::from_utf8_lossy(&output.stderr).contains("Duplicate ID")
    );
}

fn check(pages: &[PathBuf]) {
    let output = nu(pages);
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && messages.trim().is_empty(), "{messages}");
}

fn nu(pages: &[PathBuf]) -> std::process::Output {
    let jar = repository().join("tests/tools/node_modules/vnu-jar/build/dist/vnu.jar");
    assert!(jar.is_file(), "the checker is not installed: run `tests/run`");
    Command::new("java").arg("-Xss8m").arg("-jar").arg(jar).args(pages).output().expect("Java runs")
}

fn pages_below(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    pages
}
