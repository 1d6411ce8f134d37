//! Owns the outline of what a template is given: everything in it but the characters of its texts.
//! What two pages with the same outline show differs in these texts alone.

use std::ops::Range;

use serde::Serialize;

/// A value taken apart into its outline and its texts.
#[derive(Debug, Default)]
pub(super) struct Outline {
    template: &'static str,
    /// First the value without the parts of its lists; then these, one after the other, without the
    /// parts of theirs; then those.
    levels: [Level; LEVELS],
    /// In which of them it is on the way.
    level: usize,
    /// The component of the items of the list that comes next.
    component: Option<&'static str>,
    /// Whether what comes next is the key of a map.
    is_key: bool,
    texts: String,
}

/// A page with more text, of which there are few, gives its memory back.
const LARGEST_KEPT: usize = 64 * 1024;
/// Parts can have parts, and these none.
pub(super) const LEVELS: usize = 3;

/// The values that are parts of parts as often.
#[derive(Debug, Default)]
struct Level {
    track: Track,
    /// Where in the track each part begins and ends.
    items: Vec<Item>,
}

/// What is met on the way through a value, in order.
#[derive(Debug, Default)]
struct Track {
    /// The outline as bytes: equal bytes are equal outlines.
    bytes: Vec<u8>,
    leaves: Vec<Leaf>,
    spots: Vec<Spot>,
}

/// Something that stands in the place of a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A text, as a range of all texts.
    Text(Range<usize>),
    /// The parts of a list, as a range of all parts of the next level.
    Parts(Range<usize>),
}

/// What a text or list of a value is in its outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A text that belongs to the outline, because it is empty or one of a few words.
    Constant,
    /// A text that is a leaf.
    Text,
    /// A list whose items belong to the outline.
    List,
    /// A list whose items are parts, and a leaf together.
    Parts,
}

#[derive(Debug)]
struct Item {
    component: &'static str,
    bytes: Range<usize>,
    leaves: Range<usize>,
    spots: Range<usize>,
}

/// One of the parts of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartOutline<'outline> {
    /// The component that shows it.
    pub component: &'static str,
    /// The outline as bytes. It begins with the name of the component.
    pub bytes: &'outline [u8],
    /// What stands in its holes.
    pub leaves: &'outline [Leaf],
    /// Its texts and lists in order.
    pub spots: &'outline [Spot],
}

// What is met, as it is written down. Lengths and numbers follow.
const NOTHING: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const EMPTY: u8 = 4;
const TEXT: u8 = 5;
const WORD: u8 = 6;
const LIST: u8 = 7;
const PARTS: u8 = 8;
const NO_PARTS: u8 = 9;
const MAP: u8 = 10;
const KEY: u8 = 11;

impl Outline {
    /// The outline of a value that a template is given. `None`: it has something that no template
    /// can show.
    #[cfg(test)]
    pub(super) fn of(template: &'static str, value: &impl Serialize) -> Option<Outline> {
        let mut outline = Outline::default();
        outline.take(template, value)?;
        Some(outline)
    }

    /// Becomes the outline of a value, in the memory that it has. `None`: the value has something
    /// that no template can show.
    pub(super) fn take(&mut self, template: &'static str, value: &impl Serialize) -> Option<()> {
        if self.texts.capacity() > LARGEST_KEPT {
            *self = Outline::default();
        }
        self.template = template;
        for Level { track, items } in &mut self.levels {
            track.bytes.clear();
            track.leaves.clear();
            track.spots.clear();
            items.clear();
        }
        self.texts.clear();
        (self.level, self.component, self.is_key) = (0, None, false);
        self.levels[0].track.bytes.extend_from_slice(template.as_bytes());
        value.serialize(self).ok()
    }

