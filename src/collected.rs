//! Writes that are collected, and then done as one request: what a database without interactive transactions has instead.
//!
//! Promises: nothing is sent before all writes are known; then all are done, or none. What surprises: a write is told to have
//! gone well before it was sent. That holds since the request goes well only if each of its writes does, and its error is
//! the error of all.

use crate::engine::{Engine, Ready};
use crate::meter::Meter;
use std::sync::{Arc, Mutex, PoisonError};
use toasty_contract::{Access, Connection};
use toasty_dsl::cursor::CursorKey;
use toasty_dsl::query::{Answer, ExecutorObject, Future, Independent, Outcome, RunNested};
use toasty_dsl::statement::{Assign, Delete, Update};
use toasty_dsl::value::Params;
use toasty_dsl::{Error, Result, Statement};
use toasty_dynamodb::{Dynamodb, DynamodbPrepared, Grouped};

/// Writes that wait to be done together.
struct Collected {
    engine: Arc<Engine<Dynamodb>>,
    writes: Mutex<Vec<Waiting>>,
}

/// One of them.
struct Waiting {
    ready: Ready<DynamodbPrepared>,
    params: Params,
    /// Of a check: which part of what is done together it is
    part: Option<usize>,
}

/// Runs the work, and does all of its writes by one request.
///
/// # Errors
/// Those of the work; those of the writes, naming the model of the one that failed.
pub(crate) async fn together<'a, T: Send + 'a>(
    engine: &Arc<Engine<Dynamodb>>,
    meter: Option<&Meter>,
    work: RunNested<'a, T>,
) -> Result<T> {
    let collected = Collected {
        engine: Arc::clone(engine),
        writes: Mutex::default(),
    };
    let done = work(&collected).await?;
    let writes = collected
        .writes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if writes.is_empty() {
        return Ok(done);
    }
    send(engine, meter, writes).await?;
    Ok(done)
}

/// Each write has its event, since each has its model; what the request cost stands in the first.
async fn send(
    engine: &Engine<Dynamodb>,
    meter: Option<&Meter>,
    writes: Vec<Waiting>,
) -> Result<()> {
    let mut told = Vec::with_capacity(writes.len());
    let mut request = Vec::with_capacity(writes.len());
    for Waiting {
        ready,
        params,
        part,
    } in writes
    {
        let started = engine.log.start(&*ready.prepared, &params);
        request.push(Grouped {
            prepared: Arc::clone(&ready.prepared),
            params,
            part,
        });
        told.push((started, ready));
    }
    let mut lease = engine.brief(Access::Write).await?;
    let connection = lease.connection()?;
    let sent = connection.transact(request).await;
    let cost = connection.take_cost();
    lease.finish();
    let rows = std::iter::repeat(sent.as_ref().map(|()| 1));
    engine.tell_all(told, cost, rows, meter);
    sent
}

impl Collected {
    /// Keeps a write, and says what it will have done.
    fn keep(&self, statement: &Statement, params: Params, part: Option<usize>) -> Result<Outcome> {
        let ready = self.engine.ready(statement)?;
        let (params, outcome) = self.engine.backend.foresee(&ready.prepared, params)?;
        let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.push(Waiting {
            ready,
            params,
            part,
        });
        Ok(outcome)
    }

    /// Different changes, or removals, of many rows: one write a row. Where a row is not as its condition says, the request fails.
    async fn each_row(&self, one: &Statement, width: usize, params: &Params) -> Result<Outcome> {
        let mut affected = 0;
        for row in params.values().chunks(width.max(1)) {
            let row = Params::from(row.to_vec());
            affected += self.execute_boxed(one.clone(), row).await?.affected;
        }
        Ok(Outcome {
            affected,
            ..Outcome::default()
        })
    }
}

/// The statement of one row, of which the values are many, and how many values it has.
fn one_of_many(statement: &Statement) -> Option<(Statement, usize)> {
    match statement {
        Statement::Update(update) if update.many => {
            let set = update.set.iter();
            let slots = set.filter(|one| matches!(one, Assign::Slot(_))).count();
            let one = Update {
                many: false,
                ..update.clone()
            };
            let width = slots + update.filter.pinned_columns().len();
            Some((Statement::Update(one), width))
        }
        Statement::Delete(delete) if delete.many => {
            let one = Delete {
                many: false,
                ..delete.clone()
            };
            let width = delete.filter.pinned_columns().len();
            Some((Statement::Delete(one), width))
        }
        Statement::Select(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Raw(_) => None,
    }
}

impl ExecutorObject for Collected {
    fn each_together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Result<Answer>>>> {
        Box::pin(async move {
            let mut answers = Vec::with_capacity(statements.len());
            for each in statements {
                if each.sink.is_some() {
                    return Err(read_among_writes(&each.statement));
                }
                let done = self.execute_boxed(each.statement, each.params).await;
                answers.push(done.map(Answer::Done));
            }
            Ok(answers)
        })
    }

    fn keeps_each(&self) -> bool {
        false
    }

    fn execute_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
    ) -> Future<'a, Result<Outcome>> {
        Box::pin(async move {
            if let Some((one, width)) = one_of_many(&statement) {
                return self.each_row(&one, width, &params).await;
            }
            self.keep(&statement, params, None)
        })
    }

    fn check_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
        part: usize,
    ) -> Future<'a, Result<Outcome>> {
        Box::pin(async move { self.keep(&statement, params, Some(part)) })
    }

    fn association_batch(&self) -> usize {
        self.engine.batch
    }

    fn cursor_key(&self) -> Option<&CursorKey> {
        self.engine.cursors.key()
    }
}

#[cold]
fn read_among_writes(statement: &Statement) -> Error {
    Error::unsupported(
        "a read among writes that are done as one request",
        "read before them, and let an update's condition hold what was read",
    )
    .on_model(statement.model().0.name)
}
