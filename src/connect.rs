//! From a configuration to a database.

use crate::Db;
use crate::config::{BackendName, Config, ConfigError};
use crate::db::AnyEngine;
use crate::engine::Engine;
use std::sync::Arc;
use toasty_dsl::{Error, ErrorKind, Result};

/// Connects as `toasty.toml` says, which is looked for from the working directory upwards.
///
/// # Errors
/// `Configuration` with the line, a caret and the nearest valid name; those of the backend.
///
/// ```no_run
/// # async fn example() -> toasty::Result<()> {
/// let db = toasty::connect().await?;
/// # Ok(())
/// # }
/// ```
pub async fn connect() -> Result<Db> {
    connect_with(Config::load().map_err(refused)?).await
}

/// Connects as a configuration made in code says.
///
/// # Errors
/// `Configuration` for a value out of range; those of the backend.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toasty::Result<()> {
/// let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
/// assert_eq!(db.system(), "sqlite");
/// # Ok(())
/// # }
/// ```
pub async fn connect_with(config: Config) -> Result<Db> {
    config.check().map_err(refused)?;
    let engine = match config.backend {
        BackendName::Sqlite => sqlite(&config).await?,
    };
    Ok(Db { engine })
}

fn refused(error: ConfigError) -> Error {
    Error::new(ErrorKind::Configuration, error.to_string()).with_source(error)
}

#[cfg(feature = "sqlite")]
async fn sqlite(config: &Config) -> Result<AnyEngine> {
    use crate::config::{Execution, SqliteLocation, Synchronous};
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
async fn sqlite(_: &Config) -> Result<AnyEngine> {
    Err(Error::new(
        ErrorKind::Configuration,
        "the backend `sqlite` is not compiled in",
    )
    .with_advice("add the feature `sqlite` of the crate `toasty`"))
}
