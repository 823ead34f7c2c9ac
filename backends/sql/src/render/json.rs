//! Values inside of JSON.
//!
//! Promises: the path is a bound value in every dialect. The surprising decision: in PostgreSQL the path says of which type the
//! value has to be (`? (@.type() == "string")`), so that no cast meets one of another type and fails.

use super::formula::value;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::statement::{Formula, JsonAs};
use toasty_dsl::value::ColumnType;

/// A value inside of a column: what is given are the column and a slot with the path.
pub(super) fn inside(
    writer: &mut Writer,
    scope: &Scope,
    as_what: JsonAs,
    of: &[Formula],
    target: Option<Target>,
) {
    let Some(column) = of.first() else {
        return;
    };
    writer.push(match (writer.dialect, as_what) {
        (Dialect::Sqlite, JsonAs::Text) => "toasty_json_text(",
        (Dialect::Sqlite, JsonAs::Integer) => "toasty_json_integer(",
        (Dialect::Sqlite, JsonAs::Float) => "toasty_json_float(",
        (Dialect::Sqlite, JsonAs::Bool) => "toasty_json_bool(",
        (Dialect::Sqlite, JsonAs::Existence) => "toasty_json_exists(",
        (Dialect::PostgreSql, JsonAs::Text | JsonAs::Existence) => "(jsonb_path_query_first(",
        (Dialect::PostgreSql, JsonAs::Integer | JsonAs::Float | JsonAs::Bool) => {
            "jsonb_path_query_first("
        }
    });
    value(writer, scope, column, target);
    writer.push(", ");
    let path = writer.take();
    writer.push_slot(
        Form::JsonPath {
            value: path,
            as_what,
        },
        target,
    );
    if writer.dialect == Dialect::Sqlite {
        writer.push(")");
        return;
    }
    writer.push("::");
    writer.push_type(ColumnType::Text);
    writer.push("::jsonpath, silent => TRUE)");
    match as_what {
        JsonAs::Text => {
            writer.push(" #>> ARRAY[]::");
            writer.push_type(ColumnType::Array(&ColumnType::Text));
            writer.push(")");
            writer.push(writer.dialect.collation(ColumnType::Text));
        }
        JsonAs::Integer | JsonAs::Float | JsonAs::Bool => {
            writer.push("::");
            writer.push_type(as_what.column_type());
        }
        // `jsonb_path_exists` gives NULL where a strict path breaks off.
        JsonAs::Existence => writer.push(" IS NOT NULL)"),
    }
}
