//! What batches have still to do, whatever it is that they ask for.
//!
//! Promises: what DynamoDB leaves is asked for again, with pauses of full jitter within the budget, and is never forgotten: when
//! the budget is used up, the error says how much remains. Must not know: requests, keys.

use super::client::Session;
use super::retry::Budget;
use std::collections::VecDeque;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind, Result};

/// How many batches are sent at the same time, as long as DynamoDB does them whole.
pub(crate) const AT_ONCE: usize = 8;

/// What is still to be done, and how much at the same time.
pub(super) struct Work<K> {
    /// The model that all of it is about; none where it is about several
    model: Option<&'static ModelDef>,
    pending: VecDeque<K>,
    total: usize,
    width: usize,
    /// How many keys the last batches had
    sent: usize,
    budget: Budget,
    verb: &'static str,
}

impl<K> Work<K> {
    /// All of these keys; `verb` says what is done with them.
    pub(super) fn new(
        session: &Session,
        model: Option<&'static ModelDef>,
        keys: Vec<K>,
        verb: &'static str,
    ) -> Self {
        Work {
            model,
            total: keys.len(),
            pending: keys.into(),
            width: AT_ONCE,
            sent: 0,
            budget: session.budget(),
            verb,
        }
    }

    /// How many keys wait.
    pub(super) fn remaining(&self) -> usize {
        self.pending.len()
    }

    /// The next batches, to be sent at the same time.
    pub(super) fn next(&mut self, most: usize) -> Option<Vec<Vec<K>>> {
        let mut batches = Vec::new();
        self.sent = self.pending.len();
        while !self.pending.is_empty() && batches.len() < self.width {
            let count = self.pending.len().min(most);
            batches.push(self.pending.drain(..count).collect());
        }
        self.sent -= self.pending.len();
        (!batches.is_empty()).then_some(batches)
    }

    /// Puts back what was left, and pauses where there is any: DynamoDB could not keep up.
    ///
    /// # Errors
    /// `Partial` where the budget is used up.
    pub(super) async fn again(&mut self, left: Vec<K>) -> Result<()> {
        if left.is_empty() {
            self.budget.recovered();
            return Ok(());
        }
        if left.len() < self.sent {
            self.budget.progress();
        }
        self.width = 1;
        for key in left {
            self.pending.push_front(key);
        }
        if self.budget.pause().await {
            return Ok(());
        }
        Err(self.partial())
    }

    #[cold]
    fn partial(&self) -> Error {
        self.told(self.remaining())
            .with_advice("make it again for what remains, or give the table more capacity")
    }

    /// The error of a batch that failed, where others of this call may be done.
    #[cold]
    pub(super) fn failed(&self, left: usize, error: Error) -> Error {
        let remaining = self.remaining() + left;
        if remaining >= self.total {
            return error;
        }
        self.told(remaining).with_source(error)
    }

    fn told(&self, remaining: usize) -> Error {
        let error = partial(self.total - remaining, remaining, self.verb);
        match self.model {
            Some(model) => error.on_model(model.name),
            None => error,
        }
    }
}

/// The error of a call that was done in part.
#[cold]
pub(crate) fn partial(done: usize, remaining: usize, verb: &str) -> Error {
    Error::new(
        ErrorKind::Partial,
        format!("{done} rows are {verb}, and {remaining} remain"),
    )
}
