//! The statement: an untyped, value-free tree. It is the plan cache's key.
//!
//! Promises: no value ever stands in it, so it can neither inject nor leak; two statements that differ only in their
//! values, in the length of a list, in a limit or in a number of rows are equal. Values stand beside it, in
//! [`Params`](crate::Params), in the order in which the tree is walked. Must not know: dialects, connections.

mod allowed;
mod arrays;
mod compute;
mod enclosing;
mod expr;
mod formula;
mod json;
mod lock;
mod lookup;
mod nullable;
mod origin;
mod paging;
mod raw;
mod select;
mod source;
mod subquery;
mod times;
mod window;
mod write;

pub use allowed::Allowed;
pub(crate) use compute::integer;
pub use expr::{ArrayMatch, Comparison, Expr, MAX_DEPTH, Quantifier, Term, TextMatch};
pub use formula::{Aggregate, Computed, ComputedOrder, Formula, Function, Test};
pub use json::JsonAs;
pub use lock::{Lock, LockStrength, LockWait};
pub use lookup::Lookup;
pub use paging::{Paging, Position};
pub use raw::{Raw, RawLanguage, RawPart, SQL};
pub use select::{Direction, Nulls, Order, Output, Select};
pub use source::{Compound, Given, Kept, NamedQuery, SetOperation, Source, Tree};
pub use subquery::{Fragment, FragmentPart, RelatedValue};
pub use times::{TimePart, TimeSpan};
pub use window::{Bound, Frame, Window, WindowFunction};
pub use write::{Assign, Conflict, Delete, Insert, Update};

use crate::schema::ModelRef;

/// The most selects that stand inside each other, one reading the rows of the next.
pub const MAX_NESTED: usize = 16;

/// A statement without its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Statement {
    /// Read rows
    Select(Select),
    /// Add rows
    Insert(Insert),
    /// Change rows
    Update(Update),
    /// Remove rows
    Delete(Delete),
    /// SQL of the user's own
    Raw(Raw),
}

impl Statement {
    /// The model whose table it is about.
    pub fn model(&self) -> ModelRef {
        match self {
            Statement::Select(select) => select.model,
            Statement::Insert(insert) => insert.model,
            Statement::Update(update) => update.model,
            Statement::Delete(delete) => delete.model,
            Statement::Raw(raw) => raw.model,
        }
    }

    /// The name of the operation, as OpenTelemetry's database conventions have it.
    pub fn operation(&self) -> &'static str {
        match self {
            Statement::Select(_) => "select",
            Statement::Insert(_) => "insert",
            Statement::Update(_) => "update",
            Statement::Delete(_) => "delete",
            Statement::Raw(raw) => match raw.language {
                RawLanguage::Sql => "sql",
                RawLanguage::PartiQl(_) => "partiql",
            },
        }
    }

    /// Whether it is known that it only reads. Of SQL of the user's own nothing is known.
    pub fn is_read(&self) -> bool {
        matches!(self, Statement::Select(_))
    }

    /// Whether it locks the rows that it finds, which means something in a transaction only.
    #[inline]
    pub fn locks(&self) -> bool {
        matches!(self, Statement::Select(select) if select.lock.is_some())
    }

    /// Whether every word of its text stands in the program, so that it can be quoted: text that was made at run time may
    /// hold what nobody else should see.
    pub fn is_quotable(&self) -> bool {
        match self {
            Statement::Raw(raw) => !raw
                .parts
                .iter()
                .any(|part| matches!(part, RawPart::Text(std::borrow::Cow::Owned(_)))),
            Statement::Select(_)
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_) => true,
        }
    }

    /// Its condition, where it has one.
    pub fn filter(&self) -> Option<&Expr> {
        match self {
            Statement::Select(select) => Some(&select.filter),
            Statement::Update(update) => Some(&update.filter),
            Statement::Delete(delete) => Some(&delete.filter),
            Statement::Insert(_) | Statement::Raw(_) => None,
        }
    }
}
