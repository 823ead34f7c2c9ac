//! Transactions: one connection with an explicit state, whatever happens to the future that uses it.
//!
//! Promises: a dropped future, an error and a panic leave no open transaction; a nested transaction that ends badly leaves
//! the outer one usable. The state is set before anything is awaited, never after.

use crate::Db;
use crate::db::AnyEngine;
use crate::engine::{Engine, Lasting, Ready, ignore};
use async_lock::{Mutex, MutexGuard};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use toasty_contract::{Access, Backend, Begin, Connection, Control};
use toasty_dsl::query::{Executor, ExecutorObject, Future, Outcome, RowStream, RunNested, Sink};
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, ErrorKind, Result, Statement};
use tokio::sync::Notify;

/// A transaction: pass it where `&db` went.
///
/// Made by [`Db::transaction`]; a nested one by [`Tx::transaction`].
///
/// ```
/// use toasty::{Result, Tx, toasty};
///
/// toasty! { pub model Account { id: u64 [key], balance: i64 } }
///
/// /// Runs in the caller's transaction, or in one of its own with `db.transaction(async |tx| …)`.
/// async fn withdraw(tx: &Tx, id: u64, amount: i64) -> Result<()> {
///     let account = Account::get_by_id(tx, id).await?;
///     account.update().balance(account.balance - amount).exec(tx).await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub struct Tx {
    inner: AnyTx,
    /// 0 for the transaction itself, 1 and more for the marks inside it.
    depth: usize,
    ended: bool,
}

enum AnyTx {
    #[cfg(feature = "sqlite")]
    Sqlite(Shared<toasty_sqlite::Sqlite>),
}

/// What a transaction and those nested in it share.
struct Shared<B: Backend> {
    engine: Arc<Engine<B>>,
    held: Arc<Mutex<Held<B>>>,
    /// The depth of the outermost nested transaction that was dropped without an end; what was done since its mark must be
    /// forgotten before the next statement.
    abandoned: Arc<AtomicUsize>,
    /// Told whenever a nested transaction is over, by whichever end.
    over: Arc<Notify>,
}

const NONE_ABANDONED: usize = usize::MAX;

struct Held<B: Backend> {
    /// None once the transaction is over.
    lease: Option<Lasting<B>>,
    /// The depth of the innermost transaction that is open. What the database is sent belongs to that one, so that an
    /// outer one has to wait: else its statement could be rolled back with the inner one.
    innermost: usize,
}

impl<B: Backend> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Shared {
            engine: Arc::clone(&self.engine),
            held: Arc::clone(&self.held),
            abandoned: Arc::clone(&self.abandoned),
            over: Arc::clone(&self.over),
        }
    }
}

macro_rules! with_tx {
    ($tx:expr, $name:ident => $body:expr) => {
        match $tx {
            #[cfg(feature = "sqlite")]
            AnyTx::Sqlite($name) => $body,
        }
    };
}

impl<B: Backend> Shared<B> {
    async fn begin(engine: &Arc<Engine<B>>) -> Result<Self> {
        let mut lease = engine.lasting(Access::Write).await?;
        lease
            .connection()?
            .control(Control::Begin(Begin::WRITE))
            .await?;
        Ok(Shared {
            engine: Arc::clone(engine),
            held: Arc::new(Mutex::new(Held {
                lease: Some(lease),
                innermost: 0,
            })),
            abandoned: Arc::new(AtomicUsize::new(NONE_ABANDONED)),
            over: Arc::default(),
        })
    }

