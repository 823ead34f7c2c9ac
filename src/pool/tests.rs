//! What no real server does when it is asked to: connections that become old at once, and a server that goes away for a
//! given time.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use super::{Keep, Pool, Rules};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use toasty_contract::{Connection, Control, Cost, Explain, Plan, Prepared};
use toasty_dsl::query::{Answer, Independent, Outcome, RowStream, Sink};
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, ErrorKind, ModelDef, Result};

/// A server that counts its connections.
#[derive(Default)]
struct Server {
    open: AtomicUsize,
    most: AtomicUsize,
    opened: AtomicUsize,
    attempts: AtomicUsize,
    away: AtomicBool,
    refuses: AtomicBool,
}

struct Fake {
    server: Arc<Server>,
    number: usize,
    broken: bool,
}

struct Nothing;

impl Prepared for Nothing {
    fn text(&self) -> &str {
        ""
    }

    fn hides(&self, _: usize) -> bool {
        false
    }
}

impl Server {
    async fn connect(self: Arc<Self>) -> Result<Fake> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if self.refuses.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Authentication, "who is that?"));
        }
        if self.away.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::ConnectionLost, "nobody there"));
        }
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(open, Ordering::SeqCst);
        Ok(Fake {
            number: self.opened.fetch_add(1, Ordering::SeqCst),
            server: self,
            broken: false,
        })
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.open.fetch_sub(1, Ordering::SeqCst);
    }
}

fn never<T>() -> Result<T> {
    Err(Error::unsupported("a statement", "ask nothing of a fake"))
}

impl Connection for Fake {
    type Prepared = Nothing;

    async fn fetch<S: Sink>(&mut self, _: &Arc<Nothing>, _: Params, _: S) -> Result<S> {
        never()
    }

    async fn execute(&mut self, _: &Arc<Nothing>, _: Params) -> Result<Outcome> {
        never()
    }

    async fn together(&mut self, _: Vec<Independent<Arc<Nothing>>>) -> Vec<Result<Answer>> {
        Vec::new()
    }

    async fn stream<T: Send + 'static>(
        &mut self,
        _: &Arc<Nothing>,
        _: Params,
        _: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        RowStream::empty()
    }

    async fn plan(&mut self, _: &Arc<Nothing>, _: Params, _: Explain) -> Result<Plan> {
        never()
    }

    async fn control(&mut self, _: Control) -> Result<()> {
        never()
    }

    async fn create_tables(&mut self, _: &[&'static ModelDef]) -> Result<()> {
        never()
    }

    async fn run_text(&mut self, _: &str) -> Result<()> {
        never()
    }

    fn take_cost(&mut self) -> Cost {
        Cost::default()
    }

    fn reset(&mut self) -> bool {
        !self.broken
    }

    async fn make_ready(&mut self) -> Result<()> {
        if self.broken {
            Err(Error::new(ErrorKind::ConnectionLost, "gone"))
        } else {
            Ok(())
        }
    }
}

const KEEP: Keep = Keep {
    min_idle: 0,
    idle_timeout: None,
    max_lifetime: None,
};

fn pool(most: Option<usize>, keep: Option<Keep>) -> (Arc<Server>, Arc<Pool<Fake>>) {
    let pool = Pool::new(Rules {
        most,
        acquire_timeout: Duration::from_millis(800),
        leak_report: None,
        keep,
    });
    (Arc::default(), pool)
}

type Lease = super::Lease<Fake, Arc<Pool<Fake>>>;

fn lease(server: &Arc<Server>, pool: &Arc<Pool<Fake>>) -> impl Future<Output = Result<Lease>> {
    let server = Arc::clone(server);
    Pool::lease(Arc::clone(pool), None, move || {
        Arc::clone(&server).connect()
    })
}

fn number(lease: &mut Lease) -> usize {
    lease.connection().unwrap().number
}

async fn until(is: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(20);
    while !is() && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(is());
}

#[tokio::test]
async fn the_one_that_came_back_last_is_taken_first() {
    let (server, pool) = pool(Some(3), Some(KEEP));
    let first = lease(&server, &pool).await.unwrap();
    let second = lease(&server, &pool).await.unwrap();
    first.finish();
    second.finish();
    let mut again = lease(&server, &pool).await.unwrap();
    assert_eq!(number(&mut again), 1);
    assert_eq!(pool.counts().idle, 1);
}

