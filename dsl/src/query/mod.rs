//! Typed queries: thin shells over a statement and its values.
//!
//! Promises: a query is a value, to be cloned, stored and built up by conditions; no filter ever disappears by itself;
//! nothing is sent before one of the last words (`all`, `first`, `one`, `count`, `exists`, `stream`, `exec`).

mod arithmetic;
mod batch;
mod columns;
mod expression;
mod filter;
pub mod functions;
mod grouped;
mod operand;
mod order;
mod page;
mod projection;
mod relations;
mod run;
mod select;
mod selection;
mod sinks;
mod sql;
mod sql_rows;
mod stream;
mod tuples;
mod words;

pub use arithmetic::{Divisible, Integer, Numeric};
pub use batch::{Batch, BatchPart};
pub(crate) use batch::{Pending, Single, sealed};
pub use expression::{Argument, Expression, IntoExpression, Kind, OfGroup, OfRow, Projected};
pub use filter::Filter;
pub use grouped::{Group, Grouped, Having, Keys};
pub use operand::{ColumnValue, NullableColumn, Operand, Side, TextColumn};
pub use order::{IntoOrder, OrderBy, OrderParams};
pub use page::{Batches, IntoCursor, NumberedPage, NumberedQuery, Page, PageQuery};
pub use projection::Projection;
pub use run::{
    Answer, AnySink, Executor, ExecutorObject, Future, Independent, Outcome, RunNested, Sink,
};
pub use select::{All, Filtered, Narrowed, Query};
pub(crate) use select::{check_depth, not_found};
pub use selection::Selection;
pub(crate) use sinks::Rows;
pub use sql::{Sql, SqlValue};
pub use sql_rows::{SqlRow, SqlRows};
pub use stream::RowStream;
pub(crate) use tuples::each_tuple;
pub use words::{RowsAsked, ValueAsked};
