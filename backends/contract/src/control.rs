//! Transactions, and how many connections there are.

/// What a connection is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Statements that only read
    Read,
    /// All statements
    Write,
}

/// How many connections a backend may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// One connection for everything: a database that lives in it
    One,
    /// One connection that writes, and some that read
    OneWriter {
        /// How many may read at the same time
        readers: usize,
    },
}

/// Begins, ends or divides a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Begins a transaction
    Begin(Access),
    /// Ends it and keeps what it did
    Commit,
    /// Ends it and forgets what it did
    Rollback,
    /// Marks a place in it
    Savepoint(usize),
    /// Forgets the mark and keeps what was done since
    Release(usize),
    /// Forgets what was done since the mark, and the mark
    RollbackTo(usize),
}
