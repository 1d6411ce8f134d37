//! The search index is read back as a browser reads it: every word of the name of every tool leads
//! to the file that has the tool.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use policypress::compose;
use policypress::config::{self, Overrides};
use policypress::search::Former;
use policypress::site::Ledger;
use serde_json::{Value, json};

use super::support::{TestSite, reading_record, repository, run_in, tree};

/// The files of a published index, unpacked, by their names in its folder.
pub(crate) fn index(site: &Path) -> BTreeMap<String, Vec<u8>> {
    tree(&site.join("search"))
        .into_iter()
        .filter(|(name, _)| name.split('.').next_back() == Some("bin"))
        .map(|(name, bytes)| (name, miniz_oxide::inflate::decompress_to_vec(&bytes).unwrap()))
        .collect()
}

/// The next number of a word file: seven bits a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> usize {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

/// The words of a word file, each with the numbers of its tool files.
fn words(mut bytes: &[u8]) -> BTreeMap<String, BTreeSet<usize>> {
    let mut words = BTreeMap::new();
    while !bytes.is_empty() {
        let length = number(&mut bytes);
        let (word, rest) = bytes.split_at(length);
        bytes = rest;
        let word = std::str::from_utf8(word).unwrap();
        let mut files = BTreeSet::new();
        if !word.starts_with('~') {
            for _weight in 0..4 {
                let mut file = 0;
                for _ in 0..number(&mut bytes) {
                    file += number(&mut bytes);
                    files.insert(file);
                }
            }
        }
        words.insert(word.to_owned(), files);
    }
    words
}

/// The tool files that the index names for a word.
fn files_of(index: &BTreeMap<String, Vec<u8>>, word: &str) -> BTreeSet<usize> {
    let root: Value = serde_json::from_slice(&index["words.bin"]).unwrap();
    let file = root["files"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|file| file[0].as_str().unwrap() <= word)
        .map(|file| format!("words/{}.bin", file[1].as_str().unwrap()));
    let words = file.map(|file| words(&index[&file])).unwrap_or_default();
    words.get(word).cloned().unwrap_or_default()
}

fn rows(index: &BTreeMap<String, Vec<u8>>, file: usize) -> Value {
    serde_json::from_slice(&index[&format!("tools/{file:04x}.bin")]).unwrap()
}

