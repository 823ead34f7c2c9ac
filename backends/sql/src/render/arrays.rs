//! Conditions on arrays.

use super::scope::Scope;
use crate::Dialect;
use crate::slot::Form;
use crate::writer::Writer;
use toasty_dsl::statement::ArrayMatch;
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
