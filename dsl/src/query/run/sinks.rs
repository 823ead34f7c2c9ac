//! What takes the rows of the queries' last words.

use super::found::not_found;
use crate::error::{Error, ErrorKind, Result};
use crate::field::{Model, RowReader};
use crate::query::{Executor, Sink};
use crate::statement::{Select, Statement};
use crate::value::{Cell, Params, Row, Scalar};
use std::any::Any;
use std::ops::ControlFlow;

/// Collects instances. Not a [`Decoded`], whose function is not known when it is compiled: a scan would call it for each row.
pub(crate) struct Rows<M> {
    pub(crate) rows: Vec<M>,
    at_most: Option<usize>,
}

impl<M> Rows<M> {
    /// As many as come.
    pub(crate) fn all() -> Self {
        Rows::at_most(None)
    }

    /// So many at most.
    pub(crate) fn at_most(at_most: Option<usize>) -> Self {
        Rows {
            rows: Vec::new(),
            at_most,
        }
    }
}

impl<M: Model> Sink for Rows<M> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.rows.push(M::decode(&mut RowReader::new(row, M::DEF))?);
        Ok(enough(self.rows.len(), self.at_most))
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

fn enough(count: usize, at_most: Option<usize>) -> ControlFlow<()> {
    match at_most {
        Some(most) if count >= most => ControlFlow::Break(()),
        Some(_) | None => ControlFlow::Continue(()),
    }
}

/// Collects rows that are no instances: values, and rows of SQL of the user's own.
pub(crate) struct Decoded<T> {
    pub(crate) rows: Vec<T>,
    at_most: Option<usize>,
    decode: fn(&dyn Row) -> Result<T>,
}

impl<T> Decoded<T> {
    pub(crate) fn new(at_most: Option<usize>, decode: fn(&dyn Row) -> Result<T>) -> Self {
        Decoded {
            rows: Vec::new(),
            at_most,
            decode,
        }
    }
}

impl<T: Send + 'static> Sink for Decoded<T> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.rows.push((self.decode)(row)?);
        Ok(enough(self.rows.len(), self.at_most))
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
pub(crate) struct One<T>(Option<T>);

impl<T> One<T> {
    pub(crate) fn new() -> Self {
        One(None)
    }

    /// What came.
    ///
    /// # Errors
    /// `NotFound`, where there was no row.
    pub(crate) fn end(self, model: &'static str) -> Result<T> {
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
pub(crate) async fn single<T: Scalar>(
    on: &impl Executor,
    select: Select,
    params: Params,
) -> Result<T> {
    let model = select.model.name;
    on.fetch(Statement::Select(select), params, One::new())
        .await?
        .end(model)
}
