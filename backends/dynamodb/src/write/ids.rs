//! Integer keys that the library makes, where a model says `auto`.
//!
//! Promises: every id is positive and below 2^63, no two of one process are equal, a later one is larger, and ids of
//! several processes are in the order of their milliseconds. Must not know: tables, requests.
//!
//! What may surprise: two processes can make the same id, if they do so in the same millisecond, about once in four million
//! such pairs. A row is only ever put where none is, so that such an id costs another attempt and never a row.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The milliseconds of 1970 to 2024: 41 bits counted from there last until 2093.
const EPOCH: u64 = 1_704_067_200_000;

/// The bits below the milliseconds.
const LOW: u32 = 22;

/// The largest id: keys are signed integers of 64 bits in the language.
const MOST: u64 = (1 << 63) - 1;

static LAST: AtomicU64 = AtomicU64::new(0);

/// The next id.
pub(crate) fn next() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0));
    let fresh = at(now, fastrand::u64(..1 << LOW));
    // A step of chance keeps two processes apart that began a millisecond with the same number.
    let step = fastrand::u64(1..=64);
    let take = |last: u64| Some(following(last, fresh, step));
    match LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
        Ok(last) | Err(last) => following(last, fresh, step),
    }
}

/// The id of a millisecond and the bits below it.
fn at(milliseconds: u64, low: u64) -> u64 {
    (milliseconds.saturating_sub(EPOCH).max(1) << LOW | low) & MOST
}

/// The fresh one, or the next after the last where that is larger: within a millisecond, and where the clock was put back.
fn following(last: u64, fresh: u64, step: u64) -> u64 {
    if fresh > last {
        fresh
    } else {
        last.saturating_add(step).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_grow() {
        let mut last = 0;
        for _ in 0..100_000 {
            let id = next();
            assert!(id > last && id <= MOST);
            last = id;
        }
    }

    #[test]
    fn threads_never_make_the_same_id() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..20_000).map(|_| next()).collect::<Vec<_>>()))
            .collect();
        let mut all: Vec<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        let made = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), made);
    }

    #[test]
    fn ids_are_in_the_order_of_their_milliseconds() {
        assert!(at(EPOCH + 5, (1 << LOW) - 1) < at(EPOCH + 6, 0));
        assert!(
            at(EPOCH + (1 << 41) - 1, (1 << LOW) - 1) <= MOST,
            "the last day that 41 bits know"
        );
        assert!(at(0, 0) > 0, "a clock before 2024 still makes a key");
    }

    #[test]
    fn a_clock_that_is_put_back_makes_no_id_twice() {
        let last = at(EPOCH + 1_000, 7);
        assert_eq!(following(last, at(EPOCH + 10, 9), 3), last + 3);
    }
}
