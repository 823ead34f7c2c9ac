//! Parts of times: those of an instant are in UTC, and NULL has none.

use crate::cases::on_every_database;
use crate::models::values::{Anything, VALUES};
use jiff::{Timestamp, civil};
use toasty::expr::{count, max};
use toasty::{Db, Result, create};

const INSTANTS: [&str; 4] = [
    "2024-02-29T23:59:58.999999Z",
    "2024-03-01T00:00:00Z",
    // In UTC it is the day before.
    "2025-01-01T01:30:00+02:00",
    "0001-01-01T00:00:00Z",
];

/// Four rows with times, and one without.
async fn times(db: &Db) -> Result<()> {
    for text in INSTANTS {
        let instant: Timestamp = text.parse().unwrap();
        let civil = instant.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        create!(Anything {
            instant,
            date: civil.date(),
            time: civil.time(),
            date_time: civil,
            signed64: 0,
        })
        .exec(db)
        .await?;
    }
    create!(Anything { signed64: 0 }).exec(db).await?;
    Ok(())
}

/// What each row is by plain Rust, in the order of `INSTANTS`.
fn civil() -> Vec<civil::DateTime> {
    let instants = INSTANTS.map(|text| text.parse::<Timestamp>().unwrap());
    let zone = jiff::tz::TimeZone::UTC;
    instants
        .map(|one| one.to_zoned(zone.clone()).datetime())
        .into()
}

async fn every_part_is_that_of_rust(db: &Db) -> Result<()> {
    times(db).await?;
    let rows = Anything::filter(|a| a.instant.is_not_null()).order_by(|a| a.id.asc());
    let of_instants = rows
        .clone()
        .select(|a| {
            (
                (a.instant.year(), a.instant.month(), a.instant.day()),
                (a.instant.hour(), a.instant.minute(), a.instant.second()),
                (a.instant.weekday(), a.instant.date()),
            )
        })
        .all(db)
        .await?;
    let of_date_times = rows
        .clone()
        .select(|a| {
            (
                (a.date_time.year(), a.date_time.month(), a.date_time.day()),
                (
                    a.date_time.hour(),
                    a.date_time.minute(),
                    a.date_time.second(),
                ),
                (a.date_time.weekday(), a.date_time.date()),
            )
        })
        .all(db)
        .await?;
    let of_both = rows
        .select(|a| {
            (
                (a.date.year(), a.date.month(), a.date.day()),
                (a.time.hour(), a.time.minute(), a.time.second()),
                (a.date.weekday(), a.date.date()),
            )
        })
        .all(db)
        .await?;
    let some = |x: i8| Some(i64::from(x));
    let expected: Vec<_> = civil()
        .into_iter()
        .map(|time| {
            (
                (
                    Some(i64::from(time.year())),
                    some(time.month()),
                    some(time.day()),
                ),
                (some(time.hour()), some(time.minute()), some(time.second())),
                (
                    some(time.weekday().to_monday_one_offset()),
                    Some(time.date()),
                ),
            )
        })
        .collect();
    assert_eq!(of_instants, expected);
    assert_eq!(of_date_times, expected);
    assert_eq!(of_both, expected);
    Ok(())
}

async fn null_has_no_parts(db: &Db) -> Result<()> {
    times(db).await?;
    let none = Anything::filter(|a| a.instant.year().is_null())
        .select(|a| (a.date.day(), a.time.hour()))
        .one(db)
        .await?;
    assert_eq!(none, (None, None));
    Ok(())
}

async fn rows_are_found_and_ordered_by_parts(db: &Db) -> Result<()> {
    times(db).await?;
    let leap = Anything::filter(|a| a.instant.month().eq(2) & a.instant.day().eq(29));
    assert_eq!(leap.count(db).await?, 1);
    let weekend = Anything::filter(|a| a.date.weekday().in_list([6, 7]));
    assert_eq!(weekend.count(db).await?, 0);
    let day = Anything::filter(|a| a.instant.date().eq(civil::date(2024, 12, 31)));
    assert_eq!(day.count(db).await?, 1);
    let ordered = Anything::filter(|a| a.instant.is_not_null())
        .order_by(|a| (a.instant.month().desc(), a.instant.date().asc()))
        .select(|a| a.instant.year())
        .all(db)
        .await?;
    assert_eq!(ordered, [Some(2024), Some(2024), Some(2024), Some(1)]);
    Ok(())
}

async fn rows_are_grouped_by_parts(db: &Db) -> Result<()> {
    times(db).await?;
    let by_year = Anything::all()
        .group_by(|a| a.instant.year())
        .order_by(|g| g.key.asc())
        .select(|g| (g.key, count(), max(g.row.instant).day()))
        .all(db)
        .await?;
    assert_eq!(
        by_year,
        [
            (None, 1, None),
            (Some(1), 1, Some(1)),
            (Some(2024), 3, Some(31))
        ]
    );
    Ok(())
}

async fn an_update_computes_a_part(db: &Db) -> Result<()> {
    let one = create!(Anything {
        instant: "2024-05-05T22:30:00Z".parse::<Timestamp>().unwrap()
    })
    .exec(db)
    .await?;
    let all = <Anything as toasty::Model>::FIELDS;
    let update = one
        .update()
        .signed64(all.instant.weekday())
        .date(all.instant.date());
    update.exec(db).await?;
    let read = Anything::get_by_id(db, one.id).await?;
    assert_eq!(
        (read.signed64, read.date),
        (Some(7), Some(civil::date(2024, 5, 5)))
    );
    Ok(())
}

on_every_database! { VALUES;
    every_part_is_that_of_rust [dynamodb: "a value that is computed"],
    null_has_no_parts [dynamodb: "a value that is computed"],
    rows_are_found_and_ordered_by_parts [dynamodb: "a condition on a value that is computed"],
    rows_are_grouped_by_parts [dynamodb: "groups of rows"],
    an_update_computes_a_part,
}
