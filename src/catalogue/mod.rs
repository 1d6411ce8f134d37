//! Owns the catalogue: finding server records in folders and `.jsonl` files, reading one record
//! at a time with all its faults, and forgetting it again. It judges nothing and renders nothing.

mod kinds;
mod layout;
mod node;
mod read;
mod record;
mod schema;
mod spots;
mod syntax;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::digest;
use crate::disk::{self, Kind};

pub use crate::disk::Stamp;
pub use record::{Annotation, Package, Remote, Server, ServerRecord, Tool};
pub use schema::{Names, Parameter, Parameters, parameters};

/// A `.jsonl` file is read in pieces of about this size, so that all processors have work to the
/// end, and what is read stays in the memory near them.
const PIECE: u64 = 256 * 1024;

/// Where one record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    file: Arc<Path>,
    /// Where the record begins and ends in a `.jsonl` file. A `.json` file is one record.
    bytes: Option<Range<u64>>,
    /// The line on which it begins.
    line: usize,
    /// The hash of its text.
    content: digest::Hash,
}

impl Location {
    /// The hash of the record's text.
    pub fn content(&self) -> &digest::Hash {
        &self.content
    }

    /// The same record after its file has grown or shrunk before it.
    #[must_use]
    pub fn moved(&self, by: Distance) -> Location {
        let shifted = |at: u64| at.wrapping_add(by.bytes);
        Location {
            file: self.file.clone(),
            bytes: self.bytes.clone().map(|bytes| shifted(bytes.start)..shifted(bytes.end)),
            line: self.line.wrapping_add(by.lines),
            content: self.content,
        }
    }

    /// What puts the records of a catalogue in order: the file, and the line in it.
    pub fn order(&self) -> (&Path, usize) {
        (&self.file, self.line)
    }

    /// The file and line, for reports.
    pub fn place(&self) -> Place {
        Place { file: self.file.display().to_string(), line: self.line, column: 1 }
    }
}

/// The text of one record, to be read from.
#[derive(Debug)]
pub struct RecordText {
    file: String,
    text: String,
    line: usize,
}

/// A part of a catalogue that is read at once: a file, or a piece of one that has many records.
#[derive(Clone, Debug)]
pub struct Piece {
    file: Arc<Path>,
    bytes: Option<Range<u64>>,
    line: usize,
}

impl Piece {
    /// How far this piece of a file stands behind another: in bytes and in lines.
    pub fn distance(&self, other: &Piece) -> Distance {
        let start = |piece: &Piece| piece.bytes.as_ref().map_or(0, |bytes| bytes.start);
        Distance {
            bytes: start(self).wrapping_sub(start(other)),
            lines: self.line.wrapping_sub(other.line),
        }
    }
}

/// How far a record has moved inside its file, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    bytes: u64,
    lines: usize,
}

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

/// Size and times of a file, which tell whether it must be read again.
pub fn stamp(file: &Path) -> Option<Stamp> {
    // A file of a catalogue may be a link.
    disk::stamp_of_target(file).ok()
}

/// The pieces of a file.
pub fn pieces(file: &Arc<Path>, report: &mut Report) -> Vec<Piece> {
    if !is_collection(file) {
        return vec![Piece { file: file.clone(), bytes: None, line: 1 }];
    }
    match disk::line_pieces(file, PIECE) {
        Ok(pieces) => pieces
            .into_iter()
            .map(|(bytes, line)| Piece { file: file.clone(), bytes: Some(bytes), line })
            .collect(),
        Err(error) => {
            report.push(unreadable(file, &error));
            Vec::new()
        }
    }
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
                Ok((_, _, path)) if has_ending(&path, &["json5", "jsonc"]) => {
                    passed_over.push(with_comments(&path));
                }
                Ok((_, _, path)) if !has_ending(&path, &["json"]) => {}
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
fn is_collection(path: &Path) -> bool {
    has_ending(path, &["jsonl", "ndjson"])
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let is_one = |found: &OsStr| endings.iter().any(|ending| found.eq_ignore_ascii_case(ending));
    path.extension().is_some_and(is_one)
}

fn unreadable(path: &Path, error: &disk::DiskError) -> Diagnostic {
    refused(path, error.to_string(), "make it readable, or take it out of the catalogue")
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

/// A piece with its content in memory.
#[derive(Debug)]
pub struct Loaded<'piece> {
    piece: &'piece Piece,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Reads a piece. `None`: the report says why not.
pub fn load<'piece>(piece: &'piece Piece, report: &mut Report) -> Option<Loaded<'piece>> {
    let bytes = bytes_of(piece, &piece.file.display().to_string(), report)?;
    Some(Loaded { piece, bytes })
}

