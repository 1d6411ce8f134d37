//! Owns shortening: one line, one sentence, a bounded length, never in the middle of a character.

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

/// A text on one line, or with each item of a list in it on a line of its own: at most `longest`
/// characters of it.
pub fn short_list(text: &str, longest: usize) -> String {
    if !text.lines().skip(1).any(|line| begins_item(line.trim_start())) {
        return short_line(text, longest);
    }
    let mut list = String::new();
    for line in text.lines().map(|line| folded(line, longest)).filter(|line| !line.is_empty()) {
        if !list.is_empty() {
            list.push(if begins_item(&line) { '\n' } else { ' ' });
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
    // A word longer than half of the room is cut itself.
    if let Some(word_end) = kept.rfind(char::is_whitespace)
        && word_end >= end_of(text, longest / 2 + 1)
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

/// The first sentence of a text in one line, at most `longest` characters long. A line that ends
/// like a heading ends it too. So does the end of a paragraph, unless that ends in a colon and says
/// little. What is too short to say anything takes the next sentence along.
/// Nothing ends inside a bracket or a quotation, unless that is never closed.
pub fn first_sentence(text: &str, longest: usize) -> String {
    // So many bytes have more characters than are kept.
    let enough = (longest + 1) * char::MAX.len_utf8();
    let mut sentence = String::new();
    let mut brackets = Brackets::default();
    let mut end_inside = None;
    for line in text.trim_start().lines() {
        if line.is_empty()
            && !sentence.is_empty()
            && (says_enough(&sentence) || !sentence.ends_with(':'))
        {
            break;
        }
        let line = one_line(line);
        if line.is_empty() {
            continue;
        }
        if says_enough(&sentence) && !goes_on(&sentence, &line) {
            if !brackets.are_open_at(&sentence, sentence.len()) {
                break;
            }
            end_inside.get_or_insert(sentence.len());
        }
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        // What ends before the line has been looked at.
        let new = sentence.len();
        sentence.push_str(&line);
        let is_full = sentence.len() > enough;
        sentence.truncate(sentence.floor_char_boundary(enough));
        let marks = sentence.get(new..).unwrap_or_default().match_indices(MARKS);
        let ends = marks
            .map(|(at, mark)| new + at + mark.len())
            .map(|behind| behind + closing(&sentence, behind));
        for end in ends {
            let Some(start) = sentence.get(..end) else { continue };
            if !ends_sentence(&sentence, end) || !says_enough(start) {
                continue;
            }
            if !brackets.are_open_at(&sentence, end) {
                return cut(start, longest);
            }
            end_inside.get_or_insert(end);
        }
        if is_full {
            break;
        }
    }
    let is_open = brackets.are_open_at(&sentence, sentence.len());
    let whole = end_inside.filter(|_| is_open).and_then(|end| sentence.get(..end));
    cut(whole.unwrap_or(&sentence), longest)
}

/// What can end a sentence: marks that also stand inside of one, and after these [`ENDS_ALONE`].
const MARKS: [char; 11] = ['.', '!', '?', '。', '！', '？', '｡', '।', '॥', '۔', '؟'];
/// The marks of scripts in which they end a sentence whatever follows, a blank or not.
const ENDS_ALONE: [char; 8] = ['。', '！', '？', '｡', '।', '॥', '۔', '؟'];

/// Whether a text that was broken into lines goes on in the next one: that begins with a small
/// letter or a bracket, or a word stands before it that ends no sentence.
fn goes_on(before: &str, line: &str) -> bool {
    let last = before.rsplit(' ').next().unwrap_or_default();
    line.starts_with(|first: char| first.is_lowercase() || first == '(')
        || last.ends_with(',')
        || NOT_LAST.contains(&last)
}

/// Words behind which more has to follow.
const NOT_LAST: [&str; 24] = [
    "a",
    "all",
    "an",
    "and",
    "any",
    "as",
    "at",
    "by",
    "each",
    "for",
    "from",
    "given",
    "in",
    "into",
    "of",
    "on",
    "or",
    "specified",
    "that",
    "the",
    "to",
    "using",
    "via",
    "with",
];

/// How many bytes the brackets and quotation marks have that are closed behind a mark.
fn closing(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    rest.len() - rest.trim_start_matches([')', ']', '"', '”', '’', '\'']).len()
}

/// A mark ends a sentence when something other than a small letter follows after a space, and the
/// word before is no abbreviation ("e.g. JSON" and "U.S. law" do not end one).
fn ends_sentence(line: &str, end: usize) -> bool {
    let (before, after) = line.split_at(end);
    let inside = before.trim_end_matches([')', ']', '"', '”', '’', '\'']);
    let word =
        inside.trim_end_matches(['.', '!', '?']).rsplit([' ', '(']).next().unwrap_or_default();
    let is_letter = |part: &str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    let is_abbreviation = matches!(word, "vs" | "No" | "approx" | "cf")
        || word.split('.').all(is_letter)
        || (word == "etc" && inside.len() < before.len());
    let next = after.trim_start();
    after.is_empty()
        || inside.ends_with(ENDS_ALONE)
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
    let is_heading = !text.chars().any(|c| c.is_alphabetic() && !c.is_uppercase());
    let words = text.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count();
    !is_numbered && !is_heading && (words >= 3 || text.chars().any(needs_no_spaces))
}

/// Whether a letter is of a script that is written without spaces between words, so that its words
/// cannot be counted: Thai to Myanmar, Khmer, and those of China and Japan.
fn needs_no_spaces(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The brackets and quotations that are open on the way through a text that grows.
#[derive(Default)]
struct Brackets {
    /// What closes each of them.
    closing: Vec<char>,
    /// How far they were looked for.
    at: usize,
}

impl Brackets {
    /// Whether one that begins before a place, which is not before the last one, does not end
    /// before it.
    fn are_open_at(&mut self, text: &str, end: usize) -> bool {
        for character in text.get(self.at..end).unwrap_or_default().chars() {
            if let Some(at) = self.closing.iter().rposition(|closes| *closes == character) {
                self.closing.truncate(at);
            } else if let Some(closes) = closed_by(character) {
                self.closing.push(closes);
            }
        }
        self.at = end;
        !self.closing.is_empty()
    }
}

/// What closes a bracket or a quotation. An apostrophe opens none.
fn closed_by(opens: char) -> Option<char> {
    match opens {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        '"' | '`' => Some(opens),
        '“' => Some('”'),
        '„' => Some('“'),
        '«' => Some('»'),
        '（' => Some('）'),
        '「' => Some('」'),
        _ => None,
    }
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
    #[test]
    fn items_of_a_list_stand_on_lines_of_their_own_and_all_else_on_one() {
        for (text, shown) in [
            ("How:\n  - one\n    more\n\n* two", "How:\n- one more\n* two"),
            ("One,\n  two", "One, two"),
            ("- one\n- two", "- one\n- two"),
            ("1. one\r\n2. two", "1. one\n2. two"),
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
    }

    #[test]
    fn a_notice_without_indentation_does_not_make_lists_into_code() {
        let items = "    - one\n    - two\n        - three\n    - four\n    - five\n";
        let with = |notice: &str| dedented(&format!("Looks.\n{items}{notice}{items}"));
        assert!(with("NOTE: new.\n").starts_with("Looks.\n- one\n- two\n    - three\n"));
        // An item of the list above says how far the others are indented.
        assert!(with("- top\n").starts_with("Looks.\n    - one\n"));
    }

    use super::*;

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
    fn sentences_end_where_a_reader_says_so() {
        assert_eq!(first_sentence("Stops it now. Then waits.", 99), "Stops it now.");
        assert_eq!(first_sentence("Stop. Then wait a bit. Go.", 99), "Stop. Then wait a bit.");
        assert_eq!(
            first_sentence("PURPOSE: 1. Gets all notes. More.", 99),
            "PURPOSE: 1. Gets all notes."
        );
        assert_eq!(first_sentence("Gets one note\nReturns it", 99), "Gets one note");
        assert_eq!(first_sentence("\u{1}\n\nGets one note.", 99), "Gets one note.");
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
    fn sentences_of_other_scripts_end_with_their_own_marks() {
        for (first, rest) in [
            ("यह उपकरण ग्राहक की फ़ाइल पढ़ता है।", " फिर परिणाम लौटाता है।"),
            ("هل الملف موجود على هذا الخادم؟", " يعيد الجواب."),
            ("یہ فائل پڑھتا ہے۔", " پھر بند کرتا ہے۔"),
            ("この契約は有効ですか？", "有効期限も確認します。"),
            ("立即删除所有记录！", "此操作不可恢复。"),
            ("ﾌｧｲﾙを読みます｡", "閉じます｡"),
        ] {
            assert_eq!(first_sentence(&[first, rest].concat(), 199), first);
        }
    }

    #[test]
    fn a_sentence_that_is_broken_into_lines_is_put_together() {
        let cases = [
            ("Gets a list of all\nGitHub issues. More.", "Gets a list of all GitHub issues."),
            ("Gets the notes of the\nMCP host.\nMore.", "Gets the notes of the MCP host."),
            (
                "Finds old notes,\nTODO lists and tags. More.",
                "Finds old notes, TODO lists and tags.",
            ),
            (
                "Finds all the notes\n(and drafts) of a day. More.",
                "Finds all the notes (and drafts) of a day.",
            ),
            ("Finds all the notes\nReturns them by day.", "Finds all the notes"),
        ];
        for (text, sentence) in cases {
            assert_eq!(first_sentence(text, 99), sentence);
        }
    }

    #[test]
    fn what_is_not_ascii_makes_no_sentence_of_a_heading() {
        let cases = [
            ("🎯 Purpose. Finds notes in a folder. More.", "🎯 Purpose. Finds notes in a folder."),
            ("Purpose:\n\nFinds notes in a folder. More.", "Purpose: Finds notes in a folder."),
            ("Ping.\n\nArgs:\nhost: which.", "Ping."),
            ("Finds these notes:\n\nOld ones.", "Finds these notes:"),
            (
                "TRUST AREA — HR DECISION. Asks a person first. More.",
                "TRUST AREA — HR DECISION. Asks a person first.",
            ),
            ("Précis. Écrit une note. Encore.", "Précis. Écrit une note."),
            ("检索笔记。更多。", "检索笔记。"),
            ("ノートを探す。次へ。", "ノートを探す。"),
            ("ค้นหาบันทึก. More.", "ค้นหาบันทึก."),
            ("노트 목록을 가져온다. More.", "노트 목록을 가져온다."),
            ("يقرأ ملف الملاحظات. More.", "يقرأ ملف الملاحظات."),
        ];
        for (text, sentence) in cases {
            assert_eq!(first_sentence(text, 99), sentence);
        }
    }

    #[test]
    fn no_sentence_ends_inside_a_bracket_or_a_quotation() {
        let cases = [
            (
                "Finds a case (e.g. '573 U.S. 208'. Or a name) by citation. More.",
                "Finds a case (e.g. '573 U.S. 208'. Or a name) by citation.",
            ),
            ("Finds cases under U.S. Law by name. More.", "Finds cases under U.S. Law by name."),
            (
                "Reads the log (Alpha, limited availability. Ask first) of a job. More.",
                "Reads the log (Alpha, limited availability. Ask first) of a job.",
            ),
            (
                "Reads the log (Alpha, limited availability.\nAsk first) of a job.\nMore",
                "Reads the log (Alpha, limited availability. Ask first) of a job.",
            ),
            (
                "Answers \"All is well. Go on\" to a call. More.",
                "Answers \"All is well. Go on\" to a call.",
            ),
            ("Reads the log. (Ask the owner of the account.) Use it often.", "Reads the log."),
            (
                "Reads it (Alpha, only for the owner.) Use it with care.",
                "Reads it (Alpha, only for the owner.)",
            ),
            (
                "Reads files (text, tables etc.) Never binary ones. More.",
                "Reads files (text, tables etc.) Never binary ones.",
            ),
            ("Answers “Is it so? Yes” to a call. More.", "Answers “Is it so? Yes” to a call."),
            // What is never closed is no bracket.
            ("Finds a note :( or none. More of it.", "Finds a note :( or none."),
            ("Cuts boards of 5\" and more. Saws them.", "Cuts boards of 5\" and more."),
            ("Gets one note (see below\nReturns it", "Gets one note (see below"),
        ];
        for (text, sentence) in cases {
            assert_eq!(first_sentence(text, 99), sentence);
        }
    }

    #[test]
    fn a_long_text_without_an_end_is_looked_through_once() {
        let text = format!("({}", "aa bb cc. Dd. ".repeat(100_000));
        assert_eq!(first_sentence(&text, 99), "(aa bb cc.");
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
