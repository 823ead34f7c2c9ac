//! Writes: which way each takes, and the changes of rows that have to be found first.
//!
//! Promises: a row whose key is known, and whose unique values stay, is changed by one request; every other row is read first
//! and then changed only if it still is what was read, or read again; several rows are one transaction, unless the statement
//! allows chunks. Must not know: connections.

use super::changes::Changes;
use super::insert::{self, after};
use crate::expression::assign::Assigned;
use crate::expression::{Test, is_native};
use crate::plan::{Access, DynamodbPrepared, Plan, ReadPlan};
use crate::read::{self, partiql};
use crate::table::{Item, Layout};
use crate::wire::batch;
use crate::wire::send::{self, MOST_ACTIONS, Undone};
use crate::wire::work::partial;
use crate::wire::{Action, Budget, Session, errors};
use std::sync::Arc;
use toasty_dsl::query::Outcome;
use toasty_dsl::statement::{Allowed, Statement};
use toasty_dsl::value::{Params, Value, Watcher};
use toasty_dsl::{Error, ErrorKind, Result};

/// What an update or a removal does with the rows that it finds.
pub(crate) enum Change {
    /// Sets something
    Set(Assigned),
    /// Removes them
    Remove,
}

/// Runs a write that gives no rows back.
///
/// # Errors
/// Those of the constraints, naming model and fields; `Unrepresentable` and `TooComplex` before anything is sent; `Conflict`,
/// `Throttled`, `Partial` and `CommitUnknown`.
pub(crate) async fn execute(
    session: &Session,
    prepared: &Arc<DynamodbPrepared>,
    params: Params,
) -> Result<Outcome> {
    params.check()?;
    let layout = &prepared.layout;
    let affected = match (&prepared.statement, &prepared.plan) {
        (Statement::Insert(insert), _) => {
            return insert::execute(session, layout, insert, params).await;
        }
        (Statement::Update(update), Plan::Update(plan)) => {
            let change = Change::Set(Assigned::new(layout, &update.set, params.values())?);
            let write = Write::new(session, layout, plan, &params, change, update.allowed);
            write.run(false).await?.0
        }
        (_, Plan::Partiql(partiql)) => partiql::execute(session, partiql, params.values()).await?,
        (Statement::Delete(delete), Plan::Delete(plan)) => {
            let change = Change::Remove;
            let write = Write::new(session, layout, plan, &params, change, delete.allowed);
            write.run(false).await?.0
        }
        (
            Statement::Select(_) | Statement::Update(_) | Statement::Delete(_) | Statement::Raw(_),
            _,
        ) => {
            return Err(misplaced(layout));
        }
    };
    Ok(Outcome {
        affected,
        values: params,
        ..Outcome::default()
    })
}

/// Runs an update that gives the changed rows back, or a removal that gives those that it removed.
///
/// # Errors
/// As [`execute`].
pub(crate) async fn returning(
    session: &Session,
    prepared: &Arc<DynamodbPrepared>,
    params: Params,
) -> Result<Vec<Item>> {
    params.check()?;
    let layout = &prepared.layout;
    match (&prepared.statement, &prepared.plan) {
        (Statement::Update(update), Plan::Update(plan)) => {
            let change = Change::Set(Assigned::new(layout, &update.set, params.values())?);
            let write = Write::new(session, layout, plan, &params, change, update.allowed);
            Ok(write.run(true).await?.1)
        }
        (Statement::Delete(delete), Plan::Delete(plan)) => {
            let change = Change::Remove;
            let write = Write::new(session, layout, plan, &params, change, delete.allowed);
            Ok(write.run(true).await?.1)
        }
        (
            Statement::Select(_)
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_)
            | Statement::Raw(_),
            _,
        ) => Err(misplaced(layout)),
    }
}

#[cold]
fn misplaced(layout: &Layout) -> Error {
    Error::new(
        ErrorKind::Database,
        "a statement was run as one of another sort",
    )
    .on_model(layout.model.name)
}

/// An update or a removal that is being run.
struct Write<'a> {
    session: &'a Session,
    layout: &'a Arc<Layout>,
    plan: &'a ReadPlan,
    values: &'a [Value],
    change: Change,
    allowed: Allowed,
    watcher: Option<&'a Watcher>,
    budget: Budget,
}

/// How many rows were changed and, where they are wanted, how they are now; of those that were removed, how they were.
type Done = (u64, Vec<Item>);

impl<'a> Write<'a> {
    fn new(
        session: &'a Session,
        layout: &'a Arc<Layout>,
        plan: &'a ReadPlan,
        params: &'a Params,
        change: Change,
        allowed: Allowed,
    ) -> Self {
        Write {
            session,
            layout,
            plan,
            values: params.values(),
            change,
            allowed,
            watcher: params.watcher(),
            budget: session.budget(),
        }
    }

