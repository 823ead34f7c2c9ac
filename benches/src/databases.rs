//! Where the data lives. Every peer gets its own copy of the same rows.

use std::path::PathBuf;

use tokio::runtime::Runtime;

use crate::batch::Session;
use crate::data::Dataset;
use crate::options::Options;
use crate::peer::{Failure, Outcome};
use crate::peers::{self, Entry};
#[cfg(feature = "postgresql")]
use crate::postgresql;
use crate::schema;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Database {
    SqliteMemory,
    SqliteFile,
    #[cfg(feature = "postgresql")]
    Postgresql,
}

impl Database {
    pub const ALL: &[Database] = &[
        Database::SqliteMemory,
        Database::SqliteFile,
        #[cfg(feature = "postgresql")]
        Database::Postgresql,
    ];

    /// What runs unless `--db` says otherwise: what needs no server.
    pub fn usual() -> Vec<Database> {
        vec![Database::SqliteMemory, Database::SqliteFile]
    }

    pub fn named(name: &str) -> Option<Database> {
        Self::ALL
            .iter()
            .copied()
            .find(|database| database.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Database::SqliteMemory => "sqlite-memory",
            Database::SqliteFile => "sqlite-file",
            #[cfg(feature = "postgresql")]
            Database::Postgresql => "postgresql",
        }
    }

    pub fn is_on_a_server(self) -> bool {
        match self {
            Database::SqliteMemory | Database::SqliteFile => false,
            #[cfg(feature = "postgresql")]
            Database::Postgresql => true,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Database::SqliteMemory => "SQLite in memory",
            Database::SqliteFile => "SQLite in a file (WAL, `synchronous = NORMAL`)",
            #[cfg(feature = "postgresql")]
            Database::Postgresql => "PostgreSQL",
        }
    }
}

/// One peer's own database.
pub enum Location {
    Memory,
    /// An existing file, already in WAL mode.
    File(PathBuf),
    /// The URL of a database that is seeded already.
    #[cfg(feature = "postgresql")]
    Postgresql(String),
}

/// How a database is filled, cleaned and kept in order between batches.
pub enum Upkeep {
    /// By the peer's own connection.
    Own,
    /// The same, and its write-ahead log has to be emptied.
    OwnWithLog,
    /// By a connection beside the peer's.
    #[cfg(feature = "postgresql")]
    Beside(tokio_postgres::Client),
}

/// A peer that is open and whose data is in place.
pub struct Contestant {
    pub name: &'static str,
    pub session: Box<dyn Session>,
}

/// Opens every peer that was asked for and seeds its database. The first one is the raw driver, to
/// which all ratios refer, unless a fixed number of operations was asked for.
pub fn open(
    runtime: &Runtime,
    database: Database,
    dataset: &Dataset,
    options: &Options,
) -> Outcome<Vec<Contestant>> {
    let entries: Vec<Entry> = peers::all(database)
        .into_iter()
        .filter(|entry| options.runs(entry.name))
        .collect();
    #[cfg(feature = "postgresql")]
    if database == Database::Postgresql {
        runtime.block_on(postgresql::seed(dataset.users))?;
    }
    let mut contestants = Vec::new();
    for entry in entries {
        let name = entry.name;
        let session = open_one(runtime, database, &entry, dataset, options)
            .map_err(|failure| Failure(format!("{name}: {failure}")))?;
        contestants.push(Contestant { name, session });
    }
    Ok(contestants)
}

/// Removes what a server keeps of a run. The peers have to be gone.
pub fn remove(runtime: &Runtime, database: Database) -> Outcome<()> {
    match database {
        Database::SqliteMemory | Database::SqliteFile => {
            let _ = runtime;
            Ok(())
        }
        #[cfg(feature = "postgresql")]
        Database::Postgresql => {
            let names = peers::all(database).into_iter().map(|entry| entry.name);
            runtime.block_on(postgresql::remove(names))
        }
    }
}

/// Before each workload, since a pool may have opened another connection.
pub fn keep_together(database: Database) {
    match database {
        Database::SqliteMemory | Database::SqliteFile => {}
        #[cfg(feature = "postgresql")]
        Database::Postgresql => postgresql::keep_together(),
    }
}

fn open_one(
    runtime: &Runtime,
    database: Database,
    entry: &Entry,
    dataset: &Dataset,
    options: &Options,
) -> Outcome<Box<dyn Session>> {
    match database {
        Database::SqliteMemory => {
            let mut session = (entry.open)(runtime, &Location::Memory, Upkeep::Own)?;
            fill(runtime, database, dataset, &mut *session)?;
            Ok(session)
        }
        Database::SqliteFile => {
            let location = Location::File(new_file(entry.name, options)?);
            let mut session = (entry.open)(runtime, &location, Upkeep::OwnWithLog)?;
            session.run_sql(runtime, "PRAGMA synchronous=NORMAL")?;
            fill(runtime, database, dataset, &mut *session)?;
            Ok(session)
        }
        #[cfg(feature = "postgresql")]
        Database::Postgresql => {
            let (url, beside) = runtime.block_on(postgresql::copy(entry.name))?;
            (entry.open)(runtime, &Location::Postgresql(url), Upkeep::Beside(beside))
        }
    }
}

fn fill(
    runtime: &Runtime,
    database: Database,
    dataset: &Dataset,
    session: &mut dyn Session,
) -> Outcome<()> {
    for statement in schema::seed(database, dataset.users) {
        session.run_sql(runtime, &statement)?;
    }
    Ok(())
}

fn new_file(peer: &str, options: &Options) -> Outcome<PathBuf> {
    std::fs::create_dir_all(&options.directory)?;
    let file = options.directory.join(format!("{peer}.db"));
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name); // it need not be there
    }
    rusqlite::Connection::open(&file)?.pragma_update(None, "journal_mode", "wal")?;
    Ok(file)
}
