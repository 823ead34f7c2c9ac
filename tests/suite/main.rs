//! The whole of Toasty, from the outside, on every database.
//!
//! `conformance` is one list of cases, run on every database. `promises` holds the named tests of what we promise, each
//! with the oracle, the fault or the fuzzer that proves it. `snapshots` shows what each behaviour becomes as a request.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod cases;
mod conformance;
mod databases;
mod dynamodb_fake;
mod models;
mod postgresql_fake;
mod promises;
mod proxy;
mod recorder;
mod snapshots;
