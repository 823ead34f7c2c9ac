//! The rows of a plan, page by page, as DynamoDB sends them.
//!
//! Promises: an empty page is not the end, only one without a `LastEvaluatedKey` is; every row that is given has met the
//! whole condition; several partitions are read at the same time, but only so many, and more than 30,000 are refused before
//! anything is sent. Must not know: limits, sinks.

use super::merge::{chain, merge};
use crate::expression::Test;
use crate::plan::refusal::too_many_queries;
use crate::plan::request::{Fit, divide, expressions, fit, fits, sort_of};
use crate::plan::{Access, Begin, KeySource, Place, ReadPlan};
use crate::table::{Item, Layout, guard};
use crate::wire::{Session, batch};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, Select as Selects};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use std::sync::Arc;
use toasty_dsl::Result;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::Direction;
use toasty_dsl::value::Value;

/// How many partitions are queried at the same time.
const AT_ONCE: usize = 16;

/// How many keys of a long list are looked up at a time.
const KEYS: usize = 800;

/// Some rows, or their number.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    /// How many rows it is, where only that was asked for
    pub(crate) count: u64,
}

impl Page {
    pub(crate) fn of(items: Vec<Item>) -> Page {
        Page {
            count: u64::try_from(items.len()).unwrap_or(u64::MAX),
            items,
        }
    }
}

/// Pages, one after the other.
pub(crate) type Pages = BoxStream<'static, Result<Page>>;

/// What is read of the rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extent {
    /// Their number only, where DynamoDB alone decides which they are
    pub(crate) count: bool,
    /// No more than this many of all, or of each partition where the plan is grouped
    pub(crate) most: Option<usize>,
}

/// The pages of a Query or a Scan: the SDK has a type for each, with the same words.
macro_rules! walk_pages {
    ($session:expr, $model:expr, $request:expr, $start:expr) => {{
        let (session, model, request) = ($session.clone(), $model, $request);
        walk($start, move |start| {
            let (session, request) = (session.clone(), request.clone());
            async move {
                let request = request.set_exclusive_start_key(start);
                let answer = session.read(Some(model), || request.clone().send()).await?;
                session.meter.read(answer.consumed_capacity());
                let looked = usize::try_from(answer.scanned_count).unwrap_or(0);
                session.meter.scanned(looked);
                let page = Page {
                    count: u64::try_from(answer.count).unwrap_or(0),
                    items: answer.items.unwrap_or_default(),
                };
                Ok((page, answer.last_evaluated_key))
            }
        })
    }};
}

/// The rows of a plan.
///
/// # Errors
/// `Unrepresentable`; `TooComplex` for a condition that is too long, and for a list that makes more than 30,000 Query requests;
/// later, in the pages, those of DynamoDB.
pub(crate) fn pages(
    session: &Session,
    layout: &Arc<Layout>,
    plan: &ReadPlan,
    values: &[Value],
    extent: Extent,
) -> Result<Pages> {
    let consistent = plan
        .freshness
        .is_consistent(session.settings.consistent_reads);
    let reader = Reader {
        session: session.clone(),
        layout: Arc::clone(layout),
        consistent,
    };
    let pages = match &plan.access {
        Access::Nothing => return Ok(stream::empty().boxed()),
        Access::Get(key) | Access::BatchGet(key) => reader.by_key(key, values, extent)?,
        Access::Unique { unique, key } => reader.by_guard(*unique, key, values, extent)?,
        Access::Query { index, key, .. } => {
            return reader.query(plan, (*index, key), values, extent);
        }
        Access::Scan => return reader.scan(plan, values, extent),
    };
    let test = Test::bind(layout, &plan.local, values)?;
    let found = checked(pages, Arc::new(test), None);
    Ok(match &plan.place {
        Some(place) => behind(found, Arc::clone(layout), place.clone(), values.to_vec()),
        None => found,
    })
}

/// Only the rows behind a place: of what a whole key finds, which is one row and has no start key.
fn behind(pages: Pages, layout: Arc<Layout>, place: Place, values: Vec<Value>) -> Pages {
    pages
        .and_then(move |page| {
            let mut kept = Vec::with_capacity(page.items.len());
            let mut failed = None;
            for item in page.items {
                match place.is_before(&layout, &item, &values) {
                    Ok(true) => kept.push(item),
                    Ok(false) => {}
                    Err(error) => failed = Some(error),
                }
            }
            std::future::ready(failed.map_or(Ok(Page::of(kept)), Err))
        })
        .boxed()
}

/// Where the rows of a plan begin.
fn begin(
    layout: &Layout,
    plan: &ReadPlan,
    key: &[AttributeValue],
    narrow: Fit,
    values: &[Value],
) -> Result<Begin> {
    match &plan.place {
        Some(place) => place.begin(layout, (&plan.access, &plan.condition), key, narrow, values),
        None => Ok(Begin::First),
    }
}

