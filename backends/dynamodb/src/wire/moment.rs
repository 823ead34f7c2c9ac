//! Items as they were at one moment, of several tables: one TransactGetItems.
//!
//! Promises: all are read by one request, or none; no item stands twice in it; more than it takes is refused before anything is
//! sent. Must not know: statements. What surprises: a write that is under way is in the way of such a read, which is then sent
//! again.

use super::action::unbuilt;
use super::ahead::{Ahead, Wanted};
use super::client::{Session, may_read_again};
use super::errors::{Purpose, convert, throttled};
use super::reasons::{Cancelled, Refused, decode};
use super::retry::{Fate, fate};
use super::send::identity;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::types::{Get, ReturnConsumedCapacity, TransactGetItem};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind, Result};

/// The most items of one TransactGetItems ("TransactGetItems", API reference).
const MOST: usize = 100;

/// The items with these keys.
///
/// # Errors
/// `TooComplex` for more than a hundred, before anything is sent; `Conflict` where others write them all the time; those of
/// DynamoDB, naming the model of the item.
pub(crate) async fn get(session: &Session, wanted: Vec<Wanted>) -> Result<Ahead> {
    let mut ahead = Ahead::new();
    let (mut places, mut items) = (Vec::new(), Vec::new());
    for one in wanted {
        let place = (one.table.clone(), identity(&one.key));
        if ahead.insert(place.clone(), None).is_none() {
            items.push(item(&one)?);
            places.push((place, one.model));
        }
    }
    let Some((_, first)) = places.first() else {
        return Ok(ahead);
    };
    if places.len() > MOST {
        return Err(too_many(places.len()).on_model(first.name));
    }
    let models: Vec<&'static ModelDef> = places.iter().map(|(_, model)| *model).collect();
    let found = send(session, items, first, &models).await?;
    if found.len() != places.len() {
        return Err(Error::new(
            ErrorKind::Database,
            "DynamoDB answered for another number of rows than it was asked for",
        )
        .on_model(first.name));
    }
    for ((place, _), item) in places.into_iter().zip(found) {
        ahead.insert(place, item);
    }
    Ok(ahead)
}

type Found = Vec<Option<crate::table::Item>>;

/// Sends the request, again and again within the budget, where that can help.
async fn send(
    session: &Session,
    items: Vec<TransactGetItem>,
    first: &'static ModelDef,
    models: &[&'static ModelDef],
) -> Result<Found> {
    let request = session
        .client
        .transact_get_items()
        .set_transact_items(Some(items))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let model_at = |at: usize| models.get(at).copied().unwrap_or(first);
    let mut budget = session.budget();
    loop {
        session.meter.sent();
        // In a box: the SDK's futures are nested deep, and the compiler has a recursion limit.
        let error = match Box::pin(request.clone().send()).await {
            Ok(output) => {
                session.meter.read(output.consumed_capacity());
                let found = output.responses.unwrap_or_default().into_iter();
                let found: Found = found
                    .map(|one| one.item.filter(|item| !item.is_empty()))
                    .collect();
                session.meter.scanned(found.iter().flatten().count());
                return Ok(found);
            }
            Err(error) => error,
        };
        let (fate, model) = match cancelled(&error) {
            Some(Cancelled::Later(at, fate)) => (fate, model_at(at)),
            Some(Cancelled::Refused(at, why)) => return Err(refused(model_at(at), why)),
            // A read has no conditions.
            Some(Cancelled::Conditions(_)) => (Fate::Rejected, first),
            None => (fate(&error), first),
        };
        if !may_read_again(fate, &error) || !budget.pause().await {
            return Err(match fate {
                Fate::Conflict => in_the_way().on_model(model.name),
                Fate::Throttled => throttled().on_model(model.name),
                Fate::NotSent | Fate::Lost | Fate::InProgress | Fate::Rejected => {
                    convert(&error, Purpose::Read, Some(model))
                }
            });
        }
        tracing::debug!(target: "toasty::retry", operation = "TransactGetItems", ?fate);
    }
}

fn item(wanted: &Wanted) -> Result<TransactGetItem> {
    let get = Get::builder()
        .table_name(&wanted.table)
        .set_key(Some(wanted.key.clone()))
        .build()
        .map_err(|why| unbuilt(&why).on_model(wanted.model.name))?;
    Ok(TransactGetItem::builder().get(get).build())
}

fn cancelled(error: &SdkError<TransactGetItemsError, HttpResponse>) -> Option<Cancelled> {
    match error.as_service_error()? {
        TransactGetItemsError::TransactionCanceledException(cancelled) => {
            Some(decode(cancelled.cancellation_reasons()))
        }
        _ => None,
    }
}

#[cold]
fn too_many(items: usize) -> Error {
    Error::new(
        ErrorKind::TooComplex,
        format!("{items} rows as of one moment, and DynamoDB reads {MOST} at once"),
    )
    .with_advice("read fewer of them, or leave out `.as_of_one_moment()`")
}

#[cold]
fn in_the_way() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "another transaction was writing rows that were to be read as of one moment",
    )
    .with_advice("nothing was read: ask again")
}

#[cold]
fn refused(model: &'static ModelDef, why: Refused) -> Error {
    let words = match why {
        Refused::Invalid(words) | Refused::Unknown(words) => words,
        Refused::CollectionTooLarge => String::new(),
    };
    Error::new(
        ErrorKind::Database,
        "DynamoDB cancelled the read of rows as of one moment",
    )
    .on_model(model.name)
    .with_server_detail(words)
}
