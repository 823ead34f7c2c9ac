//! Pages by cursors and by numbers, walks in batches, and the last row.

use crate::cases::on_every_database;
use crate::models::keys::Login;
use crate::models::people::{Note, Person, Task};
use crate::models::readings::Reading;
use crate::models::texts::Point;
use crate::models::values::Everything;
use std::collections::BTreeSet;
use std::fmt::Debug;
use toasty::language::query::PageQuery;
use toasty::{Db, Error, ErrorKind, Model, ModelDef, Page, Query, Result, create};

const MODELS: &[&ModelDef] = &[Point::DEF, Reading::DEF];

/// All pages from the first to the last, and then back again, which must give the same.
pub(super) async fn there_and_back<M: Model, T: Clone + PartialEq + Debug + Send + 'static>(
    db: &Db,
    page: impl Fn() -> PageQuery<M, T>,
) -> Result<Vec<Vec<T>>> {
    let mut pages: Vec<Page<T>> = Vec::new();
    loop {
        let cursor = pages.last().and_then(Page::next_token);
        let next = page().after(cursor).fetch(db).await?;
        assert_eq!(next.has_prev(), !pages.is_empty(), "of the first page");
        let is_last = !next.has_next();
        pages.push(next);
        if is_last {
            break;
        }
    }
    let mut back = pages[pages.len() - 1].clone();
    for there in pages.iter().rev().skip(1) {
        back = page().before(back.prev_token()).fetch(db).await?;
        assert_eq!(back.items, there.items);
        assert!(back.has_next());
        assert_eq!(back.has_prev(), there.has_prev());
    }
    Ok(pages.into_iter().map(|page| page.items).collect())
}

/// Two sensors with the times 1 to 9 in no order; of every three readings two have the same value.
async fn readings(db: &Db) -> Result<()> {
    let rows = ["a", "b"].into_iter().flat_map(|sensor| {
        [5, 2, 9, 1, 7, 3, 8, 6, 4].map(|at| {
            create!(Reading {
                sensor,
                at,
                room: format!("room {sensor}"),
                value: at * 2 / 3
            })
        })
    });
    Reading::create_many(rows).exec(db).await?;
    Ok(())
}

fn times(rows: &[Reading]) -> Vec<i64> {
    rows.iter().map(|row| row.at).collect()
}

async fn points(db: &Db) -> Result<()> {
    let rows = (0..12u64).map(|id| {
        create!(Point {
            id,
            a: (id % 4 != 0).then(|| (id / 3).cast_signed()),
            b: (id % 3 == 1).then_some(7),
            c: (id % 2).cast_signed(),
            s: (id % 5 != 2).then(|| format!("s{}", id % 3)),
        })
    });
    Point::create_many(rows).exec(db).await?;
    Ok(())
}

async fn pages_in_the_order_of_a_key_both_ways(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = Reading::filter(|row| row.sensor.eq("a"));
    let up = of_a.clone().order_by(|row| row.at.asc());
    let pages = there_and_back(db, || up.clone().page(4)).await?;
    let all: Vec<_> = pages.iter().map(|page| times(page)).collect();
    assert_eq!(all, [vec![1, 2, 3, 4], vec![5, 6, 7, 8], vec![9]]);
    let down = of_a.order_by(|row| row.at.desc());
    let pages = there_and_back(db, || down.clone().page(3)).await?;
    let all: Vec<_> = pages.iter().map(|page| times(page)).collect();
    assert_eq!(all, [[9, 8, 7], [6, 5, 4], [3, 2, 1]]);
    Ok(())
}