/// Only the rows that meet the conditions that are checked here, and of these only so many.
fn checked(pages: Pages, test: Arc<Test>, most: Option<usize>) -> Pages {
    if test.is_empty() && most.is_none() {
        return pages;
    }
    let walk = (pages, test, most);
    stream::try_unfold(walk, |(mut pages, test, mut left)| async move {
        if left == Some(0) {
            return Ok(None);
        }
        let Some(mut page) = pages.try_next().await? else {
            return Ok(None);
        };
        page.items.retain(|item| test.holds(item));
        if let Some(left) = &mut left {
            page.items.truncate(*left);
            *left -= page.items.len();
        }
        let page = Page::of(page.items);
        Ok(Some((page, (pages, test, left))))
    })
    .boxed()
}

/// The row with this key.
///
/// # Errors
/// Those of DynamoDB.
pub(crate) async fn get(
    session: &Session,
    model: &'static ModelDef,
    table: &str,
    key: Item,
    consistent: bool,
) -> Result<Option<Item>> {
    let request = session
        .client
        .get_item()
        .table_name(table)
        .set_key(Some(key))
        .consistent_read(consistent)
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let answer = session.read(Some(model), || request.clone().send()).await?;
    session.meter.scanned(usize::from(answer.item.is_some()));
    session.meter.read(answer.consumed_capacity());
    Ok(answer.item)
}

/// The keys that a condition names.
///
/// # Errors
/// `Unrepresentable`, `TooComplex`.
pub(super) fn keys_of(layout: &Layout, key: &KeySource, values: &[Value]) -> Result<Vec<Item>> {
    let keys = key.keys(layout, values, |at, value| fits(layout, at, value))?;
    let keys = keys.into_iter().filter_map(|key| {
        let mut key = key.into_iter();
        Some(layout.key(key.next()?, key.next()))
    });
    Ok(keys.collect())
}

#[derive(Clone)]
struct Reader {
    session: Session,
    layout: Arc<Layout>,
    consistent: bool,
}

