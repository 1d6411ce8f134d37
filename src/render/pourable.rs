//! Owns telling whether pages can be poured with the templates that a site has. Somebody has looked
//! at the code of the templates that come with the program: it stands in `code.txt`. A template of
//! the site's own may change what is around it, leave some of it out, and add what is the same on
//! every page. With any other the engine renders every page, which takes longer.

use std::collections::HashMap;

use super::code::{Piece, pieces};
use super::moulds::MARK;
use crate::pages;

/// The name of each template with code that is poured, and that code in its order. A test makes it:
/// look whether all that changed keeps to what moulds can know (docs/decisions/0013-moulds.md).
const CODE: &str = include_str!("code.txt");

/// What stands before the name of a template there.
const NAME: &str = "# ";

/// The lists of parts, by the names of their fields and of the parameters that pass them on.
const PART_LISTS: [&str; 12] = [
    "adjacent",
    "beside",
    "cells",
    "facts",
    "like",
    "namesakes",
    "related",
    "result",
    "rows",
    "servers",
    "similar",
    "tools",
];

/// Whether pages can be poured with these templates: names and texts of all that there are.
pub(super) fn are_all(sources: &[(&str, &str)]) -> bool {
    let code = code();
    let is_pourable = |(name, source): &(&str, &str)| {
        if is_apart(name) {
            return !source.contains("component");
        }
        let known = code.get(name).map_or(&[][..], Vec::as_slice);
        !source.contains(MARK) && pieces(source).is_some_and(|own| is_known(&own, known))
    };
    sources.iter().all(is_pourable)
}

/// Whether the engine always renders the pages of a template. It may ask what it likes, as long as
/// the others have nothing from it.
fn is_apart(template: &str) -> bool {
    pages::TEMPLATES.contains(&(template, false))
}

fn code() -> HashMap<&'static str, Vec<&'static str>> {
    let mut code = HashMap::new();
    let mut name = "";
    for line in CODE.lines() {
        match line.strip_prefix(NAME) {
            Some(next) => name = next,
            None => code.entry(name).or_insert_with(Vec::new).push(line),
        }
    }
    code
}

