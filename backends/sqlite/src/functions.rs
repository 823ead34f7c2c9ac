//! The functions that statements compute by: exact, or an error.
//!
//! Promises: an integer that does not fit 64 bits and a decimal that loses a digit are errors, and never another number;
//! NULL stays NULL; what is divided by zero is NULL. Must not know: statements. The surprising decision: SQLite's own
//! operators are not used, since `9223372036854775807 + 1` is a float there, and `sum` of decimals is one of texts.

use crate::{arrays, json, times};
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result, ffi};
use rust_decimal::Decimal;
use std::collections::VecDeque;

/// What SQLite is told of a number that does not fit. Its own `sum` says the same.
pub(crate) const OVERFLOW: &str = "integer overflow";

#[cold]
fn overflow() -> Error {
    Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_ERROR),
        Some(OVERFLOW.to_owned()),
    )
}

#[cold]
fn no_number() -> Error {
    Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_MISMATCH),
        Some("a value that is no number".to_owned()),
    )
}

#[derive(Clone, Copy)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Makes the functions known to a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, operation) in [
        ("toasty_add", Operation::Add),
        ("toasty_subtract", Operation::Subtract),
        ("toasty_multiply", Operation::Multiply),
        ("toasty_divide", Operation::Divide),
    ] {
        connection.create_scalar_function(name, 2, flags, move |given| {
            compute(operation, given.get_raw(0), given.get_raw(1))
        })?;
    }
    connection.create_scalar_function("toasty_within", 3, flags, |given| {
        within(given.get_raw(0), [given.get_raw(1), given.get_raw(2)])
    })?;
    arrays::register(connection)?;
    times::register(connection)?;
    json::register(connection)?;
    connection.create_aggregate_function("toasty_sum", 1, flags, Sum)?;
    connection.create_aggregate_function("toasty_average", 1, flags, Average)?;
    connection.create_window_function("toasty_window_sum", 1, flags, Window(sum))?;
    connection.create_window_function("toasty_window_average", 1, flags, Window(mean))
}

/// A number as SQLite has it.
#[derive(Clone, Copy)]
enum Number {
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
}

/// A number, or none for NULL.
fn number(value: ValueRef<'_>) -> Result<Option<Number>> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(x) => Ok(Some(Number::Integer(x))),
        ValueRef::Real(x) => Ok(Some(Number::Float(x))),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| Decimal::from_str_exact(text).ok())
            .map(|x| Some(Number::Decimal(x)))
            .ok_or_else(no_number),
        ValueRef::Blob(_) => Err(no_number()),
    }
}

fn compute(operation: Operation, left: ValueRef<'_>, right: ValueRef<'_>) -> Result<Value> {
    let (Some(left), Some(right)) = (number(left)?, number(right)?) else {
        return Ok(Value::Null);
    };
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => {
            let result = match operation {
                Operation::Add => left.checked_add(right),
                Operation::Subtract => left.checked_sub(right),
                Operation::Multiply => left.checked_mul(right),
                Operation::Divide if right == 0 => return Ok(Value::Null),
                Operation::Divide => left.checked_div(right),
            };
            result.map(Value::Integer).ok_or_else(overflow)
        }
        (Number::Float(left), Number::Float(right)) => {
            let result = match operation {
                Operation::Add => left + right,
                Operation::Subtract => left - right,
                Operation::Multiply => left * right,
                Operation::Divide if right == 0.0 => return Ok(Value::Null),
                Operation::Divide => left / right,
            };
            let lost = match operation {
                Operation::Add | Operation::Subtract => false,
                // PostgreSQL refuses a float that became zero on its way.
                Operation::Multiply => result == 0.0 && left != 0.0 && right != 0.0,
                Operation::Divide => result == 0.0 && left != 0.0 && right.is_finite(),
            };
            if lost || !result.is_finite() && left.is_finite() && right.is_finite() {
                return Err(overflow());
            }
            finite_or_infinite(result)
        }
        (Number::Decimal(left), Number::Decimal(right)) => {
            let result = match operation {
                Operation::Add => exact_sum(left, right),
                Operation::Subtract => exact_sum(left, -right),
                Operation::Multiply => exact_product(left, right),
                // The language divides no decimals.
                Operation::Divide => None,
            };
            result
                .map(|x| Value::Text(x.to_string()))
                .ok_or_else(overflow)
        }
        _ => Err(no_number()),
    }
}

