//! A page around a query: what the query gives are columns to it.
//!
//! Promises: the place stands around groups, unions and first rows, so that it leaves out rows that they give and none that they
//! are made of. Must not know: cursors, sinks.

use super::order::Key;
use super::paged::{Paged, is_of_values, place_in};
use crate::query::values::Taken;
use crate::statement::{
    Computed, ComputedOrder, Direction, Expr, Formula, Given, Nulls, Output, Select, Source,
};
use crate::value::Params;

/// A key of the order: where its value stands in the list, its direction, and where NULLs go.
type Place = (usize, Direction, Nulls);

/// The query inside, its order moved around it.
pub(super) fn around<T>(taken: Taken<T>) -> Paged<T> {
    let mut select = taken.select;
    let order = order_of(&select);
    if select.output == Output::Rows {
        let columns = 0..u16::try_from(select.model.columns.len()).unwrap_or(u16::MAX);
        select.computing().list = columns.map(Formula::Column).collect();
    }
    select.output = Output::Values;
    let model = select.model;
    let computed = select.computing();
    let given = computed.list.len();
    let mut places: Vec<Place> = Vec::with_capacity(order.len());
    for key in &order {
        let at = place_in(&mut computed.list, &key.by);
        add(&mut places, (at, key.direction, key.nulls));
    }
    let added = tie(computed, model.key_columns(), given, &mut places);

    let mut params = taken.keys;
    params.append(taken.list);
    params.append(taken.order.clone());
    params.append(taken.filter);
    params.append(taken.having);
    if computed.first_of.is_empty() || !computed.keys.is_empty() {
        computed.order.clear();
        select.order.clear();
    } else {
        // It also says which row of each is the first.
        params.append(taken.order);
    }
    enclosed(select, params, &places, added, taken.decode)
}

/// The order of a query, each key as a value.
fn order_of(select: &Select) -> Vec<ComputedOrder> {
    let columns = select.order.iter().map(|key| ComputedOrder {
        by: Formula::Column(key.column),
        direction: key.direction,
        nulls: key.nulls,
    });
    let computed = select.computed.iter().flat_map(|one| &one.order).cloned();
    columns.chain(computed).collect()
}

/// A value that stands there already says nothing more.
fn add(places: &mut Vec<Place>, place: Place) {
    if !places.iter().any(|(at, ..)| *at == place.0) {
        places.push(place);
    }
}

/// Puts behind the order what no two rows are equal in, and says how many keys that were: all of the values where rows come
/// once, the keys of groups, the key of the model.
fn tie(computed: &mut Computed, key: Vec<u16>, given: usize, places: &mut Vec<Place>) -> usize {
    let direction = places
        .last()
        .map_or(Direction::Ascending, |(_, way, _)| *way);
    let before = places.len();
    let ties: Vec<usize> =
        if computed.distinct || is_of_values(computed) && computed.keys.is_empty() {
            (0..given).collect()
        } else if computed.keys.is_empty() {
            let columns = key.into_iter().map(Formula::Column);
            columns
                .map(|one| place_in(&mut computed.list, &one))
                .collect()
        } else {
            let keys = (0..computed.keys.len()).map(Formula::Key);
            keys.map(|one| place_in(&mut computed.list, &one)).collect()
        };
    for at in ties {
        add(places, (at, direction, Nulls::Smallest));
    }
    places.len() - before
}

fn enclosed<T>(
    select: Select,
    params: Params,
    places: &[Place],
    added: usize,
    decode: crate::query::values::Decode<T>,
) -> Paged<T> {
    let nothing = Computed::NOTHING;
    let computed = select.computed.as_deref().unwrap_or(&nothing);
    let keys = places.iter().filter_map(|(at, ..)| {
        let value = computed.list.get(*at)?;
        Some(Key::of_value(&select, computed, value, *at))
    });
    let keys: Vec<Key> = keys.collect();
    let values: Vec<Formula> = computed
        .list
        .iter()
        .enumerate()
        .map(|(number, value)| {
            let ty = value.column_type(&select.model, &computed.keys);
            Formula::Given(Given { number, ty })
        })
        .collect();
    let order = places.iter().filter_map(|(at, direction, nulls)| {
        Some(ComputedOrder {
            by: values.get(*at)?.clone(),
            direction: *direction,
            nulls: *nulls,
        })
    });
    let order = order.collect();
    let mut page = Select::all(select.model);
    page.output = Output::Values;
    page.allowed = select.allowed;
    let never = select.filter.known() == Some(false);
    let computing = page.computing();
    computing.order = order;
    computing.source = Some(match only_source(&select, &values) {
        Some(source) => source,
        None => Source::Select(Box::new(select)),
    });
    computing.list = values;
    Paged::of_values(page, params, (keys, added), (decode, never))
}

/// What a select reads, where it gives nothing else than that: the page is then around it alone.
fn only_source(select: &Select, values: &[Formula]) -> Option<Source> {
    let computed = select.computed.as_deref()?;
    let bare = select.filter == Expr::Constant(true)
        && computed.only_reads()
        && is_of_values(computed)
        && computed.list == values;
    computed.source.clone().filter(|_| bare)
}
