//! A value out of the text of a parameter.
//!
//! Promises: a text is a value of the type as it stands, or none: nothing is rounded, cut or filled in.

use super::refused::list;
use crate::value::{ColumnType, Scalar, Value};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The value, or what it should have been.
pub(super) fn value(ty: ColumnType, text: &str) -> Result<Value, String> {
    match ty {
        ColumnType::Bool => truth(text).map(Value::Bool).ok_or_else(|| TRUTHS.to_owned()),
        ColumnType::Int(bits) => signed(bits, text),
        ColumnType::UInt(bits) => unsigned(bits, text),
        ColumnType::Float(bits) => float(bits, text),
        ColumnType::Text => Ok(Value::Text(text.to_owned())),
        ColumnType::Enum(one) => {
            let label = one.labels.iter().copied().find(|label| *label == text);
            let labels = || format!("one of {}", list(one.labels.iter().copied()));
            label.map(Value::Label).ok_or_else(labels)
        }
        ColumnType::Uuid => read(text, true, Value::Uuid, |text| Uuid::try_parse(text).ok())
            .ok_or_else(|| "a UUID".to_owned()),
        ColumnType::Decimal => {
            let plain = only(text, "+-.");
            read(text, plain, Value::Decimal, |text| Decimal::from_str_exact(text).ok())
                .ok_or_else(|| "a decimal number such as 12.50, of at most 28 digits".to_owned())
        }
        ColumnType::Timestamp => {
            read(text, true, Value::Timestamp, |text| text.parse::<Timestamp>().ok()).ok_or_else(|| {
                "an instant such as 2024-05-01T12:00:00Z, or with an offset, whose `+` is written as %2B in an address"
                    .to_owned()
            })
        }
        // Longer texts would be taken as well, and cut.
        ColumnType::Date => {
            read(text, only(text, "-"), Value::Date, |text| text.parse::<civil::Date>().ok())
                .ok_or_else(|| "a day such as 2024-05-01".to_owned())
        }
        ColumnType::Time => {
            read(text, only(text, ":."), Value::Time, |text| text.parse::<civil::Time>().ok())
                .ok_or_else(|| "a time of day such as 12:30:00".to_owned())
        }
        ColumnType::DateTime => {
            let zoned = text.split_once(['T', 't', ' ']).is_some_and(|(_, time)| !only(time, ":."));
            read(text, !zoned, Value::DateTime, |text| text.parse::<civil::DateTime>().ok())
                .ok_or_else(|| "a day and a time without a zone, such as 2024-05-01T12:30:00".to_owned())
        }
        ColumnType::Bytes | ColumnType::Json | ColumnType::Array(_) => {
            Err("of a type that has a form as text".to_owned())
        }
    }
}

pub(super) const TRUTHS: &str = "`true` or `false`";

/// A truth value; some clients write numbers.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn only(text: &str, others: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_digit() || others.contains(letter))
}

fn read<T>(
    text: &str,
    plain: bool,
    make: impl FnOnce(T) -> Value,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<Value> {
    if plain { parse(text).map(make) } else { None }
}

fn signed(bits: u8, text: &str) -> Result<Value, String> {
    let (least, most) = match bits {
        8 => (i8::MIN.into(), i8::MAX.into()),
        16 => (i16::MIN.into(), i16::MAX.into()),
        32 => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    let number = text.parse::<i64>().ok();
    let number = number.filter(|number| (least..=most).contains(number));
    number
        .map(Value::Int)
        .ok_or_else(|| format!("an integer from {least} to {most}"))
}

fn unsigned(bits: u8, text: &str) -> Result<Value, String> {
    let most: u64 = match bits {
        8 => u8::MAX.into(),
        16 => u16::MAX.into(),
        32 => u32::MAX.into(),
        _ => u64::MAX,
    };
    let number = text.parse::<u64>().ok().filter(|number| *number <= most);
    number
        .and_then(|number| number.to_value().ok())
        .ok_or_else(|| format!("an integer from 0 to {most}"))
}

fn float(bits: u8, text: &str) -> Result<Value, String> {
    let number = match bits {
        32 => text.parse::<f32>().ok().map(f64::from),
        _ => text.parse::<f64>().ok(),
    };
    let number = number.filter(|number| number.is_finite());
    number
        .map(Value::Float)
        .ok_or_else(|| "a number such as 1.5".to_owned())
}
