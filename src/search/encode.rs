//! Owns the bytes of the index. docs/search.md has the format in words.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde_json::{Value, json};
use smallvec::SmallVec;

use super::STOP_WORDS;
use super::entry::Entry;

/// How prominent a word is in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// In the description.
    Text,
    /// In the name or title of the server.
    Server,
    /// In the name or title.
    Name,
    /// The first word of the name.
    First,
}

/// The tool files that have a word, with the best weight that it has in each. Most words stand in
/// one or two.
pub(super) type List = SmallVec<[(u16, Weight); 4]>;

impl Weight {
    const ALL: [Weight; 4] = [Weight::First, Weight::Name, Weight::Server, Weight::Text];
}

/// What a tool file holds.
#[derive(Serialize)]
struct ToolFile<'plan> {
    /// Slug, title and name of each.
    servers: Vec<[&'plan str; 3]>,
    rows: Vec<Row<'plan>>,
}

/// Position of the server, category and risk, name, slug, title, line, and further words.
type Row<'plan> = (usize, i8, &'plan str, &'plan str, &'plan str, &'plan str, Cow<'plan, str>);

/// The rows of a tool file as JSON.
pub(super) fn rows(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut servers: Vec<[&str; 3]> = entries.iter().map(server_shown).collect();
    servers.sort_unstable();
    servers.dedup();
    let rows = entries.iter().map(|entry| row(entry, &servers)).collect();
    // Texts and numbers can always be written.
    serde_json::to_vec(&ToolFile { servers, rows }).unwrap_or_default()
}

fn server_shown<'plan>(entry: &Entry<'plan>) -> [&'plan str; 3] {
    [entry.server.slug, entry.server.title, &entry.server.name]
}

fn row<'entry>(entry: &'entry Entry<'_>, servers: &[[&str; 3]]) -> Row<'entry> {
    let (server, text) = (entry.server, entry.text);
    let at = servers.partition_point(|[slug, ..]| *slug < server.slug);
    let Some(tool) = &entry.tool else {
        let more = format!("{} {}", text.more, text.identifiers.replace('\n', " "));
        return (at, -1, &server.name, "", "", server.line, more.trim().to_owned().into());
    };
    let code = i8::try_from(tool.category.index() * 4 + tool.risk.index()).unwrap_or(-1);
    (at, code, &tool.name, tool.slug, text.title, text.line, text.more.into())
}

/// The root as JSON: the first word of every word file with the number of the file.
pub(super) fn root(firsts: &[(&str, u16)]) -> Vec<u8> {
    let files: Vec<Value> =
        firsts.iter().map(|(word, number)| json!([word, format!("{number:04x}")])).collect();
    json!({"stop": STOP_WORDS, "files": files}).to_string().into_bytes()
}

/// A word file: for each word its length in bytes, its text, and for each weight from the highest
/// a list of tool files: how many, then the steps between their sorted numbers.
pub(super) fn lists(words: &[(Box<str>, List)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (word, list) in words {
        number(word.len(), &mut bytes);
        bytes.extend_from_slice(word.as_bytes());
        if word.starts_with('~') {
            continue;
        }
        for weight in Weight::ALL {
            let mut files: Vec<u16> =
                list.iter().filter(|item| item.1 == weight).map(|item| item.0).collect();
            files.sort_unstable();
            number(files.len(), &mut bytes);
            let mut before = 0;
            for file in files {
                number(usize::from(file - before), &mut bytes);
                before = file;
            }
        }
    }
    bytes
}

/// A number in groups of seven bits, the lowest first; all but the last have the high bit set.
fn number(mut value: usize, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push((value % 0x80).to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// The words of a word file with their lists. `None`: it is damaged.
pub(super) fn read_lists(bytes: &[u8]) -> Option<Vec<(Box<str>, List)>> {
    let mut rest = bytes;
    let mut words = Vec::new();
    while !rest.is_empty() {
        let length = read_number(&mut rest)?;
        let (word, after) = rest.split_at_checked(length)?;
        rest = after;
        let word = std::str::from_utf8(word).ok()?;
        let mut list = List::new();
        for weight in Weight::ALL.into_iter().filter(|_| !word.starts_with('~')) {
            let mut file = 0;
            for _ in 0..read_number(&mut rest)? {
                file += read_number(&mut rest)?;
                list.push((u16::try_from(file).ok()?, weight));
            }
        }
        words.push((word.into(), list));
    }
    Some(words)
}

/// The opposite of [`number`]. `None`: it is longer than any that is written.
fn read_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21] {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Level 7 takes longer, for files of the index that are less than one in a hundred smaller.
const LEVEL: Compression = Compression::new(5);

thread_local! {
    // One has some hundred kilobytes of tables, and a file of the index has a few kilobytes.
    static ENCODER: RefCell<DeflateEncoder<Vec<u8>>> =
        RefCell::new(DeflateEncoder::new(Vec::new(), LEVEL));
}

/// DEFLATE without a frame, as `DecompressionStream("deflate-raw")` reads it.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    ENCODER.with_borrow_mut(|encoder| {
        encoder.get_mut().reserve(bytes.len() / 2);
        // Writing to memory cannot fail.
        let _ = encoder.write_all(bytes);
        encoder.reset(Vec::new()).unwrap_or_default()
    })
}

/// The opposite of [`deflated`]. `None`: it is damaged.
pub(super) fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::with_capacity(bytes.len() * 3);
    DeflateDecoder::new(bytes).read_to_end(&mut content).ok()?;
    Some(content)
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::{List, Weight, lists, read_lists};

    #[test]
    fn a_list_is_written_as_steps() {
        let words = [("ab".into(), smallvec![(300, Weight::Name), (7, Weight::Name)])];
        assert_eq!(lists(&words), [2, b'a', b'b', 0, 2, 7, 0xa5, 2, 0, 0]);
    }

    #[test]
    fn lists_are_read_as_they_were_written_and_a_part_of_one_is_not() {
        let long: List = (0..300).map(|number| (number * 7, Weight::Text)).collect();
        let words = [
            (
                "ab".into(),
                smallvec![(300, Weight::First), (7, Weight::Name), (65_535, Weight::Text)],
            ),
            ("é".repeat(99).into(), long),
            ("~ba".into(), List::new()),
        ];
        let bytes = lists(&words);
        assert_eq!(read_lists(&bytes).unwrap(), words);
        assert_eq!(read_lists(&bytes[..bytes.len() - 2]), None);
    }
}
