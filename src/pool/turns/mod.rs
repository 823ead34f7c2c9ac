//! Turns: who may have a connection next.
//!
//! The surprising decision: a turn is handed to a waiter, not set free for whoever comes first, so that nobody is overtaken
//! and nobody waits for ever.

#[cfg(test)]
mod interleavings;

use std::collections::VecDeque;
use tokio::sync::oneshot;

/// The turns that are taken, and those who wait for one, in the order of asking.
pub(super) struct Turns {
    taken: usize,
    /// How many may be taken. Where there is no limit nobody waits.
    most: Option<usize>,
    waiting: VecDeque<oneshot::Sender<()>>,
}

impl Turns {
    pub(super) fn new(most: Option<usize>) -> Self {
        Turns {
            taken: 0,
            most,
            waiting: VecDeque::new(),
        }
    }

    /// Takes a turn where one is free. While anybody waits none is.
    #[inline]
    pub(super) fn take(&mut self) -> bool {
        let free = self.most.is_none_or(|most| self.taken < most);
        self.taken += usize::from(free);
        free
    }

    /// Takes a turn where one is free, else a place in the queue.
    #[inline]
    pub(super) fn take_or_wait(&mut self) -> Option<Waiter> {
        if self.take() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.push_back(sender);
        Some(Waiter { receiver })
    }

    /// Hands a turn to the first who still waits, else sets it free.
    #[inline]
    pub(super) fn give_back(&mut self) {
        while let Some(next) = self.waiting.pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        self.taken = self.taken.saturating_sub(1);
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    pub(super) fn most(&self) -> Option<usize> {
        self.most
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
            .iter()
            .filter(|waiting| !waiting.is_closed())
            .count()
    }
}

/// A place in the queue.
pub(super) struct Waiter {
    receiver: oneshot::Receiver<()>,
}

impl Waiter {
    /// Waits for the turn.
    pub(super) async fn turn(&mut self) {
        // The pool outlives its waiters, so that the sender is never dropped without a turn.
        let _ = (&mut self.receiver).await;
    }

    /// Leaves the queue. `true` where the turn had come already: it must be given back.
    pub(super) fn give_up(mut self) -> bool {
        self.receiver.close();
        self.receiver.try_recv().is_ok()
    }
}
