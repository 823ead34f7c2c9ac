//! Order, limit, offset, and the last words of a query.

use crate::cases::on_every_database;
use crate::models::readings::Reading;
use crate::models::texts::Point;
use futures_util::StreamExt;
use toasty::{Db, ErrorKind, Model, ModelDef, Query, Result, create};

const MODELS: &[&ModelDef] = &[Point::DEF, Reading::DEF];

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
    Ok(())
}

async fn limit_and_offset_say_how_many_rows(db: &Db) -> Result<()> {
    points(db).await?;
    let query = Point::all();
    assert_eq!(ids(db, query.clone().limit(0)).await?, [0u64; 0]);
    assert_eq!(ids(db, query.clone().offset(99)).await?, [0u64; 0]);
    assert_eq!(ids(db, query.clone().limit(u64::MAX)).await?.len(), 5);
    assert_eq!(ids(db, query.clone().offset(u64::MAX)).await?, [0u64; 0]);
    assert_eq!(ids(db, query.clone().offset(3)).await?.len(), 2);
    assert_eq!(ids(db, query.clone().limit(2).offset(4)).await?.len(), 1);
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
    let some = Point::filter(|p| p.s.eq("x"));
    assert_eq!(
        ids(db, some.clone().limit(2)).await?.len(),
        2,
        "of the rows that are found, not of those that are looked at"
    );
    assert_eq!(some.clone().limit(9).count(db).await?, 3);
    assert!(some.offset(2).exists(db).await?);
    Ok(())
}

