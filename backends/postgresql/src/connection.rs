//! What a connection promises to whoever holds it.

use crate::errors::lost;
use crate::prepared::PostgresqlPrepared;
use crate::pulse::Status;
use crate::session::{PostgresqlConnection, Transaction};
use crate::stream::Slices;
use crate::transaction::not_begun;
use std::sync::Arc;
use std::time::Duration;
use toasty_contract::{Access, Begin, Connection, Control, Cost, Explain, Plan};
use toasty_dsl::error::{Error, Result};
use toasty_dsl::query::{Answer, Independent, Outcome, RowStream, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Params, Row};
use toasty_sql::around;

/// How long what was left behind may take to end before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(1);

impl Connection for PostgresqlConnection {
    type Prepared = PostgresqlPrepared;

    #[inline]
    async fn fetch<S: Sink>(
        &mut self,
        prepared: &Arc<PostgresqlPrepared>,
        params: Params,
        mut sink: S,
    ) -> Result<S> {
        let before = self.transaction;
        let mut again = true;
        loop {
            match self.fetch_once(prepared, &params, &mut sink).await {
                Ok(()) => return Ok(sink),
                Err(fault) => {
                    if self.may_repeat(&fault, prepared, before) && again {
                        again = false;
                        sink.restart();
                    } else {
                        return Err(self.explain(fault, prepared));
                    }
                }
            }
        }
    }

    #[inline]
    async fn execute(
        &mut self,
        prepared: &Arc<PostgresqlPrepared>,
        params: Params,
    ) -> Result<Outcome> {
        let before = self.transaction;
        let mut again = true;
        loop {
            match self.execute_once(prepared, &params).await {
                Ok(done) => {
                    return Ok(Outcome {
                        values: params,
                        ..done
                    });
                }
                Err(fault) => {
                    if self.may_repeat(&fault, prepared, before) && again {
                        again = false;
                    } else {
                        return Err(self.explain(fault, prepared));
                    }
                }
            }
        }
    }

    async fn together(
        &mut self,
        statements: Vec<Independent<Arc<PostgresqlPrepared>>>,
    ) -> Vec<Result<Answer>> {
        self.run_together(statements).await
    }

    async fn stream<T: Send + 'static>(
        &mut self,
        prepared: &Arc<PostgresqlPrepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let before = self.transaction;
        let own = before == Transaction::None;
        let mut again = true;
        loop {
            if own {
                self.waiting = around::begin(Begin {
                    access: Access::Read,
                    ..Begin::WRITE
                });
            }
            let opened = self.open_cursor(prepared, &params).await;
            if own {
                // It is the stream's, and ends with it.
                self.waiting.clear();
                self.transaction = Transaction::None;
            }
            match opened {
                Ok(fetch) => {
                    return RowStream::new(Slices::new(
                        Arc::clone(&self.link),
                        Arc::clone(prepared),
                        fetch,
                        decode,
                        self.limit,
                        own,
                    ));
                }
                Err(fault) => {
                    if own && self.link.is_open() {
                        drop(self.link.send("ROLLBACK"));
                    }
                    if self.may_repeat(&fault, prepared, before) && again {
                        again = false;
                    } else {
                        return RowStream::failed(self.explain(fault, prepared));
                    }
                }
            }
        }
    }

    async fn plan(
        &mut self,
        prepared: &Arc<PostgresqlPrepared>,
        params: Params,
        explain: Explain,
    ) -> Result<Plan> {
        self.plan_as(prepared, &params, explain).await
    }

    async fn control(&mut self, control: Control) -> Result<()> {
        match control {
            Control::Begin(begin) => {
                if self.transaction != Transaction::None {
                    return Err(Error::unsupported(
                        "a transaction in a transaction",
                        "mark a place in it by a savepoint",
                    ));
                }
                self.waiting = around::begin(begin);
                self.transaction = Transaction::Waiting;
                Ok(())
            }
            Control::Commit => self.commit().await,
            Control::Rollback => self.roll_back().await,
            Control::Savepoint(_) | Control::Release(_) | Control::RollbackTo(_)
                if self.transaction == Transaction::None =>
            {
                Err(not_begun())
            }
            Control::Savepoint(depth) => {
                self.wait(&around::savepoint(depth));
                self.marks = depth;
                Ok(())
            }
            Control::Release(depth) => self.unmark(depth, &around::release(depth)).await,
            Control::RollbackTo(depth) => self.roll_back_to(depth).await,
        }
    }

    async fn create_tables(&mut self, models: &[&'static ModelDef]) -> Result<()> {
        let definitions = self.definitions(models).await?;
        if self.transaction != Transaction::None {
            return self.run_text(&definitions).await;
        }
        self.control(Control::Begin(Begin::WRITE)).await?;
        match self.run_text(&definitions).await {
            Ok(()) => self.commit().await,
            Err(error) => {
                self.roll_back().await?;
                Err(error)
            }
        }
    }

    async fn run_text(&mut self, text: &str) -> Result<()> {
        // The server's deadline is one a statement, and there may be as many as semicolons, and one more.
        let statements = u32::try_from(text.matches(';').count() + 1).unwrap_or(u32::MAX);
        let limit = self.limit.map(|limit| limit.saturating_mul(statements));
        let ran = self.run(text, limit).await;
        ran.map_err(|fault| self.explain_text(fault))
    }

    #[inline]
    fn take_cost(&mut self) -> Cost {
        Cost::default()
    }

    fn reset(&mut self) -> bool {
        self.waiting.clear();
        let open = std::mem::replace(&mut self.transaction, Transaction::None);
        if open != Transaction::Open {
            return self.link.is_idle();
        }
        // At once, so that its locks are not held until the next use. What still runs comes first.
        if self.link.is_open() {
            drop(self.link.send("ROLLBACK"));
        }
        false
    }

    async fn make_ready(&mut self) -> Result<()> {
        self.waiting.clear();
        self.transaction = Transaction::None;
        let patience = Some(self.limit.map_or(PATIENCE, |limit| limit.min(PATIENCE)));
        let closed = |this: &Self| this.with_last_words(lost(false));
        if !self.link.is_open() || self.link.settle(patience).await.is_err() {
            return Err(closed(self));
        }
        match self.link.pulse.status() {
            Status::Idle => return Ok(()),
            Status::Open | Status::Failed | Status::Unknown => {}
        }
        let rolled_back = self.link.run("ROLLBACK", patience).await;
        if rolled_back.is_ok() && self.link.pulse.status() == Status::Idle {
            Ok(())
        } else {
            self.link.abandon();
            Err(closed(self))
        }
    }
}
