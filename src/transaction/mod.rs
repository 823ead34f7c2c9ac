//! Transactions: one connection with an explicit state, whatever happens to the future that uses it.
//!
//! Promises: a dropped future, an error and a panic leave no open transaction; a nested transaction that ends badly leaves
//! the outer one usable.

mod execute;
mod options;
mod retry;
mod shared;

pub use options::TransactionOptions;

use crate::Db;
use crate::db::with_engine;
use crate::engine::ignore;
use crate::pool::{Site, holding};
use retry::Attempts;
use shared::Shared;
use std::future::Future;
use std::panic::Location;
use toasty_contract::Begin;
use toasty_dsl::{Error, Result};

/// A transaction: pass it where `&db` went.
///
/// Made by [`Db::transaction`], or by [`Db::begin`] as a handle; a nested one by [`Tx::transaction`] and [`Tx::begin`].
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
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    inner: AnyTx,
    /// 0 for the transaction itself, 1 and more for the marks inside it.
    depth: usize,
    ended: bool,
}

/// One line for each backend here, and one in `with_tx!`.
macro_rules! any_tx {
    ($( $(#[$available:meta])* $variant:ident($backend:ty), )*) => {
        enum AnyTx {
            $( $(#[$available])* $variant(Shared<$backend>), )*
        }

        $(
            $(#[$available])*
            impl From<Shared<$backend>> for AnyTx {
                fn from(shared: Shared<$backend>) -> Self {
                    AnyTx::$variant(shared)
                }
            }
        )*
    };
}

any_tx! {
    #[cfg(feature = "sqlite")]
    Sqlite(toasty_sqlite::Sqlite),
    #[cfg(feature = "postgresql")]
    Postgresql(toasty_postgresql::Postgresql),
    #[cfg(feature = "dynamodb")]
    Dynamodb(toasty_dynamodb::Dynamodb),
    #[cfg(test)]
    Simulated(crate::simulated::Simulated),
}

/// Does the same with the transaction of whichever backend it is.
macro_rules! with_tx {
    ($tx:expr, $name:ident => $body:expr) => {
        match $tx {
            #[cfg(feature = "sqlite")]
            AnyTx::Sqlite($name) => $body,
            #[cfg(feature = "postgresql")]
            AnyTx::Postgresql($name) => $body,
            #[cfg(feature = "dynamodb")]
            AnyTx::Dynamodb($name) => $body,
            #[cfg(test)]
            AnyTx::Simulated($name) => $body,
        }
    };
}
use with_tx;

/// How a transaction failed.
pub(crate) enum Failed<E> {
    /// At its beginning or its end
    Ours(Error),
    /// By what its closure gave back
    Theirs(E),
}

impl<E: From<Error>> Failed<E> {
    /// Not a `From` for our error: a second one makes users name the error type of every `?` in an async block.
    pub(crate) fn into_theirs(self) -> E {
        match self {
            Failed::Ours(error) => error.into(),
            Failed::Theirs(error) => error,
        }
    }
}

impl Db {
    /// Runs the closure in a transaction, and keeps what it did where it gives `Ok`.
    ///
    /// An error, a panic or a dropped future rolls it back. Where the transaction met another one and was rolled back by
    /// the database (kinds `Conflict` and `Busy`), the closure is run again in a new one, after a pause and at most
    /// `pool.retries` times: it should do nothing that cannot be done twice. It is not run again after a commit whose
    /// answer was lost (`CommitUnknown`), nor after any other error.
    ///
    /// On SQLite it is `BEGIN IMMEDIATE`: it waits for other writers at its start, and meets none later.
    ///
    /// A closure that cannot be cloned, since it changes or gives away what it captured, goes to
    /// [`transaction_once`](Db::transaction_once).
    ///
    /// # Errors
    /// The closure's; `Busy` and `AcquireTimeout` where the wait for other writers was too long; `Conflict` where it was
    /// tried often enough; `CommitUnknown` where the answer to the commit was lost.
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
    // `AsyncFnOnce` and cloned: the future of an `AsyncFnMut` that borrows is not `Send` ("implementation of `Send` is not
    // general enough"), so that no spawned task could use it.
    #[track_caller]
    pub fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&Tx) -> Result<T> + Clone,
    ) -> impl Future<Output = Result<T>> {
        self.transaction_with(TransactionOptions::new(), work)
    }

    /// As [`Db::transaction`], beginning as the options say.
    ///
    /// # Errors
    /// As [`Db::transaction`]; `Unsupported` for a write in one that only reads.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// use toasty::TransactionOptions;
    /// # toasty! { pub model Account { id: u64 [key], balance: i64 } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// let reads = TransactionOptions::new().read_only();
    /// assert_eq!(db.transaction_with(reads, async |tx| Account::all().count(tx).await).await?, 0);
    ///
    /// let writes = db.transaction_with(reads, async |tx| create!(Account { id: 1u64, balance: 0 }).exec(tx).await);
    /// assert!(writes.await.unwrap_err().is_unsupported());
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn transaction_with<T>(
        &self,
        options: TransactionOptions,
        work: impl AsyncFnOnce(&Tx) -> Result<T> + Clone,
    ) -> impl Future<Output = Result<T>> {
        let site = Some(Location::caller());
        async move {
            let begin = options.begin()?;
            let mut attempts = self.attempts();
            loop {
                match self.attempt(begin, site, work.clone()).await {
                    Ok(value) => return Ok(value),
                    Err(failed) => {
                        let error = failed.into_theirs();
                        if !attempts.another(&error).await {
                            return Err(error);
                        }
                    }
                }
            }
        }
    }

    /// As [`Db::transaction`], for a closure that cannot be cloned: it is run once, and what met another transaction ends
    /// with the error.
    ///
    /// # Errors
    /// As [`Db::transaction`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// let mut steps = Vec::new();
    /// db.transaction_once(async |_tx| {
    ///     steps.push("inside");
    ///     Ok(())
    /// })
    /// .await?;
    /// assert_eq!(steps, ["inside"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn transaction_once<T>(
        &self,
        work: impl AsyncFnOnce(&Tx) -> Result<T>,
    ) -> impl Future<Output = Result<T>> {
        let site = Some(Location::caller());
        async move {
            self.attempt(Begin::WRITE, site, work)
                .await
                .map_err(Failed::into_theirs)
        }
    }

    /// As [`Db::transaction`], with an error type of your own. It is tried again only where its beginning or its commit
    /// failed so: what is inside an error of the closure's is not looked at.
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
    #[track_caller]
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&Tx) -> Result<T, E> + Clone,
    ) -> impl Future<Output = Result<T, E>> {
        let site = Some(Location::caller());
        async move {
            let mut attempts = self.attempts();
            loop {
                match self.attempt(Begin::WRITE, site, work.clone()).await {
                    Ok(value) => return Ok(value),
                    Err(Failed::Theirs(error)) => return Err(error),
                    Err(Failed::Ours(error)) => {
                        if !attempts.another(&error).await {
                            return Err(error.into());
                        }
                    }
                }
            }
        }
    }

    /// Begins a transaction, to be ended by [`Tx::commit`] or [`Tx::rollback`]. Dropped, it is rolled back.
    ///
    /// [`Db::transaction`] does more: it ends the transaction by itself, and tries it again.
    ///
    /// # Errors
    /// `Busy` and `AcquireTimeout` where the wait for other writers was too long; those of the connection.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Account { id: u64 [key], balance: i64 } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// let tx = db.begin().await?;
    /// create!(Account { id: 1u64, balance: 0 }).exec(&tx).await?;
    /// tx.commit().await?;
    ///
    /// let tx = db.begin().await?;
    /// create!(Account { id: 2u64, balance: 0 }).exec(&tx).await?;
    /// drop(tx);
    /// assert_eq!(Account::all().count(&db).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = Result<Tx>> + Send {
        self.begin_with(TransactionOptions::new())
    }

    /// As [`Db::begin`], beginning as the options say.
    ///
    /// # Errors
    /// As [`Db::begin`].
    #[track_caller]
    pub fn begin_with(
        &self,
        options: TransactionOptions,
    ) -> impl Future<Output = Result<Tx>> + Send {
        let site = Some(Location::caller());
        async move { self.begin_at(options.begin()?, site).await }
    }

    pub(crate) async fn begin_at(&self, begin: Begin, site: Site) -> Result<Tx> {
        let inner = with_engine!(&self.engine, engine => {
            AnyTx::from(Shared::begin(engine, begin, site, self.meter.clone()).await?)
        });
        Ok(Tx {
            inner,
            depth: 0,
            ended: false,
        })
    }

    fn attempts(&self) -> Attempts {
        with_engine!(&self.engine, engine => {
            Attempts::new(self.system(), engine.retries, engine.acquire_timeout)
        })
    }

    async fn attempt<T, E>(
        &self,
        begin: Begin,
        site: Site,
        work: impl AsyncFnOnce(&Tx) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        let tx = self.begin_at(begin, site).await.map_err(Failed::Ours)?;
        let pool = with_tx!(&tx.inner, shared => shared.pool);
        let done = holding(pool, work(&tx)).await;
        tx.end(done).await
    }
}

