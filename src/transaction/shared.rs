//! The connection of a transaction, and who of those nested in each other may use it.
//!
//! Promises: the state is set before anything is awaited, never after; a statement runs in the transaction that it was
//! asked of, or not at all.

use crate::engine::{Engine, Lasting, Ready};
use crate::meter::Meter;
use crate::pool::Site;
use async_lock::{Mutex, MutexGuard, MutexGuardArc};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use toasty_contract::{Access, Backend, Begin, Connection, Control, Cost};
use toasty_dsl::query::{Answer, Independent};
use toasty_dsl::{Error, ErrorKind, Result, Statement};
use tokio::sync::Notify;

/// What a transaction and those nested in it share.
pub(super) struct Shared<B: Backend> {
    pub(super) engine: Arc<Engine<B>>,
    held: Arc<Mutex<Held<B>>>,
    /// The depth of the outermost transaction that was dropped without an end; what was done since its mark must be
    /// forgotten before the next statement.
    abandoned: Arc<AtomicUsize>,
    /// Told whenever a nested transaction is over, by whichever end.
    over: Arc<Notify>,
    begin: Begin,
    /// What tells the pool of its connection from others.
    pub(super) pool: usize,
    pub(super) meter: Option<Arc<Meter>>,
}

const NONE_ABANDONED: usize = usize::MAX;

pub(super) struct Held<B: Backend> {
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
            begin: self.begin,
            pool: self.pool,
            meter: self.meter.clone(),
        }
    }
}

impl<B: Backend> Shared<B> {
    pub(super) async fn begin(
        engine: &Arc<Engine<B>>,
        begin: Begin,
        site: Site,
        meter: Option<Arc<Meter>>,
    ) -> Result<Self> {
        let mut lease = engine.lasting(begin.access, site).await?;
        // Where it fails, or the future is dropped here, the lease rolls back as it goes.
        lease.connection()?.control(Control::Begin(begin)).await?;
        Ok(Shared {
            engine: Arc::clone(engine),
            begin,
            pool: lease.pool().address(),
            held: Arc::new(Mutex::new(Held {
                lease: Some(lease),
                innermost: 0,
            })),
            abandoned: Arc::new(AtomicUsize::new(NONE_ABANDONED)),
            over: Arc::default(),
            meter,
        })
    }

    /// The connection for the transaction at this depth, where nobody else uses it and nothing has to be done before.
    #[inline]
    pub(super) fn connection_at_rest(&self, depth: usize) -> Option<Used<'_, B>> {
        let held = self.held.try_lock()?;
        let ready = self.abandoned.load(Ordering::Acquire) == NONE_ABANDONED;
        (ready && held.innermost == depth).then_some(Used(held))
    }

    /// The connection for the transaction at this depth, once nobody else uses it.
    pub(super) async fn connection(&self, depth: usize) -> Result<Used<'_, B>> {
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
            self.forget_abandoned(&mut held).await?;
        }
        if held.innermost < depth {
            return Err(closed());
        }
        Ok((held.innermost == depth).then_some(Used(held)))
    }

    #[cold]
    async fn forget_abandoned(&self, held: &mut Held<B>) -> Result<()> {
        loop {
            let abandoned = self.abandoned.load(Ordering::Acquire);
            match abandoned {
                NONE_ABANDONED => return Ok(()),
                // The whole of it: a nested one that is still held has lost what it was in.
                0 => {
                    held.lease = None;
                    return Err(closed());
                }
                _ => {}
            }
            // It is abandoned until this is done: where this future is dropped too, whoever comes next asks again.
            held.connection()?
                .control(Control::RollbackTo(abandoned))
                .await?;
            held.innermost = abandoned - 1;
            let _ = self.abandoned.compare_exchange(
                abandoned,
                NONE_ABANDONED,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
        }
    }

    /// The transaction at this depth was dropped without an end.
    pub(super) fn abandon(&self, depth: usize) {
        self.abandoned.fetch_min(depth, Ordering::AcqRel);
        if let (0, Some(mut held)) = (depth, self.held.try_lock()) {
            // At once, and not only when a nested one or a stream that outlives it is gone too.
            held.lease = None;
        }
        self.over.notify_waiters();
    }

    /// A statement that writes or locks has no place in a transaction that only reads. Of SQL of the user's own only the database
    /// knows what it does.
    #[inline]
    pub(super) fn check_access(&self, statement: &Statement) -> Result<()> {
        match statement {
            Statement::Select(select) if select.lock.is_none() => Ok(()),
            Statement::Raw(_) => Ok(()),
            Statement::Select(_)
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_) => {
                if self.begin.access == Access::Read {
                    Err(only_reads(statement))
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Reads as of one moment need a transaction that sees one.
    pub(super) fn check_one_state(&self) -> Result<()> {
        if self.engine.backend.sees_one_state(self.begin) {
            Ok(())
        } else {
            Err(many_states())
        }
    }

    pub(super) async fn together(
        &self,
        depth: usize,
        statements: Vec<Independent<Ready<B::Prepared>>>,
    ) -> Result<Vec<Result<Answer>>> {
        let mut used = self.connection(depth).await?;
        self.engine
            .together_on(used.0.connection()?, statements, self.meter.as_deref())
            .await
    }

    /// The connection for a stream, which keeps it until it ends.
    pub(super) async fn for_stream(&self, depth: usize) -> Result<MutexGuardArc<Held<B>>> {
        drop(self.connection(depth).await?);
        let patience = self.engine.acquire_timeout;
        tokio::time::timeout(patience, self.held.lock_arc())
            .await
            .map_err(|_| in_use(patience))
    }

    /// Begins a nested transaction. A future that is dropped here leaves a mark that nobody goes back to, and no harm.
    pub(super) async fn mark(&self, depth: usize) -> Result<()> {
        let mut used = self.connection(depth - 1).await?;
        used.0
            .connection()?
            .control(Control::Savepoint(depth))
            .await?;
        used.0.innermost = depth;
        Ok(())
    }

    /// Ends the transaction, or the part since a mark.
    pub(super) async fn end(&self, depth: usize, keep: bool) -> Result<()> {
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
        let connection = lease.connection()?;
        let ended = connection.control(control).await;
        self.spent(connection.take_cost());
        ended?;
        lease.finish();
        Ok(())
    }

    /// What beginning and ending cost.
    fn spent(&self, cost: Cost) {
        if let Some(meter) = &self.meter {
            meter.add_more(0, &cost);
        }
    }
}

pub(super) struct Used<'a, B: Backend>(pub(super) MutexGuard<'a, Held<B>>);

impl<B: Backend> Held<B> {
    pub(super) fn connection(&mut self) -> Result<&mut B::Connection> {
        self.lease.as_mut().ok_or_else(closed)?.connection()
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::TransactionClosed, "the transaction is over")
        .with_advice("use `tx` only inside the closure of `db.transaction(…)`")
}

#[cold]
fn only_reads(statement: &Statement) -> Error {
    Error::new(ErrorKind::Unsupported, "the transaction only reads")
        .on_model(statement.model().0.name)
        .with_advice("begin it without `.read_only()`")
}

#[cold]
fn many_states() -> Error {
    Error::unsupported(
        "reads as of one moment in a transaction of which each statement sees what was committed before it",
        "begin it with `.isolation(Isolation::RepeatableRead)`, or read on `db`",
    )
}

#[cold]
fn in_use(patience: Duration) -> Error {
    Error::new(ErrorKind::AcquireTimeout, format!("the transaction is still in use after {patience:?}")).with_advice(
        "inside a nested transaction pass its own `tx` and not the outer one, and drop a stream before the next statement",
    )
}
