//! The typed handle of a field, and the trait of models.

use super::RowReader;
use crate::error::Result;
use crate::schema::{ModelDef, ModelRef};
use crate::write::{Builder, Create, Update};
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

/// A model: a struct that `toasty!` declared. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "not declared as `model` in `toasty!`",
    note = "declare it: `toasty! {{ model Name {{ id: u64 [key, auto], … }} }}`"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// Its fields as handles: what the closure of `filter` is given.
    type Fields: Copy + Send + Sync + 'static;
    /// The builder of a new row.
    type Create: Builder<Inner = Create<Self>> + Send + 'static;
    /// The builder of an update.
    type Update: Builder<Inner = Update<Self>>;

    /// Its name in Rust.
    const NAME: &'static str;
    /// The Rust module that it stands in.
    const MODULE: &'static str;
    /// Its description.
    const DEF: &'static ModelDef;
    /// Its fields as handles.
    const FIELDS: Self::Fields;

    /// Its description, as statements name it: there is one for each model.
    fn model_ref() -> ModelRef {
        ModelRef(Self::DEF)
    }

    /// Reads an instance from a row.
    ///
    /// # Errors
    /// `Decode`, naming model and column.
    fn decode(row: &mut RowReader<'_>) -> Result<Self>;

    /// One field, its type forgotten.
    fn field(&self, field: u16) -> Option<&dyn Any>;

    /// One field, to be replaced: how relations are filled in.
    fn field_mut(&mut self, field: u16) -> Option<&mut dyn Any>;
}

/// The handle of a field of model `M`, of type `T`. Two small numbers; `Copy`.
///
/// It is what the closures of queries are given, and has the methods that build conditions and orders:
/// see the implementations below, each for the types it makes sense for.
///
/// ```
/// use toasty_dsl::{Model, toasty};
///
/// toasty! { pub model User { id: u64 [key, auto], age: Option<u8> } }
///
/// # fn main() {
/// let age = User::FIELDS.age;
/// assert_eq!(format!("{age:?}"), "User.age");
/// let grown_up = age.ge(18u8) & age.is_not_null();
/// # let _ = grown_up;
/// # }
/// ```
pub struct Field<M, T> {
    column: u16,
    field: u16,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Field<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Field<M, T> {}

impl<M, T> Field<M, T> {
    /// The handle of a model's field, by its number.
    pub const fn at(model: &'static ModelDef, field: u16) -> Self {
        Field {
            column: model.first_column(field),
            field,
            marker: PhantomData,
        }
    }

    /// The handle of a part of an embedded value: `offset` columns after the first of the whole.
    pub(super) const fn part(column: u16, field: u16) -> Self {
        Field {
            column,
            field,
            marker: PhantomData,
        }
    }

    /// The number of its first column.
    #[inline]
    pub const fn column_number(self) -> u16 {
        self.column
    }

    /// The number of the model's field that it is, or is a part of.
    #[inline]
    pub const fn field_number(self) -> u16 {
        self.field
    }
}

impl<M: Model, T> fmt::Debug for Field<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match M::DEF
            .columns
            .get(usize::from(self.column))
            .filter(|column| column.field == self.field)
        {
            Some(column) => write!(f, "{}.{}", M::DEF.name, column.path().join(".")),
            None => write!(
                f,
                "{}.{}",
                M::DEF.name,
                M::DEF
                    .fields
                    .get(usize::from(self.field))
                    .map_or("?", |field| field.name)
            ),
        }
    }
}
