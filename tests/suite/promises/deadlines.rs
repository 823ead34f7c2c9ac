//! Servers that do not answer: every wait has an end, and says what became of the statement.

use crate::databases::{Database, raw_postgresql};
use crate::models::keys::{Account, KEYS};
use crate::proxy::messages::CANCEL;
use crate::proxy::{Cut, Proxy, Way};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use toasty::config::PoolConfig;
use toasty::{Config, Db, Error, ErrorKind, create};

const DEADLINE: Duration = Duration::from_millis(800);

fn with_deadline(mut config: Config) -> Config {
    config.postgresql.statement_timeout = Some(DEADLINE);
    config.with_pool(PoolConfig::default().with_max(2))
}

/// A database through a proxy, with a row and everything prepared on one connection.
async fn behind(proxy: &Proxy) -> Database {
    let database = Database::on_postgresql_with(|config| with_deadline(proxy.lead(config))).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
    Account::get_by_owner(db, "ann").await.unwrap();
    let tx = db.begin().await.unwrap();
    create!(Account { owner: "warm" }).exec(&tx).await.unwrap();
    tx.commit().await.unwrap();
    database
}

/// Runs something that freezes, and says how it failed and how long it took.
async fn timed<T>(work: impl Future<Output = toasty::Result<T>>) -> (Error, Duration) {
    let start = Instant::now();
    let error = work.await.err().expect("nobody answers");
    (error, start.elapsed())
}

/// The connection is given up, the server is told on another one, and the next use has nothing to do with it.
async fn aftermath(proxy: &Proxy, db: &Db) {
    proxy
        .wait_until("the cancel request", || proxy.count(Way::Up, CANCEL) > 0)
        .await;
    let start = Instant::now();
    assert!(Account::find_by_owner("ann").exists(db).await.unwrap());
    assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
    proxy
        .wait_until("the frozen connection to be closed", || proxy.open() <= 1)
        .await;
    assert_eq!(proxy.count(Way::Up, CANCEL), 1, "once");
}

fn check(error: &Error, took: Duration, advice: &str) {
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(
        error.advice().is_some_and(|said| said.contains(advice)),
        "{error:?}"
    );
    assert!(took >= DEADLINE, "{took:?}");
}

/// A busy machine may be late to wake us: the best of three tells what is promised.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_freeze_obeys_statement_timeout() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    let mut best = Duration::MAX;
    for _ in 0..3 {
        proxy.forget();
        proxy.freeze();
        let (error, took) = timed(Account::get_by_owner(db, "ann")).await;
        check(&error, took, "statement_timeout");
        best = best.min(took);
        aftermath(&proxy, db).await;
        if best <= DEADLINE + Duration::from_millis(200) {
            break;
        }
    }
    assert!(best <= DEADLINE + Duration::from_millis(200), "{best:?}");
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_is_not_answered_in_time_may_have_been_done() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    proxy.forget();
    proxy.freeze();
    let (error, took) = timed(create!(Account { owner: "bob" }).exec(db)).await;
    check(&error, took, "may have been done");
    assert_eq!(proxy.count(Way::Up, b'E'), 1, "it was sent, and not again");
    aftermath(&proxy, db).await;
    // As it was here: the server had done it, and only its answer was lost.
    assert!(Account::find_by_owner("bob").exists(db).await.unwrap());
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_is_not_answered_in_time_is_rolled_back() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    let tx = db.begin().await.unwrap();
    create!(Account { owner: "before" })
        .exec(&tx)
        .await
        .unwrap();
    proxy.forget();
    proxy.freeze();
    let (error, took) = timed(create!(Account { owner: "frozen" }).exec(&tx)).await;
    check(&error, took, "statement_timeout");
    let (error, took) = timed(create!(Account { owner: "after" }).exec(&tx)).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(took < DEADLINE, "nobody waits for it again: {took:?}");
    let (error, _) = timed(tx.commit()).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    aftermath(&proxy, db).await;
    for owner in ["before", "frozen", "after"] {
        assert!(!Account::find_by_owner(owner).exists(db).await.unwrap());
    }
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_not_answered_in_time_is_unknown() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    let tx = db.begin().await.unwrap();
    create!(Account { owner: "bob" }).exec(&tx).await.unwrap();
    proxy.forget();
    proxy.freeze();
    let (error, took) = timed(tx.commit()).await;
    assert!(error.is_commit_unknown(), "{error:?}");
    assert!(took >= DEADLINE && took < 3 * DEADLINE, "{took:?}");
    aftermath(&proxy, db).await;
    assert!(Account::find_by_owner("bob").exists(db).await.unwrap());
    database.remove().await;
}

