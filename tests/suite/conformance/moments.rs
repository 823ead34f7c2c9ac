//! Reads that all see one moment.

use crate::cases::{Backend, on_every_database};
use crate::models::keys::{Account, Login};
use crate::models::people::{Person, Task};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use toasty::{
    Db, ErrorKind, Isolation, Model, ModelDef, Result, TransactionOptions, batch, create,
};

const MODELS: &[&ModelDef] = &[Account::DEF, Login::DEF, Person::DEF, Task::DEF];

async fn account(db: &Db, owner: &str, balance: i64) -> Result<Account> {
    create!(Account { owner, balance }).exec(db).await
}

async fn each_part_gives_what_it_finds(db: &Db) -> Result<()> {
    let (ann, bob) = (account(db, "ann", 1).await?, account(db, "bob", 2).await?);
    let login = create!(Login {
        email: "a@x",
        name: "a"
    })
    .exec(db)
    .await?;
    let list = vec![Account::find_by_id(ann.id), Account::find_by_id(404u64)];
    let (one, again, none, values, exists, nobody, listed, both) = batch((
        Account::find_by_id(ann.id).into_one(),
        // The same row once more: no row is read twice.
        Account::find_by_id(ann.id)
            .filter(|a| a.balance.gt(5))
            .into_first(),
        Account::find_by_id(404u64).into_first(),
        Account::find_by_id(bob.id).select(|a| (a.owner, a.balance)),
        Login::find_by_id(login.id).into_exists(),
        Account::filter(|a| a.id.in_list([0u64; 0])).into_count(),
        list,
        Account::filter(|a| a.id.in_list([bob.id, ann.id])),
    ))
    .as_of_one_moment()
    .exec(db)
    .await?;
    assert_eq!((one, again, none), (ann.clone(), None, None));
    assert_eq!(values, [("bob".to_owned(), 2)]);
    assert_eq!((exists, nobody), (true, 0));
    assert_eq!(listed, [vec![ann], vec![]]);
    assert_eq!(both.len(), 2);
    Ok(())
}

/// One moves money, and another looks at both accounts all the time.
async fn what_is_moved_is_seen_in_one_place(db: &Db) -> Result<()> {
    let (ann, bob) = (account(db, "ann", 50).await?, account(db, "bob", 50).await?);
    let over = Arc::new(AtomicBool::new(false));
    let (there, done, ids) = (db.clone(), Arc::clone(&over), (ann.id, bob.id));
    let moving = tokio::spawn(async move {
        for step in 1..=12 {
            let amount = step % 5;
            let moved = there
                .atomic((
                    Account::update_by_id(ids.0).balance(50 - amount),
                    Account::update_by_id(ids.1).balance(50 + amount),
                ))
                .await;
            // A reader may be in the way on DynamoDB.
            if let Err(error) = moved {
                assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
            }
            tokio::task::yield_now().await;
        }
        done.store(true, Ordering::Release);
    });
    let mut looks = 0;
    while looks < 3 || !over.load(Ordering::Acquire) {
        let (one, other) = batch((
            Account::find_by_id(ann.id).into_one(),
            Account::find_by_id(bob.id).into_one(),
        ))
        .as_of_one_moment()
        .exec(db)
        .await?;
        assert_eq!(one.balance + other.balance, 100, "after {looks} looks");
        looks += 1;
        tokio::task::yield_now().await;
    }
    moving.await.unwrap();
    Ok(())
}

/// Their rows are asked for a moment later, and nobody can write them in between.
async fn relations_are_of_the_same_moment(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann", tasks: [{ title: "a" }, { title: "b" }] })
        .exec(db)
        .await?;
    let (ann, tasks) = batch((
        Person::find_by_id(ann.id).include(|p| p.tasks).into_one(),
        Task::filter(|task| task.person_id.eq(ann.id)).into_count(),
    ))
    .as_of_one_moment()
    .exec(db)
    .await?;
    assert_eq!((ann.tasks.get()?.len(), tasks), (2, 2));
    Ok(())
}

async fn rows_that_a_filter_finds(db: &Db) -> Result<()> {
    account(db, "ann", 1).await?;
    let (rich, count) = batch((
        Account::filter(|a| a.owner.eq("ann")),
        Account::filter(|a| a.owner.eq("ann")).into_count(),
    ))
    .as_of_one_moment()
    .exec(db)
    .await?;
    assert_eq!((rich.len(), count), (1, 1));
    Ok(())
}