impl Reader {
    async fn get_all(&self, table: &str, keys: &[Item]) -> Result<Vec<Item>> {
        let model = self.layout.model;
        if let Some(items) = self.session.read_ahead(table, keys) {
            return Ok(items);
        }
        if let [key] = keys {
            let found = get(&self.session, model, table, key.clone(), self.consistent).await?;
            return Ok(found.into_iter().collect());
        }
        let found = batch::get(&self.session, model, table, keys, self.consistent).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// GetItem or BatchGetItem.
    fn by_key(&self, key: &KeySource, values: &[Value], extent: Extent) -> Result<Pages> {
        let keys = keys_of(&self.layout, key, values)?;
        Ok(self.chunks(keys, extent, |reader, keys| async move {
            reader.get_all(&reader.layout.table, &keys).await
        }))
    }

    /// The guards first, and then the rows that they lead to.
    fn by_guard(
        &self,
        unique: usize,
        key: &KeySource,
        values: &[Value],
        extent: Extent,
    ) -> Result<Pages> {
        let layout = &self.layout;
        let Some(index) = layout.uniques.get(unique) else {
            return Ok(stream::empty().boxed());
        };
        let guards = key
            .keys(layout, values, |_, _| true)?
            .iter()
            .map(|key| guard::key_for(layout, index, key))
            .collect::<Result<_>>()?;
        Ok(self.chunks(guards, extent, |reader, guards| async move {
            let owners: Vec<Item> = reader
                .get_all(&reader.layout.guards, &guards)
                .await?
                .iter()
                .map(guard::owner_of)
                .collect();
            if owners.is_empty() {
                return Ok(Vec::new());
            }
            reader.get_all(&reader.layout.table, &owners).await
        }))
    }

    /// Many keys, some at a time.
    fn chunks<F>(
        &self,
        keys: Vec<Item>,
        extent: Extent,
        find: impl Fn(Reader, Vec<Item>) -> F + Send + 'static,
    ) -> Pages
    where
        F: Future<Output = Result<Vec<Item>>> + Send + 'static,
    {
        // Where a few rows will do, no more is looked up ahead than one request takes.
        let size = if extent.most.is_some() { 100 } else { KEYS };
        let mut chunks = Vec::new();
        let mut keys = keys.into_iter().peekable();
        while keys.peek().is_some() {
            chunks.push(keys.by_ref().take(size).collect::<Vec<_>>());
        }
        let reader = self.clone();
        stream::iter(chunks)
            .then(move |chunk| find(reader.clone(), chunk))
            .map_ok(Page::of)
            .boxed()
    }

    fn query(
        &self,
        plan: &ReadPlan,
        (index, key): (Option<usize>, &KeySource),
        values: &[Value],
        extent: Extent,
    ) -> Result<Pages> {
        let layout = &self.layout;
        let keys = key.keys(layout, values, |at, value| fits(layout, at, value))?;
        too_many_queries(layout, key.columns(), keys.len())?;
        let sort = sort_of(layout, index);
        let narrow = match (&plan.access, sort) {
            (
                Access::Query {
                    narrow: Some(narrow),
                    ..
                },
                Some(sort),
            ) => fit(layout, sort, *narrow, values)?,
            _ => Fit::No,
        };
        if narrow == Fit::Never {
            return Ok(stream::empty().boxed());
        }
        let (native, long) = divide(plan, values);
        let mut local = [plan.local.as_slice(), &long].concat();
        if narrow == Fit::No {
            local.extend(plan.narrowed.iter().cloned());
        }
        let test = Arc::new(Test::bind(layout, &local, values)?);
        let one = keys.len() <= 1;
        let most = extent.most;
        let filtered = !test.is_empty() || !native.is_empty();
        let mut partitions = Vec::with_capacity(keys.len());
        for key in &keys {
            let narrowed = narrow == Fit::Yes;
            let built = expressions(layout, plan, &native, Some(key), narrowed, Some(values))?;
            let mut request = self
                .session
                .client
                .query()
                .table_name(&layout.table)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .set_key_condition_expression(built.key)
                .set_filter_expression(built.filter);
            let (names, attributes) = built.placeholders.into_maps();
            request = request
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(attributes);
            request = match index.and_then(|number| layout.indexes.get(number)) {
                Some(index) => request.index_name(&index.name),
                None => request.consistent_read(self.consistent),
            };
            if plan.direction == Some(Direction::Descending) {
                request = request.scan_index_forward(false);
            }
            if extent.count && test.is_empty() {
                request = request.select(Selects::Count);
            }
            // `Limit` counts what is looked at, and not what is found.
            if let Some(most) = most.filter(|_| !filtered) {
                request = request.set_limit(i32::try_from(most.max(1)).ok());
            }
            let start = match begin(layout, plan, key, narrow, values)? {
                Begin::First => None,
                Begin::After(key) => Some(key),
                Begin::Nowhere => return Ok(stream::empty().boxed()),
            };
            let walked = walk_pages!(self.session, layout.model, request, start);
            partitions.push(checked(walked, Arc::clone(&test), most));
        }
        Ok(match (plan.direction, sort) {
            (Some(direction), Some(sort)) if !one && !plan.grouped => {
                merge(partitions, layout.name(sort).to_owned(), direction, AT_ONCE)
            }
            _ if one => partitions.pop().unwrap_or_else(|| stream::empty().boxed()),
            _ => chain(partitions, AT_ONCE),
        })
    }

    fn scan(&self, plan: &ReadPlan, values: &[Value], extent: Extent) -> Result<Pages> {
        let layout = &self.layout;
        let (native, long) = divide(plan, values);
        let local = [plan.local.as_slice(), &long].concat();
        let test = Arc::new(Test::bind(layout, &local, values)?);
        let built = expressions(layout, plan, &native, None, false, Some(values))?;
        let (names, attributes) = built.placeholders.into_maps();
        let mut request = self
            .session
            .client
            .scan()
            .table_name(&layout.table)
            .consistent_read(self.consistent)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .set_filter_expression(built.filter)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(attributes);
        if extent.count && test.is_empty() {
            request = request.select(Selects::Count);
        }
        if let Some(most) = extent.most.filter(|_| test.is_empty() && native.is_empty()) {
            request = request.set_limit(i32::try_from(most.max(1)).ok());
        }
        let start = match begin(layout, plan, &[], Fit::No, values)? {
            Begin::First => None,
            Begin::After(key) => Some(key),
            Begin::Nowhere => return Ok(stream::empty().boxed()),
        };
        let walked = walk_pages!(self.session, layout.model, request, start);
        Ok(checked(walked, test, None))
    }
}

/// Page after page, until one says that there is no other.
fn walk<F>(start: Option<Item>, read: impl Fn(Option<Item>) -> F + Send + 'static) -> Pages
where
    F: Future<Output = Result<(Page, Option<Item>)>> + Send + 'static,
{
    stream::try_unfold((read, Some(start)), |(read, start)| async move {
        let Some(start) = start else { return Ok(None) };
        let (page, last) = read(start).await?;
        let next = last.filter(|last| !last.is_empty()).map(Some);
        Ok(Some((page, (read, next))))
    })
    .boxed()
}
