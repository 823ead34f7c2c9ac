//! The conditions that a relation offers.

use super::filter::Filter;
use crate::association::{BelongsTo, HasMany, HasOne};
use crate::field::{Field, Model};
use crate::statement::Quantifier;

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

    /// There is none.
    pub fn is_none(self) -> Filter<M> {
        Filter::<T>::always().related(self.field_number(), Quantifier::None)
    }
}
