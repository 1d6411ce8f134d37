//! Owns the walk through a JSON Schema: from an `inputSchema` to the rows of a parameter table.
//! It follows references inside the document only, and ends whatever the schema looks like.

use foldhash::HashSet;
use serde_json::{Map, Value};
use std::cell::Cell;

use crate::text;

/// Rows of a table; what comes after them is in the schema itself.
const MOST_ROWS: usize = 150;
/// How deep the table looks into objects within objects.
const DEEPEST: usize = 4;
/// How the path of a list ends into which the table does not look.
const DEEPEST_LIST: &str = "[][][][]";
/// How much of a default or of the allowed values is shown.
const LONGEST_VALUE: usize = 200;
/// How much of a parameter's description is shown.
const LONGEST_DESCRIPTION: usize = 600;
/// What the table says of a type that the schema leaves open.
const UNSTATED: &str = "not stated";
/// How many references in a row are followed before the walk gives up on a type.
const MOST_REFERENCES: usize = 8;
/// Schemas that are looked at for the type of one row, whatever they branch into.
const MOST_STEPS: usize = 256;
/// Members of an object that are looked at one by one.
const FEW_MEMBERS: usize = 12;
/// Values, and types of one value, that are looked at.
const MOST_CHOICES: usize = 1_000;

/// The parameters of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Whether the schema says which parameters there are. One without `properties` does not.
    pub is_known: bool,
    /// How many there are at the top.
    pub total: usize,
    /// How many of them must be given.
    pub required: usize,
    /// One row each, nested ones after the one that holds them.
    pub rows: Vec<Parameter>,
    /// Whether there are more rows than the table shows.
    pub is_cut: bool,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The path of the parameter, such as `filter.labels[].name`.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// How many objects it lies in.
    pub depth: usize,
    /// Its type in words, such as "list of text".
    pub kind: String,
    /// Whether the object that holds it must have it.
    pub required: bool,
    /// The value that counts when it is left out, as JSON.
    pub default: Option<String>,
    /// The allowed values, as JSON.
    pub allowed: Vec<String>,
    /// Whether there are more allowed values.
    pub allowed_is_cut: bool,
    /// What it is for, in the server's words, on one line.
    pub description: Option<String>,
}

/// The parameters that a schema describes.
pub fn parameters(schema: &Value) -> Parameters {
    let parameters = Parameters::default();
    let mut walk = Walk { root: schema, parameters, steps: Cell::new(0) };
    let Some(top) = walk.object_of(schema) else { return walk.parameters };
    let required = required_names(top);
    if let Some(properties) = member(top, "properties").and_then(Value::as_object) {
        walk.parameters.is_known = true;
        walk.parameters.total = properties.len();
        walk.parameters.required =
            properties.keys().filter(|name| required.contains(name.as_str())).count();
        walk.properties(properties, &required, "", 0);
    }
    walk.parameters
}

