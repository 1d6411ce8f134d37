//! Manifests and journals with damage: it is seen, or it changes nothing. Never is the site a wrong
//! one, and never is a file of somebody else touched.
//!
//! `DAMAGES=2000 cargo test --test tests damaged` for a long run.

use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::assert_no_staging;
use crate::golden::reading::Files;
use crate::support::{TestSite, record, tree};

const DAMAGES: usize = 25;
const MANIFEST: &str = ".policypress-manifest";

/// The same damages in every run, so that a fault can be found again.
fn damages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let count = std::env::var("DAMAGES").map_or(DAMAGES, |count| count.parse().unwrap());
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let kinds = any::<(u8, Index, Index, u8)>();
    let damaged =
        (0..count).map(|_| damaged(bytes, kinds.new_tree(&mut runner).unwrap().current()));
    damaged.chain([Vec::new(), vec![0; bytes.len()]]).filter(|damaged| damaged != bytes).collect()
}

fn damaged(bytes: &[u8], (kind, one, other, byte): (u8, Index, Index, u8)) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    let (one, other) = (one.index(bytes.len()), other.index(bytes.len()));
    let range = one.min(other)..one.max(other);
    match kind % 6 {
        0 | 1 => damaged[one] ^= 1 << (byte % 8),
        2 => damaged.truncate(one),
        3 => drop(damaged.drain(range)),
        4 => damaged.insert(one, byte),
        _ => damaged.extend_from_slice(&bytes[range]),
    }
    damaged
}

#[test]
fn a_damaged_manifest_is_seen_or_changes_nothing() {
    let site = TestSite::with_record();
    site.build();
    let manifest = fs::read(site.path("public").join(MANIFEST)).unwrap();
    let old = site.public();
    site.write("content/catalogue/one.json", &record("one", &[("look", "write"), ("new", "read")]));
    let new = built_elsewhere(&site);
    for (number, damaged) in damages(&manifest).into_iter().enumerate() {
        // With every other one there is a file of somebody else.
        let is_foreign = number % 2 == 1;
        if is_foreign {
            site.write("public/tools/theirs.txt", "canary");
        }
        site.write_bytes(&format!("public/{MANIFEST}"), &damaged);
        let before = tree(&site.path(""));
        let run = site.run(&["build", "-q"]);
        if run.code == 0 {
            assert!(!is_foreign && site.public() == new, "damage {number}: a wrong site");
        } else {
            assert_eq!(run.code, 3, "damage {number}: {}", run.stderr);
            assert!(run.stderr.contains(MANIFEST) || is_foreign, "{number}: {}", run.stderr);
            assert!(tree(&site.path("")) == before, "damage {number}: a file has changed");
        }
        fs::remove_dir_all(site.path("public")).unwrap();
        write_all(&site, "public", &old);
    }
    assert!(site.build().code == 0 && site.public() == new);
}

#[test]
fn a_manifest_that_is_damaged_so_that_it_leads_outside_is_not_followed() {
    let site = TestSite::with_record();
    site.build();
    site.write("theirs.txt", "canary");
    let text = site.published(MANIFEST);
    let (body, _) = text.split_at(text.rfind("end ").unwrap());
    let hash = policypress::digest::hex(b"canary");
    for path in ["../theirs.txt", "../../theirs.txt", "/theirs.txt", "tools/../../theirs.txt"] {
        let body = format!("{body}{hash} 6 {path}\n");
        let end = policypress::digest::hex(body.as_bytes());
        site.write(&format!("public/{MANIFEST}"), &format!("{body}end {end}\n"));
        let before = tree(&site.path(""));
        let run = site.run(&["build", "--base-url", "https://other.example/"]);
        assert_eq!(run.code, 3, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(MANIFEST), "{path}: {}", run.stderr);
        assert!(tree(&site.path("")) == before, "{path}");
    }
}

#[test]
fn a_manifest_of_a_newer_version_is_left_alone() {
    let site = TestSite::with_record();
    site.build();
    let text =
        site.published(MANIFEST).replacen("policypress-manifest 2", "policypress-manifest 9", 1);
    let (body, _) = text.split_at(text.rfind("end ").unwrap());
    let end = policypress::digest::hex(body.as_bytes());
    site.write(&format!("public/{MANIFEST}"), &format!("{body}end {end}\n"));
    let before = tree(&site.path(""));
    let kept = format!("public/{MANIFEST}");
    for (arguments, code) in
        [(&["build"][..], 3), (&["merge", "--out", "whole", "public"], 1), (&["changes", &kept], 1)]
    {
        let run = site.run(arguments);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(run.stderr.contains("of a newer policypress"), "{}", run.stderr);
        assert!(tree(&site.path("")) == before, "{arguments:?}");
    }
}

