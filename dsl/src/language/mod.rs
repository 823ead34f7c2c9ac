//! The language: `toasty!` and `create!`, as declarative macros.
//!
//! Promises: one repetition matches a whole model, so cost is linear and no recursion limit shows; an option is a const
//! method call, so a typo is rustc's own error at the user's token; every rule is a const condition in a trait bound, so
//! that its error stands at the user's token too. Everything is reached through `$crate::__private`.
//!
//! The table of contents: [`toasty!`](crate::toasty) splits a block into items; `__item!` says what kind each is;
//! `__model!`, `__view!`, `__enum!` and `__embed!` make the Rust items of one. The other macros make one thing each. What fits none of
//! their forms goes to the macros of `trouble`, whose only work is to find the token where it goes wrong.
//!
//! Two things about spans that are easy to lose. A name that stands where a type stands is matched as `tt`: as `ident`
//! its span as a type would be the macro's. And a call with values of the user takes them as `impl Trait`, so that rustc
//! blames the value and not a type argument.

mod checks;
mod create;
mod embed;
mod enumeration;
mod finders;
mod item;
mod judge;
mod model;
mod options;
mod runtime;
mod trouble;
mod view;

pub use checks::*;
pub use create::*;
pub use judge::*;
pub use runtime::*;
