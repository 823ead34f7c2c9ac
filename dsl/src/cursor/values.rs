//! Values as bytes, each with its type before it.
//!
//! Promises: every value of a column comes back equal; reading takes any bytes, and takes only what was written for columns
//! of these types.

use crate::error::{Error, Result};
use crate::value::{ColumnType, Value};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use uuid::Uuid;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const BIG: u8 = 4;
const FLOAT: u8 = 5;
const TEXT: u8 = 6;
const LABEL: u8 = 7;
const BYTES: u8 = 8;
const UUID: u8 = 9;
const TIMESTAMP: u8 = 10;
const DATE: u8 = 11;
const TIME: u8 = 12;
const DATE_TIME: u8 = 13;
const DECIMAL: u8 = 14;
const JSON: u8 = 15;

/// Writes one value.
///
/// # Errors
/// `Unsupported` for a list, which is no column.
pub(super) fn write(into: &mut Vec<u8>, value: &Value) -> Result<()> {
    match value {
        Value::Null => into.push(NULL),
        Value::Bool(false) => into.push(FALSE),
        Value::Bool(true) => into.push(TRUE),
        Value::Int(x) => {
            into.push(INT);
            signed(into, i128::from(*x));
        }
        Value::Big(x) => {
            into.push(BIG);
            unsigned(into, u128::from(*x));
        }
        Value::Float(x) => {
            into.push(FLOAT);
            into.extend(x.to_bits().to_be_bytes());
        }
        Value::Text(x) => counted(into, TEXT, x.as_bytes()),
        Value::Label(x) => counted(into, LABEL, x.as_bytes()),
        Value::Bytes(x) => counted(into, BYTES, x),
        Value::Json(x) => counted(into, JSON, x.as_bytes()),
        Value::Uuid(x) => {
            into.push(UUID);
            into.extend(x.as_bytes());
        }
        Value::Timestamp(x) => {
            into.push(TIMESTAMP);
            signed(into, x.as_nanosecond());
        }
        Value::Date(x) => {
            into.push(DATE);
            date(into, *x);
        }
        Value::Time(x) => {
            into.push(TIME);
            time(into, *x);
        }
        Value::DateTime(x) => {
            into.push(DATE_TIME);
            date(into, x.date());
            time(into, x.time());
        }
        Value::Decimal(x) => {
            into.push(DECIMAL);
            unsigned(into, u128::from(x.scale()));
            signed(into, x.mantissa());
        }
        Value::List(_) => {
            return Err(Error::unsupported(
                "a list in a cursor",
                "order by columns, each of which has one value",
            ));
        }
    }
    Ok(())
}

/// Seven bits a byte, the lowest first, the highest bit set where more follow.
fn unsigned(into: &mut Vec<u8>, mut number: u128) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0x7f);
        number >>= 7;
        if number == 0 {
            into.push(low);
            return;
        }
        into.push(low | 0x80);
    }
}

/// Small numbers of either sign are short: 0, -1, 1, -2 are 0, 1, 2, 3.
fn signed(into: &mut Vec<u8>, number: i128) {
    unsigned(
        into,
        (number.cast_unsigned() << 1) ^ (number >> 127).cast_unsigned(),
    );
}

fn counted(into: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    into.push(tag);
    unsigned(into, u128::try_from(bytes.len()).unwrap_or(u128::MAX));
    into.extend(bytes);
}

fn date(into: &mut Vec<u8>, date: civil::Date) {
    signed(into, i128::from(date.year()));
    signed(into, i128::from(date.month()));
    signed(into, i128::from(date.day()));
}

fn time(into: &mut Vec<u8>, time: civil::Time) {
    signed(into, i128::from(time.hour()));
    signed(into, i128::from(time.minute()));
    signed(into, i128::from(time.second()));
    signed(into, i128::from(time.subsec_nanosecond()));
}

