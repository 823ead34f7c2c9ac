//! A typed condition: an expression with its values beside it.

use crate::field::Model;
use crate::statement::{Expr, MAX_DEPTH, Quantifier};
use crate::value::Params;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition on rows of model `M`. Combine with `&`, `|`, `!`, or with the methods of the same meaning.
///
/// A comparison with NULL is neither true nor false but unknown, as in SQL: a row is found only where the whole
/// condition is true.
///
/// ```
/// use toasty_dsl::{Filter, Model, toasty};
///
/// toasty! { pub model Todo { id: u64 [key, auto], title: String, done: bool } }
///
/// fn any_of(words: &[&str]) -> Filter<Todo> {
///     let todo = Todo::FIELDS;
///     words.iter().fold(Filter::never(), |any, word| any | todo.title.contains(*word))
/// }
/// # fn main() {
/// let query = Todo::filter(|todo| !todo.done.eq(true) & any_of(&["pizza", "cake"]));
/// # let _ = query;
/// # }
/// ```
#[must_use = "a condition does nothing until it is given to a query"]
pub struct Filter<M> {
    expr: Expr,
    params: Params,
    depth: usize,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Filter<M> {
    /// An expression with its values, which must be in the order of its slots.
    pub fn new(expr: Expr, params: Params) -> Self {
        Filter::at_depth(expr.depth(), expr, params)
    }

    fn at_depth(depth: usize, expr: Expr, params: Params) -> Self {
        if depth > MAX_DEPTH {
            // Dropped here, so that no tree ever grows deep enough for its own drop to overflow the stack.
            return Filter {
                expr: Expr::TooDeep,
                params: Params::new(),
                depth: 1,
                model: PhantomData,
            };
        }
        Filter {
            expr,
            params,
            depth,
            model: PhantomData,
        }
    }

    /// Always true.
    pub fn always() -> Self {
        Filter::at_depth(1, Expr::Constant(true), Params::new())
    }

    /// Never true. A query with it asks no database.
    pub fn never() -> Self {
        Filter::at_depth(1, Expr::Constant(false), Params::new())
    }

    /// Both. The same as `&`.
    pub fn and(mut self, other: Filter<M>) -> Self {
        let depth = match (&self.expr, &other.expr) {
            (Expr::And(_), Expr::And(_)) => self.depth.max(other.depth),
            (Expr::And(_), _) => self.depth.max(other.depth + 1),
            (_, Expr::And(_)) => other.depth.max(self.depth + 1),
            _ => self.depth.max(other.depth) + 1,
        };
        if self.expr == Expr::TooDeep || other.expr == Expr::TooDeep {
            return Filter::at_depth(MAX_DEPTH + 1, Expr::TooDeep, Params::new());
        }
        self.params.append(other.params);
        Filter::at_depth(depth, self.expr.and(other.expr), self.params)
    }

    /// Either. The same as `|`.
    pub fn or(mut self, other: Filter<M>) -> Self {
        let depth = match (&self.expr, &other.expr) {
            (Expr::Or(_), Expr::Or(_)) => self.depth.max(other.depth),
            (Expr::Or(_), _) => self.depth.max(other.depth + 1),
            (_, Expr::Or(_)) => other.depth.max(self.depth + 1),
            _ => self.depth.max(other.depth) + 1,
        };
        if self.expr == Expr::TooDeep || other.expr == Expr::TooDeep {
            return Filter::at_depth(MAX_DEPTH + 1, Expr::TooDeep, Params::new());
        }
        self.params.append(other.params);
        Filter::at_depth(depth, self.expr.or(other.expr), self.params)
    }

    /// Not it. The same as `!`. What was unknown stays unknown.
    #[expect(
        clippy::should_implement_trait,
        reason = "the operator is there as well"
    )]
    pub fn not(self) -> Self {
        let depth = self.depth + 1;
        Filter::at_depth(depth, self.expr.negate(), self.params)
    }

    /// This, and the other one where `condition` holds. Where it does not hold, the reader sees it on the line.
    pub fn and_if(self, condition: bool, other: impl FnOnce() -> Filter<M>) -> Self {
        if condition { self.and(other()) } else { self }
    }

    /// The expression and its values.
    pub fn into_parts(self) -> (Expr, Params) {
        (self.expr, self.params)
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    pub(crate) fn related<P: Model>(self, relation: u16, quantifier: Quantifier) -> Filter<P> {
        let depth = self.depth + 1;
        if self.expr == Expr::TooDeep {
            return Filter::at_depth(MAX_DEPTH + 1, Expr::TooDeep, Params::new());
        }
        Filter::at_depth(
            depth,
            Expr::Related {
                relation,
                quantifier,
                filter: Box::new(self.expr),
            },
            self.params,
        )
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Filter {
            expr: self.expr.clone(),
            params: self.params.clone(),
            depth: self.depth,
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
            .field("expr", &self.expr)
            .field("params", &self.params)
            .finish()
    }
}

impl<M: Model> BitAnd for Filter<M> {
    type Output = Filter<M>;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl<M: Model> BitOr for Filter<M> {
    type Output = Filter<M>;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl<M: Model> Not for Filter<M> {
    type Output = Filter<M>;

    fn not(self) -> Self {
        Filter::not(self)
    }
}
