//! Owns phrases: sentences that mix words with code and emphasis, kept apart so that the same
//! sentence can stand in HTML and in plain text.

use crate::text::cut::cut;
use crate::text::escape::{Html, escape_html};

/// Longer code is shown in part: a sentence is there to be read.
const LONGEST_CODE: usize = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Code(String),
}

/// A sentence or two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    parts: Vec<Part>,
}

impl Phrase {
    /// An empty phrase to add to.
    pub fn new() -> Phrase {
        Phrase::default()
    }

    /// The phrase with more words. Foreign words are as safe here as ours.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Phrase {
        self.parts.push(Part::Words(words.into()));
        self
    }

    /// The phrase with a piece of code, such as a name or a literal, cut if it is very long.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Phrase {
        let code = code.into();
        let is_long = code.len() > LONGEST_CODE;
        self.parts.push(Part::Code(if is_long { cut(&code, LONGEST_CODE) } else { code }));
        self
    }

    /// The phrase followed by another.
    #[must_use]
    pub fn then(mut self, other: Phrase) -> Phrase {
        self.parts.extend(other.parts);
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
                phrase = phrase.words(words.replace("{server}", server));
            }
        }
        phrase
    }

    /// The phrase without its markup.
    pub fn plain(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Words(text) | Part::Code(text) => text.as_str(),
            })
            .collect()
    }

    /// The phrase as HTML, code in `<code>` and kept from changing the direction of its line.
    pub fn html(&self) -> Html {
        let mut html = Vec::new();
        for part in &self.parts {
            let (before, text, after) = match part {
                Part::Words(text) => ("", text, ""),
                Part::Code(text) => ("<code><bdi>", text, "</bdi></code>"),
            };
            html.extend_from_slice(before.as_bytes());
            // Writing to memory cannot fail.
            let _ = escape_html(text, &mut html);
            html.extend_from_slice(after.as_bytes());
        }
        Html::from_escaped(String::from_utf8_lossy(&html).into_owned())
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
