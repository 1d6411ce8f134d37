//! Owns JSON-LD: what a page says of itself to machines, as text that a `script` element can hold.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

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

/// What a page says of itself, with the questions that it answers as [`json`].
pub(super) fn script(things: &[Thing<'_>], questions: Option<&str>) -> Html {
    let mut json = Vec::with_capacity(2 * 1024 + questions.map_or(0, str::len));
    json.extend_from_slice(br#"{"@context":"https://schema.org","@graph":["#);
    for (at, thing) in things.iter().enumerate() {
        json.extend_from_slice(if at == 0 { b"" } else { b"," });
        write(thing, &mut json);
    }
    if let Some(entities) = questions {
        json.extend_from_slice(br#",{"@type":"FAQPage","mainEntity":"#);
        json.extend_from_slice(entities.as_bytes());
        json.push(b'}');
    }
    json.extend_from_slice(b"]}");
    Html::from_utf8(json)
}

/// Questions with their answers, of which each is [`escaped`].
pub(super) fn questions(pairs: impl Iterator<Item = [String; 2]>) -> String {
    let mut json = String::with_capacity(2 * 1024);
    for (at, [question, answer]) in pairs.enumerate() {
        json.push_str(if at == 0 { "[" } else { "," });
        json.push_str(r#"{"@type":"Question","name":""#);
        json.push_str(&question);
        json.push_str(r#"","acceptedAnswer":{"@type":"Answer","text":""#);
        json.push_str(&answer);
        json.push_str(r#""}}"#);
    }
    json.push(']');
    json
}

fn write(value: &(impl Serialize + ?Sized), json: &mut Vec<u8>) {
    // Writing text to memory cannot fail.
    let _ = value.serialize(&mut Serializer::with_formatter(json, InScript));
}

/// A text as it stands between the quotation marks of such JSON.
pub(super) fn escaped(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 16);
    write(text, &mut json);
    // Without the quotation marks.
    json.pop();
    json.drain(..1.min(json.len()));
    String::from_utf8(json).unwrap_or_default()
}

/// JSON in which nothing can end the `script` element or begin another.
struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<Writer: ?Sized + io::Write>(
        &mut self,
        writer: &mut Writer,
        fragment: &str,
    ) -> io::Result<()> {
        let start = text::plain_start(fragment.as_bytes(), false);
        let may_need_escape = |byte: &u8| MAY_NEED_ESCAPE[usize::from(*byte)];
        // Most are names of members and plain texts.
        if !fragment.as_bytes().iter().skip(start).any(may_need_escape) {
            return writer.write_all(fragment.as_bytes());
        }
        // What nobody sees is named as on the page.
        let fragment = &*text::plainly(fragment);
        let (plain, mut rest) = fragment.split_at(text::plain_start(fragment.as_bytes(), false));
        writer.write_all(plain.as_bytes())?;
        while let Some(at) = rest.bytes().position(|byte| MAY_NEED_ESCAPE[usize::from(byte)]) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut characters = after.chars();
            let Some(character) = characters.next() else { break };
            if must_be_escaped(character) {
                let mut escape = String::new();
                text::push_json_escape(character, &mut escape);
                writer.write_all(escape.as_bytes())?;
            } else {
                writer.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// For each byte whether a character that begins with it may be one that [`must_be_escaped`].
const MAY_NEED_ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(
            byte,
            0x26 | 0x3c | 0x3e | 0x7f | 0xc2 | 0xcd | 0xd8 | 0xdb | 0xdc | 0xe0..=0xe3 | 0xef..
        );
        byte += 1;
    }
    table
};

/// Whether a character that JSON allows cannot stand in a script of an HTML document: markup, line
/// ends of JavaScript, the control characters of C1 and the noncharacters. What cannot be seen
/// stands as an escape as well.
fn must_be_escaped(character: char) -> bool {
    matches!(character, '<' | '>' | '&')
        || text::is_invisible(character)
        || text::printable(character) != character
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_through_and_none_can_end_the_script() {
        let characters: Vec<char> = ('\0'..=char::MAX).collect();
        for block in characters.chunks(1_024) {
            let text: String = block.iter().flat_map(|character| ['a', *character, 'b']).collect();
            let things = [Thing::WebSite { name: &text, url: None, description: "" }];
            let script = script(&things, None);
            let json: serde_json::Value = serde_json::from_str(script.as_str()).unwrap();
            assert_eq!(json["@graph"][0]["name"], *text::plainly(&text));
            assert!(!script.as_str().contains(must_be_escaped), "from {:?}", block[0]);
        }
    }
}
