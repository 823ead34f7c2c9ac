//! Which reference of a row leads to nothing.
//!
//! Promises: what is named was looked for and is not there. Must not know: which statement is run next.
//!
//! What may surprise: SQLite says only that some reference is broken. The rows that a refused row refers to are therefore
//! looked for, one question each, on the same connection and in the same transaction.

use crate::bind::bind;
use crate::errors::{convert, is_foreign_key};
use crate::prepared::SqlitePrepared;
use rusqlite::{Connection, Error as Driver};
use toasty_dsl::error::Error;
use toasty_dsl::schema::{BelongsToDef, ModelDef, ModelRef};
use toasty_dsl::statement::{Comparison, Expr, Output, Select, Statement, Term};
use toasty_dsl::value::Value;

/// As [`convert`], for a row with these values: a broken reference names the fields of those that lead to nothing.
#[cold]
pub(crate) fn convert_of(
    connection: &Connection,
    error: Driver,
    prepared: &SqlitePrepared,
    values: &[Value],
) -> Error {
    let converted = if is_foreign_key(&error) && !prepared.removes {
        Some(missing(connection, prepared, values))
    } else {
        None
    };
    convert(
        error,
        prepared,
        converted.filter(|fields| !fields.is_empty()),
    )
}

fn missing(connection: &Connection, prepared: &SqlitePrepared, values: &[Value]) -> Vec<String> {
    let model = prepared.model.0;
    let mut fields = Vec::new();
    for (number, def) in (0u16..).zip(model.fields) {
        let Some((belongs, relation)) = model.belongs_to(number).zip(def.relation()) else {
            continue;
        };
        let held = held(model, &belongs, prepared, values);
        if let Some(held) = held
            && is_there(connection, relation.target(), &held) == Some(false)
        {
            let names = belongs.on.as_slice().iter();
            fields.extend(
                names
                    .filter_map(|field| model.fields.get(usize::from(*field)))
                    .map(|field| field.name.to_owned()),
            );
        }
    }
    fields
}

/// The values by which a row refers to another: none, where one of them is NULL, which refers to nothing, or not written.
fn held(
    model: &ModelDef,
    belongs: &BelongsToDef,
    prepared: &SqlitePrepared,
    values: &[Value],
) -> Option<Vec<Value>> {
    let columns = model.columns_of_all(belongs.on.as_slice());
    let value = |column: u16| {
        let (_, place) = prepared
            .written
            .iter()
            .find(|(written, _)| *written == column)?;
        values
            .get(*place)
            .filter(|value| **value != Value::Null)
            .cloned()
    };
    columns.into_iter().map(value).collect()
}

/// Whether there is a row with this key; none, where that cannot be told.
fn is_there(connection: &Connection, model: &'static ModelDef, key: &[Value]) -> Option<bool> {
    let equal = |column: u16| Expr::Compare {
        column,
        comparison: Comparison::Equal,
        with: Term::Slot,
    };
    let mut select = Select::all(ModelRef(model));
    select.output = Output::Exists;
    select.filter = model
        .key_columns()
        .into_iter()
        .map(equal)
        .reduce(Expr::and)?;
    let prepared = SqlitePrepared::new(&Statement::Select(select)).ok()?;
    let mut statement = connection.prepare(&prepared.sql).ok()?;
    bind(&mut statement, &prepared, key).ok()?;
    let mut rows = statement.raw_query();
    rows.next().ok()??.get(0).ok()
}
