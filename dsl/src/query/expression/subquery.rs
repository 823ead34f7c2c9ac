//! Queries inside of a query: values among those that another gives, whether it has rows, its first value.
//!
//! Promises: a query inside keeps its order, limit, offset and groups; what stands in its way is an error of the query that
//! it is in; NULLs that it gives are never why nothing is found.

use super::operand::ColumnValue;
use crate::error::Result;
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::rows::Query;
use crate::query::values::{Selection, SetQuery};
use crate::query::{Expression, IntoExpression, Kind, OfRow, Projected};
use crate::statement::{Expr, Formula, Select, Test};
use crate::value::{Params, Scalar};

/// A query that can stand inside of another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no query to ask whether it has rows",
    label = "expected a query",
    note = "such as `Todo::filter(|todo| todo.user_id.eq(outer(user.id)))`"
)]
pub trait AnyQuery {
    /// The statement that says whether there is any row, with its values.
    ///
    /// # Errors
    /// Those that it has by itself before anything is sent.
    fn into_existing(self) -> Result<(Select, Params)>;
}

#[diagnostic::do_not_recommend]
impl<N: Model, S> AnyQuery for Query<N, S> {
    fn into_existing(self) -> Result<(Select, Params)> {
        self.existing()
    }
}

#[diagnostic::do_not_recommend]
impl<N: Model, T> AnyQuery for Selection<N, T> {
    fn into_existing(self) -> Result<(Select, Params)> {
        self.into_parts()
    }
}

#[diagnostic::do_not_recommend]
impl<N: Model, T> AnyQuery for SetQuery<N, T> {
    fn into_existing(self) -> Result<(Select, Params)> {
        self.whole().into_parts()
    }
}

/// A query for one value of each row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no query for one value of each row",
    label = "expected a query that ends by `.select(|row| row.column)`",
    note = "say which column is meant: `User::filter(|user| …).select(|user| user.id)`"
)]
pub trait ValueQuery {
    /// The type of its values.
    type Value: Projected;

    /// The statement and its values.
    ///
    /// # Errors
    /// Those that it has by itself before anything is sent.
    fn into_values(self) -> Result<(Select, Params)>;

    /// The same, for its first row.
    ///
    /// # Errors
    /// The same.
    fn into_first_value(self) -> Result<(Select, Params)>;
}

#[diagnostic::do_not_recommend]
impl<N: Model, V: Projected> ValueQuery for Selection<N, V> {
    type Value = V;

    fn into_values(self) -> Result<(Select, Params)> {
        self.into_parts()
    }

    fn into_first_value(mut self) -> Result<(Select, Params)> {
        self.at_most(1);
        self.into_parts()
    }
}

#[diagnostic::do_not_recommend]
impl<N: Model, V: Projected> ValueQuery for SetQuery<N, V> {
    type Value = V;

    fn into_values(self) -> Result<(Select, Params)> {
        self.whole().into_values()
    }

    fn into_first_value(self) -> Result<(Select, Params)> {
        self.whole().into_first_value()
    }
}

/// A query for values that a value of type `T` can be among.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no query for values of type `{T}`",
    label = "expected a query that ends by `.select(|row| row.column)`, of a column of type `{T}`",
    note = "say which column is meant: `User::filter(|user| …).select(|user| user.id)`; it is of the type that is compared, or an `Option` of it"
)]
pub trait ValuesOf<T>: ValueQuery {}

#[diagnostic::do_not_recommend]
impl<N: Model, T: Scalar> ValuesOf<T> for Selection<N, T> {}

#[diagnostic::do_not_recommend]
impl<N: Model, T: Scalar> ValuesOf<T> for Selection<N, Option<T>> {}

#[diagnostic::do_not_recommend]
impl<N: Model, T: Scalar> ValuesOf<T> for SetQuery<N, T> {}

#[diagnostic::do_not_recommend]
impl<N: Model, T: Scalar> ValuesOf<T> for SetQuery<N, Option<T>> {}

/// A column of a query around this one, inside of a closure of that query.
///
/// It is of the nearest query around that is about the column's model: one inside of a query of the same model speaks of the
/// outer row by it, and of its own by the column itself. In a relation's closure it speaks of the row that has the relation.
/// Where there is no such query around, nothing is sent and the error names both models.
///
/// ```
/// use toasty_dsl::expr::{exists, outer};
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Person { id: u64 [key, auto], city: String, age: i64 } }
///
/// # fn main() {
/// let not_the_oldest = Person::filter(|person| {
///     exists(Person::filter(|other| other.city.eq(outer(person.city)) & other.age.gt(outer(person.age))))
/// });
/// # let _ = not_the_oldest;
/// # }
/// ```
pub fn outer<M: Model, O: Model, T: Projected>(column: Field<O, T>) -> Expression<M, T> {
    let formula = Formula::Outer(O::model_ref(), column.column_number());
    Expression::new(formula, Params::new())
}

