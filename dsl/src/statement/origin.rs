//! Which column a value of a select comes from.
//!
//! Promises: where one of them is `sensitive` it is that one, so that whoever shows or keeps the value knows. Must not know:
//! what is done then.

use super::{Formula, Output, Select, Source};
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

    /// The column that the value of this number comes from: of whole rows that of the column.
    pub fn origin_of(&self, number: u16) -> Option<(ModelRef, u16)> {
        match (self.output, self.computed.as_deref()) {
            (Output::Values, Some(computed)) => {
                self.origin(computed.list.get(usize::from(number))?)
            }
            _ => self.origin(&Formula::Column(number)),
        }
    }

    fn origins(&self, value: &Formula, found: &mut Vec<Column>) {
        match value {
            Formula::Column(column) => match self.named() {
                Some(named) => found.extend(named.query.origin_of(*column)),
                None => found.push((self.model, *column)),
            },
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
            Formula::Subquery(select) => {
                for value in select.computed.iter().flat_map(|one| &one.list) {
                    // A column of this one's row is found here, and not in the query inside.
                    let before = found.len();
                    select.origins(value, found);
                    for at in before..found.len() {
                        if let Some((model, column)) = found.get(at).copied()
                            && model == self.model
                            && model.is_of_query()
                        {
                            self.origins(&Formula::Column(column), found);
                        }
                    }
                }
            }
            Formula::Related(one) => {
                if let Some(target) = one.target(&self.model) {
                    Select::all(ModelRef(target)).origins(&one.value, found);
                }
            }
            Formula::Outer(model, column) => found.push((*model, *column)),
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