async fn a_page_without_an_order_is_by_the_key(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_b = Reading::filter(|row| row.sensor.eq("b"));
    let pages = there_and_back(db, || of_b.clone().page(5)).await?;
    assert_eq!(times(&pages.concat()), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    Ok(())
}

async fn all_rows_of_a_table_page_by_page(db: &Db) -> Result<()> {
    points(db).await?;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = Point::all().page(5).after(&cursor).fetch(db).await?;
        seen.extend(page.items.iter().map(|point| point.id));
        cursor = page.next_token().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 12);
    assert_eq!(BTreeSet::from_iter(seen), (0..12).collect());
    Ok(())
}

async fn all_rows_of_a_table_and_back(db: &Db) -> Result<()> {
    points(db).await?;
    there_and_back(db, || Point::all().page(5)).await?;
    Ok(())
}

async fn rows_with_equal_values_are_told_apart(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = Reading::filter(|row| row.room.eq("room a"));
    for rows in 1..=4 {
        let up = of_a.clone().order_by(|row| row.value.asc());
        let pages = there_and_back(db, || up.clone().page(rows)).await?;
        let values: Vec<_> = pages.concat().iter().map(|row| row.value).collect();
        assert_eq!(values, [0, 1, 2, 2, 3, 4, 4, 5, 6]);
        let down = of_a.clone().order_by(|row| row.value.desc());
        let pages = there_and_back(db, || down.clone().page(rows)).await?;
        let values: Vec<_> = pages.concat().iter().map(|row| row.value).collect();
        assert_eq!(values, [6, 5, 4, 4, 3, 2, 2, 1, 0]);
    }
    Ok(())
}

async fn a_page_holds_rows_that_meet_the_condition_and_is_full(db: &Db) -> Result<()> {
    readings(db).await?;
    let some = Reading::filter(|row| row.sensor.eq("a") & row.value.in_list([0, 2, 6]))
        .order_by(|row| row.at.asc());
    let pages = there_and_back(db, || some.clone().page(2)).await?;
    let all: Vec<_> = pages.iter().map(|page| times(page)).collect();
    assert_eq!(all, [vec![1, 3], vec![4, 9]]);
    let range = Reading::filter(|row| row.sensor.eq("a") & row.at.between(3, 7));
    let range = range.order_by(|row| row.at.desc());
    let pages = there_and_back(db, || range.clone().page(2)).await?;
    let all: Vec<_> = pages.iter().map(|page| times(page)).collect();
    assert_eq!(all, [vec![7, 6], vec![5, 4], vec![3]]);
    Ok(())
}

/// Each order as one list and page by page.
async fn in_every_order_with_nulls(db: &Db) -> Result<()> {
    points(db).await?;
    macro_rules! orders {
        ($($order:expr),* $(,)?) => { $(
            let query = Point::all().order_by($order);
            let all = query.clone().all(db).await?;
            for rows in [1, 2, 5, 12] {
                let pages = there_and_back(db, || query.clone().page(rows)).await?;
                assert_eq!(pages.concat(), all, "{} by {rows}", stringify!($order));
            }
        )* };
    }
    orders!(
        |p| p.id.desc(),
        |p| (p.a.asc(), p.id.asc()),
        |p| (p.a.desc(), p.id.asc()),
        |p| (p.a.asc().nulls_last(), p.id.desc()),
        |p| (p.a.desc().nulls_first(), p.b.asc(), p.id.asc()),
        |p| (p.b.asc().nulls_last(), p.s.desc(), p.c.asc(), p.id.desc()),
        |p| (p.c.desc(), p.s.asc().nulls_last(), p.a.desc(), p.id.asc()),
        |p| (p.c.asc(), p.id.asc()),
        |p| (p.c.asc(), p.id.desc(), p.s.asc()),
    );
    let ties = Point::all().order_by(|p| (p.c.desc(), p.b.asc()));
    let pages = there_and_back(db, || ties.clone().page(5)).await?;
    let shown: Vec<_> = pages.concat().iter().map(|p| (p.c, p.b)).collect();
    let all = ties.all(db).await?;
    assert_eq!(shown, all.iter().map(|p| (p.c, p.b)).collect::<Vec<_>>());
    Ok(())
}

