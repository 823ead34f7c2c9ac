//! Relations in a struct, and their loading.
//!
//! Promises: loading k relations is 1 + k statements, whatever the number of rows, in as many trips as they
//! are deep; a relation that was not loaded says
//! so, and names the include, when it is touched. Must not know: backends. The surprising decision: the loop that loads
//! stands here and not beside the pool, because only here are the types of both sides known; it runs on a trait object.

mod access;
mod belongs_to;
mod children;
mod content;
mod has_many;
mod has_one;
mod include;
mod join;
mod load;
mod origin;
mod relation_type;
mod serialize;

pub use access::Access;
pub use belongs_to::BelongsTo;
pub use has_many::HasMany;
pub use has_one::HasOne;
pub use include::{Include, IncludeBuilder, IntoInclude};
pub(crate) use join::values_of;
pub use load::load;
pub(crate) use load::{Asked, Level};
pub use origin::Origin;
pub use relation_type::RelationType;