impl Tx {
    /// Keeps what was done. Of a nested transaction: as a part of the outer one.
    ///
    /// # Errors
    /// Those of the database; what was done is forgotten then. `CommitUnknown` where the answer was lost. `AcquireTimeout`
    /// where a stream of it, or a transaction inside it, is still open.
    pub async fn commit(self) -> Result<()> {
        self.end(Ok::<(), Error>(()))
            .await
            .map_err(Failed::into_theirs)
    }

    /// Forgets what was done. Dropping does the same, but tells of no failure.
    ///
    /// # Errors
    /// Those of the database; what was done is forgotten all the same.
    pub async fn rollback(mut self) -> Result<()> {
        let depth = self.depth;
        with_tx!(&self.inner, shared => shared.end(depth, false).await)?;
        self.ended = true;
        Ok(())
    }

    /// Begins a transaction inside this one: a savepoint. Until it is ended or dropped, statements of the outer one wait.
    ///
    /// # Errors
    /// Those of the database.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Line { id: u64 [key, auto], text: String } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// let tx = db.begin().await?;
    /// create!(Line { text: "kept" }).exec(&tx).await?;
    /// let inner = tx.begin().await?;
    /// create!(Line { text: "forgotten" }).exec(&inner).await?;
    /// inner.rollback().await?;
    /// tx.commit().await?;
    /// assert_eq!(Line::all().one(&db).await?.text, "kept");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn begin(&self) -> Result<Tx> {
        let depth = self.depth + 1;
        let inner = with_tx!(&self.inner, shared => {
            shared.mark(depth).await?;
            AnyTx::from(shared.clone())
        });
        Ok(Tx {
            inner,
            depth,
            ended: false,
        })
    }

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
        let tx = self.begin().await?;
        let done = work(&tx).await;
        tx.end(done).await.map_err(Failed::into_theirs)
    }

    /// Keeps what was done where it went well, and forgets it where it did not.
    pub(crate) async fn end<T, E>(mut self, done: Result<T, E>) -> Result<T, Failed<E>> {
        let (depth, keep) = (self.depth, done.is_ok());
        let ended = with_tx!(&self.inner, shared => shared.end(depth, keep).await);
        match (done, ended) {
            (Ok(value), Ok(())) => {
                self.ended = true;
                Ok(value)
            }
            // What could not be kept is forgotten: a nested one by its mark, the transaction by its lease.
            (Ok(_), Err(error)) => Err(Failed::Ours(error)),
            (Err(error), rolled_back) => {
                self.ended = true;
                rolled_back.unwrap_or_else(ignore);
                Err(Failed::Theirs(error))
            }
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.ended {
            with_tx!(&self.inner, shared => shared.abandon(self.depth));
        }
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx(depth {})", self.depth)
    }
}
