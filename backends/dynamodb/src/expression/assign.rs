//! What an update sets, with its values.
//!
//! Promises: what is set is written once as an expression and once as the new row, and both say the same. Must not know:
//! conditions, requests.

use super::placeholders::Placeholders;
use crate::table::{Item, Layout};
use aws_sdk_dynamodb::types::AttributeValue;
use toasty_dsl::statement::Assign;
use toasty_dsl::value::{ColumnType, Value};
use toasty_dsl::{Error, Result};

/// What an update sets.
pub(crate) struct Assigned {
    /// Columns with their new attributes; none for NULL
    set: Vec<(u16, Option<AttributeValue>)>,
    /// Columns that are counted up by one
    counted: Vec<u16>,
}

impl Assigned {
    /// The changes of an update, whose values come first.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field.
    pub(crate) fn new(layout: &Layout, changes: &[Assign], values: &[Value]) -> Result<Self> {
        let mut values = values.iter();
        let (mut set, mut counted) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                Assign::Slot(column) => {
                    let value = values.next().unwrap_or(&Value::Null);
                    set.push((*column, layout.attribute(*column, value)?));
                }
                Assign::Increment(column) => counted.push(*column),
            }
        }
        Ok(Assigned { set, counted })
    }

    /// Only what is set, as an item: to be checked against the limits before anything is sent.
    pub(crate) fn as_item(&self, layout: &Layout) -> Item {
        let mut item = Item::new();
        self.put_into(layout, &mut item);
        item
    }

    /// Whether a unique index has one of the columns, so that guards may change.
    pub(crate) fn touches_unique(&self, layout: &Layout) -> bool {
        let set = self.set.iter().map(|(column, _)| column);
        set.chain(&self.counted).any(|column| {
            let mut uniques = layout.uniques.iter();
            uniques.any(|unique| unique.columns.contains(column))
        })
    }

    fn put_into(&self, layout: &Layout, item: &mut Item) {
        for (column, attribute) in &self.set {
            match attribute {
                Some(attribute) => {
                    item.insert(layout.name(*column).to_owned(), attribute.clone());
                }
                None => {
                    item.remove(layout.name(*column));
                }
            }
        }
    }

    /// A row as it is after the update.
    ///
    /// # Errors
    /// `Decode`, where a column that is counted up holds no integer.
    pub(crate) fn applied_to(&self, layout: &Layout, old: &Item) -> Result<Item> {
        let mut new = old.clone();
        self.put_into(layout, &mut new);
        for column in &self.counted {
            let name = layout.name(*column);
            let before = crate::table::from_attribute(old.get(name), ColumnType::Int(64));
            let after = match before {
                Ok(Value::Int(x)) => x.checked_add(1),
                Ok(_) | Err(_) => None,
            };
            let after = after.ok_or_else(|| uncountable(layout, *column))?;
            new.insert(name.to_owned(), AttributeValue::N(after.to_string()));
        }
        Ok(new)
    }

    /// As an update expression.
    pub(crate) fn expression(&self, layout: &Layout, placeholders: &mut Placeholders) -> String {
        let (mut set, mut removed) = (Vec::new(), Vec::new());
        for (column, attribute) in &self.set {
            let name = placeholders.name(layout.name(*column));
            match attribute {
                Some(attribute) => {
                    let value = placeholders.value(attribute.clone());
                    set.push(format!("{name} = {value}"));
                }
                None => removed.push(name),
            }
        }
        for column in &self.counted {
            let name = placeholders.name(layout.name(*column));
            let one = placeholders.value(AttributeValue::N("1".to_owned()));
            set.push(format!("{name} = {name} + {one}"));
        }
        joined(&set, &removed)
    }
}

/// As an update expression without values: each is shown as set, since a shape does not know which of them are NULL.
pub(crate) fn template(
    layout: &Layout,
    changes: &[Assign],
    placeholders: &mut Placeholders,
) -> String {
    let set: Vec<String> = changes
        .iter()
        .map(|change| match change {
            Assign::Slot(column) => {
                let name = placeholders.name(layout.name(*column));
                format!("{name} = {}", placeholders.blank())
            }
            Assign::Increment(column) => {
                let name = placeholders.name(layout.name(*column));
                format!("{name} = {name} + {}", placeholders.blank())
            }
        })
        .collect();
    joined(&set, &[])
}

/// The columns that an update changes.
pub(crate) fn columns(changes: &[Assign]) -> impl Iterator<Item = u16> {
    changes.iter().map(|change| match change {
        Assign::Slot(column) | Assign::Increment(column) => *column,
    })
}

fn joined(set: &[String], removed: &[String]) -> String {
    let mut text = String::new();
    if !set.is_empty() {
        text.push_str("SET ");
        text.push_str(&set.join(", "));
    }
    if !removed.is_empty() {
        if !set.is_empty() {
            text.push(' ');
        }
        text.push_str("REMOVE ");
        text.push_str(&removed.join(", "));
    }
    text
}

#[cold]
fn uncountable(layout: &Layout, column: u16) -> Error {
    toasty_dsl::error::DecodeError {
        expected: "an integer that can be counted up",
        found: "something else",
    }
    .on(layout.model.name, layout.path(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::Model;

    toasty_dsl::toasty! {
        model Note { id: u64 [key], title: String, done: Option<bool>, version: u64 [version] }
    }

    fn assigned(layout: &Layout) -> Assigned {
        let changes = [Assign::Slot(1), Assign::Slot(2), Assign::Increment(3)];
        Assigned::new(layout, &changes, &[Value::Text("new".into()), Value::Null]).unwrap()
    }

    fn old(version: &str) -> Item {
        Item::from([
            ("id".to_owned(), AttributeValue::N("1".into())),
            ("title".to_owned(), AttributeValue::S("old".into())),
            ("done".to_owned(), AttributeValue::Bool(true)),
            ("version".to_owned(), AttributeValue::N(version.into())),
        ])
    }

    #[test]
    fn null_is_an_attribute_that_is_removed() {
        let layout = Layout::new(Note::DEF, "").unwrap();
        let text = assigned(&layout).expression(&layout, &mut Placeholders::new());
        assert_eq!(text, "SET #n0 = :v0, #n2 = #n2 + :v1 REMOVE #n1");
    }

    #[test]
    fn the_new_row_is_what_the_expression_makes() {
        let layout = Layout::new(Note::DEF, "").unwrap();
        let new = assigned(&layout).applied_to(&layout, &old("7")).unwrap();
        assert_eq!(new.get("title"), Some(&AttributeValue::S("new".into())));
        assert_eq!(new.get("version"), Some(&AttributeValue::N("8".into())));
        assert_eq!(new.get("done"), None);
        assert_eq!(new.get("id"), old("7").get("id"));
    }

    #[test]
    fn what_cannot_be_counted_up_is_an_error() {
        let layout = Layout::new(Note::DEF, "").unwrap();
        let error = assigned(&layout)
            .applied_to(&layout, &old("9223372036854775807"))
            .unwrap_err();
        assert_eq!(error.fields(), ["version"]);
    }

    #[test]
    fn a_template_shows_every_column_and_no_value() {
        let layout = Layout::new(Note::DEF, "").unwrap();
        let changes = [Assign::Slot(1), Assign::Slot(2), Assign::Increment(3)];
        assert_eq!(
            template(&layout, &changes, &mut Placeholders::new()),
            "SET #n0 = :v0, #n1 = :v1, #n2 = #n2 + :v2"
        );
        assert_eq!(columns(&changes).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
