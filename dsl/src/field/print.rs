//! How models and embedded values are printed.

use super::Model;
use crate::schema::FieldDef;
use std::any::Any;
use std::fmt;

/// A field of one instance, as its description prints it.
pub(super) struct Printed<'a>(pub(super) &'a FieldDef, pub(super) &'a dyn Any);

impl fmt::Debug for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.sensitive {
            return f.write_str("[sensitive]");
        }
        (self.0.info.debug)(self.1, f)
    }
}

/// `Debug` of a model: every field by name, the sensitive ones hidden.
///
/// # Errors
/// Those of the formatter.
pub fn debug_model<M: Model>(instance: &M, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(M::DEF.name);
    for (number, field) in (0u16..).zip(M::DEF.fields) {
        if let Some(value) = instance.field(number) {
            out.field(field.name, &Printed(field, value));
        }
    }
    out.finish()
}

/// `Debug` of an embedded value: every field by name, the sensitive ones hidden.
///
/// # Errors
/// Those of the formatter.
pub fn debug_embed(
    f: &mut fmt::Formatter<'_>,
    def: &crate::schema::EmbedDef,
    values: &[&dyn Any],
) -> fmt::Result {
    let mut out = f.debug_struct(def.name);
    for (field, value) in def.fields.iter().zip(values) {
        out.field(field.name, &Printed(field, *value));
    }
    out.finish()
}
