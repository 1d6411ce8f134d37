//! Owns the walk through a JSON Schema: from an `inputSchema` to the rows of a parameter table.
//! It follows references inside the document only, and ends whatever the schema looks like.

use foldhash::HashSet;
use serde_json::{Map, Value};
use std::cell::Cell;

use super::keywords::{
    MOST_CHOICES, allowed_values, choices_of, length_of, member, possible, required_names, unlisted,
};
use super::kinds::Kind;
use super::parameters::{Names, Parameter, Parameters};
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
/// How many references in a row are followed before the walk gives up on a type.
const MOST_REFERENCES: usize = 8;
/// Schemas that are looked at for the type of one row, whatever they branch into.
const MOST_STEPS: usize = 256;
/// Schemas and values that are looked at for all rows together; a reference counts as many as it
/// has bytes. Real tables take a sixtieth of it.
const MOST_LOOKS: usize = 200_000;
/// Bytes of a reference that is followed. Real ones have a tenth of it.
const LONGEST_REFERENCE: usize = 1_024;
/// What can make a parameter required in some calls only.
const CONDITIONS: [&str; 9] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
];
/// Schemas of which a value has to match one that are looked at. A real server has 147.
const MOST_VARIANTS: usize = 256;
/// The schema of a value of which nothing is said.
static ANYTHING: Value = Value::Bool(true);
/// Where schemas stand whose properties the table does not show.
const PARTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The parameters that a schema describes.
pub fn parameters(schema: &Value) -> Parameters {
    let parameters = Parameters::default();
    let looks = Cell::new(MOST_LOOKS);
    let mut walk = Walk { root: schema, parameters, reserved: 0, steps: Cell::new(0), looks };
    let mut whole = Vec::new();
    let Some(top) = walk.followed(schema, |object| whole.push(object)) else {
        return walk.parameters;
    };
    let conditions = |schema| CONDITIONS.iter().filter(|key| member(schema, key).is_some()).count();
    // What leads to another schema is no condition; what stands beside it is.
    let beside: usize = whole.iter().map(|schema| conditions(schema).saturating_sub(1)).sum();
    whole.push(top);
    let required = required_names(&whole);
    let properties = member(top, "properties").and_then(Value::as_object);
    let unlisted = unlisted(&whole, properties);
    let fewest = whole.iter().filter_map(|schema| member(schema, "minProperties")?.as_u64()).max();
    walk.parameters.has_conditions =
        conditions(top) + beside > 0 || fewest > Some(required.len() as u64);
    walk.parameters.has_parts = walk.have_parts(&whole);
    let has_patterns = whole.iter().any(|schema| member(schema, "patternProperties").is_some());
    let allows_others = member(top, "additionalProperties") != Some(&Value::Bool(false));
    walk.parameters.is_cut = walk.parameters.has_conditions || has_patterns;
    let names = || properties.into_iter().flat_map(possible).map(|(name, _)| name.as_str());
    walk.parameters.total = names().count() + unlisted.len();
    let listed = names().filter(|name| required.contains(name)).count();
    walk.parameters.required = listed + unlisted.len();
    walk.parameters.is_cut |= walk.parameters.required < required.len();
    walk.parameters.names = match properties {
        _ if has_patterns && walk.parameters.total == 0 => Names::Patterned,
        None if allows_others && unlisted.is_empty() => Names::Open,
        _ => Names::Listed,
    };
    if let Some(properties) = properties {
        walk.reserved = unlisted.len();
        walk.properties(properties, &required, "", 0);
    }
    walk.unlisted(&unlisted);
    walk.parameters.is_cut |= walk.looks.get() == 0;
    walk.parameters
}

struct Walk<'schema> {
    root: &'schema Value,
    parameters: Parameters,
    /// Rows that are kept free for what comes after the rows of nested objects.
    reserved: usize,
    /// Schemas that may still be looked at for the type of the row.
    steps: Cell<usize>,
    /// Schemas and values that may still be looked at for the whole table.
    looks: Cell<usize>,
}

impl<'schema> Walk<'schema> {
    /// Takes looks off those that are left. Whether there were so many.
    fn may_look(&self, times: usize) -> bool {
        let left = self.looks.get().checked_sub(times);
        self.looks.set(left.unwrap_or(0));
        left.is_some()
    }

