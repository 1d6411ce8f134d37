//! Owns prose that was broken into lines of some width, as in comments of code: such a line's end
//! means nothing.

use std::ops::Range;

/// A line of prose with fewer characters was not broken because it was full.
const FULL_LINE: usize = 55;

/// A line whose words are longer on average is code, or a text of another script.
const LONGEST_WORDS: usize = 12;

/// Whether a line's end is one of prose that was broken into lines of some width: a long line that
/// ends no sentence, and behind it a small letter or a bracket that begins no argument.
pub(super) fn is_wrapped(source: &str, line_end: &Range<usize>) -> bool {
    let before = source.get(..line_end.start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default().trim();
    let after = source.get(line_end.end..).unwrap_or_default().lines().next().unwrap_or_default();
    let after = after.trim();
    before.chars().nth(FULL_LINE - 1).is_some()
        && [before, after].into_iter().all(is_prose)
        && !ends_sentence(before)
        && after.starts_with(|letter: char| letter.is_lowercase() || letter == '(')
        && !begins_argument(after)
        && before.split(' ').nth(1) != after.split(' ').nth(1)
}

fn is_prose(line: &str) -> bool {
    // Columns of a table are set apart by blanks.
    !line.contains("   ") && line.chars().count() < LONGEST_WORDS * (1 + line.matches(' ').count())
}

fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['"', '\'', '”', '’', ')', ']', '`', '*', '_']);
    line.ends_with(['.', ':', ';', '!', '?', '。', '：', '；', '！', '？'])
}

fn begins_argument(line: &str) -> bool {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    first.ends_with(':')
        || first.contains('=')
        || ["-", "–", "=", ":"].iter().any(|mark| rest.starts_with(mark))
        || (rest.starts_with('(') && rest.contains("):"))
}
