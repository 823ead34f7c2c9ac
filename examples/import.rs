//! Many rows in, many rows out: a database file, one call for a hundred thousand rows, and a stream over them.
//!
//! Run it with `cargo run --example import`.

use toasty::{Config, create, toasty};

toasty! {
    pub model Reading [index(station, at)] {
        id: u64 [key, auto],
        station: u32,
        at: jiff::Timestamp,
        celsius: f64,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("toasty-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let db = toasty::connect_with(Config::sqlite(folder.join("readings.db"))).await?;
    db.create_tables().await?;

    // All of them, or none. The rows are made as they are written down here, and sent by one prepared statement.
    let noon: jiff::Timestamp = "2026-05-01T12:00:00Z".parse()?;
    let rows = (0..100_000u32).map(|n| {
        let at = noon + jiff::SignedDuration::from_secs(i64::from(n));
        create!(Reading {
            station: n % 10,
            at,
            celsius: f64::from(n % 300) / 10.0
        })
    });
    println!(
        "{} readings written",
        Reading::create_many(rows).exec(&db).await?
    );

    // One after the other, a few hundred in memory at a time.
    let mut readings =
        Reading::find_by_station_and_at(3u32, noon + jiff::SignedDuration::from_secs(3))
            .stream(&db);
    while let Some(reading) = readings.next().await {
        let reading = reading?;
        println!(
            "station {} at {}: {} °C",
            reading.station, reading.at, reading.celsius
        );
    }
    let (mut sum, mut count) = (0.0, 0u32);
    let mut readings = Reading::filter(|reading| reading.station.eq(7u32)).stream(&db);
    while let Some(reading) = readings.next().await {
        sum += reading?.celsius;
        count += 1;
    }
    println!(
        "{count} readings of station 7, {:.2} °C on average",
        sum / f64::from(count)
    );

    drop((readings, db));
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
