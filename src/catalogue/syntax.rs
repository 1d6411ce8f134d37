//! Owns what a syntax error of JSON means, in words for somebody who wrote the file by hand.

use crate::diag::Code;

/// The hint for a value of a kind that does not belong where it stands.
pub(super) const FORMAT: &str =
    "the README of policypress shows a record, and what each field holds";

/// The hint for a text that is something else than a record.
pub(super) const RECORD: &str =
    "a file holds one record, `{\"server\": {…}, \"tools\": […]}`; several go into one file each";

/// The hint for a line that is something else than a record.
pub(super) const LINE: &str = "in a `.jsonl` file each line is one whole record";

/// The hint for what is neither a text nor a word that JSON has.
const WORD: &str = "a text stands in double quotes, `\"`; without them there are `true`, `false` and `null` only, in small letters";
/// The hint for a comment.
const COMMENT: &str = "JSON has no comments: take it out";

/// What is wrong, and what to do about it.
pub(super) struct Explained {
    pub code: Code,
    pub message: String,
    pub hint: &'static str,
}

/// Where an error stands, as far as it matters for its explanation.
pub(super) struct Setting<'text> {
    /// What stands from the error on.
    pub rest: &'text str,
    /// Whether the record is a line among others.
    pub is_line: bool,
    /// Whether there is nothing at all.
    pub is_empty: bool,
    /// Whether the text is a record as a whole, and begins like none.
    pub is_no_record: bool,
}

/// Explains an error of the parser.
pub(super) fn explain(error: &serde_json::Error, setting: &Setting<'_>) -> Explained {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let (code, message, hint) = if message.contains("recursion limit") {
        let hint = "no client can use such a value; make it flatter, or take it out";
        (Code::TooDeep, "the value is nested more than 127 deep", hint)
    } else if setting.is_empty {
        let hint = "write one server record into it, or remove it";
        (Code::InvalidJson, "the file is empty", hint)
    } else if setting.is_no_record {
        (Code::InvalidJson, "a record begins with `{`", RECORD)
    } else {
        let (message, hint) = syntax(message, error, setting.rest);
        (Code::InvalidJson, message, hint)
    };
    let is_split = setting.is_line && (setting.is_no_record || error.is_eof());
    let hint = if is_split { LINE } else { hint };
    Explained { code, message: message.to_owned(), hint }
}

fn syntax<'message>(
    message: &'message str,
    error: &serde_json::Error,
    rest: &str,
) -> (&'message str, &'static str) {
    const TOOL: &str = "a JSON tool such as `jq` shows what is wrong";
    if error.is_eof() {
        let hint = "a closing bracket or quotation mark is missing, or the file was not written to its end";
        return ("the record ends in the middle", hint);
    }
    match message {
        "trailing characters" => (
            "the record is complete, yet something follows it",
            "a `.json` file holds one record; a `.jsonl` file holds one on each line",
        ),
        "expected value" => ("a value belongs here", about_value(rest)),
        "trailing comma" => ("a comma stands before the end", "remove the comma"),
        "expected ident" => ("a value belongs here", WORD),
        "key must be a string" => ("a key in double quotes belongs here", about_key(rest)),
        "expected `,` or `}`" => ("a `,` or the `}` of the object belongs here", about_end(rest)),
        "expected `,` or `]`" => ("a `,` or the `]` of the list belongs here", about_end(rest)),
        "number out of range" => (
            "the number is too large for a program to read",
            "write a smaller one, or write it as a text",
        ),
        "unexpected end of hex escape" | "lone leading surrogate in hex escape" => (
            "the text has one half of an escaped character without the other",
            "write the character itself, or both halves, such as `\\ud83d\\ude00`",
        ),
        _ if message.starts_with("control character") => (
            "the text has a line feed or another control character in it",
            "write it as an escape: `\\n` is a line feed, `\\t` a tab",
        ),
        "invalid escape" => {
            ("the text has an unknown escape", "write a backslash of the text as `\\\\`")
        }
        _ => (message, TOOL),
    }
}

/// What to do where no value begins.
fn about_value(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('/' | '#') => COMMENT,
        Some('\'' | '`' | '\u{2018}'..='\u{201f}') => WORD,
        Some(letter) if letter.is_alphabetic() => WORD,
        _ => "is there a comma too many in front of it, or no value at all?",
    }
}

/// What to do where no key begins.
fn about_key(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('/' | '#') => COMMENT,
        _ => "is there a comma too many in front of it, or another kind of quotation mark?",
    }
}

/// What to do where a list or object neither goes on nor ends.
fn about_end(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('/' | '#') => COMMENT,
        Some(']' | '}') => "what ends with `}` begins with `{`, and what ends with `]` with `[`",
        Some('"' | '{' | '[') => "a comma is missing behind the value before it",
        _ => "a quotation mark inside a text is written `\\\"`; values have a comma between them",
    }
}
