//! Values inside of JSON columns.
//!
//! Promises: a path is a value beside the statement, whatever it is made of; what is not there, or is of another type, is
//! NULL and no error. Must not know: how JSON is stored.

use super::operand::ColumnValue;
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::{Expression, OfRow};
use crate::statement::{Comparison, Expr, Formula, Function, JsonAs, Test};
use crate::value::{ColumnType, Json, Params, Scalar, Value};
use std::marker::PhantomData;

/// A type whose column holds JSON.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` holds no JSON",
    label = "expected a `Json<T>` or a `serde_json::Value`",
    note = "a part of an embedded value is a column of its own: `user.address.city`"
)]
pub trait JsonValue: Scalar {}

impl JsonValue for serde_json::Value {}
#[diagnostic::do_not_recommend]
impl<T> JsonValue for Json<T> where Json<T>: Scalar {}

/// A place inside of a JSON column: `user.settings.path("address.city")`. Say as what it is read: `.as_text()` and its like.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model User { id: u64 [key, auto], settings: serde_json::Value } }
///
/// # fn main() {
/// let berliners = User::filter(|user| user.settings.path("address.city").as_text().eq("Berlin"))
///     .order_by(|user| user.settings.path("scores[0]").as_i64().desc());
/// # let _ = berliners;
/// # }
/// ```
#[must_use = "a place in JSON is read by `.as_text()`, `.as_i64()`, `.as_f64()`, `.as_bool()` or `.exists()`"]
pub struct JsonPath<M> {
    column: u16,
    segments: Vec<Value>,
    model: PhantomData<fn() -> M>,
}

/// # JSON
impl<M: Model, T> Field<M, T> {
    /// The place that a path leads to: keys with dots between them, and the members of arrays by their numbers from 0 in
    /// brackets, as in `orders[0].city`. Keys that have dots or brackets in them are named by [`JsonPath::key`].
    pub fn path(self, path: &str) -> JsonPath<M>
    where
        T: ColumnValue,
        T::Base: JsonValue,
    {
        let start = JsonPath {
            column: self.column_number(),
            segments: Vec::new(),
            model: PhantomData,
        };
        if path.is_empty() {
            return start;
        }
        path.split('.').fold(start, JsonPath::part)
    }
}

impl<M: Model> JsonPath<M> {
    /// A key, and the numbers in brackets after it.
    fn part(self, part: &str) -> Self {
        let mut key = part;
        let mut numbers = Vec::new();
        while let Some((before, number)) = numbered(key) {
            numbers.push(number);
            key = before;
        }
        let whole = !key.is_empty() || numbers.is_empty();
        let start = if whole { self.key(key) } else { self };
        numbers.into_iter().rev().fold(start, JsonPath::index)
    }

    /// The value of this key of an object, whatever letters it has.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.segments.push(Value::Text(key.into()));
        self
    }

    /// The member of an array with this number, counted from 0.
    pub fn index(mut self, number: u32) -> Self {
        self.segments.push(Value::Int(number.into()));
        self
    }

    fn read<T>(self, as_what: JsonAs) -> Expression<M, T, OfRow> {
        let mut params = Params::new();
        params.push(Value::List(self.segments));
        let of = vec![
            Formula::Column(self.column),
            Formula::Slot(ColumnType::Json),
        ];
        Expression::new(Formula::Call(Function::Json(as_what), of), params)
    }

    /// The text there; NULL where there is none, or something else.
    pub fn as_text(self) -> Expression<M, Option<String>> {
        self.read(JsonAs::Text)
    }

    /// The whole number there, also one written as `1.0`; NULL where there is none, or one that an `i64` does not hold.
    pub fn as_i64(self) -> Expression<M, Option<i64>> {
        self.read(JsonAs::Integer)
    }

    /// The number there as the nearest float; NULL where there is none.
    pub fn as_f64(self) -> Expression<M, Option<f64>> {
        self.read(JsonAs::Float)
    }

    /// The truth value there; NULL where there is none.
    pub fn as_bool(self) -> Expression<M, Option<bool>> {
        self.read(JsonAs::Bool)
    }

    /// There is something, be it `null`. Never unknown: in a column that is NULL there is nothing.
    pub fn exists(self) -> Filter<M> {
        let (left, mut params) = self.read::<bool>(JsonAs::Existence).into_parts();
        params.push(Value::Bool(true));
        let test = Test::Compare {
            left,
            comparison: Comparison::Equal,
            right: Formula::Slot(ColumnType::Bool),
        };
        Filter::new(Expr::Computed(Box::new(test)), params)
    }
}

/// What stands before the last brackets of a text, and the number in them.
fn numbered(text: &str) -> Option<(&str, u32)> {
    let (before, number) = text.strip_suffix(']')?.rsplit_once('[')?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits)?;
    Some((before, number))
}
