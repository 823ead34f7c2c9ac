//! A row of SQLite as cells.

use rusqlite::types::ValueRef;
use toasty_dsl::error::DecodeError;
use toasty_dsl::value::{Cell, Row};

pub(crate) struct SqliteRow<'a, 'stmt>(pub(crate) &'a rusqlite::Row<'stmt>);

impl Row for SqliteRow<'_, '_> {
    #[inline]
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Integer(x)) => Ok(Cell::Int(x)),
            Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cell::Text(text)),
                Err(_) => Err(DecodeError {
                    expected: "text",
                    found: "text that is not UTF-8",
                }),
            },
            Ok(ValueRef::Null) => Ok(Cell::Null),
            Ok(ValueRef::Real(x)) => Ok(Cell::Float(x)),
            Ok(ValueRef::Blob(bytes)) => Ok(Cell::Bytes(bytes)),
            Err(_) => Err(DecodeError {
                expected: "a column",
                found: "a shorter row",
            }),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.as_ref().column_name(index).ok()
    }
}
