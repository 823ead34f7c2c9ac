//! Opening: the settings that make SQLite keep its promises.

use crate::settings::{Location, Settings, Synchronous};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::time::Duration;
use toasty_contract::Access;

pub(crate) fn open(settings: &Settings, access: Access) -> rusqlite::Result<Connection> {
    // One connection is used by one task at a time, which its owner's type guarantees: SQLite's own mutex would only cost.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match &settings.location {
        Location::Memory => Connection::open_in_memory_with_flags(flags)?,
        Location::File(path) => Connection::open_with_flags(path, flags)?,
    };
    // Locks are waited for by the task, not by SQLite's sleeping thread.
    connection.busy_timeout(Duration::ZERO)?;
    // "Quirks", section 8: a misspelt column in double quotes must not become a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Query planner stability guarantee: without it a value bound to LIMIT or GLOB makes SQLite prepare the statement anew
    // at every run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(settings.statements);
    rusqlite::vtab::array::load_module(&connection)?;
    connection.create_collation("decimal", compare_decimals)?;
    crate::functions::register(&connection)?;
    connection.execute_batch("PRAGMA foreign_keys = ON")?;
    connection.execute_batch(match settings.synchronous {
        Synchronous::Normal => "PRAGMA synchronous = NORMAL",
        Synchronous::Full => "PRAGMA synchronous = FULL",
        Synchronous::Off => "PRAGMA synchronous = OFF",
    })?;
    if let Some(bytes) = settings.cache_size {
        // "PRAGMA cache_size": a negative number counts in KiB.
        let kibibytes = i64::try_from(bytes / 1024).unwrap_or(i64::MAX);
        connection.pragma_update(None, "cache_size", -kibibytes)?;
    }
    if let (Location::File(_), Access::Write) = (&settings.location, access) {
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    }
    if access == Access::Read {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// Decimals compare as numbers; what is no decimal compares as text, after all decimals.
fn compare_decimals(a: &str, b: &str) -> Ordering {
    match (Decimal::from_str_exact(a), Decimal::from_str_exact(b)) {
        (Ok(x), Ok(y)) => x.cmp(&y),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
