//! Very many new rows go to PostgreSQL by COPY, where that is the same, and are all there or none.

use super::cuts::{Cuttable, Stroke, judge};
use crate::databases::Database;
use crate::proxy::{Cut, Way};
use std::time::Duration;
use toasty::{Db, Model, Result, create, toasty};

toasty! {
    pub model Crate {
        id: u64 [key],
        label: Option<String>,
    }
}

const MANY: u64 = 4_100;

async fn crates(db: &Db, ids: std::ops::Range<u64>) -> Result<u64> {
    Crate::create_many(ids.map(|id| create!(Crate { id: id })))
        .exec(db)
        .await
}

/// By which statements the rows came.
async fn ways(db: &Db) -> Vec<String> {
    let ways = toasty::sql("SELECT DISTINCT left(way, 4) FROM crate ORDER BY left(way, 4)");
    let ways = ways.as_rows::<(String,)>().all(db).await.unwrap();
    ways.into_iter().map(|(way,)| way).collect()
}

#[tokio::test]
async fn very_many_rows_go_by_copy_where_that_is_the_same() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(&[Crate::DEF]).await.unwrap();
    db.run_sql("ALTER TABLE crate ADD COLUMN way text DEFAULT current_query()")
        .await
        .unwrap();
    crates(db, 0..100).await.unwrap();
    assert_eq!(ways(db).await, ["INSE"]);
    crates(db, 100..100 + MANY).await.unwrap();
    assert_eq!(ways(db).await, ["COPY", "INSE"]);
    database.remove().await;
}

#[tokio::test]
async fn a_view_and_a_table_with_rules_are_written_by_insert() {
    for change in [
        "ALTER TABLE crate RENAME TO real_crate; CREATE VIEW crate AS SELECT * FROM real_crate",
        "CREATE RULE without_label AS ON INSERT TO crate WHERE new.label = 'x' DO INSTEAD NOTHING",
    ] {
        let database = Database::on_postgresql().await;
        let db = &database.db;
        db.create_tables_of(&[Crate::DEF]).await.unwrap();
        db.run_sql("ALTER TABLE crate ADD COLUMN way text DEFAULT current_query()")
            .await
            .unwrap();
        db.run_sql(change).await.unwrap();
        assert_eq!(crates(db, 0..MANY).await.unwrap(), MANY);
        assert_eq!(ways(db).await, ["INSE"], "{change}");
        db.transaction(async |tx| {
            let rows = (MANY..2 * MANY).map(|id| create!(Crate { id: id }));
            Crate::create_many(rows).exec(tx).await
        })
        .await
        .unwrap();
        assert_eq!(Crate::all().count(db).await.unwrap(), 2 * MANY);
        database.remove().await;
    }
}

#[tokio::test]
async fn a_column_of_another_type_is_written_as_the_table_has_it() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(&[Crate::DEF]).await.unwrap();
    crates(db, 0..MANY).await.unwrap();
    db.run_sql("ALTER TABLE crate ALTER COLUMN id TYPE int; ALTER TABLE crate ALTER COLUMN label TYPE varchar(9)")
        .await
        .unwrap();
    crates(db, MANY..2 * MANY).await.unwrap();
    let error = crates(db, (1 << 32)..(1 << 32) + MANY).await.unwrap_err();
    assert_eq!(error.fields(), ["id"], "{error:?}");
    assert_eq!(Crate::all().count(db).await.unwrap(), 2 * MANY);
    database.remove().await;
}

async fn strokes(db: &Db, name: &str) -> Result<u64> {
    let rows = (0..MANY).map(|_| create!(Stroke { name: name }));
    Stroke::create_many(rows).exec(db).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_cut_is_all_or_nothing() {
    let on = Cuttable::new(|config| config).await;
    let mut cuts = vec![Cut::InsteadOfAnswer(b'c', "")];
    for kind in [b'B', b'd', b'c'] {
        cuts.extend([
            Cut::Before(Way::Up, kind, ""),
            Cut::After(Way::Up, kind, ""),
        ]);
    }
    for kind in [b'G', b'C', b'Z'] {
        cuts.extend([
            Cut::Before(Way::Down, kind, ""),
            Cut::After(Way::Down, kind, ""),
        ]);
    }
    cuts.extend((0..12).map(|part| Cut::AfterBytes(Way::Up, part * 17_000)));
    let mut struck = 0;
    for (number, cut) in cuts.into_iter().enumerate() {
        let before = format!("before {number}");
        strokes(on.db(), &before).await.unwrap();
        let run = format!("{number} {cut:?}");
        on.proxy.arm(cut, number % 2 == 1);
        let said = strokes(on.db(), &run).await;
        struck += u32::from(on.proxy.disarm());
        on.settled().await;
        judge(
            &run,
            &said,
            on.rows(&run).await,
            i64::try_from(MANY).unwrap(),
        );
        on.goes_on(&run).await;
    }
    assert!(struck > 12, "{struck} cuts");
    on.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_nobody_waits_for_leaves_the_pool_as_it_was() {
    let on = Cuttable::new(|config| config).await;
    strokes(on.db(), "warm").await.unwrap();
    for micros in (0..14).map(|step| step * 1_300) {
        let run = format!("dropped after {micros}");
        let write = strokes(on.db(), &run);
        let ended = tokio::time::timeout(Duration::from_micros(micros), write).await;
        on.goes_on(&run).await;
        on.settled().await;
        let there = on.rows(&run).await;
        assert!(
            there == 0 || there == i64::try_from(MANY).unwrap(),
            "{run}: {there} rows"
        );
        assert!(ended.is_err() || there != 0, "{run}");
    }
    on.remove().await;
}
