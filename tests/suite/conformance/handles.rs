//! Transactions as handles, and how they begin.

use crate::cases::on_every_database;
use crate::models::keys::{Account, KEYS};
use std::sync::atomic::{AtomicU32, Ordering};
use toasty::{Db, Error, ErrorKind, Isolation, Result, TransactionOptions, Tx, create};

async fn write(tx: &Tx, owner: &str) -> Result<Account> {
    create!(Account { owner }).exec(tx).await
}

async fn owners(db: &Db) -> Result<Vec<String>> {
    let mut owners: Vec<_> = Account::all()
        .all(db)
        .await?
        .into_iter()
        .map(|account| account.owner)
        .collect();
    owners.sort();
    Ok(owners)
}

async fn a_handle_keeps_what_it_commits(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    write(&tx, "a").await?;
    assert!(Account::find_by_owner("a").exists(&tx).await?);
    tx.commit().await?;
    assert_eq!(owners(db).await?, ["a"]);
    Ok(())
}

async fn a_handle_forgets_what_it_rolls_back_or_drops(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    write(&tx, "a").await?;
    tx.rollback().await?;
    let tx = db.begin().await?;
    write(&tx, "b").await?;
    drop(tx);
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(())
}

async fn handles_inside_each_other_are_savepoints(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    write(&tx, "1").await?;
    let inner = tx.begin().await?;
    write(&inner, "2").await?;
    let innermost = inner.begin().await?;
    write(&innermost, "3").await?;
    innermost.rollback().await?;
    inner.commit().await?;
    let dropped = tx.begin().await?;
    write(&dropped, "4").await?;
    drop(dropped);
    write(&tx, "5").await?;
    tx.commit().await?;
    assert_eq!(owners(db).await?, ["1", "2", "5"]);
    Ok(())
}

/// What an inner handle says was done must be done: without the outer one it cannot be.
async fn an_inner_handle_that_outlives_the_outer_one_says_so(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    write(&tx, "1").await?;
    let inner = tx.begin().await?;
    drop(tx);
    let error = write(&inner, "2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    assert!(inner.commit().await.is_err());
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(())
}

async fn a_transaction_that_only_reads_refuses_to_write(db: &Db) -> Result<()> {
    create!(Account { owner: "a" }).exec(db).await?;
    let reads = TransactionOptions::new().read_only();
    let seen = db
        .transaction_with(reads, async |tx| {
            let account = Account::get_by_owner(tx, "a").await?;
            for error in [
                write(tx, "b").await.unwrap_err(),
                account.update().balance(1).exec(tx).await.unwrap_err(),
                Account::update_by_owner("a")
                    .balance(1)
                    .returning(tx)
                    .await
                    .unwrap_err(),
                account.delete().exec(tx).await.unwrap_err(),
            ] {
                assert!(error.is_unsupported(), "{error:?}");
                assert!(error.message().contains("only reads"), "{error:?}");
            }
            Account::all().count(tx).await
        })
        .await?;
    assert_eq!(seen, 1);
    // The connection writes again afterwards, however the transaction ended.
    drop(db.begin_with(reads).await?);
    create!(Account { owner: "b" }).exec(db).await?;
    db.begin_with(reads).await?.rollback().await?;
    create!(Account { owner: "c" }).exec(db).await?;
    assert_eq!(owners(db).await?, ["a", "b", "c"]);
    Ok(())
}

async fn every_isolation_begins(db: &Db) -> Result<()> {
    for isolation in [
        Isolation::ReadCommitted,
        Isolation::RepeatableRead,
        Isolation::Serializable,
    ] {
        let options = TransactionOptions::new().isolation(isolation);
        let there = db
            .transaction_with(options, async |tx| {
                write(tx, &format!("{isolation:?}")).await?;
                Account::all().count(tx).await
            })
            .await?;
        assert!(there > 0);
        let count = db
            .transaction_with(options.read_only(), async |tx| {
                Account::all().count(tx).await
            })
            .await?;
        assert_eq!(count, there);
    }
    let deferrable = TransactionOptions::new()
        .isolation(Isolation::Serializable)
        .read_only()
        .deferrable();
    let count = db.transaction_with(deferrable, async |tx| Account::all().count(tx).await);
    assert_eq!(count.await?, 3);
    Ok(())
}

/// Where nothing could come of it, it is refused and not ignored.
async fn deferrable_is_for_serializable_ones_that_read(db: &Db) -> Result<()> {
    let all = TransactionOptions::new().deferrable();
    for options in [
        all,
        all.read_only(),
        all.isolation(Isolation::Serializable),
        all.isolation(Isolation::RepeatableRead).read_only(),
    ] {
        let error = db.begin_with(options).await.unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
    }
    Ok(())
}

async fn a_conflict_is_tried_again_until_it_is_none(db: &Db) -> Result<()> {
    let attempts = AtomicU32::new(0);
    let done = db
        .transaction(async |tx| {
            let attempt = attempts.fetch_add(1, Ordering::Relaxed);
            write(tx, &format!("{attempt}")).await?;
            if attempt < 3 {
                return Err(Error::new(ErrorKind::Conflict, "met another one"));
            }
            Ok(attempt)
        })
        .await?;
    assert_eq!(done, 3);
    assert_eq!(owners(db).await?, ["3"], "only the last one is kept");
    Ok(())
}

async fn attempts_that_end_with(db: &Db, kind: ErrorKind) -> Result<u32> {
    let attempts = AtomicU32::new(0);
    let error = db
        .transaction(async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            write(tx, "a").await?;
            Err::<(), _>(Error::new(kind, "as it was made"))
        })
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.message()), (kind, "as it was made"));
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(attempts.into_inner())
}

async fn attempts_are_bounded(db: &Db) -> Result<()> {
    assert_eq!(attempts_that_end_with(db, ErrorKind::Conflict).await?, 6);
    assert_eq!(attempts_that_end_with(db, ErrorKind::Busy).await?, 6);
    Ok(())
}

async fn nothing_is_tried_again_that_may_be_done_or_will_not_go_better(db: &Db) -> Result<()> {
    for kind in ErrorKind::ALL {
        if !matches!(kind, ErrorKind::Conflict | ErrorKind::Busy) {
            assert_eq!(attempts_that_end_with(db, *kind).await?, 1, "{kind:?}");
        }
    }
    let once = db
        .transaction_once(async |_| Err::<(), _>(Error::new(ErrorKind::Conflict, "once")))
        .await;
    assert!(once.unwrap_err().is_conflict());
    Ok(())
}

on_every_database! { KEYS;
    a_handle_keeps_what_it_commits [dynamodb: "transaction"],
    a_handle_forgets_what_it_rolls_back_or_drops [dynamodb: "transaction"],
    handles_inside_each_other_are_savepoints [dynamodb: "transaction"],
    an_inner_handle_that_outlives_the_outer_one_says_so [dynamodb: "transaction"],
    a_transaction_that_only_reads_refuses_to_write [dynamodb: "transaction"],
    every_isolation_begins [dynamodb: "transaction"],
    deferrable_is_for_serializable_ones_that_read,
    a_conflict_is_tried_again_until_it_is_none [dynamodb: "transaction"],
    attempts_are_bounded [dynamodb differs: "a closure is refused before it is run"],
    nothing_is_tried_again_that_may_be_done_or_will_not_go_better [dynamodb differs: "a closure is refused before it is run"],
}
