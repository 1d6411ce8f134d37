//! Owns reading JSON with places: each value knows which part of its record it is, so that a fault
//! can point at it, and one fault does not hide the next.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::spots::Part;
use super::syntax::{self, Explained, Setting};
use crate::diag::{Code, Diagnostic, Report};

/// The text of one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'text> {
    /// The file, as reports name it.
    pub file: &'text str,
    /// The record, whole.
    pub text: &'text str,
    /// The line of the file on which the text begins.
    pub first_line: usize,
    /// Whether the text is one line of a file of many records.
    pub is_line: bool,
}

impl<'text> Source<'text> {
    /// The whole text as one value.
    pub(crate) fn root(&self) -> Node<'text> {
        Node { raw: self.text }
    }
}

/// One value of a record, not yet looked into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'text> {
    /// The value as it is written.
    pub raw: &'text str,
}

impl Node<'_> {
    fn is_null(&self) -> bool {
        self.raw == "null"
    }
}

/// The members of an object in the order of the file.
#[derive(Debug)]
pub(super) struct Object<'text> {
    members: Vec<(Cow<'text, str>, &'text RawValue)>,
}

impl<'text> Object<'text> {
    /// An object that has been read before. `None`: it is none.
    pub(crate) fn of(raw: &'text str) -> Option<Object<'text>> {
        Some(Object { members: serde_json::from_str::<Members<'text>>(raw).ok()?.0 })
    }

    /// The member of a name. A member that is `null` counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'text>> {
        let (_, value) = self.members.iter().find(|(key, _)| key == name)?;
        Some(Node { raw: value.get() }).filter(|node| !node.is_null())
    }

    /// All members but those of these names, with their names.
    pub(crate) fn others(&self, names: &[&str]) -> impl Iterator<Item = (&str, Node<'text>)> {
        let members = self.members.iter().map(|(key, raw)| (key.as_ref(), Node { raw: raw.get() }));
        members.filter(|(key, node)| !names.contains(key) && !node.is_null())
    }
}

/// A fault of a record whose place is not looked for yet.
struct Fault<'text> {
    part: Part<'text>,
    code: Code,
    message: String,
    hint: &'static str,
}

/// Looks into values and keeps what it does not find.
pub(super) struct Reader<'text> {
    pub source: Source<'text>,
    faults: Vec<Fault<'text>>,
}

