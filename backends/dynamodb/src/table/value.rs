//! Values as attributes, and back.
//!
//! Promises: what is stored comes back equal, or is refused with its reason; one value has one attribute, so that equal
//! values are equal attributes. Must not know: tables, requests.
//!
//! What may surprise: times are text of fixed width, so that their order is that of the texts; a `bool` in a key or an index
//! is the number 0 or 1, since DynamoDB takes no BOOL there; -0.0 is stored as 0, which is equal to it.

use super::number::Number;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use toasty_dsl::error::{DecodeError, Refusal};
use toasty_dsl::value::{Cell, ColumnType, Value};

/// The most significant digits of a number ("Data types", Number).
const DIGITS: usize = 38;
/// The powers of ten between which numbers lie ("Data types", Number).
const MAGNITUDES: std::ops::RangeInclusive<i32> = -130..=125;
/// The first second of the year 1, counted from 1970: texts of earlier times would not sort.
const YEAR_ONE: i64 = -62_135_596_800;

/// The attribute of a value; none for NULL, which is an attribute that is left out. `keyed`: the column is in a key or an
/// index.
///
/// # Errors
/// The reason, for what DynamoDB cannot hold exactly.
pub(crate) fn to_attribute(value: &Value, keyed: bool) -> Result<Option<AttributeValue>, Refusal> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(x) if keyed => AttributeValue::N(u8::from(*x).to_string()),
        Value::Bool(x) => AttributeValue::Bool(*x),
        Value::Int(x) => AttributeValue::N(x.to_string()),
        Value::Big(x) => AttributeValue::N(x.to_string()),
        Value::Float(x) => AttributeValue::N(float(*x)?),
        Value::Decimal(x) => AttributeValue::N(number(x.normalize().to_string())?),
        Value::Text(x) | Value::Json(x) => AttributeValue::S(x.clone()),
        Value::Label(x) => AttributeValue::S((*x).to_owned()),
        Value::Bytes(x) => AttributeValue::B(Blob::new(x.clone())),
        Value::Uuid(x) => AttributeValue::S(x.hyphenated().to_string()),
        Value::Timestamp(x) if x.as_second() >= YEAR_ONE => AttributeValue::S(format!("{x:.9}")),
        Value::Date(x) if x.year() >= 1 => AttributeValue::S(x.to_string()),
        Value::DateTime(x) if x.year() >= 1 => AttributeValue::S(format!("{x:.9}")),
        Value::Timestamp(_) | Value::Date(_) | Value::DateTime(_) => {
            return Err(Refusal::new(
                "a time before the year 1: times are kept as text here, whose order would be wrong",
            ));
        }
        Value::Time(x) => AttributeValue::S(format!("{x:.9}")),
        Value::List(members) => {
            let members = members.iter().map(|member| {
                Ok(to_attribute(member, false)?.unwrap_or(AttributeValue::Null(true)))
            });
            AttributeValue::L(members.collect::<Result<_, Refusal>>()?)
        }
        _ => {
            return Err(Refusal::new(
                "a value of a type that DynamoDB does not know",
            ));
        }
    }))
}

fn float(x: f64) -> Result<String, Refusal> {
    if !x.is_finite() {
        return Err(Refusal::new(
            "NaN or an infinity: DynamoDB's numbers are finite",
        ));
    }
    if x == 0.0 {
        return Ok("0".to_owned());
    }
    number(format!("{x:e}"))
}

fn number(text: String) -> Result<String, Refusal> {
    let parts = Number::of(&text).ok_or_else(|| Refusal::new("a number that is none"))?;
    if parts.digits() > DIGITS {
        return Err(Refusal::new(
            "a number of more than 38 digits: DynamoDB's numbers have no more",
        ));
    }
    if !parts.is_zero() && !MAGNITUDES.contains(&parts.magnitude()) {
        return Err(Refusal::new(
            "a number outside of DynamoDB's range, which is 1E-130 to 9.99E+125",
        ));
    }
    Ok(text)
}

