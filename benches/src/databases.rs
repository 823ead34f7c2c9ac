//! Where the data lives. Every peer gets its own copy of the same rows.

use std::path::PathBuf;

use tokio::runtime::Runtime;

use crate::batch::Session;
use crate::data::Dataset;
use crate::options::Options;
use crate::peer::{Failure, Outcome};
use crate::{peers, schema};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Database {
    SqliteMemory,
    SqliteFile,
}

impl Database {
    pub const ALL: [Database; 2] = [Database::SqliteMemory, Database::SqliteFile];

    pub fn named(name: &str) -> Option<Database> {
        Self::ALL
            .into_iter()
            .find(|database| database.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Database::SqliteMemory => "sqlite-memory",
            Database::SqliteFile => "sqlite-file",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Database::SqliteMemory => "SQLite in memory",
            Database::SqliteFile => "SQLite in a file (WAL, `synchronous = NORMAL`)",
        }
    }
}

/// One peer's own database.
pub enum Location {
    Memory,
    /// An existing file, already in WAL mode.
    File(PathBuf),
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
    let mut contestants = Vec::new();
    for entry in peers::all() {
        if !options.runs(entry.name) {
            continue;
        }
        let explain = |failure| Failure(format!("{}: {failure}", entry.name));
        let location = locate(database, entry.name, options).map_err(explain)?;
        let mut session = (entry.open)(runtime, &location).map_err(explain)?;
        if database == Database::SqliteFile {
            session
                .run_sql(runtime, "PRAGMA synchronous=NORMAL")
                .map_err(explain)?;
        }
        for statement in schema::seed(dataset.users) {
            session.run_sql(runtime, &statement).map_err(explain)?;
        }
        contestants.push(Contestant {
            name: entry.name,
            session,
        });
    }
    Ok(contestants)
}

fn locate(database: Database, peer: &str, options: &Options) -> Outcome<Location> {
    match database {
        Database::SqliteMemory => Ok(Location::Memory),
        Database::SqliteFile => {
            std::fs::create_dir_all(&options.directory)?;
            let file = options.directory.join(format!("{peer}.db"));
            for suffix in ["", "-wal", "-shm"] {
                let mut name = file.clone().into_os_string();
                name.push(suffix);
                let _ = std::fs::remove_file(name); // it need not be there
            }
            rusqlite::Connection::open(&file)?.pragma_update(None, "journal_mode", "wal")?;
            Ok(Location::File(file))
        }
    }
}
