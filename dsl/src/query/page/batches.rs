//! A large table, some rows at a time.

use super::check_rows;
use super::paged::Paged;
use super::sink::PageRows;
use crate::error::Result;
use crate::field::Model;
use crate::query::{Executor, Query, Selection, SetQuery};
use crate::statement::Statement;
use crate::value::{Params, Value};
use std::fmt;
use std::marker::PhantomData;

/// The rows of a query, so many at a time. Made by [`Query::in_batches_of`] and [`Selection::in_batches_of`].
#[must_use = "nothing is read before `.next(&db)` is awaited"]
pub struct Batches<M, T = M> {
    /// Or why there are none, to be told as often as they are asked for
    paged: Result<Paged<T>, Params>,
    rows: u64,
    /// Where the last batch ended. Empty: at the beginning.
    place: Vec<Value>,
    over: bool,
    model: PhantomData<fn() -> M>,
}

impl<M, T> fmt::Debug for Batches<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("query", &self.paged)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// # Walking
impl<M: Model, S> Query<M, S> {
    /// All rows, so many at a time, 1 to 10,000: for work on a large table.
    ///
    /// Each batch is a statement of its own that begins where the last one ended, so that no connection is held in between
    /// and the rows may be changed, or deleted, batch by batch. It is no snapshot: a row that is added behind the place
    /// comes along, and so does one that moves there. Relations that are included are loaded batch by batch.
    ///
    /// ```
    /// # use toasty_dsl::{Executor, Result, toasty};
    /// toasty! { pub model Post { id: u64 [key, auto], title: String, words: i64 = 0 } }
    ///
    /// async fn count_words(db: &impl Executor) -> Result<()> {
    ///     let mut batches = Post::all().in_batches_of(1_000);
    ///     while let Some(posts) = batches.next(db).await? {
    ///         for post in posts {
    ///             let words = post.title.split_whitespace().count();
    ///             post.update().words(i64::try_from(words).unwrap_or(i64::MAX)).exec(db).await?;
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    pub fn in_batches_of(self, rows: u64) -> Batches<M> {
        Batches::new(self.paged(), rows)
    }
}

/// # Walking
impl<M: Model, T> Selection<M, T> {
    /// All rows, so many at a time, 1 to 10,000: as [`Query::in_batches_of`].
    pub fn in_batches_of(self, rows: u64) -> Batches<M, T> {
        Batches::new(self.paged(), rows)
    }
}

/// # Walking
impl<M: Model, T> SetQuery<M, T> {
    /// All rows, so many at a time, 1 to 10,000: as [`Query::in_batches_of`].
    pub fn in_batches_of(self, rows: u64) -> Batches<M, T> {
        Batches::new(self.paged(), rows)
    }
}

impl<M: Model, T> Batches<M, T> {
    fn new(paged: Result<Paged<T>>, rows: u64) -> Self {
        Batches {
            paged: paged.map_err(|error| {
                let mut failed = Params::new();
                failed.fail(error);
                failed
            }),
            rows,
            place: Vec::new(),
            over: false,
            model: PhantomData,
        }
    }

    /// The next batch; none at the end. Where it fails, or its future is dropped, the next call asks for the same batch.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of rows than 1 to 10,000, `Unsupported` for a query with a limit or an offset. As
    /// [`Query::all`].
    pub async fn next(&mut self, on: &impl Executor) -> Result<Option<Vec<T>>>
    where
        T: Send + 'static,
    {
        let mut paged = match &self.paged {
            _ if self.over => return Ok(None),
            Ok(paged) => paged.clone(),
            Err(failed) => return failed.check().map(|()| None),
        };
        check_rows(M::DEF, self.rows)?;
        if paged.never {
            return Ok(None);
        }
        paged.seek(&self.place, self.rows);
        let size = usize::try_from(self.rows).unwrap_or(usize::MAX);
        let sink = PageRows::new(size, paged.keys, paged.decode);
        let statement = Statement::Select(paged.select);
        let read = on.fetch(statement, paged.params, sink).await?;
        let mut rows = read.rows;
        if !rows.is_empty() {
            paged.included.load(on.object(), &mut rows).await?;
        }
        match read.last {
            Some(place) => self.place = place,
            // Fewer than were asked for: there are no more.
            None => self.over = true,
        }
        Ok((!rows.is_empty()).then_some(rows))
    }
}
