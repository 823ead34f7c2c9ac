//! Actions on their way: one alone, or several as one transaction.
//!
//! Promises: a transaction is done as a whole or not at all; every logical call has one token, which each of its attempts
//! carries, so that an attempt whose answer was lost is not done twice; an action that is sent alone has no token, and is never
//! sent again when it may have been done; limits are checked before anything is sent. Must not know: statements.

use super::action::{Action, Meaning, Verb, is_about_size, paths, taken};
use super::client::Session;
use super::errors::{self, Purpose, convert};
use super::reasons::{Cancelled, Refused, decode};
use super::retry::{Budget, Fate, fate};
use crate::table::{Item, canonical, item};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, TransactWriteItem};
use std::collections::HashMap;
use std::time::Duration;
use toasty_dsl::error::{Error, ErrorKind, Result};
use tokio::time::Instant;

/// The most actions of one transaction ("TransactWriteItems", API reference).
pub(crate) const MOST_ACTIONS: usize = 100;

/// The most bytes of the items of one transaction: 4 MB, with room for what our estimate may miss.
pub(crate) const MOST_BYTES: usize = 4 * 1024 * 1024 - 64 * 1024;

/// How long an attempt is repeated with the token of one whose answer was lost. DynamoDB forgets a token ten minutes after the
/// first attempt with it was done, and would do the next one again ("TransactWriteItems", API reference: Idempotency).
const TOKEN_LIFE: Duration = Duration::from_secs(8 * 60);

/// Why a transaction was not done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// The conditions of these actions did not hold, by their positions
    Conditions(Vec<usize>),
    /// Anything else
    Failed(Error),
}

impl Undone {
    /// As an error: that of the first action whose condition did not hold.
    pub(crate) fn into_error(self, actions: &[Action]) -> Error {
        match self {
            Undone::Failed(error) => error,
            Undone::Conditions(at) => match at.first().and_then(|at| actions.get(*at)) {
                Some(action) => action.failed(),
                None => Error::new(ErrorKind::Database, "DynamoDB cancelled the transaction"),
            },
        }
    }
}

/// How many bytes an action brings into a transaction.
pub(crate) fn bytes(action: &Action) -> usize {
    match &action.verb {
        Verb::Put(stored) => item::size(stored),
        Verb::Update(_) => item::size(&action.key) + action.values.as_ref().map_or(0, item::size),
        Verb::Delete | Verb::Check => item::size(&action.key),
    }
}

/// Checks that a transaction is not larger than DynamoDB takes.
///
/// # Errors
/// `TooComplex`.
pub(crate) fn check_size(actions: &[Action]) -> Result<()> {
    let Some(first) = actions.first() else {
        return Ok(());
    };
    if actions.len() > MOST_ACTIONS {
        return Err(too_many(actions.len()).on_model(first.model.name));
    }
    let total: usize = actions.iter().map(bytes).sum();
    if total > MOST_BYTES {
        return Err(Error::new(
            ErrorKind::TooComplex,
            format!("the rows have {total} bytes together, and DynamoDB writes 4 MB as one"),
        )
        .on_model(first.model.name)
        .with_advice(CHUNKS));
    }
    Ok(())
}

/// The items that are written, to find one that is written twice.
#[derive(Default)]
pub(crate) struct Distinct {
    /// Tables and keys, and whether the item is a new row
    seen: HashMap<(String, Vec<u8>), bool>,
}

impl Distinct {
    /// One more.
    ///
    /// # Errors
    /// `UniqueViolation` for a new row or a unique value that was there before, and `Unsupported` for a second change of one
    /// row.
    pub(crate) fn add(&mut self, action: &Action) -> Result<()> {
        let place = (action.table.clone(), identity(&action.key));
        match self.seen.insert(place, action.meaning == Meaning::New) {
            None => Ok(()),
            Some(was_new) => Err(twice(was_new, action)),
        }
    }
}

/// Checks that no item is written twice.
///
/// # Errors
/// As [`Distinct::add`].
pub(crate) fn check_distinct(actions: &[Action]) -> Result<()> {
    let mut distinct = Distinct::default();
    actions.iter().try_for_each(|action| distinct.add(action))
}

