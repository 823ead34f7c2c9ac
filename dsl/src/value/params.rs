//! The values of one statement, in slot order.

use super::Value;
use crate::error::Refusal;
use smallvec::SmallVec;
use std::fmt;

/// The values of a statement, in slot order: the order in which the statement's tree is walked.
///
/// `Debug` shows types and lengths only. A value that could not be made is remembered as the first refusal, and the
/// statement is not sent.
#[derive(Clone, Default)]
pub struct Params {
    values: SmallVec<[Value; 2]>,
    refusal: Option<Box<Refused>>,
}

#[derive(Clone)]
struct Refused {
    model: &'static str,
    field: String,
    reason: Refusal,
}

impl Params {
    /// No values.
    pub fn new() -> Self {
        Params::default()
    }

    /// One value.
    #[inline]
    pub fn one(value: Value) -> Self {
        let mut params = Params::new();
        params.push(value);
        params
    }

    /// Room for this many values.
    pub fn with_capacity(capacity: usize) -> Self {
        Params {
            values: SmallVec::with_capacity(capacity),
            refusal: None,
        }
    }

    /// Adds a value in the next slot.
    #[inline]
    pub fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    /// Adds a value in the next slot, or remembers why there is none.
    #[inline]
    pub fn push_result(
        &mut self,
        value: Result<Value, Refusal>,
        model: &'static str,
        field: impl FnOnce() -> String,
    ) {
        match value {
            Ok(value) => self.values.push(value),
            Err(reason) => {
                self.values.push(Value::Null);
                if self.refusal.is_none() {
                    self.refusal = Some(Box::new(Refused {
                        model,
                        field: field(),
                        reason,
                    }));
                }
            }
        }
    }

    /// Adds all values of another statement after these.
    #[inline]
    pub fn append(&mut self, mut other: Params) {
        if self.values.is_empty() {
            self.values = other.values;
        } else if other.values.len() > 1 {
            self.values.extend(other.values);
        } else if let Some(only) = other.values.pop() {
            // Mostly the one value of a key, for which a loop over what a vector gives up is dear.
            self.values.push(only);
        }
        if self.refusal.is_none() {
            self.refusal = other.refusal;
        }
    }

    /// Fails if a value could not be made.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field.
    #[inline]
    pub fn check(&self) -> crate::Result<()> {
        match &self.refusal {
            None => Ok(()),
            Some(refused) => Err(refused.reason.on(refused.model, refused.field.clone())),
        }
    }

    /// The values, in slot order.
    #[inline]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl From<Vec<Value>> for Params {
    fn from(values: Vec<Value>) -> Self {
        Params {
            values: SmallVec::from_vec(values),
            refusal: None,
        }
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.values).finish()
    }
}
