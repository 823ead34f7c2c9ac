//! The named tests of what we promise, each with the oracle, the fault or the fuzzer that proves it.

mod aggregates;
mod agreement;
mod allocation;
mod cancellation;
mod connection;
mod copy;
mod cuts;
mod deadlines;
mod dynamodb;
mod every_cut;
mod exhaustion;
mod filters;
mod hermitage;
mod hostile_server;
mod identifiers;
mod injection;
mod oracle;
mod pages;
mod pipelines;
mod pool;
mod predicate;
mod restarts;
mod secrets;
mod tls;
mod transactions;
mod values;
