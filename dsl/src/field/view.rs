//! Views: structs with some of a model's fields.
//!
//! Promises: a field of a view has the name and the type of the model's, as far as the compiler can tell; it is read as the
//! model reads it, from whichever place the row has it in. Must not know: queries.

use super::{Field, FieldType, Model, RowReader};
use crate::error::{DecodeError, Result};
use crate::schema::{FieldDef, FieldKind, ModelDef};
use crate::value::{Cell, Row};
use std::any::Any;

/// A struct with some of a model's fields, declared in `toasty!` as `view Name of Model { field: Type, … }`. Nothing
/// implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no view",
    label = "not declared as `view` in `toasty!`",
    note = "declare it: `toasty! {{ view Name of Model {{ id: u64, … }} }}`, with fields of the model and their types"
)]
pub trait View: Sized + Send + 'static {
    /// The model
    type Model: Model;

    /// The numbers of its fields in the model.
    const FIELDS: &'static [u16];

    /// Reads it from a row that has the model's columns in their places.
    ///
    /// # Errors
    /// `Decode`, naming model and column.
    fn decode(row: &mut RowReader<'_>) -> Result<Self>;
}

/// Reads a view from a row that has its columns and no others, in its order.
///
/// # Errors
/// As [`View::decode`].
pub(crate) fn decode_view<V: View>(row: &dyn Row) -> Result<V> {
    let row = Chosen {
        row,
        place: place::<V>,
    };
    V::decode(&mut RowReader::new(&row, V::Model::DEF))
}

/// The columns of a view, in the order of its fields.
pub(crate) fn view_columns<V: View>() -> impl Iterator<Item = u16> {
    V::FIELDS
        .iter()
        .flat_map(|field| V::Model::DEF.columns_of(*field))
}

/// A row with some columns of a model.
struct Chosen<'a> {
    row: &'a dyn Row,
    place: fn(usize) -> Option<usize>,
}

fn place<V: View>(column: usize) -> Option<usize> {
    view_columns::<V>().position(|one| usize::from(one) == column)
}

impl Row for Chosen<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match (self.place)(index) {
            Some(place) => self.row.cell(place),
            None => Err(DecodeError {
                expected: "a column of the view",
                found: "another column",
            }),
        }
    }
}

/// The fields of a view, as the rows of a query have them.
pub const fn view_fields<const N: usize>(model: &ModelDef, numbers: &[u16]) -> [FieldDef; N] {
    let mut fields = [model.fields[numbers[0] as usize].as_read(); N];
    let mut at = 1;
    while at < N {
        fields[at] = model.fields[numbers[at] as usize].as_read();
        at += 1;
    }
    fields
}

/// Takes the handle of a field that a view has, which is of type `T`.
pub const fn view_field<M: Model, T: FieldType>(_: Field<M, T>) {
    assert!(
        !matches!(T::KIND, FieldKind::Relation(_)),
        "a view has no relations: load them by `.include(…)` of the whole rows"
    );
}

/// Reads the next field of a view.
///
/// # Errors
/// As [`View::decode`].
pub fn read_view_field<V: View, T: FieldType>(
    row: &mut RowReader<'_>,
    fields: &mut std::slice::Iter<'_, u16>,
) -> Result<T> {
    if let Some(field) = fields.next() {
        row.seek(V::Model::DEF.first_column(*field), *field);
    }
    row.field(T::read)
}

/// `Debug` of a view: every field by name, the model's sensitive ones hidden.
///
/// # Errors
/// Those of the formatter.
pub fn debug_view<V: View>(
    name: &str,
    values: &[&dyn Any],
    f: &mut std::fmt::Formatter<'_>,
) -> std::fmt::Result {
    let mut out = f.debug_struct(name);
    for (number, value) in V::FIELDS.iter().zip(values) {
        if let Some(field) = V::Model::DEF.fields.get(usize::from(*number)) {
            out.field(field.name, &super::print::Printed(field, *value));
        }
    }
    out.finish()
}