/// Reads one value for each of the columns, or none at all; `None` where the bytes are anything else.
pub(super) fn read(bytes: &[u8], columns: &[(ColumnType, bool)]) -> Option<Vec<Value>> {
    let mut bytes = Bytes(bytes);
    let mut values = Vec::with_capacity(columns.len());
    if bytes.0.is_empty() {
        return Some(values);
    }
    for (ty, nullable) in columns {
        let tag = bytes.one()?;
        values.push(if tag == NULL {
            nullable.then_some(Value::Null)?
        } else {
            bytes.value(tag, *ty)?
        });
    }
    bytes.0.is_empty().then_some(values)
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn one(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn unsigned(&mut self) -> Option<u128> {
        let mut number = 0u128;
        for shift in (0..128).step_by(7) {
            let byte = self.one()?;
            let bits = u128::from(byte & 0x7f);
            // What does not come back by shifting has lost bits at the top.
            if (bits << shift) >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                // One number has one spelling.
                return (byte != 0 || shift == 0).then_some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i128> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn counted(&mut self) -> Option<&'a [u8]> {
        let count = usize::try_from(self.unsigned()?).ok()?;
        self.take(count)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.counted()?).ok()
    }

    fn date(&mut self) -> Option<civil::Date> {
        let year = i16::try_from(self.signed()?).ok()?;
        let month = i8::try_from(self.signed()?).ok()?;
        let day = i8::try_from(self.signed()?).ok()?;
        civil::Date::new(year, month, day).ok()
    }

    fn time(&mut self) -> Option<civil::Time> {
        let hour = i8::try_from(self.signed()?).ok()?;
        let minute = i8::try_from(self.signed()?).ok()?;
        let second = i8::try_from(self.signed()?).ok()?;
        let nanosecond = i32::try_from(self.signed()?).ok()?;
        civil::Time::new(hour, minute, second, nanosecond).ok()
    }

    /// A value of a column of this type.
    fn value(&mut self, tag: u8, ty: ColumnType) -> Option<Value> {
        let is = |wanted: u8| (tag == wanted).then_some(());
        Some(match ty {
            ColumnType::Bool => match tag {
                FALSE => Value::Bool(false),
                TRUE => Value::Bool(true),
                _ => return None,
            },
            ColumnType::Int(bits) => {
                is(INT)?;
                let number = i64::try_from(self.signed()?).ok()?;
                let top = number >> bits.checked_sub(1)?.min(63);
                (top == 0 || top == -1).then_some(Value::Int(number))?
            }
            ColumnType::UInt(64) if tag == BIG => {
                let number = u64::try_from(self.unsigned()?).ok()?;
                // What an integer can hold is written as one.
                i64::try_from(number)
                    .is_err()
                    .then_some(Value::Big(number))?
            }
            ColumnType::UInt(bits) => {
                is(INT)?;
                let number = i64::try_from(self.signed()?).ok()?;
                let fits = number >= 0 && (bits >= 63 || number >> bits == 0);
                fits.then_some(Value::Int(number))?
            }
            ColumnType::Float(_) => {
                is(FLOAT)?;
                let bits = <[u8; 8]>::try_from(self.take(8)?).ok()?;
                Value::Float(f64::from_bits(u64::from_be_bytes(bits)))
            }
            ColumnType::Text => {
                is(TEXT)?;
                Value::Text(self.text()?.to_owned())
            }
            ColumnType::Enum(labels) => {
                is(LABEL)?;
                let label = self.text()?;
                Value::Label(labels.labels.iter().find(|one| **one == label)?)
            }
            ColumnType::Bytes => {
                is(BYTES)?;
                Value::Bytes(self.counted()?.to_vec())
            }
            // Nothing is ordered by an array.
            ColumnType::Array(_) => return None,
            ColumnType::Json => {
                is(JSON)?;
                let text = self.text()?;
                serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
                Value::Json(text.to_owned())
            }
            ColumnType::Uuid => {
                is(UUID)?;
                Value::Uuid(Uuid::from_slice(self.take(16)?).ok()?)
            }
            ColumnType::Timestamp => {
                is(TIMESTAMP)?;
                Value::Timestamp(Timestamp::from_nanosecond(self.signed()?).ok()?)
            }
            ColumnType::Date => {
                is(DATE)?;
                Value::Date(self.date()?)
            }
            ColumnType::Time => {
                is(TIME)?;
                Value::Time(self.time()?)
            }
            ColumnType::DateTime => {
                is(DATE_TIME)?;
                Value::DateTime(civil::DateTime::from_parts(self.date()?, self.time()?))
            }
            ColumnType::Decimal => {
                is(DECIMAL)?;
                let scale = u32::try_from(self.unsigned()?).ok()?;
                Value::Decimal(Decimal::try_from_i128_with_scale(self.signed()?, scale).ok()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::EnumType;

    fn back(value: &Value, ty: ColumnType) -> Option<Vec<Value>> {
        let mut bytes = Vec::new();
        write(&mut bytes, value).unwrap();
        read(&bytes, &[(ty, true)])
    }

    #[test]
    fn every_kind_of_value_comes_back_equal() {
        let day = civil::date(-9999, 12, 31);
        let time = civil::time(23, 59, 59, 999_999_999);
        let color = ColumnType::Enum(EnumType::of(&["red", "green"]));
        let all = [
            (Value::Null, ColumnType::Text),
            (Value::Bool(false), ColumnType::Bool),
            (Value::Bool(true), ColumnType::Bool),
            (Value::Int(i64::MIN), ColumnType::Int(64)),
            (Value::Int(i64::MAX), ColumnType::UInt(64)),
            (Value::Int(-128), ColumnType::Int(8)),
            (Value::Int(255), ColumnType::UInt(8)),
            (Value::Int(0), ColumnType::Int(16)),
            (Value::Big(u64::MAX), ColumnType::UInt(64)),
            (Value::Float(-1.5e300), ColumnType::Float(64)),
            (Value::Text(String::new()), ColumnType::Text),
            (Value::Text("ä\u{0}\u{10ffff}".into()), ColumnType::Text),
            (Value::Label("green"), color),
            (Value::Bytes(vec![0, 255]), ColumnType::Bytes),
            (Value::Uuid(Uuid::max()), ColumnType::Uuid),
            (Value::Timestamp(Timestamp::MIN), ColumnType::Timestamp),
            (Value::Timestamp(Timestamp::MAX), ColumnType::Timestamp),
            (Value::Date(day), ColumnType::Date),
            (Value::Time(time), ColumnType::Time),
            (Value::DateTime(day.to_datetime(time)), ColumnType::DateTime),
            (Value::Decimal(Decimal::MIN), ColumnType::Decimal),
            (Value::Decimal(Decimal::new(-1, 28)), ColumnType::Decimal),
            (Value::Json("{\"a\":[1]}".into()), ColumnType::Json),
        ];
        for (value, ty) in all {
            assert_eq!(back(&value, ty), Some(vec![value.clone()]), "{value:?}");
        }
    }

    #[test]
    fn what_no_column_of_the_type_holds_is_not_taken() {
        let color = ColumnType::Enum(EnumType::of(&["red"]));
        for (value, ty) in [
            (Value::Int(128), ColumnType::Int(8)),
            (Value::Int(-1), ColumnType::UInt(64)),
            (Value::Int(256), ColumnType::UInt(8)),
            (Value::Int(1), ColumnType::Text),
            (Value::Text("1".into()), ColumnType::Int(64)),
            (Value::Big(1), ColumnType::UInt(64)),
            (Value::Label("blue"), color),
            (Value::Json("{".into()), ColumnType::Json),
        ] {
            assert_eq!(back(&value, ty), None, "{value:?} {ty:?}");
        }
        let not_null = [(ColumnType::Text, false)];
        assert_eq!(read(&[NULL], &not_null), None);
        assert_eq!(read(&[], &not_null), Some(vec![]));
        assert!(write(&mut Vec::new(), &Value::List(vec![])).is_err());
    }

    /// Bytes with nothing to keep the reader from them: a client without a key to fool can send any.
    #[test]
    fn no_bytes_make_it_panic_and_what_it_takes_is_spelt_so() {
        let color = ColumnType::Enum(EnumType::of(&["", "red"]));
        let types = [
            ColumnType::Bool,
            ColumnType::Int(8),
            ColumnType::Int(64),
            ColumnType::UInt(8),
            ColumnType::UInt(64),
            ColumnType::Float(32),
            ColumnType::Text,
            color,
            ColumnType::Bytes,
            ColumnType::Uuid,
            ColumnType::Timestamp,
            ColumnType::Date,
            ColumnType::Time,
            ColumnType::DateTime,
            ColumnType::Decimal,
            ColumnType::Json,
        ];
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        let (mut bytes, mut taken) = (Vec::new(), 0);
        for _ in 0..400_000 {
            let length = next() % 24;
            bytes.clear();
            bytes.push(u8::try_from(next() % 17).unwrap());
            for _ in 0..length {
                // Small bytes, which are numbers and lengths that fit, more often than others.
                let byte = next().to_le_bytes()[3];
                bytes.push(if next() % 2 == 0 { byte % 24 } else { byte });
            }
            let ty = types[usize::try_from(next() % 16).unwrap()];
            if let Some(values) = read(&bytes, &[(ty, true)]) {
                taken += 1;
                let mut again = Vec::new();
                for value in &values {
                    write(&mut again, value).unwrap();
                }
                assert_eq!(again, bytes, "{values:?} of {ty:?}");
            }
        }
        assert!(taken > 100, "{taken}");
    }

    #[test]
    fn a_number_has_one_spelling_and_ends() {
        let int = [(ColumnType::Int(64), false)];
        assert_eq!(read(&[INT, 0x80, 0x00], &int), None);
        assert_eq!(read(&[&[INT][..], &[0xff; 40]].concat(), &int), None);
        assert_eq!(
            read(
                &[TEXT, 0xff, 0xff, 0xff, 0x7f],
                &[(ColumnType::Text, false)]
            ),
            None
        );
        assert_eq!(read(&[INT, 0, 0], &int), None);
    }
}
