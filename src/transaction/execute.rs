//! Statements in a transaction: all on its one connection.

use super::{AnyTx, Failed, Tx, with_tx};
use crate::engine::{run_on, touched};
use crate::object::executor_object;
use std::any::Any;
use toasty_contract::Connection;
use toasty_dsl::query::{
    Answer, Executor, ExecutorObject, Future, Independent, Outcome, RowStream, RunNested, Sink,
};
use toasty_dsl::statement::Lookup;
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Result, Statement};

/// Runs one statement on the transaction's connection, which is waited for only where somebody else uses it.
macro_rules! run_inside {
    ($tx:ident, $shared:ident, $ready:ident, $run:ident($($argument:ident),+), $rows:expr) => {{
        let mut used = match $shared.connection_at_rest($tx.depth) {
            Some(used) => used,
            None => Box::pin($shared.connection($tx.depth)).await?,
        };
        run_on!($shared.engine, used.0.connection()?, $ready, $shared.meter.as_deref(), $run($($argument),+), $rows)
    }};
}

impl Executor for Tx {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        with_tx!(&self.inner, shared => {
            shared.check_access(&statement)?;
            let ready = shared.engine.ready(&statement)?;
            run_inside!(self, shared, ready, fetch(params, sink), Sink::rows)
        })
    }

    async fn look_up<S: Sink>(&self, lookup: Lookup, params: Params, sink: S) -> Result<S> {
        with_tx!(&self.inner, shared => {
            let ready = shared.engine.ready_to_look_up(lookup)?;
            run_inside!(self, shared, ready, fetch(params, sink), Sink::rows)
        })
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        with_tx!(&self.inner, shared => {
            shared.check_access(&statement)?;
            let ready = shared.engine.ready(&statement)?;
            run_inside!(self, shared, ready, execute(params), touched)
        })
    }

    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        with_tx!(&self.inner, shared => {
            let (shared, depth) = (shared.clone(), self.depth);
            RowStream::starting(async move {
                let ready = shared.engine.ready(&statement)?;
                let mut held = shared.for_stream(depth).await?;
                let meter = shared.meter.clone();
                let rows = shared
                    .engine
                    .stream_on(held.connection()?, &ready, params, decode, meter.as_deref())
                    .await;
                let rows = match meter {
                    Some(meter) => crate::meter::counted(rows, meter),
                    None => rows,
                };
                Ok((rows, Box::new(held) as Box<dyn Any + Send>))
            })
        })
    }

    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>> {
        Box::pin(async move {
            let tx = self.begin().await?;
            let done = work(&tx).await;
            tx.end(done).await.map_err(Failed::into_theirs)
        })
    }

    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        _: Option<&'static str>,
        work: RunNested<'a, T>,
    ) -> Future<'a, Result<T>> {
        Box::pin(async move {
            with_tx!(&self.inner, shared => shared.check_one_state())?;
            work(self).await
        })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl Tx {
    async fn run_together(
        &self,
        statements: Vec<Independent<Statement>>,
    ) -> Result<Vec<Result<Answer>>> {
        with_tx!(&self.inner, shared => {
            for each in &statements {
                shared.check_access(&each.statement)?;
            }
            let ready = shared.engine.all_ready(statements)?;
            shared.together(self.depth, ready).await
        })
    }
}

executor_object!(
    Tx,
    keeps_each: false,
    tx => with_tx!(&tx.inner, shared => shared.engine.batch),
    with_tx!(&tx.inner, shared => shared.engine.cursors.key())
);
