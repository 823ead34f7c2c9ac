//! Instants, dates and times: their edges come back equal, or are refused and nothing is written.

use super::round_trip::round_trip;
use crate::cases::on_every_database;
use crate::models::values::{Anything, Everything, VALUES};
use jiff::{Timestamp, civil};
use toasty::{Db, ErrorKind, Result, create};

async fn instants_come_back_to_the_microsecond(db: &Db) -> Result<()> {
    let instants: [&str; 6] = [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "2024-02-29T12:34:56.000001Z",
        "2024-02-29T12:34:56.1Z",
        "9999-12-30T22:00:00.999999Z",
    ];
    let [a, b, c, d, e, f] = instants.map(|text| text.parse::<Timestamp>().unwrap());
    round_trip!(db, instant, [a, b, c, d, e, f]);
    for (number, instant) in [a, b, c, d, e, f].into_iter().enumerate() {
        let earlier = Everything::filter(|row| row.instant.lt(instant))
            .count(db)
            .await?;
        assert_eq!(
            earlier,
            u64::try_from(number).unwrap(),
            "they compare as times"
        );
    }
    Ok(())
}

async fn instants_come_back_to_the_nanosecond(db: &Db) -> Result<()> {
    let instants = [
        "1969-12-31T23:59:59.999999999Z",
        "2024-02-29T12:34:56.000000001Z",
        "9999-12-30T22:00:00.999999999Z",
    ];
    let [a, b, c] = instants.map(|text| text.parse::<Timestamp>().unwrap());
    round_trip!(db, instant, [a, b, c]);
    Ok(())
}

async fn instants_are_ordered_by_time(db: &Db) -> Result<()> {
    let instants = [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.9Z",
        "9999-12-30T22:00:00Z",
    ]
    .map(|text| text.parse::<Timestamp>().unwrap());
    for instant in instants.into_iter().rev() {
        create!(Everything { instant }).exec(db).await?;
    }
    let read = Everything::all()
        .order_by(|row| row.instant.asc())
        .all(db)
        .await?;
    assert!(read.iter().map(|row| row.instant).eq(instants));
    Ok(())
}

async fn dates_and_times_come_back_at_their_edges(db: &Db) -> Result<()> {
    round_trip!(
        db,
        date,
        [
            civil::date(1, 1, 1),
            civil::date(999, 12, 31),
            civil::date(2024, 2, 29),
            civil::Date::MAX
        ]
    );
    for value in [
        civil::Time::MIN,
        civil::time(23, 59, 59, 1_000),
        civil::time(23, 59, 59, 999_999_000),
    ] {
        round_trip_time(db, value).await?;
    }
    for value in [
        civil::datetime(1, 1, 1, 0, 0, 0, 0),
        civil::datetime(2024, 2, 29, 1, 2, 3, 4_000),
        civil::datetime(9999, 12, 31, 23, 59, 59, 999_999_000),
    ] {
        round_trip_date_time(db, value).await?;
    }
    Ok(())
}

async fn times_of_day_come_back_to_the_nanosecond(db: &Db) -> Result<()> {
    for value in [civil::time(23, 59, 59, 1), civil::Time::MAX] {
        round_trip_time(db, value).await?;
    }
    Ok(())
}

async fn dates_with_times_come_back_to_the_nanosecond(db: &Db) -> Result<()> {
    for value in [
        civil::datetime(2024, 2, 29, 1, 2, 3, 4),
        civil::DateTime::MAX,
    ] {
        round_trip_date_time(db, value).await?;
    }
    Ok(())
}

async fn round_trip_time(db: &Db, value: civil::Time) -> Result<()> {
    let row = create!(Everything { time: value }).exec(db).await?;
    assert_eq!(Everything::get_by_id(db, row.id).await?.time, value);
    let same = Everything::filter(|row| row.time.eq(value));
    assert!(same.exists(db).await?);
    Ok(())
}

async fn round_trip_date_time(db: &Db, value: civil::DateTime) -> Result<()> {
    let row = create!(Everything { date_time: value }).exec(db).await?;
    assert_eq!(Everything::get_by_id(db, row.id).await?.date_time, value);
    let same = Everything::filter(|row| row.date_time.ge(value));
    assert!(same.exists(db).await?);
    Ok(())
}

async fn times_long_before_the_year_1_are_refused(db: &Db) -> Result<()> {
    let refused = [
        create!(Everything {
            instant: Timestamp::MIN
        })
        .exec(db)
        .await
        .unwrap_err(),
        create!(Everything {
            date: civil::Date::MIN
        })
        .exec(db)
        .await
        .unwrap_err(),
        create!(Everything {
            date_time: civil::DateTime::MIN
        })
        .exec(db)
        .await
        .unwrap_err(),
    ];
    for (error, field) in refused.into_iter().zip(["instant", "date", "date_time"]) {
        assert_eq!(
            (error.kind(), error.fields()),
            (ErrorKind::Unrepresentable, [field.to_owned()].as_slice())
        );
    }
    assert_eq!(Everything::all().count(db).await?, 0);
    Ok(())
}

async fn the_year_before_the_year_1_is_refused(db: &Db) -> Result<()> {
    for value in [
        civil::datetime(0, 12, 31, 23, 59, 59, 0),
        civil::datetime(-99, 1, 1, 0, 0, 0, 0),
    ] {
        let written = create!(Everything { date_time: value }).exec(db).await;
        assert_eq!(written.unwrap_err().kind(), ErrorKind::Unrepresentable);
    }
    Ok(())
}

on_every_database! { VALUES;
    instants_come_back_to_the_microsecond,
    instants_come_back_to_the_nanosecond [postgresql: "a time finer than a microsecond"],
    instants_are_ordered_by_time [dynamodb: "this order"],
    dates_and_times_come_back_at_their_edges,
    times_of_day_come_back_to_the_nanosecond [postgresql: "a time finer than a microsecond"],
    dates_with_times_come_back_to_the_nanosecond [postgresql: "a time finer than a microsecond"],
    times_long_before_the_year_1_are_refused,
    the_year_before_the_year_1_is_refused [postgresql differs: "times from 4714-11-24 BC on can be stored"],
}
