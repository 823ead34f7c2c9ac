//! Transactions: all or nothing, whatever becomes of the future.

use crate::cases::on_every_database;
use crate::models::keys::{Account, KEYS};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use toasty::{Db, Error, ErrorKind, Result, Tx, create};

async fn owners(db: &Db) -> Result<Vec<String>> {
    Ok(Account::all()
        .order_by(|account| account.owner.asc())
        .all(db)
        .await?
        .into_iter()
        .map(|account| account.owner)
        .collect())
}

async fn write(tx: &Tx, owner: &str) -> Result<Account> {
    create!(Account { owner }).exec(tx).await
}

fn stop() -> Error {
    Error::new(ErrorKind::Database, "stop here")
}

async fn what_went_well_is_kept(db: &Db) -> Result<()> {
    let id = db
        .transaction(async |tx| {
            write(tx, "a").await?;
            let b = write(tx, "b").await?;
            b.update().balance(5).exec(tx).await?;
            assert_eq!(Account::all().count(tx).await?, 2, "it sees its own writes");
            Ok(b.id)
        })
        .await?;
    assert_eq!(Account::get_by_id(db, id).await?.balance, 5);
    Ok(())
}

async fn an_error_rolls_back(db: &Db) -> Result<()> {
    let error = db
        .transaction(async |tx| {
            write(tx, "a").await?;
            write(tx, "b").await?;
            Err::<(), _>(stop())
        })
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        "stop here",
        "the closure's own error comes back"
    );
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(())
}

async fn an_error_type_of_ones_own(db: &Db) -> Result<()> {
    #[derive(Debug)]
    enum Mine {
        Toasty(Error),
        Other(u8),
    }
    impl From<Error> for Mine {
        fn from(error: Error) -> Self {
            Mine::Toasty(error)
        }
    }
    let mine = db
        .try_transaction(async |tx| {
            write(tx, "a").await?;
            Err::<(), _>(Mine::Other(7))
        })
        .await;
    assert!(matches!(mine, Err(Mine::Other(7))));
    let theirs = db
        .try_transaction(async |tx| Ok::<_, Mine>(Account::get_by_id(tx, 99u64).await?))
        .await;
    assert!(matches!(theirs, Err(Mine::Toasty(error)) if error.is_not_found()));
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(())
}

async fn panic_in_user_closure_rolls_back(db: &Db) -> Result<()> {
    let panicked = AssertUnwindSafe(db.transaction(async |tx| {
        write(tx, "a").await?;
        if Account::all().count(tx).await? > 0 {
            panic!("in the closure");
        }
        Ok(())
    }))
    .catch_unwind()
    .await;
    assert!(panicked.is_err());
    assert_eq!(owners(db).await?, [""; 0]);
    let inner = db
        .transaction(async |tx| {
            write(tx, "outer").await?;
            let panicked = AssertUnwindSafe(tx.transaction(async |tx| {
                write(tx, "inner").await?;
                if Account::all().count(tx).await? > 0 {
                    panic!("in the inner closure");
                }
                Ok(())
            }))
            .catch_unwind()
            .await;
            Ok(panicked.is_err())
        })
        .await?;
    assert!(inner);
    assert_eq!(owners(db).await?, ["outer"]);
    Ok(())
}

async fn savepoint_rollback_keeps_outer(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        write(tx, "1").await?;
        let failed = tx
            .transaction(async |tx| {
                write(tx, "2").await?;
                let kept_then_gone = tx.transaction(async |tx| write(tx, "3").await).await;
                assert!(kept_then_gone.is_ok());
                Err::<(), _>(stop())
            })
            .await;
        assert!(failed.is_err());
        tx.transaction(async |tx| {
            write(tx, "4").await?;
            let failed = tx
                .transaction(async |tx| {
                    write(tx, "5").await?;
                    write(tx, "1").await
                })
                .await;
            assert!(failed.unwrap_err().is_unique_violation());
            write(tx, "6").await
        })
        .await?;
        write(tx, "7").await
    })
    .await?;
    assert_eq!(owners(db).await?, ["1", "4", "6", "7"]);
    Ok(())
}

