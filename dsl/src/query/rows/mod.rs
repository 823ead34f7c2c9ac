//! Queries whose rows are instances of a model.

mod locked;
mod order;
mod select;
mod sets;
mod tree;
mod words;

pub use locked::LockedQuery;
pub use order::{IntoOrder, OrderBy, OrderParams};
pub(crate) use select::check_depth;
pub use select::{All, Filtered, Narrowed, Query};
pub(crate) use sets::{check_source, compound, read};
pub use tree::{Steps, ToChildren, ToParent};
pub use words::{RowsAsked, ValueAsked};
