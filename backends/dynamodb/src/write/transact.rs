//! Groups of statements that are done as one: what `db.atomic((…))` and nested rows are made of.
//!
//! Promises: all of the group or nothing of it is done, by one transaction with one token; a statement that cannot be part of
//! one is refused before anything is sent. Must not know: connections.
//!
//! What may surprise: nothing can be read between the statements of a group, so that what each will have done is told before it
//! is: [`foresee`] makes the keys, and says what comes out if the whole group succeeds.

use super::changes::Changes;
use super::execute::{Change, is_stale, pinned_key, unread};
use super::insert::{made_key, rows};
use crate::expression::assign::Assigned;
use crate::expression::{Test, is_native};
use crate::plan::{DynamodbPrepared, Plan, ReadPlan};
use crate::read;
use crate::table::Layout;
use crate::wire::{Meaning, Session, errors, gone, send};
use std::sync::Arc;
use toasty_dsl::query::Outcome;
use toasty_dsl::statement::{Insert, Output, Statement};
use toasty_dsl::value::{Params, Value};
use toasty_dsl::write::check_failed;
use toasty_dsl::{Error, Result};

/// One statement of a group.
#[derive(Debug)]
pub struct Grouped {
    /// What was made of it
    pub prepared: Arc<DynamodbPrepared>,
    /// Its values, as they were foreseen
    pub params: Params,
    /// Of a check: its number among the parts that are done together, counted from 1
    pub part: Option<usize>,
}

/// What a statement of a group will have done: its values, with the keys that are made for its rows, and its outcome.
///
/// # Errors
/// `Unsupported`, with what to do instead, for a statement that cannot be part of a group; `Unrepresentable`.
pub(crate) fn foresee(prepared: &DynamodbPrepared, params: Params) -> Result<(Params, Outcome)> {
    params.check()?;
    let model = prepared.layout.model;
    match (&prepared.statement, &prepared.plan) {
        (Statement::Insert(insert), _) => Ok(foresee_insert(&prepared.layout, insert, params)),
        (Statement::Update(_), Plan::Update(plan)) | (Statement::Delete(_), Plan::Delete(plan))
            if plan.is_pinned() =>
        {
            let outcome = Outcome {
                affected: 1,
                values: params.clone(),
                ..Outcome::default()
            };
            Ok((params, outcome))
        }
        (Statement::Update(_) | Statement::Delete(_), _) => Err(Error::unsupported(
            "a change of rows that a filter finds, as one of several changes",
            "change each row by its key: `db.atomic((a.update(), b.update()))`",
        )
        .on_model(model.name)),
        (Statement::Select(select), Plan::Read(plan)) if select.output == Output::Check => {
            if !plan.is_pinned() {
                return Err(Error::unsupported(
                    "a check of rows that a filter finds",
                    "name the row by its key: `account.check(…)`, `Account::find_by_id(id).filter(…).check()`",
                )
                .on_model(model.name));
            }
            let outcome = Outcome {
                affected: 1,
                values: params.clone(),
                ..Outcome::default()
            };
            Ok((params, outcome))
        }
        (Statement::Raw(_), _) => Err(Error::unsupported(
            "PartiQL as one of several changes",
            "run it by itself, or write the change by the builders of the model",
        )
        .on_model(model.name)),
        (Statement::Select(_), _) => Err(Error::unsupported(
            "reading in the middle of a group: DynamoDB does the whole of it as one request",
            "read before, and put into the group what is to be written",
        )
        .on_model(model.name)),
    }
}

/// An insert with the keys of its rows among its values, each at the place of its column.
fn foresee_insert(layout: &Layout, insert: &Insert, params: Params) -> (Params, Outcome) {
    let columns = layout.model.columns.len();
    let made = layout
        .model
        .auto_integer()
        .filter(|_| insert.auto)
        .map(|field| usize::from(layout.model.first_column(field)));
    let width = columns - usize::from(made.is_some());
    let count = params.len().checked_div(width).unwrap_or(1);
    let affected = u64::try_from(count).unwrap_or(u64::MAX);
    let (full, key) = match made {
        None => (params.clone(), None),
        Some(place) => {
            let mut full = Params::with_capacity(count * columns);
            let mut key = None;
            for row in 0..count {
                let values = params.values().iter().skip(row * width).take(width);
                let (before, after): (Vec<_>, Vec<_>) =
                    values.enumerate().partition(|(at, _)| *at < place);
                let id = made_key();
                before.into_iter().for_each(|(_, x)| full.push(x.clone()));
                full.push(id.clone());
                after.into_iter().for_each(|(_, x)| full.push(x.clone()));
                key = Some(id);
            }
            (full, key)
        }
    };
    let outcome = Outcome {
        affected,
        key,
        values: params,
        ..Outcome::default()
    };
    (full, outcome)
}

