//! Functions of values, and aggregates: `toasty::expr`.
//!
//! Promises: each means the same on every database that has it; what can be NULL is an `Option`; a sum that its type cannot
//! hold is an error.

use super::operand::{ColumnValue, TextColumn};
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::{Argument, Expression, IntoExpression, Kind, OfGroup, OfRow, Projected};
use crate::statement::{Aggregate, Expr, Formula, Function};
use crate::value::{Params, Scalar};
use rust_decimal::Decimal;
use std::marker::PhantomData;

pub use super::fragment::fragment;
pub use super::subquery::{exists, not_exists, outer, scalar};
pub use super::window::{dense_rank, first_value, lag, last_value, lead, rank, row_number};

/// The time now by the clock of the program, in microseconds, which every database holds exactly. A value, made when the
/// query is built.
///
/// ```
/// use toasty_dsl::expr::now;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Offer { id: u64 [key, auto], until: jiff::Timestamp } }
///
/// # fn main() {
/// let open = Offer::filter(|offer| offer.until.gt(now()));
/// # let _ = open;
/// # }
/// ```
pub fn now() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

fn call<M, T, U, K>(function: Function, of: Expression<M, T, K>) -> Expression<M, U, K> {
    let (formula, params) = of.into_parts();
    Expression::new(Formula::Call(function, vec![formula]), params)
}

/// A text with its letters `A` to `Z` made small, and no other.
pub fn lower<M: Model, K: Kind, E: IntoExpression<M, K>>(text: E) -> Expression<M, E::Type, K>
where
    E::Type: TextColumn,
{
    call(Function::Lower, text.into_expression())
}

/// A text with its letters `a` to `z` made large, and no other.
pub fn upper<M: Model, K: Kind, E: IntoExpression<M, K>>(text: E) -> Expression<M, E::Type, K>
where
    E::Type: TextColumn,
{
    call(Function::Upper, text.into_expression())
}

/// How many characters a text has: Unicode scalar values, as `str::chars` counts them.
pub fn length<M: Model, K: Kind, E: IntoExpression<M, K>>(
    text: E,
) -> Expression<M, <E::Type as Projected>::With<u64>, K>
where
    E::Type: TextColumn,
{
    call(Function::Length, text.into_expression())
}

/// The value, or the other one where it is NULL.
pub fn coalesce<M: Model, K: Kind, E: IntoExpression<M, K>>(
    value: E,
    other: impl Argument<M, <E::Type as ColumnValue>::Base, K>,
) -> Expression<M, <E::Type as ColumnValue>::Base, K> {
    let (value, mut params) = value.into_expression().into_parts();
    let (other, more) = other.into_formula();
    params.append(more);
    Expression::new(
        Formula::Call(Function::Coalesce, vec![value, other]),
        params,
    )
}

/// # Functions
impl<M: Model, T> Field<M, T> {
    /// Its letters `A` to `Z` made small, and no other.
    pub fn lower(self) -> Expression<M, T>
    where
        T: TextColumn + Projected,
    {
        lower(self)
    }

    /// Its letters `a` to `z` made large, and no other.
    pub fn upper(self) -> Expression<M, T>
    where
        T: TextColumn + Projected,
    {
        upper(self)
    }

    /// How many characters it has.
    pub fn length(self) -> Expression<M, T::With<u64>>
    where
        T: TextColumn + Projected,
    {
        length(self)
    }
}

/// # What stands for NULL
impl<M: Model, T: Scalar> Field<M, Option<T>> {
    /// Its value, or the other one where it is NULL.
    pub fn coalesce(self, other: impl Argument<M, T, OfRow>) -> Expression<M, T> {
        coalesce(self, other)
    }
}

/// # What stands for NULL
impl<M: Model, T: Scalar, K: Kind> Expression<M, Option<T>, K> {
    /// Its value, or the other one where it is NULL.
    pub fn coalesce(self, other: impl Argument<M, T, K>) -> Expression<M, T, K> {
        coalesce(self, other)
    }
}

/// What a branch of [`case`] gives: a value, a field, a computed value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a branch of `case`",
    label = "expected a value, a field or a computed value"
)]
pub trait Branch<M> {
    /// Its type.
    type Type: Projected;

