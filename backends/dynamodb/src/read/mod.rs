//! What is read: the rows of a plan, page by page, as the statement wants them.
//!
//! Promises: every row that is given has met the whole condition; no page is taken for the end, and none is read that nobody
//! wants. Must not know: how a plan is chosen, writing.

pub(crate) mod ahead;
mod merge;
mod pages;
pub(crate) mod partiql;
mod rows;

pub(crate) use rows::{fetch, find, get, stream};
