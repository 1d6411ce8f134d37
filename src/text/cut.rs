//! Owns shortening: one line, one sentence, a bounded length, never in the middle of a character.

/// Folds every run of white space and control characters into one space.
pub fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text of at most `longest` characters, cut between words where one is near, with an ellipsis.
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: Vec<char> = text.chars().take(longest.saturating_sub(1)).collect();
    // A word longer than a quarter of the room is cut itself.
    let word_end = kept.iter().rposition(|c| c.is_whitespace()).filter(|at| *at > longest * 3 / 4);
    // Marks that join to the character before them must not be separated from it.
    let mut end = word_end.unwrap_or(kept.len());
    while end > 0 && text.chars().nth(end).is_some_and(joins) {
        end -= 1;
    }
    let mut shortened: String = kept.into_iter().take(end).collect();
    shortened.truncate(shortened.trim_end_matches([' ', ',', ';', ':', '-', '.']).len());
    shortened.push('…');
    shortened
}

/// The first sentence of a text in one line, at most `longest` characters long.
pub fn first_sentence(text: &str, longest: usize) -> String {
    let paragraph = text.trim_start().split("\n\n").next().unwrap_or_default();
    let line = one_line(paragraph);
    let end = line
        .match_indices(['.', '!', '?', '。'])
        .map(|(at, mark)| at + mark.len())
        .find(|end| ends_sentence(&line, *end));
    cut(end.and_then(|end| line.get(..end)).unwrap_or(&line), longest)
}

/// A mark ends a sentence when a capital follows after a space, and the word before is longer
/// than an abbreviation ("e.g. JSON" does not end one).
fn ends_sentence(line: &str, end: usize) -> bool {
    let (before, after) = line.split_at(end);
    let word =
        before.trim_end_matches(['.', '!', '?']).rsplit([' ', '(']).next().unwrap_or_default();
    let is_abbreviation = word.contains('.') || matches!(word, "etc" | "vs" | "No" | "approx");
    let next = after.trim_start();
    after.is_empty()
        || before.ends_with('。')
        || (after.starts_with(' ') && !is_abbreviation && !next.starts_with(char::is_lowercase))
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
        assert_eq!(first_sentence("Stops it. Then waits.", 99), "Stops it.");
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
