//! What can go wrong with a statement, told apart by what may be done about it; and what PostgreSQL reports, as errors that
//! name model and fields.
//!
//! SQLSTATE is the server's stable word ("PostgreSQL Error Codes"); its sentences are translated and quote values, so that
//! nothing is read from them.

use crate::bind::Unbound;
use crate::codes::general;
use crate::prepared::{PostgresqlPrepared, Shape};
use std::error::Error as _;
use std::time::Duration;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind};
use toasty_sql::{index_name, key_name, reference_name};
use tokio_postgres::Error as Driver;
use tokio_postgres::error::DbError;

/// How a statement failed.
pub(crate) enum Fault {
    /// The connection was gone before a byte of it was sent: it can be sent again
    NotSent,
    /// The connection was lost afterwards, and the statement only reads: it can be sent once more
    SentReadOnly,
    /// The connection was lost afterwards, and the statement writes: it may or may not have been done
    SentUnknown,
    /// The server said no
    Rejected(Box<DbError>),
    /// It failed on this side; the connection is as it was
    Client(Error),
    /// No answer came in time
    Late,
}

impl Fault {
    /// Tells what a failure of the driver is. Its errors have no public kind; what they are is known from what is known of
    /// the connection.
    #[cold]
    pub(crate) fn of(error: Driver, sent: bool, closed: bool, on: &On<'_>) -> Fault {
        if let Some(unbound) = error
            .source()
            .and_then(|source| source.downcast_ref::<Unbound>())
        {
            return Fault::Client(on.unbound(unbound));
        }
        if error.as_db_error().is_some() {
            return match error
                .into_source()
                .map(|source| source.downcast::<DbError>())
            {
                Some(Ok(rejected)) => Fault::Rejected(rejected),
                // It was one a moment ago.
                Some(Err(_)) | None => Fault::SentUnknown,
            };
        }
        if error.is_closed() || closed {
            return match (sent, on.reads()) {
                (false, _) => Fault::NotSent,
                (true, true) => Fault::SentReadOnly,
                (true, false) => Fault::SentUnknown,
            };
        }
        Fault::Client(on.named(
            Error::new(
                ErrorKind::Decode,
                "the server's answer is not what the protocol says, or the statement is larger than a message can be",
            )
            .with_server_detail(error.to_string()),
        ))
    }
}

/// What a statement was about.
pub(crate) enum On<'a> {
    /// A statement about a model
    Statement(&'a PostgresqlPrepared, &'a Shape),
    /// A text about no model in particular
    Text,
}

impl On<'_> {
    fn reads(&self) -> bool {
        match self {
            On::Statement(prepared, _) => prepared.reads,
            On::Text => false,
        }
    }

    fn unbound(&self, unbound: &Unbound) -> Error {
        match self {
            On::Statement(prepared, shape) => unbound.on(prepared, &shape.slots),
            On::Text => Error::new(ErrorKind::Unrepresentable, "a value cannot be sent"),
        }
    }

    fn named(&self, error: Error) -> Error {
        match self {
            On::Statement(prepared, _) => error.on_model(prepared.model.name),
            On::Text => error,
        }
    }

    /// What a fault is to the user.
    #[cold]
    pub(crate) fn explain(
        &self,
        fault: Fault,
        in_transaction: bool,
        limit: Option<Duration>,
    ) -> Error {
        let error = match fault {
            Fault::Client(error) => return error,
            Fault::Rejected(rejected) => self.rejected(&rejected),
            Fault::NotSent | Fault::SentReadOnly => lost(in_transaction),
            // A transaction that was not committed is rolled back with its connection.
            Fault::SentUnknown if in_transaction => lost(true),
            Fault::SentUnknown => unknown(),
            Fault::Late => late(self.reads() || in_transaction, limit),
        };
        self.named(error)
    }

    fn rejected(&self, rejected: &DbError) -> Error {
        let error = match self {
            On::Statement(prepared, _) if prepared.raw => {
                Some(of_own_sql(rejected, prepared.quotable))
            }
            On::Statement(prepared, _) => of_model(rejected, prepared),
            On::Text => None,
        };
        error
            .unwrap_or_else(|| general(rejected))
            .with_server_detail(detail(rejected))
    }
}

