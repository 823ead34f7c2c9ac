//! One file per library.
//!
//! To add one: write its file, with a type that implements [`Peer`], and give it a line in
//! [`all`]. Nothing else knows which peers there are.

mod diesel;
#[cfg(feature = "ours")]
mod ours;
mod raw;
mod sea_orm;
mod sqlx;
mod toasty_published;

use tokio::runtime::Runtime;

use crate::batch::{self, Session};
use crate::databases::Location;
use crate::peer::{Outcome, Peer};

/// The name of the raw driver, to which all ratios refer.
pub const RAW: &str = "raw";

pub struct Entry {
    pub name: &'static str,
    pub open: fn(&Runtime, &Location) -> Outcome<Box<dyn Session>>,
}

/// Every peer, in the order of the tables' columns; the raw driver comes first.
pub fn all() -> Vec<Entry> {
    vec![
        entry::<raw::Raw>(RAW),
        entry::<diesel::Diesel>("diesel"),
        entry::<sqlx::SqlxPool>("sqlx"),
        entry::<sea_orm::SeaOrm>("sea-orm"),
        entry::<toasty_published::Published>("toasty-published"),
        #[cfg(feature = "ours")]
        entry::<ours::Ours>("ours"),
    ]
}

fn entry<P: Peer + 'static>(name: &'static str) -> Entry {
    Entry {
        name,
        open: batch::open::<P>,
    }
}
