//! When a connection over a network is too old, or has rested for too long.

use coarsetime::Instant;
use std::time::Duration;

/// How long connections are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keep {
    /// How many may rest for as long as they like.
    pub(crate) min_idle: usize,
    /// How long the others may rest.
    pub(crate) idle_timeout: Option<Duration>,
    /// How old one may become.
    pub(crate) max_lifetime: Option<Duration>,
}

/// When a connection is to be closed, and since when it rests.
pub(super) struct Age {
    opened: Instant,
    /// None: it may become as old as it likes.
    lifetime: Option<Duration>,
    resting_since: Instant,
}

impl Keep {
    /// The age of a connection that was opened now. Its life is up to a tenth shorter than allowed, so that those that
    /// were opened together are not all closed together.
    pub(super) fn begin(&self) -> Age {
        let now = Instant::now();
        Age {
            opened: now,
            lifetime: self
                .max_lifetime
                .map(|most| most.mul_f64(1.0 - fastrand::f64() / 10.0)),
            resting_since: now,
        }
    }
}

impl Age {
    pub(super) fn rest(&mut self) {
        self.resting_since = Instant::now();
    }

    pub(super) fn is_over(&self) -> bool {
        self.lifetime
            .is_some_and(|lifetime| Duration::from(self.opened.elapsed()) >= lifetime)
    }

    pub(super) fn has_rested(&self, timeout: Option<Duration>) -> bool {
        timeout.is_some_and(|timeout| self.resting() >= timeout)
    }

    pub(super) fn resting(&self) -> Duration {
        self.resting_since.elapsed().into()
    }
}
