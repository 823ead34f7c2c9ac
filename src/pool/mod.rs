//! Connections at rest, and the turns of those who wait for one.
//!
//! Promises: never more connections than the limit; turns in the order of asking; a wait has a deadline, and its error has
//! numbers in it; a waiter that gives up passes its turn on; a connection that comes back from a dropped future is put in
//! order before anyone else gets it; one that is too old, or has rested for too long, is closed.
//!
//! What may surprise: the connection that came back last is taken first, so that those that are not needed rest until they
//! are closed. No task watches the pool while nothing rests in it.

mod age;
mod gate;
mod holders;
mod lease;
mod nested;
#[cfg(test)]
mod tests;
mod turns;
mod watch;

pub(crate) use age::Keep;
pub(crate) use holders::Site;
pub(crate) use lease::Lease;
pub(crate) use nested::holding;

use age::Age;
use gate::Gate;
use holders::{Held, Holders, Place};
use std::collections::VecDeque;
use std::future::Future;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use toasty_contract::Connection;
use toasty_dsl::{Error, ErrorKind, Result};
use tokio::time::Instant;
use turns::{Turns, Waiter};

/// The rules of one pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// How many connections there are at most. None: nobody waits.
    pub(crate) most: Option<usize>,
    pub(crate) acquire_timeout: Duration,
    pub(crate) leak_report: Option<Duration>,
    /// Of connections over a network, which become old, and are opened through a gate.
    pub(crate) keep: Option<Keep>,
}

pub(crate) struct Pool<C> {
    state: Mutex<State<C>>,
    rules: Rules,
    /// How many connections may rest.
    room: usize,
    gate: Option<Gate>,
    me: Weak<Pool<C>>,
}

/// How many connections rest in a pool without a limit.
const ROOM_WITHOUT_LIMIT: usize = 16;

struct State<C> {
    /// The one that came back last is the last. In boxes, since each statement moves one to its lease and back.
    idle: VecDeque<Box<Pooled<C>>>,
    turns: Turns,
    holders: Holders,
    /// A task waits for the next connection that has rested for too long.
    watched: bool,
}

/// A connection that was at rest, where there was one.
type Rested<C> = Option<Box<Pooled<C>>>;

/// A connection of the pool, at rest or lent.
struct Pooled<C> {
    connection: C,
    /// Nothing is open on it and nothing runs.
    ready: bool,
    age: Option<Age>,
}

/// What a pool has in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) most: Option<usize>,
    pub(crate) idle: usize,
    pub(crate) in_use: usize,
    pub(crate) waiting: usize,
}

impl<C: Connection> Pool<C> {
    pub(crate) fn new(rules: Rules) -> Arc<Self> {
        let room = rules.most.unwrap_or(ROOM_WITHOUT_LIMIT);
        Arc::new_cyclic(|me| Pool {
            state: Mutex::new(State {
                idle: VecDeque::with_capacity(room.min(64)),
                turns: Turns::new(rules.most),
                holders: Holders::default(),
                watched: false,
            }),
            gate: rules.keep.map(|_| Gate::new()),
            rules,
            room,
            me: Weak::clone(me),
        })
    }

