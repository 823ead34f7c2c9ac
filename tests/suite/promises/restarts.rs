//! A server that is killed and comes back: a pause, and not a flood of errors or of connections.

use crate::proxy::Proxy;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use toasty::config::PoolConfig;
use toasty::{Config, Db, Error, ErrorKind, Model, ModelDef, create, toasty};
use toasty_test_servers::PrivatePostgres;

toasty! {
    /// What every task writes, and remembers to have written.
    #[derive(Clone, PartialEq)]
    pub model Mark {
        id: u64 [key, auto],
        task: i64 [index],
        number: i64,
    }
}

const MARKS: &[&ModelDef] = &[Mark::DEF];
const TASKS: i64 = 50;
const CONNECTIONS: usize = 10;

/// What one task met.
#[derive(Default)]
struct Met {
    done: Vec<i64>,
    unknown: Vec<i64>,
    lost: Vec<i64>,
    reads_that_failed: u32,
    errors: Vec<Error>,
    /// When a write went well for the first time after the restart.
    first_after: Option<Instant>,
}

struct Storm {
    over: AtomicBool,
    restarted: AtomicBool,
    writes: AtomicU32,
}

async fn work(db: Db, task: i64, storm: Arc<Storm>) -> Met {
    let mut met = Met::default();
    for number in 0.. {
        if storm.over.load(Ordering::Acquire) && met.first_after.is_some() {
            break;
        }
        let after = storm.restarted.load(Ordering::Acquire);
        storm.writes.fetch_add(1, Ordering::AcqRel);
        let written = create!(Mark {
            task: task,
            number: number
        })
        .exec(&db)
        .await;
        match written {
            Ok(_) => {
                met.done.push(number);
                if after {
                    met.first_after.get_or_insert_with(Instant::now);
                }
            }
            Err(error) => {
                if error.is_commit_unknown() {
                    met.unknown.push(number);
                } else {
                    met.lost.push(number);
                }
                met.errors.push(error);
            }
        }
        if let Err(error) = Mark::filter(|mark| mark.task.eq(task)).count(&db).await {
            met.reads_that_failed += 1;
            met.errors.push(error);
        }
        // A task that has nothing else to do would be the storm itself.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    met
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restart_storm() {
    if toasty_test_servers::without_docker() {
        return;
    }
    let server = tokio::task::spawn_blocking(PrivatePostgres::start)
        .await
        .unwrap();
    let proxy = Proxy::before_url(server.url()).await;
    let config = proxy
        .lead(Config::postgresql(server.url()).unwrap())
        .with_pool(
            PoolConfig::default()
                .with_max(CONNECTIONS)
                .with_acquire_timeout(Duration::from_secs(60)),
        );
    let db = toasty::connect_with(config).await.unwrap();
    db.create_tables_of(MARKS).await.unwrap();
    let storm = Arc::new(Storm {
        over: AtomicBool::new(false),
        restarted: AtomicBool::new(false),
        writes: AtomicU32::new(0),
    });
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| tokio::spawn(work(db.clone(), task, Arc::clone(&storm))))
        .collect();
    while storm.writes.load(Ordering::Acquire) < 500 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    proxy.forget();
    let (server, away) = tokio::task::spawn_blocking(move || {
        let away = Instant::now();
        server.restart_immediately();
        (server, away.elapsed())
    })
    .await
    .unwrap();
    let back = Instant::now();
    storm.restarted.store(true, Ordering::Release);
    storm.over.store(true, Ordering::Release);
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    let slowest = all.iter().filter_map(|met| met.first_after).max().unwrap();
    let recovered = slowest.saturating_duration_since(back);
    let attempts = proxy.opened();
    println!(
        "away for {away:?}, recovered after {recovered:?}, {} connections opened meanwhile, {} errors",
        attempts.len(),
        all.iter().map(|met| met.errors.len()).sum::<usize>()
    );
    assert!(recovered <= Duration::from_secs(5), "{recovered:?}");
    // A write that was on its way may cost an error, and a read one; whoever only waited never hears of it.
    for (task, met) in all.iter().enumerate() {
        let writes = met.unknown.len() + met.lost.len();
        assert!(writes <= 1, "task {task}: {:?}", met.errors);
        assert!(met.reads_that_failed <= 1, "task {task}: {:?}", met.errors);
        for error in &met.errors {
            let kinds = [ErrorKind::CommitUnknown, ErrorKind::ConnectionLost];
            assert!(kinds.contains(&error.kind()), "task {task}: {error:?}");
        }
    }
    let hit = all.iter().filter(|met| !met.errors.is_empty()).count();
    assert!(
        hit <= CONNECTIONS,
        "{hit} tasks met an error: only as many as held a connection"
    );
    // Nobody storms the server: a handful of attempts while it is away, and then those that are needed.
    let seconds = usize::try_from(away.as_secs()).unwrap() + 1;
    let most = 3 * CONNECTIONS + 4 * seconds;
    assert!(
        attempts.len() <= most,
        "{} attempts, {most} at most",
        attempts.len()
    );
    for window in attempts.windows(2 * CONNECTIONS + 1) {
        let (first, last) = (window[0], window[2 * CONNECTIONS]);
        assert!(
            last - first >= Duration::from_millis(300),
            "{:?}",
            last - first
        );
    }
    books_are_kept(&db, &all).await;
    drop((db, server));
}

/// What was said to be written is there, what was said to be lost is not, and nothing is there twice.
async fn books_are_kept(db: &Db, all: &[Met]) {
    for (task, met) in all.iter().enumerate() {
        let task = i64::try_from(task).unwrap();
        let rows = Mark::filter(|mark| mark.task.eq(task))
            .all(db)
            .await
            .unwrap();
        let mut there: Vec<i64> = rows.iter().map(|row| row.number).collect();
        there.sort_unstable();
        let count = there.len();
        there.dedup();
        assert_eq!(there.len(), count, "task {task}: twice");
        for number in &met.done {
            assert!(
                there.binary_search(number).is_ok(),
                "task {task}: {number} is lost"
            );
        }
        for number in &met.lost {
            assert!(
                there.binary_search(number).is_err(),
                "task {task}: {number} was said to be lost"
            );
        }
    }
}

/// The connections of a pool that rests do not know of the restart. Each is replaced by whoever takes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_while_the_pool_rests_costs_nothing() {
    if toasty_test_servers::without_docker() {
        return;
    }
    let server = tokio::task::spawn_blocking(PrivatePostgres::start)
        .await
        .unwrap();
    let config = Config::postgresql(server.url()).unwrap();
    let db = toasty::connect_with(config).await.unwrap();
    db.create_tables_of(MARKS).await.unwrap();
    let busy: Vec<_> = (0..5)
        .map(|_| {
            let db = db.clone();
            async move { db.begin().await.unwrap() }
        })
        .collect();
    let held = futures_util::future::join_all(busy).await;
    drop(held);
    assert_eq!(db.statistics().pool.idle, 5, "{:?}", db.statistics().pool);
    let server = tokio::task::spawn_blocking(move || {
        server.restart_immediately();
        server
    })
    .await
    .unwrap();
    let writes = (0..5).map(|task| {
        let db = &db;
        async move {
            create!(Mark {
                task: task,
                number: 0
            })
            .exec(db)
            .await
        }
    });
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    assert_eq!(Mark::all().count(&db).await.unwrap(), 5);
    drop((db, server));
}

