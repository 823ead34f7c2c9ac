//! The columns by which two models meet, and the values in them.

use crate::error::{Error, ErrorKind, Refusal, Result};
use crate::field::Model;
use crate::query::Filter;
use crate::schema::{Join, ModelDef};
use crate::statement::{Comparison, Expr, Term};
use crate::value::{Params, Value};

/// The values of some fields of an instance.
pub(crate) fn values_of<M: Model>(instance: &M, fields: &[u16]) -> Result<Vec<Value>> {
    let mut values = Vec::with_capacity(fields.len());
    write_values(instance, fields, &mut values)?;
    Ok(values)
}

pub(super) fn write_values<M: Model>(
    instance: &M,
    fields: &[u16],
    values: &mut Vec<Value>,
) -> Result<()> {
    for number in fields {
        if let (Some(def), Some(field)) = (
            M::DEF.fields.get(usize::from(*number)),
            instance.field(*number),
        ) {
            (def.info.write)(field, values).map_err(|reason| reason.on(M::DEF.name, def.name))?;
        }
    }
    Ok(())
}

/// Where a relation meets the other model.
///
/// # Errors
/// `Schema`, naming the field, where the two sides are not known.
pub(super) fn join_of(model: &'static ModelDef, field: u16) -> Result<Join> {
    model.join(field).ok_or_else(|| no_relation(model, field))
}

#[cold]
pub(super) fn no_relation(model: &'static ModelDef, field: u16) -> Error {
    Error::new(
        ErrorKind::Schema,
        "the field is no relation whose two sides are known",
    )
    .on_model(model.name)
    .on_fields(model.fields.get(usize::from(field)).map(|field| field.name))
}

/// The condition that finds the other side of one instance's relation. What stands in the way is remembered in its values.
pub(super) fn other_side<M: Model, T: Model>(owner: &M, field: u16) -> Filter<T> {
    let found = join_of(M::DEF, field).and_then(|join| {
        Ok((
            values_of(owner, &join.ours)?,
            T::DEF.columns_of_all(&join.theirs),
        ))
    });
    let (values, columns) = match found {
        Ok(found) => found,
        Err(error) => {
            let mut params = Params::new();
            params.push_result(Err(Refusal::new(error.message())), M::DEF.name, || {
                error.fields().join(", ")
            });
            return Filter::new(Expr::Constant(true), params);
        }
    };
    if values.iter().any(Value::is_null) {
        return Filter::never();
    }
    let expr = columns
        .into_iter()
        .fold(Expr::Constant(true), |expr, column| {
            expr.and(Expr::Compare {
                column,
                comparison: Comparison::Equal,
                with: Term::Slot,
            })
        });
    Filter::new(expr, Params::from(values))
}
