//! Owns JSON for people: as much of it as is shown, and no more of it than that in memory.

use serde::Serialize;
use serde_json::Value;

use super::Room;

/// A value as JSON on one line, at most `longest` characters of it.
pub fn short_json(value: &Value, longest: usize) -> String {
    let mut room = Room::new((longest + 1) * char::MAX.len_utf8());
    // What has no room is not shown.
    let _ = serde_json::to_writer(&mut room, value);
    super::cut(&String::from_utf8_lossy(&room.into_bytes()), longest)
}

/// A value as JSON on many lines. `None`: it has more bytes than this.
pub fn pretty_json(value: &impl Serialize, most: usize) -> Option<String> {
    let mut room = Room::new(most);
    serde_json::to_writer_pretty(&mut room, value).ok()?;
    String::from_utf8(room.into_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{pretty_json, short_json};

    #[test]
    fn what_is_shown_is_the_beginning_of_the_whole() {
        let value = json!({"a": ["é😀".repeat(9), 1.5, null]});
        let whole = value.to_string();
        for longest in 1..whole.chars().count() + 2 {
            assert_eq!(short_json(&value, longest), crate::text::cut(&whole, longest), "{longest}");
        }
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(pretty_json(&value, pretty.len()), Some(pretty.clone()));
        assert_eq!(pretty_json(&value, pretty.len() - 1), None);
    }
}