    async fn run(mut self, returning: bool) -> Result<Done> {
        if self.plan.is_pinned() {
            let Some(key) = pinned_key(self.layout, self.plan, self.values)? else {
                return Ok((0, Vec::new()));
            };
            if let Some(action) = unread(self.layout, self.plan, self.values, &self.change, key)? {
                return self.change_unread(&action, returning).await;
            }
        }
        if let Change::Set(assigned) = &self.change {
            // What no row can hold is refused before any is read.
            crate::table::item::check(self.layout, &assigned.as_item(self.layout))?;
        }
        let rows = read::find(self.session, self.layout, self.plan, self.values).await?;
        if rows.is_empty() {
            return Ok((0, Vec::new()));
        }
        if self.is_plain_removal() && !returning {
            let keys = rows
                .iter()
                .filter_map(|row| self.layout.key_of(row))
                .collect();
            let done = batch::delete(self.session, self.layout, keys, self.watcher).await?;
            return Ok((done, Vec::new()));
        }
        if self.allowed.chunks {
            return self.change_in_chunks(rows, returning).await;
        }
        self.change_as_one(rows, returning).await
    }

    /// One row, by one request that says itself whether the row was there.
    async fn change_unread(&mut self, action: &Action, returning: bool) -> Result<Done> {
        match send::alone(self.session, action, returning, &mut self.budget).await {
            Ok(row) => Ok((1, row.into_iter().collect())),
            Err(Undone::Conditions(_)) => Ok((0, Vec::new())),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    /// Whether rows can be removed by their keys alone, without a condition: where a part of them may be done, no guards go
    /// with them, and the statement's condition cannot have changed meanwhile, since it is on the key, or is none.
    fn is_plain_removal(&self) -> bool {
        let of_keys_only = || {
            let columns = self.plan.condition.columns();
            columns.iter().all(|column| self.layout.is_key(*column))
        };
        matches!(self.change, Change::Remove)
            && self.allowed.chunks
            && self.layout.uniques.is_empty()
            && of_keys_only()
    }

    /// Rows that were read, in as many transactions as they take, one after the other.
    async fn change_in_chunks(&mut self, rows: Vec<Item>, returning: bool) -> Result<Done> {
        let (model, total) = (self.layout.model, rows.len());
        let (mut handled, mut done) = (0, (0u64, Vec::new()));
        for chunk in self.chunks(rows, returning)? {
            let count = chunk.len();
            match self.change_as_one(chunk, returning).await {
                Ok((affected, rows)) => {
                    done.0 += affected;
                    done.1.extend(rows);
                }
                Err(error) if handled == 0 => return Err(error),
                Err(error) => {
                    let verb = match self.change {
                        Change::Set(_) => "updated",
                        Change::Remove => "deleted",
                    };
                    let partial = partial(handled, total - handled, verb).on_model(model.name);
                    return Err(after(partial, error, count));
                }
            }
            handled += count;
            self.budget = self.session.budget();
            tracing::info!(target: "toasty::progress", model = model.name, done = handled, total);
            if let Some(watcher) = self.watcher {
                watcher.tell_rows(handled, total);
            }
        }
        Ok(done)
    }

    /// The rows in chunks that are one transaction each.
    fn chunks(&self, rows: Vec<Item>, returning: bool) -> Result<Vec<Vec<Item>>> {
        let mut chunks = vec![Vec::new()];
        let (mut actions, mut bytes) = (0, 0);
        for row in rows {
            let (of_row, _) = self.actions(std::slice::from_ref(&row), returning)?;
            let more: usize = of_row.iter().map(send::bytes).sum();
            if actions + of_row.len() > MOST_ACTIONS || bytes + more > send::MOST_BYTES {
                chunks.push(Vec::new());
                (actions, bytes) = (0, 0);
            }
            (actions, bytes) = (actions + of_row.len(), bytes + more);
            if let Some(last) = chunks.last_mut() {
                last.push(row);
            }
        }
        Ok(chunks)
    }

    /// Rows that were read, as one: again with the rows read anew, where one of them has changed meanwhile.
    async fn change_as_one(&mut self, mut rows: Vec<Item>, returning: bool) -> Result<Done> {
        let keys: Vec<Item> = rows
            .iter()
            .filter_map(|row| self.layout.key_of(row))
            .collect();
        loop {
            if rows.is_empty() {
                return Ok((0, Vec::new()));
            }
            let affected = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let (actions, new) = self.actions(&rows, returning)?;
            send::check_distinct(&actions)?;
            send::check_size(&actions)?;
            let undone = match actions.as_slice() {
                [one] => match send::alone(self.session, one, returning, &mut self.budget).await {
                    Ok(row) => return Ok((affected, row.into_iter().collect())),
                    Err(undone) => undone,
                },
                all => match send::together(self.session, all, &mut self.budget).await {
                    Ok(()) => return Ok((affected, new)),
                    Err(undone) => undone,
                },
            };
            if !is_stale(&undone, &actions) {
                return Err(undone.into_error(&actions));
            }
            if !self.budget.pause().await {
                return Err(errors::conflict().on_model(self.layout.model.name));
            }
            rows = self.read_again(&keys).await?;
        }
    }

    /// The rows that still meet the condition.
    async fn read_again(&self, keys: &[Item]) -> Result<Vec<Item>> {
        let test = Test::bind(
            self.layout,
            std::slice::from_ref(&self.plan.condition),
            self.values,
        )?;
        let (layout, model) = (self.layout, self.layout.model);
        let rows = batch::get(self.session, model, &layout.table, keys, true).await?;
        Ok(rows
            .into_iter()
            .flatten()
            .filter(|row| test.holds(row))
            .collect())
    }

    /// The actions of rows that were read, and the rows as they will be or, of a removal, as they were.
    fn actions(&self, rows: &[Item], returning: bool) -> Result<(Vec<Action>, Vec<Item>)> {
        let mut unchanged = self.plan.condition.columns();
        if returning && rows.len() > 1 {
            // A transaction gives no rows back: they are known only if nothing of them has changed.
            unchanged.extend(self.whole_row());
        }
        let mut changes = Changes::default();
        let mut new = Vec::new();
        for row in rows {
            match &self.change {
                Change::Set(assigned) => {
                    new.push(changes.update(self.layout, row, assigned, &unchanged)?);
                }
                Change::Remove => {
                    changes.delete(self.layout, row, &unchanged)?;
                    new.push(row.clone());
                }
            }
        }
        if returning && rows.len() == 1 && changes.len() > 1 {
            unchanged.extend(self.whole_row());
            return self.whole_actions(rows, &unchanged);
        }
        Ok((changes.into_actions(), new))
    }

    fn whole_actions(&self, rows: &[Item], unchanged: &[u16]) -> Result<(Vec<Action>, Vec<Item>)> {
        let (mut changes, mut new) = (Changes::default(), Vec::new());
        for row in rows {
            match &self.change {
                Change::Set(assigned) => {
                    new.push(changes.update(self.layout, row, assigned, unchanged)?);
                }
                Change::Remove => {
                    changes.delete(self.layout, row, unchanged)?;
                    new.push(row.clone());
                }
            }
        }
        Ok((changes.into_actions(), new))
    }

    /// The columns that tell whether anything of a row has changed: its version, else all of them.
    fn whole_row(&self) -> Vec<u16> {
        let model = self.layout.model;
        match model.version() {
            Some(version) => vec![model.first_column(version)],
            None => (0u16..).take(model.columns.len()).collect(),
        }
    }
}

/// Whether a transaction failed for nothing but rows that have changed since they were read: reading them again helps. A
/// unique value that another row has is definite, unless one of the rows has changed as well.
pub(crate) fn is_stale(undone: &Undone, actions: &[Action]) -> bool {
    match undone {
        Undone::Failed(_) => false,
        Undone::Conditions(at) => at
            .iter()
            .filter_map(|at| actions.get(*at))
            .any(|action| action.meaning.is_stale()),
    }
}

/// The key that a filter pins; none where no row can have it.
///
/// # Errors
/// `Unrepresentable`.
pub(crate) fn pinned_key(
    layout: &Layout,
    plan: &ReadPlan,
    values: &[Value],
) -> Result<Option<Item>> {
    let Access::Get(source) = &plan.access else {
        return Ok(None);
    };
    let longest = [
        crate::table::item::LONGEST_PARTITION,
        crate::table::item::LONGEST_SORT,
    ];
    let keys = source.keys(layout, values, |at, value| {
        layout.fits_key(value, longest.get(at).copied().unwrap_or(0))
    })?;
    Ok(keys.into_iter().next().map(|key| {
        let mut parts = key.into_iter();
        let columns = std::iter::once(layout.partition).chain(layout.sort);
        columns
            .filter_map(|column| Some((layout.name(column).to_owned(), parts.next()?)))
            .collect()
    }))
}

/// The action of one row whose key is known, where it needs not be read before: its guards stay, and DynamoDB itself can say
/// the rest of the condition.
pub(crate) fn unread(
    layout: &Layout,
    plan: &ReadPlan,
    values: &[Value],
    change: &Change,
    key: Item,
) -> Result<Option<Action>> {
    let guards_stay = match change {
        Change::Set(assigned) => !assigned.touches_unique(layout) && !assigned.computes(),
        Change::Remove => layout.uniques.is_empty(),
    };
    let rest = &plan.local;
    if !guards_stay || !rest.iter().all(|part| is_native(layout, part)) {
        return Ok(None);
    }
    let mut changes = Changes::default();
    match change {
        Change::Set(assigned) => changes.update_unread(layout, key, assigned, rest, values)?,
        Change::Remove => changes.delete_unread(layout, key, rest, values)?,
    }
    Ok(changes.into_actions().into_iter().next())
}
