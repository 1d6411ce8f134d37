//! Links in the place of folders: nothing behind them is removed, replaced or moved, whenever they
//! were put there.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::damaged::Halfway;
use super::meanwhile::build_meanwhile;
use super::snapshot;
use crate::support::{TestSite, record, tree};

const WORKPLACE: &str = ".public.policypress";

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// Moves a folder away and puts a link to it in its place.
fn link_away(site: &TestSite, folder: &str) {
    fs::rename(site.path(folder), site.path("away")).unwrap();
    symlink(site.path("away"), site.path(folder)).unwrap();
}

/// Puts it back.
fn link_back(site: &TestSite, folder: &str) {
    fs::remove_file(site.path(folder)).unwrap();
    fs::rename(site.path("away"), site.path(folder)).unwrap();
}

#[test]
fn what_has_the_name_of_a_folder_or_file_of_a_build_and_is_none_is_refused() {
    let site = TestSite::with_record();
    site.build();
    copy(&site.path("public"), &site.path("other"));
    site.write("theirs.txt", "canary");
    site.write("faulty/one.json", "{}");
    let folders = ["new", "old", "aside", "kept"];
    for name in [&folders[..], &["lock", "journal"]].concat() {
        let path = site.path(WORKPLACE).join(name);
        let puts: [(&str, &dyn Fn()); 3] = [
            ("a link to a folder", &|| symlink("../other", &path).unwrap()),
            ("a link to a file", &|| symlink("../theirs.txt", &path).unwrap()),
            ("another kind", &|| {
                if folders.contains(&name) {
                    fs::write(&path, "canary").unwrap();
                } else {
                    fs::create_dir(&path).unwrap();
                }
            }),
        ];
        for (what, put) in puts {
            fs::create_dir(site.path(WORKPLACE)).unwrap();
            put();
            let before = snapshot(&site.path(""));
            for (arguments, code) in [
                (&["build"][..], 3),
                (&["build", "--base-url", "https://other.example/"], 3),
                (&["build", "--catalogue", "faulty"], 1),
            ] {
                let run = site.run(arguments);
                assert_eq!(run.code, code, "{name}, {what}: {}", run.stderr);
                let named = format!("{WORKPLACE}/{name}`");
                let is_told = run.stderr.contains(&named) && run.stderr.contains("move it away");
                assert!(is_told || code == 1, "{name}, {what}: {}", run.stderr);
                assert!(!run.stderr.contains("is published"), "{name}, {what}: {}", run.stderr);
                assert_eq!(snapshot(&site.path("")), before, "{name}, {what}");
            }
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir(&path);
            site.build();
            assert!(!site.path(WORKPLACE).exists(), "{name}, {what}");
        }
    }
}

