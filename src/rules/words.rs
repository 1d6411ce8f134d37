//! Owns the words of names and texts, and whether a text speaks of a name.

use std::collections::{BTreeSet, HashSet};

/// Names of more words are not looked for.
const LONGEST: usize = 8;

/// The words of a text, or of a name in any style, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        let ends = !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower);
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a text has one of some names in it: all its words, in any style, in the singular or the
/// plural. It takes time in proportion to the text and the names together.
pub(super) fn mentions_any<Name: AsRef<str>>(
    text: &str,
    names: impl IntoIterator<Item = Name>,
) -> bool {
    let names: HashSet<Vec<String>> = names
        .into_iter()
        .map(|name| singular(name.as_ref()))
        .filter(|words| (1..=LONGEST).contains(&words.len()))
        .collect();
    let lengths: BTreeSet<usize> = names.iter().map(Vec::len).collect();
    let text = singular(text);
    lengths.into_iter().any(|length| text.windows(length).any(|run| names.contains(run)))
}

/// The words without the "s" of a plural.
fn singular(text: &str) -> Vec<String> {
    let mut words = words(text);
    for word in words.iter_mut().filter(|word| word.len() > 2 && word.ends_with('s')) {
        word.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(text: &str, name: &str) -> bool {
        mentions_any(text, [name])
    }

    #[test]
    fn names_are_found_in_any_style_and_number() {
        for text in ["The noteId of it", "the Note ID", "`note_id`: which", "Note-ids."] {
            for name in ["note_id", "noteId", "note-ids"] {
                assert!(mentions(text, name), "{text} {name}");
            }
        }
    }

    #[test]
    fn parts_of_words_are_no_mention() {
        assert!(!mentions("Identifies a note.", "id"));
        assert!(!mentions("Gets the footnote.", "note"));
        assert!(!mentions("The note has an id.", "note_id"));
        assert!(!mentions("Anything.", "_"));
        assert!(!mentions("", "id"));
    }
}