/// Does all of these statements, or none of them. Their values are those that [`foresee`] gave.
///
/// # Errors
/// `UniqueViolation` for a new row or a unique value that is there already; `NotFound` for a row of an update or a removal that
/// is not there, and `ConditionFailed` for one with a version that has changed; `TooComplex` above a hundred actions, before
/// anything is sent; `Conflict`, `Throttled` and `CommitUnknown`.
pub(crate) async fn transact(session: &Session, group: Vec<Grouped>) -> Result<()> {
    let mut budget = session.budget();
    loop {
        let mut changes = Changes::default();
        for one in &group {
            add(session, &mut changes, one).await?;
        }
        let actions = changes.into_actions();
        send::check_distinct(&actions)?;
        send::check_size(&actions)?;
        let undone = match send::together(session, &actions, &mut budget).await {
            Ok(()) => return Ok(()),
            Err(undone) => undone,
        };
        // A row that was read for its unique values has changed meanwhile: it is read again.
        if !is_stale(&undone, &actions) {
            return Err(undone.into_error(&actions));
        }
        if !budget.pause().await {
            return Err(errors::conflict());
        }
    }
}

/// Adds one statement's actions.
async fn add(session: &Session, changes: &mut Changes, one: &Grouped) -> Result<()> {
    let (prepared, values) = (&*one.prepared, one.params.values());
    let layout = &prepared.layout;
    let (plan, change) = match (&prepared.statement, &prepared.plan) {
        (Statement::Insert(_), _) => {
            // The keys stand among the values already.
            for row in rows(layout, false, values)?.0 {
                changes.insert(layout, row)?;
            }
            return Ok(());
        }
        (Statement::Update(update), Plan::Update(plan)) => {
            let assigned = Assigned::new(layout, &update.set, values)?;
            (plan, Change::Set(assigned))
        }
        (Statement::Delete(_), Plan::Delete(plan)) => (plan, Change::Remove),
        (Statement::Select(select), Plan::Read(plan)) if select.output == Output::Check => {
            let what = (select.filter.columns(), one.part.unwrap_or(1));
            return add_check(session, changes, (layout, plan), what, values).await;
        }
        (
            Statement::Select(_) | Statement::Update(_) | Statement::Delete(_) | Statement::Raw(_),
            _,
        ) => {
            return Err(foresee(prepared, Params::new())
                .err()
                .unwrap_or_else(|| gone(layout.model)));
        }
    };
    add_change(session, changes, layout, plan, &change, values).await
}

async fn add_change(
    session: &Session,
    changes: &mut Changes,
    layout: &Arc<Layout>,
    plan: &ReadPlan,
    change: &Change,
    values: &[Value],
) -> Result<()> {
    let Some(key) = pinned_key(layout, plan, values)? else {
        return Err(gone(layout.model));
    };
    if let Some(action) = unread(layout, plan, values, change, key.clone())? {
        changes.push(action);
        return Ok(());
    }
    let test = Test::bind(layout, std::slice::from_ref(&plan.condition), values)?;
    let row = read::get(session, layout, key, true)
        .await?
        .filter(|row| test.holds(row))
        .ok_or_else(|| gone(layout.model))?;
    let unchanged = plan.condition.columns();
    match change {
        Change::Set(assigned) => changes
            .update(layout, &row, assigned, &unchanged)
            .map(|_| ()),
        Change::Remove => changes.delete(layout, &row, &unchanged),
    }
}

/// A row that is only checked.
async fn add_check(
    session: &Session,
    changes: &mut Changes,
    (layout, plan): (&Arc<Layout>, &ReadPlan),
    (columns, part): (Vec<u16>, usize),
    values: &[Value],
) -> Result<()> {
    let failed = || check_failed(layout.model, &columns, part);
    let key = pinned_key(layout, plan, values)?.ok_or_else(failed)?;
    if plan.local.iter().all(|part| is_native(layout, part)) {
        let meaning = Meaning::Unchecked { columns, part };
        return changes.check_unread(layout, key, &plan.local, meaning, values);
    }
    let test = Test::bind(layout, std::slice::from_ref(&plan.condition), values)?;
    let row = read::get(session, layout, key, true)
        .await?
        .filter(|row| test.holds(row))
        .ok_or_else(failed)?;
    changes.check(layout, &row, plan.condition.columns())
}
