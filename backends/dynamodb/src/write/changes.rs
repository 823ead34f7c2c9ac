//! Rows that are written, with their guards, as actions.
//!
//! Promises: every new row is put only where none is; every row that was read is changed only if it still is what was read,
//! as far as the statement and its guards depend on it. Must not know: sending, statements.

use super::claims::{Guards, absent};
use crate::expression::assign::Assigned;
use crate::expression::{Condition, Placeholders, Writer, check_length};
use crate::table::{Item, Layout, guard, item};
use crate::wire::{Action, Meaning, Verb, paths};
use aws_sdk_dynamodb::types::AttributeValue;
use std::sync::Arc;
use toasty_dsl::value::Value;
use toasty_dsl::{Error, ErrorKind, Result};

/// Rows that are written as one.
#[derive(Default)]
pub(crate) struct Changes {
    rows: Vec<Action>,
    guards: Guards,
}

impl Changes {
    /// How many actions they are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() + self.guards.len()
    }

    /// A new row.
    ///
    /// # Errors
    /// `Unrepresentable` for a row that DynamoDB cannot hold, `UniqueViolation` for a unique value that another row of these
    /// takes.
    pub(crate) fn insert(&mut self, layout: &Arc<Layout>, row: Item) -> Result<()> {
        item::check(layout, &row)?;
        let key = key_of(layout, &row)?;
        for (number, unique) in layout.uniques.iter().enumerate() {
            if let Some(guard) = guard::of_row(layout, unique, &row) {
                self.guards.claim(layout, number, guard, &key)?;
            }
        }
        let mut placeholders = Placeholders::new();
        let absent = absent(&mut placeholders, layout.name(layout.partition));
        self.rows.push(action(
            layout,
            key,
            Verb::Put(row),
            absent,
            placeholders,
            Meaning::New,
        ));
        Ok(())
    }

    /// An update of a row that was not read: it must be there and meet these conditions.
    ///
    /// # Errors
    /// `Unrepresentable`, and `TooComplex` for conditions that are too long.
    pub(crate) fn update_unread(
        &mut self,
        layout: &Layout,
        key: Item,
        assigned: &Assigned,
        conditions: &[Condition],
        values: &[Value],
    ) -> Result<()> {
        item::check(layout, &assigned.as_item(layout))?;
        let mut writer = Writer::new(layout, Some(values));
        let condition = present_and(layout, &mut writer, conditions)?;
        let mut placeholders = writer.placeholders;
        let expression = assigned.expression(layout, &mut placeholders, &Item::new());
        check_length(layout, &expression)?;
        self.rows.push(action(
            layout,
            key,
            Verb::Update(expression),
            condition,
            placeholders,
            Meaning::Missing,
        ));
        Ok(())
    }

    /// A removal of a row that was not read: it must be there and meet these conditions.
    ///
    /// # Errors
    /// As [`Changes::update_unread`].
    pub(crate) fn delete_unread(
        &mut self,
        layout: &Layout,
        key: Item,
        conditions: &[Condition],
        values: &[Value],
    ) -> Result<()> {
        let mut writer = Writer::new(layout, Some(values));
        let condition = present_and(layout, &mut writer, conditions)?;
        self.rows.push(action(
            layout,
            key,
            Verb::Delete,
            condition,
            writer.placeholders,
            Meaning::Missing,
        ));
        Ok(())
    }

    /// A row that was not read must be there and meet these conditions.
    ///
    /// # Errors
    /// As [`Changes::update_unread`].
    pub(crate) fn check_unread(
        &mut self,
        layout: &Layout,
        key: Item,
        conditions: &[Condition],
        meaning: Meaning,
        values: &[Value],
    ) -> Result<()> {
        let mut writer = Writer::new(layout, Some(values));
        let condition = present_and(layout, &mut writer, conditions)?;
        let check = Verb::Check;
        self.rows.push(action(
            layout,
            key,
            check,
            condition,
            writer.placeholders,
            meaning,
        ));
        Ok(())
    }

    /// A row that was read must still be what was read, as far as these columns say.
    ///
    /// # Errors
    /// `Decode` for a row without its key.
    pub(crate) fn check(&mut self, layout: &Layout, old: &Item, unchanged: Vec<u16>) -> Result<()> {
        let key = key_of(layout, old)?;
        let mut placeholders = Placeholders::new();
        let condition = as_it_was(layout, old, unchanged, &mut placeholders)?;
        let (check, meaning) = (Verb::Check, Meaning::Stale);
        self.rows
            .push(action(layout, key, check, condition, placeholders, meaning));
        Ok(())
    }

    /// An update of a row that was read, if these columns and its unique ones are still as they were read. Gives the row as it
    /// will be.
    ///
    /// # Errors
    /// As [`Changes::insert`].
    pub(crate) fn update(
        &mut self,
        layout: &Arc<Layout>,
        old: &Item,
        assigned: &Assigned,
        unchanged: &[u16],
    ) -> Result<Item> {
        let new = assigned.applied_to(layout, old)?;
        item::check(layout, &new)?;
        let key = key_of(layout, old)?;
        let mut unchanged = unchanged.to_vec();
        unchanged.extend(assigned.sources());
        for (number, unique) in layout.uniques.iter().enumerate() {
            let (before, after) = (
                guard::of_row(layout, unique, old),
                guard::of_row(layout, unique, &new),
            );
            if before == after {
                continue;
            }
            unchanged.extend(&unique.columns);
            if let Some(guard) = before {
                self.guards.release(layout, number, guard, &key);
            }
            if let Some(guard) = after {
                self.guards.claim(layout, number, guard, &key)?;
            }
        }
        let mut placeholders = Placeholders::new();
        let condition = as_it_was(layout, old, unchanged, &mut placeholders)?;
        let expression = assigned.expression(layout, &mut placeholders, &new);
        check_length(layout, &expression)?;
        self.rows.push(action(
            layout,
            key,
            Verb::Update(expression),
            condition,
            placeholders,
            Meaning::Stale,
        ));
        Ok(new)
    }

    /// A removal of a row that was read, if these columns and its unique ones are still as they were read.
    ///
    /// # Errors
    /// `Decode` for a row without its key.
    pub(crate) fn delete(
        &mut self,
        layout: &Arc<Layout>,
        old: &Item,
        unchanged: &[u16],
    ) -> Result<()> {
        let key = key_of(layout, old)?;
        let mut unchanged = unchanged.to_vec();
        for (number, unique) in layout.uniques.iter().enumerate() {
            unchanged.extend(&unique.columns);
            if let Some(guard) = guard::of_row(layout, unique, old) {
                self.guards.release(layout, number, guard, &key);
            }
        }
        let mut placeholders = Placeholders::new();
        let condition = as_it_was(layout, old, unchanged, &mut placeholders)?;
        self.rows.push(action(
            layout,
            key,
            Verb::Delete,
            condition,
            placeholders,
            Meaning::Stale,
        ));
        Ok(())
    }

    /// An action of a row, made elsewhere, that changes no guard.
    pub(crate) fn push(&mut self, action: Action) {
        self.rows.push(action);
    }

    /// The rows first, then their guards: where both a row and a guard are in the way, it is the row that is told.
    pub(crate) fn into_actions(self) -> Vec<Action> {
        let mut actions = self.rows;
        actions.extend(self.guards.into_actions());
        actions
    }
}