    #[inline]
    fn lock(&self) -> MutexGuard<'_, State<C>> {
        // A panic while it was held cannot leave it half changed: nothing in between can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn counts(&self) -> Counts {
        let state = self.lock();
        Counts {
            most: self.rules.most,
            idle: state.idle.len(),
            in_use: state.turns.taken(),
            waiting: state.turns.waiting(),
        }
    }

    /// A connection that is there already. Counts against the limit only while it is in use.
    pub(crate) fn put(&self, connection: C) {
        let age = self.new_age();
        let watch = {
            let mut state = self.lock();
            state.idle.push_back(Box::new(Pooled {
                connection,
                ready: true,
                age,
            }));
            self.begins_watch(&mut state)
        };
        self.watch(watch);
    }

    fn new_age(&self) -> Option<Age> {
        self.rules.keep.map(|keep| keep.begin())
    }

    /// The server tells with each answer whether a transaction is open, so that asking costs nothing.
    #[inline]
    fn asks_always(&self) -> bool {
        self.rules.keep.is_some()
    }

    /// Takes a connection back, if there is one, and its turn.
    #[inline]
    fn give_back(&self, idle: Rested<C>, place: Option<Place>) {
        if self.rules.keep.is_some() {
            return self.give_back_aged(idle, place);
        }
        let mut state = self.lock();
        let leak = place.and_then(|place| state.holders.leave(place, self.rules.leak_report));
        let spare = match idle {
            Some(idle) if state.idle.len() < self.room => {
                state.idle.push_back(idle);
                None
            }
            other => other,
        };
        state.turns.give_back();
        drop(state);
        drop(spare);
        if let Some(held) = leak {
            held.report(false);
        }
    }

    fn give_back_aged(&self, mut idle: Rested<C>, place: Option<Place>) {
        if let Some(age) = idle.as_mut().and_then(|idle| idle.age.as_mut()) {
            age.rest();
        }
        let mut state = self.lock();
        let leak = place.and_then(|place| state.holders.leave(place, self.rules.leak_report));
        let spare = match idle {
            Some(idle) if !idle.is_over() => {
                state.idle.push_back(idle);
                None
            }
            other => other,
        };
        let rested = state.take_rested(self.rules.keep.as_ref());
        state.turns.give_back();
        let watch = self.begins_watch(&mut state);
        drop(state);
        // Connections are closed without the lock.
        drop((spare, rested));
        self.watch(watch);
        if let Some(held) = leak {
            held.report(false);
        }
    }

    /// Waits for a turn, and takes a connection at rest or opens one. `this` keeps the pool alive as long as the lease.
    /// `site` is the place that took it, for those that can be held for long.
    ///
    /// # Errors
    /// `AcquireTimeout` with numbers; those of `open`.
    #[inline]
    pub(crate) async fn lease<P, F>(
        this: P,
        site: Option<Site>,
        open: impl Fn() -> F,
    ) -> Result<Lease<C, P>>
    where
        P: Deref<Target = Pool<C>>,
        F: Future<Output = Result<C>>,
    {
        // From the turn on the lease owns it, so that a dropped future gives it back.
        match this.take_turn(site) {
            Ok((Some(idle), place)) if idle.is_fresh() => Ok(Lease::filled(this, place, idle)),
            Ok((idle, place)) => {
                let deadline = this.deadline();
                let lease = Lease::new(this, place);
                Self::fill(lease, idle, open, deadline).await
            }
            Err(waiter) => {
                let deadline = this.deadline();
                this.wait(waiter, deadline).await?;
                let mut lease = Lease::new(this, None);
                let (idle, place) = {
                    let mut state = lease.pool().lock();
                    let place = lease.pool().place(&mut state, site);
                    (state.idle.pop_back(), place)
                };
                lease.entered_at(place);
                Self::fill(lease, idle, open, deadline).await
            }
        }
    }

    /// A connection that is ready and that nobody else waits for, where there is one.
    #[inline]
    pub(crate) fn lease_at_rest<P>(this: P) -> Option<Lease<C, P>>
    where
        P: Deref<Target = Pool<C>>,
    {
        let mut state = this.lock();
        if !state.idle.back().is_some_and(|last| last.is_fresh()) || !state.turns.take() {
            return None;
        }
        let last = state.idle.pop_back()?;
        let place = this.place(&mut state, None);
        drop(state);
        Some(Lease::filled(this, place, last))
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.rules.acquire_timeout
    }

    /// A turn with a connection at rest, where there is one; else a place in the queue.
    #[inline]
    fn take_turn(&self, site: Option<Site>) -> Result<(Rested<C>, Option<Place>), Waiter> {
        let mut state = self.lock();
        match state.turns.take_or_wait() {
            None => {
                let place = self.place(&mut state, site);
                Ok((state.idle.pop_back(), place))
            }
            Some(waiter) => Err(waiter),
        }
    }

    #[inline]
    fn place(&self, state: &mut State<C>, site: Option<Site>) -> Option<Place> {
        match site {
            Some(site) => Some(state.holders.enter(site)),
            None if self.rules.keep.is_some() => Some(state.holders.enter(None)),
            None => None,
        }
    }

    async fn fill<P, F>(
        mut lease: Lease<C, P>,
        mut next: Rested<C>,
        open: impl Fn() -> F,
        deadline: Instant,
    ) -> Result<Lease<C, P>>
    where
        P: Deref<Target = Pool<C>>,
        F: Future<Output = Result<C>>,
    {
        while let Some(idle) = next {
            if !idle.is_over() {
                let ready = idle.ready;
                // The lease holds it meanwhile: a future dropped here must not lose a database that lives in it.
                lease.hold(idle);
                if ready || lease.connection()?.make_ready().await.is_ok() {
                    return Ok(lease);
                }
                // Closed before another one is opened, which would be one too many.
                lease.let_go();
            }
            next = lease.pool().lock().idle.pop_back();
        }
        let age = lease.pool().new_age();
        let connection = match &lease.pool().gate {
            Some(gate) => gate.open(open, deadline).await?,
            None => open().await?,
        };
        lease.hold(Box::new(Pooled {
            connection,
            ready: false,
            age,
        }));
        Ok(lease)
    }

    async fn wait(&self, waiter: Waiter, deadline: Instant) -> Result<()> {
        let mut queued = Queued {
            pool: self,
            waiter: Some(waiter),
        };
        if nested::holds(self.address()) >= self.rules.most.unwrap_or(usize::MAX) {
            drop(queued);
            return Err(self.in_vain());
        }
        while let Some(waiter) = &mut queued.waiter {
            let until = self
                .report_leaks()
                .map_or(deadline, |next| deadline.min(Instant::now() + next));
            if tokio::time::timeout_at(until, waiter.turn()).await.is_ok() {
                // The turn is ours.
                queued.waiter = None;
                return Ok(());
            }
            if until >= deadline {
                break;
            }
        }
        drop(queued);
        self.report_leaks();
        Err(self.timed_out())
    }

    /// Tells of connections that are held for too long, once each, and how long it takes until the next one is.
    fn report_leaks(&self) -> Option<Duration> {
        let (leaks, next) = self.lock().holders.leaks(self.rules.leak_report?);
        leaks.iter().for_each(|held| held.report(true));
        next
    }

    /// What tells this pool from others, for as long as it lives.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    #[cold]
    fn timed_out(&self) -> Error {
        let (in_use, most, others, longest) = {
            let state = self.lock();
            let turns = &state.turns;
            (
                turns.taken(),
                turns.most(),
                turns.waiting(),
                state.holders.longest(),
            )
        };
        let waited = self.rules.acquire_timeout;
        let most = most.map_or_else(String::new, |most| format!(" of {most}"));
        let longest = longest.map_or_else(String::new, |held: Held| {
            format!("; the longest of them is {held}")
        });
        let message = format!(
            "no connection became free within {waited:?}: {in_use}{most} are in use, and {others} others wait{longest}"
        );
        if nested::holds(self.address()) > 0 {
            return nested::named(message);
        }
        Error::new(ErrorKind::AcquireTimeout, message).with_advice(
            "inside a transaction pass `tx` and not `db`, and drop a stream before the next statement; else shorten what holds connections, or raise `acquire_timeout` in `[pool]`",
        )
    }

    /// This task holds every connection that there is: no wait would help.
    #[cold]
    fn in_vain(&self) -> Error {
        let most = self.rules.most.unwrap_or(0);
        nested::named(format!(
            "no connection can become free: {most} of {most} are in use, all by the transaction that waits for this"
        ))
    }
}

impl<C> Pooled<C> {
    /// It can be used as it is.
    #[inline]
    fn is_fresh(&self) -> bool {
        self.ready && !self.is_over()
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.age.as_ref().is_some_and(|age| age.is_over())
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
            self.pool.give_back(None, None);
        }
    }
}
