//! Owns the walk through a JSON Schema: from an `inputSchema` to the rows of a parameter table.

use foldhash::HashSet;
use serde_json::{Map, Value};

use super::document::Document;
use super::keywords::{
    contents_of, have_conditions, is_only_for, items_of, length_of, member, possible,
    refuse_others, unlisted,
};
use super::limits::{limits, patterns};
use super::parameters::{LONGEST_DESCRIPTION, Names, Parameter, Parameters};
use crate::text;

/// Rows of a table; what comes after them is in the schema itself.
const MOST_ROWS: usize = 150;
/// How deep the table looks into objects within objects.
const DEEPEST: usize = 4;
/// How the path of a list ends into which the table does not look.
const DEEPEST_LIST: &str = "[][][][]";
/// How much of a default or of the allowed values is shown.
const LONGEST_VALUE: usize = 200;
/// The schema of a value of which nothing is said.
static ANYTHING: Value = Value::Bool(true);
/// The parameters that a schema describes.
pub fn parameters(schema: &Value) -> Parameters {
    let mut walk =
        Walk { document: Document::of(schema), parameters: Parameters::default(), reserved: 0 };
    let mut whole = Vec::new();
    let Some(top) = walk.document.followed(schema, |object| whole.push(object)) else {
        return walk.parameters;
    };
    whole.push(top);
    let required = walk.document.required_names(schema);
    let properties = member(top, "properties").and_then(Value::as_object);
    let unlisted = unlisted(&whole, properties);
    walk.parameters.has_conditions = have_conditions(&whole);
    walk.parameters.has_parts = walk.document.have_parts(&whole);
    let has_patterns = whole.iter().any(|schema| member(schema, "patternProperties").is_some());
    let names_others = whole.iter().any(|schema| member(schema, "propertyNames").is_some());
    // An empty list alone means that there are none.
    let is_open = properties
        .is_none_or(|listed| listed.is_empty() && member(top, "additionalProperties").is_some());
    walk.parameters.is_cut = walk.parameters.has_conditions
        || has_patterns
        || names_others
        || contents_of(top).any(|schema| walk.document.can_hold_properties(schema));
    let names = || properties.into_iter().flat_map(possible).map(|(name, _)| name.as_str());
    walk.parameters.total = names().count() + unlisted.len();
    let listed = names().filter(|name| required.contains(name)).count();
    walk.parameters.required = listed + unlisted.len();
    walk.parameters.is_cut |= walk.parameters.required < required.len();
    walk.parameters.names = match properties {
        _ if has_patterns && walk.parameters.total == 0 => Names::Patterned,
        _ if is_open && !refuse_others(&whole) && unlisted.is_empty() => Names::Open,
        _ => Names::Listed,
    };
    if let Some(properties) = properties {
        walk.reserved = unlisted.len();
        walk.properties(properties, &required, "", 0);
    }
    walk.unlisted(&unlisted);
    walk.parameters.is_cut |= walk.document.is_too_large();
    walk.parameters
}

struct Walk<'schema> {
    document: Document<'schema>,
    parameters: Parameters,
    /// Rows that are kept free for what comes after the rows of nested objects.
    reserved: usize,
}

