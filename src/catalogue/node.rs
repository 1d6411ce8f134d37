//! Owns reading JSON with places: each value knows which part of its record it is, so that a fault
//! can point at it, and one fault does not hide the next.

use std::borrow::Cow;

use foldhash::HashMap;
use serde::de::Deserialize;
use serde_json::value::RawValue;

use super::layout::{Layout, Position};
use super::shapes::Members;
use super::spots::Part;
use super::syntax::{self, Explained, Setting};
use crate::diag::{Code, Diagnostic, Report};
use crate::text;

/// Members that are compared with each other without being sorted.
const FEW_MEMBERS: usize = 12;

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

/// One value of a record, not yet looked into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'text> {
    /// The value as it is written.
    pub raw: &'text str,
    /// Where it stands in the layout, if that is known.
    position: Option<Position>,
}

impl<'text> Node<'text> {
    /// A value that has to be read to be known.
    fn unread(raw: &'text RawValue) -> Node<'text> {
        Node { raw: raw.get(), position: None }
    }

    /// Whether it has a place in the layout: then it is sound.
    pub(crate) fn is_known(&self) -> bool {
        self.position.is_some()
    }

    fn is_null(&self) -> bool {
        self.raw == "null"
    }
}

/// The members of an object in the order of the file.
#[derive(Debug)]
pub(super) struct Object<'text> {
    members: Vec<(Cow<'text, str>, Node<'text>)>,
}

impl<'text> Object<'text> {
    /// The member of a name. A member that is `null` counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'text>> {
        let (_, value) = self.members.iter().find(|(key, _)| key == name)?;
        Some(*value).filter(|node| !node.is_null())
    }

    /// All members but those of these names, with their names.
    pub(crate) fn others(&self, names: &[&str]) -> impl Iterator<Item = (&str, Node<'text>)> {
        let members = self.members.iter().map(|(key, node)| (key.as_ref(), *node));
        members.filter(|(key, node)| !names.contains(key) && !node.is_null())
    }

    /// The keys that have stood in it before, each with the number of its member.
    fn repeated_keys(&self) -> Vec<(&str, usize)> {
        let keys = || self.members.iter().map(|(key, _)| key.as_ref());
        let comes_again = |(index, key)| keys().skip(index + 1).any(|other: &str| other == key);
        if self.members.len() <= FEW_MEMBERS && !keys().enumerate().any(comes_again) {
            return Vec::new();
        }
        let mut sorted: Vec<(&str, usize)> = keys().zip(0..).collect();
        sorted.sort_unstable();
        sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1]).collect()
    }
}

/// The members of an object that has been read before, as they are written, but for those that
/// count as absent.
pub(super) fn members_by_name(raw: &str) -> HashMap<Cow<'_, str>, &str> {
    let members = serde_json::from_str::<Members<'_>>(raw).map_or_else(|_| Vec::new(), |of| of.0);
    let members = members.into_iter().map(|(name, value)| (name, value.get()));
    members.filter(|(_, value)| *value != "null").collect()
}

impl<'text> From<Members<'text>> for Object<'text> {
    fn from(members: Members<'text>) -> Object<'text> {
        let members = members.0.into_iter().map(|(key, raw)| (key, Node::unread(raw)));
        Object { members: members.collect() }
    }
}

/// A fault of a record whose place is not looked for yet.
pub(super) struct Fault<'text> {
    part: Part<'text>,
    pub code: Code,
    message: String,
    hint: &'static str,
}

/// Looks into values and keeps what it does not find.
pub(super) struct Reader<'text> {
    pub source: Source<'text>,
    /// `None`: each value is read, so that what is wrong with it is seen.
    layout: Option<Layout>,
    pub faults: Vec<Fault<'text>>,
    /// The slugs of attacks that were read, and how they are written, be there other faults or not.
    pub attacks: Vec<(String, &'text str)>,
}

