//! The SDK of AWS beside Toasty: its client, and what a model is there.
//!
//! Promises: items are those that Toasty itself reads and writes. Must not know: statements, plans.

use crate::table::item::{ItemRow, check};
use crate::table::{Item, Layout};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use toasty_dsl::field::RowReader;
use toasty_dsl::{Error, ErrorKind, Model, Result};

/// The client that Toasty sends its own requests with, and what models are in DynamoDB: for requests that nothing else says.
///
/// What is sent by it is not logged and not metered, and not tried again. A write by it knows nothing of unique fields and
/// versions: those hold by items of their own, in a second table, which only the builders of a model write.
#[derive(Debug, Clone)]
pub struct Sdk {
    client: Client,
    prefix: String,
}

impl Sdk {
    pub(crate) fn new(client: Client, prefix: &str) -> Self {
        Sdk {
            client,
            prefix: prefix.to_owned(),
        }
    }

    /// The client, with the endpoint, region, credentials and deadlines of the configuration.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The name of a model's table, with the prefix of the configuration.
    pub fn table_name<M: Model>(&self) -> String {
        format!("{}{}", self.prefix, M::DEF.table_name())
    }

    /// An instance as an item. What is NULL is left out; relations are no part of it.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field, for what DynamoDB cannot hold exactly; `Schema` for a model that cannot be
    /// a table there.
    pub fn to_item<M: Model>(&self, instance: &M) -> Result<HashMap<String, AttributeValue>> {
        let layout = self.layout::<M>()?;
        let mut values = Vec::with_capacity(M::DEF.columns.len());
        for (number, def) in (0u16..).zip(M::DEF.fields) {
            let field = instance.field(number).filter(|_| def.relation().is_none());
            if let Some(field) = field {
                let written = (def.info.write)(field, &mut values);
                written.map_err(|reason| reason.on(M::NAME, def.name))?;
            }
        }
        let mut item = Item::with_capacity(values.len());
        for (column, value) in (0u16..).zip(&values) {
            if let Some(attribute) = layout.attribute(column, value)? {
                item.insert(layout.name(column).to_owned(), attribute);
            }
        }
        check(&layout, &item)?;
        Ok(item)
    }

    /// An item as an instance. Attributes that the model does not have are not looked at; relations are not loaded.
    ///
    /// # Errors
    /// `Decode`, naming model and column; `Schema` for a model that cannot be a table of DynamoDB.
    pub fn from_item<M: Model>(&self, item: &HashMap<String, AttributeValue>) -> Result<M> {
        let layout = &self.layout::<M>()?;
        M::decode(&mut RowReader::new(&ItemRow { layout, item }, M::DEF))
    }

    fn layout<M: Model>(&self) -> Result<Layout> {
        Layout::new(M::DEF, &self.prefix)
    }
}

/// Nothing was sent yet, so that there is no client.
#[cold]
pub(crate) fn not_connected() -> Error {
    Error::new(ErrorKind::ConnectionLost, "DynamoDB was not reached yet")
}