async fn first_gives_one_or_none(db: &Db) -> Result<()> {
    points(db).await?;
    assert_eq!(
        Point::filter(|p| p.s.eq("a"))
            .first(db)
            .await?
            .map(|p| p.id),
        Some(5)
    );
    assert!(Point::all().offset(2).first(db).await?.is_some());
    assert_eq!(Point::all().offset(5).first(db).await?, None);
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

async fn the_first_in_an_order(db: &Db) -> Result<()> {
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
    Ok(())
}

/// Three sensors with the times 1 to 9, in no order; the values run against the times.
async fn readings(db: &Db) -> Result<()> {
    let rows = ["a", "b", "c"].into_iter().flat_map(|sensor| {
        [5, 2, 9, 1, 7, 3, 8, 6, 4].map(|at| {
            create!(Reading {
                sensor,
                at,
                room: format!("room {sensor}"),
                value: 10 - at
            })
        })
    });
    Reading::create_many(rows).exec(db).await?;
    Ok(())
}

async fn times<S>(db: &Db, query: Query<Reading, S>) -> Result<Vec<i64>> {
    Ok(query.all(db).await?.iter().map(|row| row.at).collect())
}

async fn the_second_field_of_a_key_orders_both_ways(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_b = Reading::filter(|row| row.sensor.eq("b"));
    let up = of_b.clone().order_by(|row| row.at.asc());
    let down = of_b.clone().order_by(|row| row.at.desc());
    assert_eq!(times(db, up.clone()).await?, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(times(db, down.clone()).await?, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(times(db, up.clone().limit(2).offset(1)).await?, [2, 3]);
    assert_eq!(times(db, down.clone().limit(2)).await?, [9, 8]);
    assert_eq!(
        down.clone().offset(3).first(db).await?.map(|row| row.at),
        Some(6)
    );
    let narrowed = [
        (down.clone().filter(|row| row.at.lt(3)), vec![2, 1]),
        (down.clone().filter(|row| row.at.ge(8)), vec![9, 8]),
        (up.clone().filter(|row| row.at.between(4, 6)), vec![4, 5, 6]),
        (
            up.clone().filter(|row| row.at.gt(2) & row.at.le(4)),
            vec![3, 4],
        ),
        (up.clone().filter(|row| row.value.lt(3)), vec![8, 9]),
        (
            up.clone().filter(|row| row.value.lt(6)).limit(2),
            vec![5, 6],
        ),
        (up.filter(|row| row.at.in_list([9, 1, 4])), vec![1, 4, 9]),
    ];
    for (query, expected) in narrowed {
        assert_eq!(times(db, query).await?, expected);
    }
    Ok(())
}

async fn the_second_field_of_an_index_orders_both_ways(db: &Db) -> Result<()> {
    readings(db).await?;
    let of_c = Reading::filter(|row| row.room.eq("room c"));
    let up = of_c.clone().order_by(|row| row.value.asc());
    let down = of_c.order_by(|row| row.value.desc());
    assert_eq!(times(db, up.clone()).await?, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(times(db, down.clone().limit(3)).await?, [1, 2, 3]);
    assert_eq!(times(db, up.filter(|row| row.value.gt(7))).await?, [2, 1]);
    assert_eq!(down.count(db).await?, 9);
    Ok(())
}

async fn the_second_field_of_a_key_orders_the_rows_of_several_firsts(db: &Db) -> Result<()> {
    readings(db).await?;
    let several = Reading::filter(|row| row.sensor.in_list(["a", "c"]));
    assert_eq!(
        times(db, several.clone().order_by(|row| row.at.asc())).await?,
        [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]
    );
    assert_eq!(
        times(db, several.order_by(|row| row.at.desc()).limit(3)).await?,
        [9, 9, 8]
    );
    Ok(())
}

async fn an_order_without_its_first_field_is_by_all_rows(db: &Db) -> Result<()> {
    readings(db).await?;
    assert_eq!(
        times(db, Reading::all().order_by(|row| row.at.desc()).limit(4)).await?,
        [9, 9, 9, 8]
    );
    Ok(())
}

async fn a_stream_in_the_order_of_a_key(db: &Db) -> Result<()> {
    let rows = (0..700).map(|at| create!(Reading { sensor: "a", at }));
    Reading::create_many(rows).in_chunks().exec(db).await?;
    let query = Reading::filter(|row| row.sensor.eq("a") & row.at.ge(100));
    let streamed: Vec<_> = query
        .clone()
        .order_by(|row| row.at.desc())
        .stream(db)
        .map(|row| row.unwrap().at)
        .collect()
        .await;
    assert_eq!(streamed, (100..700).rev().collect::<Vec<_>>());
    let mut few = query.order_by(|row| row.at.asc()).limit(2).stream(db);
    assert_eq!(few.next().await.unwrap()?.at, 100);
    assert_eq!(few.next().await.unwrap()?.at, 101);
    assert!(few.next().await.is_none());
    assert!(few.next().await.is_none(), "and stays at its end");
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
    Point::create_many(rows).in_chunks().exec(db).await?;
    let query = Point::filter(|p| p.a.gt(100)).order_by(|p| p.id.desc());
    // A stream tells its refusal as its first row.
    query.clone().first(db).await?;
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
    let rows = (1..=1_030u64).map(|id| create!(Point { id }));
    Point::create_many(rows).in_chunks().exec(db).await?;
    for taken in [0, 1, 255, 256, 257, 1_000, 1_029] {
        let mut stream = Point::all().stream(db);
        for _ in 0..taken {
            stream.next().await.unwrap()?;
        }
        drop(stream);
        assert_eq!(Point::all().count(db).await?, 1_030, "after {taken} rows");
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

on_every_database! { MODELS;
    by_several_keys_up_and_down [dynamodb: "this order"],
    null_is_the_smallest_unless_said_otherwise [dynamodb: "this order"],
    limit_and_offset [dynamodb: "this order"],
    limit_and_offset_say_how_many_rows,
    first_gives_one_or_none,
    the_first_in_an_order [dynamodb: "this order"],
    the_second_field_of_a_key_orders_both_ways,
    the_second_field_of_an_index_orders_both_ways,
    the_second_field_of_a_key_orders_the_rows_of_several_firsts,
    an_order_without_its_first_field_is_by_all_rows [dynamodb: "this order"],
    one_is_exactly_one,
    a_stream_gives_all_rows_in_order [dynamodb: "this order"],
    a_stream_in_the_order_of_a_key,
    drop_of_stream_half_way_then_reuse,
    a_stream_refuses_an_include,
}
