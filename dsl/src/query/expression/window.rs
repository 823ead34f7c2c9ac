//! Window functions: values of the rows around a row.
//!
//! Promises: such a value stands where databases take it, in `select` and in an order, and nowhere else: it is no
//! [`Expression`], so that it can be compared in no condition. Must not know: how anything is computed.

use super::operand::ColumnValue;
use crate::error::Result;
use crate::field::Model;
use crate::query::condition::Filter;
use crate::query::rows::{IntoOrder, OrderBy, OrderParams};
use crate::query::values::Projection;
use crate::query::{Expression, IntoExpression, Kind, OfGroup, OfRow, Projected};
use crate::statement::{
    Bound, ComputedOrder, Expr, Formula, Frame, Select, Window, WindowFunction,
};
use crate::value::{ColumnType, Params, Row, Value};
use std::marker::PhantomData;
use std::ops::{Bound as End, RangeBounds};

/// A window function that has not been told of which rows: follow with [`over`](WindowCall::over).
#[must_use = "a window function is of a window: `.over(|window| window.order_by(…))`"]
pub struct WindowCall<M, T, K> {
    function: WindowFunction,
    of: Vec<Formula>,
    params: Params,
    marker: PhantomData<fn() -> (M, T)>,
    kind: PhantomData<K>,
}

/// The rows that a window function looks at: by default all rows of the query; with an order, those up to the row itself
/// and its equals.
#[must_use = "it is what the closure of `over` gives back"]
pub struct Over<M, K> {
    partition: Vec<Formula>,
    params: Params,
    order: Vec<ComputedOrder>,
    order_params: OrderParams,
    frame: Option<(Frame, Params)>,
    marker: PhantomData<fn() -> (M, K)>,
}

/// A value of type `T` of the rows around each row, to be selected or ordered by.
#[must_use = "a computed value does nothing until it stands in a query"]
pub struct Windowed<M, T, K = OfRow> {
    formula: Formula,
    params: Params,
    marker: PhantomData<fn() -> (M, T)>,
    kind: PhantomData<K>,
}

impl<M: Model, T, K> WindowCall<M, T, K> {
    fn new(function: WindowFunction, of: Vec<Formula>, params: Params) -> Self {
        WindowCall {
            function,
            of,
            params,
            marker: PhantomData,
            kind: PhantomData,
        }
    }

    /// Of these rows: `.over(|window| window.partition_by(todo.user_id).order_by(todo.id.asc()))`.
    pub fn over(self, over: impl FnOnce(Over<M, K>) -> Over<M, K>) -> Windowed<M, T, K> {
        over(Over::all()).end(self.function, self.of, self.params)
    }
}

/// # Over a window
impl<M: Model, T> Expression<M, T, OfGroup> {
    /// The aggregate of the rows around each row, and not of a group: `sum(todo.minutes).over(|window| …)`.
    pub fn over(self, over: impl FnOnce(Over<M, OfRow>) -> Over<M, OfRow>) -> Windowed<M, T> {
        let (formula, mut params) = self.into_parts();
        let over = over(Over::all());
        match formula {
            Formula::Aggregate(aggregate, of) => {
                let of = of.into_iter().map(|of| *of).collect();
                over.end(WindowFunction::Aggregate(aggregate), of, params)
            }
            other => {
                params.refuse(
                    M::DEF.name,
                    "a window of what is computed from aggregates",
                    "say `.over(…)` of one aggregate, and compute in Rust",
                );
                Windowed::new(other, params)
            }
        }
    }
}

impl<M: Model, K> Over<M, K> {
    fn all() -> Self {
        Over {
            partition: Vec::new(),
            params: Params::new(),
            order: Vec::new(),
            order_params: None,
            frame: None,
            marker: PhantomData,
        }
    }

    /// Only rows that are equal in these: a field, a computed value, or a tuple of them.
    pub fn partition_by<P: Projection<M, K>>(mut self, by: P) -> Self {
        by.add_to(&mut self.partition, &mut self.params);
        self
    }

