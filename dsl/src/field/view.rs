//! A field of one instance, its type forgotten: how keys are collected and structs are printed.

use super::Model;
use crate::error::Refusal;
use crate::value::Value;
use std::fmt;

/// A field of one instance.
pub trait View {
    /// Adds the values of its columns.
    ///
    /// # Errors
    /// When a value cannot be stored.
    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal>;

    /// Prints it.
    ///
    /// # Errors
    /// Those of the formatter.
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// A field of one instance, with the two functions that its type knows. They come as values, so that no bound is needed.
pub struct FieldView<'a, T> {
    value: &'a T,
    write: fn(&T, &mut Vec<Value>) -> Result<(), Refusal>,
    debug: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

impl<'a, T> FieldView<'a, T> {
    /// The field of one instance.
    pub fn new(
        value: &'a T,
        write: fn(&T, &mut Vec<Value>) -> Result<(), Refusal>,
        debug: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> Self {
        FieldView { value, write, debug }
    }
}

impl<T> View for FieldView<'_, T> {
    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal> {
        (self.write)(self.value, values)
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.debug)(self.value, f)
    }
}

/// Prints something by a closure.
struct ByClosure<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Debug for ByClosure<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// A closure that prints, as something that has `Debug`.
pub fn debug_with(print: impl Fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> impl fmt::Debug {
    ByClosure(print)
}

/// `Debug` of a model: every field by name, the sensitive ones hidden.
///
/// # Errors
/// Those of the formatter.
pub fn debug_model<M: Model>(instance: &M, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(M::DEF.name);
    for (number, field) in (0u16..).zip(M::DEF.fields) {
        if field.sensitive {
            out.field(field.name, &format_args!("[sensitive]"));
        } else {
            instance.with_field(number, &mut |view| {
                out.field(field.name, &debug_with(|f| view.debug(f)));
            });
        }
    }
    out.finish()
}
