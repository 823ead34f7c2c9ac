//! One owned value on its way to a backend.

use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use std::fmt;
use uuid::Uuid;

/// One owned value. `Debug` shows its type and length only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL's NULL
    Null,
    /// A truth value
    Bool(bool),
    /// Any integer up to `i64::MAX`
    Int(i64),
    /// An integer above `i64::MAX`: refused by backends that have no room for it
    Big(u64),
    /// A float
    Float(f64),
    /// Text
    Text(String),
    /// The label of an enum
    Label(&'static str),
    /// Bytes
    Bytes(Vec<u8>),
    /// A UUID
    Uuid(Uuid),
    /// An instant
    Timestamp(Timestamp),
    /// A day
    Date(civil::Date),
    /// A time of day
    Time(civil::Time),
    /// A day and a time of day, in no zone
    DateTime(civil::DateTime),
    /// An exact number
    Decimal(Decimal),
    /// JSON text, well formed
    Json(String),
    /// The members of an `IN` list, or of an array
    List(Vec<Value>),
}

impl Value {
    /// The type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) | Value::Big(_) => "integer",
            Value::Float(_) => "float",
            Value::Text(_) | Value::Label(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::Uuid(_) => "uuid",
            Value::Timestamp(_) => "timestamp",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::DateTime(_) => "datetime",
            Value::Decimal(_) => "decimal",
            Value::Json(_) => "json",
            Value::List(_) => "list",
        }
    }

    /// Whether it is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Length in bytes where the type has one, or in members for a list.
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::Text(text) | Value::Json(text) => Some(text.len()),
            Value::Bytes(bytes) => Some(bytes.len()),
            Value::List(members) => Some(members.len()),
            _ => None,
        }
    }
}

/// Shows the content. Only where the user has asked for it, such as in a log with parameters.
pub struct Revealed<'a>(pub &'a Value);

impl fmt::Display for Revealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The most characters of a text, and the most members of a list, that are shown.
        const MOST: usize = 128;
        match self.0 {
            Value::Null => f.write_str("NULL"),
            Value::Bool(x) => x.fmt(f),
            Value::Int(x) => x.fmt(f),
            Value::Big(x) => x.fmt(f),
            Value::Float(x) => x.fmt(f),
            Value::Text(x) | Value::Json(x) => {
                let shown: String = x.chars().take(MOST).collect();
                write!(f, "{shown:?}")?;
                if shown.len() < x.len() {
                    f.write_str("…")
                } else {
                    Ok(())
                }
            }
            Value::Label(x) => write!(f, "{x:?}"),
            Value::Bytes(x) => write!(f, "bytes[{}]", x.len()),
            Value::Uuid(x) => x.fmt(f),
            Value::Timestamp(x) => x.fmt(f),
            Value::Date(x) => x.fmt(f),
            Value::Time(x) => x.fmt(f),
            Value::DateTime(x) => x.fmt(f),
            Value::Decimal(x) => x.fmt(f),
            Value::List(members) => {
                f.write_str("[")?;
                for (number, member) in members.iter().take(MOST).enumerate() {
                    if number > 0 {
                        f.write_str(", ")?;
                    }
                    Revealed(member).fmt(f)?;
                }
                f.write_str(if members.len() > MOST { ", …]" } else { "]" })
            }
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "{}[{length}]", self.type_name()),
            None => f.write_str(self.type_name()),
        }
    }
}

/// Keys of associations are compared and hashed as values; floats by their bits, which is what equality of a key means.
impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Value::Null => state.write_u8(0),
            Value::Bool(x) => x.hash(state),
            Value::Int(x) => x.hash(state),
            Value::Big(x) => x.hash(state),
            Value::Float(x) => x.to_bits().hash(state),
            Value::Text(x) | Value::Json(x) => x.hash(state),
            Value::Label(x) => x.hash(state),
            Value::Bytes(x) => x.hash(state),
            Value::Uuid(x) => x.hash(state),
            Value::Timestamp(x) => x.hash(state),
            Value::Date(x) => x.hash(state),
            Value::Time(x) => x.hash(state),
            Value::DateTime(x) => x.hash(state),
            Value::Decimal(x) => x.hash(state),
            Value::List(x) => x.hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_type_and_length_only() {
        assert_eq!(format!("{:?}", Value::Text("secret".into())), "text[6]");
        assert_eq!(format!("{:?}", Value::Int(42)), "integer");
    }

    #[test]
    fn a_value_is_four_words_wide() {
        assert_eq!(size_of::<Value>(), 32);
        assert_eq!(size_of::<Option<Value>>(), 32);
    }
}
