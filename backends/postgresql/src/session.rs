//! The connection's state: the link, what the server has prepared on it, and which transaction is open.

use crate::deadline::Late;
use crate::errors::{Fault, On, lost, unknown};
use crate::link::{Link, Standing};
use crate::prepared::{PostgresqlPrepared, Shape};
use crate::pulse::Status;
use crate::run::{Failed, Opening, beside};
use crate::transport::Way;
use hashlink::LruCache;
use rustc_hash::FxBuildHasher;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use toasty_dsl::error::{Error, Result};
use tokio_postgres::{Error as Driver, Statement};

/// How much longer than the server's own deadline an answer is waited for.
const GRACE: Duration = Duration::from_millis(100);

/// One connection of PostgreSQL. Where it is found closed and nothing is lost by it, it opens itself again.
pub struct PostgresqlConnection {
    pub(crate) way: Arc<Way>,
    pub(crate) link: Arc<Link>,
    /// What the server made of each shape.
    pub(crate) statements: LruCache<u64, Statement, FxBuildHasher>,
    pub(crate) transaction: Transaction,
    /// What goes before the next statement, in the same packet: it has not been sent.
    pub(crate) waiting: String,
    /// How many places in the transaction are marked, without those whose end was sent.
    pub(crate) marks: usize,
    pub(crate) limit: Option<Duration>,
}

/// Whether a transaction was begun and not ended by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transaction {
    None,
    /// It begins with its first statement; the server knows nothing of it
    Waiting,
    Open,
}

impl PostgresqlConnection {
    pub(crate) async fn open(way: &Arc<Way>) -> Result<Self> {
        let settings = &way.settings;
        Ok(PostgresqlConnection {
            link: Arc::new(Link::open(way).await?),
            statements: LruCache::with_hasher(settings.statements.max(1), FxBuildHasher),
            transaction: Transaction::None,
            waiting: String::new(),
            marks: 0,
            limit: settings.statement_timeout.map(|limit| limit + GRACE),
            way: Arc::clone(way),
        })
    }

    /// Makes sure that statements can be sent. A connection that was found closed is opened again; not within a
    /// transaction, which is gone with it.
    #[inline]
    pub(crate) async fn ready(&mut self) -> Result<(), Fault> {
        if self.link.is_open() {
            Ok(())
        } else {
            self.replace().await.map_err(Fault::Client)
        }
    }

    #[cold]
    pub(crate) async fn replace(&mut self) -> Result<()> {
        if self.transaction == Transaction::Open {
            return Err(self.with_last_words(lost(true)));
        }
        self.statements.clear();
        self.link = Arc::new(Link::open(&self.way).await?);
        Ok(())
    }

    pub(crate) fn with_last_words(&self, error: Error) -> Error {
        match self.link.last_words() {
            Some(words) if error.server_detail().is_none() => error.with_server_detail(words),
            Some(_) | None => error,
        }
    }

    /// Sends what goes before the next statement, without waiting for its answer.
    #[inline]
    pub(crate) fn send_waiting(&mut self) -> Option<Opening> {
        if self.waiting.is_empty() {
            return None;
        }
        let text = std::mem::take(&mut self.waiting);
        self.transaction = Transaction::Open;
        self.link.send(&text).map(Opening::new)
    }

    /// What the server made of a shape, from its last use or anew.
    pub(crate) async fn statement(
        &mut self,
        shape: &Shape,
        on: &On<'_>,
        opening: &mut Option<Opening>,
    ) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(&shape.number) {
            return Ok(statement.clone());
        }
        let written = self.link.pulse.written();
        self.link.stand(Standing::Loose);
        // In a box for its depth, as the opening of a link is: it is done once for each statement and connection.
        let preparing: Pin<Box<dyn Future<Output = Result<Statement, Driver>> + Send + '_>> =
            Box::pin(self.link.client.prepare(&shape.sql));
        let preparing = beside(opening, preparing);
        let prepared = self.link.timer.within(self.limit, preparing).await;
        if let Some(opening) = opening.take() {
            self.opened(opening, written, on).await?;
        }
        let statement = match self.link.done(prepared, written, on) {
            Ok(statement) => statement,
            // Of the statement itself nothing was sent.
            Err(Fault::SentUnknown | Fault::SentReadOnly) => return Err(Fault::NotSent),
            Err(other) => return Err(other),
        };
        self.statements.insert(shape.number, statement.clone());
        Ok(statement)
    }

    /// Reads the answer to what went before a statement.
    pub(crate) async fn opened(
        &self,
        opening: Opening,
        written: u64,
        on: &On<'_>,
    ) -> Result<(), Fault> {
        let answers = self.link.timer.within(self.limit, opening.end()).await;
        let opened = self.link.done(answers, written, on);
        if let (Err(Fault::Rejected(_)), Status::Idle) = (&opened, self.link.pulse.status()) {
            // The server did not begin the transaction (one that stands by does not begin every kind): what would follow
            // would be kept at once, statement by statement.
            self.link.abandon();
        }
        opened
    }

    /// Notes how a statement ended, and what went before it.
    pub(crate) async fn ended<T>(
        &self,
        ran: Result<Result<T, Failed>, Late>,
        opening: Option<Opening>,
        written: u64,
        prepared: &PostgresqlPrepared,
        on: &On<'_>,
    ) -> Result<T, Fault> {
        if let Some(opening) = opening {
            let opened = match &ran {
                Ok(_) => self.opened(opening, written, on).await,
                Err(_) => Ok(()),
            };
            if let Err(fault) = opened {
                return Err(match (fault, &ran) {
                    // The first statement was run outside of the transaction that is not there.
                    (Fault::Rejected(_), Ok(Ok(_)))
                        if !prepared.reads && self.link.pulse.status() == Status::Idle =>
                    {
                        Fault::Client(unknown().on_model(prepared.model.name))
                    }
                    (fault, _) => fault,
                });
            }
        }
        match ran {
            Ok(Ok(done)) => {
                self.link.stand(Standing::Clean);
                Ok(done)
            }
            Ok(Err(Failed::Driver(error))) => Err(self.link.fault(error, written, on)),
            Ok(Err(Failed::Sink(error))) => Err(Fault::Client(error.on_model(prepared.model.name))),
            Err(late) => self.link.done(Err(late), written, on),
        }
    }

    #[cold]
    pub(crate) fn explain(&self, fault: Fault, prepared: &PostgresqlPrepared) -> Error {
        let in_transaction = self.transaction != Transaction::None;
        let error =
            On::Statement(prepared, &prepared.one).explain(fault, in_transaction, self.limit);
        self.with_last_words(error)
    }

    #[cold]
    pub(crate) fn explain_text(&self, fault: Fault) -> Error {
        let in_transaction = self.transaction != Transaction::None;
        let error = On::Text.explain(fault, in_transaction, self.limit);
        self.with_last_words(error)
    }

    /// Runs a text, after what waits to be sent.
    pub(crate) async fn run(&mut self, text: &str, limit: Option<Duration>) -> Result<(), Fault> {
        self.ready().await?;
        if self.waiting.is_empty() {
            return self.link.run(text, limit).await;
        }
        self.wait(text);
        let text = std::mem::take(&mut self.waiting);
        self.transaction = Transaction::Open;
        self.link.run(&text, limit).await
    }

    /// Lets a text wait for the next statement.
    pub(crate) fn wait(&mut self, text: &str) {
        if !self.waiting.is_empty() {
            self.waiting.push_str("; ");
        }
        self.waiting.push_str(text);
    }
}
