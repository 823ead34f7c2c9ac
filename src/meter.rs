//! What statements cost, added up.
//!
//! Promises: exact sums, whatever the number of tasks. Must not know: backends; it is told what each statement cost.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use toasty_contract::Cost;
use toasty_dsl::{Result, RowStream};

/// What the statements of a [`Metered`](crate::Metered) cost together.
///
/// Every backend tells statements and rows. Requests, items that were looked at and capacity units are what DynamoDB tells;
/// where the database does not count them, they are zero.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct CostReport {
    /// Statements that were run, with those that failed
    pub statements: u64,
    /// Rows that came back, or were written
    pub rows: u64,
    /// Requests over the network
    pub requests: u64,
    /// Items that were looked at, found or not
    pub scanned: u64,
    /// Read capacity units
    pub read_units: f64,
    /// Write capacity units
    pub write_units: f64,
}

impl fmt::Display for CostReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} statements, {} rows, {} requests, {} items looked at, {} read units, {} write units",
            self.statements,
            self.rows,
            self.requests,
            self.scanned,
            self.read_units,
            self.write_units
        )
    }
}

/// Adds up.
#[derive(Default)]
pub(crate) struct Meter(Mutex<CostReport>);

impl Meter {
    fn lock(&self) -> MutexGuard<'_, CostReport> {
        // A panic while it was held cannot leave it half changed: nothing in between can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A statement was run.
    pub(crate) fn add_statement(&self, rows: Option<u64>, cost: &Cost) {
        let mut sums = self.lock();
        sums.statements += 1;
        sums.rows += rows.unwrap_or_default();
        add(&mut sums, cost);
    }

    /// A part of a statement that was counted already: further rows, and what they cost.
    pub(crate) fn add_more(&self, rows: u64, cost: &Cost) {
        let mut sums = self.lock();
        sums.rows += rows;
        add(&mut sums, cost);
    }

    pub(crate) fn report(&self) -> CostReport {
        *self.lock()
    }

    pub(crate) fn reset(&self) -> CostReport {
        std::mem::take(&mut *self.lock())
    }
}

fn add(sums: &mut CostReport, cost: &Cost) {
    sums.requests += cost.requests;
    sums.scanned += cost.scanned;
    sums.read_units += cost.read_units;
    sums.write_units += cost.write_units;
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meter({})", self.report())
    }
}

/// The same rows, counted as they are taken.
pub(crate) fn counted<T: Send + 'static>(rows: RowStream<T>, meter: Arc<Meter>) -> RowStream<T> {
    RowStream::new(Counted { rows, meter })
}

struct Counted<T> {
    rows: RowStream<T>,
    meter: Arc<Meter>,
}

impl<T> futures_core::Stream for Counted<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = ready!(Pin::new(&mut self.rows).poll_next(cx));
        if let Some(Ok(_)) = row {
            self.meter.add_more(1, &Cost::default());
        }
        Poll::Ready(row.map(|row| row.map(|row| vec![row])))
    }
}
