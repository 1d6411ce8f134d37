//! Owns Markdown: from text to HTML that is safe whatever the text says. Foreign text may use
//! `**` for strong words, quotes, lists, code, tables and links of the schemes that the site allows.
//! Its headings become strong paragraphs and its rules are left out; everything else in it is shown
//! as it is written. Our own articles may also have headings that can be linked to.

mod fences;
mod ids;
mod plain;
mod unseen;
mod wrapped;

use std::borrow::Cow;

use pulldown_cmark::{
    Alignment, CowStr, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
    html,
};
use serde::Serialize;

use crate::text::{self, Html, LinkSchemes, Room};

pub use fences::{Fenced, fenced};
pub use plain::{first_sentence, is_sentence};

/// Deeper nesting is flattened: browsers and checkers have limits of their own.
const DEEPEST: usize = 12;
/// Longer foreign texts are cut: a page is read, the machine output has the whole.
const LONGEST: usize = 16 * 1024;
/// Longer HTML is not worth its markup: a few signs of a table can stand for thousands of cells.
const LONGEST_HTML: usize = 48 * 1024;
/// How much of such a text is shown as it is written.
const LONGEST_PLAIN: usize = 8 * 1024;

/// Foreign text as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Foreign {
    /// The text.
    #[serde(rename = "text_html")]
    pub html: Html,
    /// Whether its end is missing.
    pub is_cut: bool,
}

/// Reads Markdown, always of the same kind.
fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// Renders text that a stranger wrote: to nothing if nobody would read anything of it. Addresses of
/// other schemes are shown and not linked.
pub fn foreign(source: &str, schemes: LinkSchemes) -> Foreign {
    if is_plain_line(source) {
        let html = ["<p>", source.trim_end(), "</p>\n"].concat();
        return Foreign { html: Html::from_escaped(html), is_cut: false };
    }
    parsed(source, schemes)
}

/// Whether a text is one line that Markdown and HTML show as it is written. Most descriptions are,
/// and need no parser.
fn is_plain_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Inside of a word it is no mark.
    let is_inside_word = |at: usize| {
        let is_of_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        is_of_word(at - 1) && is_of_word(at + 1)
    };
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.len() <= LONGEST
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'*' | b'`' | b'[' | b']' | b'<' | b'>' | b'\\' | b'&' | b'~' | b'|' => false,
            b'_' => is_inside_word(at),
            _ => matches!(byte, b' '..=b'~'),
        })
}

fn parsed(source: &str, schemes: LinkSchemes) -> Foreign {
    let (kept, is_cut) = shorten(source);
    // Both characters would be an end of a line.
    let (kept, marks) = if kept.contains("\r\n") {
        unseen::with_stand_ins(&kept.replace("\r\n", "\n"))
    } else {
        unseen::with_stand_ins(kept)
    };
    let kept = text::dedented(&kept);
    let events = parser(&kept).into_offset_iter();
    let tamed = Tamed { source: &kept, events, schemes, open: Vec::new() };
    let html = if marks.is_empty() {
        render_within(LONGEST_HTML, tamed)
    } else {
        render_within(LONGEST_HTML, tamed.map(|event| unseen::marked(event, &marks)))
    };
    html.map_or_else(
        || Foreign { html: plain(shortened(source, LONGEST_PLAIN).0), is_cut: true },
        |html| {
            if is_cut || html.shows_text() { Foreign { html, is_cut } } else { Foreign::default() }
        },
    )
}

/// A text as it is written.
fn plain(source: &str) -> Html {
    let escaped = text::revealed(source);
    let lines: Vec<&str> = escaped.as_str().lines().collect();
    Html::from_escaped(format!("<p>{}</p>\n", lines.join("<br>\n")))
}

/// The addresses to which an article links, and those of its pictures, as they are written, each
/// with where it begins.
pub fn links(source: &str) -> Vec<(String, usize)> {
    let events = parser(source).into_offset_iter();
    let links = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some((dest_url.into_string(), range.start))
        }
        _ => None,
    });
    links.collect()
}

