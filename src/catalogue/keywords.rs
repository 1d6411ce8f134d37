//! Owns what the keywords of one JSON Schema say, taken by themselves.

use foldhash::HashSet;
use serde_json::{Map, Value};

/// Members of an object that are looked at one by one.
const FEW_MEMBERS: usize = 12;
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
/// Where schemas stand of what a list holds, and of what an object holds beside its properties.
const IN_LISTS: [&str; 5] =
    ["items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"];
const IN_OBJECTS: [&str; 6] = [
    "additionalProperties",
    "patternProperties",
    "unevaluatedProperties",
    "dependentSchemas",
    "then",
    "else",
];
/// Those of them that have several, each by a name.
const SCHEMAS_BY_NAME: [&str; 2] = ["patternProperties", "dependentSchemas"];
/// Types that a schema names which are looked at: there are seven.
const MOST_TYPES: usize = 16;
/// Values, and types of one value, that are looked at.
pub(super) const MOST_CHOICES: usize = 1_000;

/// The properties that a value can have: `false` is a schema that nothing fits.
pub(super) fn possible(properties: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    properties.iter().filter(|(_, schema)| **schema != Value::Bool(false))
}

/// A member of an object. Few schemas have so many that a look at each takes longer than a hash.
pub(super) fn member<'schema>(
    object: &'schema Map<String, Value>,
    name: &str,
) -> Option<&'schema Value> {
    if object.len() > FEW_MEMBERS {
        return object.get(name);
    }
    object.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A whole number, also with the ".0" that some programs add.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64()?.to_string().parse().ok())
}

/// How many elements a list has that is a member of an object.
pub(super) fn length_of(object: &Map<String, Value>, name: &str) -> usize {
    member(object, name).and_then(Value::as_array).map_or(0, Vec::len)
}

/// Whether values of a type can fit a schema by what it says of types.
pub(super) fn is_for(object: &Map<String, Value>, names: &[&str]) -> bool {
    match member(object, "type") {
        Some(Value::String(name)) => names.contains(&name.as_str()),
        Some(Value::Array(all)) => {
            let mut all = all.iter().take(MOST_TYPES).filter_map(Value::as_str);
            all.any(|name| names.contains(&name))
        }
        _ => true,
    }
}

/// Whether a schema names its types, and none but these and null.
pub(super) fn is_only_for(object: &Map<String, Value>, names: &[&str]) -> bool {
    let fits = |name: &str| names.contains(&name) || name == "null";
    match member(object, "type") {
        Some(Value::String(name)) => fits(name),
        Some(Value::Array(all)) => {
            let fits = |name: &Value| name.as_str().is_some_and(fits);
            all.len() <= MOST_TYPES && all.iter().all(fits)
        }
        _ => false,
    }
}

/// The schema of all elements of a list. Where the first ones have their own, no schema is that of
/// all, and of what is no list it says nothing.
pub(super) fn items_of(object: &Map<String, Value>) -> Option<&Value> {
    let items = member(object, "items").filter(|_| is_for(object, &["array"]));
    items.filter(|_| member(object, "prefixItems").is_none())
}

/// The schemas of what an object or list holds beside its own properties.
pub(super) fn contents_of(object: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let schemas = |key: &'static str| -> Box<dyn Iterator<Item = &Value>> {
        match member(object, key) {
            Some(Value::Array(first)) => Box::new(first.iter()),
            Some(Value::Object(named)) if SCHEMAS_BY_NAME.contains(&key) => {
                Box::new(named.values())
            }
            schema => Box::new(schema.into_iter()),
        }
    };
    let of_lists = IN_LISTS.into_iter().filter(|_| is_for(object, &["array"]));
    let of_objects = IN_OBJECTS.into_iter().filter(|_| is_for(object, &["object"]));
    of_lists.chain(of_objects).flat_map(schemas)
}

/// Whether an object can have none but its own properties. A schema that refers to another, and says
/// so beside that, is heard too.
pub(super) fn refuse_others(whole: &[&Map<String, Value>]) -> bool {
    whole.iter().any(|schema| {
        let refuses = |key| member(schema, key) == Some(&Value::Bool(false));
        refuses("additionalProperties")
            || refuses("unevaluatedProperties")
            || member(schema, "maxProperties").and_then(whole_number) == Some(0)
    })
}

/// Whether the calls in which a parameter of an object is required depend on the others. The object
/// is the last one. What leads to it from those before is no condition; what stands beside that is.
pub(super) fn have_conditions(whole: &[&Map<String, Value>]) -> bool {
    let count = |object| CONDITIONS.iter().filter(|key| is_condition(object, key)).count();
    let fewest =
        whole.iter().filter_map(|object| whole_number(member(object, "minProperties")?)).max();
    let in_parts = whole.iter().filter(|object| !is_condition(object, "allOf"));
    let in_parts = in_parts.filter_map(|object| member(object, "allOf")?.as_array()).flatten();
    let listed = whole.iter().copied().chain(in_parts.filter_map(Value::as_object));
    let required: HashSet<_> = listed.flat_map(required).collect();
    fewest > Some(required.len() as u64)
        || whole.split_last().is_some_and(|(object, way)| {
            count(object) > 0 || way.iter().any(|passed| count(passed) > 1)
        })
}

/// Whether an object has such a keyword. Parts of which all must fit, and that only name what is
/// required, are no condition: it is required in each call.
fn is_condition(object: &Map<String, Value>, key: &str) -> bool {
    let only_requires = |part: &Value| {
        part.as_object().is_some_and(|part| {
            part.iter().all(|(keyword, value)| match keyword.as_str() {
                "required" | "title" | "description" | "$comment" => true,
                "type" => value == "object",
                _ => false,
            })
        })
    };
    member(object, key).is_some_and(|value| {
        let parts = value.as_array().filter(|_| key == "allOf");
        let are_few = |parts: &&Vec<Value>| parts.len() <= MOST_CHOICES;
        !parts.filter(are_few).is_some_and(|parts| parts.iter().all(only_requires))
    })
}

/// The schemas of which a value has to match one; to match all of one is the same.
pub(super) fn choices_of(object: &Map<String, Value>) -> Option<&[Value]> {
    let choices = ["anyOf", "oneOf"].iter().find_map(|key| member(object, key)?.as_array());
    let all = || member(object, "allOf").and_then(Value::as_array).filter(|all| all.len() == 1);
    choices.or_else(all).map(Vec::as_slice)
}

pub(super) fn allowed_values<'schema>(
    several: Option<&'schema Value>,
    one: Option<&'schema Value>,
) -> impl Iterator<Item = &'schema Value> + Clone {
    let several = several.and_then(Value::as_array);
    let one = one.filter(|_| several.is_none());
    several.into_iter().flatten().chain(one).take(MOST_CHOICES)
}

/// The names of its own list that an object says must be there.
pub(super) fn required(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let names = member(object, "required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// Those of these names that are not among the properties, in their order.
pub(super) fn unlisted<'schema>(
    schemas: &[&'schema Map<String, Value>],
    properties: Option<&Map<String, Value>>,
) -> Vec<&'schema str> {
    let mut seen = HashSet::default();
    schemas
        .iter()
        .copied()
        .flat_map(required)
        .filter(|name| properties.is_none_or(|properties| !properties.contains_key(*name)))
        .filter(|name| seen.insert(*name))
        .collect()
}
