//! Many items by one request: BatchGetItem and BatchWriteItem.
//!
//! Promises: no request is larger than DynamoDB takes; what it leaves unprocessed is asked for again until it is done. Must not
//! know: statements.

use super::client::Session;
use super::errors::{Purpose, convert};
use super::retry::{Fate, fate};
use super::send::identity;
use super::work::Work;
use crate::table::{Item, Layout};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    DeleteRequest, KeysAndAttributes, ReturnConsumedCapacity, WriteRequest,
};
use futures_util::future::try_join_all;
use std::collections::HashMap;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::Watcher;
use toasty_dsl::{Error, Result};

/// The most keys of a BatchGetItem ("BatchGetItem", API reference).
pub(crate) const MOST_GETS: usize = 100;

/// The most requests of a BatchWriteItem ("BatchWriteItem", API reference).
const MOST_WRITES: usize = 25;

/// The items with these keys, in the order of the keys, with none where there is none. No key may stand twice.
///
/// # Errors
/// Those of DynamoDB; `Partial` where the budget was used up before all were read.
pub(crate) async fn get(
    session: &Session,
    model: &'static ModelDef,
    table: &str,
    keys: &[Item],
    consistent: bool,
) -> Result<Vec<Option<Item>>> {
    let mut places: HashMap<Vec<u8>, usize> = HashMap::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        places.insert(identity(key), place);
    }
    let names: Vec<&String> = keys.first().into_iter().flat_map(HashMap::keys).collect();
    let mut found: Vec<Option<Item>> = vec![None; keys.len()];
    let mut work = Work::new(session, Some(model), keys.to_vec(), "read");
    while let Some(batches) = work.next(MOST_GETS) {
        let answers = batches
            .into_iter()
            .map(|batch| get_once(session, model, table, batch, consistent));
        let mut left = Vec::new();
        for (items, unprocessed) in try_join_all(answers).await? {
            session.meter.scanned(items.len());
            for item in items {
                let key = names
                    .iter()
                    .filter_map(|name| Some(((*name).clone(), item.get(*name)?.clone())));
                if let Some(place) = places.get(&identity(&key.collect())) {
                    found[*place] = Some(item);
                }
            }
            left.extend(unprocessed);
        }
        work.again(left).await?;
    }
    Ok(found)
}

/// Removes the items with these keys, whatever they hold, and says how many were asked for. No key may stand twice.
///
/// # Errors
/// Those of DynamoDB; `Partial` where some were removed and others not.
pub(crate) async fn delete(
    session: &Session,
    layout: &Layout,
    keys: Vec<Item>,
    watcher: Option<&Watcher>,
) -> Result<u64> {
    let model = layout.model;
    let total = keys.len();
    let mut work = Work::new(session, Some(model), keys, "deleted");
    while let Some(batches) = work.next(MOST_WRITES) {
        let answers = batches
            .into_iter()
            .map(|batch| delete_once(session, model, &layout.table, batch));
        let mut left = Vec::new();
        let mut failed = None;
        for answer in futures_util::future::join_all(answers).await {
            let (unprocessed, error) = answer;
            left.extend(unprocessed);
            failed = failed.or(error);
        }
        if let Some(error) = failed {
            return Err(work.failed(left.len(), error));
        }
        work.again(left).await?;
        let done = total - work.remaining();
        tracing::info!(target: "toasty::progress", model = model.name, done, total);
        if let Some(watcher) = watcher {
            watcher.tell_rows(done, total);
        }
    }
    Ok(u64::try_from(total).unwrap_or(u64::MAX))
}

/// One BatchGetItem, with the items and the keys that it left.
async fn get_once(
    session: &Session,
    model: &'static ModelDef,
    table: &str,
    keys: Vec<Item>,
    consistent: bool,
) -> Result<(Vec<Item>, Vec<Item>)> {
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .consistent_read(consistent)
        .build()
        .map_err(|why| crate::wire::action::unbuilt(&why).on_model(model.name))?;
    let request = session
        .client
        .batch_get_item()
        .request_items(table, wanted)
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let output = session.read(Some(model), || request.clone().send()).await?;
    session.meter.read(output.consumed_capacity());
    let items = output
        .responses
        .and_then(|mut tables| tables.remove(table))
        .unwrap_or_default();
    let left = output
        .unprocessed_keys
        .and_then(|mut tables| tables.remove(table))
        .map_or_else(Vec::new, |left| left.keys);
    Ok((items, left))
}

/// One BatchWriteItem, with the keys that are not known to be removed, and why.
///
/// A removal without a condition may be sent twice, so that a lost answer is no reason to stop.
async fn delete_once(
    session: &Session,
    model: &'static ModelDef,
    table: &str,
    keys: Vec<Item>,
) -> (Vec<Item>, Option<Error>) {
    let requests = match keys.iter().map(removal).collect::<Result<Vec<_>, _>>() {
        Ok(requests) => requests,
        Err(why) => {
            return (
                keys,
                Some(crate::wire::action::unbuilt(&why).on_model(model.name)),
            );
        }
    };
    session.meter.sent();
    let answer = session
        .client
        .batch_write_item()
        .request_items(table, requests)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await;
    match answer {
        Ok(output) => {
            session.meter.wrote(output.consumed_capacity());
            let left = output
                .unprocessed_items
                .and_then(|mut tables| tables.remove(table))
                .unwrap_or_default();
            let keys = left
                .into_iter()
                .filter_map(|request| request.delete_request.map(|removal| removal.key));
            (keys.collect(), None)
        }
        Err(error) if may_go_on(&error) => (keys, None),
        Err(error) => (keys, Some(convert(&error, Purpose::Write, Some(model)))),
    }
}

fn removal(key: &Item) -> Result<WriteRequest, BuildError> {
    let removal = DeleteRequest::builder()
        .set_key(Some(key.clone()))
        .build()?;
    Ok(WriteRequest::builder().delete_request(removal).build())
}

fn may_go_on<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match fate(error) {
        Fate::Throttled | Fate::Lost | Fate::InProgress | Fate::Conflict => true,
        Fate::NotSent => matches!(error, SdkError::DispatchFailure(_)),
        Fate::Rejected => false,
    }
}
