//! Arrays: they come back as they were, are equal or not, and have no order.

use crate::cases::on_every_database;
use crate::models::arrays::{ARRAYS, Genre, Shelf};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use toasty::{Db, ErrorKind, Result, create};
use uuid::Uuid;

fn odd_texts() -> Vec<String> {
    [
        "", "NULL", "null", "a,b", "{}", "[]", "\"", "\\", "'", " x ", "ü🍕", "\n", "x",
    ]
    .map(str::to_owned)
    .into()
}

fn instant() -> Timestamp {
    "2024-02-29T12:34:56.789012Z".parse().unwrap()
}

async fn of_every_type(db: &Db) -> Result<Shelf> {
    create!(Shelf {
        name: "all",
        truths: [true, false, true],
        bytes: vec![i8::MIN, 0, i8::MAX],
        shorts: vec![i16::MIN, i16::MAX],
        ints: vec![i32::MIN, i32::MAX],
        longs: vec![i64::MIN, -1, 0, 1, i64::MAX],
        ports: vec![0, u16::MAX],
        counts: vec![0, u32::MAX],
        totals: vec![0, 9_223_372_036_854_775_807],
        singles: vec![0.1, f32::MIN_POSITIVE, 3.4e38],
        doubles: vec![0.1, 1.0 / 3.0, -2.5e-100, 9.99e120],
        texts: odd_texts(),
        uuids: vec![Uuid::nil(), Uuid::max()],
        instants: vec![Timestamp::UNIX_EPOCH, instant()],
        dates: vec![civil::date(1, 1, 1), civil::date(9999, 12, 31)],
        times: vec![
            civil::time(0, 0, 0, 0),
            civil::time(23, 59, 59, 999_999_000)
        ],
        date_times: vec![civil::datetime(2024, 2, 29, 1, 2, 3, 4_000)],
        prices: vec![Decimal::new(1_250, 2), Decimal::new(-1, 28)],
        genres: vec![Genre::Poetry, Genre::Crime, Genre::Poetry],
        maybe: vec!["one".to_owned()],
    })
    .exec(db)
    .await
}

async fn arrays_of_every_type_come_back(db: &Db) -> Result<()> {
    let made = of_every_type(db).await?;
    assert_eq!(made.texts, odd_texts());
    assert_eq!(made.truths, [true, false, true]);
    let read = Shelf::get_by_id(db, made.id).await?;
    assert_eq!(read, made);
    assert_eq!(read.genres, [Genre::Poetry, Genre::Crime, Genre::Poetry]);
    assert_eq!(read.instants[1], instant());
    Ok(())
}

async fn an_empty_array_is_not_an_absent_one(db: &Db) -> Result<()> {
    let empty = create!(Shelf {
        maybe: Vec::<String>::new()
    })
    .exec(db)
    .await?;
    let absent = create!(Shelf {}).exec(db).await?;
    assert_eq!(Shelf::get_by_id(db, empty.id).await?.maybe, Some(vec![]));
    assert_eq!(Shelf::get_by_id(db, absent.id).await?.maybe, None);
    assert!(Shelf::get_by_id(db, absent.id).await?.texts.is_empty());
    let without = Shelf::filter(|shelf| shelf.maybe.is_null()).all(db).await?;
    assert_eq!(without.len(), 1);
    assert_eq!(without[0].id, absent.id);
    Ok(())
}

