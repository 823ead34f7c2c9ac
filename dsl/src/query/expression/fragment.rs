//! A piece of SQL of the user's own inside of a typed query.
//!
//! Promises: text is the program's own, values are bound, columns are names of the model's own table, and what comes out has a
//! type: none becomes another. Must not know: dialects, placeholders.

use super::functions::Branch;
use super::operand::ColumnValue;
use crate::field::Model;
use crate::query::condition::Filter;
use crate::query::{Expression, IntoExpression, OfRow, Projected};
use crate::statement::{self, Expr, Formula, FragmentPart, Test};
use crate::value::{ColumnType, Params, Scalar};
use std::marker::PhantomData;

/// A piece of SQL of the user's own, built piece by piece. Made by [`fragment`](super::functions::fragment).
#[must_use = "say what it is: a condition by `.as_filter()`, or a value by `.as_value::<T>()`"]
#[derive(Debug, Clone)]
pub struct Fragment<M> {
    parts: Vec<FragmentPart>,
    params: Params,
    model: PhantomData<fn() -> M>,
}

/// SQL of your own as a condition or a value of a typed query, for what the language does not say, beginning with this text.
///
/// The text stands in the program. A column of the model is named by [`value`](Fragment::value), which checks and quotes it,
/// and what is known at run time only is bound by [`bind`](Fragment::bind). Whatever is written means what the database makes
/// of it, which another may not know; DynamoDB knows no SQL and refuses it.
///
/// ```
/// use toasty_dsl::expr::fragment;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Place { id: u64 [key, auto], name: String, x: f64, y: f64 } }
///
/// # fn main() {
/// let near = Place::filter(|place| fragment("abs(").value(place.x).push(") < ").bind(1.5).as_filter())
///     .order_by(|place| fragment("pow(").value(place.x).push(", 2) + pow(").value(place.y).push(", 2)").as_value::<f64>().asc())
///     .select(|place| (place.name, fragment("random()").as_value::<f64>()));
/// # let _ = near;
/// # }
/// ```
pub fn fragment<M: Model>(text: &'static str) -> Fragment<M> {
    Fragment {
        parts: vec![FragmentPart::Text(text)],
        params: Params::new(),
        model: PhantomData,
    }
}

impl<M: Model> Fragment<M> {
    /// Goes on with this text, which stands in the program.
    pub fn push(mut self, text: &'static str) -> Self {
        self.parts.push(FragmentPart::Text(text));
        self
    }

    /// Goes on with a column of the model, or with what is computed from its columns.
    pub fn value(mut self, value: impl IntoExpression<M, OfRow>) -> Self {
        let (value, more) = value.into_expression().into_parts();
        self.params.append(more);
        self.parts.push(FragmentPart::Value(value));
        self
    }

    /// Goes on with a value that is bound: a placeholder of its type stands in the text, and the value beside it.
    pub fn bind(mut self, value: impl Branch<M>) -> Self {
        let (value, more) = value.into_branch();
        self.params.append(more);
        self.parts.push(FragmentPart::Value(value));
        self
    }

    fn of_type(self, ty: ColumnType) -> (Formula, Params) {
        let fragment = statement::Fragment {
            parts: self.parts,
            ty,
        };
        (Formula::Fragment(Box::new(fragment)), self.params)
    }

    /// As a condition: the SQL is a truth value.
    pub fn as_filter(self) -> Filter<M> {
        let (formula, params) = self.of_type(bool::TYPE);
        Filter::new(Expr::Computed(Box::new(Test::True(formula))), params)
    }

    /// As a value of this type, an `Option` where it can be NULL. PostgreSQL converts it to the type's own; a value of another
    /// type is a `Decode` error where it is read.
    pub fn as_value<T: Projected>(self) -> Expression<M, T> {
        let (formula, params) = self.of_type(<<T as ColumnValue>::Base as Scalar>::TYPE);
        Expression::new(formula, params)
    }
}
