//! Queries that lock the rows that they find.
//!
//! Promises: whole rows of one table are locked and nothing else, as far as the compiler can tell; a lock is asked for
//! inside a transaction only. Must not know: transactions.

use super::select::{Query, fetched};
use crate::association::Include;
use crate::error::{Error, Result};
use crate::field::{Model, RowReader};
use crate::query::expression::OfRow;
use crate::query::run::{Executor, RowStream, only};
use crate::query::values::{Projection, Selection};
use crate::statement::{Formula, Lock, LockStrength, LockWait, Select, Statement};
use crate::value::Params;
use crate::write::IntoStatement;
use std::fmt;

/// A query whose rows are locked until the end of the transaction: what `for_update` and `for_share` make of one.
///
/// It is run in a transaction only. Conditions, order and limit are said before it.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Job { id: u64 [key, auto], done: bool } }
///
/// # fn main() {
/// // The oldest job that no other worker has: `.first(tx)` inside of `db.transaction(…)`.
/// let next = Job::filter(|job| job.done.eq(false))
///     .order_by(|job| job.id.asc())
///     .for_update()
///     .skip_locked();
/// # let _ = next;
/// # }
/// ```
#[must_use = "a query does nothing until `.all(tx)`, `.first(tx)` or another last word is awaited"]
pub struct LockedQuery<M> {
    query: Query<M>,
    lock: Lock,
}

/// # Row locks
///
/// PostgreSQL has them. SQLite refuses them, since a transaction that writes has the whole database to itself there, and so
/// does DynamoDB, which has no locks.
impl<M: Model, S> Query<M, S> {
    /// The rows, locked until the end of the transaction: nobody else locks, changes or deletes them before.
    pub fn for_update(self) -> LockedQuery<M> {
        self.locked(LockStrength::Update)
    }

    /// The rows, kept as they are until the end of the transaction: nobody changes or deletes them before, and others may
    /// keep them so too.
    pub fn for_share(self) -> LockedQuery<M> {
        self.locked(LockStrength::Share)
    }

    fn locked(self, strength: LockStrength) -> LockedQuery<M> {
        LockedQuery {
            query: self.into_state(),
            lock: Lock {
                strength,
                wait: LockWait::Wait,
            },
        }
    }
}

/// Only rows of a table are locked, each for itself.
pub(crate) fn check_locked(select: &Select) -> Result<()> {
    let of_a_table = select.computed.as_deref().is_none_or(|computed| {
        let mut formulas = computed.formulas();
        computed.source.is_none()
            && computed.first_of.is_empty()
            && !computed.distinct
            && !formulas.any(Formula::has_windows)
    });
    if select.lock.is_none() || of_a_table {
        return Ok(());
    }
    Err(Error::unsupported(
        "locks on the rows of a union, of a tree, of a named query, of the first of groups, of distinct values or with a window function",
        "read the keys first, and lock the rows that have them: `.filter(|row| row.id.in_list(keys)).for_update()`",
    )
    .on_model(select.model.name))
}

impl<M: Model> LockedQuery<M> {
    /// Without the rows that another transaction has locked: how several workers take different jobs from one table.
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = LockWait::Skip;
        self
    }

    /// Fails with an error of kind `Busy` where another transaction has locked one of the rows. The transaction has then to
    /// be rolled back, as after any error of PostgreSQL.
    pub fn no_wait(mut self) -> Self {
        self.lock.wait = LockWait::Fail;
        self
    }

    fn into_parts(self) -> Result<(Select, Params, Vec<Include<M>>)> {
        let (mut select, params, includes) = self.query.into_parts()?;
        select.lock = Some(self.lock);
        check_locked(&select)?;
        Ok((select, params, includes))
    }

    /// Values of the rows and not the whole rows, which are locked all the same.
    ///
    /// By itself it is run in a transaction, as whole rows are. Inside of an update or a delete it locks the rows that are
    /// written: so workers take different ones by one statement.
    ///
    /// ```
    /// use toasty_dsl::toasty;
    ///
    /// toasty! { pub model Job { id: u64 [key, auto], done: bool, worker: Option<u64> } }
    ///
    /// # fn main() {
    /// let free = Job::filter(|job| job.done.eq(false) & job.worker.is_null());
    /// let next = free.order_by(|job| job.id.asc()).limit(3).for_update().skip_locked();
    /// let taken = Job::filter(|job| job.id.in_query(next.select(|job| job.id)))
    ///     .update()
    ///     .worker(7);
    /// # let _ = taken;
    /// # }
    /// ```
    pub fn select<P: Projection<M, OfRow>>(
        self,
        select: impl FnOnce(M::Fields) -> P,
    ) -> Selection<M, P::Output> {
        let mut selection = self.query.select(select);
        selection.select_mut().lock = Some(self.lock);
        selection
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Query::into_parts`]; `Unsupported` where its rows are not those of one table.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let (select, params, _) = self.into_parts()?;
        Ok((Statement::Select(select), params))
    }

    async fn rows(self, on: &impl Executor, at_most: Option<usize>) -> Result<Vec<M>> {
        fetched(self.into_parts()?, on, at_most).await
    }

    /// All rows. Those of its includes are not locked.
    ///
    /// # Errors
    /// `Unsupported` outside of a transaction, and where the database has no row locks; `Busy` where a lock was not to be
    /// waited for, or was waited for too long; as [`Query::all`].
    pub async fn all(self, on: &impl Executor) -> Result<Vec<M>> {
        self.rows(on, None).await
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// As [`LockedQuery::all`].
    pub async fn first(mut self, on: &impl Executor) -> Result<Option<M>> {
        self.query.bound(1);
        Ok(self.rows(on, Some(1)).await?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotFound` where there is none, `TooManyRows` where there are several; as [`LockedQuery::all`].
    pub async fn one(mut self, on: &impl Executor) -> Result<M> {
        self.query.bound(2);
        only(self.rows(on, Some(2)).await?, M::DEF.name)
    }

    /// The rows one after the other, in constant memory, each locked when it is read.
    ///
    /// # Errors
    /// The first item is the error where there is one, as of [`LockedQuery::all`].
    #[track_caller]
    pub fn stream(self, on: &impl Executor) -> RowStream<M> {
        match self.into_parts() {
            Err(error) => RowStream::failed(error),
            Ok((_, _, includes)) if !includes.is_empty() => RowStream::failed(
                Error::unsupported(
                    "an include in a stream",
                    "take the rows by `.all(tx)`, or load the relation of each row by its query",
                )
                .on_model(M::DEF.name),
            ),
            Ok((select, _, _)) if select.filter.known() == Some(false) => RowStream::empty(),
            Ok((select, params, _)) => on.stream(Statement::Select(select), params, |row| {
                M::decode(&mut RowReader::new(row, M::DEF))
            }),
        }
    }
}

impl<M: Model> IntoStatement for LockedQuery<M> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<M> fmt::Debug for LockedQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockedQuery")
            .field("query", &self.query)
            .field("lock", &self.lock)
            .finish()
    }
}
