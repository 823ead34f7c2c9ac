//! What a column may be compared with.

use crate::error::Refusal;
use crate::field::{Field, FieldType, Model};
use crate::query::{Expression, OfRow};
use crate::statement::Formula;
use crate::value::{Json, Member, Params, Scalar, Value};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The type of a column's values: itself, or what is inside the `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no single column",
    label = "this condition needs a column",
    note = "relations are filtered by `.any(|x| …)`, `.none(|x| …)`, `.all(|x| …)` or `.is(|x| …)`; embedded values by a path, such as `u.address.city`"
)]
pub trait ColumnValue {
    /// The type without `Option`.
    type Base: Scalar;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> ColumnValue for T {
    type Base = T;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> ColumnValue for Option<T> {
    type Base = T;
}

/// A column that may be NULL.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is never NULL",
    label = "this condition needs a column that is an `Option`",
    note = "leave the condition out, or declare the field as `Option<{Self}>`; whether a relation to one is there is asked by `.is_none()`"
)]
pub trait NullableColumn {}

impl<T: Scalar> NullableColumn for Option<T> {}

/// A column that holds text.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` holds no text",
    label = "this condition needs a text column",
    note = "numbers and times are compared by `.eq(…)`, `.lt(…)`, `.between(…)` and their like"
)]
pub trait TextColumn: ColumnValue<Base = String> {}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue<Base = String>> TextColumn for T {}

/// What a column of type `T` may be compared with: a value of the type, or another column of it.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with `{Self}`",
    label = "expected a value or a column of type `{T}`",
    note = "numbers need the column's own type: a literal takes it by itself, another number is converted: `u64::from(x)`",
    note = "inside of a query in a query a column of the outer one is `outer(row.column)`",
    note = "an `Option` is no value: say `.is_null()` for NULL, or `.filter_some(option, |row, value| …)` for a condition that may be absent"
)]
pub trait Operand<M, T> {
    /// What stands on the other side.
    fn into_side(self) -> Side;
}

/// The other side of a comparison.
pub enum Side {
    /// A value, or why there is none
    Value(Result<Value, Refusal>),
    /// A column of the same row
    Column(u16),
    /// A value that is computed from the same row
    Computed(Box<(Formula, Params)>),
}

macro_rules! operands {
    ($($type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $type> for $type {
            #[inline]
            fn into_side(self) -> Side {
                Side::Value(self.into_value())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $type> for &$type {
            #[inline]
            fn into_side(self) -> Side {
                Side::Value(self.to_value())
            }
        }
    )* };
}

operands!(
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

#[diagnostic::do_not_recommend]
impl<M> Operand<M, String> for &str {
    #[inline]
    fn into_side(self) -> Side {
        Side::Value(Ok(Value::Text(self.to_owned())))
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, Vec<u8>> for &[u8] {
    fn into_side(self) -> Side {
        Side::Value(Ok(Value::Bytes(self.to_owned())))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Member> Operand<M, Vec<T>> for Vec<T> {
    fn into_side(self) -> Side {
        Side::Value(self.into_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Member> Operand<M, Vec<T>> for &Vec<T> {
    fn into_side(self) -> Side {
        Side::Value(self.to_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, Json<T>> for Json<T>
where
    Json<T>: Scalar,
{
    fn into_side(self) -> Side {
        Side::Value(self.into_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Scalar> Operand<M, T> for Field<M, T> {
    fn into_side(self) -> Side {
        Side::Column(self.column_number())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Scalar + FieldType> Operand<M, T> for Field<M, Option<T>> {
    fn into_side(self) -> Side {
        Side::Column(self.column_number())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Scalar> Operand<M, T> for Expression<M, T, OfRow> {
    fn into_side(self) -> Side {
        Side::Computed(Box::new(self.into_parts()))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Scalar + FieldType> Operand<M, T> for Expression<M, Option<T>, OfRow> {
    fn into_side(self) -> Side {
        Side::Computed(Box::new(self.into_parts()))
    }
}
