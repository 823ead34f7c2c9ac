//! What a condition says and what an update sets: as DynamoDB's expressions, and decided here on rows that were read.
//!
//! Promises: both find and write the same, with the meaning of SQL's three-valued logic; names and values stand beside an
//! expression, and never in its text. Must not know: which request carries an expression, sending.

mod arrays;
pub(crate) mod assign;
mod compute;
mod condition;
mod elsewhere;
mod evaluate;
mod placeholders;
mod writer;

pub(crate) use compute::is_computed_here;
pub(crate) use condition::{Condition, Operand, slot_columns, slots};
pub(crate) use elsewhere::refused;
pub(crate) use evaluate::Test;
pub(crate) use placeholders::Placeholders;
pub(crate) use writer::{Writer, check_length, is_native, sign};
