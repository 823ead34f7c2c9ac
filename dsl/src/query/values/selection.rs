//! A query for values and not for whole rows, and its last words.
//!
//! Promises: its rows are read from borrowed cells straight into tuples. The values of its slots stand in the order that
//! [`Computed`](crate::statement::Computed) tells.

use super::grouped::{Grouped, Keys};
use super::projection::Projection;
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::expression::OfGroup;
use crate::query::rows::{OrderParams, Query, check_depth, check_locked, check_source};
use crate::query::run::{Decoded, Executor, RowStream, only, single};
use crate::statement::{Formula, MAX_DEPTH, Output, Select, Statement};
use crate::value::{Params, Row, Value};
use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;

/// A query whose rows are values of type `T`: what `select` makes of a query.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model User { id: u64 [key, auto], name: String, city: Option<String> } }
///
/// # fn main() {
/// let names = User::all().order_by(|user| user.name.asc()).select(|user| (user.id, user.name));
/// let cities = User::all().select(|user| user.city).distinct();
/// # let _ = (names, cities);
/// # }
/// ```
#[must_use = "a query does nothing until `.all(&db)` or another last word is awaited"]
pub struct Selection<M, T> {
    select: Select,
    keys: Params,
    list: Params,
    filter: Params,
    having: Params,
    order: OrderParams,
    limit: Option<u64>,
    offset: Option<u64>,
    /// It has one row, whatever rows there are: an aggregate of all.
    single: bool,
    decode: Decode<T>,
    marker: PhantomData<fn() -> M>,
}

impl<M, T> Clone for Selection<M, T> {
    fn clone(&self) -> Self {
        Selection {
            select: self.select.clone(),
            keys: self.keys.clone(),
            list: self.list.clone(),
            filter: self.filter.clone(),
            having: self.having.clone(),
            order: self.order.clone(),
            limit: self.limit,
            offset: self.offset,
            single: self.single,
            decode: self.decode,
            marker: PhantomData,
        }
    }
}

/// No values, and what has failed before.
fn failing(failed: Option<Error>) -> Params {
    let mut params = Params::new();
    if let Some(error) = failed {
        params.fail(error);
    }
    params
}

/// How a row is read.
pub(crate) type Decode<T> = fn(&dyn Row) -> Result<T>;

/// A selection taken apart: its values stand beside their parts.
pub(crate) struct Taken<T> {
    pub(crate) select: Select,
    pub(crate) keys: Params,
    pub(crate) list: Params,
    pub(crate) filter: Params,
    pub(crate) having: Params,
    pub(crate) order: Params,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) single: bool,
    pub(crate) decode: Decode<T>,
}

/// What of a query another statement is made of.
pub(crate) struct Plain {
    pub(crate) select: Select,
    pub(crate) params: Params,
    pub(crate) order: OrderParams,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) failed: Option<Error>,
}

impl<M: Model, S> Query<M, S> {
    /// Values and not whole rows: a field, a computed value, or a tuple of up to eight; or aggregates of all rows.
    ///
    /// Rows that no longer differ come as often as they are there, unless `distinct` is said.
    pub fn select<P: Projection<M, K>, K: 'static>(
        self,
        select: impl FnOnce(M::Fields) -> P,
    ) -> Selection<M, P::Output> {
        let parts = self.into_plain();
        let mut selection = Selection::new::<P, K>(parts.select, select(M::FIELDS), parts.failed);
        selection.set_values(Params::new(), parts.params, Params::new(), parts.order);
        selection.bound(parts.limit, parts.offset)
    }

    /// The rows in groups that have the same value of a field, of a computed value, or of each of a tuple of up to four.
    ///
    /// The closures that follow are given the [group](crate::query::Group): `group.key` is what it is grouped by, and
    /// `group.row` has the fields of its rows, to stand in aggregates.
    ///
    /// ```
    /// use toasty_dsl::expr::{count, max};
    /// use toasty_dsl::toasty;
    ///
    /// toasty! { pub model Todo { id: u64 [key, auto], user_id: u64, done: bool, title: String } }
    ///
    /// # fn main() {
    /// let busy = Todo::filter(|todo| todo.done.eq(false))
    ///     .group_by(|todo| todo.user_id)
    ///     .having(|_| count().gt(3))
    ///     .order_by(|group| group.key.asc())
    ///     .select(|group| (group.key, count(), max(group.row.title)));
    /// # let _ = busy;
    /// # }
    /// ```
    pub fn group_by<G: Keys<M>>(self, by: impl FnOnce(M::Fields) -> G) -> Grouped<M, G> {
        let mut parts = self.into_plain();
        let computed = parts.select.computed.as_ref();
        let ordered = !parts.select.order.is_empty()
            || computed.is_some_and(|computed| !computed.order.is_empty());
        if ordered || parts.limit.is_some() || parts.offset.is_some() {
            parts.select.forget_order();
            parts.failed.get_or_insert_with(|| {
                Error::unsupported(
                    "an order, a limit or an offset before `group_by`",
                    "say it after `group_by`, where it is about the groups",
                )
                .on_model(M::DEF.name)
            });
        }
        Grouped::new(parts.select, parts.params, by(M::FIELDS), parts.failed)
    }
}

