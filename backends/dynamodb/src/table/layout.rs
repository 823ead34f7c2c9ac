//! A model as a table: its name, its key, its indexes, its attributes.
//!
//! Promises: a model that DynamoDB cannot hold is refused here, naming what to declare instead. Must not know: statements,
//! requests.
//!
//! What may surprise: an index on columns that may be NULL holds only the rows in which they are not ("Take advantage of
//! sparse indexes"), and the rows that a unique index holds stand as guard items in a second table.

use super::value::to_attribute;
use aws_sdk_dynamodb::types::AttributeValue;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::Value;
use toasty_dsl::{Error, ErrorKind, Result};

/// A row, or a key, as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The longest name of a table or an index ("Naming rules").
const LONGEST_NAME: usize = 255;
/// The shortest one.
const SHORTEST_NAME: usize = 3;
/// What stands behind the name of a table in the name of the table with its guards.
const GUARDS: &str = ".unique";
/// The most global secondary indexes of one table ("Quotas").
const MOST_INDEXES: usize = 20;

/// What stands behind one index of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    /// Its name
    pub(crate) name: String,
    /// The column of its partition key
    pub(crate) partition: u16,
    /// The column of its sort key
    pub(crate) sort: Option<u16>,
}

/// A set of columns in which no two rows are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unique {
    /// Its columns
    pub(crate) columns: Vec<u16>,
}

/// A model as a table.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) model: &'static ModelDef,
    /// The name of the table
    pub(crate) table: String,
    /// The name of the table with the guards of its unique columns
    pub(crate) guards: String,
    /// The column of the partition key
    pub(crate) partition: u16,
    /// The column of the sort key
    pub(crate) sort: Option<u16>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) uniques: Vec<Unique>,
    /// The names of the attributes, column by column
    pub(crate) names: Vec<String>,
    /// The columns that are in the key or in an index
    keyed: HashSet<u16>,
}

impl Layout {
    /// The table of a model.
    ///
    /// # Errors
    /// `Schema`, where DynamoDB has no such table.
    pub(crate) fn new(model: &'static ModelDef, prefix: &str) -> Result<Layout> {
        let (partition, sort) = match model.key_columns().as_slice() {
            [partition] => (*partition, None),
            [partition, sort] => (*partition, Some(*sort)),
            [] => {
                return Err(refused(
                    model,
                    "a model without a key",
                    "declare `[key]` on a field",
                ));
            }
            _ => {
                return Err(refused(
                    model,
                    "a key of more than two columns",
                    "DynamoDB's keys have a partition and a sort part: declare `key(a, b)`",
                ));
            }
        };
        let table = format!("{prefix}{}", model.table_name());
        let mut layout = Layout {
            model,
            guards: format!("{table}{GUARDS}"),
            table,
            partition,
            sort,
            indexes: Vec::new(),
            uniques: Vec::new(),
            names: model.columns.iter().map(|column| column.name()).collect(),
            keyed: model.key_columns().into_iter().collect(),
        };
        for (fields, unique) in model.all_indexes() {
            layout.add_index(model.columns_of_all(&fields), unique)?;
        }
        layout.check_names()?;
        Ok(layout)
    }

    /// What stands for the table of a statement that is about no model.
    pub(crate) fn of_none(model: &'static ModelDef) -> Layout {
        Layout {
            model,
            table: String::new(),
            guards: String::new(),
            partition: 0,
            sort: None,
            indexes: Vec::new(),
            uniques: Vec::new(),
            names: Vec::new(),
            keyed: HashSet::new(),
        }
    }