async fn a_failed_statement_leaves_the_transaction_usable(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        write(tx, "a").await?;
        assert!(write(tx, "a").await.unwrap_err().is_unique_violation());
        write(tx, "b").await
    })
    .await?;
    assert_eq!(owners(db).await?, ["a", "b"]);
    Ok(())
}

async fn a_dropped_transaction_leaves_nothing(db: &Db) -> Result<()> {
    let dropped = tokio::time::timeout(
        Duration::from_millis(30),
        db.transaction(async |tx| {
            write(tx, "a").await?;
            tx.transaction(async |tx| {
                write(tx, "b").await?;
                std::future::pending::<Result<()>>().await
            })
            .await
        }),
    )
    .await;
    assert!(dropped.is_err());
    assert_eq!(owners(db).await?, [""; 0]);
    Ok(())
}

async fn a_dropped_inner_transaction_leaves_the_outer_one(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        write(tx, "1").await?;
        let dropped = tokio::time::timeout(
            Duration::from_millis(30),
            tx.transaction(async |tx| {
                write(tx, "2").await?;
                tx.transaction(async |tx| {
                    write(tx, "3").await?;
                    std::future::pending::<Result<()>>().await
                })
                .await
            }),
        )
        .await;
        assert!(dropped.is_err());
        assert_eq!(
            Account::all().count(tx).await?,
            1,
            "gone before the next statement"
        );
        tx.transaction(async |tx| write(tx, "4").await).await?;
        Ok(())
    })
    .await?;
    assert_eq!(owners(db).await?, ["1", "4"]);
    Ok(())
}

/// A stream can leave the closure; the transaction cannot be used by it.
async fn a_stream_that_outlives_its_transaction_says_so(db: &Db) -> Result<()> {
    let mut escaped = None;
    db.transaction_once(async |tx| {
        write(tx, "a").await?;
        escaped = Some(Account::all().stream(tx));
        Ok(())
    })
    .await?;
    let error = escaped.unwrap().next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    assert_eq!(owners(db).await?, ["a"]);
    Ok(())
}

async fn a_stream_inside_a_transaction(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        Account::create_many((0..600).map(|number| {
            create!(Account {
                owner: format!("{number}")
            })
        }))
        .exec(tx)
        .await?;
        let mut stream = Account::all().stream(tx);
        let mut count = 0;
        while let Some(row) = stream.next().await {
            row?;
            count += 1;
        }
        assert_eq!(count, 600);
        let mut half = Account::all().stream(tx);
        half.next().await.unwrap()?;
        drop(half);
        Account::filter(|account| account.owner.ne("7"))
            .delete()
            .exec(tx)
            .await?;
        Ok(())
    })
    .await?;
    assert_eq!(owners(db).await?, ["7"]);
    Ok(())
}

async fn a_second_task_waits_for_its_turn(db: &Db) -> Result<()> {
    let (begun, over) = (
        Arc::new(tokio::sync::Notify::new()),
        Arc::new(AtomicBool::new(false)),
    );
    let second = tokio::spawn({
        let (db, begun, over) = (db.clone(), Arc::clone(&begun), Arc::clone(&over));
        async move {
            begun.notified().await;
            let seen = db
                .transaction(async |tx| {
                    Ok((over.load(Ordering::SeqCst), Account::all().count(tx).await?))
                })
                .await;
            seen.unwrap()
        }
    });
    db.transaction(async |tx| {
        write(tx, "a").await?;
        begun.notify_one();
        tokio::time::sleep(Duration::from_millis(30)).await;
        write(tx, "b").await?;
        over.store(true, Ordering::SeqCst);
        Ok(())
    })
    .await?;
    assert_eq!(
        second.await.unwrap(),
        (true, 2),
        "it began after the first was over, and saw all of it"
    );
    Ok(())
}

