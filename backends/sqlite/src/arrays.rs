//! What is asked of arrays and how they change, as functions of SQLite: `toasty_array_has_all`, `toasty_array_push` and their like.
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
    connection.create_scalar_function("toasty_array_push", 2, flags, |given| {
        push(given.get_raw(0), given.get_raw(1))
    })?;
    for (name, decimals) in [
        ("toasty_array_remove", false),
        ("toasty_decimals_remove", true),
    ] {
        connection.create_scalar_function(name, 2, flags, move |given| remove(given, decimals))?;
    }
    Ok(())
}

/// An array with the members of another behind its own; one that is NULL counts as empty.
fn push(of: ValueRef<'_>, more: ValueRef<'_>) -> Result<Option<String>> {
    let mut all = written(of)?.unwrap_or_default();
    match written(more)? {
        Some(more) => all.extend(more),
        None => return Ok(None),
    }
    Ok(Some(joined(&all)))
}

/// An array without the members that are equal to one of another.
fn remove(given: &Context<'_>, decimals: bool) -> Result<Option<String>> {
    let (Some(mut all), Some(gone)) = (
        written(given.get_raw(0))?,
        members(given.get_raw(1), decimals)?,
    ) else {
        return Ok(None);
    };
    // What no member can be is no member that is removed.
    all.retain(|one| member(one.get().trim(), decimals).is_none_or(|one| !gone.contains(&one)));
    Ok(Some(joined(&all)))
}

/// Members as they are written, so that those that stay are what they were to the last digit.
fn joined(members: &[&RawValue]) -> String {
    let texts: Vec<&str> = members.iter().map(|one| one.get().trim()).collect();
    format!("[{}]", texts.join(","))
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
    let Some(members) = written(value)? else {
        return Ok(None);
    };
    let members = members.iter().map(|one| member(one.get().trim(), decimals));
    members
        .collect::<Option<_>>()
        .map(Some)
        .ok_or_else(no_array)
}

/// The members of an array as they are written.
fn written(value: ValueRef<'_>) -> Result<Option<Vec<&RawValue>>> {
    let text = match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| no_array())?,
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => return Err(no_array()),
    };
    serde_json::from_str(text).map(Some).map_err(|_| no_array())
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
