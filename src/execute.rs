//! Statements on a `Db`: each on a connection of its own, for as long as it runs.

use crate::Db;
use crate::db::with_engine;
use crate::engine::{access_of, run_on, touched};
use crate::meter::Meter;
use crate::object::executor_object;
use crate::pool::{Lease, Pool};
use crate::transaction::Failed;
use std::any::Any;
use std::panic::Location;
use std::sync::Arc;
use toasty_contract::{Access, Begin, Connection};
use toasty_dsl::query::{
    Answer, Executor, ExecutorObject, Future, Independent, Outcome, RowStream, RunNested, Sink,
};
use toasty_dsl::statement::Lookup;
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, Result, Statement};

/// Runs one statement on a connection of its own, which is waited for only where none is at rest.
macro_rules! run_alone {
    ($db:ident, $engine:ident, $access:expr, $ready:ident, $run:ident($($argument:ident),+), $rows:expr) => {{
        let mut lease = match $engine.at_rest($access) {
            Some(lease) => lease,
            // In a box, so that the future of a statement that need not wait is small.
            None => Box::pin($engine.brief($access)).await?,
        };
        let done = run_on!($engine, lease.connection()?, $ready, $db.meter.as_deref(), $run($($argument),+), $rows);
        match done {
            // Only a statement that went well is known to have left nothing open.
            Ok(_) => lease.finish(),
            Err(_) => drop(lease),
        }
        done
    }};
}

impl Executor for Db {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        with_engine!(&self.engine, engine => {
            let access = access_of(&statement);
            let ready = engine.ready(&statement)?;
            keeps_nothing(&statement)?;
            run_alone!(self, engine, access, ready, fetch(params, sink), Sink::rows)
        })
    }

    async fn look_up<S: Sink>(&self, lookup: Lookup, params: Params, sink: S) -> Result<S> {
        with_engine!(&self.engine, engine => {
            let ready = engine.ready_to_look_up(lookup)?;
            run_alone!(self, engine, Access::Read, ready, fetch(params, sink), Sink::rows)
        })
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        with_engine!(&self.engine, engine => {
            let ready = engine.ready(&statement)?;
            run_alone!(self, engine, Access::Write, ready, execute(params), touched)
        })
    }

    #[track_caller]
    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let site = Some(Location::caller());
        let meter = self.meter.clone();
        with_engine!(&self.engine, engine => {
            let engine = Arc::clone(engine);
            RowStream::starting(async move {
                let access = access_of(&statement);
                let ready = engine.ready(&statement)?;
                keeps_nothing(&statement)?;
                let mut lease = engine.lasting(access, site).await?;
                let rows = engine.stream_on(lease.connection()?, &ready, params, decode, meter.as_deref()).await;
                Ok(match meter {
                    None => (rows, Box::new(lease) as Box<dyn Any + Send>),
                    Some(meter) => (
                        crate::meter::counted(rows, Arc::clone(&meter)),
                        Box::new(Spending { lease, meter }) as Box<dyn Any + Send>,
                    ),
                })
            })
        })
    }

    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>> {
        #[cfg(feature = "dynamodb")]
        if let crate::db::AnyEngine::Dynamodb(engine) = &self.engine {
            return Box::pin(crate::collected::together(
                engine,
                self.meter.as_deref(),
                work,
            ));
        }
        Box::pin(async move {
            let tx = self.begin_at(Begin::WRITE, None).await?;
            let done = work(&tx).await;
            tx.end(done).await.map_err(Failed::into_theirs)
        })
    }

    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        follows: Option<&'static str>,
        work: RunNested<'a, T>,
    ) -> Future<'a, Result<T>> {
        #[cfg(feature = "dynamodb")]
        if let crate::db::AnyEngine::Dynamodb(engine) = &self.engine {
            let meter = self.meter.as_deref();
            return Box::pin(crate::moment::read(engine, meter, follows, work));
        }
        // A transaction may ask as often as it likes.
        let _ = follows;
        Box::pin(async move {
            let tx = self.begin_at(Begin::ONE_STATE, None).await?;
            let done = work(&tx).await;
            tx.end(done).await.map_err(Failed::into_theirs)
        })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

/// A lock is kept until the end of a transaction, and one that is a statement long keeps nobody out.
#[inline]
fn keeps_nothing(statement: &Statement) -> Result<()> {
    if statement.locks() {
        Err(lock_outside(statement))
    } else {
        Ok(())
    }
}

#[cold]
fn lock_outside(statement: &Statement) -> Error {
    Error::unsupported(
        "locks on rows outside of a transaction, which would be gone with the statement",
        "read and change the rows in one: `db.transaction(async |tx| …)`, and ask `tx`",
    )
    .on_model(statement.model().0.name)
}

impl Db {
    /// All on one connection, which writes where any of them does.
    pub(crate) async fn run_together(
        &self,
        statements: Vec<Independent<Statement>>,
    ) -> Result<Vec<Result<Answer>>> {
        let reads = statements.iter().all(|each| each.statement.is_read());
        let access = if reads { Access::Read } else { Access::Write };
        with_engine!(&self.engine, engine => {
            let ready = engine.all_ready(statements)?;
            let mut lease = engine.brief(access).await?;
            let done = engine.together_on(lease.connection()?, ready, self.meter.as_deref()).await?;
            if done.iter().all(Result::is_ok) {
                lease.finish();
            } else {
                drop(lease);
            }
            Ok(done)
        })
    }
}

executor_object!(
    Db,
    keeps_each: true,
    db => with_engine!(&db.engine, engine => engine.batch),
    with_engine!(&db.engine, engine => engine.cursors.key())
);

/// The connection of a stream, whose cost is known when it is over.
struct Spending<C: Connection> {
    lease: Lease<C, Arc<Pool<C>>>,
    meter: Arc<Meter>,
}

impl<C: Connection> Drop for Spending<C> {
    fn drop(&mut self) {
        if let Ok(connection) = self.lease.connection() {
            self.meter.add_more(0, &connection.take_cost());
        }
    }
}
