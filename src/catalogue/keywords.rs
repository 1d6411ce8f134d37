//! Owns what the keywords of one JSON Schema say, taken by themselves.

use foldhash::HashSet;
use serde_json::{Map, Value};

/// Members of an object that are looked at one by one.
const FEW_MEMBERS: usize = 12;
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

/// How many elements a list has that is a member of an object.
pub(super) fn length_of(object: &Map<String, Value>, name: &str) -> usize {
    member(object, name).and_then(Value::as_array).map_or(0, Vec::len)
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

/// The names that one of the schemas of a value says must be there.
pub(super) fn required_names<'schema>(
    schemas: &[&'schema Map<String, Value>],
) -> HashSet<&'schema str> {
    schemas.iter().copied().flat_map(required).collect()
}

fn required(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
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
