//! Order, limit, offset, and the last words of a query.

use crate::databases::on_every_database;
use crate::models::texts::{Point, TEXTS};
use futures_util::StreamExt;
use toasty::{Db, ErrorKind, Query, Result, create};

async fn points(db: &Db) -> Result<()> {
    let rows = [
        (1, Some(2), "x"),
        (2, None, "y"),
        (3, Some(1), "x"),
        (4, None, "x"),
        (5, Some(2), "a"),
    ];
    for (id, a, s) in rows {
        create!(Point {
            id: u64::try_from(id).unwrap(),
            a,
            s
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

async fn ids<S>(db: &Db, query: Query<Point, S>) -> Result<Vec<u64>> {
    Ok(query
        .all(db)
        .await?
        .into_iter()
        .map(|point| point.id)
        .collect())
}

async fn by_several_keys_up_and_down(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(
        ids(db, Point::all().order_by(|p| p.id.desc())).await?,
        [5, 4, 3, 2, 1]
    );
    assert_eq!(
        ids(db, Point::all().order_by(|p| (p.s.asc(), p.id.desc()))).await?,
        [5, 4, 3, 1, 2]
    );
    let again = Point::all()
        .order_by(|p| p.s.desc())
        .order_by(|p| (p.a.desc(), p.id.asc()));
    assert_eq!(
        ids(db, again).await?,
        [2, 1, 3, 4, 5],
        "called again it adds keys"
    );
    Ok(())
}

async fn null_is_the_smallest_unless_said_otherwise(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(
        ids(db, Point::all().order_by(|p| (p.a.asc(), p.id.asc()))).await?,
        [2, 4, 3, 1, 5]
    );
    assert_eq!(
        ids(db, Point::all().order_by(|p| (p.a.desc(), p.id.asc()))).await?,
        [1, 5, 3, 2, 4]
    );
    assert_eq!(
        ids(
            db,
            Point::all().order_by(|p| (p.a.asc().nulls_last(), p.id.asc()))
        )
        .await?,
        [3, 1, 5, 2, 4]
    );
    assert_eq!(
        ids(
            db,
            Point::all().order_by(|p| (p.a.desc().nulls_first(), p.id.asc()))
        )
        .await?,
        [2, 4, 1, 5, 3]
    );
    assert_eq!(
        ids(
            db,
            Point::all().order_by(|p| (p.a.asc().nulls_first(), p.id.asc()))
        )
        .await?,
        [2, 4, 3, 1, 5]
    );
    assert_eq!(
        ids(
            db,
            Point::all().order_by(|p| (p.a.desc().nulls_last(), p.id.asc()))
        )
        .await?,
        [1, 5, 3, 2, 4]
    );
    Ok(())
}

async fn limit_and_offset(db: &Db) -> Result<()> {
    points(db).await?;
    let query = Point::all().order_by(|p| p.id.asc());
    assert_eq!(ids(db, query.clone().limit(2)).await?, [1, 2]);
    assert_eq!(ids(db, query.clone().limit(2).offset(3)).await?, [4, 5]);
    assert_eq!(
        ids(db, query.clone().offset(3)).await?,
        [4, 5],
        "an offset alone"
    );
    assert_eq!(ids(db, query.clone().limit(0)).await?, [0u64; 0]);
    assert_eq!(ids(db, query.clone().offset(99)).await?, [0u64; 0]);
    assert_eq!(ids(db, query.clone().limit(u64::MAX)).await?.len(), 5);
    assert_eq!(ids(db, query.clone().offset(u64::MAX)).await?, [0u64; 0]);
    assert_eq!(
        ids(db, query.clone().limit(1).limit(3)).await?.len(),
        3,
        "the last word counts"
    );
    assert_eq!(
        query.clone().limit(2).count(db).await?,
        2,
        "a limit is counted too"
    );
    assert_eq!(query.clone().offset(4).count(db).await?, 1);
    assert!(!query.clone().limit(0).exists(db).await?);
    assert!(!query.offset(5).exists(db).await?);
    Ok(())
}

async fn first_gives_one_or_none(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(
        Point::all()
            .order_by(|p| p.id.desc())
            .first(db)
            .await?
            .map(|p| p.id),
        Some(5)
    );
    assert_eq!(
        Point::all()
            .order_by(|p| p.id.asc())
            .offset(2)
            .first(db)
            .await?
            .map(|p| p.id),
        Some(3)
    );
    assert_eq!(Point::all().limit(0).first(db).await?, None);
    assert_eq!(
        Point::filter(|p| p.id.eq(3u64)).limit(0).first(db).await?,
        None,
        "even of one row"
    );
    assert_eq!(
        Point::filter(|p| p.id.eq(3u64)).offset(1).first(db).await?,
        None
    );
    assert_eq!(Point::filter(|p| p.id.eq(99u64)).first(db).await?, None);
    Ok(())
}

async fn one_is_exactly_one(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(Point::filter(|p| p.s.eq("a")).one(db).await?.id, 5);
    let none = Point::filter(|p| p.s.eq("nothing"))
        .one(db)
        .await
        .unwrap_err();
    assert_eq!(
        (none.kind(), none.model()),
        (ErrorKind::NotFound, Some("Point"))
    );
    let many = Point::filter(|p| p.s.eq("x")).one(db).await.unwrap_err();
    assert_eq!(
        (many.kind(), many.model()),
        (ErrorKind::TooManyRows, Some("Point"))
    );
    assert_eq!(
        Point::filter(|p| p.s.eq("x"))
            .limit(1)
            .one(db)
            .await?
            .s
            .as_deref(),
        Some("x"),
        "a limit makes it one"
    );
    assert_eq!(Point::filter(|p| p.id.eq(5u64)).one(db).await?.id, 5);
    assert_eq!(
        Point::filter(|p| p.id.eq(5u64))
            .limit(0)
            .one(db)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
    Ok(())
}

async fn a_stream_gives_all_rows_in_order(db: &Db) -> Result<()> {
    let rows = (1..=1_500u64).map(|id| {
        create!(Point {
            id,
            a: id.cast_signed()
        })
    });
    Point::create_many(rows).exec(db).await?;
    let query = Point::filter(|p| p.a.gt(100)).order_by(|p| p.id.desc());
    let streamed: Vec<_> = query
        .clone()
        .stream(db)
        .map(|row| row.unwrap().id)
        .collect()
        .await;
    assert_eq!(streamed, (101..=1_500).rev().collect::<Vec<u64>>());
    let mut few = query.limit(3).stream(db);
    assert_eq!(few.next().await.unwrap()?.id, 1_500);
    assert_eq!(few.next().await.unwrap()?.id, 1_499);
    assert_eq!(few.next().await.unwrap()?.id, 1_498);
    assert!(few.next().await.is_none());
    assert!(few.next().await.is_none(), "and stays at its end");
    assert!(
        Point::filter(|p| p.a.eq(-1))
            .stream(db)
            .next()
            .await
            .is_none()
    );
    Ok(())
}

async fn drop_of_stream_half_way_then_reuse(db: &Db) -> Result<()> {
    Point::create_many((1..=2_000u64).map(|id| create!(Point { id })))
        .exec(db)
        .await?;
    for taken in [0, 1, 255, 256, 257, 1_000, 1_999] {
        let mut stream = Point::all().stream(db);
        for _ in 0..taken {
            stream.next().await.unwrap()?;
        }
        drop(stream);
        assert_eq!(Point::all().count(db).await?, 2_000, "after {taken} rows");
        Point::update_by_id(1u64).c(taken).exec(db).await?;
    }
    Ok(())
}

async fn a_stream_refuses_an_include(db: &Db) -> Result<()> {
    use crate::models::people::{PEOPLE, Person};
    db.create_tables_of(PEOPLE).await?;
    let error = Person::all()
        .include(|person| person.tasks)
        .stream(db)
        .next()
        .await
        .unwrap()
        .unwrap_err();
    assert!(error.is_unsupported());
    Ok(())
}

on_every_database! { TEXTS;
    by_several_keys_up_and_down,
    null_is_the_smallest_unless_said_otherwise,
    limit_and_offset,
    first_gives_one_or_none,
    one_is_exactly_one,
    a_stream_gives_all_rows_in_order,
    drop_of_stream_half_way_then_reuse,
    a_stream_refuses_an_include,
}
