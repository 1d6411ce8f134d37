//! Owns SARIF 2.1.0: faults and findings in the form that code hosts show beside a file.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde_json::{Value, json};

use super::findings::{Found, Located};
use crate::diag::{Code, Diagnostic, Place, Report, Severity, Told};
use crate::rules::Rule;
use crate::text;

/// GitHub refuses a document that has more results.
pub const MOST_RESULTS: usize = 25_000;

/// The document, and how many results it leaves out, those that come last. With an error the run has
/// not done what it was asked for. Files are named from `here`, the current folder.
pub fn sarif(
    report: &Report,
    found: &Found,
    error: Option<&str>,
    here: Option<&Path>,
) -> (Value, usize) {
    let all = report.iter().map(Diagnostic::told).chain(found.iter().map(Located::told));
    let numbers: BTreeMap<&str, usize> =
        all_rules().map(|(code, ..)| code).enumerate().map(|(at, code)| (code, at)).collect();
    let left_out = (report.count() + found.iter().len()).saturating_sub(MOST_RESULTS);
    let results: Vec<Value> =
        all.take(MOST_RESULTS).map(|told| result(&told, &numbers, here)).collect();
    let rules: Vec<Value> = all_rules()
        .map(|(code, meaning, help, level)| {
            json!({
                "id": code, "shortDescription": {"text": meaning},
                "fullDescription": {"text": meaning}, "help": {"text": help},
                "defaultConfiguration": {"level": level.name()},
            })
        })
        .collect();
    let errors: Vec<Value> = error
        .iter()
        .map(|error| json!({"level": "error", "message": {"text": plain(&text::visible(error))}}))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"), "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": errors.is_empty(), "toolExecutionNotifications": errors,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    (document, left_out)
}

/// Code, meaning, help and severity of all that can be told. What to do about a fault stands beside
/// it, because it is not the same for all of a code.
fn all_rules() -> impl Iterator<Item = (&'static str, &'static str, &'static str, Severity)> {
    let faults =
        Code::ALL.iter().map(|code| (code.name(), code.meaning(), code.meaning(), Severity::Error));
    let rules = Rule::ALL.iter();
    faults.chain(rules.map(|rule| (rule.code(), rule.meaning(), rule.hint(), rule.severity())))
}

fn result(told: &Told<'_>, numbers: &BTreeMap<&str, usize>, here: Option<&Path>) -> Value {
    let field = told.field.map(|field| format!("{field}: ")).unwrap_or_default();
    let text = format!("{field}{}. Hint: {}", told.message, told.hint);
    let Place { file, line, column } = told.place;
    json!({
        "ruleId": told.code, "ruleIndex": numbers.get(told.code),
        "level": told.severity.name(), "message": {"text": plain(&text::visible(&text))},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": address(Path::new(file), here)},
            "region": {"startLine": line, "startColumn": column},
        }}],
    })
}

/// A message in which nothing is a link or a place for an argument: names can look like either, and
/// viewers take them for that in backticks too.
fn plain(text: &str) -> String {
    text.replace("](", "] (").replace('{', "{{").replace('}', "}}")
}

/// A path as a URI reference without `.` and `..`: relative to the current folder, or absolute if it
/// lies outside of it.
fn address(file: &Path, here: Option<&Path>) -> String {
    let leads_out = |parts: &[String]| parts.first().is_some_and(|part| part == "..");
    let mut whole = parts(file);
    let mut is_absolute = file.has_root();
    if let Some(here) = here {
        if leads_out(&whole) {
            whole = parts(&here.join(file));
            is_absolute = true;
        }
        if let Some(inside) = whole.strip_prefix(parts(here).as_slice()).filter(|_| is_absolute) {
            whole = inside.to_vec();
            is_absolute = false;
        }
    }
    let scheme = if is_absolute { "file:///" } else { "" };
    format!("{scheme}{}", text::percent_encode_path(&whole.join("/")))
}

/// The names on a path. One that leads upwards takes away the one before it.
fn parts(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        let is_named = parts.last().is_some_and(|last| last != "..");
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir if is_named => {
                parts.pop();
            }
            Component::ParentDir if path.has_root() => {}
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{MOST_RESULTS, address, plain, sarif};
    use crate::check::Found;
    use crate::diag::{Code, Diagnostic, Place, Report};

    #[test]
    fn what_a_code_host_would_refuse_is_left_out_and_counted() {
        let mut report = Report::new();
        for line in 1..=MOST_RESULTS + 2 {
            let place = Place { file: "x.json".to_owned(), line, column: 1 };
            report.push(Diagnostic::error(Code::InvalidJson, place, "m", "h"));
        }
        let (document, left_out) = sarif(&report, &Found::default(), None, None);
        let run = &document["runs"][0];
        assert_eq!((run["results"].as_array().unwrap().len(), left_out), (MOST_RESULTS, 2));
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn files_are_named_from_the_current_folder_or_absolutely() {
        let here = Path::new("/work/site");
        for (path, expected) in [
            ("content/catalogue/x.json", "content/catalogue/x.json"),
            (".//content//catalogue/./x.json", "content/catalogue/x.json"),
            ("site/../shared/a b.json", "shared/a%20b.json"),
            ("../shared/x.json", "file:///work/shared/x.json"),
            ("../../../x.json", "file:///x.json"),
            ("/data/../x.json", "file:///x.json"),
            ("/work/site/x.json", "x.json"),
            ("../site/x.json", "x.json"),
        ] {
            assert_eq!(address(Path::new(path), Some(here)), expected, "{path}");
        }
        #[cfg(unix)]
        assert_eq!(address(Path::new(r"a\b/x.json"), Some(here)), "a%5Cb/x.json");
        assert_eq!(address(Path::new("../x.json"), None), "../x.json");
    }

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
