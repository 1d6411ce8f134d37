//! Owns characters that cannot be seen and change what is read: where they stand in a text, where
//! they are ordinary (emoji, scripts that join letters), and how they are shown instead.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::escape::{Html, blocks_without, escaped_text};

/// After so many marks in one text the others are plain text: a page must not grow with them.
const MOST_MARKS: usize = 100;
/// How much of a message in tag characters is shown.
const LONGEST_MESSAGE: usize = 2_000;

/// A run of one hidden character, or of tag characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The first character of the run.
    pub character: char,
    /// How many characters it has.
    pub count: usize,
    /// What tag characters spell.
    pub message: Option<String>,
}

impl Hidden {
    /// The code point, or what the run is: "U+200B", "U+200B ×3", "23 tag characters".
    pub fn label(&self) -> String {
        match self.count {
            count if count > 1 && is_tag(self.character) => format!("{count} tag characters"),
            1 => format!("U+{:04X}", u32::from(self.character)),
            count => format!("U+{:04X} ×{count}", u32::from(self.character)),
        }
    }

    /// What the character is called.
    pub fn name(&self) -> &'static str {
        name(self.character)
    }
}

/// The hidden characters of a text, in runs. Those of emoji sequences, and those that the script
/// around them needs, are not among them.
pub fn hidden(text: &str) -> Vec<Hidden> {
    // Most texts have none, and of the others most are plain.
    if is_plain(text) {
        return Vec::new();
    }
    let ordinary: Vec<Range<usize>> = ORDINARY
        .iter()
        .flat_map(|pattern| pattern.find_iter(text))
        .map(|found| found.range())
        .collect();
    let has_direction = DIRECTED.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let mut runs: Vec<Hidden> = Vec::new();
    let mut next_ordinary = ordinary.iter().peekable();
    for (start, character) in text.char_indices() {
        while next_ordinary.next_if(|range| range.end <= start).is_some() {}
        let is_ordinary = next_ordinary.peek().is_some_and(|range| range.contains(&start))
            || (has_direction && belongs_to_directed_text(character));
        if !is_invisible(character) || is_ordinary {
            continue;
        }
        let end = start + character.len_utf8();
        let is_same = |run: &&mut Hidden| {
            run.range.end == start
                && (run.character == character || (is_tag(run.character) && is_tag(character)))
        };
        match runs.last_mut().filter(is_same) {
            Some(run) => {
                run.range.end = end;
                run.count += 1;
            }
            None => runs.push(Hidden { range: start..end, character, count: 1, message: None }),
        }
    }
    for run in &mut runs {
        run.message = text.get(run.range.clone()).and_then(message);
    }
    runs
}

