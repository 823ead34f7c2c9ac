//! One connection.

use crate::errors::{busy, convert_bare, is_busy};
use crate::explain;
use crate::home::{Home, Lent, StopOnDrop};
use crate::prepared::SqlitePrepared;
use crate::run::{Ran, execute, fetch};
use crate::settings::{Execution, Settings};
use crate::stream;
use crate::transaction::{NOT_QUERY_ONLY, QUERY_ONLY, roll_back, run_cached, still_open};
use crate::wait::Patience;
use rusqlite::{Connection as Driver, InterruptHandle};
use std::sync::Arc;
use std::time::Duration;
use toasty_contract::{Access, Begin, Connection, Control, Cost, Explain, Plan, in_turn};
use toasty_dsl::error::{Error, ErrorKind, Result};
use toasty_dsl::query::{Answer, Future, Independent, Outcome, RowStream, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Params, Row};
use toasty_sql::Dialect;

/// How many rows are read on the caller's task before the statement is begun anew on a thread: a few milliseconds' worth.
const SLICE: usize = 8192;

/// One connection of SQLite.
///
/// The driver is here, or on a thread that brings it home when it is done: a future that is dropped meanwhile leaves it
/// there, and the next use waits for it.
pub struct SqliteConnection {
    driver: Option<Box<Driver>>,
    home: Arc<Home>,
    interrupt: Arc<InterruptHandle>,
    execution: Execution,
    busy_timeout: Duration,
    /// A transaction was begun and not ended by us.
    pub(crate) begun: bool,
    /// It only reads, on a connection that was opened to write.
    held_back: bool,
    access: Access,
}

impl SqliteConnection {
    pub(crate) async fn open(settings: &Settings, access: Access) -> Result<Self> {
        let mut patience = Patience::new(settings.busy_timeout);
        let driver = loop {
            match crate::open::open(settings, access) {
                Ok(driver) => break driver,
                Err(error) if is_busy(&error) => {
                    if !patience.wait().await {
                        return Err(busy());
                    }
                }
                Err(error) => return Err(convert_bare(&error)),
            }
        };
        Ok(SqliteConnection {
            interrupt: Arc::new(driver.get_interrupt_handle()),
            driver: Some(Box::new(driver)),
            home: Arc::default(),
            execution: settings.execution,
            busy_timeout: settings.busy_timeout,
            begun: false,
            held_back: false,
            access,
        })
    }

    /// The driver, once it is here.
    pub(crate) async fn driver(&mut self) -> &Driver {
        let driver = match self.driver.take().or_else(|| self.home.take()) {
            Some(driver) => driver,
            None => self.home.wait().await,
        };
        self.driver.insert(driver)
    }

    /// The driver, to be lent to a thread.
    pub(crate) fn lend(&mut self) -> Option<Lent> {
        let driver = self.driver.take().or_else(|| self.home.take())?;
        Some(Lent::new(driver, Arc::clone(&self.home)))
    }

