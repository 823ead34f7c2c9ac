//! Pages with numbers, and how many there are.

use super::check_rows;
use super::paged::Paged;
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::run::{Decoded, One};
use crate::query::{AnySink, Executor, Independent, Query, Selection, SetQuery};
use crate::statement::Statement;
use serde::Serialize;
use std::fmt;
use std::marker::PhantomData;

/// Pages with numbers: follow with `.page(3)` and `.fetch(&db)`.
///
/// Made by [`Query::numbered`] and [`Selection::numbered`].
#[must_use = "a page is not read before `.fetch(&db)` is awaited"]
pub struct NumberedQuery<M, T = M> {
    paged: Result<Paged<T>>,
    rows: u64,
    number: u64,
    model: PhantomData<fn() -> M>,
}

impl<M, T> fmt::Debug for NumberedQuery<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberedQuery")
            .field("query", &self.paged)
            .field("rows", &self.rows)
            .field("number", &self.number)
            .finish()
    }
}

/// One of the pages of a query, by its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NumberedPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Its number, from 1.
    pub number: u64,
    /// How many pages there are.
    pub pages: u64,
    /// How many rows there are on all of them.
    pub total: u64,
}

impl<T> NumberedPage<T> {
    /// Whether there is a page behind this one.
    pub fn has_next(&self) -> bool {
        self.number < self.pages
    }

    /// Whether there is a page before this one.
    pub fn has_prev(&self) -> bool {
        self.number > 1
    }

    /// The same page with something made of each row.
    #[must_use]
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> NumberedPage<U> {
        NumberedPage {
            items: self.items.into_iter().map(make).collect(),
            number: self.number,
            pages: self.pages,
            total: self.total,
        }
    }
}

/// # Pages with numbers
impl<M: Model, S> Query<M, S> {
    /// Pages of so many rows, 1 to 10,000, with numbers and a total: for lists that show "page 3 of 12".
    ///
    /// All rows before a page are read to skip them, and all are counted: the further and the larger, the slower. Rows that
    /// are added or removed in between move others to another page. [`Query::page`] has neither.
    ///
    /// ```
    /// # use toasty_dsl::{Executor, Result, query::NumberedPage, toasty};
    /// toasty! { pub model Post { id: u64 [key, auto], title: String } }
    ///
    /// async fn third(db: &impl Executor) -> Result<NumberedPage<Post>> {
    ///     Post::all().order_by(|post| post.title.asc()).numbered(20).page(3).fetch(db).await
    /// }
    /// # fn main() {}
    /// ```
    pub fn numbered(self, rows: u64) -> NumberedQuery<M> {
        NumberedQuery::new(self.paged(), rows)
    }
}

/// # Pages with numbers
impl<M: Model, T> Selection<M, T> {
    /// Pages of so many rows, 1 to 10,000, with numbers and a total: as [`Query::numbered`].
    pub fn numbered(self, rows: u64) -> NumberedQuery<M, T> {
        NumberedQuery::new(self.paged(), rows)
    }
}

/// # Pages with numbers
impl<M: Model, T> SetQuery<M, T> {
    /// Pages of so many rows, 1 to 10,000, with numbers and a total: as [`Query::numbered`].
    pub fn numbered(self, rows: u64) -> NumberedQuery<M, T> {
        NumberedQuery::new(self.paged(), rows)
    }
}

impl<M: Model, T> NumberedQuery<M, T> {
    fn new(paged: Result<Paged<T>>, rows: u64) -> Self {
        NumberedQuery {
            paged,
            rows,
            number: 1,
            model: PhantomData,
        }
    }

    /// The page with this number, from 1. Without it the first.
    pub fn page(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    /// Reads the page and the number of all rows, by two statements in one trip. They are no transaction: on a busy table
    /// the one may see what the other does not.
    ///
    /// # Errors
    /// `InvalidParameter` for page 0 and for another number of rows than 1 to 10,000, `Unsupported` for a query with a limit or an offset. As
    /// [`Query::all`].
    pub async fn fetch(self, on: &impl Executor) -> Result<NumberedPage<T>>
    where
        T: Send + 'static,
    {
        let Some(before) = self.number.checked_sub(1) else {
            return Err(Error::new(
                ErrorKind::InvalidParameter,
                "page 0 was asked for, and the first page has the number 1",
            )
            .on_model(M::DEF.name)
            .with_advice("count pages from 1"));
        };
        let mut paged = self.paged?;
        check_rows(M::DEF, self.rows)?;
        let mut page = NumberedPage {
            items: Vec::new(),
            number: self.number,
            pages: 0,
            total: 0,
        };
        if paged.never {
            return Ok(page);
        }
        let (count, params) = paged.counting();
        let counted = Independent {
            statement: Statement::Select(count),
            params,
            sink: Some(AnySink::new(One::<u64>::new())),
        };
        paged.cut(self.rows, before.saturating_mul(self.rows));
        let rows = Independent {
            statement: Statement::Select(paged.select),
            params: paged.params,
            sink: Some(AnySink::new(Decoded::new(None, paged.decode))),
        };
        let answers = on.object().together(vec![rows, counted]).await?;
        let mut answers = answers.into_iter();
        if let (Some(rows), Some(total)) = (answers.next(), answers.next()) {
            page.items = rows.into_sink::<Decoded<T>>()?.rows;
            page.total = total.into_sink::<One<u64>>()?.end(M::DEF.name)?;
            page.pages = page.total.div_ceil(self.rows);
        }
        paged.included.load(on.object(), &mut page.items).await?;
        Ok(page)
    }
}
