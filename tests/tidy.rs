//! Rules about the source itself that no lint can state: which room may import which, that every
//! file says what it owns, and that files stay short.

use std::collections::BTreeMap;
use std::fs;

use regex::Regex;

use super::support::repository;

/// Every room, ground floor first, with the rooms it may import. A room may name only rooms that
/// are listed above it, so the graph cannot have a cycle.
const ROOMS: &[(&str, &[&str])] = &[
    ("digest", &[]),
    ("risk", &[]),
    ("text", &["digest"]),
    ("diag", &["text"]),
    ("disk", &["text"]),
    ("catalogue", &["diag", "digest", "disk", "risk", "text"]),
    ("rules", &["catalogue", "diag", "risk", "text"]),
    ("config", &["diag", "disk", "rules", "text"]),
    ("overlay", &["diag", "disk"]),
    ("policy", &["risk", "text"]),
    ("assets", &["diag", "digest", "overlay", "text"]),
    ("markdown", &["text"]),
    ("content", &["diag", "markdown", "overlay", "policy", "risk", "text"]),
    ("search", &["digest", "risk"]),
    (
        "site",
        &[
            "catalogue",
            "config",
            "content",
            "diag",
            "digest",
            "markdown",
            "policy",
            "risk",
            "rules",
            "text",
        ],
    ),
    (
        "pages",
        &[
            "catalogue",
            "config",
            "content",
            "diag",
            "markdown",
            "policy",
            "risk",
            "rules",
            "site",
            "text",
        ],
    ),
    ("feeds", &["pages", "policy", "risk", "site", "text"]),
    ("render", &["diag", "overlay", "pages", "text"]),
    (
        "compose",
        &[
            "assets",
            "catalogue",
            "config",
            "content",
            "diag",
            "digest",
            "feeds",
            "overlay",
            "pages",
            "render",
            "rules",
            "search",
            "site",
            "text",
        ],
    ),
    ("init", &["disk", "text"]),
    ("output", &["digest", "disk", "text"]),
    ("build", &["search", "compose", "config", "diag", "digest", "disk", "output", "site", "text"]),
    ("check", &["assets", "compose", "config", "diag", "pages", "policy", "rules", "site", "text"]),
    ("serve", &["compose", "config", "diag", "digest", "disk", "overlay", "site", "text"]),
    (
        "cli",
        &["build", "check", "compose", "config", "diag", "disk", "init", "serve", "site", "text"],
    ),
];

/// Rooms outside the order: they only hold the others together.
const ENTRANCES: &[&str] = &["lib", "main"];

#[test]
fn rooms_import_only_what_they_may() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let room = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if ENTRANCES.contains(&room.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("src/{path}: the room `{room}` has no place in the order"));
            continue;
        };
        for (number, line) in product_lines(&text) {
            if line.contains("crate::{") {
                faults.push(format!("src/{path}:{number}: one `use` per room, not `crate::{{…}}`"));
            }
            for target in
                imports(line).filter(|target| *target != room && !allowed.contains(target))
            {
                faults.push(format!("src/{path}:{number}: `{room}` may not use `{target}`"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn rooms_stand_in_order_and_are_all_used() {
    let (_, lib) = sources().into_iter().find(|(path, _)| path == "lib.rs").unwrap();
    let declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let listed: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(declared, listed);
    let used = |room: &str, target: &str| {
        sources().iter().any(|(path, text)| {
            path.split('/').next().unwrap().trim_end_matches(".rs") == room
                && product_lines(text).any(|(_, line)| imports(line).any(|name| name == target))
        })
    };
    for (index, (room, allowed)) in ROOMS.iter().enumerate() {
        for target in *allowed {
            assert!(
                ROOMS[..index].iter().any(|(name, _)| name == target),
                "`{room}` names `{target}` too early"
            );
            assert!(
                used(room, target),
                "`{room}` may use `{target}` and does not: take it off the list"
            );
        }
    }
}

#[test]
fn every_file_is_compiled() {
    let forgotten = |folder: &str, starts: &[&str]| {
        let texts: BTreeMap<String, String> = files(folder, "rs").into_iter().collect();
        let mut found: Vec<String> = starts.iter().map(|start| (*start).to_owned()).collect();
        let mut at = 0;
        while let Some(path) = found.get(at).cloned() {
            found.extend(modules(&path, &texts));
            at += 1;
        }
        texts.into_keys().filter(|path| !found.contains(path)).collect::<Vec<String>>()
    };
    assert_eq!(forgotten("src", &["lib.rs", "main.rs"]), [""; 0], "no `mod` names these");
    assert_eq!(forgotten("tests", &["main.rs"]), [""; 0], "no `mod` names these");
}

#[test]
fn files_are_short() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (product_lines(&text).count(), path))
        .filter(|(lines, _)| 400 < *lines)
        .collect();
    assert!(long.is_empty(), "split these files: {long:?}");
}

#[test]
fn every_file_says_what_it_owns() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| path != "lib.rs" && !text.starts_with("//! Owns "))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "no `//! Owns …` at the top: {silent:?}");
}