/// A text with its hidden characters named in brackets: "a[U+200B]b".
pub fn plainly(text: &str) -> Cow<'_, str> {
    let runs = unseen(text);
    if runs.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + runs.len() * 8);
    let mut done = 0;
    for run in &runs {
        shown.push_str(text.get(done..run.range.start).unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = write!(shown, "[{}]", run.label());
        done = run.range.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(shown)
}

/// A text as HTML in which each hidden character is a mark with its code point, and a message in
/// tag characters stands as a quotation.
pub fn revealed(text: &str) -> Html {
    let runs = unseen(text);
    if runs.is_empty() {
        return Html::from_escaped(escaped_text(text));
    }
    let mut html = String::with_capacity(text.len() + runs.len() * 64);
    let mut done = 0;
    for (index, run) in runs.iter().enumerate() {
        html.push_str(&escaped_text(text.get(done..run.range.start).unwrap_or_default()));
        html.push_str(&mark(run, index));
        done = run.range.end;
    }
    html.push_str(&escaped_text(text.get(done..).unwrap_or_default()));
    Html::from_escaped(html)
}

/// The hidden characters but controls, for which escaping puts pictures.
pub fn unseen(text: &str) -> Vec<Hidden> {
    let mut runs = hidden(text);
    runs.retain(|run| !run.character.is_control());
    runs
}

/// The mark of one run, the `index`th of its text.
pub fn mark(run: &Hidden, index: usize) -> String {
    if index >= MOST_MARKS {
        return format!("[{}]", run.label());
    }
    let mut html =
        format!("<span class=\"hidden-character\" title=\"{}\">{}</span>", run.name(), run.label());
    if let Some(message) = &run.message {
        let quoted = escaped_text(&super::cut(message, LONGEST_MESSAGE));
        // Writing to a string cannot fail.
        let _ = write!(html, "<q class=\"hidden-message\">{quoted}</q>");
    }
    html
}

/// Whether no character of a text can be hidden. Faster than to look for the ordinary ones.
fn is_plain(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = first_that_may_hide(rest.as_bytes()) {
        let mut characters = rest.get(at..).unwrap_or_default().chars();
        if characters.next().is_some_and(is_invisible) {
            return false;
        }
        rest = characters.as_str();
    }
    true
}

/// Where the first byte stands with which a hidden character can begin.
fn first_that_may_hide(text: &[u8]) -> Option<usize> {
    let may_hide = |byte: u8| {
        let is_blank = u8::from(byte == b'\t') | u8::from(matches!(byte, b'\n' | b'\r'));
        (u8::from(byte < b' ') & !is_blank) | u8::from(byte >= 0x7f)
    };
    let plain = blocks_without(text, may_hide);
    let rest = text.get(plain..).unwrap_or_default();
    rest.iter().position(|byte| may_hide(*byte) != 0).map(|at| plain + at)
}

/// What tag characters spell, if they spell more than one letter.
fn message(run: &str) -> Option<String> {
    let letters = run.chars().filter_map(|tag| {
        let letter = u32::from(tag).checked_sub(0xe0000).and_then(char::from_u32)?;
        (' '..='~').contains(&letter).then_some(letter)
    });
    let message: String = letters.collect();
    (message.trim().len() > 1).then_some(message)
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Characters that show nothing by themselves: format characters, controls but those of lines,
/// separators of lines and paragraphs, and what Unicode says may be ignored.
pub fn is_invisible(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        _ => matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'),
    }
}

/// Marks of direction and signs before numbers, which texts of scripts from right to left have.
/// Embeddings, overrides and isolates are not among them: they reorder what stands around them.
fn belongs_to_directed_text(character: char) -> bool {
    matches!(character,
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}')
}

/// A text with a letter that is written from right to left.
static DIRECTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[\p{L}&&[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Nko}\p{Adlam}]]").ok()
});

/// Sequences in which invisible characters belong to the writing. They do not overlap.
static ORDINARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A pictograph with its selector or its skin; several are joined to one.
    const EMOJI: &str = r"(?:\p{Extended_Pictographic}|[\x{1f3fb}-\x{1f3ff}])[\x{fe0e}\x{fe0f}]?[\x{1f3fb}-\x{1f3ff}]?";
    // Scripts in which joiners say whether letters join, and those without spaces.
    const JOINING: &str = r"[\p{Arabic}\p{Syriac}\p{Mandaic}\p{Nko}\p{Mongolian}\p{Phags_Pa}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Myanmar}\p{Khmer}\p{Javanese}\p{Balinese}\p{Adlam}&&[\p{L}\p{M}]]";
    const SPACELESS: &str = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]";
    let pattern = [
        // The flag of a part of a country, such as that of Scotland.
        r"\x{1f3f4}[\x{e0030}-\x{e0039}\x{e0061}-\x{e007a}]{4,6}\x{e007f}".to_owned(),
        format!(r"{EMOJI}(?:\x{{200d}}(?:{EMOJI}|[\x{{2640}}\x{{2642}}\x{{2695}}]\x{{fe0f}}?))*"),
        // Keycaps, and symbols as text or as pictures.
        r"[0-9\#*\p{So}\p{Sm}][\x{fe0e}\x{fe0f}]\x{20e3}?".to_owned(),
        r"\p{Sm}\x{fe00}".to_owned(),
        // Letters have few marks; to look for a joiner behind any number of them takes time in square.
        format!(r"(?:{JOINING}\p{{M}}{{0,8}}[\x{{200c}}\x{{200d}}])+"),
        format!(r"{SPACELESS}\x{{200b}}"),
        // Behind letters of another script, as in the plural of "API" in Persian.
        format!(r"[\x{{200c}}\x{{200d}}]{JOINING}|\x{{200b}}{SPACELESS}"),
        // Variants of characters.
        r"\p{Han}[\x{fe00}-\x{fe02}\x{e0100}-\x{e01ef}]".to_owned(),
        r"\p{Mongolian}[\x{180b}-\x{180f}]".to_owned(),
    ];
    Regex::new(&pattern.join("|")).ok()
});

