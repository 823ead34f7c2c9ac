//! Typed values that are computed, and the conditions on them.
//!
//! Promises: a value knows whether it is one of each row or one of each group of rows, and the two never meet in one
//! computation; whether it can be NULL is in its type. Must not know: how anything is computed.

mod arithmetic;
mod arrays;
mod fragment;
pub mod functions;
mod json;
mod operand;
mod related;
mod subquery;
mod times;
mod window;

pub use arithmetic::{Divisible, Integer, Numeric};
pub use arrays::ArrayValue;
pub use fragment::Fragment;
pub use functions::Branch;
pub use json::{JsonPath, JsonValue};
pub use operand::{ColumnValue, NullableColumn, Operand, Side, TextColumn};
pub use related::Matching;
pub use subquery::{AnyQuery, ValueQuery, ValuesOf};
pub use times::{HasDate, HasTime};
pub use window::{Over, WindowCall, Windowed};

use crate::error::DecodeError;
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::values::Having;
use crate::statement::{Comparison, Expr, Formula, MAX_DEPTH, Test};
use crate::value::{Cell, Params, Scalar, Value};
use std::fmt;
use std::marker::PhantomData;

/// A value of each row: a column, or what is computed from columns.
#[derive(Debug, Clone, Copy)]
pub struct OfRow;

/// A value of each group of rows, or of all rows together: an aggregate, or the key of a group.
#[derive(Debug, Clone, Copy)]
pub struct OfGroup;

/// Whether a value is one [of each row](OfRow) or one [of each group](OfGroup).
pub trait Kind: Sized + 'static {
    /// What a condition on such values is.
    type Condition<M: Model>;

    /// A condition on such values.
    fn condition<M: Model>(expr: Expr, params: Params) -> Self::Condition<M>;
}

impl Kind for OfRow {
    type Condition<M: Model> = Filter<M>;

    fn condition<M: Model>(expr: Expr, params: Params) -> Filter<M> {
        Filter::new(expr, params)
    }
}

impl Kind for OfGroup {
    type Condition<M: Model> = Having<M>;

    fn condition<M: Model>(expr: Expr, params: Params) -> Having<M> {
        Having(Filter::new(expr, params))
    }
}

/// A type that a computed value can have: a column's, or an `Option` of one where it can be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no single column",
    label = "this needs one column",
    note = "of an embedded value name a part, such as `user.address.city`; the rows of a relation are loaded by `.include(…)`"
)]
pub trait Projected: ColumnValue + Sized + Send + 'static {
    /// Another type that can be NULL where this one can.
    type With<U: Scalar>: Projected<Base = U>;

    /// Whether it can be NULL.
    const NULLABLE: bool;

    /// Read from a column.
    ///
    /// # Errors
    /// When the cell holds another type, or a value out of range.
    fn read(cell: Cell<'_>) -> Result<Self, DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Projected for T {
    type With<U: Scalar> = U;

    const NULLABLE: bool = false;

    #[inline]
    fn read(cell: Cell<'_>) -> Result<Self, DecodeError> {
        T::decode(cell)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Projected for Option<T> {
    type With<U: Scalar> = Option<U>;

    const NULLABLE: bool = true;

    #[inline]
    fn read(cell: Cell<'_>) -> Result<Self, DecodeError> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::decode(cell).map(Some),
        }
    }
}

/// A computed value of type `T`, of model `M`: of each row, or of each group of rows, as `K` says.
///
/// It is made of the fields of a model by arithmetic and the functions of [`expr`](crate::expr), and compared as they are.
///
/// ```
/// use toasty_dsl::expr::lower;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Page { id: u64 [key, auto], title: String, views: i64, likes: i64 } }
///
/// # fn main() {
/// let liked = Page::filter(|page| (page.likes * 10).gt(page.views) & lower(page.title).eq("news"))
///     .order_by(|page| (page.views - page.likes).desc());
/// # let _ = liked;
/// # }
/// ```
#[must_use = "a computed value does nothing until it stands in a query"]
pub struct Expression<M, T, K = OfRow> {
    formula: Formula,
    params: Params,
    marker: PhantomData<fn() -> (M, T)>,
    kind: PhantomData<K>,
}

impl<M, T, K> Clone for Expression<M, T, K> {
    fn clone(&self) -> Self {
        Expression {
            formula: self.formula.clone(),
            params: self.params.clone(),
            marker: PhantomData,
            kind: PhantomData,
        }
    }
}

impl<M, T, K> fmt::Debug for Expression<M, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression")
            .field("formula", &self.formula)
            .field("params", &self.params)
            .finish()
    }
}

impl<M, T, K> Expression<M, T, K> {
    /// A formula with its values, which must be in the order of its slots.
    pub fn new(formula: Formula, params: Params) -> Self {
        // Dropped here, so that no tree ever grows deep enough for its own drop to overflow the stack.
        let (formula, params) = if formula.depth() > MAX_DEPTH {
            (Formula::TooDeep, Params::new())
        } else {
            (formula, params)
        };
        Expression {
            formula,
            params,
            marker: PhantomData,
            kind: PhantomData,
        }
    }

    /// The formula and its values.
    pub fn into_parts(self) -> (Formula, Params) {
        (self.formula, self.params)
    }
}

/// What a function computes with: a field, or what was computed before.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of `{K}`",
    label = "expected a field or a computed value",
    note = "an aggregate is of the values of rows: `max(todo.title)`, and not of another aggregate"
)]
pub trait IntoExpression<M, K> {
    /// Its type.
    type Type: Projected;

