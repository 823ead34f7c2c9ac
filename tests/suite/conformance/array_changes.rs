//! Arrays with a member more or less, changed where they are stored.

use crate::cases::on_every_database;
use crate::models::arrays::{ARRAYS, Genre, Shelf};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use toasty::{Db, Result, create};
use uuid::Uuid;

async fn shelf(db: &Db) -> Result<Shelf> {
    create!(Shelf {
        name: "one",
        longs: vec![1, 2, 1, i64::MAX],
        texts: ["a", "b,\"c", "a", "ü🍕"],
        prices: vec![Decimal::new(150, 2), Decimal::new(2, 0)],
    })
    .exec(db)
    .await
}

async fn a_member_is_added_behind_the_others(db: &Db) -> Result<()> {
    let one = shelf(db).await?;
    let update = one.update().assign(|s| {
        (
            s.longs.to(s.longs.push(7)),
            s.texts.to(s.texts.push("a").push("\"],[\"")),
        )
    });
    update.exec(db).await?;
    let read = Shelf::get_by_id(db, one.id).await?;
    assert_eq!(read.longs, [1, 2, 1, i64::MAX, 7]);
    assert_eq!(read.texts, ["a", "b,\"c", "a", "ü🍕", "a", "\"],[\""]);
    assert_eq!(read.prices, one.prices);
    Ok(())
}

async fn every_member_that_is_equal_is_removed(db: &Db) -> Result<()> {
    let one = shelf(db).await?;
    let update = one.update().assign(|s| {
        (
            s.longs.to(s.longs.remove(1)),
            s.texts.to(s.texts.remove("a").remove("b")),
            // 1.5 and 1.50 are one decimal.
            s.prices.to(s.prices.remove(Decimal::new(15, 1))),
        )
    });
    update.exec(db).await?;
    let read = Shelf::get_by_id(db, one.id).await?;
    assert_eq!(read.longs, [2, i64::MAX]);
    assert_eq!(read.texts, ["b,\"c", "ü🍕"]);
    assert_eq!(read.prices, [Decimal::new(2, 0)]);
    let emptied = read
        .update()
        .assign(|s| s.longs.to(s.longs.remove(2).remove(i64::MAX)));
    emptied.exec(db).await?;
    assert!(Shelf::get_by_id(db, one.id).await?.longs.is_empty());
    Ok(())
}

async fn null_counts_as_empty_for_what_is_added_and_stays_null_else(db: &Db) -> Result<()> {
    let one = create!(Shelf {}).exec(db).await?;
    one.update()
        .assign(|s| s.maybe.to(s.maybe.remove("x")))
        .exec(db)
        .await?;
    assert_eq!(Shelf::get_by_id(db, one.id).await?.maybe, None);
    one.update()
        .assign(|s| s.maybe.to(s.maybe.push("x")))
        .exec(db)
        .await?;
    let read = Shelf::get_by_id(db, one.id).await?;
    assert_eq!(read.maybe, Some(vec!["x".to_owned()]));
    Ok(())
}

