//! New rows.
//!
//! Promises: a row is only ever put where none is; several rows are one transaction, unless the statement allows chunks; what
//! cannot be written is refused before anything is sent. Must not know: reading.

use super::changes::Changes;
use super::ids;
use crate::table::{Item, Layout};
use crate::wire::send::{self, Distinct, MOST_ACTIONS, MOST_BYTES, Undone};
use crate::wire::work::partial;
use crate::wire::{Action, Meaning, Session};
use std::sync::Arc;
use toasty_dsl::query::Outcome;
use toasty_dsl::statement::Insert;
use toasty_dsl::value::{Params, Value, Watcher};
use toasty_dsl::{Error, ErrorKind, Result};

/// Writes new rows.
///
/// # Errors
/// `UniqueViolation`, naming key or fields; `Partial` where rows are written in chunks and a later one failed.
pub(crate) async fn execute(
    session: &Session,
    layout: &Arc<Layout>,
    insert: &Insert,
    params: Params,
) -> Result<Outcome> {
    let mut budget = session.budget();
    loop {
        let (rows, keys) = rows(layout, insert.auto, params.values())?;
        if insert.conflict.is_some() && rows.len() > 1 {
            return Err(Error::unsupported(
                "several rows of which some may be there already: DynamoDB writes all of them or none",
                "write them one by one: `create!(Todo { … }).on_conflict(|todo| todo.id).ignore()`",
            )
            .on_model(layout.model.name));
        }
        let affected = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let written = if insert.allowed.chunks {
            in_chunks(session, layout, rows, params.watcher()).await
        } else {
            at_once(session, layout, rows).await
        };
        match written {
            Ok(()) => {
                return Ok(Outcome {
                    affected,
                    key: keys.last().cloned(),
                    keys: if insert.returning { keys } else { Vec::new() },
                    values: params,
                    missed: None,
                });
            }
            // Another process made the same id in the same millisecond: the next one is free.
            Err(Unwritten::KeyTaken(_)) if insert.auto && budget.pause().await => {}
            Err(Unwritten::KeyTaken(error) | Unwritten::Failed(error)) => {
                return if is_there(layout, insert, &error) {
                    Ok(Outcome {
                        values: params,
                        ..Outcome::default()
                    })
                } else {
                    Err(error)
                };
            }
        }
    }
}

/// Whether a row was not written for what its insert allows: another one has the same values in the columns it names.
fn is_there(layout: &Layout, insert: &Insert, error: &Error) -> bool {
    let Some(conflict) = &insert.conflict else {
        return false;
    };
    let mut taken = error.fields().to_vec();
    taken.sort_unstable();
    let mut named: Vec<String> = conflict
        .columns
        .iter()
        .map(|column| layout.path(*column))
        .collect();
    named.sort_unstable();
    error.is_unique_violation() && taken == named
}

/// Why rows were not written.
enum Unwritten {
    /// Only keys were there already, and nothing was written
    KeyTaken(Error),
    /// Anything else
    Failed(Error),
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Unwritten::Failed(error)
    }
}

/// The rows of an insert, and the keys that were made for them, where keys are made here.
///
/// # Errors
/// `Unrepresentable`, naming model and field.
pub(crate) fn rows(
    layout: &Layout,
    auto: bool,
    values: &[Value],
) -> Result<(Vec<Item>, Vec<Value>)> {
    let made = layout
        .model
        .auto_integer()
        .filter(|_| auto)
        .map(|field| layout.model.first_column(field));
    let given: Vec<u16> = (0u16..)
        .take(layout.model.columns.len())
        .filter(|column| Some(*column) != made)
        .collect();
    let mut keys = Vec::new();
    let mut rows = Vec::new();
    // A model that has nothing but a key that is made has rows without values.
    let empty: [&[Value]; 1] = [&[]];
    let chunks: &mut dyn Iterator<Item = &[Value]> = if given.is_empty() {
        &mut empty.into_iter()
    } else {
        &mut values.chunks(given.len())
    };
    for values in chunks {
        let mut row = Item::with_capacity(layout.names.len());
        for (column, value) in given.iter().zip(values) {
            if let Some(attribute) = layout.attribute(*column, value)? {
                row.insert(layout.name(*column).to_owned(), attribute);
            }
        }
        if let Some(column) = made {
            let id = made_key();
            if let Some(attribute) = layout.attribute(column, &id)? {
                row.insert(layout.name(column).to_owned(), attribute);
            }
            keys.push(id);
        }
        rows.push(row);
    }
    Ok((rows, keys))
}

