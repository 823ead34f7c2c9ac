//! The parts of times as functions of SQLite: `toasty_year` and its like.
//!
//! Promises: what the language says of them, on the texts that the backend stores. The surprising decision: SQLite's own `strftime` is
//! not asked, since its formats are texts in quotes.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection, Error, Result, ffi};
use toasty_dsl::statement::TimePart;
use toasty_dsl::value::Value;

/// Makes the functions known to a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, part) in [
        ("toasty_year", TimePart::Year),
        ("toasty_month", TimePart::Month),
        ("toasty_day", TimePart::Day),
        ("toasty_hour", TimePart::Hour),
        ("toasty_minute", TimePart::Minute),
        ("toasty_second", TimePart::Second),
        ("toasty_weekday", TimePart::Weekday),
        ("toasty_date", TimePart::Date),
    ] {
        connection
            .create_scalar_function(name, 1, flags, move |given| compute(part, given.get_raw(0)))?;
    }
    Ok(())
}

fn compute(part: TimePart, given: ValueRef<'_>) -> Result<Stored> {
    let found = match given {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| part.of_text(text)),
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    };
    match found {
        Some(Value::Int(x)) => Ok(Stored::Integer(x)),
        Some(Value::Date(x)) => Ok(Stored::Text(x.to_string())),
        Some(Value::Null) => Ok(Stored::Null),
        _ => Err(no_time()),
    }
}

#[cold]
fn no_time() -> Error {
    Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_MISMATCH),
        Some("a value that is no time".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(part: TimePart, text: &str) -> Result<Stored> {
        compute(part, ValueRef::Text(text.as_bytes()))
    }

    #[test]
    fn every_form_of_a_time_is_told_by_its_text() {
        for (text, part, expected) in [
            ("2024-05-01T23:59:58.900000000Z", TimePart::Second, 58),
            ("2024-05-01 23:30:00-02:00", TimePart::Day, 2),
            ("2024-05-01T23:30:00+02:00", TimePart::Hour, 21),
            ("2024-05-01T23:30:00", TimePart::Hour, 23),
            ("2024-05-01", TimePart::Weekday, 3),
            ("2024-05-01", TimePart::Year, 2024),
            ("23:30:00.000000000", TimePart::Minute, 30),
        ] {
            assert_eq!(ask(part, text), Ok(Stored::Integer(expected)), "{text}");
        }
        let day = Stored::Text("2024-05-01".into());
        assert_eq!(ask(TimePart::Date, "2024-05-01T23:59:58Z"), Ok(day));
        assert!(ask(TimePart::Date, "yesterday").is_err());
        assert_eq!(compute(TimePart::Year, ValueRef::Null), Ok(Stored::Null));
    }
}
