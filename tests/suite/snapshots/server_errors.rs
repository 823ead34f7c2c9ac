//! Errors that only a server gives occasion for, and what the servers say of those that all backends have.

use crate::databases::{Database, dynamodb, postgresql};
use crate::dynamodb_fake::{Fake, Fault};
use crate::models::keys::{Account, KEYS, Login, Triple};
use crate::models::people::{PEOPLE, Passport, Person};
use crate::models::readings::{READINGS, Reading};
use crate::models::values::{Everything, VALUES};
use std::time::Duration;
use toasty::config::{Scans, Tls};
use toasty::{Config, Error, Isolation, Model, Result, TransactionOptions, create};

type Named = (&'static str, Error);

fn refused<T>(result: Result<T>) -> Error {
    result.err().expect("an error")
}

pub async fn errors() -> Vec<Named> {
    let mut all = on_postgresql().await;
    all.extend(connecting().await);
    all.extend(on_dynamodb().await);
    all.extend(on_a_dynamodb_that_misbehaves().await);
    all
}

async fn on_postgresql() -> Vec<Named> {
    let database = Database::on_postgresql_with(|mut config| {
        config.postgresql.statement_timeout = Some(Duration::from_millis(100));
        config
    })
    .await;
    let db = &database.db;
    for models in [KEYS, PEOPLE] {
        db.create_tables_of(models).await.unwrap();
    }
    let account = create!(Account { owner: "Ann" }).exec(db).await.unwrap();
    let mut all = vec![
        (
            "a unique pair twice, on PostgreSQL",
            refused(two_logins(db).await),
        ),
        (
            "a row that refers to nothing, on PostgreSQL",
            refused(
                create!(Passport {
                    number: "1",
                    person_id: 99u64
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "no such table, on PostgreSQL",
            refused(Everything::all().all(db).await),
        ),
        (
            "a table that is there already, on PostgreSQL",
            refused(db.create_tables_of(&[Login::DEF]).await),
        ),
        (
            "sql that is none, on PostgreSQL",
            refused(db.run_sql("SELEKT").await),
        ),
        (
            "a statement that takes too long",
            refused(db.run_sql("SELECT pg_sleep(5)").await),
        ),
    ];
    create!(Person { name: "Ann", tasks: [{ title: "t" }] })
        .exec(db)
        .await
        .unwrap();
    all.push((
        "a row that is referred to, on PostgreSQL",
        refused(Person::filter(|p| p.name.eq("Ann")).delete().exec(db).await),
    ));
    let check = "ALTER TABLE account ADD CONSTRAINT not_in_debt CHECK (balance >= 0)";
    db.run_sql(check).await.unwrap();
    all.push((
        "a check of the database's own",
        refused(account.update().balance(-1).exec(db).await),
    ));
    all.push((
        "two transactions that change one row",
        refused(conflict(db, &account).await),
    ));
    all.push((
        "a statement after one that failed",
        refused(
            db.transaction(async |tx| {
                let _ = create!(Account { owner: "Ann" }).exec(tx).await;
                Account::all().count(tx).await
            })
            .await,
        ),
    ));
    database.remove().await;
    all
}

async fn two_logins(db: &toasty::Db) -> Result<Login> {
    create!(Login {
        email: "a",
        name: "Ann"
    })
    .exec(db)
    .await?;
    create!(Login {
        email: "b",
        name: "Ann"
    })
    .exec(db)
    .await
}

/// The first one reads, the second one changes what it has read, the first one wants to change it too.
async fn conflict(db: &toasty::Db, account: &Account) -> Result<u64> {
    let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    let first = db.begin_with(serializable).await?;
    Account::get_by_id(&first, account.id).await?;
    Account::update_by_id(account.id)
        .balance(5)
        .exec(db)
        .await?;
    Account::update_by_id(account.id)
        .balance(6)
        .exec(&first)
        .await
}

async fn connecting() -> Vec<Named> {
    let mut unencrypted = postgresql("public");
    unencrypted.postgresql.tls = Some(Tls::VerifyFull);
    let mut nobody = postgresql("public");
    nobody.postgresql.host = "127.0.0.1".into();
    nobody.postgresql.port = 1;
    let url = toasty_test_servers::postgresql_with_password();
    let mut stranger = Config::postgresql(&url).unwrap();
    stranger.postgresql = stranger.postgresql.with_password("not this one");
    let mut no_dynamodb = dynamodb("x.");
    no_dynamodb.dynamodb.endpoint = Some("http://127.0.0.1:1".into());
    no_dynamodb.dynamodb.retry_budget = Duration::from_millis(20);
    vec![
        (
            "a server that cannot prove who it is",
            refused(toasty::connect_with(unencrypted).await),
        ),
        (
            "nobody answers, for PostgreSQL",
            refused(toasty::connect_with(nobody).await),
        ),
        (
            "nobody answers, for DynamoDB",
            refused(toasty::connect_with(no_dynamodb).await),
        ),
        (
            "a wrong password",
            refused(toasty::connect_with(stranger).await),
        ),
    ]
}

async fn on_dynamodb() -> Vec<Named> {
    let database = Database::on_dynamodb_with(|mut config| {
        config.dynamodb.scans = Scans::Deny;
        config
    })
    .await;
    let db = &database.db;
    for models in [KEYS, PEOPLE, READINGS] {
        db.create_tables_of(models).await.unwrap();
    }
    let readings = |count| (0..count).map(|at| create!(Reading { sensor: "a", at }));
    create!(Reading {
        sensor: "a",
        at: 120
    })
    .exec(db)
    .await
    .unwrap();
    let mut all = vec![
        (
            "a unique pair twice, on DynamoDB",
            refused(two_logins(db).await),
        ),
        (
            "no such table, on DynamoDB",
            refused(Everything::get_by_id(db, 1u64).await),
        ),
        (
            "a condition that no index serves",
            refused(Reading::filter(|r| r.note.eq("x")).all(db).await),
        ),
        (
            "a whole table without leave",
            refused(Reading::all().all(db).await),
        ),
        (
            "an order that no index has",
            refused(
                Reading::filter(|r| r.sensor.eq("a"))
                    .order_by(|r| r.value.asc())
                    .all(db)
                    .await,
            ),
        ),
        (
            "an order by several fields",
            refused(
                Reading::filter(|r| r.sensor.eq("a"))
                    .order_by(|r| (r.value.asc(), r.at.desc()))
                    .all(db)
                    .await,
            ),
        ),
        (
            "a condition on a relation",
            refused(
                Person::filter(|p| p.tasks.any(|t| t.done.eq(true)))
                    .all(db)
                    .await,
            ),
        ),
        (
            "a transaction of several steps",
            refused(
                db.transaction(async |tx| Account::all().count(tx).await)
                    .await,
            ),
        ),
        (
            "sql on a database that has none",
            refused(db.run_sql("SELECT").await),
        ),
        (
            "a key of three fields",
            refused(db.create_tables_of(&[Triple::DEF]).await),
        ),
        (
            "more rows than are written as one",
            refused(Reading::create_many(readings(101)).exec(db).await),
        ),
        (
            "rows in chunks of which a later one failed",
            refused(
                Reading::create_many(readings(150))
                    .in_chunks()
                    .exec(db)
                    .await,
            ),
        ),
        (
            "a change of a key",
            refused(
                Reading::update_by_sensor_and_at("a", 1)
                    .at(2)
                    .exec(db)
                    .await,
            ),
        ),
    ];
    db.create_tables_of(VALUES).await.unwrap();
    all.push((
        "a row that is too large",
        refused(
            create!(Everything {
                text: "x".repeat(500_000)
            })
            .exec(db)
            .await,
        ),
    ));
    all.push((
        "a float beyond the range",
        refused(create!(Everything { float64: 1e300 }).exec(db).await),
    ));
    all.push((
        "an empty text in a key",
        refused(create!(Reading { sensor: "", at: 1 }).exec(db).await),
    ));
    database.remove().await;
    all
}

async fn on_a_dynamodb_that_misbehaves() -> Vec<Named> {
    let fake = Fake::before(toasty_test_servers::dynamodb());
    let database = Database::on_dynamodb_with(|mut config| {
        config.dynamodb.endpoint = Some(fake.endpoint().to_owned());
        config.dynamodb.retry_budget = Duration::from_millis(20);
        config
    })
    .await;
    let db = &database.db;
    db.create_tables_of(READINGS).await.unwrap();
    let reading = |at| create!(Reading { sensor: "a", at });
    fake.plan("PutItem", Fault::ExecuteAndCut, 1);
    let unknown = refused(reading(1).exec(db).await);
    fake.plan(
        "PutItem",
        Fault::Refuse(400, "ThrottlingException"),
        usize::MAX,
    );
    let throttled = refused(reading(2).exec(db).await);
    fake.behave();
    database.remove().await;
    vec![
        ("a write whose answer was lost", unknown),
        ("a database that wants no more requests", throttled),
    ]
}
