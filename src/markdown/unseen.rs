//! Owns the hidden characters of foreign text on their way through the parser: each run of them
//! comes out as a mark.

use pulldown_cmark::Event;

use crate::text::{self, Hidden};

/// Around the number of a run of hidden characters until its mark takes its place. No text has
/// them: they are of those that are replaced because no page may have them.
const OPENING: char = '\u{fdd0}';
const CLOSING: char = '\u{fdd1}';

/// A text without characters that no page may have, in which the number of each run of hidden
/// characters stands where it was, and the runs.
pub(super) fn with_stand_ins(text: &str) -> (String, Vec<Hidden>) {
    let runs = text::unseen(text);
    if runs.is_empty() {
        let is_plain = text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | 0x20..0x7f));
        let plain =
            if is_plain { text.to_owned() } else { text.chars().map(text::printable).collect() };
        return (plain, runs);
    }
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    for (index, run) in runs.iter().enumerate() {
        kept.extend(
            text.get(done..run.range.start).unwrap_or_default().chars().map(text::printable),
        );
        kept.extend([OPENING.to_string(), index.to_string(), CLOSING.to_string()]);
        done = run.range.end;
    }
    kept.extend(text.get(done..).unwrap_or_default().chars().map(text::printable));
    (kept, runs)
}

/// An event with marks for the numbers in it.
pub(super) fn marked<'text>(event: Event<'text>, runs: &[Hidden]) -> Event<'text> {
    let (before, text, after) = match &event {
        Event::Text(text) if text.contains(OPENING) => ("", text, ""),
        Event::Code(text) if text.contains(OPENING) => ("<code>", text, "</code>"),
        _ => return event,
    };
    let mut html = before.to_owned();
    for part in text.split_inclusive([OPENING, CLOSING]) {
        let number = part.strip_suffix(CLOSING).and_then(|number| number.parse().ok());
        match number.and_then(|index: usize| Some((index, runs.get(index)?))) {
            Some((index, run)) => html.push_str(&text::mark(run, index)),
            None => html.push_str(text::element_text(part.trim_end_matches(OPENING)).as_str()),
        }
    }
    html.push_str(after);
    Event::InlineHtml(html.into())
}

/// What a reference such as `&shy;` stands for: nobody looked at it before it was read.
pub(super) fn decoded<'text>(text: &str) -> Event<'text> {
    let printable: String = text.chars().map(text::printable).collect();
    if text::unseen(&printable).is_empty() {
        return Event::Text(printable.into());
    }
    Event::InlineHtml(text::revealed(&printable).as_str().to_owned().into())
}

/// A note that may have references read in it, with its hidden characters named.
pub(super) fn named(note: &str) -> String {
    let is_mark = |sign| matches!(sign, OPENING | CLOSING);
    let shown = |sign| if is_mark(sign) { sign } else { text::printable(sign) };
    let note: String = note.chars().map(shown).collect();
    text::plainly(&note).into_owned()
}
