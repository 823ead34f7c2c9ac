//! What a field can be set to.

use super::nested::Nested;
use crate::error::Refusal;
use crate::field::FieldType;
use crate::value::{FieldValues, Json, Member, Scalar, Value};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Where a field's new content goes: its columns, or for a relation the rows to be written with it.
pub struct Slots<'a> {
    pub(super) values: FieldValues<'a>,
    pub(super) nested: Option<&'a mut Vec<(u16, Nested)>>,
    pub(super) field: u16,
}

impl<'a> Slots<'a> {
    /// The slots of a field's columns.
    pub fn new(values: FieldValues<'a>, field: u16) -> Self {
        Slots {
            values,
            nested: None,
            field,
        }
    }

    /// Fills the next column.
    #[inline]
    pub fn push_scalar<T: Scalar>(&mut self, value: T) {
        self.values.push_scalar(value);
    }

    /// Fills the next column, or says why it cannot be.
    #[inline]
    pub fn push(&mut self, value: Result<Value, Refusal>) {
        self.values.push(value);
    }

    pub(super) fn push_nested(&mut self, nested: Nested) {
        let field = self.field;
        match &mut self.nested {
            Some(list) => list.push((field, nested)),
            None => self.values.push(Err(Refusal::new(
                "rows of a relation in an update or a default; write them by themselves",
            ))),
        }
    }
}

/// What a field of type `T` can be set to, in `create!`, a default or an update.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot be set to `{Self}`",
    label = "expected a value for `{T}`",
    note = "text fields take `&str` and `String`; an `Option` field takes the value itself or an `Option` of exactly its type, such as `text.map(String::from)`; numbers need the field's own type"
)]
pub trait Input<T> {
    /// Fills the field's columns.
    fn fill(self, slots: &mut Slots<'_>);
}

/// Fills a field from a default. Only for `toasty!`.
#[inline]
pub fn fill<T, V: Input<T>>(values: &mut FieldValues<'_>, value: V) {
    let mut slots = Slots {
        values: values.reborrow(),
        nested: None,
        field: 0,
    };
    value.fill(&mut slots);
}

macro_rules! inputs {
    ($($type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl Input<$type> for $type {
            #[inline]
            fn fill(self, slots: &mut Slots<'_>) {
                slots.push_scalar(self);
            }
        }

        #[diagnostic::do_not_recommend]
        impl Input<$type> for &$type {
            #[inline]
            fn fill(self, slots: &mut Slots<'_>) {
                slots.push(self.to_value());
            }
        }

    )* };
}

inputs!(
    bool,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    f32,
    f64,
    String,
    Vec<u8>,
    Uuid,
    Timestamp,
    civil::Date,
    civil::Time,
    civil::DateTime,
    Decimal,
    serde_json::Value,
);

/// An `Option` field takes the value itself.
#[diagnostic::do_not_recommend]
impl<T: Scalar + FieldType> Input<Option<T>> for T {
    #[inline]
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push_scalar(self);
    }
}

/// A reference to an `Option` field of another row.
impl<T: Scalar + FieldType> Input<Option<T>> for &Option<T> {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(self.as_ref().map_or(Ok(Value::Null), Scalar::to_value));
    }
}

/// An `Option` field takes an `Option` of its type, and of no other, so that a bare `None` is enough.
impl<T: Scalar + FieldType> Input<Option<T>> for Option<T> {
    #[inline]
    fn fill(self, slots: &mut Slots<'_>) {
        match self {
            Some(value) => slots.push_scalar(value),
            None => slots.push(Ok(Value::Null)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Input<String> for &str {
    #[inline]
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(Ok(Value::Text(self.to_owned())));
    }
}

#[diagnostic::do_not_recommend]
impl Input<Option<String>> for &str {
    #[inline]
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(Ok(Value::Text(self.to_owned())));
    }
}

#[diagnostic::do_not_recommend]
impl Input<Option<String>> for &String {
    #[inline]
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(Ok(Value::Text(self.to_owned())));
    }
}

#[diagnostic::do_not_recommend]
impl Input<Vec<u8>> for &[u8] {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(Ok(Value::Bytes(self.to_owned())));
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Input<Vec<u8>> for &[u8; N] {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(Ok(Value::Bytes(self.to_vec())));
    }
}

#[diagnostic::do_not_recommend]
impl<T: Member> Input<Vec<T>> for Vec<T> {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push_scalar(self);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Member> Input<Vec<T>> for &Vec<T> {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push(self.to_value());
    }
}

/// An array field takes an array of anything that its members are made of: `["a", "b"]` for a `Vec<String>`.
#[diagnostic::do_not_recommend]
impl<T: Member, V: Into<T>, const N: usize> Input<Vec<T>> for [V; N] {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push_scalar(self.map(Into::into).into_iter().collect::<Vec<T>>());
    }
}

#[diagnostic::do_not_recommend]
impl<T> Input<Json<T>> for Json<T>
where
    Json<T>: Scalar,
{
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push_scalar(self);
    }
}
