//! A future may be dropped at any time: no transaction stays open, nothing is half written, the connection goes on.

use crate::databases::{Database, impatient, on_thread, raw_postgresql};
use crate::models::keys::{Account, KEYS};
use crate::models::people::{PEOPLE, Person, Task};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use toasty::config::PoolConfig;
use toasty::{Config, Db, create};

/// Polls a future so many times, and drops it where it has not finished by then.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    std::future::poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // The last poll is over: it is dropped at once, while what it began may still run.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Everything works as if nothing had happened, and at once.
async fn check(database: &Database, what: &str, polls: usize) {
    let db = &database.db;
    let usable = tokio::time::timeout(Duration::from_secs(1), async {
        // A write comes after whatever may still run on the connection that writes.
        Account::update_by_owner("probe")
            .balance(1)
            .exec(db)
            .await
            .unwrap();
        db.transaction(async |tx| {
            let seen = tx
                .transaction(async |tx| Account::find_by_owner("probe").exists(tx).await)
                .await?;
            assert!(seen);
            Ok(())
        })
        .await
        .unwrap();
        assert!(Account::find_by_owner("probe").exists(db).await.unwrap());
    });
    assert!(
        usable.await.is_ok(),
        "{what} after {polls} polls: the pool is usable"
    );
    if let Some(open) = left_open(database).await {
        panic!("{what} after {polls} polls left a transaction open: {open}");
    }
}

/// Whether a transaction is open, by the word of the database itself.
async fn left_open(database: &Database) -> Option<String> {
    if database.db.system() == "postgresql" {
        let row = raw_postgresql()
            .await
            .query_one(
                "SELECT count(*), min(state) FROM pg_stat_activity WHERE application_name = $1 AND state LIKE 'idle in%'",
                &[&APPLICATION],
            )
            .await
            .unwrap();
        return (row.get::<_, i64>(0) > 0).then(|| row.get(1));
    }
    let other = rusqlite::Connection::open(database.path()).unwrap();
    other.busy_timeout(Duration::ZERO).unwrap();
    let free = other.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
    free.err().map(|error| error.to_string())
}

/// What the connections of this test are called by PostgreSQL.
const APPLICATION: &str = "toasty cancellation";

/// Drops a future after 0, 1, 2 … polls until it finishes; then says whether the rows are none or all.
macro_rules! at_every_poll {
    ( $database:ident, $what:literal, all = $all:literal, $db:ident => $operation:expr ) => {{
        let $db = &$database.db;
        for polls in 0.. {
            let done = polled(polls, async { $operation }).await;
            check($database, $what, polls).await;
            let rows = Account::filter(|account| account.owner.ne("probe"))
                .delete()
                .exec($db)
                .await
                .unwrap();
            assert!(
                rows == 0 || rows == $all,
                "{} of {} rows after {polls} polls: {}",
                rows,
                $all,
                $what
            );
            if let Some(done) = done {
                let _ = done.unwrap_or_else(|error: toasty::Error| panic!("{}: {error:?}", $what));
                assert_eq!(rows, $all, $what);
                break;
            }
            assert!(polls < 2_000, "{} does not end", $what);
        }
    }};
}

async fn cancel_on_sqlite(change: impl FnOnce(Config) -> Config) {
    let database = Database::on_file_with(|config| {
        let mut config = change(impatient(config));
        config.sqlite.readers = 1;
        config
    })
    .await;
    cancel(&database).await;
}

