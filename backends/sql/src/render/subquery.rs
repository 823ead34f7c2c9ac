//! What comes from other rows: values of a relation, queries inside of a query, columns of the query around.
//!
//! Promises: each table inside has an alias by its depth, and every column there is written with it, so that no column of the
//! inner table is taken for one of the outer. Must not know: what is asked of the values.

use super::filter::{self, Scope};
use super::formula::{compared, listed};
use super::select::{bounds, direction};
use super::source::rows_of;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::schema::{ModelRef, RelationKind};
use toasty_dsl::statement::{Computed, Expr, Formula, Nulls, Output, RelatedValue, Select};

/// The name of the values of a query whose NULLs are left out.
const VALUE: &str = "value";

/// A value of the rows that a relation leads to.
pub(super) fn related(writer: &mut Writer, scope: &Scope, one: &RelatedValue) {
    let Some(join) = scope.model.join_columns(one.relation) else {
        // A rule of the language keeps such a relation from compiling.
        writer.push("NULL");
        return;
    };
    let inside = scope.inside(join.other, &[]);
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
    query(writer, scope, select, false);
    writer.push(")");
}

/// Whether a query has any row.
pub(super) fn exists(writer: &mut Writer, scope: &Scope, select: &Select, negated: bool) {
    writer.push(if negated { "NOT EXISTS (" } else { "EXISTS (" });
    query(writer, scope, select, false);
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
        query(writer, scope, select, true);
        writer.push(") AS ");
        writer.push_alias(scope.depth() + 1);
        writer.push(" WHERE ");
        writer.push_identifier(VALUE);
        writer.push(" IS NOT NULL");
    } else {
        query(writer, scope, select, false);
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

/// A query inside of another one: all of it in its own scope. The keys of groups are written first, since their slots come
/// first.
fn query(writer: &mut Writer, scope: &Scope, select: &Select, named: bool) {
    let nothing = Computed::NOTHING;
    let computed = select.computed.as_deref().unwrap_or(&nothing);
    if !computed.first_of.is_empty() || select.lock.is_some() {
        writer.refuse(|| {
            Error::unsupported(
                "the first row of each group, or a lock on rows, in a query inside of another",
                "ask for them by a query of their own, and give its values by `in_list`",
            )
            .on_model(select.model.name)
        });
    }
    let plain = scope.inside(select.model.0, &[]);
    let mut keys = Vec::new();
    for key in &computed.keys {
        keys.push((key, writer.aside(|writer| listed(writer, &plain, key))));
    }
    let inside = scope.inside(select.model.0, &keys);
    writer.push(if computed.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    match select.output {
        Output::Values => writer.push_list(", ", &computed.list, |writer, value| {
            listed(writer, &inside, value);
        }),
        Output::Rows | Output::Count | Output::Exists | Output::Check => writer.push("*"),
    }
    if named {
        writer.push(" AS ");
        writer.push_identifier(VALUE);
    }
    writer.push(" FROM ");
    match &computed.source {
        None => inside.push_aliased_table(writer),
        Some(source) => {
            rows_of(writer, select.model.0, source);
            writer.push(" AS ");
            writer.push_alias(inside.depth());
        }
    }
    if select.filter != Expr::Constant(true) {
        writer.push(" WHERE ");
        filter::render(writer, &plain, &select.filter);
    }
    if !keys.is_empty() {
        writer.push(" GROUP BY ");
        writer.push_list(", ", &keys, |writer, (_, key)| writer.push_fragment(key));
    }
    if computed.having != Expr::Constant(true) {
        writer.push(" HAVING ");
        filter::render(writer, &inside, &computed.having);
    }
    ordering(writer, &inside, select, computed);
    bounds(writer, select);
}

fn ordering(writer: &mut Writer, scope: &Scope, select: &Select, computed: &Computed) {
    let columns = select.order.iter().map(|key| {
        let by = Formula::Column(key.column);
        (by, key.direction, key.nulls)
    });
    let values = computed.order.iter().map(|key| {
        let by = key.by.clone();
        (by, key.direction, key.nulls)
    });
    let keys: Vec<_> = columns.chain(values).collect();
    if keys.is_empty() {
        return;
    }
    writer.push(" ORDER BY ");
    writer.push_list(", ", &keys, |writer, (by, way, nulls)| {
        listed(writer, scope, by);
        let never_null = *nulls == Nulls::Smallest && is_never_null(scope, by);
        direction(writer, *way, *nulls, never_null);
    });
}

fn is_never_null(scope: &Scope, by: &Formula) -> bool {
    match by {
        Formula::Column(column) => {
            let column = scope.model.columns.get(usize::from(*column));
            column.is_some_and(|column| !column.nullable)
        }
        _ => false,
    }
}
