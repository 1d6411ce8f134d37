//! Owns finding templates that nothing renders: a misspelt name should not be missed.

use std::path::Path;

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::{self, Layer};

/// Reports the templates of the site that are none of the built-in ones by their names, that define
/// no component, and that no other template names. Files of other kinds were never meant as one.
pub(super) fn check(layer: &Layer, sources: &[(&str, &str)], report: &mut Report) {
    let built_in = overlay::built_in("templates");
    for (name, file) in layer.iter().filter(|(name, _)| !built_in.contains_key(*name)) {
        let is_html = Path::new(name).extension().is_some_and(|ending| ending == "html");
        let is_named = |(other, source): &(&str, &str)| other != name && names(source, name);
        let is_itself = |(other, source): &(&str, &str)| other == name && has_component(source);
        if is_html && !sources.iter().any(|source| is_named(source) || is_itself(source)) {
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

/// Whether a template names another one.
fn names(source: &str, template: &str) -> bool {
    ['"', '\'', '`'].iter().any(|mark| source.contains(&format!("{mark}{template}{mark}")))
}

/// Whether a template defines a component.
fn has_component(source: &str) -> bool {
    let mut statements = source.split("{%").skip(1);
    statements
        .any(|statement| statement.trim_start_matches('-').trim_start().starts_with("component "))
}
