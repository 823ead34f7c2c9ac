//! What is sent: single items, batches and transactions, and what becomes of each.
//!
//! Promises: a request is sent again only where that is safe, and within the budget; nothing that DynamoDB left undone is
//! forgotten; its limits of items and bytes are checked before anything is sent; every error says which model it is about,
//! and each request is counted. Must not know: statements, plans, conditions.

mod action;
pub(crate) mod ahead;
pub(crate) mod batch;
mod client;
mod cost;
pub(crate) mod errors;
pub(crate) mod moment;
mod reasons;
mod retry;
pub(crate) mod send;
pub(crate) mod work;

pub(crate) use action::{Action, Meaning, Verb, gone, paths, taken, unbuilt};
pub(crate) use client::Session;
pub(crate) use retry::{Budget, Fate, fate};
