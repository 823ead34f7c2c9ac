//! What a select reads where that is not the table itself.
//!
//! Promises: whatever a select may be told, it may be told of these rows too: they have the columns of the model's table, or
//! the values of a list by their numbers. Must not know: dialects.

use super::{MAX_NESTED, Select};
use crate::value::ColumnType;

/// The rows that a select reads, where that is not the table itself. Its slots come before those of the filter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// The rows of several selects put together
    Compound(Compound),
    /// Rows and all that a relation of the model to itself leads to from them
    Tree(Tree),
    /// The values of one select, by their numbers: what a page is around, whose place in the order is one in these values
    Select(Box<Select>),
    /// The rows of a query that has a name in the statement
    Named(NamedQuery),
}

/// Several selects, put together from left to right in one way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Compound {
    /// How
    pub operation: SetOperation,
    /// The selects: two or more, all of whole rows of one model, or all of values of the same types
    pub parts: Vec<Select>,
}

/// How two sets of rows are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperation {
    /// The rows of both, equal ones once
    Union,
    /// The rows of both
    UnionAll,
    /// The rows that are in both, equal ones once
    Intersect,
    /// The rows that are in the first and not in the second, equal ones once
    Except,
}

/// Some rows of a model, and all that a relation leads to from them, step by step; each row once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tree {
    /// Where it begins
    pub roots: Box<Select>,
    /// The number of the relation's field, which leads to the same model
    pub relation: u16,
    /// Whether there is a largest number of steps; it is a value
    pub bounded: bool,
}

/// A query that has a name in the statement, by which others read its rows. It stands wherever it is read, with its values;
/// where it stands again, it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedQuery {
    /// Its name, which stands in the program
    pub name: &'static str,
    /// The query
    pub query: Box<Select>,
    /// Whether its rows are found by themselves
    pub kept: Kept,
}

/// Whether the rows of a named query are found by themselves, and kept for all who read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// As the database thinks best
    AsPlanned,
    /// Found once, and kept
    Materialized,
    /// Found as a part of each query that reads them
    NotMaterialized,
}

/// One value of the rows that a select reads, by its number, where those are no rows of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Given {
    /// The number of the value, counted from zero
    pub number: usize,
    /// Its type
    pub ty: ColumnType,
}

impl Source {
    /// The selects in it.
    pub fn parts(&self) -> &[Select] {
        match self {
            Source::Compound(compound) => &compound.parts,
            Source::Tree(tree) => std::slice::from_ref(&*tree.roots),
            Source::Select(select) => std::slice::from_ref(&**select),
            Source::Named(named) => std::slice::from_ref(&*named.query),
        }
    }

    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        let bounded = matches!(self, Source::Tree(tree) if tree.bounded);
        usize::from(bounded) + self.parts().iter().map(Select::slots).sum::<usize>()
    }

    /// How deep selects stand inside each other: 1 where they read tables.
    pub fn depth(&self) -> usize {
        let inner = self.parts().iter().filter_map(Select::source);
        1 + inner.map(Source::depth).max().unwrap_or(0)
    }

    /// Whether selects stand deeper inside each other than they may.
    pub fn is_too_deep(&self) -> bool {
        self.depth() > MAX_NESTED
    }
}
