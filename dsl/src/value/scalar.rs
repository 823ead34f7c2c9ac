//! What a type must know to be one column.

use super::{Cell, ColumnType, Value};
use crate::error::{DecodeError, Refusal};

/// A type that is one column: it turns itself into a [`Value`] and reads itself from a [`Cell`].
///
/// ```
/// use toasty_dsl::{Cell, Scalar};
///
/// assert_eq!(u8::decode(Cell::Int(7)).unwrap(), 7);
/// assert!(u8::decode(Cell::Int(300)).is_err(), "never wrapped");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no single column",
    label = "not one column",
    note = "columns are bool, i8 to i64, u8 to u64, f32, f64, String, Vec<u8>, Uuid, jiff's Timestamp, Date, Time and DateTime, Decimal, serde_json::Value, Json<T>, and arrays as `Vec<T>`",
    note = "in a condition a relation is asked by `.any(|x| …)`, `.none(|x| …)`, `.all(|x| …)` or `.is(|x| …)`, and an embedded value by a path, such as `u.address.city`"
)]
pub trait Scalar: Sized + Send + Sync + 'static {
    /// The type of its column.
    const TYPE: ColumnType;

    /// As an owned value.
    ///
    /// # Errors
    /// When no backend could ever hold it, such as a value that does not serialize.
    fn to_value(&self) -> Result<Value, Refusal>;

    /// As an owned value, giving up what it holds.
    ///
    /// # Errors
    /// As [`Scalar::to_value`].
    #[inline]
    fn into_value(self) -> Result<Value, Refusal> {
        self.to_value()
    }

    /// Read from a column.
    ///
    /// # Errors
    /// When the cell holds another type, or a value out of range.
    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError>;
}

/// A cell of another type than the field's.
#[cold]
pub(super) fn mismatch<T>(expected: &'static str, cell: Cell<'_>) -> Result<T, DecodeError> {
    Err(DecodeError {
        expected,
        found: cell.type_name(),
    })
}
