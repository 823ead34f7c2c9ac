//! A row of PostgreSQL as cells.

use crate::numeric;
use jiff::{SignedDuration, Timestamp, civil};
use std::error::Error;
use toasty_dsl::error::DecodeError;
use toasty_dsl::value::{Cell, Row};
use tokio_postgres::types::{FromSql, Kind, Type};
use uuid::Uuid;

pub(crate) struct PostgresqlRow<'a>(pub(crate) &'a tokio_postgres::Row);

impl Row for PostgresqlRow<'_> {
    #[inline]
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        if index >= self.0.len() {
            return Err(DecodeError {
                expected: "a column",
                found: "a shorter row",
            });
        }
        match self.0.try_get::<_, Lent<'_>>(index) {
            Ok(Lent(cell)) => Ok(cell),
            Err(error) => Err(unreadable(&error)),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.columns().get(index).map(|column| column.name())
    }
}

#[cold]
fn unreadable(error: &tokio_postgres::Error) -> DecodeError {
    let found = error
        .source()
        .and_then(|source| source.downcast_ref::<Strange>())
        .map_or("bytes that are not of the column's type", |strange| {
            strange.0
        });
    DecodeError {
        expected: "a value",
        found,
    }
}

/// Bytes that are no value of a field.
#[derive(Debug)]
struct Strange(&'static str);

impl std::fmt::Display for Strange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Strange {}

/// A cell, lent by the row's own bytes.
struct Lent<'a>(Cell<'a>);

type Read<T> = Result<T, Box<dyn Error + Sync + Send>>;

impl<'a> FromSql<'a> for Lent<'a> {
    #[inline]
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
        read(ty, raw).map(Lent)
    }

    #[inline]
    fn from_sql_null(_: &Type) -> Read<Self> {
        Ok(Lent(Cell::Null))
    }

    #[inline]
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The microseconds from 1970 to 2000, from where PostgreSQL counts.
const FROM_1970_TO_2000: i64 = 946_684_800_000_000;

#[inline]
fn read<'a>(ty: &Type, raw: &'a [u8]) -> Read<Cell<'a>> {
    Ok(match *ty {
        Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
            Cell::Text(std::str::from_utf8(raw)?)
        }
        Type::INT4 => Cell::Int(i64::from(i32::from_sql(ty, raw)?)),
        Type::INT2 => Cell::Int(i64::from(i16::from_sql(ty, raw)?)),
        Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
        Type::FLOAT8 => Cell::Float(f64::from_sql(ty, raw)?),
        Type::FLOAT4 => Cell::Float(f64::from(f32::from_sql(ty, raw)?)),
        Type::BYTEA => Cell::Bytes(raw),
        Type::UUID => Cell::Uuid(Uuid::from_sql(ty, raw)?),
        Type::TIMESTAMPTZ => Cell::Timestamp(instant(i64::from_sql(&Type::INT8, raw)?)?),
        Type::TIMESTAMP => Cell::DateTime(civil::DateTime::from_sql(ty, raw)?),
        Type::DATE => Cell::Date(civil::Date::from_sql(ty, raw)?),
        Type::TIME => Cell::Time(civil::Time::from_sql(ty, raw)?),
        Type::NUMERIC => Cell::Decimal(
            numeric::read(raw).ok_or(Strange("a number that a decimal cannot hold exactly"))?,
        ),
        // The first byte is the version of the form, of which there is one.
        Type::JSONB => match raw.split_first() {
            Some((1, text)) => Cell::Text(std::str::from_utf8(text)?),
            _ => return Err(Strange("JSON of another form").into()),
        },
        Type::OID => Cell::Int(i64::from(u32::from_sql(ty, raw)?)),
        _ => return read_own(ty, raw),
    })
}

fn instant(micros: i64) -> Read<Timestamp> {
    micros
        .checked_add(FROM_1970_TO_2000)
        // `Timestamp::from_microsecond` takes nothing after the last whole second that there is.
        .and_then(|micros| Timestamp::from_duration(SignedDuration::from_micros(micros)).ok())
        .ok_or_else(|| Strange("an instant out of range, or infinity").into())
}

/// Types of the database's own.
fn read_own<'a>(ty: &Type, raw: &'a [u8]) -> Read<Cell<'a>> {
    match ty.kind() {
        Kind::Enum(_) => Ok(Cell::Text(std::str::from_utf8(raw)?)),
        Kind::Domain(base) => read(base, raw),
        _ if ty.name() == "citext" => Ok(Cell::Text(std::str::from_utf8(raw)?)),
        _ => Err(Strange("a type of PostgreSQL that no field has").into()),
    }
}
