//! SQL of the user's own, looked at before it is run.

use crate::prepared::{PostgresqlPrepared, Shape};
use crate::run::Failed;
use toasty_dsl::error::Error;
use tokio_postgres::Statement;

/// What it is run for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Rows,
    Nothing,
}

/// Its placeholders are those of its values, and its rows are wanted: as on every database.
pub(crate) fn check(
    prepared: &PostgresqlPrepared,
    shape: &Shape,
    statement: &Statement,
    wanted: Wanted,
) -> Result<(), Failed> {
    if !prepared.raw {
        return Ok(());
    }
    let refused = if statement.params().len() != shape.slots.len() {
        Error::unsupported(
            "placeholders in the text of SQL",
            "leave their place to `.bind(value)`",
        )
    } else if wanted == Wanted::Nothing && !statement.columns().is_empty() {
        Error::unsupported(
            "`.exec` of SQL that has rows",
            "read them by `.as_rows::<(…)>()`, or leave them out of the text",
        )
    } else {
        return Ok(());
    };
    Err(Failed::Sink(refused.on_model(prepared.model.name)))
}
