//! Running one statement, from its values to its last row.

use crate::bind::Bound;
use crate::link::Link;
use crate::rows::PostgresqlRow;
use futures_core::Stream;
use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use toasty_dsl::error::Error;
use toasty_dsl::query::{Outcome, Sink};
use toasty_dsl::value::{Cell, Row as _, Value};
use tokio_postgres::{Error as Driver, Row, RowStream, SimpleQueryStream, Statement};

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
) -> Result<Outcome, Failed> {
    let mut rows = pin!(link.client.query_raw(statement, values).await?);
    let mut key = None;
    while let Some(row) = next(&mut rows).await? {
        if let Ok(Cell::Int(made)) = PostgresqlRow(&row).cell(0) {
            key = Some(Value::Int(made));
        }
    }
    Ok(Outcome {
        affected: rows.rows_affected().unwrap_or(0),
        key,
        ..Outcome::default()
    })
}

/// Runs an insert of many rows whose keys the database makes, and says how many rows it made and their keys.
pub(crate) async fn inserts<'a>(
    link: &Link,
    statement: &Statement,
    values: impl ExactSizeIterator<Item = Bound<'a>>,
) -> Result<Outcome, Failed> {
    let mut rows = pin!(link.client.query_raw(statement, values).await?);
    let mut made = Vec::new();
    while let Some(row) = next(&mut rows).await? {
        if let Ok(Cell::Int(key)) = PostgresqlRow(&row).cell(0) {
            made.push(key);
        }
    }
    // They are made in the order of the rows, and grow; in which order they come back is not promised.
    made.sort_unstable();
    Ok(Outcome {
        affected: rows.rows_affected().unwrap_or(0),
        key: made.last().copied().map(Value::Int),
        keys: made.into_iter().map(Value::Int).collect(),
        ..Outcome::default()
    })
}

/// Runs different changes of so many rows, and says how many found theirs, and which was the first that did not.
pub(crate) async fn changes<'a>(
    link: &Link,
    statement: &Statement,
    values: impl ExactSizeIterator<Item = Bound<'a>>,
    count: usize,
) -> Result<Outcome, Failed> {
    let mut rows = pin!(link.client.query_raw(statement, values).await?);
    let mut found = vec![false; count];
    while let Some(row) = next(&mut rows).await? {
        if let Ok(Cell::Int(number)) = PostgresqlRow(&row).cell(0)
            && let Some(found) = usize::try_from(number - 1)
                .ok()
                .and_then(|number| found.get_mut(number))
        {
            *found = true;
        }
    }
    Ok(Outcome {
        affected: rows.rows_affected().unwrap_or(0),
        missed: found.iter().position(|found| !found),
        ..Outcome::default()
    })
}

/// The answer to texts that were sent without waiting.
///
/// It has to be read beside that of the statement after them: the driver keeps some messages of it only, and reads no
/// further while nobody takes them. Where they come in packets of their own, a text of two parts has more.
pub(crate) struct Opening {
    answers: Pin<Box<SimpleQueryStream>>,
    ended: Option<Result<(), Driver>>,
}

impl Opening {
    pub(crate) fn new(answers: SimpleQueryStream) -> Self {
        Opening {
            answers: Box::pin(answers),
            ended: None,
        }
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.ended.is_none() {
            self.ended = match self.answers.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(_))) => None,
                Poll::Ready(Some(Err(error))) => Some(Err(error)),
                Poll::Ready(None) => Some(Ok(())),
                Poll::Pending => return Poll::Pending,
            };
        }
        Poll::Ready(())
    }

    /// Reads what is left of it.
    pub(crate) async fn end(mut self) -> Result<(), Driver> {
        poll_fn(|cx| self.poll_end(cx)).await;
        self.ended.unwrap_or(Ok(()))
    }
}

/// Does some work, and reads the answer to what went before it meanwhile.
#[inline]
pub(crate) async fn beside<T>(opening: &mut Option<Opening>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|cx| {
        let done = work.as_mut().poll(cx);
        if let (true, Some(opening)) = (done.is_pending(), opening.as_mut()) {
            // Whether it has ended is asked for after the work.
            let _ = opening.poll_end(cx);
        }
        done
    })
    .await
}
