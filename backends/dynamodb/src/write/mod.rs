//! What is written: rows with their guards, as actions that are sent alone, as one transaction or in chunks.
//!
//! Promises: a new row never takes the place of another; unique fields hold; a row that was read is changed only if it still
//! is what was read. Must not know: connections, how an action is sent.

mod changes;
mod claims;
mod execute;
mod ids;
mod insert;
mod transact;

pub(crate) use execute::{execute, returning};
pub use transact::Grouped;
pub(crate) use transact::{foresee, transact};
