//! A part of an ordered reading: what comes after one place in its order.

use super::{ComputedOrder, Direction, Nulls, Order};

/// Only the rows after one place in the order of a [`Select`](super::Select), which tells any two of its rows apart. Its keys are
/// columns, or values that the select [reads](super::Source::Select).
///
/// Which of the place's values are NULL is a part of the shape: nothing compares with NULL, so that another condition is
/// asked for. The values that are not stand in slots, after those of the filter and before limit and offset.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Paging {
    /// How many of the order's last keys are there only to tell rows apart that are equal in those before them. A backend
    /// whose places are told apart by something else need not serve them.
    pub added: usize,
    /// The place: one entry for each key of the order. Empty: from the beginning.
    pub after: Vec<Position>,
}

/// One value of a place in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// The value of the next slot
    Slot,
    /// NULL
    Null,
}

impl Paging {
    /// How many slots its place takes.
    pub fn slots(&self) -> usize {
        let slots = self.after.iter();
        slots
            .filter(|position| matches!(position, Position::Slot))
            .count()
    }
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reversed(self) -> Direction {
        match self {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        }
    }
}

impl Nulls {
    /// Where they are from the other end.
    #[must_use]
    pub fn reversed(self) -> Nulls {
        match self {
            Nulls::Smallest => Nulls::Smallest,
            Nulls::First => Nulls::Last,
            Nulls::Last => Nulls::First,
        }
    }

    /// Whether they come before all values, in an order of this direction.
    pub fn come_first(self, direction: Direction) -> bool {
        match (self, direction) {
            (Nulls::First, _) | (Nulls::Smallest, Direction::Ascending) => true,
            (Nulls::Last, _) | (Nulls::Smallest, Direction::Descending) => false,
        }
    }
}

impl Order {
    /// The same key from the other end.
    #[must_use]
    pub fn reversed(self) -> Order {
        Order {
            column: self.column,
            direction: self.direction.reversed(),
            nulls: self.nulls.reversed(),
        }
    }

    /// Whether NULLs come before all values.
    pub fn nulls_come_first(self) -> bool {
        self.nulls.come_first(self.direction)
    }
}

impl ComputedOrder {
    /// The same key from the other end.
    #[must_use]
    pub fn reversed(self) -> ComputedOrder {
        ComputedOrder {
            by: self.by,
            direction: self.direction.reversed(),
            nulls: self.nulls.reversed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_of_an_order_has_its_nulls_at_the_other_end() {
        for direction in [Direction::Ascending, Direction::Descending] {
            for nulls in [Nulls::Smallest, Nulls::First, Nulls::Last] {
                let key = Order {
                    column: 3,
                    direction,
                    nulls,
                };
                let back = key.reversed();
                assert_ne!(key.direction, back.direction);
                assert_ne!(key.nulls_come_first(), back.nulls_come_first());
                assert_eq!(back.reversed(), key);
            }
        }
    }
}
