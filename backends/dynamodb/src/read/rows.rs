//! Reading: the rows of a plan, as the statement wants them.
//!
//! Promises: a limit means rows that are given, however many pages it takes; no page is read that nobody wants. Must not
//! know: how requests are sent.

use super::pages::{Extent, Page, Pages, pages};
use super::partiql;
use crate::plan::{DynamodbPrepared, Given, Plan, ReadPlan};
use crate::table::item::ItemRow;
use crate::table::{Item, Layout, canonical};
use crate::wire::Session;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use toasty_dsl::error::DecodeError;
use toasty_dsl::query::{RowStream, Sink};
use toasty_dsl::statement::{Output, Select};
use toasty_dsl::value::{Cell, Params, Row, Value, ValueRow};
use toasty_dsl::{Error, ErrorKind, Result, Statement};

/// Every row that a plan finds.
///
/// # Errors
/// Those of DynamoDB, `Unrepresentable`, `TooComplex`.
pub(crate) async fn find(
    session: &Session,
    layout: &Arc<Layout>,
    plan: &ReadPlan,
    values: &[Value],
) -> Result<Vec<Item>> {
    let mut found = Vec::new();
    let mut pages = pages(session, layout, plan, values, Extent::default())?;
    while let Some(page) = pages.try_next().await? {
        found.extend(page.items);
    }
    Ok(found)
}

/// The row with this key.
///
/// # Errors
/// Those of DynamoDB.
pub(crate) async fn get(
    session: &Session,
    layout: &Layout,
    key: Item,
    consistent: bool,
) -> Result<Option<Item>> {
    crate::read::pages::get(session, layout.model, &layout.table, key, consistent).await
}

/// Runs a query, and gives each row to the sink.
///
/// # Errors
/// Those of DynamoDB and of the sink.
pub(crate) async fn fetch<S: Sink>(
    session: &Session,
    prepared: &DynamodbPrepared,
    params: &Params,
    mut sink: S,
) -> Result<S> {
    if let Plan::Partiql(own) = &prepared.plan {
        return partiql::fetch(session, own, params.values(), sink).await;
    }
    let (select, plan) = query(prepared)?;
    let values = params.values();
    let model = prepared.layout.model;
    match Given::of(&prepared.layout, select)? {
        Given::Rows(columns) => {
            let mut rows = rows(session, prepared, select, plan, values)?;
            while let Some(page) = rows.try_next().await? {
                for item in &page.items {
                    let row = Chosen {
                        row: ItemRow {
                            layout: &prepared.layout,
                            item,
                        },
                        columns: columns.as_deref(),
                    };
                    let flow = sink.row(&row).map_err(|error| error.on_model(model.name))?;
                    if let ControlFlow::Break(()) = flow {
                        return Ok(sink);
                    }
                }
            }
        }
        Given::Count => {
            let number = count(session, prepared, select, plan, values).await?;
            let number = Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
            // It is the only row, whether the sink wants another or not.
            let _ = sink.row(&ValueRow(&[number]))?;
        }
        Given::Exists => {
            let mut rows = rows(session, prepared, select, plan, values)?;
            let mut any = false;
            while let (false, Some(page)) = (any, rows.try_next().await?) {
                any = !page.items.is_empty();
            }
            let _ = sink.row(&ValueRow(&[Value::Bool(any)]))?;
        }
    }
    Ok(sink)
}

/// Runs a query whose rows come in slices: one page of DynamoDB each.
pub(crate) fn stream<T: Send + 'static>(
    session: &Session,
    prepared: &Arc<DynamodbPrepared>,
    params: &Params,
    decode: fn(&dyn Row) -> Result<T>,
) -> RowStream<T> {
    if let Plan::Partiql(own) = &prepared.plan {
        return partiql::stream(session, own, params.values(), decode);
    }
    let opened = query(prepared).and_then(|(select, plan)| {
        let given = Given::of(&prepared.layout, select)?;
        Ok((
            given,
            rows(session, prepared, select, plan, params.values())?,
        ))
    });
    let (columns, rows) = match opened {
        Ok((Given::Rows(columns), rows)) => (columns, rows),
        Ok((Given::Count | Given::Exists, _)) => {
            let error = Error::unsupported("a stream of one number", "ask for it by `.one(&db)`");
            return RowStream::failed(error.on_model(prepared.layout.model.name));
        }
        Err(error) => return RowStream::failed(error),
    };
    let layout = Arc::clone(&prepared.layout);
    RowStream::new(rows.map(move |page| {
        page?
            .items
            .iter()
            .map(|item| {
                let row = Chosen {
                    row: ItemRow {
                        layout: &layout,
                        item,
                    },
                    columns: columns.as_deref(),
                };
                decode(&row).map_err(|error| error.on_model(layout.model.name))
            })
            .collect()
    }))
}

