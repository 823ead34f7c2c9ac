//! Tables for models: made, and waited for until they can be used.
//!
//! Promises: when it returns, every table and every index is ACTIVE; a table that is there already is an error and is left as
//! it is. Must not know: rows, statements.

use crate::settings::Billing;
use crate::table::guard::GUARD;
use crate::table::{Layout, column_letters};
use crate::wire::errors::{Purpose, convert};
use crate::wire::{Fate, Session, fate, unbuilt};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, IndexStatus, KeySchemaElement, KeyType,
    Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType, TableDescription,
    TableStatus,
};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;
use std::time::Duration;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind, Result};
use tokio::time::Instant;

/// How many tables are made at the same time: DynamoDB allows 500 at most, and fewer in some regions ("Quotas").
const AT_ONCE: usize = 10;

/// How long tables are waited for: an index on a new table takes seconds, and minutes where many are made.
const PATIENCE: Duration = Duration::from_secs(300);

/// The longest pause between two looks at a table.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// One table to be made.
struct Table {
    model: &'static ModelDef,
    name: String,
    /// Its key: attributes and their types
    key: Vec<(String, &'static str)>,
    /// The names of its indexes and their keys
    indexes: Vec<(String, Vec<(String, &'static str)>)>,
}

/// Makes the tables of these models, and those of their guards.
///
/// # Errors
/// `Schema` for a model that DynamoDB has no table for, before anything is made, and for a table that is there already;
/// `Timeout` where a table does not become usable.
pub(crate) async fn create_tables(session: &Session, models: &[&'static ModelDef]) -> Result<()> {
    let mut tables = Vec::new();
    for model in models {
        let layout = Layout::new(model, &session.settings.table_prefix)?;
        tables.extend(tables_of(&layout));
    }
    // None is made where one is there already, unless another program makes it at this very moment.
    for some in tables.chunks(AT_ONCE) {
        try_join_all(some.iter().map(|table| check_absent(session, table))).await?;
    }
    stream::iter(tables)
        .map(|table| async move {
            let made = create(session, &table).await?;
            wait(session, &table, made).await
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The table of a model and, where it has unique fields, that of their guards.
fn tables_of(layout: &Layout) -> Vec<Table> {
    let column = |column: u16| {
        let letters = layout
            .model
            .columns
            .get(usize::from(column))
            .map_or("S", |column| column_letters(column.ty, true));
        (layout.name(column).to_owned(), letters)
    };
    let key = |partition: u16, sort: Option<u16>| {
        std::iter::once(partition)
            .chain(sort)
            .map(column)
            .collect::<Vec<_>>()
    };
    let mut tables = vec![Table {
        model: layout.model,
        name: layout.table.clone(),
        key: key(layout.partition, layout.sort),
        indexes: layout
            .indexes
            .iter()
            .map(|index| (index.name.clone(), key(index.partition, index.sort)))
            .collect(),
    }];
    if !layout.uniques.is_empty() {
        tables.push(Table {
            model: layout.model,
            name: layout.guards.clone(),
            key: vec![(GUARD.to_owned(), "S")],
            indexes: Vec::new(),
        });
    }
    tables
}

/// Asks for one table. What it answers may be its state already.
async fn create(session: &Session, table: &Table) -> Result<Option<TableDescription>> {
    let mut budget = session.budget();
    // After an attempt without an answer, a table that is there already may be the one that was asked for.
    let mut lost = false;
    loop {
        let request =
            request(session, table).map_err(|why| unbuilt(&why).on_model(table.model.name))?;
        session.meter.sent();
        let error = match request.send().await {
            Ok(output) => return Ok(output.table_description),
            Err(error) => error,
        };
        if let Some(CreateTableError::ResourceInUseException(_)) = error.as_service_error() {
            return if lost { Ok(None) } else { Err(already(table)) };
        }
        let fate = fate(&error);
        lost |= fate == Fate::Lost;
        if fate == Fate::Rejected || !budget.pause().await {
            return Err(convert(&error, Purpose::Write, Some(table.model)));
        }
    }
}

async fn check_absent(session: &Session, table: &Table) -> Result<()> {
    match describe(session, table).await? {
        Some(_) => Err(already(table)),
        None => Ok(()),
    }
}

#[cold]
fn already(table: &Table) -> Error {
    Error::new(
        ErrorKind::Schema,
        format!("the database has a table `{}` already", table.name),
    )
    .on_model(table.model.name)
    .with_advice("`db.create_tables()` is for a new database; create only what is missing by `create_tables_of`")
}

fn request(
    session: &Session,
    table: &Table,
) -> Result<aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder, BuildError>
{
    let throughput = match session.settings.billing {
        Billing::OnDemand => None,
        Billing::Provisioned { read, write } => Some(
            ProvisionedThroughput::builder()
                .read_capacity_units(i64::from(read))
                .write_capacity_units(i64::from(write))
                .build()?,
        ),
    };
    let mut request = session
        .client
        .create_table()
        .table_name(&table.name)
        .set_key_schema(Some(key_schema(&table.key)?))
        .billing_mode(match throughput {
            None => BillingMode::PayPerRequest,
            Some(_) => BillingMode::Provisioned,
        })
        .set_provisioned_throughput(throughput.clone());
    let keys = std::iter::once(&table.key).chain(table.indexes.iter().map(|(_, key)| key));
    let attributes: BTreeSet<&(String, &str)> = keys.flatten().collect();
    for (name, letters) in attributes {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::from(*letters))
                .build()?,
        );
    }
    for (name, key) in &table.indexes {
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(name)
                .set_key_schema(Some(key_schema(key)?))
                .projection(
                    Projection::builder()
                        .projection_type(ProjectionType::All)
                        .build(),
                )
                .set_provisioned_throughput(throughput.clone())
                .build()?,
        );
    }
    Ok(request)
}

fn key_schema(key: &[(String, &str)]) -> Result<Vec<KeySchemaElement>, BuildError> {
    key.iter()
        .zip([KeyType::Hash, KeyType::Range])
        .map(|((name, _), part)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(part)
                .build()
        })
        .collect()
}

/// Waits until a table and its indexes can be used.
async fn wait(session: &Session, table: &Table, made: Option<TableDescription>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(20);
    let mut state = made;
    while !state.as_ref().is_some_and(is_active) {
        if Instant::now() >= until {
            return Err(Error::new(
                ErrorKind::Timeout,
                format!("the table `{}` did not become usable in time", table.name),
            )
            .on_model(table.model.name)
            .with_advice(
                "DynamoDB still makes it: wait until it is ACTIVE, it need not be created again",
            ));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        state = describe(session, table).await?;
    }
    Ok(())
}

/// Looks at a table. A new one may not be seen yet, and a look that fails for now is repeated.
async fn describe(session: &Session, table: &Table) -> Result<Option<TableDescription>> {
    session.meter.sent();
    let error = match session
        .client
        .describe_table()
        .table_name(&table.name)
        .send()
        .await
    {
        Ok(output) => return Ok(output.table),
        Err(error) => error,
    };
    if let Some(DescribeTableError::ResourceNotFoundException(_)) = error.as_service_error() {
        return Ok(None);
    }
    match fate(&error) {
        Fate::Rejected => Err(convert(&error, Purpose::Read, Some(table.model))),
        Fate::Throttled | Fate::NotSent | Fate::Lost | Fate::InProgress | Fate::Conflict => {
            Ok(None)
        }
    }
}

fn is_active(table: &TableDescription) -> bool {
    table.table_status() == Some(&TableStatus::Active)
        && table
            .global_secondary_indexes()
            .iter()
            .all(|index| index.index_status() == Some(&IndexStatus::Active))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::GlobalSecondaryIndexDescription;
    use toasty_dsl::Model;

    toasty_dsl::toasty! {
        model Shelf [key(room, number), index(room, open)] {
            room: String,
            number: u32,
            open: bool,
            code: Vec<u8> [unique],
        }
        model Plain { id: u64 [key] }
    }

    #[test]
    fn a_model_with_unique_fields_has_a_table_for_their_guards() {
        let tables = tables_of(&Layout::new(Shelf::DEF, "p_").unwrap());
        let names: Vec<_> = tables.iter().map(|table| &*table.name).collect();
        assert_eq!(names, ["p_shelf", "p_shelf.unique"]);
        assert_eq!(
            tables[0].key,
            [("room".to_owned(), "S"), ("number".to_owned(), "N")]
        );
        let (index, key) = &tables[0].indexes[0];
        assert_eq!(index, "room_open_index");
        assert_eq!(key[1], ("open".to_owned(), "N"), "no BOOL stands in a key");
        assert_eq!(tables_of(&Layout::new(Plain::DEF, "p_").unwrap()).len(), 1);
    }

    #[test]
    fn a_table_is_usable_when_its_indexes_are() {
        let table = |index: IndexStatus| {
            TableDescription::builder()
                .table_status(TableStatus::Active)
                .global_secondary_indexes(
                    GlobalSecondaryIndexDescription::builder()
                        .index_status(index)
                        .build(),
                )
                .build()
        };
        assert!(is_active(&table(IndexStatus::Active)));
        assert!(!is_active(&table(IndexStatus::Creating)));
        assert!(!is_active(
            &TableDescription::builder()
                .table_status(TableStatus::Creating)
                .build()
        ));
    }
}
