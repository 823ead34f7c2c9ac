//! A typed query, and its last words.

use super::order::{IntoOrder, OrderParams};
use super::sets::check_changed;
use crate::association::{Include, IntoInclude, load};
use crate::error::{Error, ErrorKind, Result};
use crate::field::{Model, RowReader};
use crate::query::condition::Filter;
use crate::query::run::{Executor, RowStream, Rows, only, single};
use crate::query::values::{Plain, check_computed};
use crate::statement::{Expr, Select, Statement};
use crate::value::{Params, Value};
use crate::write::{Builder, Check, Delete, Update};
use std::fmt;
use std::marker::PhantomData;

/// A query that says nothing yet about which rows: it can read all of them, but not change or delete them unnoticed.
#[derive(Debug, Clone, Copy)]
pub struct All;

/// A query that says which rows, or that all of them are meant.
#[derive(Debug, Clone, Copy)]
pub struct Filtered;

/// Whether a query says which rows it is about. `delete` and `update` ask for it.
#[diagnostic::on_unimplemented(
    message = "this would touch every row of the table",
    label = "no filter says which rows",
    note = "narrow the query with `.filter(|row| …)`, or, if you do mean every row, write `.all_rows()` before it"
)]
pub trait Narrowed {}

impl Narrowed for Filtered {}

/// A query for rows of model `M`. A value: clone it, store it, build it up by conditions.
///
/// `S` says whether it is [`Filtered`] or still about [`All`] rows.
///
/// ```
/// use toasty_dsl::{Query, toasty};
///
/// toasty! { pub model Todo { id: u64 [key, auto], title: String, done: bool } }
///
/// fn open(text: Option<&str>) -> Query<Todo> {
///     Todo::filter(|todo| todo.done.eq(false))
///         .filter_some(text, |todo, text| todo.title.contains(text))
///         .order_by(|todo| (todo.title.asc(), todo.id.desc()))
///         .limit(20)
/// }
/// # fn main() -> toasty_dsl::Result<()> {
/// // Values do not make another statement.
/// assert_eq!(open(Some("a")).statement()?.0, open(Some("b")).statement()?.0);
/// assert_ne!(open(Some("a")).statement()?.0, open(None).statement()?.0);
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until `.all(&db)`, `.first(&db)` or another last word is awaited"]
pub struct Query<M, S = Filtered> {
    pub(crate) select: Select,
    params: Params,
    /// Those of an order that is computed.
    order: OrderParams,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// It is known to find one row at most, so that no limit is needed for it.
    single: bool,
    includes: Vec<Include<M>>,
    state: PhantomData<S>,
}

impl<M, S> Clone for Query<M, S> {
    fn clone(&self) -> Self {
        Query {
            select: self.select.clone(),
            params: self.params.clone(),
            order: self.order.clone(),
            limit: self.limit,
            offset: self.offset,
            single: self.single,
            includes: self.includes.clone(),
            state: PhantomData,
        }
    }
}

impl<M, S> fmt::Debug for Query<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("select", &self.select)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl<M: Model> Query<M, All> {
    /// All rows.
    pub fn all_of_model() -> Self {
        Query {
            select: Select::all(M::model_ref()),
            params: Params::new(),
            order: None,
            limit: None,
            offset: None,
            single: false,
            includes: Vec::new(),
            state: PhantomData,
        }
    }

    /// Says that every row is meant, so that `delete` and `update` accept it.
    pub fn all_rows(self) -> Query<M, Filtered> {
        self.into_state()
    }
}

impl<M: Model> Query<M, All> {
    /// All rows of what `select` reads, to which these values belong.
    pub(crate) fn of_source(select: Select, params: Params, includes: Vec<Include<M>>) -> Self {
        Query {
            select,
            params,
            includes,
            ..Query::all_of_model()
        }
    }
}

impl<M: Model> Query<M, Filtered> {
    /// The rows that meet a condition.
    pub fn with_filter(filter: Filter<M>) -> Self {
        Query::all_of_model().narrowed_by(filter)
    }

    /// The same, known to find one row at most.
    pub fn known_to_be_single(mut self) -> Self {
        self.single = true;
        self
    }
}

impl<M: Model, S> Query<M, S> {
    pub(crate) fn into_state<T>(self) -> Query<M, T> {
        Query {
            select: self.select,
            params: self.params,
            order: self.order,
            limit: self.limit,
            offset: self.offset,
            single: self.single,
            includes: self.includes,
            state: PhantomData,
        }
    }

    /// Only rows that meet this condition as well.
    pub fn filter(self, filter: impl FnOnce(M::Fields) -> Filter<M>) -> Query<M, Filtered> {
        self.narrowed_by(filter(M::FIELDS))
    }

    /// Only rows that meet this condition as well, built beforehand.
    pub fn narrowed_by(mut self, filter: Filter<M>) -> Query<M, Filtered> {
        self.add(filter);
        self.into_state()
    }

