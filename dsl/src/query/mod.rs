//! Typed queries: thin shells over a statement and its values.
//!
//! Promises: a query is a value, to be cloned, stored and built up by conditions; no filter ever disappears by itself;
//! nothing is sent before one of the last words (`all`, `first`, `one`, `count`, `exists`, `stream`, `exec`).

mod condition;
mod expression;
mod filterable;
mod in_memory;
mod named;
mod page;
mod rows;
mod run;
mod sql;
mod values;

pub use condition::Filter;
pub use expression::{
    AnyQuery, Argument, ArrayValue, Branch, ColumnValue, Divisible, Expression, Fragment, HasDate,
    HasTime, Integer, IntoExpression, JsonPath, JsonValue, Kind, Matching, NullableColumn, Numeric,
    OfGroup, OfRow, Operand, Over, Projected, Side, TextColumn, ValueQuery, ValuesOf, WindowCall,
    Windowed, functions,
};
pub use filterable::{Filterable, Operator, Parameter};
pub use in_memory::Aggregated;
pub use named::{Named, NamedRow, Unwritten};
pub use page::{Batches, IntoCursor, NumberedPage, NumberedQuery, Page, PageQuery, WholeRow};
pub(crate) use rows::check_depth;
pub use rows::{
    All, Filtered, IntoOrder, LockedQuery, Narrowed, OrderBy, OrderParams, Query, RowsAsked, Steps,
    ToChildren, ToParent, ValueAsked,
};
pub use run::{
    Answer, AnySink, Batch, BatchPart, Executor, ExecutorObject, Future, Independent, Moment,
    Outcome, RowStream, RunNested, Sink,
};
pub(crate) use run::{Pending, Rows, Single, each_tuple, not_found, sealed};
pub use sql::{Sql, SqlRow, SqlRows, SqlValue};
pub use values::{Group, Grouped, Having, Keys, Projection, Selection, SetQuery, SetValues};
