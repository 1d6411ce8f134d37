//! Owns moulds: what a template shows for one outline, with holes for the texts. Many
//! pages have the same outline: the engine renders each of these once, and all other pages are
//! poured.
//!
//! For that a template may show a text, escaped or not, join a word to it, and ask whether it is
//! empty. Whatever else it asks must be about what belongs to the outline: numbers, truth values,
//! variants of enums, the length of a list. The built-in templates are written like that; which of a
//! site's own are is known by `pourable`.

use std::cell::RefCell;
use std::slice::Iter;
use std::sync::{PoisonError, RwLock};

use foldhash::{HashMap, HashMapExt as _, HashSet};
use tera::{ComponentArg, Context, Map, Tera, Value};

use super::outline::{LEVELS, Leaf, Outline, Spot};
use crate::text;

/// When the moulds have so many bytes together, no more are kept. A page has some kilobytes, a row
/// of a table some hundred bytes, and those of most pages are met first.
const LARGEST: usize = 8 * 1024 * 1024;

/// What stands for a text, before its number: the brackets around that tell whether it is escaped.
pub(super) const MARK: &str = "policypress-hole";
/// What stands before the name of the component that shows a part.
const ITSELF: &str = "itself_";

/// The brackets as they are, and escaped.
const BRACKETS: [(&str, &str, bool); 2] = [("<", ">", false), ("&lt;", "&gt;", true)];

/// The moulds of the outlines that are known.
pub(super) struct Moulds {
    /// An engine in which each part of a list shows the text that stands for all of them.
    engine: Tera,
    known: RwLock<Known>,
}

/// Text with holes.
#[derive(Debug, PartialEq, Eq)]
struct Mould {
    html: Box<[u8]>,
    holes: Vec<Hole>,
}

/// A hole in a text.
#[derive(Debug, PartialEq, Eq)]
struct Hole {
    /// How much of the text stands before it.
    at: u32,
    /// What belongs in it, by its number in the outline.
    leaf: u32,
    is_escaped: bool,
}

/// Moulds by the bytes of their outlines; nothing for an outline that cannot be poured.
type ByOutline = HashMap<Box<[u8]>, Option<Mould>>;

#[derive(Default)]
struct Known {
    moulds: ByOutline,
    /// How many bytes they have together, about.
    size: usize,
}

impl Known {
    fn get(&self, outline: &[u8]) -> Option<&Mould> {
        self.moulds.get(outline)?.as_ref()
    }

    fn has(&self, outline: &[u8]) -> bool {
        self.moulds.contains_key(outline)
    }

    fn add(&mut self, new: ByOutline) {
        let sizes = new.iter().map(|(outline, mould)| {
            outline.len()
                + mould.as_ref().map_or(0, |mould| mould.html.len() + size_of_val(&*mould.holes))
        });
        self.size += sizes.sum::<usize>();
        self.moulds.extend(new);
    }
}

impl Moulds {
    /// No mould yet, and the engine for them.
    pub(super) fn of(engine: Tera) -> Moulds {
        Moulds { engine, known: RwLock::default() }
    }

    /// The template of a part for that engine: under the name of its component stands nothing but
    /// what is put in the place of parts, and under another name what shows a part.
    pub(super) fn stand_in(component: &str, argument: &str, template: &str) -> String {
        let itself = template
            .replace(&format!("component {component}"), &format!("component {ITSELF}{component}"));
        format!(
            "{{% component {component}({argument}) -%}}{{{{ {argument} | safe }}}}{{%- endcomponent {component} %}}{itself}"
        )
    }

