//! What SQLite reports, as errors that name model and fields.

use crate::functions::OVERFLOW;
use crate::prepared::SqlitePrepared;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_DATATYPE, SQLITE_CONSTRAINT_FOREIGNKEY,
    SQLITE_CONSTRAINT_NOTNULL, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID,
    SQLITE_CONSTRAINT_UNIQUE,
};
use rusqlite::{Error as Driver, ErrorCode};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind};

/// What SQLite itself reported. A failure with a place in the text of the statement has a variant of its own.
fn failure_of(error: &Driver) -> Option<&rusqlite::ffi::Error> {
    match error {
        Driver::SqlInputError { error, .. } => Some(error),
        other => other.sqlite_error(),
    }
}

/// Whether another connection's lock was in the way, so that waiting helps.
pub(crate) fn is_busy(error: &Driver) -> bool {
    matches!(
        failure_of(error).map(|failure| failure.code),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Whether a reference leads to nothing, or would.
pub(crate) fn is_foreign_key(error: &Driver) -> bool {
    failure_of(error).is_some_and(|failure| failure.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// An error of SQLite on a statement about a model. `broken` are the fields of the references that lead to nothing, where that
/// is known.
#[cold]
pub(crate) fn convert(
    error: Driver,
    prepared: &SqlitePrepared,
    broken: Option<Vec<String>>,
) -> Error {
    let model = prepared.model.0;
    let Some(failure) = failure_of(&error) else {
        return Error::new(ErrorKind::Database, "SQLite's driver failed")
            .on_model(model.name)
            .with_server_detail(error.to_string());
    };
    let detail = error.to_string();
    let converted = match failure.extended_code {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID => {
            Error::new(
                ErrorKind::UniqueViolation,
                "another row has the same value already",
            )
            .on_model(model.name)
            .on_fields(fields(model, &detail))
        }
        SQLITE_CONSTRAINT_FOREIGNKEY => foreign_key(model, prepared.removes, broken),
        SQLITE_CONSTRAINT_NOTNULL => {
            Error::new(ErrorKind::NotNullViolation, "the column must have a value")
                .on_model(model.name)
                .on_fields(fields(model, &detail))
        }
        SQLITE_CONSTRAINT_CHECK => Error::new(
            ErrorKind::CheckViolation,
            "a check of the table refused the row",
        )
        .on_model(model.name),
        SQLITE_CONSTRAINT_DATATYPE => Error::new(
            ErrorKind::Schema,
            "the table's column has another type than the model's field",
        )
        .on_model(model.name),
        // What SQLite's `sum` and our own functions say.
        _ if detail.contains(OVERFLOW) => Error::new(
            ErrorKind::Unrepresentable,
            "a number that was computed does not fit its type",
        )
        .on_model(model.name)
        .with_advice("compute with smaller numbers, or read the rows and compute in Rust"),
        _ => general(failure.code, &detail).on_model(model.name),
    };
    converted.with_server_detail(detail)
}

/// An error of making a statement ready. No value is bound yet, so that SQLite's words are about the text alone; they are told
/// where that is the program's own.
#[cold]
pub(crate) fn of_text(error: Driver, prepared: &SqlitePrepared) -> Error {
    let detail = error.to_string();
    if let Driver::MultipleStatement = error {
        return Error::unsupported(
            "several statements in one text of SQL",
            "run them one after the other, or by `db.run_sql`",
        )
        .on_model(prepared.model.name);
    }
    let error = convert(error, prepared, None);
    if prepared.quotable && (prepared.raw || error.advice().is_none()) {
        error.with_advice(format!("SQLite says: {detail}"))
    } else {
        error
    }
}

/// An error of SQLite outside any model's statement.
#[cold]
pub(crate) fn convert_bare(error: &Driver) -> Error {
    let detail = error.to_string();
    match failure_of(error) {
        Some(failure) => general(failure.code, &detail).with_server_detail(detail),
        None => {
            Error::new(ErrorKind::Database, "SQLite's driver failed").with_server_detail(detail)
        }
    }
}

fn general(code: ErrorCode, detail: &str) -> Error {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => busy(),
        ErrorCode::CannotOpen => Error::new(ErrorKind::ConnectionLost, "the database file cannot be opened")
            .with_advice("check that its folder exists and can be written to"),
        ErrorCode::ReadOnly => Error::new(ErrorKind::Database, "the database cannot be written to"),
        ErrorCode::DiskFull => Error::new(ErrorKind::Database, "the disk is full"),
        ErrorCode::NotADatabase => Error::new(ErrorKind::Database, "the file is not an SQLite database"),
        ErrorCode::DatabaseCorrupt => Error::new(ErrorKind::Database, "the database file is damaged"),
        ErrorCode::TooBig => Error::new(ErrorKind::Unrepresentable, "a value is larger than SQLite takes"),
        _ if detail.contains("already exists") => {
            Error::new(ErrorKind::Schema, "the database has a table or an index of this name already")
                .with_advice("`db.create_tables()` is for a new database; create only what is missing by `create_tables_of`")
        }
        _ if detail.contains("no such table") || detail.contains("no such column") || detail.contains("has no column") => {
            Error::new(ErrorKind::Schema, "the database has no such table or column")
                .with_advice("create the tables by `db.create_tables()`, or bring the database to the model's form")
        }
        _ if detail.contains("syntax error") => Error::new(ErrorKind::Database, "SQLite does not understand the statement"),
        _ => Error::new(ErrorKind::Database, "SQLite reported an error"),
    }
}

#[cold]
pub(crate) fn busy() -> Error {
    Error::new(
        ErrorKind::Busy,
        "another process held the database's lock for longer than `busy_timeout`",
    )
    .with_advice("make its transactions shorter, or the timeout longer")
}

fn foreign_key(model: &'static ModelDef, removes: bool, broken: Option<Vec<String>>) -> Error {
    if removes {
        return Error::new(
            ErrorKind::ForeignKeyViolation,
            "another row still refers to the row",
        )
        .on_model(model.name)
        .with_advice("delete or change the rows that refer to it first");
    }
    // Where it is not known which reference it was, all that the model has are named.
    let holders = (0u16..)
        .zip(model.fields)
        .filter_map(|(number, _)| model.belongs_to(number))
        .flat_map(|belongs| belongs.on.as_slice().to_vec())
        .filter_map(|field| {
            let field = model.fields.get(usize::from(field))?;
            Some(field.name.to_owned())
        });
    Error::new(
        ErrorKind::ForeignKeyViolation,
        "a row that is referred to is missing, or would be",
    )
    .on_model(model.name)
    .on_fields(broken.unwrap_or_else(|| holders.collect()))
    .with_advice("write the row that is referred to first, and delete it last")
}

/// The fields of "UNIQUE constraint failed: users.email, users.name".
fn fields(model: &'static ModelDef, detail: &str) -> Vec<String> {
    let table = model.table_name().to_string();
    let named = |columns: &[u16]| -> String {
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("{table}.{}", model.columns[usize::from(*column)].name()))
            .collect();
        names.join(", ")
    };
    let paths = |columns: &[u16]| {
        columns
            .iter()
            .map(|column| model.columns[usize::from(*column)].path().join("."))
            .collect()
    };
    let mut candidates = vec![model.key_columns()];
    candidates.extend(
        model
            .all_indexes()
            .into_iter()
            .map(|(fields, _)| model.columns_of_all(&fields)),
    );
    candidates.extend((0u16..).zip(model.columns).map(|(column, _)| vec![column]));
    candidates
        .into_iter()
        .find(|columns| detail.ends_with(&format!(": {}", named(columns))))
        .map_or_else(Vec::new, |columns| paths(&columns))
}
