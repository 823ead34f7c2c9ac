//! Which column a value of a select comes from.
//!
//! Promises: where one of them is `sensitive` it is that one, so that whoever shows or keeps the value knows. Must not know:
//! what is done then.

use super::{Formula, Select, Source};
use crate::schema::ModelRef;

/// A column of a model.
type Column = (ModelRef, u16);

fn is_sensitive((model, column): Column) -> bool {
    let column = model.columns.get(usize::from(column));
    column.is_some_and(|column| column.sensitive)
}

impl Select {
    /// The column that a value of this select comes from: a `sensitive` one, where there is one among them.
    pub fn origin(&self, value: &Formula) -> Option<(ModelRef, u16)> {
        let mut found = Vec::new();
        self.origins(value, &mut found);
        let sensitive = found.iter().find(|column| is_sensitive(**column));
        sensitive.or(found.first()).copied()
    }

    fn origins(&self, value: &Formula, found: &mut Vec<Column>) {
        match value {
            Formula::Given(given) => {
                for part in self.source().into_iter().flat_map(Source::parts) {
                    let list = part.computed.as_deref().map_or(&[][..], |one| &one.list);
                    if let Some(value) = list.get(given.number) {
                        part.origins(value, found);
                    }
                }
            }
            Formula::Key(number) => {
                let keys = self.computed.as_deref().map_or(&[][..], |one| &one.keys);
                if let Some(key) = keys.get(*number) {
                    self.origins(key, found);
                }
            }
            Formula::Column(_)
            | Formula::Outer(..)
            | Formula::Related(_)
            | Formula::Subquery(_) => found.extend(value.sources(self.model)),
            Formula::Slot(_)
            | Formula::Call(..)
            | Formula::Case { .. }
            | Formula::Aggregate(..)
            | Formula::Window(_)
            | Formula::TooDeep
            | Formula::Fragment(_) => {
                for one in value.inner() {
                    self.origins(one, found);
                }
            }
        }
    }
}