impl<M: Model, T> Selection<M, T> {
    pub(crate) fn new<P: Projection<M, K, Output = T>, K: 'static>(
        mut select: Select,
        values: P,
        failed: Option<Error>,
    ) -> Self {
        let mut list = failing(failed);
        select.output = Output::Values;
        let computed = select.computing();
        values.add_to(&mut computed.list, &mut list);
        let single = TypeId::of::<K>() == TypeId::of::<OfGroup>() && computed.keys.is_empty();
        Selection {
            select,
            keys: Params::new(),
            list,
            filter: Params::new(),
            having: Params::new(),
            order: None,
            limit: None,
            offset: None,
            single,
            decode: |row| P::read(row, &mut 0),
            marker: PhantomData,
        }
    }

    pub(crate) fn set_values(
        &mut self,
        keys: Params,
        filter: Params,
        having: Params,
        order: OrderParams,
    ) {
        (self.keys, self.filter, self.having, self.order) = (keys, filter, having, order);
    }

    pub(crate) fn bound(mut self, limit: Option<u64>, offset: Option<u64>) -> Self {
        (self.limit, self.offset) = (limit, offset);
        self
    }

    /// The rows of what `select` reads, to which these values belong.
    pub(crate) fn of_source(
        select: Select,
        params: Params,
        failed: Option<Error>,
        decode: Decode<T>,
    ) -> Self {
        Selection {
            select,
            keys: Params::new(),
            list: failing(failed),
            filter: params,
            having: Params::new(),
            order: None,
            limit: None,
            offset: None,
            single: false,
            decode,
            marker: PhantomData,
        }
    }

    pub(crate) fn decode(&self) -> Decode<T> {
        self.decode
    }

    pub(crate) fn select_mut(&mut self) -> &mut Select {
        &mut self.select
    }

    pub(crate) fn add_order(&mut self, values: Params) {
        self.order.get_or_insert_default().append(values);
    }

    /// Rows that are equal in all values come once.
    pub fn distinct(mut self) -> Self {
        self.select.computing().distinct = true;
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

    /// How many rows it has.
    pub(crate) async fn count_rows(self, on: &impl Executor) -> Result<u64> {
        let (select, params) = self.into_parts()?;
        let (select, params) = count_of(select, params);
        single(on, select, params).await
    }

    /// Its parts, checked.
    pub(crate) fn taken(self) -> Result<Taken<T>> {
        let order = self.order.map_or_else(Params::new, |order| *order);
        for params in [&self.keys, &self.list, &self.filter, &self.having, &order] {
            params.check()?;
        }
        let select = self.select;
        check_depth(M::DEF.name, &select.filter)?;
        check_computed(&select)?;
        check_locked(&select)?;
        let ordered = !select.order.is_empty()
            || (select.computed.as_ref()).is_some_and(|computed| !computed.order.is_empty());
        if self.single && (ordered || self.limit.is_some() || self.offset.is_some()) {
            return Err(Error::unsupported(
                "an order, a limit or an offset of an aggregate of all rows, which is one row",
                "leave it out, or put the rows into groups by `group_by`",
            )
            .on_model(M::DEF.name));
        }
        Ok(Taken {
            select,
            keys: self.keys,
            list: self.list,
            filter: self.filter,
            having: self.having,
            order,
            limit: self.limit,
            offset: self.offset,
            single: self.single,
            decode: self.decode,
        })
    }

    /// The statement and its values, checked.
    pub(crate) fn into_parts(self) -> Result<(Select, Params)> {
        let taken = self.taken()?;
        let (mut select, mut params) = (taken.select, taken.keys);
        for more in [taken.list, taken.filter, taken.having, taken.order] {
            params.append(more);
        }
        // Parts that are right by themselves may have queries of one name.
        params.check()?;
        select.limit = taken.limit.is_some();
        select.offset = taken.offset.is_some();
        for number in [taken.limit, taken.offset].into_iter().flatten() {
            params.push(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
        }
        Ok((select, params))
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// `Unrepresentable` where a value could not be made, `TooComplex` where conditions or values nest too deeply,
    /// `Unsupported` for an order that the values do not have.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let (select, params) = self.into_parts()?;
        Ok((Statement::Select(select), params))
    }

    /// All rows.
    ///
    /// # Errors
    /// `Decode` where a stored value does not fit; `Unrepresentable` where a result does not; those of
    /// [`statement`](Selection::statement) and of the backend.
    pub async fn all(self, on: &impl Executor) -> Result<Vec<T>>
    where
        T: Send + 'static,
    {
        self.rows(on, None).await
    }

    /// What is asked of the database, and how its rows are read; none where it is known that there are no rows.
    #[allow(
        clippy::type_complexity,
        reason = "three things that go three ways at once"
    )]
    pub(crate) fn into_asked(self) -> Result<Option<(Select, Params, Decode<T>)>> {
        let (single, decode) = (self.single, self.decode);
        let (select, params) = self.into_parts()?;
        // An aggregate of no rows is a row all the same.
        let none = !single && select.filter.known() == Some(false);
        Ok((!none).then_some((select, params, decode)))
    }

    async fn rows(self, on: &impl Executor, at_most: Option<usize>) -> Result<Vec<T>>
    where
        T: Send + 'static,
    {
        let Some((select, params, decode)) = self.into_asked()? else {
            return Ok(Vec::new());
        };
        let sink = Decoded::new(at_most, decode);
        let sink = on.fetch(Statement::Select(select), params, sink).await?;
        Ok(sink.rows)
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// As [`all`](Selection::all).
    pub async fn first(mut self, on: &impl Executor) -> Result<Option<T>>
    where
        T: Send + 'static,
    {
        self.at_most(1);
        Ok(self.rows(on, Some(1)).await?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotFound` where there is none, `TooManyRows` where there are several; as [`all`](Selection::all).
    pub async fn one(mut self, on: &impl Executor) -> Result<T>
    where
        T: Send + 'static,
    {
        self.at_most(2);
        only(self.rows(on, Some(2)).await?, M::DEF.name)
    }

    pub(crate) fn at_most(&mut self, rows: u64) {
        let few = self.single || M::DEF.pins_one_row(&self.select.filter.pinned_columns());
        if !few {
            self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
        }
    }

    /// The rows one after the other, in constant memory: they are read at the pace at which they are taken.
    ///
    /// The stream holds a connection until it is at its end or dropped. Its first item is the error, where there is one.
    #[track_caller]
    pub fn stream(self, on: &impl Executor) -> RowStream<T>
    where
        T: Send + 'static,
    {
        match self.into_asked() {
            Err(error) => RowStream::failed(error),
            Ok(None) => RowStream::empty(),
            Ok(Some((select, params, decode))) => {
                on.stream(Statement::Select(select), params, decode)
            }
        }
    }
}

/// The statement that counts the rows of another.
pub(crate) fn count_of(mut select: Select, mut params: Params) -> (Select, Params) {
    select.output = Output::Count;
    if !select.limit && !select.offset {
        unordered(&mut select, &mut params);
    }
    (select, params)
}

/// The order means nothing where rows are only counted.
pub(crate) fn unordered(select: &mut Select, params: &mut Params) {
    let before = select.slots_after_filter();
    select.forget_order();
    let after = select.slots_after_filter();
    if before == after {
        return;
    }
    params.cut(params.len() - before, after);
}

/// What is computed nests no deeper than it may, and rows that come once are ordered by what they are.
pub(crate) fn check_computed(select: &Select) -> Result<()> {
    let Some(computed) = &select.computed else {
        return Ok(());
    };
    if computed.is_too_deep() {
        return Err(Error::new(
            ErrorKind::TooComplex,
            format!("values are computed of values deeper than {MAX_DEPTH}"),
        )
        .on_model(select.model.name)
        .with_advice("compute a part of it in Rust"));
    }
    let listed = |by: &Formula| by.slots() == 0 && computed.list.contains(by);
    let plain = select.order.iter().map(|key| Formula::Column(key.column));
    let unlisted = plain
        .chain(computed.order.iter().map(|key| key.by.clone()))
        .any(|by| !listed(&by));
    if computed.distinct && unlisted {
        return Err(Error::unsupported(
            "distinct values in the order of something that is not among them",
            "select it as well, or order by one of the selected values",
        )
        .on_model(select.model.name));
    }
    check_source(select, computed)
}

impl<M, T> fmt::Debug for Selection<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection")
            .field("select", &self.select)
            .finish_non_exhaustive()
    }
}