async fn a_condition_on_a_relation_and_pages(db: &Db) -> Result<()> {
    let (ann, _) = people(db).await?;
    let query = Task::filter(|task| task.person.is(|person| person.name.eq("Ann")) | task.id.eq(0))
        .order_by(|task| task.title.desc());
    let pages = there_and_back(db, || query.clone().page(2)).await?;
    assert_eq!(titles(&pages.concat()), ["t5", "t4", "t3", "t2", "t1"]);
    assert!(pages.concat().iter().all(|task| task.person_id == ann.id));
    Ok(())
}

/// Ann with five tasks, of which each has as many notes as its number, and Bob with one.
async fn people(db: &Db) -> Result<(Person, Person)> {
    db.create_tables_of(crate::models::people::PEOPLE).await?;
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let bob = create!(Person { name: "Bob" }).exec(db).await?;
    create!(Task {
        person_id: bob.id,
        title: "t3"
    })
    .exec(db)
    .await?;
    for number in [4, 1, 5, 3, 2] {
        let task = create!(Task {
            person_id: ann.id,
            title: format!("t{number}")
        })
        .exec(db)
        .await?;
        for _ in 0..number {
            create!(Note {
                task_id: task.id,
                text: "n"
            })
            .exec(db)
            .await?;
        }
    }
    Ok((ann, bob))
}

fn titles(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.title.as_str()).collect()
}

async fn pages_of_an_association(db: &Db) -> Result<()> {
    let (ann, bob) = people(db).await?;
    let pages =
        there_and_back(db, || ann.tasks().order_by(|task| task.title.asc()).page(2)).await?;
    assert_eq!(pages.len(), 3);
    assert_eq!(titles(&pages.concat()), ["t1", "t2", "t3", "t4", "t5"]);
    let pages = there_and_back(db, || ann.tasks().page(3)).await?;
    let all: BTreeSet<_> = pages
        .concat()
        .iter()
        .map(|task| task.title.clone())
        .collect();
    assert_eq!((pages.len(), all.len()), (2, 5));
    let one = bob.tasks().page(3).fetch(db).await?;
    assert_eq!(one.items.len(), 1);
    assert!(!one.has_next() && !one.has_prev());
    Ok(())
}

async fn pages_with_includes(db: &Db) -> Result<()> {
    let (ann, _) = people(db).await?;
    let page = |cursor: Option<&str>| {
        ann.tasks()
            .order_by(|task| task.title.desc())
            .include(|task| (task.notes, task.person))
            .page(2)
            .after(cursor)
    };
    let metered = db.metered();
    let first = page(None).fetch(&metered).await?;
    assert_eq!(metered.take_report().statements, 3, "of the page alone");
    let second = page(first.next_token()).fetch(db).await?;
    let mut notes = Vec::new();
    for task in first.items.iter().chain(&second) {
        assert_eq!(task.person.get()?.name, "Ann");
        notes.push((task.title.as_str(), task.notes.get()?.len()));
    }
    assert_eq!(notes, [("t5", 5), ("t4", 4), ("t3", 3), ("t2", 2)]);
    Ok(())
}

async fn a_page_after_a_row_at_hand(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = || Reading::filter(|row| row.sensor.eq("a")).order_by(|row| row.at.asc());
    let row = of_a().filter(|row| row.at.eq(4)).one(db).await?;
    let behind = of_a().page(2).after_row(&row).fetch(db).await?;
    assert_eq!(times(&behind.items), [5, 6]);
    assert!(behind.has_prev() && behind.has_next());
    let before = of_a().page(9).before_row(&row).fetch(db).await?;
    assert_eq!(times(&before.items), [1, 2, 3]);
    assert!(!before.has_prev() && before.has_next());
    let again = of_a().page(3).before(behind.prev_token()).fetch(db).await?;
    assert_eq!(times(&again.items), [2, 3, 4]);
    Ok(())
}

