//! Owns shortening: one line, a bounded length, never in the middle of a character.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use super::sentence::goes_on;

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
fn folded(text: &str, longest: usize) -> String {
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

/// A text on one line, or with each item of a list in it, and what stands behind the list, on a line
/// of its own: at most `longest` characters of it.
pub fn short_list(text: &str, longest: usize) -> String {
    let is_item = |line: &str| begins_item(line) || line.starts_with("• ");
    if !text.lines().skip(1).any(|line| is_item(line.trim_start())) {
        return short_line(text, longest);
    }
    let mut list = String::new();
    // How far the last item is indented; nothing before the first.
    let mut item = None;
    let mut is_apart = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let line = folded(line, longest);
        if line.is_empty() {
            is_apart = true;
            continue;
        }
        let is_behind_item =
            item.is_some_and(|item| is_apart || (indent <= item && !goes_on(&list, &line)));
        is_apart = false;
        if is_item(&line) {
            item = Some(indent);
        }
        if !list.is_empty() {
            list.push(if is_item(&line) || is_behind_item { '\n' } else { ' ' });
        }
        list.push_str(&line);
        // Each of them may be a text of its own.
        if !has_at_most(&list, longest) {
            break;
        }
    }
    cut(&list, longest)
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

/// A text without the indentation that all its lines but the first have, as docstrings have it,
/// and without so much more that Markdown would take a line for code. Fenced code stays as it is. A
/// few lines of prose without it, such as a notice that somebody put into the text, do not count.
pub fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = || text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let is_outside = |line: &&str| indent(line) == 0 && !begins_item(line);
    let are_few = rest().filter(is_outside).count() * 5 < rest().count();
    let common = rest().filter(|line| !(are_few && is_outside(line))).map(indent).min();
    let common = common.unwrap_or(0);
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = if index == 0 {
            line.trim_start()
        } else {
            line.get(common.min(indent(line))..).unwrap_or("")
        };
        let content = line.trim_start();
        let is_fence = content.starts_with("```") || content.starts_with("~~~");
        fenced ^= is_fence;
        lines.push(if fenced || is_fence || begins_item(content) { line } else { content });
    }
    lines.join("\n")
}

/// Whether a line begins an item of a list: with a mark, or a number and one, and then a blank.
fn begins_item(line: &str) -> bool {
    let behind = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let marks: &[char] = if behind.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    behind.strip_prefix(marks).is_some_and(|rest| rest.starts_with([' ', '\t']))
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
    fn items_of_a_list_stand_on_lines_of_their_own_and_all_else_on_one() {
        for (text, shown) in [
            ("How:\n  - one\n    more\n\n* two", "How:\n- one more\n* two"),
            ("One,\n  two", "One, two"),
            ("- one\n- two", "- one\n- two"),
            ("1. one\r\n2. two", "1. one\n2. two"),
            ("How:\n• one\n• two", "How:\n• one\n• two"),
            ("How:\n- one\n\n  Then.", "How:\n- one\nThen."),
            ("How:\n- one\nNote: two", "How:\n- one\nNote: two"),
            ("How:\n- one\nand two", "How:\n- one and two"),
        ] {
            assert_eq!(short_list(text, 100), shown);
        }
        assert_eq!(short_list("a\n- bcd\n- efg", 8), "a\n- bcd…");
        assert_eq!(short_list(&"- a\n".repeat(100_000), 10).chars().count(), 8);
    }

    #[test]
    fn a_word_is_cut_only_if_it_is_longer_than_half_of_the_room() {
        assert_eq!(cut("Generate an organisation chart", 20), "Generate an…");
        assert_eq!(cut("An organisationchart", 12), "An organisa…");
        let blank = ["数".repeat(60), "数".repeat(60)].join(" ");
        assert_eq!(cut(&blank, 100).chars().count(), 100);
    }

    #[test]
    fn a_notice_without_indentation_does_not_make_lists_into_code() {
        let items = "    - one\n    - two\n        - three\n    - four\n    - five\n";
        let with = |notice: &str| dedented(&format!("Looks.\n{items}{notice}{items}"));
        assert!(with("NOTE: new.\n").starts_with("Looks.\n- one\n- two\n    - three\n"));
        // An item of the list above says how far the others are indented.
        assert!(with("- top\n").starts_with("Looks.\n    - one\n"));
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
