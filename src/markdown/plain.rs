//! Owns foreign text without its markup, of which the first sentence is quoted.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{is_plain_line, parser, shorten, shown_mark};
use crate::text;

/// The first sentence of foreign text without its markup, in one line.
pub fn first_sentence(source: &str, longest: usize) -> String {
    if is_plain_line(source) {
        return text::first_sentence(source, longest);
    }
    text::first_sentence(&without_markup(source, longest * 8), longest)
}

/// Whether a foreign text has no other words than a sentence, which is its first one.
pub fn is_sentence(source: &str, sentence: &str) -> bool {
    // So much markup no short text has.
    let may_be = source.len() <= sentence.len() * 4 + 256;
    let has_its_words = |text: &str| text.split_whitespace().eq(sentence.split_whitespace());
    may_be
        && (has_its_words(source)
            || !is_plain_line(source)
                && has_its_words(&without_markup(source, sentence.len() * 2 + 256)))
}

/// So many bytes of a text without its markup, or some more.
pub(super) fn without_markup(source: &str, enough: usize) -> String {
    let (kept, _) = shorten(source);
    let kept = text::dedented(kept);
    let mut plain = String::new();
    // The marks that are open.
    let mut marks = Vec::new();
    for (event, range) in parser(&kept).into_offset_iter() {
        match event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words) => {
                plain.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak => plain.push('\n'),
            Event::Start(tag @ (Tag::Emphasis | Tag::Strong)) => {
                let mark = shown_mark(&tag, &kept, range.start).unwrap_or_default();
                plain.push_str(mark);
                marks.push(mark);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => {
                plain.push_str(marks.pop().unwrap_or_default());
            }
            Event::End(TagEnd::TableCell) => plain.push(' '),
            // No sentence goes on from one block to the next.
            Event::Start(Tag::Item)
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
                | TagEnd::List(_)
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => plain.push_str("\n\n"),
            _ => {}
        }
        if plain.len() > enough {
            break;
        }
    }
    plain
}
