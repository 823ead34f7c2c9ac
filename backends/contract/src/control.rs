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
    /// Connections that are all alike, as many as the pool allows
    Alike,
    /// Connections that cost nothing, so that nobody waits for one: the backend speaks in requests
    Free,
}

/// Begins, ends or divides a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Begins a transaction
    Begin(Begin),
    /// Ends it and keeps what it did
    Commit,
    /// Ends it and forgets what it did
    Rollback,
    /// Marks a place in it
    Savepoint(usize),
    /// Forgets the mark and keeps what was done since
    Release(usize),
    /// Forgets what was done since the mark, and the mark. Where a future that was to end it was dropped, the mark may be gone
    /// already: then there is nothing to forget
    RollbackTo(usize),
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begin {
    /// Whether it may write
    pub access: Access,
    /// How far it is kept apart from others; none where the database's own default will do
    pub isolation: Option<Isolation>,
    /// It waits at its start until it can run without being in anybody's way; only serializable ones that read
    pub deferrable: bool,
}

impl Begin {
    /// A transaction that writes, as the database begins it by itself.
    pub const WRITE: Begin = Begin {
        access: Access::Write,
        isolation: None,
        deferrable: false,
    };

    /// A transaction that only reads, and sees one state of the database.
    pub const ONE_STATE: Begin = Begin {
        access: Access::Read,
        isolation: Some(Isolation::RepeatableRead),
        deferrable: false,
    };
}

/// How far a transaction is kept apart from others that run at the same time, by the names of the SQL standard.
///
/// A backend gives at least this: PostgreSQL has three levels, SQLite is always serializable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// Each statement sees what was committed before it began
    ReadCommitted,
    /// The whole transaction sees what was committed before it began (PostgreSQL: snapshot isolation)
    RepeatableRead,
    /// As if transactions ran one after the other
    Serializable,
}