/// Renders an article of the site's own. `resolve` turns an address as written, such as
/// `/attacks/`, into the address to link to.
pub fn own(source: &str, resolve: impl Fn(&str) -> String) -> Html {
    let mut ids = ids::Ids::new();
    let events: Vec<Event<'_>> = parser(source).collect();
    let mut output = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        output.push(match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let id = ids::of_heading(&events[index + 1..], &mut ids);
                let level = (*level).max(HeadingLevel::H2);
                Event::Start(Tag::Heading {
                    level,
                    id: Some(id.into()),
                    classes: classes.clone(),
                    attrs: attrs.clone(),
                })
            }
            Event::End(TagEnd::Heading(level)) => {
                Event::End(TagEnd::Heading((*level).max(HeadingLevel::H2)))
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => Event::Start(Tag::Link {
                link_type: *link_type,
                dest_url: resolve(dest_url).into(),
                title: title.clone(),
                id: id.clone(),
            }),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image {
                    link_type: *link_type,
                    dest_url: resolve(dest_url).into(),
                    title: title.clone(),
                    id: id.clone(),
                })
            }
            Event::Start(Tag::Table(columns)) => Event::Start(unaligned(columns)),
            Event::Html(code) | Event::InlineHtml(code) => Event::Text(code.clone()),
            other => other.clone(),
        });
    }
    render(output.into_iter())
}

fn render<'text, Events: Iterator<Item = Event<'text>>>(events: Events) -> Html {
    let mut output = String::new();
    html::push_html(&mut output, for_pages(events));
    Html::from_escaped(output)
}

/// `None`: it would have more bytes than this, and was not made to its end.
fn render_within<'text, Events: Iterator<Item = Event<'text>>>(
    most: usize,
    events: Events,
) -> Option<Html> {
    let mut room = Room::new(most);
    html::write_html_fmt(&mut room, for_pages(events)).ok()?;
    String::from_utf8(room.into_bytes()).ok().map(Html::from_escaped)
}

/// The events with tables inside of what scrolls by itself, because they may be wider than the page,
/// with cells at their heads that say that they are about their columns, and with elements without
/// content as HTML writes them.
fn for_pages<'text>(
    events: impl Iterator<Item = Event<'text>>,
) -> impl Iterator<Item = Event<'text>> {
    const BEFORE: &str = "<div class=\"scroll\" tabindex=\"0\">\n";
    const BEHIND: &str = "</div>\n";
    let mut is_in_head = false;
    let alone = |event| [None, Some(event), None];
    events.flat_map(move |event| {
        let shown = match event {
            Event::Start(Tag::Table(_)) => [Some(Event::Html(BEFORE.into())), Some(event), None],
            Event::End(TagEnd::Table) => [None, Some(event), Some(Event::Html(BEHIND.into()))],
            Event::Start(Tag::TableHead) | Event::End(TagEnd::TableHead) => {
                is_in_head = !is_in_head;
                alone(event)
            }
            Event::Start(Tag::TableCell) if is_in_head => {
                alone(Event::InlineHtml("<th scope=\"col\">".into()))
            }
            Event::End(TagEnd::TableCell) if is_in_head => alone(Event::InlineHtml("</th>".into())),
            Event::HardBreak => alone(Event::InlineHtml("<br>\n".into())),
            Event::Rule => alone(Event::Html("<hr>\n".into())),
            other => alone(other),
        };
        shown.into_iter().flatten()
    })
}

fn shorten(source: &str) -> (&str, bool) {
    shortened(source, LONGEST)
}

/// The beginning of a text, up to a line's end if there is one, and whether that is not all.
fn shortened(source: &str, longest: usize) -> (&str, bool) {
    if source.len() <= longest {
        return (source, false);
    }
    let mut end = longest;
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    let kept = source.get(..end).unwrap_or_default();
    let line_end = kept.rfind('\n').filter(|at| *at > longest / 2).unwrap_or(end);
    (source.get(..line_end).unwrap_or_default(), true)
}

