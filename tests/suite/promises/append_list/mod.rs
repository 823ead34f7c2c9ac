//! Many tasks read lists and append to them in transactions: whether these could have run one after the other is seen from the
//! lists alone.

mod history;

use crate::databases::Database;
use history::{History, Step};
use std::sync::atomic::{AtomicI64, Ordering};
use toasty::{Db, ErrorKind, Isolation, Model, Result, TransactionOptions, Tx, create, toasty};

toasty! {
    pub model Ledger {
        id: u64 [key],
        entries: Vec<i64>,
    }
}

const KEYS: u64 = 5;
const TASKS: u64 = 8;

/// What a transaction is going to do, drawn before it begins, so that another attempt does the same.
#[derive(Clone, Copy)]
enum Plan {
    Append(u64, i64),
    Read(u64),
}

async fn carry_out(tx: &Tx, plan: &[Plan]) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for each in plan {
        let (Plan::Append(key, _) | Plan::Read(key)) = *each;
        let mut entries = Ledger::get_by_id(tx, key).await?.entries;
        let appended = |step: &Step| matches!(step, Step::Append(of, _) if *of == key);
        if !steps.iter().any(appended) {
            steps.push(Step::Read(key, entries.clone()));
        }
        if let Plan::Append(key, value) = *each {
            entries.push(value);
            Ledger::update_by_id(key).entries(entries).exec(tx).await?;
            steps.push(Step::Append(key, value));
        }
    }
    Ok(steps)
}

/// What all tasks were told, and what is there in the end.
async fn work(db: &Db, options: TransactionOptions, transactions: u64) -> History {
    let values = AtomicI64::new(1);
    let task = |seed: u64| {
        let (db, values) = (db.clone(), &values);
        async move {
            let mut dice = fastrand::Rng::with_seed(seed);
            let mut history = History::default();
            for _ in 0..transactions {
                let plan: Vec<Plan> = (0..dice.u8(1..=4))
                    .map(|_| {
                        let key = dice.u64(0..KEYS);
                        if dice.bool() {
                            Plan::Append(key, values.fetch_add(1, Ordering::Relaxed))
                        } else {
                            Plan::Read(key)
                        }
                    })
                    .collect();
                let done = db
                    .transaction_with(options, async |tx| carry_out(tx, &plan).await)
                    .await;
                match done {
                    Ok(steps) => history.committed.push(steps),
                    Err(error) => {
                        let kind = error.kind();
                        let met = matches!(kind, ErrorKind::Conflict | ErrorKind::Busy);
                        assert!(met, "{error}");
                        history
                            .given_up
                            .extend(plan.iter().filter_map(|each| match each {
                                Plan::Append(_, value) => Some(*value),
                                Plan::Read(_) => None,
                            }));
                    }
                }
            }
            history
        }
    };
    let mut all = History::default();
    for one in futures_util::future::join_all((0..TASKS).map(task)).await {
        all.committed.extend(one.committed);
        all.given_up.extend(one.given_up);
    }
    for ledger in Ledger::all().all(db).await.unwrap() {
        all.last.insert(ledger.id, ledger.entries);
    }
    all
}

async fn lists_on(database: &Database) -> &Db {
    database.db.create_tables_of(&[Ledger::DEF]).await.unwrap();
    let empty = (0..KEYS).map(|id| {
        create!(Ledger {
            id,
            entries: Vec::new()
        })
    });
    Ledger::create_many(empty).exec(&database.db).await.unwrap();
    &database.db
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn append_list_is_serializable() {
    let database = Database::on_postgresql().await;
    let db = lists_on(&database).await;
    let options = TransactionOptions::new().isolation(Isolation::Serializable);
    let history = work(db, options, 200).await;
    // Else nothing is shown.
    let (committed, given_up) = (history.committed.len(), history.given_up.len());
    assert!(
        committed > 400,
        "{committed} committed, {given_up} values given up"
    );
    assert_eq!(history.anomalies(), [].into());
    database.remove().await;
}

/// At the level that PostgreSQL has by default a value that was read may be old when it is written back, as its manual says:
/// the book tells what to do. Here it shows that the other tests can see what they look for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn append_list_at_the_default_level_of_postgresql_loses_updates() {
    let database = Database::on_postgresql().await;
    let db = lists_on(&database).await;
    let history = work(db, TransactionOptions::new(), 50).await;
    let found = history.anomalies();
    assert!(
        found.iter().any(|one| one.starts_with("lost update")),
        "{found:?}"
    );
    assert!(!found.iter().any(|one| one.starts_with("G1a")), "{found:?}");
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn append_list_is_serializable_on_sqlite() {
    for database in [Database::in_memory().await, Database::on_file().await] {
        let db = lists_on(&database).await;
        let history = work(db, TransactionOptions::new(), 100).await;
        assert!(history.committed.len() > 400);
        assert_eq!(history.anomalies(), [].into());
        database.remove().await;
    }
}
