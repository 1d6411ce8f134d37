//! Text of strangers in what the program says: no terminal obeys it.

use serde_json::json;

use super::strings;
use crate::support::TestSite;

/// Characters that a message may not have, as they would move, hide or reorder what is read.
fn is_obeyed(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Each string in every field that a fault quotes: names, keys, categories, levels, days, attacks.
fn faulty_catalogue() -> TestSite {
    let site = TestSite::new();
    for (number, text) in strings().iter().enumerate() {
        let tool = |category: &str| json!({"name": text, "classification": {"category": category, "risk": text}});
        let first = json!({"server": {"name": text}, "tools": [tool("read"), tool("read"), tool(text)], "checkedAt": text});
        let key = serde_json::to_string(text).unwrap();
        let second =
            format!("{{\"server\": {{\"name\": {key}}}, \"tools\": [], {key}: 1, {key}: 2}}");
        let third = json!({"server": {"name": text}, "tools": []});
        let fourth = json!({"server": {"name": text}, "tools": {text: text}, text: [text]});
        for (at, record) in
            [first.to_string(), second, third.to_string(), fourth.to_string()].iter().enumerate()
        {
            site.write(&format!("content/catalogue/{number:04}-{at}.json"), record);
        }
        let broken = format!("{{\"server\": {{\"name\": {key}\n{text}");
        site.write(&format!("content/catalogue/{number:04}-broken.json"), &broken);
        // A file name may hold all but a slash and U+0000, and so much of it.
        let name: String = text.replace('/', "-").chars().take(50).collect();
        site.write(&format!("content/catalogue/{number:04}-{name}.json"), "{}");
    }
    site
}

#[test]
fn untrusted_text_in_messages_is_obeyed_by_no_terminal() {
    let site = faulty_catalogue();
    let commands: &[&[&str]] = &[
        &["build"],
        &["check"],
        &["build", "-v"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
    ];
    for arguments in commands {
        let run = site.run(arguments);
        assert_eq!(run.code, 1, "{arguments:?}");
        for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
            for line in text.lines() {
                let found = line.chars().find(|c| is_obeyed(*c));
                assert_eq!(found, None, "{arguments:?}, {stream}: {line:?}");
            }
        }
        // A terminal gets the first faults only, unless it asks for all.
        let is_all = arguments.contains(&"-v") || arguments.contains(&"json");
        let said = run.stderr.lines().count() + run.stdout.len() / 200;
        assert!(!is_all || said > strings().len() * 3, "only {said} lines of {arguments:?}");
    }
}
