//! Waiting, but not for ever.
//!
//! One timer serves one wait after another: it stays where it was set, and is only moved when it rings too early. A new one
//! for each statement wakes the runtime's driver each time, which costs more than all else that is added to a statement.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// No answer came in time.
#[derive(Debug)]
pub(crate) struct Late;

/// The timer of one connection. A wait that is dropped takes it along, and the next makes another.
#[derive(Debug, Default)]
pub(crate) struct Timer(Mutex<Option<Pin<Box<Sleep>>>>);

impl Timer {
    fn place(&self) -> std::sync::MutexGuard<'_, Option<Pin<Box<Sleep>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something, at most for so long.
    #[inline]
    pub(crate) async fn within<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = T>,
    ) -> Result<T, Late> {
        let mut work = pin!(work);
        let Some(limit) = limit else {
            return Ok(work.await);
        };
        let mut timer = self.place().take();
        let mut end = None;
        let ended = poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            let end = *end.get_or_insert_with(|| Instant::now() + limit);
            let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
            if timer.deadline() > end {
                timer.as_mut().reset(end);
            }
            while timer.as_mut().poll(cx).is_ready() {
                if Instant::now() >= end {
                    return Poll::Ready(Err(Late));
                }
                timer.as_mut().reset(end);
            }
            Poll::Pending
        })
        .await;
        *self.place() = timer;
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn each_wait_has_its_whole_time_and_no_more() {
        let timer = Timer::default();
        for limit in [3, 1, 5, 2] {
            let limit = SECOND * limit;
            // The timer that is left from the wait before rings in the middle of this one.
            let before = Instant::now();
            assert!(timer.within(Some(limit), pending::<()>()).await.is_err());
            assert!(before.elapsed() >= limit && before.elapsed() < limit + SECOND / 10);
            let half = timer.within(Some(limit), sleep(limit / 2)).await;
            assert!(half.is_ok());
            let nearly = timer.within(Some(limit), sleep(limit - SECOND / 10)).await;
            assert!(nearly.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_there_is_no_timer() {
        let timer = Timer::default();
        assert!(timer.within(None, sleep(SECOND * 3600)).await.is_ok());
        assert!(timer.within(Some(SECOND), ready(())).await.is_ok());
        assert!(timer.place().is_none());
    }
}
