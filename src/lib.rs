//! An easy, fast ORM for Rust.

pub mod config;

pub use toasty_dsl::*;