/// A float that SQLite can hold: it takes NaN for NULL.
fn finite_or_infinite(x: f64) -> Result<Value> {
    if x.is_nan() {
        Err(overflow())
    } else {
        Ok(Value::Real(x))
    }
}

/// The sum with all its digits, where there is room for them.
fn exact_sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    let scale = left.scale().max(right.scale());
    let sum = at_scale(left, scale)?.checked_add(at_scale(right, scale)?)?;
    Decimal::try_from_i128_with_scale(sum, scale).ok()
}

/// The product with all its digits, where there is room for them.
fn exact_product(left: Decimal, right: Decimal) -> Option<Decimal> {
    let mantissa = left.mantissa().checked_mul(right.mantissa())?;
    Decimal::try_from_i128_with_scale(mantissa, left.scale() + right.scale()).ok()
}

fn at_scale(number: Decimal, scale: u32) -> Option<i128> {
    let more = 10i128.checked_pow(scale - number.scale())?;
    number.mantissa().checked_mul(more)
}

/// An integer, where it is between two others.
fn within(value: ValueRef<'_>, bounds: [ValueRef<'_>; 2]) -> Result<Option<i64>> {
    match (value, bounds) {
        (ValueRef::Null, _) => Ok(None),
        (ValueRef::Integer(x), [ValueRef::Integer(least), ValueRef::Integer(most)]) => {
            if (least..=most).contains(&x) {
                Ok(Some(x))
            } else {
                Err(overflow())
            }
        }
        _ => Err(no_number()),
    }
}

/// What was summed so far.
#[derive(Clone, Copy, Default)]
struct Total {
    sum: Running,
    count: i64,
}

/// Integers have room for more of them than a table has rows.
#[derive(Clone, Copy, Default)]
enum Running {
    #[default]
    Nothing,
    Integer(i128),
    Float(f64),
    Decimal(Decimal),
}

impl Total {
    fn add(&mut self, given: &Context<'_>) -> Result<()> {
        match number(given.get_raw(0))? {
            Some(number) => self.add_number(number),
            None => Ok(()),
        }
    }

    fn add_number(&mut self, number: Number) -> Result<()> {
        self.count += 1;
        self.sum = match (self.sum, number) {
            (Running::Nothing, Number::Integer(x)) => Running::Integer(x.into()),
            (Running::Nothing, Number::Float(x)) => Running::Float(x),
            (Running::Nothing, Number::Decimal(x)) => Running::Decimal(x),
            (Running::Integer(sum), Number::Integer(x)) => {
                Running::Integer(sum.checked_add(x.into()).ok_or_else(overflow)?)
            }
            (Running::Float(sum), Number::Float(x)) => {
                let more = sum + x;
                if !more.is_finite() && sum.is_finite() && x.is_finite() {
                    return Err(overflow());
                }
                Running::Float(more)
            }
            (Running::Decimal(sum), Number::Decimal(x)) => {
                Running::Decimal(exact_sum(sum, x).ok_or_else(overflow)?)
            }
            _ => return Err(no_number()),
        };
        Ok(())
    }
}

macro_rules! aggregate {
    ($name:ident, $end:expr) => {
        struct $name;

        impl Aggregate<Total, Value> for $name {
            fn init(&self, _: &mut Context<'_>) -> Result<Total> {
                Ok(Total::default())
            }

            fn step(&self, given: &mut Context<'_>, total: &mut Total) -> Result<()> {
                total.add(given)
            }

            fn finalize(&self, _: &mut Context<'_>, total: Option<Total>) -> Result<Value> {
                $end(total.unwrap_or_default())
            }
        }
    };
}

fn sum(total: Total) -> Result<Value> {
    match total.sum {
        Running::Nothing => Ok(Value::Null),
        Running::Integer(x) => i64::try_from(x).map(Value::Integer).map_err(|_| overflow()),
        Running::Float(x) => finite_or_infinite(x),
        Running::Decimal(x) => Ok(Value::Text(x.to_string())),
    }
}

aggregate!(Sum, sum);

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest float is what a mean is computed of"
)]
fn mean(total: Total) -> Result<Value> {
    let sum = match total.sum {
        Running::Nothing => return Ok(Value::Null),
        Running::Integer(x) => x as f64,
        Running::Float(x) => x,
        Running::Decimal(_) => return Err(no_number()),
    };
    finite_or_infinite(sum / total.count as f64)
}

