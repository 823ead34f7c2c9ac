//! Which anomalies each isolation level lets through, by the scripts of Hermitage (Martin Kleppmann): what the database
//! promises, and none that we add.
//!
//! The table is a snapshot: ✓ where the anomaly cannot happen, — where it can.

use crate::databases::{Database, impatient};
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use toasty::{Db, ErrorKind, Isolation, Model, Result, TransactionOptions, Tx, create, toasty};
use tokio::join;

toasty! {
    pub model Item {
        id: u64 [key],
        value: i64,
    }
}

const LEVELS: [Isolation; 3] = [
    Isolation::ReadCommitted,
    Isolation::RepeatableRead,
    Isolation::Serializable,
];

/// A script says whether the anomaly was seen. An error of one of its transactions is how a database prevents it.
type Script = for<'a> fn(&'a Db, Isolation) -> Pin<Box<dyn Future<Output = Result<bool>> + 'a>>;

async fn begin(db: &Db, level: Isolation) -> Result<Tx> {
    db.begin_with(TransactionOptions::new().isolation(level))
        .await
}

async fn set(tx: &Tx, id: u64, value: i64) -> Result<()> {
    Item::update_by_id(id).value(value).exec(tx).await.map(drop)
}

async fn get(tx: &Tx, id: u64) -> Result<i64> {
    Ok(Item::get_by_id(tx, id).await?.value)
}

/// How many rows a predicate finds.
async fn found(tx: &Tx) -> Result<u64> {
    Item::filter(|item| item.value.ge(30)).count(tx).await
}

async fn both(db: &Db) -> Result<(i64, i64)> {
    Ok((
        Item::get_by_id(db, 1u64).await?.value,
        Item::get_by_id(db, 2u64).await?.value,
    ))
}

/// Gives a statement beside it the time to be in the way of a lock.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(40)).await;
}

/// Write cycles: the writes of two transactions are mixed.
async fn g0(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    set(&one, 1, 11).await?;
    let (first, second) = join!(
        async {
            a_moment().await;
            set(&one, 2, 21).await?;
            one.commit().await
        },
        async {
            set(&two, 1, 12).await?;
            set(&two, 2, 22).await?;
            two.commit().await
        }
    );
    first?;
    let seen = both(db).await?;
    second?;
    Ok(seen != (12, 22))
}

/// Aborted reads.
async fn g1a(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    set(&one, 1, 101).await?;
    let before = get(&two, 1).await?;
    one.rollback().await?;
    let after = get(&two, 1).await?;
    two.commit().await?;
    Ok((before, after) != (10, 10))
}

/// Intermediate reads.
async fn g1b(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    set(&one, 1, 101).await?;
    let before = get(&two, 1).await?;
    set(&one, 1, 11).await?;
    one.commit().await?;
    let after = get(&two, 1).await?;
    two.commit().await?;
    Ok(before == 101 || after == 101)
}

/// Circular flow of information.
async fn g1c(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    set(&one, 1, 11).await?;
    set(&two, 2, 22).await?;
    let (seen_by_one, seen_by_two) = (get(&one, 2).await?, get(&two, 1).await?);
    let (first, second) = (one.commit().await, two.commit().await);
    first?;
    second?;
    Ok(seen_by_one == 22 && seen_by_two == 11)
}

/// An observed transaction vanishes.
async fn otv(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two, three) = (
        begin(db, level).await?,
        begin(db, level).await?,
        begin(db, level).await?,
    );
    set(&one, 1, 11).await?;
    set(&one, 2, 19).await?;
    let (seen, second) = join!(
        async {
            a_moment().await;
            one.commit().await?;
            let first = get(&three, 1).await?;
            a_moment().await;
            Ok::<_, toasty::Error>((first, get(&three, 2).await?))
        },
        async {
            set(&two, 1, 12).await?;
            set(&two, 2, 18).await?;
            a_moment().await;
            a_moment().await;
            two.commit().await
        }
    );
    let seen = seen?;
    second?;
    three.commit().await?;
    Ok(seen == (11, 18))
}

/// Predicate-many-preceders: what a predicate finds grows.
async fn pmp(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    let before = found(&one).await?;
    create!(Item {
        id: 3u64,
        value: 30
    })
    .exec(&two)
    .await?;
    two.commit().await?;
    let after = found(&one).await?;
    one.commit().await?;
    Ok(before != after)
}

/// A lost update.
async fn p4(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    let (first, second) = (get(&one, 1).await?, get(&two, 1).await?);
    set(&one, 1, first + 1).await?;
    let (first, second) = join!(
        async {
            a_moment().await;
            one.commit().await
        },
        async {
            set(&two, 1, second + 1).await?;
            two.commit().await
        }
    );
    first?;
    second?;
    Ok(both(db).await?.0 == 11)
}

/// Read skew.
async fn g_single(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    let first = get(&one, 1).await?;
    set(&two, 1, 12).await?;
    set(&two, 2, 18).await?;
    two.commit().await?;
    let second = get(&one, 2).await?;
    one.commit().await?;
    Ok((first, second) == (10, 18))
}

