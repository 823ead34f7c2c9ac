//! Where a value goes, and in which form.

use toasty_dsl::schema::{ColumnDef, ModelRef};
use toasty_dsl::statement::{JsonAs, TextMatch};

/// One placeholder: which value goes there, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The form in which it goes.
    pub form: Form,
    /// The column that it is for, so that an error can name it and a log can hide it.
    pub target: Option<Target>,
}

/// A column of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The model
    pub model: ModelRef,
    /// The number of the column
    pub column: u16,
}

impl Target {
    /// The column's description.
    pub fn column(&self) -> Option<&'static ColumnDef> {
        self.model.0.columns.get(usize::from(self.column))
    }
}

/// Whether a value must not be shown: one that goes into a column whose content must not be, and one that goes nowhere, since
/// it is that of a part of the statement whose text stands elsewhere already.
pub fn hides(slots: &[Slot], value: usize) -> bool {
    let mut placed = slots.iter().filter(|slot| slot.value() == Some(value));
    let mut nowhere = true;
    let sensitive = placed.any(|slot| {
        nowhere = false;
        let column = slot.target.as_ref().and_then(Target::column);
        column.is_some_and(|column| column.sensitive)
    });
    sensitive || nowhere
}

impl Slot {
    /// Whether an array goes there as the value of one column, and not a list of values for it.
    pub fn is_array(&self) -> bool {
        self.target
            .and_then(|target| target.column())
            .is_some_and(|column| column.ty.is_array())
    }

    /// The number of the statement's value that goes there, where one does.
    pub fn value(&self) -> Option<usize> {
        match self.form {
            Form::Plain(value)
            | Form::AfterPrefix(value)
            | Form::Pattern { value, .. }
            | Form::JsonPath { value, .. } => Some(value),
            Form::Constant(_) | Form::Word(_) => None,
        }
    }
}

/// The form in which a value goes into a placeholder. Numbers are indexes into the statement's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is
    Plain(usize),
    /// The first text after all that start with this one
    AfterPrefix(usize),
    /// As a pattern
    Pattern {
        /// The value
        value: usize,
        /// How it matches
        matches: TextMatch,
        /// With ASCII letters in lower case
        lower: bool,
    },
    /// A list of keys and numbers, as a path into JSON
    JsonPath {
        /// The value
        value: usize,
        /// As what is read what it leads to
        as_what: JsonAs,
    },
    /// Always this number: no digit ever stands in SQL text
    Constant(i64),
    /// Always this word: no quoted text ever stands in SQL text
    Word(&'static str),
}
