//! How the rows of a condition are found: the cheapest request that answers.
//!
//! Promises: the choice depends on the shape of a statement alone; a whole table is read only where that is allowed, and
//! rows are in the order that was asked for or the statement is refused, naming the index to declare. Must not know: values,
//! requests being sent.
//!
//! What may surprise: an index holds only the rows in which none of its columns is NULL, so that it serves a condition only
//! where that says so much.

use super::keys::{KeySource, Pin, pins, single};
use super::place::{self, Place};
use super::refusal;
use crate::expression::{Condition, Operand, is_native};
use crate::settings::Scans;
use crate::table::Layout;
use toasty_dsl::Result;
use toasty_dsl::statement::{
    Allowed, Comparison, Direction, Expr, Order, Output, Select, TextMatch,
};

/// How rows are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// No row can meet the condition: nothing is sent
    Nothing,
    /// GetItem: the whole key is known
    Get(KeySource),
    /// BatchGetItem: a list of whole keys is known
    BatchGet(KeySource),
    /// The guards of a unique index lead to the keys of the rows
    Unique {
        /// Which of the table's unique indexes
        unique: usize,
        /// The values of its columns
        key: KeySource,
    },
    /// Query, on the table or on an index: once for each partition, of which a list names 30,000 at most
    Query {
        /// Which of the table's indexes; none for the table itself
        index: Option<usize>,
        /// The values of the partition key, and of the sort key where one value is known
        key: KeySource,
        /// What is known of the sort key else
        narrow: Option<Narrow>,
    },
    /// Scan: the whole table
    Scan,
}

/// A condition on the sort key of a Query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Narrow {
    /// Less or greater than the value of a slot
    Compare(Comparison, usize),
    /// Between the values of two slots, both included
    Between(usize, usize),
    /// Beginning with the value of a slot
    Prefix(usize),
}

/// How old may be what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As the settings say
    AsSet,
    /// What was true a moment ago will do
    Eventual,
    /// What is there now, for it is to be written
    Consistent,
}

impl Freshness {
    /// Whether a read is consistent, where DynamoDB can do that.
    pub(crate) fn is_consistent(self, set: bool) -> bool {
        match self {
            Freshness::AsSet => set,
            Freshness::Eventual => false,
            Freshness::Consistent => true,
        }
    }
}

/// How the rows of a condition are found and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadPlan {
    pub(crate) access: Access,
    /// The whole condition
    pub(crate) condition: Condition,
    /// What DynamoDB checks while it reads
    pub(crate) native: Vec<Condition>,
    /// What is checked here, on the rows that were read
    pub(crate) local: Vec<Condition>,
    /// What `narrow` says, to be checked here where a value of it cannot stand in a key condition
    pub(crate) narrowed: Vec<Condition>,
    /// The order of the rows: that of the sort key
    pub(crate) direction: Option<Direction>,
    /// Limit and offset count for each partition that is queried
    pub(crate) grouped: bool,
    pub(crate) freshness: Freshness,
    /// A scan that is worth a warning
    pub(crate) warn: bool,
    /// Where a page goes on from
    pub(crate) place: Option<Place>,
}

/// What a statement asks for beside its condition.
struct Wanted<'a> {
    order: &'a [Order],
    /// The same, with what tells equal rows of pages apart; none where the rows are no page
    pages: Option<&'a [Order]>,
    per: &'a [u16],
    freshness: Freshness,
    allowed: Allowed,
    scans: Scans,
}

