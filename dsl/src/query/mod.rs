//! Typed queries: thin shells over a statement and its values.
//!
//! Promises: a query is a value, to be cloned, stored and built up by conditions; no filter ever disappears by itself;
//! nothing is sent before one of the last words (`all`, `first`, `one`, `count`, `exists`, `stream`, `exec`).

mod columns;
mod filter;
mod operand;
mod order;
mod page;
mod relations;
mod run;
mod select;
mod sinks;
mod stream;

pub use filter::Filter;
pub use operand::{ColumnValue, NullableColumn, Operand, TextColumn};
pub use order::{IntoOrder, OrderBy};
pub use page::{Batches, IntoCursor, NumberedPage, NumberedQuery, Page, PageQuery};
pub use run::{
    Answer, AnySink, Executor, ExecutorObject, Future, Independent, Outcome, RunNested, Sink,
};
pub use select::{All, Filtered, Narrowed, Query};
pub(crate) use select::{check_depth, not_found};
pub(crate) use sinks::Rows;
pub use stream::RowStream;
