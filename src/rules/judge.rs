//! Owns what the rules find in one tool or server, looking at nothing but its record. The time is
//! linear in the length of the record.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::words::mentions_any;
use super::{Finding, Rule, fields, instructions, names, registry, told};
use crate::catalogue::{ServerRecord, Tool};
use crate::risk::Category;
use crate::text::{self, Hidden};

/// A larger definition is one that every agent pays for.
const LARGEST: usize = 16_384;
/// How many different hidden characters a finding names.
const MOST_NAMED: usize = 3;
/// How many hidden messages of a definition are told, and in how many of its members it is told that
/// characters are hidden: a stranger may write any number of either.
const MOST_MESSAGES: usize = 16;
const MOST_FOUND: usize = 100;
/// How much of a hidden message a finding quotes.
const LONGEST_MESSAGE: usize = 200;

/// A reference to a character as Markdown knows it, by its number or one of the names below.
static REFERENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z]{2,23});").ok());
/// The names that HTML has for characters that cannot be seen.
const NAMED: [(&str, char); 17] = [
    ("shy", '\u{ad}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("NoBreak", '\u{2060}'),
    ("ApplyFunction", '\u{2061}'),
    ("af", '\u{2061}'),
    ("InvisibleTimes", '\u{2062}'),
    ("it", '\u{2062}'),
    ("InvisibleComma", '\u{2063}'),
    ("ic", '\u{2063}'),
    ("NegativeVeryThinSpace", '\u{200b}'),
    ("NegativeThinSpace", '\u{200b}'),
    ("NegativeMediumSpace", '\u{200b}'),
    ("NegativeThickSpace", '\u{200b}'),
];

/// What readers should know of a server.
pub fn of_server(record: &ServerRecord<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    concealed(record.raw_server, &mut findings);
    findings.extend(record.server.description.as_deref().and_then(referred_to));
    findings.extend(registry::withdrawn(record));
    findings.extend(names::padding(&record.server.name));
    findings.extend(mixtures(&record.server.name, record.server.title.as_deref()));
    findings.extend(instructions::in_members(
        record.raw_server,
        &["title", "description", "instructions"],
    ));
    findings
}

/// What readers should know of a tool.
pub fn of_tool(tool: &Tool<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    concealed(tool.raw, &mut findings);
    findings.extend(tool.description.as_deref().and_then(referred_to));
    findings.extend(names::padding(&tool.name));
    findings.extend(mixtures(&tool.name, tool.title.as_deref()));
    findings.extend(instructions::in_members(
        tool.raw,
        &["title", "description", "annotations", "inputSchema", "outputSchema"],
    ));
    findings.extend(names::contradiction(&tool.name, tool.category));
    findings
}

/// What is mixed in a name, and in the title beside it that readers see first.
fn mixtures(name: &str, title: Option<&str>) -> impl Iterator<Item = Finding> {
    let title = title.filter(|title| *title != name);
    names::mixture("name", name).into_iter().chain(title.and_then(|it| names::mixture("title", it)))
}

/// What those who keep the catalogue should know of a tool besides.
pub fn for_keepers(tool: &Tool<'_>) -> Vec<Finding> {
    let mut findings = fields::of_tool(tool);
    findings.extend(annotations(tool));
    if tool.description.is_none() {
        findings.push(Finding::new(Rule::MissingDescription, "", "the tool has no description"));
    }
    findings.extend(undescribed(tool));
    let size = tool.description.as_deref().map_or(0, str::len)
        + tool.input_schema.map_or(0, compact_length);
    if size > LARGEST {
        let message = format!(
            "the description and the input schema together have {} bytes",
            text::number(size)
        );
        findings.push(Finding::new(Rule::LargeDefinition, "", message));
    }
    findings
}

/// What the server declares of a tool and its category denies.
pub fn denied_claim(tool: &Tool<'_>) -> Option<&'static str> {
    let (read_only, destructive) = (tool.is_declared_read_only(), tool.is_declared_destructive());
    match (read_only, destructive, tool.category) {
        (Some(true), _, category) if category != Category::Read => Some("read-only"),
        (Some(false), _, Category::Read) => Some("not read-only"),
        // Of one that changes data the hint says only that it does not merely add some.
        (_, Some(true), Category::Read) => Some("destructive"),
        (_, Some(false), Category::Destructive) => Some("not destructive"),
        _ => None,
    }
}

fn annotations(tool: &Tool<'_>) -> Option<Finding> {
    let claim = denied_claim(tool)?;
    let message =
        format!("the server declares the tool {claim}; its category is {}", tool.category.name());
    Some(Finding::new(Rule::ContradictingAnnotations, "annotations", message))
}

/// Parameters of which nothing says what they are.
fn undescribed(tool: &Tool<'_>) -> Option<Finding> {
    let schema = tool.schema()?;
    let properties = schema.get("properties")?.as_object()?;
    let description = tool.description.as_deref().unwrap_or_default();
    let count = properties.len();
    if count == 0
        || properties.values().any(says_something)
        || mentions_any(description, properties.keys())
    {
        return None;
    }
    let message = match count {
        1 => "the one parameter has no description".to_owned(),
        _ => format!("none of the {count} parameters has a description"),
    };
    Some(Finding::new(Rule::UndescribedParameters, "inputSchema", message))
}

/// Whether a schema or one inside it has words, or names the values that it allows. What a reference
/// leads to may be described there. Titles do not count: libraries make them of the names.
fn says_something(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, value)| match (key.as_str(), value) {
            ("description", Value::String(words)) => !words.trim().is_empty(),
            ("enum" | "const" | "$ref", _) => true,
            ("default" | "examples", _) => false,
            _ => says_something(value),
        }),
        Value::Array(items) => items.iter().any(says_something),
        _ => false,
    }
}

