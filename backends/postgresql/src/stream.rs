//! Rows at the pace at which they are taken: by a cursor, one slice in memory at a time.
//!
//! A cursor and not one long answer: an answer that nobody reads for a while would run into the statement's deadline, and one
//! that is dropped half way would have to be read to its end.

use crate::errors::On;
use crate::link::{Link, Standing};
use crate::prepared::PostgresqlPrepared;
use crate::rows::PostgresqlRow;
use futures_core::Stream;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use toasty_dsl::error::Result;
use toasty_dsl::value::Row;
use toasty_sql::around;
use tokio_postgres::Statement;

/// How many rows a slice has.
pub(crate) const SLICE: usize = 256;

/// A slice, and whether it is the last one: the cursor is closed then.
type Slice<T> = (Vec<T>, bool);

type Working<T> = Pin<Box<dyn Future<Output = Result<Slice<T>>> + Send>>;

/// The slices of a cursor that is open.
pub(crate) struct Slices<T> {
    source: Arc<Source<T>>,
    working: Option<Working<T>>,
}

struct Source<T> {
    link: Arc<Link>,
    prepared: Arc<PostgresqlPrepared>,
    fetch: Statement,
    decode: fn(&dyn Row) -> Result<T>,
    limit: Option<Duration>,
    /// The transaction is the stream's own, and ends with it.
    own: bool,
}

impl<T: Send + 'static> Slices<T> {
    pub(crate) fn new(
        link: Arc<Link>,
        prepared: Arc<PostgresqlPrepared>,
        fetch: Statement,
        decode: fn(&dyn Row) -> Result<T>,
        limit: Option<Duration>,
        own: bool,
    ) -> Self {
        let source = Arc::new(Source {
            link,
            prepared,
            fetch,
            decode,
            limit,
            own,
        });
        Slices {
            working: Some(Box::pin(Arc::clone(&source).slice())),
            source,
        }
    }
}

impl<T> Source<T> {
    async fn slice(self: Arc<Self>) -> Result<Slice<T>> {
        let on = On::Statement(&self.prepared, &self.prepared.one);
        let explain = |fault| on.explain(fault, !self.own, self.limit);
        let link = &*self.link;
        link.stand(Standing::Loose);
        let written = link.pulse.written();
        let mut slice = Vec::with_capacity(SLICE);
        let reading = async {
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 0] = [];
            let mut rows = pin!(link.client.query_raw(&self.fetch, values).await?);
            while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
                let row = row?;
                match (self.decode)(&PostgresqlRow(&row)) {
                    Ok(row) => slice.push(row),
                    Err(error) => return Ok(Err(error)),
                }
            }
            Ok(Ok(()))
        };
        let read = link.timer.within(self.limit, reading).await;
        link.done(read, written, &on)
            .map_err(explain)?
            .map_err(|error| error.on_model(self.prepared.model.name))?;
        let last = slice.len() < SLICE;
        if last {
            link.run(self.last_word(), self.limit)
                .await
                .map_err(explain)?;
        }
        Ok((slice, last))
    }

    fn last_word(&self) -> &'static str {
        if self.own {
            "ROLLBACK"
        } else {
            around::CLOSE_CURSOR
        }
    }
}

impl<T: Send + 'static> Stream for Slices<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(working) = self.working.as_mut() else {
            return Poll::Ready(None);
        };
        let slice = ready!(working.as_mut().poll(cx));
        self.working = match &slice {
            Ok((_, false)) => Some(Box::pin(Arc::clone(&self.source).slice())),
            Ok((_, true)) => None,
            Err(_) => {
                self.source.close();
                None
            }
        };
        Poll::Ready(Some(slice.map(|(rows, _)| rows)))
    }
}

impl<T> Source<T> {
    /// Closes the cursor without waiting.
    fn close(&self) {
        if self.link.is_open() {
            // What the server answers to it is read by the driver; whether it is idle then is asked before the next use.
            drop(self.link.send(self.last_word()));
        }
    }
}

impl<T> Drop for Slices<T> {
    fn drop(&mut self) {
        // Not when it has come to its end.
        if self.working.take().is_some() {
            self.source.close();
        }
    }
}