/// A row, or some of its columns in an order of their own.
struct Chosen<'a> {
    row: ItemRow<'a>,
    columns: Option<&'a [u16]>,
}

impl Row for Chosen<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match self.columns {
            None => self.row.cell(index),
            // What is after the last is told by the row itself.
            Some(columns) => self.row.cell(
                columns
                    .get(index)
                    .map_or(usize::MAX, |column| (*column).into()),
            ),
        }
    }
}

fn query(prepared: &DynamodbPrepared) -> Result<(&Select, &ReadPlan)> {
    match (&prepared.statement, &prepared.plan) {
        (Statement::Select(select), Plan::Read(plan)) => Ok((select, plan)),
        _ => Err(Error::new(
            ErrorKind::Database,
            "a statement without rows was asked for rows",
        )
        .on_model(prepared.layout.model.name)),
    }
}

async fn count(
    session: &Session,
    prepared: &DynamodbPrepared,
    select: &Select,
    plan: &ReadPlan,
    values: &[Value],
) -> Result<u64> {
    let mut counted = if select.limit || select.offset || !select.per.is_empty() {
        rows(session, prepared, select, plan, values)?
    } else {
        let extent = Extent {
            count: true,
            most: None,
        };
        pages(session, &prepared.layout, plan, values, extent)?
    };
    let mut number = 0;
    while let Some(page) = counted.try_next().await? {
        number += page.count;
    }
    Ok(number)
}

/// The rows between offset and limit.
fn rows(
    session: &Session,
    prepared: &DynamodbPrepared,
    select: &Select,
    plan: &ReadPlan,
    values: &[Value],
) -> Result<Pages> {
    let cut = Cut::new(prepared, select, values);
    if cut.limit == Some(0) {
        return Ok(stream::empty().boxed());
    }
    let extent = Extent {
        count: false,
        most: match select.output {
            // One row more than is skipped decides it.
            Output::Exists if select.per.is_empty() => Some(cut.offset.saturating_add(1)),
            _ if select.per.is_empty() || plan.grouped => {
                cut.limit.map(|limit| limit.saturating_add(cut.offset))
            }
            _ => None,
        }
        .and_then(|most| usize::try_from(most).ok()),
    };
    let found = pages(session, &prepared.layout, plan, values, extent)?;
    if cut.limit.is_none() && cut.offset == 0 {
        return Ok(found);
    }
    Ok(
        stream::try_unfold((found, cut), |(mut found, mut cut)| async move {
            if cut.is_over() {
                return Ok(None);
            }
            let Some(page) = found.try_next().await? else {
                return Ok(None);
            };
            let kept = page
                .items
                .into_iter()
                .filter(|item| cut.takes(item))
                .collect();
            Ok(Some((Page::of(kept), (found, cut))))
        })
        .boxed(),
    )
}

/// Limit and offset: of all rows, or of the rows of each group.
struct Cut {
    limit: Option<u64>,
    offset: u64,
    /// How many rows came, where they are one group
    seen: u64,
    /// The attributes whose values make a group
    per: Vec<String>,
    groups: HashMap<Vec<Option<Vec<u8>>>, u64>,
}

impl Cut {
    /// Their numbers are the last values of the statement, limit before offset.
    fn new(prepared: &DynamodbPrepared, select: &Select, values: &[Value]) -> Cut {
        let mut last = crate::expression::slots(&select.filter);
        if let Plan::Read(ReadPlan {
            place: Some(place), ..
        }) = &prepared.plan
        {
            last += place.columns().count();
        }
        let mut number = |given: bool| {
            if !given {
                return None;
            }
            last += 1;
            match values.get(last - 1) {
                Some(Value::Int(x)) => Some(u64::try_from(*x).unwrap_or(0)),
                _ => None,
            }
        };
        Cut {
            limit: number(select.limit),
            offset: number(select.offset).unwrap_or(0),
            seen: 0,
            per: select
                .per
                .iter()
                .map(|column| prepared.layout.name(*column).to_owned())
                .collect(),
            groups: HashMap::new(),
        }
    }

    /// Whether a row is among those that are wanted; each row is asked once.
    fn takes(&mut self, item: &Item) -> bool {
        let seen = if self.per.is_empty() {
            &mut self.seen
        } else {
            let group = self
                .per
                .iter()
                .map(|name| item.get(name).map(canonical))
                .collect();
            self.groups.entry(group).or_insert(0)
        };
        *seen += 1;
        *seen > self.offset && self.limit.is_none_or(|limit| *seen - self.offset <= limit)
    }

    /// Whether no further row can be wanted.
    fn is_over(&self) -> bool {
        self.per.is_empty()
            && self
                .limit
                .is_some_and(|limit| self.seen >= self.offset.saturating_add(limit))
    }
}
