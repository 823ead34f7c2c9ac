//! Items: as rows, and their sizes.
//!
//! Promises: an item that is too large is refused before anything is sent, naming its largest attribute. Must not know:
//! statements, requests.

use super::layout::{Item, Layout};
use super::number::Number;
use super::value::to_cell;
use aws_sdk_dynamodb::types::AttributeValue;
use toasty_dsl::error::{DecodeError, Refusal};
use toasty_dsl::value::{Cell, ColumnType, Members, Row};
use toasty_dsl::{Error, Result};

/// The most bytes of an item ("Quotas": item size).
const MOST_BYTES: usize = 400 * 1024;
/// The most bytes of the partition part of a key ("Quotas").
pub(crate) const LONGEST_PARTITION: usize = 2_048;
/// The most bytes of the sort part of a key ("Quotas").
pub(crate) const LONGEST_SORT: usize = 1_024;

/// An item as a row of its model.
pub(crate) struct ItemRow<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) item: &'a Item,
}

impl Row for ItemRow<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match (
            self.layout.names.get(index),
            self.layout.model.columns.get(index),
        ) {
            (Some(name), Some(column)) => match (self.item.get(name), column.ty) {
                (Some(AttributeValue::L(_)), ColumnType::Array(_)) => Cell::of_array(self, index),
                (attribute, ty) => to_cell(attribute, ty),
            },
            _ => Err(DecodeError {
                expected: "a column",
                found: "a shorter row",
            }),
        }
    }
}

impl Members for ItemRow<'_> {
    fn each_member(
        &self,
        index: usize,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let name = self.layout.names.get(index);
        let column = self.layout.model.columns.get(index);
        match (
            name.and_then(|name| self.item.get(name)),
            column.map(|column| column.ty),
        ) {
            (Some(AttributeValue::L(members)), Some(ColumnType::Array(member))) => members
                .iter()
                .try_for_each(|one| take(to_cell(Some(one), *member)?)),
            _ => Err(DecodeError {
                expected: "an array",
                found: "an attribute that is no list",
            }),
        }
    }
}

/// The size of an item ("DynamoDB item sizes and formats").
pub(crate) fn size(item: &Item) -> usize {
    item.iter()
        .map(|(name, attribute)| name.len() + attribute_size(attribute))
        .sum()
}

fn attribute_size(attribute: &AttributeValue) -> usize {
    match attribute {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::N(text) => number_size(text),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(texts) => texts.iter().map(|text| number_size(text)).sum(),
        AttributeValue::Bs(all) => all.iter().map(|bytes| bytes.as_ref().len()).sum(),
        AttributeValue::L(all) => 3 + all.iter().map(|one| 1 + attribute_size(one)).sum::<usize>(),
        AttributeValue::M(all) => {
            3 + all
                .iter()
                .map(|(name, one)| 1 + name.len() + attribute_size(one))
                .sum::<usize>()
        }
        _ => 0,
    }
}

/// About one byte for two digits, and one more; one more again below zero.
fn number_size(text: &str) -> usize {
    Number::of(text).map_or(21, |number| {
        number.digits().div_ceil(2) + 1 + usize::from(number.is_negative())
    })
}

/// Checks what DynamoDB demands of a row that is written: its size, and the attributes of its keys and indexes.
///
/// # Errors
/// `Unrepresentable`, naming model and field.
pub(crate) fn check(layout: &Layout, item: &Item) -> Result<()> {
    let sorts = layout
        .sort
        .into_iter()
        .chain(layout.indexes.iter().filter_map(|index| index.sort));
    let partitions =
        std::iter::once(layout.partition).chain(layout.indexes.iter().map(|index| index.partition));
    let parts = partitions
        .map(|column| (column, LONGEST_PARTITION))
        .chain(sorts.map(|column| (column, LONGEST_SORT)));
    for (column, longest) in parts {
        if let Some(attribute) = item.get(layout.name(column)) {
            check_key(layout, column, attribute, longest)?;
        }
    }
    if size(item) <= MOST_BYTES {
        return Ok(());
    }
    let largest = (0u16..)
        .zip(&layout.names)
        .max_by_key(|(_, name)| item.get(*name).map_or(0, attribute_size))
        .map_or(0, |(column, _)| column);
    Err(refuse(
        layout,
        largest,
        "a row of more than 400 KB, of which this is the largest part: DynamoDB's items are no larger",
    ))
}