async fn an_empty_page_leads_back(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = || Reading::filter(|row| row.sensor.eq("a")).order_by(|row| row.at.asc());
    let first = of_a().page(6).fetch(db).await?;
    for row in of_a().filter(|row| row.at.gt(4)).all(db).await? {
        row.delete().exec(db).await?;
    }
    let empty = of_a().page(6).after(first.next_token()).fetch(db).await?;
    assert_eq!(empty.items, []);
    assert!(!empty.has_next() && empty.has_prev());
    let back = of_a().page(6).before(empty.prev_token()).fetch(db).await?;
    assert_eq!(times(&back.items), [1, 2, 3, 4], "all that is left");
    assert!(!back.has_next() && !back.has_prev());
    Ok(())
}

fn refused<M>(read: Result<Page<M>>) -> Error {
    match read {
        Ok(_) => panic!("was to be refused"),
        Err(error) => error,
    }
}

async fn tampered_cursor_is_refused(db: &Db) -> Result<()> {
    readings(db).await?;
    let page = || {
        Reading::filter(|row| row.sensor.eq("a"))
            .order_by(|row| row.at.asc())
            .page(2)
    };
    let first = page().fetch(db).await?;
    let token = first.next_token().unwrap().to_owned();
    let metered = db.metered();
    let mut wrong = vec![String::new(), "x".into(), "ä\0".into(), token.repeat(2)];
    for at in 0..token.len() {
        let other = if token.as_bytes()[at] == b'A' {
            "B"
        } else {
            "A"
        };
        let mut changed = token.clone();
        changed.replace_range(at..=at, other);
        wrong.push(changed);
        wrong.push(token[..at].to_owned());
    }
    for text in &wrong {
        let error = refused(page().after(text).fetch(&metered).await);
        assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{text}: {error:?}");
        assert!(error.is_invalid_cursor() && !error.is_retryable());
        assert_eq!(error.model(), Some("Reading"));
    }
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    page().after(&token).fetch(&metered).await?;
    assert_eq!(metered.report().statements, 1);
    Ok(())
}

async fn cursor_from_another_query_is_refused(db: &Db) -> Result<()> {
    readings(db).await?;
    points(db).await?;
    let of = |sensor: &str| Reading::filter(|row| row.sensor.eq(sensor));
    let first = of("a")
        .order_by(|row| row.at.asc())
        .page(2)
        .fetch(db)
        .await?;
    let second = of("a")
        .order_by(|row| row.at.asc())
        .page(2)
        .after(first.next_token())
        .fetch(db)
        .await?;
    let (next, prev) = (first.next_token(), second.prev_token());
    let metered = db.metered();
    let others = [
        of("a").order_by(|row| row.at.desc()).page(2).after(next),
        of("a").order_by(|row| row.value.asc()).page(2).after(next),
        of("a")
            .filter(|row| row.value.gt(1))
            .order_by(|row| row.at.asc())
            .page(2)
            .after(next),
        // Its own, but another tenant's, so to speak.
        of("b").order_by(|row| row.at.asc()).page(2).after(next),
        // Its own, the wrong way round, and two at once.
        of("a").order_by(|row| row.at.asc()).page(2).before(next),
        of("a").order_by(|row| row.at.asc()).page(2).after(prev),
        of("a")
            .order_by(|row| row.at.asc())
            .page(2)
            .after(next)
            .before(prev),
    ];
    for other in others {
        let error = refused(other.fetch(&metered).await);
        assert!(error.is_invalid_cursor(), "{error:?}");
    }
    let error = refused(Point::all().page(2).after(next).fetch(&metered).await);
    assert!(error.is_invalid_cursor(), "{error:?}");
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    // The number of rows is not a part of the query.
    let wider = of("a").order_by(|row| row.at.asc()).page(4);
    let wider = wider.after(next).fetch(db).await?;
    assert_eq!(times(&wider.items), [3, 4, 5, 6]);
    Ok(())
}

