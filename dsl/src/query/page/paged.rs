//! What is read page by page: a query in an order that tells any two of its rows apart, and how a row and its place are read.
//!
//! Promises: the values of the order are read beside the row, so that a place is what the database computed and nothing that
//! is computed again here; a query whose rows nothing tells apart is refused. Must not know: cursors, sinks.
//!
//! What may surprise: where the order is one of columns the page is the query itself, with its place in WHERE. All else is
//! read by another select around it, to which every value is a column: the place is then a condition on what the query
//! gives, whether that is a function, a group, a union or the first row of each group.

use super::around::around;
use super::order::{Key, complete};
use crate::association::{Include, load};
use crate::cursor::{Origin, Shape};
use crate::error::{Error, Result};
use crate::field::{Model, RowReader};
use crate::query::rows::check_depth;
use crate::query::values::{Decode, Taken, check_computed};
use crate::query::{ExecutorObject, Future, Query, Selection, SetQuery};
use crate::statement::{
    Computed, Expr, Formula, Output, Paging, Position, Select, SetOperation, Source,
};
use crate::value::{Params, Value};
use std::fmt;

/// A query whose rows are read page by page.
pub(super) struct Paged<T> {
    /// In its whole order, without a place
    pub(super) select: Select,
    pub(super) params: Params,
    /// The keys of the order
    pub(super) keys: Vec<Key>,
    /// How many of them are there only to tell rows apart
    pub(super) added: usize,
    pub(super) decode: Decode<T>,
    /// It is known that no row meets the condition
    pub(super) never: bool,
    pub(super) included: Included<T>,
    /// The values that the condition holds columns equal to
    equal: Vec<Value>,
}

impl<T> Clone for Paged<T> {
    fn clone(&self) -> Self {
        Paged {
            select: self.select.clone(),
            params: self.params.clone(),
            keys: self.keys.clone(),
            added: self.added,
            decode: self.decode,
            never: self.never,
            included: self.included.clone(),
            equal: self.equal.clone(),
        }
    }
}

/// How the relations of rows are loaded.
type Load<T> =
    for<'a> fn(&'a dyn ExecutorObject, &'a mut [T], &'a [Include<T>]) -> Future<'a, Result<()>>;

/// What is loaded beside the rows. Values include nothing.
pub(super) struct Included<T> {
    includes: Vec<Include<T>>,
    load: Option<Load<T>>,
}

impl<T> Clone for Included<T> {
    fn clone(&self) -> Self {
        Included {
            includes: self.includes.clone(),
            load: self.load,
        }
    }
}

impl<T> Included<T> {
    const NOTHING: Included<T> = Included {
        includes: Vec::new(),
        load: None,
    };

    /// Loads it.
    pub(super) async fn load(&self, on: &dyn ExecutorObject, rows: &mut [T]) -> Result<()> {
        match self.load {
            Some(load) if !rows.is_empty() => load(on, rows, &self.includes).await,
            Some(_) | None => Ok(()),
        }
    }
}

impl<T> fmt::Debug for Paged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paged")
            .field("select", &self.select)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl<M: Model, S> Query<M, S> {
    /// The query as one whose rows are read page by page.
    ///
    /// # Errors
    /// As [`Query::all`]; `Unsupported` for what has no pages.
    pub(super) fn paged(mut self) -> Result<Paged<M>> {
        let includes = self.take_includes();
        let plain = self.into_plain();
        let order = plain.order.map_or_else(Params::new, |order| *order);
        for params in [&plain.params, &order] {
            params.check()?;
        }
        check_depth(M::DEF.name, &plain.select.filter)?;
        check_computed(&plain.select)?;
        let mut paged = Paged::new(Taken {
            select: plain.select,
            keys: Params::new(),
            list: Params::new(),
            filter: plain.params,
            having: Params::new(),
            order,
            limit: plain.limit,
            offset: plain.offset,
            single: false,
            decode: |row| M::decode(&mut RowReader::new(row, M::DEF)),
        })?;
        if !includes.is_empty() {
            paged.included = Included {
                includes,
                load: Some(|on, rows, includes| Box::pin(load(on, rows, includes))),
            };
        }
        Ok(paged)
    }
}