impl<'schema> Walk<'schema> {
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
        let Some(object) = self.document.followed(schema, |passed| whole.push(passed)) else {
            return;
        };
        whole.push(object);
        let properties = member(object, "properties").and_then(Value::as_object);
        self.parameters.is_cut |= self.has_more(&whole, properties);
        if depth + 1 >= DEEPEST {
            self.parameters.is_cut |= self.document.can_hold_properties(schema);
            return;
        }
        if let Some(properties) =
            properties.filter(|_| self.document.may_look(length_of(object, "required")))
        {
            let required = self.document.required_names(schema);
            self.properties(properties, &required, path, depth + 1);
        }
        if let Some(items) = items_of(object) {
            // A list may be one of itself.
            if path.ends_with(DEEPEST_LIST) {
                self.parameters.is_cut = true;
                return;
            }
            self.nested(items, &format!("{path}[]"), depth);
        }
    }

    /// Whether a value can hold more, or depends on more, than its own properties and the elements
    /// of a list. It is that of the last object.
    fn has_more(
        &self,
        whole: &[&'schema Map<String, Value>],
        properties: Option<&'schema Map<String, Value>>,
    ) -> bool {
        let Some(object) = whole.last() else { return false };
        // Several kinds of objects have no common rows, and neither has a map.
        let items = items_of(object);
        let mut others = contents_of(object)
            .filter(|schema| items.is_none_or(|items| !std::ptr::eq(items, *schema)));
        self.document.have_parts(whole)
            || self.document.parts_can_hold_properties(object)
            || others.any(|schema| self.document.can_hold_properties(schema))
            || (properties.is_some() || is_only_for(object, &["object"]))
                && (have_conditions(whole) || !unlisted(whole, properties).is_empty())
    }

    fn row(
        &self,
        (path, name): (&str, &str),
        schema: &'schema Value,
        required: bool,
        depth: usize,
    ) -> Parameter {
        let said = self.document.said_of(schema);
        let find = |key: &str| said.iter().find_map(|object| member(object, key));
        let values = self.document.allowed(schema, &said);
        let allowed = those_that_fit(values.iter().copied().map(short_json), LONGEST_VALUE * 2);
        Parameter {
            path: text::exact_line(path, LONGEST_VALUE),
            name: text::exact_line(name, LONGEST_VALUE),
            depth,
            kind: self.document.whole_kind(schema),
            required,
            default: find("default").map(short_json),
            allowed_is_cut: allowed.len() < values.len(),
            allowed,
            limits: limits(&said),
            patterns: patterns(&said)
                .into_iter()
                .map(|pattern| text::exact_line(pattern, LONGEST_VALUE))
                .collect(),
            description: find("description")
                .and_then(Value::as_str)
                .map(|description| text::short_list(description, LONGEST_DESCRIPTION))
                .filter(|description| !description.is_empty()),
        }
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

    use super::super::document::{LONGEST_REFERENCE, MOST_VARIANTS};
    use super::super::keywords::MOST_CHOICES;
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
    fn names_and_patterns_stand_letter_for_letter() {
        let found = parameters(&json!({"properties": {
            "a  b": {"type": "string", "pattern": "^x  y $"},
            " a\tb\n": {"type": "object", "properties": {"c  d": {}}}
        }}));
        let paths: Vec<&str> = found.rows.iter().map(|row| row.path.as_str()).collect();
        assert_eq!(paths, ["a  b", " a␉b␊", " a␉b␊.c  d"]);
        assert_eq!(found.rows[0].patterns, ["^x  y $"]);
        assert_eq!(found.rows[1].name, " a␉b␊");
    }

    #[test]
    fn what_all_parts_or_each_choice_requires_is_required() {
        let properties = json!({"a": {}, "b": {}, "c": {}});
        let definitions = json!({"a": {"required": ["a"]}, "all": {"allOf": [{"$ref": "#/$defs/all"}, {"required": ["c"]}]}});
        let a = json!({"required": ["a"]});
        let both = json!({"required": ["b", "a"]});
        for (key, parts, expected) in [
            ("allOf", json!([a, {"required": ["c"]}]), vec!["a", "c"]),
            ("anyOf", json!([a, both]), vec!["a"]),
            ("oneOf", json!([both, {"$ref": "#/$defs/a"}, false]), vec!["a"]),
            ("anyOf", json!([a, true]), vec![]),
            ("anyOf", json!([a, {"required": ["c"]}]), vec![]),
            ("oneOf", json!([{"allOf": [a]}, {"anyOf": [both, both]}]), vec!["a"]),
            ("allOf", json!([{"$ref": "#/$defs/all"}, {"type": "object"}]), vec!["c"]),
            ("anyOf", json!([{"type": "null"}, a]), vec!["a"]),
            ("allOf", json!([{"$ref": "#/$defs/a", "properties": {"y": {}}}]), vec!["a"]),
            ("$ref", json!("#/$defs/a"), vec!["a"]),
            ("not", a, vec![]),
        ] {
            let inner = json!({"properties": properties, key: parts});
            let outer = json!({"properties": properties, key: parts, "$defs": definitions});
            let nested = json!({"properties": {"o": inner}, "$defs": definitions});
            for (schema, prefix) in [(outer, ""), (nested, "o.")] {
                let found = parameters(&schema);
                let required: Vec<_> =
                    found.rows.iter().filter(|row| row.required).map(|row| &row.path).collect();
                let expected: Vec<_> =
                    expected.iter().map(|name| format!("{prefix}{name}")).collect();
                assert_eq!(required, expected.iter().collect::<Vec<_>>(), "{schema}");
            }
        }
        // It ends, whatever refers to itself, and says so.
        let endless = json!({"allOf": vec![json!({"$ref": "#"}); 250], "required": ["a"]});
        let document = Document::of(&endless);
        assert!(document.required_names(&endless).contains("a") && document.is_too_large());
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
        assert!(found("minProperties", json!(2.0)));
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
    fn what_has_no_rows_of_its_own_is_said_to_be_left_out() {
        let object = json!({"type": "object", "properties": {"sql": {"type": "string"}}});
        let list = json!({"type": "array", "items": object});
        let deep = json!({"properties": {"b": {"properties": {"c": {"properties": {"d": list}}}}}});
        let text = json!({"type": "string"});
        let one_of = json!([{"required": ["id"]}, {"required": ["name"]}]);
        for schema in [
            deep,
            json!({"anyOf": [text, list]}),
            json!({"anyOf": [{"oneOf": [object, object]}, text]}),
            json!({"type": "object", "additionalProperties": object}),
            json!({"type": "object", "patternProperties": {"^x": list}}),
            json!({"type": "array", "prefixItems": [object]}),
            json!({"type": "array", "items": [object]}),
            json!({"properties": {"id": text, "name": text}, "oneOf": one_of}),
            json!({"properties": {"id": text}, "required": ["name"]}),
            json!({"type": "object", "required": ["name"]}),
            json!({"type": "object", "if": {}, "then": object}),
            json!({"type": "object", "dependentSchemas": {"k": object}}),
            json!({"type": "array", "contains": object}),
        ] {
            assert!(parameters(&json!({"properties": {"a": schema}})).is_cut, "{schema}");
        }
        let others = json!({"properties": {"x": text}, "additionalProperties": object});
        let misplaced = json!({"type": "string", "additionalProperties": object});
        let named = json!({"properties": {"x": text}, "propertyNames": {"pattern": "^x"}});
        assert!(parameters(&others).is_cut && parameters(&named).is_cut);
        for schema in [
            object,
            list,
            json!({"anyOf": [text, {"type": "array", "items": text}]}),
            json!({"type": "object", "additionalProperties": text}),
            misplaced,
            json!({"type": "object", "additionalProperties": false, "properties": {"id": text}}),
        ] {
            assert!(!parameters(&json!({"properties": {"a": schema}})).is_cut, "{schema}");
        }
    }

    #[test]
    fn what_a_schema_says_of_elements_it_says_of_lists_alone() {
        let values = json!({"enum": ["name", "date"]});
        let objects = json!({"type": "object", "properties": {"b": {}}});
        for (schema, kind, rows, allowed) in [
            (json!({"type": "array", "items": values}), "list of strings", 1, 2),
            (json!({"type": ["array", "null"], "items": values}), "list of strings or null", 1, 2),
            (
                json!({"type": ["string", "array"], "items": values}),
                "string or list of strings",
                1,
                0,
            ),
            (json!({"type": "string", "items": values}), "string", 1, 0),
            (json!({"type": "object", "items": objects}), "object", 1, 0),
            (json!({"type": "array", "prefixItems": [{}], "items": objects}), "list", 1, 0),
            (json!({"type": "array", "items": objects}), "list of objects", 2, 0),
        ] {
            let found = parameters(&json!({"properties": {"a": schema}}));
            let row = &found.rows[0];
            let told = (row.kind.as_str(), found.rows.len(), row.allowed.len());
            assert_eq!(told, (kind, rows, allowed), "{schema}");
        }
    }

    #[test]
    fn all_parts_that_a_value_must_match_say_something_of_it() {
        let definitions =
            json!({"Mode": {"type": "string", "enum": ["dry", "wet"], "maxLength": 3}});
        let all =
            json!([{"$ref": "#/$defs/Mode"}, {"description": "How to run.", "default": "dry"}]);
        let row = |schema: Value| {
            parameters(&json!({"properties": {"a": schema}, "$defs": definitions})).rows.remove(0)
        };
        let found = row(json!({"allOf": all}));
        assert_eq!((found.kind.as_str(), found.allowed.len()), ("string", 2));
        assert_eq!(found.description.as_deref(), Some("How to run."));
        assert_eq!(
            (found.default.as_deref(), found.limits),
            (Some("\"dry\""), vec!["at most 3 characters".to_owned()])
        );
        let narrowed = row(json!({"$ref": "#/$defs/Mode", "const": "dry"}));
        assert_eq!(narrowed.allowed, ["\"dry\""]);
        let way = json!({"anyOf": [{"$ref": "#/$defs/Mode", "maxLength": 2, "description": "inner"}, {"type": "null"}]});
        let found = row(way);
        assert_eq!(
            (found.description.as_deref(), found.limits),
            (Some("inner"), vec!["at most 2 characters".to_owned()])
        );
        let two = json!({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]});
        assert_eq!(row(two).allowed, ["\"b\""]);
        let beside = json!({"$ref": "#/$defs/Mode", "allOf": [{"maxLength": 2}, {"minLength": 1}]});
        assert_eq!(row(beside).limits, ["1 to 2 characters"]);
        let bounded = json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "anyOf": [{"minLength": 1}, {"minimum": 2}]});
        assert_eq!(row(bounded).kind, "string or integer");
    }

    #[test]
    fn a_schema_without_properties_says_nothing_about_parameters() {
        let names = |schema: Value| parameters(&schema).names;
        assert_eq!(names(json!({"type": "object"})), Names::Open);
        assert_eq!(names(json!({"properties": {}})), Names::Listed);
        let of_any_name = json!({"properties": {}, "additionalProperties": {"type": "string"}});
        assert_eq!(names(of_any_name), Names::Open);
        let none = json!({"properties": {}, "additionalProperties": false});
        assert_eq!(names(none), Names::Listed);
        assert_eq!(names(json!({"additionalProperties": false})), Names::Listed);
        assert_eq!(names(json!({"unevaluatedProperties": false})), Names::Listed);
        assert_eq!(names(json!({"type": "object", "maxProperties": 0})), Names::Listed);
        assert_eq!(names(json!({"type": "object", "maxProperties": 1})), Names::Open);
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
