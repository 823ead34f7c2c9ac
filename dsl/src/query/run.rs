//! What a query is run on, and what takes its rows.

use super::RowStream;
use crate::error::Result;
use crate::statement::Statement;
use crate::value::{Params, Row, Value};
use std::any::Any;
use std::ops::ControlFlow;
use std::pin::Pin;

/// A boxed future, where a trait object needs one.
pub type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

/// Takes the rows of a statement one by one, while the backend lends them.
pub trait Sink: Any + Send {
    /// Takes one row, and says whether it wants more.
    ///
    /// # Errors
    /// `Decode`, when the row is not what the model says. No further row comes then.
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>>;

    /// How many rows it has taken.
    fn count(&self) -> usize;

    /// Forgets the rows it has taken: the statement is run again from its start.
    fn restart(&mut self);

    /// The sink as a value of any type, to get back what was lent to a trait object.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// What a write did.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many rows it touched.
    pub affected: u64,
    /// The key that the database made for the last row, where it made one.
    pub key: Option<Value>,
    /// The values that were sent, given back: a new row is read from them and not from the database.
    pub values: Params,
}

/// Something that statements are run on: a `Db`, or a transaction. Queries take it by reference.
#[diagnostic::on_unimplemented(
    message = "a query cannot be run on `{Self}`",
    label = "expected a `&Db` or a transaction",
    note = "pass `&db`, or inside `db.transaction(async |tx| …)` pass `tx`"
)]
pub trait Executor: ExecutorObject {
    /// Runs a statement that has rows.
    fn fetch<S: Sink>(
        &self,
        statement: Statement,
        params: Params,
        sink: S,
    ) -> impl std::future::Future<Output = Result<S>> + Send;

    /// Runs a statement that has no rows, and gives its values back with what it did.
    fn execute(
        &self,
        statement: Statement,
        params: Params,
    ) -> impl std::future::Future<Output = Result<Outcome>> + Send;

    /// Runs a statement whose rows come in slices, at the pace at which they are taken.
    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T>;

    /// Runs several statements as one: all of them, or none.
    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>>;

    /// The same as a trait object.
    fn object(&self) -> &dyn ExecutorObject;
}

/// Several statements to be run as one.
pub type RunNested<'a, T> =
    Box<dyn for<'t> FnOnce(&'t dyn ExecutorObject) -> Future<'t, Result<T>> + Send + 'a>;

/// The part of [`Executor`] that can be a trait object: what loads associations and nested rows runs on it.
pub trait ExecutorObject: Send + Sync {
    /// As [`Executor::fetch`].
    fn fetch_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
        sink: Box<dyn Sink>,
    ) -> Future<'a, Result<Box<dyn Sink>>>;

    /// As [`Executor::execute`].
    fn execute_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
    ) -> Future<'a, Result<Outcome>>;

    /// The most parents whose associations one statement loads.
    fn association_batch(&self) -> usize;
}

/// Runs a statement on a trait object and gives the sink back in its own type.
///
/// # Errors
/// Those of the statement.
pub async fn run_all<S: Sink>(
    on: &dyn ExecutorObject,
    statement: Statement,
    params: Params,
    sink: S,
) -> Result<S> {
    let sink = on.fetch_boxed(statement, params, Box::new(sink)).await?;
    match sink.into_any().downcast() {
        Ok(sink) => Ok(*sink),
        Err(_) => Err(crate::Error::new(
            crate::ErrorKind::Database,
            "the executor gave back another sink than it was lent",
        )),
    }
}

impl Sink for Box<dyn Sink> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        (**self).row(row)
    }

    fn count(&self) -> usize {
        (**self).count()
    }

    fn restart(&mut self) {
        (**self).restart();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        (*self).into_any()
    }
}
