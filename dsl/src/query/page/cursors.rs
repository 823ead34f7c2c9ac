//! Pages that begin where another one ended.

use super::order::{complete, place_of, reverse, seek, types};
use super::{Page, check, order};
use crate::association::{Include, load};
use crate::cursor::{Cursor, CursorKey, Leads, Shape, invalid};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::run::Rows;
use crate::query::{All, Executor, Query};
use crate::statement::{Order, Select, Statement};
use crate::value::{Params, Value};
use std::borrow::Cow;
use std::fmt;

/// One page of a query's rows: follow with `.after(cursor)` or `.before(cursor)`, and `.fetch(&db)`.
///
/// Made by [`Query::page`].
#[must_use = "a page is not read before `.fetch(&db)` is awaited"]
pub struct PageQuery<M> {
    query: Query<M, All>,
    rows: u64,
    from: Start,
    refused: Option<Error>,
}

/// Where a page begins, or ends.
enum Start {
    First,
    Text(Leads, String),
    Place(Leads, Vec<Value>),
}

impl<M> fmt::Debug for PageQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageQuery")
            .field("query", &self.query)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// # Pages
impl<M: Model, S> Query<M, S> {
    /// A page of so many rows, 1 to 10,000, in the order of the query and, where that leaves rows equal, of the key.
    ///
    /// The first one, unless `.after(cursor)` or `.before(cursor)` says which. Each is found by the values of the order and
    /// costs the same however far it is; one row more is read to know whether there are others.
    ///
    /// ```
    /// # use toasty_dsl::{Executor, Result, query::Page, toasty};
    /// toasty! { pub model Post { id: u64 [key, auto], title: String, at: i64 } }
    ///
    /// // `cursor` comes from a URL: None for the first page.
    /// async fn newest(db: &impl Executor, cursor: Option<String>) -> Result<Page<Post>> {
    ///     Post::all().order_by(|post| post.at.desc()).page(20).after(cursor).fetch(db).await
    /// }
    /// # fn main() {}
    /// ```
    pub fn page(self, rows: u64) -> PageQuery<M> {
        PageQuery {
            query: self.into_state(),
            rows,
            from: Start::First,
            refused: None,
        }
    }
}

impl<M: Model> PageQuery<M> {
    /// The page behind the one whose [`next_token`](Page::next_token) this is. None: the first page.
    pub fn after(self, cursor: impl IntoCursor) -> Self {
        self.begin_at_text(Leads::On, cursor)
    }

    /// The page before the one whose [`prev_token`](Page::prev_token) this is. None: the first page.
    pub fn before(self, cursor: impl IntoCursor) -> Self {
        self.begin_at_text(Leads::Back, cursor)
    }

    /// The page behind a row that is at hand, whether it is still in the table or not.
    pub fn after_row(self, row: &M) -> Self {
        self.begin_at_row(Leads::On, row)
    }

    /// The page before a row that is at hand.
    pub fn before_row(self, row: &M) -> Self {
        self.begin_at_row(Leads::Back, row)
    }

    fn begin_at_text(mut self, leads: Leads, cursor: impl IntoCursor) -> Self {
        if let Some(text) = cursor.into_cursor() {
            self.begin(Start::Text(leads, text));
        }
        self
    }

    fn begin_at_row(mut self, leads: Leads, row: &M) -> Self {
        let mut select = self.query.select.clone();
        complete(&mut select);
        match place_of(row, &select.order) {
            Ok(place) => self.begin(Start::Place(leads, place)),
            Err(error) => {
                self.refused.get_or_insert(error);
            }
        }
        self
    }

    fn begin(&mut self, from: Start) {
        if !matches!(self.from, Start::First) {
            self.refused
                .get_or_insert_with(|| invalid("a page begins at one of them, and two were given"));
        }
        self.from = from;
    }

    /// Reads the page.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor that was changed, or is of another query, another version or another key: nothing is
    /// sent. `InvalidParameter` for another number of rows than 1 to 10,000, `Unsupported` for a query with a limit or an offset, and where the
    /// backend cannot go on from a place in this order. As [`Query::all`].
    pub async fn fetch(self, on: &impl Executor) -> Result<Page<M>> {
        let size = usize::try_from(self.rows).unwrap_or(usize::MAX);
        let asked = self.ask(|| on.object().cursor_key())?;
        let mut rows = Vec::new();
        if asked.select.filter.known() != Some(false) {
            let statement = Statement::Select(asked.select);
            rows = on.fetch(statement, asked.params, Rows::all()).await?.rows;
        }
        let more = rows.len() > size;
        rows.truncate(size);
        if asked.leads == Leads::Back {
            rows.reverse();
        }
        let ends = Ends {
            leads: asked.leads,
            more,
            came: asked.came,
        };
        let token = |leads| ends.token(leads, &rows, &asked.order, asked.shape, on);
        let (next, prev) = (token(Leads::On)?, token(Leads::Back)?);
        if !asked.includes.is_empty() {
            load(on.object(), &mut rows, &asked.includes).await?;
        }
        Ok(Page {
            items: rows,
            next,
            prev,
        })
    }