async fn members_of_every_type_come_and_go(db: &Db) -> Result<()> {
    let one = create!(Shelf {}).exec(db).await?;
    let (uuid, instant) = (Uuid::max(), Timestamp::UNIX_EPOCH);
    let (date, time) = (civil::date(2024, 2, 29), civil::time(1, 2, 3, 4_000));
    let date_time = date.to_datetime(time);
    one.update()
        .assign(|s| {
            (
                s.truths.to(s.truths.push(true).push(false)),
                s.bytes.to(s.bytes.push(-1)),
                s.shorts.to(s.shorts.push(-2)),
                s.ints.to(s.ints.push(-3)),
                s.ports.to(s.ports.push(4)),
                s.counts.to(s.counts.push(5)),
                s.totals.to(s.totals.push(6)),
                s.singles.to(s.singles.push(0.1)),
                s.doubles.to(s.doubles.push(0.1).push(-2.5e-100)),
                s.genres.to(s.genres.push(Genre::Poetry)),
            )
        })
        .assign(|s| {
            (
                s.uuids.to(s.uuids.push(uuid)),
                s.instants.to(s.instants.push(instant)),
                s.dates.to(s.dates.push(date)),
                s.times.to(s.times.push(time)),
                s.date_times.to(s.date_times.push(date_time)),
            )
        })
        .exec(db)
        .await?;
    let read = Shelf::get_by_id(db, one.id).await?;
    assert_eq!(
        (&read.truths[..], &read.bytes[..]),
        (&[true, false][..], &[-1][..])
    );
    assert_eq!((&read.shorts[..], &read.ints[..]), (&[-2][..], &[-3][..]));
    assert_eq!((&read.ports[..], &read.counts[..]), (&[4][..], &[5][..]));
    assert_eq!(
        (&read.totals[..], &read.singles[..]),
        (&[6][..], &[0.1][..])
    );
    assert_eq!(read.doubles, [0.1, -2.5e-100]);
    assert_eq!(
        (&read.genres[..], &read.uuids[..]),
        (&[Genre::Poetry][..], &[uuid][..])
    );
    assert_eq!(
        (&read.instants[..], &read.dates[..]),
        (&[instant][..], &[date][..])
    );
    assert_eq!(
        (&read.times[..], &read.date_times[..]),
        (&[time][..], &[date_time][..])
    );
    one.update()
        .assign(|s| {
            (
                s.truths.to(s.truths.remove(true)),
                s.bytes.to(s.bytes.remove(-1)),
                s.totals.to(s.totals.remove(6)),
                s.singles.to(s.singles.remove(0.1)),
                s.doubles.to(s.doubles.remove(-2.5e-100)),
                s.genres.to(s.genres.remove(Genre::Poetry)),
                s.uuids.to(s.uuids.remove(uuid)),
                s.instants.to(s.instants.remove(instant)),
                s.dates.to(s.dates.remove(date)),
                s.times.to(s.times.remove(time)),
                s.date_times.to(s.date_times.remove(date_time)),
            )
        })
        .exec(db)
        .await?;
    let read = Shelf::get_by_id(db, one.id).await?;
    assert_eq!(
        (&read.truths[..], &read.doubles[..]),
        (&[false][..], &[0.1][..])
    );
    assert!(read.bytes.is_empty() && read.totals.is_empty() && read.singles.is_empty());
    assert!(read.genres.is_empty() && read.uuids.is_empty() && read.instants.is_empty());
    assert!(read.dates.is_empty() && read.times.is_empty() && read.date_times.is_empty());
    Ok(())
}

async fn two_who_add_a_member_lose_none(db: &Db) -> Result<()> {
    let one = create!(Shelf {}).exec(db).await?;
    let add = |number: i64| {
        Shelf::update_by_id(one.id)
            .assign(move |s| s.longs.to(s.longs.push(number)))
            .exec(db)
    };
    let (first, second) = tokio::join!(add(1), add(2));
    assert_eq!((first?, second?), (1, 1));
    let mut longs = Shelf::get_by_id(db, one.id).await?.longs;
    longs.sort_unstable();
    assert_eq!(longs, [1, 2]);
    Ok(())
}

async fn arrays_are_read_with_a_member_more_or_less(db: &Db) -> Result<()> {
    shelf(db).await?;
    let read = Shelf::all()
        .select(|s| (s.longs.push(9).remove(1), s.longs.push(9).len()))
        .one(db)
        .await?;
    assert_eq!(read, (vec![2, i64::MAX, 9], 5));
    Ok(())
}

on_every_database! { ARRAYS;
    a_member_is_added_behind_the_others,
    every_member_that_is_equal_is_removed,
    null_counts_as_empty_for_what_is_added_and_stays_null_else,
    members_of_every_type_come_and_go,
    two_who_add_a_member_lose_none,
    arrays_are_read_with_a_member_more_or_less [dynamodb: "a value that is computed"],
}
