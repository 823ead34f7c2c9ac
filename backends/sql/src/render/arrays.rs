//! Conditions on arrays, and arrays with a member more or less.

use super::formula::value;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::statement::{ArrayMatch, Formula, Function};
use toasty_dsl::value::ColumnType;

/// A column of arrays against a list, which is one array.
pub(super) fn array(writer: &mut Writer, scope: &Scope, column: u16, matches: ArrayMatch) {
    let ty = scope.model.columns.get(usize::from(column));
    let decimals = matches!(
        ty.map(|column| column.ty),
        Some(ColumnType::Array(ColumnType::Decimal))
    );
    match (writer.dialect, matches) {
        (Dialect::Sqlite, ArrayMatch::Empty) => {
            writer.push("json_array_length(");
            scope.push_column(writer, column);
            writer.push(") = ");
            writer.push_slot(Form::Constant(0), None);
        }
        (Dialect::Sqlite, ArrayMatch::All | ArrayMatch::Any) => {
            writer.push(match (matches == ArrayMatch::All, decimals) {
                (true, false) => "toasty_array_has_all(",
                (false, false) => "toasty_array_has_any(",
                (true, true) => "toasty_decimals_have_all(",
                (false, true) => "toasty_decimals_have_any(",
            });
            scope.push_column(writer, column);
            writer.push(", ");
            writer.push_next(scope.target(column));
            writer.push(")");
        }
        (Dialect::PostgreSql, ArrayMatch::Empty) => {
            writer.push("cardinality(");
            scope.push_column(writer, column);
            writer.push(") = ");
            writer.push_slot(Form::Constant(0), None);
            writer.push("::");
            writer.push_type(ColumnType::Int(64));
        }
        // The operators that a GIN index on the column serves ("Built-in Operator Classes"); `= ANY` is not among them.
        (Dialect::PostgreSql, ArrayMatch::All | ArrayMatch::Any) => {
            scope.push_column(writer, column);
            writer.push(if matches == ArrayMatch::All {
                " @> "
            } else {
                " && "
            });
            writer.push_next(scope.target(column));
        }
    }
}

/// An array with the members of a list behind its own, or without the one that is in it.
pub(super) fn changed(
    writer: &mut Writer,
    scope: &Scope,
    function: Function,
    of: &[Formula],
    target: Option<Target>,
) {
    let [array, list] = of else {
        return;
    };
    let removes = function == Function::Remove;
    let decimals = scope.type_of(array) == ColumnType::Array(&ColumnType::Decimal);
    writer.push(match (writer.dialect, removes, decimals) {
        (Dialect::Sqlite, false, _) => "toasty_array_push(",
        (Dialect::Sqlite, true, false) => "toasty_array_remove(",
        (Dialect::Sqlite, true, true) => "toasty_decimals_remove(",
        (Dialect::PostgreSql, false, _) => "array_cat(",
        (Dialect::PostgreSql, true, _) => "array_remove(",
    });
    value(writer, scope, array, target);
    writer.push(", ");
    // What is removed is one member there, and no list.
    let member = removes && writer.dialect == Dialect::PostgreSql;
    if member {
        writer.push("(");
    }
    value(writer, scope, list, target);
    if member {
        writer.push(")[");
        writer.push_slot(Form::Constant(1), None);
        writer.push("::");
        writer.push_type(ColumnType::Int(32));
        writer.push("]");
    }
    writer.push(")");
}
