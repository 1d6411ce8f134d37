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
mod texts;
mod words;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::risk::{Category, Risk};
use encode::Weight;

pub use texts::{Text, Texts};

use words::STOP_WORDS;

/// Entries of a tool file on average, unless that makes more files than allowed.
const ENTRIES: usize = 32;
/// Bytes of a word file on average before packing, likewise.
const WORD_BYTES: usize = 12_000;
/// Tool files whose words are collected at a time.
const BATCH: usize = 128;

/// What the index knows of a server.
#[derive(Clone, Debug)]
pub struct ServerEntry<'plan> {
    /// The exact name.
    pub name: &'plan str,
    /// The title.
    pub title: &'plan str,
    /// The segment of its address.
    pub slug: &'plan str,
    /// The first sentence of its description.
    pub line: &'plan str,
    /// Its packages and addresses and further words of its description, then the texts of its
    /// tools.
    pub texts: &'plan Texts,
    /// Its tools.
    pub tools: Vec<ToolEntry<'plan>>,
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

/// One tool or server in the order of the index.
#[derive(Clone, Copy)]
struct Entry<'plan> {
    server: &'plan ServerEntry<'plan>,
    /// The position of the tool; none for the server itself.
    tool: Option<usize>,
}

impl<'plan> Entry<'plan> {
    fn tool(&self) -> Option<&'plan ToolEntry<'plan>> {
        self.tool.map(|index| &self.server.tools[index])
    }

    fn text(&self) -> Text<'plan> {
        self.server.texts.get(self.tool.map_or(0, |index| index + 1))
    }

    fn name(&self) -> &'plan str {
        self.tool().map_or(self.server.title, |tool| tool.name)
    }

    /// What sorts the entries and decides where they are cut.
    fn key(&self) -> String {
        let kind = if self.tool.is_some() { "tool" } else { "server" };
        format!("{} {} {} {kind}", words::joined(self.name()), self.name(), self.server.slug)
    }

    /// Every word by which the entry is found, with its weight.
    fn each_word(&self, receive: &mut dyn FnMut(String, Weight)) {
        let mut weight = Weight::First;
        words::each(self.name(), &mut |word| {
            receive(word.to_owned(), weight);
            weight = Weight::Name;
        });
        let (text, server) = (self.text(), self.server);
        words::each(text.title, &mut |word| receive(word.to_owned(), Weight::Name));
        for name in [server.title, server.name] {
            words::each(name, &mut |word| receive(word.to_owned(), Weight::Server));
        }
        let line = if self.tool.is_some() { text.line } else { server.line };
        for text in [line, text.more, text.identifiers] {
            words::each(text, &mut |word| receive(word.to_owned(), Weight::Text));
        }
        receive(format!("={}", words::joined(self.name())), Weight::First);
        if let Some(tool) = self.tool() {
            receive(format!("#{}", tool.category.name()), Weight::Text);
            receive(format!("#{}", tool.risk.name()), Weight::Text);
            return;
        }
        receive("#server".to_owned(), Weight::Text);
        for identifier in std::iter::once(server.name).chain(text.identifiers.lines()) {
            receive(format!("={}", words::joined(identifier)), Weight::First);
        }
    }
}

/// The files of the index over all servers, at most about `most_files`.
pub fn files(servers: &[ServerEntry<'_>], most_files: usize) -> Vec<IndexFile> {
    let entries = in_order(servers);
    let size = ENTRIES.max(entries.len() / (most_files * 3 / 4));
    let pieces = cuts::pieces(entries.len(), size, |at| entries[at].key(), |_| false);
    let numbers = cuts::numbers(pieces.iter().map(|piece| entries[piece.start].key()));
    let mut files = Vec::with_capacity(pieces.len() * 2);
    let mut lists: HashMap<String, Vec<(u16, Weight)>> = HashMap::new();
    let numbered: Vec<_> = pieces.into_iter().zip(numbers).collect();
    for batch in numbered.chunks(BATCH) {
        let made: Vec<_> = batch
            .par_iter()
            .map(|(piece, number)| (tool_file(&entries[piece.clone()], *number), *number))
            .collect();
        for ((file, best), number) in made {
            files.push(file);
            for (word, weight) in best {
                lists.entry(word).or_default().push((number, weight));
            }
        }
    }
    files.extend(word_files(lists, most_files));
    files
}

/// All entries, sorted by their keys.
fn in_order<'plan>(servers: &'plan [ServerEntry<'plan>]) -> Vec<Entry<'plan>> {
    let mut entries: Vec<(Box<str>, Entry<'_>)> = servers
        .par_iter()
        .flat_map_iter(|server| {
            let tools = (0..server.tools.len()).map(Some).chain(std::iter::once(None));
            tools.map(move |tool| Entry { server, tool }).map(|entry| (entry.key().into(), entry))
        })
        .collect();
    entries.par_sort_unstable_by(|one, other| one.0.cmp(&other.0));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// A tool file, and its words with the best weight that each has in it.
fn tool_file(entries: &[Entry<'_>], number: u16) -> (IndexFile, BTreeMap<String, Weight>) {
    let mut best = BTreeMap::new();
    for entry in entries {
        entry.each_word(&mut |word, weight| {
            let known = best.entry(word).or_insert(weight);
            *known = weight.max(*known);
        });
    }
    let rows = encode::rows(entries);
    (
        IndexFile {
            path: format!("search/tools/{number:04x}.bin"),
            bytes: encode::deflated(&rows),
        },
        best,
    )
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
