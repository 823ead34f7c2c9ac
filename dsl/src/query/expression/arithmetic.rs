//! `+`, `-`, `*`, `/` and `%` on fields and computed values.
//!
//! Promises: both sides have one type; a result that its type cannot hold is an error and never another number; what is
//! divided by zero is NULL, and an `Option` by its type.

use crate::field::{Field, Model};
use crate::query::{Argument, Expression, IntoExpression, Kind, OfRow, Projected};
use crate::statement::{Formula, Function};
use rust_decimal::Decimal;
use std::ops::{Add, Div, Mul, Rem, Sub};

/// A number that is computed with, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number to compute with",
    label = "expected an integer, an `f64` or a `Decimal`",
    note = "a newtype of the language is a type of its own, and an `f32` would round differently on each database: read it, and compute in Rust"
)]
pub trait Numeric: Projected {}

/// A number that is divided.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not divided in a query",
    label = "expected an integer or an `f64`",
    note = "the digits of a decimal quotient differ from database to database: read both, and divide in Rust"
)]
pub trait Divisible: Numeric {}

/// A number whose division leaves a remainder.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no integer",
    label = "a remainder is of integers"
)]
pub trait Integer: Divisible {}

macro_rules! numbers {
    ($trait:ident: $($type:ty),*) => { $(
        impl $trait for $type {}
        impl $trait for Option<$type> {}
    )* };
}

numbers!(Numeric: i8, i16, i32, i64, u8, u16, u32, u64, f64, Decimal);
numbers!(Divisible: i8, i16, i32, i64, u8, u16, u32, u64, f64);
numbers!(Integer: i8, i16, i32, i64, u8, u16, u32, u64);

fn call<M, T, K, R>(
    function: Function,
    left: (Formula, crate::value::Params),
    right: impl Argument<M, T, K>,
) -> Expression<M, R, K> {
    let (left, mut params) = left;
    let (right, more) = right.into_formula();
    params.append(more);
    Expression::new(Formula::Call(function, vec![left, right]), params)
}

macro_rules! operators {
    ($($operator:ident $method:ident $bound:ident $other:ty => $result:ty;)*) => { $(
        impl<M: Model, T: $bound, R: Argument<M, $other, OfRow>> $operator<R> for Field<M, T> {
            type Output = Expression<M, $result, OfRow>;

            fn $method(self, other: R) -> Self::Output {
                call::<M, $other, OfRow, _>(function::$operator, self.into_expression().into_parts(), other)
            }
        }

        impl<M: Model, T: $bound, K: Kind, R: Argument<M, $other, K>> $operator<R> for Expression<M, T, K> {
            type Output = Expression<M, $result, K>;

            fn $method(self, other: R) -> Self::Output {
                call::<M, $other, K, _>(function::$operator, self.into_parts(), other)
            }
        }
    )* };
}

operators! {
    Add add Numeric T => T;
    Sub sub Numeric T => T;
    Mul mul Numeric T => T;
    Div div Divisible Option<T::Base> => Option<T::Base>;
    Rem rem Integer Option<T::Base> => Option<T::Base>;
}

/// The functions by the names of their operators.
#[expect(non_upper_case_globals, reason = "they are the names of traits")]
mod function {
    use super::Function;

    pub(crate) const Add: Function = Function::Add;
    pub(crate) const Sub: Function = Function::Subtract;
    pub(crate) const Mul: Function = Function::Multiply;
    pub(crate) const Div: Function = Function::Divide;
    pub(crate) const Rem: Function = Function::Remainder;
}
