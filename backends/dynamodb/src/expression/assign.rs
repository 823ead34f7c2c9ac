//! What an update sets, with its values.
//!
//! Promises: what is set is written once as an expression and once as the new row, and both say the same. Must not know:
//! conditions, requests.

use super::compute::compute;
use super::placeholders::Placeholders;
use crate::table::{Item, Layout};
use aws_sdk_dynamodb::types::AttributeValue;
use toasty_dsl::statement::{Assign, Formula, Function};
use toasty_dsl::value::{ColumnType, Value};
use toasty_dsl::{Error, Result};

/// What an update sets.
pub(crate) struct Assigned {
    /// Columns with their new attributes; none for NULL
    set: Vec<(u16, Option<AttributeValue>)>,
    /// Columns that are counted up by one
    counted: Vec<u16>,
    /// Columns of arrays with the members that are added to them, which DynamoDB does by itself
    grown: Vec<(u16, Vec<AttributeValue>)>,
    /// Columns that are computed from the row as it was, with the values of their slots
    computed: Vec<(u16, Formula, Vec<Value>)>,
}

/// Whether a value is the column itself with members more.
fn grows(column: u16, formula: &Formula) -> bool {
    match formula {
        Formula::Call(Function::Push, of) => match of.as_slice() {
            [array, Formula::Slot(_)] => *array == Formula::Column(column) || grows(column, array),
            _ => false,
        },
        _ => false,
    }
}

impl Assigned {
    /// The changes of an update, whose values come first.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field.
    pub(crate) fn new(layout: &Layout, changes: &[Assign], values: &[Value]) -> Result<Self> {
        let mut values = values.iter();
        let (mut set, mut counted) = (Vec::new(), Vec::new());
        let (mut grown, mut computed) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                Assign::Slot(column) => {
                    let value = values.next().unwrap_or(&Value::Null);
                    set.push((*column, layout.attribute(*column, value)?));
                }
                Assign::Increment(column) => counted.push(*column),
                Assign::Computed(column, formula) => {
                    let slots = values.by_ref().take(formula.slots());
                    if grows(*column, formula) {
                        let mut members = Vec::new();
                        for list in slots {
                            if let Some(AttributeValue::L(more)) =
                                layout.attribute(*column, list)?
                            {
                                members.extend(more);
                            }
                        }
                        grown.push((*column, members));
                    } else {
                        computed.push((*column, (**formula).clone(), slots.cloned().collect()));
                    }
                }
            }
        }
        Ok(Assigned {
            set,
            counted,
            grown,
            computed,
        })
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
        let computed = self.computed.iter().map(|(column, ..)| column);
        set.chain(&self.counted).chain(computed).any(|column| {
            let mut uniques = layout.uniques.iter();
            uniques.any(|unique| unique.columns.contains(column))
        })
    }

    /// The columns that the new row is made of, where it is made of the one that was read: it holds only as long as they are what
    /// they were.
    pub(crate) fn sources(&self) -> Vec<u16> {
        let formulas = self.computed.iter().map(|(_, formula, _)| formula);
        let grown = self.grown.iter().map(|(column, _)| *column);
        formulas.flat_map(Formula::columns).chain(grown).collect()
    }

    /// Whether something is computed, so that the row has to be read before.
    pub(crate) fn computes(&self) -> bool {
        !self.computed.is_empty()
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
        for (column, more) in &self.grown {
            let array = new
                .entry(layout.name(*column).to_owned())
                .or_insert_with(|| AttributeValue::L(Vec::new()));
            if let AttributeValue::L(members) = array {
                members.extend(more.iter().cloned());
            }
        }
        for (column, formula, slots) in &self.computed {
            let value = compute(layout, *column, formula, slots, old)?;
            match layout.attribute(*column, &value)? {
                Some(attribute) => new.insert(layout.name(*column).to_owned(), attribute),
                None => new.remove(layout.name(*column)),
            };
        }
        Ok(new)
    }

    /// As an update expression; what is computed stands in the new row.
    pub(crate) fn expression(
        &self,
        layout: &Layout,
        placeholders: &mut Placeholders,
        new: &Item,
    ) -> String {
        let (mut set, mut removed) = (Vec::new(), Vec::new());
        let computed = self.computed.iter().map(|(column, ..)| {
            let attribute = new.get(layout.name(*column));
            (*column, attribute)
        });
        let given = self.set.iter();
        let given = given.map(|(column, attribute)| (*column, attribute.as_ref()));
        for (column, attribute) in given.chain(computed) {
            let name = placeholders.name(layout.name(column));
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
        for (column, more) in &self.grown {
            let name = placeholders.name(layout.name(*column));
            let none = placeholders.value(AttributeValue::L(Vec::new()));
            let more = placeholders.value(AttributeValue::L(more.clone()));
            set.push(longer(&name, &none, &more));
        }
        joined(&set, &removed)
    }
}

