//! Opening connections without a storm: few at once, and one at a time while the server does not take any.
//!
//! What may surprise: while the server is away, those who need a connection try again until their deadline. A restart is
//! then a pause and not an error. The first one that gets through wakes the others, whose pauses would else outlast the
//! server's absence.

use async_lock::Semaphore;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use toasty_dsl::{Error, ErrorKind, Result};
use tokio::sync::Notify;
use tokio::time::Instant;

/// How many connections are opened at the same time.
const AT_ONCE: usize = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The gate that all new connections of a pool go through.
pub(super) struct Gate {
    permits: Semaphore,
    trouble: Mutex<Trouble>,
    /// The server takes connections again.
    recovered: Notify,
}

#[derive(Default)]
struct Trouble {
    /// How often one failed, or several at once, since the last one that went well.
    rounds: u32,
    /// Nobody tries before.
    until: Option<Instant>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Gate {
            permits: Semaphore::new(AT_ONCE),
            trouble: Mutex::default(),
            recovered: Notify::new(),
        }
    }

    /// Opens a connection, if need be by several attempts.
    ///
    /// # Errors
    /// Those of `open`: at once those that another attempt would not change, the others when none is left to be made
    /// before the deadline.
    pub(super) async fn open<C, F: Future<Output = Result<C>>>(
        &self,
        open: impl Fn() -> F,
        deadline: Instant,
    ) -> Result<C> {
        let mut last = None;
        loop {
            let Ok(permit) = tokio::time::timeout_at(deadline, self.permits.acquire()).await else {
                return Err(last.unwrap_or_else(too_slow));
            };
            // Listens before it looks, so that a recovery in between is not missed.
            let recovered = self.recovered.notified();
            let round = match self.begin() {
                Begin::Round(round) => round,
                Begin::NotBefore(until) => {
                    drop(permit);
                    let over = tokio::time::timeout_at(until.min(deadline), recovered)
                        .await
                        .is_err();
                    if over && until >= deadline {
                        return Err(last.unwrap_or_else(too_slow));
                    }
                    continue;
                }
            };
            match open().await {
                Ok(connection) => {
                    self.went_well();
                    return Ok(connection);
                }
                Err(error) if may_pass(&error) => {
                    self.failed(round);
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an attempt may begin now. While there is trouble, nobody else may before the next pause is over.
    fn begin(&self) -> Begin {
        let mut trouble = self.trouble();
        let now = Instant::now();
        if let Some(until) = trouble.until.filter(|until| *until > now) {
            return Begin::NotBefore(until);
        }
        if trouble.rounds > 0 {
            trouble.until = Some(now + pause_after(trouble.rounds));
        }
        Begin::Round(trouble.rounds)
    }

    fn went_well(&self) {
        let before = std::mem::take(&mut *self.trouble());
        if before.rounds > 0 {
            self.recovered.notify_waiters();
        }
    }

    /// Those that failed beside each other failed once.
    fn failed(&self, round: u32) {
        let mut trouble = self.trouble();
        if trouble.rounds == round {
            trouble.rounds = round.saturating_add(1);
            trouble.until = Some(Instant::now() + pause_after(trouble.rounds));
        }
    }
}

enum Begin {
    Round(u32),
    NotBefore(Instant),
}

/// Longer and longer, and a little different each time.
fn pause_after(rounds: u32) -> Duration {
    let most = FIRST_PAUSE
        .saturating_mul(1 << rounds.saturating_sub(1).min(8))
        .min(LONGEST_PAUSE);
    most.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// The server may take connections again a little later.
fn may_pass(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionLost | ErrorKind::Busy)
}

#[cold]
fn too_slow() -> Error {
    Error::new(
        ErrorKind::AcquireTimeout,
        "no connection could be opened within the timeout: others are being opened, or the last attempts failed",
    )
    .with_advice("see whether the server takes connections, or raise `acquire_timeout` in `[pool]`")
}