fn action(
    layout: &Layout,
    key: Item,
    verb: Verb,
    condition: String,
    placeholders: Placeholders,
    meaning: Meaning,
) -> Action {
    let (names, values) = placeholders.into_maps();
    Action {
        table: layout.table.clone(),
        key,
        verb,
        condition: Some(condition),
        names,
        values,
        model: layout.model,
        meaning,
    }
}

fn key_of(layout: &Layout, row: &Item) -> Result<Item> {
    layout.key_of(row).ok_or_else(|| {
        Error::new(ErrorKind::Decode, "the row has no key")
            .on_model(layout.model.name)
            .on_fields(paths(layout.model, &layout.model.key_columns()))
    })
}

/// The row is there and meets these conditions.
fn present_and(
    layout: &Layout,
    writer: &mut Writer<'_>,
    conditions: &[Condition],
) -> Result<String> {
    let partition = writer.placeholders.name(layout.name(layout.partition));
    let present = format!("attribute_exists({partition})");
    let text = match conditions {
        [] => return Ok(present),
        // Alone, a condition stands without brackets, also where it is a chain of OR.
        [one] => format!("{present} AND ({})", writer.condition(one)?),
        all => format!("{present} AND {}", writer.all(all)?),
    };
    check_length(layout, &text)?;
    Ok(text)
}