    fn properties(
        &mut self,
        properties: &'schema Map<String, Value>,
        required: &HashSet<&str>,
        path: &str,
        depth: usize,
    ) {
        let reserved = self.reserved;
        for (index, (name, schema)) in possible(properties).enumerate() {
            if self.parameters.rows.len() + reserved >= MOST_ROWS {
                self.parameters.is_cut = true;
                break;
            }
            let separator = if path.is_empty() { "" } else { "." };
            // Of a longer one no row shows more.
            let path = text::cut(&[path, separator, name].concat(), LONGEST_VALUE * 2);
            let row = self.row((&path, name), schema, required.contains(name.as_str()), depth);
            self.parameters.rows.push(row);
            self.reserved = reserved + properties.len() - index - 1;
            self.nested(schema, &path, depth);
        }
        self.reserved = reserved;
    }

    /// The rows of parameters of which the schema says that they must be given, and nothing else.
    fn unlisted(&mut self, names: &[&str]) {
        for name in names {
            if self.parameters.rows.len() >= MOST_ROWS {
                self.parameters.is_cut = true;
                break;
            }
            let path = text::cut(name, LONGEST_VALUE * 2);
            let row = self.row((&path, name), &ANYTHING, true, 0);
            self.parameters.rows.push(row);
        }
    }