impl<M: Model, T> Selection<M, T> {
    /// As [`Query::paged`].
    pub(super) fn paged(self) -> Result<Paged<T>> {
        Paged::new(self.taken()?)
    }
}

impl<M: Model, T> SetQuery<M, T> {
    /// As [`Query::paged`].
    pub(super) fn paged(self) -> Result<Paged<T>> {
        self.whole().paged()
    }
}

impl<T> Paged<T> {
    fn new(taken: Taken<T>) -> Result<Paged<T>> {
        check(&taken)?;
        let equal = equal(&taken);
        let mut paged = if is_of_columns(&taken.select) {
            Paged::of_columns(taken)
        } else {
            around(taken)
        };
        paged.keys.iter().try_for_each(Key::check)?;
        // Parts that are right by themselves may have queries of one name.
        paged.params.check()?;
        paged.equal = equal;
        Ok(paged)
    }

    /// The query itself: its keys are columns.
    fn of_columns(taken: Taken<T>) -> Paged<T> {
        let (mut select, mut params) = (taken.select, taken.list);
        params.append(taken.filter);
        let added = complete(&mut select);
        let (model, of_values) = (select.model, select.output == Output::Values);
        let Select {
            order, computed, ..
        } = &mut select;
        let list = computed.as_mut().filter(|_| of_values);
        let mut list = list.map(|computed| &mut computed.list);
        let keys = order.iter().map(|key| {
            let at = match &mut list {
                None => usize::from(key.column),
                Some(list) => place_in(list, &Formula::Column(key.column)),
            };
            Key::of_column(model, key.column, at)
        });
        let keys = keys.collect();
        Paged {
            keys,
            never: select.filter.known() == Some(false),
            select,
            params,
            added,
            decode: taken.decode,
            included: Included::NOTHING,
            equal: Vec::new(),
        }
    }

    pub(super) fn of_values(
        select: Select,
        params: Params,
        (keys, added): (Vec<Key>, usize),
        (decode, never): (Decode<T>, bool),
    ) -> Paged<T> {
        Paged {
            select,
            params,
            keys,
            added,
            decode,
            never,
            included: Included::NOTHING,
            equal: Vec::new(),
        }
    }

    /// Which query the cursors are of.
    pub(super) fn origin(&self) -> Result<Origin> {
        Origin::new(Shape::of(&self.select), &self.equal)
    }

    /// The whole order from the other end.
    pub(super) fn reverse(&mut self) {
        for key in &mut self.select.order {
            *key = key.reversed();
        }
        if let Some(computed) = &mut self.select.computed {
            let order = std::mem::take(&mut computed.order);
            computed.order = order.into_iter().map(|key| key.reversed()).collect();
        }
    }

    /// Only so many rows behind a place; behind none from the beginning.
    pub(super) fn seek(&mut self, place: &[Value], rows: u64) {
        let after = place
            .iter()
            .map(|value| {
                if value.is_null() {
                    Position::Null
                } else {
                    self.params.push(value.clone());
                    Position::Slot
                }
            })
            .collect();
        self.select.paging = Some(Box::new(Paging {
            added: self.added,
            after,
        }));
        self.select.limit = true;
        self.params.push(number(rows));
    }

    /// Only so many rows, those before them skipped and counted.
    pub(super) fn cut(&mut self, rows: u64, skipped: u64) {
        self.seek(&[], rows);
        self.select.offset = true;
        self.params.push(number(skipped));
    }

