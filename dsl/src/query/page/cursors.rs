//! Pages that begin where another one ended.

use super::order::{Key, place_of};
use super::paged::Paged;
use super::sink::PageRows;
use super::{Page, check_rows};
use crate::cursor::{Cursor, CursorKey, Leads, Origin, invalid};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::{Executor, Query, Selection, SetQuery};
use crate::statement::Statement;
use crate::value::{Params, Value};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// One page of a query's rows: follow with `.after(cursor)` or `.before(cursor)`, and `.fetch(&db)`.
///
/// Made by [`Query::page`] and [`Selection::page`]; `T` is what a row of it is, the model's own where nothing was selected.
#[must_use = "a page is not read before `.fetch(&db)` is awaited"]
pub struct PageQuery<M, T = M> {
    paged: Result<Paged<T>>,
    rows: u64,
    from: Start,
    refused: Option<Error>,
    model: PhantomData<fn() -> M>,
}

/// Where a page begins, or ends.
enum Start {
    First,
    Text(Leads, String),
    Place(Leads, Vec<Value>),
}

impl<M, T> fmt::Debug for PageQuery<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageQuery")
            .field("query", &self.paged)
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
        PageQuery::new(self.paged(), rows)
    }
}

/// # Pages
impl<M: Model, T> Selection<M, T> {
    /// A page of so many rows, 1 to 10,000, in the order of the query. Rows that are equal in it are told apart by the key of
    /// the model, groups by what they are grouped by, and distinct values by themselves; none of that has to be selected.
    ///
    /// All else is as with [`Query::page`].
    ///
    /// ```
    /// # use toasty_dsl::{Executor, Result, query::Page, toasty};
    /// use toasty_dsl::expr::count;
    ///
    /// toasty! { pub model Post { id: u64 [key, auto], author: String, title: String } }
    ///
    /// // Who wrote most comes first.
    /// async fn authors(db: &impl Executor, cursor: Option<String>) -> Result<Page<(String, u64)>> {
    ///     Post::all()
    ///         .group_by(|post| post.author)
    ///         .order_by(|_| count().desc())
    ///         .select(|group| (group.key, count()))
    ///         .page(20)
    ///         .after(cursor)
    ///         .fetch(db)
    ///         .await
    /// }
    /// # fn main() {}
    /// ```
    pub fn page(self, rows: u64) -> PageQuery<M, T> {
        PageQuery::new(self.paged(), rows)
    }
}

/// # Pages
impl<M: Model, T> SetQuery<M, T> {
    /// A page of so many rows, 1 to 10,000, as [`Selection::page`]. Of `union_all` there are none: a row that comes twice cannot
    /// be told from itself.
    pub fn page(self, rows: u64) -> PageQuery<M, T> {
        PageQuery::new(self.paged(), rows)
    }
}

/// # At a row
impl<M: Model, T> PageQuery<M, T> {
    /// The page behind a row that is at hand, whether it is still in the table or not. Its order is one of columns.
    pub fn after_row(self, row: &M) -> Self
    where
        T: WholeRow,
    {
        self.begin_at_row(Leads::On, row)
    }

    /// The page before a row that is at hand.
    pub fn before_row(self, row: &M) -> Self
    where
        T: WholeRow,
    {
        self.begin_at_row(Leads::Back, row)
    }

    fn begin_at_row(mut self, leads: Leads, row: &M) -> Self {
        let place = self.paged.as_ref().map(|paged| place_of(row, &paged.keys));
        match place {
            Ok(Ok(place)) => self.begin(Start::Place(leads, place)),
            Ok(Err(error)) => {
                self.refused.get_or_insert(error);
            }
            // It is told when the page is read.
            Err(_) => {}
        }
        self
    }
}

impl<M: Model, T> PageQuery<M, T> {
    fn new(paged: Result<Paged<T>>, rows: u64) -> Self {
        PageQuery {
            paged,
            rows,
            from: Start::First,
            refused: None,
            model: PhantomData,
        }
    }

    /// The page behind the one whose [`next_token`](Page::next_token) this is. None: the first page.
    pub fn after(self, cursor: impl IntoCursor) -> Self {
        self.begin_at_text(Leads::On, cursor)
    }

    /// The page before the one whose [`prev_token`](Page::prev_token) this is. None: the first page.
    pub fn before(self, cursor: impl IntoCursor) -> Self {
        self.begin_at_text(Leads::Back, cursor)
    }

