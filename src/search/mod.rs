//! Owns the search index: static files that a browser reads, a few for each query, with no service
//! behind them. There are two kinds.
//!
//! *Tool files* hold the tools and servers themselves, in the order of their names, about a hundred
//! in each. *Word files* say for each word which tool files have it, and how prominently at best.
//! A browser looks up its words, takes the tool files that can have the best answers, and looks
//! whether they do. A frequent word thus costs no more than the list of the tool files, and a new
//! tool changes its own tool file and the lists of the words that are new there.
//! docs/search.md has the format.

mod cuts;
mod encode;
mod entry;
mod stash;
mod texts;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use crate::risk::{Category, Risk};
use encode::Weight;
use entry::Entry;
use stash::{Stash, Taken};

pub use texts::{Text, Texts};

use words::STOP_WORDS;

/// Entries of a tool file on average, unless that makes more files than allowed.
const ENTRIES: usize = 32;
/// Bytes of a word file on average before packing, likewise.
const WORD_BYTES: usize = 12_000;
/// Tool files whose words are collected at a time.
const BATCH: usize = 128;

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

/// The servers that the index is about, in a fixed order.
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

/// Where an entry comes from.
#[derive(Clone, Copy, Debug)]
struct Origin {
    server: u32,
    /// The position of the tool; [`Origin::SERVER`] for the server itself.
    tool: u32,
}

impl Origin {
    const SERVER: u32 = u32::MAX;

    fn new(server: usize, tool: Option<usize>) -> Origin {
        let short = |index: usize| u32::try_from(index).unwrap_or(u32::MAX - 1);
        Origin { server: short(server), tool: tool.map_or(Origin::SERVER, short) }
    }
}

/// An index in the making. Its order follows from names alone; the texts are added server by
/// server, in any order and from any thread.
pub struct Index<'plan> {
    servers: &'plan dyn Servers,
    most_files: usize,
    /// All entries in the order of the index.
    order: Vec<Origin>,
    /// The position of each server, and after it those of its tools.
    positions: Vec<u32>,
    /// Where the positions of each server begin.
    starts: Vec<usize>,
    /// The pieces of the order that are a file each, with their numbers.
    pieces: Vec<(Range<usize>, u16)>,
    stash: Stash,
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Index").field("entries", &self.order.len()).finish_non_exhaustive()
    }
}

impl<'plan> Index<'plan> {
    /// An index without texts, of at most about `most_files` files.
    pub fn new(servers: &'plan dyn Servers, most_files: usize) -> Index<'plan> {
        let order = in_order(servers);
        let size = ENTRIES.max(order.len() / (most_files * 3 / 4));
        let key = |at: usize| key(servers, order[at]);
        let pieces = cuts::pieces(order.len(), size, key, |_| false);
        let numbers = cuts::numbers(pieces.iter().map(|piece| key(piece.start)));
        let mut starts = Vec::with_capacity(servers.count());
        let mut count = 0;
        for server in 0..servers.count() {
            starts.push(count);
            count += 1 + servers.server(server).tools;
        }
        let mut positions = vec![0; count];
        for (position, origin) in order.iter().enumerate() {
            let of_tool = if origin.tool == Origin::SERVER { 0 } else { origin.tool as usize + 1 };
            let at = starts[origin.server as usize] + of_tool;
            positions[at] = u32::try_from(position).unwrap_or(u32::MAX);
        }
        let stash = Stash::new(pieces.len().div_ceil(BATCH));
        let pieces = pieces.into_iter().zip(numbers).collect();
        Index { servers, most_files, order, positions, starts, pieces, stash }
    }

    /// Adds the texts of a server: its own, then those of its tools.
    pub fn add(&self, server: usize, texts: &Texts) {
        for index in 0..texts.len() {
            let position = self.positions[self.starts[server] + index] as usize;
            let piece = self.pieces.partition_point(|(piece, _)| piece.end <= position);
            self.stash.put(piece / BATCH, position, texts.get(index));
        }
    }

    /// The files. The texts of all servers must have been added.
    pub fn files(self) -> Vec<IndexFile> {
        let mut files = Vec::with_capacity(self.pieces.len() * 2);
        let mut lists: HashMap<String, Vec<(u16, Weight)>> = HashMap::new();
        for (shelf, batch) in self.pieces.chunks(BATCH).enumerate() {
            let texts = self.stash.take(shelf);
            let made: Vec<_> = batch
                .par_iter()
                .map(|(piece, number)| (self.tool_file(piece.clone(), *number, &texts), *number))
                .collect();
            for ((file, best), number) in made {
                files.push(file);
                for (word, weight) in best {
                    lists.entry(word).or_default().push((number, weight));
                }
            }
        }
        files.extend(word_files(lists, self.most_files));
        files
    }

    /// A tool file, and its words with the best weight that each has in it.
    fn tool_file(
        &self,
        piece: Range<usize>,
        number: u16,
        texts: &Taken,
    ) -> (IndexFile, BTreeMap<String, Weight>) {
        let origins = &self.order[piece.clone()];
        let servers: Vec<ServerEntry<'_>> =
            origins.iter().map(|origin| self.servers.server(origin.server as usize)).collect();
        let entries: Vec<Entry<'_>> = piece
            .zip(origins)
            .zip(&servers)
            .map(|((position, origin), server)| Entry {
                server,
                tool: tool_of(self.servers, *origin),
                text: texts.text(position),
            })
            .collect();
        let mut best: BTreeMap<String, Weight> = BTreeMap::new();
        for entry in &entries {
            entry.each_word(&mut |word, weight| match best.get_mut(word) {
                Some(known) => *known = weight.max(*known),
                None => {
                    best.insert(word.to_owned(), weight);
                }
            });
        }
        let path = format!("search/tools/{number:04x}.bin");
        (IndexFile { path, bytes: encode::deflated(&encode::rows(&entries)) }, best)
    }
}

fn tool_of(servers: &dyn Servers, origin: Origin) -> Option<ToolEntry<'_>> {
    (origin.tool != Origin::SERVER)
        .then(|| servers.tool(origin.server as usize, origin.tool as usize))
}

