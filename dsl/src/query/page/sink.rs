//! What takes the rows of a page.
//!
//! Promises: of the row that is read to know whether there are others nothing is kept.

use super::order::Key;
use crate::error::Result;
use crate::query::Sink;
use crate::query::values::Decode;
use crate::value::{Row, Value};
use std::any::Any;
use std::ops::ControlFlow;

/// So many rows, and the places where they begin and end.
pub(super) struct PageRows<T> {
    pub(super) rows: Vec<T>,
    /// The place of the first row.
    pub(super) first: Option<Vec<Value>>,
    /// That of the last, where there are as many as were wanted: else there is nothing behind it.
    pub(super) last: Option<Vec<Value>>,
    /// There was another row.
    pub(super) more: bool,
    size: usize,
    keys: Vec<Key>,
    decode: Decode<T>,
}

impl<T> PageRows<T> {
    /// Takes so many rows, and sees whether there is another.
    pub(super) fn new(size: usize, keys: Vec<Key>, decode: Decode<T>) -> Self {
        PageRows {
            rows: Vec::new(),
            first: None,
            last: None,
            more: false,
            size,
            keys,
            decode,
        }
    }

    fn place(&self, row: &dyn Row) -> Result<Option<Vec<Value>>> {
        let values = self.keys.iter().map(|key| key.read(row));
        values.collect::<Result<_>>().map(Some)
    }
}

impl<T: Send + 'static> Sink for PageRows<T> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        if self.rows.len() == self.size {
            self.more = true;
            return Ok(ControlFlow::Break(()));
        }
        self.rows.push((self.decode)(row)?);
        if self.rows.len() == 1 {
            self.first = self.place(row)?;
        }
        if self.rows.len() == self.size {
            self.last = self.place(row)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.rows.len() + usize::from(self.more)
    }

    fn restart(&mut self) {
        self.rows.clear();
        (self.first, self.last, self.more) = (None, None, false);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