impl Loaded<'_> {
    /// Reads every record and hands it on with its location. Records with faults are reported and
    /// not handed on.
    pub fn records(
        &self,
        report: &mut Report,
        mut found: impl FnMut(ServerRecord<'_>, Location, &mut Report),
    ) {
        self.sources(report, |source, bytes, report| {
            if let Some(record) = read::record(source, report) {
                let (file, line) = (self.piece.file.clone(), source.first_line);
                let content = digest::hash(source.text.as_bytes());
                found(record, Location { file, bytes, line, content }, report);
            }
        });
    }

    /// Hands on the slug, place and field of each attack that is not known, also of records with
    /// faults.
    pub fn unknown_attacks(
        &self,
        is_known: impl Fn(&str) -> bool,
        mut found: impl FnMut(&str, Place, String),
    ) {
        // What cannot be read at all has been reported.
        self.sources(&mut Report::new(), |source, _, _| {
            for (slug, place, field) in read::unknown_attacks(source, &is_known) {
                found(&slug, place, field);
            }
        });
    }

    /// The text of every record, and where it lies in a file of many.
    fn sources(
        &self,
        report: &mut Report,
        mut found: impl FnMut(node::Source<'_>, Option<Range<u64>>, &mut Report),
    ) {
        let piece = self.piece;
        let file = piece.file.display().to_string();
        let mut take =
            |record: &[u8], range: Option<Range<u64>>, line: usize, report: &mut Report| {
                let is_line = range.is_some();
                let place = Place { line, ..Place::start(&file) };
                if let Some(fault) = diag::byte_order_mark(place, record) {
                    return report.push(fault);
                }
                let text = match diag::utf8(&file, record) {
                    Ok(text) => text,
                    Err(mut fault) => {
                        fault.place.line += line - 1;
                        return report.push(*fault);
                    }
                };
                let source = node::Source { file: &file, text, first_line: line, is_line };
                found(source, range, report);
            };
        let Some(range) = &piece.bytes else { return take(&self.bytes, None, 1, report) };
        let ends = memchr::memchr_iter(b'\n', &self.bytes).chain([self.bytes.len()]);
        let mut start = 0;
        for (index, end) in ends.enumerate() {
            let record = self.bytes[start..end].trim_ascii_end();
            if !record.is_empty() {
                let begin = range.start + start as u64;
                take(record, Some(begin..begin + record.len() as u64), piece.line + index, report);
            }
            start = end + 1;
        }
    }
}

fn bytes_of(piece: &Piece, name: &str, report: &mut Report) -> Option<Vec<u8>> {
    let bytes = match &piece.bytes {
        Some(range) => disk::read_range(&piece.file, range.clone()),
        None => disk::read(&piece.file),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            report.push(unreadable(&piece.file, &error));
            return None;
        }
    };
    // A piece that begins on a later line begins inside the file. After the mark of UTF-8 its
    // records can be read.
    if piece.line == 1
        && diag::is_utf16(&bytes)
        && let Some(fault) = diag::byte_order_mark(Place::start(name), &bytes)
    {
        report.push(fault);
        return None;
    }
    Some(bytes)
}

/// The text of one record, read again.
///
/// # Errors
/// A fault when the file cannot be read any more, or has changed so that the record is not there.
pub fn text_at(location: &Location) -> Result<RecordText, Box<Diagnostic>> {
    let file = location.file.display().to_string();
    let bytes = match &location.bytes {
        Some(range) => disk::read_range(&location.file, range.clone()),
        None => disk::read(&location.file),
    };
    let bytes = bytes.map_err(|error| Box::new(unreadable(&location.file, &error)))?;
    if digest::hash(&bytes) != location.content {
        return Err(changed(location));
    }
    String::from_utf8(bytes)
        .map(|text| RecordText { file, text, line: location.line })
        .map_err(|_| changed(location))
}

/// The record of a text.
///
/// # Errors
/// A fault when the record is not what it was when the catalogue was first read.
pub fn record_of<'text>(
    text: &'text RecordText,
    location: &Location,
) -> Result<ServerRecord<'text>, Box<Diagnostic>> {
    let is_line = location.bytes.is_some();
    let source =
        node::Source { file: &text.file, text: &text.text, first_line: text.line, is_line };
    read::record(source, &mut Report::new()).ok_or_else(|| changed(location))
}

/// The fault of a record that changed while it was in use.
pub fn changed(location: &Location) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(
        Code::UnreadableFile,
        location.place(),
        "the record changed while the site was built",
        "build again when nothing writes to the catalogue",
    ))
}
