//! Which pools' connections the running task holds by a transaction, so that waiting for another one of the same pool can
//! be told by its name.
//!
//! What may surprise: only the closures of transactions are known, by the task that polls them. A task that such a closure
//! spawns, and a transaction held as a handle, are not.

use std::future::Future;
use toasty_dsl::{Error, ErrorKind};

tokio::task_local! {
    /// The pools, the innermost transaction's last.
    static HELD: Vec<usize>;
}

/// Runs a future as one inside a transaction on a connection of this pool.
pub(crate) async fn holding<F: Future>(pool: usize, inside: F) -> F::Output {
    let mut held = HELD.try_with(Clone::clone).unwrap_or_default();
    held.push(pool);
    HELD.scope(held, inside).await
}

/// How many connections of this pool the running task holds.
pub(super) fn holds(pool: usize) -> usize {
    HELD.try_with(|held| held.iter().filter(|one| **one == pool).count())
        .unwrap_or(0)
}

#[cold]
pub(super) fn named(message: String) -> Error {
    Error::new(
        ErrorKind::AcquireTimeout,
        format!("{message}; this task already holds a connection"),
    )
    .with_advice("use `tx`: inside a transaction pass `tx` and not `db`")
}
