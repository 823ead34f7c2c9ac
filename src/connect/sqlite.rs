//! SQLite.

use crate::config::Config;
use crate::db::AnyEngine;
use toasty_dsl::Result;

#[cfg(feature = "sqlite")]
pub(super) async fn engine(config: &Config) -> Result<AnyEngine> {
    use crate::config::{Execution, SqliteLocation, Synchronous};
    use crate::engine::Engine;
    use std::sync::Arc;

    let sqlite = &config.sqlite;
    let settings = toasty_sqlite::Settings {
        location: match &sqlite.location {
            SqliteLocation::Memory => toasty_sqlite::Location::Memory,
            SqliteLocation::File(path) => toasty_sqlite::Location::File(path.clone()),
        },
        busy_timeout: sqlite.busy_timeout,
        execution: match sqlite.execution {
            Execution::Caller => toasty_sqlite::Execution::Caller,
            Execution::Thread => toasty_sqlite::Execution::Thread,
        },
        readers: sqlite.readers,
        synchronous: match sqlite.synchronous {
            Synchronous::Normal => toasty_sqlite::Synchronous::Normal,
            Synchronous::Full => toasty_sqlite::Synchronous::Full,
            Synchronous::Off => toasty_sqlite::Synchronous::Off,
        },
        cache_size: sqlite.cache_size,
        statements: config.cache.statements,
    };
    Ok(AnyEngine::Sqlite(Arc::new(
        Engine::open(toasty_sqlite::Sqlite::new(settings), config).await?,
    )))
}

#[cfg(not(feature = "sqlite"))]
pub(super) async fn engine(_: &Config) -> Result<AnyEngine> {
    Err(super::not_compiled(crate::config::BackendName::Sqlite))
}
