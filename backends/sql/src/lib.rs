//! Statements as SQL text.
//!
//! Promises: text depends on the shape alone, never on a value; every identifier goes through one function that escapes
//! it; each dialect differs in one place, [`Dialect`]. Must not know: connections, drivers, values.

/// What is said around statements: transactions, savepoints, cursors, plans.
pub mod around;
mod define;
mod dialect;
mod identifier;
mod json_path;
mod names;
mod pattern;
mod render;
mod slot;
mod writer;

pub use define::{OwnType, define, define_tables, own_types};
pub use dialect::Dialect;
pub use identifier::check_identifier;
pub use json_path::json_path;
pub use names::{index_name, key_name, reference_name};
pub use pattern::{after_prefix, pattern};
pub use render::{Copying, Rendered, copy_rows, render, render_rows};
pub use slot::{Form, Slot, Target, hides};