/// The server's own words.
fn detail(rejected: &DbError) -> String {
    let mut words = format!("{} ({})", rejected.message(), rejected.code().code());
    for more in [rejected.detail(), rejected.hint()].into_iter().flatten() {
        words.push_str("; ");
        words.push_str(more);
    }
    words
}

/// The connection went with the server's word: nothing more comes of it.
pub(crate) fn is_gone(rejected: &DbError) -> bool {
    let code = rejected.code().code();
    code.starts_with("08")
        || matches!(
            code,
            "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04"
        )
}

/// What the server made of a statement earlier does not hold any more: a table has changed, or somebody dropped all
/// prepared statements ("PREPARE", and `RevalidateCachedQuery`). It was not run.
pub(crate) fn is_stale(rejected: &DbError) -> bool {
    match rejected.code().code() {
        "26000" => true,
        "0A000" => rejected.routine() == Some("RevalidateCachedQuery"),
        _ => false,
    }
}

#[cold]
pub(crate) fn lost(in_transaction: bool) -> Error {
    if in_transaction {
        Error::new(
            ErrorKind::ConnectionLost,
            "the connection to the server was lost, and the transaction with it: nothing of it was kept",
        )
        .with_advice("run it again from its start")
    } else {
        Error::new(
            ErrorKind::ConnectionLost,
            "the connection to the server was lost",
        )
    }
}

#[cold]
pub(crate) fn unknown() -> Error {
    Error::new(
        ErrorKind::CommitUnknown,
        "the connection was lost after the write was sent and before its answer came: it may or may not have been done",
    )
    .with_advice("look whether it was done before doing it again")
}

#[cold]
fn late(harmless: bool, limit: Option<Duration>) -> Error {
    let error = Error::new(
        ErrorKind::Timeout,
        match limit {
            Some(limit) => format!(
                "the server did not answer within {limit:?}, and the statement was given up"
            ),
            None => "the server did not answer in time, and the statement was given up".to_owned(),
        },
    );
    error.with_advice(if harmless {
        "make the statement's work smaller, or `statement_timeout` longer"
    } else {
        "it may have been done all the same: look before doing it again"
    })
}

/// What is about the text of SQL of the user's own.
fn of_own_sql(rejected: &DbError, quotable: bool) -> Error {
    let code = rejected.code().code();
    let known = match code {
        "42883" => Some((
            "the database has no such function or operator for these types",
            "look at its name, or say by a cast which types are meant",
        )),
        "42804" | "42846" | "42725" | "42P18" | "22P02" => Some((
            "the types in the SQL do not fit each other",
            "say by a cast which one is meant",
        )),
        _ => None,
    };
    // "Extended Query": a statement that is prepared is one.
    if code == "42601" && rejected.routine() == Some("exec_parse_message") {
        return Error::unsupported(
            "several statements in one text of SQL",
            "run them one after the other, or by `db.run_sql`",
        );
    }
    let error = match known {
        Some((message, advice)) => Error::new(ErrorKind::Schema, message).with_advice(advice),
        None => general(rejected),
    };
    // Of a text that is not understood ("PostgreSQL Error Codes", class 42) the server's words are about the text alone.
    if quotable && code.starts_with("42") {
        let said = format!("PostgreSQL says: {}", rejected.message());
        let advice = match known {
            Some((_, advice)) => format!("{advice}; {said}"),
            None => said,
        };
        return error.with_advice(advice);
    }
    error
}

/// What is about the model's own columns and rows.
fn of_model(rejected: &DbError, prepared: &PostgresqlPrepared) -> Option<Error> {
    let model = prepared.model.0;
    let error = match rejected.code().code() {
        "23505" => unique(rejected, prepared, model),
        "23503" => foreign_key(rejected, prepared, model),
        "23502" => Error::new(ErrorKind::NotNullViolation, "the column must have a value")
            .on_fields(rejected.column().and_then(|name| path_of(model, name))),
        "23514" | "23P01" => Error::new(
            ErrorKind::CheckViolation,
            "a check of the table refused the row",
        ),
        // The second is how a computed value says that its column has no room for it.
        "22003" if prepared.reads => computed(),
        "22012" => computed(),
        _ => return None,
    };
    Some(error.on_model(model.name))
}

