//! One change of one item, before it is known whether it is sent alone or with others in a transaction.
//!
//! Promises: an action knows what it means that its condition does not hold; values stand in the maps of values and never
//! in the text of an expression. Must not know: sending, statements.

use super::errors;
use super::reasons::Refused;
use crate::table::Item;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use std::collections::HashMap;
use std::fmt;
use toasty_dsl::error::{Error, ErrorKind};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::write::check_failed;

/// One change of one item.
#[derive(Clone)]
pub(crate) struct Action {
    /// The table, with its prefix
    pub(crate) table: String,
    /// The item's key
    pub(crate) key: Item,
    /// What is done
    pub(crate) verb: Verb,
    /// The condition, where there is one
    pub(crate) condition: Option<String>,
    /// What the `#…` of the expressions are
    pub(crate) names: Option<HashMap<String, String>>,
    /// What the `:…` of the expressions are
    pub(crate) values: Option<Item>,
    /// The model it is about
    pub(crate) model: &'static ModelDef,
    /// What it means that the condition does not hold
    pub(crate) meaning: Meaning,
}

/// What is done with an item.
#[derive(Clone)]
pub(crate) enum Verb {
    /// Stored as a whole
    Put(Item),
    /// Changed by this expression
    Update(String),
    /// Removed
    Delete,
    /// Left as it is: only its condition has to hold
    Check,
}

/// What it means that the condition of an action does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A new row, whose key is there already
    New,
    /// A guard that another row has: the fields of its index
    Claim(Vec<String>),
    /// A guard that is not this row's any more
    Release,
    /// A row that is not there, or is not as the statement demands
    Missing,
    /// A row that has changed since it was read for this action
    Stale,
    /// A row that is not as a check wants it
    Unchecked {
        /// The columns of its condition
        columns: Vec<u16>,
        /// Its number among the parts that are done together
        part: usize,
    },
}

impl Meaning {
    /// Whether reading the row again can help.
    pub(crate) fn is_stale(&self) -> bool {
        match self {
            Meaning::Release | Meaning::Stale => true,
            Meaning::New | Meaning::Claim(_) | Meaning::Missing | Meaning::Unchecked { .. } => {
                false
            }
        }
    }
}

/// Types and lengths only: an item is content.
impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.verb {
            Verb::Put(_) => "Put",
            Verb::Update(_) => "Update",
            Verb::Delete => "Delete",
            Verb::Check => "ConditionCheck",
        };
        write!(f, "{verb}({}, {:?})", self.table, self.meaning)
    }
}

impl Action {
    /// As a part of a transaction.
    pub(crate) fn in_transaction(&self) -> Result<TransactWriteItem, Error> {
        let built = || -> Result<TransactWriteItem, BuildError> {
            let item = TransactWriteItem::builder();
            Ok(match &self.verb {
                Verb::Put(stored) => item.put(
                    Put::builder()
                        .table_name(&self.table)
                        .set_item(Some(stored.clone()))
                        .set_condition_expression(self.condition.clone())
                        .set_expression_attribute_names(self.names.clone())
                        .set_expression_attribute_values(self.values.clone())
                        .build()?,
                ),
                Verb::Update(expression) => item.update(
                    Update::builder()
                        .table_name(&self.table)
                        .set_key(Some(self.key.clone()))
                        .update_expression(expression)
                        .set_condition_expression(self.condition.clone())
                        .set_expression_attribute_names(self.names.clone())
                        .set_expression_attribute_values(self.values.clone())
                        .build()?,
                ),
                Verb::Delete => item.delete(
                    Delete::builder()
                        .table_name(&self.table)
                        .set_key(Some(self.key.clone()))
                        .set_condition_expression(self.condition.clone())
                        .set_expression_attribute_names(self.names.clone())
                        .set_expression_attribute_values(self.values.clone())
                        .build()?,
                ),
                Verb::Check => item.condition_check(
                    ConditionCheck::builder()
                        .table_name(&self.table)
                        .set_key(Some(self.key.clone()))
                        .set_condition_expression(self.condition.clone())
                        .set_expression_attribute_names(self.names.clone())
                        .set_expression_attribute_values(self.values.clone())
                        .build()?,
                ),
            }
            .build())
        };
        built().map_err(|why| unbuilt(&why).on_model(self.model.name))
    }

    /// The error of an action whose condition did not hold.
    #[cold]
    pub(crate) fn failed(&self) -> Error {
        match &self.meaning {
            Meaning::New => taken(self.model, paths(self.model, &self.model.key_columns())),
            Meaning::Claim(fields) => taken(self.model, fields.clone()),
            Meaning::Missing => gone(self.model),
            Meaning::Unchecked { columns, part } => check_failed(self.model, columns, *part),
            Meaning::Stale | Meaning::Release => errors::conflict().on_model(self.model.name),
        }
    }

    /// The error of an action that DynamoDB refuses whatever is stored.
    #[cold]
    pub(crate) fn refused(&self, why: Refused) -> Error {
        match why {
            Refused::Invalid(words) if is_about_size(&words) => Error::new(
                ErrorKind::Unrepresentable,
                "the row would be larger than DynamoDB's 400 KB",
            )
            .with_server_detail(words),
            Refused::Invalid(words) => Error::new(
                ErrorKind::Database,
                "DynamoDB does not take a value of the row",
            )
            .with_server_detail(words),
            Refused::CollectionTooLarge => Error::new(
                ErrorKind::Database,
                "the rows with one partition key would be larger than DynamoDB allows",
            ),
            Refused::Unknown(words) => {
                Error::new(ErrorKind::Database, "DynamoDB cancelled the transaction")
                    .with_server_detail(words)
            }
        }
        .on_model(self.model.name)
    }
}

/// Whether a refusal is about the size of an item after an update, which only DynamoDB knows.
pub(crate) fn is_about_size(words: &str) -> bool {
    words.contains("Item size")
}

/// The paths of the fields that columns belong to.
pub(crate) fn paths(model: &ModelDef, columns: &[u16]) -> Vec<String> {
    columns
        .iter()
        .filter_map(|column| model.columns.get(usize::from(*column)))
        .map(|column| column.path().join("."))
        .collect()
}

/// The error of values that another row has.
#[cold]
pub(crate) fn taken(model: &'static ModelDef, fields: Vec<String>) -> Error {
    Error::new(
        ErrorKind::UniqueViolation,
        "another row has the same value already",
    )
    .on_model(model.name)
    .on_fields(fields)
}

/// The error of one row that was meant and is not there, or has changed.
#[cold]
pub(crate) fn gone(model: &'static ModelDef) -> Error {
    match model
        .version()
        .and_then(|field| model.fields.get(usize::from(field)))
    {
        None => Error::new(ErrorKind::NotFound, "no row was found").on_model(model.name),
        Some(field) => Error::new(
            ErrorKind::ConditionFailed,
            "the row has changed since it was read, or is gone",
        )
        .on_model(model.name)
        .on_fields([field.name])
        .with_advice("read it again and decide anew"),
    }
}

/// The error of a request that the SDK does not build. It names the part that is missing, never a value.
#[cold]
pub(crate) fn unbuilt(why: &BuildError) -> Error {
    Error::new(
        ErrorKind::Database,
        format!("the request could not be made: {why}"),
    )
}
