//! Whether a value that is computed can be NULL.
//!
//! Promises: where it says no, no row has NULL there. Must not know: dialects.

use super::{Aggregate, Formula, Function};
use crate::schema::ModelDef;

impl Formula {
    /// Whether it can be NULL, `keys` being those of the statement's groups. What is not known can.
    ///
    /// ```
    /// use toasty_dsl::statement::{Formula, Function};
    /// use toasty_dsl::{Model, toasty};
    ///
    /// toasty! { pub model User { id: u64 [key], name: String, city: Option<String> } }
    ///
    /// # fn main() {
    /// let lower = |column| Formula::Call(Function::Lower, vec![Formula::Column(column)]);
    /// assert!(!lower(1).can_be_null(User::DEF, &[]));
    /// assert!(lower(2).can_be_null(User::DEF, &[]));
    /// # }
    /// ```
    pub fn can_be_null(&self, model: &ModelDef, keys: &[Formula]) -> bool {
        let any = |of: &[Formula]| of.iter().any(|one| one.can_be_null(model, keys));
        match self {
            Formula::Column(column) => model
                .columns
                .get(usize::from(*column))
                .is_none_or(|column| column.nullable),
            // A value of the program that is NULL is another condition, or no computation at all.
            Formula::Slot(_) => false,
            Formula::Key(number) => keys
                .get(*number)
                .is_none_or(|key| key.can_be_null(model, keys)),
            Formula::Call(function, of) => match function {
                Function::Add
                | Function::Subtract
                | Function::Multiply
                | Function::Lower
                | Function::Upper
                | Function::Length
                | Function::Cardinality
                | Function::Push
                | Function::Remove => any(of),
                Function::Coalesce => of.iter().all(|one| one.can_be_null(model, keys)),
                // By zero, of another path, of what is no time.
                Function::Divide
                | Function::Remainder
                | Function::Json(_)
                | Function::Time(_)
                | Function::Start(_) => true,
            },
            Formula::Case { arms, otherwise } => {
                let mut values = arms.iter().map(|(_, value)| value);
                otherwise
                    .as_ref()
                    .is_none_or(|value| value.can_be_null(model, keys))
                    || values.any(|value| value.can_be_null(model, keys))
            }
            Formula::Aggregate(aggregate, _) => !aggregate.counts(),
            // A number of rows is there where there are none.
            Formula::Related(one) => match &one.value {
                Formula::Aggregate(aggregate, _) => !aggregate.counts(),
                _ => true,
            },
            Formula::Window(_)
            | Formula::Given(_)
            | Formula::TooDeep
            | Formula::Subquery(_)
            | Formula::Outer(..)
            | Formula::Fragment(_) => true,
        }
    }
}

impl Aggregate {
    /// Whether it is a number of rows or of values, and so never NULL.
    fn counts(self) -> bool {
        match self {
            Aggregate::Count | Aggregate::CountDistinct => true,
            Aggregate::Sum | Aggregate::Average | Aggregate::Min | Aggregate::Max => false,
        }
    }
}
