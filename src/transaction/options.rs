//! How a transaction begins.

use toasty_contract::{Access, Begin, Isolation};
use toasty_dsl::{Error, ErrorKind, Result};

/// How a transaction begins: for [`Db::transaction_with`](crate::Db::transaction_with) and
/// [`Db::begin_with`](crate::Db::begin_with).
///
/// ```
/// use toasty::{Isolation, TransactionOptions};
///
/// // A report that sees one state of the database, and is in nobody's way.
/// let report = TransactionOptions::new().isolation(Isolation::Serializable).read_only().deferrable();
/// # let _ = report;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "pass it to `transaction_with` or `begin_with`"]
pub struct TransactionOptions {
    begin: Begin,
}

impl Default for TransactionOptions {
    fn default() -> Self {
        TransactionOptions::new()
    }
}

impl TransactionOptions {
    /// One that reads and writes, kept apart from others as the database does it by itself.
    pub fn new() -> Self {
        TransactionOptions {
            begin: Begin::WRITE,
        }
    }

    /// Keeps it apart from others at least so far. SQLite's transactions are always serializable.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.begin.isolation = Some(isolation);
        self
    }

    /// It only reads: a write in it is an error of the kind `Unsupported`. On SQLite it does not wait for those that
    /// write, where the database is in a file.
    pub fn read_only(mut self) -> Self {
        self.begin.access = Access::Read;
        self
    }

    /// It waits at its start until it can run without being in anybody's way, and without failing later. Only for one that
    /// is serializable and only reads.
    pub fn deferrable(mut self) -> Self {
        self.begin.deferrable = true;
        self
    }

    pub(super) fn begin(self) -> Result<Begin> {
        let serializable = self.begin.isolation == Some(Isolation::Serializable);
        if self.begin.deferrable && !(serializable && self.begin.access == Access::Read) {
            // PostgreSQL would ignore it ("SET TRANSACTION").
            return Err(Error::new(
                ErrorKind::Unsupported,
                "a transaction that is deferrable, and not serializable or not read-only",
            )
            .with_advice("add `.isolation(Isolation::Serializable).read_only()`"));
        }
        Ok(self.begin)
    }
}
