//! The connection as the contract wants it. DynamoDB has none: it is the shared client with a meter of its own.
//!
//! What may surprise: nothing is ever open, so that there is nothing to roll back and nobody waits for a turn. And futures
//! are boxed here, once a statement: those of the SDK are nested so deep that a program which holds one by value in an
//! `async fn` of its own would meet the compiler's recursion limit.

use crate::plan::refusal::own_sql;
use crate::plan::{DynamodbPrepared, Plan, explained};
use crate::table::item::ItemRow;
use crate::wire::ahead::Wanted;
use crate::wire::work::AT_ONCE;
use crate::wire::{Session, moment};
use crate::write::Grouped;
use crate::{define, read, write};
use futures_util::future::FutureExt;
use futures_util::stream::{self, StreamExt};
use std::ops::ControlFlow;
use std::sync::Arc;
use toasty_contract::{Connection, Control, Cost, Explain, PlanStep, Prepared};
use toasty_dsl::query::{Answer, Future, Independent, Outcome, RowStream, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, Result};

/// A connection to DynamoDB: requests with the shared client.
#[derive(Debug)]
pub struct DynamodbConnection {
    session: Session,
}

impl DynamodbConnection {
    pub(crate) fn new(session: Session) -> Self {
        DynamodbConnection { session }
    }

    /// Runs several writes as one TransactWriteItems: all of them, or none. Updates and deletions must name one row by its
    /// key.
    ///
    /// # Errors
    /// Those of the writes; `TooComplex` for more than DynamoDB takes at once, before anything is sent; `Conflict`.
    pub async fn transact(&mut self, writes: Vec<Grouped>) -> Result<()> {
        boxed(write::transact(&self.session, writes)).await
    }

    /// Runs reads by keys that all see the same moment: the rows of all of them by one TransactGetItems.
    ///
    /// # Errors
    /// `Unsupported` for what is no read by keys and `TooComplex` for more than DynamoDB reads at once, before anything is sent;
    /// `Conflict`; those of DynamoDB.
    pub async fn at_one_moment(
        &mut self,
        statements: Vec<Independent<Arc<DynamodbPrepared>>>,
    ) -> Result<Vec<Result<Answer>>> {
        let mut all = Vec::with_capacity(statements.len());
        for each in &statements {
            all.extend(read::ahead::wanted_at_once(&each.statement, &each.params)?);
        }
        let found = boxed(moment::get(&self.session, all)).await?;
        let session = self.session.with_ahead(Some(Arc::new(found)));
        let mut answers = Vec::with_capacity(statements.len());
        for each in statements {
            answers.push(match each.sink {
                Some(sink) => boxed(rows(&session, &each.statement, each.params, sink))
                    .await
                    .map(Answer::Rows),
                // Nobody takes its rows.
                None => Ok(Answer::Done(Outcome::default())),
            });
        }
        Ok(answers)
    }
}

/// Hides the type of a future.
fn boxed<'a, T>(future: impl std::future::Future<Output = T> + Send + 'a) -> Future<'a, T> {
    Box::pin(future)
}

/// Runs a statement that has rows.
async fn rows<S: Sink>(
    session: &Session,
    prepared: &Arc<DynamodbPrepared>,
    params: Params,
    mut sink: S,
) -> Result<S> {
    match prepared.plan {
        Plan::Read(_) | Plan::Partiql(_) => read::fetch(session, prepared, &params, sink).await,
        Plan::Insert | Plan::Update(_) | Plan::Delete(_) => {
            let changed = write::returning(session, prepared, params).await?;
            for item in &changed {
                let layout = &prepared.layout;
                let row = sink.row(&ItemRow { layout, item });
                let flow = row.map_err(|error| error.on_model(layout.model.name))?;
                if let ControlFlow::Break(()) = flow {
                    break;
                }
            }
            Ok(sink)
        }
    }
}

impl Connection for DynamodbConnection {
    type Prepared = DynamodbPrepared;

    async fn fetch<S: Sink>(
        &mut self,
        prepared: &Arc<DynamodbPrepared>,
        params: Params,
        sink: S,
    ) -> Result<S> {
        boxed(rows(&self.session, prepared, params, sink)).await
    }

    async fn execute(
        &mut self,
        prepared: &Arc<DynamodbPrepared>,
        params: Params,
    ) -> Result<Outcome> {
        boxed(write::execute(&self.session, prepared, params)).await
    }

    async fn together(
        &mut self,
        statements: Vec<Independent<Arc<DynamodbPrepared>>>,
    ) -> Vec<Result<Answer>> {
        let session = &self.session;
        let wanted: Vec<Option<Vec<Wanted>>> = statements
            .iter()
            .map(|each| read::ahead::wanted(session, &each.statement, &each.params))
            .collect();
        // A single one is asked for by itself.
        let several = wanted.iter().flatten().count() > 1;
        let takes: Vec<bool> = wanted.iter().map(|one| several && one.is_some()).collect();
        let all = if several {
            wanted.into_iter().flatten().flatten().collect()
        } else {
            Vec::new()
        };
        // Whoever wants an item waits for all of them; the others do not.
        let ahead = boxed(read::ahead::get(session, all)).shared();
        let asked = statements.into_iter().zip(takes).map(|(each, takes)| {
            let ahead = takes.then(|| ahead.clone());
            boxed(async move {
                let own;
                let session = match ahead {
                    Some(ahead) => {
                        own = session.with_ahead(ahead.await);
                        &own
                    }
                    None => session,
                };
                Ok(match each.sink {
                    Some(sink) => {
                        Answer::Rows(rows(session, &each.statement, each.params, sink).await?)
                    }
                    None => {
                        Answer::Done(write::execute(session, &each.statement, each.params).await?)
                    }
                })
            })
        });
        stream::iter(asked).buffered(AT_ONCE).collect().await
    }

    async fn stream<T: Send + 'static>(
        &mut self,
        prepared: &Arc<DynamodbPrepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        read::stream(&self.session, prepared, &params, decode)
    }

    async fn plan(
        &mut self,
        prepared: &Arc<DynamodbPrepared>,
        _: Params,
        explain: Explain,
    ) -> Result<toasty_contract::Plan> {
        match explain {
            Explain::Plan | Explain::Indexes => Ok(match prepared.plan {
                Plan::Partiql(_) => {
                    let step = PlanStep::new("ExecuteStatement");
                    toasty_contract::Plan::new(prepared.text(), vec![step], false)
                }
                Plan::Read(_) | Plan::Insert | Plan::Update(_) | Plan::Delete(_) => {
                    explained(prepared.text())
                }
            }),
            Explain::Measured => Err(Error::unsupported(
                "a measured plan: DynamoDB tells what a request cost with its answer",
                "run the query on `db.metered()` and look at its report",
            )
            .on_model(prepared.layout.model.name)),
        }
    }

    async fn control(&mut self, _: Control) -> Result<()> {
        Err(Error::unsupported(
            "a transaction of several steps: DynamoDB takes all of its writes at once",
            "give them together: `db.atomic((a, b, …))`",
        ))
    }

    async fn create_tables(&mut self, models: &[&'static ModelDef]) -> Result<()> {
        boxed(define::create_tables(&self.session, models)).await
    }

    async fn run_text(&mut self, _: &str) -> Result<()> {
        Err(own_sql())
    }

    fn take_cost(&mut self) -> Cost {
        self.session.meter.take()
    }

    fn reset(&mut self) -> bool {
        true
    }

    async fn make_ready(&mut self) -> Result<()> {
        Ok(())
    }
}
