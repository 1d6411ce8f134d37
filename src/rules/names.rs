//! Owns what a name says by itself: the alphabets that it mixes, and the verb with which it
//! begins or ends.

use unicode_security::{MixedScript as _, RestrictionLevel, RestrictionLevelDetection as _};

use super::words::words;
use super::{Finding, Rule, told};
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
/// Verbs that change something where a name begins with them; at its end they can be nouns, or of
/// another thing.
const MAKES: &[&str] = &[
    "add",
    "append",
    "archive",
    "cancel",
    "copy",
    "create",
    "edit",
    "kill",
    "modify",
    "move",
    "rename",
    "replace",
    "revoke",
    "save",
    "terminate",
    "upsert",
];
/// Those of the first that are nouns as well. The others say what is done at the end of a name too:
/// `email_send`.
const NOUNS: &[&str] = &["drop", "update", "upload", "write"];
/// Words before which such a verb at the end is not done: `can_delete`, `ready_to_send`.
const CONDITIONS: &[&str] = &["after", "before", "can", "could", "may", "on", "should", "to"];
/// Verbs of tools that look.
const LOOKS: &[&str] = &[
    "count", "describe", "fetch", "find", "get", "inspect", "list", "lookup", "read", "search",
    "show", "view",
];
/// Those with which a name can begin behind the name of what it is about: `trash_list_profiles`.
const LOOKS_BEHIND: &[&str] = &["describe", "fetch", "find", "get", "inspect", "list", "show"];
/// Words with which a name says at its end that what it begins with is not done, or done to nothing
/// that stays: `update_plan_preview`, `remove_background_estimate`.
const EXCUSES: &[&str] = &[
    "check",
    "command",
    "commands",
    "draft",
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
    "plan",
    "preview",
    "recommendation",
    "recommendations",
    "simulation",
    "snippet",
    "stats",
    "status",
    "template",
    "test",
    "url",
    "validate",
    "verify",
];
/// Words that say so anywhere: `dry_run_delete`, `remove_background_from_image`.
const EXCUSES_ANYWHERE: &[&str] = &["background", "dry", "noise", "simulate", "whitespace"];
/// Those of the words at the end that can be what it is done to: `delete_email_template`.
const THINGS: &[&str] =
    &["command", "commands", "draft", "link", "logs", "plan", "snippet", "template", "test", "url"];
/// Verbs that change something behind an “and”, beside those above: `find_and_start`. Those that are
/// nouns as well, as in `get_invoice_and_payment`, are none of them.
const BEHIND_AND: &[&str] = &["buy", "disable", "execute", "pay", "reset", "sell", "start", "stop"];
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

/// A word of Latin letters and of letters that look like them, in a name or a title.
pub(super) fn mixture(member: &str, text: &str) -> Option<Finding> {
    if text.is_ascii() {
        return None;
    }
    let is_mixed = |word: &&str| {
        !word.is_ascii()
            && !word.is_single_script()
            && word.detect_restriction_level() > RestrictionLevel::ModeratelyRestrictive
            && word.chars().any(looks_latin)
    };
    let word = text.split(|c: char| !c.is_alphanumeric()).find(is_mixed)?;
    let foreign: Vec<String> = word
        .chars()
        .filter(|letter| looks_latin(*letter))
        .take(3)
        .map(|letter| format!("U+{:04X}", u32::from(letter)))
        .collect();
    let message = format!(
        "the {member} mixes Latin letters with ones that only look like them: {} in `{}`",
        foreign.join(", "),
        told(&text::cut(word, 80)),
    );
    Some(Finding::new(Rule::MixedScriptName, member, message))
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
    let words = words(name);
    let (does, word, kind) = match category {
        Category::Write | Category::Execute => return None,
        Category::Read => {
            let (does, word) = change(&words)?;
            (does, word, "changing something")
        }
        Category::Destructive | Category::Financial => {
            let (does, word) = look(&words)?;
            (does, word, "looking at something")
        }
    };
    let message =
        format!("the name {does} “{word}”, a word for {kind}; the category is {}", category.name());
    Some(Finding::new(Rule::ContradictingName, "name", message))
}

/// Whether one of some words is on a list.
fn has_any(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// The word with which a name says that something is looked at, and where it stands.
fn look(words: &[String]) -> Option<(&'static str, &str)> {
    if has_any(words, CHANGES) || has_any(words, DEEDS) {
        return None;
    }
    match words {
        [first, ..] if LOOKS.contains(&first.as_str()) => Some(("begins with", first)),
        [_, second, _, ..] if LOOKS_BEHIND.contains(&second.as_str()) => {
            Some(("goes on with", second))
        }
        _ => None,
    }
}

/// The word with which a name says that something is changed, and where it stands.
fn change(words: &[String]) -> Option<(&'static str, &str)> {
    let (first, last) = (words.first()?.as_str(), words.last()?.as_str());
    let is_excused = EXCUSES.contains(&last) && !is_done_to_a_thing(words);
    if is_excused || has_any(words, EXCUSES_ANYWHERE) {
        return None;
    }
    let looks = has_any(words, LOOKS) && !matches!(words, [_, thing] if thing == "list");
    if (CHANGES.contains(&first) || MAKES.contains(&first)) && !looks {
        return Some(("begins with", first));
    }
    later_change(words, first, last)
}

/// Whether a name ends with what is changed. After a word that is a noun as well, as in `update_plan`,
/// it can be the name of a thing alone.
fn is_done_to_a_thing(words: &[String]) -> bool {
    match words {
        [verb, .., thing] => {
            CHANGES.contains(&verb.as_str())
                && !NOUNS.contains(&verb.as_str())
                && THINGS.contains(&thing.as_str())
        }
        _ => false,
    }
}

/// A change that a name does not begin with: `find_and_replace`, `email_send`, `mail_send_draft`.
fn later_change<'words>(
    words: &'words [String],
    first: &str,
    last: &'words str,
) -> Option<(&'static str, &'words str)> {
    let is_change = |word: &str| CHANGES.contains(&word) && !NOUNS.contains(&word);
    let goes_on = words.windows(2).find_map(|pair| match pair {
        [and, verb] if and == "and" => Some(verb.as_str()),
        _ => None,
    });
    let is_deed = |verb: &&str| [CHANGES, MAKES, BEHIND_AND].iter().any(|list| list.contains(verb));
    if let Some(verb) = goes_on.filter(is_deed) {
        return Some(("goes on to", verb));
    }
    if has_any(words, CONDITIONS) || LOOKS.contains(&first) {
        return None;
    }
    if is_change(last) {
        return Some(("ends with", last));
    }
    let inner = words.iter().map(String::as_str).find(|word| is_change(word))?;
    let is_looked_at = has_any(words, LOOKS) || has_any(words, EXCUSES);
    (!is_looked_at).then_some(("contains", inner))
}
