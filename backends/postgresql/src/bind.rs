//! Values into placeholders, in the binary form of the type that the server expects there.
//!
//! What the server could not hold exactly is refused here, before a byte of the statement is sent: a number is not wrapped,
//! a time not rounded.

use crate::array;
use crate::exact::{
    FROM_1970_TO_2000, before_time_began, in_range, narrow, sound, too_big, whole_json,
    whole_microseconds, whole_text,
};
use crate::numeric;
use crate::prepared::{PostgresqlPrepared, Shape};
use bytes::{BufMut, BytesMut};
use jiff::civil;
use postgres_protocol::types as form;
use std::error::Error as StdError;
use std::fmt;
use toasty_dsl::error::{Error, ErrorKind, Refusal};
use toasty_dsl::value::Value;
use toasty_sql::{Dialect, Form, Slot, after_prefix, json_path, pattern};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type};

/// What goes into one placeholder. `Debug` shows nothing of it: the driver may log what it is given.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'a> {
    slot: usize,
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    /// One value, in some form
    One(Form, &'a [Value]),
    /// The values of one column, in rows of this width
    Column(&'a [Value], usize, usize),
}

/// What goes into the placeholders of a shape.
pub(crate) fn bound<'a>(
    shape: &'a Shape,
    values: &'a [Value],
) -> impl ExactSizeIterator<Item = Bound<'a>> + Clone {
    shape.slots.iter().enumerate().map(|(number, slot)| Bound {
        slot: number,
        content: Content::One(slot.form, values),
    })
}

/// What goes into the placeholders of a shape whose slots are whole columns.
pub(crate) fn bound_columns<'a>(
    shape: &'a Shape,
    values: &'a [Value],
) -> impl ExactSizeIterator<Item = Bound<'a>> + Clone {
    let width = shape.width();
    shape
        .slots
        .iter()
        .enumerate()
        .map(move |(number, slot)| Bound {
            slot: number,
            content: match slot.value() {
                Some(first) => Content::Column(values, first, width),
                None => Content::One(slot.form, values),
            },
        })
}

/// Why a value could not be bound.
#[derive(Debug)]
pub(crate) struct Unbound {
    slot: usize,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// No column of that type could hold it
    Refused(Refusal),
    /// The column has another type in the database than in the model
    Foreign(&'static str, String),
}

impl From<Refusal> for Why {
    fn from(refusal: Refusal) -> Self {
        Why::Refused(refusal)
    }
}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value cannot be bound")
    }
}

impl StdError for Unbound {}

impl Unbound {
    /// As an error on the field that the value is for.
    #[cold]
    pub(crate) fn on(&self, prepared: &PostgresqlPrepared, slots: &[Slot]) -> Error {
        let target = slots.get(self.slot).and_then(|slot| slot.target);
        let (model, field) = match target {
            Some(target) => (
                target.model.name,
                target
                    .column()
                    .map_or_else(String::new, |column| column.path().join(".")),
            ),
            None if prepared.raw => (prepared.model.name, format!("value {}", self.slot + 1)),
            None => (prepared.model.name, String::new()),
        };
        match &self.why {
            Why::Refused(refusal) => refusal.on(model, field),
            Why::Foreign(value, expected) if prepared.raw => Error::new(
                ErrorKind::Schema,
                format!("the SQL expects the type {expected} here, and {value} is bound"),
            )
            .on_model(model)
            .on_fields([field])
            .with_advice("bind a value of that type, or say by a cast after it which one it has, as in `.bind(5).push(\"::bigint\")`"),
            Why::Foreign(value, column) => Error::new(
                ErrorKind::Schema,
                format!("the database has the type {column} here, and the model gives {value}"),
            )
            .on_model(model)
            .on_fields([field])
            .with_advice("bring the database to the model's form, or the model to the database's"),
        }
    }
}

