//! INSERT, UPDATE, DELETE.

use super::select::{columns, where_clause};
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::statement::{Assign, Delete, Insert, Update};

/// One row; a backend runs it once a row.
pub(super) fn insert(writer: &mut Writer, insert: &Insert) {
    let left_out = if insert.auto {
        insert
            .model
            .auto_integer()
            .map(|field| insert.model.first_column(field))
    } else {
        None
    };
    let written = || {
        (0u16..)
            .zip(insert.model.columns)
            .map(|(number, _)| number)
            .filter(|number| Some(*number) != left_out)
    };
    writer.push("INSERT INTO ");
    writer.push_table(&insert.model);
    if written().next().is_none() {
        writer.push(" DEFAULT VALUES");
        return;
    }
    writer.push(" (");
    writer.push_list(", ", written(), |writer, column| {
        writer.push_column(&insert.model, column)
    });
    writer.push(") VALUES (");
    writer.push_list(", ", written(), |writer, column| {
        writer.push_next(Some(Target {
            model: insert.model,
            column,
        }))
    });
    writer.push(")");
}

pub(super) fn update(writer: &mut Writer, update: &Update) {
    writer.push("UPDATE ");
    writer.push_table(&update.model);
    writer.push(" SET ");
    writer.push_list(", ", &update.set, |writer, assign| match assign {
        Assign::Slot(column) => {
            writer.push_column(&update.model, *column);
            writer.push(" = ");
            writer.push_next(Some(Target {
                model: update.model,
                column: *column,
            }));
        }
        Assign::Increment(column) => {
            writer.push_column(&update.model, *column);
            writer.push(" = ");
            writer.push_column(&update.model, *column);
            writer.push(" + ");
            writer.push_slot(Form::Constant(1), None);
        }
    });
    where_clause(writer, update.model.0, &update.filter);
    if update.returning {
        writer.push(" RETURNING ");
        columns(writer, &update.model);
    }
}

pub(super) fn delete(writer: &mut Writer, delete: &Delete) {
    writer.push("DELETE FROM ");
    writer.push_table(&delete.model);
    where_clause(writer, delete.model.0, &delete.filter);
}