    /// The formula and its values.
    fn into_branch(self) -> (Formula, Params);
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Scalar> Branch<M> for T {
    type Type = T;

    fn into_branch(self) -> (Formula, Params) {
        Argument::<M, T, OfRow>::into_formula(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Branch<M> for &str {
    type Type = String;

    fn into_branch(self) -> (Formula, Params) {
        Argument::<M, String, OfRow>::into_formula(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> Branch<M> for Field<M, T> {
    type Type = T;

    fn into_branch(self) -> (Formula, Params) {
        self.into_expression().into_parts()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> Branch<M> for Expression<M, T, OfRow> {
    type Type = T;

    fn into_branch(self) -> (Formula, Params) {
        self.into_parts()
    }
}

/// A value by cases, without its last one.
#[must_use = "end it by `.otherwise(…)` or `.or_null()`"]
pub struct Case<M, T> {
    arms: Vec<(Expr, Formula)>,
    params: Params,
    marker: PhantomData<fn() -> (M, T)>,
}

/// The value after the first condition that is true.
///
/// ```
/// use toasty_dsl::expr::case;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Todo { id: u64 [key, auto], title: String, done: bool, rank: i64 } }
///
/// # fn main() {
/// let states = Todo::all().select(|todo| {
///     (todo.title, case(todo.done.eq(true), "done").when(todo.rank.gt(5), "urgent").otherwise("open"))
/// });
/// # let _ = states;
/// # }
/// ```
pub fn case<M: Model, V: Branch<M>>(when: Filter<M>, then: V) -> Case<M, V::Type> {
    let case = Case {
        arms: Vec::new(),
        params: Params::new(),
        marker: PhantomData,
    };
    case.arm(when, then.into_branch())
}

impl<M: Model, T: Projected> Case<M, T> {
    fn arm(mut self, when: Filter<M>, (then, values): (Formula, Params)) -> Self {
        let (when, conditions) = when.into_parts();
        self.params.append(conditions);
        self.params.append(values);
        self.arms.push((when, then));
        self
    }

    /// This value where the condition is true and none before it was.
    pub fn when(self, when: Filter<M>, then: impl Argument<M, T, OfRow>) -> Self {
        self.arm(when, then.into_formula())
    }

    /// This value where no condition was true.
    pub fn otherwise(mut self, value: impl Argument<M, T, OfRow>) -> Expression<M, T> {
        let (value, more) = value.into_formula();
        self.params.append(more);
        self.ended(Some(Box::new(value)))
    }

    /// NULL where no condition was true.
    pub fn or_null(self) -> Expression<M, Option<T::Base>> {
        self.ended(None)
    }

    fn ended<U>(self, otherwise: Option<Box<Formula>>) -> Expression<M, U> {
        Expression::new(
            Formula::Case {
                arms: self.arms,
                otherwise,
            },
            self.params,
        )
    }
}

/// A number that is summed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not summed",
    label = "expected an integer, a float or a `Decimal`",
    note = "text and times are compared, by `min` and `max`, and counted, by `count_distinct`"
)]
pub trait Summable: Scalar {
    /// What its sum is.
    type Sum: Scalar;
}

/// A number whose mean is taken.
#[diagnostic::on_unimplemented(
    message = "the mean of `{Self}` is not computed in a query",
    label = "expected an integer or a float",
    note = "the digits of a decimal quotient differ from database to database: take `sum` and `count_of`, and divide in Rust"
)]
pub trait Averaged: Summable {}

/// A value that has a smallest and a largest one, the same on every database.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no smallest and no largest one",
    label = "expected numbers, text, times, UUIDs or an enum",
    note = "bytes and JSON have no order that all databases share"
)]
pub trait Ordered: Scalar {}

macro_rules! sums {
    ($($type:ty => $sum:ty),*) => { $( impl Summable for $type { type Sum = $sum; } )* };
}

sums!(i8 => i64, i16 => i64, i32 => i64, i64 => i64, u8 => u64, u16 => u64, u32 => u64, u64 => u64);
sums!(f32 => f64, f64 => f64, Decimal => Decimal);

macro_rules! marked {
    ($trait:ident: $($type:ty),* $(,)?) => { $( impl $trait for $type {} )* };
}

marked!(Averaged: i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);
marked!(Ordered: bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, String, Decimal, uuid::Uuid);
marked!(Ordered: jiff::Timestamp, jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime);

fn aggregate<M: Model, E: IntoExpression<M, OfRow>, U>(
    aggregate: Aggregate,
    of: E,
) -> Expression<M, U, OfGroup> {
    let (formula, params) = of.into_expression().into_parts();
    Expression::new(
        Formula::Aggregate(aggregate, Some(Box::new(formula))),
        params,
    )
}

type Base<E, M> = <<E as IntoExpression<M, OfRow>>::Type as ColumnValue>::Base;

/// How many rows there are.
///
/// ```
/// use toasty_dsl::expr::count;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Todo { id: u64 [key, auto], user_id: u64, done: bool } }
///
/// # fn main() {
/// let busy = Todo::all().group_by(|todo| todo.user_id).having(|_| count().gt(3)).select(|group| (group.key, count()));
/// # let _ = busy;
/// # }
/// ```
pub fn count<M: Model>() -> Expression<M, u64, OfGroup> {
    Expression::new(Formula::Aggregate(Aggregate::Count, None), Params::new())
}

/// In how many rows the value is not NULL.
pub fn count_of<M: Model, E: IntoExpression<M, OfRow>>(of: E) -> Expression<M, u64, OfGroup> {
    aggregate(Aggregate::Count, of)
}

/// How many different values there are, NULL not among them.
pub fn count_distinct<M: Model, E: IntoExpression<M, OfRow>>(of: E) -> Expression<M, u64, OfGroup> {
    aggregate(Aggregate::CountDistinct, of)
}

/// The sum, NULLs left out: of integers an `i64` or, where they have no sign, a `u64`; none where there is no value.
///
/// A sum that this type cannot hold is an error of kind `Unrepresentable`, never another number. Decimals are summed
/// exactly.
pub fn sum<M: Model, E: IntoExpression<M, OfRow>, S: Scalar>(
    of: E,
) -> Expression<M, Option<S>, OfGroup>
where
    Base<E, M>: Summable<Sum = S>,
{
    aggregate(Aggregate::Sum, of)
}

/// The mean, NULLs left out, as a float: of integers their exact sum, as the nearest float, through their number. None
/// where there is no value.
pub fn avg<M: Model, E: IntoExpression<M, OfRow>>(of: E) -> Expression<M, Option<f64>, OfGroup>
where
    Base<E, M>: Averaged,
{
    aggregate(Aggregate::Average, of)
}

/// The smallest, in the order that `order_by` has; none where there is no value.
pub fn min<M: Model, E: IntoExpression<M, OfRow>>(
    of: E,
) -> Expression<M, Option<Base<E, M>>, OfGroup>
where
    Base<E, M>: Ordered,
{
    aggregate(Aggregate::Min, of)
}

/// The largest, in the order that `order_by` has; none where there is no value.
pub fn max<M: Model, E: IntoExpression<M, OfRow>>(
    of: E,
) -> Expression<M, Option<Base<E, M>>, OfGroup>
where
    Base<E, M>: Ordered,
{
    aggregate(Aggregate::Max, of)
}
