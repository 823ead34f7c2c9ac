//! A large table, some rows at a time.

use super::order::{complete, place_of, seek};
use super::{check, order};
use crate::association::load;
use crate::error::Result;
use crate::field::Model;
use crate::query::run::Rows;
use crate::query::{All, Executor, Query};
use crate::statement::{Order, Statement};
use crate::value::Value;
use std::fmt;

/// The rows of a query, so many at a time. Made by [`Query::in_batches_of`].
#[must_use = "nothing is read before `.next(&db)` is awaited"]
pub struct Batches<M> {
    query: Query<M, All>,
    rows: u64,
    /// Where the last batch ended. Empty: at the beginning.
    place: Vec<Value>,
    over: bool,
}

impl<M> fmt::Debug for Batches<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("query", &self.query)
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
        Batches {
            query: self.into_state(),
            rows,
            place: Vec::new(),
            over: false,
        }
    }
}

impl<M: Model> Batches<M> {
    /// The next batch; none at the end. Where it fails, or its future is dropped, the next call asks for the same batch.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of rows than 1 to 10,000, `Unsupported` for a query with a limit or an offset. As
    /// [`Query::all`].
    pub async fn next(&mut self, on: &impl Executor) -> Result<Option<Vec<M>>> {
        if self.over {
            return Ok(None);
        }
        let (mut select, mut params, includes) = self.query.clone().into_parts()?;
        check(M::DEF, &select, self.rows)?;
        let added = complete(&mut select);
        order::check(M::DEF, &select.order, false)?;
        if select.filter.known() == Some(false) {
            return Ok(None);
        }
        let order: Vec<Order> = select.order.clone();
        seek(&mut select, &mut params, added, &self.place, self.rows);
        let sink = Rows::all();
        let mut rows: Vec<M> = on
            .fetch(Statement::Select(select), params, sink)
            .await?
            .rows;
        let Some(last) = rows.last() else {
            self.over = true;
            return Ok(None);
        };
        let place = place_of(last, &order)?;
        if !includes.is_empty() {
            load(on.object(), &mut rows, &includes).await?;
        }
        self.place = place;
        self.over = u64::try_from(rows.len()).is_ok_and(|count| count < self.rows);
        Ok(Some(rows))
    }
}
