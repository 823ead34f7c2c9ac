//! What the server's codes mean ("PostgreSQL Error Codes"), whatever the statement was.

use crate::errors::{aborted, is_stale, unknown};
use toasty_dsl::error::{Error, ErrorKind};
use tokio_postgres::error::DbError;

/// What can happen to any statement. The classes are those of the manual's table.
pub(crate) fn general(rejected: &DbError) -> Error {
    let code = rejected.code().code();
    let (kind, message, advice): (ErrorKind, &str, &str) = match code {
        "40001" | "40P01" => (
            ErrorKind::Conflict,
            "the transaction met another one and was rolled back",
            "run it again from its start",
        ),
        "40003" | "08007" => return unknown(),
        "55P03" | "55006" | "55P04" => (
            ErrorKind::Busy,
            "another transaction held the lock for too long",
            "make the transactions shorter, or wait longer",
        ),
        "53300" => (
            ErrorKind::Busy,
            "the server takes no more connections",
            "make `pool.max` smaller, or the server's `max_connections` larger",
        ),
        "57014" => (
            ErrorKind::Timeout,
            "the server gave the statement up: it took too long, or was cancelled",
            "make the statement's work smaller, or `statement_timeout` longer",
        ),
        "25P03" | "25P04" => (
            ErrorKind::ConnectionLost,
            "the transaction stayed open for too long, and the server ended it",
            "do what takes long outside of the transaction",
        ),
        "57P01" | "57P02" | "57P04" | "57P05" => (
            ErrorKind::ConnectionLost,
            "the server ended the connection",
            "",
        ),
        "57P03" => (
            ErrorKind::ConnectionLost,
            "the server is starting or stopping",
            "",
        ),
        "25006" => (
            ErrorKind::Unsupported,
            "not supported: a write in a transaction that only reads",
            "begin a transaction that may write",
        ),
        "25P02" => return aborted(),
        "22001" | "22003" | "22008" | "22P05" | "22021" => (
            ErrorKind::Unrepresentable,
            "cannot store a value that the column has no room for",
            "nothing was written",
        ),
        "2201B" => (
            ErrorKind::Unsupported,
            "not supported: a pattern that is no regular expression of PostgreSQL",
            "see \"POSIX Regular Expressions\" in its manual",
        ),
        "3F000" => (
            ErrorKind::Schema,
            "the database has no such schema, or the role may not use it",
            "create it by `CREATE SCHEMA`, or name another by `schema` in `[backends.postgresql]`",
        ),
        "42P01" | "42703" | "42704" => (
            ErrorKind::Schema,
            "the database has no such table or column",
            "create the tables by `db.create_tables()`, or bring the database to the model's form",
        ),
        "42P07" | "42701" | "42710" | "42P06" => (
            ErrorKind::Schema,
            "the database has a table, an index or a type of this name already",
            "`db.create_tables()` is for a new database; create only what is missing by `create_tables_of`",
        ),
        "42883" => (
            ErrorKind::Schema,
            "the database has no such function or operator for these types",
            "look at its name, and at the types of the columns that are given to it",
        ),
        "42804" | "42846" | "22P02" => (
            ErrorKind::Schema,
            "the table's column has another type than the model's field",
            "bring the database to the model's form, or the model to the database's",
        ),
        "42830" => (
            ErrorKind::Schema,
            "what is referred to is no key of the other table",
            "",
        ),
        "42501" => (
            ErrorKind::Authentication,
            "the role is not allowed to do this",
            "grant it the right, or connect as another",
        ),
        "3D000" => (
            ErrorKind::Configuration,
            "the server has no such database",
            "create it, or name another by `database`",
        ),
        "0A000" | "26000" if is_stale(rejected) => (
            ErrorKind::Conflict,
            "the table was changed while the transaction ran",
            "run it again from its start",
        ),
        "0A000" => (
            ErrorKind::Unsupported,
            "not supported: the server does not do this, in its version or as a standby",
            "",
        ),
        "23503" => (
            ErrorKind::ForeignKeyViolation,
            "a row that is referred to is missing, or would be",
            "",
        ),
        "23505" => (
            ErrorKind::UniqueViolation,
            "another row has the same value already",
            "",
        ),
        "23502" => (
            ErrorKind::NotNullViolation,
            "a column must have a value",
            "",
        ),
        "23514" | "23P01" => (
            ErrorKind::CheckViolation,
            "a check of the table refused the row",
            "",
        ),
        "42601" => (
            ErrorKind::Database,
            "PostgreSQL does not understand the statement",
            "",
        ),
        "54000" | "54001" | "54011" | "54023" => (
            ErrorKind::TooComplex,
            "the statement is larger than PostgreSQL takes",
            "send several smaller ones",
        ),
        "53100" => (ErrorKind::Database, "the server's disk is full", ""),
        "53200" => (ErrorKind::Database, "the server has no more memory", ""),
        _ if code.starts_with("08") => (
            ErrorKind::ConnectionLost,
            "the connection to the server was lost",
            "",
        ),
        _ if code.starts_with("28") => (
            ErrorKind::Authentication,
            "the server did not accept the user or the password",
            "check `user` and `password`, and the server's pg_hba.conf",
        ),
        _ => {
            return Error::new(
                ErrorKind::Database,
                format!("PostgreSQL reported an error, {code}"),
            );
        }
    };
    let error = Error::new(kind, message);
    if advice.is_empty() {
        error
    } else {
        error.with_advice(advice)
    }
}