#[test]
fn only_our_own_html_is_taken_as_it_is() {
    let safe = Regex::new(r"([\w.]*)\s*\|\s*safe\b").unwrap();
    let mut found = 0;
    for (path, text) in files("templates", "html") {
        for value in safe.captures_iter(&text) {
            found += 1;
            assert!(
                value[1].ends_with("_html"),
                "templates/{path}: `{}`: only a value of type Html may be `safe`",
                &value[0]
            );
        }
    }
    assert!(found > 10);
}

#[test]
fn templates_carry_no_script_and_no_style_of_their_own() {
    let handler = Regex::new(r"(?i)\son[a-z]+\s*=").unwrap();
    for (path, text) in files("templates", "html") {
        assert!(
            !text.contains("style=") && !text.contains("<style"),
            "templates/{path} has a style"
        );
        assert!(!handler.is_match(&text), "templates/{path} has a handler");
        for (at, _) in text.match_indices("<script") {
            let tag = text[at..].split('>').next().unwrap();
            assert!(
                tag.contains(" src=") || tag.contains("application/ld+json"),
                "templates/{path}: {tag}"
            );
        }
    }
}

#[test]
fn every_dependency_comes_from_the_registry_with_its_hash() {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let strange: Vec<&str> = packages
        .iter()
        .filter(|package| {
            let from = package.get("source").and_then(toml::Value::as_str);
            from != Some("registry+https://github.com/rust-lang/crates.io-index")
                || package.get("checksum").is_none()
        })
        .filter_map(|package| package["name"].as_str())
        .collect();
    assert_eq!(strange, ["policypress"]);
    assert!(packages.len() > 100);
}

/// The lines of a file before its unit tests, with their numbers.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default()
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
}

/// Names after `crate::` on a line of code.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::").skip(1).filter_map(|rest| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .filter(|name| !name.is_empty())
    })
}

/// The files of the modules that a file declares, of those that are there.
fn modules(path: &str, texts: &BTreeMap<String, String>) -> Vec<String> {
    let declaration = Regex::new(r"(?m)^\s*(?:pub(?:\(\w+\))? )?mod (\w+);").unwrap();
    let has_folder = |name: &&str| !matches!(*name, "main" | "lib" | "mod");
    let mut folders: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let own = folders.pop().filter(has_folder);
    folders.extend(own);
    let child = |name: &str| {
        let path = [&folders[..], &[name]].concat().join("/");
        let ways = [format!("{path}.rs"), format!("{path}/mod.rs")];
        ways.into_iter().find(|path| texts.contains_key(path))
    };
    declaration.captures_iter(&texts[path]).filter_map(|found| child(&found[1])).collect()
}

fn sources() -> Vec<(String, String)> {
    files("src", "rs")
}

/// All files with an ending below a folder of the repository, with their texts.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = repository().join(folder);
    let mut found: Vec<(String, String)> = walkdir::WalkDir::new(&root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|found| found == ending))
        .map(|entry| {
            let name =
                entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no {ending} below {folder}");
    found
}