fn write_all(site: &TestSite, folder: &str, files: &Files) {
    for (path, bytes) in files {
        site.write_bytes(&format!("{folder}/{path}"), bytes);
    }
}

/// What a build into another folder makes.
fn built_elsewhere(site: &TestSite) -> Files {
    let folder = tempfile::TempDir::new().unwrap();
    let out = folder.path().join("site");
    let run = site.run(&["build", "-q", "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    tree(&out)
}

/// What the manifest of a site ends with.
pub(super) fn seal(site: &Files) -> String {
    let manifest = String::from_utf8(site[MANIFEST].clone()).unwrap();
    manifest.lines().last().unwrap().strip_prefix("end ").unwrap().to_owned()
}

/// A site between old and new, as a build leaves it that stops while it moves files.
pub(super) struct Halfway {
    pub site: TestSite,
    pub old: Files,
    pub new: Files,
    pub journal: Vec<u8>,
}

impl Halfway {
    pub(super) fn new() -> Halfway {
        let site = TestSite::with_record();
        site.build();
        let old = site.public();
        let tools = [("look", "write"), ("new", "read")];
        site.write("content/catalogue/one.json", &record("one", &tools));
        let new = built_elsewhere(&site);
        // With a fault in its records the next build publishes nothing of its own.
        site.write("faulty/one.json", "{}");
        let differs = |path: &&String| old.get(*path) != new.get(*path);
        let put = new.keys().filter(differs).filter(|path| *path != MANIFEST);
        let drop = old.keys().filter(|path| !new.contains_key(*path));
        let put = put.map(|path| format!("put {path}\n"));
        let drop = drop.map(|path| format!("drop {path}\n"));
        let about = [format!("site {}\n", seal(&old))];
        let text: String = about.into_iter().chain(put).chain(drop).collect();
        let end = policypress::digest::hex(text.as_bytes());
        let journal = format!("{text}end {end}\n").into_bytes();
        Halfway { site, old, new, journal }
    }

    /// So many files have been moved; with `usize::MAX` all is done but for the journal.
    pub(super) fn leave(&self, moved: usize, journal: &[u8]) {
        let _ = fs::remove_dir_all(self.site.path("public"));
        write_all(&self.site, "public", &self.old);
        let differs = |(path, bytes): &(&String, &Vec<u8>)| self.old.get(*path) != Some(*bytes);
        let (manifest, waiting): (Vec<_>, Vec<_>) =
            self.new.iter().filter(differs).partition(|(path, _)| *path == MANIFEST);
        for (number, (path, bytes)) in waiting.into_iter().chain(manifest).enumerate() {
            let place = if number < moved { "public" } else { ".public.policypress/new" };
            self.site.write_bytes(&format!("{place}/{path}"), bytes);
        }
        if moved == usize::MAX {
            for path in self.old.keys().filter(|path| !self.new.contains_key(*path)) {
                fs::remove_file(self.site.path("public").join(path)).unwrap();
            }
        }
        self.site.write_bytes(".public.policypress/journal", journal);
    }
}

#[test]
fn a_damaged_journal_is_followed_all_the_same() {
    let halfway = Halfway::new();
    for (number, damaged) in damages(&halfway.journal).into_iter().enumerate() {
        halfway.leave(number % 8, &damaged);
        let run = halfway.site.run(&["build", "--catalogue", "faulty"]);
        assert_eq!(run.code, 1, "damage {number}: {}", run.stderr);
        assert!(halfway.site.public() == halfway.new, "damage {number}: not the new site");
        assert_no_staging(&halfway.site.path("public"));
    }
    // All is done but for the journal itself.
    halfway.leave(usize::MAX, b"damaged");
    halfway.site.build();
    assert!(halfway.site.public() == halfway.new);
    assert_no_staging(&halfway.site.path("public"));
}

#[test]
fn a_damaged_journal_with_a_damaged_manifest_is_left_to_its_owner() {
    let halfway = Halfway::new();
    halfway.leave(2, b"damaged");
    let manifest = format!(".public.policypress/new/{MANIFEST}");
    halfway.site.write(&manifest, "damaged as well");
    let before = tree(&halfway.site.path("public"));
    let run = halfway.site.run(&["build"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(&manifest), "{}", run.stderr);
    assert!(halfway.site.public() == before);
    assert!(halfway.site.path(&manifest).exists());
}