/// The length of JSON without the white space between its parts and with no character escaped that
/// need not be, whoever wrote it.
fn compact_length(json: &str) -> usize {
    let mut length = 0;
    let mut is_in_string = false;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        length += match byte {
            b'\\' => escape_length(&mut bytes),
            b'"' => {
                is_in_string = !is_in_string;
                1
            }
            _ => usize::from(is_in_string || !byte.is_ascii_whitespace()),
        };
    }
    length
}

/// How long what is escaped is in UTF-8, or still is as an escape.
fn escape_length(behind: &mut std::str::Bytes<'_>) -> usize {
    match behind.next() {
        Some(b'/') => 1,
        Some(b'u') => {
            let code = behind.take(4).fold(0, |code, digit| {
                code << 4 | char::from(digit).to_digit(16).unwrap_or_default()
            });
            match code {
                0..0x20 => 6,
                // Quotation marks and backslashes stay escaped. Of a pair of surrogates, which are
                // one character of four bytes, each is half.
                0x22 | 0x5c | 0x80..0x800 | 0xd800..0xe000 => 2,
                0x20..0x80 => 1,
                _ => 3,
            }
        }
        _ => 2,
    }
}

/// Hidden characters in the members of a definition, one finding for each.
fn concealed(definition: &str, findings: &mut Vec<Finding>) {
    let bytes = definition.as_bytes();
    let is_escape = |at: usize| matches!(bytes.get(at + 1), Some(b'u' | b'b' | b'f'));
    let may_have_escapes = memchr::memchr_iter(b'\\', bytes).any(is_escape);
    // The last character of ASCII is a control that JSON lets stand as it is.
    if !may_have_escapes && definition.is_ascii() && !bytes.contains(&0x7f) {
        return;
    }
    if !may_have_escapes && !definition.chars().any(text::is_invisible) {
        return;
    }
    let Ok(Value::Object(members)) = serde_json::from_str(definition) else { return };
    // A classification is the catalogue's own.
    for (member, value) in members.iter().filter(|(member, _)| *member != "classification") {
        let mut runs = text::hidden(member);
        collect(value, &mut runs);
        let (messages, others): (Vec<Hidden>, Vec<Hidden>) =
            runs.into_iter().partition(|run| run.message.is_some());
        let mut known = HashSet::new();
        let new = messages.into_iter().filter_map(|run| run.message);
        let each_once = new.filter(|message| known.insert(message.clone()));
        findings.extend(each_once.map(|message| message_found(member, &message)));
        let start = format!("`{}` has", told(member));
        findings.extend(characters_found(&start, member, &others));
    }
    limit(Rule::HiddenMessage, MOST_MESSAGES, findings);
    limit(Rule::HiddenText, MOST_FOUND, findings);
}

