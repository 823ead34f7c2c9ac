//! The language: `toasty!` and `create!`, as declarative macros.
//!
//! Promises: one repetition matches a whole model, so cost is linear and no recursion limit shows; an option is a const
//! method call, so a typo is rustc's own error at the user's token; every rule is a const condition in a trait bound, so
//! that its error stands at the user's token too. Everything is reached through `$crate::__private`.
//!
//! The table of contents: [`toasty!`](crate::toasty) splits a block into items; `__item!` says what kind each is;
//! `__model!`, `__enum!` and `__embed!` make the Rust items of one. The other macros make one thing each.

mod checks;
mod create;
mod embed;
mod enumeration;
mod finders;
mod item;
mod model;
mod options;
mod runtime;

pub use checks::*;
pub use create::{check_given, check_nested, handles_of, nested};
pub use runtime::*;
