//! Owns what has been read of a catalogue, so that only what changed is read again. Files whose
//! size and times are the same are taken as they were; of a `.jsonl` file that changed, the pieces
//! whose bytes are the same are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::interned::Interned;
use super::inventory::Inventory;
use super::rows::{Counts, Rows, ServerRow, ToolId};
use crate::catalogue::{self, Location, Piece, ServerRecord, Stamp};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::digest::{self, Hash};
use crate::markdown;
use crate::rules;
use crate::text;

/// Longest title and summary that other pages show of a server.
const LONGEST_TITLE: usize = 80;
const LONGEST_SUMMARY: usize = 160;
/// Attacks that are named to whoever named one that is not there.
const MOST_NAMED: usize = 20;

/// What has been read of a catalogue.
#[derive(Debug, Default)]
pub struct Ledger {
    files: BTreeMap<Arc<Path>, FileReading>,
    /// The catalogue that was read last.
    paths: Vec<PathBuf>,
    inventory: Option<Arc<Inventory>>,
    is_settled: bool,
}

/// What is known of one file.
#[derive(Clone, Debug)]
struct FileReading {
    /// Its size and times before it was read; none if it must be read again in any case.
    stamp: Option<Stamp>,
    pieces: Vec<PieceReading>,
    /// Faults of the file itself.
    faults: Report,
}

/// What is known of a piece of a file.
#[derive(Clone, Debug)]
struct PieceReading {
    /// Where it stands now.
    piece: Piece,
    /// Where it stood when it was read.
    origin: Piece,
    /// The hash of its bytes.
    content: Hash,
    reading: Arc<Reading>,
}

/// The servers of a piece, and the faults in it.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Servers in the order of the piece, without slugs; their tools in the order of their names.
    pub(super) rows: Rows,
    attacks: Interned,
    mentions: Vec<(ToolId, u32)>,
    /// Which tool tells a model not to use the tool of which name.
    rivals: Vec<(ToolId, Box<str>)>,
    faults: Report,
}

impl Reading {
    /// The attacks that the tools of one of its servers name, in the order of the tools.
    pub(super) fn mentions_of(&self, server: &ServerRow) -> impl Iterator<Item = (ToolId, &str)> {
        let start = self.mentions.partition_point(|(tool, _)| tool.index() < server.tools.start);
        let rest = self.mentions.iter().skip(start);
        rest.take_while(|(tool, _)| tool.index() < server.tools.end)
            .map(|(tool, attack)| (*tool, &*self.attacks.names()[*attack as usize]))
    }

    /// The tools that the tools of one of its servers tell a model not to use, in the order of the
    /// tools.
    pub(super) fn rivals_of(&self, server: &ServerRow) -> impl Iterator<Item = (ToolId, &str)> {
        let start = self.rivals.partition_point(|(tool, _)| tool.index() < server.tools.start);
        let end = server.tools.end;
        let rest = self.rivals.iter().skip(start).take_while(move |(tool, _)| tool.index() < end);
        rest.map(|(tool, name)| (*tool, &**name))
    }

    fn add(&mut self, mut record: ServerRecord<'_>, location: Location) {
        record.sort_tools();
        let names: Vec<&str> = record.tools.iter().map(|tool| tool.name.as_str()).collect();
        let slugs = text::unique_slugs(&names);
        let start = self.rows.tools.len();
        let mut counts = Counts::default();
        for (tool, slug) in record.tools.iter().zip(slugs) {
            let id = ToolId::from_index(self.rows.tools.len());
            self.rows.add_tool(&tool.name, &slug, tool.category, tool.risk);
            counts.add(tool.category, tool.risk);
            let description = tool.description.as_deref().unwrap_or_default();
            let rivals = rules::rivals(description).into_iter().map(|name| (id, name.into()));
            self.rivals.extend(rivals);
            for slug in &tool.attacks {
                let attack = self.attacks.number(slug);
                self.mentions.push((id, attack));
            }
        }
        let server = &record.server;
        let title = text::short_line(server.display_title(), LONGEST_TITLE);
        let description = server.description.as_deref().unwrap_or_default();
        self.rows.servers.push(ServerRow {
            name: server.name.as_str().into(),
            title: title.into(),
            summary: markdown::first_sentence(description, LONGEST_SUMMARY).into(),
            slug: Box::default(),
            location,
            checked_at: record.checked_at.map(String::into_boxed_str),
            tools: start..self.rows.tools.len(),
            counts,
        });
    }
}

impl Ledger {
    /// Says that the catalogue may have changed.
    pub fn look_again(&mut self) {
        self.is_settled = false;
    }

    /// The inventory of a catalogue. After [`Ledger::look_again`] what changed is read again;
    /// without any change it is the very same one. `None`: the report says why.
    pub fn inventory(
        &mut self,
        catalogue: &[PathBuf],
        report: &mut Report,
    ) -> Option<Arc<Inventory>> {
        if self.is_settled && self.paths == catalogue {
            return self.inventory.clone();
        }
        // Settings that name no catalogue that exists have been reported.
        if catalogue.is_empty() {
            return None;
        }
        let mut faults = Report::new();
        let paths = catalogue::files(catalogue, &mut faults);
        let read: Vec<(Arc<Path>, FileReading, bool)> = paths
            .into_par_iter()
            .map(|path| {
                let before = self.files.get(&path);
                let (file, is_same) = read_file(&path, before);
                (path, file, is_same)
            })
            .collect();
        let is_same = self.files.len() == read.len() && read.iter().all(|(.., is_same)| *is_same);
        self.files = read.into_iter().map(|(path, file, _)| (path, file)).collect();
        if !is_same || !faults.is_empty() {
            self.inventory = None;
        }
        if self.inventory.is_none() {
            self.inventory = self.take_inventory(catalogue, &mut faults).map(Arc::new);
        }
        self.paths = catalogue.to_vec();
        self.is_settled = self.inventory.is_some();
        report.merge(faults);
        self.inventory.clone()
    }

