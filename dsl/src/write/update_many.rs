//! Different changes of many rows at once.
//!
//! Promises: all rows are changed, or none; as many statements as there are different sets of fields, whatever the number of
//! rows. Must not know: how a backend runs one statement for many rows.

use super::builder::Builder;
use super::each_row_once::EachRowOnce;
use super::update::{Update, gone_at};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::{Executor, ExecutorObject};
use crate::statement::{Assign, Statement};
use crate::value::{Params, Progress, Watcher};
use rustc_hash::FxHashMap;
use std::marker::PhantomData;

/// Updates of many instances of one model, each with values of its own: all of them, or none.
#[must_use = "nothing is changed until `.exec(&db)` is awaited"]
pub struct UpdateMany<M> {
    groups: Result<Vec<Group>>,
    watcher: Option<Watcher>,
    model: PhantomData<fn() -> M>,
}

/// Updates that set the same fields: one statement.
struct Group {
    statement: Statement,
    params: Params,
    /// Which of the updates they are.
    places: Vec<usize>,
}

impl<M: Model> UpdateMany<M> {
    /// These updates.
    pub fn new<U: Builder<Inner = Update<M>>>(updates: impl IntoIterator<Item = U>) -> Self {
        UpdateMany {
            groups: grouped(updates.into_iter().map(Builder::into_inner)),
            watcher: None,
            model: PhantomData,
        }
    }

    /// Tells a function how far the updates have come: after every slice of them, or statement, and at the end. It runs in
    /// between, so it should be short; how often it is told is up to the database.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Watcher::new(tell));
        self
    }

    /// Changes the rows, and says how many they were. Updates that set the same fields are one statement.
    ///
    /// # Errors
    /// `NotFound` where a row is gone, `ConditionFailed` where the model has a version and a row has changed since it was
    /// read, both saying which of the updates it was; those of [`Update::exec`]. Nothing is changed then. `Unsupported` for
    /// an update of a filter, and for two of one row. DynamoDB takes a hundred at most.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let groups = self.groups?;
        if groups.is_empty() {
            return Ok(0);
        }
        let (watcher, total) = (self.watcher.clone(), rows(&groups));
        let affected = on
            .atomically(Box::new(|on| Box::pin(run::<M>(groups, self.watcher, on))))
            .await?;
        if let Some(watcher) = watcher {
            watcher.end(total);
        }
        Ok(affected)
    }

    /// The statement without its values, and the values, one row after the other, where there is only one.
    ///
    /// # Errors
    /// As [`UpdateMany::exec`], before anything is sent; `Unsupported` for updates that set different fields.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let mut groups = self.groups?;
        match (groups.pop(), groups.is_empty()) {
            (Some(group), true) => Ok((group.statement, group.params)),
            (Some(_) | None, _) => Err(Error::unsupported(
                "one statement for updates that set different fields, or for none",
                "look at those that set the same fields",
            )
            .on_model(M::DEF.name)),
        }
    }
}

fn rows(groups: &[Group]) -> u64 {
    let rows = groups.iter().map(|group| group.places.len()).sum::<usize>();
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// Runs the statements one after the other, in something that is already a transaction.
async fn run<M: Model>(
    groups: Vec<Group>,
    watcher: Option<Watcher>,
    on: &dyn ExecutorObject,
) -> Result<u64> {
    let total = rows(&groups);
    let mut affected = 0;
    for mut group in groups {
        if let Some(watcher) = &watcher {
            group.params.watch(watcher.after(affected, total));
        }
        let done = on.execute_boxed(group.statement, group.params).await?;
        if let Some(missed) = done.missed {
            return Err(gone_at::<M>(
                group.places.get(missed).copied(),
                "update",
                "changed",
            ));
        }
        affected += done.affected;
    }
    Ok(affected)
}

fn grouped<M: Model>(updates: impl Iterator<Item = Update<M>>) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut found: FxHashMap<Statement, usize> = FxHashMap::default();
    let mut rows = EachRowOnce::default();
    let key = M::DEF.key_columns().len();
    for (place, update) in updates.enumerate() {
        if !update.is_of_instance() {
            return Err(Error::unsupported(
                "an update of the rows that a filter finds, in `update_many`",
                "give updates of instances, such as `user.update().name(\"Ann\")`; one of a filter is run by itself",
            )
            .on_model(M::DEF.name));
        }
        let (mut statement, params) = update.statement()?;
        if let Statement::Update(update) = &mut statement {
            let computed = |assign: &Assign| matches!(assign, Assign::Computed(..));
            if update.set.iter().any(computed) {
                return Err(Error::unsupported(
                    "an update that computes with the old value, in `update_many`",
                    "run it by itself: `.update().assign(|row| …).exec(&db)`",
                )
                .on_model(M::DEF.name));
            }
            update.many = true;
        }
        // The condition is last, and it begins with the key.
        let condition = key + usize::from(M::DEF.version().is_some());
        let values = params.values();
        let from = values.len().saturating_sub(condition);
        if !rows.is_new(values.iter().skip(from).take(key)) {
            return Err(Error::unsupported(
                "two updates of one row in `update_many`",
                "set all of its fields by one update",
            )
            .on_model(M::DEF.name));
        }
        let next = groups.len();
        // Most lists set the same fields in every row.
        let known = match groups.first() {
            Some(first) if first.statement == statement => Some(0),
            Some(_) | None => found.get(&statement).copied(),
        };
        match known.and_then(|group| groups.get_mut(group)) {
            Some(group) => {
                group.params.append(params);
                group.places.push(place);
            }
            None => {
                found.insert(statement.clone(), next);
                groups.push(Group {
                    statement,
                    params,
                    places: vec![place],
                });
            }
        }
    }
    Ok(groups)
}
