//! Owns which tools a description tells a model not to use.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};
use regex::Regex;

/// Words of which every such phrase has one, the word that stands before it there, and how the one
/// after it begins.
const NEEDLES: [(&str, &str); 7] = [
    ("instead", ""),
    ("rather", ""),
    ("place", "in"),
    ("not", "do"),
    ("don't", ""),
    ("never", ""),
    ("stop", ""),
];
const FOLLOWERS: [&str; 4] = ["of", "than", "us", "call"];

static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = NEEDLES.iter().map(|(word, _)| word);
    // Many letters are looked at in one step, which is only done for words as they are written, and
    // for the leftmost of them.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
});

/// A phrase that turns a model away from what follows, and a name: one in quotes, or one that no
/// word of a language could be. It is tried only where it can begin: to look for it everywhere
/// takes longer than all else that is looked for in a description.
static TURNS_AWAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?i-u)(?:instead\s+of|rather\s+than|in\s+place\s+of|(?:do\s+not|don't|never|stop)\s+(?:use|using|call|calling))",
        r"\s+(?:(?:the|using|calling|other|tool|tools|old)\s+){0,3}",
        r#"(?:[`'"]([a-z][a-z0-9_.-]{2,80})[`'"]|\b([a-z][a-z0-9]*(?:[_-][a-z0-9]+)+|[a-z]+(?-i:[A-Z])[a-z0-9]+)\b)"#
    ))
    .ok()
});

/// More names of one description are not looked for.
const MOST_RIVALS: usize = 16;

/// The names of the tools that a description tells a model not to use, each once.
pub fn rivals(description: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in mentions(description) {
        if names.len() == MOST_RIVALS {
            break;
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn mentions(description: &str) -> impl Iterator<Item = &str> {
    let mut end = 0;
    beginnings(description).into_iter().filter_map(move |start| {
        if start < end {
            return None;
        }
        let found = TURNS_AWAY.as_ref()?.captures(description.get(start..)?)?;
        end = start + found.get(0)?.end();
        Some(found.get(1).or_else(|| found.get(2))?.as_str())
    })
}

/// Where such a phrase can begin.
fn beginnings(description: &str) -> Vec<usize> {
    let in_lower_case = description.to_ascii_lowercase();
    let needles = WORDS.as_ref().into_iter().flat_map(|words| words.find_iter(&in_lower_case));
    let beginning = |needle: Match| {
        let next = description.get(needle.end()..)?.trim_start_matches(SPACES);
        let follows = |word: &str| {
            next.get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
        };
        if !FOLLOWERS.iter().any(|word| follows(word)) {
            return None;
        }
        let (_, first) = NEEDLES.get(needle.pattern().as_usize())?;
        let before = description.get(..needle.start())?;
        let before = if first.is_empty() { before } else { before.trim_end_matches(SPACES) };
        let start = before.len().checked_sub(first.len())?;
        let is_whole = before.get(start..)?.eq_ignore_ascii_case(first)
            && !before.as_bytes()[..start].last().copied().is_some_and(is_in_word);
        is_whole.then_some(start)
    };
    needles.filter_map(beginning).collect()
}

/// What `\s` is in the pattern.
const SPACES: [char; 6] = ['\t', '\n', '\x0b', '\x0c', '\r', ' '];

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;

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
            assert_eq!(rivals(&description), ["read_file"], "{phrase}");
        }
        assert!(rivals("Reads a file. Use `read_file`.").is_empty());
    }

    #[test]
    fn the_first_sixteen_names_are_found_each_once() {
        let names: Vec<String> = (10..30).map(|number| format!("tool_{number}")).collect();
        let mentions = |name: &String| format!("Do not use `{name}`. Do not call `{name}`. ");
        let description: String = names.iter().map(mentions).collect();
        assert_eq!(rivals(&description), names[..16]);
    }

    /// A pattern that does not compile would find nothing, and nobody would miss it.
    #[test]
    fn the_pattern_compiles() {
        assert!(TURNS_AWAY.is_some());
        assert!(WORDS.is_some());
    }

    static EVERYWHERE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = TURNS_AWAY.as_ref().unwrap().as_str();
        Regex::new(&[r"(?i-u)\b", pattern.strip_prefix("^(?i-u)").unwrap()].concat()).unwrap()
    });

    /// What the pattern finds if it is looked for everywhere.
    fn everywhere(description: &str) -> Vec<&str> {
        let found = EVERYWHERE.captures_iter(description);
        found.map(|found| found.get(1).or_else(|| found.get(2)).unwrap().as_str()).collect()
    }

    /// Something that is often a phrase with a name, and often nearly one.
    fn nearly_a_phrase() -> impl Strategy<Value = String> {
        let one_of = |words: &[&'static str]| prop::sample::select(words.to_vec());
        let space = || one_of(&[" ", " ", " ", "\n\t", "", "\u{a0}"]);
        (
            one_of(&["", "", " ", "(", "x", "_", "é", "in ", "do "]),
            one_of(&[
                "Instead", "rather", "in place", "do not", "don't", "never", "stop", "not", "place",
            ]),
            space(),
            one_of(&["of", "than", "use", "USING", "call", "calling", "us"]),
            space(),
            one_of(&["", "", "the ", "other tool ", "using "]),
            one_of(&[
                "read_file",
                "`a.b`",
                "readFile",
                "read-stop use `a.b`",
                "'instead'",
                "file",
                "",
            ]),
            one_of(&["", " ", ". ", "`", "_"]),
        )
            .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h].concat())
    }

    proptest! {
        #[test]
        fn nothing_is_missed_where_the_pattern_is_not_tried(
            phrases in prop::collection::vec(nearly_a_phrase(), 0..6)
        ) {
            let description = phrases.concat();
            prop_assert_eq!(mentions(&description).collect::<Vec<_>>(), everywhere(&description));
        }
    }

    /// The property above would hold of a generator that never makes a phrase.
    #[test]
    fn what_is_nearly_a_phrase_is_one_often_enough() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let phrases =
            (0..1_000).map(|_| nearly_a_phrase().new_tree(&mut runner).unwrap().current());
        let found = phrases.filter(|phrase| !everywhere(phrase).is_empty()).count();
        assert!((50..950).contains(&found), "{found} of 1,000");
    }
}
