//! A database handle that adds up what its statements cost.

use crate::Db;
use crate::db::with_engine;
use crate::meter::{CostReport, Meter};
use crate::object::executor_object;
use std::ops::Deref;
use std::sync::Arc;
use toasty_dsl::query::{
    Answer, Executor, ExecutorObject, Future, Independent, Outcome, RowStream, RunNested, Sink,
};
use toasty_dsl::statement::Lookup;
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Result, Statement};

/// A `Db` that adds up what its statements cost, those of its transactions included. Pass it where `&db` went.
///
/// Made by [`Db::metered`].
#[derive(Debug)]
pub struct Metered {
    db: Db,
    meter: Arc<Meter>,
}

impl Db {
    /// The same database, adding up from now on what the statements that run on it cost.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Note { id: u64 [key, auto], text: String } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// let metered = db.metered();
    /// create!(Note { text: "Buy flour" }).exec(&metered).await?;
    /// metered.transaction(async |tx| Note::all().all(tx).await).await?;
    /// let report = metered.report();
    /// assert_eq!((report.statements, report.rows), (2, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn metered(&self) -> Metered {
        let meter = Arc::<Meter>::default();
        let mut db = self.clone();
        db.meter = Some(Arc::clone(&meter));
        Metered { db, meter }
    }
}

impl Metered {
    /// What the statements cost up to now. Those of a stream count while it is read, and its last request when it is
    /// dropped.
    pub fn report(&self) -> CostReport {
        self.meter.report()
    }

    /// As [`Metered::report`], and begins anew.
    pub fn take_report(&self) -> CostReport {
        self.meter.reset()
    }
}

impl Deref for Metered {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Executor for Metered {
    fn fetch<S: Sink>(
        &self,
        statement: Statement,
        params: Params,
        sink: S,
    ) -> impl std::future::Future<Output = Result<S>> + Send {
        self.db.fetch(statement, params, sink)
    }

    fn look_up<S: Sink>(
        &self,
        lookup: Lookup,
        params: Params,
        sink: S,
    ) -> impl std::future::Future<Output = Result<S>> + Send {
        self.db.look_up(lookup, params, sink)
    }

    fn execute(
        &self,
        statement: Statement,
        params: Params,
    ) -> impl std::future::Future<Output = Result<Outcome>> + Send {
        self.db.execute(statement, params)
    }

    #[track_caller]
    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        self.db.stream(statement, params, decode)
    }

    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>> {
        self.db.atomically(work)
    }

    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        follows: Option<&'static str>,
        work: RunNested<'a, T>,
    ) -> Future<'a, Result<T>> {
        self.db.as_of_one_moment(follows, work)
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl Metered {
    fn run_together(
        &self,
        statements: Vec<Independent<Statement>>,
    ) -> impl std::future::Future<Output = Result<Vec<Result<Answer>>>> + Send {
        self.db.run_together(statements)
    }
}

executor_object!(
    Metered,
    keeps_each: true,
    metered => with_engine!(&metered.db.engine, engine => engine.batch),
    with_engine!(&metered.db.engine, engine => engine.cursors.key())
);
