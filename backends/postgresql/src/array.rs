//! Arrays: read member by member, and written as text where many rows go as one statement.

use crate::exact::{sound, too_big, whole_microseconds, whole_text};
use crate::rows::read;
use fallible_iterator::FallibleIterator;
use postgres_protocol::types as form;
use toasty_dsl::error::{DecodeError, Refusal};
use toasty_dsl::value::{Cell, Value};
use tokio_postgres::types::{Kind, Type};

/// Gives the members of an array in its binary form.
///
/// # Errors
/// Those of `take`; for an array of several dimensions, and for bytes that are none.
pub(crate) fn each_member(
    ty: &Type,
    raw: &[u8],
    take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let Kind::Array(member) = ty.kind() else {
        return Err(no_array());
    };
    let array = form::array_from_sql(raw).map_err(|_| no_array())?;
    if array.dimensions().count().map_err(|_| no_array())? > 1 {
        return Err(DecodeError {
            expected: "an array",
            found: "an array of several dimensions",
        });
    }
    let mut members = array.values();
    while let Some(bytes) = members.next().map_err(|_| no_array())? {
        take(match bytes {
            Some(bytes) => read(member, bytes)?,
            None => Cell::Null,
        })?;
    }
    Ok(())
}

#[cold]
fn no_array() -> DecodeError {
    DecodeError {
        expected: "an array",
        found: "bytes that are none",
    }
}

/// An array as text ("Arrays", Array Input and Output Syntax). Every member is quoted, so that none is taken for NULL, a
/// bracket or a comma.
///
/// # Errors
/// For what a column of the members' type could not hold exactly.
pub(crate) fn literal(members: &[Value]) -> Result<String, Refusal> {
    let mut text = String::from("{");
    for (number, member) in members.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push('"');
        for letter in text_of(member)?.chars() {
            if letter == '"' || letter == '\\' {
                text.push('\\');
            }
            text.push(letter);
        }
        text.push('"');
    }
    text.push('}');
    Ok(text)
}

/// The year from which on a time's text is the same to both sides.
const YEAR_ONE: i16 = 1;

fn text_of(value: &Value) -> Result<String, Refusal> {
    let after_year_one = |year: i16| {
        if year >= YEAR_ONE {
            Ok(())
        } else {
            Err(Refusal::new(
                "a time before the year 1 in an array of many rows at once: write the rows one by one",
            ))
        }
    };
    Ok(match value {
        Value::Bool(x) => x.to_string(),
        Value::Int(x) => x.to_string(),
        Value::Big(_) => return Err(too_big()),
        Value::Float(x) if x.is_infinite() => {
            if *x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        Value::Float(x) => format!("{:e}", sound(*x)?),
        Value::Text(x) => whole_text(x)?.to_owned(),
        Value::Label(x) => (*x).to_owned(),
        Value::Uuid(x) => x.to_string(),
        Value::Timestamp(x) => {
            whole_microseconds(x.subsec_nanosecond())?;
            after_year_one(x.to_zoned(jiff::tz::TimeZone::UTC).year())?;
            x.to_string()
        }
        Value::Date(x) => {
            after_year_one(x.year())?;
            x.to_string()
        }
        Value::Time(x) => {
            whole_microseconds(x.subsec_nanosecond())?;
            x.to_string()
        }
        Value::DateTime(x) => {
            whole_microseconds(x.subsec_nanosecond())?;
            after_year_one(x.year())?;
            x.to_string()
        }
        Value::Decimal(x) => x.to_string(),
        _ => {
            return Err(Refusal::new(
                "an array with a member of a type that PostgreSQL does not know",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_quoted_and_quotes_escaped() {
        let texts = ["", "NULL", "a,b", "{}", "say \"hi\"", "back\\slash"];
        let members: Vec<Value> = texts.map(|text| Value::Text(text.to_owned())).into();
        assert_eq!(
            literal(&members).unwrap(),
            r#"{"","NULL","a,b","{}","say \"hi\"","back\\slash"}"#
        );
        assert_eq!(literal(&[]).unwrap(), "{}");
        assert_eq!(literal(&[Value::Int(-7)]).unwrap(), r#"{"-7"}"#);
    }
}