    /// The statement of the page, and its values. A signed cursor is not accepted here: its key is known to databases only.
    ///
    /// # Errors
    /// As [`PageQuery::fetch`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let asked = self.ask(|| None)?;
        Ok((Statement::Select(asked.select), asked.params))
    }

    fn ask<'k>(self, key: impl FnOnce() -> Option<&'k CursorKey>) -> Result<Asked<M>> {
        if let Some(error) = self.refused {
            return Err(error.on_model(M::DEF.name));
        }
        let (mut select, mut params, includes) = self.query.into_parts()?;
        check(M::DEF, &select, self.rows)?;
        let added = complete(&mut select);
        order::check(M::DEF, &select.order, true)?;
        let (order, shape) = (select.order.clone(), Shape::of(&select));
        let (leads, place, from) = match self.from {
            Start::First => (Leads::On, Vec::new(), false),
            Start::Place(leads, place) => (leads, place, true),
            Start::Text(leads, text) => {
                let cursor = Cursor::decode(&text, shape, &types(M::DEF, &order), key())
                    .and_then(|cursor| cursor.leading(leads))
                    .map_err(|error| error.on_model(M::DEF.name))?;
                let from = !cursor.place.is_empty();
                (leads, cursor.place, from)
            }
        };
        if leads == Leads::Back {
            reverse(&mut select.order);
        }
        seek(&mut select, &mut params, added, &place, self.rows + 1);
        Ok(Asked {
            select,
            params,
            includes,
            order,
            shape,
            leads,
            came: from,
        })
    }
}

impl Cursor {
    /// It, where it leads this way: a page's `next` is for `.after(…)`, its `prev` for `.before(…)`.
    fn leading(self, leads: Leads) -> Result<Cursor> {
        if self.leads == leads {
            Ok(self)
        } else {
            Err(invalid(match leads {
                Leads::On => "it is one of `prev`, which leads to the page before",
                Leads::Back => "it is one of `next`, which leads to the page behind",
            }))
        }
    }
}

/// What a page asks for.
struct Asked<M> {
    select: Select,
    params: Params,
    includes: Vec<Include<M>>,
    /// The order of the query, whichever way the page is read.
    order: Vec<Order>,
    shape: Shape,
    leads: Leads,
    /// From a place, and not from an end of all rows.
    came: bool,
}

/// What is known of the ends of a page.
struct Ends {
    leads: Leads,
    more: bool,
    came: bool,
}

impl Ends {
    /// The cursor that leads from a page, where there is something to lead to.
    fn token<M: Model>(
        &self,
        leads: Leads,
        rows: &[M],
        order: &[Order],
        shape: Shape,
        on: &impl Executor,
    ) -> Result<Option<String>> {
        let leads_somewhere = if leads == self.leads {
            self.more
        } else {
            self.came
        };
        if !leads_somewhere {
            return Ok(None);
        }
        let end = match leads {
            Leads::On => rows.last(),
            Leads::Back => rows.first(),
        };
        let place = match end {
            Some(row) => place_of(row, order)?,
            // All rows that were here are gone, and those that are left lie the other way: beginning at that end.
            None => Vec::new(),
        };
        Cursor { leads, place }
            .encode(shape, on.object().cursor_key())
            .map(Some)
    }
}

/// What `.after(…)` and `.before(…)` take: text, or an `Option` of it, where None is the first page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no cursor",
    label = "expected text, or an `Option` of it",
    note = "give back what `page.next_token()` or `page.prev_token()` gave; for a row at hand there are `.after_row(&row)` and `.before_row(&row)`"
)]
pub trait IntoCursor {
    /// The text, if there is one.
    fn into_cursor(self) -> Option<String>;
}

macro_rules! texts {
    ($($type:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoCursor for $type {
            fn into_cursor(self) -> Option<String> {
                Some(self.into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoCursor for Option<$type> {
            fn into_cursor(self) -> Option<String> {
                self.map(Into::into)
            }
        }
    )* };
}

texts!(&str, String, &String, Box<str>, Cow<'_, str>);

#[diagnostic::do_not_recommend]
impl IntoCursor for &Option<String> {
    fn into_cursor(self) -> Option<String> {
        self.clone()
    }
}