/// The server's own deadline, where it is the server that takes too long: the connection is as good as before.
#[tokio::test]
async fn statement_timeout_of_the_server_is_a_timeout_with_advice() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    let mut beside = raw_postgresql().await;
    let lock = beside.transaction().await.unwrap();
    let text = format!(
        "LOCK TABLE {}.account IN ACCESS EXCLUSIVE MODE",
        database.schema()
    );
    lock.batch_execute(&text).await.unwrap();
    // Where the machine is too busy for the server's answer to come before our own deadline, which is a little later, it
    // is tried again.
    for attempt in 1.. {
        proxy.forget();
        let mut said_so = true;
        for write in [false, true] {
            let (error, took) = if write {
                timed(Account::update_by_owner("ann").balance(1).exec(db)).await
            } else {
                timed(Account::get_by_owner(db, "ann")).await
            };
            check(&error, took, "");
            said_so &= error
                .server_detail()
                .is_some_and(|said| said.contains("57014"))
                && error
                    .advice()
                    .is_some_and(|advice| advice.contains("statement_timeout"));
        }
        let tx = db.begin().await.unwrap();
        let (error, took) = timed(Account::get_by_owner(&tx, "ann")).await;
        check(&error, took, "statement_timeout");
        let (error, _) = timed(tx.commit()).await;
        said_so &= error.kind() == ErrorKind::TransactionClosed;
        if said_so {
            break;
        }
        assert!(attempt < 4, "{error:?}");
    }
    // Looked at before anything else opens one.
    assert_eq!(proxy.opened().len(), 0, "no other connection was needed");
    assert_eq!(
        proxy.count(Way::Up, CANCEL),
        0,
        "nothing had to be cancelled"
    );
    lock.rollback().await.unwrap();
    assert_eq!(Account::get_by_owner(db, "ann").await.unwrap().balance, 0);
    database.remove().await;
}

#[tokio::test]
async fn a_transaction_with_nothing_to_do_for_too_long_is_ended_by_the_server() {
    let database = Database::on_postgresql_with(|mut config| {
        config.postgresql.idle_in_transaction_timeout = Some(Duration::from_millis(200));
        config.with_pool(PoolConfig::default().with_max(1))
    })
    .await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    for commits in [false, true] {
        let tx = db.begin().await.unwrap();
        create!(Account { owner: "idle" }).exec(&tx).await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        let error = if commits {
            tx.commit().await.unwrap_err()
        } else {
            let error = create!(Account { owner: "more" }).exec(&tx).await;
            drop(tx);
            error.unwrap_err()
        };
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        assert!(
            error.to_string().contains("nothing of it was kept"),
            "{error}"
        );
        let words = error.server_detail().expect("the server's last words");
        assert!(words.contains("idle-in-transaction timeout"), "{words}");
        assert_eq!(Account::all().count(db).await.unwrap(), 0);
    }
    database.remove().await;
}

/// Something that takes connections and never says a word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_speak_is_waited_for_as_long_as_connect_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let mut config = Config::postgresql(&format!("postgresql://nobody@{address}/nothing")).unwrap();
    let limit = Duration::from_millis(300);
    config.postgresql.connect_timeout = limit;
    let (error, took) = timed(toasty::connect_with(config)).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains("connect_timeout")),
        "{error:?}"
    );
    assert!(took >= limit && took < 5 * limit, "{took:?}");
}

/// The server goes on with what it was asked although nobody waits: a frozen one must not hold the pool's turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_future_that_is_dropped_before_a_frozen_server_leaves_the_pool_usable() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    let db = &database.db;
    proxy.freeze();
    let dropped =
        tokio::time::timeout(Duration::from_millis(100), Account::get_by_owner(db, "ann"));
    assert!(dropped.await.is_err(), "nobody answers");
    let next = Account::find_by_owner("ann").exists(db);
    let next = tokio::time::timeout(Duration::from_secs(3), next);
    assert!(next.await.expect("within its patience").unwrap());
    proxy
        .wait_until("the frozen connection to be closed", || proxy.open() <= 1)
        .await;
    database.remove().await;
}

/// The answer is swallowed, and then the connection ends: that is known at once, and not after the deadline.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_is_not_waited_out() {
    let proxy = Proxy::before_postgresql().await;
    let database = behind(&proxy).await;
    proxy.arm(Cut::InsteadOfAnswer(b'E', ""), false);
    let (error, took) = timed(create!(Account { owner: "bob" }).exec(&database.db)).await;
    assert!(error.is_commit_unknown(), "{error:?}");
    assert!(took < DEADLINE, "{took:?}");
    database.remove().await;
}
