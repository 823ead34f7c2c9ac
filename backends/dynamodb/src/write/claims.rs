//! What becomes of guards when rows are written together.
//!
//! Promises: a guard is claimed only where no row has it, and taken away only from the row that gives it up; one that goes from
//! one row to another is one action, since a transaction writes no item twice. Must not know: rows, sending, statements.

use crate::expression::Placeholders;
use crate::table::{Item, Layout, guard};
use crate::wire::{Action, Meaning, Verb, paths, taken};
use std::collections::HashMap;
use std::sync::Arc;
use toasty_dsl::Result;

/// The guards that change with the rows of one transaction.
#[derive(Default)]
pub(crate) struct Guards {
    all: Vec<GuardChange>,
    /// Where each is in the list, by its table and its text
    places: HashMap<(String, String), usize>,
}

/// What becomes of one guard.
struct GuardChange {
    layout: Arc<Layout>,
    unique: usize,
    guard: String,
    /// The row that gives it away
    from: Option<Item>,
    /// The row that takes it
    to: Option<Item>,
}

impl Guards {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A row takes a guard: the number of the unique index, the guard, and the row's key.
    ///
    /// # Errors
    /// `UniqueViolation`, where another of these rows takes it as well.
    pub(crate) fn claim(
        &mut self,
        layout: &Arc<Layout>,
        unique: usize,
        guard: String,
        owner: &Item,
    ) -> Result<()> {
        let change = self.change(layout, unique, guard);
        if change.to.is_some() {
            return Err(taken(layout.model, paths(layout.model, change.columns())));
        }
        change.to = Some(owner.clone());
        Ok(())
    }

    /// A row gives a guard up.
    pub(crate) fn release(
        &mut self,
        layout: &Arc<Layout>,
        unique: usize,
        guard: String,
        owner: &Item,
    ) {
        self.change(layout, unique, guard).from = Some(owner.clone());
    }

    fn change(&mut self, layout: &Arc<Layout>, unique: usize, guard: String) -> &mut GuardChange {
        let place = (layout.guards.clone(), guard);
        let at = *self.places.entry(place.clone()).or_insert_with(|| {
            self.all.push(GuardChange {
                layout: Arc::clone(layout),
                unique,
                guard: place.1,
                from: None,
                to: None,
            });
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    /// One action each.
    pub(crate) fn into_actions(self) -> impl Iterator<Item = Action> {
        self.all.into_iter().map(GuardChange::into_action)
    }
}

impl GuardChange {
    fn columns(&self) -> &[u16] {
        self.layout
            .uniques
            .get(self.unique)
            .map_or(&[], |unique| &unique.columns)
    }

    fn into_action(self) -> Action {
        let layout = &*self.layout;
        let mut placeholders = Placeholders::new();
        let owned_by = |owner: &Item, placeholders: &mut Placeholders| -> String {
            let mut parts: Vec<_> = owner.iter().collect();
            parts.sort_unstable_by_key(|(column, _)| column.as_str());
            let parts: Vec<String> = parts
                .into_iter()
                .map(|(column, value)| {
                    let name = placeholders.name(&guard::owner_name(column));
                    format!("{name} = {}", placeholders.value(value.clone()))
                })
                .collect();
            parts.join(" AND ")
        };
        let (verb, condition, meaning) = match (&self.from, &self.to) {
            (None, None) | (None, Some(_)) => {
                let owner = self.to.clone().unwrap_or_default();
                (
                    Verb::Put(guard::item(&self.guard, &owner)),
                    absent(&mut placeholders, guard::GUARD),
                    Meaning::Claim(paths(layout.model, self.columns())),
                )
            }
            (Some(from), Some(to)) => (
                Verb::Put(guard::item(&self.guard, to)),
                owned_by(from, &mut placeholders),
                Meaning::Release,
            ),
            (Some(from), None) => {
                let missing = absent(&mut placeholders, guard::GUARD);
                let owned = owned_by(from, &mut placeholders);
                (
                    Verb::Delete,
                    format!("{missing} OR {owned}"),
                    Meaning::Release,
                )
            }
        };
        let (names, values) = placeholders.into_maps();
        Action {
            table: layout.guards.clone(),
            key: guard::key(&self.guard),
            verb,
            condition: Some(condition),
            names,
            values,
            model: layout.model,
            meaning,
        }
    }
}

/// No item has this key.
pub(crate) fn absent(placeholders: &mut Placeholders, partition: &str) -> String {
    format!("attribute_not_exists({})", placeholders.name(partition))
}
