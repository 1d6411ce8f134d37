//! Owns JSON-LD: what a page says of itself to machines, as text that a `script` element can hold.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::text::{self, Html};

/// One thing that a page is or shows.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
pub(super) enum Thing<'page> {
    /// The way from the home page.
    BreadcrumbList { item_list_element: Vec<Step<'page>> },
    /// The page as an article.
    TechArticle {
        headline: String,
        description: &'page str,
        url: Option<&'page str>,
        in_language: &'page str,
        is_part_of: Whole<'page>,
        #[serde(skip_serializing_if = "Option::is_none")]
        date_modified: Option<&'page str>,
    },
    /// The questions that the page answers.
    #[serde(rename = "FAQPage")]
    FaqPage { main_entity: Vec<Entity> },
    /// The site, on its home page.
    WebSite { name: &'page str, url: Option<&'page str>, description: &'page str },
}

/// A page on the way from the home page.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename = "ListItem")]
pub(super) struct Step<'page> {
    pub position: usize,
    pub name: &'page str,
    pub item: String,
}

/// The site that an article is a part of.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename = "WebSite")]
pub(super) struct Whole<'page> {
    pub name: &'page str,
    pub url: String,
}

/// A question.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename = "Question", rename_all = "camelCase")]
pub(super) struct Entity {
    pub name: String,
    pub accepted_answer: Answer,
}

/// The answer to a question.
#[derive(Debug, Serialize)]
#[serde(tag = "@type")]
pub(super) struct Answer {
    pub text: String,
}

#[derive(Serialize)]
struct Graph<'page> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    things: &'page [Thing<'page>],
}

/// What a page says of itself; nothing if there is nothing to say.
pub(super) fn script(things: &[Thing<'_>]) -> Html {
    if things.is_empty() {
        return Html::default();
    }
    let mut json = Vec::with_capacity(4 * 1024);
    let graph = Graph { context: "https://schema.org", things };
    // Writing text to memory cannot fail.
    let _ = graph.serialize(&mut Serializer::with_formatter(&mut json, InScript));
    Html::from_escaped(String::from_utf8_lossy(&json).into_owned())
}

/// JSON in which nothing can end the `script` element or begin another.
struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<Writer: ?Sized + io::Write>(
        &mut self,
        writer: &mut Writer,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(must_be_escaped) {
            let (before, after) = rest.split_at(at);
            CompactFormatter.write_string_fragment(writer, before)?;
            let mut characters = after.chars();
            if let Some(character) = characters.next() {
                let mut escape = String::new();
                text::push_json_escape(character, &mut escape);
                writer.write_all(escape.as_bytes())?;
            }
            rest = characters.as_str();
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

/// Whether a character that JSON allows cannot stand in a script of an HTML document: markup, line
/// ends of JavaScript, the control characters of C1 and the noncharacters.
fn must_be_escaped(character: char) -> bool {
    matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
        || text::printable(character) != character
}
