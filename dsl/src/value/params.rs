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
enum Refused {
    /// A value that cannot be made
    Value {
        model: &'static str,
        field: String,
        reason: Refusal,
    },
    /// Something that is said of the statement and cannot be, with what to do instead
    Statement {
        model: &'static str,
        what: &'static str,
        instead: &'static str,
    },
}

impl Params {
    /// No values.
    pub fn new() -> Self {
        Params::default()
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
                    self.refusal = Some(Box::new(Refused::Value {
                        model,
                        field: field(),
                        reason,
                    }));
                }
            }
        }
    }

    /// Remembers that the statement cannot be sent, where its builder cannot say so yet.
    #[cold]
    pub fn refuse(&mut self, model: &'static str, what: &'static str, instead: &'static str) {
        self.refusal.get_or_insert_with(|| {
            Box::new(Refused::Statement {
                model,
                what,
                instead,
            })
        });
    }

    /// Adds all values of another statement after these.
    #[inline]
    pub fn append(&mut self, other: Params) {
        if self.values.is_empty() {
            self.values = other.values;
        } else {
            self.values.extend(other.values);
        }
        if self.refusal.is_none() {
            self.refusal = other.refusal;
        }
    }

    /// Fails if a value could not be made, or the statement cannot be sent.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field; `Unsupported`.
    #[inline]
    pub fn check(&self) -> crate::Result<()> {
        match &self.refusal {
            None => Ok(()),
            Some(refused) => Err(refused.error()),
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

impl Refused {
    #[cold]
    fn error(&self) -> crate::Error {
        match self {
            Refused::Value {
                model,
                field,
                reason,
            } => reason.on(model, field.clone()),
            Refused::Statement {
                model,
                what,
                instead,
            } => crate::Error::unsupported(*what, *instead).on_model(model),
        }
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
