//! Owns the links of built-in texts: one that leads to a built-in text which the site took away
//! becomes plain text.

use std::borrow::Cow;

use crate::overlay::{self, Layer};

/// The folders whose texts have pages of their own, with what comes before their names there.
const PAGES: &[(&str, &str)] =
    &[("attacks", "/attacks/"), ("glossary", "/glossary/"), ("pages", "/")];

/// The texts of each folder, in which no built-in one links to one that was taken away.
pub(super) fn settle<const COUNT: usize>(
    folders: [&str; COUNT],
    mut layers: [Layer; COUNT],
) -> [Layer; COUNT] {
    let gone: Vec<String> =
        folders.iter().zip(&layers).flat_map(|(folder, layer)| gone(folder, layer)).collect();
    if gone.is_empty() {
        return layers;
    }
    for layer in &mut layers {
        for file in layer.values_mut().filter(|file| file.is_built_in) {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            let text = gone.iter().fold(text, |text, address| without_links(&text, address));
            file.bytes = Cow::Owned(text.into_bytes());
        }
    }
    layers
}

/// The addresses of the built-in texts of a folder in whose place the site has an empty file.
fn gone(folder: &str, layer: &Layer) -> Vec<String> {
    let Some((_, before)) = PAGES.iter().find(|(name, _)| *name == folder) else {
        return Vec::new();
    };
    let names = overlay::built_in(&format!("content/{folder}")).into_keys();
    let is_gone =
        |name: &String| layer.get(name).is_some_and(|file| file.bytes.trim_ascii().is_empty());
    names
        .filter(is_gone)
        .filter_map(|name| Some(format!("{before}{}/", name.strip_suffix(".md")?)))
        .collect()
}

/// A text in which the links to an address are what they say.
fn without_links(text: &str, address: &str) -> String {
    let target = format!("]({address}");
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&target) {
        let (Some(start), Some(end)) = (before.rfind('['), after.find(')')) else { break };
        kept.push_str(before.get(..start).unwrap_or_default());
        kept.push_str(before.get(start + 1..).unwrap_or_default());
        rest = after.get(end + 1..).unwrap_or_default();
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn a_link_becomes_what_it_says() {
        let text = "A [grant](/glossary/grant/), [two](/glossary/grant/#more) and [x](/attacks/).";
        let expected = "A grant, two and [x](/attacks/).";
        assert_eq!(without_links(text, "/glossary/grant/"), expected);
    }
}
