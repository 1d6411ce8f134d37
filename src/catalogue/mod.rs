//! Owns the catalogue: where its records stand, in folders and `.jsonl` files, reading one record
//! at a time with all its faults, and forgetting it again. It judges nothing and renders nothing.

mod docstring;
mod document;
mod files;
mod keywords;
mod kinds;
mod layout;
mod limits;
mod node;
mod parameters;
mod read;
mod record;
mod schema;
mod shapes;
mod sound;
mod spots;
mod syntax;
mod values;

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::digest;
use crate::disk::{self, DiskError};
use files::{is_collection, unreadable};

pub use crate::disk::Stamp;
pub use files::files;
pub use parameters::{Names, Parameter, Parameters};
pub use record::{Annotation, Package, Remote, Server, ServerRecord, Tool};
pub use schema::parameters;

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

    /// Where the name of the record's server stands, as far as that can be read again.
    pub fn place_of_name(&self) -> Place {
        let spot = || {
            let text = self.read().ok()?;
            let record = text.record().ok()?;
            record.spots_of(&[(None, "name")]).pop()
        };
        spot().map_or_else(|| self.place(), |(place, _)| place)
    }

    /// The text of the record, read again.
    ///
    /// # Errors
    /// A fault when the file cannot be read any more, or has changed so that the record is not there.
    pub fn read(&self) -> Result<RecordText<'_>, Box<Diagnostic>> {
        let bytes = read_bytes(&self.file, self.bytes.as_ref()).map_err(|error| {
            // It was there.
            let is_gone = error.cause.kind() == ErrorKind::NotFound;
            if is_gone { self.changed() } else { Box::new(unreadable(&self.file, &error)) }
        })?;
        if digest::hash(&bytes) != self.content {
            return Err(self.changed());
        }
        let text = String::from_utf8(bytes).map_err(|_| self.changed())?;
        Ok(RecordText { location: self, file: self.file.display().to_string(), text })
    }

    /// The fault of a record that changed while it was in use.
    pub fn changed(&self) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(
            Code::UnreadableFile,
            self.place(),
            "the record changed while the site was built",
            "build again when nothing writes to the catalogue",
        ))
    }
}

/// The text of one record, to be read from.
#[derive(Debug)]
pub struct RecordText<'plan> {
    location: &'plan Location,
    file: String,
    text: String,
}

impl RecordText<'_> {
    /// The record of the text.
    ///
    /// # Errors
    /// A fault when the record is not what it was when the catalogue was first read.
    pub fn record(&self) -> Result<ServerRecord<'_>, Box<Diagnostic>> {
        let source = node::Source {
            file: &self.file,
            text: &self.text,
            first_line: self.location.line,
            is_line: self.location.bytes.is_some(),
        };
        read::record(source, &mut Report::new()).ok_or_else(|| self.location.changed())
    }
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

/// A piece with its content in memory.
#[derive(Debug)]
pub struct Loaded<'piece> {
    piece: &'piece Piece,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Reads a piece. `None`: the report says why not.
pub fn load<'piece>(piece: &'piece Piece, report: &mut Report) -> Option<Loaded<'piece>> {
    let bytes = match read_bytes(&piece.file, piece.bytes.as_ref()) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.push(unreadable(&piece.file, &error));
            return None;
        }
    };
    // A piece that begins on a later line begins inside the file. After the mark of UTF-8 its
    // records can be read.
    let place = || Place::start(piece.file.display().to_string());
    if piece.line == 1
        && diag::is_utf16(&bytes)
        && let Some(fault) = diag::byte_order_mark(place(), &bytes)
    {
        report.push(fault);
        return None;
    }
    Some(Loaded { piece, bytes })
}

impl Loaded<'_> {
    /// Reads every record and hands it on with its location. Records with faults are reported and
    /// not handed on.
    pub fn records(&self, report: &mut Report, mut found: impl FnMut(ServerRecord<'_>, Location)) {
        self.sources(report, |source, bytes, report| {
            if let Some(record) = read::record(source, report) {
                let (file, line) = (self.piece.file.clone(), source.first_line);
                let content = digest::hash(source.text.as_bytes());
                found(record, Location { file, bytes, line, content });
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

fn read_bytes(file: &Path, range: Option<&Range<u64>>) -> Result<Vec<u8>, DiskError> {
    range.map_or_else(|| disk::read(file), |range| disk::read_range(file, range.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_was_changed_or_removed_since_is_told_of_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.json");
        let text = r#"{"server": {"name": "one"}, "tools": []}"#;
        disk::write(&path, text.as_bytes()).unwrap();
        let mut report = Report::new();
        let pieces = pieces(&Arc::from(path.as_path()), &mut report);
        let mut found = None;
        let loaded = load(&pieces[0], &mut report).unwrap();
        loaded.records(&mut report, |_, location| found = Some(location));
        let location = found.unwrap();
        assert_eq!(location.read().unwrap().record().unwrap().server.name, "one");
        disk::write(&path, text.replace("one", "two").as_bytes()).unwrap();
        assert_eq!(location.read().unwrap_err(), location.changed());
        disk::remove_file(&path).unwrap();
        assert_eq!(location.read().unwrap_err(), location.changed());
    }
}
