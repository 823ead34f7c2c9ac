//! Reading.

use super::{Behaviour, behaviour};
use crate::models::keys::{Account, Badge, BadgeId, Login, Order, Triple};
use crate::models::people::{Book, Passport, Person, Shelf, Task};
use crate::models::texts::{Point, Word};
use crate::models::values::{Color, Everything, Parcel, Score};
use toasty::{Filter, Query};

pub fn behaviours() -> Vec<Behaviour> {
    [
        comparing(),
        listing(),
        matching(),
        combining(),
        relating(),
        shaping(),
        finding(),
        associations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn comparing() -> Vec<Behaviour> {
    vec![
        behaviour("all rows", Point::all),
        behaviour("equal", || Point::filter(|p| p.a.eq(1))),
        behaviour("not equal", || Point::filter(|p| p.a.ne(1))),
        behaviour("less", || Point::filter(|p| p.a.lt(1))),
        behaviour("less or equal", || Point::filter(|p| p.a.le(1))),
        behaviour("greater", || Point::filter(|p| p.a.gt(1))),
        behaviour("greater or equal", || Point::filter(|p| p.a.ge(1))),
        behaviour("between", || Point::filter(|p| p.a.between(1, 9))),
        behaviour("between two columns", || {
            Point::filter(|p| p.c.between(p.a, p.b))
        }),
        behaviour("not between", || Point::filter(|p| !p.a.between(1, 9))),
        behaviour("column to column", || Point::filter(|p| p.a.lt(p.b))),
        behaviour("is null", || Point::filter(|p| p.a.is_null())),
        behaviour("is not null", || Point::filter(|p| p.a.is_not_null())),
        behaviour("equal to a variant", || {
            Everything::filter(|e| e.color.eq(Color::Green))
        }),
        behaviour("equal to a newtype", || {
            Everything::filter(|e| e.score.gt(Score(5)))
        }),
        behaviour("equal to a decimal", || {
            Everything::filter(|e| e.decimal.eq(rust_decimal::Decimal::ONE))
        }),
        behaviour("equal to json", || {
            Everything::filter(|e| e.json.eq(serde_json::json!({ "a": 1 })))
        }),
        behaviour("a path into an embedded value", || {
            Parcel::filter(|p| p.receiver.city.population.gt(5) & p.sender.zip.is_null())
        }),
        behaviour("odd names", || {
            Order::filter(|o| o.group.eq(1) & o.r#type.eq("x")).order_by(|o| o.select.asc())
        }),
    ]
}

fn listing() -> Vec<Behaviour> {
    vec![
        behaviour("in a list", || Point::filter(|p| p.a.in_list([1, 2, 3]))),
        behaviour("in a list of one", || Point::filter(|p| p.a.in_list([1]))),
        behaviour("not in a list", || {
            Point::filter(|p| p.a.not_in_list([1, 2, 3]))
        }),
        behaviour("in an empty list", || {
            Point::filter(|p| p.a.in_list(Vec::<i64>::new()))
        }),
        behaviour("not in an empty list", || {
            Point::filter(|p| p.a.not_in_list(Vec::<i64>::new()))
        }),
        behaviour("in a list of columns", || {
            Point::filter(|p| p.c.in_list([p.a, p.b]))
        }),
        behaviour("not in a list of columns", || {
            Point::filter(|p| p.c.not_in_list([p.a, p.b]))
        }),
    ]
}

fn matching() -> Vec<Behaviour> {
    vec![
        behaviour("starts with", || Word::filter(|w| w.text.starts_with("a"))),
        behaviour("ends with", || Word::filter(|w| w.text.ends_with("a"))),
        behaviour("contains", || Word::filter(|w| w.text.contains("a"))),
        behaviour("like", || Word::filter(|w| w.text.like("a%"))),
        behaviour("starts with, ignoring case", || {
            Word::filter(|w| w.text.starts_with_ignore_case("a"))
        }),
        behaviour("ends with, ignoring case", || {
            Word::filter(|w| w.text.ends_with_ignore_case("a"))
        }),
        behaviour("contains, ignoring case", || {
            Word::filter(|w| w.text.contains_ignore_case("a"))
        }),
        behaviour("like, ignoring case", || {
            Word::filter(|w| w.text.like_ignore_case("a%"))
        }),
        behaviour("equal, ignoring case", || {
            Word::filter(|w| w.text.eq_ignore_case("a"))
        }),
        behaviour("does not start with", || {
            Word::filter(|w| !w.text.starts_with("a"))
        }),
    ]
}

fn combining() -> Vec<Behaviour> {
    vec![
        behaviour("and", || {
            Point::filter(|p| p.a.eq(1) & p.b.eq(2) & p.c.eq(3))
        }),
        behaviour("or", || {
            Point::filter(|p| p.a.eq(1) | p.b.eq(2) | p.c.eq(3))
        }),
        behaviour("and over or", || {
            Point::filter(|p| p.a.eq(1) & (p.b.eq(2) | p.c.eq(3)))
        }),
        behaviour("or over and", || {
            Point::filter(|p| p.a.eq(1) & p.b.eq(2) | p.c.eq(3))
        }),
        behaviour("not and", || Point::filter(|p| !(p.a.eq(1) & p.b.eq(2)))),
        behaviour("not not", || Point::filter(|p| !!p.a.eq(1))),
        behaviour("or with a range", || {
            Word::filter(|w| w.text.starts_with("a") | w.other.starts_with("b"))
        }),
        behaviour("filters one after the other", || {
            Point::filter(|p| p.a.eq(1))
                .filter(|p| p.b.eq(2) | p.c.eq(3))
                .filter_some(Some(4), |p, c| p.c.ne(c))
        }),
        behaviour("a condition that always holds", || {
            Point::filter(|p| p.a.eq(1) | Filter::always())
        }),
    ]
}

fn relating() -> Vec<Behaviour> {
    vec![
        behaviour("any of a has-many", || {
            Person::filter(|p| p.tasks.any(|t| t.done.eq(true)))
        }),
        behaviour("none of a has-many", || {
            Person::filter(|p| p.tasks.none(|t| t.done.eq(true)))
        }),
        behaviour("all of a has-many", || {
            Person::filter(|p| p.tasks.all(|t| t.rank.lt(3)))
        }),
        behaviour("any at all of a has-many", || {
            Person::filter(|p| p.tasks.any(|_| Filter::always()))
        }),
        behaviour("is of a has-one", || {
            Person::filter(|p| p.passport.is(|passport| passport.country.eq("CH")))
        }),
        behaviour("is none of a has-one", || {
            Person::filter(|p| p.passport.is_none())
        }),
        behaviour("is of a belongs-to", || {
            Passport::filter(|p| p.person.is(|person| person.name.eq("Ann")))
        }),
        behaviour("is none of a belongs-to", || {
            Task::filter(|t| t.reviewer.is_none())
        }),
        behaviour("a relation to itself", || {
            Person::filter(|p| {
                p.boss.is(|boss| boss.name.eq("Ann")) & p.reports.any(|r| r.age.lt(30))
            })
        }),
        behaviour("a relation by a composite key", || {
            Shelf::filter(|s| s.books.any(|b| b.title.contains("x")))
        }),
        behaviour("relations three levels deep", || {
            Person::filter(|p| {
                p.name.ne("Ann")
                    & p.tasks.any(|t| {
                        t.notes
                            .none(|n| n.text.eq("x") & n.task.is(|t| t.rank.gt(1)))
                    })
            })
        }),
    ]
}

fn shaping() -> Vec<Behaviour> {
    vec![
        behaviour("order by several", || {
            Point::all().order_by(|p| (p.a.asc(), p.b.desc(), p.id.asc()))
        }),
        behaviour("nulls first and last", || {
            Point::all().order_by(|p| (p.a.asc().nulls_last(), p.b.desc().nulls_first()))
        }),
        behaviour("limit", || Point::all().limit(5)),
        behaviour("limit and offset", || {
            Point::filter(|p| p.a.gt(1))
                .order_by(|p| p.id.asc())
                .limit(5)
                .offset(10)
        }),
        behaviour("offset alone", || Point::all().offset(10)),
    ]
}

fn finding() -> Vec<Behaviour> {
    vec![
        behaviour("find by a key", || Account::find_by_id(1u64)),
        behaviour("find by a newtype key", || Badge::find_by_id(BadgeId(1))),
        behaviour("find by a composite key", || {
            Triple::find_by_a_and_b_and_c("a", "b", "c")
        }),
        behaviour("find by a unique field", || Login::find_by_email("a")),
        behaviour("find by null", || Login::find_by_nick(None::<String>)),
        behaviour("find by an index of two fields", || {
            Login::find_by_realm_and_name("r", "n")
        }),
    ]
}

/// What the rows of a relation are asked for by, from a row that is there.
fn associations() -> Vec<Behaviour> {
    fn ann() -> Person {
        Person {
            id: 7,
            name: "Ann".into(),
            age: None,
            boss_id: Some(3),
            boss: None,
            reports: toasty::HasMany::default(),
            passport: toasty::HasOne::default(),
            tasks: toasty::HasMany::default(),
            reviews: toasty::HasMany::default(),
        }
    }
    fn shelf() -> Shelf {
        Shelf {
            room: "a".into(),
            number: 1,
            label: "x".into(),
            books: toasty::HasMany::default(),
        }
    }
    vec![
        behaviour("the rows of a has-many", || ann().tasks().query()),
        behaviour("the row of a has-one", || ann().passport().query()),
        behaviour("the row of a belongs-to", || ann().boss().query()),
        behaviour("the rows of a has-many by a composite key", || {
            shelf().books().order_by(|b| b.title.asc()).limit(3)
        }),
        behaviour("the relation of a relation", || -> Query<Book> {
            shelf().books().filter(|b| b.shelf.is(|s| s.label.eq("y")))
        }),
    ]
}
