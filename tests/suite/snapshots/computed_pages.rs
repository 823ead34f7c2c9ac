//! Pages of what is no plain list of rows: the query stands inside, and its place in the order around it.

use super::{Behaviour, behaviour};
use crate::models::figures::Figure;
use crate::models::people::Task;
use crate::models::views::TaskTitle;
use toasty::expr::{count, lower, max, row_number};
use toasty::language::cursor::{Cursor, Leads, Origin, Shape};
use toasty::language::query::PageQuery;
use toasty::language::value::Value;
use toasty::{Model, Statement};

/// The page behind a place.
fn behind<M: Model, T>(page: impl Fn() -> PageQuery<M, T>, place: &[Value]) -> PageQuery<M, T> {
    behind_of(page, None, place)
}

/// The same of a query that holds a column equal to a value.
fn behind_of<M: Model, T>(
    page: impl Fn() -> PageQuery<M, T>,
    equal: Option<Value>,
    place: &[Value],
) -> PageQuery<M, T> {
    let shape = match page().statement() {
        Ok((Statement::Select(select), _)) => Shape::of(&select),
        other => panic!("{other:?}"),
    };
    let of = Origin::new(shape, &equal).unwrap();
    let place = place.to_vec();
    let leads = Leads::On;
    page().after(Cursor { leads, place }.encode(&of, None).unwrap())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn behaviours() -> Vec<Behaviour> {
    [orders(), values(), sets()].into_iter().flatten().collect()
}

fn orders() -> Vec<Behaviour> {
    vec![
        behaviour("a page in a computed order", || {
            let page = || {
                let some = Figure::filter(|f| f.shop.eq("x"));
                some.order_by(|f| lower(f.title).asc()).page(20)
            };
            behind_of(page, Some(text("x")), &[text("beta"), Value::Int(4)])
        }),
        behaviour("a page in a computed order with nulls", || {
            let page = || Figure::all().order_by(|f| (f.other + 1).desc()).page(20);
            behind(page, &[Value::Int(3), Value::Int(4)])
        }),
        behaviour("a page in the order of a relation's column", || {
            let page = || {
                let tasks = Task::all().order_by(|t| t.person.value(|p| p.name).asc());
                tasks.page(20)
            };
            behind(page, &[text("Ann"), Value::Int(4)])
        }),
        behaviour("a page in the order of a relation's rows", || {
            let page = || Task::all().order_by(|t| t.notes.count().desc()).page(20);
            behind(page, &[Value::Int(2), Value::Int(4)])
        }),
    ]
}

fn values() -> Vec<Behaviour> {
    vec![
        behaviour("a page of values", || {
            let page = || {
                let of_one = Task::filter(|t| t.person_id.eq(7)).order_by(|t| t.title.asc());
                of_one.select(|t| t.rank).page(20)
            };
            behind_of(page, Some(Value::Int(7)), &[text("t"), Value::Int(4)])
        }),
        behaviour("a page of a view", || {
            let page = || {
                let of_one = Task::filter(|t| t.person_id.eq(7)).order_by(|t| t.title.asc());
                of_one.select_as::<TaskTitle>().page(20)
            };
            behind_of(page, Some(Value::Int(7)), &[text("t"), Value::Int(4)])
        }),
        behaviour("a page of values of windows", || {
            let page = || {
                Figure::all()
                    .order_by(|f| f.id.asc())
                    .select(|f| row_number().over(|w| w.order_by(f.number.desc())))
                    .page(20)
            };
            behind(page, &[Value::Int(4)])
        }),
        behaviour("a page of groups", || {
            let page = || {
                Figure::all()
                    .group_by(|f| f.shop)
                    .having(|g| max(g.row.number).gt(3))
                    .order_by(|_| count().desc())
                    .select(|g| (g.key, count()))
                    .page(20)
            };
            behind(page, &[Value::Int(3), text("x")])
        }),
        behaviour("a page of distinct values", || {
            let page = || {
                let shops = Figure::all().order_by(|f| f.shop.asc());
                shops.select(|f| (f.shop, f.other)).distinct().page(20)
            };
            behind(page, &[text("x"), Value::Null])
        }),
    ]
}

fn sets() -> Vec<Behaviour> {
    vec![
        behaviour("a page of a union", || {
            let page = || {
                let some = Figure::filter(|f| f.shop.eq("x"));
                let union = some.union(Figure::filter(|f| f.number.gt(3)));
                union.order_by(|f| f.number.desc()).page(20)
            };
            behind_of(page, Some(text("x")), &[Value::Int(9), Value::Int(4)])
        }),
        behaviour("a page of values of two queries", || {
            let page = || {
                let shops = Figure::all().select(|f| f.shop);
                let all = shops.union(Task::all().select(|t| t.title));
                all.order_by(|name| name.desc()).page(20)
            };
            behind(page, &[text("x")])
        }),
        behaviour("a page of the first rows of groups", || {
            let page = || {
                Figure::all()
                    .order_by(|f| (f.number.desc(), f.id.asc()))
                    .distinct_on(|f| f.shop)
                    .select(|f| f.title)
                    .page(20)
            };
            behind(page, &[Value::Int(9), Value::Int(4)])
        }),
    ]
}