/// A new key.
pub(crate) fn made_key() -> Value {
    let id = ids::next();
    i64::try_from(id).map_or(Value::Big(id), Value::Int)
}

/// All rows as one.
async fn at_once(
    session: &Session,
    layout: &Arc<Layout>,
    rows: Vec<Item>,
) -> Result<(), Unwritten> {
    let mut changes = Changes::default();
    for row in rows {
        changes.insert(layout, row)?;
    }
    let actions = changes.into_actions();
    send::check_distinct(&actions)?;
    send::check_size(&actions)?;
    write(session, &actions).await
}

async fn write(session: &Session, actions: &[Action]) -> Result<(), Unwritten> {
    let mut budget = session.budget();
    let undone = match actions {
        [one] => send::alone(session, one, false, &mut budget)
            .await
            .map(|_| ()),
        all => send::together(session, all, &mut budget).await,
    };
    undone.map_err(|undone| {
        let keys_only = match &undone {
            Undone::Conditions(at) => at.iter().all(|at| {
                actions
                    .get(*at)
                    .is_some_and(|action| action.meaning == Meaning::New)
            }),
            Undone::Failed(_) => false,
        };
        let error = undone.into_error(actions);
        if keys_only {
            Unwritten::KeyTaken(error)
        } else {
            Unwritten::Failed(error)
        }
    })
}

/// The rows in as many transactions as they take, one after the other.
async fn in_chunks(
    session: &Session,
    layout: &Arc<Layout>,
    rows: Vec<Item>,
    watcher: Option<&Watcher>,
) -> Result<(), Unwritten> {
    let (model, total) = (layout.model, rows.len());
    let chunks = chunks(layout, rows)?;
    let mut done = 0;
    for (count, actions) in chunks {
        if let Err(failed) = write(session, &actions).await {
            if done == 0 {
                return Err(failed);
            }
            let (Unwritten::KeyTaken(error) | Unwritten::Failed(error)) = failed;
            return Err(Unwritten::Failed(after(
                partial(done, total - done, "written").on_model(model.name),
                error,
                count,
            )));
        }
        done += count;
        tracing::info!(target: "toasty::progress", model = model.name, done, total);
        if let Some(watcher) = watcher {
            watcher.tell_rows(done, total);
        }
    }
    Ok(())
}

/// The rows' actions in chunks that are one transaction each, with how many rows they are of.
///
/// # Errors
/// As [`Changes::insert`], and `UniqueViolation` for two rows with one key, also in different chunks.
fn chunks(layout: &Arc<Layout>, rows: Vec<Item>) -> Result<Vec<(usize, Vec<Action>)>> {
    let mut chunks = Chunks::default();
    // What stands twice is found before any of it is written.
    let mut distinct = Distinct::default();
    for row in rows {
        let mut one = Changes::default();
        one.insert(layout, row)?;
        let actions = one.into_actions();
        actions.iter().try_for_each(|action| distinct.add(action))?;
        chunks.push(actions);
    }
    Ok(chunks.into_inner())
}

/// Actions in chunks that are one transaction each.
#[derive(Default)]
struct Chunks {
    full: Vec<(usize, Vec<Action>)>,
    rows: usize,
    actions: Vec<Action>,
    bytes: usize,
}

