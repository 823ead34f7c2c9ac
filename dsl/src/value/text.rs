//! Text, bytes and UUIDs.

use super::scalar::mismatch;
use super::{Cell, ColumnType, Scalar, Value};
use crate::error::{DecodeError, Refusal};
use uuid::Uuid;

impl Scalar for String {
    const TYPE: ColumnType = ColumnType::Text;

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Text(self.clone()))
    }

    #[inline]
    fn into_value(self) -> Result<Value, Refusal> {
        Ok(Value::Text(self))
    }

    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Text(text) => Ok(text.to_owned()),
            other => mismatch("String", other),
        }
    }
}

impl Scalar for Vec<u8> {
    const TYPE: ColumnType = ColumnType::Bytes;

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Bytes(self.clone()))
    }

    #[inline]
    fn into_value(self) -> Result<Value, Refusal> {
        Ok(Value::Bytes(self))
    }

    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Bytes(bytes) => Ok(bytes.to_vec()),
            other => mismatch("Vec<u8>", other),
        }
    }
}

impl Scalar for Uuid {
    const TYPE: ColumnType = ColumnType::Uuid;

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Uuid(*self))
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Uuid(x) => Ok(x),
            Cell::Text(text) => Uuid::try_parse(text).map_err(|_| DecodeError {
                expected: "Uuid",
                found: "text that is no UUID",
            }),
            other => mismatch("Uuid", other),
        }
    }
}