impl<'text> Reader<'text> {
    /// A reader that has found no fault yet.
    pub(crate) fn of(source: Source<'text>) -> Reader<'text> {
        Reader { source, layout: Layout::of(source.text), faults: Vec::new(), attacks: Vec::new() }
    }

    /// A reader that reads each value, as if something were wrong with the text.
    #[cfg(test)]
    pub(crate) fn careful(source: Source<'text>) -> Reader<'text> {
        Reader { source, layout: None, faults: Vec::new(), attacks: Vec::new() }
    }

    /// The whole text as one value.
    pub(crate) fn root(&self) -> Node<'text> {
        Node { raw: self.source.text, position: self.layout.as_ref().map(|_| Position::ROOT) }
    }

    /// How many faults were found so far.
    pub(crate) fn fault_count(&self) -> usize {
        self.faults.len()
    }

    /// Where the faults stand that were found since there were so many of them, in order.
    pub(crate) fn offsets_of_faults(&self, since: usize) -> Vec<usize> {
        let found = self.faults.get(since..).unwrap_or_default();
        let mut offsets: Vec<usize> = found.iter().map(|fault| fault.part.offset).collect();
        offsets.sort_unstable();
        offsets
    }

    /// Reports what was found.
    pub(crate) fn tell(self, report: &mut Report) {
        if self.faults.is_empty() {
            return;
        }
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

    /// Keeps that a value has no member of a name.
    pub(crate) fn missing(&mut self, node: &Node<'text>, name: &'static str, hint: &'static str) {
        let part = Part { missing: Some(name), ..self.source.part(node.raw) };
        let message = format!("`{name}` is missing");
        self.faults.push(Fault { part, code: Code::MissingField, message, hint });
    }

    /// The value as an object.
    pub(crate) fn object(&mut self, node: &Node<'text>) -> Option<Object<'text>> {
        if !self.begins_with(node, "{", "an object") {
            return None;
        }
        let object = match self.known_members(node) {
            Some(members) => Object { members },
            None => Object::from(self.json::<Members<'text>>(node)?),
        };
        for (key, member) in object.repeated_keys() {
            let message = format!("the key `{}` stands twice in one object", text::visible(key));
            let offset = self.source.key_after(object.members[member - 1].1.raw);
            let part = Part { offset, ..self.source.part(node.raw) };
            self.faults.push(Fault {
                part,
                code: Code::DuplicateKey,
                message,
                hint: "keep one of the two",
            });
        }
        Some(object)
    }

    /// The value as a list.
    pub(crate) fn list(&mut self, node: &Node<'text>) -> Option<Vec<Node<'text>>> {
        if !self.begins_with(node, "[", "a list") {
            return None;
        }
        if let Some(items) = self.known_items(node) {
            return Some(items.collect());
        }
        let items: Vec<&'text RawValue> = self.json(node)?;
        Some(items.into_iter().map(Node::unread).collect())
    }

    /// The value as a text.
    pub(crate) fn string(&mut self, node: &Node<'text>) -> Option<String> {
        if !self.begins_with(node, "\"", "a text") {
            return None;
        }
        if let Some(text) = self.known_text(node) {
            return Some(text.to_owned());
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

    /// The values directly inside a value, if it is an object or a list.
    pub(crate) fn inside(&mut self, node: &Node<'text>) -> Vec<Node<'text>> {
        match node.raw.as_bytes().first() {
            Some(b'{') => {
                let members = self.object(node).into_iter().flat_map(|object| object.members);
                members.map(|(_, value)| value).collect()
            }
            Some(b'[') => self.list(node).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The values inside a value, if the layout has them.
    fn known_items(&self, node: &Node<'text>) -> Option<impl Iterator<Item = Node<'text>>> {
        let layout = self.layout.as_ref()?;
        let text = self.source.text;
        let items = layout.inside(node.position?)?.map(move |position| {
            let place = layout.place(position);
            let raw = text.get(place.start as usize..place.end as usize).unwrap_or_default();
            Node { raw, position: Some(position) }
        });
        Some(items)
    }

    /// The members of an object, if the layout has them.
    fn known_members(&self, node: &Node<'text>) -> Option<Vec<(Cow<'text, str>, Node<'text>)>> {
        let mut inside = self.known_items(node)?;
        let mut members = Vec::with_capacity(FEW_MEMBERS);
        while let (Some(key), Some(value)) = (inside.next(), inside.next()) {
            let text = match self.known_text(&key) {
                Some(text) => Cow::Borrowed(text),
                None => Cow::Owned(serde_json::from_str(key.raw).ok()?),
            };
            members.push((text, value));
        }
        Some(members)
    }

    /// What a text says, if that is what stands there.
    fn known_text(&self, node: &Node<'text>) -> Option<&'text str> {
        let place = self.layout.as_ref()?.place(node.position?);
        if place.has_escapes {
            return None;
        }
        node.raw.strip_prefix('"')?.strip_suffix('"')
    }

    /// The value as whatever its type says, with syntax errors reported at their exact place.
    pub(crate) fn json<Value: Deserialize<'text>>(&mut self, node: &Node<'text>) -> Option<Value> {
        let error = match serde_json::from_str(node.raw) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        // Only what JSON takes as space is none.
        let written = node.raw.trim_ascii_start();
        let is_no_record = self.is_root(node) && !written.starts_with('{');
        let offset = if is_no_record {
            node.raw.len() - written.len()
        } else {
            offset_of(node.raw, error.line(), error.column())
        };
        let setting = Setting {
            rest: node.raw.get(offset..).unwrap_or_default(),
            is_line: self.source.is_line,
            is_empty: self.source.text.trim_ascii().is_empty(),
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
        self.wrong_type(node, wanted);
        false
    }

    /// Keeps the fault of a value that is of another type than what is wanted.
    pub(crate) fn wrong_type(&mut self, node: &Node<'text>, wanted: &str) {
        let found = match node.raw.trim_start().as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "a truth value",
            Some(b'n') => "null",
            _ => "a number",
        };
        let hint = match (self.is_root(node), self.source.is_line) {
            (true, true) => syntax::LINE,
            (true, false) => syntax::RECORD,
            (false, _) => syntax::FORMAT,
        };
        let message = format!("{wanted} belongs here, not {found}");
        self.fault(node, Code::WrongType, message, hint);
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
