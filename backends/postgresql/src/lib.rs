//! PostgreSQL, by tokio-postgres.
//!
//! Promises: one round trip a statement, prepared once a connection, in binary form; a write is never sent twice, and what
//! became of it is said; every wait has an end; a dropped future leaves no open transaction; a server off this machine proves
//! who it is. Must not know: other backends, the pool, the configuration file.
//!
//! The surprising decision: what begins a transaction or marks a place in it waits for the statement after it and is sent
//! with it. Whether a transaction is open is read off the protocol's own bytes as they pass, and never asked.

mod array;
mod bind;
mod codes;
mod connection;
mod copy;
mod deadline;
mod errors;
mod exact;
mod explain;
mod link;
mod numeric;
mod once;
mod prepared;
mod pulse;
mod raw;
mod rows;
mod run;
mod session;
mod settings;
mod stream;
mod tables;
mod together;
mod transaction;
mod transport;
mod trust;

pub use prepared::PostgresqlPrepared;
pub use session::PostgresqlConnection;
pub use settings::{Password, Settings, Tls};

use std::sync::Arc;
use toasty_contract::{Access, Backend, Begin, Isolation, Lanes};
use toasty_dsl::{Result, Statement};
use toasty_sql::Dialect;
use transport::Way;

/// PostgreSQL, with its settings.
pub struct Postgresql {
    way: Arc<Way>,
}

impl Postgresql {
    /// PostgreSQL with these settings. Nothing is opened yet.
    pub fn new(settings: Settings) -> Self {
        Postgresql {
            way: Arc::new(Way::new(settings)),
        }
    }
}

impl std::fmt::Debug for Postgresql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgresql")
            .field("settings", &self.way.settings)
            .finish_non_exhaustive()
    }
}

impl Backend for Postgresql {
    type Prepared = PostgresqlPrepared;
    type Connection = PostgresqlConnection;

    fn system(&self) -> &'static str {
        Dialect::PostgreSql.name()
    }

    fn lanes(&self) -> Lanes {
        Lanes::Alike
    }

    fn sees_one_state(&self, begin: Begin) -> bool {
        match begin.isolation {
            Some(Isolation::RepeatableRead | Isolation::Serializable) => true,
            // What a server begins with by itself is its own affair.
            Some(Isolation::ReadCommitted) | None => false,
        }
    }

    fn prepare(&self, statement: &Statement) -> Result<PostgresqlPrepared> {
        PostgresqlPrepared::new(statement)
    }

    async fn connect(&self, _: Access) -> Result<PostgresqlConnection> {
        PostgresqlConnection::open(&self.way).await
    }
}
