//! The order of rows.

use crate::field::{Field, Model};
use crate::query::expression::{ColumnValue, Expression, Kind, OfRow, Projected};
use crate::statement::{ComputedOrder, Direction, Formula, Nulls, Order, Select};
use crate::value::Params;
use std::marker::PhantomData;

/// One key of an ordering: a column or a computed value, with its direction.
pub struct OrderBy<M, K = OfRow> {
    by: By,
    direction: Direction,
    nulls: Nulls,
    model: PhantomData<fn() -> (M, K)>,
}

enum By {
    Column(u16),
    Formula(Formula, Params),
}

impl<M, K> OrderBy<M, K> {
    /// NULLs before all values, whatever the direction.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Nulls::First;
        self
    }

    /// NULLs after all values, whatever the direction.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Nulls::Last;
        self
    }

    fn new(by: By, direction: Direction) -> Self {
        OrderBy {
            by,
            direction,
            nulls: Nulls::Smallest,
            model: PhantomData,
        }
    }

    /// By the column of this number.
    pub(crate) fn of_column(column: u16, direction: Direction) -> Self {
        OrderBy::new(By::Column(column), direction)
    }
}

/// # Ordering
impl<M: Model, T: Projected, K: Kind> Expression<M, T, K> {
    /// Smallest first; NULLs before all values unless said otherwise.
    pub fn asc(self) -> OrderBy<M, K> {
        let (formula, params) = self.into_parts();
        OrderBy::new(By::Formula(formula, params), Direction::Ascending)
    }

    /// Largest first; NULLs after all values unless said otherwise.
    pub fn desc(self) -> OrderBy<M, K> {
        let (formula, params) = self.into_parts();
        OrderBy::new(By::Formula(formula, params), Direction::Descending)
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
        OrderBy::new(By::Column(self.column_number()), direction)
    }
}

/// The values of an order's slots: few orders have any.
pub type OrderParams = Option<Box<Params>>;

/// What `order_by` takes: one key, or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no ordering",
    label = "expected `column.asc()` or `column.desc()`, or a tuple of them",
    note = "rows are ordered by typed columns only: `.order_by(|row| (row.title.asc(), row.id.desc()))`",
    note = "groups are ordered by their keys and by aggregates: `.group_by(…).order_by(|group| (group.key.asc(), count().desc()))`"
)]
pub trait IntoOrder<M, K = OfRow> {
    /// Adds the keys, and the values of their slots.
    fn add_to(self, select: &mut Select, params: &mut OrderParams);
}

impl<M, K> IntoOrder<M, K> for OrderBy<M, K> {
    fn add_to(self, select: &mut Select, params: &mut OrderParams) {
        let (direction, nulls) = (self.direction, self.nulls);
        let computed = select
            .computed
            .as_ref()
            .is_some_and(|computed| !computed.order.is_empty());
        let by = match self.by {
            By::Column(column) if !computed => {
                select.order.push(Order {
                    column,
                    direction,
                    nulls,
                });
                return;
            }
            By::Column(column) => Formula::Column(column),
            By::Formula(formula, more) => {
                if !more.is_empty() {
                    params.get_or_insert_default().append(more);
                }
                formula
            }
        };
        // One key that is computed takes those before it along.
        let columns = std::mem::take(&mut select.order);
        let before = columns.into_iter().map(|key| ComputedOrder {
            by: Formula::Column(key.column),
            direction: key.direction,
            nulls: key.nulls,
        });
        let order = &mut select.computing().order;
        order.extend(before);
        order.push(ComputedOrder {
            by,
            direction,
            nulls,
        });
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, K, $($name: IntoOrder<M, K>),+> IntoOrder<M, K> for ($($name,)+) {
            fn add_to(self, select: &mut Select, params: &mut OrderParams) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(select, params); )+
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
));
