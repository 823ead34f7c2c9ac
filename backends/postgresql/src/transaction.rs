//! The end of a transaction, and of a part of it.

use crate::errors::{Fault, On, aborted, is_gone, lost, unknown};
use crate::link::Standing;
use crate::pulse::Status;
use crate::session::{PostgresqlConnection, Transaction};
use toasty_dsl::error::{Error, ErrorKind, Result};
use toasty_sql::around;

impl PostgresqlConnection {
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let before = std::mem::replace(&mut self.transaction, Transaction::None);
        self.waiting.clear();
        match before {
            Transaction::None => return Err(not_begun()),
            Transaction::Waiting => return Ok(()),
            Transaction::Open if !self.link.is_open() => {
                return Err(self.with_last_words(lost(true)));
            }
            Transaction::Open => {}
        }
        // Until now the transaction was not committed, whatever happens to the connection.
        let not_yet = |fault| On::Text.explain(fault, true, self.limit);
        if self.link.standing() != Standing::Clean {
            self.link.settle(self.limit).await.map_err(not_yet)?;
        }
        match self.link.pulse.status() {
            Status::Open => {}
            // "COMMIT" would answer by rolling back, and not say so.
            Status::Failed => {
                self.link
                    .run("ROLLBACK", self.limit)
                    .await
                    .map_err(not_yet)?;
                return Err(aborted());
            }
            Status::Idle | Status::Unknown => {
                return Err(Error::new(
                    ErrorKind::TransactionClosed,
                    "the transaction was ended by something else, so that nothing is left to commit",
                ));
            }
        }
        match self.link.run("COMMIT", self.limit).await {
            Ok(()) => Ok(()),
            Err(Fault::NotSent) => Err(self.with_last_words(lost(true))),
            Err(Fault::Late | Fault::SentUnknown | Fault::SentReadOnly) => {
                Err(self.with_last_words(unknown()))
            }
            Err(Fault::Rejected(rejected)) if is_gone(&rejected) => {
                self.link.abandon();
                Err(unknown().with_server_detail(rejected.message()))
            }
            Err(fault) => Err(self.explain_text(fault)),
        }
    }

    pub(crate) async fn roll_back(&mut self) -> Result<()> {
        let before = std::mem::replace(&mut self.transaction, Transaction::None);
        self.waiting.clear();
        if before != Transaction::Open || !self.link.is_open() {
            return Ok(());
        }
        match self.link.run("ROLLBACK", self.limit).await {
            // A connection that is gone has taken the transaction with it.
            Ok(())
            | Err(Fault::NotSent | Fault::SentReadOnly | Fault::SentUnknown | Fault::Late) => {
                Ok(())
            }
            Err(fault) => Err(self.explain_text(fault)),
        }
    }

    /// Forgets what was done since a mark, and the mark.
    pub(crate) async fn roll_back_to(&mut self, depth: usize) -> Result<()> {
        if depth > self.marks {
            // Its end was sent, and whoever asked for it did not wait for the answer. It is still there only where the
            // server refused that, as it does after a statement that failed.
            let settled = self.link.settle(self.limit).await;
            settled.map_err(|fault| self.explain_text(fault))?;
            if self.link.pulse.status() != Status::Failed {
                return Ok(());
            }
        }
        self.unmark(depth, &around::roll_back_to(depth)).await
    }

    /// Ends what a mark begins, by this text.
    pub(crate) async fn unmark(&mut self, depth: usize, text: &str) -> Result<()> {
        if let Err(fault) = self.ready().await {
            return Err(self.explain_text(fault));
        }
        // Before it is sent: this future may be dropped while the answer is on its way.
        self.marks = depth - 1;
        let ran = self.run(text, self.limit).await;
        ran.map_err(|fault| {
            self.marks = depth;
            self.explain_text(fault)
        })
    }
}

#[cold]
pub(crate) fn not_begun() -> Error {
    Error::new(ErrorKind::TransactionClosed, "no transaction is open")
}