async fn cancel(database: &Database) {
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    db.create_tables_of(PEOPLE).await.unwrap();
    create!(Account { owner: "probe" }).exec(db).await.unwrap();
    Person::create_many((0..1_000).map(|number| {
        create!(Person {
            name: format!("{number}")
        })
    }))
    .exec(db)
    .await
    .unwrap();
    Task::create_many((0..3_000u64).map(|number| {
        create!(Task {
            person_id: number % 1_000 + 1,
            title: "t"
        })
    }))
    .exec(db)
    .await
    .unwrap();

    at_every_poll!(database, "insert", all = 1, db => create!(Account { owner: "a" }).exec(db).await);
    at_every_poll!(database, "insert of many", all = 3_000, db => {
        Account::create_many((0..3_000).map(|number| create!(Account { owner: format!("{number}") }))).exec(db).await
    });
    at_every_poll!(database, "select", all = 0, db => Person::all().all(db).await.map(|rows| assert_eq!(rows.len(), 1_000)));
    at_every_poll!(database, "preload", all = 0, db => {
        Person::all().include(|p| p.tasks.include(|t| t.person)).all(db).await.map(|rows| assert_eq!(rows[999].tasks.get().unwrap().len(), 3))
    });
    at_every_poll!(database, "stream", all = 0, db => {
        let (mut stream, mut count) = (Task::all().stream(db), 0);
        while let Some(row) = stream.next().await {
            row.unwrap();
            count += 1;
        }
        assert_eq!(count, 3_000);
        Ok(())
    });
    at_every_poll!(database, "begin and commit", all = 2, db => {
        db.transaction(async |tx| {
            create!(Account { owner: "a" }).exec(tx).await?;
            create!(Account { owner: "b" }).exec(tx).await
        })
        .await
    });
    at_every_poll!(database, "rollback", all = 0, db => {
        let rolled_back = db.transaction(async |tx| {
            create!(Account { owner: "a" }).exec(tx).await?;
            Account::get_by_owner(tx, "nobody").await
        });
        rolled_back.await.map_or_else(|error| if error.is_not_found() { Ok(()) } else { Err(error) }, |_| Ok(()))
    });
    at_every_poll!(database, "savepoints", all = 3, db => {
        db.transaction(async |tx| {
            create!(Account { owner: "a" }).exec(tx).await?;
            let _ = tx.transaction(async |tx| {
                create!(Account { owner: "b" }).exec(tx).await?;
                Account::get_by_owner(tx, "nobody").await
            })
            .await;
            create!(Account [{ owner: "c" }, { owner: "d" }]).exec(tx).await
        })
        .await
    });
    inside(db).await;
}

