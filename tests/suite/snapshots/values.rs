//! Values that are looked into, and queries from the parameters of a request.

use super::{Behaviour, behaviour};
use crate::models::figures::Figure;
use toasty::expr::count;

pub fn behaviours() -> Vec<Behaviour> {
    [parameters(), times()].into_iter().flatten().collect()
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