/// An attribute as a cell of a column. One that is not there, and one of type NULL, are both NULL.
///
/// # Errors
/// Where the attribute is of a type that no column has.
pub(crate) fn to_cell(
    attribute: Option<&AttributeValue>,
    ty: ColumnType,
) -> Result<Cell<'_>, DecodeError> {
    Ok(match attribute {
        None | Some(AttributeValue::Null(_)) => Cell::Null,
        Some(AttributeValue::S(text)) => Cell::Text(text),
        Some(AttributeValue::B(bytes)) => Cell::Bytes(bytes.as_ref()),
        Some(AttributeValue::Bool(x)) => Cell::Bool(*x),
        Some(AttributeValue::N(text)) => number_cell(text, ty)?,
        Some(other) => {
            return Err(DecodeError {
                expected: "a column",
                found: type_of(other),
            });
        }
    })
}

fn number_cell(text: &str, ty: ColumnType) -> Result<Cell<'_>, DecodeError> {
    match ty {
        ColumnType::Float(_) => text.parse().map(Cell::Float).map_err(|_| DecodeError {
            expected: "a float",
            found: "a number that is none",
        }),
        ColumnType::Decimal => decimal(text).map(Cell::Decimal).ok_or(DecodeError {
            expected: "Decimal",
            found: "a number with more digits than a Decimal has",
        }),
        ColumnType::Bool => Ok(match text {
            "0" => Cell::Bool(false),
            "1" => Cell::Bool(true),
            _ => integer(text)?,
        }),
        ColumnType::Int(_)
        | ColumnType::UInt(_)
        | ColumnType::Text
        | ColumnType::Enum(_)
        | ColumnType::Bytes
        | ColumnType::Uuid
        | ColumnType::Timestamp
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::DateTime
        | ColumnType::Json
        | ColumnType::Array(_) => integer(text),
    }
}

fn decimal(text: &str) -> Option<rust_decimal::Decimal> {
    rust_decimal::Decimal::from_str_exact(text)
        .or_else(|_| rust_decimal::Decimal::from_scientific(text))
        .ok()
}

fn integer(text: &str) -> Result<Cell<'static>, DecodeError> {
    if let Ok(x) = text.parse() {
        return Ok(Cell::Int(x));
    }
    if let Ok(x) = text.parse() {
        return Ok(Cell::Big(x));
    }
    // Written by somebody else, or given back in another form: `1E+2` and `7.0` are integers too.
    let whole = decimal(text)
        .map(|x| x.normalize())
        .filter(|x| x.scale() == 0);
    match whole.map(|x| (i64::try_from(x), u64::try_from(x))) {
        Some((Ok(x), _)) => Ok(Cell::Int(x)),
        Some((_, Ok(x))) => Ok(Cell::Big(x)),
        Some(_) => Err(DecodeError {
            expected: "an integer",
            found: "an integer out of range",
        }),
        None => Err(DecodeError {
            expected: "an integer",
            found: "a number that is no integer",
        }),
    }
}

/// An attribute as an owned value of a column: what a statement would have sent for it.
///
/// # Errors
/// As [`to_cell`].
pub(crate) fn from_attribute(
    attribute: Option<&AttributeValue>,
    ty: ColumnType,
) -> Result<Value, DecodeError> {
    if let (Some(AttributeValue::L(members)), ColumnType::Array(member)) = (attribute, ty) {
        let members = members.iter().map(|one| from_attribute(Some(one), *member));
        return members.collect::<Result<_, _>>().map(Value::List);
    }
    Ok(match to_cell(attribute, ty)? {
        Cell::Null => Value::Null,
        Cell::Int(x) => Value::Int(x),
        Cell::Big(x) => Value::Big(x),
        Cell::Float(x) => Value::Float(x),
        Cell::Decimal(x) => Value::Decimal(x),
        Cell::Bool(x) => Value::Bool(x),
        Cell::Bytes(x) => Value::Bytes(x.to_vec()),
        // Times, UUIDs and JSON are texts here and are read as such by the types of the fields.
        Cell::Text(x) => Value::Text(x.to_owned()),
        _ => {
            return Err(DecodeError {
                expected: "a column",
                found: "a cell of another type",
            });
        }
    })
}

