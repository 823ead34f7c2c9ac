//! Groups of rows, and the conditions on them.
//!
//! Promises: a column that is neither grouped nor aggregated does not compile. The surprising decision: the closures of a
//! grouped query are given the group and not the row. Handles of one type look alike to the compiler, so that it could not
//! tell a grouped column from another; a key that was made a value of the group it can.

use super::projection::Projection;
use super::selection::Selection;
use crate::error::Error;
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::expression::{Expression, OfGroup, OfRow, Projected};
use crate::query::rows::{IntoOrder, OrderParams};
use crate::statement::{Expr, Formula, Select};
use crate::value::Params;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition on groups of rows, for `having`. Combine with `&`, `|` and `!`.
#[derive(Debug, Clone)]
#[must_use = "a condition does nothing until it is given to `having`"]
pub struct Having<M>(pub(crate) Filter<M>);

impl<M: Model> BitAnd for Having<M> {
    type Output = Having<M>;

    fn bitand(self, other: Self) -> Self {
        Having(self.0.and(other.0))
    }
}

impl<M: Model> BitOr for Having<M> {
    type Output = Having<M>;

    fn bitor(self, other: Self) -> Self {
        Having(self.0.or(other.0))
    }
}

impl<M: Model> Not for Having<M> {
    type Output = Having<M>;

    fn not(self) -> Self {
        Having(self.0.not())
    }
}

/// What rows are grouped by: a field, a computed value, or a tuple of up to four.
#[diagnostic::on_unimplemented(
    message = "rows are not grouped by `{Self}`",
    label = "expected a field, a value computed from a row, or a tuple of them"
)]
pub trait Keys<M> {
    /// The keys as values of the group.
    type Values;

    /// Adds the keys.
    fn add_to(self, keys: &mut Vec<Formula>, params: &mut Params);

    /// The keys as values of the group, `next` being the number of the next.
    fn values(next: &mut usize) -> Self::Values;
}

fn key<M, T>(next: &mut usize) -> Expression<M, T, OfGroup> {
    *next += 1;
    Expression::new(Formula::Key(*next - 1), Params::new())
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> Keys<M> for Field<M, T> {
    type Values = Expression<M, T, OfGroup>;

    fn add_to(self, keys: &mut Vec<Formula>, _: &mut Params) {
        keys.push(Formula::Column(self.column_number()));
    }

    fn values(next: &mut usize) -> Self::Values {
        key(next)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> Keys<M> for Expression<M, T, OfRow> {
    type Values = Expression<M, T, OfGroup>;

    fn add_to(self, keys: &mut Vec<Formula>, params: &mut Params) {
        let (formula, more) = self.into_parts();
        keys.push(formula);
        params.append(more);
    }

    fn values(next: &mut usize) -> Self::Values {
        key(next)
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($name: Keys<M>),+> Keys<M> for ($($name,)+) {
            type Values = ($($name::Values,)+);

            fn add_to(self, keys: &mut Vec<Formula>, params: &mut Params) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(keys, params); )+
            }

            fn values(next: &mut usize) -> Self::Values {
                ($($name::values(next),)+)
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D));

/// A group of rows, as the closures of a grouped query are given it.
#[derive(Debug, Clone)]
pub struct Group<M: Model, V> {
    /// What its rows are grouped by: one value, or a tuple of them. All rows of the group have it
    pub key: V,
    /// The fields of its rows, to stand in aggregates
    pub row: M::Fields,
}

impl<M: Model, V> Group<M, V> {
    fn of<G: Keys<M, Values = V>>() -> Self {
        Group {
            key: G::values(&mut 0),
            row: M::FIELDS,
        }
    }
}

/// A query whose rows are put into groups: `having` says which, `select` what is wanted of each.
#[must_use = "a query does nothing until `.all(&db)` or another last word is awaited"]
pub struct Grouped<M, G> {
    select: Select,
    keys: Params,
    filter: Params,
    having: Params,
    order: OrderParams,
    limit: Option<u64>,
    offset: Option<u64>,
    failed: Option<Error>,
    marker: PhantomData<fn() -> (M, G)>,
}

impl<M: Model, G: Keys<M>> Grouped<M, G> {
    pub(crate) fn new(mut select: Select, filter: Params, by: G, failed: Option<Error>) -> Self {
        let mut keys = Params::new();
        by.add_to(&mut select.computing().keys, &mut keys);
        Grouped {
            select,
            keys,
            filter,
            having: Params::new(),
            order: None,
            limit: None,
            offset: None,
            failed,
            marker: PhantomData,
        }
    }

    /// Only groups that meet this condition, and those given before.
    pub fn having(mut self, having: impl FnOnce(Group<M, G::Values>) -> Having<M>) -> Self {
        let (expr, params) = having(Group::of::<G>()).0.into_parts();
        let computed = self.select.computing();
        let before = std::mem::replace(&mut computed.having, Expr::Constant(true));
        computed.having = before.and(expr);
        self.having.append(params);
        self
    }

    /// The groups in this order. Called again, it adds further keys.
    pub fn order_by<O: IntoOrder<M, OfGroup>>(
        mut self,
        order: impl FnOnce(Group<M, G::Values>) -> O,
    ) -> Self {
        order(Group::of::<G>()).add_to(&mut self.select, &mut self.order);
        self
    }

    /// At most this many groups.
    pub fn limit(mut self, groups: u64) -> Self {
        self.limit = Some(groups);
        self
    }

    /// Without the first so many groups.
    pub fn offset(mut self, groups: u64) -> Self {
        self.offset = Some(groups);
        self
    }

    /// What is wanted of each group: its keys and aggregates of its rows.
    pub fn select<P: Projection<M, OfGroup>>(
        self,
        select: impl FnOnce(Group<M, G::Values>) -> P,
    ) -> Selection<M, P::Output> {
        let mut selection =
            Selection::new::<P, OfGroup>(self.select, select(Group::of::<G>()), self.failed);
        selection.set_values(self.keys, self.filter, self.having, self.order);
        selection.bound(self.limit, self.offset)
    }
}

impl<M: Model, G> std::fmt::Debug for Grouped<M, G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grouped")
            .field("select", &self.select)
            .finish_non_exhaustive()
    }
}
