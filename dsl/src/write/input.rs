//! What a field can be set to.

use super::nested::Nested;
use crate::error::Refusal;
use crate::field::{Field, FieldType, Model};
use crate::query::{Expression, OfRow};
use crate::schema::ModelRef;
use crate::statement::Formula;
use crate::value::{FieldValues, Json, Member, Params, Scalar, Value};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Where a field's new content goes: its columns, or for a relation the rows to be written with it.
pub struct Slots<'a> {
    pub(super) values: FieldValues<'a>,
    /// A value that is computed from the row as it was, of an update.
    pub(super) computed: Option<&'a mut Option<Computed>>,
    pub(super) nested: Option<&'a mut Vec<(u16, Nested)>>,
    pub(super) field: u16,
}

impl<'a> Slots<'a> {
    /// The slots of a field's columns.
    pub fn new(values: FieldValues<'a>, field: u16) -> Self {
        Slots {
            values,
            computed: None,
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

    fn push_computed(&mut self, computed: Computed) {
        match &mut self.computed {
            Some(place) => **place = Some(computed),
            None => self.values.push(Err(Refusal::new(
                "a value that is computed from a row where there is no row yet: only an update takes one",
            ))),
        }
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

/// What a field is set to where it is computed.
pub(super) struct Computed {
    pub(super) model: ModelRef,
    pub(super) formula: Formula,
    pub(super) params: Params,
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
        computed: None,
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

macro_rules! computed {
    ($($given:ty => $wanted:ty),*) => { $(
        /// In an update: computed from the row as it was, `Post::FIELDS.views + 1`.
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Scalar + FieldType> Input<$wanted> for Expression<M, $given, OfRow> {
            fn fill(self, slots: &mut Slots<'_>) {
                let (formula, params) = self.into_parts();
                let model = ModelRef(M::DEF);
                slots.push_computed(Computed { model, formula, params });
            }
        }

        /// In an update: the value of another field, as it was.
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Scalar + FieldType> Input<$wanted> for Field<M, $given> {
            fn fill(self, slots: &mut Slots<'_>) {
                let formula = Formula::Column(self.column_number());
                let (model, params) = (ModelRef(M::DEF), Params::new());
                slots.push_computed(Computed { model, formula, params });
            }
        }
    )* };
}

computed!(T => T, T => Option<T>, Option<T> => Option<T>);
