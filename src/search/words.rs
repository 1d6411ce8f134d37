//! Owns words: how a text becomes the words by which it is found. `static/search.js` cuts a query
//! by the same rules.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// Longer words are cut: nobody types them, and a hostile text could be one word.
const LONGEST: usize = 32;

/// With more cuts a run is no word that somebody would write in small letters, like `GitHub`.
const MOST_CUTS: usize = 2;

/// Words that are in so many texts that they find nothing, in order. Each of them would put a list
/// of most tool files into the index, which a new tool then changes.
pub(super) const STOP_WORDS: &[&str] = &[
    "a", "about", "also", "an", "and", "any", "are", "as", "at", "based", "be", "because", "been",
    "being", "between", "both", "but", "by", "can", "do", "does", "during", "each", "eg", "either",
    "else", "etc", "even", "for", "from", "given", "has", "have", "how", "however", "i", "ie",
    "if", "in", "instead", "into", "is", "it", "its", "itself", "might", "more", "most", "must",
    "not", "of", "on", "only", "onto", "or", "other", "our", "per", "provided", "s", "same",
    "shall", "should", "since", "so", "some", "such", "t", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "through", "to", "too", "unless", "until",
    "upon", "used", "uses", "using", "very", "via", "was", "we", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whose", "why", "will", "with", "within", "without",
    "would", "you", "your",
];

/// Calls back with every word of a text: letters and digits in lower case without their marks, cut
/// where a small letter meets a capital; then also an uncut word, so that `GitHub` is found as
/// `github`. Signs of Chinese and Japanese, which put no spaces between words, stand alone.
pub(super) fn each(text: &str, receive: &mut dyn FnMut(&str)) {
    let mut cutter = Cutter { folded: String::new(), receive };
    if text.is_ascii() {
        let mut start = 0;
        let ends = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_alphanumeric());
        for end in ends.map(|(at, _)| at).chain([text.len()]) {
            if start < end {
                cutter.run(text.get(start..end).unwrap_or_default());
            }
            start = end + 1;
        }
        return;
    }
    let text = &*plain(text);
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let is_alone = stands_alone(character);
        if character.is_alphanumeric() && !is_alone {
            continue;
        }
        let end = at + character.len_utf8();
        cutter.run(text.get(start..at).unwrap_or_default());
        if is_alone {
            cutter.word(text.get(at..end).unwrap_or_default());
        }
        start = end;
    }
    cutter.run(text.get(start..).unwrap_or_default());
}

/// A whole name as it stands among the words: marked as one, without anything between its words,
/// and cut like a word. So somebody types it who leaves the underscores out.
pub(super) fn whole(name: &str) -> String {
    let plain = plain(name);
    let kept: String = plain.chars().filter(|character| character.is_alphanumeric()).collect();
    let mut folded = String::new();
    fold(&kept, &mut folded);
    ["=", &folded].concat()
}

/// Cuts runs of letters and digits into words.
struct Cutter<'receiver> {
    folded: String,
    receive: &'receiver mut dyn FnMut(&str),
}

impl Cutter<'_> {
    fn run(&mut self, run: &str) {
        let is_small = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if run.bytes().all(is_small) {
            let word = run.get(..LONGEST).unwrap_or(run);
            if !word.is_empty() && !is_stop_word(word) {
                (self.receive)(word);
            }
            return;
        }
        let mut start = 0;
        let mut cuts = 0;
        let mut before = None;
        let mut characters = run.char_indices().peekable();
        while let Some((at, here)) = characters.next() {
            let after = characters.peek().map(|(_, after)| *after);
            if before.is_some_and(|before| is_cut(before, here, after)) {
                self.word(run.get(start..at).unwrap_or_default());
                start = at;
                cuts += 1;
            }
            before = Some(here);
        }
        self.word(run.get(start..).unwrap_or_default());
        if (1..=MOST_CUTS).contains(&cuts) {
            self.word(run);
        }
    }

    fn word(&mut self, letters: &str) {
        fold(letters, &mut self.folded);
        if !self.folded.is_empty() && !is_stop_word(&self.folded) {
            (self.receive)(&self.folded);
        }
    }
}

