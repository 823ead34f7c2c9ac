//! The two small errors of values: one that a value cannot be stored, one that a cell cannot be read.
//! Neither holds the value.

use super::{Error, ErrorKind};
use std::fmt;

/// Why a value cannot be stored. The text never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(String);

impl Refusal {
    /// A refusal with its reason, such as "a number above 9223372036854775807".
    #[cold]
    pub fn new(reason: impl Into<String>) -> Self {
        Refusal(reason.into())
    }

    /// The reason.
    pub fn reason(&self) -> &str {
        &self.0
    }

    /// As an error on a field of a model.
    #[cold]
    pub fn on(&self, model: &'static str, field: impl Into<String>) -> Error {
        Error::new(
            ErrorKind::Unrepresentable,
            format!("cannot store {}", self.0),
        )
        .on_model(model)
        .on_fields([field.into()])
        .with_advice("nothing was written")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a cell cannot be read as a field's type. It names types, never content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// What the field wanted, such as `u8`.
    pub expected: &'static str,
    /// What the cell held, such as `an integer out of range`.
    pub found: &'static str,
}

impl DecodeError {
    /// As an error on a column of a model.
    #[cold]
    pub fn on(self, model: &'static str, column: String) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!(
                "the column holds {}, and the field is {}",
                self.found, self.expected
            ),
        )
        .on_model(model)
        .on_fields([column])
    }
}
