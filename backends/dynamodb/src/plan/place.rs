//! A place in the order of a query's rows, from which a page goes on: what DynamoDB calls an exclusive start key.
//!
//! Promises: a page begins exactly behind its place, whether the row that stood there is still there or not; a place that a
//! key condition does not reach, which DynamoDB refuses, is answered here. Must not know: sending.
//!
//! What may surprise: rows with the same sort key in an index stand in an order that is DynamoDB's own. It tells them apart
//! by the key of the table, which every order of pages ends with.

use super::access::{Access, Narrow};
use super::request::{Fit, fits, sort_of};
use crate::expression::{Condition, Operand, slots};
use crate::table::{Item, Layout, compare};
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use toasty_dsl::cursor::invalid;
use toasty_dsl::statement::{Comparison, Direction, Order, Position, Select};
use toasty_dsl::value::Value;
use toasty_dsl::{Error, Result};

/// The place behind which a page begins: each key of the order, with the slot of its value; none where that is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(Vec<(Order, Option<usize>)>);

/// Where to begin reading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Begin {
    /// With the first row
    First,
    /// Behind this key
    After(Item),
    /// Nowhere: no row stands behind the place
    Nowhere,
}

impl Place {
    /// That of a query, whose page goes on from one.
    pub(super) fn of(select: &Select) -> Option<Place> {
        let paging = select.paging.as_ref()?;
        let mut slot = slots(&select.filter);
        let keys = select.order.iter().zip(&paging.after);
        let place: Vec<_> = keys
            .map(|(order, position)| match position {
                Position::Slot => {
                    slot += 1;
                    (*order, Some(slot - 1))
                }
                Position::Null => (*order, None),
            })
            .collect();
        (!place.is_empty()).then_some(Place(place))
    }

    /// The columns of its values, slot by slot.
    pub(crate) fn columns(&self) -> impl Iterator<Item = u16> {
        self.0
            .iter()
            .filter(|(_, slot)| slot.is_some())
            .map(|(order, _)| order.column)
    }

    fn value<'a>(&self, column: u16, values: &'a [Value]) -> Option<&'a Value> {
        let (_, slot) = self.0.iter().find(|(order, _)| order.column == column)?;
        values.get((*slot)?)
    }

    /// Where a Query or a Scan begins. `key` is that of its partition, with the sort key where that is known too.
    ///
    /// # Errors
    /// `InvalidCursor` for a place in another partition, or one that no row can have.
    pub(crate) fn begin(
        &self,
        layout: &Layout,
        (access, condition): (&Access, &Condition),
        key: &[AttributeValue],
        narrow: Fit,
        values: &[Value],
    ) -> Result<Begin> {
        let (index, known) = match access {
            Access::Query { index, key, .. } => (*index, key.columns()),
            Access::Nothing
            | Access::Get(_)
            | Access::BatchGet(_)
            | Access::Unique { .. }
            | Access::Scan => (None, &[][..]),
        };
        let mut start = Item::new();
        for column in key_columns(layout, index) {
            // What one value is known of is in no order of pages.
            let value = self.value(column, values).or_else(|| {
                let slot = pinned_slot(condition.parts(), column)?;
                values.get(slot)
            });
            let placed = match value {
                Some(value) => layout.attribute(column, value)?,
                None => None,
            };
            let at = known.iter().position(|known| *known == column);
            let pinned = at.and_then(|at| key.get(at));
            let attribute = match (pinned, placed) {
                (Some(pinned), Some(placed))
                    if compare(pinned, &placed) != Some(Ordering::Equal) =>
                {
                    return Err(elsewhere(layout));
                }
                (Some(pinned), _) => pinned.clone(),
                (None, Some(placed)) => placed,
                (None, None) => return Err(elsewhere(layout)),
            };
            let part = usize::from(column != layout.partition);
            if !fits(layout, part, &attribute) {
                return Err(elsewhere(layout));
            }
            start.insert(layout.name(column).to_owned(), attribute);
        }
        if let Access::Query {
            narrow: Some(reach),
            ..
        } = access
            && let Some(sort) = sort_of(layout, index)
            && narrow == Fit::Yes
            && let Some(at) = start.get(layout.name(sort))
        {
            let side = side(layout, sort, *reach, at, values)?;
            let backwards = self.direction_of(sort) == Some(Direction::Descending);
            match (side, backwards) {
                (Ordering::Equal, _) => {}
                (Ordering::Less, false) | (Ordering::Greater, true) => return Ok(Begin::First),
                (Ordering::Less, true) | (Ordering::Greater, false) => return Ok(Begin::Nowhere),
            }
        }
        Ok(Begin::After(start))
    }

    fn direction_of(&self, column: u16) -> Option<Direction> {
        let (order, _) = self.0.iter().find(|(order, _)| order.column == column)?;
        Some(order.direction)
    }

    /// Whether a row stands behind it: asked of the one row that a whole key finds.
    ///
    /// # Errors
    /// `Unrepresentable`.
    pub(crate) fn is_before(&self, layout: &Layout, item: &Item, values: &[Value]) -> Result<bool> {
        for (order, slot) in &self.0 {
            let value = slot.and_then(|slot| values.get(slot));
            let placed = match value {
                Some(value) => layout.attribute(order.column, value)?,
                None => None,
            };
            let there = item
                .get(layout.name(order.column))
                .filter(|attribute| !attribute.is_null());
            let ordering = match (there, &placed) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) if order.nulls_come_first() => Ordering::Less,
                (Some(_), None) if !order.nulls_come_first() => Ordering::Less,
                (None, Some(_)) | (Some(_), None) => Ordering::Greater,
                (Some(there), Some(placed)) => {
                    let ordering = compare(there, placed).unwrap_or(Ordering::Equal);
                    match order.direction {
                        Direction::Ascending => ordering,
                        Direction::Descending => ordering.reverse(),
                    }
                }
            };
            if ordering != Ordering::Equal {
                return Ok(ordering == Ordering::Greater);
            }
        }
        Ok(false)
    }
}

