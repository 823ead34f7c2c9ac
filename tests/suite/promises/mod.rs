//! The named tests of what we promise, each with the oracle, the fault or the fuzzer that proves it.

mod allocation;
mod cancellation;
mod dynamodb;
mod exhaustion;
mod filters;
mod injection;
mod oracle;
mod pool;
mod predicate;
mod secrets;
mod transactions;
mod values;
