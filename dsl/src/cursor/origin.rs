//! Which query a cursor is of.

use super::{Shape, values};
use crate::error::Result;
use crate::value::Value;

/// Which query a cursor is of: its shape, and the values that it holds columns equal to.
///
/// The values stand in no cursor. They are a part of what is signed, or summed up where there is no key, so that a cursor of
/// one tenant is none of another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub(super) shape: Shape,
    pub(super) values: Vec<u8>,
}

impl Origin {
    /// That of a query which holds its columns equal to these values.
    ///
    /// # Errors
    /// `Unsupported` for a value that no column has.
    pub fn new<'a>(shape: Shape, equal: impl IntoIterator<Item = &'a Value>) -> Result<Self> {
        let mut bytes = Vec::new();
        for value in equal {
            write(&mut bytes, value)?;
        }
        Ok(Origin {
            shape,
            values: bytes,
        })
    }

    /// What a signature is of: the length of the values before them, so that no two are the same bytes.
    pub(super) fn with(&self, body: &[u8]) -> Vec<u8> {
        let length = u64::try_from(self.values.len()).unwrap_or(u64::MAX);
        [&length.to_be_bytes(), self.values.as_slice(), body].concat()
    }
}

/// A value of a column; that of an array by its members and their number.
fn write(into: &mut Vec<u8>, value: &Value) -> Result<()> {
    let Value::List(members) = value else {
        return values::write(into, value);
    };
    into.extend(
        u64::try_from(members.len())
            .unwrap_or(u64::MAX)
            .to_be_bytes(),
    );
    members.iter().try_for_each(|member| write(into, member))
}

impl From<Shape> for Origin {
    /// That of a query that holds no column equal to a value.
    fn from(shape: Shape) -> Self {
        Origin {
            shape,
            values: Vec::new(),
        }
    }
}
