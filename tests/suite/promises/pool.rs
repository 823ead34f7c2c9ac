//! Connections: every wait has a deadline, and its error has numbers in it.

use crate::databases::{Database, impatient, raw_postgresql};
use crate::models::keys::{Account, KEYS};
use crate::recorder::Recorder;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use toasty::config::{PoolConfig, SqliteConfig};
use toasty::{Config, Db, ErrorKind, TransactionOptions, create};

async fn filled(change: impl FnOnce(Config) -> Config) -> Database {
    let database = Database::on_file_with(change).await;
    database.db.create_tables_of(KEYS).await.unwrap();
    let rows = (0..2_000).map(|number| {
        create!(Account {
            owner: format!("{number}")
        })
    });
    Account::create_many(rows).exec(&database.db).await.unwrap();
    database
}

fn two_readers(mut config: Config) -> Config {
    config.sqlite.readers = 2;
    impatient(config)
}

#[tokio::test]
async fn acquire_times_out_with_numbers() {
    let database = filled(two_readers).await;
    let (mut a, mut b) = (
        Account::all().stream(&database.db),
        Account::all().stream(&database.db),
    );
    a.next().await.unwrap().unwrap();
    b.next().await.unwrap().unwrap();
    let error = Account::all().count(&database.db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::AcquireTimeout, true)
    );
    assert!(error.to_string().contains("2 of 2 are in use"), "{error}");
    assert!(error.to_string().contains("300ms"), "{error}");
    // Since when, and from which line of this file.
    assert!(error.to_string().contains("held for "), "{error}");
    assert!(error.to_string().contains("pool.rs:"), "{error}");
    let pool = database.db.statistics().pool;
    assert_eq!(
        (pool.max, pool.in_use, pool.idle, pool.waiting),
        (Some(3), 2, 1, 0)
    );
    drop(a);
    assert_eq!(
        Account::all().count(&database.db).await.unwrap(),
        2_000,
        "one that comes back is used"
    );
}

#[tokio::test]
async fn nested_acquire_is_named() {
    let database = filled(impatient).await;
    let db = &database.db;
    let error = db
        .transaction(async |tx| {
            create!(Account { owner: "inside" }).exec(tx).await?;
            // The mistake: `db` where `tx` was meant. No wait would help, so that there is none.
            let error = tokio::time::timeout(
                Duration::from_millis(100),
                create!(Account { owner: "beside" }).exec(db),
            )
            .await
            .expect("at once")
            .unwrap_err();
            create!(Account {
                owner: "inside too"
            })
            .exec(tx)
            .await?;
            Ok(error)
        })
        .await
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::AcquireTimeout);
    assert!(error.to_string().contains("1 of 1 are in use"), "{error}");
    assert!(
        error
            .to_string()
            .contains("this task already holds a connection; use `tx`"),
        "{error}"
    );
    assert_eq!(
        Account::filter(|account| account.owner.starts_with("inside"))
            .count(db)
            .await
            .unwrap(),
        2
    );
}