/// Inside a transaction that goes on: what was dropped is there or is not, and the rest is.
async fn inside(db: &Db) {
    for polls in 0..60 {
        db.transaction(async |tx| {
            create!(Account { owner: "before" }).exec(tx).await?;
            let _ = polled(
                polls,
                tx.transaction(async |tx| {
                    create!(Account { owner: "x" }).exec(tx).await?;
                    create!(Account { owner: "y" }).exec(tx).await
                }),
            )
            .await;
            create!(Account { owner: "after" }).exec(tx).await?;
            Ok(())
        })
        .await
        .unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
        let rows = Account::filter(|account| account.owner.ne("probe"))
            .delete()
            .exec(db)
            .await
            .unwrap();
        assert!(rows == 2 || rows == 4, "{rows} rows after {polls} polls");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_at_every_poll() {
    cancel_on_sqlite(|config| config).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_at_every_poll_of_a_thread() {
    cancel_on_sqlite(on_thread).await;
}

/// One connection, so that whatever a future leaves behind meets whoever comes next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_at_every_poll_on_postgresql() {
    let database = Database::on_postgresql_with(|mut config| {
        config.postgresql.application_name = APPLICATION.to_owned();
        config.with_pool(PoolConfig::default().with_max(1))
    })
    .await;
    cancel(&database).await;
    database.remove().await;
}

/// A commit that is dropped may have been done, and may not: all of it or nothing, and nothing in between.
async fn cancelled_commit(database: &Database) {
    let db = &database.db;
    let mut seen = [false; 2];
    for polls in 0..200 {
        let tx = db.begin().await.unwrap();
        create!(Account [{ owner: "a" }, { owner: "b" }])
            .exec(&tx)
            .await
            .unwrap();
        let done = polled(polls, tx.commit()).await;
        let usable = tokio::time::timeout(Duration::from_secs(1), async {
            let rows = Account::filter(|account| account.owner.ne("probe"))
                .delete()
                .exec(db)
                .await
                .unwrap();
            assert!(rows == 0 || rows == 2, "{rows} rows after {polls} polls");
            rows == 2
        });
        let kept = usable.await.expect("the connection is usable");
        seen[usize::from(kept)] = true;
        if let Some(done) = done {
            done.unwrap();
            assert!(kept, "what was said to be kept");
            assert!(seen[0], "a commit that was never polled keeps nothing");
            return;
        }
    }
    panic!("the commit does not end");
}

#[tokio::test]
async fn cancelled_commit_is_unknown() {
    let database = Database::on_file_with(impatient).await;
    database.db.create_tables_of(KEYS).await.unwrap();
    cancelled_commit(&database).await;
}

#[tokio::test]
async fn cancelled_commit_is_unknown_on_postgresql() {
    let database = Database::on_postgresql().await;
    database.db.create_tables_of(KEYS).await.unwrap();
    cancelled_commit(&database).await;
    database.remove().await;
}

/// One connection, which a stream that is dropped half way must leave usable.
async fn drop_of_stream(database: &Database) {
    let db = &database.db;
    let rows = (0..2_000).map(|number| {
        create!(Account {
            owner: format!("{number}")
        })
    });
    Account::create_many(rows).exec(db).await.unwrap();
    for taken in [0, 1, 255, 256, 257, 1_000, 1_999] {
        let mut stream = Account::all().stream(db);
        for _ in 0..taken {
            stream.next().await.unwrap().unwrap();
        }
        drop(stream);
        let usable = tokio::time::timeout(Duration::from_secs(2), Account::all().count(db));
        assert_eq!(usable.await.expect("at once").unwrap(), 2_000);
        db.transaction(async |tx| {
            let mut stream = Account::all().stream(tx);
            for _ in 0..taken {
                stream.next().await.unwrap()?;
            }
            drop(stream);
            Account::update_by_owner("7").balance(taken).exec(tx).await
        })
        .await
        .unwrap();
        assert_eq!(Account::get_by_owner(db, "7").await.unwrap().balance, taken);
    }
}

#[tokio::test]
async fn drop_of_stream_half_way_then_reuse() {
    for database in [
        Database::in_memory().await,
        Database::on_file_with(impatient).await,
    ] {
        database.db.create_tables_of(KEYS).await.unwrap();
        drop_of_stream(&database).await;
    }
}

#[tokio::test]
async fn drop_of_stream_half_way_then_reuse_on_postgresql() {
    let database =
        Database::on_postgresql_with(|config| config.with_pool(PoolConfig::default().with_max(1)))
            .await;
    database.db.create_tables_of(KEYS).await.unwrap();
    drop_of_stream(&database).await;
    database.remove().await;
}

/// Its end is on the way when nobody waits for it any more, and where a statement had failed in it the server refuses that end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nested_transaction_that_is_dropped_at_its_end_leaves_the_outer_one_usable() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    for (polls, fails) in (0..60).flat_map(|polls| [(polls, false), (polls, true)]) {
        db.transaction(async |tx| {
            create!(Account { owner: "before" }).exec(tx).await?;
            let nested = tx.transaction(async |tx| {
                create!(Account { owner: "x" }).exec(tx).await?;
                if fails {
                    let twice = create!(Account { owner: "x" }).exec(tx).await;
                    assert!(twice.unwrap_err().is_unique_violation());
                }
                Ok(())
            });
            let _ = polled(polls, nested).await;
            create!(Account { owner: "after" }).exec(tx).await?;
            Ok(())
        })
        .await
        .unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
        let rows = Account::filter(|account| account.owner.ne("probe"))
            .delete()
            .exec(db)
            .await
            .unwrap();
        let whole = rows == 2 || (rows == 3 && !fails);
        assert!(whole, "{rows} rows after {polls} polls, {fails}");
    }
    database.remove().await;
}