    /// The rows in this order. Called again, it adds further keys.
    pub fn order_by<O: IntoOrder<M, K>>(mut self, order: O) -> Self {
        let mut keys = Select::all(M::model_ref());
        order.add_to(&mut keys, &mut self.order_params);
        let columns = keys.order.into_iter().map(|key| ComputedOrder {
            by: Formula::Column(key.column),
            direction: key.direction,
            nulls: key.nulls,
        });
        self.order.extend(columns);
        let computed = keys.computed.into_iter();
        self.order
            .extend(computed.flat_map(|computed| computed.order));
        self
    }

    /// Only the rows in this range, counted from the row: `-2..=0` are the two before it and itself, `..=0` are all up to
    /// it, `0..` all from it on.
    pub fn rows(mut self, range: impl RangeBounds<i64>) -> Self {
        let start = match range.start_bound() {
            End::Included(start) => Some(*start),
            End::Excluded(before) => Some(before.saturating_add(1)),
            End::Unbounded => None,
        };
        let end = match range.end_bound() {
            End::Included(end) => Some(*end),
            End::Excluded(after) => Some(after.saturating_sub(1)),
            End::Unbounded => None,
        };
        let mut params = Params::new();
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            params.refuse(
                M::DEF.name,
                "a window that ends before it begins",
                "give a range with rows in it, such as `-2..=0`",
            );
        }
        let frame = Frame {
            start: bound(start, &mut params),
            end: bound(end, &mut params),
        };
        self.frame = Some((frame, params));
        self
    }

    fn end<T>(
        self,
        function: WindowFunction,
        of: Vec<Formula>,
        mut params: Params,
    ) -> Windowed<M, T, K> {
        params.append(self.params);
        if let Some(order) = self.order_params {
            params.append(*order);
        }
        let (frame, more) = self.frame.unzip();
        if let Some(more) = more {
            params.append(more);
        }
        let window = Window {
            function,
            of,
            partition: self.partition,
            order: self.order,
            frame,
        };
        if window.formulas().any(Formula::has_windows) {
            params.refuse(
                M::DEF.name,
                "a window function of a window function",
                "select the inner one, and compute the other in Rust",
            );
        }
        Windowed::new(Formula::Window(Box::new(window)), params)
    }
}

/// One end of a frame, so many rows from the row.
fn bound(rows: Option<i64>, params: &mut Params) -> Bound {
    match rows {
        None => Bound::Unbounded,
        Some(0) => Bound::Current,
        Some(rows) => {
            let distance = i64::try_from(rows.unsigned_abs()).unwrap_or(i64::MAX);
            params.push(Value::Int(distance));
            if rows < 0 {
                Bound::Preceding
            } else {
                Bound::Following
            }
        }
    }
}

impl<M: Model, T, K> Windowed<M, T, K> {
    fn new(formula: Formula, params: Params) -> Self {
        // By an expression, which drops what nests too deeply.
        let (formula, params) = Expression::<M, T, K>::new(formula, params).into_parts();
        Windowed {
            formula,
            params,
            marker: PhantomData,
            kind: PhantomData,
        }
    }
}

/// # Ordering
impl<M: Model, T: Projected, K: Kind> Windowed<M, T, K> {
    /// Smallest first; NULLs before all values unless said otherwise.
    pub fn asc(self) -> OrderBy<M, K> {
        Expression::<M, T, K>::new(self.formula, self.params).asc()
    }

    /// Largest first; NULLs after all values unless said otherwise.
    pub fn desc(self) -> OrderBy<M, K> {
        Expression::<M, T, K>::new(self.formula, self.params).desc()
    }
}

/// What stands in a condition, as no window function does: the bound of methods that are there to say so.
#[diagnostic::on_unimplemented(
    message = "a window function stands in no condition",
    label = "databases compute it after all conditions",
    note = "for the first row of each group there is `.distinct_on(|row| …)`; else select the value, and choose among the rows"
)]
pub trait StandsInConditions: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! comparisons {
    ($($name:ident)*) => {
        /// Not to be called: the methods that a condition would be made by, so that the compiler says why there is none.
        impl<M: Model, T, K> Windowed<M, T, K> {
            $(
                #[doc(hidden)]
                pub fn $name<V>(self, _: V) -> Filter<M>
                where
                    Self: StandsInConditions,
                {
                    Filter::new(Expr::Constant(false), self.params)
                }
            )*
        }
    };
}

