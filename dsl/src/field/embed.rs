//! Embedded values: structs whose fields are columns of the model that holds them, and the path to those.

use super::{Field, Model};
use crate::schema::EmbedDef;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A struct that `toasty!` declared as `embed`. Nothing implements it by hand.
pub trait Embed: Sized + Send + Sync + 'static {
    /// Its fields as handles into the model that holds it.
    type Fields<M: Model>: Copy + Send + Sync + 'static;

    /// Its description.
    const DEF: &'static EmbedDef;

    /// Its fields as handles, `column` being the number of its first column in the model.
    fn fields<M: Model>(column: u16, field: u16) -> Self::Fields<M>;
}

/// The handle of a part of an embedded value. Only for `toasty!`.
pub fn embedded<M, T>(embed: &'static EmbedDef, part: u16, column: u16, field: u16) -> Field<M, T> {
    let before: usize = embed
        .fields
        .iter()
        .take(part.into())
        .map(crate::schema::FieldDef::width)
        .sum();
    Field::part(column + u16::try_from(before).unwrap_or(0), field)
}

type Handles = HashMap<(TypeId, u16), &'static (dyn Any + Send + Sync)>;

/// One set of handles for each embedded field of each model, made when it is first used and kept for good: they are as
/// many as the schema has embedded fields.
static HANDLES: LazyLock<Mutex<Handles>> = LazyLock::new(Mutex::default);

/// `user.address.city`: a path into an embedded value.
impl<M: Model, E: Embed> Deref for Field<M, E> {
    type Target = E::Fields<M>;

    fn deref(&self) -> &E::Fields<M> {
        let mut handles = HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
        let found = handles
            .entry((TypeId::of::<E::Fields<M>>(), self.column_number()))
            .or_insert_with(|| {
                Box::leak(Box::new(E::fields::<M>(
                    self.column_number(),
                    self.field_number(),
                )))
            });
        // The type is part of the key, so that the second arm is never taken; it would cost memory, not correctness.
        match found.downcast_ref() {
            Some(handles) => handles,
            None => Box::leak(Box::new(E::fields::<M>(
                self.column_number(),
                self.field_number(),
            ))),
        }
    }
}
