//! Removals of rows.

use super::update::{by_key, gone};
use crate::error::Result;
use crate::field::Model;
use crate::query::{Executor, check_depth};
use crate::schema::ModelRef;
use crate::statement::{self, Allowed, Expr, Statement};
use crate::value::Params;
use std::marker::PhantomData;

/// A removal of rows of model `M`: of one instance, or of all that a filter finds.
#[must_use = "nothing is deleted until `.exec(&db)` is awaited"]
pub struct Delete<M> {
    target: Result<(Expr, Params)>,
    allowed: Allowed,
    instance: bool,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Delete<M> {
    pub(crate) fn filtered(target: Result<(Expr, Params)>, allowed: Allowed) -> Self {
        Delete {
            target,
            allowed,
            instance: false,
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

    /// Deletes the rows, and says how many they were.
    ///
    /// # Errors
    /// For an instance: `NotFound` where its row is gone already, `ConditionFailed` where it has a version and has
    /// changed since it was read. `ForeignKeyViolation` where other rows still refer to it.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let instance = self.instance;
        let (statement, params) = self.statement()?;
        if statement.filter().and_then(Expr::known) == Some(false) {
            return Ok(0);
        }
        let affected = on.execute(statement, params).await?.affected;
        if instance && affected == 0 {
            Err(gone::<M>())
        } else {
            Ok(affected)
        }
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Delete::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let (filter, params) = self.target?;
        params.check()?;
        check_depth(M::DEF.name, &filter)?;
        Ok((
            Statement::Delete(statement::Delete {
                model: ModelRef(M::DEF),
                filter,
                allowed: self.allowed,
            }),
            params,
        ))
    }
}
