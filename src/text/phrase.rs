//! Owns phrases: sentences that mix words with code and emphasis, kept apart so that the same
//! sentence can stand in HTML and in plain text.

use std::ops::Range;

use crate::text::cut::{cut, has_at_most};
use crate::text::escape::{Html, escape_html};

/// Longer code is shown in part: a sentence is there to be read.
const LONGEST_CODE: usize = 400;

/// A sentence or two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    text: String,
    /// Where in the text stands what is no word of the sentence.
    apart: Vec<(Range<usize>, Apart)>,
}

/// What stands in a phrase and is none of its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    Code,
    Quote,
}

impl Phrase {
    /// An empty phrase to add to.
    pub fn new() -> Phrase {
        // Most phrases need no more.
        Phrase { text: String::with_capacity(320), apart: Vec::with_capacity(4) }
    }

    /// The phrase with more words. Foreign words are as safe here as ours.
    #[must_use]
    pub fn words(mut self, words: impl AsRef<str>) -> Phrase {
        self.text.push_str(words.as_ref());
        self
    }

    /// Whether a piece of code is shown whole.
    pub fn shows_whole(code: &str) -> bool {
        has_at_most(code, LONGEST_CODE)
    }

    /// The phrase with a piece of code, such as a name or a literal, cut if it is very long.
    #[must_use]
    pub fn code(mut self, code: impl AsRef<str>) -> Phrase {
        let code = code.as_ref();
        let start = self.text.len();
        if Phrase::shows_whole(code) {
            self.text.push_str(code);
        } else {
            self.text.push_str(&cut(code, LONGEST_CODE));
        }
        self.apart.push((start..self.text.len(), Apart::Code));
        self
    }

    /// The phrase with a sentence of somebody else, in its quotation marks. It may be of any script.
    #[must_use]
    pub fn quote(mut self, quote: &str) -> Phrase {
        let start = self.text.len();
        self.text.push_str(quote);
        self.apart.push((start..self.text.len(), Apart::Quote));
        self
    }

    /// The phrase followed by another.
    #[must_use]
    pub fn then(mut self, other: &Phrase) -> Phrase {
        let start = self.text.len();
        self.text.push_str(&other.text);
        let moved = |range: &Range<usize>| start + range.start..start + range.end;
        self.apart.extend(other.apart.iter().map(|(range, apart)| (moved(range), *apart)));
        self
    }

    /// Our own sentence in which `{tool}` stands for code, `{server}` for words, and a part in
    /// backticks for code. Foreign text comes in through the values only.
    pub fn from_pattern(pattern: &str, tool: &str, server: &str) -> Phrase {
        let mut phrase = Phrase::new();
        for (index, piece) in pattern.split('`').enumerate() {
            if index % 2 == 1 {
                phrase = phrase.code(piece);
                continue;
            }
            for (index, words) in piece.split("{tool}").enumerate() {
                if index > 0 {
                    phrase = phrase.code(tool);
                }
                for (index, words) in words.split("{server}").enumerate() {
                    phrase = phrase.words(if index > 0 { server } else { "" }).words(words);
                }
            }
        }
        phrase
    }

    /// The phrase without its markup.
    pub fn plain(&self) -> &str {
        &self.text
    }

    /// The phrase as HTML, code in `<code>`. Code and quotes are kept from changing the direction of
    /// the line.
    pub fn html(&self) -> Html {
        let mut html = Vec::with_capacity(self.text.len() + 32 * self.apart.len());
        let add = |range: Range<usize>, html: &mut Vec<u8>| {
            // Writing to memory cannot fail.
            let _ = escape_html(self.text.get(range).unwrap_or_default(), html);
        };
        let mut end = 0;
        for (range, apart) in &self.apart {
            add(end..range.start, &mut html);
            let (before, after) = match apart {
                Apart::Code => ("<code><bdi>", "</bdi></code>"),
                Apart::Quote => ("<bdi>", "</bdi>"),
            };
            html.extend_from_slice(before.as_bytes());
            add(range.clone(), &mut html);
            html.extend_from_slice(after.as_bytes());
            end = range.end;
        }
        add(end..self.text.len(), &mut html);
        Html::from_utf8(html)
    }
}

/// The names in braces of a pattern, to find those that mean nothing.
pub fn placeholders(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_has_a_direction_of_its_own_wherever_it_stands() {
        let quote = Phrase::new().quote("“يقرأ & يكتب.”");
        let phrase = Phrase::new().words("It says: ").then(&quote).words(" It is ").code("read");
        assert_eq!(phrase.plain(), "It says: “يقرأ & يكتب.” It is read");
        assert_eq!(
            phrase.html().as_str(),
            "It says: <bdi>“يقرأ &amp; يكتب.”</bdi> It is <code><bdi>read</bdi></code>"
        );
    }

    #[test]
    fn code_is_cut_by_its_characters() {
        let long = "語".repeat(LONGEST_CODE);
        assert_eq!(Phrase::new().code(&long).plain(), long);
        assert!(Phrase::shows_whole(&long));
        let longer = long + "語";
        assert!(Phrase::new().code(&longer).plain().ends_with('…'));
        assert!(!Phrase::shows_whole(&longer));
    }

    #[test]
    fn a_pattern_takes_foreign_names_as_text() {
        let phrase =
            Phrase::from_pattern("Call {tool} on {server} with `max`.", "<b>`{server}`", "S&T");
        assert_eq!(phrase.plain(), "Call <b>`{server}` on S&T with max.");
        assert_eq!(
            phrase.html().as_str(),
            "Call <code><bdi>&lt;b&gt;`{server}`</bdi></code> on S&amp;T with <code><bdi>max</bdi></code>."
        );
    }
}
