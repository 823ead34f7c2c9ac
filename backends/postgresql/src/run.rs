//! Running one statement, from its values to its last row.

use crate::bind::Bound;
use crate::link::Link;
use crate::rows::PostgresqlRow;
use futures_core::Stream;
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use toasty_dsl::error::Error;
use toasty_dsl::query::Sink;
use toasty_dsl::value::{Cell, Row as _, Value};
use tokio_postgres::{Error as Driver, Row, RowStream, Statement};

/// How a run failed.
pub(crate) enum Failed {
    Driver(Driver),
    /// The sink did not take a row
    Sink(Error),
}

impl From<Driver> for Failed {
    fn from(error: Driver) -> Self {
        Failed::Driver(error)
    }
}

async fn next(rows: &mut Pin<&mut RowStream>) -> Result<Option<Row>, Driver> {
    poll_fn(|cx| rows.as_mut().poll_next(cx)).await.transpose()
}

/// Runs a statement, and gives each row to the sink while they come. Rows that the sink does not want any more are read
/// and dropped: the answer has to be read to its end before the next one.
#[inline]
pub(crate) async fn fetch<'a, S: Sink>(
    link: &Link,
    statement: &Statement,
    values: impl ExactSizeIterator<Item = Bound<'a>>,
    sink: &mut S,
) -> Result<(), Failed> {
    let mut rows = pin!(link.client.query_raw(statement, values).await?);
    let mut wanted = true;
    while let Some(row) = next(&mut rows).await? {
        if wanted {
            let taken = sink.row(&PostgresqlRow(&row)).map_err(Failed::Sink)?;
            wanted = matches!(taken, ControlFlow::Continue(()));
        }
    }
    Ok(())
}

/// Runs a statement without rows, and says how many it touched.
#[inline]
pub(crate) async fn execute<'a>(
    link: &Link,
    statement: &Statement,
    values: impl ExactSizeIterator<Item = Bound<'a>>,
) -> Result<u64, Failed> {
    Ok(link.client.execute_raw(statement, values).await?)
}

/// Runs an insert whose key the database makes, and says how many rows it made and the key of the last.
#[inline]
pub(crate) async fn insert<'a>(
    link: &Link,
    statement: &Statement,
    values: impl ExactSizeIterator<Item = Bound<'a>>,
) -> Result<(u64, Option<Value>), Failed> {
    let mut rows = pin!(link.client.query_raw(statement, values).await?);
    let mut key = None;
    while let Some(row) = next(&mut rows).await? {
        if let Ok(Cell::Int(made)) = PostgresqlRow(&row).cell(0) {
            key = Some(Value::Int(made));
        }
    }
    Ok((rows.rows_affected().unwrap_or(0), key))
}

/// Reads the answers to texts that were sent without waiting.
pub(crate) async fn answers(answers: tokio_postgres::SimpleQueryStream) -> Result<(), Driver> {
    let mut answers = pin!(answers);
    while let Some(answer) = poll_fn(|cx| answers.as_mut().poll_next(cx)).await {
        answer?;
    }
    Ok(())
}