/// Not a test of what happens but that it compiles: the futures are `Send`.
async fn a_spawned_task_can_use_a_transaction(db: &Db) -> Result<()> {
    async fn transfer(db: Db) -> Result<u64> {
        db.transaction(async |tx| {
            let account = create!(Account { owner: "a" }).exec(tx).await?;
            tx.transaction(async |tx| account.update().balance(3).exec(tx).await)
                .await?;
            let mut stream = Account::all().stream(tx);
            while let Some(row) = stream.next().await {
                row?;
            }
            Account::all().count(tx).await
        })
        .await
    }
    assert_eq!(tokio::spawn(transfer(db.clone())).await.unwrap()?, 1);
    Ok(())
}

/// SQLite's transactions begin with the lock for writing, so that none is begun in vain: read, then write, in many tasks.
async fn sqlite_begin_immediate_for_writes(db: &Db) -> Result<()> {
    let account = create!(Account { owner: "shared" }).exec(db).await?;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (db, id) = (db.clone(), account.id);
            tokio::spawn(async move {
                for _ in 0..50 {
                    db.transaction(async |tx| {
                        let account = Account::get_by_id(tx, id).await?;
                        tokio::task::yield_now().await;
                        account.update().balance(account.balance + 1).exec(tx).await
                    })
                    .await?;
                }
                Result::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    let account = Account::get_by_id(db, account.id).await?;
    assert_eq!((account.balance, account.version), (400, 401));
    Ok(())
}

async fn writers_that_retry_on_a_version_lose_no_update(db: &Db) -> Result<()> {
    let account = create!(Account { owner: "shared" }).exec(db).await?;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (db, id) = (db.clone(), account.id);
            tokio::spawn(async move {
                for _ in 0..50 {
                    loop {
                        let account = Account::get_by_id(&db, id).await?;
                        match account
                            .update()
                            .balance(account.balance + 1)
                            .exec(&db)
                            .await
                        {
                            Ok(_) => break,
                            Err(error) if error.is_condition_failed() => {
                                tokio::task::yield_now().await
                            }
                            Err(error) => return Err(error),
                        }
                    }
                }
                Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!(Account::get_by_id(db, account.id).await?.balance, 400);
    Ok(())
}

async fn many_tasks_see_one_database(db: &Db) -> Result<()> {
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for number in 0..25 {
                    create!(Account {
                        owner: format!("{task}-{number}")
                    })
                    .exec(&db)
                    .await?;
                    assert!(
                        Account::find_by_owner(format!("{task}-{number}"))
                            .exists(&db)
                            .await?,
                        "it reads what it wrote"
                    );
                }
                Result::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!(Account::all().count(db).await?, 200);
    Ok(())
}

async fn preload_inside_tx_sees_one_snapshot(db: &Db) -> Result<()> {
    use crate::models::people::{PEOPLE, Person};
    db.create_tables_of(PEOPLE).await?;
    create!(Person { name: "Ann", tasks: [{ title: "a" }] })
        .exec(db)
        .await?;
    db.transaction(async |tx| {
        let before = Person::all().include(|p| p.tasks).all(tx).await?;
        // A writer of another task comes between the two statements, and waits for the end of the transaction.
        let writer = tokio::spawn({
            let db = db.clone();
            async move {
                create!(crate::models::people::Task {
                    person_id: 1u64,
                    title: "b"
                })
                .exec(&db)
                .await
            }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        let after = Person::all().include(|p| p.tasks).all(tx).await?;
        assert_eq!(before, after);
        assert!(!writer.is_finished());
        Ok(())
    })
    .await?;
    Ok(())
}

on_every_database! { KEYS;
    what_went_well_is_kept,
    an_error_rolls_back,
    an_error_type_of_ones_own,
    panic_in_user_closure_rolls_back,
    savepoint_rollback_keeps_outer,
    a_failed_statement_leaves_the_transaction_usable,
    a_dropped_transaction_leaves_nothing,
    a_dropped_inner_transaction_leaves_the_outer_one,
    a_stream_that_outlives_its_transaction_says_so,
    a_stream_inside_a_transaction,
    a_second_task_waits_for_its_turn,
    a_spawned_task_can_use_a_transaction,
    sqlite_begin_immediate_for_writes,
    writers_that_retry_on_a_version_lose_no_update,
    many_tasks_see_one_database,
    preload_inside_tx_sees_one_snapshot,
}