    /// Pours a page. Answers whether it did: its mould may not be known.
    pub(super) fn pour(&self, outline: &Outline, output: &mut Vec<u8>) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let start = output.len();
        let is_poured = poured(outline, &|bytes| known.get(bytes), output).is_some();
        if !is_poured {
            output.truncate(start);
        }
        is_poured
    }

    /// Makes the moulds of a page, which an engine has shown as `shown`.
    pub(super) fn learn(&self, outline: &Outline, page: &Value, shown: &[u8]) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.size >= LARGEST {
            return;
        }
        let mut new = self.moulds_of(outline, page, &known);
        let mut again = Vec::with_capacity(shown.len());
        let used: RefCell<HashSet<Vec<u8>>> = RefCell::default();
        let mould = |bytes: &[u8]| {
            used.borrow_mut().insert(bytes.to_vec());
            known.get(bytes).or_else(|| new.get(bytes)?.as_ref())
        };
        let is_same = poured(outline, &mould, &mut again).is_some() && again == shown;
        drop(known);
        if is_same {
            // A part that is not shown here has not been compared.
            new.retain(|bytes, _| used.borrow().contains(&**bytes));
        } else {
            new = new.into_keys().map(|bytes| (bytes, None)).collect();
        }
        self.known.write().unwrap_or_else(PoisonError::into_inner).add(new);
    }

    /// The moulds of a page and of its parts that are not known yet.
    fn moulds_of(&self, outline: &Outline, page: &Value, known: &Known) -> ByOutline {
        let mut new = ByOutline::new();
        if !known.has(outline.bytes()) {
            let whole = context(&marked(outline.spots(), page));
            let html = rendered(|html| self.engine.render_to(outline.template(), &whole, html));
            new.insert(outline.bytes().into(), html.and_then(|html| Mould::of(&html)));
        }
        let mut values = Vec::new();
        add_parts(&mut outline.spots().iter(), page, &mut values);
        for level in 1..LEVELS {
            let mut inner = Vec::new();
            for (part, value) in outline.all_parts(level).zip(values) {
                add_parts(&mut part.spots.iter(), value, &mut inner);
                // Nearly all of them are.
                if !known.has(part.bytes) && !new.contains_key(part.bytes) {
                    let mould = self.mould_of_part(part.component, marked(part.spots, value));
                    new.insert(part.bytes.into(), mould);
                }
            }
            values = inner;
        }
        new
    }

    fn mould_of_part(&self, component: &str, marked: Value) -> Option<Mould> {
        let component = [ITSELF, component].concat();
        let definition = self.engine.get_component_definition(&component);
        let argument = definition.as_ref().and_then(|component| component.args().first());
        let mut arguments = Context::new();
        arguments.insert_value(argument.map_or("", ComponentArg::name).to_owned(), marked);
        let html = rendered(|html| {
            self.engine.render_component_to(&component, &arguments, None, true, html)
        });
        Mould::of(&html?)
    }
}

/// Pours a page. `None`: the mould of it or of one of its parts is not known, and something may
/// have been poured.
fn poured<'moulds>(
    outline: &Outline,
    mould: &dyn Fn(&[u8]) -> Option<&'moulds Mould>,
    output: &mut Vec<u8>,
) -> Option<()> {
    let filling = Filling { outline, level: 0, leaves: outline.leaves() };
    mould(outline.bytes())?.pour(filling, mould, output)
}

/// What an engine renders. `None`: it fails.
fn rendered(render: impl FnOnce(&mut Vec<u8>) -> tera::TeraResult<()>) -> Option<Vec<u8>> {
    let mut html = Vec::new();
    render(&mut html).ok()?;
    Some(html)
}

/// A struct or map as the context of a template.
pub(super) fn context(value: &Value) -> Context {
    let mut context = Context::new();
    for (name, value) in value.as_map().into_iter().flatten() {
        context.insert_value(name.to_string(), value.clone());
    }
    context
}

/// A value with marks in the place of its texts and of its lists of parts.
fn marked(spots: &[Spot], value: &Value) -> Value {
    Marks { spots: spots.iter(), count: 0 }.put_into(value)
}

/// Adds the items of the lists of parts in a value, but for what is in those again.
fn add_parts<'page>(
    spots: &mut Iter<'_, Spot>,
    value: &'page Value,
    parts: &mut Vec<&'page Value>,
) {
    if value.is_string() {
        spots.next();
    } else if let Some(items) = value.as_array() {
        if spots.next() == Some(&Spot::Parts) {
            parts.extend(items);
        } else {
            for item in items {
                add_parts(spots, item, parts);
            }
        }
    } else if let Some(members) = value.as_map() {
        for member in members.values() {
            add_parts(spots, member, parts);
        }
    }
}

/// Puts marks in the place of texts and of lists of parts.
struct Marks<'spots> {
    spots: Iter<'spots, Spot>,
    count: usize,
}

impl Marks<'_> {
    fn put_into(&mut self, value: &Value) -> Value {
        if value.is_string() {
            let is_text = self.spots.next() == Some(&Spot::Text);
            return if is_text { self.next() } else { value.clone() };
        }
        if let Some(items) = value.as_array() {
            if self.spots.next() != Some(&Spot::Parts) {
                let items: Vec<Value> = items.iter().map(|item| self.put_into(item)).collect();
                return items.into();
            }
            let mark = (!items.is_empty()).then(|| self.next());
            return mark.into_iter().collect::<Vec<Value>>().into();
        }
        if let Some(members) = value.as_map() {
            let member = members.iter().map(|(name, value)| (name.clone(), self.put_into(value)));
            return member.collect::<Map>().into();
        }
        value.clone()
    }

    fn next(&mut self) -> Value {
        let number = self.count;
        self.count += 1;
        format!("{MARK}<{number}>").into()
    }
}

/// What is poured into a mould: the leaves of a value, or of a part on a level.
#[derive(Clone, Copy)]
struct Filling<'outline> {
    outline: &'outline Outline,
    level: usize,
    leaves: &'outline [Leaf],
}

