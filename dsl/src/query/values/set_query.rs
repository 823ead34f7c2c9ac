//! Several queries for values as one.
//!
//! Promises: all parts give values of the same types; the order of the whole is by the values that it gives, which are all
//! that it has. Must not know: how its parts are asked for.

use super::selection::Selection;
use crate::error::Result;
use crate::field::Model;
use crate::query::expression::{ColumnValue, Expression, Projected};
use crate::query::rows::{IntoOrder, OrderParams, compound, read};
use crate::query::run::{Executor, RowStream};
use crate::statement::{Computed, Formula, Given, Output, Select, SetOperation, Statement};
use crate::value::{Params, Scalar};
use crate::write::IntoStatement;
use std::fmt;

/// Values that an order can be by: one, or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "a union of `{Self}` is not ordered in the database",
    label = "expected single values, or a tuple of them",
    note = "select the values to order by in every part: `.select(|row| (row.id, row.name))`"
)]
pub trait SetValues<M> {
    /// The values, to be ordered by.
    type Handles;

    /// The values, `next` being the number of the next.
    #[doc(hidden)]
    fn handles(next: &mut usize) -> Self::Handles;
}

#[diagnostic::do_not_recommend]
impl<M, T: Projected> SetValues<M> for T {
    type Handles = Expression<M, T>;

    fn handles(next: &mut usize) -> Expression<M, T> {
        *next += 1;
        let given = Given {
            number: *next - 1,
            ty: <<T as ColumnValue>::Base as Scalar>::TYPE,
        };
        Expression::new(Formula::Given(given), Params::new())
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($name: Projected),+> SetValues<M> for ($($name,)+) {
            type Handles = ($(Expression<M, $name>,)+);

            fn handles(next: &mut usize) -> Self::Handles {
                ($(<$name as SetValues<M>>::handles(next),)+)
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
)(A, B, C, D, E, F, G)(A, B, C, D, E, F, G, H));

/// Several queries for values of type `T` as one: what `union` and its like make of selections.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! {
///     pub model User { id: u64 [key, auto], name: String }
///     pub model Company { id: u64 [key, auto], title: String }
/// }
///
/// # fn main() {
/// let names = User::all().select(|user| (user.name, user.id))
///     .union(Company::all().select(|company| (company.title, company.id)))
///     .order_by(|(name, _)| name.asc())
///     .limit(20);
/// # let _ = names;
/// # }
/// ```
#[must_use = "a query does nothing until `.all(&db)` or another last word is awaited"]
pub struct SetQuery<M, T> {
    all: Selection<M, T>,
    order: OrderParams,
}

impl<M, T> Clone for SetQuery<M, T> {
    fn clone(&self) -> Self {
        SetQuery {
            all: self.all.clone(),
            order: self.order.clone(),
        }
    }
}

/// # Several queries as one
///
/// The other query may be of another model: its values have to be of the same types. What follows is about the rows of all
/// parts. DynamoDB refuses it.
impl<M: Model, T> Selection<M, T> {
    /// The rows of both queries, equal ones once.
    pub fn union<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        put_together(SetOperation::Union, self, other)
    }

    /// The rows of both queries.
    pub fn union_all<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        put_together(SetOperation::UnionAll, self, other)
    }

    /// The rows that are in both queries, equal ones once.
    pub fn intersect<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        put_together(SetOperation::Intersect, self, other)
    }

    /// The rows that are in this query and not in the other one, equal ones once.
    pub fn except<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        put_together(SetOperation::Except, self, other)
    }
}

fn put_together<M: Model, N: Model, T>(
    operation: SetOperation,
    first: Selection<M, T>,
    second: Selection<N, T>,
) -> SetQuery<M, T> {
    let decode = first.decode();
    let parts = first
        .into_parts()
        .and_then(|first| Ok((first, second.into_parts()?)));
    let mut select = Select::all(M::model_ref());
    select.output = Output::Values;
    let mut params = Params::new();
    let failed = match parts {
        Err(error) => Some(error),
        Ok(((first, values), (second, more))) => {
            let list = given(&first);
            params = values;
            params.append(more);
            select.allowed = first.allowed;
            let source = compound(operation, first, second, &list);
            select.computing().list = list;
            read(&mut select, source, &mut params);
            None
        }
    };
    SetQuery {
        all: Selection::of_source(select, params, failed, decode),
        order: None,
    }
}

/// The values that a select of values gives, as another that reads its rows has them.
fn given(select: &Select) -> Vec<Formula> {
    let nothing = Computed::NOTHING;
    let computed = select.computed.as_deref().unwrap_or(&nothing);
    let types = computed.list.iter();
    let types = types.map(|value| value.column_type(&select.model, &computed.keys));
    types
        .enumerate()
        .map(|(number, ty)| Formula::Given(Given { number, ty }))
        .collect()
}

impl<M: Model, T> SetQuery<M, T> {
    pub(crate) fn whole(mut self) -> Selection<M, T> {
        if let Some(order) = self.order.take() {
            self.all.add_order(*order);
        }
        self.all
    }

    /// In the order of these of its values. Called again, it adds further keys.
    pub fn order_by<O: IntoOrder<M>>(mut self, order: impl FnOnce(T::Handles) -> O) -> Self
    where
        T: SetValues<M>,
    {
        order(T::handles(&mut 0)).add_to(self.all.select_mut(), &mut self.order);
        self
    }

    /// At most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.all = self.all.limit(rows);
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.all = self.all.offset(rows);
        self
    }

    /// The rows of both, equal ones once.
    pub fn union<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        self.whole().union(other)
    }

    /// The rows of both.
    pub fn union_all<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        self.whole().union_all(other)
    }

    /// The rows that are in both, equal ones once.
    pub fn intersect<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        self.whole().intersect(other)
    }

    /// The rows that are in this and not in the other one, equal ones once.
    pub fn except<N: Model>(self, other: Selection<N, T>) -> SetQuery<M, T> {
        self.whole().except(other)
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Selection::statement`], of every part.
    pub fn statement(self) -> Result<(Statement, Params)> {
        self.whole().statement()
    }

    /// All rows.
    ///
    /// # Errors
    /// As [`Selection::all`], of every part.
    pub async fn all(self, on: &impl Executor) -> Result<Vec<T>>
    where
        T: Send + 'static,
    {
        self.whole().all(on).await
    }

    /// The first row, if there is any.
    ///
    /// # Errors
    /// As [`SetQuery::all`].
    pub async fn first(self, on: &impl Executor) -> Result<Option<T>>
    where
        T: Send + 'static,
    {
        self.whole().first(on).await
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotFound` where there is none, `TooManyRows` where there are several; as [`SetQuery::all`].
    pub async fn one(self, on: &impl Executor) -> Result<T>
    where
        T: Send + 'static,
    {
        self.whole().one(on).await
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// As [`SetQuery::all`].
    pub async fn count(self, on: &impl Executor) -> Result<u64> {
        self.whole().count_rows(on).await
    }

    /// The rows one after the other, in constant memory.
    ///
    /// The stream holds a connection until it is at its end or dropped. Its first item is the error, where there is one.
    #[track_caller]
    pub fn stream(self, on: &impl Executor) -> RowStream<T>
    where
        T: Send + 'static,
    {
        self.whole().stream(on)
    }
}

impl<M: Model, T> IntoStatement for SetQuery<M, T> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<M, T> fmt::Debug for SetQuery<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SetQuery").field(&self.all).finish()
    }
}
