//! Reading.

use super::{Allowed, Computed, Expr, Lock, NamedQuery, Paging, Source};
use crate::schema::ModelRef;
use std::hash::{Hash, Hasher};

/// Read rows of one model.
#[derive(Debug, Clone)]
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
    /// Whether and how it locks the rows that it finds.
    pub lock: Option<Lock>,
    /// Whether it is a page: only the rows after one place in the order.
    pub paging: Option<Box<Paging>>,
    /// What is computed and not just read; nothing mostly.
    pub computed: Option<Box<Computed>>,
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
    /// The values of the list in [`Computed`]
    Values,
    /// Nothing, but that there is a row, which nobody changes before the transaction ends. It is run without a sink: the number
    /// of rows that it touched is one, or zero
    Check,
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
            lock: None,
            paging: None,
            computed: None,
        }
    }

    /// How many slots come after those of the filter.
    pub fn slots_after_filter(&self) -> usize {
        let computed = self.computed.as_deref().map_or(0, |computed| {
            let order = computed.order.iter().map(|key| key.by.slots());
            computed.having.slots() + order.sum::<usize>()
        });
        let paging = self.paging.as_deref().map_or(0, Paging::slots);
        paging + computed + usize::from(self.limit) + usize::from(self.offset)
    }

    /// What it computes, to be added to.
    pub fn computing(&mut self) -> &mut Computed {
        self.computed
            .get_or_insert_with(|| Box::new(Computed::NOTHING))
    }

    /// What it reads, where that is not the table itself.
    pub fn source(&self) -> Option<&Source> {
        self.computed.as_ref()?.source.as_ref()
    }

    /// The named query whose rows it reads, where it reads one.
    pub fn named(&self) -> Option<&NamedQuery> {
        match self.source()? {
            Source::Named(named) => Some(named),
            Source::Compound(_) | Source::Tree(_) | Source::Select(_) => None,
        }
    }

    /// Leaves the order out, and all that is computed where nothing else is.
    pub fn forget_order(&mut self) {
        self.order.clear();
        if let Some(computed) = &mut self.computed {
            computed.order.clear();
        }
        if self.computed.as_deref() == Some(&Computed::NOTHING) {
            self.computed = None;
        }
    }
}

impl Select {
    /// All that is small and has a fixed number of values, as one word, with the lengths of the lists.
    #[inline]
    fn summary(&self) -> u64 {
        (self.output as u64)
            | u64::from(self.limit) << 8
            | u64::from(self.offset) << 9
            | self.allowed.bits() << 10
            | (self.order.len() as u64) << 16
            | (self.per.len() as u64) << 32
            | u64::from(self.paging.is_some()) << 48
            | self.lock.map_or(0, Lock::bits) << 49
    }
}

/// Statements are looked up by their hash at every run. Lists that are empty, as they mostly are, are not looked at: comparing
/// two of them calls `memcmp`, which was a twentieth of a lookup by key.
impl PartialEq for Select {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model
            && self.summary() == other.summary()
            && self.filter == other.filter
            && (self.order.is_empty() || self.order == other.order)
            && (self.per.is_empty() || self.per == other.per)
            && (self.paging.is_none() || self.paging == other.paging)
            && self.computed == other.computed
    }
}

impl Eq for Select {}

/// One word for all that is small.
impl Hash for Select {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.model.hash(state);
        state.write_u64(self.summary());
        self.filter.hash(state);
        for order in &self.order {
            order.hash(state);
        }
        for column in &self.per {
            state.write_u16(*column);
        }
        if let Some(paging) = &self.paging {
            paging.hash(state);
        }
        if let Some(computed) = &self.computed {
            computed.hash(state);
        }
    }
}
