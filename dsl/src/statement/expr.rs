//! Conditions.

use super::Test;
use std::cmp::Ordering;
use std::hash::Hash;

/// How deep conditions may nest. Deeper ones are refused as `TooComplex` before anything is sent.
pub const MAX_DEPTH: usize = 128;

/// A condition, in three-valued logic: true, false or unknown (a comparison with NULL).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expr {
    /// Always true or always false: no database is asked.
    Constant(bool),
    /// A condition nested deeper than [`MAX_DEPTH`]. What it was is gone; the statement is refused.
    TooDeep,
    /// A column against a value or a column.
    Compare {
        /// The number of the column
        column: u16,
        /// How
        comparison: Comparison,
        /// With what
        with: Term,
    },
    /// A column between two values, both included.
    Between {
        /// The number of the column
        column: u16,
    },
    /// A column among the members of a list, which takes one slot.
    In {
        /// The number of the column
        column: u16,
        /// Not among them
        negated: bool,
    },
    /// Several columns at once among rows of a list: `rows` times as many slots as columns.
    InRows {
        /// The numbers of the columns
        columns: Vec<u16>,
        /// How many rows
        rows: usize,
    },
    /// A column that is NULL.
    IsNull {
        /// The number of the column
        column: u16,
        /// Is not NULL
        negated: bool,
    },
    /// A text column against a pattern.
    Text {
        /// The number of the column
        column: u16,
        /// How
        matches: TextMatch,
        /// Upper and lower case of ASCII letters taken as one
        ignore_case: bool,
    },
    /// All of them.
    And(Vec<Expr>),
    /// At least one of them.
    Or(Vec<Expr>),
    /// Not it.
    Not(Box<Expr>),
    /// A condition on the rows of another model that a relation leads to.
    Related {
        /// The number of the relation's field
        relation: u16,
        /// How many of them
        quantifier: Quantifier,
        /// Their condition
        filter: Box<Expr>,
    },
    /// A condition on values that are computed.
    Computed(Box<Test>),
    /// A column of arrays against a list of members, which takes one slot.
    Array {
        /// The number of the column
        column: u16,
        /// How
        matches: ArrayMatch,
    },
}

/// What a column is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// The value of the next slot.
    Slot,
    /// Another column of the same row.
    Column(u16),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal
    Equal,
    /// Not equal
    NotEqual,
    /// Less
    Less,
    /// Less or equal
    LessOrEqual,
    /// Greater
    Greater,
    /// Greater or equal
    GreaterOrEqual,
}

impl Comparison {
    /// Whether it is true of two values of which the first stands so to the second.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How a text is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextMatch {
    /// By a pattern in which `%` is any text, `_` any one character, and `\` takes the meaning from the next.
    Like,
    /// At its start.
    StartsWith,
    /// At its end.
    EndsWith,
    /// Anywhere in it.
    Contains,
    /// As a whole; only of use when case is ignored.
    Equals,
    /// By a regular expression of the database, where it has such.
    Regex,
}

/// What is asked of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArrayMatch {
    /// All members of the list are in it.
    All,
    /// At least one of them is.
    Any,
    /// It has no members; takes no slot.
    Empty,
}

/// How many rows of a relation must meet a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one
    Any,
    /// Not one
    None,
    /// Every one there is
    All,
}

