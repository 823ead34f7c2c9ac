//! Rows as backends lend them.

use super::{Cell, Value};
use crate::error::DecodeError;

/// One row that a backend lends while it steps.
pub trait Row {
    /// The column at this index.
    ///
    /// # Errors
    /// `DecodeError` when the row has no such column or its bytes are not what its type says.
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError>;

    /// The name of the column at this index, where the row has such a column and its columns have names.
    fn name(&self, index: usize) -> Option<&str> {
        let _ = index;
        None
    }
}

/// A row made of values: what was just written, read back without asking the backend.
pub struct ValueRow<'a>(pub &'a [Value]);

impl Row for ValueRow<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match self.0.get(index) {
            Some(value) => Ok(Cell::of(value)),
            None => Err(DecodeError {
                expected: "a column",
                found: "a shorter row",
            }),
        }
    }
}
