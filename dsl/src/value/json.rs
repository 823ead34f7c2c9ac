//! JSON: any `serde_json::Value`, or a type of your own in `Json<T>`.

use super::scalar::mismatch;
use super::{Cell, ColumnType, Scalar, Value};
use crate::error::{DecodeError, Refusal};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::{Deref, DerefMut};

/// A value of your own type in one JSON column.
///
/// ```
/// use toasty_dsl::Json;
///
/// let tags = Json(vec!["a".to_string(), "b".to_string()]);
/// assert_eq!(tags.len(), 2);
/// ```
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json(value)
    }
}

impl<T: Serialize> std::fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match serde_json::to_string(&self.0) {
            Ok(text) => write!(f, "Json({text})"),
            Err(_) => f.write_str("Json(…)"),
        }
    }
}

fn to_json(value: &impl Serialize) -> Result<Value, Refusal> {
    // The reason that serde gives can quote the value, so it is left out.
    serde_json::to_string(value)
        .map(Value::Json)
        .map_err(|_| Refusal::new("a value that does not serialize to JSON"))
}

fn from_json<T: DeserializeOwned>(cell: Cell<'_>) -> Result<T, DecodeError> {
    match cell {
        Cell::Text(text) => serde_json::from_str(text).map_err(|_| DecodeError {
            expected: std::any::type_name::<T>(),
            found: "JSON that is not of that type",
        }),
        other => mismatch("JSON", other),
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Scalar for Json<T> {
    const TYPE: ColumnType = ColumnType::Json;

    fn to_value(&self) -> Result<Value, Refusal> {
        to_json(&self.0)
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        from_json(cell).map(Json)
    }
}

impl Scalar for serde_json::Value {
    const TYPE: ColumnType = ColumnType::Json;

    fn to_value(&self) -> Result<Value, Refusal> {
        to_json(self)
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        from_json(cell)
    }
}
