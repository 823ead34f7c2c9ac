//! The method of each field: the value, and for a relation the query for its rows.

use super::RelationType;
use super::join::{other_side, values_of};
use super::{BelongsTo, HasMany, HasOne, IntoInclude};
use crate::error::Result;
use crate::field::{Field, Model};
use crate::query::{Executor, Filter, Filtered, IntoOrder, PageQuery, Query};
use crate::write::{Builder, Create};
use std::fmt;
use std::ops::Deref;

/// What `user.todos()` gives: the field's value by `Deref`, and for a relation the query for its rows.
///
/// ```ignore
/// let open = user.todos().filter(|todo| todo.done.eq(false)).all(&db).await?;
/// ```
pub struct Access<'a, M, T> {
    owner: &'a M,
    field: Field<M, T>,
    value: &'a T,
}

impl<'a, M, T> Access<'a, M, T> {
    /// The field of one instance.
    #[inline]
    pub fn new(owner: &'a M, field: Field<M, T>, value: &'a T) -> Self {
        Access {
            owner,
            field,
            value,
        }
    }
}

impl<M, T> Deref for Access<'_, M, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
    }
}

impl<M, T: fmt::Debug> fmt::Debug for Access<'_, M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<M, T: fmt::Display> fmt::Display for Access<'_, M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<M, T: PartialEq<U>, U: ?Sized> PartialEq<U> for Access<'_, M, T> {
    fn eq(&self, other: &U) -> bool {
        self.value == other
    }
}

/// # The query of a relation
impl<M: Model, R: RelationType> Access<'_, M, R> {
    /// The query for its rows.
    pub fn query(&self) -> Query<R::Target, Filtered> {
        Query::with_filter(other_side::<M, R::Target>(
            self.owner,
            self.field.field_number(),
        ))
    }

    /// Those of its rows that meet a condition.
    pub fn filter(
        &self,
        filter: impl FnOnce(<R::Target as Model>::Fields) -> Filter<R::Target>,
    ) -> Query<R::Target> {
        self.query().filter(filter)
    }

    /// Its rows, with a relation of theirs.
    pub fn include<I: IntoInclude<R::Target>>(
        &self,
        include: impl FnOnce(<R::Target as Model>::Fields) -> I,
    ) -> Query<R::Target> {
        self.query().include(include)
    }
}

/// # The rows of a has-many
impl<M: Model, T: Model> Access<'_, M, HasMany<T>> {
    /// All of its rows.
    ///
    /// # Errors
    /// Those of [`Query::all`].
    pub async fn all(&self, on: &impl Executor) -> Result<Vec<T>> {
        self.query().all(on).await
    }

    /// How many there are.
    ///
    /// # Errors
    /// Those of [`Query::count`].
    pub async fn count(&self, on: &impl Executor) -> Result<u64> {
        self.query().count(on).await
    }

    /// Its rows in an order.
    pub fn order_by<O: IntoOrder<T>>(&self, order: impl FnOnce(T::Fields) -> O) -> Query<T> {
        self.query().order_by(order)
    }

    /// At most so many of its rows.
    pub fn limit(&self, rows: u64) -> Query<T> {
        self.query().limit(rows)
    }

    /// A page of so many of its rows, as [`Query::page`].
    pub fn page(&self, rows: u64) -> PageQuery<T> {
        self.query().page(rows)
    }

    /// A new row that belongs here: the fields that hold the key are filled.
    pub fn create(&self) -> T::Create {
        T::Create::from_inner(new_child(self.owner, self.field.field_number()))
    }
}

/// # The row of a has-one
impl<M: Model, T: Model> Access<'_, M, HasOne<T>> {
    /// Its row, if there is one.
    ///
    /// # Errors
    /// Those of [`Query::first`].
    pub async fn first(&self, on: &impl Executor) -> Result<Option<T>> {
        self.query().first(on).await
    }

    /// A new row that belongs here: the fields that hold the key are filled.
    pub fn create(&self) -> T::Create {
        T::Create::from_inner(new_child(self.owner, self.field.field_number()))
    }
}

/// # The row of a belongs-to
impl<M: Model, T: Model> Access<'_, M, BelongsTo<T>> {
    /// Its row.
    ///
    /// # Errors
    /// Those of [`Query::one`].
    pub async fn one(&self, on: &impl Executor) -> Result<T> {
        self.query().known_to_be_single().one(on).await
    }
}

/// # The row of an optional belongs-to
impl<M: Model, T: Model> Access<'_, M, Option<BelongsTo<T>>> {
    /// Its row, if there is one.
    ///
    /// # Errors
    /// Those of [`Query::first`].
    pub async fn first(&self, on: &impl Executor) -> Result<Option<T>> {
        self.query().known_to_be_single().first(on).await
    }
}

fn new_child<M: Model, T: Model>(owner: &M, field: u16) -> Create<T> {
    let mut create = Create::new();
    let Some(back) = M::DEF.paired(field) else {
        return create;
    };
    match values_of(owner, M::DEF.key.as_slice()) {
        Ok(values) => create.fill_columns(&T::DEF.columns_of_all(back.on.as_slice()), values),
        Err(error) => create.fail(error),
    }
    create
}