/// The slot of the one value that a condition holds a column equal to.
fn pinned_slot(parts: &[Condition], wanted: u16) -> Option<usize> {
    parts.iter().find_map(|part| match part {
        Condition::Compare {
            column,
            comparison: Comparison::Equal,
            with: Operand::Slot(slot),
        } if *column == wanted => Some(*slot),
        _ => None,
    })
}

/// The columns of a start key: those of the index that is read, and those of the table.
pub(super) fn key_columns(layout: &Layout, index: Option<usize>) -> Vec<u16> {
    let of_index = index
        .and_then(|number| layout.indexes.get(number))
        .into_iter()
        .flat_map(|index| std::iter::once(index.partition).chain(index.sort));
    let mut columns: Vec<u16> = std::iter::once(layout.partition)
        .chain(layout.sort)
        .chain(of_index)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// On which side of the range of a key condition a sort key stands: before it, in it, behind it.
fn side(
    layout: &Layout,
    sort: u16,
    reach: Narrow,
    at: &AttributeValue,
    values: &[Value],
) -> Result<Ordering> {
    let to = |slot: usize| {
        let bound = layout.attribute(sort, values.get(slot).unwrap_or(&Value::Null))?;
        Ok::<_, Error>(bound.and_then(|bound| compare(at, &bound)))
    };
    Ok(match reach {
        Narrow::Compare(comparison, slot) => match (comparison, to(slot)?) {
            (Comparison::Greater, Some(Ordering::Less | Ordering::Equal))
            | (Comparison::GreaterOrEqual, Some(Ordering::Less)) => Ordering::Less,
            (Comparison::Less, Some(Ordering::Greater | Ordering::Equal))
            | (Comparison::LessOrEqual, Some(Ordering::Greater)) => Ordering::Greater,
            _ => Ordering::Equal,
        },
        Narrow::Between(low, high) => {
            if to(low)? == Some(Ordering::Less) {
                Ordering::Less
            } else if to(high)? == Some(Ordering::Greater) {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        }
        Narrow::Prefix(slot) => match (at, values.get(slot)) {
            (AttributeValue::S(text), Some(Value::Text(prefix))) if text.starts_with(prefix) => {
                Ordering::Equal
            }
            _ => to(slot)?.unwrap_or(Ordering::Equal),
        },
    })
}

#[cold]
fn elsewhere(layout: &Layout) -> Error {
    invalid("its place is not among the rows of this query").on_model(layout.model.name)
}

/// Refuses what cannot be read on from a place: several keys at once, whose rows have no common order, and an index whose
/// order is not a part of the pages' order.
///
/// # Errors
/// `Unsupported`, with what to ask for instead.
pub(super) fn check(
    layout: &Layout,
    access: &Access,
    parts: &[Condition],
    order: &[Order],
) -> Result<()> {
    let model = layout.model.name;
    let (index, key) = match access {
        Access::Nothing | Access::Get(_) | Access::Scan => return Ok(()),
        Access::Unique { key, .. } if key.is_single() => return Ok(()),
        Access::Query { index, key, .. } if key.is_single() => (*index, key),
        Access::BatchGet(_) | Access::Unique { .. } | Access::Query { .. } => {
            return Err(Error::unsupported(
                "pages of the rows of several keys: DynamoDB reads each of them by itself",
                "ask for one value at a time, or read all rows of the list by `.all(&db)`",
            )
            .on_model(model));
        }
    };
    let missing = key_columns(layout, index).into_iter().find(|column| {
        !key.columns().contains(column)
            && pinned_slot(parts, *column).is_none()
            && !order.iter().any(|key| key.column == *column)
    });
    match missing {
        None => Ok(()),
        Some(column) => {
            let name = layout.path(column);
            Err(Error::unsupported(
                "pages in another order than that of the index that finds the rows",
                format!("order the rows by `{name}`, up or down"),
            )
            .on_model(model)
            .on_fields([name]))
        }
    }
}
