//! A backend with its connections and its plans: everything that is behind a `Db`.

use crate::config::Config;
use crate::cursors::Cursors;
use crate::log::{Log, Ran};
use crate::meter::Meter;
use crate::plans::Plans;
use crate::pool::{Keep, Lease, Pool, Rules, Site};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use toasty_contract::{Access, Backend, Connection, Lanes};
use toasty_dsl::query::{Answer, Independent, Outcome, RowStream, Sink};
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
    pub(crate) cursors: Cursors,
    /// How often a transaction is tried again.
    pub(crate) retries: u32,
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
    /// The connections.
    pub pool: PoolStatistics,
}

/// The connections of a `Db` at one moment; on SQLite those that read and the one that writes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatistics {
    /// How many there may be. None: as many as are asked for.
    pub max: Option<usize>,
    /// How many are open and rest.
    pub idle: usize,
    /// How many are in use, with those that are being opened.
    pub in_use: usize,
    /// How many callers wait for one.
    pub waiting: usize,
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
    /// Opens the first connection, so that a database that cannot be reached is an error now; more where the
    /// configuration says so.
    pub(crate) async fn open(backend: B, config: &Config) -> Result<Self> {
        let pool = &config.pool;
        let rules = |most: Option<usize>| Rules {
            most,
            acquire_timeout: pool.acquire_timeout,
            leak_report: pool.leak_report,
            keep: None,
        };
        let mut warm = 1;
        let (reads, writes) = match backend.lanes() {
            Lanes::One => {
                let only = Pool::new(rules(Some(1)));
                (Arc::clone(&only), only)
            }
            Lanes::OneWriter { readers } => {
                (Pool::new(rules(Some(readers))), Pool::new(rules(Some(1))))
            }
            Lanes::Alike => {
                if pool.warm_up {
                    warm = pool.min_idle.clamp(1, pool.max);
                }
                let all = Pool::new(Rules {
                    keep: Some(Keep {
                        min_idle: pool.min_idle,
                        idle_timeout: pool.idle_timeout,
                        max_lifetime: pool.max_lifetime,
                    }),
                    ..rules(Some(pool.max))
                });
                (Arc::clone(&all), all)
            }
            Lanes::Free => {
                let all = Pool::new(rules(None));
                (Arc::clone(&all), all)
            }
        };
        for _ in 0..warm {
            writes.put(backend.connect(Access::Write).await?);
        }
        Ok(Engine {
            log: Log::new(backend.system(), &config.logging),
            plans: Plans::new(config.cache.plans),
            batch: config.loading.batch,
            cursors: Cursors::new(&config.pages),
            acquire_timeout: pool.acquire_timeout,
            retries: pool.retries,
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
            pool: self.pool_statistics(),
        }
    }

    fn pool_statistics(&self) -> PoolStatistics {
        let writes = self.writes.counts();
        let mut sum = PoolStatistics {
            max: writes.most,
            idle: writes.idle,
            in_use: writes.in_use,
            waiting: writes.waiting,
        };
        if !self.is_one_lane() {
            let reads = self.reads.counts();
            sum.max = sum.max.zip(reads.most).map(|(one, more)| one + more);
            sum.idle += reads.idle;
            sum.in_use += reads.in_use;
            sum.waiting += reads.waiting;
        }
        sum
    }

    #[inline]
    pub(crate) fn ready(&self, statement: &Statement) -> Result<Ready<B::Prepared>> {
        let (operation, model) = (statement.operation(), statement.model().0);
        let prepared = self.plans.get(statement, |statement| {
            statement.check_arrays()?;
            self.backend.prepare(statement)
        })?;
        Ok(Ready {
            prepared,
            operation,
            model,
        })
    }

    pub(crate) fn all_ready(
        &self,
        statements: Vec<Independent<Statement>>,
    ) -> Result<Vec<Independent<Ready<B::Prepared>>>> {
        statements
            .into_iter()
            .map(|each| each.try_map(|statement| self.ready(&statement)))
            .collect()
    }

    fn pool(&self, access: Access) -> &Arc<Pool<B::Connection>> {
        match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        }
    }

    /// Reads and writes have the same connections.
    fn is_one_lane(&self) -> bool {
        Arc::ptr_eq(&self.reads, &self.writes)
    }

    /// What a connection of this lane must be able to do. A lane that serves both is opened for both.
    fn opened_for(&self, access: Access) -> Access {
        if self.is_one_lane() {
            Access::Write
        } else {
            access
        }
    }

    #[inline]
    pub(crate) async fn brief(&self, access: Access) -> Result<Brief<'_, B>> {
        Pool::lease(&**self.pool(access), None, || {
            self.backend.connect(self.opened_for(access))
        })
        .await
    }

    /// For a transaction, a stream, or whatever else can be held for long: with the place that took it.
    pub(crate) async fn lasting(&self, access: Access, site: Site) -> Result<Lasting<B>> {
        Pool::lease(Arc::clone(self.pool(access)), Some(site), || {
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
        meter: Option<&Meter>,
    ) -> Result<S> {
        let started = self.log.start(&*ready.prepared, &params);
        let fetched = connection.fetch(&ready.prepared, params, sink).await;
        let cost = connection.take_cost();
        if let Some(meter) = meter {
            meter.add_statement(fetched.as_ref().map_or(0, Sink::rows), &cost);
        }
        self.log.finish(
            started,
            &ready.ran(),
            &cost,
            fetched.as_ref().map(|sink| Some(sink.rows())),
        );
        fetched
    }

    /// Runs statements that do not depend on each other on a connection. Each has its event, with the time that all took;
    /// what they cost stands in the first.
    pub(crate) async fn together_on(
        &self,
        connection: &mut B::Connection,
        statements: Vec<Independent<Ready<B::Prepared>>>,
        meter: Option<&Meter>,
    ) -> Vec<Result<Answer>> {
        let mut told = Vec::with_capacity(statements.len());
        let mut asked = Vec::with_capacity(statements.len());
        for each in statements {
            let started = self.log.start(&*each.statement.prepared, &each.params);
            asked.push(Independent {
                statement: Arc::clone(&each.statement.prepared),
                params: each.params,
                sink: each.sink,
            });
            told.push((started, each.statement));
        }
        let answers = connection.together(asked).await;
        let mut cost = connection.take_cost();
        for ((started, ready), answer) in told.into_iter().zip(&answers) {
            let cost = std::mem::take(&mut cost);
            let rows = answer.as_ref().map(Answer::rows);
            if let Some(meter) = meter {
                meter.add_statement(rows.unwrap_or(0), &cost);
            }
            self.log
                .finish(started, &ready.ran(), &cost, rows.map(Some));
        }
        answers
    }

    /// Begins a stream on a connection. Its event tells that it began: how long it goes on is up to who takes the rows.
    pub(crate) async fn stream_on<T: Send + 'static>(
        &self,
        connection: &mut B::Connection,
        ready: &Ready<B::Prepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
        meter: Option<&Meter>,
    ) -> RowStream<T> {
        let started = self.log.start(&*ready.prepared, &params);
        let stream = connection.stream(&ready.prepared, params, decode).await;
        let cost = connection.take_cost();
        if let Some(meter) = meter {
            meter.add_statement(0, &cost);
        }
        self.log.finish(started, &ready.ran(), &cost, Ok(None));
        stream
    }

    /// Runs a statement without rows on a connection.
    #[inline]
    pub(crate) async fn execute_on(
        &self,
        connection: &mut B::Connection,
        ready: &Ready<B::Prepared>,
        params: Params,
        meter: Option<&Meter>,
    ) -> Result<Outcome> {
        let started = self.log.start(&*ready.prepared, &params);
        let done = connection.execute(&ready.prepared, params).await;
        let cost = connection.take_cost();
        if let Some(meter) = meter {
            meter.add_statement(done.as_ref().map_or(0, |outcome| outcome.affected), &cost);
        }
        self.log.finish(
            started,
            &ready.ran(),
            &cost,
            done.as_ref().map(|outcome| Some(outcome.affected)),
        );
        done
    }
}

impl<P> Ready<P> {
    pub(crate) fn ran(&self) -> Ran<'_, P> {
        Ran {
            operation: self.operation,
            model: self.model,
            prepared: self.prepared.deref(),
        }
    }
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