/// Looks at the few stop words with the same first letter only: most words are none.
fn is_stop_word(word: &str) -> bool {
    let first = word.as_bytes().first().map_or(usize::MAX, |letter| usize::from(*letter));
    STARTS
        .get(first..first.saturating_add(2))
        .is_some_and(|starts| STOP_WORDS[starts[0]..starts[1]].contains(&word))
}

/// For each byte where the stop words begin whose first letter is not before it.
const STARTS: [usize; 128] = {
    let mut starts = [STOP_WORDS.len(); 128];
    let mut at = STOP_WORDS.len();
    let mut letter = starts.len();
    while letter > 0 {
        letter -= 1;
        while at > 0 && STOP_WORDS[at - 1].as_bytes()[0] as usize >= letter {
            at -= 1;
        }
        starts[letter] = at;
    }
    starts
};

/// Whether a word of a run ends before a letter.
fn is_cut(before: char, here: char, after: Option<char>) -> bool {
    let after_is_small = || after.is_some_and(char::is_lowercase);
    here.is_uppercase()
        && (before.is_lowercase()
            || before.is_ascii_digit()
            || (before.is_uppercase() && after_is_small()))
}

/// Marks above and below letters, and around them.
static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{Mn}\p{Me}]").ok());

/// A text in the letters in which it is cut: without the marks that some write with a letter, some
/// behind it, and some not at all.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd() {
        match letter {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    match MARKS.as_ref().map(|marks| marks.replace_all(&plain, "")) {
        Some(Cow::Owned(without)) => without.into(),
        _ => plain.into(),
    }
}

/// Writes letters of a [`plain`] text as they are compared.
fn fold(letters: &str, folded: &mut String) {
    folded.clear();
    if letters.is_ascii() {
        folded.push_str(letters.get(..LONGEST).unwrap_or(letters));
        folded.make_ascii_lowercase();
        return;
    }
    let kept = letters.chars().filter(|letter| letter.is_alphanumeric());
    folded.extend(kept.flat_map(char::to_lowercase).take(LONGEST));
}

/// Whether a word is one sign, which says less than a word of letters.
pub(super) fn is_sign(word: &str) -> bool {
    word.chars().next().is_some_and(stands_alone)
}

/// Signs of Chinese and Japanese.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{each, whole};

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
        assert_eq!(words("getAllOpenIssues"), ["get", "all", "open", "issues"]);
    }

    #[test]
    fn marks_and_stop_words_are_left_out_and_signs_stand_alone() {
        assert_eq!(words("The café of É"), ["cafe", "e"]);
        assert_eq!(words("検索 tool"), ["検", "索", "tool"]);
        assert_eq!(words("ガ"), ["カ"]);
        // However the marks are written, and whether they are.
        for resume in ["Résumé", "Re\u{301}sume\u{301}", "RESUME"] {
            assert_eq!(words(resume), ["resume"]);
            assert_eq!(whole(resume), "=resume");
        }
        for (text, expected) in [
            ("ﾃﾞｰﾀ", "テータ"),
            ("حَذْفُ", "حذف"),
            ("שָׁלוֹם", "שלום"),
            ("Straße", "strasse"),
            ("KAPISI kapısı", "kapisi kapisi"),
            ("प्रकाशित", "परकाशित"),
        ] {
            let found = words(text).join(if text.starts_with('ﾃ') { "" } else { " " });
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn stop_words_stand_in_order_and_none_is_a_word() {
        assert!(super::STOP_WORDS.is_sorted());
        assert_eq!(words(&super::STOP_WORDS.join(" ")), [""; 0]);
        assert!(super::STOP_WORDS.iter().all(|word| super::is_stop_word(word)));
        assert_eq!(words("b o th withs"), ["b", "o", "th", "withs"]);
    }

    #[test]
    fn a_whole_name_has_no_separators_and_is_no_longer_than_a_word() {
        assert_eq!(whole("stop_runtime.Session"), "=stopruntimesession");
        assert_eq!(whole("Café_É 2"), "=cafee2");
        assert_eq!(whole(&"_X".repeat(999)), format!("={}", "x".repeat(super::LONGEST)));
        assert_eq!(whole("__"), "=");
    }
}
