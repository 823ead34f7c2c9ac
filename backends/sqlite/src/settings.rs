//! How SQLite is opened and run.

use std::path::PathBuf;
use std::time::Duration;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In memory; gone when the last handle is
    Memory,
    /// In a file, which is made where it is not there
    File(PathBuf),
}

/// Where statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// On the task that awaits them; long results move to a thread
    Caller,
    /// On a thread, always: one hop an operation
    Thread,
}

/// `PRAGMA synchronous`: when SQLite waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// At checkpoints: a power loss can take the last commits, never the database
    Normal,
    /// At every commit
    Full,
    /// Never
    Off,
}

/// How SQLite is opened and run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the database is.
    pub location: Location,
    /// How long another process's lock is waited for.
    pub busy_timeout: Duration,
    /// Where statements run.
    pub execution: Execution,
    /// How many connections read at the same time.
    pub readers: usize,
    /// When SQLite waits for the disk.
    pub synchronous: Synchronous,
    /// The size of the page cache of each connection in bytes, where it is not SQLite's own.
    pub cache_size: Option<u64>,
    /// How many prepared statements each connection keeps.
    pub statements: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            location: Location::Memory,
            busy_timeout: Duration::from_secs(5),
            execution: Execution::Caller,
            readers: 4,
            synchronous: Synchronous::Normal,
            cache_size: None,
            statements: 256,
        }
    }
}
