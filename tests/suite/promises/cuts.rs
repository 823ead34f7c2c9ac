//! Connections that are cut, wherever they can be: what was said to be done is done, what was said to have failed is not
//! there, and only what cannot be known is called unknown.

use super::every_cut::{all_cuts, stride};
use crate::databases::{Database, raw_postgresql};
use crate::proxy::{Cut, Pace, Proxy, Way};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use toasty::config::PoolConfig;
use toasty::{Config, Db, Error, ErrorKind, Model, ModelDef, Result, create, toasty};

toasty! {
    /// Nothing in it is unique but the key, so that a write that is sent twice leaves two rows.
    #[derive(Clone, PartialEq)]
    pub model Stroke {
        id: u64 [key, auto],
        name: String [index],
        count: i64 = 1,
    }
}

const STROKES: &[&ModelDef] = &[Stroke::DEF];

/// One connection through a proxy, and one beside it that sees what is there.
pub struct Cuttable {
    pub proxy: Proxy,
    database: Database,
    beside: tokio_postgres::Client,
}

impl Cuttable {
    pub async fn new(change: impl FnOnce(Config) -> Config) -> Self {
        let proxy = Proxy::before_postgresql().await;
        let database = Database::on_postgresql_with(|config| {
            let config = config.with_pool(PoolConfig::default().with_max(1));
            change(proxy.lead(config))
        })
        .await;
        database.db.create_tables_of(STROKES).await.unwrap();
        Cuttable {
            proxy,
            database,
            beside: raw_postgresql().await,
        }
    }

