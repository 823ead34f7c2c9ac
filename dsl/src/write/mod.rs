//! Builders of new rows, changes and removals.
//!
//! Promises: `create` fills defaults in one place; a value that cannot be stored stops the statement before anything is
//! sent; nested rows are written in one transaction with their parent.

mod assign;
mod atomic;
mod batch;
mod builder;
mod check;
mod create;
mod create_many;
mod delete;
mod delete_many;
mod each_row_once;
mod input;
mod nested;
mod on_conflict;
mod update;
mod update_many;

pub use assign::{Assignment, Assignments};
pub use atomic::AtomicPart;
pub use builder::{Builder, IntoStatement};
pub use check::{Check, check_failed};
pub use create::Create;
pub use create_many::CreateMany;
pub use delete::Delete;
pub use delete_many::{DeleteMany, Removal};
pub use input::{Input, Slots, fill};
pub use nested::{New, Related, SingleRelation};
pub use on_conflict::{FieldList, Ignoring, OnConflict, Upsert, Upserted};
pub use update::Update;
pub use update_many::UpdateMany;
