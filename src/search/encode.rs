//! Owns the bytes of the index. docs/search.md has the format in words.

use serde_json::{Value, json};

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

impl Weight {
    const ALL: [Weight; 4] = [Weight::First, Weight::Name, Weight::Server, Weight::Text];
}

/// The rows of a tool file as JSON.
pub(super) fn rows(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut servers: Vec<&str> = entries.iter().map(|entry| entry.server.slug).collect();
    servers.sort_unstable();
    servers.dedup();
    let row = |entry: &Entry<'_>| -> Value {
        let server = servers.binary_search(&entry.server.slug).unwrap_or(0);
        let text = entry.text;
        if let Some(tool) = entry.tool {
            let code = tool.category.index() * 4 + tool.risk.index();
            return json!([server, code, tool.name, tool.slug, text.title, text.line, text.more]);
        }
        let of = entry.server;
        let more = format!("{} {}", text.more, text.identifiers.replace('\n', " "));
        json!([server, -1, of.name, "", "", of.line, more.trim()])
    };
    let title = |slug: &str| {
        let entry = entries.iter().find(|entry| entry.server.slug == slug);
        entry.map_or_else(Value::default, |entry| {
            json!([slug, entry.server.title, entry.server.name])
        })
    };
    let table: Vec<Value> = servers.iter().map(|slug| title(slug)).collect();
    let rows: Vec<Value> = entries.iter().map(row).collect();
    json!({"servers": table, "rows": rows}).to_string().into_bytes()
}

/// The root as JSON: the first word of every word file with the number of the file.
pub(super) fn root(firsts: &[(&str, u16)]) -> Vec<u8> {
    let files: Vec<Value> =
        firsts.iter().map(|(word, number)| json!([word, format!("{number:04x}")])).collect();
    json!({"stop": STOP_WORDS, "files": files}).to_string().into_bytes()
}

/// A word file: for each word its length in bytes, its text, and for each weight from the highest
/// a list of tool files: how many, then the steps between their sorted numbers.
pub(super) fn lists(words: &[(String, Vec<(u16, Weight)>)]) -> Vec<u8> {
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

/// DEFLATE without a frame, as `DecompressionStream("deflate-raw")` reads it.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(bytes, 7)
}

#[cfg(test)]
mod tests {
    use super::{Weight, lists};

    #[test]
    fn a_list_is_written_as_steps() {
        let words = [("ab".to_owned(), vec![(300, Weight::Name), (7, Weight::Name)])];
        assert_eq!(lists(&words), [2, b'a', b'b', 0, 2, 7, 0xa5, 2, 0, 0]);
    }
}
