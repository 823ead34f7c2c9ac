//! Queries by name, whose rows other queries read as those of a table: common table expressions.
//!
//! Promises: a named query is asked as a model is; however often a statement reads it, it stands there once; two of one name
//! are refused. Must not know: how it is asked for. The surprising decision: each query that reads it has all of it, with its
//! values, so that a part of a statement is complete by itself; that it stands once in the text is the text's matter.

mod rows;

pub use rows::{NamedRow, Unwritten};

use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::condition::Filter;
use crate::query::rows::{All, IntoOrder, Query, read};
use crate::query::run::{Executor, RowStream};
use crate::query::values::{Grouped, Keys, Projection, Selection, SetQuery};
use crate::statement::{Kept, NamedQuery, Select, Source, Statement};
use crate::value::Params;
use crate::write::IntoStatement;
use std::fmt;
use std::marker::PhantomData;

/// A query by its name: what `named` makes of a query. Its rows are of type `R`.
///
/// Other queries read its rows as those of a table. Every word that begins a query borrows it, so that it can be read several
/// times, also in one statement, where it then stands once: as a common table expression.
///
/// ```
/// use toasty_dsl::expr::{count, max, scalar};
/// use toasty_dsl::{BelongsTo, HasMany, toasty};
///
/// toasty! {
///     pub model User { id: u64 [key, auto], name: String, todos: HasMany<Todo> }
///     pub model Todo { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User> }
/// }
///
/// # fn main() {
/// let totals = Todo::all()
///     .group_by(|todo| todo.user_id)
///     .select(|group| (group.key, count()))
///     .named("totals");
/// let most = totals.select(|(_, todos)| max(todos));
/// let busiest = totals.filter(|(_, todos)| todos.eq(scalar(most)));
/// let users = User::filter(|user| user.id.in_query(busiest.select(|(user, _)| user)));
/// # let _ = users;
/// # }
/// ```
#[must_use = "a named query does nothing until another one reads it"]
pub struct Named<R> {
    name: &'static str,
    query: Select,
    params: Params,
    kept: Kept,
    rows: PhantomData<fn() -> R>,
}

/// A query with its name; what is wrong with it is an error of whatever reads it.
fn described<R: Model>(name: &'static str, parts: Result<(Select, Params)>) -> Named<R> {
    let (query, mut params) = parts.and_then(few).unwrap_or_else(|error| {
        let mut params = Params::new();
        params.fail(error);
        (Select::all(R::model_ref()), params)
    });
    params.name(name);
    Named {
        name,
        query,
        params,
        kept: Kept::AsPlanned,
        rows: PhantomData,
    }
}

/// How often a named query may read others: each holds what it reads, so that twenty of them, of which each reads the one before
/// it twice, would hold a million.
const MOST_READ: usize = 1_000;

fn few((query, params): (Select, Params)) -> Result<(Select, Params)> {
    if params.reads() <= MOST_READ {
        return Ok((query, params));
    }
    Err(Error::new(
        ErrorKind::TooComplex,
        "a named query reads others more than 1,000 times, those that they read counted too",
    )
    .on_model(query.model.name)
    .with_advice("let each named query read the one before it once, or run some of them first"))
}

/// # By name
impl<M: Model, S> Query<M, S> {
    /// The query by a name, so that others can read its rows as those of a table: whole rows of the model, whose relations
    /// they have too.
    pub fn named(self, name: &'static str) -> Named<M> {
        let parts = self.into_parts().and_then(|(select, params, includes)| {
            if includes.is_empty() {
                return Ok((select, params));
            }
            Err(Error::unsupported(
                "an include in a named query",
                "say it of the query that reads the named one: `named.query().include(…)`",
            )
            .on_model(M::DEF.name))
        });
        described(name, parts)
    }
}

/// # By name
impl<M: Model, R> Selection<M, R> {
    /// The query by a name, so that others can read its rows as those of a table. The closures of those are given its columns:
    /// those of a tuple as a tuple, those of a view by their names.
    ///
    /// The name stands in the statement. It is no name of a table that the statement reads, and of two queries in one
    /// statement each has its own.
    pub fn named(self, name: &'static str) -> Named<R>
    where
        R: NamedRow,
    {
        described(name, self.into_parts())
    }
}

/// # By name
impl<M: Model, R> SetQuery<M, R> {
    /// The query by a name: as [`Selection::named`].
    pub fn named(self, name: &'static str) -> Named<R>
    where
        R: NamedRow,
    {
        self.whole().named(name)
    }
}

impl<R: Model> Named<R> {
    /// Its rows are found once and kept, whoever reads them: PostgreSQL and SQLite else do what they think is best.
    pub fn materialized(mut self) -> Self {
        self.kept = Kept::Materialized;
        self
    }

    /// Its rows are found as a part of each query that reads them, which may so ask for fewer.
    pub fn not_materialized(mut self) -> Self {
        self.kept = Kept::NotMaterialized;
        self
    }

    /// A query for its rows, which takes all that a model's query takes, but for pages, locks and changes.
    pub fn query(&self) -> Query<R, All> {
        let mut select = Select::all(R::model_ref());
        select.allowed = self.query.allowed;
        let mut params = self.params.clone();
        let source = Source::Named(NamedQuery {
            name: self.name,
            query: Box::new(self.query.clone()),
            kept: self.kept,
        });
        read(&mut select, source, &mut params);
        Query::of_source(select, params, Vec::new())
    }

    /// The rows that meet a condition.
    pub fn filter(&self, filter: impl FnOnce(R::Fields) -> Filter<R>) -> Query<R> {
        self.query().filter(filter)
    }

    /// The rows in this order.
    pub fn order_by<O: IntoOrder<R>>(&self, order: impl FnOnce(R::Fields) -> O) -> Query<R, All> {
        self.query().order_by(order)
    }

    /// Some of its values, or what is computed of them: as [`Query::select`].
    pub fn select<P: Projection<R, K>, K: 'static>(
        &self,
        select: impl FnOnce(R::Fields) -> P,
    ) -> Selection<R, P::Output> {
        self.query().select(select)
    }

    /// Its rows in groups: as [`Query::group_by`].
    pub fn group_by<G: Keys<R>>(&self, by: impl FnOnce(R::Fields) -> G) -> Grouped<R, G> {
        self.query().group_by(by)
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Query::into_parts`], of the named query too.
    pub fn statement(&self) -> Result<(Statement, Params)> {
        self.query().statement()
    }

    /// All its rows.
    ///
    /// # Errors
    /// As [`Query::all`]; `Unsupported` on DynamoDB.
    pub async fn all(&self, on: &impl Executor) -> Result<Vec<R>> {
        self.query().all(on).await
    }

    /// How many rows it has.
    ///
    /// # Errors
    /// As [`Named::all`].
    pub async fn count(&self, on: &impl Executor) -> Result<u64> {
        self.query().count(on).await
    }

    /// Its rows one after the other, in constant memory: as [`Query::stream`].
    #[track_caller]
    pub fn stream(&self, on: &impl Executor) -> RowStream<R> {
        self.query().stream(on)
    }
}

impl<R> Clone for Named<R> {
    fn clone(&self) -> Self {
        Named {
            name: self.name,
            query: self.query.clone(),
            params: self.params.clone(),
            kept: self.kept,
            rows: PhantomData,
        }
    }
}

impl<R: Model> IntoStatement for Named<R> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<R> fmt::Debug for Named<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named")
            .field("name", &self.name)
            .field("query", &self.query)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}
