//! Golden sites: small sites with the published files worth looking at. `FILES.txt` lists
//! everything that a case publishes; any other file below `expected/` must be published as it is
//! there. `BLESS=1` writes what is there anew; to look at one more file, put an empty one of its
//! name below `expected/` and bless. The modules below read sites as people and programs do.

mod contract;
mod grammar;
mod machines;
pub(crate) mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::support::{cases, tree};
use reading::{Files, built};

const LIST: &str = "FILES.txt";

#[test]
fn golden_sites_are_published_as_expected() {
    let mut faults = Vec::new();
    for case in cases("sites") {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let published = without_hashes(&built(&case));
        let folder = case.join("expected");
        if std::env::var_os("BLESS").is_some() {
            bless(&folder, &published);
        }
        compare(&name, &tree(&folder), &published, &mut faults);
    }
    assert!(faults.is_empty(), "look, and run with BLESS=1:\n{}", faults.join("\n"));
}

#[test]
fn every_case_watches_a_few_files_and_not_all() {
    for case in cases("sites") {
        let watched = tree(&case.join("expected")).len();
        assert!((3..=10).contains(&watched), "{} watches {watched} files", case.display());
    }
}

/// The published files, with the hashes in the names of assets replaced, so that a new style does
/// not touch every case. The manifest is all hashes; only that it is there can be expected.
fn without_hashes(files: &Files) -> BTreeMap<String, String> {
    static HASH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(assets/[a-z./-]+)-[0-9a-f]{12}\b").unwrap());
    let replaced = |text: &str| HASH.replace_all(text, "$1-HASH").into_owned();
    let text = |bytes: &[u8]| replaced(&String::from_utf8_lossy(bytes));
    files.iter().map(|(name, bytes)| (replaced(name), text(bytes))).collect()
}

fn list_of(published: &BTreeMap<String, String>) -> String {
    published.keys().flat_map(|name| [name, "\n"]).collect()
}

fn bless(folder: &Path, published: &BTreeMap<String, String>) {
    for name in tree(folder).keys().filter(|name| *name != LIST) {
        match published.get(name) {
            Some(text) => fs::write(folder.join(name), text).unwrap(),
            None => fs::remove_file(folder.join(name)).unwrap(),
        }
    }
    fs::write(folder.join(LIST), list_of(published)).unwrap();
}

fn compare(
    case: &str,
    expected: &Files,
    published: &BTreeMap<String, String>,
    faults: &mut Vec<String>,
) {
    for (name, bytes) in expected {
        let expected = String::from_utf8_lossy(bytes);
        let list = (name == LIST).then(|| list_of(published));
        match list.as_ref().or_else(|| published.get(name)) {
            None => faults.push(format!("{case}: {name} is not published")),
            Some(found) => faults.extend(
                first_difference(&expected, found)
                    .map(|difference| format!("{case}: {name}{difference}")),
            ),
        }
    }
    if !expected.contains_key(LIST) {
        faults.push(format!("{case}: there is no {LIST}"));
    }
}

/// The first line that differs, for the message of a failure.
fn first_difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut before, mut after) = (expected.lines(), found.lines());
    for number in 1.. {
        match (before.next(), after.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                return Some(format!(
                    ":{number}:\n  - {}\n  + {}",
                    one.unwrap_or("(end)"),
                    other.unwrap_or("(end)")
                ));
            }
        }
    }
    Some(" differs in its line ends".to_owned())
}
