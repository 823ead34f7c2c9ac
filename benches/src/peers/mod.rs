//! One file per library.
//!
//! To add one: write its file, with a type that implements [`Peer`], and give it a line in
//! [`all`]. Nothing else knows which peers there are.

mod diesel;
#[cfg(feature = "postgresql")]
mod diesel_async;
#[cfg(feature = "ours")]
mod ours;
#[cfg(all(feature = "ours", feature = "postgresql"))]
mod ours_held;
mod raw;
#[cfg(feature = "postgresql")]
mod raw_postgresql;
mod sea_orm;
mod sqlx;
mod toasty_published;

use tokio::runtime::Runtime;

use crate::batch::{self, Session};
use crate::databases::{Database, Location, Upkeep};
use crate::peer::{Outcome, Peer};

/// The name of the raw driver, to which all ratios refer.
pub const RAW: &str = "raw";

pub struct Entry {
    pub name: &'static str,
    pub open: fn(&Runtime, &Location, Upkeep) -> Outcome<Box<dyn Session>>,
}

/// Every peer on this database, in the order of the tables' columns; the raw driver comes first.
pub fn all(database: Database) -> Vec<Entry> {
    match database {
        Database::SqliteMemory | Database::SqliteFile => vec![
            entry::<raw::Raw>(RAW),
            entry::<diesel::Diesel>("diesel"),
            entry::<sqlx::SqlitePeer>("sqlx"),
            entry::<sea_orm::SeaOrm>("sea-orm"),
            entry::<toasty_published::Published>("toasty-published"),
            #[cfg(feature = "ours")]
            entry::<ours::Ours>("ours"),
        ],
        #[cfg(feature = "postgresql")]
        Database::Postgresql => vec![
            entry::<raw_postgresql::Raw<raw_postgresql::Held>>(RAW),
            entry::<raw_postgresql::Raw<raw_postgresql::Pooled>>("raw-pool"),
            entry::<diesel_async::DieselAsync>("diesel-async"),
            entry::<sqlx::PostgresqlPeer>("sqlx"),
            entry::<sea_orm::SeaOrm>("sea-orm"),
            entry::<toasty_published::Published>("toasty-published"),
            #[cfg(feature = "ours")]
            entry::<ours::Ours>("ours"),
            #[cfg(feature = "ours")]
            entry::<ours_held::OursHeld>("ours-held"),
        ],
    }
}

fn entry<P: Peer + 'static>(name: &'static str) -> Entry {
    Entry {
        name,
        open: batch::open::<P>,
    }
}
