//! Owns what a schema says of one value: its type, and which values are allowed.

use serde_json::{Map, Value};

use super::document::{Document, MOST_REFERENCES, MOST_VARIANTS};
use super::keywords::{
    MOST_CHOICES, allowed_values, choices_of, is_only_for, items_of, length_of, member,
};
use super::kinds::Kind;

/// Schemas that are looked at for the type of one row, whatever they branch into.
const MOST_STEPS: usize = 256;

impl<'schema> Document<'schema> {
    /// The type of a value in words; a type that branches too often is not stated.
    pub(super) fn whole_kind(&self, schema: &'schema Value) -> String {
        self.steps.set(MOST_STEPS);
        let kind = self.kind(schema, MOST_REFERENCES);
        let kind = if self.steps.get() == 0 { Kind::Unstated } else { kind };
        kind.in_words().into_owned()
    }

    fn kind(&self, schema: &'schema Value, budget: usize) -> Kind {
        let Some(object) = schema.as_object() else { return Kind::Unstated };
        if let Some(Value::String(name)) = member(object, "type")
            && name != "array"
        {
            return Kind::plain(name);
        }
        let steps = self.steps.get();
        if budget == 0 || steps == 0 || !self.may_look(1) {
            return Kind::Unstated;
        }
        self.steps.set(steps - 1);
        if let Some(target) = member(object, "$ref").and_then(Value::as_str) {
            return self
                .local(target)
                .map_or(Kind::Unstated, |schema| self.kind(schema, budget - 1));
        }
        match member(object, "type") {
            Some(Value::String(name)) => self.named_kind(name, object, budget),
            Some(Value::Array(names)) => {
                let names = names.iter().take(MOST_CHOICES).filter_map(Value::as_str);
                Kind::either(names.map(|name| self.named_kind(name, object, budget)))
            }
            _ => self.kind_without_type(object, budget),
        }
    }

    fn named_kind(&self, name: &str, object: &'schema Map<String, Value>, budget: usize) -> Kind {
        if name != "array" {
            return Kind::plain(name);
        }
        let items = items_of(object).filter(|items| items.is_object());
        Kind::list(items.map_or(Kind::Unstated, |items| self.kind(items, budget - 1)))
    }

    fn kind_without_type(&self, object: &'schema Map<String, Value>, budget: usize) -> Kind {
        let kinds = |key: &str| {
            let schemas = member(object, key).and_then(Value::as_array);
            let schemas = schemas.filter(|schemas| schemas.len() <= MOST_VARIANTS);
            schemas.into_iter().flatten().map(|schema| self.kind(schema, budget - 1))
        };
        // A value has to match one of some, and all of others, of which one is enough to know.
        let choices = ["anyOf", "oneOf"].into_iter().map(|key| Kind::either(kinds(key)));
        let stated = choices.chain(kinds("allOf")).find(|kind| *kind != Kind::Unstated);
        if let Some(kind) = stated {
            return kind;
        }
        if member(object, "properties").is_some() {
            return Kind::plain("object");
        }
        if !self.may_look(length_of(object, "enum").min(MOST_CHOICES)) {
            return Kind::Unstated;
        }
        let values = allowed_values(member(object, "enum"), member(object, "const"));
        if values.clone().count() == MOST_CHOICES {
            return Kind::Unstated;
        }
        Kind::either(values.map(Kind::of_value))
    }

    /// The schemas that all say something of one value, the nearest first: its own, those that it
    /// leads to, and the parts of these of which a value has to match all.
    pub(super) fn said_of(&self, schema: &'schema Value) -> Vec<&'schema Map<String, Value>> {
        let mut said = Vec::new();
        let last = self.followed(schema, |object| said.push(object));
        said.extend(last);
        // Where a way leads out of the document, its beginning is known all the same.
        if said.is_empty() {
            said.extend(schema.as_object());
        }
        for at in 0..said.len() {
            let all = said.get(at).and_then(|object| member(object, "allOf")?.as_array());
            // One part alone lies on the way.
            let all = all.filter(|all| (2..=MOST_VARIANTS).contains(&all.len()));
            let all = all.filter(|all| self.may_look(all.len()));
            said.extend(all.into_iter().flatten().filter_map(|part| self.object_of(part)));
        }
        said
    }

    /// The allowed values: those that every schema has that names some.
    pub(super) fn allowed(
        &self,
        schema: &'schema Value,
        said: &[&'schema Map<String, Value>],
    ) -> Vec<&'schema Value> {
        let named = said
            .iter()
            .map(|object| allowed_values(member(object, "enum"), member(object, "const")));
        let mut named = named.filter(|values| values.clone().next().is_some());
        let Some(first) = named.next() else { return self.allowed_inside(schema) };
        let others: Vec<_> = named.collect();
        let looks = first.clone().count() * others.iter().cloned().flatten().count();
        if !others.is_empty() && !self.may_look(looks) {
            return Vec::new();
        }
        first
            .filter(|value| others.iter().all(|other| other.clone().any(|one| one == *value)))
            .collect()
    }

    /// The allowed values of the items of a list, or of the choices of a value if each of them but
    /// null has some: where one is open, any value of its type is allowed.
    fn allowed_inside(&self, schema: &'schema Value) -> Vec<&'schema Value> {
        let of = |schema: &'schema Value| {
            let object = self
                .object_of(schema)
                .filter(|object| self.may_look(length_of(object, "enum").min(MOST_CHOICES)));
            let get = |key| object.and_then(|object| member(object, key));
            allowed_values(get("enum"), get("const"))
        };
        let list = self.object_of(schema).filter(|object| is_only_for(object, &["array"]));
        if let Some(items) = list.and_then(items_of) {
            return of(items).collect();
        }
        let is_null = |choice: &&Value| choice.get("type").is_some_and(|name| name == "null");
        let choices = schema.as_object().and_then(choices_of).unwrap_or_default();
        let choices = choices.iter().filter(|choice| !is_null(choice));
        let choices = choices.take(MOST_CHOICES);
        if choices.clone().any(|choice| of(choice).next().is_none()) {
            return Vec::new();
        }
        choices.flat_map(of).take(MOST_CHOICES).collect()
    }
}