    /// Runs something on a thread, on this connection. When the future is dropped, the thread is told to stop.
    async fn on_thread<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Driver) -> T + Send + 'static,
    ) -> Result<T> {
        self.driver().await;
        let lent = self.lend();
        let mut stop = StopOnDrop {
            interrupt: Arc::clone(&self.interrupt),
            armed: true,
        };
        let done =
            tokio::task::spawn_blocking(move || lent.as_ref().and_then(Lent::driver).map(work))
                .await;
        stop.armed = false;
        match done {
            Ok(Some(result)) => Ok(result),
            Ok(None) | Err(_) => Err(Error::new(
                ErrorKind::ConnectionLost,
                "the thread that ran the statement ended before it",
            )),
        }
    }

    /// Runs something again and again until no lock is in the way.
    async fn patiently<T: Send>(
        &mut self,
        mut attempt: impl FnMut(&Driver) -> Result<Ran<T>> + Send,
    ) -> Result<Ran<T>> {
        let mut patience = None;
        loop {
            let ran = attempt(self.driver().await)?;
            let Ran::Busy = ran else { return Ok(ran) };
            if !patience
                .get_or_insert_with(|| Patience::new(self.busy_timeout))
                .wait()
                .await
            {
                return Err(busy());
            }
        }
    }

    async fn fetch_on_thread<S: Sink>(
        &mut self,
        prepared: &Arc<SqlitePrepared>,
        mut params: Params,
        mut sink: S,
    ) -> Result<S> {
        let (begun, mut patience) = (self.begun, Patience::new(self.busy_timeout));
        loop {
            let shape = Arc::clone(prepared);
            let (ran, back, values) = self
                .on_thread(move |driver| {
                    let ran = still_open(begun, driver)
                        .and_then(|()| fetch(driver, &shape, &params, &mut sink, usize::MAX));
                    (ran, sink, params)
                })
                .await?;
            (sink, params) = (back, values);
            match ran? {
                Ran::Done(()) | Ran::Long => return Ok(sink),
                Ran::Busy => {
                    sink.restart();
                    if !patience.wait().await {
                        return Err(busy());
                    }
                }
            }
        }
    }

    /// What is left of a fetch when it did not end at the first attempt on the caller's task.
    fn fetch_slowly<'a, S: Sink>(
        &'a mut self,
        prepared: &'a Arc<SqlitePrepared>,
        params: Params,
        mut sink: S,
        long: bool,
    ) -> Future<'a, Result<S>> {
        Box::pin(async move {
            sink.restart();
            let begun = self.begun;
            if !long {
                let ran = self
                    .patiently(|driver| {
                        sink.restart();
                        still_open(begun, driver)?;
                        fetch(driver, prepared, &params, &mut sink, SLICE)
                    })
                    .await?;
                if let Ran::Done(()) = ran {
                    return Ok(sink);
                }
                prepared.note_long();
                sink.restart();
            }
            self.fetch_on_thread(prepared, params, sink).await
        })
    }

    /// What is left of a write when it did not end at the first attempt on the caller's task.
    fn execute_slowly<'a>(
        &'a mut self,
        prepared: &'a Arc<SqlitePrepared>,
        params: Params,
    ) -> Future<'a, Result<Outcome>> {
        Box::pin(async move {
            let width = prepared.width();
            if prepared.many || (prepared.insert.is_some() && params.len() > width) {
                return self.write_rows(prepared, params, width).await;
            }
            let begun = self.begun;
            let ran = if self.execution == Execution::Thread {
                let mut patience = Patience::new(self.busy_timeout);
                loop {
                    let (shape, values) = (Arc::clone(prepared), params.clone());
                    match self
                        .on_thread(move |driver| {
                            still_open(begun, driver)
                                .and_then(|()| execute(driver, &shape, values.values()))
                        })
                        .await??
                    {
                        Ran::Busy if patience.wait().await => {}
                        ran => break ran,
                    }
                }
            } else {
                self.patiently(|driver| {
                    still_open(begun, driver)
                        .and_then(|()| execute(driver, prepared, params.values()))
                })
                .await?
            };
            match ran {
                Ran::Done(outcome) => Ok(Outcome {
                    values: params,
                    ..outcome
                }),
                Ran::Busy | Ran::Long => Err(busy()),
            }
        })
    }

    /// Ends or divides the transaction, if it is still there.
    async fn run_inside(
        &mut self,
        run: impl Fn(&Driver) -> rusqlite::Result<()> + Send,
    ) -> Result<()> {
        let begun = self.begun;
        still_open(begun, self.driver().await)?;
        self.run_once(run).await
    }

    /// Keeps the connection from writing for one transaction, or lets it write again.
    async fn hold_back(&mut self, on: bool) -> Result<()> {
        self.held_back |= on;
        let text = if on { QUERY_ONLY } else { NOT_QUERY_ONLY };
        self.run_once(|driver| driver.execute_batch(text)).await?;
        self.held_back = on;
        Ok(())
    }

    async fn run_once(
        &mut self,
        mut run: impl FnMut(&Driver) -> rusqlite::Result<()> + Send,
    ) -> Result<()> {
        let ran = self
            .patiently(|driver| match run(driver) {
                Ok(()) => Ok(Ran::Done(())),
                Err(error) if is_busy(&error) => Ok(Ran::Busy),
                Err(error) => Err(convert_bare(&error)),
            })
            .await?;
        match ran {
            Ran::Done(()) => Ok(()),
            Ran::Busy | Ran::Long => Err(busy()),
        }
    }
}

impl Connection for SqliteConnection {
    type Prepared = SqlitePrepared;

    #[inline]
    async fn fetch<S: Sink>(
        &mut self,
        prepared: &Arc<SqlitePrepared>,
        params: Params,
        mut sink: S,
    ) -> Result<S> {
        let long = self.execution == Execution::Thread || prepared.is_long();
        if let (false, Some(driver)) = (long, &self.driver) {
            still_open(self.begun, driver)?;
            match fetch(driver, prepared, &params, &mut sink, SLICE)? {
                Ran::Done(()) => return Ok(sink),
                Ran::Long => {
                    prepared.note_long();
                    return self.fetch_slowly(prepared, params, sink, true).await;
                }
                Ran::Busy => {}
            }
        }
        self.fetch_slowly(prepared, params, sink, long).await
    }

