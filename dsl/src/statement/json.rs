//! Values inside of JSON.

use crate::value::ColumnType;

/// As what a value inside of JSON is read. What is there and something else is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonAs {
    /// A text
    Text,
    /// A whole number of 64 bits
    Integer,
    /// A number, as the nearest float
    Float,
    /// A truth value
    Bool,
    /// Whether there is anything
    Existence,
}

impl JsonAs {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            JsonAs::Text => "json text",
            JsonAs::Integer => "json integer",
            JsonAs::Float => "json float",
            JsonAs::Bool => "json bool",
            JsonAs::Existence => "json existence",
        }
    }

    /// The type of what it gives.
    pub const fn column_type(self) -> ColumnType {
        match self {
            JsonAs::Text => ColumnType::Text,
            JsonAs::Integer => ColumnType::Int(64),
            JsonAs::Float => ColumnType::Float(64),
            JsonAs::Bool | JsonAs::Existence => ColumnType::Bool,
        }
    }
}
