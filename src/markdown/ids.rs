//! Owns the ids of headings in a text of the site: none is there twice, nor one of its page.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, TagEnd};

use crate::text;

/// The id of a heading, by the events behind its start.
pub(super) fn of_heading(rest: &[Event<'_>], ids: &mut Ids) -> String {
    let words: String = rest
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    let base = match text::slug(&words).natural {
        empty if empty.is_empty() => "section".to_owned(),
        natural => natural,
    };
    ids.add(base)
}

/// The ids that the pages around a text of the site have themselves.
const IDS_OF_PAGES: [&str; 9] =
    ["attacks", "content", "keys", "keys-title", "list", "others", "related", "sources", "tools"];

/// The ids of the headings of a text.
pub(super) struct Ids {
    taken: HashSet<String>,
    /// The number that the next heading with the same words gets.
    next: HashMap<String, usize>,
}

impl Ids {
    /// None yet but those of the pages.
    pub(super) fn new() -> Ids {
        Ids { taken: IDS_OF_PAGES.map(str::to_owned).into(), next: HashMap::default() }
    }

    fn add(&mut self, base: String) -> String {
        if self.taken.insert(base.clone()) {
            return base;
        }
        let next = self.next.entry(base.clone()).or_insert(2);
        loop {
            let id = format!("{base}-{next}");
            *next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}
