//! Reads that all see one moment.
//!
//! Promises: a write among them is refused before anything is sent; what is known to be nothing asks nothing. Must not know: how
//! an executor sees one moment.

use super::batch::{BatchPart, run, writes};
use crate::error::{Error, Result};
use crate::query::{Executor, RunNested};
use crate::statement::Statement;

/// Reads that wait to be run as of one moment. Made by [`Batch::as_of_one_moment`](super::Batch::as_of_one_moment).
///
/// ```
/// use toasty_dsl::query::{Batch, Executor};
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Account { id: u64 [key], balance: i64 } }
///
/// /// No transfer is ever seen half done.
/// async fn sum(on: &impl Executor) -> toasty_dsl::Result<i64> {
///     let both = (Account::find_by_id(1u64).into_one(), Account::find_by_id(2u64).into_one());
///     let (one, other) = Batch::new(both).as_of_one_moment().exec(on).await?;
///     Ok(one.balance + other.balance)
/// }
/// # fn main() {}
/// ```
#[must_use = "nothing is sent until `.exec(&db)` is awaited"]
#[derive(Debug)]
pub struct Moment<P>(P);

impl<P: BatchPart> Moment<P> {
    pub(super) fn new(parts: P) -> Self {
        Moment(parts)
    }

    /// Runs all parts, and gives what each of them gives.
    ///
    /// # Errors
    /// That of the first part that failed, naming its model; `Unsupported` for a part that writes, and for what the database
    /// cannot read as of one moment; `Conflict` where others write the rows all the time.
    pub async fn exec(self, on: &impl Executor) -> Result<P::Output> {
        let mut asked = Vec::new();
        let pending = self.0.begin(&mut asked)?;
        // SQL of the user's own that has rows is a read, or the database refuses it.
        let mut wrong = asked.iter().filter(|each| {
            writes(each) && !(matches!(each.statement, Statement::Raw(_)) && each.sink.is_some())
        });
        if let Some(write) = wrong.next() {
            return Err(no_read(write.statement.model().0.name));
        }
        if asked.is_empty() {
            return pending.end();
        }
        let follows = pending.follows();
        let work: RunNested<'_, P::Output> = Box::new(move |on| Box::pin(run(on, pending, asked)));
        on.as_of_one_moment(follows, work).await
    }
}

#[cold]
fn no_read(model: &'static str) -> Error {
    Error::unsupported(
        "a part of a batch as of one moment that is no query",
        "write by `db.atomic((…))`, or leave out `.as_of_one_moment()`",
    )
    .on_model(model)
}
