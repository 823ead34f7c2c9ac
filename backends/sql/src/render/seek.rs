//! The rows behind one place in an order.
//!
//! Promises: exactly those rows that ORDER BY puts behind the place, NULLs included. Must not know: values, only which of
//! them are NULL.
//!
//! What may surprise: where a comparison of whole rows would say the same, it is used, since an index over the columns
//! serves it in one range. Else each key says first what is true of all rows behind the place (`"a" >= ?`), which an index
//! can begin at, and only then which of them are meant.

use super::scope::Scope;
use crate::slot::Form;
use crate::writer::Writer;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{Direction, Order, Position, Select};

/// One key of the order, with the number of its value; none where that is NULL.
struct Key {
    order: Order,
    value: Option<usize>,
    /// Whether NULLs stand behind all values. Of a column that has none they stand nowhere.
    nulls_behind: bool,
}

/// Whether a select begins at a place.
pub(super) fn is_asked(select: &Select) -> bool {
    select
        .paging
        .as_ref()
        .is_some_and(|paging| !paging.after.is_empty())
}

/// The condition, in brackets where it is a chain.
pub(super) fn render(writer: &mut Writer, scope: &Scope, select: &Select) {
    let Some(paging) = &select.paging else { return };
    let keys: Vec<Key> = select
        .order
        .iter()
        .zip(&paging.after)
        .map(|(order, position)| Key {
            order: *order,
            value: match position {
                Position::Slot => Some(writer.take()),
                Position::Null => None,
            },
            nulls_behind: may_be_null(&select.model, order.column) && !order.nulls_come_first(),
        })
        .collect();
    let alike = |key: &Key| {
        key.value.is_some()
            && !may_be_null(&select.model, key.order.column)
            && keys
                .first()
                .is_some_and(|first| first.order.direction == key.order.direction)
    };
    if keys.len() > 1 && keys.iter().all(alike) {
        whole_rows(writer, scope, &keys);
    } else {
        behind(writer, scope, &keys);
    }
}

pub(super) fn may_be_null(model: &ModelDef, column: u16) -> bool {
    model
        .columns
        .get(usize::from(column))
        .is_some_and(|column| column.nullable)
}

/// `("a", "b") > (?, ?)`: compared from left to right, as the order is.
fn whole_rows(writer: &mut Writer, scope: &Scope, keys: &[Key]) {
    writer.push("(");
    writer.push_list(", ", keys, |writer, key| {
        scope.push_column(writer, key.order.column);
    });
    writer.push(")");
    if let Some(first) = keys.first() {
        beyond(writer, first);
    }
    writer.push("(");
    writer.push_list(", ", keys, |writer, key| push_value(writer, scope, key));
    writer.push(")");
}

/// Those behind the place by the first of these keys, or equal in it and behind by the others.
fn behind(writer: &mut Writer, scope: &Scope, keys: &[Key]) {
    let Some((key, rest)) = keys.split_first() else {
        writer.push("FALSE");
        return;
    };
    match (key.value, rest.is_empty()) {
        (Some(_), true) if !key.nulls_behind => compare(writer, scope, key),
        (Some(_), true) => {
            writer.push("(");
            compare(writer, scope, key);
            writer.push(" OR ");
            is_null(writer, scope, key);
            writer.push(")");
        }
        // Where neither the place nor what comes behind it is NULL, "not before" is a range for an index to begin at.
        (Some(_), false) if !key.nulls_behind => {
            writer.push("(");
            scope.push_column(writer, key.order.column);
            writer.push(match key.order.direction {
                Direction::Ascending => " >= ",
                Direction::Descending => " <= ",
            });
            push_value(writer, scope, key);
            writer.push(" AND (");
            compare(writer, scope, key);
            writer.push(" OR ");
            behind(writer, scope, rest);
            writer.push("))");
        }
        (Some(_), false) => {
            writer.push("(");
            compare(writer, scope, key);
            writer.push(" OR ");
            is_null(writer, scope, key);
            writer.push(" OR (");
            scope.push_column(writer, key.order.column);
            writer.push(" = ");
            push_value(writer, scope, key);
            writer.push(" AND ");
            behind(writer, scope, rest);
            writer.push("))");
        }
        // The place is NULL. What is not NULL comes behind it, or nothing does.
        (None, last) if !key.nulls_behind => {
            if !last {
                writer.push("(");
            }
            scope.push_column(writer, key.order.column);
            writer.push(" IS NOT NULL");
            if !last {
                writer.push(" OR ");
                behind(writer, scope, rest);
                writer.push(")");
            }
        }
        (None, true) => writer.push("FALSE"),
        (None, false) => {
            writer.push("(");
            is_null(writer, scope, key);
            writer.push(" AND ");
            behind(writer, scope, rest);
            writer.push(")");
        }
    }
}

fn compare(writer: &mut Writer, scope: &Scope, key: &Key) {
    scope.push_column(writer, key.order.column);
    beyond(writer, key);
    push_value(writer, scope, key);
}

fn beyond(writer: &mut Writer, key: &Key) {
    writer.push(match key.order.direction {
        Direction::Ascending => " > ",
        Direction::Descending => " < ",
    });
}

fn is_null(writer: &mut Writer, scope: &Scope, key: &Key) {
    scope.push_column(writer, key.order.column);
    writer.push(" IS NULL");
}

fn push_value(writer: &mut Writer, scope: &Scope, key: &Key) {
    if let Some(value) = key.value {
        writer.push_slot(Form::Plain(value), scope.target(key.order.column));
    }
}