/// Frozen as a machine under snapshot is: nobody waits without end, and afterwards it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_paused_and_goes_on() {
    if toasty_test_servers::without_docker() {
        return;
    }
    let server = Arc::new(
        tokio::task::spawn_blocking(PrivatePostgres::start)
            .await
            .unwrap(),
    );
    let mut config = Config::postgresql(server.url()).unwrap();
    config.postgresql.statement_timeout = Some(Duration::from_millis(500));
    config.postgresql.connect_timeout = Duration::from_millis(500);
    let db = toasty::connect_with(config).await.unwrap();
    db.create_tables_of(MARKS).await.unwrap();
    let pausing = Arc::clone(&server);
    tokio::task::spawn_blocking(move || pausing.pause())
        .await
        .unwrap();
    let start = Instant::now();
    let error = create!(Mark { task: 1, number: 1 })
        .exec(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    let error = Mark::all().count(&db).await.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::ConnectionLost | ErrorKind::AcquireTimeout | ErrorKind::Timeout
        ),
        "{error:?}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    let going_on = Arc::clone(&server);
    tokio::task::spawn_blocking(move || going_on.unpause())
        .await
        .unwrap();
    let next = tokio::time::timeout(Duration::from_secs(5), Mark::all().count(&db));
    assert!(next.await.expect("in time").unwrap() <= 1);
}
