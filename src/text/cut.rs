//! Owns shortening: one line, one sentence, a bounded length, never in the middle of a character.

use std::borrow::Cow;

/// A longer name is shown in part. Real ones have at most a quarter of it.
const LONGEST_NAME: usize = 200;

/// Folds every run of white space and control characters into one space.
pub fn one_line(text: &str) -> String {
    if is_one_line(text.as_bytes()) {
        return text.to_owned();
    }
    let mut line = String::new();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text on one line, at most `longest` characters of it.
pub fn short_line(text: &str, longest: usize) -> String {
    if text.len() <= longest && is_one_line(text.as_bytes()) {
        return text.to_owned();
    }
    cut(&one_line(text), longest)
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
    if name.len() <= LONGEST_NAME || name.chars().count() <= LONGEST_NAME {
        return Cow::Borrowed(name);
    }
    Cow::Owned(cut(name, LONGEST_NAME))
}

/// A text of at most `longest` characters, cut between words where one is near, with an ellipsis.
pub fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest || text.chars().count() <= longest {
        return text.to_owned();
    }
    let end_of =
        |characters: usize| text.char_indices().nth(characters).map_or(text.len(), |at| at.0);
    let mut kept = text.get(..end_of(longest.saturating_sub(1))).unwrap_or_default();
    // A word longer than a quarter of the room is cut itself.
    if let Some(word_end) = kept.rfind(char::is_whitespace)
        && word_end >= end_of(longest * 3 / 4 + 1)
    {
        kept = kept.get(..word_end).unwrap_or_default();
    }
    // Marks that join to the character before them must not be separated from it.
    while let Some(last) = kept.chars().next_back()
        && text.get(kept.len()..).is_some_and(|rest| rest.starts_with(joins))
    {
        kept = kept.strip_suffix(last).unwrap_or_default();
    }
    let mut shortened = kept.trim_end_matches([' ', ',', ';', ':', '-', '.']).to_owned();
    shortened.push('…');
    shortened
}

/// A text without the indentation that all its lines but the first have, as docstrings have it,
/// and without so much more that Markdown would take a line for code. Fenced code stays as it is.
pub fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = || text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let common = rest().map(indent).min().unwrap_or(0);
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
        let is_list = content.starts_with(['-', '*', '+'])
            || content.starts_with(|c: char| c.is_ascii_digit());
        lines.push(if fenced || is_fence || is_list { line } else { content });
    }
    lines.join("\n")
}

/// The first sentence of a text in one line, at most `longest` characters long. A line that ends
/// like a heading ends it too, and what is too short to say anything takes the next one along.
pub fn first_sentence(text: &str, longest: usize) -> String {
    let paragraph = text.trim_start().split("\n\n").next().unwrap_or_default();
    let mut sentence = String::new();
    for line in paragraph.lines().map(one_line).filter(|line| !line.is_empty()) {
        if says_enough(&sentence) && line.starts_with(|c: char| !c.is_lowercase()) {
            break;
        }
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(&line);
        let ends = sentence.match_indices(['.', '!', '?', '。']).map(|(at, mark)| at + mark.len());
        let whole = ends
            .filter(|end| ends_sentence(&sentence, *end))
            .filter_map(|end| sentence.get(..end))
            .find(|start| says_enough(start));
        if let Some(whole) = whole {
            return cut(whole, longest);
        }
    }
    cut(&sentence, longest)
}

/// A mark ends a sentence when something other than a small letter follows after a space, and the
/// word before is no abbreviation ("e.g. JSON" does not end one).
fn ends_sentence(line: &str, end: usize) -> bool {
    let (before, after) = line.split_at(end);
    let word =
        before.trim_end_matches(['.', '!', '?']).rsplit([' ', '(']).next().unwrap_or_default();
    let is_abbreviation = matches!(word, "e.g" | "i.e" | "vs" | "No" | "approx" | "cf")
        || (word.chars().count() == 1 && word.chars().all(char::is_alphabetic));
    let next = after.trim_start();
    after.is_empty()
        || before.ends_with('。')
        || (after.starts_with(' ') && !is_abbreviation && !next.starts_with(char::is_lowercase))
}

/// Whether a beginning of a text can stand alone: three words, not a number of a list, and not
/// a heading in capitals.
fn says_enough(text: &str) -> bool {
    let is_numbered = text.trim_end_matches(['.', ':']).ends_with(|c: char| c.is_ascii_digit())
        && text.ends_with('.')
        && text
            .rsplit(' ')
            .next()
            .is_some_and(|word| word.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit()));
    let is_heading = !text.chars().any(char::is_lowercase) && text.is_ascii();
    let words = text.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count();
    !is_numbered && !is_heading && (words >= 3 || !text.is_ascii())
}

/// Whether a character belongs to the one before it: combining marks, joiners, selectors.
fn joins(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}' | '\u{200d}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_says_so() {
        assert_eq!(first_sentence("Stops it now. Then waits.", 99), "Stops it now.");
        assert_eq!(first_sentence("Stop. Then wait a bit. Go.", 99), "Stop. Then wait a bit.");
        assert_eq!(
            first_sentence("PURPOSE: 1. Gets all notes. More.", 99),
            "PURPOSE: 1. Gets all notes."
        );
        assert_eq!(first_sentence("Gets one note\nReturns it", 99), "Gets one note");
        assert_eq!(
            first_sentence("Gets the note of\nthe day. More.", 99),
            "Gets the note of the day."
        );
        assert_eq!(
            first_sentence("Reads the package.json. Only builds.", 99),
            "Reads the package.json."
        );
        assert_eq!(
            first_sentence("Reads logs, files, etc. If told to.", 99),
            "Reads logs, files, etc."
        );
        assert_eq!(
            first_sentence("Reads files, e.g. JSON ones. More.", 99),
            "Reads files, e.g. JSON ones."
        );
        assert_eq!(
            first_sentence("Calls api.example.org now. Done", 99),
            "Calls api.example.org now."
        );
        assert_eq!(first_sentence("No stop here\n\nSecond", 99), "No stop here");
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
