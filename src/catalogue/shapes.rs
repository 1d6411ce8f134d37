//! Owns what values are read as where their places count: the members of an object with all its keys,
//! and a value of which only is asked whether it can be read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object as a list of members, repeated keys included.
pub(super) struct Members<'text>(pub Vec<(Cow<'text, str>, &'text RawValue)>);

impl<'text> Deserialize<'text> for Members<'text> {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'text> Visitor<'text> for Collect {
            type Value = Members<'text>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<Map: MapAccess<'text>>(
                self,
                mut map: Map,
            ) -> Result<Self::Value, Map::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<Key<'text>, &'text RawValue>()? {
                    members.push((key.0, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A value that is JSON which every program can read. Nothing of it is kept.
pub(super) struct Checked;

impl<'text> Deserialize<'text> for Checked {
    fn deserialize<D: Deserializer<'text>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;
        impl<'text> Visitor<'text> for Look {
            type Value = Checked;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_unit<E>(self) -> Result<Checked, E> {
                Ok(Checked)
            }

            fn visit_seq<List: serde::de::SeqAccess<'text>>(
                self,
                mut list: List,
            ) -> Result<Checked, List::Error> {
                while list.next_element::<Checked>()?.is_some() {}
                Ok(Checked)
            }

            fn visit_map<Map: MapAccess<'text>>(self, mut map: Map) -> Result<Checked, Map::Error> {
                while map.next_entry::<Key<'text>, Checked>()?.is_some() {}
                Ok(Checked)
            }
        }
        deserializer.deserialize_any(Look)
    }
}

/// A key, borrowed from the text where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'text>(#[serde(borrow)] Cow<'text, str>);
