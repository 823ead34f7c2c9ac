//! What comes from other rows: values of a relation, queries inside of a query, columns of the query around.
//!
//! Promises: each table inside has an alias by its depth, and every column there is written with it, so that no column of the
//! inner table is taken for one of the outer. Must not know: what is asked of the values.

use super::filter;
use super::formula::{compared, listed};
use super::scope::Scope;
use super::select::{Naming, tail, values};
use super::source;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::schema::{ModelRef, RelationKind};
use toasty_dsl::statement::{Expr, Formula, Output, RelatedValue, Select};

/// The name of the values of a query whose NULLs are left out.
const VALUE: &str = "value";

/// A value of the rows that a relation leads to.
pub(super) fn related(writer: &mut Writer, scope: &Scope, one: &RelatedValue) {
    let Some(join) = scope.model.join_columns(one.relation) else {
        // A rule of the language keeps such a relation from compiling.
        writer.push("NULL");
        return;
    };
    let inside = scope.inside(join.other);
    writer.push("(SELECT ");
    listed(writer, &inside, &one.value);
    writer.push(" FROM ");
    inside.push_aliased_table(writer);
    writer.push(" WHERE ");
    filter::meet(writer, &join, scope, &inside);
    if one.filter != Expr::Constant(true) {
        writer.push(" AND (");
        filter::render(writer, &inside, &one.filter);
        writer.push(")");
    }
    let field = scope.model.fields.get(usize::from(one.relation));
    let kind = field
        .and_then(|field| field.relation())
        .map(|relation| relation.kind);
    if kind == Some(RelationKind::HasOne) && !join.other.pins_one_row(&join.theirs) {
        // Nothing keeps a second row from being there, which PostgreSQL would take for an error.
        writer.push(" ORDER BY ");
        writer.push_list(", ", join.other.key_columns(), |writer, column| {
            inside.push_column(writer, column);
        });
        writer.push(" LIMIT ");
        writer.push_slot(Form::Constant(1), None);
    }
    writer.push(")");
}

/// The value of a query's first row.
pub(super) fn scalar(writer: &mut Writer, scope: &Scope, select: &Select) {
    writer.push("(");
    query(writer, scope, select, Naming::None);
    writer.push(")");
}

/// Whether a query has any row.
pub(super) fn exists(writer: &mut Writer, scope: &Scope, select: &Select, negated: bool) {
    writer.push(if negated { "NOT EXISTS (" } else { "EXISTS (" });
    query(writer, scope, select, Naming::None);
    writer.push(")");
}

/// Whether a value is among those of a query. A NULL among them would make unknown what is false, so that NULLs are left out
/// where there can be any.
pub(super) fn among(
    writer: &mut Writer,
    scope: &Scope,
    (of, target): (&Formula, Option<Target>),
    select: &Select,
    (nullable, negated): (bool, bool),
) {
    compared(writer, scope, of, target);
    writer.push(if negated { " NOT IN (" } else { " IN (" });
    if nullable {
        writer.push("SELECT ");
        writer.push_identifier(VALUE);
        writer.push(" FROM (");
        query(writer, scope, select, Naming::Only(VALUE));
        writer.push(") AS ");
        writer.push_alias(scope.depth() + 1);
        writer.push(" WHERE ");
        writer.push_identifier(VALUE);
        writer.push(" IS NOT NULL");
    } else {
        query(writer, scope, select, Naming::None);
    }
    writer.push(")");
}

/// A column of the nearest query around that is about the model.
pub(super) fn outer(writer: &mut Writer, scope: &Scope, model: ModelRef, column: u16) {
    match scope.around(model) {
        Some(around) => around.push_column(writer, column),
        None => {
            let inner = scope.model.name;
            writer.refuse(|| {
                Error::unsupported(
                    format!("a column of `{}` outside of its query", model.name),
                    "build the query inside of a closure of a query of that model",
                )
                .on_model(inner)
            });
        }
    }
}

/// A query inside of another one: whatever a query by itself can be.
fn query(writer: &mut Writer, scope: &Scope, select: &Select, naming: Naming) {
    match (select.output, &select.computed) {
        (Output::Values, Some(computed)) => values(writer, select, computed, Some(scope), naming),
        _ => {
            writer.push("SELECT *");
            tail(writer, select, Some(scope));
        }
    }
    if let Some(lock) = select.lock {
        source::lock(writer, lock);
    }
}
