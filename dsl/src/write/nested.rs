//! Rows of relations that are written with their parent.

use super::builder::Builder;
use super::create::Create;
use super::input::{Input, Slots};
use crate::association::{BelongsTo, HasMany, HasOne, values_of};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::{ExecutorObject, Future};
use crate::schema::BelongsToDef;
use crate::value::Value;
use std::any::Any;

/// Puts what was written into the relation's field.
pub(super) type Put = Box<dyn FnOnce(&mut dyn Any) + Send>;

/// A parent that was written, or was there already.
pub(super) struct WrittenParent {
    pub(super) key: Vec<Value>,
    pub(super) row: Put,
}

/// Rows of one relation, their type forgotten.
pub(super) struct Nested(Box<dyn NestedRows>);

trait NestedRows: Send {
    fn write_parent<'a>(
        self: Box<Self>,
        on: &'a dyn ExecutorObject,
    ) -> Future<'a, Result<WrittenParent>>;
    fn write_children<'a>(
        self: Box<Self>,
        on: &'a dyn ExecutorObject,
        back: BelongsToDef,
        key: &'a [Value],
    ) -> Future<'a, Result<Put>>;
}

impl Nested {
    pub(super) fn write_parent(self, on: &dyn ExecutorObject) -> Future<'_, Result<WrittenParent>> {
        self.0.write_parent(on)
    }

    pub(super) fn write_children<'a>(
        self,
        on: &'a dyn ExecutorObject,
        back: BelongsToDef,
        key: &'a [Value],
    ) -> Future<'a, Result<Put>> {
        self.0.write_children(on, back, key)
    }
}

fn put<R: Any + Send>(relation: R) -> Put {
    Box::new(|slot| {
        if let Some(slot) = slot.downcast_mut::<R>() {
            *slot = relation;
        }
    })
}

/// New rows of model `T`; `wrap` makes of them what the relation's field holds.
struct NewRows<T: Model, R> {
    rows: Vec<Create<T>>,
    wrap: fn(Vec<T>) -> R,
}

impl<T: Model, R: Any + Send> NestedRows for NewRows<T, R> {
    fn write_parent<'a>(
        self: Box<Self>,
        on: &'a dyn ExecutorObject,
    ) -> Future<'a, Result<WrittenParent>> {
        Box::pin(async move {
            let mut written = Vec::new();
            for row in self.rows {
                written.push(row.exec_nested(on).await?);
            }
            let key = match written.last() {
                Some(row) => values_of(row, T::DEF.key.as_slice())?,
                None => Vec::new(),
            };
            Ok(WrittenParent {
                key,
                row: put((self.wrap)(written)),
            })
        })
    }

    fn write_children<'a>(
        self: Box<Self>,
        on: &'a dyn ExecutorObject,
        back: BelongsToDef,
        key: &'a [Value],
    ) -> Future<'a, Result<Put>> {
        Box::pin(async move {
            let columns = T::DEF.columns_of_all(back.on.as_slice());
            let mut written = Vec::with_capacity(self.rows.len());
            for mut row in self.rows {
                row.hand_down(&columns, key.iter().cloned())?;
                written.push(row.exec_nested(on).await?);
            }
            Ok(put((self.wrap)(written)))
        })
    }
}

/// The key of a row that is there already.
struct Known {
    key: Result<Vec<Value>>,
}

impl NestedRows for Known {
    fn write_parent<'a>(
        self: Box<Self>,
        _: &'a dyn ExecutorObject,
    ) -> Future<'a, Result<WrittenParent>> {
        Box::pin(async move {
            Ok(WrittenParent {
                key: self.key?,
                row: Box::new(|_| {}),
            })
        })
    }

    fn write_children<'a>(
        self: Box<Self>,
        _: &'a dyn ExecutorObject,
        _: BelongsToDef,
        _: &'a [Value],
    ) -> Future<'a, Result<Put>> {
        Box::pin(async {
            Err(Error::unsupported(
                "a row that is there already as a child",
                "update its key field instead",
            ))
        })
    }
}

/// The relation that a field's type is: for `create!`, which needs the builder of the other model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation, so that no nested row can be created for it",
    label = "`{{ … }}` makes a row of a relation",
    note = "for an embedded value write its struct: `address: Address {{ … }}`"
)]
pub trait Related {
    /// The other model.
    type Target: Model;
}

impl<T: Model> Related for HasMany<T> {
    type Target = T;
}

impl<T: Model> Related for HasOne<T> {
    type Target = T;
}

impl<T: Model> Related for BelongsTo<T> {
    type Target = T;
}

impl<T: Model> Related for Option<BelongsTo<T>> {
    type Target = T;
}

#[diagnostic::do_not_recommend]
impl<T: Model, const N: usize> Input<HasMany<T>> for [T::Create; N] {
    fn fill(self, slots: &mut Slots<'_>) {
        Input::<HasMany<T>>::fill(Vec::from(self), slots);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model> Input<HasMany<T>> for Vec<T::Create> {
    fn fill(self, slots: &mut Slots<'_>) {
        let rows = self.into_iter().map(Builder::into_inner).collect();
        slots.push_nested(Nested(Box::new(NewRows::<T, _> {
            rows,
            wrap: HasMany::loaded,
        })));
    }
}

/// A relation to one row.
#[diagnostic::on_unimplemented(
    message = "one new row is given for `{Self}`",
    label = "holds no single row",
    note = "a relation to many takes a list of rows: `[{{ … }}]` in `create!`, else a `Vec` of builders"
)]
pub trait SingleRelation: Any + Send + Sized {
    /// The other model.
    type Target: Model;

    /// Loaded, with the row that was written.
    fn of(rows: Vec<Self::Target>) -> Self;
}

impl<T: Model> SingleRelation for HasOne<T> {
    type Target = T;

    fn of(mut rows: Vec<T>) -> Self {
        HasOne::loaded(rows.pop())
    }
}

impl<T: Model> SingleRelation for BelongsTo<T> {
    type Target = T;

    fn of(mut rows: Vec<T>) -> Self {
        rows.pop()
            .map_or_else(BelongsTo::default, BelongsTo::loaded)
    }
}

impl<T: Model> SingleRelation for Option<BelongsTo<T>> {
    type Target = T;

    fn of(mut rows: Vec<T>) -> Self {
        rows.pop().map(BelongsTo::loaded)
    }
}

/// A new row as the content of a relation to one row: `.user(New(User::create().name("Ann")))`. In `create!` braces do
/// the same.
pub struct New<C>(pub C);

#[diagnostic::do_not_recommend]
impl<R: SingleRelation, C: Builder<Inner = Create<R::Target>>> Input<R> for New<C> {
    fn fill(self, slots: &mut Slots<'_>) {
        slots.push_nested(Nested(Box::new(NewRows::<R::Target, R> {
            rows: vec![self.0.into_inner()],
            wrap: R::of,
        })));
    }
}

macro_rules! known {
    ($( $relation:ty ),*) => { $(
        /// A row that is there already: its key is taken.
        #[diagnostic::do_not_recommend]
        impl<T: Model> Input<$relation> for &T {
            fn fill(self, slots: &mut Slots<'_>) {
                let key = values_of(self, T::DEF.key.as_slice());
                slots.push_nested(Nested(Box::new(Known { key })));
            }
        }
    )* };
}

known!(BelongsTo<T>, Option<BelongsTo<T>>);
