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
    /// An enum without data: text, one of its labels
    Enum(EnumType),
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
    /// `Vec<T>`: of what
    Array(&'static ColumnType),
}

/// An enum without data, as its declaration describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// What is stored, one text a variant, in the order of declaration.
    pub labels: &'static [&'static str],
    /// The name of the database's own type, where `native("…")` gave one.
    pub native: Option<&'static str>,
}

impl EnumType {
    /// Stored as text.
    pub const fn of(labels: &'static [&'static str]) -> Self {
        EnumType {
            labels,
            native: None,
        }
    }

    /// `native("name")`: a type of the database's own where it has such types (PostgreSQL's `CREATE TYPE … AS ENUM`); text
    /// elsewhere. Its values sort in the order of declaration there, and not as texts.
    #[must_use]
    pub const fn native(mut self, name: &'static str) -> Self {
        self.native = Some(name);
        self
    }
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

    /// Whether the type is an array: its values are equal or not, and have no order that is the same everywhere.
    pub const fn is_array(self) -> bool {
        matches!(self, ColumnType::Array(_))
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
