//! Instants, days and times of day, by jiff. Text, where a backend has no type for them, is ISO 8601 / RFC 3339.

use super::scalar::mismatch;
use super::{Cell, ColumnType, Scalar, Value};
use crate::error::{DecodeError, Refusal};
use jiff::{Timestamp, civil};

macro_rules! times {
    ($($type:ty = $kind:ident, $name:literal),*) => { $(
        impl Scalar for $type {
            const TYPE: ColumnType = ColumnType::$kind;

            #[inline]
            fn to_value(&self) -> Result<Value, Refusal> {
                Ok(Value::$kind(*self))
            }

            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                match cell {
                    Cell::$kind(x) => Ok(x),
                    Cell::Text(text) => text
                        .parse()
                        .map_err(|_| DecodeError { expected: $name, found: concat!("text that is no ", $name) }),
                    other => mismatch($name, other),
                }
            }
        }
    )* };
}

times!(
    Timestamp = Timestamp,
    "Timestamp",
    civil::Date = Date,
    "Date",
    civil::Time = Time,
    "Time",
    civil::DateTime = DateTime,
    "DateTime"
);
