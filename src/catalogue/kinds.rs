//! Owns how the type of a parameter is put into words: "string", "list of objects or null".

use std::borrow::Cow;

use serde_json::Value;

/// The type of a value, as far as a schema states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The schema leaves it open, or means a type that JSON does not have.
    Unstated,
    /// One of the types that are no lists.
    Plain(&'static str),
    /// A list of values of a type.
    List(Box<Kind>),
    /// One of several, each once.
    Either(Vec<Kind>),
}

impl Kind {
    /// A type that is no list, by its name.
    pub(crate) fn plain(name: &str) -> Kind {
        let known = ["string", "integer", "number", "boolean", "object", "null"];
        known.into_iter().find(|known| *known == name).map_or(Kind::Unstated, Kind::Plain)
    }

    /// The type of a value.
    pub(crate) fn of_value(value: &Value) -> Kind {
        match value {
            Value::Null => Kind::Plain("null"),
            Value::Bool(_) => Kind::Plain("boolean"),
            Value::Number(_) => Kind::Plain("number"),
            Value::String(_) => Kind::Plain("string"),
            Value::Array(_) => Kind::list(Kind::Unstated),
            Value::Object(_) => Kind::Plain("object"),
        }
    }

    /// A list of values of a type.
    pub(crate) fn list(of: Kind) -> Kind {
        Kind::List(Box::new(of))
    }

    /// One of several types. If one of them is open, so are all together.
    pub(crate) fn either(kinds: impl Iterator<Item = Kind>) -> Kind {
        let mut different: Vec<Kind> = Vec::new();
        for kind in kinds {
            let parts = match kind {
                Kind::Unstated => return Kind::Unstated,
                Kind::Either(parts) => parts,
                only => vec![only],
            };
            for part in parts {
                if !different.contains(&part) {
                    different.push(part);
                }
            }
        }
        // What is long to read, and what is no value, come last.
        different.sort_by_key(|kind| match kind {
            Kind::Plain("null") => 2,
            Kind::List(_) => 1,
            _ => 0,
        });
        if different.len() > 1 {
            return Kind::Either(different);
        }
        different.pop().unwrap_or(Kind::Unstated)
    }

    /// "string", "list of (number or string) or null".
    pub(crate) fn in_words(&self) -> Cow<'static, str> {
        match self {
            Kind::Unstated => "not stated".into(),
            Kind::Plain(name) => (*name).into(),
            Kind::List(of) => format!("list{}", of.as_items()).into(),
            Kind::Either(kinds) => {
                let words: Vec<Cow<'_, str>> = kinds.iter().map(Kind::in_words).collect();
                match words.as_slice() {
                    [rest @ .., last] => format!("{} or {last}", rest.join(", ")).into(),
                    [] => Kind::Unstated.in_words(),
                }
            }
        }
    }

    /// What stands behind "list" or "lists", with a blank before it unless it is nothing.
    fn as_items(&self) -> String {
        match self {
            Kind::Unstated => String::new(),
            Kind::Plain(name) => format!(" of {name}s"),
            Kind::List(of) => format!(" of lists{}", of.as_items()),
            Kind::Either(_) => format!(" of ({})", self.in_words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Kind;

    #[test]
    fn values_of_several_types_have_all_of_them() {
        let of = |values: &[Value]| Kind::either(values.iter().map(Kind::of_value)).in_words();
        assert_eq!(
            of(&[json!("auto"), json!(0), json!(1), json!(true)]),
            "string, number or boolean"
        );
        assert_eq!(of(&[json!(null), json!([1]), json!({})]), "object, list or null");
    }

    #[test]
    fn each_type_can_be_read_in_one_way() {
        let either = |kinds: &[Kind]| Kind::either(kinds.iter().cloned());
        let (text, null) = (Kind::plain("string"), Kind::plain("null"));
        let of_both = either(&[text.clone(), Kind::plain("number")]);
        let cases = [
            (text.clone(), "string"),
            (Kind::plain("date"), "not stated"),
            (either(&[null.clone(), Kind::plain("boolean")]), "boolean or null"),
            (either(&[text.clone(), text.clone()]), "string"),
            (either(&[text.clone(), Kind::Unstated]), "not stated"),
            (either(&[]), "not stated"),
            (Kind::list(text.clone()), "list of strings"),
            (Kind::list(Kind::Unstated), "list"),
            (Kind::list(Kind::list(Kind::Unstated)), "list of lists"),
            (Kind::list(Kind::list(text.clone())), "list of lists of strings"),
            (Kind::list(of_both.clone()), "list of (string or number)"),
            (either(&[Kind::list(of_both), null.clone()]), "list of (string or number) or null"),
            (either(&[Kind::list(text.clone()), null]), "list of strings or null"),
            (
                either(&[Kind::list(text.clone()), text, Kind::plain("integer")]),
                "string, integer or list of strings",
            ),
        ];
        for (kind, words) in cases {
            assert_eq!(kind.in_words(), words);
        }
    }
}