async fn arrays_of_many_rows_come_back(db: &Db) -> Result<()> {
    let one = of_every_type(db).await?;
    let rows = (0..5i64).map(|number| {
        create!(Shelf {
            name: format!("row {number}"),
            // Of different lengths, and one of them empty.
            longs: (0..number).collect::<Vec<_>>(),
            texts: odd_texts(),
            truths: one.truths.clone(),
            doubles: one.doubles.clone(),
            uuids: one.uuids.clone(),
            instants: one.instants.clone(),
            dates: one.dates.clone(),
            times: one.times.clone(),
            date_times: one.date_times.clone(),
            prices: one.prices.clone(),
            genres: one.genres.clone(),
        })
    });
    assert_eq!(Shelf::create_many(rows).exec(db).await?, 5);
    let mut read = Shelf::filter(|shelf| shelf.name.starts_with("row "))
        .all(db)
        .await?;
    read.sort_by(|a, b| a.name.cmp(&b.name));
    for (number, row) in (0i64..).zip(&read) {
        assert_eq!(row.longs, (0..number).collect::<Vec<_>>());
        assert_eq!(row.texts, odd_texts());
        assert_eq!((&row.truths, &row.doubles), (&one.truths, &one.doubles));
        assert_eq!((&row.uuids, &row.instants), (&one.uuids, &one.instants));
        assert_eq!((&row.dates, &row.times), (&one.dates, &one.times));
        assert_eq!(row.date_times, one.date_times);
        assert_eq!((&row.prices, &row.genres), (&one.prices, &one.genres));
        assert_eq!(row.maybe, None);
    }
    assert_eq!(read.len(), 5);
    Ok(())
}

async fn an_array_is_changed_as_a_whole(db: &Db) -> Result<()> {
    let mut shelf = of_every_type(db).await?;
    shelf
        .update()
        .texts(vec!["new".to_owned()])
        .maybe(None)
        .exec(db)
        .await?;
    shelf = Shelf::get_by_id(db, shelf.id).await?;
    assert_eq!(shelf.texts, ["new"]);
    assert_eq!(shelf.maybe, None);
    Ok(())
}

async fn arrays_are_equal_or_not(db: &Db) -> Result<()> {
    for (name, longs) in [("a", vec![1, 2]), ("b", vec![2, 1]), ("c", vec![])] {
        create!(Shelf { name, longs }).exec(db).await?;
    }
    let mut names: Vec<String> = Vec::new();
    for longs in [vec![1, 2], vec![2, 1], vec![], vec![1]] {
        for shelf in Shelf::filter(|shelf| shelf.longs.eq(&longs))
            .all(db)
            .await?
        {
            names.push(shelf.name);
        }
    }
    assert_eq!(names, ["a", "b", "c"], "in order and of the same length");
    let others = Shelf::filter(|shelf| shelf.longs.ne(vec![1, 2])).count(db);
    assert_eq!(others.await?, 2);
    Ok(())
}

async fn an_array_has_no_order(db: &Db) -> Result<()> {
    let queries = [
        Shelf::filter(|shelf| shelf.longs.lt(vec![1])),
        Shelf::filter(|shelf| shelf.longs.between(vec![1], vec![2])),
        Shelf::filter(|shelf| shelf.longs.in_list([vec![1]])),
        Shelf::filter(|shelf| !shelf.name.eq("x")).order_by(|shelf| shelf.longs.asc()),
    ];
    for query in queries {
        let error = query.all(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Shelf"), ["longs".into()].as_slice())
        );
        assert!(error.advice().is_some());
    }
    Ok(())
}

async fn arrays_of_many_rows_are_changed_at_once(db: &Db) -> Result<()> {
    let rows = [
        create!(Shelf { name: "a" }).exec(db).await?,
        create!(Shelf { name: "b" }).exec(db).await?,
    ];
    let updates = (1i64..).zip(&rows).map(|(number, row)| {
        row.update()
            .longs((0..number * 3).collect::<Vec<_>>())
            .texts(odd_texts())
            .maybe(None)
    });
    assert_eq!(Shelf::update_many(updates).exec(db).await?, 2);
    for (number, row) in (1i64..).zip(&rows) {
        let row = Shelf::get_by_id(db, row.id).await?;
        assert_eq!(row.longs, (0..number * 3).collect::<Vec<_>>());
        assert_eq!((row.texts, row.maybe), (odd_texts(), None));
    }
    Ok(())
}

on_every_database! { ARRAYS;
    arrays_of_every_type_come_back,
    an_empty_array_is_not_an_absent_one,
    arrays_of_many_rows_are_changed_at_once,
    arrays_of_many_rows_come_back,
    an_array_is_changed_as_a_whole,
    arrays_are_equal_or_not,
    an_array_has_no_order,
}