#[test]
fn what_is_behind_a_link_in_a_former_site_is_kept() {
    let site = TestSite::with_record();
    site.build();
    for folder in ["tools", "tools/one", "tools/one/look"] {
        fs::create_dir(site.path(WORKPLACE)).unwrap();
        let former = format!("{WORKPLACE}/old");
        copy(&site.path("public"), &site.path(&former));
        link_away(&site, &format!("{former}/{folder}"));
        let before = tree(&site.path("away"));
        assert!(!before.is_empty());
        let run = site.run(&["build"]);
        assert_eq!(run.code, 3, "{folder}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("{WORKPLACE}/kept`")), "{folder}: {}", run.stderr);
        assert!(tree(&site.path("away")) == before, "{folder}");
        let kept = site.path(WORKPLACE).join("kept/1");
        assert!(fs::symlink_metadata(kept.join(folder)).unwrap().is_symlink(), "{folder}");
        assert_eq!(tree(&kept).len(), 0, "{folder}");
        fs::remove_dir_all(kept).unwrap();
        fs::remove_dir_all(site.path("away")).unwrap();
        site.build();
    }
}

#[test]
fn what_is_behind_a_link_that_was_put_there_while_a_whole_site_is_made_is_kept() {
    let site = TestSite::with_record();
    site.build();
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    site.write("site.toml", &settings.replacen("title = \"", "title = \"New ", 1));
    let old = site.public();
    let manifest = format!("{WORKPLACE}/new/.policypress-manifest");
    let draft = format!("{manifest}.draft");

    // The output itself: seen before it would change places with the new site.
    let run = build_meanwhile(&site, ("rename", 1), &draft, || link_away(&site, "public"));
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("public`") && run.stderr.contains("as it was"), "{}", run.stderr);
    assert!(tree(&site.path("away")) == old && !site.path(WORKPLACE).exists());
    link_back(&site, "public");

    let before = tree(&site.path("public/tools"));
    let run = build_meanwhile(&site, ("renameat2", 1), &manifest, || {
        link_away(&site, "public/tools");
    });
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(&format!("{WORKPLACE}/kept`")), "{}", run.stderr);
    assert!(tree(&site.path("away")) == before);
    assert!(site.public() != old, "the new site is not published");
    fs::remove_dir_all(site.path(WORKPLACE)).unwrap();
    site.build();
}

#[test]
fn what_is_behind_a_link_that_was_put_there_while_a_few_files_are_made_stays() {
    let site = TestSite::with_record();
    site.write("content/catalogue/two.json", &record("two", &[("look", "read")]));
    site.build();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write"), ("new", "read")]));
    fs::remove_file(site.path("content/catalogue/two.json")).unwrap();
    let old = site.public();
    let run = site.run(&["build", "--out", "whole"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let new = tree(&site.path("whole"));
    let draft = format!("{WORKPLACE}/new/.policypress-manifest.draft");
    for folder in ["public", "public/tools", "public/tools/two"] {
        let before = tree(&site.path(folder));
        let run = build_meanwhile(&site, ("rename", 1), &draft, || link_away(&site, folder));
        assert_eq!(run.code, 3, "{folder}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("{folder}`")), "{folder}: {}", run.stderr);
        assert!(tree(&site.path("away")) == before, "{folder}");
        link_back(&site, folder);
        assert!(site.public() == old, "{folder}: a file has changed");
        assert!(!site.path(WORKPLACE).exists(), "{folder}");
    }
    // After the last look at all of them.
    let draft = format!("{WORKPLACE}/journal.draft");
    let before = tree(&site.path("public/tools"));
    let run = build_meanwhile(&site, ("rename", 2), &draft, || link_away(&site, "public/tools"));
    assert!(run.stderr.contains("the next build finishes it"), "{}", run.stderr);
    for run in [run, site.run(&["build"])] {
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("public/tools`"), "{}", run.stderr);
        assert!(run.stderr.contains("move it away"), "{}", run.stderr);
        assert!(tree(&site.path("away")) == before);
    }
    link_back(&site, "public/tools");
    site.build();
    assert!(site.public() == new);
}

#[test]
fn a_journal_that_is_found_is_not_followed_through_a_link() {
    let halfway = Halfway::new();
    let site = &halfway.site;
    for folder in ["public/tools", "public/tools/one", ".public.policypress/new/tools"] {
        halfway.leave(0, &halfway.journal);
        link_away(site, folder);
        let before = tree(&site.path("away"));
        let run = site.run(&["build"]);
        assert_eq!(run.code, 3, "{folder}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("{folder}`")), "{folder}: {}", run.stderr);
        assert!(tree(&site.path("away")) == before, "{folder}");
        link_back(site, folder);
        site.build();
        assert!(site.public() == halfway.new, "{folder}");
    }
}

/// A copy that consists of hard links has the lock of a killed build, too.
#[test]
fn a_file_elsewhere_that_the_lock_is_another_name_of_stays_as_it_is() {
    let site = TestSite::with_record();
    site.build();
    fs::create_dir(site.path(WORKPLACE)).unwrap();
    site.write("theirs.txt", "canary");
    fs::hard_link(site.path("theirs.txt"), site.path(WORKPLACE).join("lock")).unwrap();
    site.build();
    assert_eq!(fs::read_to_string(site.path("theirs.txt")).unwrap(), "canary");
    assert!(!site.path(WORKPLACE).exists());
}
