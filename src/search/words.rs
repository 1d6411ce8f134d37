//! Owns words: how a text becomes the words by which it is found. `static/search.js` cuts a query
//! by the same rules.

use unicode_normalization::UnicodeNormalization;

/// Longer words are cut: nobody types them, and a hostile text could be one word.
const LONGEST: usize = 32;

/// Words that are in so many texts that they find nothing.
pub(super) const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "if", "in", "is", "it",
    "its", "not", "of", "on", "or", "that", "the", "this", "to", "when", "with", "you", "your",
];

/// Calls back with every word of a text: letters and digits in lower case without their marks, cut
/// where a small letter meets a capital; then also the uncut word, so that `GitHub` is found as
/// `github`. Signs of scripts that put no spaces between words stand alone.
pub(super) fn each(text: &str, receive: &mut dyn FnMut(&str)) {
    let mut run: Vec<char> = Vec::new();
    for character in text.chars() {
        if character.is_alphanumeric() && !stands_alone(character) {
            run.push(character);
            continue;
        }
        end(&mut run, receive);
        if stands_alone(character) {
            receive(character.encode_utf8(&mut [0; 4]));
        }
    }
    end(&mut run, receive);
}

/// A name without anything between its words, cut like a word: how somebody types it who leaves
/// the underscores out.
pub(super) fn joined(name: &str) -> String {
    let kept: String = name.chars().filter(|character| character.is_alphanumeric()).collect();
    fold(&kept.chars().take(LONGEST * 2).collect::<Vec<char>>())
}

fn end(run: &mut Vec<char>, receive: &mut dyn FnMut(&str)) {
    if run.is_empty() {
        return;
    }
    let mut start = 0;
    for at in 1..run.len() {
        let (before, here) = (run[at - 1], run[at]);
        let after_is_small = run.get(at + 1).is_some_and(|after| after.is_lowercase());
        let is_cut = here.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || (before.is_uppercase() && after_is_small));
        if is_cut {
            word(&run[start..at], receive);
            start = at;
        }
    }
    word(&run[start..], receive);
    if start > 0 {
        word(run, receive);
    }
    run.clear();
}

fn word(letters: &[char], receive: &mut dyn FnMut(&str)) {
    let folded = fold(letters);
    if !folded.is_empty() && !STOP_WORDS.contains(&folded.as_str()) {
        receive(&folded);
    }
}

fn fold(letters: &[char]) -> String {
    let letters = &letters[..letters.len().min(LONGEST * 2)];
    let kept: String = if letters.iter().all(char::is_ascii) {
        letters.iter().map(char::to_ascii_lowercase).collect()
    } else {
        let plain = letters.iter().copied().nfkd();
        plain.filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    kept.chars().take(LONGEST).collect()
}

/// Signs of Chinese and Japanese.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{each, joined};

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each(text, &mut |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn names_in_every_style_have_the_same_words() {
        for name in ["stop_runtime_session", "stop.runtime.session", "stop-runtime session"] {
            assert_eq!(words(name), ["stop", "runtime", "session"], "{name}");
        }
        assert_eq!(
            words("stopRuntimeSession"),
            ["stop", "runtime", "session", "stopruntimesession"]
        );
        assert_eq!(words("getHTTPServer2"), ["get", "http", "server2", "gethttpserver2"]);
    }

    #[test]
    fn marks_and_stop_words_are_left_out_and_signs_stand_alone() {
        assert_eq!(words("The café of É"), ["cafe", "e"]);
        assert_eq!(words("検索 tool"), ["検", "索", "tool"]);
    }

    #[test]
    fn a_name_is_joined_without_its_separators() {
        assert_eq!(joined("stop_runtime.Session"), "stopruntimesession");
        assert_eq!(joined(&"x".repeat(999)).len(), super::LONGEST);
    }
}
