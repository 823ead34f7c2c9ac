//! Pages: some rows of a query, and where the next ones begin.
//!
//! Promises: each page is one statement, whatever its number; walked from end to end, pages hold every row that stays in its
//! place once, and none twice; a cursor that is not accepted sends nothing. Must not know: backends.
//!
//! What may surprise: the key of the model stands behind every order, so that no two rows are equal in it. Where rows with
//! the same values fall on both sides of a page's end, nothing else would tell them apart.

mod batches;
mod cursors;
mod numbered;
mod order;
mod rows;

pub use batches::Batches;
pub use cursors::{IntoCursor, PageQuery};
pub use numbered::{NumberedPage, NumberedQuery};
pub use rows::Page;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::ModelDef;
use crate::statement::Select;

/// The most rows of one page.
const MOST: u64 = 10_000;

/// Refuses what makes no pages: a number of rows out of range, and a query that is cut already.
fn check(model: &ModelDef, select: &Select, rows: u64) -> Result<()> {
    if !(1..=MOST).contains(&rows) {
        return Err(not_a_number_of_rows(rows).on_model(model.name));
    }
    let read_otherwise = |select: &Select| {
        let computed = select.computed.as_ref();
        computed.is_some_and(|one| one.source.is_some() || !one.first_of.is_empty())
    };
    if read_otherwise(select) {
        return Err(Error::unsupported(
            "pages of a union, of a tree or of the first rows of groups",
            "take its rows by `.limit(…)` and `.offset(…)`, or say by a filter which rows are meant",
        )
        .on_model(model.name));
    }
    if select.computed.is_some() {
        return Err(Error::unsupported(
            "pages in an order that is computed",
            "order by columns: a place in the order is made of their values",
        )
        .on_model(model.name));
    }
    if select.limit || select.offset {
        return Err(Error::unsupported(
            "pages of a query with a limit or an offset",
            "leave them out: a page has its own number of rows, and a cursor its own beginning",
        )
        .on_model(model.name));
    }
    Ok(())
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
