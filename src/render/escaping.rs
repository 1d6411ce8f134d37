//! Owns what a template says of the escaping of its texts: only HTML that the program made may go
//! into a page as it is, and is meant to.

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::Layer;

/// How the names of fields end that hold HTML.
const HTML: &str = "_html";

/// Reports the texts in the templates of the site that are let into a page as HTML and are none, or
/// the other way round. What is said in `site` is the site's own; what is computed is left alone.
pub(super) fn check(layer: &Layer, sources: &[(&str, &str)], report: &mut Report) {
    for (name, source) in sources {
        let Some(file) = layer.get(*name).filter(|file| !file.is_built_in) else { continue };
        for (at, code) in shown(source) {
            let mut parts = bare(code).split('|').map(str::trim);
            let Some(path) = parts.next().and_then(field) else { continue };
            let is_safe = parts.clone().any(|filter| filter == "safe");
            let (message, hint) = match (path.ends_with(HTML), is_safe) {
                (false, true) if !path.starts_with("site.") => (
                    format!("`{path}` would let a stranger's text into the page as HTML"),
                    "take `| safe` away; only fields whose names end in `_html` hold HTML that the program made",
                ),
                (true, false) if parts.next().is_none() => {
                    (format!("`{path}` would show its HTML as text"), "write `| safe` behind it")
                }
                _ => continue,
            };
            let place = Place::at(&file.label, source, at);
            report.push(Diagnostic::error(Code::TemplateEscaping, place, message, hint));
        }
    }
}

/// What stands between the double braces of a template, and where. Calls of components, and what
/// is not read as code, are not among it.
fn shown(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = source;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('{')?;
            let (_, opened) = rest.split_at(start);
            let end = match opened.get(..2) {
                Some("{#") => "#}",
                Some("{{") => "}}",
                Some("{%") if statement(opened).starts_with("raw") => "endraw",
                _ => {
                    rest = opened.get(1..)?;
                    continue;
                }
            };
            let inside = opened.get(2..)?;
            let (code, behind) = inside.split_once(end)?;
            rest = behind;
            if end == "}}" && !code.starts_with('<') {
                let trimmed = code.trim_start_matches('-').trim_start();
                let at = source.len() - behind.len() - end.len() - trimmed.len();
                return Some((at, trimmed.trim_end_matches('-').trim_end()));
            }
        }
    })
}

/// What a statement says, without its opening.
fn statement(opened: &str) -> &str {
    opened.trim_start_matches(['{', '%', '-']).trim_start()
}

/// The field that an expression is, with a dot before each name, if nothing is computed.
fn field(code: &str) -> Option<String> {
    let mut path = bare(code).to_owned();
    for quote in ['"', '\''] {
        path = path.replace(&format!("[{quote}"), ".").replace(&format!("{quote}]"), "");
    }
    let is_path = path.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.?[]".contains(&byte));
    is_path.then_some(path)
}

/// An expression without parentheses around all of it.
fn bare(code: &str) -> &str {
    let inside = code.strip_prefix('(').and_then(|code| code.strip_suffix(')'));
    match inside.filter(|inside| !inside.contains(['(', ')'])) {
        Some(inside) => inside.trim(),
        None => code,
    }
}

#[cfg(test)]
mod tests {
    use super::{field, shown};

    #[test]
    fn a_field_is_known_however_it_is_written() {
        for code in
            ["view.name", "view[\"name\"]", "view['name']", "(view.name)", "( view[\"name\"] )"]
        {
            assert_eq!(field(code).as_deref(), Some("view.name"), "{code}");
        }
        for code in ["view.name ~ x", "\"name\"", "(a) + (b)", "link(to=x)", "1"] {
            assert_eq!(field(code), None, "{code}");
        }
        assert_eq!(field("view.list[0].name").as_deref(), Some("view.list[0].name"));
    }

    #[test]
    fn what_is_shown_is_found_with_its_place() {
        let template = "{# {{ no }} #}{ {%- raw %}{{ no }}{% endraw %}{{<no a={x} />}}{% if x %}\
            {{- view.a -}}{% endif %}{{b_html | safe}}{{ open";
        let found: Vec<_> = shown(template).collect();
        let place = |code| template.find(code).unwrap();
        let expected = ["view.a", "b_html | safe"].map(|code| (place(code), code));
        assert_eq!(found, expected);
    }
}
