//! Comparisons, lists, NULL, and their combinations. NULL is unknown: a row is found only where the whole is true.

use crate::cases::{on_every_database, sorted};
use crate::models::texts::{Point, PointFields, TEXTS};
use crate::recorder::Recorder;
use toasty::{Db, Filter, Result, create};

const NONE: [u64; 0] = [];

/// Six points: `a` counts 1 to 5 and is then NULL; `b` runs against it, NULL at 2.
async fn points(db: &Db) -> Result<()> {
    let b = [Some(5), None, Some(3), Some(2), Some(1), Some(0)];
    for (id, b) in (1u64..).zip(b) {
        let a = (id < 6).then_some(id.cast_signed());
        create!(Point {
            id,
            a,
            b,
            c: 3,
            s: a.map(|a| format!("s{a}"))
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

/// The ids that a condition finds, read back, counted, and asked for.
async fn ids(db: &Db, filter: impl Fn(PointFields) -> Filter<Point>) -> Result<Vec<u64>> {
    let rows = sorted(Point::filter(&filter).all(db).await?, |point| point.id);
    assert_eq!(
        Point::filter(&filter).count(db).await?,
        u64::try_from(rows.len()).unwrap()
    );
    assert_eq!(Point::filter(&filter).exists(db).await?, !rows.is_empty());
    Ok(rows.into_iter().map(|point| point.id).collect())
}

async fn equal_and_not_equal(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.eq(3)).await?, [3]);
    assert_eq!(
        ids(db, |p| p.a.ne(3)).await?,
        [1, 2, 4, 5],
        "NULL is neither equal nor unequal"
    );
    assert_eq!(ids(db, |p| p.s.eq("s2")).await?, [2]);
    assert_eq!(ids(db, |p| p.a.eq(99)).await?, NONE);
    Ok(())
}

async fn less_and_greater(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.lt(3)).await?, [1, 2]);
    assert_eq!(ids(db, |p| p.a.le(3)).await?, [1, 2, 3]);
    assert_eq!(ids(db, |p| p.a.gt(3)).await?, [4, 5]);
    assert_eq!(ids(db, |p| p.a.ge(3)).await?, [3, 4, 5]);
    assert_eq!(ids(db, |p| p.s.gt("s3")).await?, [4, 5]);
    assert_eq!(ids(db, |p| p.a.gt(i64::MAX)).await?, NONE);
    assert_eq!(ids(db, |p| p.a.ge(i64::MIN)).await?, [1, 2, 3, 4, 5]);
    Ok(())
}

async fn between_takes_both_ends(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.between(2, 4)).await?, [2, 3, 4]);
    assert_eq!(ids(db, |p| p.a.between(4, 2)).await?, NONE);
    assert_eq!(ids(db, |p| !p.a.between(2, 4)).await?, [1, 5]);
    assert_eq!(
        ids(db, |p| p.c.between(p.a, p.b)).await?,
        [1, 3],
        "between two columns"
    );
    assert_eq!(
        ids(db, |p| p.a.between(2, 4) & p.a.between(3, 9)
            | p.id.eq(6u64))
        .await?,
        [3, 4, 6]
    );
    Ok(())
}

async fn in_a_list_and_not_in_it(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.in_list([1, 3, 3, 99])).await?, [1, 3]);
    assert_eq!(
        ids(db, |p| p.a.not_in_list([1, 3])).await?,
        [2, 4, 5],
        "NULL is not known to be outside"
    );
    assert_eq!(ids(db, |p| p.s.in_list(["s1", "s5"])).await?, [1, 5]);
    assert_eq!(ids(db, |p| p.s.in_list(vec!["s1".to_owned()])).await?, [1]);
    assert_eq!(ids(db, |p| !p.a.in_list([1, 2, 3])).await?, [4, 5]);
    assert_eq!(
        ids(db, |p| p.c.in_list([p.a, p.b])).await?,
        [3],
        "a list of columns"
    );
    assert_eq!(
        ids(db, |p| p.c.not_in_list([p.a, p.b])).await?,
        [1, 4, 5],
        "unknown where one of them is NULL"
    );
    Ok(())
}

