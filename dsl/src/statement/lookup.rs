//! The most frequent statement by its name.
//!
//! Promises: it means the same as the select that it names. The reason that it is there: two words are compared and hashed
//! sooner than a tree, and a lookup by key is so short that this is a tenth of it.

use super::{Comparison, Expr, Select, Statement, Term};
use crate::schema::ModelRef;

/// The row where one unique column equals the value of the only slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// The model
    pub model: ModelRef,
    /// The number of the column
    pub column: u16,
}

impl Lookup {
    /// The statement that it names.
    pub fn statement(self) -> Statement {
        Statement::Select(Select {
            filter: Expr::Compare {
                column: self.column,
                comparison: Comparison::Equal,
                with: Term::Slot,
            },
            ..Select::all(self.model)
        })
    }
}
