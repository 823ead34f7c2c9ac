//! Pages: the first, one after a place, one before it; with NULLs, in both directions, of an association.

use super::{Behaviour, behaviour};
use crate::models::people::{Person, Task};
use crate::models::readings::Reading;
use crate::models::texts::Point;

fn point(a: Option<i64>, b: Option<i64>) -> Point {
    Point {
        id: 3,
        a,
        b,
        c: 2,
        s: None,
    }
}

fn reading() -> Reading {
    Reading {
        sensor: "a".into(),
        at: 7,
        room: "hall".into(),
        value: 3,
        note: None,
    }
}

fn task() -> Task {
    Task {
        id: 5,
        person_id: 7,
        person: toasty::BelongsTo::default(),
        reviewer_id: None,
        reviewer: None,
        title: "t".into(),
        done: false,
        rank: None,
        notes: toasty::HasMany::default(),
    }
}

fn ann() -> Person {
    Person {
        id: 7,
        name: "Ann".into(),
        age: None,
        boss_id: None,
        boss: None,
        reports: toasty::HasMany::default(),
        passport: toasty::HasOne::default(),
        tasks: toasty::HasMany::default(),
        reviews: toasty::HasMany::default(),
    }
}

pub fn behaviours() -> Vec<Behaviour> {
    vec![
        behaviour("the first page", || {
            Reading::filter(|r| r.sensor.eq("a"))
                .order_by(|r| r.at.asc())
                .page(20)
        }),
        behaviour("the page after a row", || {
            Reading::filter(|r| r.sensor.eq("a"))
                .order_by(|r| r.at.asc())
                .page(20)
                .after_row(&reading())
        }),
        behaviour("the page before a row", || {
            Reading::filter(|r| r.sensor.eq("a"))
                .order_by(|r| r.at.asc())
                .page(20)
                .before_row(&reading())
        }),
        behaviour("a page in the order of an index", || {
            Reading::filter(|r| r.room.eq("hall") & r.value.gt(1))
                .order_by(|r| r.value.desc())
                .page(20)
                .after_row(&reading())
        }),
        behaviour("a page without an order", || {
            Point::all()
                .allow_scan()
                .page(20)
                .after_row(&point(None, None))
        }),
        behaviour("a page in mixed directions", || {
            Point::filter(|p| p.a.eq(1) | p.b.eq(2))
                .order_by(|p| (p.c.desc(), p.id.asc()))
                .page(20)
                .after_row(&point(None, None))
        }),
        behaviour("a page with nulls in its order", || {
            Point::all()
                .order_by(|p| (p.a.asc(), p.b.asc().nulls_last(), p.id.desc()))
                .page(20)
                .after_row(&point(Some(1), Some(2)))
        }),
        behaviour("a page after nulls", || {
            Point::all()
                .order_by(|p| (p.a.asc(), p.b.asc().nulls_last(), p.id.desc()))
                .page(20)
                .after_row(&point(None, None))
        }),
        behaviour("a page of an association", || {
            ann()
                .tasks()
                .order_by(|t| t.title.asc())
                .page(20)
                .after_row(&task())
        }),
        behaviour("a page of rows that are found by a list", || {
            Reading::filter(|r| r.sensor.in_list(["a", "b"]))
                .order_by(|r| r.at.asc())
                .page(20)
        }),
    ]
}
