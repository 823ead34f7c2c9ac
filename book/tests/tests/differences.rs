//! The tables of the page about differences, compared with what the databases do: a row says *stored*, *refused* or
//! *comes back as*, and that is what has to happen.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic, in what it calls too"
)]

use toasty::config::BackendName;
use toasty::{create, toasty, Config, Db, ErrorKind, Result};
use toasty_book::servers::{on_dynamodb, on_postgresql, Place};

toasty! {
    pub model Sample {
        id: uuid::Uuid [key, auto],
        count: u64 = 0,
        share: f64 = 0.0,
        text: String = "",
        amount: rust_decimal::Decimal = rust_decimal::Decimal::ZERO,
        at: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH,
        day: jiff::civil::Date = jiff::civil::date(2000, 1, 1),
    }

    pub model Named { name: String [key], parent: Option<uuid::Uuid> }

    pub model Parent { id: uuid::Uuid [key, auto], children: toasty::HasMany<Child> }

    pub model Child { id: uuid::Uuid [key, auto], parent_id: uuid::Uuid [index], parent: toasty::BelongsTo<Parent> }
}

/// What became of something, by the word that a row of the page has for it.
#[derive(Debug, PartialEq)]
enum Done {
    Stored,
    Refused,
    Changed,
}

/// Stores a row, and looks at it again.
async fn stored<T: PartialEq>(
    db: &Db,
    new: CreateSample,
    of: impl Fn(&Sample) -> T,
    given: T,
) -> Done {
    match new.exec(db).await {
        Ok(written) => {
            let read = Sample::get_by_id(db, written.id).await.expect("the row");
            if of(&read) == given {
                Done::Stored
            } else {
                Done::Changed
            }
        }
        Err(error) if error.kind() == ErrorKind::Unrepresentable => Done::Refused,
        Err(error) => panic!("{error:?}"),
    }
}

fn done<T>(result: Result<T>) -> Done {
    match result {
        Ok(_) => Done::Stored,
        Err(error)
            if error.is_unsupported()
                || error.is_foreign_key_violation()
                || error.kind() == ErrorKind::Unrepresentable =>
        {
            Done::Refused
        }
        Err(error) => panic!("{error:?}"),
    }
}

async fn share(db: &Db, share: f64) -> Done {
    let new = create!(Sample { share });
    stored(db, new, |row| row.share.to_bits(), share.to_bits()).await
}

/// Every row of the page that one value or one call can show, with what the database does.
async fn shown(db: &Db) -> Vec<(&'static str, Done)> {
    let ten = rust_decimal::Decimal::new(1050, 2);
    let at: jiff::Timestamp = "2026-05-01T12:00:00.123456789Z".parse().expect("a time");
    let (year_zero, nul) = (jiff::civil::date(0, 12, 31), "a\0b");
    let large = stored(
        db,
        create!(Sample { count: u64::MAX }),
        |row| row.count,
        u64::MAX,
    );
    let text = stored(
        db,
        create!(Sample { text: nul }),
        |row| row.text.clone(),
        nul.to_owned(),
    );
    let amount = stored(
        db,
        create!(Sample { amount: ten }),
        |row| row.amount.to_string(),
        ten.to_string(),
    );
    let nanoseconds = stored(db, create!(Sample { at }), |row| row.at, at);
    let year = stored(
        db,
        create!(Sample { day: year_zero }),
        |row| row.day,
        year_zero,
    );
    let parent = create!(Parent { children: [{}] })
        .exec(db)
        .await
        .expect("a parent with a child");
    vec![
        ("`u64` above 9 223 372 036 854 775 807", large.await),
        ("NaN", share(db, f64::NAN).await),
        ("infinities", share(db, f64::INFINITY).await),
        (
            "floats of a size below 1E-130 or from 1E+126",
            share(db, 1e-200).await,
        ),
        (
            "floats of a size below 1E-130 or from 1E+126",
            share(db, 1e200).await,
        ),
        ("`-0.0`", share(db, -0.0).await),
        ("the character NUL in a text", text.await),
        (
            "an empty text or no bytes in a key, a `unique` field or an index",
            done(create!(Named { name: "" }).exec(db).await),
        ),
        ("trailing zeros of a decimal: `10.50`", amount.await),
        ("the precision of times", nanoseconds.await),
        ("years", year.await),
        (
            "conditions on relations",
            done(
                Parent::filter(|parent| parent.children.any(|child| child.id.ne(parent_id())))
                    .allow_scan()
                    .all(db)
                    .await,
            ),
        ),
        (
            "a condition without an index",
            done(
                Named::filter(|named| named.parent.is_null())
                    .count(db)
                    .await,
            ),
        ),
        (
            "a delete of a row that is referred to",
            done(parent.delete().exec(db).await),
        ),
        ("`transaction`, `begin`", done(db.begin().await)),
    ]
}

fn parent_id() -> uuid::Uuid {
    uuid::Uuid::nil()
}

/// What a cell of the page says, in the same terms.
fn said(cell: &str) -> Done {
    let is = |words: &[&str]| words.iter().any(|word| cell.starts_with(word));
    if is(&["refused", "microseconds", "1 to 9999", "`ForeignKey"]) {
        Done::Refused
    } else if is(&["comes back"]) {
        Done::Changed
    } else if is(&[
        "stored",
        "kept",
        "nanoseconds",
        "-4713",
        "yes",
        "is done",
        "reads",
    ]) {
        Done::Stored
    } else {
        panic!("the page says {cell:?}, for which this test has no word")
    }
}

async fn compare(db: &Db, column: usize) {
    db.create_tables().await.expect("the tables");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/differences.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for (what, done) in shown(db).await {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| {what} |")))
            .unwrap_or_else(|| panic!("differences.md has no row for {what}"));
        let cell = row.split('|').nth(column + 2).unwrap_or_default().trim();
        assert_eq!(said(cell), done, "{what} on {}: {cell}", db.system());
    }
}

async fn compare_and_remove(config: Config, place: Place, column: usize) {
    let db = toasty::connect_with(config)
        .await
        .expect("the server for tests");
    compare(&db, column).await;
    drop(db);
    place.remove().await;
}

#[tokio::test]
async fn sqlite_does_what_the_page_says() {
    let db = toasty::connect_with(Config::sqlite_in_memory())
        .await
        .expect("a database");
    compare(&db, 0).await;
}

#[tokio::test]
async fn postgresql_does_what_the_page_says() {
    let config = Config::default().with_backend(BackendName::PostgreSql);
    let (config, place) = on_postgresql(config).await;
    compare_and_remove(config, place, 1).await;
}

#[tokio::test]
async fn dynamodb_does_what_the_page_says() {
    let (config, place) = on_dynamodb(Config::dynamodb());
    compare_and_remove(config, place, 2).await;
}
