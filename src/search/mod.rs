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
mod texts;
mod word_files;
mod words;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use crate::digest;
use crate::risk::{Category, Risk};
use encode::{List, Weight};
use entry::Entry;

pub use former::Former;
pub use texts::{Text, Texts};

use words::STOP_WORDS;

/// Entries of a tool file on average, unless that makes more files than allowed.
const ENTRIES: usize = 32;

/// The file that says which word is in which word file.
const ROOT: &str = "search/words.bin";
/// Where the tool files are.
const TOOL_FILES: &str = "search/tools/";

/// What the index knows of a server.
#[derive(Clone, Debug)]
pub struct ServerEntry<'plan> {
    /// The name as it is shown: the exact one, unless that is longer than any that means something.
    pub name: Cow<'plan, str>,
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
#[derive(Clone, Debug)]
pub struct ToolEntry<'plan> {
    /// The name as it is shown.
    pub name: Cow<'plan, str>,
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

/// The texts that a tool file waits for, until those of all its servers are there.
#[derive(Debug)]
struct Waiting {
    missing: usize,
    texts: Vec<(usize, Arc<Texts>)>,
}

/// An index in the making. Its order is that of the servers, each before its tools; the texts are
/// added server by server, from any thread. In any order, too, but texts that come in order need
/// not wait for long, and wait in memory.
pub struct Index<'plan> {
    servers: Box<dyn Servers + 'plan>,
    most_files: usize,
    former: Former,
    /// Whether the texts of a server are needed, by its position.
    is_needed: Vec<bool>,
    /// The positions of the servers, and the number of all entries. The tools of a server follow it.
    starts: Vec<usize>,
    pieces: Vec<Piece>,
    /// The tool files of each word, as far as they are made.
    lists: Mutex<HashMap<Box<str>, List>>,
}

