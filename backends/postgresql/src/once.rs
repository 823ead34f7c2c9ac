//! One attempt to run a statement, and whether another may follow it.

use crate::bind::{bound, bound_columns};
use crate::errors::{Fault, On, is_gone, is_stale};
use crate::link::{Link, Standing};
use crate::prepared::{PostgresqlPrepared, Shape};
use crate::raw::{self, Wanted};
use crate::run::{self, Failed, beside};
use crate::session::{PostgresqlConnection, Transaction};
use crate::stream::SLICE;
use toasty_dsl::query::{Outcome, Sink};
use toasty_dsl::value::Params;
use toasty_sql::around;
use tokio_postgres::Statement;

impl PostgresqlConnection {
    pub(crate) async fn fetch_once<S: Sink>(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
        sink: &mut S,
    ) -> Result<(), Fault> {
        self.fetch_shape(prepared, &prepared.one, params, sink)
            .await
    }

    /// Runs one of the shapes of a statement, which has rows.
    pub(crate) async fn fetch_shape<S: Sink>(
        &mut self,
        prepared: &PostgresqlPrepared,
        shape: &Shape,
        params: &Params,
        sink: &mut S,
    ) -> Result<(), Fault> {
        let on = On::Statement(prepared, shape);
        self.ready().await?;
        let written = self.link.pulse.written();
        let mut opening = self.send_waiting();
        let statement = self.statement(shape, &on, &mut opening).await?;
        let written = if opening.is_some() {
            written
        } else {
            self.link.pulse.written()
        };
        self.link.stand(Standing::Loose);
        let values = params.values();
        let work = beside(&mut opening, async {
            raw::check(prepared, shape, &statement, Wanted::Rows)?;
            if prepared.many_changes {
                run::fetch(&self.link, &statement, bound_columns(shape, values), sink).await
            } else {
                run::fetch(&self.link, &statement, bound(shape, values), sink).await
            }
        });
        let ran = self.link.timer.within(self.limit, work).await;
        self.ended(ran, opening, written, prepared, &on).await
    }

    pub(crate) async fn execute_once(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
    ) -> Result<Outcome, Fault> {
        if let Some(copy) = prepared.copied(params)
            && let Some(done) = self.copy_once(prepared, copy, params).await?
        {
            return Ok(done);
        }
        let shape = prepared.shape_for(params);
        let on = On::Statement(prepared, shape);
        self.ready().await?;
        let written = self.link.pulse.written();
        let mut opening = self.send_waiting();
        let statement = self.statement(shape, &on, &mut opening).await?;
        let written = if opening.is_some() {
            written
        } else {
            self.link.pulse.written()
        };
        self.link.stand(Standing::Loose);
        let work = write(&self.link, prepared, &statement, params);
        let work = beside(&mut opening, work);
        let ran = self.link.timer.within(self.limit, work).await;
        self.ended(ran, opening, written, prepared, &on).await
    }

    /// Opens a cursor, and gives what takes the next rows of it.
    pub(crate) async fn open_cursor(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
    ) -> Result<Statement, Fault> {
        let shape = prepared.cursor();
        let on = On::Statement(prepared, shape);
        self.ready().await?;
        let written = self.link.pulse.written();
        let mut opening = self.send_waiting();
        let statement = self.statement(shape, &on, &mut opening).await?;
        self.link.stand(Standing::Loose);
        let values = bound(shape, params.values());
        let work = beside(&mut opening, async {
            raw::check(prepared, shape, &statement, Wanted::Rows)?;
            run::execute(&self.link, &statement, values).await
        });
        let ran = self.link.timer.within(self.limit, work).await;
        self.ended(ran, opening, written, prepared, &on).await?;
        let written = self.link.pulse.written();
        self.link.stand(Standing::Loose);
        // Not kept: its columns are those of the cursor.
        let text = around::fetch_cursor(SLICE);
        let fetch = self.link.client.prepare(&text);
        let fetch = self.link.timer.within(self.limit, fetch).await;
        self.link.done(fetch, written, &on)
    }

    /// Whether a statement that failed so can be sent once more without being done twice.
    #[cold]
    pub(crate) fn may_repeat(
        &mut self,
        fault: &Fault,
        prepared: &PostgresqlPrepared,
        before: Transaction,
    ) -> bool {
        if let Fault::Rejected(rejected) = fault {
            if is_stale(rejected) {
                let many = prepared.rows.as_ref().map(|shape| shape.number);
                let copy = prepared.copy.as_ref().map(|copy| copy.shape.number);
                for number in [
                    Some(prepared.one.number),
                    many,
                    copy,
                    Some(prepared.cursor().number),
                ]
                .into_iter()
                .flatten()
                {
                    self.statements.remove(&number);
                }
            } else if is_gone(rejected) {
                self.link.abandon();
            }
        }
        if before != Transaction::None {
            return false;
        }
        match fault {
            Fault::NotSent | Fault::SentReadOnly => true,
            Fault::Rejected(rejected) => {
                is_stale(rejected) || (prepared.reads && is_gone(rejected))
            }
            Fault::SentUnknown | Fault::Client(_) | Fault::Late => false,
        }
    }
}

/// Runs a statement without rows: one row, or a whole column a value. The values are not given back.
pub(crate) async fn write(
    link: &Link,
    prepared: &PostgresqlPrepared,
    statement: &Statement,
    params: &Params,
) -> Result<Outcome, Failed> {
    let values = params.values();
    if let Some(shape) = prepared.many(params) {
        let values = bound_columns(shape, values);
        if prepared.keys {
            return run::inserts(link, statement, values).await;
        }
        return Ok(touched(run::execute(link, statement, values).await?));
    }
    if prepared.many_changes {
        let rows = values.len() / prepared.one.width().max(1);
        let values = bound_columns(&prepared.one, values);
        return run::changes(link, statement, values, rows).await;
    }
    raw::check(prepared, &prepared.one, statement, Wanted::Nothing)?;
    let values = bound(&prepared.one, values);
    if prepared.insert == Some(true) {
        run::insert(link, statement, values).await
    } else {
        Ok(touched(run::execute(link, statement, values).await?))
    }
}

fn touched(affected: u64) -> Outcome {
    Outcome {
        affected,
        ..Outcome::default()
    }
}
