//! Owns how foreign text is made safe for each sink: HTML, addresses, and the terminal.

use std::{borrow::Cow, fmt::Write as _, io};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What an address means: without the `%` signs of its characters.
pub fn percent_decode(address: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(address).decode_utf8_lossy()
}

/// HTML made by this program. Only text that was escaped or rendered as safe Markdown gets here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Html(String);

impl Html {
    /// Takes HTML whose every foreign part has been escaped.
    pub fn from_escaped(html: String) -> Html {
        Html(html)
    }

    /// Takes such HTML from where it was written to.
    pub(crate) fn from_utf8(html: Vec<u8>) -> Html {
        Html(text_of(html))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Whether something is read in it: a rule, an empty list and a space that does not break are
    /// elements without any text.
    pub fn shows_text(&self) -> bool {
        let mut is_tag = false;
        self.0.chars().any(|character| {
            match character {
                '<' => is_tag = true,
                '>' if is_tag => is_tag = false,
                _ => return !is_tag && !character.is_whitespace(),
            }
            false
        })
    }
}

/// Writes a text so that it can stand in HTML text and in quoted attributes. Characters that no
/// HTML document may contain are replaced by ones that can be seen, and those that nobody sees are
/// named in brackets.
pub fn escape_html(text: &str, output: &mut dyn io::Write) -> io::Result<()> {
    if text.is_ascii() {
        return escape(text, &IN_ATTRIBUTES, output);
    }
    escape(&super::plainly(text), &IN_ATTRIBUTES, output)
}

/// A text as it can stand in HTML text and in quoted attributes; hidden characters stay.
pub(super) fn escaped_text(text: &str) -> String {
    let mut html = Vec::with_capacity(text.len() + text.len() / 16);
    // Writing to memory cannot fail.
    let _ = escape(text, &IN_ATTRIBUTES, &mut html);
    text_of(html)
}

/// What was written as text is text.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A text for the content of an element, where quotes stand for themselves: code is full of them.
pub fn element_text(text: &str) -> Html {
    let mut html = Vec::with_capacity(text.len() + text.len() / 16);
    // Writing to memory cannot fail.
    let _ = escape(text, &IN_ELEMENTS, &mut html);
    Html::from_utf8(html)
}

/// For each byte whether a character that begins with it may have to be replaced: markup,
/// controls, and the first bytes of C1 controls and of noncharacters.
type FirstBytes = [bool; 256];

const IN_ATTRIBUTES: FirstBytes = first_bytes(b"&<>\"'");
const IN_ELEMENTS: FirstBytes = first_bytes(b"&<>");

/// How many bytes a text has once it stands in a page.
pub fn escaped_length(text: &str) -> usize {
    let mut length = Length(0);
    // Counting cannot fail.
    let _ = escape_html(text, &mut length);
    length.0
}

/// Counts what is written to it.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const fn first_bytes(markup: &[u8]) -> FirstBytes {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte, 0x7f | 0xc2 | 0xef | 0xf0..)
            || (byte < 0x20 && byte != b'\t' as usize && byte != b'\n' as usize);
        byte += 1;
    }
    let mut at = 0;
    while at < markup.len() {
        table[markup[at] as usize] = true;
        at += 1;
    }
    table
}

fn escape<Output: io::Write + ?Sized>(
    text: &str,
    may_need: &FirstBytes,
    output: &mut Output,
) -> io::Result<()> {
    let do_quotes_count = may_need[usize::from(b'"')];
    let mut done = 0;
    let mut at = plain_start(text.as_bytes(), do_quotes_count);
    // Most bytes stand for themselves, and most texts have no other.
    while let Some(next) = text.as_bytes()[at..].iter().position(|byte| may_need[*byte as usize]) {
        at += next;
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let end = at + character.len_utf8();
        let mut shown = [0; 4];
        let replacement = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => printable(character).encode_utf8(&mut shown),
        };
        if replacement.as_bytes() != &text.as_bytes()[at..end] {
            output.write_all(&text.as_bytes()[done..at])?;
            output.write_all(replacement.as_bytes())?;
            done = end;
        }
        at = end + plain_start(&text.as_bytes()[end..], do_quotes_count);
    }
    output.write_all(&text.as_bytes()[done..])
}

/// How many bytes at the beginning of a text need no look at each: they are plain ASCII without
/// markup, and without quotes where these count. What is left of the last block is not counted.
pub fn plain_start(text: &[u8], do_quotes_count: bool) -> usize {
    let quotes = u8::from(do_quotes_count);
    blocks_without(text, |byte| {
        let is_quote = u8::from(byte == b'"') | u8::from(byte == b'\'');
        let is_blank = u8::from(byte == b'\t') | u8::from(byte == b'\n');
        (u8::from(byte < b' ') & !is_blank)
            | u8::from(byte >= 0x7f)
            | u8::from(byte == b'&')
            | u8::from(byte == b'<')
            | u8::from(byte == b'>')
            | (is_quote & quotes)
    })
}

