//! Owns what a name says by itself: the alphabets that it mixes, and the verb with which it
//! begins or ends.

use unicode_security::{MixedScript as _, RestrictionLevel, RestrictionLevelDetection as _};

use super::words::words;
use super::{Finding, Rule};
use crate::risk::Category;
use crate::text;

/// Verbs of tools that change something. What they begin is no reading.
const CHANGES: &[&str] = &[
    "delete",
    "destroy",
    "drop",
    "erase",
    "insert",
    "overwrite",
    "purge",
    "remove",
    "send",
    "truncate",
    "uninstall",
    "update",
    "upload",
    "wipe",
    "write",
];
/// Those of them that are nouns as well. The others say what is done at the end of a name too:
/// `email_send`.
const NOUNS: &[&str] = &["drop", "update", "upload", "write"];
/// Words before which such a verb at the end is not done: `can_delete`, `ready_to_send`.
const CONDITIONS: &[&str] = &["after", "before", "can", "could", "may", "on", "should", "to"];
/// Verbs of tools that look.
const LOOKS: &[&str] = &[
    "count", "describe", "fetch", "find", "get", "inspect", "list", "lookup", "read", "search",
    "show", "view",
];
/// Words with which a name says that what it begins with is not done, or done to nothing that stays:
/// `update_plan_preview`, `remove_background_estimate`, `delete_log_list`.
const EXCUSES: &[&str] = &[
    "background",
    "check",
    "command",
    "commands",
    "draft",
    "dry",
    "duplicates",
    "estimate",
    "example",
    "formatting",
    "guidance",
    "history",
    "info",
    "link",
    "log",
    "logs",
    "noise",
    "plan",
    "preview",
    "recommendation",
    "recommendations",
    "simulate",
    "simulation",
    "snippet",
    "stats",
    "status",
    "template",
    "test",
    "url",
    "validate",
    "verify",
    "whitespace",
];
/// Those of them that are what it is done to, where nothing else is: `delete_template`.
const THINGS: &[&str] =
    &["command", "commands", "draft", "link", "logs", "plan", "snippet", "template", "test", "url"];
/// Words with which a name that begins by looking goes on to something else.
const DEEDS: &[&str] = &[
    "add", "and", "apply", "archive", "buy", "cancel", "charge", "clean", "cleanup", "clear",
    "close", "create", "disable", "execute", "kill", "mark", "merge", "move", "or", "order", "pay",
    "payment", "purchase", "rename", "replace", "reset", "revoke", "rotate", "run", "sell", "set",
    "stop", "swap", "trade", "transfer", "withdraw",
];

/// Blanks before or behind a name.
pub(super) fn padding(name: &str) -> Option<Finding> {
    let blank = |letter: Option<char>| letter.filter(|letter| letter.is_whitespace());
    let (does, blank) = match (blank(name.chars().next()), blank(name.chars().next_back())) {
        (Some(blank), Some(_)) => ("begins and ends", blank),
        (Some(blank), None) => ("begins", blank),
        (None, blank) => ("ends", blank?),
    };
    let message = format!("the name {does} with a blank (U+{:04X})", u32::from(blank));
    Some(Finding::new(Rule::PaddedName, "name", message))
}

/// A word of Latin letters and of letters that look like them.
pub(super) fn mixture(name: &str) -> Option<Finding> {
    if name.is_ascii() {
        return None;
    }
    let is_mixed = |word: &&str| {
        !word.is_ascii()
            && !word.is_single_script()
            && word.detect_restriction_level() > RestrictionLevel::ModeratelyRestrictive
            && word.chars().any(looks_latin)
    };
    let word = name.split(|c: char| !c.is_alphanumeric()).find(is_mixed)?;
    let foreign: Vec<String> = word
        .chars()
        .filter(|letter| looks_latin(*letter))
        .take(3)
        .map(|letter| format!("U+{:04X}", u32::from(letter)))
        .collect();
    let message = format!(
        "the name mixes Latin letters with ones that only look like them: {} in `{}`",
        foreign.join(", "),
        text::visible(&text::cut(word, 80))
    );
    Some(Finding::new(Rule::MixedScriptName, "name", message))
}

/// Whether a letter of another alphabet looks like a Latin one. Those of full width are Latin.
fn looks_latin(letter: char) -> bool {
    let is_latin = letter.is_ascii() || matches!(letter, '\u{ff10}'..='\u{ff5a}');
    !is_latin
        && text::skeleton(letter.encode_utf8(&mut [0; 4]))
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric())
}

/// A category that says another thing than the verb of the name.
pub(super) fn contradiction(name: &str, category: Category) -> Option<Finding> {
    if matches!(category, Category::Write | Category::Execute) {
        return None;
    }
    let words = words(name);
    let first = words.first()?.as_str();
    let is_among = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let (does, word, kind) = match category {
        Category::Read if is_among(EXCUSES) && !is_done_to_a_thing(&words) => return None,
        Category::Read if CHANGES.contains(&first) && !is_among(LOOKS) => {
            ("begins with", first, "changing something")
        }
        Category::Read => {
            let (does, word) = later_change(&words, first)?;
            (does, word, "changing something")
        }
        Category::Destructive | Category::Financial
            if LOOKS.contains(&first) && !is_among(CHANGES) && !is_among(DEEDS) =>
        {
            ("begins with", first, "looking at something")
        }
        _ => return None,
    };
    let message =
        format!("the name {does} “{word}”, a word for {kind}; the category is {}", category.name());
    Some(Finding::new(Rule::ContradictingName, "name", message))
}

/// Whether a name is a verb and a thing. After a word that is a noun as well, as in `update_plan`, it
/// can be that of a thing alone.
fn is_done_to_a_thing(words: &[String]) -> bool {
    match words {
        [verb, thing] => !NOUNS.contains(&verb.as_str()) && THINGS.contains(&thing.as_str()),
        _ => false,
    }
}

/// A change that a name does not begin with: `find_and_replace`, `email_send`.
fn later_change<'words>(
    words: &'words [String],
    first: &str,
) -> Option<(&'static str, &'words str)> {
    let goes_on = words.windows(2).find_map(|pair| match pair {
        [and, verb] if and == "and" => Some(verb.as_str()),
        _ => None,
    });
    if let Some(verb) = goes_on.filter(|verb| CHANGES.contains(verb) || *verb == "replace") {
        return Some(("goes on to", verb));
    }
    let last = words.last()?.as_str();
    let is_noun =
        LOOKS.contains(&first) || words.iter().any(|word| CONDITIONS.contains(&word.as_str()));
    let is_change = CHANGES.contains(&last) && !NOUNS.contains(&last);
    (is_change && !is_noun).then_some(("ends with", last))
}
