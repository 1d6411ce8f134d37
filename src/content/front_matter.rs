//! Owns front matter: the TOML between two lines of `+++` at the beginning of a text.

use std::borrow::Cow;

use serde::Deserialize;

use super::checks::check_texts;
use super::{Article, Attack, CategoryText, RiskText, Term};
use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::overlay::LayerFile;
use crate::text;

/// What stands before front matter.
pub(super) const START: &str = "+++\n";
/// The line behind it.
const END: &str = "+++";

/// What the front matter of a kind of text holds.
pub(super) trait FrontMatter: for<'text> Deserialize<'text> {
    /// The fields, as a hint for whoever has written something else.
    const FIELDS: &'static str;

    /// The fields without whose words a page has a gap.
    const TEXTS: &'static [&'static str] = &["title", "summary"];
}

impl FrontMatter for CategoryText {
    const FIELDS: &'static str = "the front matter of a category has `title`, `summary`, `does` and `why`, and may have `attacks`";
    const TEXTS: &'static [&'static str] = &["title", "summary", "does", "why"];
}

impl FrontMatter for RiskText {
    const FIELDS: &'static str = "the front matter of a risk level has `title` and `summary`";
}

impl FrontMatter for Attack {
    const FIELDS: &'static str = "the front matter of an attack has `title`, `summary`, `categories` \
        and `status`, and may have `updated` and `[[sources]]`";
}

impl FrontMatter for Term {
    const FIELDS: &'static str =
        "the front matter of a term has `title` and `summary`, and may have `also` and `related`";
    const TEXTS: &'static [&'static str] = &["title", "summary", "also"];
}

impl FrontMatter for Article {
    const FIELDS: &'static str = "the front matter of an article has `title` and `summary`";
}

/// The front matter between two lines of `+++`, and what follows.
pub(super) fn front_matter<Text: FrontMatter>(
    file: &LayerFile,
    report: &mut Report,
) -> Option<(Text, String)> {
    if let Some(fault) = diag::byte_order_mark(Place::start(&file.label), &file.bytes) {
        report.push(fault);
        return None;
    }
    let whole = match diag::utf8(&file.label, &file.bytes) {
        Ok(whole) => whole,
        Err(fault) => {
            report.push(*fault);
            return None;
        }
    };
    let whole = whole.replace("\r\n", "\n");
    let Some((matter, body)) = parts(&whole) else {
        let hint = "begin with a line `+++`, then TOML, then another line `+++`";
        let is_begun = whole.starts_with("+++");
        let message = if is_begun {
            "the front matter does not begin or does not end with a line `+++` and nothing else"
        } else {
            "there is no front matter"
        };
        report.push(Diagnostic::error(
            Code::BadFrontMatter,
            Place::start(&file.label),
            message,
            hint,
        ));
        return None;
    };
    match toml::from_str(matter) {
        Ok(text) => {
            check_texts(file, Text::TEXTS, Text::FIELDS, report);
            Some((text, body.trim().to_owned()))
        }
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start) + START.len();
            let place = Place::at(&file.label, &whole, offset);
            let (code, hint) = if toml::from_str::<toml::Table>(matter).is_err() {
                let hint = "a field is written `name = value`, and a text stands in double quotes";
                (Code::InvalidToml, hint)
            } else {
                (Code::BadFrontMatter, Text::FIELDS)
            };
            let written = whole.get(offset..).unwrap_or_default();
            let message = text::visible(&diag::in_words_of_toml(error.message(), written));
            report.push(Diagnostic::error(code, place, message, hint));
            None
        }
    }
}

/// The front matter of a whole text, and what follows the line that ends it.
fn parts(whole: &str) -> Option<(&str, &str)> {
    let inside = whole.strip_prefix(START)?;
    let mut at = 0;
    for line in inside.split_inclusive('\n') {
        let behind = at + line.len();
        if line.trim_end() == END {
            return Some((inside.get(..at)?, inside.get(behind..)?));
        }
        at = behind;
    }
    None
}

/// The front matter of a whole text.
pub(super) fn matter_of(whole: &str) -> Option<&str> {
    parts(whole).map(|(matter, _)| matter)
}

/// What follows the front matter of a whole text.
pub(super) fn body_of(whole: &str) -> &str {
    parts(whole).map_or("", |(_, body)| body)
}

/// A text with the line ends that all of its readers expect.
pub(super) fn text_of(file: &LayerFile) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(&file.bytes);
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn front_matter_ends_with_a_line_of_its_own() {
        for (whole, found) in [
            ("+++\na = 1\n+++\nBody.", Some(("a = 1\n", "Body."))),
            ("+++\na = 1\n+++", Some(("a = 1\n", ""))),
            ("+++\n+++ \nBody.", Some(("", "Body."))),
            ("+++\na = 1\n+++ more\nBody.", None),
            ("+++\na = 1\n++++\nBody.", None),
            ("+++\na = 1\n", None),
            ("Body.", None),
        ] {
            assert_eq!(parts(whole), found, "{whole}");
        }
    }
}
