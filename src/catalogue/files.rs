//! Owns finding the files of a catalogue, and what is said of those that are not read.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::disk::{self, Kind};
use crate::text;

/// The files of a catalogue in a fixed order: the order of the paths, and of the names in each.
/// Files that are named twice count once, however they are named.
pub fn files(paths: &[PathBuf], report: &mut Report) -> Vec<Arc<Path>> {
    let mut files: Vec<Arc<Path>> = Vec::new();
    let mut seen = HashSet::new();
    let mut unread = Vec::new();
    for path in paths {
        let place = disk::resolve(path).unwrap_or_else(|_| path.clone());
        let resolved = |file: &Path| place.join(file.strip_prefix(path).unwrap_or(file));
        let found = disk::kind(path).and_then(|kind| Ok((kind, disk::end(path)?)));
        let below = match found {
            Ok((Kind::Absent, _)) => {
                report.push(Diagnostic::error(
                    Code::NotFound,
                    Place::start(path.display().to_string()),
                    "the catalogue does not exist",
                    "name a folder of server records or a `.jsonl` file",
                ));
                continue;
            }
            Ok((_, Kind::Folder)) => Below::of(path, report),
            Ok((_, Kind::Other)) => {
                report.push(not_regular(path));
                continue;
            }
            Ok(_) => Below { records: vec![path.clone()], collections: Vec::new() },
            Err(error) => {
                report.push(unreadable(path, &error));
                continue;
            }
        };
        let records = below.records.into_iter().filter(|file| seen.insert(resolved(file)));
        files.extend(records.map(Arc::from));
        unread.extend(below.collections.into_iter().map(|file| (resolved(&file), file)));
    }
    for (_, file) in unread.into_iter().filter(|(place, _)| !seen.contains(place)) {
        report.push(not_named(&file));
    }
    files
}

/// What is below a folder of a catalogue.
struct Below {
    /// The files with one record each.
    records: Vec<PathBuf>,
    /// The files with many.
    collections: Vec<PathBuf>,
}

impl Below {
    fn of(folder: &Path, report: &mut Report) -> Below {
        let mut below = Below { records: Vec::new(), collections: Vec::new() };
        let mut passed_over = Vec::new();
        let is_hidden = |path: &Path| path.strip_prefix(folder).is_ok_and(disk::is_hidden);
        for entry in disk::walk(folder) {
            let found = match entry {
                Ok(entry) if is_hidden(&entry.path) => continue,
                Ok(entry) if entry.kind == Kind::Link => {
                    disk::end(&entry.path).map(|kind| (kind, true, entry.path))
                }
                entry => entry.map(|entry| (entry.kind, false, entry.path)),
            };
            match found {
                Ok((Kind::Folder, true, path)) => passed_over.push(linked_folder(&path)),
                Ok((Kind::Folder, false, _)) => {}
                Ok((_, _, path)) if is_collection(&path) => below.collections.push(path),
                Ok((_, _, path)) if text::has_ending(&path, &["json5", "jsonc"]) => {
                    passed_over.push(with_comments(&path));
                }
                Ok((_, _, path)) if is_renamed(&path) => {
                    passed_over.push(with_second_ending(&path));
                }
                Ok((_, _, path)) if is_packed(&path) => passed_over.push(packed(&path)),
                Ok((_, _, path)) if !text::has_ending(&path, &["json"]) => {}
                Ok((Kind::Other, _, path)) => passed_over.push(not_regular(&path)),
                Ok((_, _, path)) => below.records.push(path),
                Err(error) => passed_over.push(unreadable(&error.path, &error)),
            }
        }
        let is_empty = below.records.is_empty() && below.collections.is_empty();
        if is_empty && passed_over.is_empty() {
            report.push(Diagnostic::error(
                Code::EmptyCatalogue,
                Place::start(folder.display().to_string()),
                "there is no `*.json` file below this folder",
                "put one server record per file here, or name another folder with `--catalogue`",
            ));
        }
        for fault in passed_over {
            report.push(fault);
        }
        below
    }
}

/// Whether a file holds a record on each line, by its name.
pub(super) fn is_collection(path: &Path) -> bool {
    text::has_ending(path, &["jsonl", "ndjson"])
}

/// Whether a record has a second ending, which editors add and some systems do not show.
fn is_renamed(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let without = text::without_txt(&name);
    without != name && text::has_ending(without, &["json"])
}

/// Whether a file holds records that were compressed, by its name.
fn is_packed(path: &Path) -> bool {
    let inside = path.with_extension("");
    text::has_ending(path, &["gz"])
        && (text::has_ending(&inside, &["json"]) || is_collection(&inside))
}

pub(super) fn unreadable(path: &Path, error: &disk::DiskError) -> Diagnostic {
    let hint = "make it readable, or take it out of the catalogue";
    refused(path, error.to_string(), error.hint_about_machine().unwrap_or(hint))
}

/// Links between folders can lead in a circle.
fn linked_folder(path: &Path) -> Diagnostic {
    let message = "this is a link to a folder, and such links are not followed";
    refused(path, message.to_owned(), "name that folder as a further part of the catalogue instead")
}

/// A pipe would be waited for, and is not there to be read again.
fn not_regular(path: &Path) -> Diagnostic {
    let message = "only regular files are read".to_owned();
    refused(path, message, "put a copy of the file here instead")
}

/// Whoever writes such a file means it to be read.
fn with_comments(path: &Path) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    let message = "records are JSON without comments, and only `.json` files are read";
    let hint = "remove comments and commas at the end, and rename it to `.json`";
    Diagnostic::error(Code::UnreadContent, place, message, hint)
}

fn with_second_ending(path: &Path) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    let message = "of a folder only the `.json` files are read, and this is a `.txt` file";
    let hint = "take the second ending off its name, or move it out of the folder";
    Diagnostic::error(Code::UnreadContent, place, message, hint)
}

fn packed(path: &Path) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    let message = "of a folder only the `.json` files are read, and this one is compressed";
    let hint = "unpack it, or move it out of the folder";
    Diagnostic::error(Code::UnreadContent, place, message, hint)
}

/// A file with a record on each line is read where it is named only, not where it lies in a folder.
fn not_named(path: &Path) -> Diagnostic {
    let message = "of a folder only the `.json` files are read";
    let hint = "name this file in `catalogue` too, or move it out of the folder";
    Diagnostic::error(Code::UnreadContent, Place::start(path.display().to_string()), message, hint)
}

fn refused(path: &Path, message: String, hint: &str) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    Diagnostic::error(Code::UnreadableFile, place, message, hint)
}
