//! Statements on a `Db`: each on a connection of its own, for as long as it runs.

use crate::Db;
use crate::db::with_engine;
use crate::engine::access_of;
use std::sync::Arc;
use toasty_contract::Access;
use toasty_dsl::query::{Executor, ExecutorObject, Future, Outcome, RowStream, RunNested, Sink};
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Result, Statement};

impl Executor for Db {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        with_engine!(&self.engine, engine => {
            let access = access_of(&statement);
            let ready = engine.ready(statement)?;
            let mut lease = engine.brief(access).await?;
            let fetched = engine.fetch_on(lease.connection()?, &ready, params, sink).await;
            lease.finish();
            fetched
        })
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        with_engine!(&self.engine, engine => {
            let ready = engine.ready(statement)?;
            let mut lease = engine.brief(Access::Write).await?;
            let done = engine.execute_on(lease.connection()?, &ready, params).await;
            match done {
                // Only a statement that went well is known to have left nothing open.
                Ok(_) => lease.finish(),
                Err(_) => drop(lease),
            }
            done
        })
    }

    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        with_engine!(&self.engine, engine => {
            let engine = Arc::clone(engine);
            RowStream::starting(async move {
                let access = access_of(&statement);
                let ready = engine.ready(statement)?;
                let mut lease = engine.lasting(access).await?;
                let rows = engine.stream_on(lease.connection()?, &ready, params, decode).await;
                Ok((rows, Box::new(lease) as Box<dyn std::any::Any + Send>))
            })
        })
    }

    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>> {
        Box::pin(async move {
            let tx = self.begin().await?;
            let done = work(&tx).await;
            tx.end(done).await
        })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl ExecutorObject for Db {
    fn fetch_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
        sink: Box<dyn Sink>,
    ) -> Future<'a, Result<Box<dyn Sink>>> {
        Box::pin(self.fetch(statement, params, sink))
    }

    fn execute_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
    ) -> Future<'a, Result<Outcome>> {
        Box::pin(self.execute(statement, params))
    }

    fn association_batch(&self) -> usize {
        with_engine!(&self.engine, engine => engine.batch)
    }
}