/// Builds the shipped catalogue.
fn shipped() -> (TestSite, PathBuf) {
    let root = repository();
    let site = TestSite::new();
    let settings = fs::read_to_string(root.join("site.toml")).unwrap();
    site.write("site.toml", &settings);
    let out = site.path("public");
    let catalogue = root.join("content/catalogue");
    let run = run_in(&site.path(""), &["build", "--catalogue", catalogue.to_str().unwrap()], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    (site, out)
}

#[test]
fn every_word_of_a_name_leads_to_the_file_that_has_the_tool() {
    let (_site, out) = shipped();
    let index = index(&out);
    let stop: Value = serde_json::from_slice(&index["words.bin"]).unwrap();
    let is_stop = |word: &str| stop["stop"].as_array().unwrap().iter().any(|stop| stop == word);
    let mut tools = 0;
    for (_, bytes) in tree(&out.join("api/v1/servers")) {
        let record: Value = serde_json::from_slice(&bytes).unwrap();
        for tool in record["tools"].as_array().unwrap() {
            let name = tool["definition"]["name"].as_str().or(tool["name"].as_str()).unwrap();
            let words = name.split(|c: char| !c.is_ascii_alphanumeric());
            // Names in snake case: of others the words are cut where a capital begins.
            if name.contains(char::is_uppercase) {
                continue;
            }
            for word in words.filter(|word| !word.is_empty() && !is_stop(word)) {
                let has_tool = files_of(&index, word).into_iter().any(|file| {
                    rows(&index, file)["rows"].as_array().unwrap().iter().any(|row| row[2] == name)
                });
                assert!(has_tool, "`{word}` does not lead to `{name}`");
            }
            tools += 1;
        }
    }
    assert!(tools > 200, "{tools} tools");
    assert!(files_of(&index, "nosuchword").is_empty());
}

#[test]
fn the_setting_bounds_the_number_of_files() {
    let site = TestSite::new();
    for server in 0..100 {
        let name = |tool| format!("tool_{server}_{tool}");
        let text = reading_record(&format!("server-{server}"), 40, name);
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    let settings = fs::read_to_string(site.path("site.toml")).unwrap();
    let count = |most: usize| {
        site.write("site.toml", &format!("search_files = {most}\n{settings}"));
        let (config, mut report) = config::read(&site.path(""), Overrides::default());
        let press = compose::prepare(config.unwrap(), &mut Ledger::default(), &mut report);
        press.unwrap().index().unwrap().len()
    };
    let (few, many) = (count(16), count(16_384));
    assert!(few <= 24, "{few} files, 16 were asked for");
    assert!(many > 100, "{many} files");
}

/// Each query reads some of the files, and each file of a server's tools has the server's name.
#[test]
fn no_name_or_identifier_makes_large_files() {
    let long = |seed: usize| {
        let words: Vec<String> = (0..1_000).map(|n| format!("w{}", n * 31 + seed)).collect();
        words.join(" ")
    };
    let site = TestSite::with_record();
    let text =
        reading_record(&long(0), 100, |tool| [&format!("tool_{tool} "), &*long(tool)].concat());
    let mut record: Value = serde_json::from_str(&text).unwrap();
    record["server"]["packages"] = (0..400)
        .map(|number| json!({"registryType": "npm", "identifier": format!("{number} {}", long(number))}))
        .collect();
    site.write("content/catalogue/long.json", &record.to_string());
    site.build();
    let index = index(&site.path("public"));
    let (name, largest) = index.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    assert!(index.len() > 8, "{} files", index.len());
    assert!(largest.len() < 100_000, "{name} has {} bytes", largest.len());
    assert!(!files_of(&index, "tool").is_empty());
}

#[test]
fn a_number_of_files_that_cannot_be_is_a_fault() {
    for setting in ["0", "15", "32769", "-1"] {
        let site = TestSite::with_record();
        let settings = fs::read_to_string(site.path("site.toml")).unwrap();
        site.write("site.toml", &format!("search_files = {setting}\n{settings}"));
        let run = site.run(&["build"]);
        assert_eq!(run.code, 1, "{setting}");
        assert!(run.stderr.contains("write a number from 16 to 32768"), "{}", run.stderr);
    }
}

/// Without it, every change would make the whole index again, with the same files as outcome.
#[test]
fn a_published_index_can_be_taken_over() {
    let site = TestSite::with_record();
    for server in 0..20 {
        let name = |tool| format!("word{}_é{}", server * 7919 + tool * 31, tool);
        let text = reading_record(&format!("server-{server}"), 60, name);
        site.write(&format!("content/catalogue/{server}.json"), &text);
    }
    site.build();
    let files = tree(&site.path("public"));
    let is_word_file = |name: &&String| name.starts_with("search/words/");
    assert!(files.keys().filter(is_word_file).count() > 3, "too few word files");
    let tool_file = |name: &String| {
        let number = name.strip_prefix("search/tools/")?.strip_suffix(".bin")?;
        u16::from_str_radix(number, 16).ok()
    };
    let kept: BTreeSet<u16> = files.keys().filter_map(tool_file).collect();
    let take_over = |files: &BTreeMap<String, Vec<u8>>| {
        let paths = files.keys().map(String::as_str);
        Former::read(paths, kept.clone(), |path| files.get(path).cloned())
    };
    assert!(take_over(&files).is_some());
    // Files whose words others have as well are not what they should be.
    let mut doubled = files.clone();
    for (name, bytes) in files.iter().filter(|(name, _)| is_word_file(name)) {
        doubled.insert(format!("{}0.bin", name.trim_end_matches(".bin")), bytes.clone());
    }
    assert!(take_over(&doubled).is_none());
}
