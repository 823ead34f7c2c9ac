//! Typed queries: thin shells over a statement and its values.
//!
//! Promises: a query is a value, to be cloned, stored and built up by conditions; no filter ever disappears by itself;
//! nothing is sent before one of the last words (`all`, `first`, `one`, `count`, `exists`, `stream`, `exec`).

mod arithmetic;
mod arrays;
mod batch;
mod columns;
mod expression;
mod filter;
mod filterable;
mod found;
mod fragment;
pub mod functions;
mod grouped;
mod in_memory;
mod json;
mod locked;
mod operand;
mod order;
mod page;
mod projection;
mod related;
mod relations;
mod run;
mod select;
mod selection;
mod selection_part;
mod set_query;
mod sets;
mod sinks;
mod sql;
mod sql_rows;
mod stream;
mod subquery;
mod times;
mod tree;
mod tuples;
mod view;
mod window;
mod words;

pub use arithmetic::{Divisible, Integer, Numeric};
pub use arrays::ArrayValue;
pub use batch::{Batch, BatchPart};
pub(crate) use batch::{Pending, Single, sealed};
pub use expression::{Argument, Expression, IntoExpression, Kind, OfGroup, OfRow, Projected};
pub use filter::Filter;
pub use filterable::{Filterable, Operator, Parameter};
pub(crate) use found::not_found;
pub use fragment::Fragment;
pub use functions::Branch;
pub use grouped::{Group, Grouped, Having, Keys};
pub use in_memory::Aggregated;
pub use json::{JsonPath, JsonValue};
pub use locked::LockedQuery;
pub use operand::{ColumnValue, NullableColumn, Operand, Side, TextColumn};
pub use order::{IntoOrder, OrderBy, OrderParams};
pub use page::{Batches, IntoCursor, NumberedPage, NumberedQuery, Page, PageQuery};
pub use projection::Projection;
pub use related::Matching;
pub use run::{
    Answer, AnySink, Executor, ExecutorObject, Future, Independent, Outcome, RunNested, Sink,
};
pub(crate) use select::check_depth;
pub use select::{All, Filtered, Narrowed, Query};
pub use selection::Selection;
pub use set_query::{SetQuery, SetValues};
pub(crate) use sinks::Rows;
pub use sql::{Sql, SqlValue};
pub use sql_rows::{SqlRow, SqlRows};
pub use stream::RowStream;
pub use subquery::{AnyQuery, ValueQuery, ValuesOf};
pub use times::{HasDate, HasTime};
pub use tree::{Steps, ToChildren, ToParent};
pub(crate) use tuples::each_tuple;
pub use window::{Over, WindowCall, Windowed};
pub use words::{RowsAsked, ValueAsked};