impl ReadPlan {
    /// The plan of a query.
    ///
    /// # Errors
    /// `Unsupported`, with what to declare instead.
    pub(crate) fn for_select(layout: &Layout, select: &Select, scans: Scans) -> Result<ReadPlan> {
        // Of how many rows there are the order says nothing, unless some of them are skipped.
        let order = match select.output {
            Output::Rows | Output::Values => select.order.as_slice(),
            Output::Count | Output::Exists | Output::Check => &[],
        };
        // DynamoDB tells equal rows apart by itself.
        let added = select.paging.as_ref().map_or(0, |paging| paging.added);
        let wanted = Wanted {
            order: &order[..order.len().saturating_sub(added)],
            // A page with a number goes on from no place.
            pages: (select.paging.is_some() && !select.offset).then_some(order),
            per: &select.per,
            freshness: if select.allowed.eventual {
                Freshness::Eventual
            } else {
                Freshness::AsSet
            },
            allowed: select.allowed,
            scans,
        };
        let mut plan = plan(layout, &select.filter, 0, &wanted)?;
        plan.place = Place::of(select);
        Ok(plan)
    }

    /// The plan that finds the rows of a change or a removal, whose condition's values begin at slot `first`.
    ///
    /// # Errors
    /// As [`ReadPlan::for_select`].
    pub(crate) fn for_write(
        layout: &Layout,
        filter: &Expr,
        first: usize,
        allowed: Allowed,
        scans: Scans,
    ) -> Result<ReadPlan> {
        let wanted = Wanted {
            order: &[],
            pages: None,
            per: &[],
            freshness: Freshness::Consistent,
            allowed,
            scans,
        };
        plan(layout, filter, first, &wanted)
    }

    /// Whether one row at most can be found, whose whole key is known.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self.access, Access::Get(_) | Access::Nothing)
    }

    /// Whether DynamoDB alone decides which rows are found.
    pub(crate) fn is_all_native(&self) -> bool {
        self.local.is_empty() && matches!(self.access, Access::Query { .. } | Access::Scan)
    }
}

/// One way to find the rows.
struct Candidate {
    cost: u32,
    access: Access,
    /// The parts of the condition that the access itself makes sure of
    sure: Vec<usize>,
    /// Those that it makes sure of by `narrow`
    narrowed: Vec<usize>,
    /// The columns that cannot stand in its filter
    keys: Vec<u16>,
    order: Served,
    grouped: bool,
}

/// Whether an access gives the rows in the order that is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Served {
    No,
    /// None is wanted, or one row at most can be found
    Any,
    By(Direction),
}

fn plan(layout: &Layout, filter: &Expr, first: usize, wanted: &Wanted<'_>) -> Result<ReadPlan> {
    let condition = Condition::new(layout.model, filter, first)?;
    let parts = condition.parts();
    let candidates = candidates(layout, parts, wanted);
    let leads_on = |access: &Access| match wanted.pages {
        Some(order) => place::check(layout, access, parts, order),
        None => Ok(()),
    };
    let found = match &condition {
        Condition::Constant(false) => Some(Candidate::of(0, Access::Nothing, Served::Any)),
        _ => candidates
            .into_iter()
            .filter(|one| one.order != Served::No)
            .min_by_key(|one| (leads_on(&one.access).is_err(), one.cost)),
    };
    let allowed = wanted.allowed.scan || wanted.scans != Scans::Deny;
    let chosen = match found {
        Some(chosen) => chosen,
        None if !wanted.order.is_empty() => {
            return Err(refusal::order(layout, parts, wanted.order));
        }
        None if allowed => Candidate::of(0, Access::Scan, Served::Any),
        None => return Err(refusal::scan(layout, parts)),
    };
    leads_on(&chosen.access)?;
    let direction = match (chosen.order, wanted.pages) {
        (Served::By(direction), _) => Some(direction),
        // Where no order is wanted that of a page is any, but still has two ends.
        (Served::Any | Served::No, Some(order)) => ordering(&pins(parts), order)
            .first()
            .map(|key| key.direction)
            .filter(|direction| *direction == Direction::Descending),
        (Served::Any | Served::No, None) => None,
    };
    if chosen.access == Access::Scan && direction.is_some() {
        return Err(refusal::scan_back(layout));
    }
    let warn = chosen.access == Access::Scan && !wanted.allowed.scan && wanted.scans == Scans::Warn;
    let filters = matches!(chosen.access, Access::Query { .. } | Access::Scan);
    let (mut native, mut local, mut narrowed) = (Vec::new(), Vec::new(), Vec::new());
    for (number, part) in parts.iter().enumerate() {
        if chosen.sure.contains(&number) {
            continue;
        }
        if chosen.narrowed.contains(&number) {
            narrowed.push(part.clone());
        } else if filters
            && is_native(layout, part)
            && !part
                .columns()
                .iter()
                .any(|column| chosen.keys.contains(column))
        {
            native.push(part.clone());
        } else {
            local.push(part.clone());
        }
    }
    Ok(ReadPlan {
        access: chosen.access,
        native,
        local,
        narrowed,
        direction,
        grouped: chosen.grouped,
        freshness: wanted.freshness,
        warn,
        place: None,
        condition,
    })
}

