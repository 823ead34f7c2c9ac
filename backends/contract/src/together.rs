//! Statements that do not depend on each other, given to a connection at once.

use crate::{Connection, Result};
use std::sync::Arc;
use toasty_dsl::query::{Answer, Independent};

/// Runs them one after the other: for a database that answers without a way to it, where nothing is gained by more.
pub async fn in_turn<C: Connection>(
    connection: &mut C,
    statements: Vec<Independent<Arc<C::Prepared>>>,
) -> Vec<Result<Answer>> {
    let mut answers = Vec::with_capacity(statements.len());
    for each in statements {
        answers.push(alone(connection, each).await);
    }
    answers
}

/// Runs one of them.
///
/// # Errors
/// Those of the statement.
pub async fn alone<C: Connection>(
    connection: &mut C,
    each: Independent<Arc<C::Prepared>>,
) -> Result<Answer> {
    Ok(match each.sink {
        Some(sink) => Answer::Rows(connection.fetch(&each.statement, each.params, sink).await?),
        None => Answer::Done(connection.execute(&each.statement, each.params).await?),
    })
}
