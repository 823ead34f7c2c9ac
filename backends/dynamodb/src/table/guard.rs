//! Guard items: how unique fields hold on DynamoDB, whose tables know no uniqueness but that of their key.
//!
//! Each row has, in the table `{table}.unique`, one guard for each unique index in which none of its columns is NULL. The
//! guard's key is made of the columns' names and values, so that two rows with the same values would have the same guard;
//! it is written and removed in the transaction of its row, and holds the row's key, by which lookups find the row.
//!
//! Promises: different values never make the same guard (`"ab", "c"` and `"a", "bc"`), equal ones always do (`1` and `1.0`);
//! a guard fits into a key. Must not know: requests, statements.

use super::layout::{Item, Layout, Unique};
use super::number::Number;
use aws_sdk_dynamodb::types::AttributeValue;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use toasty_dsl::{Error, ErrorKind, Result};

/// The key of the table of guards.
pub(crate) const GUARD: &str = "guard";

/// What stands before the names of the row's key columns in a guard, so that a column named `guard` is in nobody's way.
const OWNER: &str = "key_";

/// The longest guard that is kept as it is; a partition key may have 2,048 bytes.
const LONGEST: usize = 1024;

/// The guard of a row in one unique index, or none where one of its columns is NULL: NULLs are equal to nothing, as in SQL.
pub(crate) fn of_row(layout: &Layout, unique: &Unique, row: &Item) -> Option<String> {
    let columns = unique.columns.iter();
    text(columns.map(|column| (layout.name(*column), row.get(layout.name(*column)))))
}

/// The guard of values, one a column in the order of the index's columns.
pub(crate) fn of_values<'a>(
    layout: &'a Layout,
    unique: &Unique,
    values: impl IntoIterator<Item = Option<&'a AttributeValue>>,
) -> Option<String> {
    let columns = unique.columns.iter().map(|column| layout.name(*column));
    text(columns.zip(values))
}

fn text<'a>(
    parts: impl IntoIterator<Item = (&'a str, Option<&'a AttributeValue>)>,
) -> Option<String> {
    let mut text = String::new();
    for (name, value) in parts {
        let (tag, value) = content(value?)?;
        // Every part has its length before it: no value can look like the end of another, and no name like two.
        write!(text, "{}:{name}={tag}{}:{value};", name.len(), value.len()).ok()?;
    }
    if text.len() <= LONGEST {
        return Some(text);
    }
    let mut short = String::from("sha256:");
    for byte in Sha256::digest(text.as_bytes()) {
        write!(short, "{byte:02x}").ok()?;
    }
    Some(short)
}

/// The type and the content of a value, the same for all values that DynamoDB takes for equal. None for NULL.
fn content(value: &AttributeValue) -> Option<(char, String)> {
    match value {
        AttributeValue::S(text) => Some(('S', text.clone())),
        AttributeValue::N(number) => Some((
            'N',
            Number::of(number).map_or_else(|| number.clone(), |number| number.canonical()),
        )),
        AttributeValue::Bool(truth) => Some(('T', truth.to_string())),
        AttributeValue::B(bytes) => {
            let mut text = String::with_capacity(bytes.as_ref().len() * 2);
            for byte in bytes.as_ref() {
                write!(text, "{byte:02x}").ok()?;
            }
            Some(('B', text))
        }
        // NULL, and what no column of a model becomes: documents, lists and sets.
        _ => None,
    }
}

/// The key of the guard of values, one a column in the order of the index's columns.
pub(crate) fn key_for(layout: &Layout, unique: &Unique, values: &[AttributeValue]) -> Result<Item> {
    match of_values(layout, unique, values.iter().map(Some)) {
        Some(guard) => Ok(key(&guard)),
        None => Err(Error::new(
            ErrorKind::Database,
            "a unique index was asked for a value that no column holds",
        )
        .on_model(layout.model.name)),
    }
}

/// The key of a guard.
pub(crate) fn key(guard: &str) -> Item {
    Item::from([(GUARD.to_owned(), AttributeValue::S(guard.to_owned()))])
}

/// A guard that belongs to the row with this key.
pub(crate) fn item(guard: &str, owner: &Item) -> Item {
    let mut item = key(guard);
    item.extend(
        owner
            .iter()
            .map(|(column, value)| (owner_name(column), value.clone())),
    );
    item
}

/// The name under which a guard holds a column of its row's key.
pub(crate) fn owner_name(column: &str) -> String {
    format!("{OWNER}{column}")
}

/// The key of the row that a guard belongs to.
pub(crate) fn owner_of(guard: &Item) -> Item {
    guard
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(OWNER)?.to_owned(), value.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::primitives::Blob;

    /// The guard of columns and their values.
    fn guard<const N: usize>(parts: [(&str, &AttributeValue); N]) -> Option<String> {
        super::text(parts.map(|(name, value)| (name, Some(value))))
    }

    fn text(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    fn number(number: &str) -> AttributeValue {
        AttributeValue::N(number.to_owned())
    }

    #[test]
    fn composite_keys_ab_c_and_a_bc_are_different() {
        let both = |x: &AttributeValue, y: &AttributeValue| guard([("x", x), ("y", y)]);
        assert_ne!(both(&text("ab"), &text("c")), both(&text("a"), &text("bc")));
        assert_ne!(
            both(&text("a;1:y=S1:b"), &text("c")),
            both(&text("a"), &text("b;1:y=S1:c"))
        );
        assert_ne!(both(&text("1"), &text("1")), both(&number("1"), &text("1")));
        assert_ne!(
            both(&text("00"), &text("")),
            both(&AttributeValue::B(Blob::new([0])), &text(""))
        );
        assert_eq!(both(&text(""), &text("")), both(&text(""), &text("")));
    }

    #[test]
    fn indexes_whose_names_would_join_to_the_same_have_guards_of_their_own() {
        let (one, two) = (text("1"), text("2"));
        assert_ne!(
            guard([("a_b", &one), ("c", &two)]),
            guard([("a", &one), ("b_c", &two)])
        );
    }

    #[test]
    fn a_null_in_any_column_makes_no_guard() {
        assert_eq!(super::text([("x", Some(&text("a"))), ("y", None)]), None);
        assert_eq!(guard([("x", &AttributeValue::Null(true))]), None);
    }

    #[test]
    fn equal_numbers_make_equal_guards() {
        assert_eq!(guard([("x", &number("1"))]), guard([("x", &number("1.0"))]));
        assert_ne!(guard([("x", &number("1"))]), guard([("x", &number("10"))]));
    }

    #[test]
    fn a_long_guard_is_cut_to_its_digest() {
        let long = "y".repeat(5_000);
        let one = guard([("x", &text(&long))]).unwrap();
        assert!(one.len() < 100 && one.starts_with("sha256:"));
        assert_ne!(Some(one), guard([("x", &text(&format!("{long}z")))]));
    }

    #[test]
    fn a_guard_leads_back_to_its_row() {
        let owner = Item::from([
            ("guard".to_owned(), number("7")),
            ("name".to_owned(), text("x")),
        ]);
        let item = item("the guard", &owner);
        assert_eq!(item.get(GUARD), Some(&text("the guard")));
        assert_eq!(owner_of(&item), owner);
    }
}