/// Such as one that speaks of now: the values of a range are no part of a cursor.
async fn a_condition_with_other_values_goes_on_from_the_place(db: &Db) -> Result<()> {
    readings(db).await?;
    let from = |low: i64| {
        Reading::filter(|row| row.sensor.eq("a") & row.at.ge(low)).order_by(|row| row.at.asc())
    };
    let first = from(1).page(3).fetch(db).await?;
    for (low, expected) in [(1, [4, 5, 6]), (3, [4, 5, 6]), (6, [6, 7, 8])] {
        let next = from(low).page(3).after(first.next_token());
        assert_eq!(times(&next.fetch(db).await?.items), expected);
    }
    let down = |low: i64| from(low).filter(|row| row.at.lt(99)).page(3);
    let first = down(1).fetch(db).await?;
    let next = down(8).after(first.next_token()).fetch(db).await?;
    assert_eq!(times(&next.items), [8, 9]);
    let back = |low: i64| {
        Reading::filter(|row| row.sensor.eq("a") & row.at.gt(low))
            .order_by(|row| row.at.desc())
            .page(3)
    };
    let first = back(0).fetch(db).await?;
    assert_eq!(times(&first.items), [9, 8, 7]);
    for (low, expected) in [(0, vec![6, 5, 4]), (5, vec![6]), (7, vec![]), (8, vec![])] {
        let next = back(low).after(first.next_token()).fetch(db).await?;
        assert_eq!(times(&next.items), expected, "above {low}");
    }
    Ok(())
}

async fn a_walk_over_one_row_ends(db: &Db) -> Result<()> {
    points(db).await?;
    let mut batches = Point::filter(|point| point.id.eq(3u64)).in_batches_of(1);
    assert_eq!(batches.next(db).await?.map(|rows| rows.len()), Some(1));
    assert!(batches.next(db).await?.is_none());
    let page = Point::filter(|point| point.id.eq(3u64)).page(1);
    let page = page.fetch(db).await?;
    assert!(page.items.len() == 1 && !page.has_next());
    Ok(())
}

async fn what_makes_no_page_is_refused(db: &Db) -> Result<()> {
    let metered = db.metered();
    let by_time = || Reading::filter(|row| row.sensor.eq("a")).order_by(|row| row.at.asc());
    let invalid = |error: &Error| error.kind() == ErrorKind::InvalidParameter;
    for query in [by_time().page(0), by_time().page(10_001)] {
        let error = refused(query.fetch(&metered).await);
        assert!(invalid(&error) && error.advice().is_some(), "{error:?}");
        assert_eq!(error.model(), Some("Reading"));
    }
    for query in [by_time().limit(3).page(2), by_time().offset(3).page(2)] {
        let error = refused(query.fetch(&metered).await);
        assert!(
            error.is_unsupported() && error.advice().is_some(),
            "{error:?}"
        );
    }
    let secret = refused(
        Login::all()
            .order_by(|login| login.password.asc())
            .page(2)
            .fetch(&metered)
            .await,
    );
    assert!(secret.is_unsupported());
    assert_eq!(secret.fields(), ["password"]);
    let json = refused(
        Everything::all()
            .order_by(|row| row.json.asc())
            .page(2)
            .fetch(&metered)
            .await,
    );
    assert!(json.is_unsupported());
    for query in [by_time().numbered(0), by_time().numbered(5).page(0)] {
        assert!(invalid(&query.fetch(&metered).await.unwrap_err()));
    }
    let cut = by_time().limit(1).numbered(5).fetch(&metered).await;
    assert!(cut.unwrap_err().is_unsupported());
    let mut batches = by_time().in_batches_of(0);
    assert!(invalid(&batches.next(&metered).await.unwrap_err()));
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    Ok(())
}

