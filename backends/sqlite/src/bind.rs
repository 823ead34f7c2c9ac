//! Values into placeholders.

use crate::prepared::SqlitePrepared;
use rusqlite::Statement;
use rusqlite::types::{Null, ToSql, Value as Stored};
use std::rc::Rc;
use toasty_dsl::error::{Error, Refusal, Result};
use toasty_dsl::value::{Value, json_of};
use toasty_sql::{Dialect, Form, Slot, after_prefix, pattern};

/// Binds the values of a statement to its placeholders.
///
/// # Errors
/// `Unrepresentable`, naming model and field, for what SQLite cannot hold exactly.
pub(crate) fn bind(
    statement: &mut Statement<'_>,
    prepared: &SqlitePrepared,
    values: &[Value],
) -> Result<()> {
    for (position, slot) in (1..).zip(&prepared.slots) {
        let bound = match slot.form {
            Form::Plain(value) => bind_plain(statement, position, values.get(value), slot),
            Form::Constant(number) => bind_raw(statement, position, number),
            Form::Word(word) => bind_raw(statement, position, word),
            Form::JsonPath { value, .. } => match values.get(value) {
                Some(Value::List(path)) => {
                    json_of(path, key_in_path).and_then(|path| bind_raw(statement, position, path))
                }
                _ => bind_raw(statement, position, Null),
            },
            Form::AfterPrefix(value) => match values.get(value).and_then(text_of).map(after_prefix)
            {
                Some(Some(end)) => bind_raw(statement, position, end),
                // No text comes after all that start with this one; a blob comes after every text.
                _ => bind_raw(statement, position, Stored::Blob(Vec::new())),
            },
            Form::Pattern {
                value,
                matches,
                lower,
            } => match values.get(value).and_then(text_of).map(whole) {
                Some(Ok(text)) => bind_raw(
                    statement,
                    position,
                    pattern(text, matches, lower, Dialect::Sqlite),
                ),
                Some(Err(refused)) => Err(refused),
                None => bind_raw(statement, position, Null),
            },
        };
        bound.map_err(|why| why.on(prepared, slot))?;
    }
    Ok(())
}

/// Why a value could not be bound.
pub(crate) enum Unbound {
    Refused(Refusal),
    Driver(rusqlite::Error),
}

impl From<Refusal> for Unbound {
    fn from(reason: Refusal) -> Self {
        Unbound::Refused(reason)
    }
}

impl From<rusqlite::Error> for Unbound {
    fn from(error: rusqlite::Error) -> Self {
        Unbound::Driver(error)
    }
}

impl Unbound {
    #[cold]
    fn on(self, prepared: &SqlitePrepared, slot: &Slot) -> Error {
        match (self, slot.target) {
            (Unbound::Refused(reason), Some(target)) => reason.on(
                target.model.name,
                target
                    .column()
                    .map_or_else(String::new, |column| column.path().join(".")),
            ),
            (Unbound::Refused(reason), None) if prepared.raw => {
                let number = slot.value().map_or(0, |value| value + 1);
                reason.on(prepared.model.name, format!("value {number}"))
            }
            (Unbound::Refused(reason), None) => reason.on(prepared.model.name, ""),
            (Unbound::Driver(error), _) => crate::errors::convert(error, prepared, None),
        }
    }
}

