//! Statements as SQL text.
//!
//! Promises: text depends on the shape alone, never on a value; every identifier goes through one function that escapes
//! it; each dialect differs in one place, [`Dialect`]. Must not know: connections, drivers, values.

mod define;
mod dialect;
mod identifier;
mod render;
mod slot;
mod writer;

pub use define::define;
pub use dialect::Dialect;
pub use identifier::check_identifier;
pub use render::{Rendered, render};
pub use slot::{Form, Slot, Target};
