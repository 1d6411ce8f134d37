//! Owns the outline of what a template is given: everything in it but the characters of its texts.
//! What two pages with the same outline show differs in these texts alone.

use std::fmt;
use std::ops::Range;

use serde::ser::{self, Serialize, Serializer};

use crate::pages::PART;

/// A value taken apart into its outline and its texts.
#[derive(Debug, Default)]
pub(super) struct Outline {
    template: &'static str,
    /// All but the parts of lists that have components of their own.
    whole: Track,
    /// Those parts, one after the other.
    parts: Track,
    /// Where in its track each part begins and ends.
    items: Vec<Item>,
    is_in_part: bool,
    /// The component of the items of the list that comes next.
    component: Option<&'static str>,
    /// Whether what comes next is the key of a map.
    is_key: bool,
    texts: String,
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
    /// The parts of a list, as a range of all parts.
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
const LEFT_OUT: u8 = 12;

impl Outline {
    /// The outline of a value that a template is given. `None`: it has something that no template
    /// can show.
    pub(super) fn of(template: &'static str, value: &impl Serialize) -> Option<Outline> {
        let texts = String::with_capacity(16 * 1024);
        let mut outline = Outline { template, texts, ..Outline::default() };
        outline.whole.bytes.extend_from_slice(template.as_bytes());
        value.serialize(&mut outline).ok()?;
        Some(outline)
    }

    /// The template that shows the value.
    pub(super) fn template(&self) -> &'static str {
        self.template
    }

    /// The outline as bytes. It begins with the name of the template.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.whole.bytes
    }

    /// What stands in the holes.
    pub(super) fn leaves(&self) -> &[Leaf] {
        &self.whole.leaves
    }

    /// The texts and lists in order, without those of parts.
    pub(super) fn spots(&self) -> &[Spot] {
        &self.whole.spots
    }

    /// A text by its range.
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.texts.get(range.clone()).unwrap_or_default()
    }

    /// The parts in a range of all parts.
    pub(super) fn parts(&self, range: Range<usize>) -> impl Iterator<Item = PartOutline<'_>> {
        self.items[range].iter().map(|item| PartOutline {
            component: item.component,
            bytes: &self.parts.bytes[item.bytes.clone()],
            leaves: &self.parts.leaves[item.leaves.clone()],
            spots: &self.parts.spots[item.spots.clone()],
        })
    }

    /// How many parts there are.
    pub(super) fn part_count(&self) -> usize {
        self.items.len()
    }

    fn track(&mut self) -> &mut Track {
        if self.is_in_part { &mut self.parts } else { &mut self.whole }
    }

    fn push(&mut self, byte: u8) {
        self.track().bytes.push(byte);
    }

    fn push_sized(&mut self, byte: u8, size: usize) {
        let track = self.track();
        track.bytes.push(byte);
        track.bytes.extend_from_slice(&size.to_le_bytes());
    }

    fn number(&mut self, bytes: &[u8]) {
        self.push(NUMBER);
        self.track().bytes.extend_from_slice(bytes);
    }

    /// Notes a list, and the component that shows its items if they are parts.
    fn begin_list(&mut self, length: usize) -> Option<&'static str> {
        let component = self.component.take();
        if component.is_some() && length > 0 {
            let first = self.items.len();
            self.push(PARTS);
            self.whole.leaves.push(Leaf::Parts(first..first + length));
        } else if component.is_some() {
            self.push(NO_PARTS);
        } else {
            self.push_sized(LIST, length);
        }
        self.track().spots.push(if component.is_some() { Spot::Parts } else { Spot::List });
        component
    }

    /// Begins an item that is a part.
    fn begin_part(&mut self, component: &'static str) {
        self.is_in_part = true;
        let Track { bytes, leaves, spots } = &self.parts;
        let here = |length: usize| length..length;
        let item = Item {
            component,
            bytes: here(bytes.len()),
            leaves: here(leaves.len()),
            spots: here(spots.len()),
        };
        self.items.push(item);
        self.parts.bytes.extend_from_slice(component.as_bytes());
    }

    fn end_part(&mut self) {
        self.is_in_part = false;
        if let Some(item) = self.items.last_mut() {
            item.bytes.end = self.parts.bytes.len();
            item.leaves.end = self.parts.leaves.len();
            item.spots.end = self.parts.spots.len();
        }
    }
}

