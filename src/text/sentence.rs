//! Owns the first sentence of a text, as it is quoted.

use super::cut::{cut, needs_no_spaces, one_line};

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
pub(super) fn goes_on(before: &str, line: &str) -> bool {
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
            ("Sagt „Halt! Nicht so“ dazu. Mehr.", "Sagt „Halt! Nicht so“ dazu."),
            ("「止まる。次へ」と答える。次へ。", "「止まる。次へ」と答える。"),
            ("记录（只读。须先询问）被读取。更多。", "记录（只读。须先询问）被读取。"),
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
}
