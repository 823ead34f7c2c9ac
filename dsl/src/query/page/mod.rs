//! Pages: some rows of a query, and where the next ones begin.
//!
//! Promises: each page is one statement, whatever its number; walked from end to end, pages hold every row that stays in its
//! place once, and none twice; a cursor that is not accepted sends nothing. Must not know: backends.
//!
//! What may surprise: the key of the model stands behind every order, so that no two rows are equal in it. Where rows with
//! the same values fall on both sides of a page's end, nothing else would tell them apart. What groups have instead are the
//! values that they are grouped by, and rows that come once all of their values.

mod around;
mod batches;
mod cursors;
mod numbered;
mod order;
mod paged;
mod rows;
mod sink;

pub use batches::Batches;
pub use cursors::{IntoCursor, PageQuery, WholeRow};
pub use numbered::{NumberedPage, NumberedQuery};
pub use rows::Page;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::ModelDef;

/// The most rows of one page.
const MOST: u64 = 10_000;

/// Refuses a number of rows out of range.
fn check_rows(model: &ModelDef, rows: u64) -> Result<()> {
    if (1..=MOST).contains(&rows) {
        return Ok(());
    }
    Err(not_a_number_of_rows(rows).on_model(model.name))
}

#[cold]
fn not_a_number_of_rows(rows: u64) -> Error {
    Error::new(
        ErrorKind::InvalidParameter,
        format!("a page of {rows} rows was asked for, and a page has 1 to 10,000"),
    )
    .with_advice(
        "ask for a number of rows in between; one that comes from a request is best clamped",
    )
}