    /// The rows of the objects that a parameter holds, directly or in a list.
    fn nested(&mut self, schema: &'schema Value, path: &str, depth: usize) {
        let mut whole = Vec::new();
        let Some(object) = self.followed(schema, |passed| whole.push(passed)) else { return };
        whole.push(object);
        let properties = member(object, "properties").and_then(Value::as_object);
        // Several kinds of objects have no common rows.
        self.parameters.is_cut |= self.have_parts(&whole);
        if depth + 1 >= DEEPEST {
            self.parameters.is_cut |= properties.is_some();
            return;
        }
        if let Some(properties) =
            properties.filter(|_| self.may_look(length_of(object, "required")))
        {
            self.properties(properties, &required_names(&whole), path, depth + 1);
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

    /// Whether properties of an object stand in schemas inside it, in one that it refers to, or beside
    /// a reference on the way to it. The object is the last one.
    fn have_parts(&self, whole: &[&'schema Map<String, Value>]) -> bool {
        let refers = |object| member(object, "$ref").is_some();
        whole.split_last().is_some_and(|(object, way)| {
            refers(object)
                || self.has_inner_parts(object)
                || way.iter().any(|passed| refers(passed) && self.has_inner_parts(passed))
        })
    }

    fn has_inner_parts(&self, object: &'schema Map<String, Value>) -> bool {
        let mut lists = PARTS.iter().filter_map(|key| member(object, key)?.as_array());
        let has_properties = |part: &'schema Value| {
            self.object_of(part).is_some_and(|object| member(object, "properties").is_some())
        };
        lists.any(|parts| parts.len() > MOST_VARIANTS || parts.iter().any(has_properties))
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
        let mut values: Vec<&Value> = allowed_values(find("enum"), find("const")).collect();
        if values.is_empty() {
            values = self.allowed_inside(schema, object);
        }
        let allowed = those_that_fit(values.iter().copied().map(short_json), LONGEST_VALUE * 2);
        Parameter {
            path: text::short_line(path, LONGEST_VALUE),
            name: text::short_line(name, LONGEST_VALUE),
            depth,
            kind: self.whole_kind(schema),
            required,
            default: find("default").map(short_json),
            allowed_is_cut: allowed.len() < values.len(),
            allowed,
            description: find("description")
                .and_then(Value::as_str)
                .map(|description| text::short_line(description, LONGEST_DESCRIPTION))
                .filter(|description| !description.is_empty()),
        }
    }

    /// The allowed values of the items of a list, or of the choices of a value if each of them but
    /// null has some: where one is open, any value of its type is allowed.
    fn allowed_inside(
        &self,
        schema: &'schema Value,
        object: Option<&'schema Map<String, Value>>,
    ) -> Vec<&'schema Value> {
        let of = |schema: &'schema Value| {
            let object = self
                .object_of(schema)
                .filter(|object| self.may_look(length_of(object, "enum").min(MOST_CHOICES)));
            let get = |key| object.and_then(|object| member(object, key));
            allowed_values(get("enum"), get("const"))
        };
        if let Some(items) = object.and_then(|object| member(object, "items")) {
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

    /// The type of a value in words; a type that branches too often is not stated.
    fn whole_kind(&self, schema: &'schema Value) -> String {
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
        let items = member(object, "items").filter(|items| items.is_object());
        Kind::list(items.map_or(Kind::Unstated, |items| self.kind(items, budget - 1)))
    }

    fn kind_without_type(&self, object: &'schema Map<String, Value>, budget: usize) -> Kind {
        if let Some(choices) = choices_of(object) {
            if choices.len() > MOST_VARIANTS {
                return Kind::Unstated;
            }
            return Kind::either(choices.iter().map(|choice| self.kind(choice, budget - 1)));
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

    /// The object behind a schema: what it refers to or its one choice besides null, if it has no
    /// properties of its own, or else itself.
    fn object_of(&self, schema: &'schema Value) -> Option<&'schema Map<String, Value>> {
        self.followed(schema, |_| {})
    }

    /// The same. Calls back with each object on the way to it.
    fn followed(
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

    /// The schema that a reference inside this document names. Nothing is ever fetched.
    fn local(&self, target: &str) -> Option<&'schema Value> {
        let is_followed = target.len() <= LONGEST_REFERENCE && self.may_look(target.len());
        let fragment = target.strip_prefix('#').filter(|_| is_followed)?;
        self.root.pointer(&text::percent_decode(fragment))
    }
}

/// The first of the values, as many as fit into a length, counted with a separator each.
fn those_that_fit(values: impl Iterator<Item = String>, longest: usize) -> Vec<String> {
    let mut room = longest;
    let fits = |value: &String| {
        let left = room.checked_sub(value.len() + 2);
        room = left.unwrap_or(0);
        left.is_some()
    };
    values.take_while(fits).collect()
}

fn short_json(value: &Value) -> String {
    text::short_json(value, LONGEST_VALUE)
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
                ("items", "list of objects", false),
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
            [
                "list of strings",
                "string or null",
                "list of (number or string) or null",
                "not stated"
            ]
        );
        assert_eq!(found.rows[0].allowed, ["\"x\"", "\"y\""]);
        assert_eq!(found.rows[1].allowed, ["\"on\"", "\"off\""]);
    }

    #[test]
    fn values_are_allowed_ones_only_where_every_choice_names_some() {
        let found = parameters(&json!({"properties": {
            "zoom": {"anyOf": [{"type": "number"}, {"type": "string"}, {"enum": ["INF", "NaN"]}]},
            "mode": {"oneOf": [{"enum": [1, 2]}, {"const": "off"}]}
        }}));
        assert_eq!(
            (found.rows[0].kind.as_str(), found.rows[0].allowed.len()),
            ("number or string", 0)
        );
        assert_eq!(found.rows[1].allowed, ["1", "2", "\"off\""]);
    }

    #[test]
    fn an_object_with_many_members_leaves_room_for_the_parameters_behind_it() {
        let many: Map<String, Value> =
            (0..400).map(|number| (format!("m{number}"), json!({"type": "string"}))).collect();
        let wide = json!({"type": "object", "properties": many});
        let found = parameters(&json!({"properties": {
            "body": {"type": "object", "properties": {"first": wide, "second": wide, "third": {"type": "string"}}},
            "after": wide,
            "last": {"type": "string"}
        }}));
        let paths: Vec<&str> = found.rows.iter().map(|row| row.path.as_str()).collect();
        assert_eq!((paths.len(), found.is_cut), (MOST_ROWS, true));
        for path in ["body", "body.first", "body.second", "body.third", "after", "last"] {
            assert!(paths.contains(&path), "{path} has no row");
        }
    }

    #[test]
    fn of_many_variants_each_counts_for_the_type() {
        let kind = |variants: Vec<Value>| {
            parameters(&json!({"properties": {"a": {"anyOf": variants}}})).rows.remove(0).kind
        };
        let mut variants = vec![json!({"type": "object"}); 147];
        assert_eq!(kind(variants.clone()), "object");
        variants.push(json!({"type": "string"}));
        assert_eq!(kind(variants), "object or string");
        assert_eq!(kind(vec![json!({"type": "object"}); MOST_VARIANTS + 1]), "not stated");
    }

    #[test]
    fn conditions_on_what_is_required_are_noticed() {
        let one_of = json!([{"required": ["a"]}, {"required": ["b"]}]);
        let found = parameters(
            &json!({"required": ["c"], "oneOf": one_of, "properties": {"a": {}, "b": {}, "c": {}}}),
        );
        assert_eq!((found.required, found.has_conditions, found.is_cut), (1, true, true));
        assert!(!found.has_parts);
        let found = parameters(&json!({"properties": {"a": {"oneOf": one_of}}}));
        assert!(!found.has_conditions);
    }

    #[test]
    fn what_stands_beside_a_reference_or_an_only_choice_counts() {
        let id = json!({"id": {"type": "string"}});
        let base = json!({"base": {"properties": {"verbose": {"type": "boolean"}}}});
        for schema in [
            json!({"$ref": "#/$defs/base", "properties": id, "required": ["id"], "$defs": base}),
            json!({"$ref": "https://example.org/x", "properties": id, "required": ["id"]}),
        ] {
            let found = parameters(&schema);
            let rows: Vec<_> =
                found.rows.iter().map(|row| (row.path.as_str(), row.required)).collect();
            assert_eq!((rows, found.required), (vec![("id", true)], 1), "{schema}");
            assert!(found.has_parts && found.has_conditions && found.is_cut, "{schema}");
            let inside = parameters(&json!({"properties": {"o": schema}, "$defs": base}));
            assert!(inside.is_cut, "{schema}");
        }
    }

    #[test]
    fn what_must_be_there_is_said_beside_a_reference_too() {
        let base = json!({"base": {"properties": {"id": {"type": "string"}, "n": {}}}});
        for schema in [
            json!({"$ref": "#/$defs/base", "required": ["id"], "$defs": base}),
            json!({"anyOf": [{"$ref": "#/$defs/base"}], "required": ["id"], "$defs": base}),
        ] {
            let found = parameters(&schema);
            let rows: Vec<_> = found
                .rows
                .iter()
                .map(|row| (row.path.as_str(), row.kind.as_str(), row.required))
                .collect();
            assert_eq!(rows, [("id", "string", true), ("n", "not stated", false)], "{schema}");
            assert_eq!((found.total, found.required, found.is_cut), (2, 1, false), "{schema}");
        }
        let nested = json!({"$ref": "#/$defs/base", "required": ["id"]});
        let found = parameters(&json!({"properties": {"o": nested}, "$defs": base}));
        assert_eq!((found.rows[1].path.as_str(), found.rows[1].required), ("o.id", true));
        let way = json!({"$ref": "#/$defs/way"});
        let way_defs = json!({"way": {"$ref": "#/$defs/base", "required": ["id"], "patternProperties": {}, "allOf": [{"properties": {"c": {}}}]}, "base": base["base"]});
        let found = parameters(&json!({"properties": {"o": way}, "$defs": way_defs}));
        assert_eq!((found.rows[1].path.as_str(), found.rows[1].required), ("o.id", true));
        assert!(found.is_cut);
        let found = parameters(&json!({"$ref": "#/$defs/way", "$defs": way_defs}));
        assert_eq!((found.required, found.has_parts, found.is_cut), (1, true, true));
        // Some write what belongs into the list of the object above.
        let slip = json!({"$ref": "#/$defs/base", "required": true});
        assert_eq!(parameters(&json!({"properties": {"o": slip}, "$defs": base})).rows.len(), 3);
    }

    #[test]
    fn a_call_may_need_parameters_of_which_none_is_required() {
        let found = |key: &str, value: Value| {
            let properties = json!({"a": {}, "b": {}});
            parameters(&json!({"properties": properties, key: value})).has_conditions
        };
        assert!(found("minProperties", json!(1)));
        assert!(!found("minProperties", json!(0)));
        assert!(found("dependencies", json!({"a": ["b"]})));
        assert!(found("not", json!({"required": ["a", "b"]})));
        let one_of = json!([{"required": ["a"]}, {"required": ["b"]}]);
        let base = json!({"base": {"properties": {"a": {}, "b": {}}}});
        for (schema, expected) in [
            (json!({"$ref": "#/$defs/base", "$defs": base}), false),
            (json!({"$ref": "#/$defs/base", "oneOf": one_of, "$defs": base}), true),
            (json!({"$ref": "#/$defs/base", "minProperties": 1, "$defs": base}), true),
            (
                json!({"$ref": "#/$defs/way", "$defs": {"way": {"$ref": "#/$defs/base", "oneOf": one_of}, "base": base["base"]}}),
                true,
            ),
        ] {
            assert_eq!(parameters(&schema).has_conditions, expected, "{schema}");
        }
    }

    #[test]
    fn what_a_value_must_match_in_one_part_it_must_match() {
        let definitions = json!({"My Type": {"type": "string", "enum": ["x", "y"]}});
        let reference = json!({"$ref": "#/%24defs/My%20Type"});
        for schema in [reference.clone(), json!({"allOf": [reference], "default": "x"})] {
            let row = parameters(&json!({"properties": {"a": schema}, "$defs": definitions}));
            let row = &row.rows[0];
            assert_eq!((row.kind.as_str(), row.allowed.len()), ("string", 2), "{schema}");
        }
    }

    #[test]
    fn a_schema_without_properties_says_nothing_about_parameters() {
        let names = |schema: Value| parameters(&schema).names;
        assert_eq!(names(json!({"type": "object"})), Names::Open);
        assert_eq!(names(json!({"properties": {}})), Names::Listed);
        assert_eq!(names(json!({"additionalProperties": false})), Names::Listed);
        let patterns = json!({"properties": {}, "patternProperties": {"^x": {}}});
        assert_eq!(names(patterns), Names::Patterned);
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
    fn a_schema_that_branches_in_each_row_has_its_rows_and_says_that_more_is_in_it() {
        let rows = |target: &str| -> Map<String, Value> {
            (0..MOST_ROWS).map(|row| (format!("p{row}"), json!({"$ref": target}))).collect()
        };
        let enumeration: Vec<usize> = (0..MOST_CHOICES - 1).collect();
        let nulls = vec![json!({"type": "null"}); MOST_VARIANTS - 1];
        let chain = [nulls, vec![json!({"$ref": "#/$defs/values"})]].concat();
        let schema = |choice: &str| {
            let choices = vec![json!({"$ref": choice}); MOST_VARIANTS];
            json!({"properties": rows("#/$defs/choices"), "$defs": {
                "choices": {"oneOf": choices, "allOf": choices},
                "values": {"enum": enumeration},
                "chain": {"anyOf": chain},
            }})
        };
        for choice in ["#/$defs/values", "#/$defs/chain"] {
            let found = parameters(&schema(choice));
            assert_eq!((found.rows.len(), found.is_cut), (MOST_ROWS, true), "{choice}");
            assert_eq!(found.rows[MOST_ROWS - 1].kind, "not stated", "{choice}");
        }
        let plain = parameters(
            &json!({"properties": rows("#/$defs/a"), "$defs": {"a": {"enum": enumeration}}}),
        );
        assert_eq!((plain.rows[MOST_ROWS - 1].kind.as_str(), plain.is_cut), ("number", false));
    }

    #[test]
    fn a_reference_longer_than_any_that_people_write_is_not_followed() {
        let kind = |length: usize| {
            let name = "k".repeat(length - "#/".len());
            let reference = format!("#/{name}");
            let schema =
                json!({"properties": {"a": {"$ref": reference}}, name: {"type": "string"}});
            parameters(&schema).rows.remove(0).kind
        };
        assert_eq!(kind(LONGEST_REFERENCE), "string");
        assert_eq!(kind(LONGEST_REFERENCE + 1), "not stated");
    }

    #[test]
    fn lists_of_several_types_in_each_other_end() {
        let types = vec!["array"; 60];
        let list = (0..40)
            .fold(json!({"type": "string"}), |items, _| json!({"type": types, "items": items}));
        let found = parameters(&json!({"properties": {"a": list}}));
        assert_eq!((found.rows.len(), found.rows[0].kind.as_str()), (1, "not stated"));
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