aggregate!(Average, mean);

/// The numbers of a window, and their total. What leaves a window is not subtracted, since a float that was added once is
/// not got rid of so: the total is then made anew of those that stay.
#[derive(Default)]
struct Moving {
    numbers: VecDeque<Option<Number>>,
    total: Total,
    stale: bool,
}

/// What is made of the total of a window.
struct Window(fn(Total) -> Result<Value>);

impl Aggregate<Moving, Value> for Window {
    fn init(&self, _: &mut Context<'_>) -> Result<Moving> {
        Ok(Moving::default())
    }

    fn step(&self, given: &mut Context<'_>, moving: &mut Moving) -> Result<()> {
        let number = number(given.get_raw(0))?;
        moving.numbers.push_back(number);
        match number {
            Some(number) if !moving.stale => moving.total.add_number(number),
            Some(_) | None => Ok(()),
        }
    }

    fn finalize(&self, _: &mut Context<'_>, moving: Option<Moving>) -> Result<Value> {
        let mut moving = moving.unwrap_or_default();
        self.value(Some(&mut moving))
    }
}

impl WindowAggregate<Moving, Value> for Window {
    fn value(&self, moving: Option<&mut Moving>) -> Result<Value> {
        let Some(moving) = moving else {
            return (self.0)(Total::default());
        };
        if moving.stale {
            moving.total = Total::default();
            for number in moving.numbers.iter().flatten() {
                moving.total.add_number(*number)?;
            }
            moving.stale = false;
        }
        (self.0)(moving.total)
    }

    fn inverse(&self, _: &mut Context<'_>, moving: &mut Moving) -> Result<()> {
        moving.numbers.pop_front();
        moving.stale = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(sql: &str) -> Result<Value> {
        let connection = Connection::open_in_memory()?;
        register(&connection)?;
        connection.query_row(sql, [], |row| row.get(0))
    }

    fn sum_of(members: &str) -> Result<Value> {
        ask(&format!(
            "SELECT toasty_sum(column1) FROM (VALUES {members})"
        ))
    }

    #[test]
    fn an_integer_that_does_not_fit_is_an_error_and_no_float() {
        assert_eq!(ask("SELECT toasty_add(40, 2)"), Ok(Value::Integer(42)));
        for wrong in [
            "SELECT toasty_add(9223372036854775807, 1)",
            "SELECT toasty_multiply(9223372036854775807, 2)",
            "SELECT toasty_subtract(-9223372036854775807, 2)",
            "SELECT toasty_divide(-9223372036854775807 - 1, -1)",
            "SELECT toasty_within(256, 0, 255)",
        ] {
            let error = ask(wrong).unwrap_err().to_string();
            assert!(error.contains(OVERFLOW), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_sum_may_leave_the_range_on_its_way_and_not_at_its_end() {
        let most = i64::MAX;
        assert_eq!(
            sum_of(&format!("({most}), (1), (NULL), (-1)")),
            Ok(Value::Integer(most))
        );
        assert!(sum_of(&format!("({most}), (1)")).is_err());
        assert_eq!(sum_of("(NULL)"), Ok(Value::Null));
    }

    #[test]
    fn decimals_are_computed_with_all_their_digits_or_not_at_all() {
        let text = |x: &str| Ok(Value::Text(x.to_owned()));
        assert_eq!(sum_of("('0.1'), ('0.20')"), text("0.30"));
        assert_eq!(
            ask("SELECT toasty_multiply('1.5', '-0.25')"),
            text("-0.375")
        );
        let finest = "'0.0000000000000000000000000001'";
        assert!(ask(&format!("SELECT toasty_multiply({finest}, '0.1')")).is_err());
        assert!(sum_of(&format!("({finest}), ('9999999999')")).is_err());
    }

    #[test]
    fn what_is_divided_by_zero_is_null() {
        assert_eq!(ask("SELECT toasty_divide(7, 0)"), Ok(Value::Null));
        assert_eq!(ask("SELECT toasty_divide(7.0, 0.0)"), Ok(Value::Null));
        assert_eq!(ask("SELECT toasty_divide(-7, 2)"), Ok(Value::Integer(-3)));
    }
}
