//! Reads that see one moment, where there is no transaction to see it in: one request for all of them.
//!
//! Promises: what cannot be a part of that request is refused before it is sent.

use crate::engine::Engine;
use crate::meter::Meter;
use std::sync::Arc;
use toasty_contract::{Access, Connection};
use toasty_dsl::cursor::CursorKey;
use toasty_dsl::query::{Answer, ExecutorObject, Future, Independent, Outcome, RunNested};
use toasty_dsl::value::Params;
use toasty_dsl::{Error, Result, Statement};
use toasty_dynamodb::Dynamodb;

/// Runs statements by one request.
struct Moment<'a> {
    engine: &'a Arc<Engine<Dynamodb>>,
    meter: Option<&'a Meter>,
}

/// Runs the work, of which `follows` is a model whose relations it would ask for afterwards.
///
/// # Errors
/// `Unsupported` for what one request cannot read; those of the work.
pub(crate) async fn read<'a, T: Send + 'a>(
    engine: &'a Arc<Engine<Dynamodb>>,
    meter: Option<&'a Meter>,
    follows: Option<&'static str>,
    work: RunNested<'a, T>,
) -> Result<T> {
    match follows {
        Some(model) => Err(later(model)),
        None => work(&Moment { engine, meter }).await,
    }
}

impl ExecutorObject for Moment<'_> {
    fn each_together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Result<Answer>>>> {
        Box::pin(async move {
            let engine = self.engine;
            let ready = engine.all_ready(statements)?;
            let mut lease = engine.brief(Access::Read).await?;
            let connection = lease.connection()?;
            let (told, asked) = engine.start_all(ready);
            let answers = connection.at_one_moment(asked).await;
            let cost = connection.take_cost();
            let rows = (0..told.len()).map(|at| match &answers {
                Ok(answers) => match answers.get(at) {
                    Some(Ok(answer)) => Ok(answer.rows()),
                    Some(Err(error)) => Err(error),
                    None => Ok(0),
                },
                Err(error) => Err(error),
            });
            engine.tell_all(told, cost, rows, self.meter);
            lease.finish();
            answers
        })
    }

    fn keeps_each(&self) -> bool {
        false
    }

    fn execute_boxed<'a>(&'a self, statement: Statement, _: Params) -> Future<'a, Result<Outcome>> {
        let error = Error::unsupported(
            "a write among reads as of one moment",
            "write by itself, or by `db.atomic((…))`",
        );
        Box::pin(async move { Err(error.on_model(statement.model().0.name)) })
    }

    fn association_batch(&self) -> usize {
        self.engine.batch
    }

    fn cursor_key(&self) -> Option<&CursorKey> {
        self.engine.cursors.key()
    }
}

#[cold]
fn later(model: &'static str) -> Error {
    Error::unsupported(
        "relations of rows as of one moment: they are read by a request of their own, a moment later",
        "where their keys are known, read them beside the rows: `find_by_id`; else leave out `.as_of_one_moment()`",
    )
    .on_model(model)
}