/// How many bytes the blocks have at the beginning of a text in which no byte is one of these (1).
/// Without branches, so that the processor takes a block at once.
pub(super) fn blocks_without(text: &[u8], is_one: impl Fn(u8) -> u8) -> usize {
    const BLOCK: usize = 16;
    let has_one = |block: &[u8; BLOCK]| block.iter().fold(0, |one, byte| one | is_one(*byte)) != 0;
    let (blocks, _) = text.as_chunks::<BLOCK>();
    blocks.iter().position(has_one).unwrap_or(blocks.len()) * BLOCK
}

/// The character to show for one that HTML and XML forbid: the control pictures for the C0
/// controls, the replacement character for the rest. Every other character stands for itself.
pub fn printable(character: char) -> char {
    match character {
        '\t' | '\n' => character,
        // HTML reads a carriage return as a line feed.
        '\r' => '\n',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        _ if u32::from(character) & 0xfffe == 0xfffe => '\u{fffd}',
        _ => character,
    }
}

/// A text as it may be printed on a terminal: one line, nothing that a terminal would obey.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_format(character) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character cannot be seen, and changes how its neighbours are shown.
fn is_format(character: char) -> bool {
    // What selects a form of the character before it does nothing else.
    super::is_invisible(character) && !matches!(character, '\u{fe00}'..='\u{fe0f}')
}

/// JSON in which what a page cannot show, or what cannot be seen on one, stands as an escape: the
/// text that is read and copied means what the original means.
pub fn readable_json(json: String) -> String {
    let is_hidden = |character| printable(character) != character || is_format(character);
    let is_plain = |byte| matches!(byte, b'\n' | b'\t' | 0x20..0x7f);
    let start = plain_start(json.as_bytes(), false);
    if json.bytes().skip(start).all(is_plain) || !json.chars().any(is_hidden) {
        return json;
    }
    let mut readable = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            push_json_escape(character, &mut readable);
        } else {
            readable.push(character);
        }
    }
    readable
}

/// Adds a character as an escape of JSON.
pub fn push_json_escape(character: char, json: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(json, "\\u{unit:04x}");
    }
}

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const IN_PART: AsciiSet = RESERVED.remove(b':').remove(b',');
const IN_PATH: AsciiSet = RESERVED.remove(b'/');

/// Percent-encodes everything but unreserved characters, colons and commas: for a part of an
/// address behind its path, and for the text of a `data:` address.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, &IN_PART).to_string()
}

/// Percent-encodes everything but unreserved characters and the slashes of a path.
pub fn percent_encode_path(path: &str) -> String {
    utf8_percent_encode(path, &IN_PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut output = Vec::new();
        escape_html(text, &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn every_character_that_needs_it_is_escaped_and_no_other() {
        for character in '\0'..=char::MAX {
            let mut output = Vec::new();
            escape_html(&format!("a{character}b"), &mut output).unwrap();
            let same = output == format!("a{character}b").as_bytes();
            let is_plain = !"&<>\"'".contains(character)
                && printable(character) == character
                && !crate::text::is_invisible(character);
            assert_eq!(same, is_plain, "{character:?}");
        }
    }

    #[test]
    fn quotes_stand_for_themselves_in_elements_and_nothing_else_does() {
        for character in '\0'..=char::MAX {
            let in_element = element_text(&format!("a{character}b"));
            let expected = match character {
                '"' | '\'' => format!("a{character}b"),
                // Code has its own way to show them.
                _ if crate::text::is_invisible(character) => {
                    format!("a{}b", printable(character))
                }
                _ => escaped(&format!("a{character}b")),
            };
            assert_eq!(in_element.as_str(), expected, "{character:?}");
        }
    }

    #[test]
    fn what_is_passed_over_is_plain_wherever_it_stands() {
        let plain = "p".repeat(100);
        assert_eq!(plain_start(plain.as_bytes(), true), 96);
        for character in '\0'..'\u{100}' {
            let is_plain = |quotes| {
                let sign = if quotes { "&<>\"'" } else { "&<>" };
                matches!(character, '\t' | '\n' | ' '..='~') && !sign.contains(character)
            };
            for (at, quotes) in (0..70).flat_map(|at| [(at, true), (at, false)]) {
                let mut text = plain.clone();
                text.insert(at, character);
                let expected = if is_plain(quotes) { text.len() / 16 } else { at / 16 };
                assert_eq!(plain_start(text.as_bytes(), quotes), expected * 16, "{character:?}");
            }
        }
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(escaped(r#"<a b="c">'&"#), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;");
    }

    #[test]
    fn forbidden_characters_become_visible() {
        assert_eq!(escaped("a\0b\u{1b}[0m\u{85}\u{fffe}"), "a␀b␛[0m\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_terminal_gets_no_escape_sequence() {
        assert_eq!(visible("a\u{1b}[31m\n\u{202e}"), "a\\u{1b}[31m\\u{a}\\u{202e}");
    }
}