/// The query has at least one row.
///
/// ```
/// use toasty_dsl::expr::{exists, outer};
/// use toasty_dsl::toasty;
///
/// toasty! {
///     pub model User { id: u64 [key, auto], name: String }
///     pub model Visit { id: u64 [key, auto], user_id: u64 [index], seconds: i64 }
/// }
///
/// # fn main() {
/// let seen = User::filter(|user| {
///     exists(Visit::filter(|visit| visit.user_id.eq(outer(user.id)) & visit.seconds.gt(60)))
/// });
/// # let _ = seen;
/// # }
/// ```
pub fn exists<M: Model>(query: impl AnyQuery) -> Filter<M> {
    existence(query, false)
}

/// The query has no row.
pub fn not_exists<M: Model>(query: impl AnyQuery) -> Filter<M> {
    existence(query, true)
}

fn existence<M: Model>(query: impl AnyQuery, negated: bool) -> Filter<M> {
    match query.into_existing() {
        Ok((query, params)) => {
            let query = Box::new(query);
            Filter::new(
                Expr::Computed(Box::new(Test::Exists { query, negated })),
                params,
            )
        }
        Err(error) => {
            let mut params = Params::new();
            params.fail(error);
            Filter::new(Expr::Constant(true), params)
        }
    }
}

/// The value of the query's first row; none where it has no row. Without an order it is that of any.
///
/// ```
/// use toasty_dsl::expr::{avg, outer, scalar};
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Offer { id: u64 [key, auto], shop: String, price: f64 } }
///
/// # fn main() {
/// let cheap = Offer::filter(|offer| {
///     let of_the_shop = Offer::filter(|other| other.shop.eq(outer(offer.shop)));
///     scalar(of_the_shop.select(|other| avg(other.price))).gt(offer.price)
/// });
/// # let _ = cheap;
/// # }
/// ```
pub fn scalar<M: Model, Q: ValueQuery>(
    query: Q,
) -> Expression<M, Option<<Q::Value as ColumnValue>::Base>> {
    match query.into_first_value() {
        Ok((query, params)) => Expression::new(Formula::Subquery(Box::new(query)), params),
        Err(error) => {
            let mut params = Params::new();
            params.fail(error);
            let ty = <<Q::Value as ColumnValue>::Base as Scalar>::TYPE;
            Expression::new(Formula::Slot(ty), params)
        }
    }
}

fn among<M: Model, T, K: Kind, Q: ValueQuery>(
    of: Expression<M, T, K>,
    query: Q,
    negated: bool,
) -> K::Condition<M> {
    let (of, mut params) = of.into_parts();
    match query.into_values() {
        Ok((query, more)) => {
            params.append(more);
            let test = Test::InSubquery {
                of,
                query: Box::new(query),
                nullable: <Q::Value as Projected>::NULLABLE,
                negated,
            };
            K::condition(Expr::Computed(Box::new(test)), params)
        }
        Err(error) => {
            params.fail(error);
            K::condition(Expr::Constant(true), params)
        }
    }
}

/// # Among the values of a query
impl<M: Model, T: Projected> Field<M, T> {
    /// Equal to one of the values that the query gives, all in one statement: `todo.user_id.in_query(User::filter(…).select(|user| user.id))`.
    ///
    /// NULLs among them are left out, so that `!` of it is [`not_in_query`](Field::not_in_query).
    pub fn in_query(self, query: impl ValuesOf<T::Base>) -> Filter<M> {
        among(self.into_expression(), query, false)
    }

    /// Equal to none of the values that the query gives. NULLs among them are left out, as no list has one: in plain SQL a
    /// single one would find nothing at all. Rows where the column is NULL are found only when the query gives no value.
    pub fn not_in_query(self, query: impl ValuesOf<T::Base>) -> Filter<M> {
        among(self.into_expression(), query, true)
    }
}

/// # Among the values of a query
impl<M: Model, T: Projected> Expression<M, T, OfRow> {
    /// Equal to one of the values that the query gives: as [`Field::in_query`].
    pub fn in_query(self, query: impl ValuesOf<T::Base>) -> Filter<M> {
        among(self, query, false)
    }

    /// Equal to none of the values that the query gives: as [`Field::not_in_query`].
    pub fn not_in_query(self, query: impl ValuesOf<T::Base>) -> Filter<M> {
        among(self, query, true)
    }
}
