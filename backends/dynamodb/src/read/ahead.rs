//! Which statements of a batch want items by their keys, so that these are read by one request for all of them.

use super::pages::keys_of;
use crate::plan::{Access, DynamodbPrepared, KeySource, Plan, ReadPlan};
use crate::wire::ahead::{self, Ahead, Wanted};
use crate::wire::{Session, batch::MOST_GETS};
use std::sync::Arc;
use toasty_dsl::value::Params;
use toasty_dsl::{Error, Result};

/// The items that a statement wants by their keys; none where it asks otherwise, or for so many that they are requests of their
/// own.
pub(crate) fn wanted(
    session: &Session,
    prepared: &DynamodbPrepared,
    params: &Params,
) -> Option<Vec<Wanted>> {
    let (plan, key) = by_key(prepared)?;
    let consistent = plan
        .freshness
        .is_consistent(session.settings.consistent_reads);
    // What is wrong with a value is told when the statement is run.
    let wanted = items(prepared, key, params, consistent).ok()?;
    (!wanted.is_empty() && wanted.len() <= MOST_GETS).then_some(wanted)
}

/// The items that a statement wants as of one moment.
///
/// # Errors
/// `Unsupported` where it asks otherwise than by keys; `Unrepresentable`.
pub(crate) fn wanted_at_once(prepared: &DynamodbPrepared, params: &Params) -> Result<Vec<Wanted>> {
    params.check()?;
    if let Some((_, key)) = by_key(prepared) {
        // Such a read always sees the newest.
        return items(prepared, key, params, true);
    }
    match &prepared.plan {
        Plan::Read(plan) if matches!(plan.access, Access::Nothing) => Ok(Vec::new()),
        Plan::Read(_) | Plan::Partiql(_) | Plan::Insert | Plan::Update(_) | Plan::Delete(_) => {
            Err(Error::unsupported(
                "a read as of one moment that is not by whole keys",
                "name the rows by their keys, as `find_by_id` does, and read others by a batch without `.as_of_one_moment()`",
            )
            .on_model(prepared.layout.model.name))
        }
    }
}

fn by_key(prepared: &DynamodbPrepared) -> Option<(&ReadPlan, &KeySource)> {
    let Plan::Read(plan) = &prepared.plan else {
        return None;
    };
    match &plan.access {
        Access::Get(key) | Access::BatchGet(key) => Some((plan, key)),
        Access::Nothing | Access::Unique { .. } | Access::Query { .. } | Access::Scan => None,
    }
}

fn items(
    prepared: &DynamodbPrepared,
    key: &KeySource,
    params: &Params,
    consistent: bool,
) -> Result<Vec<Wanted>> {
    let keys = keys_of(&prepared.layout, key, params.values())?;
    let wanted = keys.into_iter().map(|key| Wanted {
        model: prepared.layout.model,
        table: prepared.layout.table.clone(),
        key,
        consistent,
    });
    Ok(wanted.collect())
}

/// Reads them all; none where that did not go well.
pub(crate) async fn get(session: &Session, wanted: Vec<Wanted>) -> Option<Arc<Ahead>> {
    ahead::get(session, wanted).await.ok().map(Arc::new)
}
