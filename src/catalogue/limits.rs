//! Owns the bounds that schemas set to a value, in words that are true of a value of any type.

use serde_json::{Map, Number, Value};

use super::keywords::{is_for, is_only_for, member, whole_number};
use crate::text;

/// From here on numbers of JSON are not exact everywhere, and some generators write this one as the
/// bound of each integer.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

const NUMBERS: [&str; 2] = ["integer", "number"];

/// Patterns of one value that are shown.
const MOST_PATTERNS: usize = 4;

type Schema = Map<String, Value>;

/// The bounds of a value of which schemas say something: the tightest of each kind.
pub(super) fn limits(said: &[&Schema]) -> Vec<String> {
    let lengths = [
        ("string", "minLength", "maxLength", "character"),
        ("array", "minItems", "maxItems", "element"),
    ];
    let lengths = lengths.into_iter().filter_map(|(kind, fewest, most, noun)| {
        let fewest = all(said, &[kind], fewest).filter_map(whole_number).max();
        let most = all(said, &[kind], most).filter_map(whole_number).min();
        count(fewest.filter(|fewest| *fewest > 0), most, noun)
    });
    let is_set = all(said, &["array"], "uniqueItems").any(|value| *value == Value::Bool(true));
    let once = is_set.then(|| "no element twice".to_owned());
    range(said).into_iter().chain(multiple(said)).chain(lengths).chain(once).collect()
}

/// The regular expressions that a text has to match.
pub(super) fn patterns<'schema>(said: &[&'schema Schema]) -> Vec<&'schema str> {
    let mut patterns: Vec<&str> = Vec::new();
    for pattern in all(said, &["string"], "pattern").filter_map(Value::as_str) {
        if !pattern.is_empty() && !patterns.contains(&pattern) && patterns.len() < MOST_PATTERNS {
            patterns.push(pattern);
        }
    }
    patterns
}

/// All that schemas say by a keyword that is about values of these types.
fn all<'schema>(
    said: &[&'schema Schema],
    kinds: &[&str],
    key: &str,
) -> impl Iterator<Item = &'schema Value> {
    said.iter().filter(|object| is_for(object, kinds)).filter_map(move |object| member(object, key))
}

/// "from 1 to 10", "more than 0 and at most 1"; "as a number from 1 to 10" of what can be a text too.
fn range(said: &[&Schema]) -> Option<String> {
    let lowest = tightest(said, "minimum", "exclusiveMinimum", f64::gt);
    let highest = tightest(said, "maximum", "exclusiveMaximum", f64::lt);
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
    let of = all(said, &NUMBERS, "multipleOf").find_map(Value::as_number);
    let of = of.filter(|of| is_exact(of))?;
    // Of whole numbers it bounds nothing.
    let is_trivial =
        of.as_f64() == Some(1.0) && said.iter().any(|object| !is_for(object, &["number"]));
    (!is_trivial).then(|| format!("{}a multiple of {}", of_numbers(said), shown(of)))
}

/// The tightest bound, and whether it is itself out of bounds. The older drafts of JSON Schema say
/// that beside it.
fn tightest<'schema>(
    said: &[&'schema Schema],
    key: &str,
    exclusive: &str,
    is_tighter: impl Fn(&f64, &f64) -> bool,
) -> Option<(&'schema Number, bool)> {
    let mut tightest: Option<(&Number, bool)> = None;
    for object in said.iter().filter(|object| is_for(object, &NUMBERS)) {
        let (within, beside) = (member(object, key), member(object, exclusive));
        let number = |value: Option<&'schema Value>| value.and_then(Value::as_number);
        let within = number(within).map(|within| (within, beside == Some(&Value::Bool(true))));
        let bounds = within.into_iter().chain(number(beside).map(|out| (out, true)));
        for (bound, is_out) in bounds.filter(|(bound, _)| is_exact(bound)) {
            let is_better = tightest.is_none_or(|(number, is_without)| {
                let (new, old) = (bound.as_f64(), number.as_f64());
                new.zip(old).is_some_and(|(new, old)| is_tighter(&new, &old))
                    || new == old && is_out && !is_without
            });
            if is_better {
                tightest = Some((bound, is_out));
            }
        }
    }
    tightest
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

fn number(amount: u64) -> String {
    text::number(usize::try_from(amount).unwrap_or(usize::MAX))
}

fn count(fewest: Option<u64>, most: Option<u64>, noun: &str) -> Option<String> {
    match (fewest, most) {
        (None, None) => None,
        (Some(fewest), Some(most)) if fewest == most => {
            Some(format!("exactly {}", words(most, noun)))
        }
        (Some(fewest), Some(most)) if fewest < most => {
            Some(format!("{} to {}", number(fewest), words(most, noun)))
        }
        // Nothing fits both.
        (Some(fewest), Some(most)) => {
            Some(format!("at least {}, and at most {}", words(fewest, noun), number(most)))
        }
        (None, Some(0)) => Some(words(0, noun)),
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
    fn lengths_may_be_written_with_a_point_and_need_not_fit_together() {
        let of = |fewest: Value, most: Value| {
            limits(&json!({"type": "string", "minLength": fewest, "maxLength": most}))
        };
        assert_eq!(of(json!(2.0), json!(1e2)), "2 to 100 characters");
        assert_eq!(of(json!(3), json!(1)), "at least 3 characters, and at most 1");
        assert_eq!(of(json!(0), json!(0)), "no characters");
        assert_eq!(of(json!(-1), json!(1.5)), "");
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
            (json!({"type": "number", "multipleOf": 1}), "a multiple of 1"),
            (
                json!({"type": "string", "minLength": 1_000, "maxLength": 5_000}),
                "1,000 to 5,000 characters",
            ),
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
    fn of_several_bounds_the_tightest_counts() {
        let told = |schemas: &[Value]| {
            let said: Vec<_> = schemas.iter().map(|schema| schema.as_object().unwrap()).collect();
            super::limits(&said).join("; ")
        };
        let integer = |schema: Value| told(&[json!({"type": "integer"}), schema]);
        assert_eq!(integer(json!({"minimum": 10, "exclusiveMinimum": 0})), "at least 10");
        assert_eq!(integer(json!({"maximum": 10, "exclusiveMaximum": 10})), "less than 10");
        assert_eq!(integer(json!({"maximum": 10, "exclusiveMaximum": 100})), "at most 10");
        let older = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
        assert_eq!(told(&[json!({"minimum": 5}), older.clone()]), "at least 5");
        assert_eq!(told(&[json!({"minimum": 1}), older]), "more than 1");
        let huge = json!({"type": "integer", "maximum": 9_007_199_254_740_991_i64});
        let all = [huge, json!({"minimum": 0, "maximum": 9}), json!({"minimum": 5})];
        assert_eq!(told(&all), "from 5 to 9");
        let text = json!({"type": "string", "maxLength": 100});
        assert_eq!(told(&[text, json!({"maxLength": 5, "minLength": 2})]), "2 to 5 characters");
    }

    #[test]
    fn what_bounds_nothing_is_not_told() {
        for schema in [
            json!({"type": "string", "maximum": 10}),
            json!({"type": "integer", "maxLength": 10}),
            json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64}),
            json!({"type": "integer", "multipleOf": 1}),
            json!({"type": ["integer", "string"], "multipleOf": 1.0}),
            json!({"type": "string", "minLength": 0}),
            json!({"type": "number", "minimum": "1", "maximum": null, "exclusiveMaximum": true}),
            json!({"type": "array", "uniqueItems": false, "minItems": -1}),
        ] {
            assert_eq!(limits(&schema), "", "{schema}");
        }
    }
}
