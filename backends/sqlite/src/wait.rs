//! Waiting for another process's lock: the task sleeps, the thread does not.

use std::time::{Duration, Instant};

/// Longer and longer pauses, up to a deadline.
pub(crate) struct Patience {
    since: Instant,
    most: Duration,
    pause: Duration,
}

impl Patience {
    const FIRST: Duration = Duration::from_micros(500);
    const LONGEST: Duration = Duration::from_millis(25);

    pub(crate) fn new(most: Duration) -> Self {
        Patience {
            since: Instant::now(),
            most,
            pause: Patience::FIRST,
        }
    }

    /// Waits a little, or says that it was long enough.
    pub(crate) async fn wait(&mut self) -> bool {
        if self.since.elapsed() >= self.most {
            return false;
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(Patience::LONGEST);
        true
    }
}
