//! Removals of rows.

use super::update::{by_key, gone};
use crate::error::Result;
use crate::field::Model;
use crate::query::{Executor, Rows, check_depth};
use crate::schema::ModelRef;
use crate::statement::{self, Allowed, Expr, Statement};
use crate::value::{Params, Progress, Watcher};
use std::marker::PhantomData;

/// A removal of rows of model `M`: of one instance, or of all that a filter finds.
#[must_use = "nothing is deleted until `.exec(&db)` is awaited"]
pub struct Delete<M> {
    target: Result<(Expr, Params)>,
    allowed: Allowed,
    instance: bool,
    watcher: Option<Watcher>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Delete<M> {
    pub(crate) fn filtered(target: Result<(Expr, Params)>, allowed: Allowed) -> Self {
        Delete {
            target,
            allowed,
            instance: false,
            watcher: None,
            model: PhantomData,
        }
    }

    /// One instance, by its key, and by its version where it has one.
    pub fn of(instance: &M) -> Self {
        Delete {
            instance: true,
            ..Delete::filtered(by_key(instance), Allowed::NOTHING)
        }
    }

    /// One instance is meant: where it is not found, that is an error.
    pub(super) fn is_of_instance(&self) -> bool {
        self.instance
    }

    /// Tells a function how far the removal has come, where the database does it in several requests, and at the end. It runs in
    /// between, so it should be short.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Watcher::new(tell));
        self
    }

    /// Deletes the rows, and says how many they were.
    ///
    /// # Errors
    /// For an instance: `NotFound` where its row is gone already, `ConditionFailed` where it has a version and has
    /// changed since it was read. `ForeignKeyViolation` where other rows still refer to it.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let (instance, watcher) = (self.instance, self.watcher.clone());
        let (statement, params) = self.into_parts(false)?;
        if statement.filter().and_then(Expr::known) == Some(false) {
            return Ok(0);
        }
        let affected = on.execute(statement, params).await?.affected;
        if instance && affected == 0 {
            return Err(gone::<M>());
        }
        if let Some(watcher) = watcher {
            watcher.end(affected);
        }
        Ok(affected)
    }

    /// Deletes the rows, and gives them back as they were.
    ///
    /// # Errors
    /// As [`Delete::exec`].
    pub async fn returning(self, on: &impl Executor) -> Result<Vec<M>> {
        let (instance, watcher) = (self.instance, self.watcher.clone());
        let (statement, params) = self.into_parts(true)?;
        if statement.filter().and_then(Expr::known) == Some(false) {
            return Ok(Vec::new());
        }
        let rows = on.fetch(statement, params, Rows::all()).await?.rows;
        if instance && rows.is_empty() {
            return Err(gone::<M>());
        }
        if let Some(watcher) = watcher {
            watcher.end(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        }
        Ok(rows)
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Delete::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        self.into_parts(false)
    }

    fn into_parts(self, returning: bool) -> Result<(Statement, Params)> {
        let (filter, mut params) = self.target?;
        params.check()?;
        check_depth(M::DEF.name, &filter)?;
        if let Some(watcher) = self.watcher {
            params.watch(watcher);
        }
        let delete = statement::Delete {
            model: ModelRef(M::DEF),
            filter,
            returning,
            many: false,
            allowed: self.allowed,
        };
        Ok((Statement::Delete(delete), params))
    }
}
