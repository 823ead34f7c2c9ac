//! Rows at the pace at which they are taken: read on a thread, a slice ahead.

use crate::errors::busy;
use crate::home::Lent;
use crate::prepared::SqlitePrepared;
use crate::run::{Ran, fetch};
use std::any::Any;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use toasty_dsl::error::Result;
use toasty_dsl::query::{RowStream, Sink};
use toasty_dsl::value::{Params, Row};
use tokio::sync::mpsc;

/// How many rows a slice has. The thread is one slice ahead, so that twice as many are in memory at most.
const SLICE: usize = 256;

pub(crate) fn rows<T: Send + 'static>(
    lent: Lent,
    prepared: Arc<SqlitePrepared>,
    params: Params,
    decode: fn(&dyn Row) -> Result<T>,
) -> RowStream<T> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut slices = Slices {
            sender,
            decode,
            slice: Vec::with_capacity(SLICE),
        };
        let ran = match lent.driver() {
            Some(driver) => fetch(driver, &prepared, &params, &mut slices, usize::MAX),
            None => return,
        };
        // The driver goes home before the last slice, so that who has taken that finds the connection free.
        drop(lent);
        let last = match ran {
            Ok(Ran::Done(()) | Ran::Long) if slices.slice.is_empty() => return,
            Ok(Ran::Done(()) | Ran::Long) => Ok(slices.slice),
            Ok(Ran::Busy) => Err(busy()),
            Err(error) => Err(error),
        };
        // Where nobody takes it any more, nobody misses it.
        let _ = slices.sender.blocking_send(last);
    });
    RowStream::new(Receiver(receiver))
}

struct Slices<T> {
    sender: mpsc::Sender<Result<Vec<T>>>,
    decode: fn(&dyn Row) -> Result<T>,
    slice: Vec<T>,
}

impl<T: Send + 'static> Sink for Slices<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.slice.push((self.decode)(row)?);
        if self.slice.len() < SLICE {
            return Ok(ControlFlow::Continue(()));
        }
        let slice = std::mem::replace(&mut self.slice, Vec::with_capacity(SLICE));
        Ok(match self.sender.blocking_send(Ok(slice)) {
            Ok(()) => ControlFlow::Continue(()),
            // The stream was dropped.
            Err(_) => ControlFlow::Break(()),
        })
    }

    fn count(&self) -> usize {
        self.slice.len()
    }

    fn restart(&mut self) {
        self.slice.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

struct Receiver<T>(mpsc::Receiver<Result<Vec<T>>>);

impl<T> futures_core::Stream for Receiver<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}
