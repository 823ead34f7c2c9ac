//! Transactions: all or nothing, whatever becomes of the future.

use crate::cases::on_every_database;
use crate::models::keys::{Account, KEYS};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use toasty::{Db, Error, ErrorKind, Isolation, Result, TransactionOptions, Tx, create};

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

/// Ends here with the refusal, where there are no transactions.
async fn transactions_are_there(db: &Db) -> Result<()> {
    db.transaction(async |tx| Account::all().count(tx).await)
        .await?;
    Ok(())
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
    transactions_are_there(db).await?;
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
    transactions_are_there(db).await?;
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
    transactions_are_there(db).await?;
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
    transactions_are_there(db).await?;
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
    transactions_are_there(db).await?;
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

/// In a transaction that says so, everything is read as it was at one moment. SQLite's never read otherwise.
async fn preload_inside_tx_sees_one_snapshot(db: &Db) -> Result<()> {
    use crate::models::people::{PEOPLE, Person, Task};
    db.create_tables_of(PEOPLE).await?;
    let ann = create!(Person { name: "Ann", tasks: [{ title: "a" }] })
        .exec(db)
        .await?;
    let snapshot = TransactionOptions::new().isolation(Isolation::RepeatableRead);
    let writer = db
        .transaction_with(snapshot, async |tx| {
            let before = Person::all().include(|p| p.tasks).all(tx).await?;
            // A writer of another task comes between the two; where there is one writer only, it waits for its turn.
            let writer = tokio::spawn({
                let (db, person_id) = (db.clone(), ann.id);
                async move {
                    create!(Task {
                        person_id,
                        title: "b"
                    })
                    .exec(&db)
                    .await
                }
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            let after = Person::all().include(|p| p.tasks).all(tx).await?;
            assert_eq!(before, after);
            Ok(writer)
        })
        .await?;
    writer.await.unwrap()?;
    assert_eq!(Task::all().count(db).await?, 2);
    Ok(())
}

on_every_database! { KEYS;
    what_went_well_is_kept [dynamodb: "a transaction of several steps"],
    an_error_rolls_back [dynamodb: "a transaction of several steps"],
    an_error_type_of_ones_own [dynamodb: "a transaction of several steps"],
    panic_in_user_closure_rolls_back [dynamodb: "a transaction of several steps"],
    savepoint_rollback_keeps_outer [dynamodb: "a transaction of several steps"],
    a_failed_statement_leaves_the_transaction_usable [
        postgresql differs: "a statement that fails ends its transaction: what may fail stands in a transaction inside of it",
        dynamodb: "a transaction of several steps",
    ],
    a_dropped_transaction_leaves_nothing [dynamodb: "a transaction of several steps"],
    a_dropped_inner_transaction_leaves_the_outer_one [dynamodb: "a transaction of several steps"],
    a_stream_that_outlives_its_transaction_says_so [dynamodb: "a transaction of several steps"],
    a_stream_inside_a_transaction [dynamodb: "a transaction of several steps"],
    a_second_task_waits_for_its_turn [
        postgresql varies: "transactions run beside each other, as far apart as their isolation says",
        dynamodb: "a transaction of several steps",
    ],
    a_spawned_task_can_use_a_transaction [dynamodb: "a transaction of several steps"],
    sqlite_begin_immediate_for_writes [
        postgresql varies: "two transactions can read a row before one of them changes it: the other one meets a version that has changed",
        dynamodb: "a transaction of several steps",
    ],
    writers_that_retry_on_a_version_lose_no_update,
    many_tasks_see_one_database,
    preload_inside_tx_sees_one_snapshot [dynamodb: "a transaction of several steps"],
}
