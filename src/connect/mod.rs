//! From a configuration to a database: one file a backend, which says in its terms what the configuration says in ours.

mod dynamodb;
mod postgresql;
mod sqlite;

use crate::Db;
use crate::config::{BackendName, Config, ConfigError};
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
        BackendName::Sqlite => sqlite::engine(&config).await?,
        BackendName::PostgreSql => postgresql::engine(&config).await?,
        BackendName::DynamoDb => dynamodb::engine(&config).await?,
    };
    Ok(Db::new(engine))
}

fn refused(error: ConfigError) -> Error {
    Error::new(ErrorKind::Configuration, error.to_string()).with_source(error)
}

/// A backend that the program was built without. [`Config::check`] finds it first; this is for a build that changes in between.
#[cfg(not(all(feature = "sqlite", feature = "postgresql", feature = "dynamodb")))]
fn not_compiled(backend: BackendName) -> Error {
    Error::new(
        ErrorKind::Configuration,
        format!("the backend `{backend}` is not compiled in"),
    )
    .with_advice(format!("add the feature `{backend}` of the crate `toasty`"))
}
