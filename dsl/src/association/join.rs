//! The columns by which two models meet, and the values in them.

use crate::error::{Error, ErrorKind, Refusal, Result};
use crate::field::Model;
use crate::query::Filter;
use crate::schema::{ModelDef, RelationKind};
use crate::statement::{Comparison, Expr, Term};
use crate::value::{Params, Value};

/// The columns by which two models meet.
pub(super) struct Join {
    /// Fields of the parent whose values are the keys.
    pub(super) parent: Vec<u16>,
    /// Fields of the other model that hold the same values.
    pub(super) other: Vec<u16>,
}

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

pub(super) fn join_of(model: &'static ModelDef, field: u16) -> Result<Join> {
    let relation = model
        .fields
        .get(usize::from(field))
        .and_then(|field| field.relation());
    let found = match relation.map(|relation| relation.kind) {
        Some(RelationKind::BelongsTo { .. }) => {
            model
                .belongs_to(field)
                .zip(relation)
                .map(|(def, relation)| Join {
                    parent: def.on.as_slice().to_vec(),
                    other: relation.target().key.as_slice().to_vec(),
                })
        }
        Some(RelationKind::HasMany | RelationKind::HasOne) => model.paired(field).map(|def| Join {
            parent: model.key.as_slice().to_vec(),
            other: def.on.as_slice().to_vec(),
        }),
        None => None,
    };
    found.ok_or_else(|| no_relation(model, field))
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
            values_of(owner, &join.parent)?,
            T::DEF.columns_of_all(&join.other),
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
