//! Owns reading a page as a browser does: what it links to, what can be linked to in it, the JSON
//! that it carries, and what the parser complains about.

use std::collections::BTreeSet;

use scraper::Node;

use super::parse::parse;

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

/// The addresses in a `srcset`: each ends at a blank, and what describes it at a comma.
fn pictures(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == ',');
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, behind) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        let is_described = bare.len() == address.len();
        rest =
            if is_described { behind.split_once(',').map_or("", |(_, rest)| rest) } else { behind };
        Some(bare).filter(|bare| !bare.is_empty())
    })
}

/// Reads a page.
pub(super) fn read(source: &str) -> PageFacts {
    let (document, errors) = parse(source);
    let mut facts = PageFacts { errors, ..PageFacts::default() };
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
                "srcset" => facts.links.extend(pictures(value).map(str::to_owned)),
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

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn addresses_are_those_of_what_a_page_leads_to_or_shows() {
        let page = "<a href=/a></a><img src=/b srcset='/c 2x, /d,e 300w,/f , data:image/png;base64,AA= 1x'>\
            <video poster=/g></video><object data=/h></object><form action=/i></form><img srcset=/j,>";
        let links: Vec<String> = read(page).links.into_iter().collect();
        let expected =
            ["/a", "/b", "/c", "/d,e", "/f", "/g", "/h", "/j", "data:image/png;base64,AA="];
        assert_eq!(links, expected);
    }
}
