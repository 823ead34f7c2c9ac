//! The transaction that is open on a driver: whether it still is, and its end.

use rusqlite::Connection as Driver;
use toasty_dsl::error::{Error, ErrorKind, Result};

/// A transaction that was begun is still open: after some failures, and when a statement that writes is interrupted, SQLite
/// rolls the whole of it back by itself ("Transactions", section 3; "Interrupt A Long-Running Query"). What comes after
/// would be written outside of it.
#[inline]
pub(crate) fn still_open(begun: bool, driver: &Driver) -> Result<()> {
    if begun && driver.is_autocommit() {
        Err(rolled_back())
    } else {
        Ok(())
    }
}

#[cold]
fn rolled_back() -> Error {
    Error::new(ErrorKind::TransactionClosed, "the transaction was rolled back as a whole when one of its statements was interrupted or failed")
        .with_advice("nothing of it was written: run it again from its start")
}

pub(crate) const QUERY_ONLY: &str = "PRAGMA query_only = ON";
pub(crate) const NOT_QUERY_ONLY: &str = "PRAGMA query_only = OFF";

/// Rolls back what is open on the driver, and lets it write again; whether nothing is open then.
pub(crate) fn roll_back(driver: &Driver, held_back: bool) -> bool {
    (driver.is_autocommit() || driver.execute_batch("ROLLBACK").is_ok())
        && (!held_back || driver.execute_batch(NOT_QUERY_ONLY).is_ok())
}

/// Runs a text that is prepared once a connection.
pub(crate) fn run_cached(driver: &Driver, text: &str) -> rusqlite::Result<()> {
    driver.prepare_cached(text)?.execute(()).map(|_| ())
}