fn required_names(object: &Map<String, Value>) -> HashSet<&str> {
    let names = member(object, "required").and_then(Value::as_array);
    names.map(|names| names.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

struct Walk<'schema> {
    root: &'schema Value,
    parameters: Parameters,
    /// Schemas that may still be looked at for the type of the row.
    steps: Cell<usize>,
}

impl<'schema> Walk<'schema> {
    fn properties(
        &mut self,
        properties: &'schema Map<String, Value>,
        required: &HashSet<&str>,
        path: &str,
        depth: usize,
    ) {
        for (name, schema) in properties {
            if self.parameters.rows.len() >= MOST_ROWS {
                self.parameters.is_cut = true;
                return;
            }
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let row = self.row((&path, name), schema, required.contains(name.as_str()), depth);
            self.parameters.rows.push(row);
            self.nested(schema, &path, depth);
        }
    }

    /// The rows of the objects that a parameter holds, directly or in a list.
    fn nested(&mut self, schema: &'schema Value, path: &str, depth: usize) {
        if depth + 1 >= DEEPEST {
            self.parameters.is_cut |=
                self.object_of(schema).is_some_and(|object| member(object, "properties").is_some());
            return;
        }
        // Several kinds of objects have no common rows.
        let variants = choices_of(schema).iter().filter_map(|choice| self.object_of(choice));
        self.parameters.is_cut |=
            variants.filter(|object| member(object, "properties").is_some()).count() > 1;
        let Some(object) = self.object_of(schema) else { return };
        if let Some(properties) = member(object, "properties").and_then(Value::as_object) {
            self.properties(properties, &required_names(object), path, depth + 1);
        }
        if let Some(items) = member(object, "items") {
            // A list may be one of itself.
            if path.ends_with(DEEPEST_LIST) {
                self.parameters.is_cut = true;
                return;
            }
            self.nested(items, &format!("{path}[]"), depth);
        }
    }

    fn row(
        &self,
        (path, name): (&str, &str),
        schema: &'schema Value,
        required: bool,
        depth: usize,
    ) -> Parameter {
        let own = schema.as_object();
        let object = self.object_of(schema);
        let find = |key: &str| {
            own.and_then(|own| member(own, key))
                .or_else(|| object.and_then(|object| member(object, key)))
        };
        let mut values = allowed_values(find("enum"), find("const"));
        if values.is_empty() {
            values = self.allowed_inside(schema, object);
        }
        let total = values.len();
        let mut allowed: Vec<String> =
            values.into_iter().take(LONGEST_VALUE).map(short_json).collect();
        let kept = count_that_fit(&allowed, LONGEST_VALUE * 2);
        let allowed_is_cut = kept < total;
        allowed.truncate(kept);
        Parameter {
            path: text::short_line(path, LONGEST_VALUE),
            name: text::short_line(name, LONGEST_VALUE),
            depth,
            kind: self.whole_kind(schema),
            required,
            default: find("default").map(short_json),
            allowed,
            allowed_is_cut,
            description: find("description")
                .and_then(Value::as_str)
                .map(|description| text::short_line(description, LONGEST_DESCRIPTION))
                .filter(|description| !description.is_empty()),
        }
    }

    /// The allowed values of the items of a list, or of the choices of a value.
    fn allowed_inside(
        &self,
        schema: &'schema Value,
        object: Option<&'schema Map<String, Value>>,
    ) -> Vec<&'schema Value> {
        let of = |schema: &'schema Value| {
            let object = self.object_of(schema);
            let get = |key| object.and_then(|object| member(object, key));
            allowed_values(get("enum"), get("const"))
        };
        if let Some(items) = object.and_then(|object| member(object, "items")) {
            return of(items);
        }
        choices_of(schema).iter().flat_map(of).take(MOST_CHOICES).collect()
    }

    /// The type of a value in words; a type that branches too often is not stated.
    fn whole_kind(&self, schema: &'schema Value) -> String {
        self.steps.set(MOST_STEPS);
        let kind = self.kind(schema, MOST_REFERENCES);
        if self.steps.get() == 0 { UNSTATED.to_owned() } else { kind }
    }

    fn kind(&self, schema: &'schema Value, budget: usize) -> String {
        let Some(object) = schema.as_object() else { return UNSTATED.to_owned() };
        if let Some(Value::String(name)) = member(object, "type")
            && name != "array"
        {
            return plain_kind(name);
        }
        let steps = self.steps.get();
        if budget == 0 || steps == 0 {
            return UNSTATED.to_owned();
        }
        self.steps.set(steps - 1);
        if let Some(target) = member(object, "$ref").and_then(Value::as_str) {
            return self
                .local(target)
                .map_or_else(|| UNSTATED.to_owned(), |schema| self.kind(schema, budget - 1));
        }
        match member(object, "type") {
            Some(Value::String(name)) => self.named_kind(name, object, budget),
            Some(Value::Array(names)) => {
                let names = names.iter().take(MOST_CHOICES).filter_map(Value::as_str);
                let kinds = names.map(|name| self.named_kind(name, object, budget));
                either(kinds.collect())
            }
            _ => self.kind_without_type(object, budget),
        }
    }

    fn named_kind(&self, name: &str, object: &'schema Map<String, Value>, budget: usize) -> String {
        match name {
            "array" => match member(object, "items") {
                Some(items) if items.is_object() => {
                    format!("list of {}", self.kind(items, budget - 1))
                }
                _ => "list".to_owned(),
            },
            _ => plain_kind(name),
        }
    }

    fn kind_without_type(&self, object: &'schema Map<String, Value>, budget: usize) -> String {
        let choices =
            ["anyOf", "oneOf"].iter().find_map(|key| member(object, key).and_then(Value::as_array));
        if let Some(choices) = choices {
            return either(
                choices.iter().take(8).map(|choice| self.kind(choice, budget - 1)).collect(),
            );
        }
        if member(object, "properties").is_some() {
            return "object".to_owned();
        }
        match allowed_values(member(object, "enum"), member(object, "const")).first() {
            Some(Value::String(_)) => "string".to_owned(),
            Some(Value::Number(_)) => "number".to_owned(),
            Some(Value::Bool(_)) => "boolean".to_owned(),
            _ => UNSTATED.to_owned(),
        }
    }

    /// The object behind a schema: itself, what it refers to, or its one choice besides null.
    fn object_of(&self, schema: &'schema Value) -> Option<&'schema Map<String, Value>> {
        let mut object = schema.as_object()?;
        for _ in 0..MOST_REFERENCES {
            let choices = ["anyOf", "oneOf"]
                .iter()
                .find_map(|key| member(object, key).and_then(Value::as_array));
            let next = if let Some(target) = member(object, "$ref").and_then(Value::as_str) {
                self.local(target)?
            } else if let Some(choices) = choices.filter(|_| member(object, "properties").is_none())
            {
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
            object = next.as_object()?;
        }
        None
    }

    /// The schema that a reference inside this document names. Nothing is ever fetched.
    fn local(&self, target: &str) -> Option<&'schema Value> {
        self.root.pointer(target.strip_prefix('#')?)
    }
}

