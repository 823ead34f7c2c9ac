//! What can stand as a field's type, and the typed handle of a field.
//!
//! Promises: a handle is two small numbers, `Copy`, and costs nothing; a type that cannot be a field's is one error, at
//! the user's token. The surprising decision: generated code names [`FieldType`] only as `<Type as FieldType>::…` in
//! expressions, never as an associated type or a bound: all those errors are the same one, which rustc shows once.

mod embed;
mod field_type;
mod handle;
mod print;
mod reader;
mod view;

pub use embed::{Embed, embedded};
pub use field_type::FieldType;
pub use handle::{Field, Model};
pub use print::{debug_embed, debug_model};
pub use reader::RowReader;
pub use view::{View, debug_view, read_view_field, view_field, view_fields};
pub(crate) use view::{decode_view, view_columns};