impl Expr {
    /// Both, flattened: `a & b & c` is one level deep.
    #[must_use]
    pub fn and(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::Constant(true), expr) | (expr, Expr::Constant(true)) => expr,
            // No constant `false` swallows the other side here: its values keep their slots.
            (Expr::And(mut all), Expr::And(more)) => {
                all.extend(more);
                Expr::And(all)
            }
            (Expr::And(mut all), one) => {
                all.push(one);
                Expr::And(all)
            }
            (one, Expr::And(mut all)) => {
                all.insert(0, one);
                Expr::And(all)
            }
            (one, two) => Expr::And(vec![one, two]),
        }
    }

    /// Either, flattened: `a | b | c` is one level deep.
    #[must_use]
    pub fn or(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::Constant(false), expr) | (expr, Expr::Constant(false)) => expr,
            (Expr::Or(mut all), Expr::Or(more)) => {
                all.extend(more);
                Expr::Or(all)
            }
            (Expr::Or(mut all), one) => {
                all.push(one);
                Expr::Or(all)
            }
            (one, Expr::Or(mut all)) => {
                all.insert(0, one);
                Expr::Or(all)
            }
            (one, two) => Expr::Or(vec![one, two]),
        }
    }

    /// Not it.
    #[must_use]
    pub fn negate(self) -> Expr {
        match self {
            Expr::Constant(x) => Expr::Constant(!x),
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }

    /// Whether it is known without asking a database: constants through and, or and not.
    pub fn known(&self) -> Option<bool> {
        match self {
            Expr::Constant(x) => Some(*x),
            // Each part is asked once: twice at each level would be for ever at a hundred.
            Expr::And(all) => known_of(all, false),
            Expr::Or(all) => known_of(all, true),
            Expr::Not(one) => one.known().map(|x| !x),
            _ => None,
        }
    }

    /// How deep it nests: 1 for a comparison.
    pub fn depth(&self) -> usize {
        match self {
            Expr::And(all) | Expr::Or(all) => 1 + all.iter().map(Expr::depth).max().unwrap_or(0),
            Expr::Not(one) => 1 + one.depth(),
            Expr::Related { filter, .. } => 1 + filter.depth(),
            Expr::Computed(test) => test.depth(),
            _ => 1,
        }
    }

    /// Whether a part of it was nested too deeply.
    pub fn is_too_deep(&self) -> bool {
        match self {
            Expr::TooDeep => true,
            Expr::And(all) | Expr::Or(all) => all.iter().any(Expr::is_too_deep),
            Expr::Not(one) => one.is_too_deep(),
            Expr::Related { filter, .. } => filter.is_too_deep(),
            Expr::Computed(test) => test.is_too_deep(),
            _ => false,
        }
    }

    /// Whether it speaks of another model's rows.
    pub fn has_relations(&self) -> bool {
        match self {
            Expr::And(all) | Expr::Or(all) => all.iter().any(Expr::has_relations),
            Expr::Not(one) => one.has_relations(),
            Expr::Related { .. } => true,
            Expr::Computed(test) => test.has_relations(),
            _ => false,
        }
    }

    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        match self {
            Expr::Constant(_) | Expr::TooDeep | Expr::IsNull { .. } => 0,
            Expr::Compare { with, .. } => match with {
                Term::Slot => 1,
                Term::Column(_) => 0,
            },
            Expr::Between { .. } => 2,
            Expr::In { .. } | Expr::Text { .. } => 1,
            Expr::InRows { columns, rows } => columns.len() * rows,
            Expr::And(all) | Expr::Or(all) => all.iter().map(Expr::slots).sum(),
            Expr::Not(one) => one.slots(),
            Expr::Related { filter, .. } => filter.slots(),
            Expr::Computed(test) => test.slots(),
            Expr::Array { matches, .. } => match matches {
                ArrayMatch::All | ArrayMatch::Any => 1,
                ArrayMatch::Empty => 0,
            },
        }
    }

    /// The columns of the model's own rows that it speaks of, each once; those that values are computed from are left out.
    pub fn columns(&self) -> Vec<u16> {
        let mut columns = match self {
            Expr::Compare { column, with, .. } => match with {
                Term::Slot => vec![*column],
                Term::Column(other) => vec![*column, *other],
            },
            Expr::Between { column }
            | Expr::In { column, .. }
            | Expr::IsNull { column, .. }
            | Expr::Text { column, .. }
            | Expr::Array { column, .. } => vec![*column],
            Expr::InRows { columns, .. } => columns.clone(),
            Expr::And(all) | Expr::Or(all) => all.iter().flat_map(Expr::columns).collect(),
            Expr::Not(one) => one.columns(),
            Expr::Constant(_) | Expr::TooDeep | Expr::Related { .. } | Expr::Computed(_) => {
                Vec::new()
            }
        };
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The columns that it holds equal to one value each, at its top level.
    pub fn pinned_columns(&self) -> Vec<u16> {
        match self {
            Expr::Compare {
                column,
                comparison: Comparison::Equal,
                with: Term::Slot,
            } => vec![*column],
            Expr::And(all) => all.iter().flat_map(Expr::pinned_columns).collect(),
            _ => Vec::new(),
        }
    }

    /// The same, with the number of each one's slot among those of the condition.
    pub fn pinned_slots(&self) -> Vec<(u16, usize)> {
        match self {
            Expr::And(all) => {
                let mut before = 0;
                let mut pinned = Vec::new();
                for one in all {
                    let here = one.pinned_slots().into_iter();
                    pinned.extend(here.map(|(column, slot)| (column, before + slot)));
                    before += one.slots();
                }
                pinned
            }
            one => one.pinned_columns().into_iter().zip(0..).collect(),
        }
    }
}

/// What is known of a chain: one part that is `decisive` decides it, and only all parts together make it the opposite.
fn known_of(parts: &[Expr], decisive: bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for part in parts {
        match part.known() {
            Some(x) if x == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(column: u16) -> Expr {
        Expr::IsNull {
            column,
            negated: false,
        }
    }

    #[test]
    fn a_chain_of_and_is_one_level_deep() {
        let chain = (0..1_000).map(one).reduce(Expr::and).unwrap();
        assert_eq!(chain.depth(), 2);
    }

    #[test]
    fn and_keeps_the_order_of_the_slots() {
        let right = one(1).and(one(2));
        assert_eq!(one(0).and(right), Expr::And(vec![one(0), one(1), one(2)]));
    }

    #[test]
    fn constants_are_known_without_a_database() {
        assert_eq!(one(0).and(Expr::Constant(false)).known(), Some(false));
        assert_eq!(one(0).or(Expr::Constant(true)).known(), Some(true));
        assert_eq!(one(0).and(Expr::Constant(true)).known(), None);
        assert_eq!(one(0).or(Expr::Constant(false)), one(0));
    }
}