const CHUNKS: &str = "where a part of it may be done when it fails, say so by `.in_chunks()`";

/// The error of more actions than DynamoDB does as one.
#[cold]
pub(crate) fn too_many(actions: usize) -> Error {
    Error::new(
        ErrorKind::TooComplex,
        format!("it takes {actions} actions (rows and their unique values), and DynamoDB does {MOST_ACTIONS} as one"),
    )
    .with_advice(CHUNKS)
}

/// A key as bytes: equal for what DynamoDB takes for equal.
pub(crate) fn identity(key: &Item) -> Vec<u8> {
    let mut parts: Vec<_> = key.iter().collect();
    parts.sort_unstable_by_key(|(name, _)| name.as_str());
    let mut bytes = Vec::new();
    for (_, value) in parts {
        let part = canonical(value);
        bytes.extend(part.len().to_le_bytes());
        bytes.extend(part);
    }
    bytes
}

#[cold]
fn twice(was_new: bool, later: &Action) -> Error {
    match &later.meaning {
        Meaning::New if was_new => {
            taken(later.model, paths(later.model, &later.model.key_columns()))
        }
        Meaning::Claim(fields) => taken(later.model, fields.clone()),
        Meaning::Unchecked { .. } => Error::unsupported(
            "two parts for one row, of which one is a check",
            "make one part of them: conditions of checks are joined by `&`, and what a change depends on goes into the change, by `.filter(…)` before `.update()`",
        )
        .on_model(later.model.name),
        Meaning::New | Meaning::Release | Meaning::Missing | Meaning::Stale => Error::unsupported(
            "two changes of one row in one transaction",
            "make one change of them, or two calls; what a change depends on goes into its own condition",
        )
        .on_model(later.model.name),
    }
}

/// Sends one action alone, and gives the row as it is then where that is wanted; of a removal, as it was.
pub(crate) async fn alone(
    session: &Session,
    action: &Action,
    returning: bool,
    budget: &mut Budget,
) -> Result<Option<Item>, Undone> {
    loop {
        session.meter.sent();
        let undone = match &action.verb {
            Verb::Put(_) => Box::pin(put(session, action)).await,
            Verb::Update(expression) => {
                Box::pin(update(session, action, expression, returning)).await
            }
            Verb::Delete => Box::pin(delete(session, action, returning)).await,
            // There is no request for a condition alone.
            Verb::Check => {
                let done = together(session, std::slice::from_ref(action), budget).await;
                return done.map(|()| None);
            }
        };
        let (again, undone) = match undone {
            Ok(item) => return Ok(item),
            Err(undone) => undone,
        };
        if !again || !budget.pause().await {
            return Err(undone);
        }
    }
}

/// What became of an action that was sent alone, and whether it may be sent again: only where it certainly was not done.
fn undone<E>(error: &SdkError<E, HttpResponse>, action: &Action) -> (bool, Undone)
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let answer = error.as_service_error();
    let code = answer.and_then(ProvideErrorMetadata::code).unwrap_or("");
    let words = answer.and_then(ProvideErrorMetadata::message).unwrap_or("");
    if code == "ConditionalCheckFailedException" {
        return (false, Undone::Conditions(vec![0]));
    }
    if code == "ValidationException" && is_about_size(words) {
        let refused = action.refused(Refused::Invalid(words.to_owned()));
        return (false, Undone::Failed(refused));
    }
    let again = match fate(error) {
        Fate::Throttled | Fate::Conflict => true,
        Fate::NotSent => matches!(error, SdkError::DispatchFailure(_)),
        Fate::Lost | Fate::InProgress | Fate::Rejected => false,
    };
    let failed = convert(error, Purpose::Write, Some(action.model));
    (again, Undone::Failed(failed))
}

async fn put(session: &Session, action: &Action) -> Result<Option<Item>, (bool, Undone)> {
    let Verb::Put(item) = &action.verb else {
        return Ok(None);
    };
    let output = session
        .client
        .put_item()
        .table_name(&action.table)
        .set_item(Some(item.clone()))
        .set_condition_expression(action.condition.clone())
        .set_expression_attribute_names(action.names.clone())
        .set_expression_attribute_values(action.values.clone())
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .map_err(|error| undone(&error, action))?;
    session.meter.wrote(output.consumed_capacity());
    Ok(None)
}