    /// The connection for the transaction at this depth, once nobody else uses it.
    #[inline]
    async fn connection(&self, depth: usize) -> Result<Used<'_, B>> {
        if let Some(held) = self.held.try_lock()
            && let Some(used) = self.usable(held, depth).await?
        {
            return Ok(used);
        }
        self.wait_for_connection(depth).await
    }

    async fn wait_for_connection(&self, depth: usize) -> Result<Used<'_, B>> {
        let patience = self.engine.acquire_timeout;
        let used = tokio::time::timeout(patience, async {
            loop {
                // Listening begins before the look, so that no end is missed in between.
                let over = self.over.notified();
                if let Some(used) = self.usable(self.held.lock().await, depth).await? {
                    return Ok(used);
                }
                over.await;
            }
        });
        used.await.unwrap_or_else(|_| Err(in_use(patience)))
    }

    /// The connection, after what was abandoned has been rolled back; none while a transaction inside this one is open.
    #[inline]
    async fn usable<'a>(
        &self,
        mut held: MutexGuard<'a, Held<B>>,
        depth: usize,
    ) -> Result<Option<Used<'a, B>>> {
        if self.abandoned.load(Ordering::Acquire) != NONE_ABANDONED {
            let abandoned = self.abandoned.swap(NONE_ABANDONED, Ordering::AcqRel);
            held.connection()?
                .control(Control::RollbackTo(abandoned))
                .await?;
            held.innermost = abandoned - 1;
        }
        if held.innermost < depth {
            return Err(closed());
        }
        Ok((held.innermost == depth).then_some(Used(held)))
    }

    async fn fetch<S: Sink>(
        &self,
        depth: usize,
        ready: &Ready<B::Prepared>,
        params: Params,
        sink: S,
    ) -> Result<S> {
        let mut used = self.connection(depth).await?;
        self.engine
            .fetch_on(used.0.connection()?, ready, params, sink)
            .await
    }

    async fn execute(
        &self,
        depth: usize,
        ready: &Ready<B::Prepared>,
        params: Params,
    ) -> Result<Outcome> {
        let mut used = self.connection(depth).await?;
        self.engine
            .execute_on(used.0.connection()?, ready, params)
            .await
    }

    async fn mark(&self, depth: usize) -> Result<()> {
        let mut used = self.connection(depth - 1).await?;
        used.0
            .connection()?
            .control(Control::Savepoint(depth))
            .await?;
        used.0.innermost = depth;
        Ok(())
    }

    /// Ends the transaction, or the part since a mark.
    async fn end(&self, depth: usize, keep: bool) -> Result<()> {
        let mut used = self.connection(depth).await?;
        if depth > 0 {
            let control = if keep {
                Control::Release(depth)
            } else {
                Control::RollbackTo(depth)
            };
            used.0.connection()?.control(control).await?;
            used.0.innermost = depth - 1;
            drop(used);
            self.over.notify_waiters();
            return Ok(());
        }
        let mut lease = used.0.lease.take().ok_or_else(closed)?;
        let control = if keep {
            Control::Commit
        } else {
            Control::Rollback
        };
        // Where it fails, or the future is dropped here, the lease rolls back as it goes.
        lease.connection()?.control(control).await?;
        lease.finish();
        Ok(())
    }
}

struct Used<'a, B: Backend>(MutexGuard<'a, Held<B>>);

impl<B: Backend> Held<B> {
    fn connection(&mut self) -> Result<&mut B::Connection> {
        self.lease.as_mut().ok_or_else(closed)?.connection()
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::TransactionClosed, "the transaction is over")
        .with_advice("use `tx` only inside the closure of `db.transaction(…)`")
}

#[cold]
fn in_use(patience: Duration) -> Error {
    Error::new(ErrorKind::AcquireTimeout, format!("the transaction is still in use after {patience:?}")).with_advice(
        "inside a nested transaction pass its own `tx` and not the outer one, and drop a stream before the next statement",
    )
}

impl Db {
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let inner = match &self.engine {
            #[cfg(feature = "sqlite")]
            AnyEngine::Sqlite(engine) => AnyTx::Sqlite(Shared::begin(engine).await?),
        };
        Ok(Tx {
            inner,
            depth: 0,
            ended: false,
        })
    }

    /// Runs the closure in a transaction, and keeps what it did where it gives `Ok`.
    ///
    /// An error, a panic or a dropped future rolls it back. On SQLite it is `BEGIN IMMEDIATE`: it waits for other writers at
    /// its start, and meets none later.
    ///
    /// The closure is `AsyncFnOnce`, since the future of an `AsyncFnMut` that borrows is not `Send` ("implementation of
    /// `Send` is not general enough"), so that no spawned task could use it.
    ///
    /// # Errors
    /// The closure's; `Busy` and `AcquireTimeout` where the wait for other writers was too long.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Account { id: u64 [key], balance: i64 } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// # create!(Account [{ id: 1u64, balance: 10 }, { id: 2u64, balance: 0 }]).exec(&db).await?;
    /// db.transaction(async |tx| {
    ///     Account::update_by_id(1u64).balance(0).exec(tx).await?;
    ///     Account::update_by_id(2u64).balance(10).exec(tx).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// assert_eq!(Account::get_by_id(&db, 2u64).await?.balance, 10);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transaction<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(work).await
    }

    /// As [`Db::transaction`], with an error type of your own.
    ///
    /// # Errors
    /// As [`Db::transaction`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// let done: Result<(), Box<dyn std::error::Error>> = db.try_transaction(async |_tx| Err("not today".into())).await;
    /// assert_eq!(done.unwrap_err().to_string(), "not today");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self.begin().await?;
        let done = work(&tx).await;
        tx.end(done).await
    }
}

