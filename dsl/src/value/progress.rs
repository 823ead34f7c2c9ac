//! How far a long write has come, and who wants to know.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a write of many rows has come.
///
/// What is done is kept only when the whole write has gone well, but for one that may be done in several steps
/// (`.in_chunks()`), where each step stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many rows the database has been given
    pub done: u64,
    /// How many they are altogether
    pub total: u64,
    /// How often the word was given, this time included: how many slices of rows, or requests, it took so far
    pub steps: u64,
}

/// Who is told how far a write has come. It goes beside the values of a statement to whoever runs it.
#[derive(Clone)]
pub struct Watcher {
    shared: Arc<Shared>,
    /// How many rows other statements of the same write have done before
    before: u64,
    /// How many rows the whole write has, where that is known beforehand
    total: Option<u64>,
}

struct Shared {
    tell: Box<dyn Fn(Progress) + Send + Sync>,
    steps: AtomicU64,
    /// How many rows were told last; more than there can be, where nothing was
    told: AtomicU64,
}

const NOTHING: u64 = u64::MAX;

impl Watcher {
    /// Tells this function.
    pub fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Watcher {
            shared: Arc::new(Shared {
                tell: Box::new(tell),
                steps: AtomicU64::new(0),
                told: AtomicU64::new(NOTHING),
            }),
            before: 0,
            total: None,
        }
    }

    /// The same for one of several statements, which all have so many rows, after so many of others.
    #[must_use]
    pub fn after(&self, before: u64, total: u64) -> Self {
        Watcher {
            shared: Arc::clone(&self.shared),
            before,
            total: Some(total),
        }
    }

    /// So many of the statement's rows are done.
    pub fn tell(&self, done: u64, of: u64) {
        let done = self.before + done;
        self.shared.told.store(done, Ordering::Relaxed);
        let steps = self.shared.steps.fetch_add(1, Ordering::Relaxed) + 1;
        (self.shared.tell)(Progress {
            done,
            total: self.total.unwrap_or(of),
            steps,
        });
    }

    /// As [`Watcher::tell`], for numbers of things in memory.
    pub fn tell_rows(&self, done: usize, of: usize) {
        let number = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        self.tell(number(done), number(of));
    }

    /// The whole write is done: the last word, unless whoever ran it has said so already.
    pub fn end(&self, total: u64) {
        if self.shared.told.load(Ordering::Relaxed) != total {
            self.after(0, total).tell(total, total);
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn the_last_word_is_given_once_and_the_statements_of_a_write_add_up() {
        let heard: Arc<Mutex<Vec<(u64, u64, u64)>>> = Arc::default();
        let ear = Arc::clone(&heard);
        let watcher = Watcher::new(move |progress| {
            ear.lock()
                .unwrap()
                .push((progress.done, progress.total, progress.steps));
        });
        watcher.after(0, 5).tell(2, 3);
        watcher.after(3, 5).tell(1, 2);
        watcher.end(5);
        watcher.end(5);
        assert_eq!(*heard.lock().unwrap(), [(2, 5, 1), (4, 5, 2), (5, 5, 3)]);
    }
}