/// Why a value has no outline.
#[derive(Debug)]
pub(super) struct NoOutline;

impl fmt::Display for NoOutline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no template can show this")
    }
}

impl std::error::Error for NoOutline {}

impl ser::Error for NoOutline {
    fn custom<Message: fmt::Display>(_: Message) -> NoOutline {
        NoOutline
    }
}

type Done = Result<(), NoOutline>;

/// A list, map or struct on the way through it.
pub(super) struct Members<'outline> {
    outline: &'outline mut Outline,
    /// The component of each item, where these are parts.
    component: Option<&'static str>,
}

impl Members<'_> {
    fn member<Value: Serialize + ?Sized>(&mut self, value: &Value) -> Done {
        let Some(component) = self.component else { return value.serialize(&mut *self.outline) };
        self.outline.begin_part(component);
        value.serialize(&mut *self.outline)?;
        self.outline.end_part();
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty),*) => {
        $(fn $method(self, value: $number) -> Done {
            self.number(&value.to_le_bytes());
            Ok(())
        })*
    };
}

impl<'outline> Serializer for &'outline mut Outline {
    type Ok = ();
    type Error = NoOutline;
    type SerializeSeq = Members<'outline>;
    type SerializeTuple = Members<'outline>;
    type SerializeTupleStruct = Members<'outline>;
    type SerializeTupleVariant = ser::Impossible<(), NoOutline>;
    type SerializeMap = Members<'outline>;
    type SerializeStruct = Members<'outline>;
    type SerializeStructVariant = ser::Impossible<(), NoOutline>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    );

    fn serialize_bool(self, value: bool) -> Done {
        self.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        if self.is_key {
            self.push_sized(KEY, value.len());
            self.track().bytes.extend_from_slice(value.as_bytes());
            return Ok(());
        }
        if value.is_empty() {
            self.push(EMPTY);
            self.track().spots.push(Spot::Constant);
            return Ok(());
        }
        let start = self.texts.len();
        self.texts.push_str(value);
        let leaf = Leaf::Text(start..self.texts.len());
        self.push(TEXT);
        let track = self.track();
        track.spots.push(Spot::Text);
        track.leaves.push(leaf);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(NoOutline)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<Value: Serialize + ?Sized>(self, value: &Value) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.push(NOTHING);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.push_sized(WORD, index as usize);
        self.track().spots.push(Spot::Constant);
        Ok(())
    }

    fn serialize_newtype_struct<Value: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &Value,
    ) -> Done {
        // A list inside of a part belongs to its outline.
        self.component = name.strip_prefix(PART).filter(|_| !self.is_in_part);
        value.serialize(self)
    }

    fn serialize_newtype_variant<Value: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &Value,
    ) -> Done {
        Err(NoOutline)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Members<'outline>, NoOutline> {
        let component = self.begin_list(length.ok_or(NoOutline)?);
        Ok(Members { outline: self, component })
    }

    fn serialize_tuple(self, length: usize) -> Result<Members<'outline>, NoOutline> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Members<'outline>, NoOutline> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoOutline> {
        Err(NoOutline)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members<'outline>, NoOutline> {
        self.push_sized(MAP, length.ok_or(NoOutline)?);
        Ok(Members { outline: self, component: None })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'outline>, NoOutline> {
        Ok(Members { outline: self, component: None })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoOutline> {
        Err(NoOutline)
    }
}

macro_rules! members {
    ($($of:ident: $method:ident),*) => {
        $(impl ser::$of for Members<'_> {
            type Ok = ();
            type Error = NoOutline;

            fn $method<Value: Serialize + ?Sized>(&mut self, value: &Value) -> Done {
                self.member(value)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

members!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field
);

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = NoOutline;

    fn serialize_key<Key: Serialize + ?Sized>(&mut self, key: &Key) -> Done {
        self.outline.is_key = true;
        key.serialize(&mut *self.outline)?;
        self.outline.is_key = false;
        Ok(())
    }

    fn serialize_value<Value: Serialize + ?Sized>(&mut self, value: &Value) -> Done {
        self.member(value)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

impl ser::SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = NoOutline;

    fn serialize_field<Value: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &Value,
    ) -> Done {
        self.member(value)
    }

    fn skip_field(&mut self, _: &'static str) -> Done {
        self.outline.push(LEFT_OUT);
        Ok(())
    }

    fn end(self) -> Done {
        Ok(())
    }
}
