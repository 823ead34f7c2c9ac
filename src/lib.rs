//! An easy, fast ORM for Rust: one model, written in a small language, on embedded SQLite, on PostgreSQL and on DynamoDB.
//!
//! ```standalone_crate
//! use toasty::{BelongsTo, HasMany, create, toasty};
//!
//! toasty! {
//!     /// A person with things to do.
//!     pub model User {
//!         id: u64 [key, auto],
//!         email: String [unique],
//!         name: String,
//!         todos: HasMany<Todo>,
//!     }
//!
//!     pub model Todo {
//!         id: u64 [key, auto],
//!         user_id: u64 [index],
//!         user: BelongsTo<User>,
//!         title: String,
//!         done: bool = false,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> toasty::Result<()> {
//! let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
//! db.create_tables().await?;
//!
//! let ann = create!(User { email: "ann@example.com", name: "Ann", todos: [{ title: "Make pizza" }, { title: "Sleep" }] })
//!     .exec(&db)
//!     .await?;
//! let open = Todo::filter(|todo| todo.done.eq(false) & todo.user.is(|user| user.name.eq("Ann")))
//!     .order_by(|todo| todo.title.asc())
//!     .include(|todo| todo.user)
//!     .all(&db)
//!     .await?;
//! assert_eq!(open[0].title, "Make pizza");
//! assert_eq!(open[0].user.get()?.id, ann.id);
//! # Ok(())
//! # }
//! ```
//!
//! The book that comes with the source tells the rest.

// The macros' examples name this crate as its users do.
extern crate self as toasty;

pub mod config;

mod atomic;
mod batch;
#[cfg(feature = "dynamodb")]
mod collected;
mod connect;
mod cursors;
mod db;
mod dialect;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
mod engine;
mod execute;
mod explain;
mod full_scans;
mod log;
mod meter;
mod metered;
#[cfg(feature = "dynamodb")]
mod moment;
mod object;
mod plans;
mod pool;
mod request;
#[cfg(test)]
mod simulated;
mod sql;
mod tables;
mod transaction;

pub use batch::batch;
pub use config::Config;
pub use connect::{connect, connect_with};
pub use db::Db;
pub use dialect::Dialect;
pub use engine::{PoolStatistics, Statistics};
pub use explain::Explain;
pub use meter::CostReport;
pub use metered::Metered;
pub use request::{Request, ToRequest};
pub use sql::{partiql, sql};
pub use toasty_contract::{Isolation, Plan, PlanStep};
pub use toasty_dsl::association::Include;
pub use toasty_dsl::expr;
pub use toasty_dsl::query::{
    Aggregated, Batch, BatchPart, Batches, Expression, Filterable, Having, LockedQuery, Moment,
    Named, NumberedPage, NumberedQuery, Operator, Outcome, Page, PageQuery, Selection, SetQuery,
    Sql, SqlRow, SqlRows, SqlValue,
};
pub use toasty_dsl::value::Progress;
pub use toasty_dsl::write::{AtomicPart, Check, Upserted};
pub use toasty_dsl::{
    BelongsTo, Cell, Error, ErrorKind, Executor, Field, Filter, HasMany, HasOne, Json, Model,
    ModelDef, Query, Result, RowStream, Scalar, Statement, View, create, toasty,
};
pub use transaction::{TransactionOptions, Tx};

/// The parts that the language is made of, for those who build on them.
pub mod language {
    pub use toasty_dsl::{
        association, cursor, error, field, query, schema, statement, value, write,
    };
}
