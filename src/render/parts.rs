//! Owns the components that show the same on every page, because they take `site` or nothing:
//! each is rendered once, and what it shows stands in the place of its calls.

use std::collections::BTreeMap;

use tera::{Context, Tera};

/// How what an engine reads begins.
const CODE: [&str; 3] = ["{{", "{%", "{#"];

/// What such components show, by their names. One that fails is left out: the page that calls it
/// says why. So is one whose text would mean something else in a template.
pub(super) fn rendered(engine: &Tera, frame: &Context) -> BTreeMap<String, String> {
    let is_alike = |name: &str| {
        engine.get_component_definition(name).is_some_and(|component| {
            component.rest_param().is_none()
                && component.args().iter().all(|arg| arg.is_implicit() && arg.name() == "site")
        })
    };
    let stands_for_itself = |html: &String| {
        // Spaces at its ends could be taken for those of the template around it.
        html.trim().len() == html.len() && !CODE.iter().any(|code| html.contains(code))
    };
    let names = engine.get_component_names().filter(|name| is_alike(name));
    let shown = names.filter_map(|name| {
        let html = engine
            .render_component_with_implicits(name, &Context::new(), frame, None, true)
            .ok()
            .filter(stands_for_itself)?;
        Some((name.to_owned(), html))
    });
    shown.collect()
}

/// A template with the parts in the place of the calls of their components.
pub(super) fn put_into(source: &str, parts: &BTreeMap<String, String>) -> String {
    parts.iter().fold(source.to_owned(), |source, (name, html)| {
        source.replace(&format!("{{{{<{name}/>}}}}"), html)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered_of(components: &str, title: &str) -> BTreeMap<String, String> {
        let mut engine = Tera::new();
        engine.add_raw_template("components.html", components).unwrap();
        let mut frame = Context::new();
        frame.insert("site", &BTreeMap::from([("title", title)]));
        rendered(&engine, &frame)
    }

    #[test]
    fn a_component_is_a_part_if_nothing_that_it_shows_can_differ() {
        let components = "{% component title(@site) -%}<b>{{ site.title }}</b>{%- endcomponent title %}\
            {% component line() %}<hr>{% endcomponent line %}\
            {% component link(to) %}{{ to }}{% endcomponent link %}\
            {% component name(@view) %}{{ view }}{% endcomponent name %}\
            {% component broken(@site) %}{{ site.absent.absent }}{% endcomponent broken %}\
            {% component spaced() %} x {% endcomponent spaced %}";
        let parts = rendered_of(components, "A & B");
        let expected = [("line", "<hr>"), ("title", "<b>A &amp; B</b>")];
        assert_eq!(
            parts.iter().map(|(name, html)| (&**name, &**html)).collect::<Vec<_>>(),
            expected
        );
        assert_eq!(
            put_into("<p>{{<title/>}}{{<link to=1/>}}", &parts),
            "<p><b>A &amp; B</b>{{<link to=1/>}}"
        );
    }

    #[test]
    fn a_title_that_looks_like_code_is_none() {
        let component = "{% component title(@site) %}{{ site.title }}{% endcomponent title %}";
        for title in ["{{ view }}", "{% if %}", "{# x"] {
            assert!(rendered_of(component, title).is_empty(), "{title}");
        }
    }
}
