//! What closes connections that have rested for too long, while nobody comes by.

use super::age::Keep;
use super::{Pool, Pooled, State};
use std::sync::Weak;
use std::time::Duration;
use toasty_contract::Connection;

impl<C: Connection> Pool<C> {
    /// Whether from now on somebody has to see to it that what rests is closed in time: nobody else may come by.
    pub(super) fn begins_watch(&self, state: &mut State<C>) -> Option<(Keep, Duration)> {
        let keep = self.rules.keep?;
        let timeout = keep.idle_timeout?;
        if state.watched || state.idle.len() <= keep.min_idle {
            return None;
        }
        state.watched = true;
        Some((keep, timeout))
    }

    pub(super) fn watch(&self, begins: Option<(Keep, Duration)>) {
        let Some((keep, timeout)) = begins else {
            return;
        };
        let watch = Watch {
            pool: Weak::clone(&self.me),
            over: false,
        };
        // Without a runtime nobody sleeps; the next one to come by closes them.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(watch.run(keep, timeout));
        }
    }
}

impl<C> State<C> {
    /// Takes out those that have rested for too long, or are too old. The one that rests the longest is the first.
    pub(super) fn take_rested(&mut self, keep: Option<&Keep>) -> Vec<Box<Pooled<C>>> {
        let mut rested = Vec::new();
        let Some(keep) = keep else { return rested };
        while let Some(first) = self.idle.front() {
            let long = self.idle.len() > keep.min_idle
                && first
                    .age
                    .as_ref()
                    .is_some_and(|age| age.has_rested(keep.idle_timeout));
            if !long && !first.is_over() {
                break;
            }
            rested.extend(self.idle.pop_front());
        }
        rested
    }

    /// How long it takes until the next one has rested for too long.
    fn next_to_close(&self, keep: &Keep, timeout: Duration) -> Option<Duration> {
        let first = (self.idle.len() > keep.min_idle).then(|| self.idle.front())??;
        let age = first.age.as_ref()?;
        Some(timeout.saturating_sub(age.resting()))
    }
}

/// Waits, beside everything else, until what rests in a pool is to be closed. Ends when nothing is left to wait for.
struct Watch<C: Connection> {
    pool: Weak<Pool<C>>,
    over: bool,
}

impl<C: Connection> Watch<C> {
    async fn run(mut self, keep: Keep, timeout: Duration) {
        let mut pause = timeout;
        loop {
            // Clocks are coarse and pauses can be short: a little later is early enough.
            tokio::time::sleep(pause.max(Duration::from_millis(5))).await;
            let Some(pool) = self.pool.upgrade() else {
                return;
            };
            let (rested, next) = {
                let mut state = pool.lock();
                let rested = state.take_rested(Some(&keep));
                let next = state.next_to_close(&keep, timeout);
                state.watched = next.is_some();
                (rested, next)
            };
            drop(rested);
            match next {
                Some(left) => pause = left,
                None => {
                    self.over = true;
                    return;
                }
            }
        }
    }
}

impl<C: Connection> Drop for Watch<C> {
    /// Where the runtime went before the pool, another one may watch it.
    fn drop(&mut self) {
        if let (false, Some(pool)) = (self.over, self.pool.upgrade()) {
            pool.lock().watched = false;
        }
    }
}