    /// The template that shows the value.
    pub(super) fn template(&self) -> &'static str {
        self.template
    }

    /// The outline as bytes. It begins with the name of the template.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.levels[0].track.bytes
    }

    /// What stands in the holes.
    pub(super) fn leaves(&self) -> &[Leaf] {
        &self.levels[0].track.leaves
    }

    /// The texts and lists in order, without those of parts.
    pub(super) fn spots(&self) -> &[Spot] {
        &self.levels[0].track.spots
    }

    /// A text by its range.
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.texts.get(range.clone()).unwrap_or_default()
    }

    /// The parts in a range of all parts of a level, which is 1 for those of the value itself.
    pub(super) fn parts(
        &self,
        level: usize,
        range: Range<usize>,
    ) -> impl Iterator<Item = PartOutline<'_>> {
        let Level { track, items } = &self.levels[level];
        items[range].iter().map(move |item| PartOutline {
            component: item.component,
            bytes: &track.bytes[item.bytes.clone()],
            leaves: &track.leaves[item.leaves.clone()],
            spots: &track.spots[item.spots.clone()],
        })
    }

    /// All parts of a level.
    pub(super) fn all_parts(&self, level: usize) -> impl Iterator<Item = PartOutline<'_>> {
        self.parts(level, 0..self.levels[level].items.len())
    }

    fn track(&mut self) -> &mut Track {
        &mut self.levels[self.level].track
    }

    fn push(&mut self, byte: u8) {
        self.track().bytes.push(byte);
    }

    fn push_sized(&mut self, byte: u8, size: usize) {
        let track = self.track();
        track.bytes.push(byte);
        track.bytes.extend_from_slice(&size.to_le_bytes());
    }

    /// Notes that there is no value.
    pub(super) fn add_nothing(&mut self) {
        self.push(NOTHING);
    }

    /// Notes a truth value.
    pub(super) fn add_truth(&mut self, value: bool) {
        self.push(if value { TRUE } else { FALSE });
    }

    /// Notes a number by its bytes.
    pub(super) fn add_number(&mut self, bytes: &[u8]) {
        self.push(NUMBER);
        self.track().bytes.extend_from_slice(bytes);
    }

    /// Notes one of the few words that an enum stands for.
    pub(super) fn add_word(&mut self, index: usize) {
        self.push_sized(WORD, index);
        self.track().spots.push(Spot::Constant);
    }

    /// Notes a text, or the key of a map.
    pub(super) fn add_text(&mut self, text: &str) {
        if self.is_key {
            self.push_sized(KEY, text.len());
            self.track().bytes.extend_from_slice(text.as_bytes());
            return;
        }
        if text.is_empty() {
            self.push(EMPTY);
            self.track().spots.push(Spot::Constant);
            return;
        }
        let start = self.texts.len();
        self.texts.push_str(text);
        let leaf = Leaf::Text(start..self.texts.len());
        self.push(TEXT);
        let track = self.track();
        track.spots.push(Spot::Text);
        track.leaves.push(leaf);
    }

    /// Says whether what comes next is the key of a map.
    pub(super) fn expect_key(&mut self, is_key: bool) {
        self.is_key = is_key;
    }

    /// Notes a map.
    pub(super) fn begin_map(&mut self, length: usize) {
        self.push_sized(MAP, length);
    }

    /// Says that the list that comes next is one of parts. On the last level it belongs to the
    /// outline all the same.
    pub(super) fn expect_parts(&mut self, component: Option<&'static str>) {
        self.component = component.filter(|_| self.level + 1 < LEVELS);
    }

    /// Notes a list. Answers the component that shows its items if they are parts.
    pub(super) fn begin_list(&mut self, length: usize) -> Option<&'static str> {
        let component = self.component.take();
        if component.is_some() && length > 0 {
            let first = self.levels[self.level + 1].items.len();
            self.push(PARTS);
            self.track().leaves.push(Leaf::Parts(first..first + length));
        } else if component.is_some() {
            self.push(NO_PARTS);
        } else {
            self.push_sized(LIST, length);
        }
        self.track().spots.push(if component.is_some() { Spot::Parts } else { Spot::List });
        component
    }

    /// Begins an item that is a part.
    pub(super) fn begin_part(&mut self, component: &'static str) {
        self.level += 1;
        let Level { track, items } = &mut self.levels[self.level];
        let here = |length: usize| length..length;
        items.push(Item {
            component,
            bytes: here(track.bytes.len()),
            leaves: here(track.leaves.len()),
            spots: here(track.spots.len()),
        });
        track.bytes.extend_from_slice(component.as_bytes());
    }

    /// Ends it.
    pub(super) fn end_part(&mut self) {
        let Level { track, items } = &mut self.levels[self.level];
        if let Some(item) = items.last_mut() {
            item.bytes.end = track.bytes.len();
            item.leaves.end = track.leaves.len();
            item.spots.end = track.spots.len();
        }
        self.level -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::{Leaf, Outline, Spot};
    use crate::risk::Risk;

    #[derive(Serialize)]
    struct View<'text> {
        name: &'text str,
        title: Option<&'text str>,
        risk: Risk,
        depth: usize,
        notes: Vec<&'text str>,
        names: BTreeMap<&'text str, bool>,
    }

    fn view(name: &str) -> View<'_> {
        let names = BTreeMap::from([("key", true)]);
        View { name, title: None, risk: Risk::Low, depth: 1, notes: vec!["a", "b"], names }
    }

    fn outline(view: &View<'_>) -> Outline {
        Outline::of("x.html", view).unwrap()
    }

    #[test]
    fn values_that_differ_in_texts_have_the_same_outline_and_no_others_have() {
        let one = outline(&view("one"));
        let other = View { notes: vec!["c", "longer"], ..view("other") };
        assert_eq!(outline(&other).bytes(), one.bytes());
        for different in [
            View { name: "", ..view("") },
            View { title: Some(""), ..view("one") },
            View { title: Some("title"), ..view("one") },
            View { risk: Risk::High, ..view("one") },
            View { depth: 2, ..view("one") },
            View { notes: vec!["a"], ..view("one") },
            View { notes: vec!["a", ""], ..view("one") },
            View { names: BTreeMap::from([("kex", true)]), ..view("one") },
            View { names: BTreeMap::from([("key", false)]), ..view("one") },
        ] {
            assert_ne!(outline(&different).bytes(), one.bytes());
        }
        assert_ne!(Outline::of("y.html", &view("one")).unwrap().bytes(), one.bytes());
    }

    #[test]
    fn texts_are_leaves_in_order_and_words_are_none() {
        let outline = outline(&view("one"));
        assert_eq!(outline.leaves(), [Leaf::Text(0..3), Leaf::Text(3..4), Leaf::Text(4..5)]);
        let spots = [Spot::Text, Spot::Constant, Spot::List, Spot::Text, Spot::Text];
        assert_eq!(outline.spots(), spots);
    }
}
