//! Values on their way in (`Value`, `Params`) and on their way out (`Cell`, `Row`), and the types that are columns (`Scalar`).
//!
//! Promises: what goes in comes back equal or is refused. `Debug` of anything here shows types and lengths, never content.

mod array;
mod cell;
mod column_type;
mod field_values;
mod json;
mod numbers;
mod params;
mod progress;
mod row;
mod scalar;
mod text;
mod time;
#[expect(
    clippy::module_inception,
    reason = "the folder is about values, the file about one"
)]
mod value;

pub use array::{Member, Members, json_of};
pub use cell::Cell;
pub use column_type::{ColumnType, EnumType};
pub use field_values::FieldValues;
pub use json::Json;
pub use params::Params;
pub use progress::{Progress, Watcher};
pub use row::{Row, ValueRow};
pub use scalar::Scalar;
pub use value::{Revealed, Value};