/// Somebody else holds the other one and may give it back: it is waited for, and then told by its name too.
#[tokio::test]
async fn nested_acquire_is_named_after_the_wait_where_others_hold_some() {
    let database = filled(two_readers).await;
    let db = &database.db;
    let mut stream = Account::all().stream(db);
    stream.next().await.unwrap().unwrap();
    let reads = TransactionOptions::new().read_only();
    let error = db
        .transaction_with(reads, async |tx| {
            assert_eq!(Account::all().count(tx).await?, 2_000);
            Account::all().count(db).await
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AcquireTimeout);
    assert!(error.to_string().contains("2 of 2 are in use"), "{error}");
    assert!(error.to_string().contains("300ms"), "{error}");
    assert!(error.to_string().contains("; use `tx`"), "{error}");
}

fn with_leak_report(config: Config) -> Config {
    config.with_pool(
        PoolConfig::default()
            .with_acquire_timeout(Duration::from_millis(300))
            .with_leak_report(Some(Duration::from_millis(100))),
    )
}

#[tokio::test]
async fn a_connection_that_is_held_for_long_is_reported_once_with_its_place() {
    let database = filled(with_leak_report).await;
    let db = &database.db;
    let recorder = Recorder::start();
    let (held, line) = (db.begin().await.unwrap(), line!());
    let reports = || {
        let log = recorder.log();
        log.lines()
            .filter(|line| line.starts_with("WARN toasty::pool"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // Those who wait see it while it is held, as soon as it is too long.
    let waited = create!(Account { owner: "x" }).exec(db).await;
    assert_eq!(waited.unwrap_err().kind(), ErrorKind::AcquireTimeout);
    let reported = reports();
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(reported[0].contains("pool.rs"), "{reported:?}");
    assert!(
        reported[0].contains(&format!("code.line.number={line} ")),
        "{reported:?}"
    );
    drop(held);
    assert_eq!(reports().len(), 1, "once");
    // Where nobody waits, it is told when it comes back.
    let held = db.begin().await.unwrap();
    tokio::time::sleep(Duration::from_millis(120)).await;
    held.commit().await.unwrap();
    assert_eq!(reports().len(), 2);
    db.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(reports().len(), 2, "a short one is none");
}

#[tokio::test]
async fn a_transaction_that_only_reads_does_not_wait_for_one_that_writes() {
    let database = filled(impatient).await;
    let db = &database.db;
    let reads = TransactionOptions::new().read_only();
    db.transaction(async |tx| {
        create!(Account { owner: "new" }).exec(tx).await?;
        let seen = db
            .transaction_with(reads, async |reader| {
                let before = Account::all().count(reader).await?;
                Ok((before, Account::all().count(reader).await?))
            })
            .await?;
        assert_eq!(seen, (2_000, 2_000));
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(Account::all().count(db).await.unwrap(), 2_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_waiters_two_connections() {
    let database = filled(|mut config| {
        config.sqlite.readers = 2;
        config
    })
    .await;
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let db = database.db.clone();
            tokio::spawn(async move {
                Account::filter(|account| account.owner.starts_with("1"))
                    .count(&db)
                    .await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 1_111);
    }
}

#[tokio::test]
async fn cancelled_waiter_gives_its_turn() {
    let database = filled(|config| config).await;
    let tasks: Vec<_> = (0..500)
        .map(|number| {
            let db = database.db.clone();
            tokio::spawn(async move {
                Account::update_by_owner("7")
                    .balance(number)
                    .exec(&db)
                    .await
            })
        })
        .collect();
    let held = database
        .db
        .transaction(async |tx| {
            Account::update_by_owner("7").balance(-1).exec(tx).await?;
            // All of them wait now; every second one is sent away.
            tokio::time::sleep(Duration::from_millis(20)).await;
            for task in tasks.iter().step_by(2) {
                task.abort();
            }
            Ok(())
        })
        .await;
    held.unwrap();
    for (number, task) in tasks.into_iter().enumerate() {
        match task.await {
            Ok(done) => assert_eq!((done.unwrap(), number % 2), (1, 1)),
            Err(cancelled) => assert!(cancelled.is_cancelled() && number % 2 == 0),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_database_is_one_database() {
    let db = Database::in_memory().await.db;
    db.create_tables_of(KEYS).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for number in 0..50 {
                    create!(Account {
                        owner: format!("{task}-{number}")
                    })
                    .exec(&db)
                    .await
                    .unwrap();
                    assert!(
                        Account::find_by_owner(format!("{task}-{number}"))
                            .exists(&db)
                            .await
                            .unwrap()
                    );
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(Account::all().count(&db).await.unwrap(), 400);
}

fn with_busy_timeout(timeout: Duration) -> impl FnOnce(Config) -> Config {
    move |config| {
        let location = config.sqlite.location.clone();
        config.with_sqlite(
            SqliteConfig::default()
                .with_location(location)
                .with_busy_timeout(timeout),
        )
    }
}

/// Another process, played by a connection of SQLite's driver that holds the lock for writing.
fn lock(database: &Database) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(database.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_and_then_told_as_busy() {
    let database = filled(with_busy_timeout(Duration::from_millis(150))).await;
    let db = &database.db;
    let other = lock(&database);
    // A task beside counts on while the statement waits: the thread of the runtime is not asleep.
    let ticks = Arc::new(AtomicU32::new(0));
    let beside = tokio::spawn({
        let ticks = Arc::clone(&ticks);
        async move {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                ticks.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let errors = [
        create!(Account { owner: "x" }).exec(db).await.unwrap_err(),
        create!(Account [{ owner: "x" }, { owner: "y" }])
            .exec(db)
            .await
            .unwrap_err(),
        Account::update_by_owner("1")
            .balance(1)
            .returning(db)
            .await
            .unwrap_err(),
        db.transaction(async |_| Ok(())).await.unwrap_err(),
        db.run_sql("DELETE FROM account").await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.is_retryable()),
            (ErrorKind::Busy, true)
        );
    }
    assert!(ticks.load(Ordering::Relaxed) > 20);
    assert_eq!(
        Account::all().count(db).await.unwrap(),
        2_000,
        "readers are not in its way"
    );
    beside.abort();
    drop(other);
    create!(Account { owner: "x" }).exec(db).await.unwrap();
}

#[tokio::test]
async fn a_lock_that_goes_away_in_time_is_no_error() {
    let database = filled(with_busy_timeout(Duration::from_secs(5))).await;
    let other = lock(&database);
    let freed = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(60)).await;
        other.execute_batch("COMMIT").unwrap();
    });
    create!(Account { owner: "x" })
        .exec(&database.db)
        .await
        .unwrap();
    freed.await.unwrap();
}

/// The lock of another process goes away while the transaction is tried again.
#[tokio::test]
async fn a_transaction_that_meets_a_lock_is_tried_again_with_an_event_each_time() {
    let database = Database::on_file_with(|config| {
        with_busy_timeout(Duration::from_millis(1))(config)
            .with_pool(PoolConfig::default().with_retries(100))
    })
    .await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    let other = lock(&database);
    let freed = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(60)).await;
        other.execute_batch("COMMIT").unwrap();
    });
    let recorder = Recorder::start();
    db.transaction(async |tx| create!(Account { owner: "x" }).exec(tx).await)
        .await
        .unwrap();
    freed.await.unwrap();
    let log = recorder.log();
    let retries: Vec<_> = log
        .lines()
        .filter(|line| line.contains("toasty::transaction"))
        .collect();
    assert!(!retries.is_empty());
    for (number, event) in retries.iter().enumerate() {
        assert!(
            event.contains(&format!("attempt={} ", number + 1)),
            "{event}"
        );
        assert!(event.contains("error.type=T0501"), "{event}");
    }
    assert_eq!(Account::all().count(db).await.unwrap(), 1);
}

/// PostgreSQL with this pool, its connections by a name of their own.
async fn on_postgresql(name: &'static str, pool: PoolConfig) -> Database {
    let database = Database::on_postgresql_with(|mut config| {
        config.postgresql.application_name = name.to_owned();
        config.with_pool(pool)
    })
    .await;
    database.db.create_tables_of(KEYS).await.unwrap();
    database
}

/// How many connections of this name the server has.
async fn connections(server: &tokio_postgres::Client, name: &str) -> i64 {
    server
        .query_one(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1",
            &[&name],
        )
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn acquire_times_out_with_numbers_on_postgresql() {
    let pool = PoolConfig::default()
        .with_max(2)
        .with_acquire_timeout(Duration::from_millis(500));
    let database = on_postgresql("toasty numbers", pool).await;
    let db = &database.db;
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    let since = std::time::Instant::now();
    let error = Account::all().count(db).await.unwrap_err();
    let waited = since.elapsed();
    assert!(
        (500..=1_000).contains(&waited.as_millis()),
        "after {waited:?}"
    );
    assert_eq!(error.kind(), ErrorKind::AcquireTimeout);
    for words in [
        "2 of 2 are in use",
        "0 others wait",
        "held for ",
        "pool.rs:",
    ] {
        assert!(error.to_string().contains(words), "{error}");
    }
    drop(one);
    assert_eq!(Account::all().count(db).await.unwrap(), 0);
    drop(two);
    database.remove().await;
}

#[tokio::test]
async fn nested_acquire_is_named_on_postgresql() {
    let pool = PoolConfig::default().with_max(1);
    let database = on_postgresql("toasty nested", pool).await;
    let db = &database.db;
    let error = db
        .transaction(async |_| Account::all().count(db).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AcquireTimeout);
    assert!(error.to_string().contains("; use `tx`"), "{error}");
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_waiters_two_connections_on_postgresql() {
    let pool = PoolConfig::default()
        .with_max(2)
        .with_acquire_timeout(Duration::from_secs(60));
    let database = on_postgresql("toasty thousand", pool).await;
    create!(Account { owner: "one" })
        .exec(&database.db)
        .await
        .unwrap();
    let server = raw_postgresql().await;
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let db = database.db.clone();
            tokio::spawn(async move { Account::all().count(&db).await })
        })
        .collect();
    let mut most = 0;
    while !tasks.iter().all(|task| task.is_finished()) {
        most = most.max(connections(&server, "toasty thousand").await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 1);
    }
    assert!(most <= 2, "{most} connections");
    database.remove().await;
}

/// Waits until so many wait for a connection.
async fn all_wait(db: &Db, waiters: usize) {
    let asked = async {
        while db.statistics().pool.waiting < waiters {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(4), asked).await;
    assert!(soon.is_ok(), "{:?}", db.statistics().pool);
}

#[tokio::test]
async fn cancelled_waiter_gives_its_turn_on_postgresql() {
    let database = on_postgresql("toasty cancelled", PoolConfig::default().with_max(2)).await;
    let db = &database.db;
    create!(Account { owner: "7" }).exec(db).await.unwrap();
    let held = [db.begin().await.unwrap(), db.begin().await.unwrap()];
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { Account::find_by_owner("7").exists(&db).await })
        })
        .collect();
    all_wait(db, 500).await;
    for task in tasks.iter().step_by(2) {
        task.abort();
    }
    drop(held);
    for (number, task) in tasks.into_iter().enumerate() {
        match task.await {
            Ok(done) => assert!(done.unwrap() && number % 2 == 1),
            Err(cancelled) => assert!(cancelled.is_cancelled() && number % 2 == 0),
        }
    }
    database.remove().await;
}

#[tokio::test]
async fn warm_connections_are_there_and_idle_ones_go() {
    let pool = PoolConfig::default()
        .with_max(6)
        .with_min_idle(2)
        .with_warm_up(true)
        .with_idle_timeout(Some(Duration::from_millis(200)));
    let database = on_postgresql("toasty warm", pool).await;
    let server = raw_postgresql().await;
    assert_eq!(connections(&server, "toasty warm").await, 2);
    let mut held = Vec::new();
    for _ in 0..5 {
        let tx = database.db.begin().await.unwrap();
        Account::all().count(&tx).await.unwrap();
        held.push(tx);
    }
    assert_eq!(connections(&server, "toasty warm").await, 5);
    drop(held);
    for _ in 0..100 {
        if connections(&server, "toasty warm").await == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(connections(&server, "toasty warm").await, 2);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        connections(&server, "toasty warm").await,
        2,
        "those of `min_idle` stay"
    );
    database.remove().await;
}

/// A serialization failure that the server finds, and that the closure is run again for.
#[tokio::test]
async fn a_serialization_failure_is_tried_again_on_postgresql() {
    let database = on_postgresql("toasty conflict", PoolConfig::default().with_retries(20)).await;
    let db = &database.db;
    let id = create!(Account { owner: "shared" })
        .exec(db)
        .await
        .unwrap()
        .id;
    let options = TransactionOptions::new().isolation(toasty::Isolation::Serializable);
    let attempts = AtomicU32::new(0);
    let add = || async {
        for _ in 0..10 {
            db.transaction_with(options, async |tx| {
                attempts.fetch_add(1, Ordering::Relaxed);
                let account = Account::get_by_id(tx, id).await?;
                account.update().balance(account.balance + 1).exec(tx).await
            })
            .await?;
        }
        Ok::<(), toasty::Error>(())
    };
    let (a, b, c, d) = tokio::join!(add(), add(), add(), add());
    for done in [a, b, c, d] {
        done.unwrap();
    }
    assert_eq!(Account::get_by_id(db, id).await.unwrap().balance, 40);
    assert!(attempts.into_inner() > 40, "some met each other");
    database.remove().await;
}
