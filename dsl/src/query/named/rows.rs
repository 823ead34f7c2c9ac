//! Tuples as rows that a query is asked for by its name.
//!
//! Promises: the rows of a query are a model like others, as far as reading goes, so that whatever reads a table reads them;
//! nothing is written to them. Must not know: what finds them. The surprising decision: a description is a constant of its
//! type, and a constant of a generic type may be in memory several times, where models are told apart by their address; so the
//! first that is asked for is taken for all.

use crate::error::Result;
use crate::field::{Field, FieldType, Model, RowReader};
use crate::query::Projected;
use crate::schema::{ColumnDef, FieldDef, ModelDef, ModelRef, column_offsets, flatten_columns};
use crate::write::{Builder, Create, IntoStatement, Update};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{LazyLock, Mutex, PoisonError};

/// What a named query's rows can be: tuples of up to eight values, views, and instances of models.
#[diagnostic::on_unimplemented(
    message = "a query for `{Self}` cannot be named",
    label = "its rows are neither tuples nor views",
    note = "select a tuple, also for a single value: `.select(|row| (row.votes,)).named(\"votes\")`"
)]
pub trait NamedRow: Model {}

/// What would write rows of a query, if there were a table for them: it cannot be run.
#[derive(Debug)]
pub struct Unwritten<I>(I);

impl<I: IntoStatement> Builder for Unwritten<I> {
    type Inner = I;

    fn from_inner(inner: I) -> Self {
        Unwritten(inner)
    }

    fn into_inner(self) -> I {
        self.0
    }
}

/// The description of the rows of type `R`.
struct Described<R>(PhantomData<R>);

/// What stands for the model's name in errors.
const NAME: &str = "named query";

static KNOWN: LazyLock<Mutex<HashMap<TypeId, &'static ModelDef>>> = LazyLock::new(Mutex::default);

/// The one description of the rows of a type.
fn known<R: Model>() -> ModelRef {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    ModelRef(known.entry(TypeId::of::<R>()).or_insert(R::DEF))
}

macro_rules! tuples {
    ($( $fields:literal $ends:literal ( $( $type:ident $number:tt $name:literal ),+ ) )*) => { $(
        impl<$($type: FieldType),+> Described<($($type,)+)> {
            const FIELDS: [FieldDef; $fields] = [$(FieldDef::new($name, <$type as FieldType>::INFO)),+];
            const COLUMNS: [ColumnDef; $fields] = flatten_columns(&Self::FIELDS);
            const OFFSETS: [u16; $ends] = column_offsets(&Self::FIELDS);
            const DEF: ModelDef = ModelDef::of_query(NAME, "", &Self::FIELDS, &Self::COLUMNS, &Self::OFFSETS);
        }

        #[diagnostic::do_not_recommend]
        impl<$($type: Projected + FieldType + Sync),+> Model for ($($type,)+) {
            type Fields = ($(Field<Self, $type>,)+);
            type Create = Unwritten<Create<Self>>;
            type Update = Unwritten<Update<Self>>;

            const NAME: &'static str = NAME;
            const MODULE: &'static str = "";
            const DEF: &'static ModelDef = &Described::<Self>::DEF;
            const FIELDS: Self::Fields = ($(Field::<Self, $type>::at(&Described::<Self>::DEF, $number),)+);

            fn model_ref() -> ModelRef {
                known::<Self>()
            }

            fn decode(row: &mut RowReader<'_>) -> Result<Self> {
                Ok(($(row.field(<$type as FieldType>::read)?,)+))
            }

            fn field(&self, field: u16) -> Option<&dyn Any> {
                match field {
                    $( $number => Some(&self.$number), )+
                    _ => None,
                }
            }

            fn field_mut(&mut self, field: u16) -> Option<&mut dyn Any> {
                match field {
                    $( $number => Some(&mut self.$number), )+
                    _ => None,
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($type: Projected + FieldType + Sync),+> NamedRow for ($($type,)+) {}
    )* };
}

tuples! {
    1 2 (A 0 "c0")
    2 3 (A 0 "c0", B 1 "c1")
    3 4 (A 0 "c0", B 1 "c1", C 2 "c2")
    4 5 (A 0 "c0", B 1 "c1", C 2 "c2", D 3 "c3")
    5 6 (A 0 "c0", B 1 "c1", C 2 "c2", D 3 "c3", E 4 "c4")
    6 7 (A 0 "c0", B 1 "c1", C 2 "c2", D 3 "c3", E 4 "c4", F 5 "c5")
    7 8 (A 0 "c0", B 1 "c1", C 2 "c2", D 3 "c3", E 4 "c4", F 5 "c5", G 6 "c6")
    8 9 (A 0 "c0", B 1 "c1", C 2 "c2", D 3 "c3", E 4 "c4", F 5 "c5", G 6 "c6", H 7 "c7")
}
