//! The order of rows.

use super::operand::ColumnValue;
use crate::field::{Field, Model};
use crate::statement::{Direction, Nulls, Order};
use std::marker::PhantomData;

/// One key of an ordering: a column with its direction.
pub struct OrderBy<M> {
    order: Order,
    model: PhantomData<fn() -> M>,
}

impl<M> OrderBy<M> {
    /// NULLs before all values, whatever the direction.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.order.nulls = Nulls::First;
        self
    }

    /// NULLs after all values, whatever the direction.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.order.nulls = Nulls::Last;
        self
    }
}

/// # Ordering
impl<M: Model, T> Field<M, T> {
    /// Smallest first; NULLs before all values unless said otherwise.
    pub fn asc(self) -> OrderBy<M>
    where
        T: ColumnValue,
    {
        self.order(Direction::Ascending)
    }

    /// Largest first; NULLs after all values unless said otherwise.
    pub fn desc(self) -> OrderBy<M>
    where
        T: ColumnValue,
    {
        self.order(Direction::Descending)
    }

    fn order(self, direction: Direction) -> OrderBy<M> {
        OrderBy {
            order: Order {
                column: self.column_number(),
                direction,
                nulls: Nulls::Smallest,
            },
            model: PhantomData,
        }
    }
}

/// What `order_by` takes: one key, or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no ordering",
    label = "expected `column.asc()` or `column.desc()`, or a tuple of them",
    note = "rows are ordered by typed columns only: `.order_by(|row| (row.title.asc(), row.id.desc()))`"
)]
pub trait IntoOrder<M> {
    /// Adds the keys.
    fn add_to(self, order: &mut Vec<Order>);
}

impl<M> IntoOrder<M> for OrderBy<M> {
    fn add_to(self, order: &mut Vec<Order>) {
        order.push(self.order);
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($name: IntoOrder<M>),+> IntoOrder<M> for ($($name,)+) {
            fn add_to(self, order: &mut Vec<Order>) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(order); )+
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
));
