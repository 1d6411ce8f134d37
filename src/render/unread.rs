//! Owns finding templates that nothing renders: a misspelt name should not be missed.

use std::collections::HashMap;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::{self, Layer};
use crate::text;

/// Reports the templates of the site that are none of the built-in ones by their names, that define
/// no component, and that no other template names. Files of other kinds were never meant as one.
pub(super) fn check(layer: &Layer, sources: &[(&str, &str)], report: &mut Report) {
    let built_in = overlay::built_in("templates");
    let quoted = quoted(sources);
    for (name, file) in layer.iter().filter(|(name, _)| !built_in.contains_key(*name)) {
        let names_it = |by: &[&str]| by.iter().any(|other| other != name);
        let is_named = quoted.get(&**name).is_some_and(|by| names_it(by));
        let has_component = || std::str::from_utf8(&file.bytes).is_ok_and(has_component);
        if is_meant_as_template(name) && !is_named && !has_component() {
            report.push(Diagnostic::error(
                Code::UnreadContent,
                Place::start(&file.label),
                "nothing reads this template",
                "give it the name of the built-in template whose place it takes, define a \
                 component in it, or name it in an `extends` or `include` of another template",
            ));
        }
    }
}

/// Whether a name looks like that of a template: also one with an ending that other programs know, or
/// with a second one that editors add.
fn is_meant_as_template(name: &str) -> bool {
    text::has_ending(text::without_txt(name), &["html", "htm", "tera"])
}

/// What stands in quotes of one kind in the templates, each with two of those that have it.
fn quoted<'source>(
    sources: &[(&'source str, &'source str)],
) -> HashMap<&'source str, Vec<&'source str>> {
    let mut quoted: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, source) in sources {
        for text in ['"', '\'', '`'].iter().flat_map(|mark| source.split(*mark)) {
            let by = quoted.entry(text).or_default();
            if by.len() < 2 && !by.contains(name) {
                by.push(name);
            }
        }
    }
    quoted
}

/// Whether a template defines a component.
fn has_component(source: &str) -> bool {
    let mut statements = source.split("{%").skip(1);
    statements
        .any(|statement| statement.trim_start_matches('-').trim_start().starts_with("component "))
}
