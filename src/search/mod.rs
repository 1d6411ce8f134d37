//! Owns the search index: static files that a browser reads, a few for each query, with no service
//! behind them. There are two kinds.
//!
//! *Tool files* hold the servers and their tools, server by server, some dozens in each. *Word
//! files* say for each word which tool files have it, and how prominently at best. A browser looks
//! up its words, takes the tool files that can have the best answers, and looks whether they do. A
//! frequent word thus costs no more than the list of the tool files. A changed record changes the
//! one or two tool files that it is in, and the lists of the words that are new there: few, because
//! the tools of a server speak of the same things.
//! docs/search.md has the format.

mod cuts;
mod encode;
mod entry;
mod former;
mod stash;
mod texts;
mod word_files;
mod words;

use std::ops::Range;

use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use crate::digest;
use crate::risk::{Category, Risk};
use encode::{List, Weight};
use entry::Entry;
use stash::{Stash, Taken};

pub use former::Former;
pub use texts::{Text, Texts};

use words::STOP_WORDS;

/// Entries of a tool file on average, unless that makes more files than allowed.
const ENTRIES: usize = 32;
/// Tool files whose words are collected at a time.
const BATCH: usize = 128;

/// The file that says which word is in which word file.
const ROOT: &str = "search/words.bin";
/// Where the tool files are.
const TOOL_FILES: &str = "search/tools/";

/// What the index knows of a server.
#[derive(Clone, Copy, Debug)]
pub struct ServerEntry<'plan> {
    /// The exact name.
    pub name: &'plan str,
    /// The title.
    pub title: &'plan str,
    /// The segment of its address.
    pub slug: &'plan str,
    /// The first sentence of its description.
    pub line: &'plan str,
    /// How many tools it has.
    pub tools: usize,
}

/// Whether a path below the site's root is that of a file of the index.
pub fn is_index_path(path: &str) -> bool {
    path.strip_suffix(".bin").is_some_and(|path| path.starts_with("search/"))
}

/// The path of a tool file below the site's root.
pub fn tool_file_path(number: u16) -> String {
    format!("{TOOL_FILES}{number:04x}.bin")
}

/// The servers that the index is about, in the order of their slugs.
pub trait Servers: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// A server.
    fn server(&self, server: usize) -> ServerEntry<'_>;

    /// One of its tools.
    fn tool(&self, server: usize, tool: usize) -> ToolEntry<'_>;
}

/// What the index knows of a tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolEntry<'plan> {
    /// The exact name.
    pub name: &'plan str,
    /// The segment of its address.
    pub slug: &'plan str,
    /// What a call does.
    pub category: Category,
    /// How much harm it can do.
    pub risk: Risk,
}

/// A file of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexFile {
    /// Its path below the site's root, without a slash at the beginning.
    pub path: String,
    /// Its content: DEFLATE without a frame.
    pub bytes: Vec<u8>,
}

/// All files of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexFiles<Made> {
    /// What became of those that were made.
    pub made: Vec<Made>,
    /// The paths of those that are the same in the former index.
    pub kept: Vec<String>,
}

/// A file that was made, or the path of one that is the same in the former index.
enum Outcome<Made> {
    Made(Made),
    Kept(String),
}

impl<Made> IndexFiles<Made> {
    fn add(&mut self, outcome: Outcome<Made>) {
        match outcome {
            Outcome::Made(made) => self.made.push(made),
            Outcome::Kept(path) => self.kept.push(path),
        }
    }
}

/// The words of a tool file, each with the best weight that it has there.
type Best = HashMap<Box<str>, Weight>;

/// An index in the making. Its order is that of the servers, each before its tools; the texts are
/// added server by server, in any order and from any thread.
pub struct Index<'plan> {
    servers: Box<dyn Servers + 'plan>,
    most_files: usize,
    former: Former,
    /// Whether the texts of a server are needed, by its position.
    is_needed: Vec<bool>,
    /// The positions of the servers, and the number of all entries. The tools of a server follow it.
    starts: Vec<usize>,
    /// The stretches of entries that are a file each, with their numbers.
    pieces: Vec<(Range<usize>, u16)>,
    stash: Stash,
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Index").field("entries", &self.starts.last()).finish_non_exhaustive()
    }
}