    fn add_index(&mut self, columns: Vec<u16>, unique: bool) -> Result<()> {
        if unique {
            if !self.uniques.iter().any(|known| known.columns == columns) {
                self.uniques.push(Unique { columns });
            }
            return Ok(());
        }
        let (partition, sort) = match columns.as_slice() {
            [partition] => (*partition, None),
            [partition, sort] => (*partition, Some(*sort)),
            _ => {
                return Err(refused(
                    self.model,
                    "an index over more than two columns",
                    "DynamoDB's indexes have a partition and a sort part: declare `index(a, b)`",
                )
                .on_fields(columns.iter().map(|column| self.path(*column))));
            }
        };
        if !self
            .indexes
            .iter()
            .any(|known| known.partition == partition && known.sort == sort)
        {
            // `a_b` with `c` and `a` with `b_c` have the same joined name: the one that is declared first keeps it, so that
            // an index that is added behind it renames none that is in the database.
            let names: Vec<&str> = columns.iter().map(|column| self.name(*column)).collect();
            let name = index_name(&names);
            let taken = self.indexes.iter().any(|known| known.name == name);
            let name = if taken { hashed(&name, &names) } else { name };
            self.keyed.extend(&columns);
            self.indexes.push(Index {
                name,
                partition,
                sort,
            });
        }
        Ok(())
    }

    fn check_names(&self) -> Result<()> {
        let longest = if self.uniques.is_empty() {
            LONGEST_NAME
        } else {
            LONGEST_NAME - GUARDS.len()
        };
        if !(SHORTEST_NAME..=longest).contains(&self.table.len())
            || !self.table.bytes().all(is_name_byte)
        {
            return Err(refused(
                self.model,
                "the name of its table",
                format!(
                    "DynamoDB's names are {SHORTEST_NAME} to {longest} of the letters `a` to `z`, `A` to `Z`, `0` to `9`, `_`, `-` and `.`: give it one by `table(\"…\")`, or set `table_prefix`"
                ),
            ));
        }
        // "Naming rules": those of keys have no more letters, and no attribute has none.
        let odd = |name: &String| !(1..=LONGEST_NAME).contains(&name.len());
        if let Some(name) = self.names.iter().find(|name| odd(name)) {
            return Err(refused(
                self.model,
                &format!("a column whose name has {} bytes", name.len()),
                format!("give it one of 1 to {LONGEST_NAME} by `column(\"…\")`"),
            ));
        }
        if self.indexes.len() > MOST_INDEXES {
            return Err(refused(
                self.model,
                "more than 20 indexes",
                "leave out those that no query needs",
            ));
        }
        Ok(())
    }

    /// The name of a column's attribute.
    pub(crate) fn name(&self, column: u16) -> &str {
        self.names
            .get(usize::from(column))
            .map_or("", String::as_str)
    }

    /// The field that a column belongs to, as errors name it.
    pub(crate) fn path(&self, column: u16) -> String {
        self.model
            .columns
            .get(usize::from(column))
            .map_or_else(String::new, |column| column.path().join("."))
    }

    /// Whether a column is in the key or in an index.
    pub(crate) fn is_keyed(&self, column: u16) -> bool {
        self.keyed.contains(&column)
    }

    /// Whether a column is part of the table's key.
    pub(crate) fn is_key(&self, column: u16) -> bool {
        column == self.partition || Some(column) == self.sort
    }

    /// Whether NULL is a value of a column.
    pub(crate) fn is_nullable(&self, column: u16) -> bool {
        self.model
            .columns
            .get(usize::from(column))
            .is_none_or(|column| column.nullable)
    }

    /// The attribute of a value of a column; none for NULL.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field.
    pub(crate) fn attribute(&self, column: u16, value: &Value) -> Result<Option<AttributeValue>> {
        to_attribute(value, self.is_keyed(column))
            .map_err(|reason| reason.on(self.model.name, self.path(column)))
    }

    /// The key of a row, out of its attributes.
    pub(crate) fn key_of(&self, item: &Item) -> Option<Item> {
        std::iter::once(self.partition)
            .chain(self.sort)
            .map(|column| {
                let name = self.name(column);
                Some((name.to_owned(), item.get(name)?.clone()))
            })
            .collect()
    }

    /// The key with these attributes.
    pub(crate) fn key(&self, partition: AttributeValue, sort: Option<AttributeValue>) -> Item {
        let mut key = Item::from([(self.name(self.partition).to_owned(), partition)]);
        if let (Some(column), Some(sort)) = (self.sort, sort) {
            key.insert(self.name(column).to_owned(), sort);
        }
        key
    }

