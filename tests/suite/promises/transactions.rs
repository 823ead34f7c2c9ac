//! What several hands do to one transaction.

use crate::databases::{Database, impatient, on_thread};
use crate::models::keys::{Account, KEYS};
use std::time::Duration;
use toasty::{ErrorKind, create};

/// The mistake: a second statement while a stream of the same transaction is read. It ends, and says why.
#[tokio::test]
async fn a_statement_beside_an_open_stream_of_its_transaction_is_an_error_not_a_hang() {
    let database = Database::on_file_with(impatient).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    create!(Account [{ owner: "a" }, { owner: "b" }])
        .exec(db)
        .await
        .unwrap();
    let tried = db.transaction(async |tx| {
        let mut stream = Account::all().stream(tx);
        stream.next().await.unwrap()?;
        let error = Account::all().count(tx).await.unwrap_err();
        drop(stream);
        assert_eq!(Account::all().count(tx).await?, 2);
        Ok(error)
    });
    let error = tokio::time::timeout(Duration::from_secs(5), tried)
        .await
        .expect("it ends")
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::AcquireTimeout);
    assert!(error.to_string().contains("stream"), "{error}");
}

/// SQLite rolls a whole transaction back by itself when a statement that writes is interrupted ("Interrupt A Long-Running
/// Query"). What comes after must not be written outside of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_is_dropped_half_way_takes_its_transaction_with_it_or_leaves_it_whole() {
    let database = Database::on_file_with(on_thread).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    Account::create_many((0..60_000).map(|number| {
        create!(Account {
            owner: format!("{number}")
        })
    }))
    .exec(db)
    .await
    .unwrap();
    for pause in [0, 1, 3, 10] {
        let done = db
            .transaction(async |tx| {
                create!(Account { owner: "before" }).exec(tx).await?;
                let update = Account::filter(|account| account.owner.contains("1"))
                    .update()
                    .balance(7)
                    .exec(tx);
                let _ = tokio::time::timeout(Duration::from_millis(pause), update).await;
                create!(Account { owner: "after" }).exec(tx).await
            })
            .await;
        let both = Account::filter(|account| account.owner.in_list(["before", "after"]))
            .delete()
            .exec(db)
            .await
            .unwrap();
        match done {
            Ok(_) => assert_eq!(both, 2, "{pause} ms"),
            Err(error) => assert_eq!(
                (both, error.kind()),
                (0, ErrorKind::TransactionClosed),
                "{pause} ms: {error:?}"
            ),
        }
    }
}

/// Two marks of the same transaction cannot be told apart by SQLite; a write that said `Ok` must not go with the other.
#[tokio::test]
async fn nested_transactions_at_the_same_time_lose_nothing() {
    let database = Database::on_file_with(impatient).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    let owners = db
        .transaction(async |tx| {
            let kept = tx.transaction(async |tx| {
                tokio::task::yield_now().await;
                create!(Account { owner: "kept" }).exec(tx).await?;
                tokio::task::yield_now().await;
                Ok(())
            });
            let failed = tx.transaction(async |tx| {
                create!(Account { owner: "failed" }).exec(tx).await?;
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                Account::get_by_owner(tx, "nobody").await
            });
            let (kept, failed) = tokio::join!(kept, failed);
            assert!(failed.is_err());
            let there = Account::find_by_owner("kept").exists(tx).await?;
            assert_eq!(kept.is_ok(), there, "{kept:?}");
            Account::all().all(tx).await
        })
        .await
        .unwrap();
    assert!(owners.iter().all(|account| account.owner != "failed"));
}

/// A statement of the outer transaction while an inner one is open would be part of the inner one.
#[tokio::test]
async fn a_statement_of_the_outer_transaction_beside_an_inner_one_is_not_lost_with_it() {
    let database = Database::on_file_with(impatient).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    db.transaction(async |tx| {
        let mut beside = None;
        let failed = tx
            .transaction(async |inner| {
                create!(Account { owner: "inner" }).exec(inner).await?;
                beside = Some(create!(Account { owner: "outer" }).exec(tx).await);
                Account::get_by_owner(inner, "nobody").await
            })
            .await;
        assert!(failed.is_err());
        let there = Account::find_by_owner("outer").exists(tx).await?;
        assert_eq!(beside.unwrap().is_ok(), there);
        Ok(())
    })
    .await
    .unwrap();
}

/// SQLite rolls a whole transaction back where a trigger says so; PostgreSQL does after every statement that fails. The
/// commit that follows must not look as if something was kept.
#[tokio::test]
async fn commit_after_statement_error_is_refused() {
    let database = Database::on_file().await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    db.run_sql("CREATE TRIGGER no_bob BEFORE INSERT ON account WHEN new.owner = 'bob' BEGIN SELECT RAISE(ROLLBACK, 'no bob'); END")
        .await
        .unwrap();
    let error = db
        .transaction(async |tx| {
            create!(Account { owner: "ann" }).exec(tx).await?;
            let failed = create!(Account { owner: "bob" }).exec(tx).await;
            assert!(failed.is_err());
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    let tx = db.begin().await.unwrap();
    create!(Account { owner: "ann" }).exec(&tx).await.unwrap();
    assert!(create!(Account { owner: "bob" }).exec(&tx).await.is_err());
    let error = tx.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    assert_eq!(Account::all().count(db).await.unwrap(), 0);
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
}

#[tokio::test]
async fn commit_after_statement_error_is_refused_on_postgresql() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    let error = db
        .transaction(async |tx| {
            create!(Account { owner: "ann" }).exec(tx).await?;
            let twice = create!(Account { owner: "ann" }).exec(tx).await;
            assert!(twice.unwrap_err().is_unique_violation());
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    assert_eq!(Account::all().count(db).await.unwrap(), 0);
    create!(Account { owner: "ann" }).exec(db).await.unwrap();
    database.remove().await;
}