comparisons!(eq ne lt le gt ge in_list);

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected, K: Kind> Projection<M, K> for Windowed<M, T, K> {
    type Output = T;

    fn add_to(self, list: &mut Vec<Formula>, params: &mut Params) {
        list.push(self.formula);
        params.append(self.params);
    }

    #[inline]
    fn read(row: &dyn Row, at: &mut usize) -> Result<T> {
        <Expression<M, T, K> as Projection<M, K>>::read(row, at)
    }
}

fn call<M: Model, E: IntoExpression<M, K>, T, K>(
    function: WindowFunction,
    of: E,
) -> WindowCall<M, T, K> {
    let (formula, params) = of.into_expression().into_parts();
    WindowCall::new(function, vec![formula], params)
}

/// The base type of a value's.
type Base<E, M, K> = <<E as IntoExpression<M, K>>::Type as ColumnValue>::Base;

/// The number of the row in its window, from one.
///
/// ```
/// use toasty_dsl::expr::row_number;
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Todo { id: u64 [key, auto], user_id: u64, title: String } }
///
/// # fn main() {
/// let numbered = Todo::all().select(|todo| {
///     (todo.title, row_number().over(|window| window.partition_by(todo.user_id).order_by(todo.id.asc())))
/// });
/// # let _ = numbered;
/// # }
/// ```
pub fn row_number<M: Model, K: Kind>() -> WindowCall<M, u64, K> {
    WindowCall::new(WindowFunction::RowNumber, Vec::new(), Params::new())
}

/// The place of the row in its window, from one; equal rows share a place, and the places after it are left out.
pub fn rank<M: Model, K: Kind>() -> WindowCall<M, u64, K> {
    WindowCall::new(WindowFunction::Rank, Vec::new(), Params::new())
}

/// The place of the row in its window, from one; equal rows share a place, and none is left out.
pub fn dense_rank<M: Model, K: Kind>() -> WindowCall<M, u64, K> {
    WindowCall::new(WindowFunction::DenseRank, Vec::new(), Params::new())
}

/// The value in the row so many rows before; none where there is no such row.
pub fn lag<M: Model, K: Kind, E: IntoExpression<M, K>>(
    of: E,
    rows: u32,
) -> WindowCall<M, Option<Base<E, M, K>>, K> {
    away(WindowFunction::Lag, of, rows)
}

/// The value in the row so many rows after; none where there is no such row.
pub fn lead<M: Model, K: Kind, E: IntoExpression<M, K>>(
    of: E,
    rows: u32,
) -> WindowCall<M, Option<Base<E, M, K>>, K> {
    away(WindowFunction::Lead, of, rows)
}

fn away<M: Model, E: IntoExpression<M, K>, T, K>(
    function: WindowFunction,
    of: E,
    rows: u32,
) -> WindowCall<M, T, K> {
    let mut call = call(function, of);
    // No window has more rows than PostgreSQL's `integer` counts here.
    let rows = i32::try_from(rows).unwrap_or(i32::MAX);
    call.of.push(Formula::Slot(ColumnType::Int(32)));
    call.params.push(Value::Int(rows.into()));
    call
}

/// The value in the first row of the window; none where it has no rows.
pub fn first_value<M: Model, K: Kind, E: IntoExpression<M, K>>(
    of: E,
) -> WindowCall<M, Option<Base<E, M, K>>, K> {
    call(WindowFunction::FirstValue, of)
}

/// The value in the last row of the window; none where it has no rows. With an order, that is the row itself or its last
/// equal, unless [`rows`](Over::rows) says more.
pub fn last_value<M: Model, K: Kind, E: IntoExpression<M, K>>(
    of: E,
) -> WindowCall<M, Option<Base<E, M, K>>, K> {
    call(WindowFunction::LastValue, of)
}
