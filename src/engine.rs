//! A backend with its connections and its plans: everything that is behind a `Db`.

use crate::config::Config;
use crate::log::{Log, Ran};
use crate::plans::Plans;
use crate::pool::{Lease, Pool};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use toasty_contract::{Access, Backend, Connection, Lanes};
use toasty_dsl::query::{Outcome, RowStream, Sink};
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, Result, Statement};

pub(crate) struct Engine<B: Backend> {
    pub(crate) backend: B,
    pub(crate) plans: Plans<B::Prepared>,
    pub(crate) log: Log,
    /// The most parents whose associations one statement loads.
    pub(crate) batch: usize,
    /// How long a connection is waited for, also one that a transaction holds already.
    pub(crate) acquire_timeout: Duration,
    reads: Arc<Pool<B::Connection>>,
    writes: Arc<Pool<B::Connection>>,
}

/// What a `Db` has seen so far: for tests and dashboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// How many statement shapes the plan cache holds.
    pub plans: usize,
    /// How many shapes were prepared because the cache did not hold them.
    pub plan_misses: u64,
    /// How many shapes had to make room for others.
    pub plan_evictions: u64,
}

/// A statement that is ready to be run.
pub(crate) struct Ready<P> {
    pub(crate) prepared: Arc<P>,
    operation: &'static str,
    model: &'static toasty_dsl::ModelDef,
}

/// A lease that borrows the pool, as long as one statement.
pub(crate) type Brief<'a, B> =
    Lease<<B as Backend>::Connection, &'a Pool<<B as Backend>::Connection>>;
/// A lease that keeps the pool alive: of a transaction or a stream.
pub(crate) type Lasting<B> =
    Lease<<B as Backend>::Connection, Arc<Pool<<B as Backend>::Connection>>>;

impl<B: Backend> Engine<B> {
    /// Opens the first connection, so that a database that cannot be reached is an error now.
    pub(crate) async fn open(backend: B, config: &Config) -> Result<Self> {
        let timeout = config.pool.acquire_timeout;
        let (reads, writes) = match backend.lanes() {
            Lanes::One => {
                let only = Arc::new(Pool::new(1, timeout));
                (Arc::clone(&only), only)
            }
            Lanes::OneWriter { readers } => (
                Arc::new(Pool::new(readers, timeout)),
                Arc::new(Pool::new(1, timeout)),
            ),
            Lanes::Alike => {
                let all = Arc::new(Pool::new(10, timeout));
                (Arc::clone(&all), all)
            }
            Lanes::Free => {
                let all = Arc::new(Pool::new(usize::MAX, timeout));
                (Arc::clone(&all), all)
            }
        };
        writes.put(backend.connect(Access::Write).await?);
        Ok(Engine {
            log: Log::new(backend.system(), &config.logging),
            plans: Plans::new(config.cache.plans),
            batch: config.loading.batch,
            acquire_timeout: timeout,
            backend,
            reads,
            writes,
        })
    }

    pub(crate) fn statistics(&self) -> Statistics {
        let counts = self.plans.counts();
        Statistics {
            plans: counts.shapes,
            plan_misses: counts.misses,
            plan_evictions: counts.evictions,
        }
    }

    #[inline]
    pub(crate) fn ready(&self, statement: Statement) -> Result<Ready<B::Prepared>> {
        let (operation, model) = (statement.operation(), statement.model().0);
        let prepared = self
            .plans
            .get(statement, |statement| self.backend.prepare(statement))?;
        Ok(Ready {
            prepared,
            operation,
            model,
        })
    }

    fn pool(&self, access: Access) -> &Arc<Pool<B::Connection>> {
        match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        }
    }

    /// What a connection of this lane must be able to do. A lane that serves both is opened for both.
    fn opened_for(&self, access: Access) -> Access {
        if Arc::ptr_eq(&self.reads, &self.writes) {
            Access::Write
        } else {
            access
        }
    }

    #[inline]
    pub(crate) async fn brief(&self, access: Access) -> Result<Brief<'_, B>> {
        Pool::lease(&**self.pool(access), || {
            self.backend.connect(self.opened_for(access))
        })
        .await
    }

    pub(crate) async fn lasting(&self, access: Access) -> Result<Lasting<B>> {
        Pool::lease(Arc::clone(self.pool(access)), || {
            self.backend.connect(self.opened_for(access))
        })
        .await
    }

    /// Runs a statement with rows on a connection.
    #[inline]
    pub(crate) async fn fetch_on<S: Sink>(
        &self,
        connection: &mut B::Connection,
        ready: &Ready<B::Prepared>,
        params: Params,
        sink: S,
    ) -> Result<S> {
        let started = self.log.start(&*ready.prepared, &params);
        let fetched = connection.fetch(&ready.prepared, params, sink).await;
        self.log.finish(
            started,
            &ready.ran(),
            fetched.as_ref().map(|sink| Some(rows(sink.count()))),
        );
        fetched
    }

    /// Begins a stream on a connection. Its event tells that it began: how long it goes on is up to who takes the rows.
    pub(crate) async fn stream_on<T: Send + 'static>(
        &self,
        connection: &mut B::Connection,
        ready: &Ready<B::Prepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let started = self.log.start(&*ready.prepared, &params);
        let stream = connection.stream(&ready.prepared, params, decode).await;
        self.log.finish(started, &ready.ran(), Ok(None));
        stream
    }

    /// Runs a statement without rows on a connection.
    #[inline]
    pub(crate) async fn execute_on(
        &self,
        connection: &mut B::Connection,
        ready: &Ready<B::Prepared>,
        params: Params,
    ) -> Result<Outcome> {
        let started = self.log.start(&*ready.prepared, &params);
        let done = connection.execute(&ready.prepared, params).await;
        self.log.finish(
            started,
            &ready.ran(),
            done.as_ref().map(|outcome| Some(outcome.affected)),
        );
        done
    }
}

impl<P> Ready<P> {
    fn ran(&self) -> Ran<'_, P> {
        Ran {
            operation: self.operation,
            model: self.model,
            prepared: self.prepared.deref(),
        }
    }
}

fn rows(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The access that a statement needs.
pub(crate) fn access_of(statement: &Statement) -> Access {
    if statement.is_read() {
        Access::Read
    } else {
        Access::Write
    }
}

/// A failure that the caller is told nothing of, because another is on its way to them already.
pub(crate) fn ignore(_: Error) {}