/// A member of an object. Few schemas have so many that a look at each takes longer than a hash.
fn member<'schema>(object: &'schema Map<String, Value>, name: &str) -> Option<&'schema Value> {
    if object.len() > FEW_MEMBERS {
        return object.get(name);
    }
    object.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A type that needs no further look.
fn plain_kind(name: &str) -> String {
    match name {
        "string" | "integer" | "number" | "boolean" | "object" | "null" => name.to_owned(),
        _ => UNSTATED.to_owned(),
    }
}

/// The schemas of which a value has to match one.
fn choices_of(schema: &Value) -> &[Value] {
    let choices =
        ["anyOf", "oneOf"].iter().find_map(|key| member(schema.as_object()?, key)?.as_array());
    choices.map(Vec::as_slice).unwrap_or_default()
}

/// "string or null", each once.
fn either(kinds: Vec<String>) -> String {
    if kinds.iter().any(|kind| kind == UNSTATED) {
        return UNSTATED.to_owned();
    }
    let mut different: Vec<String> = Vec::new();
    for kind in kinds {
        if !different.contains(&kind) {
            different.push(kind);
        }
    }
    if different.is_empty() { UNSTATED.to_owned() } else { different.join(" or ") }
}

fn allowed_values<'schema>(
    several: Option<&'schema Value>,
    one: Option<&'schema Value>,
) -> Vec<&'schema Value> {
    match (several.and_then(Value::as_array), one) {
        (Some(values), _) => values.iter().take(MOST_CHOICES).collect(),
        (None, Some(value)) => vec![value],
        (None, None) => Vec::new(),
    }
}

