//! The statements that find the other side of some rows, and what takes their rows.

use super::join::write_values;
use crate::error::Result;
use crate::field::{Model, RowReader};
use crate::query::Sink;
use crate::schema::Join;
use crate::statement::{Expr, Select, Statement};
use crate::value::{Params, Row, Value};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many keys one statement takes: a list takes any number, rows of several columns a fixed few.
pub(super) fn batch_size(configured: usize, columns: usize) -> usize {
    if columns == 1 {
        configured.max(1)
    } else {
        ROWS_PER_STATEMENT
    }
}

/// Keys of several columns go in groups of this size; a smaller last group repeats its last key, so that the statement
/// has one shape.
const ROWS_PER_STATEMENT: usize = 128;

/// The statement for one batch of keys.
pub(super) fn restrict(
    mut select: Select,
    mut params: Params,
    columns: &[u16],
    mut keys: Vec<Vec<Value>>,
) -> (Statement, Params) {
    // The keys go between the filter and what comes after it.
    let tail = select.slots_after_filter();
    let mut values: Vec<Value> = params.values().to_vec();
    let bounds = values.split_off(values.len() - tail);
    if select.limit || select.offset {
        select.per = columns.to_vec();
    }
    let keyed = if let [column] = columns {
        values.push(Value::List(keys.into_iter().flatten().collect()));
        Expr::In {
            column: *column,
            negated: false,
        }
    } else {
        if let Some(last) = keys.last().cloned() {
            keys.resize(ROWS_PER_STATEMENT, last);
        }
        values.extend(keys.into_iter().flatten());
        Expr::InRows {
            columns: columns.to_vec(),
            rows: ROWS_PER_STATEMENT,
        }
    };
    select.filter = std::mem::replace(&mut select.filter, Expr::Constant(true)).and(keyed);
    values.extend(bounds);
    params = Params::from(values);
    (Statement::Select(select), params)
}

/// The parents that wait for each key, by their numbers.
pub(super) type Waiting = FxHashMap<Vec<Value>, Vec<u32>>;

/// Takes the rows of the other model and finds the parents that wait for each.
pub(super) struct Children<T> {
    join: Arc<Join>,
    waiting: Arc<Waiting>,
    /// The parent of each row.
    pub(super) parents: Vec<u32>,
    pub(super) rows: Vec<T>,
    key: Vec<Value>,
}

impl<T> Children<T> {
    pub(super) fn new(join: &Arc<Join>, waiting: &Arc<Waiting>) -> Self {
        Children {
            join: Arc::clone(join),
            waiting: Arc::clone(waiting),
            parents: Vec::new(),
            rows: Vec::new(),
            key: Vec::new(),
        }
    }
}

impl<T: Model> Sink for Children<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let first = T::decode(&mut RowReader::new(row, T::DEF))?;
        self.key.clear();
        write_values(&first, &self.join.theirs, &mut self.key)?;
        if let Some([parent, others @ ..]) =
            self.waiting.get(self.key.as_slice()).map(Vec::as_slice)
        {
            self.parents.push(*parent);
            self.rows.push(first);
            // Several parents share the row: each gets its own, read from the same row, so that models need no `Clone`.
            for other in others {
                self.parents.push(*other);
                self.rows.push(T::decode(&mut RowReader::new(row, T::DEF))?);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.rows.len()
    }

    fn restart(&mut self) {
        self.parents.clear();
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
