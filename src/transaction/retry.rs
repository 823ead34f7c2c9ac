//! Trying a transaction again.
//!
//! Promises: only after an error that says that nothing was written and that another attempt may go well; never after a
//! commit whose fate is unknown; bounded; longer and longer pauses of random length (full jitter), so that those that met
//! once do not meet again.

use std::time::{Duration, Instant};
use toasty_dsl::{Error, ErrorKind};
use tracing::Level;

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The attempts of one transaction.
pub(super) struct Attempts {
    system: &'static str,
    made: u32,
    retries: u32,
    begun: Instant,
    /// A lock was waited for already when `Busy` is told: not again for longer than this.
    patience: Duration,
}

impl Attempts {
    pub(super) fn new(system: &'static str, retries: u32, patience: Duration) -> Self {
        Attempts {
            system,
            made: 1,
            retries,
            begun: Instant::now(),
            patience,
        }
    }

    /// Whether the transaction is to be tried again after this error; the pause before it is over then.
    pub(super) async fn another(&mut self, error: &Error) -> bool {
        let may = match error.kind() {
            ErrorKind::Conflict => true,
            ErrorKind::Busy => self.begun.elapsed() < self.patience,
            _ => false,
        };
        if !may || self.made > self.retries {
            return false;
        }
        let pause = pause_after(self.made);
        tracing::event!(
            target: "toasty::transaction",
            Level::INFO,
            db.system.name = self.system,
            attempt = self.made,
            error.r#type = error.code(),
            pause = pause.as_secs_f64(),
            "the transaction is tried again"
        );
        self.made += 1;
        tokio::time::sleep(pause).await;
        true
    }
}

fn pause_after(attempts: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << attempts.saturating_sub(1).min(16))
        .min(LONGEST_PAUSE)
        .mul_f64(fastrand::f64())
}