/// A stretch of entries that is a file.
struct Piece {
    entries: Range<usize>,
    number: u16,
    waiting: Mutex<Waiting>,
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Index")
            .field("entries", &self.starts.last())
            .finish_non_exhaustive()
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
        let hash = |server, position: usize| {
            let tool = position.checked_sub(1).map_or("", |tool| servers.tool(server, tool).slug);
            digest::number([servers.server(server).slug, " ", tool].concat().as_bytes())
        };
        let pieces = cuts::pieces_of_runs(&starts, size, hash);
        let first = |piece: &Range<usize>| {
            let (server, position) = place_at(&starts, piece.start);
            hash(server, position)
        };
        let numbers = cuts::numbers(pieces.iter().map(first));
        Index {
            most_files,
            former: Former::default(),
            is_needed: vec![true; servers.count()],
            pieces: pieces
                .into_iter()
                .zip(numbers)
                .map(|(piece, number)| Piece::of(piece, number, &starts))
                .collect(),
            lists: Mutex::default(),
            starts,
            servers: Box::new(servers),
        }
    }

    /// The tool files by their numbers, each with its entries in order: the server, and the tool
    /// unless it is the server itself.
    pub fn tool_files(
        &self,
    ) -> impl ParallelIterator<Item = (u16, impl Iterator<Item = (usize, Option<usize>)>)> {
        let entries = |piece: &Range<usize>| piece.clone().map(|at| entry_at(&self.starts, at));
        self.pieces.par_iter().map(move |piece| (piece.number, entries(&piece.entries)))
    }

    /// Takes over what stays the same of a former index.
    pub fn keep(&mut self, former: Former) {
        self.is_needed = vec![false; self.is_needed.len()];
        for piece in self.pieces.iter().filter(|piece| !former.kept.contains(&piece.number)) {
            self.is_needed[servers_of(&self.starts, &piece.entries)].fill(true);
        }
        self.former = former;
    }

    /// Whether the texts of a server have to be added.
    pub fn needs(&self, server: usize) -> bool {
        self.is_needed[server]
    }

    /// Adds the texts of a server: its own, then those of its tools. Answers the tool files that
    /// have waited for nothing else.
    pub fn add(&self, server: usize, texts: Texts) -> Vec<IndexFile> {
        let (start, end) = (self.starts[server], self.starts[server + 1]);
        let first = self.pieces.partition_point(|piece| piece.entries.end <= start);
        let texts = Arc::new(texts);
        let pieces = self.pieces[first..].iter().take_while(|piece| piece.entries.start < end);
        let needed = pieces.filter(|piece| !self.former.kept.contains(&piece.number));
        needed
            .filter_map(|piece| Some(self.tool_file(piece, &piece.put(server, &texts)?)))
            .collect()
    }

    /// The files that are left when the texts of all servers that are needed were added, each
    /// handed on as soon as it is made.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn finish<Made: Send, Fault: Send>(
        self,
        take: impl Fn(IndexFile) -> Result<Made, Fault> + Sync,
    ) -> Result<IndexFiles<Made>, Fault> {
        let mut files = IndexFiles { made: Vec::new(), kept: Vec::new() };
        files.kept.extend(self.former.kept.iter().map(|number| tool_file_path(*number)));
        let new = self.lists.into_inner().unwrap_or_else(PoisonError::into_inner);
        let contents = self.former.contents;
        let lists = word_files::joined(self.former.lists, new);
        let put = |path: String, content: &[u8]| {
            if contents.get(&path).is_some_and(|hash| *hash == digest::hash(content)) {
                return Ok(Outcome::Kept(path));
            }
            Ok(Outcome::Made(take(IndexFile { path, bytes: encode::deflated(content) })?))
        };
        for outcome in word_files::deal_out(lists, self.most_files, put)? {
            files.add(outcome);
        }
        Ok(files)
    }

    /// Makes a tool file, and adds its words, each with the best weight that it has there.
    fn tool_file(&self, piece: &Piece, texts: &[(usize, Arc<Texts>)]) -> IndexFile {
        let origins: Vec<(usize, Option<usize>)> =
            piece.entries.clone().map(|at| entry_at(&self.starts, at)).collect();
        let servers: Vec<ServerEntry<'_>> =
            origins.iter().map(|(server, _)| self.servers.server(*server)).collect();
        let text = |server: usize, tool: Option<usize>| {
            let found = texts.binary_search_by_key(&server, |(of, _)| *of).ok();
            found.map_or_else(Text::default, |at| texts[at].1.get(tool.map_or(0, |tool| tool + 1)))
        };
        let entries: Vec<Entry<'_>> = origins
            .iter()
            .zip(&servers)
            .map(|((index, tool), server)| Entry {
                server,
                tool: tool.map(|tool| self.servers.tool(*index, tool)),
                text: text(*index, *tool),
            })
            .collect();
        let mut best: HashMap<Box<str>, Weight> = HashMap::new();
        let mut receive = |word: &str, weight: Weight| match best.get_mut(word) {
            Some(known) => *known = weight.max(*known),
            None => {
                best.insert(Box::from(word), weight);
            }
        };
        let mut last = None;
        for (entry, (server, _)) in entries.iter().zip(&origins) {
            if last.replace(server) != Some(server) {
                entry.server.each_word(&mut receive);
            }
            entry.each_word(&mut receive);
        }
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::iter_over_hash_type, reason = "each word has a list of its own")]
        for (word, weight) in best {
            lists.entry(word).or_default().push((piece.number, weight));
        }
        drop(lists);
        IndexFile {
            path: tool_file_path(piece.number),
            bytes: encode::deflated(&encode::rows(&entries)),
        }
    }
}

impl Piece {
    fn of(entries: Range<usize>, number: u16, starts: &[usize]) -> Piece {
        let missing = servers_of(starts, &entries).count();
        Piece { entries, number, waiting: Mutex::new(Waiting { missing, texts: Vec::new() }) }
    }

    /// Puts the texts of a server to those that wait. Answers all of them when none is missing, in
    /// the order of the servers.
    fn put(&self, server: usize, texts: &Arc<Texts>) -> Option<Vec<(usize, Arc<Texts>)>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.texts.push((server, Arc::clone(texts)));
        waiting.missing -= 1;
        if waiting.missing > 0 {
            return None;
        }
        let mut texts = std::mem::take(&mut waiting.texts);
        texts.sort_unstable_by_key(|(server, _)| *server);
        Some(texts)
    }
}

/// The servers that have some of the entries.
fn servers_of(starts: &[usize], entries: &Range<usize>) -> Range<usize> {
    entry_at(starts, entries.start).0..entry_at(starts, entries.end - 1).0 + 1
}

/// The server of the entry at a position, and the position of the tool in it unless the entry is
/// the server itself.
fn entry_at(starts: &[usize], at: usize) -> (usize, Option<usize>) {
    let (server, position) = place_at(starts, at);
    (server, position.checked_sub(1))
}

/// The server of the entry at a position, and the position of the entry among those of the server.
fn place_at(starts: &[usize], at: usize) -> (usize, usize) {
    let server = starts.partition_point(|start| *start <= at) - 1;
    (server, at - starts[server])
}