/// How many of the values fit into a length, counted with a separator each.
fn count_that_fit(values: &[String], longest: usize) -> usize {
    let lengths = values.iter().scan(0, |sum, value| {
        *sum += value.len() + 2;
        Some(*sum)
    });
    lengths.take_while(|sum| *sum <= longest).count()
}

fn short_json(value: &Value) -> String {
    text::cut(&value.to_string(), LONGEST_VALUE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_objects_and_lists_become_rows() {
        let found = parameters(&json!({
            "type": "object",
            "required": ["filter"],
            "properties": {
                "filter": {"type": "object", "required": ["label"], "properties": {"label": {"type": "string"}}},
                "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
                "limit": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": 10}
            },
            "$defs": {"item": {"type": "object", "properties": {"id": {"enum": ["a", "b"]}}}}
        }));
        let rows: Vec<_> = found
            .rows
            .iter()
            .map(|row| (row.path.as_str(), row.kind.as_str(), row.required))
            .collect();
        assert_eq!((found.total, found.required), (3, 1));
        assert_eq!(
            rows,
            [
                ("filter", "object", true),
                ("filter.label", "string", true),
                ("items", "list of object", false),
                ("items[].id", "string", false),
                ("limit", "integer or null", false),
            ]
        );
        assert_eq!(found.rows[3].allowed, ["\"a\"", "\"b\""]);
        assert_eq!(found.rows[4].default.as_deref(), Some("10"));
    }

    #[test]
    fn values_inside_lists_and_choices_are_allowed_values() {
        let found = parameters(&json!({"properties": {
            "kinds": {"type": "array", "items": {"enum": ["x", "y"]}},
            "mode": {"anyOf": [{"const": "on"}, {"const": "off"}, {"type": "null"}]},
            "view": {"anyOf": [{"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "string"}]}}, {"type": "null"}]},
            "open": {"description": "no type"}
        }}));
        let kinds: Vec<_> = found.rows.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["list of string", "string or null", "list of number or string or null", "not stated"]
        );
        assert_eq!(found.rows[0].allowed, ["\"x\"", "\"y\""]);
        assert_eq!(found.rows[1].allowed, ["\"on\"", "\"off\""]);
    }

    #[test]
    fn a_schema_without_properties_says_nothing_about_parameters() {
        assert!(!parameters(&json!({"type": "object"})).is_known);
        assert!(parameters(&json!({"type": "object", "properties": {}})).is_known);
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let found = parameters(&json!({
            "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#/properties/b"}, "c": {"$ref": "https://example.org/x"}}
        }));
        assert!(found.rows.len() <= MOST_ROWS);
        assert!(found.is_cut);
    }

    #[test]
    fn a_list_of_itself_ends() {
        let list = json!({"type": "array", "items": {"$ref": "#/properties/a"}});
        let found = parameters(&json!({"properties": {"a": list}}));
        assert_eq!((found.rows.len(), found.is_cut), (1, true));
    }

    #[test]
    fn lists_of_several_types_in_each_other_end() {
        let types = vec!["array"; 60];
        let list = (0..40)
            .fold(json!({"type": "string"}), |items, _| json!({"type": types, "items": items}));
        let found = parameters(&json!({"properties": {"a": list}}));
        assert_eq!((found.rows.len(), found.rows[0].kind.as_str()), (1, UNSTATED));
    }

    #[test]
    fn a_schema_that_doubles_ends() {
        let mut definitions = Map::new();
        for level in 0..30 {
            let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
            definitions.insert(
                level.to_string(),
                json!({"type": "object", "properties": {"x": next, "y": next}}),
            );
        }
        definitions.insert("30".to_owned(), json!({"type": "string"}));
        let found = parameters(&json!({"$ref": "#/$defs/0", "$defs": definitions}));
        assert!(found.rows.len() <= MOST_ROWS);
    }
}
