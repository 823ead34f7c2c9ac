//! bool, integers, floats and decimals.

use super::scalar::mismatch;
use super::{Cell, ColumnType, Scalar, Value};
use crate::error::{DecodeError, Refusal};
use rust_decimal::Decimal;

impl Scalar for bool {
    const TYPE: ColumnType = ColumnType::Bool;

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Bool(*self))
    }

    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Bool(x) => Ok(x),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            Cell::Int(_) => Err(DecodeError {
                expected: "bool",
                found: "an integer that is neither 0 nor 1",
            }),
            other => mismatch("bool", other),
        }
    }
}

macro_rules! integers {
    ($($type:ty = $kind:ident $bits:literal),*) => { $(
        impl Scalar for $type {
            const TYPE: ColumnType = ColumnType::$kind($bits);

            #[inline]
            fn to_value(&self) -> Result<Value, Refusal> {
                Ok(Value::Int(i64::from(*self)))
            }

            #[inline]
            fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
                match cell {
                    Cell::Int(x) => <$type>::try_from(x)
                        .map_err(|_| DecodeError { expected: stringify!($type), found: "an integer out of its range" }),
                    other => mismatch(stringify!($type), other),
                }
            }
        }
    )* };
}

integers!(i8 = Int 8, i16 = Int 16, i32 = Int 32, i64 = Int 64, u8 = UInt 8, u16 = UInt 16, u32 = UInt 32);

impl Scalar for u64 {
    const TYPE: ColumnType = ColumnType::UInt(64);

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(i64::try_from(*self).map_or(Value::Big(*self), Value::Int))
    }

    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Int(x) => u64::try_from(x).map_err(|_| DecodeError {
                expected: "u64",
                found: "a negative integer",
            }),
            Cell::Big(x) => Ok(x),
            other => mismatch("u64", other),
        }
    }
}

impl Scalar for f64 {
    const TYPE: ColumnType = ColumnType::Float(64);

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Float(*self))
    }

    #[inline]
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Float(x) => Ok(x),
            other => mismatch("f64", other),
        }
    }
}

impl Scalar for f32 {
    const TYPE: ColumnType = ColumnType::Float(32);

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Float(f64::from(*self)))
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Float(wide) => {
                #[expect(clippy::cast_possible_truncation, reason = "checked on the next line")]
                let narrow = wide as f32;
                if f64::from(narrow) == wide || wide.is_nan() {
                    Ok(narrow)
                } else {
                    Err(DecodeError {
                        expected: "f32",
                        found: "a float that f32 cannot hold exactly",
                    })
                }
            }
            other => mismatch("f32", other),
        }
    }
}

impl Scalar for Decimal {
    const TYPE: ColumnType = ColumnType::Decimal;

    #[inline]
    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::Decimal(*self))
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Decimal(x) => Ok(x),
            Cell::Text(text) => Decimal::from_str_exact(text).map_err(|_| DecodeError {
                expected: "Decimal",
                found: "text that is no exact decimal",
            }),
            Cell::Int(x) => Ok(Decimal::from(x)),
            other => mismatch("Decimal", other),
        }
    }
}
