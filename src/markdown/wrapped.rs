//! Owns prose that was broken into lines of some width, as in comments of code: such a line's end
//! means nothing.

use std::ops::Range;

/// A line of prose with fewer characters was not broken because it was full.
const FULL_LINE: usize = 55;

/// Whether a line's end is one of prose that was broken into lines of some width: a long line that
/// ends no sentence, and behind it a small letter or a bracket that begins no argument.
pub(super) fn is_wrapped(source: &str, line_end: &Range<usize>) -> bool {
    let before = source.get(..line_end.start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default().trim();
    let after = source.get(line_end.end..).unwrap_or_default().lines().next().unwrap_or_default();
    let mut words = after.trim_start().splitn(2, ' ');
    let first = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default();
    let is_argument = first.ends_with(':')
        || ["-", "–", "=", ":"].iter().any(|mark| rest.starts_with(mark))
        || (rest.starts_with('(') && rest.contains("):"));
    before.chars().nth(FULL_LINE - 1).is_some()
        && !before.ends_with(['.', ':', ';', '!', '?'])
        && first.starts_with(|letter: char| letter.is_lowercase() || letter == '(')
        && !is_argument
}
