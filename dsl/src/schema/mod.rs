//! The schema: what `toasty!` makes of a model, as constant data.
//!
//! Promises: everything here is `&'static`, made at compile time; there is one schema and no second mapping.
//! Must not know: values, queries, backends.

mod advice;
mod column;
mod field;
mod index;
mod model;
mod registry;
mod relation;
mod rules;

pub use column::{ColumnDef, column_offsets, count_columns, flatten_columns};
pub use field::{EmbedDef, FieldDef, FieldInfo, FieldKind, FieldRef, Fill};
pub use index::{Fields, IndexDef, IndexList};
pub use model::{ModelDef, ModelRef, TableName};
pub use registry::{ModelRegistration, models};
pub use relation::{BelongsToDef, Join, RelationDef, RelationKind};

/// Whether two names are the same; `==` on `str` is no const function yet.
pub const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether `name` is `stem` followed by `_id`.
pub(crate) const fn is_id_of(name: &str, stem: &str) -> bool {
    let (name, stem) = (name.as_bytes(), stem.as_bytes());
    if name.len() != stem.len() + 3 {
        return false;
    }
    let mut at = 0;
    while at < stem.len() {
        if name[at] != stem[at] {
            return false;
        }
        at += 1;
    }
    name[at] == b'_' && name[at + 1] == b'i' && name[at + 2] == b'd'
}

/// A Rust name as the database should see it: `r#type` is `type`.
pub const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
