//! A model in DynamoDB: its table, its indexes and guards, its rows as items, its values as attributes.
//!
//! Promises: what is stored comes back equal, or is refused with its reason; a model that DynamoDB cannot hold is refused
//! when it becomes a table, and an item that is too large before anything is sent. Must not know: statements, conditions,
//! requests.

pub(crate) mod guard;
pub(crate) mod item;
mod layout;
mod number;
mod value;

pub(crate) use layout::{Item, Layout};
pub(crate) use value::{canonical, column_letters, compare, from_attribute, to_attribute, to_cell};
