//! Owns what lies behind one schema of a document: references, choices, parts, and whether objects
//! with properties are among them. References outside the document are not followed, and all ends,
//! whatever the document looks like.

use std::cell::Cell;

use foldhash::HashSet;
use serde_json::{Map, Value};

use super::keywords::{choices_of, contents_of, length_of, member, required};
use crate::text;

/// How many references in a row are followed before the walk gives up on a type.
pub(super) const MOST_REFERENCES: usize = 8;
/// Schemas and values that are looked at for all rows together; a reference counts as many as it
/// has bytes. Real tables take a sixtieth of it.
const MOST_LOOKS: usize = 200_000;
/// Bytes of a reference that is followed. Real ones have a tenth of it.
pub(super) const LONGEST_REFERENCE: usize = 1_024;
/// Schemas of which a value has to match one that are looked at. A real server has 147.
pub(super) const MOST_VARIANTS: usize = 256;
/// Where schemas stand whose properties the table does not show.
const PARTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Where properties are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    /// In the parts of a schema.
    Parts,
    /// In these, and in what lists and maps hold.
    Contents,
}

/// A schema with all that it can refer to.
pub(super) struct Document<'schema> {
    root: &'schema Value,
    /// Schemas that may still be looked at for the type of the row.
    pub(super) steps: Cell<usize>,
    /// Schemas and values that may still be looked at for the whole table.
    looks: Cell<usize>,
}

impl<'schema> Document<'schema> {
    pub(super) fn of(root: &'schema Value) -> Document<'schema> {
        Document { root, steps: Cell::new(0), looks: Cell::new(MOST_LOOKS) }
    }

    /// Whether something was not looked at, because there was too much.
    pub(super) fn is_too_large(&self) -> bool {
        self.looks.get() == 0
    }

    /// Takes looks off those that are left. Whether there were so many.
    pub(super) fn may_look(&self, times: usize) -> bool {
        let left = self.looks.get().checked_sub(times);
        self.looks.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether properties of an object stand in schemas inside it, in one that it refers to, or beside
    /// a reference on the way to it. The object is the last one.
    pub(super) fn have_parts(&self, whole: &[&'schema Map<String, Value>]) -> bool {
        let refers = |object| member(object, "$ref").is_some();
        whole.split_last().is_some_and(|(object, way)| {
            refers(object)
                || self.has_inner_parts(object)
                || way.iter().any(|passed| refers(passed) && self.has_inner_parts(passed))
        })
    }

    fn has_inner_parts(&self, object: &'schema Map<String, Value>) -> bool {
        self.parts_lead_to_properties(object, Through::Parts, MOST_REFERENCES)
    }

    /// Whether what fits a schema can be an object with properties, or hold one in lists and maps.
    pub(super) fn can_hold_properties(&self, schema: &'schema Value) -> bool {
        self.leads_to_properties(schema, Through::Contents, MOST_REFERENCES)
    }

    /// The same of the schemas of which a value has to match one or all.
    pub(super) fn parts_can_hold_properties(&self, object: &'schema Map<String, Value>) -> bool {
        self.parts_lead_to_properties(object, Through::Contents, MOST_REFERENCES)
    }

    fn leads_to_properties(&self, schema: &'schema Value, way: Through, budget: usize) -> bool {
        let Some(object) = self.object_of(schema) else { return false };
        let contents = contents_of(object).filter(|_| way == Through::Contents && budget > 0);
        member(object, "properties").is_some()
            || self.parts_lead_to_properties(object, way, budget)
            || contents
                .take_while(|_| self.may_look(1))
                .any(|schema| self.leads_to_properties(schema, way, budget - 1))
    }

    /// Of too many parts it is taken for sure.
    fn parts_lead_to_properties(
        &self,
        object: &'schema Map<String, Value>,
        way: Through,
        budget: usize,
    ) -> bool {
        let mut lists = PARTS.iter().filter_map(|key| member(object, key)?.as_array());
        lists.any(|parts| {
            let is_looked_at = budget > 0 && self.may_look(parts.len());
            let leads = |part| self.leads_to_properties(part, way, budget - 1);
            parts.len() > MOST_VARIANTS || is_looked_at && parts.iter().any(leads)
        })
    }

    /// The object behind a schema: what it refers to or its one choice besides null, if it has no
    /// properties of its own, or else itself.
    pub(super) fn object_of(&self, schema: &'schema Value) -> Option<&'schema Map<String, Value>> {
        self.followed(schema, |_| {})
    }

    /// The same. Calls back with each object on the way to it.
    pub(super) fn followed(
        &self,
        schema: &'schema Value,
        mut passed: impl FnMut(&'schema Map<String, Value>),
    ) -> Option<&'schema Map<String, Value>> {
        let mut object = schema.as_object()?;
        for _ in 0..MOST_REFERENCES {
            if member(object, "properties").is_some_and(Value::is_object) {
                return Some(object);
            }
            let can_be_one = |choices: &&[Value]| choices.len() <= MOST_VARIANTS;
            let next = if let Some(target) = member(object, "$ref").and_then(Value::as_str) {
                self.local(target)?
            } else if let Some(choices) = choices_of(object).filter(can_be_one) {
                if !self.may_look(choices.len()) {
                    return None;
                }
                let mut real = choices
                    .iter()
                    .filter(|choice| choice.get("type").is_none_or(|name| name != "null"));
                match (real.next(), real.next()) {
                    (Some(only), None) => only,
                    _ => return Some(object),
                }
            } else {
                return Some(object);
            };
            passed(object);
            object = next.as_object()?;
        }
        None
    }

    /// The names that every object has which fits a schema: those of its own list, of what it refers
    /// to, of all parts that the object must match, and those on which all its choices agree.
    pub(super) fn required_names(&self, schema: &'schema Value) -> HashSet<&'schema str> {
        self.required_by(schema, MOST_REFERENCES)
    }

    fn required_by(&self, schema: &'schema Value, budget: usize) -> HashSet<&'schema str> {
        let mut names = HashSet::default();
        let Some(object) = schema.as_object() else { return names };
        if budget == 0 || !self.may_look(length_of(object, "required")) {
            return names;
        }
        names.extend(required(object));
        let target = member(object, "$ref").and_then(Value::as_str);
        if let Some(target) = target.and_then(|target| self.local(target)) {
            names.extend(self.required_by(target, budget - 1));
        }
        for key in PARTS {
            let parts = member(object, key).and_then(Value::as_array);
            let parts = parts.filter(|parts| self.may_look(parts.len())).into_iter().flatten();
            // What no object fits is no choice of one.
            let is_possible = |part: &&Value| {
                **part != Value::Bool(false) && part.get("type").is_none_or(|name| name != "null")
            };
            let mut each = parts.filter(is_possible).map(|part| self.required_by(part, budget - 1));
            if key == "allOf" {
                names.extend(each.flatten());
            } else if let Some(first) = each.next() {
                names.extend(each.fold(first, |common, names| &common & &names));
            }
        }
        names
    }

    /// The schema that a reference inside this document names. Nothing is ever fetched.
    pub(super) fn local(&self, target: &str) -> Option<&'schema Value> {
        let is_followed = target.len() <= LONGEST_REFERENCE && self.may_look(target.len());
        let fragment = target.strip_prefix('#').filter(|_| is_followed)?;
        self.root.pointer(&text::percent_decode(fragment))
    }
}
