//! One list of cases, written once, run on every database: SQLite in memory, on file, and on file with its own thread.

mod atomic;
mod changes;
mod constraints;
mod create_many;
mod embeds;
mod filters;
mod finders;
mod handles;
mod include;
mod keys;
mod nested;
mod order;
mod relations;
mod tables;
mod texts;
mod transactions;
mod values;