    /// The statement that counts all of its rows.
    pub(super) fn counting(&self) -> (Select, Params) {
        let (mut select, mut params) = (self.select.clone(), self.params.clone());
        select.output = Output::Count;
        if let Some(computed) = &mut select.computed {
            let listed: usize = computed.list.iter().map(Formula::slots).sum();
            computed.list.clear();
            if listed > 0 {
                params = Params::from(
                    params
                        .values()
                        .iter()
                        .skip(listed)
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
        }
        select.forget_order();
        (select, params)
    }
}

/// The values that the conditions of a query, and of what it reads, hold columns equal to: a query for others is another
/// query, such as that of another tenant. Those of a range are not among them, which may be the time of asking; nor those of
/// a `sensitive` column.
fn equal<T>(taken: &Taken<T>) -> Vec<Value> {
    let mut found = Vec::new();
    // What stands in the list is no condition, and its values are kept elsewhere.
    equal_of(&taken.select, taken.filter.values(), &mut found);
    found
}

/// The same of a select, whose values begin with those of what it reads.
fn equal_of(select: &Select, values: &[Value], found: &mut Vec<Value>) {
    let mut first = 0;
    for part in select.source().into_iter().flat_map(Source::parts) {
        let listed = part.computed.as_deref().map_or(0, |computed| {
            let listed = computed.keys.iter().chain(&computed.list);
            listed.map(Formula::slots).sum()
        });
        equal_of(
            part,
            values.get(first + listed..).unwrap_or_default(),
            found,
        );
        first += part.slots();
    }
    let told = |column: u16| {
        let def = select.model.columns.get(usize::from(column));
        def.is_some_and(|def| !def.sensitive)
    };
    let bounded = matches!(select.source(), Some(Source::Tree(tree)) if tree.bounded);
    let first = first + usize::from(bounded);
    let pinned = select.filter.pinned_slots().into_iter();
    let pinned = pinned.filter(|(column, _)| told(*column));
    found.extend(pinned.filter_map(|(_, slot)| values.get(first + slot).cloned()));
}

/// A number of rows as a value.
fn number(rows: u64) -> Value {
    Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// Where a value stands in a list, at its end where it was not there. One with slots is never known to be another.
pub(super) fn place_in(list: &mut Vec<Formula>, value: &Formula) -> usize {
    let before = list.iter().position(|one| one == value && one.slots() == 0);
    before.unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    })
}

/// Refuses what makes no pages: a query that is cut already, and one whose rows nothing tells apart.
fn check<T>(taken: &Taken<T>) -> Result<()> {
    let nothing = Computed::NOTHING;
    let computed = taken.select.computed.as_deref().unwrap_or(&nothing);
    let twice = matches!(
        &computed.source,
        Some(Source::Compound(all)) if all.operation == SetOperation::UnionAll
    );
    let named = matches!(&computed.source, Some(Source::Named(_)));
    let (what, instead) = if taken.limit.is_some() || taken.offset.is_some() {
        (
            "pages of a query with a limit or an offset",
            "leave them out: a page has its own number of rows, and a cursor its own beginning",
        )
    } else if taken.single {
        (
            "pages of an aggregate of all rows, which is one row",
            "take it by `.one(&db)`, or put the rows into groups by `group_by`",
        )
    } else if named && is_plain(computed) {
        (
            "pages of a named query, whose rows may be alike",
            "page through the query itself before it is named, or say `.distinct()` of the values",
        )
    } else if twice && is_plain(computed) {
        (
            "pages of `union_all`, in which a row that comes twice cannot be told from itself",
            "say `.union(…)`, which has each row once, or page through each of the queries by itself",
        )
    } else if computed.order.iter().any(|key| key.by.has_windows()) {
        (
            "pages in the order of a window function, whose values are others as soon as a row is added",
            "order by what the window is ordered by",
        )
    } else {
        return Ok(());
    };
    Err(Error::unsupported(what, instead).on_model(taken.select.model.name))
}

/// Whether rows that are alike come as often as they are there.
fn is_plain(computed: &Computed) -> bool {
    computed.keys.is_empty() && !computed.distinct && computed.first_of.is_empty()
}

/// Whether the rows come in the order of columns, and a condition on these is one on the rows that are given.
fn is_of_columns(select: &Select) -> bool {
    select.computed.as_deref().is_none_or(|computed| {
        computed.keys.is_empty()
            && !computed.distinct
            && computed.having == Expr::Constant(true)
            && computed.order.is_empty()
            && computed.first_of.is_empty()
            && !computed.list.iter().any(Formula::has_windows)
            && !is_of_values(computed)
    })
}

/// Whether what is read are values of several queries, and no rows of a model.
pub(super) fn is_of_values(computed: &Computed) -> bool {
    match &computed.source {
        None => false,
        Some(source) => {
            let mut parts = source.parts().iter();
            parts.all(|part| part.output == Output::Values)
        }
    }
}