fn computed() -> Error {
    Error::new(
        ErrorKind::Unrepresentable,
        "a number that was computed does not fit its type",
    )
    .with_advice("compute with smaller numbers, or read the rows and compute in Rust")
}

fn unique(rejected: &DbError, prepared: &PostgresqlPrepared, model: &'static ModelDef) -> Error {
    let error = Error::new(
        ErrorKind::UniqueViolation,
        "another row has the same value already",
    );
    let name = rejected.constraint().unwrap_or_default();
    if name == key_name(model) {
        let error = error.on_fields(paths(model, &model.key_columns()));
        return if prepared.insert == Some(true) {
            error.with_advice(
                "the key that the database made was given to a row by hand before: let it make all keys, or set its sequence behind them",
            )
        } else {
            error
        };
    }
    let index = model
        .all_indexes()
        .into_iter()
        .find(|(fields, unique)| index_name(model, fields, *unique) == name);
    match index {
        Some((fields, _)) => error.on_fields(paths(model, &model.columns_of_all(&fields))),
        // A table that was made otherwise: its columns stand between the first brackets of the detail, in every language.
        None => error.on_fields(columns_in_detail(rejected, model)),
    }
}

fn columns_in_detail(rejected: &DbError, model: &'static ModelDef) -> Vec<String> {
    rejected
        .detail()
        .and_then(|detail| detail.split_once('('))
        .and_then(|(_, rest)| rest.split_once(")=("))
        .map_or_else(Vec::new, |(names, _)| {
            names
                .split(", ")
                .filter_map(|name| path_of(model, name.trim_matches('"')))
                .collect()
        })
}

fn foreign_key(
    rejected: &DbError,
    prepared: &PostgresqlPrepared,
    model: &'static ModelDef,
) -> Error {
    let table = rejected.table().unwrap_or_default();
    if prepared.removes || table != model.table_name().to_string() {
        return Error::new(
            ErrorKind::ForeignKeyViolation,
            "another row still refers to the row",
        )
        .with_advice(if table.is_empty() {
            "delete or change the rows that refer to it first".to_owned()
        } else {
            format!("delete or change the rows of the table `{table}` that refer to it first")
        });
    }
    let name = rejected.constraint().unwrap_or_default();
    let fields = (0u16..)
        .zip(model.fields)
        .filter_map(|(number, _)| model.belongs_to(number))
        .find(|belongs| reference_name(model, belongs.on.as_slice()) == name)
        .map_or_else(Vec::new, |belongs| {
            let held = belongs.on.as_slice().iter();
            held.filter_map(|field| model.fields.get(usize::from(*field)))
                .map(|field| field.name.to_owned())
                .collect()
        });
    Error::new(
        ErrorKind::ForeignKeyViolation,
        "a row that is referred to is missing, or would be",
    )
    .on_fields(fields)
    .with_advice("write the row that is referred to first, and delete it last")
}

fn paths(model: &'static ModelDef, columns: &[u16]) -> Vec<String> {
    columns
        .iter()
        .filter_map(|column| model.columns.get(usize::from(*column)))
        .map(|column| column.path().join("."))
        .collect()
}

fn path_of(model: &'static ModelDef, name: &str) -> Option<String> {
    model
        .columns
        .iter()
        .find(|column| column.name() == name)
        .map(|column| column.path().join("."))
}

/// A statement of the transaction failed earlier, and PostgreSQL takes no further one in it.
#[cold]
pub(crate) fn aborted() -> Error {
    Error::new(
        ErrorKind::TransactionClosed,
        "an earlier statement of the transaction failed, and the database keeps nothing of it",
    )
    .with_advice(
        "run it again from its start; put a statement that may fail into a nested transaction",
    )
}