async fn an_empty_list_asks_no_database(db: &Db) -> Result<()> {
    points(db).await?;
    let recorder = Recorder::start();
    let none: [i64; 0] = [];
    assert_eq!(Point::filter(|p| p.a.in_list(none)).all(db).await?, []);
    assert_eq!(Point::filter(|p| p.a.in_list(none)).first(db).await?, None);
    assert_eq!(Point::filter(|p| p.a.in_list(none)).count(db).await?, 0);
    assert!(!Point::filter(|p| p.a.in_list(none)).exists(db).await?);
    assert!(
        Point::filter(|p| p.a.in_list(none))
            .one(db)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        Point::filter(|p| p.a.in_list(none))
            .stream(db)
            .next()
            .await
            .is_none()
    );
    assert_eq!(
        Point::filter(|p| p.a.in_list(none))
            .delete()
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        Point::filter(|p| p.a.in_list(none))
            .update()
            .c(9)
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        Point::filter(|p| p.a.in_list(none))
            .update()
            .c(9)
            .returning(db)
            .await?,
        []
    );
    assert_eq!(
        Point::filter(|p| p.id.eq(1u64) & p.a.in_list(none))
            .all(db)
            .await?,
        []
    );
    assert_eq!(Point::filter(|p| !p.a.not_in_list(none)).all(db).await?, []);
    assert_eq!(recorder.count(), 0);
    drop(recorder);
    assert_eq!(
        ids(db, |p| p.a.not_in_list(none)).await?.len(),
        6,
        "nothing is in an empty list, NULL neither"
    );
    assert_eq!(ids(db, |p| !p.a.in_list(none)).await?.len(), 6);
    assert_eq!(ids(db, |p| p.id.eq(2u64) | p.a.in_list(none)).await?, [2]);
    assert_eq!(
        ids(db, |p| p.id.eq(2u64) & p.a.not_in_list(none)).await?,
        [2]
    );
    assert_eq!(
        ids(db, |p| p.id.eq(2u64) | p.a.not_in_list(none))
            .await?
            .len(),
        6
    );
    Ok(())
}

async fn null_and_not_null(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.is_null()).await?, [6]);
    assert_eq!(ids(db, |p| p.b.is_null()).await?, [2]);
    assert_eq!(
        ids(db, |p| p.a.is_not_null() & p.b.is_not_null()).await?,
        [1, 3, 4, 5]
    );
    assert_eq!(ids(db, |p| !p.a.is_null()).await?, [1, 2, 3, 4, 5]);
    Ok(())
}

async fn not_of_unknown_stays_unknown(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(
        ids(db, |p| !p.b.eq(5)).await?,
        [3, 4, 5, 6],
        "neither `b = 5` nor its opposite holds where b is NULL"
    );
    assert_eq!(ids(db, |p| p.b.eq(5) | !p.b.eq(5)).await?, [1, 3, 4, 5, 6]);
    assert_eq!(
        ids(db, |p| !(p.a.eq(1) & p.b.eq(1))).await?,
        [1, 2, 3, 4, 5, 6],
        "false and unknown is false"
    );
    assert_eq!(
        ids(db, |p| !(p.a.eq(9) | p.b.eq(9))).await?,
        [1, 3, 4, 5],
        "false or unknown is unknown"
    );
    Ok(())
}