impl Mould {
    /// The mould that a text with marks is. `None`: something else in it looks like one.
    fn of(marked: &[u8]) -> Option<Mould> {
        let mut pieces = std::str::from_utf8(marked).ok()?.split(MARK);
        let mut html = pieces.next()?.to_owned();
        let mut holes = Vec::new();
        for piece in pieces {
            let (leaf, rest, is_escaped) =
                BRACKETS.iter().find_map(|(opening, closing, escaped)| {
                    let (number, rest) = piece.strip_prefix(opening)?.split_once(closing)?;
                    Some((number.parse().ok()?, rest, *escaped))
                })?;
            holes.push(Hole { at: u32::try_from(html.len()).ok()?, leaf, is_escaped });
            html.push_str(rest);
        }
        holes.shrink_to_fit();
        Some(Mould { html: html.into_bytes().into(), holes })
    }

    fn pour<'moulds>(
        &self,
        Filling { outline, level, leaves }: Filling<'_>,
        mould: &dyn Fn(&[u8]) -> Option<&'moulds Mould>,
        output: &mut Vec<u8>,
    ) -> Option<()> {
        let mut done = 0;
        for Hole { at, leaf, is_escaped } in &self.holes {
            let at = *at as usize;
            output.extend_from_slice(&self.html[done..at]);
            done = at;
            match leaves.get(*leaf as usize)? {
                Leaf::Text(range) if *is_escaped => {
                    text::escape_html(outline.text(range), output).ok()?;
                }
                Leaf::Text(range) => output.extend_from_slice(outline.text(range).as_bytes()),
                Leaf::Parts(range) => {
                    let level = level + 1;
                    for part in outline.parts(level, range.clone()) {
                        let filling = Filling { outline, level, leaves: part.leaves };
                        mould(part.bytes)?.pour(filling, mould, output)?;
                    }
                }
            }
        }
        output.extend_from_slice(&self.html[done..]);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tera::{Tera, Value};

    use super::super::outline::Outline;
    use super::{Hole, LARGEST, Mould, Moulds, context};

    fn engine_of(template: &str) -> Tera {
        let mut engine = Tera::new();
        engine.autoescape_on([".html"]);
        engine.set_escape_fn(crate::text::escape_html);
        engine.add_raw_template("x.html", template).unwrap();
        engine
    }

    /// What an engine shows of names, and what is poured after the first of them was learnt.
    fn shown_and_poured(template: &str, names: &[&str]) -> Vec<(String, Option<String>)> {
        let engine = engine_of(template);
        let moulds = Moulds::of(engine.clone());
        let each = names.iter().map(|name| {
            let page = BTreeMap::from([("name", name)]);
            let outline = Outline::of("x.html", &page).unwrap();
            let values = Value::from_serializable(&page);
            let shown = engine.render("x.html", &context(&values)).unwrap();
            let mut poured = Vec::new();
            let is_poured = moulds.pour(&outline, &mut poured);
            if !is_poured {
                moulds.learn(&outline, &values, shown.as_bytes());
            }
            (shown, is_poured.then(|| String::from_utf8(poured).unwrap()))
        });
        each.collect()
    }

    #[test]
    fn what_has_been_learnt_once_is_poured_from_then_on() {
        let template = "<p title=\"{{ name }}\">{{ name | safe }}{% if name %}!{% endif %}</p>";
        let pages = shown_and_poured(template, &["one", "<b>", "", "\"two\"", ""]);
        for (at, (shown, poured)) in pages.iter().enumerate() {
            let is_first_of_its_outline = matches!(at, 0 | 2);
            assert_eq!(poured.as_ref(), Some(shown).filter(|_| !is_first_of_its_outline));
        }
    }

    #[test]
    fn moulds_are_kept_until_they_are_large_together() {
        let text = "x".repeat(LARGEST / 8);
        let engine = engine_of(&text);
        let moulds = Moulds::of(engine);
        let is_kept = |number: usize| {
            let outline = Outline::of("x.html", &BTreeMap::from([("number", number)])).unwrap();
            moulds.learn(&outline, &Value::from_serializable(&()), text.as_bytes());
            moulds.pour(&outline, &mut Vec::new())
        };
        let kept: Vec<bool> = (0..10).map(is_kept).collect();
        assert_eq!(kept, [[true; 8].as_slice(), &[false; 2]].concat());
    }

    #[test]
    fn what_does_more_than_show_a_text_is_left_to_the_engine_where_it_is_seen() {
        let pages = shown_and_poured("{{ name | upper }}", &["one", "two", "three"]);
        assert!(pages.iter().all(|(_, poured)| poured.is_none()), "{pages:?}");
    }

    #[test]
    fn marks_become_holes_that_know_whether_they_are_escaped() {
        let mould = Mould::of(b"<b>policypress-hole<12></b>policypress-hole&lt;3&gt;!").unwrap();
        let holes = [
            Hole { at: 3, leaf: 12, is_escaped: false },
            Hole { at: 7, leaf: 3, is_escaped: true },
        ];
        assert_eq!(mould, Mould { html: b"<b></b>!".as_slice().into(), holes: holes.into() });
        assert_eq!(Mould::of(b"policypress-hole"), None);
        assert_eq!(Mould::of(b"policypress-hole<x>"), None);
    }
}
