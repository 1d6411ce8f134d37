//! Owns SARIF 2.1.0: faults and findings in the form that code hosts show beside a file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::findings::Found;
use crate::diag::{Code, Place, Report, Severity};
use crate::rules::Rule;
use crate::text;

/// One result, wherever it comes from.
struct Entry<'found> {
    code: &'static str,
    severity: Severity,
    place: &'found Place,
    field: Option<&'found str>,
    message: &'found str,
    hint: &'found str,
}

/// The document.
pub fn sarif(report: &Report, found: &Found) -> Value {
    let faults = report.iter().map(|fault| Entry {
        code: fault.code.name(),
        severity: fault.severity,
        place: &fault.place,
        field: fault.field.as_deref(),
        message: &fault.message,
        hint: &fault.hint,
    });
    let findings = found.iter().map(|located| Entry {
        code: located.finding.rule.code(),
        severity: located.severity,
        place: &located.place,
        field: Some(&located.field),
        message: &located.finding.message,
        hint: located.finding.rule.hint(),
    });
    let numbers: BTreeMap<&str, usize> =
        all_rules().map(|(code, ..)| code).enumerate().map(|(at, code)| (code, at)).collect();
    let results: Vec<Value> =
        faults.chain(findings).map(|entry| result(&entry, &numbers)).collect();
    let rules: Vec<Value> = all_rules()
        .map(|(code, meaning, level)| {
            json!({
                "id": code, "shortDescription": {"text": meaning},
                "defaultConfiguration": {"level": level.name()},
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"), "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn all_rules() -> impl Iterator<Item = (&'static str, &'static str, Severity)> {
    let faults = Code::ALL.iter().map(|code| (code.name(), code.meaning(), Severity::Error));
    faults.chain(Rule::ALL.iter().map(|rule| (rule.code(), rule.meaning(), rule.severity())))
}

fn result(entry: &Entry<'_>, numbers: &BTreeMap<&str, usize>) -> Value {
    let field = entry.field.map(|field| format!("{field}: ")).unwrap_or_default();
    let text = format!("{field}{}. Hint: {}", entry.message, entry.hint);
    let Place { file, line, column } = entry.place;
    json!({
        "ruleId": entry.code, "ruleIndex": numbers.get(entry.code),
        "level": entry.severity.name(), "message": {"text": plain(&text::visible(&text))},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": address(file)},
            "region": {"startLine": line, "startColumn": column},
        }}],
    })
}

/// A message in which nothing is a link or a place for an argument: names can look like either, and
/// viewers take them for that in backticks too.
fn plain(text: &str) -> String {
    text.replace("](", "] (").replace('{', "{{").replace('}', "}}")
}

/// A path as a relative or absolute URI reference.
fn address(file: &str) -> String {
    let path = file.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let mut address = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    address.push_str(&text::percent_encode_path(path));
    address
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_in_a_message_is_a_link_or_takes_an_argument() {
        for (text, shown) in [
            ("`a[b](https://x)`", "`a[b] (https://x)`"),
            ("`tools[3]` {0} {{1}}", "`tools[3]` {{0}} {{{{1}}}}"),
            ("[a] (b)", "[a] (b)"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }
}