/// The row is there, and these columns are as they were read.
fn as_it_was(
    layout: &Layout,
    old: &Item,
    mut columns: Vec<u16>,
    placeholders: &mut Placeholders,
) -> Result<String> {
    columns.sort_unstable();
    columns.dedup();
    let partition = placeholders.name(layout.name(layout.partition));
    let mut text = format!("attribute_exists({partition})");
    for column in columns {
        // A key never changes.
        if layout.is_key(column) {
            continue;
        }
        let name = placeholders.name(layout.name(column));
        let part = match old.get(layout.name(column)) {
            None => format!(" AND attribute_not_exists({name})"),
            Some(AttributeValue::Null(_)) => {
                let null = placeholders.value(AttributeValue::S("NULL".to_owned()));
                format!(" AND attribute_type({name}, {null})")
            }
            Some(value) => format!(" AND {name} = {}", placeholders.value(value.clone())),
        };
        text.push_str(&part);
    }
    check_length(layout, &text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::Model;
    use toasty_dsl::statement::Assign;

    toasty_dsl::toasty! {
        model Person [unique(family, given)] {
            id: u64 [key],
            email: Option<String> [unique],
            family: String,
            given: String,
            age: u32,
        }
    }

    fn layout() -> Arc<Layout> {
        Arc::new(Layout::new(Person::DEF, "").unwrap())
    }

    fn text(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    fn person(id: u64, email: Option<&str>, family: &str, given: &str) -> Item {
        let mut row = Item::from([
            ("id".to_owned(), AttributeValue::N(id.to_string())),
            ("family".to_owned(), text(family)),
            ("given".to_owned(), text(given)),
            ("age".to_owned(), AttributeValue::N("7".into())),
        ]);
        if let Some(email) = email {
            row.insert("email".to_owned(), text(email));
        }
        row
    }

    fn set(layout: &Layout, column: u16, value: Value) -> Assigned {
        Assigned::new(layout, &[Assign::Slot(column)], &[value]).unwrap()
    }

    fn shown(changes: Changes) -> Vec<String> {
        changes
            .into_actions()
            .iter()
            .map(|action| format!("{action:?}"))
            .collect()
    }

    #[test]
    fn a_new_row_brings_a_guard_for_each_unique_index_without_null() {
        let layout = layout();
        let mut changes = Changes::default();
        changes
            .insert(&layout, person(1, None, "Lee", "Ann"))
            .unwrap();
        assert_eq!(
            shown(changes),
            [
                "Put(person, New)",
                "Put(person.unique, Claim([\"family\", \"given\"]))"
            ]
        );
    }

    #[test]
    fn two_new_rows_with_one_unique_value_are_refused_before_anything_is_sent() {
        let layout = layout();
        let mut changes = Changes::default();
        changes
            .insert(&layout, person(1, Some("a"), "Lee", "Ann"))
            .unwrap();
        let error = changes
            .insert(&layout, person(2, Some("a"), "Lee", "Bob"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(error.fields(), ["email"]);
    }

    #[test]
    fn an_update_touches_only_the_guards_that_change() {
        let layout = layout();
        let old = person(1, Some("a"), "Lee", "Ann");
        let mut changes = Changes::default();
        changes
            .update(&layout, &old, &set(&layout, 4, Value::Int(8)), &[])
            .unwrap();
        assert_eq!(shown(changes), ["Update(person, Stale)"]);
        let mut changes = Changes::default();
        changes
            .update(
                &layout,
                &old,
                &set(&layout, 1, Value::Text("b".into())),
                &[],
            )
            .unwrap();
        let actions = changes.into_actions();
        assert_eq!(actions.len(), 3);
        assert_eq!(
            actions[0].condition.as_deref(),
            Some("attribute_exists(#n0) AND #n1 = :v0")
        );
        let mut changes = Changes::default();
        changes
            .update(&layout, &old, &set(&layout, 1, Value::Null), &[])
            .unwrap();
        assert_eq!(
            shown(changes),
            ["Update(person, Stale)", "Delete(person.unique, Release)"]
        );
    }

    #[test]
    fn a_unique_value_goes_from_one_row_to_another_in_one_action() {
        let layout = layout();
        let mut changes = Changes::default();
        changes
            .delete(&layout, &person(1, Some("a"), "Lee", "Ann"), &[])
            .unwrap();
        changes
            .insert(&layout, person(2, Some("a"), "Lee", "Bob"))
            .unwrap();
        assert_eq!(changes.len(), 5);
        let actions = changes.into_actions();
        let moved: Vec<_> = actions
            .iter()
            .filter(|action| {
                action.meaning == Meaning::Release && matches!(action.verb, Verb::Put(_))
            })
            .collect();
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].condition.as_deref(), Some("#n0 = :v0"));
    }

    #[test]
    fn a_row_that_was_read_must_still_be_what_was_read() {
        let layout = layout();
        let mut changes = Changes::default();
        changes
            .delete(&layout, &person(1, None, "Lee", "Ann"), &[0, 4])
            .unwrap();
        let actions = changes.into_actions();
        assert_eq!(
            actions[0].condition.as_deref(),
            Some(
                "attribute_exists(#n0) AND attribute_not_exists(#n1) AND #n2 = :v0 AND #n3 = :v1 AND #n4 = :v2"
            )
        );
        assert_eq!(
            actions[1].condition.as_deref(),
            Some("attribute_not_exists(#n0) OR #n1 = :v0"),
            "a guard of another row is never taken away"
        );
    }
}
