//! Owns reading a page as a browser does: what it links to, what can be linked to in it, the JSON
//! that it carries, and what the parser complains about.

use std::collections::BTreeSet;

use scraper::{Html, Node};

/// What a check needs to know of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct PageFacts {
    pub ids: BTreeSet<String>,
    pub repeated_ids: Vec<String>,
    /// The addresses of what a page leads to or shows. Where a form is sent is no page of a site.
    pub links: BTreeSet<String>,
    /// The texts of JSON script elements and of elements marked as JSON.
    pub json: Vec<String>,
    /// The texts of elements marked as policy documents.
    pub policies: Vec<String>,
    pub errors: Vec<String>,
}

/// Reads a page.
pub(super) fn read(source: &str) -> PageFacts {
    let document = Html::parse_document(source);
    let mut facts = PageFacts {
        errors: document.errors.iter().map(ToString::to_string).collect(),
        ..PageFacts::default()
    };
    for node in document.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        for (name, value) in element.attrs() {
            match name {
                "id" if !facts.ids.insert(value.to_owned()) => {
                    facts.repeated_ids.push(value.to_owned());
                }
                "href" | "src" | "poster" | "data" => {
                    facts.links.insert(value.to_owned());
                }
                "srcset" => {
                    let pictures = value.split(',').filter_map(|one| one.split_whitespace().next());
                    facts.links.extend(pictures.map(str::to_owned));
                }
                _ => {}
            }
        }
        let text = || {
            node.descendants()
                .filter_map(|child| child.value().as_text().map(|text| text.to_string()))
                .collect()
        };
        match (element.name(), element.attr("type"), element.attr("data-format")) {
            ("script", Some("application/ld+json"), _) | (_, _, Some("json-schema")) => {
                facts.json.push(text());
            }
            (_, _, Some("policy")) => facts.policies.push(text()),
            _ => {}
        }
    }
    facts
}