#[tokio::test]
async fn what_rests_too_long_is_closed_without_anybody_coming_by_but_for_those_that_are_kept() {
    let (server, pool) = pool(
        Some(5),
        Some(Keep {
            min_idle: 1,
            idle_timeout: Some(Duration::from_millis(300)),
            ..KEEP
        }),
    );
    for _ in 0..2 {
        let mut leases = Vec::new();
        for _ in 0..4 {
            leases.push(lease(&server, &pool).await.unwrap());
        }
        drop(leases);
        assert_eq!(pool.counts().idle, 4);
        until(|| server.open.load(Ordering::SeqCst) == 1).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(server.open.load(Ordering::SeqCst), 1);
    }
    let weak = Arc::downgrade(&pool);
    drop(pool);
    assert!(weak.upgrade().is_none(), "nothing else keeps a pool alive");
    assert_eq!(server.open.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn one_that_is_too_old_is_closed_when_it_comes_back_and_when_it_is_to_be_taken() {
    let (server, pool) = pool(
        Some(2),
        Some(Keep {
            max_lifetime: Some(Duration::from_millis(400)),
            ..KEEP
        }),
    );
    let held = lease(&server, &pool).await.unwrap();
    tokio::time::sleep(Duration::from_millis(450)).await;
    held.finish();
    assert_eq!(pool.counts().idle, 0, "closed when it came back");
    lease(&server, &pool).await.unwrap().finish();
    assert_eq!(pool.counts().idle, 1);
    tokio::time::sleep(Duration::from_millis(450)).await;
    let mut fresh = lease(&server, &pool).await.unwrap();
    assert_eq!(number(&mut fresh), 2, "not the old one");
    assert_eq!(server.open.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn one_that_is_broken_is_never_given_to_anybody() {
    let (server, pool) = pool(Some(2), Some(KEEP));
    let mut held = lease(&server, &pool).await.unwrap();
    held.connection().unwrap().broken = true;
    // Also where the one who had it saw nothing wrong.
    held.finish();
    let mut next = lease(&server, &pool).await.unwrap();
    assert_eq!(number(&mut next), 1);
    assert_eq!(server.open.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_for_a_while_is_a_pause_and_no_storm() {
    let (server, pool) = pool(Some(10), Some(KEEP));
    server.away.store(true, Ordering::SeqCst);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (server, pool) = (Arc::clone(&server), Arc::clone(&pool));
            tokio::spawn(async move { lease(&server, &pool).await.map(super::Lease::finish) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let attempts = server.attempts.load(Ordering::SeqCst);
    assert!((2..=10).contains(&attempts), "{attempts} attempts");
    server.away.store(false, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert!(server.most.load(Ordering::SeqCst) <= 10);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_away_is_told_by_its_own_error_at_the_deadline() {
    let (server, pool) = pool(Some(10), Some(KEEP));
    server.away.store(true, Ordering::SeqCst);
    let since = tokio::time::Instant::now();
    let error = lease(&server, &pool).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    assert!(since.elapsed() < Duration::from_millis(1_000));
    assert_eq!(pool.counts().in_use, 0, "the turn is given back");
}

#[tokio::test]
async fn what_another_attempt_would_not_change_is_told_at_once() {
    let (server, pool) = pool(Some(10), Some(KEEP));
    server.refuses.store(true, Ordering::SeqCst);
    let error = lease(&server, &pool).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(server.attempts.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_limit_nobody_waits() {
    let (server, pool) = pool(None, None);
    let mut leases = Vec::new();
    for _ in 0..500 {
        leases.push(lease(&server, &pool).await.unwrap());
    }
    assert_eq!(pool.counts().in_use, 500);
    drop(leases);
    let counts = pool.counts();
    assert_eq!((counts.in_use, counts.idle, counts.most), (0, 16, None));
    assert_eq!(server.open.load(Ordering::SeqCst), 16);
}

#[tokio::test]
async fn a_thousand_waiters_never_have_more_connections_than_there_may_be() {
    let (server, pool) = pool(Some(2), Some(KEEP));
    let tasks: Vec<_> = (0..1_000)
        .map(|task| {
            let (server, pool) = (Arc::clone(&server), Arc::clone(&pool));
            let waiting = tokio::spawn(async move {
                let mut lease = lease(&server, &pool).await.unwrap();
                if task % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                // Some break their connection, some forget to say that all went well.
                lease.connection().unwrap().broken = task % 7 == 0;
                if task % 2 == 0 {
                    lease.finish();
                }
            });
            if task % 5 == 4 {
                waiting.abort();
            }
            waiting
        })
        .collect();
    for task in tasks {
        if let Err(error) = task.await {
            assert!(error.is_cancelled());
        }
    }
    assert!(server.most.load(Ordering::SeqCst) <= 2);
    let counts = pool.counts();
    assert_eq!((counts.in_use, counts.waiting), (0, 0));
}
