//! The order of pages, and places in it.

use crate::association::values_of;
use crate::error::{DecodeError, Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::in_memory::owned;
use crate::query::{All, Query};
use crate::schema::ModelRef;
use crate::statement::{Computed, Direction, Formula, Nulls, Order, Select};
use crate::value::{ColumnType, Row, Value};

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

/// One key of an order: where its value stands in a row, and what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    at: usize,
    pub(super) ty: ColumnType,
    pub(super) can_be_null: bool,
    /// The column that it is, where a row at hand has it too
    column: Option<u16>,
    /// The column that it comes from: a `sensitive` one where there is one
    origin: Option<(ModelRef, u16)>,
}

impl Key {
    pub(super) fn of_column(model: ModelRef, column: u16, at: usize) -> Key {
        let def = model.columns.get(usize::from(column));
        Key {
            at,
            ty: def.map_or(ColumnType::Int(64), |def| def.ty),
            can_be_null: def.is_none_or(|def| def.nullable),
            column: Some(column),
            origin: Some((model, column)),
        }
    }

    /// That of the value at this place of a select's list.
    pub(super) fn of_value(
        select: &Select,
        computed: &Computed,
        value: &Formula,
        at: usize,
    ) -> Key {
        let column = match value {
            Formula::Column(column) => Some(*column),
            _ => None,
        };
        Key {
            at,
            ty: value.column_type(&select.model, &computed.keys),
            can_be_null: value.can_be_null(&select.model, &computed.keys),
            column,
            origin: select.origin(value),
        }
    }

    fn refused(&self, what: &str, instead: &str) -> Error {
        let error = Error::unsupported(what, instead);
        let Some((model, column)) = self.origin else {
            return error;
        };
        let path = model.columns.get(usize::from(column));
        error
            .on_model(model.name)
            .on_fields(path.map(|column| column.path().join(".")))
    }

    /// Refuses a key whose values cannot be a place.
    pub(super) fn check(&self) -> Result<()> {
        match self.ty {
            ColumnType::Json => Err(self.refused(
                "pages in the order of JSON",
                "order by a value of another type",
            )),
            ColumnType::Array(_) => Err(self.refused(
                "pages in the order of an array",
                "order by a value of another type",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses a key whose values must not be given to clients.
    pub(super) fn check_for_clients(&self) -> Result<()> {
        let column = self
            .origin
            .and_then(|(model, column)| model.0.columns.get(usize::from(column)));
        if column.is_some_and(|column| column.sensitive) {
            return Err(self.refused(
                "pages in the order of a `sensitive` field, whose values would stand in the cursors",
                "order by another field, or walk the rows by `.in_batches_of(…)`",
            ));
        }
        Ok(())
    }

    /// The key's value of a row that is read.
    pub(super) fn read(&self, row: &dyn Row) -> Result<Value> {
        let value = row.cell(self.at).and_then(|cell| owned(cell, self.ty));
        let value = value.and_then(|value| self.labelled(value));
        value.map_err(|why| {
            Error::new(
                ErrorKind::Decode,
                format!(
                    "a value of the order is {}, and not {}",
                    why.found, why.expected
                ),
            )
        })
    }

    /// The text of an enum is one of its labels.
    fn labelled(&self, value: Value) -> std::result::Result<Value, DecodeError> {
        match (self.ty, value) {
            (ColumnType::Enum(labels), Value::Text(text)) => {
                let label = labels.labels.iter().find(|one| **one == text);
                label.map(|label| Value::Label(label)).ok_or(DecodeError {
                    expected: "a label of the enum",
                    found: "another text",
                })
            }
            (_, value) => Ok(value),
        }
    }
}

/// Where a row at hand stands in an order.
pub(super) fn place_of<M: Model>(row: &M, keys: &[Key]) -> Result<Vec<Value>> {
    keys.iter()
        .map(|key| {
            let Some(number) = key.column else {
                return Err(Error::unsupported(
                    "a page that begins at a row at hand, in an order that is computed",
                    "give the cursor of the page that it was on: `.after(page.next_token())`",
                )
                .on_model(M::DEF.name));
            };
            let column = M::DEF.columns.get(usize::from(number));
            let field = column.map_or(0, |column| column.field);
            let values = values_of(row, &[field])?;
            let at = number.saturating_sub(M::DEF.first_column(field));
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
        for key in &mut query.select.order {
            *key = key.reversed();
        }
        Ok(query)
    }
}
