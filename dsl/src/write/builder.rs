//! The shells that `toasty!` puts around the untyped builders, so that each field has a method of its name.

use super::{Create, CreateMany, Delete, DeleteMany, Update, UpdateMany};
use crate::error::Result;
use crate::field::Model;
use crate::query::{PageQuery, Query, Selection};
use crate::statement::Statement;
use crate::value::Params;

/// A builder with a method for each field, such as `CreateUser`. Nothing implements it by hand.
pub trait Builder: Sized {
    /// The untyped builder inside.
    type Inner: IntoStatement;

    /// Puts the shell around.
    fn from_inner(inner: Self::Inner) -> Self;

    /// Takes the shell off.
    fn into_inner(self) -> Self::Inner;
}

/// Everything that is a statement in the making.
pub trait IntoStatement {
    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// Those that the statement would have before anything is sent.
    fn into_statement(self) -> Result<(Statement, Params)>;
}

impl<B: Builder> IntoStatement for B {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.into_inner().into_statement()
    }
}

impl<M: Model, S> IntoStatement for Query<M, S> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<M: Model, T> IntoStatement for PageQuery<M, T> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<M: Model, T> IntoStatement for Selection<M, T> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

macro_rules! statements {
    ($($builder:ident),*) => { $(
        impl<M: Model> IntoStatement for $builder<M> {
            fn into_statement(self) -> Result<(Statement, Params)> {
                self.statement()
            }
        }
    )* };
}

statements!(Create, CreateMany, Update, UpdateMany, Delete, DeleteMany);
