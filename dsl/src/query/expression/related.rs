//! Values of a relation, as values of the row: counts and sums of its rows, a column of the row that it leads to.
//!
//! Promises: each is computed in the statement that it stands in, for all rows at once, so that no row costs a statement of
//! its own; what can be NULL is an `Option`. Must not know: how anything is computed.

use super::functions::{self, Averaged, Ordered, Summable};
use super::operand::ColumnValue;
use crate::association::{BelongsTo, HasMany, HasOne};
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::{Expression, IntoExpression, OfGroup, OfRow, Projected};
use crate::statement::{Formula, RelatedValue};
use crate::value::{Params, Scalar};
use std::marker::PhantomData;

/// The rows of a has-many that meet a condition, to be counted and summed. Made by [`Field::matching`].
#[must_use = "say what of the rows: `.count()`, `.sum(|row| …)` or another aggregate"]
pub struct Matching<M, T> {
    relation: u16,
    filter: Filter<T>,
    marker: PhantomData<fn() -> M>,
}

type Base<E, T> = <<E as IntoExpression<T, OfRow>>::Type as ColumnValue>::Base;

fn value<M: Model, T: Model, V>(
    relation: u16,
    value: (Formula, Params),
    filter: Filter<T>,
) -> Expression<M, V> {
    let (value, mut params) = value;
    let (filter, more) = filter.into_parts();
    params.append(more);
    let related = RelatedValue {
        relation,
        value,
        filter,
    };
    Expression::new(Formula::Related(Box::new(related)), params)
}

impl<M: Model, T: Model> Matching<M, T> {
    /// How many there are.
    pub fn count(self) -> Expression<M, u64> {
        self.aggregate(|_| functions::count())
    }

    /// In how many of them the values differ, NULL not among them.
    pub fn count_distinct<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, u64> {
        self.aggregate(|row| functions::count_distinct(of(row)))
    }

    /// The sum of a value of theirs, as [`sum`](functions::sum): none where there is no value.
    pub fn sum<E: IntoExpression<T, OfRow>, S: Scalar>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<S>>
    where
        Base<E, T>: Summable<Sum = S>,
    {
        self.aggregate(|row| functions::sum(of(row)))
    }

    /// The mean of a value of theirs, as [`avg`](functions::avg): none where there is no value.
    pub fn avg<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<f64>>
    where
        Base<E, T>: Averaged,
    {
        self.aggregate(|row| functions::avg(of(row)))
    }

    /// The smallest of a value of theirs; none where there is no value.
    pub fn min<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>>
    where
        Base<E, T>: Ordered,
    {
        self.aggregate(|row| functions::min(of(row)))
    }

    /// The largest of a value of theirs; none where there is no value.
    pub fn max<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>>
    where
        Base<E, T>: Ordered,
    {
        self.aggregate(|row| functions::max(of(row)))
    }

    /// What is computed of aggregates of them: `.aggregate(|todo| sum(todo.minutes).coalesce(0) / count())`.
    pub fn aggregate<V: Projected>(
        self,
        of: impl FnOnce(T::Fields) -> Expression<T, V, OfGroup>,
    ) -> Expression<M, V> {
        value(self.relation, of(T::FIELDS).into_parts(), self.filter)
    }
}

/// # Values of the rows of a has-many
///
/// Of each row how many others there are, or what their sum is, in the same statement: to be selected, compared and ordered
/// by like a column.
///
/// ```
/// use toasty_dsl::{BelongsTo, HasMany, toasty};
///
/// toasty! {
///     pub model User { id: u64 [key, auto], name: String, todos: HasMany<Todo> }
///     pub model Todo { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User>, minutes: i64, done: bool }
/// }
///
/// # fn main() {
/// let busy = User::filter(|user| user.todos.count().gt(3))
///     .order_by(|user| user.todos.sum(|todo| todo.minutes).desc())
///     .select(|user| (user.name, user.todos.count_where(|todo| todo.done.eq(false))));
/// # let _ = busy;
/// # }
/// ```
impl<M: Model, T: Model> Field<M, HasMany<T>> {
    /// Those that meet a condition, to be counted and summed: `user.todos.matching(|todo| todo.done.eq(true)).max(|todo| todo.title)`.
    pub fn matching(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Matching<M, T> {
        Matching {
            relation: self.field_number(),
            filter: filter(T::FIELDS),
            marker: PhantomData,
        }
    }

    fn each(self) -> Matching<M, T> {
        self.matching(|_| Filter::always())
    }

    /// How many there are.
    pub fn count(self) -> Expression<M, u64> {
        self.each().count()
    }

    /// How many meet a condition.
    pub fn count_where(self, filter: impl FnOnce(T::Fields) -> Filter<T>) -> Expression<M, u64> {
        self.matching(filter).count()
    }

    /// The sum of a value of theirs: as [`Matching::sum`].
    pub fn sum<E: IntoExpression<T, OfRow>, S: Scalar>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<S>>
    where
        Base<E, T>: Summable<Sum = S>,
    {
        self.each().sum(of)
    }

    /// The mean of a value of theirs: as [`Matching::avg`].
    pub fn avg<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<f64>>
    where
        Base<E, T>: Averaged,
    {
        self.each().avg(of)
    }

    /// The smallest of a value of theirs; none where there is no value.
    pub fn min<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>>
    where
        Base<E, T>: Ordered,
    {
        self.each().min(of)
    }

    /// The largest of a value of theirs; none where there is no value.
    pub fn max<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>>
    where
        Base<E, T>: Ordered,
    {
        self.each().max(of)
    }
}

/// # Values of the row of a belongs-to
///
/// ```
/// use toasty_dsl::{BelongsTo, toasty};
///
/// toasty! {
///     pub model User { id: u64 [key, auto], name: String }
///     pub model Todo { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User>, title: String }
/// }
///
/// # fn main() {
/// let by_owner = Todo::all().order_by(|todo| (todo.user.value(|user| user.name).asc(), todo.id.asc()));
/// # let _ = by_owner;
/// # }
/// ```
impl<M: Model, T: Model> Field<M, BelongsTo<T>> {
    /// A value of it: a column, or what is computed from it.
    pub fn value<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, E::Type> {
        of_one(self.field_number(), of(T::FIELDS))
    }
}

fn of_one<M: Model, T: Model, E: IntoExpression<T, OfRow>, V>(
    relation: u16,
    of: E,
) -> Expression<M, V> {
    let of = of.into_expression().into_parts();
    value::<M, T, V>(relation, of, Filter::always())
}

/// # Values of the row of an optional belongs-to
impl<M: Model, T: Model> Field<M, Option<BelongsTo<T>>> {
    /// A value of it: a column, or what is computed from it. None where there is no row.
    pub fn value<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>> {
        of_one(self.field_number(), of(T::FIELDS))
    }
}

/// # Values of the row of a has-one
impl<M: Model, T: Model> Field<M, HasOne<T>> {
    /// A value of it: a column, or what is computed from it. None where there is no row.
    pub fn value<E: IntoExpression<T, OfRow>>(
        self,
        of: impl FnOnce(T::Fields) -> E,
    ) -> Expression<M, Option<Base<E, T>>> {
        of_one(self.field_number(), of(T::FIELDS))
    }
}
