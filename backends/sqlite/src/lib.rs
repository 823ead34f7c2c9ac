//! SQLite, embedded.
//!
//! Promises: statements run on the caller's task and wait for locks without sleeping on its thread; a result that is long
//! moves to a thread of its own; a dropped future leaves no open transaction. Must not know: other backends, the pool,
//! the configuration file.
//!
//! The surprising decision: rusqlite's statements cannot move between threads, so that a task cannot pause in the middle
//! of one. A statement that turns out to be long is therefore begun anew on a thread, where it disturbs nobody, and its
//! shape remembers that: the next run starts there.

mod arrays;
mod bind;
mod connection;
mod errors;
mod explain;
mod functions;
mod home;
mod json;
mod many;
mod open;
mod prepared;
mod raw;
mod references;
#[cfg(test)]
mod reprepare;
mod rows;
mod run;
mod settings;
mod stream;
mod times;
mod transaction;
mod wait;

pub use connection::SqliteConnection;
pub use prepared::SqlitePrepared;
pub use settings::{Execution, Location, Settings, Synchronous};

use toasty_contract::{Access, Backend, Begin, Lanes};
use toasty_dsl::{Result, Statement};
use toasty_sql::Dialect;

/// SQLite, with its settings.
#[derive(Debug)]
pub struct Sqlite {
    settings: Settings,
}

impl Sqlite {
    /// SQLite with these settings. Nothing is opened yet.
    pub fn new(settings: Settings) -> Self {
        Sqlite { settings }
    }
}

impl Backend for Sqlite {
    type Prepared = SqlitePrepared;
    type Connection = SqliteConnection;

    fn system(&self) -> &'static str {
        Dialect::Sqlite.name()
    }

    fn lanes(&self) -> Lanes {
        match self.settings.location {
            // A database in memory lives in its connection: a second one would be another database.
            Location::Memory => Lanes::One,
            Location::File(_) => Lanes::OneWriter {
                readers: self.settings.readers,
            },
        }
    }

    // Its transactions are serializable, however they begin ("Isolation In SQLite").
    fn sees_one_state(&self, _: Begin) -> bool {
        true
    }

    fn prepare(&self, statement: &Statement) -> Result<SqlitePrepared> {
        SqlitePrepared::new(statement)
    }

    async fn connect(&self, access: Access) -> Result<SqliteConnection> {
        SqliteConnection::open(&self.settings, access).await
    }
}