impl Chunks {
    /// The actions of one row, which stay together.
    fn push(&mut self, actions: Vec<Action>) {
        let bytes: usize = actions.iter().map(send::bytes).sum();
        if self.actions.len() + actions.len() > MOST_ACTIONS || self.bytes + bytes > MOST_BYTES {
            self.cut();
        }
        self.rows += 1;
        self.bytes += bytes;
        self.actions.extend(actions);
    }

    fn cut(&mut self) {
        if self.rows > 0 {
            self.full
                .push((self.rows, std::mem::take(&mut self.actions)));
        }
        (self.rows, self.bytes) = (0, 0);
    }

    fn into_inner(mut self) -> Vec<(usize, Vec<Action>)> {
        self.cut();
        self.full
    }
}

/// A `Partial` with what ended it. Where that left open whether the last chunk was done, it says so.
#[cold]
pub(crate) fn after(partial: Error, error: Error, chunk: usize) -> Error {
    if error.kind() == ErrorKind::CommitUnknown {
        partial
            .with_advice(format!(
                "of those that remain, the first {chunk} may have been done: their answer was lost"
            ))
            .with_source(error)
    } else {
        partial.with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::Model;

    toasty_dsl::toasty! {
        model Ticket { id: u64 [key, auto], code: String [unique], note: Option<String> }
        model Counter { id: u64 [key, auto] }
        model Plain { id: u64 [key], body: String }
    }

    fn layout(model: &'static toasty_dsl::schema::ModelDef) -> Arc<Layout> {
        Arc::new(Layout::new(model, "").unwrap())
    }

    fn ticket(code: &str) -> [Value; 2] {
        [Value::Text(code.into()), Value::Null]
    }

    #[test]
    fn each_row_has_a_key_of_its_own() {
        let values = [ticket("a"), ticket("b")].concat();
        let (rows, keys) = rows(&layout(Ticket::DEF), true, &values).unwrap();
        assert_eq!(rows.len(), 2);
        assert_ne!(rows[0]["id"], rows[1]["id"]);
        assert_eq!(rows[0].len(), 2, "NULL is left out");
        let [_, Value::Int(key)] = keys[..] else {
            panic!("{keys:?}")
        };
        assert_eq!(rows[1]["id"].as_n().unwrap(), &key.to_string());
    }

    #[test]
    fn a_row_may_have_nothing_but_its_key() {
        let (rows, keys) = rows(&layout(Counter::DEF), true, &[]).unwrap();
        assert_eq!((rows.len(), rows[0].len()), (1, 1));
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn chunks_hold_a_hundred_actions_and_keep_a_row_with_its_guards() {
        let layout = layout(Ticket::DEF);
        let values: Vec<Value> = (0..101).flat_map(|n| ticket(&n.to_string())).collect();
        let (rows, _) = rows(&layout, true, &values).unwrap();
        let chunks = chunks(&layout, rows).unwrap();
        let sizes: Vec<_> = chunks
            .iter()
            .map(|(rows, all)| (*rows, all.len()))
            .collect();
        assert_eq!(sizes, [(50, 100), (50, 100), (1, 2)]);
    }

    #[test]
    fn chunks_hold_four_megabytes() {
        let layout = layout(Plain::DEF);
        let body = "x".repeat(390 * 1024);
        let values: Vec<Value> = (0..12)
            .flat_map(|n| [Value::Int(n), Value::Text(body.clone())])
            .collect();
        let (rows, _) = rows(&layout, false, &values).unwrap();
        let chunks = chunks(&layout, rows).unwrap();
        assert_eq!(
            chunks.iter().map(|(rows, _)| *rows).collect::<Vec<_>>(),
            [10, 2]
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_found_across_chunks() {
        let layout = layout(Plain::DEF);
        let values: Vec<Value> = (0..150)
            .flat_map(|n| [Value::Int(n % 149), Value::Text("x".into())])
            .collect();
        let (rows, _) = rows(&layout, false, &values).unwrap();
        let error = chunks(&layout, rows).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(error.fields(), ["id"]);
    }
}
