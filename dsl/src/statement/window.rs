//! Values that are computed of the rows around a row.

use super::{Aggregate, ComputedOrder, Formula};

/// A value of the rows around each row. Its slots come in this order: the function's, partition, order, frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// What is computed
    pub function: WindowFunction,
    /// Of what
    pub of: Vec<Formula>,
    /// Only rows that are equal in these are looked at
    pub partition: Vec<Formula>,
    /// In which order they stand
    pub order: Vec<ComputedOrder>,
    /// Which of them, counted from the row; the default of SQL where there is none
    pub frame: Option<Frame>,
}

/// What is computed of the rows around a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowFunction {
    /// The number of the row, from one
    RowNumber,
    /// One more than there are rows before it and its equals
    Rank,
    /// One more than there are different places before it
    DenseRank,
    /// A value of the row so many rows before
    Lag,
    /// A value of the row so many rows after
    Lead,
    /// A value of the first row
    FirstValue,
    /// A value of the last row
    LastValue,
    /// An aggregate of the rows
    Aggregate(Aggregate),
}

/// The rows from one number of rows before or after the row to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The first
    pub start: Bound,
    /// The last
    pub end: Bound,
}

/// One end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// There is none on this side
    Unbounded,
    /// As many rows before as the next slot says
    Preceding,
    /// The row itself
    Current,
    /// As many rows after as the next slot says
    Following,
}

impl Window {
    /// Every formula of it, in the order of their slots.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let order = self.order.iter().map(|key| &key.by);
        self.of.iter().chain(&self.partition).chain(order)
    }
}

impl Frame {
    /// How many slots it takes.
    pub fn slots(self) -> usize {
        let counted = |bound| matches!(bound, Bound::Preceding | Bound::Following);
        usize::from(counted(self.start)) + usize::from(counted(self.end))
    }
}
