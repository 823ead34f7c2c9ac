//! Connections to PostgreSQL: what ends them and what does not, and how a server says that it does not let us in.

use crate::databases::{Database, postgresql, raw_postgresql};
use crate::models::keys::{Account, KEYS};
use crate::models::values::{Everything, VALUES};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use toasty::config::PoolConfig;
use toasty::{Config, ErrorKind, create};

/// A database with one connection, that the server shows under this name.
async fn named(name: &str) -> Database {
    let database = Database::on_postgresql_with(|mut config| {
        name.clone_into(&mut config.postgresql.application_name);
        config.with_pool(PoolConfig::default().with_max(1))
    })
    .await;
    for models in [KEYS, VALUES] {
        database.db.create_tables_of(models).await.unwrap();
    }
    database
}

/// The server's processes behind connections of this name.
async fn backends(beside: &tokio_postgres::Client, name: &str) -> Vec<i32> {
    let text = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY pid";
    let rows = beside.query(text, &[&name]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn only_backend(beside: &tokio_postgres::Client, name: &str) -> i32 {
    let backends = backends(beside, name).await;
    assert_eq!(backends.len(), 1, "one connection");
    backends[0]
}

/// Kills them as an administrator does, and says whether there were some.
async fn kill(beside: &tokio_postgres::Client, name: &str) {
    let text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    assert!(!beside.query(text, &[&name]).await.unwrap().is_empty());
}

/// Until a statement of this name waits for a lock.
async fn until_blocked(beside: &tokio_postgres::Client, name: &str) {
    let text =
        "SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
    let patience = Instant::now() + Duration::from_secs(10);
    while beside.query(text, &[&name]).await.unwrap().is_empty() {
        assert!(Instant::now() < patience, "nothing waits");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn client_error_keeps_connection() {
    const NAME: &str = "client error";
    let (database, beside) = (named(NAME).await, raw_postgresql().await);
    let db = &database.db;
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
    // A table that somebody has changed: the type of a column is narrower, and a value may be absent.
    let (schema, wide) = (database.schema(), i64::from(i16::MAX) + 1);
    let text = format!(
        "ALTER TABLE {schema}.account ALTER balance TYPE int2; ALTER TABLE {schema}.everything ALTER text DROP NOT NULL"
    );
    beside.batch_execute(&text).await.unwrap();
    Account::get_by_owner(db, "ann").await.unwrap();
    let before = only_backend(&beside, NAME).await;

    let nanosecond = Timestamp::from_nanosecond(1).unwrap();
    let refused = [
        create!(Everything { float64: f64::NAN })
            .exec(db)
            .await
            .err(),
        create!(Everything { text: "a\0b" }).exec(db).await.err(),
        create!(Everything {
            unsigned64: u64::MAX
        })
        .exec(db)
        .await
        .err(),
        create!(Everything {
            instant: nanosecond
        })
        .exec(db)
        .await
        .err(),
    ];
    for (number, error) in refused.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("value {number} was taken"));
        assert_eq!(
            error.kind(),
            ErrorKind::Unrepresentable,
            "{number}: {error:?}"
        );
        assert!(
            error.model().is_some() && !error.fields().is_empty(),
            "{number}: {error:?}"
        );
        assert!(
            error.server_detail().is_none(),
            "it never came to the server: {error:?}"
        );
    }
    assert_eq!(Everything::all().count(db).await.unwrap(), 0);
    // What the model's type has room for, and the changed column does not.
    let too_wide = [
        create!(Account {
            owner: "bob",
            balance: wide
        })
        .exec(db)
        .await
        .err(),
        Account::update_by_owner("ann")
            .balance(wide)
            .exec(db)
            .await
            .err(),
    ];
    for error in too_wide {
        let error = error.expect("the column has no room for it");
        assert_eq!(error.kind(), ErrorKind::Unrepresentable, "{error:?}");
    }

    // What the server has and the model cannot.
    create!(Everything { signed64: 1 }).exec(db).await.unwrap();
    let text = format!("UPDATE {schema}.everything SET text = NULL");
    beside.batch_execute(&text).await.unwrap();
    let error = Everything::all().all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    assert_eq!(error.fields(), ["text"], "{error:?}");

    // In a transaction that goes on.
    db.transaction(async |tx| {
        create!(Account { owner: "carl" }).exec(tx).await?;
        let refused = create!(Everything { float64: f64::NAN }).exec(tx).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unrepresentable);
        create!(Account { owner: "dora" }).exec(tx).await
    })
    .await
    .unwrap();
    assert_eq!(Account::all().count(db).await.unwrap(), 3);
    assert_eq!(
        only_backend(&beside, NAME).await,
        before,
        "one and the same connection"
    );
    database.remove().await;
}

/// A statement that the server refuses leaves the connection too.
#[tokio::test]
async fn server_error_keeps_connection() {
    const NAME: &str = "server error";
    let (database, beside) = (named(NAME).await, raw_postgresql().await);
    let db = &database.db;
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
    let before = only_backend(&beside, NAME).await;
    for _ in 0..3 {
        let twice = create!(Account { owner: "ann" }).exec(db).await;
        assert!(twice.unwrap_err().is_unique_violation());
        assert!(db.run_sql("SELEKT").await.is_err());
        assert_eq!(Account::all().count(db).await.unwrap(), 1);
    }
    assert_eq!(only_backend(&beside, NAME).await, before);
    database.remove().await;
}

#[tokio::test]
async fn an_idle_connection_that_is_killed_is_replaced_without_a_word() {
    const NAME: &str = "killed idle";
    let (database, beside) = (named(NAME).await, raw_postgresql().await);
    let db = &database.db;
    for number in 0..4 {
        let before = only_backend(&beside, NAME).await;
        kill(&beside, NAME).await;
        while !backends(&beside, NAME).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Its last word is on its way, or here already.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let owner = format!("{number}");
        match number % 3 {
            0 => drop(create!(Account { owner: &owner }).exec(db).await.unwrap()),
            1 => drop(Account::all().all(db).await.unwrap()),
            _ => db
                .transaction(async |tx| {
                    create!(Account { owner: &owner }).exec(tx).await?;
                    Ok(())
                })
                .await
                .unwrap(),
        }
        assert_ne!(only_backend(&beside, NAME).await, before);
    }
    assert_eq!(Account::all().count(db).await.unwrap(), 3);
    database.remove().await;
}

/// Without a pause: the server's goodbye and our statement may meet on the way. What is said holds in any case.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_that_meets_a_statement_is_never_said_to_be_success() {
    const NAME: &str = "killed racing";
    let (database, beside) = (named(NAME).await, raw_postgresql().await);
    let db = &database.db;
    let mut done = 0;
    for number in 0..40 {
        Account::all().count(db).await.unwrap();
        let owner = format!("{number}");
        let writing = create!(Account { owner: &owner }).exec(db);
        let (said, ()) = tokio::join!(writing, kill(&beside, NAME));
        let text = format!(
            "SELECT count(*) FROM {}.account WHERE owner = $1",
            database.schema()
        );
        let there: i64 = beside.query_one(&text, &[&owner]).await.unwrap().get(0);
        match said {
            Ok(_) => {
                assert_eq!(there, 1, "{number}");
                done += 1;
            }
            Err(error) if error.is_commit_unknown() => {}
            Err(error) => {
                assert_eq!(
                    error.kind(),
                    ErrorKind::ConnectionLost,
                    "{number}: {error:?}"
                );
                assert_eq!(there, 0, "{number}: {error:?}");
            }
        }
        while !backends(&beside, NAME).await.is_empty() && Account::all().count(db).await.is_err() {
        }
    }
    println!("{done} of 40 were done all the same");
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_is_killed_at_work_costs_a_write_one_error_and_a_read_none() {
    const NAME: &str = "killed at work";
    let (database, beside) = (named(NAME).await, raw_postgresql().await);
    let db = &database.db;
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
    let mut locking = raw_postgresql().await;
    let lock_table = format!(
        "LOCK TABLE {}.account IN ACCESS EXCLUSIVE MODE",
        database.schema()
    );

    // A write: the server says that it has ended, and nothing was done.
    let lock = locking.transaction().await.unwrap();
    lock.batch_execute(&lock_table).await.unwrap();
    let (said, ()) = tokio::join!(create!(Account { owner: "bob" }).exec(db), async {
        until_blocked(&beside, NAME).await;
        kill(&beside, NAME).await;
    });
    lock.rollback().await.unwrap();
    let error = said.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(
        error
            .server_detail()
            .is_some_and(|said| said.contains("57P01")),
        "{error:?}"
    );
    assert!(
        !Account::find_by_owner("bob").exists(db).await.unwrap(),
        "and the next use works"
    );

    // A read: it is asked once more, on another connection.
    let lock = locking.transaction().await.unwrap();
    lock.batch_execute(&lock_table).await.unwrap();
    let before = only_backend(&beside, NAME).await;
    let (read, ()) = tokio::join!(Account::get_by_owner(db, "ann"), async {
        until_blocked(&beside, NAME).await;
        kill(&beside, NAME).await;
        until_blocked(&beside, NAME).await;
        lock.rollback().await.unwrap();
    });
    assert_eq!(read.unwrap().owner, "ann");
    assert_ne!(only_backend(&beside, NAME).await, before);

    // A transaction: it is gone, and nobody goes on in another one.
    let tx = db.begin().await.unwrap();
    create!(Account { owner: "carl" }).exec(&tx).await.unwrap();
    kill(&beside, NAME).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = Account::get_by_owner(&tx, "ann").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(tx.commit().await.is_err());
    assert_eq!(Account::all().count(db).await.unwrap(), 1);
    database.remove().await;
}

/// The configuration of the role that has to prove its password, and the password.
fn with_password() -> (Config, String) {
    let url = toasty_test_servers::postgresql_with_password();
    let parsed: tokio_postgres::Config = url.parse().unwrap();
    let password = parsed.get_password().expect("a password").to_vec();
    let mut config = Config::postgresql(&url).unwrap();
    // Not looked for again and again: it does not become right by that.
    config.pool = PoolConfig::default().with_acquire_timeout(Duration::from_secs(2));
    (config, String::from_utf8(password).unwrap())
}

#[tokio::test]
async fn a_wrong_password_is_an_authentication_error_that_does_not_show_it() {
    let (config, right) = with_password();
    let db = toasty::connect_with(config.clone()).await.unwrap();
    db.run_sql("SELECT 1").await.unwrap();

    let mut wrong = config.clone();
    wrong.postgresql.password = Some("not-the-password".into());
    let error = toasty::connect_with(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains("password")),
        "{error:?}"
    );
    assert!(!error.is_retryable());
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("not-the-password") && !shown.contains(&right),
        "{shown}"
    );

    let mut none = config.clone();
    none.postgresql.password = None;
    let error = toasty::connect_with(none).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
    assert!(error.to_string().contains("asks for a password"), "{error}");

    let mut unknown = config;
    unknown.postgresql.user = "nobody_of_this_name".to_owned();
    // Whoever is trusted has to be there too.
    let error = toasty::connect_with(unknown).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_a_configuration_error() {
    let mut config = postgresql("public");
    config.postgresql.database = Some("no_such_database".to_owned());
    let error = toasty::connect_with(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains("`database`")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_its_port() {
    // A port that was free a moment ago.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let config = Config::postgresql(&format!("postgresql://me@127.0.0.1:{port}/nothing")).unwrap();
    let error = toasty::connect_with(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(
        error.to_string().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
    assert!(error.advice().is_some());
}

#[tokio::test]
async fn too_many_connections_is_busy_with_advice() {
    let beside = raw_postgresql().await;
    let role = format!("one_connection_{}", std::process::id());
    beside
        .batch_execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1"))
        .await
        .unwrap();
    let mut config = postgresql("public");
    config.postgresql.user.clone_from(&role);
    config.pool = PoolConfig::default()
        .with_max(2)
        .with_acquire_timeout(Duration::from_millis(700));
    let db = toasty::connect_with(config.clone()).await.unwrap();

    let error = toasty::connect_with(config).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Busy, true),
        "{error:?}"
    );
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains("pool.max")),
        "{error:?}"
    );

    // The pool waits for one as long as it waits for any, and then says why there is none.
    let tx = db.begin().await.unwrap();
    db_error_of_a_second(&db).await;
    tx.rollback().await.unwrap();
    drop(db);
    while beside
        .execute(&format!("DROP ROLE {role}"), &[])
        .await
        .is_err()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn db_error_of_a_second(db: &toasty::Db) {
    let held = db.run_sql("SELECT 1").await;
    // `begin` sends nothing before its first statement, but holds its connection.
    let error = held.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains("pool.max")),
        "{error:?}"
    );
}
