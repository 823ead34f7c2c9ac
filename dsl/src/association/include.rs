//! What a query loads along with its rows.

use super::load::{Begun, LoadInto, Loader};
use super::{BelongsTo, HasMany, HasOne, RelationType};
use crate::error::Result;
use crate::field::{Field, Model};
use crate::query::{All, Filter, IntoOrder, Query};
use std::sync::Arc;

/// A relation to be loaded along with the rows of a query. Cheap to clone.
pub struct Include<M>(Arc<dyn LoadInto<M>>);

impl<M> Clone for Include<M> {
    fn clone(&self) -> Self {
        Include(Arc::clone(&self.0))
    }
}

impl<M> Include<M> {
    pub(super) fn begin(&self, parents: &[M], batch: usize) -> Result<Begun<M>> {
        self.0.begin(parents, batch)
    }
}

/// A relation, with what is said about its rows.
pub struct IncludeBuilder<M, R: RelationType> {
    field: u16,
    query: Query<R::Target, All>,
    marker: std::marker::PhantomData<fn() -> M>,
}

impl<M: Model, R: RelationType> IncludeBuilder<M, R> {
    fn new(field: Field<M, R>) -> Self {
        IncludeBuilder {
            field: field.field_number(),
            query: Query::all_of_model(),
            marker: std::marker::PhantomData,
        }
    }

    /// Only rows that meet this condition.
    #[must_use]
    pub fn filter(
        mut self,
        filter: impl FnOnce(<R::Target as Model>::Fields) -> Filter<R::Target>,
    ) -> Self {
        self.query = self.query.filter_if(true, filter);
        self
    }

    /// And a relation of those rows.
    #[must_use]
    pub fn include<I: IntoInclude<R::Target>>(
        mut self,
        include: impl FnOnce(<R::Target as Model>::Fields) -> I,
    ) -> Self {
        self.query = self.query.include(include);
        self
    }
}

impl<M: Model, T: Model> IncludeBuilder<M, HasMany<T>> {
    /// The rows of each parent in this order.
    #[must_use]
    pub fn order_by<O: IntoOrder<T>>(mut self, order: impl FnOnce(T::Fields) -> O) -> Self {
        self.query = self.query.order_by(order);
        self
    }

    /// At most this many rows of each parent.
    #[must_use]
    pub fn limit(mut self, rows: u64) -> Self {
        self.query = self.query.limit(rows);
        self
    }

    /// Without the first so many rows of each parent.
    #[must_use]
    pub fn offset(mut self, rows: u64) -> Self {
        self.query = self.query.offset(rows);
        self
    }
}

/// # Loading along
///
/// Inside `.include(|row| …)` a relation can say which of its rows are meant.
impl<M: Model, R: RelationType> Field<M, R> {
    /// Only rows that meet this condition.
    #[must_use]
    pub fn filter(
        self,
        filter: impl FnOnce(<R::Target as Model>::Fields) -> Filter<R::Target>,
    ) -> IncludeBuilder<M, R> {
        IncludeBuilder::new(self).filter(filter)
    }

    /// And a relation of those rows.
    #[must_use]
    pub fn include<I: IntoInclude<R::Target>>(
        self,
        include: impl FnOnce(<R::Target as Model>::Fields) -> I,
    ) -> IncludeBuilder<M, R> {
        IncludeBuilder::new(self).include(include)
    }
}

/// # Loading along, in order
impl<M: Model, T: Model> Field<M, HasMany<T>> {
    /// The rows of each parent in this order.
    #[must_use]
    pub fn order_by<O: IntoOrder<T>>(
        self,
        order: impl FnOnce(T::Fields) -> O,
    ) -> IncludeBuilder<M, HasMany<T>> {
        IncludeBuilder::new(self).order_by(order)
    }

    /// At most this many rows of each parent.
    #[must_use]
    pub fn limit(self, rows: u64) -> IncludeBuilder<M, HasMany<T>> {
        IncludeBuilder::new(self).limit(rows)
    }
}

/// What `include` takes: a relation, what is said about its rows, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of `{M}`",
    label = "only relations are included",
    note = "columns come with the row by themselves; name a field of type BelongsTo<T>, HasMany<T> or HasOne<T>"
)]
pub trait IntoInclude<M> {
    /// Adds what is to be loaded.
    fn add_to(self, includes: &mut Vec<Include<M>>);
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: RelationType> IntoInclude<M> for IncludeBuilder<M, R> {
    fn add_to(self, includes: &mut Vec<Include<M>>) {
        includes.push(Include(Arc::new(Loader::<M, R>::new(
            self.field, self.query,
        ))));
    }
}

macro_rules! relations {
    ($($type:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Model + std::fmt::Debug> IntoInclude<M> for Field<M, $type> {
            fn add_to(self, includes: &mut Vec<Include<M>>) {
                IncludeBuilder::new(self).add_to(includes);
            }
        }
    )* };
}

relations!(HasMany<T>, HasOne<T>, BelongsTo<T>, Option<BelongsTo<T>>);

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($name: IntoInclude<M>),+> IntoInclude<M> for ($($name,)+) {
            fn add_to(self, includes: &mut Vec<Include<M>>) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(includes); )+
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
));