/// The letters by which DynamoDB calls an attribute's type.
pub(crate) fn type_of(attribute: &AttributeValue) -> &'static str {
    match attribute {
        AttributeValue::B(_) => "B",
        AttributeValue::Bool(_) => "BOOL",
        AttributeValue::Bs(_) => "BS",
        AttributeValue::L(_) => "L",
        AttributeValue::M(_) => "M",
        AttributeValue::N(_) => "N",
        AttributeValue::Ns(_) => "NS",
        AttributeValue::Null(_) => "NULL",
        AttributeValue::S(_) => "S",
        AttributeValue::Ss(_) => "SS",
        _ => "another",
    }
}

/// The letters of the type that a column's attributes have.
pub(crate) fn column_letters(ty: ColumnType, keyed: bool) -> &'static str {
    match ty {
        ColumnType::Bool if keyed => "N",
        ColumnType::Bool => "BOOL",
        ColumnType::Int(_) | ColumnType::UInt(_) | ColumnType::Float(_) | ColumnType::Decimal => {
            "N"
        }
        ColumnType::Bytes => "B",
        ColumnType::Text
        | ColumnType::Enum(_)
        | ColumnType::Uuid
        | ColumnType::Timestamp
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::DateTime
        | ColumnType::Json => "S",
        ColumnType::Array(_) => "L",
    }
}

/// How two attributes of one type compare, as DynamoDB does it: numbers as numbers, texts and bytes by their bytes.
/// None for attributes of different types, and of types that do not compare.
pub(crate) fn compare(a: &AttributeValue, b: &AttributeValue) -> Option<Ordering> {
    match (a, b) {
        (AttributeValue::S(a), AttributeValue::S(b)) => Some(a.cmp(b)),
        (AttributeValue::N(a), AttributeValue::N(b)) => match (a.parse(), b.parse()) {
            (Ok::<i64, _>(a), Ok::<i64, _>(b)) => Some(a.cmp(&b)),
            _ => Some(Number::of(a)?.cmp(&Number::of(b)?)),
        },
        (AttributeValue::B(a), AttributeValue::B(b)) => Some(a.as_ref().cmp(b.as_ref())),
        (AttributeValue::Bool(a), AttributeValue::Bool(b)) => Some(a.cmp(b)),
        // Arrays are equal or not.
        (AttributeValue::L(a), AttributeValue::L(b)) => {
            let equal = a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| compare(a, b) == Some(Ordering::Equal));
            Some(if equal {
                Ordering::Equal
            } else {
                Ordering::Less
            })
        }
        _ => None,
    }
}