    #[inline]
    async fn execute(&mut self, prepared: &Arc<SqlitePrepared>, params: Params) -> Result<Outcome> {
        let one = !prepared.many && (prepared.insert.is_none() || params.len() <= prepared.width());
        if let (true, Execution::Caller, Some(driver)) = (one, self.execution, &self.driver) {
            still_open(self.begun, driver)?;
            if let Ran::Done(outcome) = execute(driver, prepared, params.values())? {
                return Ok(Outcome {
                    values: params,
                    ..outcome
                });
            }
        }
        self.execute_slowly(prepared, params).await
    }

    async fn together(
        &mut self,
        statements: Vec<Independent<Arc<SqlitePrepared>>>,
    ) -> Vec<Result<Answer>> {
        in_turn(self, statements).await
    }

    async fn stream<T: Send + 'static>(
        &mut self,
        prepared: &Arc<SqlitePrepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let begun = self.begun;
        if let Err(error) = still_open(begun, self.driver().await) {
            return RowStream::failed(error);
        }
        match self.lend() {
            Some(lent) => stream::rows(lent, Arc::clone(prepared), params, decode),
            None => RowStream::failed(Error::new(
                ErrorKind::ConnectionLost,
                "the connection still runs another statement",
            )),
        }
    }

    async fn plan(
        &mut self,
        prepared: &Arc<SqlitePrepared>,
        _: Params,
        explain: Explain,
    ) -> Result<Plan> {
        explain::check(explain, prepared)?;
        match self
            .patiently(|driver| explain::plan(driver, prepared))
            .await?
        {
            Ran::Done(plan) => Ok(plan),
            Ran::Busy | Ran::Long => Err(busy()),
        }
    }

    async fn control(&mut self, control: Control) -> Result<()> {
        match control {
            Control::Begin(begin) => {
                // Whatever level is asked for: SQLite's transactions are serializable ("Isolation In SQLite").
                let text = match begin.access {
                    Access::Write => "BEGIN IMMEDIATE",
                    Access::Read => "BEGIN",
                };
                if begin.access != self.access {
                    self.hold_back(true).await?;
                }
                self.run_once(|driver| run_cached(driver, text)).await?;
                self.begun = true;
            }
            Control::Commit => {
                self.run_inside(|driver| run_cached(driver, "COMMIT"))
                    .await?;
                self.begun = false;
                if self.held_back {
                    self.hold_back(false).await?;
                }
            }
            Control::Rollback => {
                self.run_once(|driver| {
                    if driver.is_autocommit() {
                        Ok(())
                    } else {
                        run_cached(driver, "ROLLBACK")
                    }
                })
                .await?;
                self.begun = false;
                if self.held_back {
                    self.hold_back(false).await?;
                }
            }
            Control::Savepoint(depth) => {
                let text = format!("SAVEPOINT toasty_{depth}");
                self.run_inside(|driver| run_cached(driver, &text)).await?;
            }
            Control::Release(depth) => {
                let text = format!("RELEASE toasty_{depth}");
                self.run_inside(|driver| run_cached(driver, &text)).await?;
            }
            Control::RollbackTo(depth) => {
                let text = format!("ROLLBACK TO toasty_{depth}; RELEASE toasty_{depth}");
                self.run_inside(|driver| driver.execute_batch(&text))
                    .await?;
            }
        }
        Ok(())
    }

    async fn create_tables(&mut self, models: &[&'static ModelDef]) -> Result<()> {
        let definitions = toasty_sql::define(models, Dialect::Sqlite)?;
        self.control(Control::Begin(Begin::WRITE)).await?;
        for definition in &definitions {
            self.run_text(definition).await?;
        }
        self.control(Control::Commit).await
    }

    async fn run_text(&mut self, text: &str) -> Result<()> {
        self.run_once(|driver| driver.execute_batch(text)).await
    }

    #[inline]
    fn take_cost(&mut self) -> Cost {
        Cost::default()
    }

    #[inline]
    fn reset(&mut self) -> bool {
        if self.driver.is_none() {
            self.driver = self.home.take();
        }
        let held_back = self.held_back;
        let driver = self.driver.as_deref();
        let ready = driver.is_some_and(|driver| roll_back(driver, held_back));
        self.begun &= !ready;
        self.held_back &= !ready;
        ready
    }

    async fn make_ready(&mut self) -> Result<()> {
        let held_back = self.held_back;
        if roll_back(self.driver().await, held_back) {
            (self.begun, self.held_back) = (false, false);
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::ConnectionLost,
            "a transaction that was left open could not be rolled back",
        ))
    }
}
