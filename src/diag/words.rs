//! Owns what readers of TOML and JSON say of a value, in the words of our own faults.

/// A message on a value of TOML, which stands at the beginning of `written`.
pub(crate) fn in_words_of_toml(message: &str, written: &str) -> String {
    // To `serde` a date is a table of its parts.
    let is_date = message.starts_with("invalid type: map")
        && written.starts_with(|first: char| first.is_ascii_digit());
    in_words(message, if is_date { "a date without quotation marks" } else { "a table" })
}

/// A message of `serde` in these words; any other message stays as it is. `table` is what a set of
/// named values is called where the value stands: a table or an object.
pub(crate) fn in_words(message: &str, table: &str) -> String {
    // What a reader of JSON adds at the end, for those who look at the text alone.
    let (said, place) = match message.rfind(" at line ") {
        Some(at) => message.split_at(at),
        None => (message, ""),
    };
    let Some(words) = of_type(said, table).or_else(|| of_names(said)).or_else(|| of_syntax(said))
    else {
        return message.to_owned();
    };
    format!("{words}{place}")
}

/// A value of another type than the one that belongs there.
fn of_type(said: &str, table: &str) -> Option<String> {
    if said == "wanted string or table" {
        return Some("a text belongs here".to_owned());
    }
    if said.starts_with("invalid length ") && said.contains(", expected struct ") {
        return Some(format!("{table} belongs here, not a list"));
    }
    let told = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    let (found, wanted) = told?.rsplit_once(", expected ")?;
    let wanted = match wanted {
        "a string" | "string" => "a text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => table,
        wanted if wanted.starts_with("struct ") => table,
        "i64" => "a whole number",
        "u64" => "a whole number from 0 on",
        wanted => wanted,
    };
    let found = match found.split(' ').next().unwrap_or_default() {
        "string" => "a text",
        // Of two numbers, the one that stands there says most.
        "integer" | "floating" if wanted.contains("number") => {
            return Some(format!("{wanted} belongs here, not {}", value_in(found)));
        }
        "integer" | "floating" => "a number",
        "boolean" => "a truth value",
        "sequence" => "a list",
        "map" => table,
        _ => found,
    };
    Some(format!("{wanted} belongs here, not {found}"))
}

/// What stands in backticks in a message, with them.
fn value_in(found: &str) -> &str {
    let start = found.find('`').unwrap_or(0);
    let end = found.rfind('`').map_or(found.len(), |at| at + 1);
    found.get(start..end).unwrap_or(found)
}

/// A name that means nothing, or one that is not there.
fn of_names(said: &str) -> Option<String> {
    if let Some(name) = said.strip_prefix("missing field ") {
        return Some(format!("{name} is missing"));
    }
    let (said, names) = said.split_once(", expected ")?;
    let names = names.strip_prefix("one of ").unwrap_or(names).replace("` or `", "`, `");
    if let Some(value) = said.strip_prefix("unknown variant ") {
        let one_of = if names.contains(", ") { "one of " } else { "" };
        return Some(format!("{one_of}{names} belongs here, not {value}"));
    }
    let name = said.strip_prefix("unknown field ")?;
    Some(format!("there is no field {name} here, only {names}"))
}

/// What is no JSON.
fn of_syntax(said: &str) -> Option<String> {
    let words = match said {
        "expected value" => "a value belongs here",
        "trailing comma" => "a comma stands before the end",
        "key must be a string" => "a name in double quotes belongs here",
        _ if said.starts_with("EOF while parsing") => "the text ends in the middle",
        _ => return None,
    };
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{in_words, in_words_of_toml};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Two {
        One,
        Other,
    }

    #[derive(Debug, Deserialize)]
    enum Single {
        #[serde(rename = "1")]
        One,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is wrong with it is looked at")]
    struct All {
        text: String,
        #[serde(default)]
        number: i64,
        #[serde(default)]
        truth: bool,
        #[serde(default)]
        list: Vec<String>,
        table: Option<Box<All>>,
        two: Option<Two>,
        single: Option<Single>,
    }

    #[test]
    fn what_readers_say_is_put_into_our_words() {
        for (toml, words) in [
            ("text = 1", "a text belongs here, not a number"),
            ("text = 1.5", "a text belongs here, not a number"),
            ("text = []", "a text belongs here, not a list"),
            ("text = 2026-01-01", "a text belongs here, not a date without quotation marks"),
            ("text = {}", "a text belongs here, not a table"),
            ("text = true", "a text belongs here, not a truth value"),
            ("text = 't'\nnumber = 'n, expected m'", "a whole number belongs here, not a text"),
            ("text = 't'\nnumber = 1.5", "a whole number belongs here, not `1.5`"),
            (
                "text = 't'\nnumber = 99999999999999999999",
                "a whole number belongs here, not `99999999999999999999`",
            ),
            ("text = 't'\ntruth = 'no'", "`true` or `false` belongs here, not a text"),
            ("text = 't'\nlist = 'one'", "a list belongs here, not a text"),
            ("text = 't'\ntable = 2", "a table belongs here, not a number"),
            ("text = 't'\ntable = []", "a table belongs here, not a list"),
            ("text = 't'\ntwo = 2", "a text belongs here"),
            ("text = 't'\ntwo = 'three'", "one of `one`, `other` belongs here, not `three`"),
            ("text = 't'\nsingle = '2'", "`1` belongs here, not `2`"),
            ("number = 2", "`text` is missing"),
            (
                "text = 't'\nmore = 2",
                "there is no field `more` here, only `text`, `number`, `truth`, `list`, `table`, \
                 `two`, `single`",
            ),
        ] {
            let error = toml::from_str::<All>(toml).unwrap_err();
            let written = toml.get(error.span().unwrap().start..).unwrap();
            assert_eq!(in_words_of_toml(error.message(), written), words, "{toml}");
        }
        let error = serde_json::from_str::<All>("{\"text\": ").unwrap_err().to_string();
        assert_eq!(in_words(&error, "an object"), "the text ends in the middle at line 1 column 9");
        let error = serde_json::from_str::<All>("{\"text\": \"t\",\n \"table\": []}").unwrap_err();
        let words = "an object belongs here, not a list at line 2 column 12";
        assert_eq!(in_words(&error.to_string(), "an object"), words);
    }

    #[test]
    fn what_nobody_knows_stays_as_it_is() {
        for message in ["", "expected ident at line 1 column 7", "no", "at line 7"] {
            assert_eq!(in_words(message, "a table"), message);
        }
    }
}
