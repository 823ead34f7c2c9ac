//! Several statements in one trip: all are sent, then their answers are read ("Pipelining").
//!
//! Promises: each statement is on its own, outside of a transaction also by what it keeps; one that fails is sent again only
//! where that one alone could be. Must not know: where an answer goes.

use crate::bind::bound;
use crate::errors::{Fault, On};
use crate::link::{Link, Standing};
use crate::once::write;
use crate::prepared::{PostgresqlPrepared, Shape};
use crate::raw::{self, Wanted};
use crate::run::{self, Failed};
use crate::session::{PostgresqlConnection, Transaction};
use futures_util::future::join_all;
use std::collections::VecDeque;
use std::sync::Arc;
use toasty_contract::{alone, in_turn};
use toasty_dsl::error::Result;
use toasty_dsl::query::{Answer, Independent, Outcome, Sink};
use tokio_postgres::Statement;

type Asked = Independent<Arc<PostgresqlPrepared>>;

/// What one of them came to, before anything is explained or tried again.
type Ended = Result<Done, Fault>;

enum Done {
    /// Its rows are in its sink.
    Rows,
    Write(Outcome),
}

impl PostgresqlConnection {
    /// Runs them in one trip. The first one of a transaction goes ahead with what begins it, so that none is run outside.
    pub(crate) async fn run_together(&mut self, statements: Vec<Asked>) -> Vec<Result<Answer>> {
        let mut statements = VecDeque::from(statements);
        let mut answers = Vec::with_capacity(statements.len());
        if !self.waiting.is_empty()
            && let Some(first) = statements.pop_front()
        {
            answers.push(alone(self, first).await);
        }
        if statements.len() < 2 {
            answers.extend(in_turn(self, statements.into()).await);
            return answers;
        }
        let before = self.transaction;
        let mut statements = Vec::from(statements);
        let ended = self.pipeline(&mut statements).await;
        for (each, ended) in statements.into_iter().zip(ended) {
            answers.push(self.answer(each, ended, before).await);
        }
        answers
    }

    async fn answer(&mut self, each: Asked, ended: Ended, before: Transaction) -> Result<Answer> {
        match ended {
            Ok(Done::Write(done)) => Ok(Answer::Done(Outcome {
                values: each.params,
                ..done
            })),
            Ok(Done::Rows) => match each.sink {
                Some(sink) => Ok(Answer::Rows(sink)),
                None => Ok(Answer::Done(Outcome::default())),
            },
            Err(fault) if self.may_repeat(&fault, &each.statement, before) => {
                let mut each = each;
                if let Some(sink) = &mut each.sink {
                    sink.restart();
                }
                alone(self, each).await
            }
            Err(fault) => Err(self.explain(fault, &each.statement)),
        }
    }

    /// Sends all, and reads all answers.
    async fn pipeline(&mut self, statements: &mut [Asked]) -> Vec<Ended> {
        let mut prepared = Vec::with_capacity(statements.len());
        for each in statements.iter_mut() {
            let shape = each.statement.shape_for(&each.params);
            prepared.push(self.prepare_alone(&each.statement, shape).await);
        }
        let written = self.link.pulse.written();
        self.link.stand(Standing::Loose);
        let link = &*self.link;
        let count = u32::try_from(statements.len()).unwrap_or(u32::MAX);
        let work = join_all(statements.iter_mut().zip(&prepared).map(
            |(each, prepared)| async move {
                match prepared {
                    Ok(statement) => Some(run_one(link, each, statement).await),
                    Err(_) => None,
                }
            },
        ));
        // The server's deadline is one a statement, and it runs them one after the other.
        let limit = self.limit.map(|limit| limit.saturating_mul(count));
        let Ok(ran) = self.link.timer.within(limit, work).await else {
            self.link.give_up();
            return statements.iter().map(|_| Err(Fault::Late)).collect();
        };
        self.link.stand(Standing::Clean);
        let (mut unread, mut gone) = (false, false);
        let ended = ran
            .into_iter()
            .zip(prepared)
            .zip(statements.iter())
            .map(|((ran, prepared), each)| match (ran, prepared) {
                (_, Err(fault)) => Err(fault),
                (Some(Ok(done)), Ok(_)) => Ok(done),
                (Some(Err(Failed::Sink(error))), Ok(_)) => {
                    unread = true;
                    Err(Fault::Client(error.on_model(each.statement.model.name)))
                }
                (Some(Err(Failed::Driver(error))), Ok(_)) => {
                    let shape = each.statement.shape_for(&each.params);
                    let on = On::Statement(&each.statement, shape);
                    let fault = self.link.fault(error, written, &on);
                    gone |= !self.link.is_open();
                    Err(fault)
                }
                (None, Ok(_)) => Err(Fault::NotSent),
            })
            .collect();
        if gone {
            self.link.abandon();
        } else if unread {
            self.link.stand(Standing::Loose);
        }
        ended
    }

    async fn prepare_alone(
        &mut self,
        prepared: &PostgresqlPrepared,
        shape: &Shape,
    ) -> Result<Statement, Fault> {
        self.ready().await?;
        let on = On::Statement(prepared, shape);
        self.statement(shape, &on, &mut None).await
    }
}

async fn run_one(link: &Link, each: &mut Asked, statement: &Statement) -> Result<Done, Failed> {
    let Independent {
        statement: prepared,
        params,
        sink,
    } = each;
    match sink {
        Some(sink) => {
            raw::check(prepared, &prepared.one, statement, Wanted::Rows)?;
            let values = bound(&prepared.one, params.values());
            run::fetch(link, statement, values, sink).await?;
            Ok(Done::Rows)
        }
        None => Ok(Done::Write(write(link, prepared, statement, params).await?)),
    }
}
