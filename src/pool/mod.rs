//! Connections at rest, and the turns of those who wait for one.
//!
//! Promises: never more connections than the limit; turns in the order of asking; a wait has a deadline, and its error has
//! numbers in it; a waiter that gives up passes its turn on; a connection that comes back from a dropped future is put in
//! order before anyone else gets it.

mod lease;
mod turns;

pub(crate) use lease::Lease;

use std::future::Future;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use toasty_contract::Connection;
use toasty_dsl::{Error, ErrorKind, Result};
use turns::{Turns, Waiter};

pub(crate) struct Pool<C> {
    state: Mutex<State<C>>,
    size: usize,
    acquire_timeout: Duration,
}

struct State<C> {
    idle: Vec<Idle<C>>,
    turns: Turns,
}

struct Idle<C> {
    connection: C,
    /// Nothing is open on it and nothing runs.
    ready: bool,
}

impl<C: Connection> Pool<C> {
    pub(crate) fn new(size: usize, acquire_timeout: Duration) -> Self {
        Pool {
            state: Mutex::new(State {
                idle: Vec::with_capacity(size),
                turns: Turns::new(size),
            }),
            size,
            acquire_timeout,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        // A panic while it was held cannot leave it half changed: nothing in between can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that is there already. Counts against the limit only while it is in use.
    pub(crate) fn put(&self, connection: C) {
        self.lock().idle.push(Idle {
            connection,
            ready: true,
        });
    }

    /// Takes a connection back, if there is one, and its turn.
    #[inline]
    fn give_back(&self, idle: Option<Idle<C>>) {
        let mut state = self.lock();
        state.idle.extend(idle);
        state.turns.give_back();
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
        // From the turn on the lease owns it, so that a dropped future gives it back.
        let (lease, idle) = match this.take_turn() {
            Ok(Some(Idle {
                connection,
                ready: true,
            })) => return Ok(Lease::new(this, Some(connection))),
            Ok(idle) => (Lease::new(this, None), idle),
            Err(waiter) => {
                this.wait(waiter).await?;
                let lease = Lease::new(this, None);
                let idle = lease.pool().lock().idle.pop();
                (lease, idle)
            }
        };
        Self::fill(lease, idle, open).await
    }

    /// A turn with a connection at rest, where there is one; else a place in the queue.
    #[inline]
    fn take_turn(&self) -> Result<Option<Idle<C>>, Waiter> {
        let mut state = self.lock();
        match state.turns.take_or_wait() {
            None => Ok(state.idle.pop()),
            Some(waiter) => Err(waiter),
        }
    }

    async fn fill<P, F>(
        mut lease: Lease<C, P>,
        idle: Option<Idle<C>>,
        open: impl FnOnce() -> F,
    ) -> Result<Lease<C, P>>
    where
        P: Deref<Target = Pool<C>>,
        F: Future<Output = Result<C>>,
    {
        match idle {
            Some(Idle {
                connection,
                ready: true,
            }) => lease.hold(connection),
            Some(Idle {
                connection,
                ready: false,
            }) => {
                // The lease holds it meanwhile: a future dropped here must not lose a database that lives in it.
                lease.hold(connection);
                if lease.connection()?.make_ready().await.is_err() {
                    lease.hold(open().await?);
                }
            }
            None => lease.hold(open().await?),
        }
        Ok(lease)
    }

    async fn wait(&self, waiter: Waiter) -> Result<()> {
        let mut queued = Queued {
            pool: self,
            waiter: Some(waiter),
        };
        if let Some(waiter) = &mut queued.waiter
            && tokio::time::timeout(self.acquire_timeout, waiter.turn())
                .await
                .is_ok()
        {
            // The turn is ours.
            queued.waiter = None;
            return Ok(());
        }
        drop(queued);
        let (free, others) = {
            let state = self.lock();
            (state.turns.free(), state.turns.waiting())
        };
        Err(self.timed_out(free, others))
    }

    #[cold]
    fn timed_out(&self, free: usize, others: usize) -> Error {
        Error::new(
            ErrorKind::AcquireTimeout,
            format!(
                "no connection became free within {:?}: {} of {} are in use, and {others} others wait",
                self.acquire_timeout,
                self.size - free.min(self.size),
                self.size,
            ),
        )
        .with_advice(
            "inside a transaction pass `tx` and not `db`, and drop a stream before the next statement; else shorten what holds connections, or raise `acquire_timeout` in `[pool]`",
        )
    }
}

/// Somebody in the queue. Dropped, they leave it, and pass on a turn that has come meanwhile.
struct Queued<'a, C: Connection> {
    pool: &'a Pool<C>,
    waiter: Option<Waiter>,
}

impl<C: Connection> Drop for Queued<'_, C> {
    fn drop(&mut self) {
        if self.waiter.take().is_some_and(Waiter::give_up) {
            self.pool.give_back(None);
        }
    }
}
