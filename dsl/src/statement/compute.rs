//! What functions give, computed here: for backends that compute nothing by themselves, and in memory.
//!
//! Promises: the results are those of the SQL databases, or none where they have an error. Must not know: where the values
//! come from.

use super::Function;
use crate::value::Value;
use rust_decimal::Decimal;

impl Function {
    /// The value of the function; none where it does not fit any number, or where the function is none of these values. What is
    /// computed from NULL is NULL.
    ///
    /// ```
    /// use toasty_dsl::statement::Function;
    /// use toasty_dsl::value::Value;
    ///
    /// let sum = |other| Function::Add.of(&[Value::Int(i64::MAX), Value::Int(other)]);
    /// assert_eq!(sum(-1), Some(Value::Int(i64::MAX - 1)));
    /// assert_eq!(Function::Divide.of(&[Value::Int(7), Value::Int(0)]), Some(Value::Null));
    /// ```
    pub fn of(self, given: &[Value]) -> Option<Value> {
        match (self, given) {
            (Function::Coalesce, [Value::Null, other]) => Some(other.clone()),
            (Function::Coalesce, [value, ..]) => Some(value.clone()),
            (Function::Time(part), [Value::Text(text)]) => part.of_text(text),
            (Function::Time(part), [value]) => part.of(value),
            (Function::Start(span), [Value::Text(text)]) => span.start_of_text(text),
            (Function::Start(span), [value]) => span.start(value),
            (Function::Push, [Value::Null, more]) => Some(more.clone()),
            (_, given) if given.iter().any(Value::is_null) => Some(Value::Null),
            (Function::Push, [Value::List(members), Value::List(more)]) => {
                Some(Value::List(members.iter().chain(more).cloned().collect()))
            }
            (Function::Remove, [Value::List(members), Value::List(gone)]) => {
                let stays = |one: &&Value| !gone.iter().any(|gone| same(one, gone));
                Some(Value::List(members.iter().filter(stays).cloned().collect()))
            }
            (Function::Lower, [Value::Text(text)]) => Some(Value::Text(text.to_ascii_lowercase())),
            (Function::Upper, [Value::Text(text)]) => Some(Value::Text(text.to_ascii_uppercase())),
            (Function::Length, [Value::Text(text)]) => {
                i64::try_from(text.chars().count()).ok().map(Value::Int)
            }
            (Function::Cardinality, [Value::List(members)]) => {
                i64::try_from(members.len()).ok().map(Value::Int)
            }
            (function, [Value::Float(left), Value::Float(right)]) => {
                floats(function, *left, *right)
            }
            (function, [Value::Decimal(left), Value::Decimal(right)]) => {
                decimals(function, *left, *right).map(Value::Decimal)
            }
            (function, [left, right]) => integers(function, integer(left)?, integer(right)?),
            _ => None,
        }
    }
}

/// Whether two members of an array are equal.
fn same(one: &Value, other: &Value) -> bool {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// An integer of any type.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(x) => Some((*x).into()),
        Value::Big(x) => Some((*x).into()),
        _ => None,
    }
}

/// Integers have 64 bits, with a sign or without.
fn integers(function: Function, left: i128, right: i128) -> Option<Value> {
    let divides = matches!(function, Function::Divide | Function::Remainder);
    if divides && right == 0 {
        return Some(Value::Null);
    }
    let result = match function {
        Function::Add => left.checked_add(right),
        Function::Subtract => left.checked_sub(right),
        Function::Multiply => left.checked_mul(right),
        Function::Divide => left.checked_div(right),
        Function::Remainder => left.checked_rem(right),
        Function::Lower
        | Function::Upper
        | Function::Length
        | Function::Coalesce
        | Function::Time(_)
        | Function::Json(_)
        | Function::Cardinality
        | Function::Push
        | Function::Remove
        | Function::Start(_) => None,
    }?;
    match i64::try_from(result) {
        Ok(x) => Some(Value::Int(x)),
        Err(_) => u64::try_from(result).ok().map(Value::Big),
    }
}

fn floats(function: Function, left: f64, right: f64) -> Option<Value> {
    let result = match function {
        Function::Add => left + right,
        Function::Subtract => left - right,
        Function::Multiply => left * right,
        Function::Divide if right == 0.0 => return Some(Value::Null),
        Function::Divide => left / right,
        _ => return None,
    };
    let lost = match function {
        Function::Multiply => result == 0.0 && left != 0.0 && right != 0.0,
        Function::Divide => result == 0.0 && left != 0.0,
        _ => false,
    };
    (result.is_finite() && !lost).then_some(Value::Float(result))
}

/// With all digits, or not at all.
fn decimals(function: Function, left: Decimal, right: Decimal) -> Option<Decimal> {
    let (mantissa, scale) = match function {
        Function::Add | Function::Subtract => {
            let scale = left.scale().max(right.scale());
            let at = |number: Decimal| {
                let more = 10i128.checked_pow(scale - number.scale())?;
                number.mantissa().checked_mul(more)
            };
            let right = if function == Function::Add {
                right
            } else {
                -right
            };
            (at(left)?.checked_add(at(right)?)?, scale)
        }
        Function::Multiply => (
            left.mantissa().checked_mul(right.mantissa())?,
            left.scale() + right.scale(),
        ),
        _ => return None,
    };
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}
