//! What is planned: which requests answer a statement, and how they look in a log.
//!
//! Promises: the choice depends on the shape of a statement alone, is made once for it, and is filled in with the values of
//! each run; a statement that no request answers is refused here, with what to do instead. Must not know: the client,
//! sending, answers.

mod access;
mod explained;
mod keys;
mod partiql;
mod place;
mod prepared;
pub(crate) mod refusal;
pub(crate) mod request;
mod shown;
mod template;
mod values;

pub(crate) use access::{Access, ReadPlan};
pub(crate) use explained::explained;
pub(crate) use keys::KeySource;
pub(crate) use partiql::Partiql;
pub(crate) use place::{Begin, Place};
pub use prepared::DynamodbPrepared;
pub(crate) use prepared::Plan;
pub(crate) use values::Given;
