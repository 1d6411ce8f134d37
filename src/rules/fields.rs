//! Owns fields that are not read though they look as if they should be: their names are nearly those
//! of the format, or they stand beside the object that they belong into.

use serde_json::{Map, Value};

use super::{Finding, Rule, told};
use crate::catalogue::{ServerRecord, Tool};

/// The fields that are read, by the object that has them.
const RECORD: &[&str] = &["server", "tools", "checkedAt"];
const SERVER: &[&str] =
    &["name", "title", "description", "version", "websiteUrl", "repository", "packages", "remotes"];
const REPOSITORY: &[&str] = &["url"];
const PACKAGE: &[&str] = &["registryType", "registryBaseUrl", "identifier", "version"];
const REMOTE: &[&str] = &["type", "url"];
const TOOL: &[&str] = &[
    "name",
    "title",
    "description",
    "inputSchema",
    "outputSchema",
    "annotations",
    "classification",
];
const ANNOTATIONS: &[&str] =
    &["title", "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
const CLASSIFICATION: &[&str] =
    &["category", "risk", "confidence", "rationale", "evidence", "attacks"];
/// Those of them that tools have for nothing else: some servers have categories of their own.
const ONLY_CLASSIFICATION: &[&str] = &["risk", "confidence", "rationale", "evidence", "attacks"];

/// A field whose name is shorter is one letter away from too much.
const SHORTEST: usize = 4;

/// What those who keep the catalogue should know of a server besides: of the fields of its record.
pub fn of_server(record: &ServerRecord<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let has = |name: &str| name != "checkedAt" || record.checked_at.is_some();
    for (name, raw) in &record.unknown {
        let value = serde_json::from_str(raw).unwrap_or_default();
        findings.extend(misnamed((name, &value), RECORD, has, name));
    }
    let Ok(Value::Object(server)) = serde_json::from_str(record.raw_server) else {
        return findings;
    };
    in_object(&server, SERVER, None, &mut findings);
    if let Some(repository) = server.get("repository").and_then(Value::as_object) {
        in_object(repository, REPOSITORY, Some("repository"), &mut findings);
    }
    for (member, known) in [("packages", PACKAGE), ("remotes", REMOTE)] {
        let items = server.get(member).and_then(Value::as_array);
        for item in items.into_iter().flatten().filter_map(Value::as_object) {
            in_object(item, known, Some(member), &mut findings);
        }
    }
    // Items of a list are many, and alike.
    findings.sort();
    findings.dedup();
    findings
}

/// Fields of a tool.
pub(super) fn of_tool(tool: &Tool<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Ok(Value::Object(members)) = serde_json::from_str(tool.raw) else { return findings };
    in_object(&members, TOOL, None, &mut findings);
    for (member, known) in [("annotations", ANNOTATIONS), ("classification", CLASSIFICATION)] {
        if let Some(object) = members.get(member).and_then(Value::as_object) {
            in_object(object, known, Some(member), &mut findings);
        }
    }
    let is_of_it = |(name, value): &(&String, &Value)| {
        ONLY_CLASSIFICATION.iter().any(|known| is_near(name, known) && fits(value, known))
    };
    findings.extend(members.iter().filter(is_of_it).map(|(name, _)| {
        let shown = told(name);
        let message =
            format!("`{shown}` has no effect beside `classification`: it belongs into that");
        Finding::new(Rule::MisnamedField, name, message)
    }));
    findings
}

/// Fields of an object, which is the value of `member` or else what is looked at itself.
fn in_object(
    object: &Map<String, Value>,
    known: &[&str],
    member: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    let has = |name: &str| object.get(name).is_some_and(|value| !value.is_null());
    let found = object
        .iter()
        .filter_map(|(name, value)| misnamed((name, value), known, has, member.unwrap_or(name)));
    findings.extend(found);
}

/// A field that is nearly one of those that are read and not there, as far as `has` knows.
fn misnamed(
    (name, value): (&str, &Value),
    known: &[&str],
    has: impl Fn(&str) -> bool,
    member: &str,
) -> Option<Finding> {
    if known.contains(&name) {
        return None;
    }
    let is_meant = |known: &&&str| !has(known) && is_near(name, known) && fits(value, known);
    let meant = known.iter().find(is_meant)?;
    let message = format!("`{}` has no effect: the field is called `{meant}`", told(name));
    Some(Finding::new(Rule::MisnamedField, member, message))
}

/// Whether a value is of the kind that a field holds: `remote` may be a flag, and no list.
fn fits(value: &Value, known: &str) -> bool {
    match known {
        "tools" | "packages" | "remotes" | "attacks" => value.is_array(),
        "server" | "repository" | "inputSchema" | "outputSchema" | "annotations"
        | "classification" => value.is_object(),
        "readOnlyHint" | "destructiveHint" | "idempotentHint" | "openWorldHint" => {
            value.is_boolean()
        }
        "confidence" => value.is_number(),
        _ => value.is_string(),
    }
}

/// Whether a name differs from another in its capitals and separators, or in one letter.
fn is_near(name: &str, known: &str) -> bool {
    // Separators, and one letter more or less: longer names need no look.
    if name.len() > known.len() * 2 + 1 {
        return false;
    }
    let bare = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let (name, known) = (bare(name), bare(known));
    name == known
        || name.len().min(known.len()) >= SHORTEST && strsim::osa_distance(&name, &known) == 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Finding;
    use super::{SERVER, in_object, is_near};

    #[test]
    fn a_field_that_is_null_is_not_there() {
        let found = |object: serde_json::Value| {
            let mut findings: Vec<Finding> = Vec::new();
            in_object(object.as_object().unwrap(), SERVER, None, &mut findings);
            findings.len()
        };
        assert_eq!(found(json!({"websiteUrl": null, "website_url": "https://example.org/"})), 1);
        assert_eq!(found(json!({"websiteUrl": "", "website_url": "https://example.org/"})), 0);
    }

    #[test]
    fn a_name_is_near_another_that_it_is_taken_for() {
        for (name, known) in [
            ("website_url", "websiteUrl"),
            ("checked-at", "checkedAt"),
            ("Risk", "risk"),
            ("risc", "risk"),
            ("rationnale", "rationale"),
            ("atacks", "attacks"),
            ("desciption", "description"),
            ("anontations", "annotations"),
        ] {
            assert!(is_near(name, known), "{name}");
        }
        for (name, known) in [
            ("_meta", "name"),
            ("names", "title"),
            ("readOnly", "readOnlyHint"),
            ("tag", "tool"),
            ("versions_of_all_the_things", "version"),
        ] {
            assert!(!is_near(name, known), "{name}");
        }
    }
}
