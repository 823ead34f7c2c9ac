//! One column of a row that a backend lends.

use super::{Members, Value};
use crate::error::DecodeError;
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A borrowed column. Field types read themselves from it, with no owned value in between.
///
/// A backend lends what it has: SQLite only the first five, others their native types. It has no `Debug`, since it is content.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Cell<'row> {
    /// SQL's NULL
    Null,
    /// An integer
    Int(i64),
    /// A float
    Float(f64),
    /// Text
    Text(&'row str),
    /// Bytes
    Bytes(&'row [u8]),
    /// A truth value
    Bool(bool),
    /// An integer above `i64::MAX`
    Big(u64),
    /// A UUID
    Uuid(Uuid),
    /// An instant
    Timestamp(Timestamp),
    /// A day
    Date(civil::Date),
    /// A time of day
    Time(civil::Time),
    /// A day and a time of day, in no zone
    DateTime(civil::DateTime),
    /// An exact number
    Decimal(Decimal),
    /// An array: what gives its members, and in which column. The number is small, so that a cell stays three words wide.
    Array(&'row dyn Members, u16),
}

impl<'row> Cell<'row> {
    /// The array in this column.
    ///
    /// # Errors
    /// For a column beyond any that there can be.
    pub fn of_array(members: &'row dyn Members, column: usize) -> Result<Self, DecodeError> {
        match u16::try_from(column) {
            Ok(column) => Ok(Cell::Array(members, column)),
            Err(_) => Err(DecodeError {
                expected: "a column",
                found: "more columns than there can be",
            }),
        }
    }

    /// What it holds, for messages.
    pub fn type_name(self) -> &'static str {
        match self {
            Cell::Null => "NULL",
            Cell::Int(_) | Cell::Big(_) => "an integer",
            Cell::Float(_) => "a float",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
            Cell::Bool(_) => "a bool",
            Cell::Uuid(_) => "a UUID",
            Cell::Timestamp(_) => "a timestamp",
            Cell::Date(_) => "a date",
            Cell::Time(_) => "a time",
            Cell::DateTime(_) => "a date and time",
            Cell::Decimal(_) => "a decimal",
            Cell::Array(..) => "an array",
        }
    }

    /// A value, lent as a cell: how a row that was just written is read back without asking the backend.
    pub fn of(value: &'row Value) -> Cell<'row> {
        match value {
            Value::Null => Cell::Null,
            Value::List(members) => Cell::Array(members, 0),
            Value::Bool(x) => Cell::Bool(*x),
            Value::Int(x) => Cell::Int(*x),
            Value::Big(x) => Cell::Big(*x),
            Value::Float(x) => Cell::Float(*x),
            Value::Text(x) | Value::Json(x) => Cell::Text(x),
            Value::Label(x) => Cell::Text(x),
            Value::Bytes(x) => Cell::Bytes(x),
            Value::Uuid(x) => Cell::Uuid(*x),
            Value::Timestamp(x) => Cell::Timestamp(*x),
            Value::Date(x) => Cell::Date(*x),
            Value::Time(x) => Cell::Time(*x),
            Value::DateTime(x) => Cell::DateTime(*x),
            Value::Decimal(x) => Cell::Decimal(*x),
        }
    }
}