async fn and_or_not_as_operators_and_as_methods(db: &Db) -> Result<()> {
    points(db).await?;
    let operators = ids(db, |p| (p.a.ge(2) & p.a.le(4) | p.id.eq(6u64)) & !p.a.eq(3)).await?;
    let methods = ids(db, |p| {
        p.a.ge(2)
            .and(p.a.le(4))
            .or(p.id.eq(6u64))
            .and(p.a.eq(3).not())
    })
    .await?;
    assert_eq!(operators, [2, 4]);
    assert_eq!(operators, methods);
    assert_eq!(ids(db, |p| !!p.a.eq(3)).await?, [3]);
    assert_eq!(
        ids(db, |p| p.a.eq(1) | p.a.eq(2) & p.b.eq(9)).await?,
        [1],
        "`&` binds tighter, as in Rust"
    );
    assert_eq!(ids(db, |p| (p.a.eq(1) | p.a.eq(2)) & p.b.eq(5)).await?, [1]);
    assert_eq!(ids(db, |_| Filter::always()).await?.len(), 6);
    assert_eq!(ids(db, |_| Filter::never()).await?, NONE);
    assert_eq!(
        ids(db, |p| p.a.eq(1).and_if(false, || p.a.eq(2))).await?,
        [1]
    );
    assert_eq!(
        ids(db, |p| p.a.eq(1).and_if(true, || p.a.eq(2))).await?,
        NONE
    );
    Ok(())
}

async fn column_to_column(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(ids(db, |p| p.a.eq(p.b)).await?, [3]);
    assert_eq!(ids(db, |p| p.a.lt(p.b)).await?, [1]);
    assert_eq!(ids(db, |p| p.a.gt(p.b)).await?, [4, 5]);
    assert_eq!(
        ids(db, |p| p.c.eq(p.a)).await?,
        [3],
        "a column that cannot be NULL with one that can"
    );
    assert_eq!(ids(db, |p| p.a.ne(p.c)).await?, [1, 2, 4, 5]);
    Ok(())
}

async fn conditions_that_may_be_absent(db: &Db) -> Result<()> {
    points(db).await?;
    let some = Point::all()
        .filter_some(Some(3), |p, a| p.a.eq(a))
        .count(db)
        .await?;
    let none = Point::all()
        .filter_some(None::<i64>, |p, a| p.a.eq(a))
        .count(db)
        .await?;
    assert_eq!((some, none), (1, 6));
    let (yes, no) = (
        Point::all().filter_if(true, |p| p.a.lt(3)),
        Point::all().filter_if(false, |p| p.a.lt(3)),
    );
    assert_eq!((yes.count(db).await?, no.count(db).await?), (2, 6));
    let chained = Point::filter(|p| p.a.gt(1))
        .filter(|p| p.a.lt(5))
        .filter_some(Some(3), |p, a| p.a.ne(a));
    assert_eq!(chained.count(db).await?, 2);
    Ok(())
}

/// They say what may be done to find the rows, and not which rows.
async fn leave_to_scan_and_to_be_a_moment_late_changes_no_row(db: &Db) -> Result<()> {
    points(db).await?;
    let query = || Point::filter(|p| p.b.ge(2)).allow_scan();
    assert_eq!(query().eventual().count(db).await?, 3);
    assert_eq!(query().eventual().all(db).await?.len(), 3);
    assert!(query().exists(db).await?);
    assert_eq!(
        Point::filter(|p| p.id.eq(3u64)).eventual().one(db).await?.a,
        Some(3)
    );
    assert_eq!(query().update().c(7).exec(db).await?, 3);
    assert_eq!(query().filter(|p| p.c.eq(7)).delete().exec(db).await?, 3);
    Ok(())
}

async fn a_query_is_a_value_to_be_kept_and_cloned(db: &Db) -> Result<()> {
    points(db).await?;
    let query = Point::filter(|p| p.a.gt(2));
    let narrowed = query.clone().filter(|p| p.a.lt(5));
    assert_eq!(query.clone().count(db).await?, 3);
    assert_eq!(narrowed.clone().all(db).await?.len(), 2);
    assert_eq!(query.delete().exec(db).await?, 3);
    assert_eq!(narrowed.all(db).await?, []);
    Ok(())
}

on_every_database! { TEXTS;
    equal_and_not_equal,
    less_and_greater,
    between_takes_both_ends,
    in_a_list_and_not_in_it,
    an_empty_list_asks_no_database,
    null_and_not_null,
    not_of_unknown_stays_unknown,
    and_or_not_as_operators_and_as_methods,
    column_to_column,
    conditions_that_may_be_absent,
    leave_to_scan_and_to_be_a_moment_late_changes_no_row,
    a_query_is_a_value_to_be_kept_and_cloned,
}