    fn begin_at_text(mut self, leads: Leads, cursor: impl IntoCursor) -> Self {
        if let Some(text) = cursor.into_cursor() {
            self.begin(Start::Text(leads, text));
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
    pub async fn fetch(self, on: &impl Executor) -> Result<Page<T>>
    where
        T: Send + 'static,
    {
        let size = usize::try_from(self.rows).unwrap_or(usize::MAX);
        let asked = self.ask(|| on.object().cursor_key())?;
        let paged = asked.paged;
        let sink = PageRows::new(size, paged.keys, paged.decode);
        let mut read = match paged.never {
            true => sink,
            false => {
                let statement = Statement::Select(paged.select);
                on.fetch(statement, paged.params, sink).await?
            }
        };
        let mut ends = Ends {
            leads: asked.leads,
            more: read.more,
            came: asked.came,
            begin: read.first.take(),
            end: read.last.take(),
        };
        let mut token = |leads| ends.token(leads, &asked.origin, on);
        let (next, prev) = (token(Leads::On)?, token(Leads::Back)?);
        let mut items = read.rows;
        if asked.leads == Leads::Back {
            items.reverse();
        }
        paged.included.load(on.object(), &mut items).await?;
        Ok(Page { items, next, prev })
    }

    /// The statement of the page, and its values. A signed cursor is not accepted here: its key is known to databases only.
    ///
    /// # Errors
    /// As [`PageQuery::fetch`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let paged = self.ask(|| None)?.paged;
        Ok((Statement::Select(paged.select), paged.params))
    }

    fn ask<'k>(self, key: impl FnOnce() -> Option<&'k CursorKey>) -> Result<Asked<T>> {
        if let Some(error) = self.refused {
            return Err(error.on_model(M::DEF.name));
        }
        let mut paged = self.paged?;
        check_rows(M::DEF, self.rows)?;
        paged.keys.iter().try_for_each(Key::check_for_clients)?;
        let origin = paged.origin()?;
        let (leads, place, came) = match self.from {
            Start::First => (Leads::On, Vec::new(), false),
            Start::Place(leads, place) => (leads, place, true),
            Start::Text(leads, text) => {
                let types: Vec<_> = paged
                    .keys
                    .iter()
                    .map(|key| (key.ty, key.can_be_null))
                    .collect();
                let cursor = Cursor::decode(&text, &origin, &types, key())
                    .and_then(|cursor| cursor.leading(leads))
                    .map_err(|error| error.on_model(M::DEF.name))?;
                let came = !cursor.place.is_empty();
                (leads, cursor.place, came)
            }
        };
        if leads == Leads::Back {
            paged.reverse();
        }
        paged.seek(&place, self.rows + 1);
        Ok(Asked {
            paged,
            origin,
            leads,
            came,
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
struct Asked<T> {
    paged: Paged<T>,
    origin: Origin,
    leads: Leads,
    /// From a place, and not from an end of all rows.
    came: bool,
}

/// What is known of the ends of a page, in the direction in which it was read.
struct Ends {
    leads: Leads,
    more: bool,
    came: bool,
    begin: Option<Vec<Value>>,
    end: Option<Vec<Value>>,
}

impl Ends {
    /// The cursor that leads from a page, where there is something to lead to.
    fn token(&mut self, leads: Leads, of: &Origin, on: &impl Executor) -> Result<Option<String>> {
        let (leads_somewhere, place) = if leads == self.leads {
            (self.more, self.end.take())
        } else {
            (self.came, self.begin.take())
        };
        if !leads_somewhere {
            return Ok(None);
        }
        // All rows that were here are gone, and those that are left lie the other way: beginning at that end.
        let place = place.unwrap_or_default();
        Cursor { leads, place }
            .encode(of, on.object().cursor_key())
            .map(Some)
    }
}

/// What has its place in an order by itself: a row of a model. Values do not, since the order need not be among them.
#[diagnostic::on_unimplemented(
    message = "a page of `{Self}` begins at no row at hand",
    label = "values do not say where they stand in the order",
    note = "give the cursor of another page: `.after(page.next_token())`"
)]
pub trait WholeRow {}

#[diagnostic::do_not_recommend]
impl<M: Model> WholeRow for M {}

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
