//! Writing.

use super::{Allowed, Expr, Formula};
use crate::schema::ModelRef;
use smallvec::SmallVec;

/// Add rows. One shape for any number of rows: the values stand one row after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Insert {
    /// The model
    pub model: ModelRef,
    /// Whether the database makes the integer key, whose column is then left out.
    pub auto: bool,
    /// Whether the keys that the database makes come back, one for each row.
    pub returning: bool,
    /// What is done where a row is there already; else that is an error.
    pub conflict: Option<Conflict>,
    /// What it may do.
    pub allowed: Allowed,
}

/// What is done with a new row that is there already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conflict {
    /// It has the same values as another in these columns: the key, or those of a unique index
    pub columns: Vec<u16>,
    /// The columns that the other gets from it; none, where the other stays as it is
    pub set: Vec<u16>,
    /// The column that is counted up where the other gets something
    pub increment: Option<u16>,
}

impl Conflict {
    /// The row that is there already stays as it is.
    pub fn ignored(columns: Vec<u16>) -> Self {
        Conflict {
            columns,
            set: Vec::new(),
            increment: None,
        }
    }
}

/// Change rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Update {
    /// The model
    pub model: ModelRef,
    /// What changes; the values of its slots come before those of the filter.
    pub set: SmallVec<[Assign; 2]>,
    /// Which rows
    pub filter: Expr,
    /// Whether the changed rows come back
    pub returning: bool,
    /// Whether the values are those of many rows, one row after the other, each for the one row that its own condition finds:
    /// that of the key, and of the version where there is one.
    pub many: bool,
    /// What it may do.
    pub allowed: Allowed,
}

/// One change of one column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Assign {
    /// Set to the value of the next slot
    Slot(u16),
    /// Counted up by one
    Increment(u16),
    /// Set to what is computed from the row as it was
    Computed(u16, Box<Formula>),
}

/// Remove rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Delete {
    /// The model
    pub model: ModelRef,
    /// Which rows
    pub filter: Expr,
    /// Whether the rows come back as they were
    pub returning: bool,
    /// Whether the values are those of many rows, one row after the other, each for the one row that its own condition finds:
    /// that of the key, and of the version where there is one.
    pub many: bool,
    /// What it may do.
    pub allowed: Allowed,
}
