//! INSERT, UPDATE, DELETE.

use super::formula;
use super::select::{columns, where_clause};
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::schema::ModelRef;
use toasty_dsl::statement::{Assign, Delete, Insert, Update};
use toasty_dsl::value::ColumnType;

/// The columns that an insert writes: all but the key that the database makes.
pub(super) fn written(insert: &Insert) -> impl Iterator<Item = u16> + use<> {
    let left_out = auto_column(insert);
    (0u16..)
        .zip(insert.model.columns)
        .map(|(number, _)| number)
        .filter(move |number| Some(*number) != left_out)
}

/// The column of the key that the database makes, where it is to make one.
fn auto_column(insert: &Insert) -> Option<u16> {
    if !insert.auto {
        return None;
    }
    let field = insert.model.auto_integer()?;
    Some(insert.model.first_column(field))
}

fn target(insert: &Insert, column: u16) -> Option<Target> {
    Some(Target {
        model: insert.model,
        column,
    })
}

/// One row. A backend whose dialect has no form for many runs it once a row.
pub(super) fn insert(writer: &mut Writer, insert: &Insert) {
    writer.push("INSERT INTO ");
    writer.push_table(&insert.model);
    if written(insert).next().is_none() {
        writer.push(" DEFAULT VALUES");
    } else {
        writer.push(" (");
        writer.push_list(", ", written(insert), |writer, column| {
            writer.push_column(&insert.model, column)
        });
        writer.push(") VALUES (");
        writer.push_list(", ", written(insert), |writer, column| {
            writer.push_next(target(insert, column))
        });
        writer.push(")");
    }
    on_conflict(writer, insert);
    match (writer.dialect, auto_column(insert)) {
        // SQLite tells the last key by a function of its own.
        (Dialect::Sqlite, _) | (Dialect::PostgreSql, None) => {}
        (Dialect::PostgreSql, Some(key)) => {
            writer.push(" RETURNING ");
            writer.push_column(&insert.model, key);
        }
    }
}

/// Any number of rows, each slot a whole column. `false` where there is no column to write.
pub(super) fn insert_rows(writer: &mut Writer, insert: &Insert) -> bool {
    if written(insert).next().is_none() {
        return false;
    }
    writer.push("INSERT INTO ");
    writer.push_table(&insert.model);
    writer.push(" (");
    writer.push_list(", ", written(insert), |writer, column| {
        writer.push_column(&insert.model, column)
    });
    // "Array Functions", unnest with several arrays: row by row, all of one length.
    let type_of = |column: u16| insert.model.columns[usize::from(column)].ty;
    let arrays = written(insert).any(|column| type_of(column).is_array());
    let key = auto_column(insert).filter(|_| insert.returning);
    writer.push(") SELECT ");
    if arrays || key.is_some() {
        writer.push_list(", ", written(insert), |writer, column| {
            writer.push_column(&insert.model, column);
            if type_of(column).is_array() {
                writer.push("::");
                writer.push_type(type_of(column));
            }
        });
    } else {
        writer.push("*");
    }
    writer.push(" FROM unnest(");
    writer.push_list(", ", written(insert), |writer, column| {
        push_whole_column(writer, insert.model, column);
    });
    writer.push(")");
    if arrays || key.is_some() {
        if key.is_some() {
            writer.push(" WITH ORDINALITY");
        }
        writer.push(" AS rows (");
        writer.push_list(", ", written(insert), |writer, column| {
            writer.push_column(&insert.model, column);
        });
        if key.is_some() {
            writer.push(", ");
            writer.push_identifier(NEW);
        }
        writer.push(")");
    }
    if let Some(key) = key {
        // The keys are made in the order of the rows ("INSERT", and its query's ORDER BY), which is how they are told apart.
        writer.push(" ORDER BY ");
        writer.push_identifier(NEW);
        writer.push(" RETURNING ");
        writer.push_column(&insert.model, key);
    }
    on_conflict(writer, insert);
    true
}

/// The values of a whole column as one array. unnest takes an array of arrays apart to its last member: arrays go as texts, and
/// are read on the way.
fn push_whole_column(writer: &mut Writer, model: ModelRef, column: u16) {
    let of_column = model.columns[usize::from(column)].ty;
    writer.push_next(Some(Target { model, column }));
    writer.push("::");
    writer.push_type(if of_column.is_array() {
        ColumnType::Text
    } else {
        of_column
    });
    writer.push("[]");
}

/// What is done where a row is there already.
fn on_conflict(writer: &mut Writer, insert: &Insert) {
    let Some(conflict) = &insert.conflict else {
        return;
    };
    writer.push(" ON CONFLICT (");
    writer.push_list(", ", &conflict.columns, |writer, column| {
        writer.push_column(&insert.model, *column)
    });
    if conflict.set.is_empty() {
        writer.push(") DO NOTHING");
        return;
    }
    writer.push(") DO UPDATE SET ");
    writer.push_list(", ", &conflict.set, |writer, column| {
        writer.push_column(&insert.model, *column);
        writer.push(" = excluded.");
        writer.push_column(&insert.model, *column);
    });
    if let Some(column) = conflict.increment {
        writer.push(", ");
        writer.push_column(&insert.model, column);
        writer.push(" = ");
        writer.push_table(&insert.model);
        writer.push(".");
        writer.push_column(&insert.model, column);
        writer.push(" + ");
        writer.push_slot(Form::Constant(1), None);
    }
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
        Assign::Computed(column, value) => {
            writer.push_column(&update.model, *column);
            writer.push(" = ");
            formula::assigned(writer, update.model.0, *column, value);
        }
    });
    where_clause(writer, update.model.0, &update.filter);
    if update.returning {
        writer.push(" RETURNING ");
        columns(writer, &update.model);
    }
}

