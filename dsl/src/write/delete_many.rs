//! Removals of many instances at once.
//!
//! Promises: all rows are removed, or none; one statement, whatever the number of rows. Must not know: how a backend runs one
//! statement for many rows.

use super::delete::Delete;
use super::each_row_once::EachRowOnce;
use super::update::gone_at;
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::Executor;
use crate::statement::Statement;
use crate::value::{Params, Progress, Watcher};
use std::marker::PhantomData;

/// Removals of many instances of one model: all of them, or none.
#[must_use = "nothing is deleted until `.exec(&db)` is awaited"]
pub struct DeleteMany<M> {
    rows: Result<Option<(Statement, Params)>>,
    watcher: Option<Watcher>,
    model: PhantomData<fn() -> M>,
}

/// What `delete_many` takes of each row: a reference to the instance, or its removal. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`delete_many` of `{M}` cannot be given `{Self}`",
    label = "no instance and no removal of one",
    note = "give references to instances of the model, `Account::delete_many(&accounts)`, or removals, \
            `accounts.iter().map(|account| account.delete())`",
    note = "by keys alone it is one removal: `Account::filter(|account| account.id.in_list(ids)).delete()`"
)]
pub trait Removal<M>: sealed::Removal {
    /// As a removal.
    #[doc(hidden)]
    fn into_delete(self) -> Delete<M>;
}

mod sealed {
    /// Only what this file names.
    pub trait Removal {}
}

impl<M> sealed::Removal for Delete<M> {}

impl<M: Model> Removal<M> for Delete<M> {
    fn into_delete(self) -> Delete<M> {
        self
    }
}

impl<M: Model> sealed::Removal for &M {}

impl<M: Model> Removal<M> for &M {
    fn into_delete(self) -> Delete<M> {
        Delete::of(self)
    }
}

impl<M: Model> DeleteMany<M> {
    /// These removals.
    pub fn new<R: Removal<M>>(removals: impl IntoIterator<Item = R>) -> Self {
        DeleteMany {
            rows: together(removals.into_iter().map(Removal::into_delete)),
            watcher: None,
            model: PhantomData,
        }
    }

    /// Tells a function how far the removals have come: after every slice of them, and at the end. It runs in between, so it
    /// should be short; how often it is told is up to the database.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Watcher::new(tell));
        self
    }

    /// Deletes the rows, and says how many they were.
    ///
    /// # Errors
    /// `NotFound` where a row is gone, `ConditionFailed` where the model has a version and a row has changed since it was
    /// read, both saying which of the removals it was; those of [`Delete::exec`]. Nothing is deleted then. `Unsupported` for
    /// a removal of a filter, and for two of one row. DynamoDB takes a hundred at most.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let Some((statement, mut params)) = self.rows? else {
            return Ok(0);
        };
        if let Some(watcher) = &self.watcher {
            params.watch(watcher.clone());
        }
        let affected = on
            .atomically(Box::new(|on| {
                Box::pin(async move {
                    let done = on.execute_boxed(statement, params).await?;
                    match done.missed {
                        Some(missed) => Err(gone_at::<M>(Some(missed), "removal", "deleted")),
                        None => Ok(done.affected),
                    }
                })
            }))
            .await?;
        if let Some(watcher) = self.watcher {
            watcher.end(affected);
        }
        Ok(affected)
    }

    /// The statement without its values, and the values, one row after the other.
    ///
    /// # Errors
    /// As [`DeleteMany::exec`], before anything is sent; `Unsupported` for none.
    pub fn statement(self) -> Result<(Statement, Params)> {
        self.rows?.ok_or_else(|| {
            Error::unsupported("a statement for no removals", "give some of them")
                .on_model(M::DEF.name)
        })
    }
}

fn together<M: Model>(
    removals: impl Iterator<Item = Delete<M>>,
) -> Result<Option<(Statement, Params)>> {
    let mut all: Option<(Statement, Params)> = None;
    let mut rows = EachRowOnce::default();
    let key = M::DEF.key_columns().len();
    for removal in removals {
        if !removal.is_of_instance() {
            return Err(Error::unsupported(
                "a removal of the rows that a filter finds, in `delete_many`",
                "give removals of instances, such as `user.delete()`; by keys alone it is one removal: \
                 `User::filter(|user| user.id.in_list(ids)).delete()`",
            )
            .on_model(M::DEF.name));
        }
        let (mut statement, params) = removal.statement()?;
        // The condition begins with the key.
        if !rows.is_new(params.values().iter().take(key)) {
            return Err(Error::unsupported(
                "two removals of one row in `delete_many`",
                "give each row once",
            )
            .on_model(M::DEF.name));
        }
        match &mut all {
            Some((_, values)) => values.append(params),
            None => {
                if let Statement::Delete(delete) = &mut statement {
                    delete.many = true;
                }
                all = Some((statement, params));
            }
        }
    }
    Ok(all)
}
