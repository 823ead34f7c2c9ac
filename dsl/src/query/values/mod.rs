//! Queries whose rows are values: of a column, computed, of a view, of groups.

mod grouped;
mod part;
mod projection;
mod selection;
mod set_query;
mod view;

pub use grouped::{Group, Grouped, Having, Keys};
pub use projection::Projection;
pub use selection::Selection;
pub(crate) use selection::{Decode, Plain, Taken, check_computed, count_of, unordered};
pub use set_query::{SetQuery, SetValues};