/// Write skew on two rows.
async fn g2_item(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    for tx in [&one, &two] {
        get(tx, 1).await?;
        get(tx, 2).await?;
    }
    set(&one, 1, 11).await?;
    set(&two, 2, 21).await?;
    one.commit().await?;
    two.commit().await?;
    Ok(both(db).await? == (11, 21))
}

/// Write skew on a predicate.
async fn g2(db: &Db, level: Isolation) -> Result<bool> {
    let (one, two) = (begin(db, level).await?, begin(db, level).await?);
    let before = found(&one).await? + found(&two).await?;
    let new = |id: u64| create!(Item { id, value: 30 });
    new(3).exec(&one).await?;
    new(4).exec(&two).await?;
    one.commit().await?;
    two.commit().await?;
    Ok(before == 0)
}

const SCRIPTS: [(&str, Script); 10] = [
    ("G0", |db, level| Box::pin(g0(db, level))),
    ("G1a", |db, level| Box::pin(g1a(db, level))),
    ("G1b", |db, level| Box::pin(g1b(db, level))),
    ("G1c", |db, level| Box::pin(g1c(db, level))),
    ("OTV", |db, level| Box::pin(otv(db, level))),
    ("PMP", |db, level| Box::pin(pmp(db, level))),
    ("P4", |db, level| Box::pin(p4(db, level))),
    ("G-single", |db, level| Box::pin(g_single(db, level))),
    ("G2-item", |db, level| Box::pin(g2_item(db, level))),
    ("G2", |db, level| Box::pin(g2(db, level))),
];

/// Whether the anomaly is prevented. What prevents it may be an error, but only one that says to try again.
async fn prevented(db: &Db, script: Script, level: Isolation) -> bool {
    Item::all().all_rows().delete().exec(db).await.unwrap();
    create!(Item [{ id: 1u64, value: 10 }, { id: 2u64, value: 20 }])
        .exec(db)
        .await
        .unwrap();
    match script(db, level).await {
        Ok(seen) => !seen,
        Err(error) => {
            // SQLite: there is one that writes, so that the second does not begin.
            let serial = error.kind() == ErrorKind::AcquireTimeout && db.system() == "sqlite";
            assert!(error.is_conflict() || serial, "{error:?}");
            true
        }
    }
}

async fn row(db: &Db, script: Script) -> [bool; 3] {
    let mut row = [false; 3];
    for (level, prevents) in LEVELS.into_iter().zip(&mut row) {
        *prevents = prevented(db, script, level).await;
    }
    row
}

macro_rules! scripts {
    ($( $name:ident: $number:literal, [$committed:literal, $repeatable:literal, $serializable:literal]; )*) => { $(
        #[tokio::test]
        async fn $name() {
            let database = Database::on_postgresql().await;
            database.db.create_tables_of(&[Item::DEF]).await.unwrap();
            assert_eq!(row(&database.db, SCRIPTS[$number].1).await, [$committed, $repeatable, $serializable]);
            database.remove().await;
        }
    )* };
}

// As PostgreSQL documents its levels ("Transaction Isolation"): read committed is a monotonic atomic view, repeatable read
// is snapshot isolation.
scripts! {
    hermitage_g0: 0, [true, true, true];
    hermitage_g1a: 1, [true, true, true];
    hermitage_g1b: 2, [true, true, true];
    hermitage_g1c: 3, [true, true, true];
    hermitage_otv: 4, [true, true, true];
    hermitage_pmp: 5, [false, true, true];
    hermitage_p4: 6, [false, true, true];
    hermitage_g_single: 7, [false, true, true];
    hermitage_g2_item: 8, [false, false, true];
    hermitage_g2: 9, [false, false, true];
}

#[tokio::test]
async fn hermitage_on_sqlite_is_all_serial() {
    let database = Database::on_file_with(impatient).await;
    database.db.create_tables_of(&[Item::DEF]).await.unwrap();
    for (name, script) in SCRIPTS {
        assert_eq!(row(&database.db, script).await, [true; 3], "{name}");
    }
}

#[tokio::test]
async fn hermitage_s_table_is_as_its_snapshot_shows() {
    let (postgresql, sqlite) = (
        Database::on_postgresql().await,
        Database::on_file_with(impatient).await,
    );
    let mut table = String::from(
        "anomaly | PostgreSQL: read committed | repeatable read | serializable | SQLite\n---|---|---|---|---\n",
    );
    for database in [&postgresql, &sqlite] {
        database.db.create_tables_of(&[Item::DEF]).await.unwrap();
    }
    let mark = |prevented: bool| if prevented { "✓" } else { "—" };
    for (name, script) in SCRIPTS {
        let [committed, repeatable, serializable] = row(&postgresql.db, script).await.map(mark);
        let on_sqlite = mark(row(&sqlite.db, script).await == [true; 3]);
        let _ = writeln!(
            table,
            "{name} | {committed} | {repeatable} | {serializable} | {on_sqlite}"
        );
    }
    postgresql.remove().await;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../snapshots/isolation"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("anomalies", table.trim_end()));
}
