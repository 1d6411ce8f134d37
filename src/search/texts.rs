//! Owns the texts that a search looks through: those of one server and its tools lie in one block,
//! because a catalogue has many and most are short.

use super::words;

/// Words of a description that can be found beside those of its first sentence. Two signs of
/// Chinese or Japanese count as one.
const MOST_WORDS: usize = 48;
/// Words of an entry that are told apart.
const MOST_KNOWN: usize = 256;

/// The texts of an entry, as short as they are still found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text<'texts> {
    /// The title of a tool that has one.
    pub title: &'texts str,
    /// What a result shows.
    pub line: &'texts str,
    /// The words of the line that stand neither in the name nor in the title, separated by spaces.
    pub line_words: &'texts str,
    /// Further words, separated by spaces.
    pub more: &'texts str,
    /// Identifiers under which the exact search knows a server, one a line.
    pub identifiers: &'texts str,
}

/// The texts of a server and of its tools.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    block: String,
    /// Where the five texts of each entry end.
    ends: Vec<[usize; 5]>,
}

impl Texts {
    /// Adds an entry: the texts, and the words of the line and of `description` that stand nowhere
    /// before.
    pub fn add(&mut self, name: &str, text: Text<'_>, description: &str) {
        let mut known = Known::new();
        for shown in [name, text.title] {
            words::each(shown, &mut |word| {
                known.add(word);
            });
        }
        let mut line_words = String::with_capacity(text.line.len());
        words::each(text.line, &mut |word| {
            if known.add(word) {
                line_words.push_str(word);
                line_words.push(' ');
            }
        });
        let mut more = text.more.to_owned();
        let mut room = 2 * MOST_WORDS;
        words::each(description, &mut |word| {
            if room > 0 && word.len() > 1 && known.add(word) {
                more.push_str(if room < 2 * MOST_WORDS { " " } else { "" });
                more.push_str(word);
                room -= if words::is_sign(word) { 1 } else { 2.min(room) };
            }
        });
        let texts = [text.title, text.line, line_words.trim_end(), &more, text.identifiers];
        let ends = texts.map(|text| {
            self.block.push_str(text);
            self.block.len()
        });
        self.ends.push(ends);
    }

    /// The texts of an entry, by its position.
    pub fn get(&self, index: usize) -> Text<'_> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before][4]);
        let ends = self.ends[index];
        let part = |start: usize, end: usize| self.block.get(start..end).unwrap_or_default();
        Text {
            title: part(start, ends[0]),
            line: part(ends[0], ends[1]),
            line_words: part(ends[1], ends[2]),
            more: part(ends[2], ends[3]),
            identifiers: part(ends[3], ends[4]),
        }
    }
}

/// The words of one entry. There are so few that to go through them takes less than a table; of a
/// name that is made of more words the others are not known.
struct Known {
    letters: String,
    ends: Vec<usize>,
}

impl Known {
    /// None yet, with room for those of most entries.
    fn new() -> Known {
        Known { letters: String::with_capacity(512), ends: Vec::with_capacity(64) }
    }

    /// Adds a word. Answers whether it is new.
    fn add(&mut self, word: &str) -> bool {
        let mut start = 0;
        for end in &self.ends {
            if end - start == word.len() && self.letters.get(start..*end) == Some(word) {
                return false;
            }
            start = *end;
        }
        if self.ends.len() < MOST_KNOWN {
            self.letters.push_str(word);
            self.ends.push(self.letters.len());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Texts};

    #[test]
    fn each_entry_has_its_own_texts() {
        let mut texts = Texts::default();
        let first = Text { title: "Stop", line: "Stops a scan.", ..Text::default() };
        texts.add("stop_scan", first, "Stops a scan. Running ones stop first.");
        texts.add("x", Text { identifiers: "pypi\nx", ..Text::default() }, "");
        let words = Text { line_words: "stops", more: "running ones first", ..first };
        assert_eq!(texts.get(0), words);
        assert_eq!(texts.get(1), Text { identifiers: "pypi\nx", ..Text::default() });
    }
}