fn check_key(
    layout: &Layout,
    column: u16,
    attribute: &AttributeValue,
    longest: usize,
) -> Result<()> {
    let length = match attribute {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        _ => return Ok(()),
    };
    if length == 0 {
        return Err(refuse(
            layout,
            column,
            "an empty text in a key or an index: DynamoDB has none there",
        ));
    }
    if length > longest {
        return Err(refuse(
            layout,
            column,
            if longest == LONGEST_PARTITION {
                "more than 2,048 bytes in the first part of a key or an index: DynamoDB takes no more there"
            } else {
                "more than 1,024 bytes in the second part of a key or an index: DynamoDB takes no more there"
            },
        ));
    }
    Ok(())
}

#[cold]
fn refuse(layout: &Layout, column: u16, reason: &str) -> Error {
    Refusal::new(reason).on(layout.model.name, layout.path(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::{ErrorKind, Model};

    toasty_dsl::toasty! {
        model Letter [index(sender, subject)] {
            id: u64 [key],
            sender: String,
            subject: String,
            body: String,
        }
    }

    fn letter(sender: &str, subject: &str, body: usize) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        Item::from([
            ("id".to_owned(), AttributeValue::N("1".into())),
            ("sender".to_owned(), text(sender)),
            ("subject".to_owned(), text(subject)),
            ("body".to_owned(), text(&"x".repeat(body))),
        ])
    }

    #[test]
    fn sizes_are_those_of_the_manual() {
        // "id" + 2, "sender" + 1, "subject" + 1, "body" + 10.
        assert_eq!(size(&letter("a", "b", 10)), 4 + 7 + 8 + 14);
        assert_eq!(number_size("-1234.5"), 5);
        assert_eq!(number_size("0"), 1);
    }

    #[test]
    fn item_of_400_kb_fits_and_one_byte_more_is_refused_naming_the_largest() {
        let layout = Layout::new(Letter::DEF, "").unwrap();
        let rest = size(&letter("a", "b", 0));
        check(&layout, &letter("a", "b", MOST_BYTES - rest)).unwrap();
        let error = check(&layout, &letter("a", "b", MOST_BYTES - rest + 1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
        assert_eq!(error.fields(), ["body"]);
    }

    #[test]
    fn keys_and_indexes_are_neither_empty_nor_too_long() {
        let layout = Layout::new(Letter::DEF, "").unwrap();
        check(&layout, &letter(&"x".repeat(2_048), &"x".repeat(1_024), 0)).unwrap();
        for (item, field) in [
            (letter("", "b", 1), "sender"),
            (letter("a", "", 1), "subject"),
            (letter(&"x".repeat(2_049), "b", 1), "sender"),
            (letter("a", &"x".repeat(1_025), 1), "subject"),
        ] {
            assert_eq!(check(&layout, &item).unwrap_err().fields(), [field]);
        }
    }

    #[test]
    fn a_missing_attribute_is_null_and_a_column_too_many_an_error() {
        let layout = Layout::new(Letter::DEF, "").unwrap();
        let item = Item::from([("id".to_owned(), AttributeValue::N("1".into()))]);
        let row = ItemRow {
            layout: &layout,
            item: &item,
        };
        assert!(matches!(row.cell(0), Ok(Cell::Int(1))));
        assert!(matches!(row.cell(1), Ok(Cell::Null)));
        assert!(row.cell(4).is_err());
    }
}
