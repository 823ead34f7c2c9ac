//! Values that are looked into, and queries from the parameters of a request.

use super::{Behaviour, behaviour};
use crate::models::arrays::Shelf;
use crate::models::figures::Figure;
use crate::models::texts::Word;
use crate::models::values::{Anything, Everything};
use rust_decimal::Decimal;
use toasty::expr::count;

pub fn behaviours() -> Vec<Behaviour> {
    [parameters(), times(), json(), arrays()]
        .into_iter()
        .flatten()
        .collect()
}

fn parameters() -> Vec<Behaviour> {
    let list = || {
        Figure::filterable()
            .field("shop", |f| f.shop)
            .field("number", |f| f.number)
            .field("other", |f| f.other)
            .sort("number", |f| f.number)
            .sort("id", |f| f.id)
            .limit(20, 100)
    };
    vec![behaviour(
        "a query by the parameters of a request",
        move || {
            let text = "number[gte]=18&shop=x&shop=y&other[is_null]=false&sort=-number,id";
            let query = list().parse(text);
            query.unwrap()
        },
    )]
}

fn times() -> Vec<Behaviour> {
    vec![
        behaviour("a filter by parts of times", || {
            Figure::filter(|f| f.at.year().eq(2024) & f.at.weekday().in_list([6, 7]))
        }),
        behaviour("groups by the week", || {
            Figure::all()
                .group_by(|f| f.at.start_of_week())
                .select(|g| (g.key, count()))
        }),
        behaviour("a filter by when the day of a date began", || {
            Anything::filter(|a| a.date.start_of_month().eq(jiff::civil::date(2024, 5, 1)))
        }),
        behaviour("groups by the day", || {
            Figure::all()
                .group_by(|f| f.at.date())
                .select(|g| (g.key, count()))
        }),
        behaviour("parts of times as values", || {
            Figure::filter(|f| f.shop.eq("x"))
                .select(|f| (f.at.hour(), f.at.minute(), f.at.second()))
        }),
    ]
}

fn json() -> Vec<Behaviour> {
    vec![
        behaviour("a filter by a path into json", || {
            Everything::filter(|e| {
                e.json.path("address.city").as_text().eq("x") & e.tags.path("a[0]").as_i64().gt(1)
            })
        }),
        behaviour("a filter by what is there in json", || {
            Everything::filter(|e| e.json.path("a").exists() & e.json.path("b").as_bool().eq(true))
        }),
        behaviour("an order by a path into json", || {
            Everything::filter(|e| e.id.gt(1)).order_by(|e| e.json.path("a").as_f64().desc())
        }),
    ]
}

fn arrays() -> Vec<Behaviour> {
    vec![
        behaviour("a filter by the members of arrays", || {
            Shelf::filter(|s| {
                s.longs.has(1) & !s.texts.has_any(["x", "y"]) & s.prices.has_all([Decimal::ONE])
            })
        }),
        behaviour("a filter by a regular expression", || {
            Word::filter(|w| w.text.matches_regex("^a"))
        }),
        behaviour("a filter by how many members an array has", || {
            Shelf::filter(|s| s.longs.is_empty() | s.maybe.len().gt(2))
        }),
    ]
}