fn name(character: char) -> &'static str {
    match character {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "combining grapheme joiner",
        '\u{61c}' => "Arabic letter mark",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "Hangul filler",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2061}'..='\u{2064}' => "invisible operator",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "variation selector",
        '\u{feff}' => "zero width no-break space",
        '\u{e0000}'..='\u{e007f}' => "tag character",
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "control character",
        _ => "invisible character",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a pattern ordinary writing would be taken for hidden characters.
    #[test]
    fn every_pattern_compiles() {
        assert!(DIRECTED.is_some());
        assert!(ORDINARY.is_some());
    }

    /// The classes of the Unicode database of the `regex` crate.
    #[test]
    fn every_character_that_unicode_calls_invisible_is_one() {
        let classes = r"^[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}--[\t\n\r]]$";
        let pattern = Regex::new(classes).unwrap();
        let mut buffer = [0; 4];
        for character in '\0'..=char::MAX {
            let expected = pattern.is_match(character.encode_utf8(&mut buffer));
            // Reserved for more invisible ones between those that exist.
            let is_reserved =
                matches!(character, '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}');
            assert_eq!(is_invisible(character), expected || is_reserved, "{character:?}");
            if expected {
                let text = format!("a{character}b");
                let found = hidden(&text);
                assert_eq!(found.len(), 1, "{character:?}");
                assert_eq!(found[0].range, 1..1 + character.len_utf8());
            }
        }
    }

    #[test]
    fn ordinary_writing_has_nothing_hidden() {
        for text in [
            "👩‍👩‍👧 👨🏽‍💻 🏳️‍🌈 ❤️ ☑️ 1️⃣ #️⃣ *️⃣ 👁️‍🗨️ 🧑🏿‍🤝‍🧑🏻 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 ©️ ↔️ → ⚠️ 👩🏻‍⚕️ 🤷‍♀️ 🏃‍♂️‍➡️",
            "می‌خواهم نامه‌ها را بخوانم",
            "قراءة الملفات، ثم حذفها. \u{200f}(API)\u{200f} ۝",
            "קריאת קבצים (API)\u{200e} ומחיקתם",
            "क्‍ष न्‌ श्री‍",
            "ශ්‍රී ලංකා",
            "നന്‍മ",
            "สวัสดี\u{200b}ครับ",
            "خروجی API\u{200c}ها و PDF\u{200c}های ۵\u{200c}ام (الف)\u{200c}ها",
            "ไฟล์\u{200b}JSON\u{200b}ที่ระบุ",
            "葛\u{e0100}城市",
            "∩\u{fe00}",
            "naïve café – “quoted” … ½ € 日本語 中文 한국어 Ελληνικά Русский",
            "line\r\nline\tcell",
        ] {
            assert_eq!(hidden(text), [], "{text}");
        }
    }

    #[test]
    fn what_only_looks_ordinary_is_hidden() {
        for (text, label) in [
            ("a\u{200d}b", "U+200D"),
            ("👩\u{200d} a", "U+200D"),
            ("a\u{200c}b سلام", "U+200C"),
            ("a\u{fe0f}", "U+FE0F"),
            ("😀\u{e0100}", "U+E0100"),
            ("a\u{200f}b", "U+200F"),
            ("سلام \u{202e}abc", "U+202E"),
            (
                "🏴\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}\u{e0020}",
                "7 tag characters",
            ),
            ("a\u{200b}\u{200b}\u{200b}b", "U+200B ×3"),
        ] {
            let labels: Vec<String> = hidden(text).iter().map(Hidden::label).collect();
            assert_eq!(labels, [label], "{text:?}");
        }
    }

    #[test]
    fn a_message_in_tags_is_quoted_and_escaped() {
        let tags: String =
            "<b>go".chars().map(|c| char::from_u32(0xe0000 + u32::from(c)).unwrap()).collect();
        assert_eq!(
            revealed(&format!("a{tags}")).as_str(),
            "a<span class=\"hidden-character\" title=\"tag character\">5 tag characters</span>\
             <q class=\"hidden-message\">&lt;b&gt;go</q>"
        );
        assert_eq!(plainly(&format!("a{tags}b")), "a[5 tag characters]b");
    }

    #[test]
    fn marks_do_not_grow_without_end() {
        let text = "\u{200b}\u{200c}".repeat(10_000);
        assert!(revealed(&text).as_str().len() < 4 * text.len());
    }
}