async fn update(
    session: &Session,
    action: &Action,
    expression: &str,
    returning: bool,
) -> Result<Option<Item>, (bool, Undone)> {
    let output = session
        .client
        .update_item()
        .table_name(&action.table)
        .set_key(Some(action.key.clone()))
        .update_expression(expression)
        .set_condition_expression(action.condition.clone())
        .set_expression_attribute_names(action.names.clone())
        .set_expression_attribute_values(action.values.clone())
        .set_return_values(returning.then_some(ReturnValue::AllNew))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .map_err(|error| undone(&error, action))?;
    session.meter.wrote(output.consumed_capacity());
    Ok(output.attributes)
}

async fn delete(
    session: &Session,
    action: &Action,
    returning: bool,
) -> Result<Option<Item>, (bool, Undone)> {
    let output = session
        .client
        .delete_item()
        .table_name(&action.table)
        .set_key(Some(action.key.clone()))
        .set_condition_expression(action.condition.clone())
        .set_expression_attribute_names(action.names.clone())
        .set_expression_attribute_values(action.values.clone())
        .set_return_values(returning.then_some(ReturnValue::AllOld))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .map_err(|error| undone(&error, action))?;
    session.meter.wrote(output.consumed_capacity());
    Ok(output.attributes)
}

/// Sends the actions as one transaction, again and again until it is done, definitely not done, or the budget is used up.
pub(crate) async fn together(
    session: &Session,
    actions: &[Action],
    budget: &mut Budget,
) -> Result<(), Undone> {
    let Some(first) = actions.first() else {
        return Ok(());
    };
    let items = actions
        .iter()
        .map(Action::in_transaction)
        .collect::<Result<Vec<_>>>()
        .map_err(Undone::Failed)?;
    let token = uuid::Uuid::new_v4().simple().to_string();
    // An attempt without an answer may have been executed, whatever becomes of the later ones.
    let mut lost = false;
    let token_until = Instant::now() + TOKEN_LIFE;
    loop {
        // In a box: the SDK's futures are nested deep, and the compiler has a recursion limit.
        let error = match Box::pin(attempt(session, items.clone(), &token)).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let fate = match cancelled(&error) {
            Some(Cancelled::Conditions(at)) => return Err(Undone::Conditions(at)),
            Some(Cancelled::Refused(at, why)) => {
                let action = actions.get(at).unwrap_or(first);
                return Err(Undone::Failed(action.refused(why)));
            }
            Some(Cancelled::Later(_, fate)) => fate,
            None => fate(&error),
        };
        lost |= matches!(fate, Fate::Lost | Fate::InProgress);
        let again = match fate {
            Fate::Throttled | Fate::Lost | Fate::InProgress | Fate::Conflict => true,
            // A request that cannot be made or signed will not be made by waiting.
            Fate::NotSent => matches!(error, SdkError::DispatchFailure(_)),
            Fate::Rejected => false,
        };
        let forgotten = lost && Instant::now() >= token_until;
        if !again || forgotten || !budget.pause().await {
            return Err(Undone::Failed(match fate {
                _ if again && lost => errors::lost(Purpose::Write).on_model(first.model.name),
                Fate::Conflict => errors::conflict().on_model(first.model.name),
                Fate::Throttled => errors::throttled().on_model(first.model.name),
                Fate::NotSent | Fate::Lost | Fate::InProgress | Fate::Rejected => {
                    convert(&error, Purpose::Write, Some(first.model))
                }
            }));
        }
        tracing::debug!(target: "toasty::retry", operation = "TransactWriteItems", ?fate);
    }
}

async fn attempt(
    session: &Session,
    items: Vec<TransactWriteItem>,
    token: &str,
) -> Result<(), SdkError<TransactWriteItemsError>> {
    session.meter.sent();
    let output = session
        .client
        .transact_write_items()
        .set_transact_items(Some(items))
        .client_request_token(token)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await?;
    session.meter.wrote(output.consumed_capacity());
    Ok(())
}

fn cancelled(error: &SdkError<TransactWriteItemsError>) -> Option<Cancelled> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            Some(decode(cancelled.cancellation_reasons()))
        }
        _ => None,
    }
}
