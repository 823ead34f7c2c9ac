//! The order of pages, and places in it.

use crate::association::values_of;
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::{All, Query};
use crate::schema::ModelDef;
use crate::statement::{Direction, Nulls, Order, Paging, Position, Select};
use crate::value::{ColumnType, Params, Value};

/// Puts the key behind the order, so that no two rows are equal in it, and says how many columns that were.
///
/// They go the way of what stands before them: an index in the order of all of them can then be walked in one direction.
/// Columns that the condition holds equal to one value say nothing and are left out, so that an index over them and the
/// rest serves, unless they are the whole key: a place has one value at least.
pub(super) fn complete(select: &mut Select) -> usize {
    let key = select.model.key_columns();
    let mut known = select.filter.pinned_columns();
    if key.iter().all(|column| known.contains(column)) {
        known.clear();
    }
    let mut kept: Vec<Order> = Vec::with_capacity(select.order.len() + key.len());
    for one in &select.order {
        // A column that stands there already says nothing more, nor does any behind the whole key.
        let whole = key
            .iter()
            .all(|column| known.contains(column) || holds(&kept, *column));
        if !whole && !known.contains(&one.column) && !holds(&kept, one.column) {
            kept.push(*one);
        }
    }
    let direction = kept
        .last()
        .map_or(Direction::Ascending, |last| last.direction);
    let before = kept.len();
    for column in key {
        if !known.contains(&column) && !holds(&kept, column) {
            kept.push(Order {
                column,
                direction,
                nulls: Nulls::Smallest,
            });
        }
    }
    let added = kept.len() - before;
    select.order = kept;
    added
}

fn holds(order: &[Order], column: u16) -> bool {
    order.iter().any(|key| key.column == column)
}

/// The whole order from the other end.
pub(super) fn reverse(order: &mut [Order]) {
    for key in order {
        *key = key.reversed();
    }
}

/// Refuses an order whose values cannot be a place. Those of a sensitive column must not be given to clients.
pub(super) fn check(model: &'static ModelDef, order: &[Order], for_clients: bool) -> Result<()> {
    let columns = order
        .iter()
        .filter_map(|key| model.columns.get(usize::from(key.column)));
    for column in columns {
        let refused = match column.ty {
            ColumnType::Json => Error::unsupported(
                "pages in the order of JSON",
                "order by a column of another type",
            ),
            _ if for_clients && column.sensitive => Error::unsupported(
                "pages in the order of a `sensitive` field, whose values would stand in the cursors",
                "order by another field, or walk the rows by `.in_batches_of(…)`",
            ),
            _ => continue,
        };
        return Err(refused
            .on_model(model.name)
            .on_fields([column.path().join(".")]));
    }
    Ok(())
}

/// The types of the order's columns, and which of them may be NULL.
pub(super) fn types(model: &ModelDef, order: &[Order]) -> Vec<(ColumnType, bool)> {
    order
        .iter()
        .filter_map(|key| model.columns.get(usize::from(key.column)))
        .map(|column| (column.ty, column.nullable))
        .collect()
}

/// Where a row stands in an order.
pub(super) fn place_of<M: Model>(row: &M, order: &[Order]) -> Result<Vec<Value>> {
    order
        .iter()
        .map(|key| {
            let column = M::DEF.columns.get(usize::from(key.column));
            let field = column.map_or(0, |column| column.field);
            let values = values_of(row, &[field])?;
            let at = key.column.saturating_sub(M::DEF.first_column(field));
            values.into_iter().nth(usize::from(at)).ok_or_else(|| {
                Error::new(
                    ErrorKind::Schema,
                    "the order names a column that the row does not have",
                )
                .on_model(M::DEF.name)
            })
        })
        .collect()
}

/// Only so many rows behind a place. The order is complete.
pub(super) fn seek(
    select: &mut Select,
    params: &mut Params,
    added: usize,
    place: &[Value],
    rows: u64,
) {
    let after = place
        .iter()
        .map(|value| {
            if value.is_null() {
                Position::Null
            } else {
                params.push(value.clone());
                Position::Slot
            }
        })
        .collect();
    select.paging = Some(Box::new(Paging { added, after }));
    select.limit = true;
    params.push(number(rows));
}

/// A number of rows as a value.
pub(super) fn number(rows: u64) -> Value {
    Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// # Ends
impl<M: Model, S> Query<M, S> {
    /// The last row, if there is any: the first from the other end of the order, or of the key where no order is given.
    ///
    /// ```
    /// # use toasty_dsl::{Executor, Result, toasty};
    /// toasty! { pub model Reading { id: u64 [key, auto], at: i64 } }
    ///
    /// async fn newest(db: &impl Executor) -> Result<Option<Reading>> {
    ///     Reading::all().order_by(|reading| reading.at.asc()).last(db).await
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// As [`Query::all`]; `Unsupported` of a query with a limit or an offset, whose last row is another one.
    pub async fn last(self, on: &impl crate::Executor) -> Result<Option<M>> {
        self.with_ends_turned()?.first(on).await
    }

    fn with_ends_turned(self) -> Result<Query<M, All>> {
        let mut query: Query<M, All> = self.into_state();
        if query.limit.is_some() || query.offset.is_some() {
            return Err(Error::unsupported(
                "the last row of a query with a limit or an offset",
                "leave them out, or take the last of the rows that `.all(&db)` gives",
            )
            .on_model(M::DEF.name));
        }
        let computed = query.select.computed.as_ref();
        if computed.is_some_and(|one| !one.order.is_empty() || !one.first_of.is_empty()) {
            return Err(Error::unsupported(
                "the last row in an order that is computed, or of the first rows of groups",
                "order the other way around, and take the first",
            )
            .on_model(M::DEF.name));
        }
        if query.select.order.is_empty() {
            complete(&mut query.select);
        }
        if query.select.order.is_empty() {
            return Err(Error::unsupported(
                "the last row of a named query, whose rows have no key to be ordered by",
                "say in which order: `.order_by(…)`",
            )
            .on_model(M::DEF.name));
        }
        reverse(&mut query.select.order);
        Ok(query)
    }
}
