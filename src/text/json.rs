//! Owns JSON for people: as much of it as is shown, and no more of it than that in memory.

use serde_json::Value;

use super::Room;

/// A value as JSON on one line, at most `longest` characters of it.
pub fn short_json(value: &Value, longest: usize) -> String {
    let mut room = Room::new((longest + 1) * char::MAX.len_utf8());
    // What has no room is not shown.
    let _ = serde_json::to_writer(&mut room, value);
    super::cut(&String::from_utf8_lossy(&room.into_bytes()), longest)
}

/// JSON on many lines, with its numbers digit for digit and its texts without escapes that need not
/// be. `None`: it would have more bytes than this, or is no JSON.
pub fn pretty_json(json: &str, most: usize) -> Option<String> {
    let mut pretty = String::with_capacity(most.min(json.len() * 2));
    let mut depth = 0;
    let mut rest = json.trim_start_matches(SPACE);
    while let Some(first) = rest.chars().next() {
        let (token, behind) = rest.split_at(token_end(rest.as_bytes()));
        rest = behind.trim_start_matches(SPACE);
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => pretty.push(first),
            '{' | '[' => {
                depth += 1;
                pretty.push(first);
                begin_line(&mut pretty, depth);
            }
            '}' | ']' if pretty.ends_with(['{', '[']) => pretty.push(first),
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                begin_line(&mut pretty, depth);
                pretty.push(first);
            }
            ',' => {
                pretty.push(first);
                begin_line(&mut pretty, depth);
            }
            ':' => pretty.push_str(": "),
            '"' if token.contains('\\') => {
                let text: String = serde_json::from_str(token).ok()?;
                pretty.push_str(&serde_json::to_string(&text).ok()?);
            }
            _ => pretty.push_str(token),
        }
        if pretty.len() > most {
            return None;
        }
    }
    Some(pretty)
}

/// White space of JSON.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Where the first sign, text, number or word of a piece of JSON ends.
fn token_end(json: &[u8]) -> usize {
    match json.first() {
        Some(b'"') => {
            let mut is_escaped = false;
            let ends = |byte: &u8| {
                let ends = *byte == b'"' && !is_escaped;
                is_escaped = *byte == b'\\' && !is_escaped;
                ends
            };
            json.iter().skip(1).position(ends).map_or(json.len(), |at| at + 2)
        }
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':') => 1,
        _ => {
            let ends =
                |byte: &u8| matches!(byte, b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r');
            json.iter().position(ends).unwrap_or(json.len())
        }
    }
}

fn begin_line(pretty: &mut String, depth: usize) {
    pretty.push('\n');
    pretty.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{pretty_json, short_json};

    #[test]
    fn what_is_shown_is_the_beginning_of_the_whole() {
        let value = json!({"a": ["é😀".repeat(9), 1.5, null]});
        let whole = value.to_string();
        for longest in 1..whole.chars().count() + 2 {
            assert_eq!(short_json(&value, longest), crate::text::cut(&whole, longest), "{longest}");
        }
    }

    #[test]
    fn json_on_many_lines_is_laid_out_as_serde_json_does() {
        for json in [
            "{}",
            "[]",
            " [ ] ",
            "{\"a\":{},\"b\":[],\"c\":[{}]}",
            "\t{ \"a\" : [1 ,\r\n-2.5, true,false , null], \"b\":{\"c\":{\"d\":\"e, f: {g} [h]\"}}}\n",
            r#"{"\"quoted\"": "a \\", "\\\"": "\\\\", "é": "😀", "t": "tab\tend\n", "u": "\u001b"}"#,
            r#""text""#,
            "12",
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(pretty_json(json, pretty.len()), Some(pretty.clone()), "{json}");
            assert_eq!(pretty_json(json, pretty.len() - 1), None, "{json}");
        }
    }

    #[test]
    fn numbers_stay_as_they_are_and_escapes_become_what_they_mean() {
        let json = r#"{"maximum":18446744073709551617,"multipleOf":1.10e2,"n":"caf\u00e9 \/ \ud83d\ude00"}"#;
        let pretty = "{\n  \"maximum\": 18446744073709551617,\n  \"multipleOf\": 1.10e2,\n  \"n\": \"café / 😀\"\n}";
        assert_eq!(pretty_json(json, 200).as_deref(), Some(pretty));
    }

    #[test]
    fn what_is_no_json_is_not_laid_out_or_ends() {
        assert_eq!(pretty_json("]", 9), None);
        assert_eq!(pretty_json("\"\\u12\"", 9), None);
        for json in ["\"", "\"\\", "[", "{\"a", "[\"\\\"]", "é"] {
            let _ = pretty_json(json, 100);
        }
    }
}
