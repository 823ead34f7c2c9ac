//! The parts of times as functions of SQLite, `toasty_year` and its like, and when spans of time began: `toasty_start_of_year`.
//!
//! Promises: what the language says of them, on the texts that the backend stores. The surprising decision: SQLite's own `strftime` is
//! not asked, since its formats are texts in quotes.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection, Error, Result, ffi};
use toasty_dsl::statement::{TimePart, TimeSpan};
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
    for (name, span) in [
        ("toasty_start_of_year", TimeSpan::Year),
        ("toasty_start_of_quarter", TimeSpan::Quarter),
        ("toasty_start_of_month", TimeSpan::Month),
        ("toasty_start_of_week", TimeSpan::Week),
        ("toasty_start_of_day", TimeSpan::Day),
        ("toasty_start_of_hour", TimeSpan::Hour),
        ("toasty_start_of_minute", TimeSpan::Minute),
        ("toasty_start_of_second", TimeSpan::Second),
    ] {
        connection
            .create_scalar_function(name, 1, flags, move |given| start(span, given.get_raw(0)))?;
    }
    Ok(())
}

fn compute(part: TimePart, given: ValueRef<'_>) -> Result<Stored> {
    of_text(given, |text| part.of_text(text))
}

fn start(span: TimeSpan, given: ValueRef<'_>) -> Result<Stored> {
    of_text(given, |text| span.start_of_text(text))
}

/// What is found in the text of a time, in the form in which a column of its type holds it.
fn of_text(given: ValueRef<'_>, find: impl Fn(&str) -> Option<Value>) -> Result<Stored> {
    let found = match given {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().and_then(find),
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    };
    match found {
        Some(Value::Int(x)) => Ok(Stored::Integer(x)),
        Some(Value::Date(x)) => Ok(Stored::Text(x.to_string())),
        Some(Value::Timestamp(x)) => Ok(Stored::Text(format!("{x:.9}"))),
        Some(Value::DateTime(x)) => Ok(Stored::Text(format!("{x:.9}"))),
        Some(Value::Time(x)) => Ok(Stored::Text(format!("{x:.9}"))),
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
    fn what_began_has_the_form_of_what_is_stored() {
        for (text, span, expected) in [
            (
                "2024-05-01T23:59:58.900000000Z",
                TimeSpan::Week,
                "2024-04-29T00:00:00.000000000Z",
            ),
            (
                "2024-05-01T23:59:58.900000000",
                TimeSpan::Hour,
                "2024-05-01T23:00:00.000000000",
            ),
            ("2024-05-01", TimeSpan::Quarter, "2024-04-01"),
            ("23:30:59.900000000", TimeSpan::Minute, "23:30:00.000000000"),
        ] {
            let given = ValueRef::Text(text.as_bytes());
            assert_eq!(start(span, given), Ok(Stored::Text(expected.into())));
        }
        assert_eq!(start(TimeSpan::Day, ValueRef::Null), Ok(Stored::Null));
        assert!(start(TimeSpan::Day, ValueRef::Integer(1)).is_err());
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
