//! A row of PostgreSQL as cells.

use crate::exact::FROM_1970_TO_2000;
use crate::{array, numeric};
use jiff::{SignedDuration, Timestamp, civil};
use std::error::Error;
use toasty_dsl::error::DecodeError;
use toasty_dsl::value::{Cell, Members, Row};
use tokio_postgres::types::{FromSql, Kind, Type};
use uuid::Uuid;

pub(crate) struct PostgresqlRow<'a>(pub(crate) &'a tokio_postgres::Row);

impl Row for PostgresqlRow<'_> {
    #[inline]
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        let Some(column) = self.0.columns().get(index) else {
            return Err(shorter());
        };
        match self.0.try_get::<_, Raw<'_>>(index) {
            Ok(Raw(Some(bytes))) => match read(column.type_(), bytes) {
                // Asked for last: arrays are rare, and each cell comes by here.
                Err(_) if matches!(column.type_().kind(), Kind::Array(_)) => {
                    Cell::of_array(self, index)
                }
                read => read,
            },
            Ok(Raw(None)) => Ok(Cell::Null),
            Err(_) => Err(strange(NOT_OF_THE_TYPE)),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.columns().get(index).map(|column| column.name())
    }
}

impl Members for PostgresqlRow<'_> {
    fn each_member(
        &self,
        index: usize,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let Some(column) = self.0.columns().get(index) else {
            return Err(shorter());
        };
        match self.0.try_get::<_, Raw<'_>>(index) {
            Ok(Raw(Some(bytes))) => array::each_member(column.type_(), bytes, take),
            Ok(Raw(None)) => Ok(()),
            Err(_) => Err(strange(NOT_OF_THE_TYPE)),
        }
    }
}

#[cold]
fn shorter() -> DecodeError {
    DecodeError {
        expected: "a column",
        found: "a shorter row",
    }
}

const NOT_OF_THE_TYPE: &str = "bytes that are not of the column's type";

/// Bytes that are no value of a field.
#[cold]
fn strange(found: &'static str) -> DecodeError {
    DecodeError {
        expected: "a value",
        found,
    }
}

/// The bytes of a cell, lent by the row; none where it is NULL. They are read afterwards and not by `FromSql`: what that gives
/// passes through the driver's layers by value, and a cell is large, which was a third of the time that a row took here.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    #[inline]
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    #[inline]
    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Raw(None))
    }

    #[inline]
    fn accepts(_: &Type) -> bool {
        true
    }
}

#[inline]
pub(crate) fn read<'a>(ty: &Type, raw: &'a [u8]) -> Result<Cell<'a>, DecodeError> {
    Ok(match *ty {
        Type::INT8 => Cell::Int(i64::from_be_bytes(fixed(raw)?)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
            Cell::Text(text(raw)?)
        }
        Type::INT4 => Cell::Int(i64::from(i32::from_be_bytes(fixed(raw)?))),
        Type::INT2 => Cell::Int(i64::from(i16::from_be_bytes(fixed(raw)?))),
        Type::BOOL => Cell::Bool(u8::from_be_bytes(fixed(raw)?) != 0),
        Type::FLOAT8 => Cell::Float(f64::from_be_bytes(fixed(raw)?)),
        Type::FLOAT4 => Cell::Float(f64::from(f32::from_be_bytes(fixed(raw)?))),
        Type::BYTEA => Cell::Bytes(raw),
        Type::UUID => Cell::Uuid(Uuid::from_bytes(fixed(raw)?)),
        Type::TIMESTAMPTZ => Cell::Timestamp(instant(i64::from_be_bytes(fixed(raw)?))?),
        Type::TIMESTAMP => Cell::DateTime(by_driver::<civil::DateTime>(ty, raw)?),
        Type::DATE => Cell::Date(by_driver::<civil::Date>(ty, raw)?),
        Type::TIME => Cell::Time(by_driver::<civil::Time>(ty, raw)?),
        Type::NUMERIC => Cell::Decimal(
            numeric::read(raw)
                .ok_or_else(|| strange("a number that a decimal cannot hold exactly"))?,
        ),
        // The first byte is the version of the form, of which there is one.
        Type::JSONB => match raw.split_first() {
            Some((1, json)) => Cell::Text(text(json)?),
            _ => return Err(strange("JSON of another form")),
        },
        Type::OID => Cell::Int(i64::from(u32::from_be_bytes(fixed(raw)?))),
        _ => return read_own(ty, raw),
    })
}

/// Bytes of a fixed number.
#[inline]
fn fixed<const N: usize>(raw: &[u8]) -> Result<[u8; N], DecodeError> {
    raw.try_into().map_err(|_| strange(NOT_OF_THE_TYPE))
}

#[inline]
fn text(raw: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(raw).map_err(|_| strange(NOT_OF_THE_TYPE))
}

fn by_driver<'a, T: FromSql<'a>>(ty: &Type, raw: &'a [u8]) -> Result<T, DecodeError> {
    T::from_sql(ty, raw).map_err(|_| strange(NOT_OF_THE_TYPE))
}

fn instant(micros: i64) -> Result<Timestamp, DecodeError> {
    micros
        .checked_add(FROM_1970_TO_2000)
        // `Timestamp::from_microsecond` takes nothing after the last whole second that there is.
        .and_then(|micros| Timestamp::from_duration(SignedDuration::from_micros(micros)).ok())
        .ok_or_else(|| strange("an instant out of range, or infinity"))
}

/// Types of the database's own.
fn read_own<'a>(ty: &Type, raw: &'a [u8]) -> Result<Cell<'a>, DecodeError> {
    match ty.kind() {
        Kind::Enum(_) => Ok(Cell::Text(text(raw)?)),
        Kind::Domain(base) => read(base, raw),
        _ if ty.name() == "citext" => Ok(Cell::Text(text(raw)?)),
        _ => Err(strange("a type of PostgreSQL that no field has")),
    }
}
