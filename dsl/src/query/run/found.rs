//! How many rows were found, where that is said to be one.

use crate::error::{Error, ErrorKind, Result};

/// The only one of these rows, of which there are two at most.
///
/// # Errors
/// `NotFound`, `TooManyRows`.
pub(crate) fn only<T>(mut rows: Vec<T>, model: &'static str) -> Result<T> {
    match (rows.pop(), rows.is_empty()) {
        (Some(row), true) => Ok(row),
        (Some(_), false) => Err(too_many(model)),
        (None, _) => Err(not_found(model)),
    }
}

#[cold]
pub(crate) fn not_found(model: &'static str) -> Error {
    Error::new(ErrorKind::NotFound, "no row was found")
        .on_model(model)
        .with_advice("where there may be none, ask a query by `.first()`")
}

#[cold]
fn too_many(model: &'static str) -> Error {
    Error::new(ErrorKind::TooManyRows, "more than one row was found")
        .on_model(model)
        .with_advice("where any of them will do, ask by `.first()`")
}