impl fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.write(ty, out).map_err(|why| {
            Box::new(Unbound {
                slot: self.slot,
                why,
            }) as Box<dyn StdError + Sync + Send>
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

impl Bound<'_> {
    #[inline]
    fn write(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Why> {
        match self.content {
            Content::One(Form::Plain(value), values) => match values.get(value) {
                Some(Value::List(members)) => write_list(members.iter(), members.len(), ty, out),
                Some(value) => write_value(value, ty, out),
                None => Ok(IsNull::Yes),
            },
            Content::One(Form::JsonPath { value, as_what }, values) => match values.get(value) {
                Some(Value::List(path)) => write_text(&json_path(path, as_what), ty, out),
                _ => Ok(IsNull::Yes),
            },
            Content::One(Form::Constant(number), _) => write_value(&Value::Int(number), ty, out),
            Content::One(Form::Word(word), _) => write_value(&Value::Label(word), ty, out),
            Content::One(Form::AfterPrefix(value), values) => {
                match values.get(value).and_then(text_of) {
                    Some(prefix) => write_text(&end_of_range(prefix), ty, out),
                    None => Ok(IsNull::Yes),
                }
            }
            Content::One(
                Form::Pattern {
                    value,
                    matches,
                    lower,
                },
                values,
            ) => match values.get(value).and_then(text_of) {
                Some(text) => {
                    write_text(&pattern(text, matches, lower, Dialect::PostgreSql), ty, out)
                }
                None => Ok(IsNull::Yes),
            },
            Content::Column(values, first, width) => {
                let column = values.get(first..).unwrap_or_default();
                let rows = values.len() / width.max(1);
                write_list(column.iter().step_by(width.max(1)), rows, ty, out)
            }
        }
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// One value of one column, outside of any statement.
///
/// # Errors
/// For what the column could not hold exactly.
pub(crate) fn write_cell(
    slot: usize,
    value: &Value,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<IsNull, Unbound> {
    let written = match value {
        Value::List(members) => write_list(members.iter(), members.len(), ty, out),
        value => write_value(value, ty, out),
    };
    written.map_err(|why| Unbound { slot, why })
}

fn write_list<'a>(
    members: impl Iterator<Item = &'a Value>,
    count: usize,
    ty: &Type,
    out: &mut BytesMut,
) -> Result<IsNull, Why> {
    let Kind::Array(member) = ty.kind() else {
        return Err(Why::Foreign("a list", ty.name().to_owned()));
    };
    let length =
        i32::try_from(count).map_err(|_| refuse("a list of more than 2147483647 members"))?;
    let dimension = form::ArrayDimension {
        len: length,
        lower_bound: 1,
    };
    let mut why = None;
    let written = form::array_to_sql(
        Some(dimension),
        member.oid(),
        members,
        |value, out| match write_value(value, member, out) {
            Ok(IsNull::No) => Ok(postgres_protocol::IsNull::No),
            Ok(IsNull::Yes) => Ok(postgres_protocol::IsNull::Yes),
            Err(reason) => {
                why = Some(reason);
                Err("refused".into())
            }
        },
        out,
    );
    match (written, why) {
        (Ok(()), _) => Ok(IsNull::No),
        (Err(_), Some(why)) => Err(why),
        (Err(_), None) => Err(refuse("a list of more bytes than one message takes")),
    }
}

#[inline]
fn write_value(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Why> {
    match (value, ty) {
        (Value::Null, _) => return Ok(IsNull::Yes),
        (Value::Int(x), &Type::INT8) => out.put_i64(*x),
        (Value::Int(x), &Type::INT4) => out.put_i32(
            i32::try_from(*x).map_err(|_| refuse("an integer outside of the column's 32 bits"))?,
        ),
        (Value::Int(x), &Type::INT2) => out.put_i16(
            i16::try_from(*x).map_err(|_| refuse("an integer outside of the column's 16 bits"))?,
        ),
        (Value::Big(_), _) => return Err(too_big().into()),
        (Value::Text(text), _) => return write_text(text, ty, out),
        (Value::Label(label), _) => return write_text(label, ty, out),
        (Value::Uuid(x), &Type::UUID) => out.put_slice(x.as_bytes()),
        (Value::Bool(x), &Type::BOOL) => out.put_u8(u8::from(*x)),
        (Value::Float(x), &Type::FLOAT8) => out.put_f64(sound(*x)?),
        (Value::Float(x), &Type::FLOAT4) => out.put_f32(narrow(sound(*x)?)?),
        (Value::Bytes(bytes), &Type::BYTEA) => out.put_slice(bytes),
        (Value::Timestamp(x), &Type::TIMESTAMPTZ) => {
            whole_microseconds(x.subsec_nanosecond())?;
            out.put_i64(in_range(x.as_microsecond() - FROM_1970_TO_2000)?);
        }
        (Value::DateTime(x), &Type::TIMESTAMP) => {
            whole_microseconds(x.subsec_nanosecond())?;
            let since = x.duration_since(civil::DateTime::constant(2000, 1, 1, 0, 0, 0, 0));
            out.put_i64(in_range(
                i64::try_from(since.as_micros()).unwrap_or(i64::MIN),
            )?);
        }
        (Value::Date(x), &Type::DATE) => {
            let days = x
                .duration_since(civil::Date::constant(2000, 1, 1))
                .as_hours()
                / 24;
            // The first day that PostgreSQL knows: 4714-11-24 BC ("Date/Time Types").
            match i32::try_from(days) {
                Ok(days) if days >= -2_451_545 => out.put_i32(days),
                Ok(_) | Err(_) => return Err(before_time_began().into()),
            }
        }
        (Value::Time(x), &Type::TIME) => {
            whole_microseconds(x.subsec_nanosecond())?;
            let since = x.duration_since(civil::Time::midnight());
            out.put_i64(i64::try_from(since.as_micros()).unwrap_or(0));
        }
        (Value::Decimal(x), &Type::NUMERIC) => numeric::write(x, out),
        (Value::Json(text), &Type::JSONB) => {
            // The first byte is the version of the form.
            out.put_u8(1);
            out.put_slice(whole_json(text)?.as_bytes());
        }
        (Value::Json(text), &Type::JSON) => out.put_slice(text.as_bytes()),
        // Among the rows of one statement: as text, which the statement reads as an array.
        (Value::List(members), &Type::TEXT) => {
            let text = array::literal(members)?;
            out.put_slice(text.as_bytes());
        }
        (Value::List(_), _) => return Err(refuse("a list in one column")),
        (value, ty) => {
            return match ty.kind() {
                Kind::Domain(base) => write_value(value, base, out),
                _ => Err(Why::Foreign(value.type_name(), ty.name().to_owned())),
            };
        }
    }
    Ok(IsNull::No)
}

fn write_text(text: &str, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Why> {
    let is_text = match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => true,
        _ => match ty.kind() {
            Kind::Enum(_) => true,
            Kind::Domain(base) => return write_text(text, base, out),
            _ => ty.name() == "citext",
        },
    };
    if !is_text {
        return Err(Why::Foreign("text", ty.name().to_owned()));
    }
    out.put_slice(whole_text(text)?.as_bytes());
    Ok(IsNull::No)
}

#[cold]
fn refuse(reason: &str) -> Why {
    Why::Refused(Refusal::new(reason))
}

/// The end of a range of texts that start with this one. Where nothing comes after all of them, it is the longest run of the
/// last letter there is: no character has that code, so that no text in earnest comes after it.
fn end_of_range(prefix: &str) -> String {
    after_prefix(prefix)
        .unwrap_or_else(|| char::MAX.to_string().repeat(prefix.chars().count() + 256))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value, ty: &Type) -> Result<Vec<u8>, String> {
        let mut out = BytesMut::new();
        match write_value(value, ty, &mut out) {
            Ok(IsNull::No) => Ok(out.to_vec()),
            Ok(IsNull::Yes) => Ok(b"NULL".to_vec()),
            Err(Why::Refused(refusal)) => Err(refusal.reason().to_owned()),
            Err(Why::Foreign(value, column)) => Err(format!("{value} into {column}")),
        }
    }

    #[test]
    fn an_integer_is_written_whole_or_refused() {
        let int = |x, ty: &Type| written(&Value::Int(x), ty);
        assert_eq!(int(-2, &Type::INT8), Ok((-2i64).to_be_bytes().to_vec()));
        assert_eq!(int(32_767, &Type::INT2), Ok(vec![0x7f, 0xff]));
        assert!(int(32_768, &Type::INT2).is_err());
        assert!(int(i64::from(i32::MIN) - 1, &Type::INT4).is_err());
        assert!(written(&Value::Big(1 << 63), &Type::INT8).is_err());
    }

    #[test]
    fn the_end_of_a_range_comes_after_all_texts_that_start_alike() {
        assert_eq!(end_of_range("ab"), "ac");
        assert!(end_of_range("").as_str() > "\u{10FFFF}\u{10FFFF}");
        assert!(end_of_range("\u{10FFFF}").as_str() > "\u{10FFFF}z");
    }

    #[test]
    fn what_the_server_would_change_is_refused() {
        for (value, ty) in [
            (Value::Float(f64::NAN), Type::FLOAT8),
            (Value::Float(0.1), Type::FLOAT4),
            (Value::Text("a\0b".into()), Type::TEXT),
            (Value::Json("[\"a\\u0000\"]".into()), Type::JSONB),
            (
                Value::Timestamp("2026-01-01T00:00:00.000000001Z".parse().unwrap()),
                Type::TIMESTAMPTZ,
            ),
            (Value::Time("00:00:00.0000001".parse().unwrap()), Type::TIME),
            (Value::Date(civil::date(-4713, 11, 23)), Type::DATE),
            (
                Value::DateTime(civil::date(-4713, 11, 23).at(0, 0, 0, 0)),
                Type::TIMESTAMP,
            ),
            (Value::List(Vec::new()), Type::INT8),
        ] {
            assert!(written(&value, &ty).is_err(), "{value:?} into {ty}");
        }
        assert!(written(&Value::Date(civil::date(-4713, 11, 24)), &Type::DATE).is_ok());
        assert!(written(&Value::Json("[\"\\\\u0000\"]".into()), &Type::JSONB).is_ok());
    }

    #[test]
    fn a_column_of_another_type_is_named() {
        assert_eq!(
            written(&Value::Text("7".into()), &Type::INT4),
            Err("text into int4".into())
        );
        assert_eq!(
            written(&Value::Int(7), &Type::TEXT),
            Err("integer into text".into())
        );
    }

    #[test]
    fn a_list_holds_its_nulls() {
        let members = [Value::Int(1), Value::Null];
        let mut out = BytesMut::new();
        let written = write_list(members.iter(), 2, &Type::INT2_ARRAY, &mut out);
        assert!(matches!(written, Ok(IsNull::No)));
        let expected =
            b"\0\0\0\x01\0\0\0\x01\0\0\0\x15\0\0\0\x02\0\0\0\x01\0\0\0\x02\0\x01\xff\xff\xff\xff";
        assert_eq!(&out[..], expected);
    }

    #[test]
    fn debug_shows_nothing() {
        let bound = Bound {
            slot: 0,
            content: Content::One(Form::Plain(0), &[]),
        };
        assert_eq!(format!("{bound:?}"), "…");
    }
}
