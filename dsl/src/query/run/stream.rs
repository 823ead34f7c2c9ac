//! Rows one after the other.

use crate::error::{Error, Result};
use futures_core::Stream;
use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The rows of a query one after the other, in constant memory. A `futures` stream; `next` works without that crate.
#[must_use = "a stream reads nothing until it is polled"]
pub struct RowStream<T> {
    starting: Option<Starting<T>>,
    slices: Option<Slices<T>>,
    rows: std::vec::IntoIter<T>,
    failed: Option<Error>,
    /// What must live as long as the stream reads, such as its connection.
    held: Option<Box<dyn Any + Send>>,
}

type Slices<T> = Pin<Box<dyn Stream<Item = Result<Vec<T>>> + Send>>;
type Starting<T> = crate::query::Future<'static, Result<(RowStream<T>, Box<dyn Any + Send>)>>;

impl<T> RowStream<T> {
    /// Rows that come in slices.
    pub fn new(slices: impl Stream<Item = Result<Vec<T>>> + Send + 'static) -> Self {
        RowStream {
            slices: Some(Box::pin(slices)),
            ..RowStream::empty()
        }
    }

    /// No rows.
    pub fn empty() -> Self {
        RowStream {
            starting: None,
            slices: None,
            rows: Vec::new().into_iter(),
            failed: None,
            held: None,
        }
    }

    /// One error and the end.
    pub fn failed(error: Error) -> Self {
        RowStream {
            failed: Some(error),
            ..RowStream::empty()
        }
    }

    /// Rows whose source must first be opened: it comes with what must live as long as it is read.
    pub fn starting(
        start: impl std::future::Future<Output = Result<(RowStream<T>, Box<dyn Any + Send>)>>
        + Send
        + 'static,
    ) -> Self {
        RowStream {
            starting: Some(Box::pin(start)),
            ..RowStream::empty()
        }
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
            if let Some(starting) = self.starting.as_mut() {
                match starting.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok((stream, held))) => {
                        *self = RowStream {
                            held: Some(held),
                            ..stream
                        }
                    }
                    Poll::Ready(Err(error)) => *self = RowStream::failed(error),
                }
                continue;
            }
            let Some(slices) = self.slices.as_mut() else {
                self.held = None;
                return Poll::Ready(None);
            };
            match slices.as_mut().poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(rows))) => self.rows = rows.into_iter(),
                Poll::Ready(Some(Err(error))) => self.failed = Some(error),
                Poll::Ready(None) => self.slices = None,
            }
        }
    }
}
