//! Owns the words of names and texts, and whether a text speaks of a name.

use std::collections::{BTreeSet, HashSet};

/// Of longer names so many words are looked for.
const LONGEST: usize = 8;

/// The words of a text, or of a name in any style, in lower case. Scripts without capitals, some of
/// which have no spaces, part from those with.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut was_lower, mut was_caseless) = (false, false);
    for letter in name.chars() {
        let is_caseless =
            letter.is_alphabetic() && !letter.is_lowercase() && !letter.is_uppercase();
        let ends = !letter.is_alphanumeric()
            || (letter.is_uppercase() && was_lower)
            || is_caseless != was_caseless;
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        was_caseless = is_caseless;
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
        .map(|name| singular(name.as_ref()).into_iter().take(LONGEST).collect())
        .filter(|words: &Vec<String>| !words.is_empty())
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
    fn names_are_found_beside_other_scripts_and_however_long_they_are() {
        assert!(mentions("按照note_id获取笔记", "noteId"));
        let long = "whether_all_of_the_notes_of_a_folder_are_sent";
        assert!(mentions(&format!("Sends notes. {long}: yes or no"), long));
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
