//! The types of relations' fields: how loaded rows are put into them.

use super::{BelongsTo, HasMany, HasOne, Origin};
use crate::field::Model;
use std::any::Any;

/// The type of a relation's field: how loaded rows are put into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation",
    label = "only relations are included",
    note = "columns come with the row by themselves; name a field of type BelongsTo<T>, HasMany<T> or HasOne<T>"
)]
pub trait RelationType: Any + Send + Sync + Sized {
    /// The other model.
    type Target: Model;

    /// Puts in the rows that were found for it.
    fn put(&mut self, rows: Vec<Self::Target>, complete: bool, origin: Origin);
}

impl<T: Model> RelationType for HasMany<T> {
    type Target = T;

    fn put(&mut self, rows: Vec<T>, complete: bool, _: Origin) {
        *self = if complete {
            HasMany::loaded(rows)
        } else {
            HasMany::partly_loaded(rows)
        };
    }
}

impl<T: Model> RelationType for HasOne<T> {
    type Target = T;

    fn put(&mut self, mut rows: Vec<T>, _: bool, _: Origin) {
        *self = HasOne::loaded(rows.pop());
    }
}

impl<T: Model> RelationType for BelongsTo<T> {
    type Target = T;

    fn put(&mut self, mut rows: Vec<T>, _: bool, origin: Origin) {
        *self = rows
            .pop()
            .map_or_else(|| BelongsTo::missing(origin), BelongsTo::loaded);
    }
}

impl<T: Model> RelationType for Option<BelongsTo<T>> {
    type Target = T;

    fn put(&mut self, rows: Vec<T>, complete: bool, origin: Origin) {
        if let Some(inner) = self {
            inner.put(rows, complete, origin);
        }
    }
}
