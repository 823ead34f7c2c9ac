//! Pages with numbers, and how many there are.

use super::check;
use super::order::{complete, number};
use crate::association::load;
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::run::{One, Rows};
use crate::query::{All, AnySink, Executor, Independent, Query};
use crate::statement::{Output, Paging, Statement};
use serde::Serialize;
use std::fmt;

/// Pages with numbers: follow with `.page(3)` and `.fetch(&db)`.
///
/// Made by [`Query::numbered`].
#[must_use = "a page is not read before `.fetch(&db)` is awaited"]
pub struct NumberedQuery<M> {
    query: Query<M, All>,
    rows: u64,
    number: u64,
}

impl<M> fmt::Debug for NumberedQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberedQuery")
            .field("query", &self.query)
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
        NumberedQuery {
            query: self.into_state(),
            rows,
            number: 1,
        }
    }
}

impl<M: Model> NumberedQuery<M> {
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
    pub async fn fetch(self, on: &impl Executor) -> Result<NumberedPage<M>> {
        let Some(before) = self.number.checked_sub(1) else {
            return Err(Error::new(
                ErrorKind::InvalidParameter,
                "page 0 was asked for, and the first page has the number 1",
            )
            .on_model(M::DEF.name)
            .with_advice("count pages from 1"));
        };
        let (mut select, mut params, includes) = self.query.into_parts()?;
        check(M::DEF, &select, self.rows)?;
        let mut page = NumberedPage {
            items: Vec::new(),
            number: self.number,
            pages: 0,
            total: 0,
        };
        if select.filter.known() == Some(false) {
            return Ok(page);
        }
        let mut count = select.clone();
        count.output = Output::Count;
        count.order.clear();
        let counted = Independent {
            statement: Statement::Select(count),
            params: params.clone(),
            sink: Some(AnySink::new(One::<u64>::new())),
        };
        let added = complete(&mut select);
        select.paging = Some(Box::new(Paging {
            added,
            after: Vec::new(),
        }));
        (select.limit, select.offset) = (true, true);
        params.push(number(self.rows));
        params.push(number(before.saturating_mul(self.rows)));
        let rows = Independent {
            statement: Statement::Select(select),
            params,
            sink: Some(AnySink::new(Rows::<M>::all())),
        };
        let answers = on.object().together(vec![rows, counted]).await?;
        let mut answers = answers.into_iter();
        if let (Some(rows), Some(total)) = (answers.next(), answers.next()) {
            page.items = rows.into_sink::<Rows<M>>()?.rows;
            page.total = total.into_sink::<One<u64>>()?.end(M::DEF.name)?;
            page.pages = page.total.div_ceil(self.rows);
        }
        if !includes.is_empty() {
            load(on.object(), &mut page.items, &includes).await?;
        }
        Ok(page)
    }
}