/// An array with more members; one that is not there counts as empty.
fn longer(name: &str, none: &str, more: &str) -> String {
    format!("{name} = list_append(if_not_exists({name}, {none}), {more})")
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
            Assign::Computed(column, formula) if grows(*column, formula) => {
                let name = placeholders.name(layout.name(*column));
                let (none, more) = (placeholders.blank(), placeholders.blank());
                longer(&name, &none, &more)
            }
            Assign::Slot(column) | Assign::Computed(column, _) => {
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
        Assign::Slot(column) | Assign::Increment(column) | Assign::Computed(column, _) => *column,
    })
}

/// The columns that a new row is made of, where it is made of the one that was read.
pub(crate) fn made_of(changes: &[Assign]) -> Vec<u16> {
    let formulas = changes.iter().filter_map(|change| match change {
        Assign::Computed(_, formula) => Some(formula.columns()),
        Assign::Slot(_) | Assign::Increment(_) => None,
    });
    formulas.flatten().collect()
}

/// The columns that an update computes from, where it computes here.
pub(crate) fn sources(changes: &[Assign]) -> Option<Vec<u16>> {
    let formulas = changes.iter().filter_map(|change| match change {
        Assign::Computed(column, formula) if !grows(*column, formula) => Some(formula.columns()),
        Assign::Computed(..) | Assign::Slot(_) | Assign::Increment(_) => None,
    });
    formulas.reduce(|mut all, more| {
        all.extend(more);
        all
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
        let text = assigned(&layout).expression(&layout, &mut Placeholders::new(), &Item::new());
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
    fn an_array_grows_where_it_is_stored() {
        toasty_dsl::toasty! { model Post { id: u64 [key], tags: Vec<String>, other: Vec<String> } }
        let layout = Layout::new(Post::DEF, "").unwrap();
        let list = |text: &str| Value::List(vec![Value::Text(text.into())]);
        let pushed = |column: u16| {
            let slot = || Formula::Slot(<Vec<String> as toasty_dsl::Scalar>::TYPE);
            let once = Formula::Call(Function::Push, vec![Formula::Column(column), slot()]);
            [Assign::Computed(
                1,
                Box::new(Formula::Call(Function::Push, vec![once, slot()])),
            )]
        };
        let values = [list("a"), list("b")];
        let own = Assigned::new(&layout, &pushed(1), &values).unwrap();
        assert!(!own.computes());
        assert_eq!(
            own.expression(&layout, &mut Placeholders::new(), &Item::new()),
            "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)"
        );
        let old = Item::from([("id".to_owned(), AttributeValue::N("1".into()))]);
        let members = ["a", "b"].map(|text| AttributeValue::S(text.into()));
        assert_eq!(
            own.applied_to(&layout, &old).unwrap().get("tags"),
            Some(&AttributeValue::L(members.into()))
        );
        let of_another = Assigned::new(&layout, &pushed(2), &values).unwrap();
        assert!(of_another.computes());
        assert_eq!(made_of(&pushed(2)), [2]);
        assert_eq!(sources(&pushed(1)), None);
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
