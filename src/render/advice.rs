//! Owns what is advised about a template that is wrong.

use crate::diag::{Code, Diagnostic, Place};

/// What to do about an error of the engine.
pub(super) fn hint(error: &str, code: Code) -> &'static str {
    let names_unknown = |what: &str| error.contains(&format!("nknown {what}"));
    let is_left_out = |name: &str| error.contains(&format!("Variable `{name}` is not defined"));
    if ["site", "head", "view"].into_iter().any(is_left_out) {
        "a component has what it takes: `{% component banner(@site) %}` lets it use `site`"
    } else if ["omponent", "rgument"].into_iter().any(|what| error.contains(what)) {
        "each component is defined in a file of `templates/components/`, with what it takes; \
         a file of yours in the place of a built-in one defines the same component with the same arguments"
    } else if ["filter", "test", "function"].into_iter().any(names_unknown) {
        "templates have the filters, tests and functions of Tera 2, and no others"
    } else if code == Code::TemplateRendering {
        "docs/templates.md says what each template is given; where a field is not known, the message names those that are"
    } else {
        "write it as Tera 2 reads it; a statement above may also lack its end, such as `{% endif %}`"
    }
}

/// The fault of a template of the site that shows nothing: pages, or parts of them, would be empty.
pub(super) fn empty(label: &str) -> Diagnostic {
    let hint = "write what it is to show, or remove the file: then the built-in one is used, if there is one";
    Diagnostic::error(Code::TemplateSyntax, Place::start(label), "the template is empty", hint)
}
