//! Items of several statements, of several tables, by one BatchGetItem: read ahead of the statements that want them.
//!
//! Promises: no request has more than a hundred keys, and no key twice; what DynamoDB leaves is asked for again, with pauses. Must
//! not know: statements. What surprises: where one cannot be read, none is said to be; whoever wants an item asks for it then by
//! itself, and has an error of its own.

use super::batch::MOST_GETS;
use super::client::Session;
use super::send::identity;
use super::work::Work;
use crate::table::Item;
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use futures_util::future::try_join_all;
use std::collections::HashMap;
use toasty_dsl::Result;
use toasty_dsl::schema::ModelDef;

/// The items of some keys; none where there is none.
pub(crate) type Ahead = HashMap<(String, Vec<u8>), Option<Item>>;

/// An item that is wanted.
pub(crate) struct Wanted {
    pub(crate) model: &'static ModelDef,
    pub(crate) table: String,
    pub(crate) key: Item,
    pub(crate) consistent: bool,
}

/// What is known of a table: the names of its key, and whether it is read consistently, as it is where anybody wants that.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    consistent: bool,
}

type Tables = HashMap<String, Table>;
type Keys = Vec<(String, Item)>;

/// Reads all of them.
///
/// # Errors
/// Those of DynamoDB.
pub(crate) async fn get(session: &Session, wanted: Vec<Wanted>) -> Result<Ahead> {
    let (mut ahead, mut tables, mut left) = (Ahead::new(), Tables::new(), Keys::new());
    for one in wanted {
        let table = tables.entry(one.table.clone()).or_insert_with(|| Table {
            names: one.key.keys().cloned().collect(),
            consistent: false,
        });
        table.consistent |= one.consistent;
        let place = (one.table.clone(), identity(&one.key));
        if ahead.insert(place, None).is_none() {
            left.push((one.table, one.key));
        }
    }
    let mut work = Work::new(session, None, left, "read");
    while let Some(batches) = work.next(MOST_GETS) {
        let asked = batches
            .into_iter()
            .map(|keys| get_once(session, &tables, keys));
        let mut unprocessed = Keys::new();
        for (items, more) in try_join_all(asked).await? {
            session.meter.scanned(items.len());
            for (table, item) in items {
                let names = tables.get(&table).map_or(&[][..], |known| &known.names);
                let key = names
                    .iter()
                    .filter_map(|name| Some((name.clone(), item.get(name)?.clone())));
                let place = (table, identity(&key.collect()));
                ahead.insert(place, Some(item));
            }
            unprocessed.extend(more);
        }
        work.again(unprocessed).await?;
    }
    Ok(ahead)
}

/// One BatchGetItem, with the items and the keys that it left.
async fn get_once(session: &Session, tables: &Tables, keys: Keys) -> Result<(Keys, Keys)> {
    let mut of_tables: HashMap<String, Vec<Item>> = HashMap::new();
    for (table, key) in keys {
        of_tables.entry(table).or_default().push(key);
    }
    let mut request = session
        .client
        .batch_get_item()
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    for (table, keys) in of_tables {
        let consistent = tables.get(&table).is_some_and(|known| known.consistent);
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(consistent)
            .build()
            .map_err(|why| super::unbuilt(&why))?;
        request = request.request_items(table, wanted);
    }
    let output = session.read(None, || request.clone().send()).await?;
    session.meter.read(output.consumed_capacity());
    let flat =
        |table: String, items: Vec<Item>| items.into_iter().map(move |item| (table.clone(), item));
    let items = output.responses.unwrap_or_default().into_iter();
    let left = output.unprocessed_keys.unwrap_or_default().into_iter();
    Ok((
        items
            .flat_map(|(table, items)| flat(table, items))
            .collect(),
        left.flat_map(|(table, left)| flat(table, left.keys))
            .collect(),
    ))
}