#[inline]
fn bind_raw(
    statement: &mut Statement<'_>,
    position: usize,
    value: impl ToSql,
) -> Result<(), Unbound> {
    Ok(statement.raw_bind_parameter(position, value)?)
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

#[inline]
fn bind_plain(
    statement: &mut Statement<'_>,
    position: usize,
    value: Option<&Value>,
    slot: &Slot,
) -> Result<(), Unbound> {
    match value {
        None | Some(Value::Null) => bind_raw(statement, position, Null),
        Some(Value::Int(x)) => bind_raw(statement, position, *x),
        Some(Value::Text(text)) => bind_raw(statement, position, whole(text)?),
        Some(Value::Json(text)) => bind_raw(statement, position, text.as_str()),
        Some(Value::List(members)) if slot.is_array() => {
            bind_raw(statement, position, json_of(members, text_in_array)?)
        }
        Some(Value::List(members)) => {
            let list = members
                .iter()
                .map(owned)
                .collect::<Result<Vec<_>, Unbound>>()?;
            bind_raw(statement, position, Rc::new(list))
        }
        Some(other) => bind_raw(statement, position, owned(other)?),
    }
}

/// The first second of the year 1, counted from 1970 (RFC 3339 knows no year before 0, and ISO 8601 none by default).
const YEAR_ONE: i64 = -62_135_596_800;

/// A value as SQLite stores it.
fn owned(value: &Value) -> Result<Stored, Unbound> {
    Ok(match value {
        Value::Null => Stored::Null,
        Value::Bool(x) => Stored::Integer(i64::from(*x)),
        Value::Int(x) => Stored::Integer(*x),
        Value::Big(_) => {
            return Err(refuse(
                "an integer above 9223372036854775807: SQLite's integers are signed and have 64 bits",
            ));
        }
        Value::Float(x) if x.is_nan() => return Err(refuse("NaN: SQLite turns it into NULL")),
        Value::Float(x) => Stored::Real(*x),
        Value::Text(text) => Stored::Text(whole(text)?.to_owned()),
        Value::Json(text) => Stored::Text(text.clone()),
        Value::Label(label) => Stored::Text((*label).to_owned()),
        Value::Bytes(bytes) => Stored::Blob(bytes.clone()),
        Value::Uuid(x) => Stored::Text(x.hyphenated().to_string()),
        // Fixed width, so that the order of the texts is the order of the times.
        Value::Timestamp(x) if x.as_second() >= YEAR_ONE => Stored::Text(format!("{x:.9}")),
        Value::Date(x) if x.year() >= 1 => Stored::Text(x.to_string()),
        Value::DateTime(x) if x.year() >= 1 => Stored::Text(format!("{x:.9}")),
        Value::Timestamp(_) | Value::Date(_) | Value::DateTime(_) => {
            return Err(refuse(
                "a time before the year 1: SQLite keeps times as text, whose order would be wrong",
            ));
        }
        Value::Time(x) => Stored::Text(format!("{x:.9}")),
        Value::Decimal(x) => Stored::Text(x.to_string()),
        Value::List(_) => return Err(refuse("a list in one column")),
        _ => return Err(refuse("a value of a type that SQLite does not know")),
    })
}

/// A member of an array that JSON has no form for: the text that a column of its own would hold.
fn text_in_array(value: &Value) -> Result<String, Unbound> {
    match owned(value)? {
        Stored::Text(text) => Ok(text),
        Stored::Null | Stored::Integer(_) | Stored::Real(_) | Stored::Blob(_) => Err(refuse(
            "an array with a member of a type that SQLite does not know",
        )),
    }
}

/// A key in a path into JSON, which may have any letter.
fn key_in_path(key: &Value) -> Result<String, Unbound> {
    text_of(key)
        .map(str::to_owned)
        .ok_or_else(|| refuse("a key in a path that is no text"))
}

/// A text that ends where it ends: SQLite's GLOB takes U+0000 for the end, so that `contains` would find too little and
/// `ends_with` too much ("NUL Characters In Strings"). PostgreSQL refuses the letter as well.
#[inline]
fn whole(text: &str) -> Result<&str, Unbound> {
    if text.as_bytes().contains(&0) {
        Err(refuse(
            "a text with the letter U+0000: SQLite takes it for the end of the text",
        ))
    } else {
        Ok(text)
    }
}

#[cold]
fn refuse(reason: &str) -> Unbound {
    Unbound::Refused(Refusal::new(reason))
}