    fn take_inventory(&self, catalogue: &[PathBuf], report: &mut Report) -> Option<Inventory> {
        for file in self.files.values() {
            report.merge(file.faults.clone());
            for piece in &file.pieces {
                report.merge(piece.reading.faults.clone());
            }
        }
        let pieces = || self.files.values().flat_map(|file| &file.pieces);
        if pieces().all(|piece| piece.reading.rows.servers.is_empty()) && report.is_empty() {
            let places = catalogue.iter().map(|path| path.display().to_string());
            let hint =
                "put one server record on each line, or name another catalogue with `--catalogue`";
            report.push(Diagnostic::error(
                Code::EmptyCatalogue,
                Place::start(places.collect::<Vec<_>>().join(", ")),
                "the catalogue has no record",
                hint,
            ));
        }
        Inventory::of(
            pieces().map(|piece| (&*piece.reading, piece.piece.distance(&piece.origin))),
            report,
        )
    }

    /// Reports every record that names an attack which is not known.
    pub fn check_attacks(&self, known: &BTreeSet<String>, report: &mut Report) {
        // A record with faults is in no reading.
        let may_name_others = |reading: &Reading| {
            let names = reading.attacks.names();
            !reading.faults.is_empty() || names.iter().any(|slug| !known.contains(&**slug))
        };
        let shown = known.iter().take(MOST_NAMED).map(|slug| format!("`{slug}`"));
        let more = if known.len() > MOST_NAMED { ", …" } else { "" };
        let hint = match shown.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "leave it out: the site has no attacks".to_owned(),
            shown => format!("leave it out, or name one that the site has: {shown}{more}"),
        };
        let pieces = self.files.values().flat_map(|file| &file.pieces);
        for piece in pieces.filter(|piece| may_name_others(&piece.reading)) {
            // Whatever else is wrong has been reported.
            let Some(loaded) = catalogue::load(&piece.piece, &mut Report::new()) else { continue };
            loaded.unknown_attacks(
                |slug| known.contains(slug),
                |slug, place, field| {
                    let message = format!("no attack is called `{}`", text::visible(slug));
                    let fault = Diagnostic::error(Code::UnknownAttack, place, message, &*hint);
                    report.push(fault.in_field(field));
                },
            );
        }
    }
}

/// Reads a file, or takes what is known of it. Answers also whether all of it was known.
fn read_file(path: &Arc<Path>, before: Option<&FileReading>) -> (FileReading, bool) {
    let stamp = catalogue::stamp(path);
    if let Some(before) = before.filter(|before| before.stamp.is_some() && before.stamp == stamp) {
        return (before.clone(), true);
    }
    let mut faults = Report::new();
    let pieces = catalogue::pieces(path, &mut faults);
    let known = before.map_or(&[][..], |before| &before.pieces);
    // Several together would keep one processor busy at the end.
    let read: Vec<(PieceReading, bool)> =
        pieces.into_par_iter().with_max_len(1).map(|piece| read_piece(piece, known)).collect();
    let is_same = before.is_some()
        && known.len() == read.len()
        && read.iter().zip(known).all(|((piece, is_known), before)| {
            *is_known && piece.piece.distance(&before.piece) == before.piece.distance(&before.piece)
        });
    let pieces: Vec<PieceReading> = read.into_iter().map(|(piece, _)| piece).collect();
    let has_faults =
        !faults.is_empty() || pieces.iter().any(|piece| !piece.reading.faults.is_empty());
    // A file that changed while it was read has another stamp now than before.
    let stamp = stamp.filter(|_| !has_faults && catalogue::stamp(path) == stamp);
    (FileReading { stamp, pieces, faults }, is_same && !has_faults)
}

fn read_piece(piece: Piece, known: &[PieceReading]) -> (PieceReading, bool) {
    let mut reading = Reading::default();
    let Some(loaded) = catalogue::load(&piece, &mut reading.faults) else {
        let (origin, content) = (piece.clone(), Hash::default());
        return (PieceReading { piece, origin, content, reading: Arc::new(reading) }, false);
    };
    let content = digest::hash(&loaded.bytes);
    // The faults of a reading name the lines of their time.
    let is_known =
        |known: &&PieceReading| known.content == content && known.reading.faults.is_empty();
    if let Some(known) = known.iter().find(is_known) {
        return (PieceReading { piece, ..known.clone() }, true);
    }
    let mut faults = std::mem::take(&mut reading.faults);
    loaded.records(&mut faults, |record, location| reading.add(record, location));
    reading.faults = faults;
    reading.rows.shrink();
    let origin = piece.clone();
    (PieceReading { piece, origin, content, reading: Arc::new(reading) }, false)
}