impl Candidate {
    fn of(cost: u32, access: Access, order: Served) -> Candidate {
        Candidate {
            cost,
            access,
            sure: Vec::new(),
            narrowed: Vec::new(),
            keys: Vec::new(),
            order,
            grouped: false,
        }
    }
}

/// Costs: what is found by one key before what reads more, one request before several.
const GET: u32 = 0;
const UNIQUE: u32 = 10;
const BATCH_GET: u32 = 20;
const QUERY: u32 = 30;
const UNIQUE_LIST: u32 = 40;
const QUERIES: u32 = 50;

fn candidates(layout: &Layout, parts: &[Condition], wanted: &Wanted<'_>) -> Vec<Candidate> {
    let pins = pins(parts);
    let unordered = if ordering(&pins, wanted.order).is_empty() {
        Served::Any
    } else {
        Served::No
    };
    let mut all = Vec::new();
    let key: Vec<u16> = std::iter::once(layout.partition)
        .chain(layout.sort)
        .collect();
    if let Some((source, sure)) = KeySource::of(&key, &pins) {
        all.push(if source.is_single() {
            Candidate {
                sure,
                ..Candidate::of(GET, Access::Get(source), Served::Any)
            }
        } else {
            Candidate {
                sure,
                ..Candidate::of(BATCH_GET, Access::BatchGet(source), unordered)
            }
        });
    }
    for (unique, index) in layout.uniques.iter().enumerate() {
        // A guard leads to a row that may have changed since: the whole condition is checked again.
        if let Some((key, _)) = KeySource::of(&index.columns, &pins) {
            let (cost, order) = if key.is_single() {
                (UNIQUE, Served::Any)
            } else {
                (UNIQUE_LIST, unordered)
            };
            all.push(Candidate::of(cost, Access::Unique { unique, key }, order));
        }
    }
    let targets = std::iter::once((None, layout.partition, layout.sort)).chain(
        layout
            .indexes
            .iter()
            .enumerate()
            .map(|(number, index)| (Some(number), index.partition, index.sort)),
    );
    for (index, partition, sort) in targets {
        let holds_all = index.is_none()
            || std::iter::once(partition)
                .chain(sort)
                .filter(|column| layout.is_nullable(*column))
                .all(|column| parts.iter().any(|part| part.rejects_null(column)));
        if holds_all {
            all.extend(query(parts, &pins, wanted, (index, partition, sort)));
        }
    }
    all
}