async fn a_condition_that_never_holds_asks_no_database(db: &Db) -> Result<()> {
    let metered = db.metered();
    let never = || Query::with_filter(toasty::Filter::<Point>::never());
    assert_eq!(never().page(5).fetch(&metered).await?.items, []);
    assert_eq!(never().numbered(5).fetch(&metered).await?.total, 0);
    assert!(never().in_batches_of(5).next(&metered).await?.is_none());
    assert_eq!(metered.report().statements, 0);
    Ok(())
}

async fn pages_with_numbers(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = Reading::filter(|row| row.sensor.eq("a")).order_by(|row| row.at.asc());
    let pages = [vec![1, 2, 3, 4], vec![5, 6, 7, 8], vec![9], vec![]];
    for (number, expected) in (1..).zip(pages) {
        let page = of_a.clone().numbered(4).page(number).fetch(db).await?;
        assert_eq!(times(&page.items), expected);
        assert_eq!((page.number, page.pages, page.total), (number, 3, 9));
        assert_eq!(page.has_next(), number < 3);
        assert_eq!(page.has_prev(), number > 1);
    }
    let far = of_a.clone().numbered(4).page(u64::MAX).fetch(db).await?;
    assert_eq!((far.items.len(), far.pages), (0, 3));
    let none = Reading::filter(|row| row.sensor.eq("z")).numbered(4);
    let none = none.fetch(db).await?;
    assert_eq!((none.pages, none.total), (0, 0));
    Ok(())
}