    fn add(&mut self, filter: Filter<M>) {
        let (expr, params) = filter.into_parts();
        let before = std::mem::replace(&mut self.select.filter, Expr::Constant(true));
        self.select.filter = before.and(expr);
        self.params.append(params);
    }

    /// The condition only where `condition` holds. A query that was about all rows stays so in its type.
    pub fn filter_if(
        mut self,
        condition: bool,
        filter: impl FnOnce(M::Fields) -> Filter<M>,
    ) -> Self {
        if condition {
            self.add(filter(M::FIELDS));
        }
        self
    }

    /// The condition only where there is a value for it. Named, so that nobody takes it for a condition that always holds.
    pub fn filter_some<T>(
        mut self,
        value: Option<T>,
        filter: impl FnOnce(M::Fields, T) -> Filter<M>,
    ) -> Self {
        if let Some(value) = value {
            self.add(filter(M::FIELDS, value));
        }
        self
    }

    /// In this order. Called again, it adds further keys.
    pub fn order_by<O: IntoOrder<M>>(mut self, order: impl FnOnce(M::Fields) -> O) -> Self {
        order(M::FIELDS).add_to(&mut self.select, &mut self.order);
        self
    }

    /// At most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.offset = Some(rows);
        self
    }

    /// May read the whole table to find its rows, where the backend would else refuse to: DynamoDB, where that is slow and is
    /// paid for by the size of the table. Others read as they always do.
    pub fn allow_scan(mut self) -> Self {
        self.select.allowed.scan = true;
        self
    }

    /// May find what was true a moment ago, where that is cheaper: on DynamoDB an eventually consistent read costs half. Others
    /// read as they always do.
    pub fn eventual(mut self) -> Self {
        self.select.allowed.eventual = true;
        self
    }

    /// For a change or a removal of more rows than the backend can write as one: it may be done in several steps, so that a
    /// failure leaves a part of it done. The error then has the kind `Partial` and says how far it came.
    pub fn in_chunks(mut self) -> Self {
        self.select.allowed.chunks = true;
        self
    }

    /// With the rows of a relation, loaded by one statement more for all rows together.
    ///
    /// The closure names the relation, or says which of its rows and in which order:
    /// `.include(|user| user.todos.filter(|todo| todo.done.eq(false)).limit(3))`.
    pub fn include<I: IntoInclude<M>>(mut self, include: impl FnOnce(M::Fields) -> I) -> Self {
        include(M::FIELDS).add_to(&mut self.includes);
        self
    }

    /// The statement and its values, checked.
    ///
    /// # Errors
    /// `Unrepresentable` where a value could not be made, `TooComplex` where conditions nest too deeply.
    pub fn into_parts(self) -> Result<(Select, Params, Vec<Include<M>>)> {
        let (select, params, includes) = self.into_unchecked();
        params.check()?;
        check_depth(M::DEF.name, &select.filter)?;
        check_computed(&select)?;
        Ok((select, params, includes))
    }

    /// Remembers that it cannot be sent.
    pub(crate) fn refuse(&mut self, what: &'static str, instead: &'static str) {
        self.params.refuse(M::DEF.name, what, instead);
    }

    /// As [`Query::into_parts`], to be checked later.
    pub(crate) fn into_unchecked(self) -> (Select, Params, Vec<Include<M>>) {
        let Query {
            mut select,
            mut params,
            order,
            limit,
            offset,
            includes,
            ..
        } = self;
        if let Some(order) = order {
            params.append(*order);
        }
        select.limit = limit.is_some();
        select.offset = offset.is_some();
        for number in [limit, offset].into_iter().flatten() {
            params.push(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
        }
        (select, params, includes)
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Query::into_parts`].
    pub fn statement(&self) -> Result<(Statement, Params)> {
        let (select, params, _) = self.clone().into_parts()?;
        Ok((Statement::Select(select), params))
    }

    /// All rows.
    ///
    /// # Errors
    /// `Decode` where a stored value does not fit; those of the backend.
    pub async fn all(self, on: &impl Executor) -> Result<Vec<M>> {
        self.rows(on, None).await
    }

    async fn rows(self, on: &impl Executor, at_most: Option<usize>) -> Result<Vec<M>> {
        fetched(self.into_parts()?, on, at_most).await
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn first(mut self, on: &impl Executor) -> Result<Option<M>> {
        self.bound(1);
        Ok(self.rows(on, Some(1)).await?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotFound` where there is none, `TooManyRows` where there are several; as [`Query::all`].
    pub async fn one(mut self, on: &impl Executor) -> Result<M> {
        self.bound(2);
        only(self.rows(on, Some(2)).await?, M::DEF.name)
    }

    /// A limit, unless the rows are known to be few: a limit costs even where it cuts nothing.
    pub(crate) fn bound(&mut self, rows: u64) {
        let single = self.single || M::DEF.pins_one_row(&self.select.filter.pinned_columns());
        if !single {
            self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
        }
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn count(self, on: &impl Executor) -> Result<u64> {
        let (select, params) = self.counting()?;
        if select.filter.known() == Some(false) {
            return Ok(0);
        }
        single(on, select, params).await
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn exists(self, on: &impl Executor) -> Result<bool> {
        let (select, params) = self.existing()?;
        if select.filter.known() == Some(false) {
            return Ok(false);
        }
        single(on, select, params).await
    }

    /// The rows one after the other, in constant memory: they are read at the pace at which they are taken.
    ///
    /// The stream holds a connection until it is at its end or dropped. Associations are not loaded by it.
    ///
    /// # Errors
    /// The first item is an error of kind `Unsupported` where an include was asked for.
    #[track_caller]
    pub fn stream(self, on: &impl Executor) -> RowStream<M> {
        let (select, params, includes) = match self.into_parts() {
            Ok(parts) => parts,
            Err(error) => return RowStream::failed(error),
        };
        if !includes.is_empty() {
            return RowStream::failed(
                Error::unsupported(
                    "an include in a stream",
                    "take the rows by `.all()`, or load the relation of each row by its query",
                )
                .on_model(M::DEF.name),
            );
        }
        if select.filter.known() == Some(false) {
            return RowStream::empty();
        }
        on.stream(Statement::Select(select), params, |row| {
            M::decode(&mut RowReader::new(row, M::DEF))
        })
    }
}

impl<M: Model, S> Query<M, S> {
    /// Deletes the rows: follow with `.exec(&db)`.
    pub fn delete(self) -> Delete<M>
    where
        S: Narrowed,
    {
        let allowed = self.select.allowed;
        Delete::filtered(self.plain_filter("delete"), allowed)
    }

    /// Changes the rows: follow with the fields to set and `.exec(&db)`.
    pub fn update(self) -> M::Update
    where
        S: Narrowed,
    {
        let allowed = self.select.allowed;
        M::Update::from_inner(Update::filtered(self.plain_filter("update"), allowed))
    }

    /// Makes of it a part of `db.atomic((…))` that writes nothing: where no row is found, none of the other parts is done. On
    /// DynamoDB it has to find the row by its key.
    pub fn check(self) -> Check<M>
    where
        S: Narrowed,
    {
        Check::filtered(self.plain_filter("check"))
    }

    fn plain_filter(self, verb: &str) -> Result<(Expr, Params)> {
        check_changed(&self.select, verb)?;
        if self.limit.is_some()
            || self.offset.is_some()
            || !self.select.order.is_empty()
            || self.select.computed.is_some()
            || !self.includes.is_empty()
        {
            return Err(Error::unsupported(
                format!("`{verb}` of a query with an order, a limit, an offset or an include"),
                "say by a filter which rows are meant",
            )
            .on_model(M::DEF.name));
        }
        let (select, params, _) = self.into_parts()?;
        Ok((select.filter, params))
    }
}

impl<M: Model, S> Query<M, S> {
    /// What is loaded beside its rows, from now on not by it.
    pub(crate) fn take_includes(&mut self) -> Vec<Include<M>> {
        std::mem::take(&mut self.includes)
    }

    /// What a query for values is made of.
    pub(crate) fn into_plain(self) -> Plain {
        let failed = (!self.includes.is_empty()).then(|| {
            Error::unsupported(
                "an include in a query for values",
                "ask for whole rows, or for the values of the other model by a query of its own",
            )
            .on_model(M::DEF.name)
        });
        Plain {
            select: self.select,
            params: self.params,
            order: self.order,
            limit: self.limit,
            offset: self.offset,
            failed,
        }
    }
}

/// The rows of a query with their includes.
pub(crate) async fn fetched<M: Model>(
    (select, params, includes): (Select, Params, Vec<Include<M>>),
    on: &impl Executor,
    at_most: Option<usize>,
) -> Result<Vec<M>> {
    if select.filter.known() == Some(false) {
        return Ok(Vec::new());
    }
    let sink = on
        .fetch(Statement::Select(select), params, Rows::at_most(at_most))
        .await?;
    let mut rows = sink.rows;
    if !includes.is_empty() {
        load(on.object(), &mut rows, &includes).await?;
    }
    Ok(rows)
}

pub(crate) fn check_depth(model: &'static str, filter: &Expr) -> Result<()> {
    if filter.is_too_deep() {
        return Err(Error::new(
            ErrorKind::TooComplex,
            format!(
                "conditions nest deeper than {}",
                crate::statement::MAX_DEPTH
            ),
        )
        .on_model(model)
        .with_advice("use `in_list`, or chain `|` and `&` without brackets"));
    }
    Ok(())
}
