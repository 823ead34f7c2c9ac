//! What generated code calls. Nothing here is for hand-written code.

use crate::error::{DecodeError, Result};
use crate::field::{Field, FieldType, Model, View, debug_with};
use crate::query::{Filter, Query};
use crate::schema::{EmbedDef, same_text};
use crate::statement::{Comparison, Expr, Term};
use crate::value::{Cell, ColumnType, FieldValues, Params, Scalar, Value};
use crate::write::{Input, Slots};
use std::fmt;

/// The rows where a field equals a value.
pub fn find<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Query<M> {
    Query::with_filter(equal(field, value))
}

/// A field equals a value; NULL is found by NULL, since the finder's caller asked for it by name.
pub fn equal<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Filter<M> {
    const ROOM: usize = 8;
    let mut room: [Option<Value>; ROOM] = [const { None }; ROOM];
    let mut more = Vec::new();
    let width = usize::from(M::DEF.columns_of(field.field_number()).end - field.column_number());
    let slots = if width <= ROOM {
        &mut room[..width]
    } else {
        more.resize(width, None);
        &mut more[..]
    };
    let mut refusal = None;
    value.fill(&mut Slots::new(FieldValues::new(slots, &mut refusal), field.field_number()));
    let mut params = Params::new();
    let mut expr = Expr::Constant(true);
    for (column, slot) in (field.column_number()..).zip(slots) {
        expr = expr.and(match slot.take() {
            None | Some(Value::Null) => Expr::IsNull { column, negated: false },
            Some(value) => {
                params.push(value);
                Expr::Compare { column, comparison: Comparison::Equal, with: Term::Slot }
            }
        });
    }
    if let Some(reason) = refusal {
        let name = M::DEF.fields.get(usize::from(field.field_number())).map_or("", |field| field.name);
        params.push_result(Err(reason), M::DEF.name, || name.to_owned());
    }
    Filter::new(expr, params)
}

/// Fills the columns of an embedded value.
pub fn fill_embed<T: FieldType>(slots: &mut Slots<'_>, value: &T) {
    let mut values = Vec::new();
    match value.write(&mut values) {
        Ok(()) => values.into_iter().for_each(|value| slots.push(Ok(value))),
        Err(reason) => slots.push(Err(reason)),
    }
}

/// `Debug` of an embedded value: every field by name, the sensitive ones hidden.
///
/// # Errors
/// Those of the formatter.
pub fn debug_embed(f: &mut fmt::Formatter<'_>, def: &EmbedDef, fields: &[&dyn View]) -> fmt::Result {
    let mut out = f.debug_struct(def.name);
    for (field, view) in def.fields.iter().zip(fields) {
        if field.sensitive {
            out.field(field.name, &format_args!("[sensitive]"));
        } else {
            out.field(field.name, &debug_with(|f| view.debug(f)));
        }
    }
    out.finish()
}

/// The label in a cell.
///
/// # Errors
/// When the cell holds no text.
pub fn label_of<'a>(cell: Cell<'a>, name: &'static str) -> Result<&'a str, DecodeError> {
    match cell {
        Cell::Text(label) => Ok(label),
        other => Err(DecodeError { expected: name, found: other.type_name() }),
    }
}

/// A label that no variant has.
///
/// # Errors
/// Always.
#[cold]
pub fn unknown_label<T>(name: &'static str) -> Result<T, DecodeError> {
    Err(DecodeError { expected: name, found: "a label that no variant has" })
}

/// The column type of a newtype's inside.
pub const fn type_of<T: Scalar>() -> ColumnType {
    T::TYPE
}

/// Whether no two labels are the same.
pub const fn are_distinct(labels: &[&str]) -> bool {
    let mut at = 0;
    while at < labels.len() {
        let mut other = at + 1;
        while other < labels.len() {
            if same_text(labels[at], labels[other]) {
                return false;
            }
            other += 1;
        }
        at += 1;
    }
    true
}

/// What the expressions of options find in scope.
pub mod functions {
    /// The time now, in microseconds, which every backend holds exactly. In a default, `on_create` or `on_update` of a
    /// `Timestamp`.
    pub fn now() -> jiff::Timestamp {
        let now = jiff::Timestamp::now();
        jiff::Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