impl<'text> Reader<'text> {
    /// A reader that has found no fault yet.
    pub(crate) fn of(source: Source<'text>) -> Reader<'text> {
        Reader { source, faults: Vec::new() }
    }

    /// How many faults were found so far.
    pub(crate) fn fault_count(&self) -> usize {
        self.faults.len()
    }

    /// Reports what was found.
    pub(crate) fn tell(self, report: &mut Report) {
        let parts: Vec<Part<'text>> = self.faults.iter().map(|fault| fault.part).collect();
        let spots = self.source.spots(&parts);
        for (Fault { code, message, hint, .. }, (place, field)) in
            self.faults.into_iter().zip(spots)
        {
            report.push(Diagnostic::error(code, place, message, hint).in_field(field));
        }
    }

    /// Keeps a fault of a value.
    pub(crate) fn fault(
        &mut self,
        node: &Node<'text>,
        code: Code,
        message: impl Into<String>,
        hint: &'static str,
    ) {
        let part = self.source.part(node.raw);
        self.faults.push(Fault { part, code, message: message.into(), hint });
    }

    /// The value as an object.
    pub(crate) fn object(&mut self, node: &Node<'text>) -> Option<Object<'text>> {
        if !self.begins_with(node, "{", "an object") {
            return None;
        }
        let members: Members<'text> = self.json(node)?;
        let mut keys: Vec<&str> = members.0.iter().map(|(key, _)| key.as_ref()).collect();
        keys.sort_unstable();
        for pair in keys.windows(2).filter(|pair| pair[0] == pair[1]) {
            let message =
                format!("the key `{}` stands twice in one object", crate::text::visible(pair[0]));
            self.fault(node, Code::DuplicateKey, message, "keep one of the two");
        }
        Some(Object { members: members.0 })
    }

    /// The value as a list.
    pub(crate) fn list(&mut self, node: &Node<'text>) -> Option<Vec<Node<'text>>> {
        if !self.begins_with(node, "[", "a list") {
            return None;
        }
        let items: Vec<&'text RawValue> = self.json(node)?;
        Some(items.iter().map(|raw| Node { raw: raw.get() }).collect())
    }

    /// The value as a text.
    pub(crate) fn string(&mut self, node: &Node<'text>) -> Option<String> {
        if !self.begins_with(node, "\"", "a text") {
            return None;
        }
        let text: String = self.json(node)?;
        if text.contains('\0') {
            self.fault(
                node,
                Code::NulCharacter,
                "the text contains U+0000",
                "remove the character",
            );
        }
        Some(text)
    }

    /// The value as whatever its type says, with syntax errors reported at their exact place.
    pub(crate) fn json<Value: Deserialize<'text>>(&mut self, node: &Node<'text>) -> Option<Value> {
        let error = match serde_json::from_str(node.raw) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let is_no_record = self.is_root(node) && !node.raw.trim_start().starts_with('{');
        let offset = if is_no_record {
            node.raw.len() - node.raw.trim_start().len()
        } else {
            offset_of(node.raw, error.line(), error.column())
        };
        let setting = Setting {
            is_line: self.source.is_line,
            is_empty: self.source.text.trim().is_empty(),
            is_no_record,
        };
        let Explained { code, message, hint } = syntax::explain(&error, &setting);
        let mut part = self.source.part(node.raw);
        part.offset += offset;
        self.faults.push(Fault { part, code, message, hint });
        None
    }

    fn is_root(&self, node: &Node<'_>) -> bool {
        node.raw.as_ptr() == self.source.text.as_ptr() && node.raw.len() == self.source.text.len()
    }

    fn begins_with(&mut self, node: &Node<'text>, start: &str, wanted: &str) -> bool {
        let text = node.raw.trim_start();
        if text.starts_with(start) || text.is_empty() || !self.is_json(node) {
            return true;
        }
        let found = match text.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "a truth value",
            Some(b'n') => "null",
            _ => "a number",
        };
        self.fault(
            node,
            Code::WrongType,
            format!("{wanted} belongs here, not {found}"),
            if self.is_root(node) { syntax::RECORD } else { syntax::FORMAT },
        );
        false
    }

    /// A value that is no JSON at all is better reported as that than as one of the wrong type.
    fn is_json(&self, node: &Node<'text>) -> bool {
        !self.is_root(node) || serde_json::from_str::<&RawValue>(node.raw).is_ok()
    }
}

/// The byte offset of a line and column (both from 1, in bytes) as `serde_json` counts them.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n')
        .nth(line.wrapping_sub(2))
        .map_or(0, |(at, _)| at + 1);
    let start = if line <= 1 { 0 } else { line_start };
    (start + column.saturating_sub(1)).min(text.len())
}

/// An object as a list of members, repeated keys included.
pub(super) struct Members<'text>(pub Vec<(Cow<'text, str>, &'text RawValue)>);

impl<'text> Deserialize<'text> for Members<'text> {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'text> Visitor<'text> for Collect {
            type Value = Members<'text>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<Map: MapAccess<'text>>(
                self,
                mut map: Map,
            ) -> Result<Self::Value, Map::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<Key<'text>, &'text RawValue>()? {
                    members.push((key.0, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A value that is JSON which every program can read. Nothing of it is kept.
pub(super) struct Checked;

impl<'text> Deserialize<'text> for Checked {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;
        impl<'text> Visitor<'text> for Look {
            type Value = Checked;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_unit<E>(self) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_seq<List: serde::de::SeqAccess<'text>>(
                self,
                mut list: List,
            ) -> Result<Checked, List::Error> {
                while list.next_element::<Checked>()?.is_some() {}
                Ok(Checked)
            }

            fn visit_map<Map: MapAccess<'text>>(self, mut map: Map) -> Result<Checked, Map::Error> {
                while map.next_entry::<Key<'text>, Checked>()?.is_some() {}
                Ok(Checked)
            }
        }
        deserializer.deserialize_any(Look)
    }
}

/// A key, borrowed from the text where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'text>(#[serde(borrow)] Cow<'text, str>);