/// Whether a template has of some known code only what keeps its order, and otherwise only what is
/// the same on every page.
fn is_known(own: &[Piece<'_>], known: &[&str]) -> bool {
    let mut known = known.iter();
    own.iter().enumerate().all(|(at, piece)| {
        let mut is_looked_at = || known.any(|code| *code == piece.code);
        (is_same_everywhere(&piece.code) || is_looked_at())
            && item_of_parts(&piece.code).is_none_or(|item| shows_alone(item, &own[at..]))
    })
}

/// What the items of a list of parts are called, where a loop over one begins.
fn item_of_parts(code: &str) -> Option<&str> {
    let (item, list) = code.strip_prefix("{% for ")?.strip_suffix(" %}")?.split_once(" in ")?;
    let field = list.rsplit('.').next()?;
    PART_LISTS.contains(&field).then_some(item)
}

/// Whether a loop over a list of parts shows each by its component, with nothing around it: what
/// stands there is in no mould.
fn shows_alone(item: &str, pieces: &[Piece<'_>]) -> bool {
    let argument = format!("={{{item}}}/> }}}}");
    let is_call = |piece: &Piece<'_>| piece.code.ends_with(&argument);
    let is_end = |piece: &Piece<'_>| piece.code == "{% endfor %}";
    match pieces {
        [begin, end, ..] if is_end(end) => are_beside(begin, end),
        [begin, call, end, ..] if is_call(call) && is_end(end) => {
            are_beside(begin, call) && are_beside(call, end)
        }
        _ => false,
    }
}

/// Whether nothing is shown between two pieces of code.
fn are_beside(one: &Piece<'_>, next: &Piece<'_>) -> bool {
    let trims = one.trims_after || next.trims_before;
    next.before.is_empty() || (trims && next.before.trim_ascii().is_empty())
}

/// Whether a piece of code asks nothing but what all pages have in common.
fn is_same_everywhere(code: &str) -> bool {
    let shown = code.strip_prefix("{{ ").and_then(|rest| rest.strip_suffix(" }}"));
    if let Some(shown) = shown {
        return is_of_site(shown) || is_call_of_nothing(shown);
    }
    let statement = code.strip_prefix("{% ").and_then(|rest| rest.strip_suffix(" %}"));
    match statement.map(|statement| statement.split_once(' ').unwrap_or((statement, ""))) {
        Some(("else" | "endif", "")) => true,
        Some(("if" | "elif", asked)) => is_of_site(asked.strip_prefix("not ").unwrap_or(asked)),
        Some(("component", head)) => {
            let name = head.strip_suffix("()").or_else(|| head.strip_suffix("(@site)"));
            name.is_some_and(is_name)
        }
        Some(("endcomponent", name)) => is_name(name),
        _ => false,
    }
}

/// Whether this is something of `site`, such as `site.assets["own.css"]`.
fn is_of_site(shown: &str) -> bool {
    let Some(rest) = shown.strip_prefix("site.") else { return false };
    let (path, key) = rest.split_once("[\"").unwrap_or((rest, "\"]"));
    path.split('.').all(is_name) && key.find('"') == key.strip_suffix("\"]").map(str::len)
}

/// Whether this is the call of a component without any argument.
fn is_call_of_nothing(shown: &str) -> bool {
    let name = shown.strip_prefix('<').and_then(|rest| rest.strip_suffix("/>"));
    name.is_some_and(|name| is_name(name.trim_end()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{CODE, NAME, are_all, is_apart, pieces};
    use crate::overlay;

    fn built_in() -> Vec<(String, String)> {
        let text = |file: overlay::LayerFile| String::from_utf8(file.bytes.into_owned()).unwrap();
        overlay::built_in("templates").into_iter().map(|(name, file)| (name, text(file))).collect()
    }

    /// Whether a copy of a built-in template with something else in it is pourable.
    fn is_pourable(name: &str, before: &str, after: &str) -> bool {
        let mut templates = built_in();
        let (_, text) = templates.iter_mut().find(|(found, _)| found == name).unwrap();
        assert!(text.contains(before), "{name}: {before}");
        *text = text.replacen(before, after, 1);
        let sources: Vec<(&str, &str)> =
            templates.iter().map(|(name, text)| (&**name, &**text)).collect();
        are_all(&sources)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "this is how the file is made")]
    fn the_code_of_the_built_in_templates_is_what_was_looked_at() {
        let mut code = String::new();
        for (name, text) in built_in().iter().filter(|(name, _)| !is_apart(name)) {
            writeln!(code, "{NAME}{name}").unwrap();
            for piece in pieces(text).unwrap() {
                writeln!(code, "{}", piece.code).unwrap();
            }
        }
        if std::env::var_os("BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/render/code.txt");
            std::fs::write(path, &code).unwrap();
        }
        let question = "does it keep to what moulds can know? Then set BLESS=1 once";
        assert!(code == CODE, "the code of a template is new: {question}");
    }

    #[test]
    fn what_stands_around_the_code_may_change_and_code_may_be_left_out() {
        for (name, before, after) in [
            ("tool.html", "", ""),
            ("tool.html", "<h1>", "<!-- {# ours #} --><h1 class=\"ours\">"),
            (
                "tool.html",
                "{%- for note in view.notes %}\n<p class=\"note\">{{ note }}</p>\n{%- endfor %}",
                "",
            ),
            ("tool.html", "{{<record_facts of={facts}/>}}", ""),
            (
                "tool.html",
                "{%- for adjacent in view.adjacent %}",
                "{% for adjacent in  view.adjacent -%}\n",
            ),
            (
                "listing.html",
                "{%- if not view.servers and not view.groups %}\n<p>No tool of the catalogue belongs here.</p>\n{%- endif %}",
                "",
            ),
            ("components/tool_link.html", "<li>", "<li class='ours'>"),
        ] {
            assert!(is_pourable(name, before, after), "{name}: {after}");
        }
    }

    #[test]
    fn what_is_the_same_on_every_page_may_be_added() {
        for added in [
            "{{ site.title }}",
            "{{- site.call_to_action.link.url -}}",
            "{{ site.assets[\"own.css\"] }}",
            "{% if site.contact %}a{% elif not site.gateway %}b{% else %}c{% endif %}",
            "{{<banner/>}}{{ <banner /> }}",
            "{% component banner() %}a{% endcomponent banner %}",
            "{% component banner(@site) %}{{ site.title }}{% endcomponent banner %}",
        ] {
            assert!(is_pourable("base.html", "<body>", added), "{added}");
            assert!(are_all(&[("own.html", added)]), "{added}");
        }
    }

    #[test]
    fn code_that_nobody_has_looked_at_is_left_to_the_engine() {
        for added in [
            "{{ view.name }}",
            "{{ head.title ~ site.title }}",
            "{{ site.assets[head.card] }}",
            "{{ site.assets[\"a\" ~ head.card ~ \"b\"] }}",
            "{{ site.title | upper }}",
            "{{ site.a if view.name else site.b }}",
            "{% if site.title == head.title %}{% endif %}",
            "{% if site.contact and head.here %}{% endif %}",
            "{% set name = site.title %}",
            "{% for view in site.links %}{% endfor %}",
            "{% include \"404.html\" %}",
            "{% raw %}{{ head.title }}{% endraw %}",
            "{{<banner of={view.name}/>}}",
            "{{<banner site={view.name}/>}}",
            "{% component banner(@view) %}{% endcomponent banner %}",
            "{% component banner(view) %}{% endcomponent banner %}",
            "{{ \"",
            "policypress-hole<1>",
        ] {
            assert!(!is_pourable("base.html", "<body>", added), "{added}");
            assert!(!are_all(&[("own.html", added)]), "{added}");
        }
        // Once is what it was looked at for.
        assert!(!is_pourable("base.html", "{{ head.title }}", "{{ head.title }}{{ head.title }}"));
        let other = "{{ head.title }}{% if head.here %}{% endif %}";
        assert!(!is_pourable("base.html", "<title>{{ head.title }}", other));
    }

    #[test]
    fn nothing_may_stand_around_the_component_of_a_part() {
        let (item, call) = ("{%- for tool in group.tools %}", "{{<tool_line tool={tool}/>}}");
        let whole = format!("{item}{call}{{% endfor %}}");
        for inside in [
            format!("\n{call}"),
            format!("{call}<hr>"),
            format!("{{# ours #}}{call}"),
            format!("{{{{<banner/>}}}}{call}"),
            format!("{{% if site.contact %}}{call}{{% endif %}}"),
            "none".to_owned(),
        ] {
            let after = format!("{item}{inside}{{% endfor %}}");
            assert!(!is_pourable("server.html", &whole, &after), "{inside}");
        }
        assert!(is_pourable("server.html", &whole, ""));
        assert!(is_pourable("server.html", &whole, &format!("{item}{{% endfor %}}")));
        let spread = format!("{item}\n{{{{- {} -}}}}\n{{% endfor %}}", "<tool_line tool={tool}/>");
        assert!(is_pourable("server.html", &whole, &spread));
    }

    #[test]
    fn pages_that_are_never_poured_may_ask_what_they_like() {
        let home = ("home.html", "{{ view.name | upper }}");
        assert!(are_all(&[home]));
        assert!(!are_all(&[("own.html", home.1)]));
        // Others could call it.
        let hidden = "{% raw %}{{ \"{% endraw %}{% component own() %}{{ 1 }}{% endcomponent %}";
        assert!(!are_all(&[("home.html", hidden)]));
    }
}
