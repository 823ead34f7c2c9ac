//! One connection.

use crate::errors::{busy, convert_bare, is_busy};
use crate::prepared::SqlitePrepared;
use crate::run::{Ran, execute, execute_rows, fetch};
use crate::settings::{Execution, Settings};
use crate::stream;
use crate::wait::Patience;
use rusqlite::{Connection as Driver, InterruptHandle};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use toasty_contract::{Access, Connection, Control};
use toasty_dsl::error::{Error, ErrorKind, Result};
use toasty_dsl::query::{Outcome, RowStream, Sink};
use toasty_dsl::value::{Params, Row};

/// How many rows are read on the caller's task before the statement is begun anew on a thread: a few milliseconds' worth.
const SLICE: usize = 8192;

/// How many rows are inserted before other tasks get their turn.
const INSERTS: usize = 512;

/// One connection of SQLite.
///
/// The lock is free whenever the connection is: it is held by a thread that still runs what a dropped future began.
pub struct SqliteConnection {
    driver: Arc<Mutex<Driver>>,
    interrupt: Arc<InterruptHandle>,
    execution: Execution,
    busy_timeout: Duration,
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
            driver: Arc::new(Mutex::new(driver)),
            execution: settings.execution,
            busy_timeout: settings.busy_timeout,
        })
    }

    /// Runs something on a thread, on this connection. When the future is dropped, the thread is told to stop.
    async fn on_thread<T: Send + 'static>(&self, work: impl FnOnce(&Driver) -> T + Send + 'static) -> Result<T> {
        let guard = Arc::clone(&self.driver).lock_owned().await;
        let mut stop = StopOnDrop { interrupt: Arc::clone(&self.interrupt), armed: true };
        let done = tokio::task::spawn_blocking(move || work(&guard)).await;
        stop.armed = false;
        done.map_err(|_| Error::new(ErrorKind::ConnectionLost, "the thread that ran the statement ended before it"))
    }

    /// Runs something again and again until no lock is in the way.
    async fn patiently<T: Send>(&self, mut attempt: impl FnMut(&Driver) -> Result<Ran<T>> + Send) -> Result<Ran<T>> {
        let mut patience = None;
        loop {
            let ran = match self.driver.try_lock() {
                Ok(driver) => attempt(&driver),
                // The thread of a dropped future is about to end.
                Err(_) => attempt(&*self.driver.lock().await),
            }?;
            let Ran::Busy = ran else { return Ok(ran) };
            if !patience.get_or_insert_with(|| Patience::new(self.busy_timeout)).wait().await {
                return Err(busy());
            }
        }
    }

    async fn fetch_on_thread<S: Sink>(&self, prepared: &Arc<SqlitePrepared>, params: Params, mut sink: S) -> Result<S> {
        let mut params = params;
        let mut patience = Patience::new(self.busy_timeout);
        loop {
            let shape = Arc::clone(prepared);
            let (ran, back, values) = self
                .on_thread(move |driver| {
                    let ran = fetch(driver, &shape, &params, &mut sink, usize::MAX);
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

    /// Many rows by one statement, run row by row: all of them, or none.
    async fn insert_rows(&mut self, prepared: &Arc<SqlitePrepared>, params: Params, width: usize) -> Result<Outcome> {
        let alone = self.is_autocommit().await;
        let (begin, keep, forget) = if alone {
            (Control::Begin(Access::Write), Control::Commit, Control::Rollback)
        } else {
            (Control::Savepoint(usize::MAX), Control::Release(usize::MAX), Control::RollbackTo(usize::MAX))
        };
        self.control(begin).await?;
        let mut affected = 0;
        for rows in params.values().chunks(INSERTS * width.max(1)) {
            let done = {
                let driver = self.driver.lock().await;
                execute_rows(&driver, prepared, rows, width)
            };
            match done {
                Ok(count) => affected += count,
                Err(error) => {
                    self.control(forget).await?;
                    return Err(error);
                }
            }
            tokio::task::yield_now().await;
        }
        self.control(keep).await?;
        Ok(Outcome { affected, key: None })
    }

    async fn is_autocommit(&self) -> bool {
        self.driver.lock().await.is_autocommit()
    }
}

/// Tells the thread to stop when the future that waits for it is dropped.
struct StopOnDrop {
    interrupt: Arc<InterruptHandle>,
    armed: bool,
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if self.armed {
            self.interrupt.interrupt();
        }
    }
}

impl Connection for SqliteConnection {
    type Prepared = SqlitePrepared;

    async fn fetch<S: Sink>(&mut self, prepared: &Arc<SqlitePrepared>, params: Params, mut sink: S) -> Result<S> {
        if self.execution == Execution::Thread || prepared.is_long() {
            return self.fetch_on_thread(prepared, params, sink).await;
        }
        let ran = self
            .patiently(|driver| {
                let ran = fetch(driver, prepared, &params, &mut sink, SLICE);
                if let Ok(Ran::Busy) = ran {
                    sink.restart();
                }
                ran
            })
            .await?;
        match ran {
            Ran::Long => {
                prepared.note_long();
                sink.restart();
                self.fetch_on_thread(prepared, params, sink).await
            }
            Ran::Done(()) | Ran::Busy => Ok(sink),
        }
    }

    async fn execute(&mut self, prepared: &Arc<SqlitePrepared>, params: Params) -> Result<Outcome> {
        let width = prepared.slots.len();
        if prepared.insert.is_some() && params.len() > width {
            return self.insert_rows(prepared, params, width).await;
        }
        let ran = if self.execution == Execution::Thread {
            let mut patience = Patience::new(self.busy_timeout);
            loop {
                let (shape, values) = (Arc::clone(prepared), params.clone());
                match self.on_thread(move |driver| execute(driver, &shape, values.values())).await?? {
                    Ran::Busy if patience.wait().await => {}
                    ran => break ran,
                }
            }
        } else {
            self.patiently(|driver| execute(driver, prepared, params.values())).await?
        };
        match ran {
            Ran::Done(outcome) => Ok(outcome),
            Ran::Busy | Ran::Long => Err(busy()),
        }
    }

    fn stream<T: Send + 'static>(&mut self, prepared: &Arc<SqlitePrepared>, params: Params, decode: fn(&dyn Row) -> Result<T>) -> RowStream<T> {
        stream::rows(Arc::clone(&self.driver), Arc::clone(prepared), params, decode)
    }

    async fn control(&mut self, control: Control) -> Result<()> {
        let named;
        let text = match control {
            Control::Begin(Access::Write) => "BEGIN IMMEDIATE",
            Control::Begin(Access::Read) => "BEGIN",
            Control::Commit => "COMMIT",
            Control::Rollback => "ROLLBACK",
            Control::Savepoint(depth) => {
                named = format!("SAVEPOINT toasty_{depth}");
                &named
            }
            Control::Release(depth) => {
                named = format!("RELEASE toasty_{depth}");
                &named
            }
            Control::RollbackTo(depth) => {
                named = format!("ROLLBACK TO toasty_{depth}; RELEASE toasty_{depth}");
                &named
            }
        };
        let ran = self
            .patiently(|driver| {
                // After a failure SQLite may have rolled back by itself ("Transactions", section 3): then there is nothing left to end.
                if matches!(control, Control::Rollback) && driver.is_autocommit() {
                    return Ok(Ran::Done(()));
                }
                let ran = match control {
                    Control::RollbackTo(_) => driver.execute_batch(text),
                    _ => driver.prepare_cached(text).and_then(|mut statement| statement.execute(())).map(|_| ()),
                };
                match ran {
                    Ok(()) => Ok(Ran::Done(())),
                    Err(error) if is_busy(&error) => Ok(Ran::Busy),
                    Err(error) => Err(convert_bare(&error)),
                }
            })
            .await?;
        match ran {
            Ran::Done(()) => Ok(()),
            Ran::Busy | Ran::Long => Err(busy()),
        }
    }

    async fn run_text(&mut self, text: &str) -> Result<()> {
        let ran = self
            .patiently(|driver| match driver.execute_batch(text) {
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

    fn reset(&mut self) -> bool {
        match self.driver.try_lock() {
            Ok(driver) => driver.is_autocommit() || driver.execute_batch("ROLLBACK").is_ok(),
            Err(_) => false,
        }
    }

    async fn make_ready(&mut self) -> Result<()> {
        let driver = match self.driver.try_lock() {
            Ok(driver) => driver,
            Err(_) => self.driver.lock().await,
        };
        if driver.is_autocommit() || driver.execute_batch("ROLLBACK").is_ok() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::ConnectionLost, "a transaction that was left open could not be rolled back"))
    }
}
