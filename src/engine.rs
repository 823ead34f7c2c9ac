//! A backend with its connections and its plans: everything that is behind a `Db`.

use crate::config::Config;
use crate::cursors::Cursors;
use crate::full_scans::{FullScans, Suspect};
use crate::log::{Log, Ran, Started};
use crate::meter::Meter;
use crate::plans::Plans;
use crate::pool::{Keep, Lease, Pool, Rules, Site};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use toasty_contract::{Access, Backend, Connection, Cost, Lanes};
use toasty_dsl::query::{Answer, Future, Independent, Outcome, RowStream};
use toasty_dsl::statement::Lookup;
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
    full_scans: FullScans<B::Prepared>,
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
    /// What has to be looked at before it is run.
    suspect: Option<Box<Suspect>>,
    operation: &'static str,
    model: &'static toasty_dsl::ModelDef,
}

/// Statements that were begun, with their events.
pub(crate) type Told<B> = Vec<(Started, Ready<<B as Backend>::Prepared>)>;

/// What a connection is given of them.
pub(crate) type ToRun<B> = Vec<Independent<Arc<<B as Backend>::Prepared>>>;

/// A lease that borrows the pool, as long as one statement.
pub(crate) type Brief<'a, B> =
    Lease<<B as Backend>::Connection, &'a Pool<<B as Backend>::Connection>>;
/// A lease that keeps the pool alive: of a transaction or a stream.
pub(crate) type Lasting<B> =
    Lease<<B as Backend>::Connection, Arc<Pool<<B as Backend>::Connection>>>;

/// Runs one statement on a connection, and tells the log and the meter. A macro and no function: an async function copies
/// its arguments into its future and once more out of it, which of a lookup by key was a tenth.
macro_rules! run_on {
    ($engine:expr, $connection:expr, $ready:ident, $meter:expr, $run:ident($params:ident $(, $sink:ident)?), $rows:expr) => {{
        let connection = $connection;
        if let Some(look) = $engine.look(connection, &$ready, &$params) {
            look.await?;
        }
        let started = $engine.log.start(&*$ready.prepared, &$params);
        let done = connection.$run(&$ready.prepared, $params $(, $sink)?).await;
        let cost = connection.take_cost();
        $engine.tell(started, &$ready, &cost, done.as_ref().map($rows), $meter);
        done
    }};
}
pub(crate) use run_on;

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
            full_scans: FullScans::new(&config.development),
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

    /// What a statement became, from the plan cache or anew.
    #[inline]
    pub(crate) fn shape(&self, statement: &Statement) -> Result<Arc<B::Prepared>> {
        self.plans.get(statement, |statement| {
            statement.check_arrays()?;
            statement.check_subqueries()?;
            self.backend.prepare(statement)
        })
    }

    /// Looks at a statement that is about to be run, where the configuration asks for that.
    #[inline]
    pub(crate) fn look<'a>(
        &'a self,
        connection: &'a mut B::Connection,
        ready: &'a Ready<B::Prepared>,
        params: &'a Params,
    ) -> Option<Future<'a, Result<()>>> {
        let suspect = ready.suspect.as_deref()?;
        // In a box for its size, which every statement would pay for.
        let look = self
            .full_scans
            .look(connection, &ready.prepared, suspect, params);
        Some(Box::pin(look))
    }

    #[inline]
    pub(crate) fn ready(&self, statement: &Statement) -> Result<Ready<B::Prepared>> {
        let (operation, model) = (statement.operation(), statement.model().0);
        let prepared = self.shape(statement)?;
        let suspect = self.full_scans.suspect(&prepared, statement)?;
        Ok(Ready {
            prepared,
            suspect,
            operation,
            model,
        })
    }

    /// The same for a lookup, whose plan is found by its name.
    #[inline]
    pub(crate) fn ready_to_look_up(&self, lookup: Lookup) -> Result<Ready<B::Prepared>> {
        let prepared = self
            .plans
            .look_up(lookup, |statement| self.backend.prepare(statement))?;
        Ok(Ready {
            prepared,
            // What finds one row by an index reads no more.
            suspect: None,
            operation: "select",
            model: lookup.model.0,
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

    /// A connection that is ready and that nobody else waits for, without waiting.
    #[inline]
    pub(crate) fn at_rest(&self, access: Access) -> Option<Brief<'_, B>> {
        Pool::lease_at_rest(&**self.pool(access))
    }

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

    /// What a statement that was run by itself cost and gave, for the log and the meter.
    #[inline]
    pub(crate) fn tell(
        &self,
        started: Started,
        ready: &Ready<B::Prepared>,
        cost: &Cost,
        rows: Result<u64, &Error>,
        meter: Option<&Meter>,
    ) {
        if let Some(meter) = meter {
            meter.add_statement(rows.ok(), cost);
        }
        self.log.finish(started, &ready.ran(), cost, rows.map(Some));
    }

    /// Runs statements that do not depend on each other on a connection. Each has its event, with the time that all took;
    /// what they cost stands in the first. The error of all is for what was refused before any of them was sent.
    pub(crate) async fn together_on(
        &self,
        connection: &mut B::Connection,
        mut statements: Vec<Independent<Ready<B::Prepared>>>,
        meter: Option<&Meter>,
    ) -> Result<Vec<Result<Answer>>> {
        // A sink can be sent to another thread but not be shared with it.
        for each in &mut statements {
            if let Some(look) = self.look(connection, &each.statement, &each.params) {
                look.await?;
            }
        }
        let (told, asked) = self.start_all(statements);
        let answers = connection.together(asked).await;
        let rows = answers
            .iter()
            .map(|answer| answer.as_ref().map(Answer::rows));
        self.tell_all(told, connection.take_cost(), rows, meter);
        Ok(answers)
    }

    /// Begins the events of several statements, and gives what is run.
    pub(crate) fn start_all(
        &self,
        statements: Vec<Independent<Ready<B::Prepared>>>,
    ) -> (Told<B>, ToRun<B>) {
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
        (told, asked)
    }

    /// Ends their events, with the rows of each.
    pub(crate) fn tell_all<'e>(
        &self,
        told: Told<B>,
        mut cost: Cost,
        rows: impl Iterator<Item = Result<u64, &'e Error>>,
        meter: Option<&Meter>,
    ) {
        for ((started, ready), rows) in told.into_iter().zip(rows) {
            self.tell(started, &ready, &std::mem::take(&mut cost), rows, meter);
        }
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
        if let Some(look) = self.look(connection, ready, &params)
            && let Err(error) = look.await
        {
            return RowStream::failed(error);
        }
        let started = self.log.start(&*ready.prepared, &params);
        let stream = connection.stream(&ready.prepared, params, decode).await;
        let cost = connection.take_cost();
        if let Some(meter) = meter {
            meter.add_statement(None, &cost);
        }
        self.log.finish(started, &ready.ran(), &cost, Ok(None));
        stream
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

/// How many rows a statement touched.
pub(crate) fn touched(outcome: &Outcome) -> u64 {
    outcome.affected
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
