//! What takes the rows of the queries' last words.

use super::run::{Executor, Sink};
use super::select::not_found;
use crate::error::{Error, ErrorKind, Result};
use crate::field::{Model, RowReader};
use crate::statement::{Select, Statement};
use crate::value::{Cell, Params, Row, Scalar};
use std::any::Any;
use std::ops::ControlFlow;

/// Collects instances.
pub(crate) struct Rows<M> {
    pub(crate) rows: Vec<M>,
    pub(crate) at_most: Option<usize>,
}

impl<M: Model> Sink for Rows<M> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.rows.push(M::decode(&mut RowReader::new(row, M::DEF))?);
        Ok(match self.at_most {
            Some(most) if self.rows.len() >= most => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    }

    fn count(&self) -> usize {
        self.rows.len()
    }

    fn restart(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Takes the one column of the one row.
pub(super) struct One<T>(pub(super) Option<T>);

impl<T> Default for One<T> {
    fn default() -> Self {
        One(None)
    }
}

impl<T> One<T> {
    /// What came.
    ///
    /// # Errors
    /// `NotFound`, where there was no row.
    pub(super) fn end(self, model: &'static str) -> Result<T> {
        self.0.ok_or_else(|| not_found(model))
    }
}

impl<T: Scalar> Sink for One<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let read = row.cell(0).and_then(|cell: Cell<'_>| T::decode(cell));
        self.0 = Some(read.map_err(|why| {
            Error::new(
                ErrorKind::Decode,
                format!("the answer is {}, not {}", why.found, why.expected),
            )
        })?);
        Ok(ControlFlow::Break(()))
    }

    fn count(&self) -> usize {
        usize::from(self.0.is_some())
    }

    fn restart(&mut self) {
        self.0 = None;
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The one answer of a statement that has one.
pub(super) async fn single<T: Scalar>(
    on: &impl Executor,
    select: Select,
    params: Params,
) -> Result<T> {
    let model = select.model.name;
    on.fetch(Statement::Select(select), params, One(None))
        .await?
        .end(model)
}
