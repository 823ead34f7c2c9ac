//! What is asked of arrays, as functions of SQLite: `toasty_array_has_all` and its like.
//!
//! Promises: members are compared as columns of their type are. The surprising decision: arrays of decimals have functions of their own,
//! since their members are texts like others, and `1.5` is `1.50`.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result, ffi};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

/// Makes the functions known to a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, all, decimals) in [
        ("toasty_array_has_all", true, false),
        ("toasty_array_has_any", false, false),
        ("toasty_decimals_have_all", true, true),
        ("toasty_decimals_have_any", false, true),
    ] {
        connection
            .create_scalar_function(name, 2, flags, move |given| has(given, all, decimals))?;
    }
    Ok(())
}

fn has(given: &Context<'_>, all: bool, decimals: bool) -> Result<Option<bool>> {
    let (Some(array), Some(wanted)) = (
        members(given.get_raw(0), decimals)?,
        members(given.get_raw(1), decimals)?,
    ) else {
        return Ok(None);
    };
    let is_there = |one: &Member| array.contains(one);
    Ok(Some(if all {
        wanted.iter().all(is_there)
    } else {
        wanted.iter().any(is_there)
    }))
}

#[derive(PartialEq)]
enum Member {
    Truth(bool),
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
}

fn members(value: ValueRef<'_>, decimals: bool) -> Result<Option<Vec<Member>>> {
    let text = match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| no_array())?,
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => return Err(no_array()),
    };
    let members: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| no_array())?;
    let members = members.iter().map(|one| member(one.get().trim(), decimals));
    members
        .collect::<Option<_>>()
        .map(Some)
        .ok_or_else(no_array)
}

/// Numbers are read by the standard library, which is exact.
fn member(json: &str, decimals: bool) -> Option<Member> {
    match json {
        "true" => return Some(Member::Truth(true)),
        "false" => return Some(Member::Truth(false)),
        _ => {}
    }
    if json.starts_with('"') {
        let text: String = serde_json::from_str(json).ok()?;
        return Some(match Decimal::from_str_exact(&text) {
            Ok(number) if decimals => Member::Decimal(number),
            _ => Member::Text(text),
        });
    }
    match json.parse() {
        Ok(number) => Some(Member::Integer(number)),
        Err(_) => json.parse().ok().map(Member::Float),
    }
}

#[cold]
fn no_array() -> Error {
    Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_MISMATCH),
        Some("text that is no JSON array of such members".to_owned()),
    )
}
