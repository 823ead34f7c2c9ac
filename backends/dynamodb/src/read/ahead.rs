//! Which statements of a batch want items by their keys, so that these are read by one request for all of them.

use super::pages::keys_of;
use crate::plan::{Access, DynamodbPrepared, Plan};
use crate::wire::ahead::{self, Ahead, Wanted};
use crate::wire::{Session, batch::MOST_GETS};
use std::sync::Arc;
use toasty_dsl::value::Params;

/// The items that a statement wants by their keys; none where it asks otherwise, or for so many that they are requests of their
/// own.
pub(crate) fn wanted(
    session: &Session,
    prepared: &DynamodbPrepared,
    params: &Params,
) -> Option<Vec<Wanted>> {
    let Plan::Read(plan) = &prepared.plan else {
        return None;
    };
    let (Access::Get(key) | Access::BatchGet(key)) = &plan.access else {
        return None;
    };
    // What is wrong with a value is told when the statement is run.
    let keys = keys_of(&prepared.layout, key, params.values()).ok()?;
    if keys.is_empty() || keys.len() > MOST_GETS {
        return None;
    }
    let consistent = plan
        .freshness
        .is_consistent(session.settings.consistent_reads);
    let wanted = keys.into_iter().map(|key| Wanted {
        table: prepared.layout.table.clone(),
        key,
        consistent,
    });
    Some(wanted.collect())
}

/// Reads them all; none where that did not go well.
pub(crate) async fn get(session: &Session, wanted: Vec<Wanted>) -> Option<Arc<Ahead>> {
    ahead::get(session, wanted).await.ok().map(Arc::new)
}
