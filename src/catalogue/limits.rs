//! Owns the bounds that schemas set to a value, in words that are true of a value of any type.

use serde_json::{Map, Number, Value};

use super::keywords::{is_for, is_only_for, member};
use crate::text;

/// From here on numbers of JSON are not exact everywhere, and some generators write this one as the
/// bound of each integer.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

const NUMBERS: [&str; 2] = ["integer", "number"];

type Schema = Map<String, Value>;

/// The bounds of a value of which schemas say something, the nearest first.
pub(super) fn limits(said: &[&Schema]) -> Vec<String> {
    let lengths = [
        ("string", "minLength", "maxLength", "character"),
        ("array", "minItems", "maxItems", "element"),
    ];
    let lengths = lengths.into_iter().filter_map(|(kind, fewest, most, noun)| {
        let bound = |key| find(said, &[kind], key)?.as_u64();
        count(bound(fewest).filter(|fewest| *fewest > 0), bound(most), noun)
    });
    let is_set = find(said, &["array"], "uniqueItems") == Some(&Value::Bool(true));
    let once = is_set.then(|| "no element twice".to_owned());
    range(said).into_iter().chain(multiple(said)).chain(lengths).chain(once).collect()
}

/// The regular expression that a text has to match.
pub(super) fn pattern<'schema>(said: &[&'schema Schema]) -> Option<&'schema str> {
    find(said, &["string"], "pattern")?.as_str().filter(|pattern| !pattern.is_empty())
}

/// What the nearest schema says that is about values of these types.
fn find<'schema>(said: &[&'schema Schema], kinds: &[&str], key: &str) -> Option<&'schema Value> {
    said.iter().filter(|object| is_for(object, kinds)).find_map(|object| member(object, key))
}

/// "from 1 to 10", "more than 0 and at most 1"; "as a number from 1 to 10" of what can be a text too.
fn range(said: &[&Schema]) -> Option<String> {
    let lowest = bound(said, "minimum", "exclusiveMinimum");
    let highest = bound(said, "maximum", "exclusiveMaximum");
    let side = |(number, is_out), out: &str, within: &str| {
        format!("{} {}", if is_out { out } else { within }, shown(number))
    };
    let low = |bound| side(bound, "more than", "at least");
    let high = |bound| side(bound, "less than", "at most");
    let range = match (lowest, highest) {
        (None, None) => return None,
        (Some((lowest, false)), Some((highest, false))) => {
            format!("from {} to {}", shown(lowest), shown(highest))
        }
        (Some(lowest), Some(highest)) => format!("{} and {}", low(lowest), high(highest)),
        (Some(lowest), None) => low(lowest),
        (None, Some(highest)) => high(highest),
    };
    Some(format!("{}{range}", of_numbers(said)))
}

fn multiple(said: &[&Schema]) -> Option<String> {
    let of = find(said, &NUMBERS, "multipleOf")?.as_number().filter(|of| is_exact(of))?;
    let is_trivial = of.as_u64() == Some(1);
    (!is_trivial).then(|| format!("{}a multiple of {}", of_numbers(said), shown(of)))
}

/// A bound, and whether it is itself out of bounds. The older drafts of JSON Schema say that beside
/// it.
fn bound<'schema>(
    said: &[&'schema Schema],
    key: &str,
    exclusive: &str,
) -> Option<(&'schema Number, bool)> {
    let number = |value: Option<&'schema Value>| {
        value.and_then(Value::as_number).filter(|number| is_exact(number))
    };
    let beside = find(said, &NUMBERS, exclusive);
    let within = number(find(said, &NUMBERS, key));
    match number(beside) {
        Some(out) => Some((out, true)),
        None => Some((within?, beside == Some(&Value::Bool(true)))),
    }
}

/// How a bound of numbers begins where not all values are numbers.
fn of_numbers(said: &[&Schema]) -> &'static str {
    if said.iter().any(|object| is_only_for(object, &NUMBERS)) { "" } else { "as a number " }
}

/// A number as people write it: without the ".0" that some programs add.
fn shown(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn is_exact(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.abs() < LARGEST_EXACT)
}

fn words(amount: u64, noun: &str) -> String {
    text::count(usize::try_from(amount).unwrap_or(usize::MAX), noun)
}

fn count(fewest: Option<u64>, most: Option<u64>, noun: &str) -> Option<String> {
    match (fewest, most) {
        (None, None) => None,
        (Some(fewest), Some(most)) if fewest == most => {
            Some(format!("exactly {}", words(most, noun)))
        }
        (Some(fewest), Some(most)) => Some(format!("{fewest} to {}", words(most, noun))),
        (Some(fewest), None) => Some(format!("at least {}", words(fewest, noun))),
        (None, Some(most)) => Some(format!("at most {}", words(most, noun))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn limits(schema: &Value) -> String {
        super::limits(&[schema.as_object().unwrap()]).join("; ")
    }

    #[test]
    fn bounds_are_told_in_words() {
        for (schema, words) in [
            (json!({"type": "integer", "minimum": 1, "maximum": 10}), "from 1 to 10"),
            (
                json!({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}),
                "more than 0 and at most 0.5",
            ),
            (json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}), "more than 0"),
            (json!({"type": "number", "minimum": 0, "exclusiveMinimum": false}), "at least 0"),
            (json!({"type": ["integer", "null"], "maximum": -1}), "at most -1"),
            (json!({"type": "number", "minimum": 1.0, "maximum": 2.5}), "from 1 to 2.5"),
            (json!({"type": "integer", "multipleOf": 5}), "a multiple of 5"),
            (json!({"type": "string", "minLength": 1, "maxLength": 64}), "1 to 64 characters"),
            (json!({"type": "string", "minLength": 2, "maxLength": 2}), "exactly 2 characters"),
            (json!({"type": "string", "minLength": 1}), "at least 1 character"),
            (
                json!({"type": "array", "maxItems": 3, "uniqueItems": true}),
                "at most 3 elements; no element twice",
            ),
            (
                json!({"type": ["string", "integer"], "minimum": 1, "maxLength": 5}),
                "as a number at least 1; at most 5 characters",
            ),
        ] {
            assert_eq!(limits(&schema), words, "{schema}");
        }
    }

    #[test]
    fn what_bounds_nothing_is_not_told() {
        for schema in [
            json!({"type": "string", "maximum": 10}),
            json!({"type": "integer", "maxLength": 10}),
            json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64}),
            json!({"type": "integer", "multipleOf": 1}),
            json!({"type": "string", "minLength": 0}),
            json!({"type": "number", "minimum": "1", "maximum": null, "exclusiveMaximum": true}),
            json!({"type": "array", "uniqueItems": false, "minItems": -1}),
        ] {
            assert_eq!(limits(&schema), "", "{schema}");
        }
    }
}
