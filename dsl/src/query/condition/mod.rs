//! Which rows: a typed condition, and what makes one of a column or of a relation.

mod columns;
mod filter;
mod relations;

pub use filter::Filter;
