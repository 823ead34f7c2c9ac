//! SQL of the user's own, looked at before it is run.

use crate::prepared::SqlitePrepared;
use rusqlite::Statement;
use toasty_dsl::error::{Error, Result};

/// What it is run for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Rows,
    Nothing,
}

/// Its placeholders are those of its values, and its rows are wanted.
///
/// # Errors
/// `Unsupported`. SQLite would take a value that is not bound for NULL, and write before it says that there are rows.
pub(crate) fn check(
    statement: &Statement<'_>,
    prepared: &SqlitePrepared,
    wanted: Wanted,
) -> Result<()> {
    if statement.parameter_count() != prepared.slots.len() {
        return Err(Error::unsupported(
            "placeholders in the text of SQL",
            "leave their place to `.bind(value)`",
        )
        .on_model(prepared.model.name));
    }
    if wanted == Wanted::Nothing && statement.column_count() > 0 {
        return Err(Error::unsupported(
            "`.exec` of SQL that has rows",
            "read them by `.as_rows::<(…)>()`, or leave them out of the text",
        )
        .on_model(prepared.model.name));
    }
    Ok(())
}
