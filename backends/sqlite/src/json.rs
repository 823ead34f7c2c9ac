//! Values inside of JSON as functions of SQLite: `toasty_json_text` and its like.
//!
//! Promises: what the language says of them: what is not there or of another type is NULL. The surprising decision: SQLite's own
//! `->>` is not asked, since it makes a number of `true`, a text of an object, and reads a path that is text.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection, Result};
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use std::collections::HashMap;
use toasty_dsl::statement::JsonAs;

/// Makes the functions known to a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, as_what) in [
        ("toasty_json_text", JsonAs::Text),
        ("toasty_json_integer", JsonAs::Integer),
        ("toasty_json_float", JsonAs::Float),
        ("toasty_json_bool", JsonAs::Bool),
        ("toasty_json_exists", JsonAs::Existence),
    ] {
        connection.create_scalar_function(name, 2, flags, move |given| read(as_what, given))?;
    }
    Ok(())
}

fn read(as_what: JsonAs, given: &Context<'_>) -> Result<Stored> {
    let (json, path) = (text(given.get_raw(0)), text(given.get_raw(1)));
    let found = json.zip(path).and_then(|(json, path)| inside(json, path));
    if as_what == JsonAs::Existence {
        return Ok(Stored::Integer(found.is_some().into()));
    }
    Ok(found
        .and_then(|found| value(as_what, found.trim()))
        .unwrap_or(Stored::Null))
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    }
}

/// The text of the value that a path leads to: no more of the JSON is made into values than stands on the way.
fn inside<'j>(json: &'j str, path: &str) -> Option<&'j str> {
    let path: Vec<serde_json::Value> = serde_json::from_str(path).ok()?;
    let mut at: &'j RawValue = serde_json::from_str(json).ok()?;
    for segment in path {
        at = match segment {
            serde_json::Value::String(key) => {
                let object: HashMap<String, &'j RawValue> = serde_json::from_str(at.get()).ok()?;
                object.get(&key).copied()?
            }
            serde_json::Value::Number(number) => {
                let number = usize::try_from(number.as_u64()?).ok()?;
                let array: Vec<&'j RawValue> = serde_json::from_str(at.get()).ok()?;
                array.get(number).copied()?
            }
            _ => return None,
        };
    }
    Some(at.get())
}

fn value(as_what: JsonAs, json: &str) -> Option<Stored> {
    let number = json.starts_with(|letter: char| letter == '-' || letter.is_ascii_digit());
    match as_what {
        JsonAs::Text => serde_json::from_str(json).ok().map(Stored::Text),
        JsonAs::Bool => match json {
            "true" => Some(Stored::Integer(1)),
            "false" => Some(Stored::Integer(0)),
            _ => None,
        },
        // The standard library reads floats exactly.
        JsonAs::Float if number => {
            let float = json.parse::<f64>().ok().filter(|float| float.is_finite());
            float.map(Stored::Real)
        }
        JsonAs::Integer if number => integer(json).map(Stored::Integer),
        JsonAs::Float | JsonAs::Integer | JsonAs::Existence => None,
    }
}

/// A whole number, however it is written.
fn integer(json: &str) -> Option<i64> {
    if let Ok(number) = json.parse() {
        return Some(number);
    }
    let decimal = Decimal::from_str_exact(json);
    let decimal = decimal.or_else(|_| Decimal::from_scientific(json)).ok()?;
    if decimal.fract().is_zero() {
        i64::try_from(decimal).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_what_it_is_or_not_at_all() {
        let json = r#"{"a": {"b": [1, "x", true, null, 1.50, 1e3, 1.0]}, "": 7, "a.b": -0}"#;
        let ask =
            |path: &str, as_what| inside(json, path).and_then(|found| value(as_what, found.trim()));
        let int = |number| Some(Stored::Integer(number));
        assert_eq!(ask(r#"["a","b",0]"#, JsonAs::Integer), int(1));
        assert_eq!(ask(r#"["a","b",0]"#, JsonAs::Text), None);
        assert_eq!(
            ask(r#"["a","b",1]"#, JsonAs::Text),
            Some(Stored::Text("x".into()))
        );
        assert_eq!(ask(r#"["a","b",2]"#, JsonAs::Bool), int(1));
        assert_eq!(ask(r#"["a","b",3]"#, JsonAs::Text), None);
        assert_eq!(
            ask(r#"["a","b",4]"#, JsonAs::Float),
            Some(Stored::Real(1.5))
        );
        assert_eq!(ask(r#"["a","b",4]"#, JsonAs::Integer), None);
        assert_eq!(ask(r#"["a","b",5]"#, JsonAs::Integer), int(1_000));
        assert_eq!(ask(r#"["a","b",6]"#, JsonAs::Integer), int(1));
        assert_eq!(ask(r#"[""]"#, JsonAs::Integer), int(7));
        assert_eq!(ask(r#"["a.b"]"#, JsonAs::Integer), int(0));
        assert_eq!(inside(json, r#"["a","b",7]"#), None);
        assert_eq!(inside(json, r#"["a",0]"#), None);
        assert_eq!(inside("no json", "[]"), None);
    }
}