/// One text of bytes for each value, so that equal attributes are found in a set: `1.0` is `1`.
pub(crate) fn canonical(attribute: &AttributeValue) -> Vec<u8> {
    let (tag, content) = match attribute {
        AttributeValue::S(text) => (b'S', text.as_bytes().to_vec()),
        AttributeValue::B(bytes) => (b'B', bytes.as_ref().to_vec()),
        AttributeValue::Bool(x) => (b'T', vec![u8::from(*x)]),
        AttributeValue::N(text) => (
            b'N',
            Number::of(text)
                .map_or_else(|| text.clone(), |number| number.canonical())
                .into_bytes(),
        ),
        _ => (b'?', Vec::new()),
    };
    let mut bytes = Vec::with_capacity(content.len() + 1);
    bytes.push(tag);
    bytes.extend(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn plain(value: &Value) -> AttributeValue {
        to_attribute(value, false).unwrap().unwrap()
    }

    #[test]
    fn a_value_becomes_the_attribute_of_its_type() {
        assert_eq!(plain(&Value::Bool(true)), AttributeValue::Bool(true));
        assert_eq!(plain(&Value::Int(-7)), AttributeValue::N("-7".into()));
        assert_eq!(
            plain(&Value::Big(u64::MAX)),
            AttributeValue::N("18446744073709551615".into())
        );
        assert_eq!(
            plain(&Value::Text(String::new())),
            AttributeValue::S(String::new())
        );
        assert_eq!(to_attribute(&Value::Null, false).unwrap(), None);
    }

    #[test]
    fn a_bool_in_a_key_is_a_number() {
        assert_eq!(
            to_attribute(&Value::Bool(true), true).unwrap(),
            Some(AttributeValue::N("1".into()))
        );
        let stored = AttributeValue::N("1".into());
        assert!(matches!(
            to_cell(Some(&stored), ColumnType::Bool),
            Ok(Cell::Bool(true))
        ));
    }

    #[test]
    fn floats_that_are_not_finite_or_out_of_range_are_refused() {
        for x in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e126,
            1e-131,
            f64::MAX,
            f64::MIN_POSITIVE,
        ] {
            assert!(to_attribute(&Value::Float(x), false).is_err(), "{x}");
        }
    }

    #[test]
    fn floats_come_back_equal() {
        for x in [
            0.0,
            -0.0,
            1.5,
            -1.0,
            0.1,
            1e-130,
            9.99e125,
            1.0 / 3.0,
            f64::from(f32::MAX),
        ] {
            let stored = plain(&Value::Float(x));
            match to_cell(Some(&stored), ColumnType::Float(64)).unwrap() {
                Cell::Float(back) => assert_eq!(back, x),
                other => panic!("{}", other.type_name()),
            }
        }
    }

    #[test]
    fn decimals_come_back_equal() {
        for x in [
            Decimal::MAX,
            Decimal::MIN,
            Decimal::new(1, 28),
            Decimal::new(1_250, 2),
            Decimal::ZERO,
        ] {
            let stored = plain(&Value::Decimal(x));
            match to_cell(Some(&stored), ColumnType::Decimal).unwrap() {
                Cell::Decimal(back) => assert_eq!(back, x),
                other => panic!("{}", other.type_name()),
            }
        }
    }

    #[test]
    fn a_number_that_is_no_integer_is_an_error_in_an_integer_column() {
        assert!(integer("1.5").is_err());
        assert!(integer("1E+30").is_err());
        assert!(matches!(integer("1E+2"), Ok(Cell::Int(100))));
        assert!(matches!(integer("7.0"), Ok(Cell::Int(7))));
        assert!(matches!(
            integer("18446744073709551615"),
            Ok(Cell::Big(u64::MAX))
        ));
    }

    #[test]
    fn times_sort_as_their_texts() {
        let text = |time: &str| match plain(&Value::Timestamp(time.parse().unwrap())) {
            AttributeValue::S(text) => text,
            other => panic!("{other:?}"),
        };
        let (a, b) = (text("2024-01-01T00:00:00Z"), text("2024-01-01T00:00:00.5Z"));
        assert!(a < b);
        assert_eq!(a.len(), b.len());
        let before = jiff::civil::date(-1, 1, 1);
        assert!(to_attribute(&Value::Date(before), false).is_err());
    }

    #[test]
    fn attributes_compare_as_dynamodb_compares_them() {
        let n = |x: &str| AttributeValue::N(x.into());
        assert_eq!(compare(&n("9"), &n("10")), Some(Ordering::Less));
        assert_eq!(compare(&n("1.0"), &n("1")), Some(Ordering::Equal));
        assert_eq!(
            compare(
                &AttributeValue::S("Z".into()),
                &AttributeValue::S("a".into())
            ),
            Some(Ordering::Less)
        );
        assert_eq!(compare(&n("1"), &AttributeValue::S("1".into())), None);
        assert_eq!(canonical(&n("1.0")), canonical(&n("1")));
        assert_ne!(
            canonical(&n("1")),
            canonical(&AttributeValue::S("1".into()))
        );
    }
}
