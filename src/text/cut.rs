//! Owns shortening: one line, a bounded length, never in the middle of a character.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// A longer name is shown in part. Real ones have at most a quarter of it.
const LONGEST_NAME: usize = 200;

/// Folds every run of white space and control characters into one space.
pub fn one_line(text: &str) -> String {
    if is_one_line(text.as_bytes()) {
        return text.to_owned();
    }
    folded(text, usize::MAX)
}

/// As much of a text in one line as has so many characters, and one more if there are others.
pub(super) fn folded(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest));
    let mut length = 0;
    let mut is_gap = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            is_gap = !line.is_empty();
            continue;
        }
        if std::mem::take(&mut is_gap) {
            line.push(' ');
            length += 1;
        }
        line.push(character);
        length += 1;
        if length > longest {
            break;
        }
    }
    line
}

/// A text on one line, at most `longest` characters of it.
pub fn short_line(text: &str, longest: usize) -> String {
    // Of a text of ASCII, so much says how it is cut.
    let beginning = text.get(..text.len().min(longest + 1)).unwrap_or(text);
    if is_one_line(beginning.as_bytes()) {
        return cut(beginning, longest);
    }
    cut(&folded(text, longest), longest)
}

/// A text letter for letter on one line, with pictures for tabs and the ends of lines: at most
/// `longest` characters of it.
pub fn exact_line(text: &str, longest: usize) -> String {
    let line = cut(text, longest);
    if !line.contains(['\t', '\n', '\r']) {
        return line;
    }
    let picture = |character| match character {
        '\t' => '␉',
        '\n' => '␊',
        '\r' => '␍',
        other => other,
    };
    line.chars().map(picture).collect()
}

/// Whether there is nothing to fold in a text of ASCII; most texts are such ones.
fn is_one_line(text: &[u8]) -> bool {
    let mut before = b' ';
    let is_plain = text.iter().all(|byte| {
        let is_first_space = (before, *byte) != (b' ', b' ');
        before = *byte;
        is_first_space && matches!(byte, b' '..=b'~')
    });
    text.is_empty() || (is_plain && before != b' ')
}

/// A name as a page shows it: whole, unless it is longer than any name that means something. The
/// exact one stands in policies and in what machines read.
pub fn shown_name(name: &str) -> Cow<'_, str> {
    if has_at_most(name, LONGEST_NAME) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(cut(name, LONGEST_NAME))
}

/// Whether a text has no more characters than this. Of a long one only the beginning is looked at.
pub(super) fn has_at_most(text: &str, longest: usize) -> bool {
    text.len() <= longest || text.chars().nth(longest).is_none()
}

/// The first characters of a text.
pub fn first_characters(text: &str, longest: usize) -> &str {
    text.get(..end_of(text, longest)).unwrap_or(text)
}

/// Where so many characters of a text end.
fn end_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// A text of at most `longest` characters, cut between words where one is near, with an ellipsis.
pub fn cut(text: &str, longest: usize) -> String {
    if has_at_most(text, longest) {
        return text.to_owned();
    }
    let mut kept = first_characters(text, longest.saturating_sub(1));
    // A word longer than half of the room is cut itself. In scripts without spaces a blank says less.
    let room = if kept.ends_with(needs_no_spaces) { longest * 3 / 4 } else { longest / 2 };
    if let Some(word_end) = kept.rfind(char::is_whitespace)
        && word_end >= end_of(text, room + 1)
    {
        kept = kept.get(..word_end).unwrap_or_default();
    }
    // Marks that join to the character before them must not be separated from it.
    while let Some(last) = kept.chars().next_back()
        && (last == JOINER || text.get(kept.len()..).is_some_and(|rest| rest.starts_with(joins)))
    {
        kept = kept.strip_suffix(last).unwrap_or_default();
    }
    let mut shortened = kept.trim_end_matches([' ', '\n', ',', ';', ':', '-', '.']).to_owned();
    shortened.push('…');
    shortened
}

/// A text of at most `longest` characters of which the middle is missing: names that begin alike can
/// differ at their ends.
pub fn cut_inside(text: &str, longest: usize) -> String {
    if has_at_most(text, longest) {
        return text.to_owned();
    }
    let room = longest / 4;
    let end = text.char_indices().rev().take(room).last().map_or(text.len(), |(at, _)| at);
    let end = text.get(end..).unwrap_or_default().trim_start_matches(joins);
    cut(text, longest - room) + end
}

/// Whether a letter is of a script that is written without spaces between words, so that its words
/// cannot be counted: Thai to Myanmar, Khmer, and those of China and Japan.
pub(super) fn needs_no_spaces(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// What makes one picture of the two characters around it.
const JOINER: char = '\u{200d}';

/// Whether a character belongs to the one before it: combining marks, joiners, selectors.
fn joins(character: char) -> bool {
    is_combining_mark(character)
        || matches!(character,
            JOINER | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_cut_only_if_it_is_longer_than_half_of_the_room() {
        assert_eq!(cut("Generate an organisation chart", 20), "Generate an…");
        assert_eq!(cut("An organisationchart", 12), "An organisa…");
        let blank = ["数".repeat(60), "数".repeat(60)].join(" ");
        assert_eq!(cut(&blank, 100).chars().count(), 100);
    }

    #[test]
    fn a_name_without_its_middle_keeps_both_ends() {
        assert_eq!(cut_inside("abcdefgh", 8), "abcdefgh");
        assert_eq!(cut_inside("abcdefghi", 8), "abcde…hi");
        let long = |end: &str| "x".repeat(70) + end;
        assert_ne!(cut_inside(&long("read"), 65), cut_inside(&long("wipe"), 65));
        assert_eq!(cut_inside(&long("wipe"), 65).chars().count(), 65);
        // A mark does not begin the end.
        assert_eq!(cut_inside("abcdefg\u{301}h", 8), "abcde…h");
    }

    #[test]
    fn a_short_line_is_the_beginning_of_the_whole_line() {
        for text in ["", " ", "a", " a\u{a0}\n b ", "日本\t語 é", "a b c", "one two  three\r\nfour"]
        {
            for longest in 0..20 {
                let whole = cut(&one_line(text), longest);
                assert_eq!(short_line(text, longest), whole, "{text:?} {longest}");
            }
        }
    }

    #[test]
    fn nothing_is_cut_from_what_it_belongs_to() {
        let family = "👨\u{200d}👩\u{200d}👧 ".repeat(9);
        for longest in 2..40 {
            let shown = cut(&family, longest);
            assert!(!shown.ends_with("\u{200d}…"), "{longest}: {shown:?}");
        }
        assert_eq!(cut("กี่คนเท่าไร", 4), "กี่…");
        assert_eq!(cut("กี่คนเท่าไร", 3), "…");
    }

    #[test]
    fn cutting_keeps_words_and_characters_whole() {
        assert_eq!(cut("one two three four", 15), "one two three…");
        assert_eq!(cut("one incomprehensible", 10), "one incom…");
        assert_eq!(cut("日本語日本語", 4), "日本語…");
        assert_eq!(cut("aaae\u{301}", 4), "aaa…");
        assert_eq!(cut("short", 5), "short");
    }
}
