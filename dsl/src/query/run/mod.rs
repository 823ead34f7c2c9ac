//! What a query is run on, and what takes its rows.

mod batch;
mod found;
mod moment;
mod sinks;
mod stream;
mod tuples;

pub use batch::{Batch, BatchPart};
pub(crate) use batch::{Pending, Single, instances, sealed};
pub(crate) use found::{not_found, only};
pub use moment::Moment;
pub(crate) use sinks::{Decoded, One, Rows, single};
pub use stream::RowStream;
pub(crate) use tuples::each_tuple;

use crate::cursor::CursorKey;
use crate::error::Result;
use crate::statement::{Lookup, Statement};
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

    /// The same as a number of rows.
    fn rows(&self) -> u64 {
        u64::try_from(self.count()).unwrap_or(u64::MAX)
    }

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
    /// The keys that the database made for all rows, in their order, where they were asked for.
    pub keys: Vec<Value>,
    /// The values that were sent, given back: a new row is read from them and not from the database.
    pub values: Params,
    /// Of a change or removal of many rows: the first of them, counted from zero, that found no row. Nothing may be kept then.
    pub missed: Option<usize>,
}

/// One of several statements that do not depend on each other, to be run in any order.
pub struct Independent<S> {
    /// The statement, or what was made of it.
    pub statement: S,
    /// Its values.
    pub params: Params,
    /// Takes its rows. None: it has none.
    pub sink: Option<AnySink>,
}

impl<S> Independent<S> {
    /// The same with what `make` makes of the statement.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_map<T>(self, make: impl FnOnce(S) -> Result<T>) -> Result<Independent<T>> {
        Ok(Independent {
            statement: make(self.statement)?,
            params: self.params,
            sink: self.sink,
        })
    }
}

/// What one of several statements gave.
pub enum Answer {
    /// The sink, with the rows it took.
    Rows(AnySink),
    /// What a statement without rows did.
    Done(Outcome),
}

impl Answer {
    /// How many rows were read or touched.
    pub fn rows(&self) -> u64 {
        match self {
            Answer::Rows(sink) => sink.rows(),
            Answer::Done(outcome) => outcome.affected,
        }
    }

    /// The sink in its own type.
    ///
    /// # Errors
    /// `Database`, where the executor gave back another than it was lent.
    pub fn into_sink<S: Sink>(self) -> Result<S> {
        if let Answer::Rows(sink) = self
            && let Ok(sink) = sink.0.into_any().downcast()
        {
            return Ok(*sink);
        }
        Err(crate::Error::new(
            crate::ErrorKind::Database,
            "the executor gave back another sink than it was lent",
        ))
    }
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

    /// Runs the statement that a lookup names: as [`fetch`](Executor::fetch), sooner where plans are found by its name.
    fn look_up<S: Sink>(
        &self,
        lookup: Lookup,
        params: Params,
        sink: S,
    ) -> impl std::future::Future<Output = Result<S>> + Send {
        self.fetch(lookup.statement(), params, sink)
    }

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

    /// Runs reads that all see one moment. `follows` names a model whose relations are asked for once the first answers are
    /// there: not every database can do that a moment later.
    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        follows: Option<&'static str>,
        work: RunNested<'a, T>,
    ) -> Future<'a, Result<T>>;

    /// The same as a trait object.
    fn object(&self) -> &dyn ExecutorObject;
}

/// Several statements to be run as one.
pub type RunNested<'a, T> =
    Box<dyn for<'t> FnOnce(&'t dyn ExecutorObject) -> Future<'t, Result<T>> + Send + 'a>;

/// The part of [`Executor`] that can be a trait object: what loads associations and nested rows runs on it.
pub trait ExecutorObject: Send + Sync {
    /// Runs statements that do not depend on each other, in as few trips as the database lets it, and answers in their
    /// order.
    fn together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Answer>>> {
        Box::pin(async move { self.each_together(statements).await?.into_iter().collect() })
    }

    /// The same with an answer of its own for each. The error of all is for what failed before any of them was sent.
    fn each_together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Result<Answer>>>>;

    /// Whether what one statement did stays where another fails: not so in a transaction.
    fn keeps_each(&self) -> bool;

    /// As [`Executor::execute`].
    fn execute_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
    ) -> Future<'a, Result<Outcome>>;

    /// As [`Executor::execute`], a check that other writes depend on: the part of this number of what is done together.
    fn check_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
        _part: usize,
    ) -> Future<'a, Result<Outcome>> {
        self.execute_boxed(statement, params)
    }

    /// The most parents whose associations one statement loads.
    fn association_batch(&self) -> usize;

    /// What the cursors of pages are signed with. None: they are not.
    fn cursor_key(&self) -> Option<&CursorKey>;
}

/// A sink whose type is no longer known. It has a name, since the compiler loses the lifetime of a bare box in a future that
/// moves between threads.
pub struct AnySink(Box<dyn Sink>);

impl AnySink {
    /// The sink, without its type.
    pub fn new(sink: impl Sink) -> Self {
        AnySink(Box::new(sink))
    }
}

impl Sink for AnySink {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0.row(row)
    }

    fn count(&self) -> usize {
        self.0.count()
    }

    fn restart(&mut self) {
        self.0.restart();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self.0.into_any()
    }
}