async fn a_walk_in_batches_meets_every_row_once(db: &Db) -> Result<()> {
    readings(db).await?;
    let mut batches = Reading::filter(|row| row.sensor.eq("b"))
        .order_by(|row| row.at.desc())
        .in_batches_of(4);
    let mut seen = Vec::new();
    while let Some(rows) = batches.next(db).await? {
        assert!(rows.len() <= 4);
        for row in rows {
            seen.push(row.at);
            row.delete().exec(db).await?;
        }
    }
    assert_eq!(seen, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert!(batches.next(db).await?.is_none(), "and stays at its end");
    assert_eq!(Reading::all().count(db).await?, 9, "those of the other one");
    let mut even = Reading::filter(|row| row.sensor.eq("a")).in_batches_of(3);
    let metered = db.metered();
    let mut count = 0;
    while let Some(rows) = even.next(&metered).await? {
        count += rows.len();
    }
    assert_eq!((count, metered.report().statements), (9, 4));
    Ok(())
}

async fn batches_with_includes(db: &Db) -> Result<()> {
    let (ann, _) = people(db).await?;
    let mut batches = ann
        .tasks()
        .order_by(|task| task.title.asc())
        .include(|task| task.notes)
        .in_batches_of(2);
    let mut notes = Vec::new();
    while let Some(tasks) = batches.next(db).await? {
        for task in tasks {
            notes.push(task.notes.get()?.len());
        }
    }
    assert_eq!(notes, [1, 2, 3, 4, 5]);
    Ok(())
}

async fn the_last_in_an_order(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_a = Reading::filter(|row| row.sensor.eq("a"));
    let last = |query: Query<Reading>| async move {
        Ok::<_, Error>(query.last(db).await?.map(|row| row.at))
    };
    assert_eq!(last(of_a.clone()).await?, Some(9), "by the key");
    let up = of_a.clone().order_by(|row| row.at.asc());
    assert_eq!(last(up).await?, Some(9));
    let down = of_a.clone().order_by(|row| row.at.desc());
    assert_eq!(last(down).await?, Some(1));
    assert_eq!(last(of_a.clone().filter(|row| row.at.gt(9))).await?, None);
    let limited = last(of_a.limit(3)).await.unwrap_err();
    assert!(limited.is_unsupported());
    Ok(())
}

async fn the_last_with_nulls(db: &Db) -> Result<()> {
    points(db).await?;
    let last = Point::all().order_by(|p| (p.a.asc().nulls_last(), p.id.asc()));
    let last = last.last(db).await?.unwrap();
    assert_eq!((last.a, last.id), (None, 8));
    let last = Point::all().order_by(|p| (p.a.asc(), p.id.desc()));
    let last = last.last(db).await?.unwrap();
    assert_eq!((last.a, last.id), (Some(3), 9));
    assert_eq!(Point::all().last(db).await?.unwrap().id, 11);
    Ok(())
}

/// Every type that has an order, as the first column of one.
async fn every_type_is_a_place(db: &Db) -> Result<()> {
    use jiff::civil::{date, datetime, time};
    db.create_tables_of(crate::models::values::VALUES).await?;
    for n in 1..=5u8 {
        let x = i64::from(n / 2);
        let small = n / 2;
        create!(Everything {
            truth: n > 2,
            signed8: i8::try_from(x).unwrap() - 1,
            signed64: x - 1,
            unsigned64: u64::from(small),
            float32: f32::from(small) / 3.0,
            float64: f64::from(small) / 3.0,
            text: format!("ä{x}"),
            bytes: vec![small, 0, 255],
            uuid: uuid::Uuid::from_u128(u128::from(small) << 100),
            instant: jiff::Timestamp::new(x - 1, 1_000).unwrap(),
            date: date(2000, 1, 1 + i8::try_from(x).unwrap()),
            time: time(0, 0, 0, 1_000 * i32::from(small)),
            date_time: datetime(1969, 1, 1, 0, 0, 0, 1_000 * i32::from(small)),
            decimal: rust_decimal::Decimal::new(x * 10, 2),
            color: [
                crate::models::values::Color::Red,
                crate::models::values::Color::Green,
                crate::models::values::Color::Blue
            ][usize::from(small)],
            score: crate::models::values::Score(x),
        })
        .exec(db)
        .await?;
    }
    macro_rules! fields {
        ($($field:ident)*) => { $(
            let query = Everything::all().order_by(|row| row.$field.desc());
            let pages = there_and_back(db, || query.clone().page(2)).await?;
            let shown: Vec<_> = pages.concat().iter().map(|row| row.$field.clone()).collect();
            let all: Vec<_> = query.all(db).await?.iter().map(|row| row.$field.clone()).collect();
            assert_eq!(shown, all, stringify!($field));
            let ids: BTreeSet<_> = pages.concat().iter().map(|row| row.id).collect();
            assert_eq!(ids.len(), 5, stringify!($field));
        )* };
    }
    fields!(
        truth signed8 signed64 unsigned64 float32 float64 text bytes uuid instant date time
        date_time decimal color score
    );
    Ok(())
}

on_every_database! { MODELS;
    pages_in_the_order_of_a_key_both_ways,
    a_page_without_an_order_is_by_the_key,
    all_rows_of_a_table_page_by_page,
    all_rows_of_a_table_and_back [dynamodb: "the page before another one of a whole table"],
    rows_with_equal_values_are_told_apart,
    a_page_holds_rows_that_meet_the_condition_and_is_full,
    in_every_order_with_nulls [dynamodb: "this order"],
    a_condition_on_a_relation_and_pages [dynamodb: "the rows of a relation"],
    pages_of_an_association,
    pages_with_includes,
    a_page_after_a_row_at_hand,
    an_empty_page_leads_back,
    tampered_cursor_is_refused,
    cursor_from_another_query_is_refused,
    a_condition_with_other_values_goes_on_from_the_place,
    a_walk_over_one_row_ends,
    what_makes_no_page_is_refused,
    a_condition_that_never_holds_asks_no_database,
    pages_with_numbers,
    a_walk_in_batches_meets_every_row_once,
    batches_with_includes,
    the_last_in_an_order,
    the_last_with_nulls [dynamodb: "this order"],
    every_type_is_a_place [dynamodb: "this order"],
}
