//! Reading.

use super::{Allowed, Expr};
use crate::schema::ModelRef;
use std::hash::{Hash, Hasher};

/// Read rows of one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// The model
    pub model: ModelRef,
    /// What comes back
    pub output: Output,
    /// Which rows
    pub filter: Expr,
    /// In which order
    pub order: Vec<Order>,
    /// Whether a limit is given; its number is a value.
    pub limit: bool,
    /// Whether an offset is given; its number is a value.
    pub offset: bool,
    /// Limit and offset count for each group of equal values in these columns: how an include takes a few of each parent.
    pub per: Vec<u16>,
    /// What it may do.
    pub allowed: Allowed,
}

/// What comes back of a select.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// All columns of the rows
    Rows,
    /// One row with their number
    Count,
    /// One row that says whether there is any
    Exists,
}

/// One key of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Order {
    /// The number of the column
    pub column: u16,
    /// Up or down
    pub direction: Direction,
    /// Where NULLs go
    pub nulls: Nulls,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first
    Ascending,
    /// Largest first
    Descending,
}

/// Where NULLs go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// First ascending, last descending, on every backend: NULL counts as smaller than every value.
    Smallest,
    /// Before all values
    First,
    /// After all values
    Last,
}

impl Select {
    /// All rows of a model.
    pub fn all(model: ModelRef) -> Self {
        Select {
            model,
            output: Output::Rows,
            filter: Expr::Constant(true),
            order: Vec::new(),
            limit: false,
            offset: false,
            per: Vec::new(),
            allowed: Allowed::NOTHING,
        }
    }
}

/// One word for all that is small: statements are looked up by their hash at every run.
impl Hash for Select {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.model.hash(state);
        let small = (self.output as u64)
            | u64::from(self.limit) << 8
            | u64::from(self.offset) << 9
            | self.allowed.bits() << 10;
        state.write_u64(small | (self.order.len() as u64) << 16 | (self.per.len() as u64) << 32);
        self.filter.hash(state);
        for order in &self.order {
            order.hash(state);
        }
        for column in &self.per {
            state.write_u16(*column);
        }
    }
}
