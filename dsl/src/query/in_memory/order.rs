//! How values compare: as they do in every database.

use crate::statement::{Direction, Nulls, integer};
use crate::value::Value;
use std::cmp::Ordering;

/// How two values of one type compare; none of NULL.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Uuid(a), Value::Uuid(b)) => Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (a, b) => match (integer(a), integer(b)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            // By code points, which is by bytes.
            _ => Some(text(a)?.cmp(text(b)?)),
        },
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Json(text) => Some(text),
        Value::Label(label) => Some(label),
        _ => None,
    }
}

/// Which of two values comes first in an order.
pub(super) fn place(left: &Value, right: &Value, direction: Direction, nulls: Nulls) -> Ordering {
    let null_first = match (nulls, direction) {
        (Nulls::First, _) | (Nulls::Smallest, Direction::Ascending) => Ordering::Less,
        (Nulls::Last, _) | (Nulls::Smallest, Direction::Descending) => Ordering::Greater,
    };
    match (left.is_null(), right.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => null_first,
        (false, true) => null_first.reverse(),
        (false, false) => {
            let ordering = compare(left, right).unwrap_or(Ordering::Equal);
            match direction {
                Direction::Ascending => ordering,
                Direction::Descending => ordering.reverse(),
            }
        }
    }
}
