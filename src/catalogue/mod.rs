//! Owns the catalogue: finding server records in folders and `.jsonl` files, reading one record
//! at a time with all its faults, and forgetting it again. It judges nothing and renders nothing.

mod node;
mod read;
mod record;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::disk::{self, Kind};

pub use record::{Annotation, AttackMention, Package, Remote, Server, ServerRecord, Tool};
pub use schema::{Parameter, Parameters, parameters};

/// Where one record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    file: Arc<Path>,
    /// Where the record begins and ends in it, in bytes. A `.json` file is one record.
    bytes: std::ops::Range<usize>,
    /// The line on which it begins.
    line: usize,
}

impl Location {
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

/// The files of a catalogue in a fixed order: the order of the paths, and of the names in each.
/// Files that are named twice count once.
pub fn files(paths: &[PathBuf], report: &mut Report) -> Vec<Arc<Path>> {
    let mut files = Vec::new();
    for path in paths {
        match disk::kind(path) {
            Ok(Kind::Folder | Kind::Link) => records_below(path, &mut files, report),
            Ok(Kind::Absent) => report.push(Diagnostic::error(
                Code::NotFound,
                Place::start(path.display().to_string()),
                "the catalogue does not exist",
                "name a folder of server records or a `.jsonl` file",
            )),
            Ok(_) => files.push(Arc::from(path.as_path())),
            Err(error) => report.push(unreadable(path, &error)),
        }
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file: &Arc<Path>| seen.insert(file.clone()));
    files
}

fn records_below(folder: &Path, files: &mut Vec<Arc<Path>>, report: &mut Report) {
    let before = files.len();
    let mut unreadable_entries = false;
    for entry in disk::walk(folder) {
        match entry {
            Ok(entry) if entry.kind != Kind::Folder && has_ending(&entry.path, "json") => {
                files.push(Arc::from(entry.path));
            }
            Ok(_) => {}
            Err(error) => {
                unreadable_entries = true;
                report.push(unreadable(&error.path, &error));
            }
        }
    }
    if files.len() == before && !unreadable_entries {
        report.push(Diagnostic::error(
            Code::EmptyCatalogue,
            Place::start(folder.display().to_string()),
            "there is no `*.json` file below this folder",
            "put one server record per file here, or name another folder with `--catalogue`",
        ));
    }
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

fn unreadable(path: &Path, error: &disk::DiskError) -> Diagnostic {
    let place = Place::start(path.display().to_string());
    Diagnostic::error(
        Code::UnreadableFile,
        place,
        error.to_string(),
        "make it readable, or take it out of the catalogue",
    )
}

/// Reads every record of a file once and hands it on with its location. Records with faults are
/// reported and not handed on.
pub fn read_file(
    file: &Arc<Path>,
    report: &mut Report,
    mut found: impl FnMut(ServerRecord<'_>, Location, &mut Report),
) {
    let name = file.display().to_string();
    let Some(text) = text_of(file, &name, report) else { return };
    let mut take = |bytes: std::ops::Range<usize>, line: usize, report: &mut Report| {
        let source = node::Source {
            file: &name,
            text: text.get(bytes.clone()).unwrap_or_default(),
            first_line: line,
        };
        if let Some(record) = read::record(source, report) {
            found(record, Location { file: file.clone(), bytes, line }, report);
        }
    };
    if !has_ending(file, "jsonl") {
        take(0..text.len(), 1, report);
        return;
    }
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if !line.trim().is_empty() {
            take(start..start + line.trim_end().len(), index + 1, report);
        }
        start += line.len();
    }
}

fn text_of(file: &Path, name: &str, report: &mut Report) -> Option<String> {
    let bytes = match disk::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.push(unreadable(file, &error));
            return None;
        }
    };
    match check_encoding(name, bytes) {
        Ok(text) => Some(text),
        Err(fault) => {
            report.push(*fault);
            None
        }
    }
}

fn check_encoding(name: &str, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let fault = |code, place, message: &str, hint: &str| {
        Err(Box::new(Diagnostic::error(code, place, message, hint)))
    };
    if bytes.starts_with(&[0xef, 0xbb, 0xbf])
        || bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
    {
        let hint = "save it as UTF-8 without a byte-order mark";
        return fault(
            Code::ByteOrderMark,
            Place::start(name),
            "the file begins with a byte-order mark",
            hint,
        );
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let place = Place::at(name, &text, valid);
            fault(Code::InvalidUtf8, place, "this byte is not UTF-8", "save the file as UTF-8")
        }
    }
}

/// The text of one record, read again.
///
/// # Errors
/// A fault when the file cannot be read any more, or has changed so that the record is not there.
pub fn text_at(location: &Location) -> Result<RecordText, Box<Diagnostic>> {
    let name = location.file.display().to_string();
    let bytes =
        disk::read(&location.file).map_err(|error| Box::new(unreadable(&location.file, &error)))?;
    let whole = location.bytes.start == 0 && !has_ending(&location.file, "jsonl");
    let range = if whole { 0..bytes.len() } else { location.bytes.clone() };
    let text = bytes.get(range).map(<[u8]>::to_vec).and_then(|bytes| String::from_utf8(bytes).ok());
    match text {
        Some(text) => Ok(RecordText { file: name, text, line: location.line }),
        None => Err(changed(location)),
    }
}

/// The record of a text.
///
/// # Errors
/// A fault when the record is not what it was when the catalogue was first read.
pub fn record_of<'text>(
    text: &'text RecordText,
    location: &Location,
) -> Result<ServerRecord<'text>, Box<Diagnostic>> {
    let source = node::Source { file: &text.file, text: &text.text, first_line: text.line };
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
