//! The database handle.

use crate::engine::{Engine, Statistics};
use crate::meter::Meter;
use std::fmt;
use std::sync::Arc;
use toasty_contract::Backend;

/// A database. Cheap to clone, and used by reference: connections, plans and logs are behind it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toasty::Result<()> {
/// let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
/// // The same database, for another task.
/// let other = db.clone();
/// assert_eq!(other.system(), "sqlite");
/// assert_eq!(other.statistics().plans, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Db {
    pub(crate) engine: AnyEngine,
    /// Adds up what the statements cost: of a [`Metered`](crate::Metered).
    pub(crate) meter: Option<Arc<Meter>>,
}

/// The engine of whichever backend was configured.
#[derive(Clone)]
pub(crate) enum AnyEngine {
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<Engine<toasty_sqlite::Sqlite>>),
    #[cfg(feature = "postgresql")]
    Postgresql(Arc<Engine<toasty_postgresql::Postgresql>>),
    #[cfg(feature = "dynamodb")]
    Dynamodb(Arc<Engine<toasty_dynamodb::Dynamodb>>),
    #[cfg(test)]
    Simulated(Arc<Engine<crate::simulated::Simulated>>),
}

/// Does the same with the engine of whichever backend it is.
macro_rules! with_engine {
    ($engine:expr, $name:ident => $body:expr) => {
        match $engine {
            #[cfg(feature = "sqlite")]
            $crate::db::AnyEngine::Sqlite($name) => $body,
            #[cfg(feature = "postgresql")]
            $crate::db::AnyEngine::Postgresql($name) => $body,
            #[cfg(feature = "dynamodb")]
            $crate::db::AnyEngine::Dynamodb($name) => $body,
            #[cfg(test)]
            $crate::db::AnyEngine::Simulated($name) => $body,
        }
    };
}
pub(crate) use with_engine;

impl Db {
    pub(crate) fn new(engine: AnyEngine) -> Self {
        Db {
            engine,
            meter: None,
        }
    }

    /// What it has seen so far.
    pub fn statistics(&self) -> Statistics {
        with_engine!(&self.engine, engine => engine.statistics())
    }

    /// The name of the database system, as OpenTelemetry's database conventions have it.
    pub fn system(&self) -> &'static str {
        with_engine!(&self.engine, engine => engine.backend.system())
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({})", self.system())
    }
}