impl Tx {
    /// Runs the closure in a transaction of its own inside this one: a savepoint.
    ///
    /// # Errors
    /// As [`Db::transaction`]. The outer transaction goes on as it was before the inner one.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Line { id: u64 [key, auto], text: String [unique] } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// db.transaction(async |tx| {
    ///     create!(Line { text: "a" }).exec(tx).await?;
    ///     let twice = tx.transaction(async |tx| create!(Line { text: "a" }).exec(tx).await).await;
    ///     assert!(twice.unwrap_err().is_unique_violation());
    ///     Ok(())
    /// })
    /// .await?;
    /// assert_eq!(Line::all().count(&db).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transaction<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(work).await
    }

    /// As [`Tx::transaction`], with an error type of your own.
    ///
    /// # Errors
    /// As [`Tx::transaction`].
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self.nested().await?;
        let done = work(&tx).await;
        tx.end(done).await
    }

    async fn nested(&self) -> Result<Tx> {
        // The handle is there before the mark, so that a future dropped while the mark is made abandons it as well.
        let depth = self.depth + 1;
        let inner = match &self.inner {
            #[cfg(feature = "sqlite")]
            AnyTx::Sqlite(shared) => AnyTx::Sqlite(shared.clone()),
        };
        with_tx!(&inner, shared => shared.mark(depth).await)?;
        Ok(Tx {
            inner,
            depth,
            ended: false,
        })
    }

    /// Keeps what was done where it went well, and forgets it where it did not.
    pub(crate) async fn end<T, E: From<Error>>(mut self, done: Result<T, E>) -> Result<T, E> {
        let (depth, keep) = (self.depth, done.is_ok());
        let ended = with_tx!(&self.inner, shared => shared.end(depth, keep).await);
        self.ended = true;
        match (done, ended) {
            (Ok(value), Ok(())) => Ok(value),
            (Ok(_), Err(error)) => {
                // What could not be kept is forgotten: a nested one by its mark, the transaction by its lease.
                self.ended = false;
                Err(error.into())
            }
            (Err(error), rolled_back) => {
                rolled_back.unwrap_or_else(ignore);
                Err(error)
            }
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.ended && self.depth > 0 {
            with_tx!(&self.inner, shared => {
                shared.abandoned.fetch_min(self.depth, Ordering::AcqRel);
                shared.over.notify_waiters();
            });
        }
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx(depth {})", self.depth)
    }
}

impl Executor for Tx {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        with_tx!(&self.inner, shared => {
            let ready = shared.engine.ready(statement)?;
            shared.fetch(self.depth, &ready, params, sink).await
        })
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        with_tx!(&self.inner, shared => {
            let ready = shared.engine.ready(statement)?;
            shared.execute(self.depth, &ready, params).await
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
                let ready = shared.engine.ready(statement)?;
                drop(shared.connection(depth).await?);
                let patience = shared.engine.acquire_timeout;
                let mut held = tokio::time::timeout(patience, shared.held.lock_arc()).await.map_err(|_| in_use(patience))?;
                let rows = shared.engine.stream_on(held.connection()?, &ready, params, decode).await;
                Ok((rows, Box::new(held) as Box<dyn std::any::Any + Send>))
            })
        })
    }

    fn atomically<'a, T: Send + 'a>(&'a self, work: RunNested<'a, T>) -> Future<'a, Result<T>> {
        Box::pin(async move {
            let tx = self.nested().await?;
            let done = work(&tx).await;
            tx.end(done).await
        })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl ExecutorObject for Tx {
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
        with_tx!(&self.inner, shared => shared.engine.batch)
    }
}
