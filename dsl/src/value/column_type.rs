//! The types a column can have, before any backend has a say.

/// The type of a column, as the language knows it. Each backend maps it to its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// `bool`
    Bool,
    /// `i8`, `i16`, `i32` or `i64`: the bits
    Int(u8),
    /// `u8`, `u16`, `u32` or `u64`: the bits
    UInt(u8),
    /// `f32` or `f64`: the bits
    Float(u8),
    /// `String`
    Text,
    /// An enum without data: text, one of these labels
    Enum(&'static [&'static str]),
    /// `Vec<u8>`
    Bytes,
    /// `Uuid`
    Uuid,
    /// `jiff::Timestamp`: an instant
    Timestamp,
    /// `jiff::civil::Date`
    Date,
    /// `jiff::civil::Time`
    Time,
    /// `jiff::civil::DateTime`: without a zone
    DateTime,
    /// `rust_decimal::Decimal`
    Decimal,
    /// `serde_json::Value` or `Json<T>`
    Json,
}

impl ColumnType {
    /// Whether the type is an integer of any width.
    pub const fn is_integer(self) -> bool {
        matches!(self, ColumnType::Int(_) | ColumnType::UInt(_))
    }

    /// Whether a key of this type can be made by itself (`auto`).
    pub const fn can_be_auto(self) -> bool {
        matches!(
            self,
            ColumnType::Int(64) | ColumnType::UInt(64) | ColumnType::Uuid
        )
    }

    /// Whether two columns hold the same values, as a key and what refers to it must.
    pub const fn agrees_with(self, other: ColumnType) -> bool {
        match (self, other) {
            (ColumnType::Int(a), ColumnType::Int(b))
            | (ColumnType::UInt(a), ColumnType::UInt(b))
            | (ColumnType::Float(a), ColumnType::Float(b)) => a == b,
            (ColumnType::Bool, ColumnType::Bool)
            | (ColumnType::Text, ColumnType::Text)
            | (ColumnType::Enum(_), ColumnType::Enum(_))
            | (ColumnType::Bytes, ColumnType::Bytes)
            | (ColumnType::Uuid, ColumnType::Uuid)
            | (ColumnType::Timestamp, ColumnType::Timestamp)
            | (ColumnType::Date, ColumnType::Date)
            | (ColumnType::Time, ColumnType::Time)
            | (ColumnType::DateTime, ColumnType::DateTime)
            | (ColumnType::Decimal, ColumnType::Decimal)
            | (ColumnType::Json, ColumnType::Json) => true,
            _ => false,
        }
    }
}