async fn a_write_among_them_is_refused_before_anything_is_sent(db: &Db) -> Result<()> {
    let ann = account(db, "ann", 1).await?;
    let metered = db.metered();
    for error in [
        batch((Account::find_by_id(ann.id), ann.update().balance(5)))
            .as_of_one_moment()
            .exec(&metered)
            .await
            .unwrap_err(),
        batch((create!(Account { owner: "bob" }),))
            .as_of_one_moment()
            .exec(&metered)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Unsupported, Some("Account"))
        );
        assert!(error.advice().unwrap().contains("atomic"));
    }
    let nothing = batch((Account::filter(|_| toasty::Filter::never()),));
    assert!(
        nothing
            .as_of_one_moment()
            .exec(&metered)
            .await?
            .0
            .is_empty()
    );
    assert_eq!(metered.report().statements, 0);
    Ok(())
}

async fn more_rows_than_a_database_reads_at_once(db: &Db) -> Result<()> {
    let metered = db.metered();
    let many: Vec<_> = (1..=101u64)
        .map(|id| Account::find_by_id(id).into_first())
        .collect();
    let found = batch(many).as_of_one_moment().exec(&metered).await;
    if let Err(error) = &found {
        assert_eq!(error.kind(), ErrorKind::TooComplex);
        assert_eq!(metered.report().requests, 0, "nothing was sent");
    }
    assert_eq!(found?.len(), 101);
    Ok(())
}

/// Which transaction it is only the database can tell.
async fn sql_of_ones_own_reads_and_does_not_write(db: &Db) -> Result<()> {
    let ann = account(db, "ann", 1).await?;
    let told = match Backend::of(db) {
        Backend::PostgreSql => {
            "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')"
        }
        Backend::Sqlite | Backend::DynamoDb => "select 'repeatable read on'",
    };
    let (told, row) = batch((
        toasty::sql(told).as_rows::<(String,)>(),
        Account::find_by_id(ann.id).into_one(),
    ))
    .as_of_one_moment()
    .exec(db)
    .await?;
    assert_eq!((told[0].0.as_str(), row.balance), ("repeatable read on", 1));
    let write = toasty::sql("update account set balance = 9 returning balance").as_rows::<(i64,)>();
    let written = batch((write,)).as_of_one_moment().exec(db).await;
    assert!(written.is_err());
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 1);
    Ok(())
}

async fn a_transaction_has_to_see_one_state_by_itself(db: &Db) -> Result<()> {
    let ann = account(db, "ann", 1).await?;
    let one_state = TransactionOptions::new().isolation(Isolation::RepeatableRead);
    let tx = db.begin_with(one_state).await?;
    ann.update().balance(7).exec(&tx).await?;
    let look = || batch((Account::find_by_id(ann.id).into_one(),)).as_of_one_moment();
    let (seen,) = look().exec(&tx).await?;
    assert_eq!(seen.balance, 7, "with what it wrote itself");
    tx.rollback().await?;
    let tx = db
        .begin_with(TransactionOptions::new().isolation(Isolation::ReadCommitted))
        .await?;
    let seen = look().exec(&tx).await;
    match Backend::of(db) {
        Backend::PostgreSql => {
            let error = seen.unwrap_err();
            assert!(error.is_unsupported(), "{error:?}");
            assert!(error.advice().unwrap().contains("RepeatableRead"));
        }
        Backend::Sqlite | Backend::DynamoDb => assert_eq!(seen?.0.balance, 1),
    }
    Ok(())
}

on_every_database! { MODELS;
    each_part_gives_what_it_finds,
    what_is_moved_is_seen_in_one_place,
    relations_are_of_the_same_moment [dynamodb: "relations of rows as of one moment"],
    rows_that_a_filter_finds [dynamodb: "a read as of one moment that is not by whole keys"],
    a_write_among_them_is_refused_before_anything_is_sent,
    more_rows_than_a_database_reads_at_once [dynamodb: "rows as of one moment"],
    sql_of_ones_own_reads_and_does_not_write [dynamodb: "SQL of your own"],
    a_transaction_has_to_see_one_state_by_itself [dynamodb: "a transaction of several steps"],
}