    pub fn schema(&self) -> &str {
        self.database.schema()
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// How many strokes of this name there are, seen from beside.
    pub async fn rows(&self, name: &str) -> i64 {
        let text = format!(
            "SELECT count(*) FROM {}.stroke WHERE name = $1",
            self.schema()
        );
        self.beside.query_one(&text, &[&name]).await.unwrap().get(0)
    }

    async fn stroke(&self, name: &str) -> Result<()> {
        create!(Stroke { name: name }).exec(self.db()).await?;
        Ok(())
    }

    /// The pool can be used, at once and without a thought of what was.
    pub async fn goes_on(&self, what: &str) {
        let next = tokio::time::timeout(Duration::from_secs(5), Stroke::all().count(self.db()));
        match next.await {
            Ok(Ok(_)) => {}
            other => panic!("{what}: the next use of the pool: {other:?}"),
        }
    }

    /// What a cut connection still had to say is counted until it has ended, and would count for what comes next.
    pub async fn settled(&self) {
        let one = || self.proxy.open() <= 1;
        self.proxy.wait_until("the end of what was cut", one).await;
    }

    pub async fn remove(self) {
        self.database.remove().await;
    }
}

/// Holds what was said of a write against what is there.
pub fn judge<T>(what: &str, said: &Result<T>, there: i64, whole: i64) {
    let holds = match said.as_ref().map_err(Error::kind) {
        Ok(_) => there == whole,
        Err(ErrorKind::CommitUnknown) => there == 0 || there == whole,
        Err(ErrorKind::ConnectionLost) => there == 0,
        Err(_) => false,
    };
    let said = said.as_ref().map(|_| "done");
    assert!(
        holds,
        "{what}: {there} of {whole} rows, and said was {said:?}"
    );
}

/// How often something ended so.
#[derive(Default, Debug)]
struct Tally {
    done: u32,
    lost: u32,
    unknown_and_there: u32,
    unknown_and_not: u32,
}

impl Tally {
    fn add<T>(&mut self, said: &Result<T>, there: i64) {
        let place = match (said.as_ref().map_err(Error::kind), there) {
            (Ok(_), _) => &mut self.done,
            (Err(ErrorKind::CommitUnknown), 0) => &mut self.unknown_and_not,
            (Err(ErrorKind::CommitUnknown), _) => &mut self.unknown_and_there,
            (Err(_), _) => &mut self.lost,
        };
        *place += 1;
    }
}

/// A write alone, a read, and a transaction of two writes: everything that a connection is used for.
async fn exchange(on: &Cuttable, run: &str, tally: &mut Tally) {
    let (alone, pair) = (format!("alone {run}"), format!("pair {run}"));
    let said = on.stroke(&alone).await;
    let there = on.rows(&alone).await;
    judge(&alone, &said, there, 1);
    tally.add(&said, there);

    match Stroke::filter(|stroke| stroke.name.eq(&alone))
        .count(on.db())
        .await
    {
        Ok(seen) => assert!(i64::try_from(seen).unwrap() >= there, "{alone}: {seen}"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{alone}: {error}"),
    }

    let commits = on.proxy.texts("COMMIT");
    let closures = AtomicU32::new(0);
    let said = on
        .db()
        .transaction(async |tx| {
            closures.fetch_add(1, Ordering::Relaxed);
            create!(Stroke { name: &pair }).exec(tx).await?;
            create!(Stroke {
                name: &pair,
                count: 2
            })
            .exec(tx)
            .await
        })
        .await;
    assert!(
        closures.into_inner() <= 1,
        "{pair}: nobody asked to run it again"
    );
    let there = on.rows(&pair).await;
    judge(&pair, &said, there, 2);
    tally.add(&said, there);
    let commits = on.proxy.texts("COMMIT") - commits;
    assert!(commits <= 1, "{pair}: one COMMIT at most");
    on.goes_on(run).await;
}

/// From a connection that has to be made, and from one on which everything was prepared before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_at_every_byte() {
    let on = Cuttable::new(|config| config).await;
    let (mut tally, mut cuts) = (Tally::default(), 0);
    for warm in [false, true] {
        let begin = async |run: &str| {
            if warm {
                exchange(&on, &format!("{run} before"), &mut Tally::default()).await;
            } else {
                on.proxy.cut_all().await;
            }
        };
        begin(&format!("{warm:5} first")).await;
        on.proxy.forget();
        exchange(&on, &format!("{warm:5} whole"), &mut Tally::default()).await;
        let whole = [Way::Up, Way::Down].map(|way| (way, on.proxy.passed(way)));
        for (way, bytes) in whole {
            let bytes = usize::try_from(bytes).unwrap();
            assert!(bytes > 200, "{bytes} bytes in an exchange");
            for at in (0..bytes).step_by(stride(5)) {
                let run = format!("{warm:5} {way:?} {at:04}");
                begin(&run).await;
                let cut = Cut::AfterBytes(way, u64::try_from(at).unwrap());
                // As a server ends a connection, and as a firewall does.
                on.proxy.arm(cut, at % 2 == 1);
                exchange(&on, &run, &mut tally).await;
                cuts += u32::from(on.proxy.disarm());
            }
        }
    }
    println!("{cuts} cuts: {tally:?}");
    assert!(cuts > 50, "{cuts} cuts");
    // Each of them comes to be at some byte.
    assert!(tally.done > 0 && tally.lost > 0, "{tally:?}");
    assert!(
        tally.unknown_and_there > 0 && tally.unknown_and_not > 0,
        "{tally:?}"
    );
    on.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_is_never_sent_twice() {
    let on = Cuttable::new(|config| config).await;
    on.stroke("counted").await.unwrap();
    let changes = AtomicU32::new(1);
    all_cuts(&on, async |run: String| {
        let executed = |before: u32| {
            let times = on.proxy.count(Way::Up, b'E') - before;
            assert!(times <= 1, "{run}: sent {times} times");
        };
        let before = on.proxy.count(Way::Up, b'E');
        let said = on.stroke(&run).await;
        executed(before);
        judge(&run, &said, on.rows(&run).await, 1);

        // The same with what a second time would not be seen by its rows.
        let before = on.proxy.count(Way::Up, b'E');
        let next = i64::from(changes.fetch_add(1, Ordering::Relaxed)) + 1;
        let said = Stroke::filter(|stroke| stroke.name.eq("counted"))
            .update()
            .count(next)
            .exec(on.db())
            .await;
        executed(before);
        if let Ok(affected) = said {
            assert_eq!(affected, 1, "{run}");
        }
    })
    .await;
    on.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_is_sent_twice_at_most_and_survives_one_cut() {
    let on = Cuttable::new(|config| config).await;
    for _ in 0..3 {
        on.stroke("read").await.unwrap();
    }
    all_cuts(&on, async |run: String| {
        let before = on.proxy.count(Way::Up, b'E');
        let rows = Stroke::filter(|stroke| stroke.name.eq("read"))
            .all(on.db())
            .await
            .unwrap_or_else(|error| panic!("{run}: {error}"));
        assert_eq!(
            rows.len(),
            3,
            "{run}: no row is missing, and none comes twice"
        );
        let times = on.proxy.count(Way::Up, b'E') - before;
        assert!(times <= 2, "{run}: sent {times} times");
    })
    .await;
    on.remove().await;
}

/// A server that dies of a statement would die of it for ever.
#[tokio::test]
async fn a_read_is_not_sent_a_third_time() {
    let on = Cuttable::new(|config| config).await;
    for cut in [
        Cut::InsteadOfAnswer(b'E', ""),
        Cut::After(Way::Up, b'E', ""),
    ] {
        on.goes_on("before").await;
        on.proxy.arm_for(10, cut, false);
        let error = Stroke::all().all(on.db()).await.unwrap_err();
        on.proxy.disarm();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        assert_eq!(on.proxy.count(Way::Up, b'E'), 2, "{cut:?}");
        on.goes_on("after").await;
        // In a transaction there is no second time at all: what came before is gone with the connection.
        let tx = on.db().begin().await.unwrap();
        create!(Stroke { name: "before" }).exec(&tx).await.unwrap();
        on.proxy.arm(cut, false);
        let error = Stroke::all().all(&tx).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
        assert_eq!(on.proxy.count(Way::Up, b'E'), 1, "{cut:?}");
        drop(tx);
        assert_eq!(on.rows("before").await, 0);
    }
    on.remove().await;
}

#[tokio::test]
async fn a_lost_commit_is_unknown() {
    let on = Cuttable::new(|config| config).await;
    let commits = [
        (Cut::InsteadOfAnswer(b'Q', "COMMIT"), 1),
        (Cut::Before(Way::Up, b'Q', "COMMIT"), 0),
    ];
    for (number, (cut, there)) in commits.into_iter().enumerate() {
        for abruptly in [false, true] {
            let name = format!("{number} {abruptly}");
            let closures = AtomicU32::new(0);
            on.proxy.arm(cut, abruptly);
            let error = on
                .db()
                .transaction(async |tx| {
                    closures.fetch_add(1, Ordering::Relaxed);
                    create!(Stroke { name: &name }).exec(tx).await
                })
                .await
                .unwrap_err();
            assert_eq!(on.proxy.struck(), 1);
            assert!(error.is_commit_unknown(), "{error:?}");
            assert!(
                error.advice().is_some() && !error.is_retryable(),
                "{error:?}"
            );
            assert_eq!(
                closures.into_inner(),
                1,
                "never again after an unknown commit"
            );
            assert_eq!(on.proxy.texts("COMMIT"), 1);
            // A reset may reach the server before the message does.
            let found = on.rows(&name).await;
            assert!(found == there || (abruptly && found == 0), "{found}");
            on.goes_on("after the commit").await;
        }
    }
    on.remove().await;
}

#[tokio::test]
async fn a_transaction_that_is_cut_before_its_commit_is_lost_and_says_so() {
    let on = Cuttable::new(|config| config).await;
    for cut in [
        Cut::Before(Way::Up, b'E', ""),
        Cut::InsteadOfAnswer(b'E', ""),
        Cut::After(Way::Down, b'C', "INSERT"),
    ] {
        on.proxy.arm(cut, false);
        let error = on
            .db()
            .transaction(async |tx| {
                create!(Stroke { name: "lost" }).exec(tx).await?;
                create!(Stroke { name: "lost" }).exec(tx).await
            })
            .await
            .unwrap_err();
        assert_eq!(on.proxy.struck(), 1, "{cut:?}");
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionLost,
            "{cut:?}: {error:?}"
        );
        assert!(
            error.to_string().contains("nothing of it was kept"),
            "{error}"
        );
        assert_eq!(on.proxy.texts("COMMIT"), 0, "{cut:?}");
        assert_eq!(on.rows("lost").await, 0, "{cut:?}");
        on.goes_on("after the transaction").await;
    }
    on.remove().await;
}

/// Half of the rows have come by then: they must not come again.
#[tokio::test]
async fn a_stream_that_is_cut_half_way_ends_with_an_error() {
    let on = Cuttable::new(|config| config).await;
    let rows = (0..1_000i64).map(|count| {
        create!(Stroke {
            name: "row",
            count: count
        })
    });
    Stroke::create_many(rows).exec(on.db()).await.unwrap();
    let mut stream = Stroke::all().stream(on.db());
    let mut seen = Vec::new();
    for _ in 0..300 {
        seen.push(stream.next().await.unwrap().unwrap().id);
    }
    on.proxy.cut_all().await;
    let error = loop {
        match stream.next().await {
            Some(Ok(row)) => seen.push(row.id),
            Some(Err(error)) => break error,
            None => panic!("ends well after {} rows of 1,000", seen.len()),
        }
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count, "no row came twice");
    drop(stream);
    on.goes_on("after the stream").await;
    on.remove().await;
}

/// A connection that goes while nobody uses it costs nobody anything.
#[tokio::test]
async fn an_idle_connection_that_is_cut_is_replaced_without_a_word() {
    let on = Cuttable::new(|config| config).await;
    for number in 0..5 {
        on.proxy.cut_all().await;
        on.stroke("after a cut").await.unwrap();
        assert_eq!(on.rows("after a cut").await, number + 1);
        on.proxy.cut_all().await;
        on.goes_on("a read").await;
        on.proxy.cut_all().await;
        on.db()
            .transaction(async |tx| create!(Stroke { name: "in one" }).exec(tx).await)
            .await
            .unwrap();
    }
    assert_eq!(on.rows("in one").await, 5);
    on.remove().await;
}

/// What was prepared before is run in one turn there and back, and so is what begins a transaction with it.
#[tokio::test]
async fn a_statement_is_one_round_trip() {
    let on = Cuttable::new(|config| config).await;
    let work = async || {
        on.goes_on("a read").await;
        on.db()
            .transaction(async |tx| create!(Stroke { name: "trip" }).exec(tx).await)
            .await
            .unwrap();
    };
    work().await;
    on.proxy.forget();
    work().await;
    let (parsed, synced, texts) = (
        on.proxy.count(Way::Up, b'P'),
        on.proxy.count(Way::Up, b'S'),
        on.proxy.count(Way::Up, b'Q'),
    );
    assert_eq!(
        (parsed, synced, texts),
        (0, 2, 2),
        "a read; BEGIN with the insert; COMMIT"
    );
    // Three turns of a slow answer, one of which may come in two packets. The best of three: the machine may be busy.
    let delay = Duration::from_millis(200);
    on.proxy.pace(Pace::Delayed(delay));
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = std::time::Instant::now();
        work().await;
        best = best.min(start.elapsed());
    }
    assert!(best >= 3 * delay && best < 5 * delay, "{best:?}");
    on.remove().await;
}