/// A table without alignment, which would be written as a style in the page.
fn unaligned<'text>(columns: &[Alignment]) -> Tag<'text> {
    Tag::Table(vec![Alignment::None; columns.len()])
}

/// Where a link leads. The address of a mailbox stands in angle brackets without its scheme.
fn address(kind: LinkType, written: &str) -> Cow<'_, str> {
    match kind {
        LinkType::Email => Cow::Owned(format!("mailto:{written}")),
        _ => Cow::Borrowed(written),
    }
}

/// What became of a tag of foreign text, so that its end meets the same fate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Dropped,
    /// Emphasis, whose marks are shown: in names and patterns they are no emphasis at all.
    Marked,
    /// A heading, which becomes a strong paragraph: the headings of a page are ours.
    Strong,
    /// A link that is not followed to where it leads, but shown.
    Refused,
}

/// The mark of emphasis that is shown as it is written, because in names and patterns it is none:
/// `*` and `_` are used for that too, and so is `__`, as in `__init__`.
fn shown_mark<'text>(tag: &Tag<'_>, source: &'text str, start: usize) -> Option<&'text str> {
    let mark = match tag {
        Tag::Emphasis => source.get(start..=start),
        Tag::Strong => source.get(start..start + 2).filter(|mark| *mark == "__"),
        _ => None,
    };
    mark.filter(|mark| mark.starts_with(['*', '_']))
}

/// Foreign events without anything that could act.
struct Tamed<'text> {
    source: &'text str,
    events: OffsetIter<'text>,
    schemes: LinkSchemes,
    open: Vec<(Fate, CowStr<'text>)>,
}

impl<'text> Iterator for Tamed<'text> {
    type Item = Event<'text>;

    fn next(&mut self) -> Option<Event<'text>> {
        loop {
            let (event, range) = self.events.next()?;
            let event = match event {
                Event::Start(tag) => match shown_mark(&tag, self.source, range.start) {
                    Some(mark) => {
                        self.open.push((Fate::Marked, CowStr::Borrowed(mark)));
                        Some(Event::Text(mark.into()))
                    }
                    None => self.start(tag),
                },
                Event::End(tag) => self.end(tag),
                Event::Html(code) | Event::InlineHtml(code) => Some(Event::Text(code)),
                // Descriptions are written in lines, often as a list of arguments.
                Event::SoftBreak if !wrapped::is_wrapped(self.source, &range) => {
                    Some(Event::HardBreak)
                }
                Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => None,
                Event::Text(text) if self.source.get(range) != Some(&*text) => {
                    Some(unseen::decoded(&text))
                }
                other => Some(other),
            };
            if event.is_some() {
                return event;
            }
        }
    }
}

impl<'text> Tamed<'text> {
    fn start(&mut self, tag: Tag<'text>) -> Option<Event<'text>> {
        // A table is none without its rows and cells, and a list without its items.
        let inside = match tag {
            Tag::Table(_) => 2,
            Tag::List(_) => 1,
            _ => 0,
        };
        let is_too_deep = self.open.len() + inside >= DEEPEST
            || matches!(self.open.last(), Some((Fate::Dropped, _)));
        let nothing = CowStr::Borrowed("");
        let (fate, note, event) = match tag {
            Tag::Link { link_type, dest_url, .. }
                if !is_too_deep && self.schemes.allow(&address(link_type, &dest_url)) =>
            {
                let mut attributes = Vec::new();
                // Writing to memory cannot fail.
                let _ = text::escape_html(&address(link_type, &dest_url), &mut attributes);
                let address = String::from_utf8_lossy(&attributes).into_owned();
                let html = format!("<a href=\"{address}\" rel=\"nofollow ugc noopener\">");
                (Fate::Kept, nothing, Some(Event::InlineHtml(html.into())))
            }
            // What the reader sees is the address already.
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                (Fate::Refused, nothing, None)
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                (Fate::Refused, dest_url, None)
            }
            _ if is_too_deep => (Fate::Dropped, nothing, None),
            Tag::Heading { .. } => {
                (Fate::Strong, nothing, Some(Event::InlineHtml("<p><strong>".into())))
            }
            Tag::CodeBlock(_) => {
                let kind = pulldown_cmark::CodeBlockKind::Indented;
                (Fate::Kept, nothing, Some(Event::Start(Tag::CodeBlock(kind))))
            }
            Tag::Table(columns) => (Fate::Kept, nothing, Some(Event::Start(unaligned(&columns)))),
            Tag::HtmlBlock => (Fate::Kept, nothing, Some(Event::Start(Tag::Paragraph))),
            tag => (Fate::Kept, nothing, Some(Event::Start(tag))),
        };
        self.open.push((fate, note));
        event
    }