    /// As a computed value.
    fn into_expression(self) -> Expression<M, Self::Type, K>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> IntoExpression<M, OfRow> for Field<M, T> {
    type Type = T;

    fn into_expression(self) -> Expression<M, T, OfRow> {
        Expression::new(Formula::Column(self.column_number()), Params::new())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected, K: Kind> IntoExpression<M, K> for Expression<M, T, K> {
    type Type = T;

    fn into_expression(self) -> Self {
        self
    }
}

/// What stands beside a value of type `T` in a computation or a comparison: a value, a field, a computed value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit a value of type `{T}` of `{K}`",
    label = "expected a value, a field or a computed value of type `{T}`",
    note = "numbers need the type itself: a literal takes it by itself, another number is converted: `i64::from(x)`",
    note = "where one side can be NULL and the other cannot, say what stands for NULL: `row.rank.coalesce(0)`"
)]
pub trait Argument<M, T, K> {
    /// The formula and its values.
    fn into_formula(self) -> (Formula, Params);
}

fn slot<M: Model, T: Scalar>(value: T) -> (Formula, Params) {
    let mut params = Params::new();
    params.push_result(value.into_value(), M::DEF.name, String::new);
    (Formula::Slot(T::TYPE), params)
}

fn text_slot(text: &str) -> (Formula, Params) {
    let mut params = Params::new();
    params.push(Value::Text(text.to_owned()));
    (Formula::Slot(String::TYPE), params)
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Scalar, K: Kind> Argument<M, T, K> for T {
    fn into_formula(self) -> (Formula, Params) {
        slot::<M, T>(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Scalar, K: Kind> Argument<M, Option<T>, K> for T {
    fn into_formula(self) -> (Formula, Params) {
        slot::<M, T>(self)
    }
}

macro_rules! texts {
    ($($argument:ty => $type:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, K: Kind> Argument<M, $type, K> for $argument {
            fn into_formula(self) -> (Formula, Params) {
                text_slot(self)
            }
        }
    )* };
}

texts!(&str => String, &str => Option<String>, &String => String, &String => Option<String>);

macro_rules! fields {
    ($($given:ty => $wanted:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Scalar> Argument<M, $wanted, OfRow> for Field<M, $given> {
            fn into_formula(self) -> (Formula, Params) {
                (Formula::Column(self.column_number()), Params::new())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Scalar, K: Kind> Argument<M, $wanted, K> for Expression<M, $given, K> {
            fn into_formula(self) -> (Formula, Params) {
                self.into_parts()
            }
        }
    )* };
}

fields!(T => T, T => Option<T>, Option<T> => Option<T>);

/// # Comparing
///
/// The other side is a value, a field or another computed value. The condition is one on rows, for `filter`, where the value
/// is one of each row, and one on groups, for `having`, where it is one of each group.
impl<M: Model, T: Projected, K: Kind> Expression<M, T, K> {
    fn compare(
        self,
        comparison: Comparison,
        with: impl Argument<M, Option<T::Base>, K>,
    ) -> K::Condition<M> {
        let (right, more) = with.into_formula();
        self.test(more, |left| Test::Compare {
            left,
            comparison,
            right,
        })
    }

    fn test(self, more: Params, test: impl FnOnce(Formula) -> Test) -> K::Condition<M> {
        let (formula, mut params) = self.into_parts();
        params.append(more);
        K::condition(Expr::Computed(Box::new(test(formula))), params)
    }

    /// Equal.
    pub fn eq(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::Equal, with)
    }

    /// Not equal. NULL is neither equal nor unequal to anything.
    pub fn ne(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::NotEqual, with)
    }

    /// Less than.
    pub fn lt(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::Less, with)
    }

    /// Less than or equal.
    pub fn le(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::LessOrEqual, with)
    }

    /// Greater than.
    pub fn gt(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::Greater, with)
    }

    /// Greater than or equal.
    pub fn ge(self, with: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        self.compare(Comparison::GreaterOrEqual, with)
    }

    /// Different, NULL taken for a value like others: true where one side is NULL and the other is not. Never unknown.
    pub fn is_distinct_from(self, from: impl Argument<M, Option<T::Base>, K>) -> K::Condition<M> {
        let (right, more) = from.into_formula();
        self.test(more, |left| Test::Distinct {
            left,
            right,
            negated: false,
        })
    }

    /// Equal to a member of the list.
    pub fn in_list(self, members: impl IntoIterator<Item = T::Base>) -> K::Condition<M> {
        let mut list = Vec::new();
        let mut more = Params::new();
        for member in members {
            match member.into_value() {
                Ok(value) => list.push(value),
                refused => more.push_result(refused, M::DEF.name, String::new),
            }
        }
        if list.is_empty() && more.is_empty() {
            return K::condition(Expr::Constant(false), Params::new());
        }
        more.push(Value::List(list));
        self.test(more, |of| Test::In { of, negated: false })
    }

    /// It is NULL.
    pub fn is_null(self) -> K::Condition<M>
    where
        T: NullableColumn,
    {
        self.test(Params::new(), |of| Test::IsNull { of, negated: false })
    }

    /// It is not NULL.
    pub fn is_not_null(self) -> K::Condition<M>
    where
        T: NullableColumn,
    {
        self.test(Params::new(), |of| Test::IsNull { of, negated: true })
    }
}