fn key(servers: &dyn Servers, origin: Origin) -> String {
    let server = servers.server(origin.server as usize);
    Entry { server: &server, tool: tool_of(servers, origin), text: Text::default() }.key()
}

/// All entries, sorted by their keys.
fn in_order(servers: &dyn Servers) -> Vec<Origin> {
    let mut entries: Vec<(Box<str>, Origin)> = (0..servers.count())
        .into_par_iter()
        .flat_map_iter(|server| {
            let tools = 0..servers.server(server).tools;
            let all = tools.map(Some).chain(std::iter::once(None));
            all.map(move |tool| Origin::new(server, tool))
        })
        .map(|origin| (key(servers, origin).into(), origin))
        .collect();
    entries.par_sort_unstable_by(|one, other| one.0.cmp(&other.0));
    entries.into_iter().map(|(_, origin)| origin).collect()
}

/// The word files and the one that says which word is in which.
fn word_files(lists: HashMap<String, Vec<(u16, Weight)>>, most_files: usize) -> Vec<IndexFile> {
    // Words are also there from behind, for those who mistype the beginning.
    let backwards: Vec<String> = lists
        .keys()
        .filter(|word| is_word(word))
        .map(|word| format!("~{}", reversed(word)))
        .collect();
    let mut words: Vec<(String, Vec<(u16, Weight)>)> =
        lists.into_iter().chain(backwards.into_iter().map(|word| (word, Vec::new()))).collect();
    words.par_sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let bytes: usize = words.iter().map(|(word, list)| word.len() + 5 + list.len() * 2).sum();
    let of_one = (bytes / words.len().max(1)).max(1);
    let size = (WORD_BYTES / of_one).max(words.len() / (most_files / 4));
    let is_heavy = |at: usize| WORD_BYTES / 4 < words[at].1.len() * 2;
    let pieces = cuts::pieces(words.len(), size, |at| words[at].0.clone(), is_heavy);
    let numbers = cuts::numbers(pieces.iter().map(|piece| words[piece.start].0.clone()));
    let firsts: Vec<(&str, u16)> = pieces
        .iter()
        .zip(&numbers)
        .map(|(piece, number)| {
            let before = piece.start.checked_sub(1).map_or("", |at| words[at].0.as_str());
            (separator(before, &words[piece.start].0), *number)
        })
        .collect();
    let root = encode::deflated(&encode::root(&firsts));
    let mut files = vec![IndexFile { path: "search/words.bin".to_owned(), bytes: root }];
    let made = pieces.par_iter().zip(&numbers).map(|(piece, number)| IndexFile {
        path: format!("search/words/{number:04x}.bin"),
        bytes: encode::deflated(&encode::lists(&words[piece.clone()])),
    });
    files.par_extend(made);
    files
}

/// The shortest beginning of `word` that sorts after `before`.
fn separator<'words>(before: &str, word: &'words str) -> &'words str {
    let same = word.chars().zip(before.chars()).take_while(|(one, other)| one == other).count();
    let end = word.char_indices().nth(same + 1).map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

fn is_word(word: &str) -> bool {
    !word.starts_with(['=', '#', '~'])
}

fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}
