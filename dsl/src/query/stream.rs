//! Rows one after the other.

use crate::error::{Error, Result};
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The rows of a query one after the other, in constant memory. A `futures` stream; `next` works without that crate.
#[must_use = "a stream reads nothing until it is polled"]
pub struct RowStream<T> {
    slices: Option<Slices<T>>,
    rows: std::vec::IntoIter<T>,
    failed: Option<Error>,
}

type Slices<T> = Pin<Box<dyn Stream<Item = Result<Vec<T>>> + Send>>;

impl<T> RowStream<T> {
    /// Rows that come in slices.
    pub fn new(slices: impl Stream<Item = Result<Vec<T>>> + Send + 'static) -> Self {
        RowStream { slices: Some(Box::pin(slices)), rows: Vec::new().into_iter(), failed: None }
    }

    /// No rows.
    pub fn empty() -> Self {
        RowStream { slices: None, rows: Vec::new().into_iter(), failed: None }
    }

    /// One error and the end.
    pub fn failed(error: Error) -> Self {
        RowStream { slices: None, rows: Vec::new().into_iter(), failed: Some(error) }
    }

    /// The next row.
    pub async fn next(&mut self) -> Option<Result<T>>
    where
        T: Unpin,
    {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Unpin for RowStream<T> {}

impl<T> Stream for RowStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(error) = self.failed.take() {
                self.slices = None;
                return Poll::Ready(Some(Err(error)));
            }
            let Some(slices) = self.slices.as_mut() else { return Poll::Ready(None) };
            match slices.as_mut().poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(rows))) => self.rows = rows.into_iter(),
                Poll::Ready(Some(Err(error))) => self.failed = Some(error),
                Poll::Ready(None) => self.slices = None,
            }
        }
    }
}
