//! Owns the components that show the same on every page, because they are given nothing but `site`:
//! each is rendered once, and what it showed stands in the place of its calls.

use std::collections::BTreeMap;

use tera::{Context, Tera, Value};

/// What templates know such components as.
const PARTS: &str = "site_parts";

/// What the components show that take `site` and nothing else, by their names. One that fails is
/// left out: the page that calls it says why.
pub(super) fn rendered(engine: &Tera, frame: &Context) -> BTreeMap<String, String> {
    let is_alike = |name: &str| {
        engine.get_component_definition(name).is_some_and(|component| {
            component.rest_param().is_none()
                && component.args().iter().all(|arg| arg.is_implicit() && arg.name() == "site")
        })
    };
    let names = engine.get_component_names().filter(|name| is_alike(name));
    let shown = names.filter_map(|name| {
        let html = engine.render_component_with_implicits(name, &Context::new(), frame, None, true);
        Some((name.to_owned(), html.ok()?))
    });
    shown.collect()
}

/// A template that prints the parts instead of calling the components.
pub(super) fn without_calls(source: &str, parts: &BTreeMap<String, String>) -> String {
    parts.keys().fold(source.to_owned(), |source, name| {
        source.replace(&format!("{{{{<{name}/>}}}}"), &format!("{{{{ {PARTS}[\"{name}\"] }}}}"))
    })
}

/// Makes the parts known to all templates.
pub(super) fn add_to(frame: &mut Context, parts: BTreeMap<String, String>) {
    let safe = |(name, html): (String, String)| (name, Value::safe_string(&html));
    frame.insert_value(PARTS, parts.into_iter().map(safe).collect::<BTreeMap<_, _>>().into());
}
