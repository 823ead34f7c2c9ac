//! What a column may be compared with.

use crate::error::Refusal;
use crate::field::{Field, FieldType};
use crate::statement::Term;
use crate::value::{Json, Member, Scalar, Value};
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
    note = "an `Option` is no value: say `.is_null()` for NULL, or `.filter_some(option, |row, value| …)` for a condition that may be absent"
)]
pub trait Operand<M, T> {
    /// What stands in the statement, and the value of its slot.
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>);
}

macro_rules! operands {
    ($($type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $type> for $type {
            #[inline]
            fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
                (Term::Slot, Some(self.into_value()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $type> for &$type {
            #[inline]
            fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
                (Term::Slot, Some(self.to_value()))
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
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Slot, Some(Ok(Value::Text(self.to_owned()))))
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, Vec<u8>> for &[u8] {
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Slot, Some(Ok(Value::Bytes(self.to_owned()))))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Member> Operand<M, Vec<T>> for Vec<T> {
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Slot, Some(self.into_value()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Member> Operand<M, Vec<T>> for &Vec<T> {
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Slot, Some(self.to_value()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, Json<T>> for Json<T>
where
    Json<T>: Scalar,
{
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Slot, Some(self.into_value()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Scalar> Operand<M, T> for Field<M, T> {
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Column(self.column_number()), None)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Scalar + FieldType> Operand<M, T> for Field<M, Option<T>> {
    fn into_term(self) -> (Term, Option<Result<Value, Refusal>>) {
        (Term::Column(self.column_number()), None)
    }
}
