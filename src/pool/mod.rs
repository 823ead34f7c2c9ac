//! Connections at rest, and the turns of those who wait for one.
//!
//! Promises: never more connections than the limit; turns in the order of asking; a wait has a deadline, and its error has
//! numbers in it; a connection that comes back from a dropped future is put in order before anyone else gets it.

mod lease;

pub(crate) use lease::Lease;

use std::future::Future;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use toasty_contract::Connection;
use toasty_dsl::{Error, ErrorKind, Result};

pub(crate) struct Pool<C> {
    turns: Semaphore,
    idle: Mutex<Vec<Idle<C>>>,
    size: usize,
    waiting: AtomicUsize,
    acquire_timeout: Duration,
}

struct Idle<C> {
    connection: C,
    /// Nothing is open on it and nothing runs.
    ready: bool,
}

impl<C: Connection> Pool<C> {
    pub(crate) fn new(size: usize, acquire_timeout: Duration) -> Self {
        Pool { turns: Semaphore::new(size), idle: Mutex::new(Vec::with_capacity(size)), size, waiting: AtomicUsize::new(0), acquire_timeout }
    }

    /// A connection that is there already. Counts against the limit only while it is in use.
    pub(crate) fn put(&self, connection: C) {
        self.rest(connection, true);
    }

    fn rest(&self, connection: C, ready: bool) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Idle { connection, ready });
    }

    #[inline]
    fn take(&self) -> Option<Idle<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Waits for a turn, and takes a connection at rest or opens one. `this` keeps the pool alive as long as the lease.
    ///
    /// # Errors
    /// `AcquireTimeout` with numbers; those of `open`.
    #[inline]
    pub(crate) async fn lease<P, F>(this: P, open: impl FnOnce() -> F) -> Result<Lease<C, P>>
    where
        P: Deref<Target = Pool<C>>,
        F: Future<Output = Result<C>>,
    {
        match this.turns.try_acquire() {
            Ok(turn) => turn.forget(),
            Err(_) => this.wait().await?,
        }
        // From here on the lease owns the turn, so that a dropped future gives it back.
        let mut lease = Lease::without_connection(this);
        match lease.pool().take() {
            Some(Idle { connection, ready: true }) => lease.hold(connection),
            Some(Idle { mut connection, ready: false }) => {
                // Where it cannot be put in order it is closed, and another is opened.
                match connection.make_ready().await {
                    Ok(()) => lease.hold(connection),
                    Err(_) => lease.hold(open().await?),
                }
            }
            None => lease.hold(open().await?),
        }
        Ok(lease)
    }

    async fn wait(&self) -> Result<()> {
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        let turn = tokio::time::timeout(self.acquire_timeout, self.turns.acquire()).await;
        match turn {
            Ok(Ok(turn)) => {
                turn.forget();
                drop(waiting);
                Ok(())
            }
            Ok(Err(_)) => Err(Error::new(ErrorKind::ConnectionLost, "the pool is closed")),
            Err(_) => Err(self.timed_out()),
        }
    }

    #[cold]
    fn timed_out(&self) -> Error {
        let others = self.waiting.load(Ordering::Relaxed).saturating_sub(1);
        Error::new(
            ErrorKind::AcquireTimeout,
            format!(
                "no connection became free within {:?}: {} of {} are in use, and {others} others wait",
                self.acquire_timeout,
                self.size - self.turns.available_permits().min(self.size),
                self.size,
            ),
        )
        .with_advice(
            "inside a transaction pass `tx` and not `db`, and drop a stream before the next statement; else shorten what holds connections, or raise `acquire_timeout` in `[pool]`",
        )
    }
}
