//! What an update sets to something that is computed, computed here from the row that was read.
//!
//! Promises: the result is that of the SQL databases, or an error where they have one; what does not fit its column is never
//! written. Must not know: requests. The surprising decision: DynamoDB could add two numbers by itself, but it would not say
//! that their sum does not fit the field.

use crate::table::{Item, Layout, from_attribute, to_attribute};
use toasty_dsl::statement::{Formula, Function};
use toasty_dsl::value::{ColumnType, Value};
use toasty_dsl::{Error, ErrorKind, Result};

/// Whether a value is computed by these means: not by cases, whose conditions are the database's.
pub(crate) fn is_computed_here(formula: &Formula) -> bool {
    match formula {
        Formula::Column(_) | Formula::Slot(_) => true,
        Formula::Call(Function::Json(_), _) => false,
        Formula::Call(_, of) => of.iter().all(is_computed_here),
        Formula::Key(_)
        | Formula::Case { .. }
        | Formula::Aggregate(..)
        | Formula::Window(_)
        | Formula::Given(_)
        | Formula::TooDeep
        | Formula::Related(_)
        | Formula::Subquery(_)
        | Formula::Outer(..)
        | Formula::Fragment(_) => false,
    }
}

/// The value of a column, computed from a row as it was. `slots` are the values of the formula's slots.
///
/// # Errors
/// `Unrepresentable`, naming model and field, where it does not fit the column; `Decode` for a row that does not fit the
/// model.
pub(crate) fn compute(
    layout: &Layout,
    column: u16,
    formula: &Formula,
    slots: &[Value],
    old: &Item,
) -> Result<Value> {
    let mut slots = slots.iter();
    let row = Row {
        layout,
        column,
        old,
    };
    let value = row.value(formula, &mut slots)?;
    let ty = layout
        .model
        .columns
        .get(usize::from(column))
        .map(|column| column.ty);
    let computed = value.and_then(|value| fitting(value, ty));
    computed.ok_or_else(|| {
        Error::new(
            ErrorKind::Unrepresentable,
            "a number that was computed does not fit its type",
        )
        .on_model(layout.model.name)
        .on_fields([layout.path(column)])
        .with_advice("compute with smaller numbers, or read the rows and compute in Rust")
    })
}

/// The value, where the column's type has room for it.
fn fitting(value: Value, ty: Option<ColumnType>) -> Option<Value> {
    let Some(number) = integer(&value) else {
        return Some(value);
    };
    let bits = |bits: u8| 1i128 << bits;
    let fits = match ty {
        Some(ColumnType::Int(width)) => {
            let half = bits(width - 1);
            (-half..half).contains(&number)
        }
        Some(ColumnType::UInt(width)) => (0..bits(width)).contains(&number),
        _ => true,
    };
    fits.then_some(value)
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(x) => Some((*x).into()),
        Value::Big(x) => Some((*x).into()),
        _ => None,
    }
}

struct Row<'a> {
    layout: &'a Layout,
    /// The column that it is computed for
    column: u16,
    old: &'a Item,
}

impl Row<'_> {
    /// A value, or none where it does not fit any number.
    fn value<'v>(
        &self,
        formula: &Formula,
        slots: &mut impl Iterator<Item = &'v Value>,
    ) -> Result<Option<Value>> {
        match formula {
            Formula::Column(column) => self.column(*column).map(Some),
            Formula::Slot(ty) => {
                let value = slots.next().unwrap_or(&Value::Null);
                self.slot(value, *ty).map(Some)
            }
            Formula::Call(function, of) => {
                let mut given = Vec::with_capacity(of.len());
                for one in of {
                    given.push(self.value(one, slots)?);
                }
                Ok(given
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .and_then(|given| function.of(&given)))
            }
            // Refused before.
            Formula::Key(_)
            | Formula::Case { .. }
            | Formula::Aggregate(..)
            | Formula::Window(_)
            | Formula::Given(_)
            | Formula::TooDeep
            | Formula::Related(_)
            | Formula::Subquery(_)
            | Formula::Outer(..)
            | Formula::Fragment(_) => Ok(None),
        }
    }

    /// The value of a slot; an array in the form in which one is read, so that members can be compared.
    fn slot(&self, value: &Value, ty: ColumnType) -> Result<Value> {
        if !ty.is_array() {
            return Ok(value.clone());
        }
        let (name, path) = (self.layout.model.name, self.layout.path(self.column));
        let stored = to_attribute(value, false).map_err(|why| why.on(name, path.clone()))?;
        from_attribute(stored.as_ref(), ty).map_err(|why| why.on(name, path))
    }

    fn column(&self, column: u16) -> Result<Value> {
        let layout = self.layout;
        let ty = layout.model.columns.get(usize::from(column));
        let ty = ty.map_or(ColumnType::Int(64), |column| column.ty);
        from_attribute(self.old.get(layout.name(column)), ty)
            .map_err(|why| why.on(layout.model.name, layout.path(column)))
    }
}
