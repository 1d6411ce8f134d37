//! Owns how a value is taken apart: what each of its pieces is in an [`Outline`].

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::outline::Outline;
use crate::pages::PART;

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
            self.add_number(&value.to_le_bytes());
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
        self.add_truth(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.add_text(value);
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
        self.add_nothing();
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.add_word(index as usize);
        Ok(())
    }

    fn serialize_newtype_struct<Value: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &Value,
    ) -> Done {
        self.expect_parts(name.strip_prefix(PART));
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
        self.begin_map(length.ok_or(NoOutline)?);
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
        self.outline.expect_key(true);
        key.serialize(&mut *self.outline)?;
        self.outline.expect_key(false);
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
        // An outline does not say which member a value is without.
        Err(NoOutline)
    }

    fn end(self) -> Done {
        Ok(())
    }
}
