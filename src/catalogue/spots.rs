//! Owns where the parts of a record stand: their lines and columns, and the paths of their fields.
//! They are looked for all at once, when there is something to say about them, so that a record
//! with a fault in each of its tools is walked once and not once a fault.

use serde_json::value::RawValue;

use super::node::Source;
use super::shapes::Members;
use crate::diag::{Place, Places};
use crate::text;

/// How much of a key stands in the path of a field.
const LONGEST_STEP: usize = 80;
/// How much of a path is told: a fault deep inside may be one of very many.
const LONGEST_PATH: usize = 400;

/// A part of a record: a value as it is written, and the byte of the record to point at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'text> {
    /// The value whose path is asked for.
    pub raw: &'text str,
    /// The byte offset in the record.
    pub offset: usize,
    /// A member of the value that is not there, whose path is asked for instead.
    pub missing: Option<&'static str>,
}

impl<'text> Source<'text> {
    /// A value of this text as a part that points at its beginning.
    pub(crate) fn part(&self, raw: &'text str) -> Part<'text> {
        let offset = (raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        Part { raw, offset, missing: None }
    }

    /// Where the key begins that follows the value of a member.
    pub(crate) fn key_after(&self, value: &'text str) -> usize {
        let end = self.part(value).offset + value.len();
        let rest = self.text.get(end..).unwrap_or_default();
        end + rest.find('"').unwrap_or(0)
    }

    /// The place of each part, and the path of its field, such as `tools[3].name`.
    pub(crate) fn spots(&self, parts: &[Part<'text>]) -> Vec<(Place, String)> {
        self.places(parts).into_iter().zip(self.fields(parts)).collect()
    }

    /// The place of each part. The text is read once, from the first part to the last.
    fn places(&self, parts: &[Part<'text>]) -> Vec<Place> {
        let mut places = vec![Place::start(self.file); parts.len()];
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|index| parts[*index].offset);
        let mut walk = Places::of(self.file, self.text);
        for index in order {
            let place = walk.at(parts[index].offset);
            places[index] = Place { line: place.line + self.first_line - 1, ..place };
        }
        places
    }

    /// The path of each part. A value is looked into if there is a part in it, and then once.
    fn fields(&self, parts: &[Part<'text>]) -> Vec<String> {
        let mut paths = vec![String::new(); parts.len()];
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|index| parts[*index].raw.as_ptr());
        let mut open = vec![(self.text, order)];
        while let Some((value, inside)) = open.pop() {
            let path = inside.first().map(|index| paths[*index].clone()).unwrap_or_default();
            let mut rest = inside.as_slice();
            for (step, child) in children(value) {
                let range = child.as_bytes().as_ptr_range();
                let skipped =
                    rest.partition_point(|index| parts[*index].raw.as_ptr() < range.start);
                let count =
                    rest[skipped..].partition_point(|index| parts[*index].raw.as_ptr() < range.end);
                let of_child = rest[skipped..skipped + count].to_vec();
                rest = &rest[skipped + count..];
                if of_child.is_empty() {
                    continue;
                }
                let separator = if path.is_empty() || step.starts_with('[') { "" } else { "." };
                let child_path = text::cut(&format!("{path}{separator}{step}"), LONGEST_PATH);
                for index in &of_child {
                    paths[*index].clone_from(&child_path);
                }
                open.push((child, of_child));
            }
        }
        for (path, part) in paths.iter_mut().zip(parts) {
            let Some(name) = part.missing else { continue };
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(name);
        }
        paths
    }
}

/// The members or items of a value in the order of the text, each with its step of a path.
fn children(value: &str) -> Vec<(String, &str)> {
    if value.trim_start().starts_with('{') {
        let members =
            serde_json::from_str::<Members<'_>>(value).map_or_else(|_| Vec::new(), |of| of.0);
        // A path is for people, and each fault has one.
        let step = |key: &str| text::cut(key, LONGEST_STEP);
        return members.into_iter().map(|(key, raw)| (step(&key), raw.get())).collect();
    }
    let items: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
    items.iter().enumerate().map(|(index, raw)| (format!("[{index}]"), raw.get())).collect()
}
