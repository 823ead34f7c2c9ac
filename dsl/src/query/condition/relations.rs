//! The conditions that a relation offers.

use super::filter::Filter;
use crate::association::{BelongsTo, HasMany, HasOne};
use crate::field::{Field, Model};
use crate::statement::{Expr, Quantifier};
use crate::value::Params;

/// # Conditions on the rows of a has-many
impl<M: Model, T: Model> Field<M, HasMany<T>> {
    /// At least one of them meets the condition.
    pub fn any(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::Any)
    }

    /// None of them meets the condition; true also where there are none.
    pub fn none(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::None)
    }

    /// Every one of them meets the condition; true also where there are none. One for which it is unknown does not meet it.
    pub fn all(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::All)
    }
}

/// # Conditions on the row of a has-one
impl<M: Model, T: Model> Field<M, HasOne<T>> {
    /// There is one, and it meets the condition.
    pub fn is(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::Any)
    }

    /// There is none.
    pub fn is_none(self) -> Filter<M> {
        Filter::<T>::always().related(self.field_number(), Quantifier::None)
    }
}

/// # Conditions on the row of a belongs-to
impl<M: Model, T: Model> Field<M, BelongsTo<T>> {
    /// It meets the condition.
    pub fn is(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::Any)
    }
}

/// # Conditions on the row of an optional belongs-to
impl<M: Model, T: Model> Field<M, Option<BelongsTo<T>>> {
    /// There is one, and it meets the condition.
    pub fn is(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Filter<M> {
        filter(T::FIELDS).related(self.field_number(), Quantifier::Any)
    }

    /// There is none: its key is NULL, which needs no look at the other model. On a database without foreign keys a key
    /// whose row is gone is a key all the same.
    pub fn is_none(self) -> Filter<M> {
        let Some(def) = M::DEF.belongs_to(self.field_number()) else {
            return Filter::<T>::always().related(self.field_number(), Quantifier::None);
        };
        let columns = M::DEF.columns_of_all(def.on.as_slice());
        let null = columns.into_iter().map(|column| Expr::IsNull {
            column,
            negated: false,
        });
        Filter::new(
            null.reduce(Expr::or).unwrap_or(Expr::Constant(false)),
            Params::new(),
        )
    }
}
