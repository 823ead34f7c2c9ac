//! Values that are computed.

use super::{Behaviour, behaviour};
use crate::models::figures::Figure;
use rust_decimal::Decimal;
use toasty::Model;
use toasty::expr::{
    avg, case, coalesce, count, count_distinct, count_of, length, lower, max, min, sum,
};

pub fn behaviours() -> Vec<Behaviour> {
    [
        projecting(),
        aggregating(),
        grouping(),
        computing(),
        changing(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn projecting() -> Vec<Behaviour> {
    vec![
        behaviour("values of columns", || {
            Figure::filter(|f| f.shop.eq("x")).select(|f| (f.id, f.label))
        }),
        behaviour("values in order with limit and offset", || {
            Figure::all()
                .order_by(|f| (f.title.asc(), f.other.desc()))
                .limit(3)
                .offset(6)
                .select(|f| f.title)
        }),
        behaviour("distinct values", || {
            Figure::all()
                .order_by(|f| f.shop.asc())
                .select(|f| (f.shop, f.price))
                .distinct()
        }),
        behaviour("values by cases", || {
            Figure::filter(|f| f.id.gt(1)).select(|f| {
                case(f.number.gt(9), "large")
                    .when(f.done.eq(true), f.title)
                    .otherwise("small")
            })
        }),
        behaviour("values that are computed", || {
            Figure::all().select(|f| {
                (
                    f.tiny + 1u8,
                    f.number / f.other,
                    f.share * 2.0,
                    f.price - Decimal::ONE,
                    coalesce(f.label, "-"),
                )
            })
        }),
    ]
}

fn aggregating() -> Vec<Behaviour> {
    vec![
        behaviour("the number of rows as a value", || {
            Figure::filter(|f| f.shop.eq("x")).select(|_| count())
        }),
        behaviour("aggregates of all rows", || {
            Figure::filter(|f| f.done.eq(true)).select(|f| {
                (
                    count_of(f.other),
                    count_distinct(f.price),
                    sum(f.number),
                    sum(f.price),
                    avg(f.tiny),
                    avg(f.share),
                )
            })
        }),
        behaviour("the smallest and the largest", || {
            Figure::all().select(|f| {
                (
                    min(f.title),
                    max(f.price),
                    min(f.done),
                    max(f.mark),
                    max(f.mood),
                )
            })
        }),
        behaviour("a sum of what is computed", || {
            Figure::filter(|f| f.id.lt(9)).select(|f| sum(f.number * f.number + 1))
        }),
    ]
}

fn grouping() -> Vec<Behaviour> {
    vec![
        behaviour("groups", || {
            Figure::all()
                .group_by(|f| f.shop)
                .select(|g| (g.key, count(), max(g.row.title)))
        }),
        behaviour("groups by two keys with having, order and limit", || {
            Figure::filter(|f| f.number.gt(0))
                .group_by(|f| (f.shop, f.label))
                .having(|g| count().gt(3) & sum(g.row.number).is_not_null())
                .order_by(|g| (count().desc(), g.key.0.asc()))
                .limit(5)
                .select(|g| (g.key.0, g.key.1, count()))
        }),
        behaviour("groups by what is computed", || {
            Figure::filter(|f| f.number.gt(0))
                .group_by(|f| (f.number + 5, lower(f.title)))
                .having(|g| g.key.0.gt(7))
                .select(|g| (g.key.0, g.key.1, count()))
        }),
    ]
}

fn computing() -> Vec<Behaviour> {
    vec![
        behaviour("a filter that computes", || {
            Figure::filter(|f| {
                (f.number + f.other.coalesce(0)).gt(f.number * 2) & f.title.lower().eq("x")
            })
        }),
        behaviour("a filter by the length of a text", || {
            Figure::filter(|f| length(f.label).gt(3) | f.title.length().in_list([1, 2]))
        }),
        behaviour("a filter that computes with decimals", || {
            Figure::filter(|f| (f.price * Decimal::TWO).gt(Decimal::TEN))
        }),
        behaviour("distinct from a value", || {
            Figure::filter(|f| f.label.is_distinct_from("x"))
        }),
        behaviour("distinct from a column", || {
            Figure::filter(|f| !f.other.is_distinct_from(f.number))
        }),
        behaviour("distinct from what is computed", || {
            Figure::filter(|f| (f.other + 1).is_distinct_from(f.number))
        }),
        behaviour("an order that computes", || {
            Figure::filter(|f| f.id.gt(1))
                .order_by(|f| {
                    (
                        f.shop.asc(),
                        (f.number - 3).desc(),
                        (f.price + Decimal::ONE).asc().nulls_last(),
                    )
                })
                .limit(4)
        }),
    ]
}

fn changing() -> Vec<Behaviour> {
    let f = Figure::FIELDS;
    vec![
        behaviour("an update that computes", move || {
            Figure::filter(|f| f.shop.eq("x"))
                .update()
                .number(f.number + 1)
                .title(f.title.lower())
                .label("y")
        }),
        behaviour("an update that computes a small number", move || {
            Figure::filter(|f| f.shop.eq("x"))
                .update()
                .tiny(f.tiny + 1u8)
        }),
        behaviour("an update by another column", move || {
            Figure::filter(|f| f.shop.eq("x")).update().other(f.number)
        }),
    ]
}