impl<'plan> Index<'plan> {
    /// An index without texts, of at most about `most_files` files.
    pub fn new(servers: impl Servers + 'plan, most_files: usize) -> Index<'plan> {
        let mut starts = Vec::with_capacity(servers.count() + 1);
        starts.push(0);
        let mut count = 0;
        for server in 0..servers.count() {
            count += 1 + servers.server(server).tools;
            starts.push(count);
        }
        let size = ENTRIES.max(count / (most_files * 3 / 4));
        let hash = |at| {
            let (server, tool) = entry_at(&starts, at);
            let tool = tool.map_or("", |tool| servers.tool(server, tool).slug);
            digest::number(format!("{} {tool}", servers.server(server).slug).as_bytes())
        };
        let pieces = cuts::pieces_of_runs(&starts, size, hash);
        let numbers = cuts::numbers(pieces.iter().map(|piece| hash(piece.start)));
        Index {
            most_files,
            former: Former::default(),
            is_needed: vec![true; servers.count()],
            stash: Stash::new(pieces.len().div_ceil(BATCH)),
            pieces: pieces.into_iter().zip(numbers).collect(),
            starts,
            servers: Box::new(servers),
        }
    }

    /// The tool files by their numbers, each with its entries in order: the server, and the tool
    /// unless it is the server itself.
    pub fn tool_files(
        &self,
    ) -> impl Iterator<Item = (u16, impl Iterator<Item = (usize, Option<usize>)>)> {
        let entries = |piece: &Range<usize>| piece.clone().map(|at| entry_at(&self.starts, at));
        self.pieces.iter().map(move |(piece, number)| (*number, entries(piece)))
    }

    /// Takes over what stays the same of a former index.
    pub fn keep(&mut self, former: Former) {
        self.is_needed = vec![false; self.is_needed.len()];
        for (piece, number) in &self.pieces {
            if !former.kept.contains(number) {
                let of = |at| entry_at(&self.starts, at).0;
                self.is_needed[of(piece.start)..=of(piece.end - 1)].fill(true);
            }
        }
        self.former = former;
    }

    /// Whether the texts of a server have to be added.
    pub fn needs(&self, server: usize) -> bool {
        self.is_needed[server]
    }

    /// Adds the texts of a server: its own, then those of its tools.
    pub fn add(&self, server: usize, texts: &Texts) {
        for index in 0..texts.len() {
            let position = self.starts[server] + index;
            let piece = self.pieces.partition_point(|(piece, _)| piece.end <= position);
            if !self.former.kept.contains(&self.pieces[piece].1) {
                self.stash.put(piece / BATCH, position, texts.get(index));
            }
        }
    }

    /// The files, each handed on as soon as it is made. The texts of all servers that are needed
    /// must have been added.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn files<Made: Send, Fault: Send>(
        mut self,
        take: impl Fn(IndexFile) -> Result<Made, Fault> + Sync,
    ) -> Result<IndexFiles<Made>, Fault> {
        let mut files = IndexFiles { made: Vec::new(), kept: Vec::new() };
        let mut lists: HashMap<Box<str>, List> = HashMap::new();
        for (shelf, batch) in self.pieces.chunks(BATCH).enumerate() {
            let texts = self.stash.take(shelf);
            let make = |(piece, number): &(Range<usize>, u16)| {
                let path = tool_file_path(*number);
                if self.former.kept.contains(number) {
                    return Ok((Outcome::Kept(path), Best::new()));
                }
                let (bytes, best) = self.tool_file(piece.clone(), &texts);
                Ok((Outcome::Made(take(IndexFile { path, bytes })?), best))
            };
            let results: Vec<_> = batch.par_iter().map(make).collect::<Result<_, Fault>>()?;
            for ((outcome, best), (_, number)) in results.into_iter().zip(batch) {
                files.add(outcome);
                #[expect(clippy::iter_over_hash_type, reason = "each word has a list of its own")]
                for (word, weight) in best {
                    lists.entry(word).or_default().push((*number, weight));
                }
            }
        }
        let lists = word_files::joined(std::mem::take(&mut self.former.lists), lists);
        let put = |path: String, content: &[u8]| {
            if self.former.holds(&path, content) {
                return Ok(Outcome::Kept(path));
            }
            Ok(Outcome::Made(take(IndexFile { path, bytes: encode::deflated(content) })?))
        };
        for outcome in word_files::deal_out(lists, self.most_files, put)? {
            files.add(outcome);
        }
        Ok(files)
    }

    /// The bytes of a tool file, and its words with the best weight that each has in it.
    fn tool_file(&self, piece: Range<usize>, texts: &Taken) -> (Vec<u8>, Best) {
        let origins: Vec<(usize, Option<usize>)> =
            piece.clone().map(|at| entry_at(&self.starts, at)).collect();
        let servers: Vec<ServerEntry<'_>> =
            origins.iter().map(|(server, _)| self.servers.server(*server)).collect();
        let entries: Vec<Entry<'_>> = piece
            .zip(origins)
            .zip(&servers)
            .map(|((position, (index, tool)), server)| Entry {
                server,
                tool: tool.map(|tool| self.servers.tool(index, tool)),
                text: texts.text(position),
            })
            .collect();
        let mut best = Best::new();
        for entry in &entries {
            entry.each_word(&mut |word, weight| match best.get_mut(word) {
                Some(known) => *known = weight.max(*known),
                None => {
                    best.insert(Box::from(word), weight);
                }
            });
        }
        (encode::deflated(&encode::rows(&entries)), best)
    }
}

/// The server of the entry at a position, and the position of the tool in it unless the entry is
/// the server itself.
fn entry_at(starts: &[usize], at: usize) -> (usize, Option<usize>) {
    let server = starts.partition_point(|start| *start <= at) - 1;
    (server, (at - starts[server]).checked_sub(1))
}