    /// Whether DynamoDB can hold this attribute in a key: no row has another one there.
    pub(crate) fn fits_key(&self, attribute: &AttributeValue, longest: usize) -> bool {
        match attribute {
            AttributeValue::S(text) => !text.is_empty() && text.len() <= longest,
            AttributeValue::B(bytes) => {
                !bytes.as_ref().is_empty() && bytes.as_ref().len() <= longest
            }
            AttributeValue::N(_) => true,
            // No column of a key has another type.
            _ => false,
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The name of an index: its columns, with what cannot be in a name replaced. A hash tells apart what was made alike.
pub(crate) fn index_name(columns: &[&str]) -> String {
    let plain = format!("{}_index", columns.join("_"));
    let name: String = plain
        .chars()
        .map(|letter| match u8::try_from(letter) {
            Ok(byte) if is_name_byte(byte) => letter,
            _ => '_',
        })
        .collect();
    if name == plain && name.len() <= LONGEST_NAME {
        return name;
    }
    hashed(&name, columns)
}

/// A name with a hash of the columns, which no other columns have.
fn hashed(name: &str, columns: &[&str]) -> String {
    let hash = Sha256::digest(columns.join("\u{0}").as_bytes());
    let hash: String = hash
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let kept: String = name.chars().take(LONGEST_NAME - hash.len() - 1).collect();
    format!("{kept}_{hash}")
}

#[cold]
fn refused(model: &'static ModelDef, what: &str, advice: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Schema,
        format!("not supported on DynamoDB: {what}"),
    )
    .on_model(model.name)
    .with_advice(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    toasty_dsl::toasty! {
        model Place [key(country, city), index(country, mayor), unique(mayor, city)] {
            country: String,
            city: String,
            mayor: String,
            email: Option<String> [unique],
            open: bool [index],
        }
        model Deep [key(a, b, c)] { a: u64, b: u64, c: u64 }
        model Wide [index(a, b, c)] { id: u64 [key], a: u64, b: u64, c: u64 }
        model Odd [table("no spaces, please")] { id: u64 [key] }
        model Alike [index(a_b, c), index(a, b_c)] {
            id: u64 [key],
            a: u64,
            a_b: u64,
            b_c: u64,
            c: u64,
            a_b_c: u64 [index],
        }
    }

    use toasty_dsl::Model;

    #[test]
    fn a_model_becomes_a_table_with_indexes_and_guards() {
        let layout = Layout::new(Place::DEF, "test_").unwrap();
        assert_eq!(layout.table, "test_place");
        assert_eq!(layout.guards, "test_place.unique");
        assert_eq!((layout.partition, layout.sort), (0, Some(1)));
        let names: Vec<_> = layout.indexes.iter().map(|index| &*index.name).collect();
        assert_eq!(names, ["open_index", "country_mayor_index"]);
        let uniques: Vec<_> = layout
            .uniques
            .iter()
            .map(|unique| &*unique.columns)
            .collect();
        assert_eq!(uniques, [&[3u16][..], &[2, 1]]);
        assert!(layout.is_keyed(4) && layout.is_keyed(2) && !layout.is_keyed(3));
    }

    #[test]
    fn what_dynamodb_cannot_hold_is_refused() {
        for model in [Deep::DEF, Wide::DEF, Odd::DEF] {
            let error = Layout::new(model, "").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Schema);
            assert!(error.advice().is_some());
        }
    }

    #[test]
    fn indexes_whose_columns_join_to_one_name_have_names_of_their_own() {
        let layout = Layout::new(Alike::DEF, "").unwrap();
        let names: Vec<_> = layout.indexes.iter().map(|index| &*index.name).collect();
        let [first, second, third] = names[..] else {
            panic!("{names:?}")
        };
        assert_eq!(first, "a_b_c_index");
        assert!(second.starts_with("a_b_c_index_") && third.starts_with("a_b_c_index_"));
        assert_ne!(second, third);
    }

    #[test]
    fn names_of_indexes_are_names_and_stay_apart() {
        assert_eq!(index_name(&["user_id"]), "user_id_index");
        let (a, b) = (index_name(&["größe"]), index_name(&["gräße"]));
        assert_ne!(a, b);
        let long = "x".repeat(300);
        let cut = index_name(&[&long]);
        assert!(cut.len() <= 255 && cut != index_name(&[&long, "y"]));
        for name in [a, b, cut] {
            assert!(name.bytes().all(is_name_byte), "{name}");
        }
    }
}