    fn end(&mut self, tag: TagEnd) -> Option<Event<'text>> {
        let (fate, note) = self.open.pop()?;
        match (fate, tag) {
            (Fate::Dropped, _) => None,
            (Fate::Marked, _) => Some(Event::Text(note)),
            (Fate::Strong, _) => Some(Event::InlineHtml("</strong></p>\n".into())),
            (Fate::Refused, _) if note.is_empty() => None,
            (Fate::Refused, _) => Some(Event::Text(format!(" ({})", unseen::named(&note)).into())),
            (Fate::Kept, TagEnd::Link) => Some(Event::InlineHtml("</a>".into())),
            (Fate::Kept, TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            (Fate::Kept, tag) => Some(Event::End(tag)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::plain::without_markup;
    use super::*;

    #[test]
    fn what_a_reference_hides_is_marked_as_if_it_stood_there() {
        let html = |source: &str| foreign(source, LinkSchemes::default()).html.as_str().to_owned();
        for (reference, label) in [
            ("&#x202E;", "U+202E"),
            ("&shy;", "U+00AD"),
            ("&ZeroWidthSpace;", "U+200B"),
            ("&#xfeff;", "U+FEFF"),
            ("&#xE0041;", "U+E0041"),
        ] {
            let shown = html(&format!("a {reference}b{reference} <c> & [d](no:{reference})"));
            assert!(!text::hidden(&shown).iter().any(|run| run.count > 0), "{reference}: {shown}");
            assert_eq!(shown.matches(&format!(">{label}<")).count(), 2, "{reference}: {shown}");
            assert!(shown.contains("&lt;c&gt; &amp; d (no:["), "{reference}: {shown}");
        }
        for (reference, picture) in
            [("&#x1b;", "␛"), ("&#x80;", "\u{fffd}"), ("&#xfdd0;", "\u{fffd}")]
        {
            let shown = html(&format!("\u{202e}{reference}0&#xfdd1;"));
            assert!(shown.contains(&format!("{picture}0\u{fffd}")), "{reference}: {shown}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_line_is_shown_as_the_parser_shows_it(
            text in "[a-zA-Z]([a-zA-Z0-9]{0,3}[ -~]{0,2}|_|  |!\\[|1\\. |- |# |https://a\\.b){0,12} ?",
        ) {
            if is_plain_line(&text) {
                let schemes = LinkSchemes::default();
                prop_assert_eq!(foreign(&text, schemes), parsed(&text, schemes));
                let shown = text::first_sentence(&without_markup(&text, 999), 99);
                prop_assert_eq!(first_sentence(&text, 99), shown);
            }
        }
    }

    fn html(source: &str) -> String {
        foreign(source, LinkSchemes::default()).html.as_str().trim().to_owned()
    }

    #[test]
    fn foreign_html_is_shown_as_it_is_written() {
        assert_eq!(html("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>");
        assert_eq!(
            html("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
        );
    }

    #[test]
    fn foreign_links_lead_to_allowed_schemes_or_nowhere() {
        assert_eq!(
            html("[a](https://example.org/?a=1&b=\"2)"),
            "<p><a href=\"https://example.org/?a=1&amp;b=&quot;2\" rel=\"nofollow ugc noopener\">a</a></p>"
        );
        assert_eq!(html("[a](javascript:alert(1))"), "<p>a (javascript:alert(1))</p>");
        assert_eq!(html("[a](http://wiki/)"), "<p>a (http://wiki/)</p>");
        assert_eq!(
            html("<http://wiki/> <help@example.org>"),
            "<p>http://wiki/ help@example.org</p>"
        );
        let schemes = LinkSchemes { http: true, mailto: true };
        assert_eq!(
            foreign("[a](http://wiki/) <help@example.org>", schemes).html.as_str(),
            "<p><a href=\"http://wiki/\" rel=\"nofollow ugc noopener\">a</a> <a href=\"mailto:help@example.org\" rel=\"nofollow ugc noopener\">help@example.org</a></p>\n"
        );
        assert_eq!(
            html("![beacon](https://example.org/x.png)"),
            "<p>beacon (https://example.org/x.png)</p>"
        );
    }

    #[test]
    fn marks_that_are_part_of_a_name_are_shown() {
        assert_eq!(
            html("Calls __init__ of *.py, **not** _x_"),
            "<p>Calls __init__ of *.py, <strong>not</strong> _x_</p>"
        );
        assert_eq!(
            first_sentence("Calls __init__ of **all** _x_. More.", 99),
            "Calls __init__ of all _x_."
        );
    }

    #[test]
    fn a_table_scrolls_by_itself_and_its_head_is_about_columns() {
        let table = "| a | b |\n|---|---|\n| 1 | 2 |";
        let rows = "<tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>";
        let head =
            "<table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead>";
        let whole = format!("<div class=\"scroll\" tabindex=\"0\">\n{head}{rows}\n</div>");
        assert_eq!(html(table), whole);
        assert_eq!(own(table, str::to_owned).as_str().trim(), whole);
    }

    #[test]
    fn a_first_sentence_has_no_markup() {
        assert_eq!(
            first_sentence("Gets **all** `notes` of [a day](https://x.example). More.", 99),
            "Gets all notes of a day."
        );
        assert_eq!(first_sentence("# Title of it\n\n- one item\n- two", 99), "Title of it");
        let sections = "Purpose:\n1. Finds a note.\n\nReturns:\n1. The note.";
        assert_eq!(first_sentence(sections, 99), "Purpose: Finds a note.");
    }

    #[test]
    fn a_first_sentence_stays_in_its_block() {
        for (text, sentence) in [
            (
                "Safe action:\n- asks first, by default\n- or writes",
                "Safe action: asks first, by default",
            ),
            ("Finds notes in **a folder**\n- by name\n- by date", "Finds notes in a folder"),
            ("Deletes **it**.\n\n(Ask the owner of it first.)", "Deletes it."),
            ("# Notes of a day\nand their tags.", "Notes of a day"),
            ("| a | b |\n|---|---|\n| one two three | four |\n\nReads all mail.", "a b"),
            ("Runs **a** query\n```\nselect all\n```\nof notes.", "Runs a query"),
        ] {
            assert_eq!(first_sentence(text, 99), sentence);
        }
    }

    #[test]
    fn what_is_too_deep_leaves_no_half_of_a_table_or_list() {
        for depth in 0..20 {
            for inside in ["|a|b|\n|-|-|\n|1|2|", "- one\n- two\n  1. three"] {
                let quotes = "> ".repeat(depth);
                let text: Vec<String> =
                    inside.lines().map(|line| format!("{quotes}{line}\n")).collect();
                let html = html(&text.concat());
                for (outer, inner) in [("table", "tr"), ("tr", "t"), ("ul", "li"), ("ol", "li")] {
                    let has = |name: &str| html.contains(&format!("<{name}"));
                    assert!(!has(outer) || has(inner), "{depth}: {html}");
                }
                assert_eq!(html.matches("<t").count(), html.matches("</t").count(), "{html}");
            }
        }
    }

    #[test]
    fn headings_leave_the_ids_of_the_page_alone() {
        let html = own("## Sources\n\n## Sources\n\n## Content", str::to_owned);
        for id in ["sources-2", "sources-3", "content-2"] {
            assert!(html.as_str().contains(&format!("id=\"{id}\"")), "{html:?}");
        }
    }

    #[test]
    fn tables_bring_no_style() {
        let html = html("|a|b|\n|:-:|--:|\n|1|2|");
        assert!(html.contains(">a</th>") && !html.contains("style"), "{html}");
    }

    #[test]
    fn marks_of_patterns_and_syntax_are_kept() {
        assert_eq!(
            html("FRR-*, KSI-* and **bold**"),
            "<p>FRR-*, KSI-* and <strong>bold</strong></p>"
        );
        assert_eq!(html("use _a_ or *b*"), "<p>use _a_ or *b*</p>");
    }

    #[test]
    fn the_lines_of_a_docstring_stay_lines() {
        let docstring =
            "Plays a move.\n\n    Args:\n        move: the move\n        game: the game\n    ";
        assert_eq!(
            html(docstring),
            "<p>Plays a move.</p>\n<p>Args:<br>\nmove: the move<br>\ngame: the game</p>"
        );
        for line in ["3 parts are returned.", "-v: verbose", "*args: all"] {
            let deep = format!("Reads it.\nAll.\n\n      {line}\n\n      More.");
            assert!(!html(&deep).contains("<pre"), "{line}");
        }
        assert!(html("Has:\n  - one\n    - two").contains("<ul>\n<li>one\n<ul>"));
    }

    #[test]
    fn prose_that_was_broken_into_lines_is_one_paragraph() {
        let full = "Adds or removes labels on many messages, or on every message of";
        for next in ["whole threads.", "(all of them)", "all: (or none)"] {
            let is_prose = !next.starts_with("all:");
            let line_end = if is_prose { "\n" } else { "<br>\n" };
            assert_eq!(html(&format!("{full}\n{next}")), format!("<p>{full}{line_end}{next}</p>"));
        }
        assert_eq!(html("One.\r\nTwo.\r\n\r\nThree."), "<p>One.<br>\nTwo.</p>\n<p>Three.</p>");
        let code =
            "            alarms = [Dimension(name=\"InstanceId\",value=instance_identifier)],";
        assert!(html(&format!("{code}\nstatistic")).contains("<br>"));
        let table = "query           string    what is looked for in all of the texts\nlimit           integer   how many";
        assert!(html(table).contains("<br>"));
        for next in ["Threads.", "limit (int): how many", "limit - how many", "limit = 5", "2 more"]
        {
            assert!(html(&format!("{full}\n{next}")).contains("<br>"), "{next}");
        }
        for end in [".", ".)", "。", ":"] {
            assert!(html(&format!("{full}{end}\nwhole")).contains("<br>"), "{end}");
        }
        assert!(html("A short line\nof prose").contains("<br>"));
    }

    #[test]
    fn foreign_headings_are_not_headings() {
        assert_eq!(html("# Args"), "<p><strong>Args</strong></p>");
    }

    #[test]
    fn deep_nesting_is_flattened_and_closed_and_no_text_is_lost() {
        let html = html(&format!("{}__init__ and *x* [a](https://b/)", "> ".repeat(5000)));
        assert!(html.contains("__init__ and *x* a (https://b/)"), "{html}");
        assert_eq!(html.matches("<blockquote>").count(), html.matches("</blockquote>").count());
        assert!(html.matches("<blockquote>").count() <= DEEPEST);
    }

    #[test]
    fn long_texts_are_cut_at_a_line() {
        let cut = foreign(&"line\n".repeat(10_000), LinkSchemes::default());
        assert!(
            cut.is_cut && cut.html.as_str().matches("line").count() * "line\n".len() <= LONGEST
        );
    }

    #[test]
    fn own_headings_can_be_linked_to() {
        let html = own("## A b\n\n## A b\n\n[x](/y/)", |address| format!("/base{address}"));
        assert!(
            html.as_str().contains("<h2 id=\"a-b\">")
                && html.as_str().contains("<h2 id=\"a-b-2\">")
        );
        assert!(html.as_str().contains("href=\"/base/y/\""));
    }
}
