//! Running one statement, start to end, without a pause.

use crate::bind::bind;
use crate::errors::{convert, is_busy, of_text};
use crate::prepared::SqlitePrepared;
use crate::raw;
use crate::references::convert_of;
use crate::rows::SqliteRow;
use rusqlite::Connection;
use std::ops::ControlFlow;
use toasty_dsl::error::{Error, Result};
use toasty_dsl::query::{Outcome, Sink};
use toasty_dsl::value::{Params, Value};

/// How a run ended.
pub(crate) enum Ran<T> {
    /// To its end
    Done(T),
    /// A lock was in the way, and nothing was done
    Busy,
    /// There were more rows than asked for
    Long,
}

/// Steps a statement and gives each row to the sink; at most this many rows.
#[inline]
pub(crate) fn fetch<S: Sink + ?Sized>(
    connection: &Connection,
    prepared: &SqlitePrepared,
    params: &Params,
    sink: &mut S,
    most: usize,
) -> Result<Ran<()>> {
    let model = prepared.model.0;
    let mut statement = match connection.prepare_cached(&prepared.sql) {
        Ok(statement) => statement,
        Err(error) if is_busy(&error) => return Ok(Ran::Busy),
        Err(error) => return Err(of_text(error, prepared)),
    };
    if prepared.raw {
        raw::check(&statement, prepared, raw::Wanted::Rows)?;
    }
    bind(&mut statement, prepared, params.values())?;
    // What writes has written by its first row, and is not begun anew.
    let most = if prepared.reads || statement.readonly() {
        most
    } else {
        usize::MAX
    };
    let mut rows = statement.raw_query();
    let mut count = 0usize;
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                count += 1;
                if count > most {
                    return Ok(Ran::Long);
                }
                if let ControlFlow::Break(()) = sink
                    .row(&SqliteRow(row))
                    .map_err(|error| error.on_model(model.name))?
                {
                    return Ok(Ran::Done(()));
                }
            }
            Ok(None) => return Ok(Ran::Done(())),
            Err(error) if count == 0 && is_busy(&error) => return Ok(Ran::Busy),
            Err(error) => return Err(convert_of(connection, error, prepared, params.values())),
        }
    }
}

/// Runs a statement without rows.
#[inline]
pub(crate) fn execute(
    connection: &Connection,
    prepared: &SqlitePrepared,
    values: &[Value],
) -> Result<Ran<Outcome>> {
    let run = || -> Result<usize, Failed> {
        let mut statement = match connection.prepare_cached(&prepared.sql) {
            Err(error) if !is_busy(&error) => {
                return Err(Failed::Refused(of_text(error, prepared)));
            }
            ready => ready?,
        };
        if prepared.raw {
            raw::check(&statement, prepared, raw::Wanted::Nothing).map_err(Failed::Refused)?;
        }
        bind(&mut statement, prepared, values).map_err(Failed::Refused)?;
        if prepared.check {
            return Ok(usize::from(statement.raw_query().next()?.is_some()));
        }
        Ok(statement.raw_execute()?)
    };
    match run() {
        Ok(affected) => {
            let key =
                (prepared.insert == Some(true)).then(|| Value::Int(connection.last_insert_rowid()));
            Ok(Ran::Done(Outcome {
                affected: u64::try_from(affected).unwrap_or(u64::MAX),
                key,
                ..Outcome::default()
            }))
        }
        Err(Failed::Driver(error)) if is_busy(&error) => Ok(Ran::Busy),
        Err(Failed::Driver(error)) => Err(convert_of(connection, error, prepared, values)),
        Err(Failed::Refused(error)) => Err(error),
    }
}

/// Runs a statement once for each row of values: `values` holds a whole number of rows. Says how many rows it touched, and
/// which of the changes found none: it is the last that was run. The keys that were made are added to `keys`, where they are
/// wanted.
pub(crate) fn execute_rows(
    connection: &Connection,
    prepared: &SqlitePrepared,
    values: &[Value],
    width: usize,
    keys: &mut Vec<Value>,
) -> Result<(u64, Option<usize>)> {
    let mut statement = connection
        .prepare_cached(&prepared.sql)
        .map_err(|error| convert(error, prepared, None))?;
    let (mut affected, mut missed) = (0, None);
    for (number, row) in values.chunks(width.max(1)).enumerate() {
        bind(&mut statement, prepared, row)?;
        let touched = statement
            .raw_execute()
            .map_err(|error| convert_of(connection, error, prepared, row))?;
        affected += touched;
        if prepared.keys {
            keys.push(Value::Int(connection.last_insert_rowid()));
        }
        if prepared.many && touched == 0 {
            missed = Some(number);
            break;
        }
    }
    Ok((u64::try_from(affected).unwrap_or(u64::MAX), missed))
}

enum Failed {
    Driver(rusqlite::Error),
    Refused(Error),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Failed::Driver(error)
    }
}