fn query(
    parts: &[Condition],
    pins: &[Pin],
    wanted: &Wanted<'_>,
    (index, partition, sort): (Option<usize>, u16, Option<u16>),
) -> Option<Candidate> {
    let whole: Vec<u16> = std::iter::once(partition).chain(sort).collect();
    // Both parts at once where that is one value, or a list of pairs; else the partition, and what is known of the rest.
    let both = sort
        .and_then(|_| KeySource::of(&whole, pins))
        .filter(|(source, _)| source.is_single() || source.is_paired());
    let pinned = both.is_some();
    let (key, sure) = both.or_else(|| KeySource::of(&[partition], pins))?;
    let (narrow, narrowed) = match sort {
        Some(sort) if !pinned => narrow(parts, sort),
        _ => (None, Vec::new()),
    };
    let one = key.is_single();
    let queried = if pinned {
        whole.as_slice()
    } else {
        &whole[..1]
    };
    let grouped = !wanted.per.is_empty() && same_columns(wanted.per, queried);
    let order = served(
        &ordering(pins, wanted.order),
        sort,
        index.is_none() && (one || grouped),
        pinned && one,
    );
    let reach = match (pinned, narrow) {
        (true, _) => 0,
        (false, Some(_)) => 2,
        (false, None) => 4,
    };
    Some(Candidate {
        cost: (if one { QUERY } else { QUERIES }) + reach + u32::from(index.is_some()),
        access: Access::Query { index, key, narrow },
        sure,
        narrowed,
        keys: whole,
        order,
        grouped,
    })
}

fn same_columns(a: &[u16], b: &[u16]) -> bool {
    a.len() == b.len() && a.iter().all(|column| b.contains(column))
}

/// The keys of an ordering that say something: of a column with one value there is nothing to order.
fn ordering(pins: &[Pin], order: &[Order]) -> Vec<Order> {
    let mut kept: Vec<Order> = Vec::new();
    for key in order {
        let known = kept.iter().any(|before| before.column == key.column);
        if !known && !single(pins, key.column) {
            kept.push(*key);
        }
    }
    kept
}

/// Whether a Query gives rows in this order. `apart`: no two of its rows have the same sort key.
fn served(order: &[Order], sort: Option<u16>, apart: bool, one_row: bool) -> Served {
    match order {
        [] => Served::Any,
        _ if one_row && apart => Served::Any,
        [first] if Some(first.column) == sort => Served::By(first.direction),
        [first, ..] if Some(first.column) == sort && apart => Served::By(first.direction),
        _ => Served::No,
    }
}

/// What the condition says of the sort key, and the parts that say nothing more than that.
fn narrow(parts: &[Condition], sort: u16) -> (Option<Narrow>, Vec<usize>) {
    let (mut low, mut high) = (None, None);
    for (number, part) in parts.iter().enumerate() {
        match part {
            Condition::Between { column, low, high } if *column == sort => {
                return (Some(Narrow::Between(*low, *high)), vec![number]);
            }
            Condition::Text {
                column,
                matches: TextMatch::StartsWith,
                ignore_case: false,
                slot,
                negated: false,
            } if *column == sort => {
                return (Some(Narrow::Prefix(*slot)), vec![number]);
            }
            Condition::Compare {
                column,
                comparison,
                with: Operand::Slot(slot),
            } if *column == sort => match comparison {
                Comparison::Greater | Comparison::GreaterOrEqual => {
                    low = low.or(Some((number, *comparison, *slot)));
                }
                Comparison::Less | Comparison::LessOrEqual => {
                    high = high.or(Some((number, *comparison, *slot)));
                }
                Comparison::Equal | Comparison::NotEqual => {}
            },
            _ => {}
        }
    }
    match (low, high) {
        (
            Some((at, Comparison::GreaterOrEqual, from)),
            Some((other, Comparison::LessOrEqual, to)),
        ) => (Some(Narrow::Between(from, to)), vec![at, other]),
        // Both bounds are included in BETWEEN: what they leave out is checked on the rows, as any other part.
        (Some((_, _, from)), Some((_, _, to))) => (Some(Narrow::Between(from, to)), Vec::new()),
        (Some((number, comparison, slot)), None) | (None, Some((number, comparison, slot))) => {
            (Some(Narrow::Compare(comparison, slot)), vec![number])
        }
        (None, None) => (None, Vec::new()),
    }
}

#[cfg(test)]
mod tests;