/// The name of the new values among the tables. No model has it: it holds a space.
const NEW: &str = "new values";

/// Different changes of many rows. Where the dialect has a form for that, each slot is a whole column, and the numbers of the
/// rows that were found come back, counted from one; where it has none, it is run once a row.
pub(super) fn update_rows(writer: &mut Writer, update: &Update) {
    match writer.dialect {
        Dialect::Sqlite => self::update(writer, update),
        Dialect::PostgreSql => update_columns(writer, update),
    }
}

fn update_columns(writer: &mut Writer, update: &Update) {
    let found_by = update.filter.pinned_columns();
    let set = update.set.iter().filter_map(|assign| match assign {
        Assign::Slot(column) => Some(*column),
        Assign::Increment(_) | Assign::Computed(..) => None,
    });
    let columns: Vec<u16> = set.chain(found_by.iter().copied()).collect();
    let first_of_condition = columns.len() - found_by.len();
    let type_of = |column: u16| update.model.columns[usize::from(column)].ty;
    writer.push("UPDATE ");
    writer.push_table(&update.model);
    writer.push(" SET ");
    let mut next = 0;
    writer.push_list(", ", &update.set, |writer, assign| match assign {
        Assign::Slot(column) => {
            writer.push_column(&update.model, *column);
            writer.push(" = ");
            push_new(writer, next);
            if type_of(*column).is_array() {
                writer.push("::");
                writer.push_type(type_of(*column));
            }
            next += 1;
        }
        Assign::Increment(column) => {
            writer.push_column(&update.model, *column);
            writer.push(" = ");
            push_old(writer, update.model, *column);
            writer.push(" + ");
            writer.push_slot(Form::Constant(1), None);
        }
        Assign::Computed(..) => writer.refuse(|| {
            Error::unsupported(
                "different changes of many rows that are computed",
                "compute the values first, or run such an update by itself",
            )
        }),
    });
    writer.push(" FROM ");
    new_values(writer, update.model, &columns);
    found(writer, update.model, &found_by, first_of_condition);
    writer.push(" RETURNING ");
    push_new(writer, columns.len());
}

pub(super) fn delete(writer: &mut Writer, delete: &Delete) {
    writer.push("DELETE FROM ");
    writer.push_table(&delete.model);
    where_clause(writer, delete.model.0, &delete.filter);
    if delete.returning {
        writer.push(" RETURNING ");
        columns(writer, &delete.model);
    }
}

/// Removals of many rows, as [`update_rows`] changes them.
pub(super) fn delete_rows(writer: &mut Writer, delete: &Delete) {
    match writer.dialect {
        Dialect::Sqlite => self::delete(writer, delete),
        Dialect::PostgreSql => delete_columns(writer, delete),
    }
}

fn delete_columns(writer: &mut Writer, delete: &Delete) {
    let found_by = delete.filter.pinned_columns();
    writer.push("DELETE FROM ");
    writer.push_table(&delete.model);
    writer.push(" USING ");
    new_values(writer, delete.model, &found_by);
    found(writer, delete.model, &found_by, 0);
    writer.push(" RETURNING ");
    push_new(writer, found_by.len());
}

fn push_new(writer: &mut Writer, number: usize) {
    writer.push_identifier(NEW);
    writer.push(".");
    writer.push_alias(number);
}

fn push_old(writer: &mut Writer, model: ModelRef, column: u16) {
    writer.push_table(&model);
    writer.push(".");
    writer.push_column(&model, column);
}

/// The values of whole columns as rows, with the number of the row as their last column ("Table Functions").
fn new_values(writer: &mut Writer, model: ModelRef, columns: &[u16]) {
    writer.push("unnest(");
    writer.push_list(", ", columns, |writer, column| {
        push_whole_column(writer, model, *column);
    });
    writer.push(") WITH ORDINALITY AS ");
    writer.push_identifier(NEW);
    writer.push(" (");
    writer.push_list(", ", 0..=columns.len(), |writer, number| {
        writer.push_alias(number)
    });
    writer.push(")");
}

/// The condition that each of the new values finds its row by.
fn found(writer: &mut Writer, model: ModelRef, found_by: &[u16], first: usize) {
    writer.push(" WHERE ");
    writer.push_list(
        " AND ",
        found_by.iter().enumerate(),
        |writer, (number, column)| {
            push_old(writer, model, *column);
            writer.push(" = ");
            push_new(writer, first + number);
        },
    );
}
