//! Owns which tools a description tells a model not to use.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

/// Words of which every such phrase has one, and how the word after it begins. Most descriptions
/// have no such pair, which is sooner said than with the pattern.
static NEEDLES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["instead", "rather", "place", "not", "don't", "never", "stop"];
    // A prefilter looks for letters that nearly every text has.
    AhoCorasick::builder().ascii_case_insensitive(true).prefilter(false).build(words).ok()
});

const FOLLOWERS: [&str; 4] = ["of", "than", "us", "call"];

/// A phrase that turns a model away from what follows, and a name: one in quotes, or one that no
/// word of a language could be.
static TURNS_AWAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)\b(?:instead\s+of|rather\s+than|in\s+place\s+of|(?:do\s+not|don't|never|stop)\s+(?:use|using|call|calling))",
        r"\s+(?:(?:the|using|calling|other|tool|tools|old)\s+){0,3}",
        r#"(?:[`'"]([a-z][a-z0-9_.-]{2,80})[`'"]|\b([a-z][a-z0-9]*(?:[_-][a-z0-9]+)+|[a-z]+(?-i:[A-Z])[a-z0-9]+)\b)"#
    ))
    .ok()
});

/// The names of the tools that a description tells a model not to use.
pub fn rivals(description: &str) -> impl Iterator<Item = &str> {
    let phrase = TURNS_AWAY.as_ref().filter(|_| has_needle(description));
    let found = phrase.into_iter().flat_map(|phrase| phrase.captures_iter(description));
    found.filter_map(|found| Some(found.get(1).or_else(|| found.get(2))?.as_str()))
}

fn has_needle(description: &str) -> bool {
    let Some(needles) = NEEDLES.as_ref() else { return false };
    needles.find_iter(description).any(|needle| {
        let rest = description.get(needle.end()..).unwrap_or_default();
        let next = rest.trim_start_matches(['\t', '\n', '\x0b', '\x0c', '\r', ' ']);
        let begins = |word: &&str| {
            next.get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
        };
        FOLLOWERS.iter().any(begins)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_turn_a_model_away_is_found() {
        for phrase in [
            "Instead of",
            "rather  than the old",
            "IN PLACE OF",
            "do not use",
            "Don't call the tool",
            "never using",
            "Stop calling",
            "It is not done. Never\u{b}\n CALL",
        ] {
            let description = format!("Reads a file. {phrase} `read_file`, always.");
            assert_eq!(rivals(&description).collect::<Vec<_>>(), ["read_file"], "{phrase}");
        }
        assert_eq!(rivals("Reads a file. Use `read_file`.").count(), 0);
    }

    /// A pattern that does not compile would find nothing, and nobody would miss it.
    #[test]
    fn the_pattern_compiles() {
        assert!(TURNS_AWAY.is_some());
        assert!(NEEDLES.is_some());
    }
}