/// Leaves out the findings of a rule behind the first ones, and says so.
fn limit(rule: Rule, most: usize, findings: &mut Vec<Finding>) {
    let mut count = 0;
    let mut last = None;
    findings.retain(|finding| {
        count += usize::from(finding.rule == rule);
        let is_kept = finding.rule != rule || count <= most;
        if !is_kept {
            last = Some(finding.member.clone());
        }
        is_kept
    });
    findings.extend(last.map(|member| {
        let message = format!("more of this kind: {}", text::number(count - most));
        Finding::new(rule, &member, message)
    }));
}

fn collect(value: &Value, runs: &mut Vec<Hidden>) {
    match value {
        Value::String(text) => runs.extend(text::hidden(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, runs)),
        Value::Object(members) => {
            for (key, value) in members {
                runs.extend(text::hidden(key));
                collect(value, runs);
            }
        }
        _ => {}
    }
}

fn message_found(member: &str, message: &str) -> Finding {
    let (shown, quoted) = (told(member), told(&text::cut(message, LONGEST_MESSAGE)));
    let message = format!("`{shown}` hides the message “{quoted}”");
    Finding::new(Rule::HiddenMessage, member, message)
}

/// Hidden characters that a description has as references such as `&#x202e;`: clients that show it
/// as Markdown show none of them, and models can read them.
fn referred_to(description: &str) -> Option<Finding> {
    let invisible = |found: Captures<'_>| {
        let name = found.get(1)?.as_str();
        let character = match name.strip_prefix('#') {
            None => NAMED.iter().find(|(known, _)| *known == name)?.1,
            Some(number) => {
                let hexadecimal = number.strip_prefix(['x', 'X']);
                let radix = if hexadecimal.is_some() { 16 } else { 10 };
                let number = u32::from_str_radix(hexadecimal.unwrap_or(number), radix).ok()?;
                char::from_u32(number)?
            }
        };
        let found = Hidden { range: 0..0, character, count: 1, message: None };
        text::is_invisible(character).then_some(found)
    };
    if !description.contains('&') {
        return None;
    }
    let runs: Vec<Hidden> =
        REFERENCE.as_ref()?.captures_iter(description).filter_map(invisible).collect();
    characters_found("`description` refers to", "description", &runs)
}

/// What is hidden and says nothing. The message begins with `start`.
fn characters_found(start: &str, member: &str, runs: &[Hidden]) -> Option<Finding> {
    let count: usize = runs.iter().map(|run| run.count).sum();
    if count == 0 {
        return None;
    }
    let mut kinds: Vec<char> = runs.iter().map(|run| run.character).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let named: Vec<String> = kinds
        .iter()
        .take(MOST_NAMED)
        .filter_map(|kind| runs.iter().find(|run| run.character == *kind))
        .map(|run| format!("U+{:04X} ({})", u32::from(run.character), run.name()))
        .collect();
    let more = if kinds.len() > MOST_NAMED { " and others" } else { "" };
    let message = format!(
        "{start} {} that cannot be seen: {}{more}",
        text::count(count, "character"),
        named.join(", ")
    );
    Some(Finding::new(Rule::HiddenText, member, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_between_the_parts_of_a_definition_does_not_count() {
        for (json, length) in
            [("{ \"a\" : [ 1 ,\n 2 ] }", 11), (r#"{"a b": "c \" d" }"#, 16), (r#"["\\" , 1]"#, 8)]
        {
            assert_eq!(compact_length(json), length, "{json}");
        }
    }

    #[test]
    fn a_definition_is_as_long_however_its_characters_are_written() {
        for (escaped, plain) in [
            (r#""\u0041\/\u003c""#, r#""A/<""#),
            (r#""\u00e9\u8aad\ud83d\ude42""#, "\"é読🙂\""),
            (r#""\u0022\u005c""#, r#""\"\\""#),
            (r#""\u0001\n\t""#, r#""\u0001\n\t""#),
        ] {
            assert_eq!(compact_length(escaped), plain.len(), "{escaped}");
            assert_eq!(compact_length(plain), plain.len(), "{plain}");
        }
    }
}
