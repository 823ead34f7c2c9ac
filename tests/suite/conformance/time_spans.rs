//! When spans of time began: those of an instant are in UTC, and NULL has none.

use crate::cases::on_every_database;
use crate::models::values::{Anything, VALUES};
use jiff::{Timestamp, ToSpan, civil};
use toasty::expr::count;
use toasty::{Db, Result, create};

const INSTANTS: [&str; 6] = [
    "2024-02-29T23:59:58.999999Z",
    "2024-03-01T00:00:00Z",
    // In UTC it is the day before.
    "2025-01-01T01:30:00+02:00",
    "0001-01-08T00:00:00Z",
    // A Sunday, whose week began in the year before.
    "2023-01-01T12:34:56.5Z",
    "2024-12-31T23:59:59.000001Z",
];

fn civil() -> Vec<civil::DateTime> {
    let zone = jiff::tz::TimeZone::UTC;
    let instants = INSTANTS.map(|text| text.parse::<Timestamp>().unwrap());
    instants
        .map(|one| one.to_zoned(zone.clone()).datetime())
        .into()
}

/// Six rows with times, and one without.
async fn times(db: &Db) -> Result<()> {
    for (text, civil) in INSTANTS.into_iter().zip(civil()) {
        create!(Anything {
            instant: text.parse::<Timestamp>().unwrap(),
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

/// The days on which year, quarter, month, week and day began, by plain Rust.
fn days(date: civil::Date) -> [civil::Date; 5] {
    let quarter =
        [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10][usize::try_from(date.month()).unwrap() - 1];
    let since_monday = i64::from(date.weekday().to_monday_zero_offset());
    [
        date.first_of_year(),
        civil::date(date.year(), quarter, 1),
        date.first_of_month(),
        date - since_monday.days(),
        date,
    ]
}

fn clock(time: civil::Time) -> [civil::Time; 3] {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    [
        civil::time(hour, 0, 0, 0),
        civil::time(hour, minute, 0, 0),
        civil::time(hour, minute, second, 0),
    ]
}

fn instant(time: civil::DateTime) -> Timestamp {
    time.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

async fn every_span_began_when_rust_says(db: &Db) -> Result<()> {
    times(db).await?;
    let rows = Anything::filter(|a| a.instant.is_not_null()).order_by(|a| a.id.asc());
    let of_instants = rows
        .clone()
        .select(|a| {
            let at = a.instant;
            (
                (
                    at.start_of_year(),
                    at.start_of_quarter(),
                    at.start_of_month(),
                ),
                (at.start_of_week(), at.start_of_day()),
                (
                    at.start_of_hour(),
                    at.start_of_minute(),
                    at.start_of_second(),
                ),
            )
        })
        .all(db)
        .await?;
    let of_date_times = rows
        .clone()
        .select(|a| {
            let at = a.date_time;
            (
                (
                    at.start_of_year(),
                    at.start_of_quarter(),
                    at.start_of_month(),
                ),
                (at.start_of_week(), at.start_of_day()),
                (
                    at.start_of_hour(),
                    at.start_of_minute(),
                    at.start_of_second(),
                ),
            )
        })
        .all(db)
        .await?;
    let of_both = rows
        .select(|a| {
            (
                (
                    a.date.start_of_year(),
                    a.date.start_of_quarter(),
                    a.date.start_of_month(),
                ),
                (a.date.start_of_week(), a.date.start_of_day()),
                (
                    a.time.start_of_hour(),
                    a.time.start_of_minute(),
                    a.time.start_of_second(),
                ),
            )
        })
        .all(db)
        .await?;
    for (number, at) in civil().into_iter().enumerate() {
        let [year, quarter, month, week, day] = days(at.date());
        let [hour, minute, second] = clock(at.time());
        let midnight = |date: civil::Date| Some(date.at(0, 0, 0, 0));
        let today = |time| Some(at.date().to_datetime(time));
        let expected = (
            (midnight(year), midnight(quarter), midnight(month)),
            (midnight(week), midnight(day)),
            (today(hour), today(minute), today(second)),
        );
        assert_eq!(of_date_times[number], expected, "{at}");
        let of = |time: Option<civil::DateTime>| time.map(instant);
        let ((a, b, c), (d, e), (f, g, h)) = expected;
        let expected = ((of(a), of(b), of(c)), (of(d), of(e)), (of(f), of(g), of(h)));
        assert_eq!(of_instants[number], expected, "{at}");
        let expected = (
            (Some(year), Some(quarter), Some(month)),
            (Some(week), Some(day)),
            (Some(hour), Some(minute), Some(second)),
        );
        assert_eq!(of_both[number], expected, "{at}");
    }
    Ok(())
}

async fn null_is_in_no_span(db: &Db) -> Result<()> {
    times(db).await?;
    let none = Anything::filter(|a| a.instant.start_of_week().is_null())
        .select(|a| (a.date.start_of_year(), a.time.start_of_hour()))
        .one(db)
        .await?;
    assert_eq!(none, (None, None));
    Ok(())
}

async fn rows_are_found_grouped_and_ordered_by_them(db: &Db) -> Result<()> {
    times(db).await?;
    let december = instant(civil::datetime(2024, 12, 1, 0, 0, 0, 0));
    let found = Anything::filter(|a| a.instant.start_of_month().eq(december));
    assert_eq!(found.count(db).await?, 2);
    let by_quarter = Anything::filter(|a| a.date.year().ge(2024))
        .group_by(|a| a.date.start_of_quarter())
        .order_by(|g| g.key.desc())
        .select(|g| (g.key, count()))
        .all(db)
        .await?;
    assert_eq!(
        by_quarter,
        [
            (Some(civil::date(2024, 10, 1)), 2),
            (Some(civil::date(2024, 1, 1)), 2)
        ]
    );
    let years = Anything::filter(|a| a.instant.is_not_null())
        .order_by(|a| (a.instant.start_of_year().desc(), a.instant.asc()))
        .select(|a| a.instant.month())
        .all(db)
        .await?;
    assert_eq!(
        years,
        [Some(2), Some(3), Some(12), Some(12), Some(1), Some(1)]
    );
    Ok(())
}

async fn an_update_computes_one(db: &Db) -> Result<()> {
    let one = create!(Anything {
        instant: "2024-05-05T22:30:00.5Z".parse::<Timestamp>().unwrap()
    })
    .exec(db)
    .await?;
    let update = one.update().assign(|a| {
        (
            a.instant.to(a.instant.start_of_week()),
            a.date.to(a.instant.date().start_of_month()),
        )
    });
    update.exec(db).await?;
    let read = Anything::get_by_id(db, one.id).await?;
    assert_eq!(read.instant, Some("2024-04-29T00:00:00Z".parse().unwrap()));
    assert_eq!(read.date, Some(civil::date(2024, 5, 1)));
    Ok(())
}

async fn groups_in_memory_know_them(db: &Db) -> Result<()> {
    times(db).await?;
    let mut by_month = Anything::filter(|a| a.signed64.eq(0))
        .allow_scan()
        .group_by(|a| a.instant.start_of_month())
        .select(|g| (g.key, count()))
        .aggregate_in_memory(db)
        .await?
        .rows;
    by_month.sort();
    assert_eq!(by_month.len(), 6);
    assert_eq!(by_month[0], (None, 1));
    let december = instant(civil::datetime(2024, 12, 1, 0, 0, 0, 0));
    assert_eq!(by_month[5], (Some(december), 2));
    Ok(())
}

on_every_database! { VALUES;
    every_span_began_when_rust_says [dynamodb: "a value that is computed"],
    null_is_in_no_span [dynamodb: "a value that is computed"],
    rows_are_found_grouped_and_ordered_by_them [dynamodb: "a condition on a value that is computed"],
    an_update_computes_one,
    groups_in_memory_know_them,
}
