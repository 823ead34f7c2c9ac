//! The parts of times as values, and the moments at which spans of time began.
//!
//! Promises: a part is offered only where the type has it; those of an instant are in UTC, on every database and whatever
//! the zone of its session. Must not know: how times are stored.

use super::operand::ColumnValue;
use crate::field::{Field, Model};
use crate::query::{Expression, IntoExpression, Kind, OfRow, Projected};
use crate::statement::{Formula, Function, TimePart, TimeSpan};
use crate::value::Scalar;
use jiff::{Timestamp, civil};

/// A time that has a day.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` has no year, month and day",
    label = "expected a `Timestamp`, a `civil::DateTime` or a `civil::Date`"
)]
pub trait HasDate: Scalar {}

/// A time that has an hour.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` has no hour, minute and second",
    label = "expected a `Timestamp`, a `civil::DateTime` or a `civil::Time`"
)]
pub trait HasTime: Scalar {}

impl HasDate for Timestamp {}
impl HasDate for civil::DateTime {}
impl HasDate for civil::Date {}
impl HasTime for Timestamp {}
impl HasTime for civil::DateTime {}
impl HasTime for civil::Time {}

fn part<M: Model, T, U, K>(of: Expression<M, T, K>, part: TimePart) -> Expression<M, U, K> {
    let (formula, params) = of.into_parts();
    Expression::new(Formula::Call(Function::Time(part), vec![formula]), params)
}

macro_rules! parts {
    ($( $(#[$doc:meta])* $name:ident $part:ident $bound:ident -> $type:ty; )*) => {
        /// # Parts of times
        ///
        /// For filters, orders, projections and groups. Those of an instant are in UTC.
        ///
        /// ```
        /// use toasty_dsl::expr::count;
        /// use toasty_dsl::toasty;
        ///
        /// toasty! { pub model Visit { id: u64 [key, auto], at: jiff::Timestamp } }
        ///
        /// # fn main() {
        /// let by_day = Visit::filter(|visit| visit.at.year().eq(2024) & visit.at.weekday().le(5))
        ///     .group_by(|visit| visit.at.date())
        ///     .select(|group| (group.key, count()));
        /// # let _ = by_day;
        /// # }
        /// ```
        impl<M: Model, T: Projected> Field<M, T> {
            $(
                $(#[$doc])*
                pub fn $name(self) -> Expression<M, T::With<$type>, OfRow>
                where
                    <T as ColumnValue>::Base: $bound,
                {
                    part(self.into_expression(), TimePart::$part)
                }
            )*
        }

        /// # Parts of times
        impl<M: Model, T: Projected, K: Kind> Expression<M, T, K> {
            $(
                $(#[$doc])*
                pub fn $name(self) -> Expression<M, T::With<$type>, K>
                where
                    <T as ColumnValue>::Base: $bound,
                {
                    part(self, TimePart::$part)
                }
            )*
        }
    };
}

parts! {
    /// The year.
    year Year HasDate -> i64;
    /// The month, 1 to 12.
    month Month HasDate -> i64;
    /// The day of the month, from 1.
    day Day HasDate -> i64;
    /// The day of the week as ISO 8601 counts: Monday is 1, Sunday is 7.
    weekday Weekday HasDate -> i64;
    /// The day, without the time.
    date Date HasDate -> civil::Date;
    /// The hour, 0 to 23.
    hour Hour HasTime -> i64;
    /// The minute, 0 to 59.
    minute Minute HasTime -> i64;
    /// The second without its fraction, 0 to 59.
    second Second HasTime -> i64;
}

fn start<M: Model, T, K>(of: Expression<M, T, K>, span: TimeSpan) -> Expression<M, T, K> {
    let (formula, params) = of.into_parts();
    Expression::new(Formula::Call(Function::Start(span), vec![formula]), params)
}

macro_rules! starts {
    ($( $(#[$doc:meta])* $name:ident $span:ident $bound:ident; )*) => {
        /// # Spans of time
        ///
        /// When the span began that a time is in, as a value of the same type: for groups and orders above all. Those of an
        /// instant are in UTC.
        ///
        /// ```
        /// use toasty_dsl::expr::count;
        /// use toasty_dsl::toasty;
        ///
        /// toasty! { pub model Visit { id: u64 [key, auto], at: jiff::Timestamp } }
        ///
        /// # fn main() {
        /// let by_week = Visit::all()
        ///     .group_by(|visit| visit.at.start_of_week())
        ///     .order_by(|group| group.key.asc())
        ///     .select(|group| (group.key, count()));
        /// # let _ = by_week;
        /// # }
        /// ```
        impl<M: Model, T: Projected> Field<M, T> {
            $(
                $(#[$doc])*
                pub fn $name(self) -> Expression<M, T, OfRow>
                where
                    <T as ColumnValue>::Base: $bound,
                {
                    start(self.into_expression(), TimeSpan::$span)
                }
            )*
        }

        /// # Spans of time
        impl<M: Model, T: Projected, K: Kind> Expression<M, T, K> {
            $(
                $(#[$doc])*
                pub fn $name(self) -> Expression<M, T, K>
                where
                    <T as ColumnValue>::Base: $bound,
                {
                    start(self, TimeSpan::$span)
                }
            )*
        }
    };
}

starts! {
    /// When its year began.
    start_of_year Year HasDate;
    /// When its quarter began: the first of January, April, July or October.
    start_of_quarter Quarter HasDate;
    /// When its month began.
    start_of_month Month HasDate;
    /// When its week began, which is on a Monday.
    start_of_week Week HasDate;
    /// When its day began.
    start_of_day Day HasDate;
    /// When its hour began.
    start_of_hour Hour HasTime;
    /// When its minute began.
    start_of_minute Minute HasTime;
    /// When its second began.
    start_of_second Second HasTime;
}
