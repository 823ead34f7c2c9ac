//! The slots of one field while it is filled: one a column.

use super::{Scalar, Value};
use crate::error::Refusal;

/// The slots of one field, filled from left to right.
pub struct FieldValues<'a> {
    slots: &'a mut [Option<Value>],
    next: usize,
    refusal: &'a mut Option<Refusal>,
}

impl<'a> FieldValues<'a> {
    /// Nothing filled yet.
    #[inline]
    pub fn new(slots: &'a mut [Option<Value>], refusal: &'a mut Option<Refusal>) -> Self {
        FieldValues {
            slots,
            next: 0,
            refusal,
        }
    }

    /// The same slots, lent on for a while.
    #[inline]
    pub fn reborrow(&mut self) -> FieldValues<'_> {
        FieldValues {
            slots: self.slots,
            next: self.next,
            refusal: self.refusal,
        }
    }

    /// Fills the next slot, or remembers why it cannot be filled.
    #[inline]
    pub fn push(&mut self, value: Result<Value, Refusal>) {
        let value = value.unwrap_or_else(|reason| {
            self.refusal.get_or_insert(reason);
            Value::Null
        });
        if let Some(slot) = self.slots.get_mut(self.next) {
            *slot = Some(value);
        }
        self.next += 1;
    }

    /// Fills the next slot with a scalar.
    #[inline]
    pub fn push_scalar<T: Scalar>(&mut self, value: T) {
        self.push(value.into_value());
    }
}
