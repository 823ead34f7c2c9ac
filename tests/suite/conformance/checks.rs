//! Conditions that the writes of an `atomic` depend on.

use crate::cases::on_every_database;
use crate::models::keys::{Account, Login};
use crate::models::readings::Reading;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[Account::DEF, Login::DEF, Reading::DEF];

async fn a_check_that_holds_lets_the_others_be_done(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 10
    })
    .exec(db)
    .await?;
    let (unit, bob) = db
        .atomic((
            ann.check(|account| account.balance.ge(10)),
            create!(Account { owner: "bob" }),
        ))
        .await?;
    assert_eq!((unit, bob.owner.as_str()), ((), "bob"));
    assert_eq!(
        Account::get_by_id(db, ann.id).await?,
        ann,
        "it was only looked at"
    );
    let found = Account::find_by_id(ann.id).filter(|account| account.owner.starts_with("a"));
    db.atomic((found.check(), bob.update().balance(1))).await?;
    assert_eq!(Account::get_by_id(db, bob.id).await?.balance, 1);
    Ok(())
}

async fn a_check_that_fails_undoes_all_and_is_named(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 9
    })
    .exec(db)
    .await?;
    let error = db
        .atomic((
            create!(Login {
                email: "x",
                name: "x"
            }),
            ann.check(|account| account.balance.ge(10)),
            create!(Account { owner: "bob" }),
        ))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ConditionFailed, Some("Account"))
    );
    assert!(error.fields().contains(&"balance".to_owned()), "{error:?}");
    let told = error.message();
    assert!(told.starts_with("part 2 of `atomic`, a check"), "{error:?}");
    assert_eq!(Account::all().count(db).await?, 1);
    assert_eq!(Login::all().count(db).await?, 0);
    Ok(())
}

async fn the_version_that_was_read_is_checked_too(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    ann.update().balance(1).exec(db).await?;
    let error = db
        .atomic((
            ann.check(|account| account.balance.ge(0)),
            create!(Account { owner: "bob" }),
        ))
        .await
        .unwrap_err();
    assert!(error.is_condition_failed(), "{error:?}");
    assert_eq!(Account::all().count(db).await?, 1);
    Ok(())
}

async fn a_row_that_is_gone_fails_its_check(db: &Db) -> Result<()> {
    let row = create!(Reading {
        sensor: "roof",
        at: 1
    })
    .exec(db)
    .await?;
    row.delete().exec(db).await?;
    let error = db
        .atomic((
            row.check(|reading| reading.value.eq(0)),
            create!(Account { owner: "bob" }),
        ))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ConditionFailed, Some("Reading"))
    );
    let never = Account::find_by_id(1u64).filter(|_| toasty::Filter::never());
    let error = db
        .atomic((never.check(), create!(Account { owner: "bob" })))
        .await;
    assert!(error.unwrap_err().is_condition_failed());
    assert_eq!(Account::all().count(db).await?, 0);
    Ok(())
}

async fn what_a_database_cannot_say_itself_is_checked_too(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "Ann" }).exec(db).await?;
    let check = || ann.check(|account| account.owner.ends_with("nn"));
    db.atomic((check(), create!(Account { owner: "bob" })))
        .await?;
    let failing = ann.check(|account| account.owner.ends_with("xx"));
    let error = db
        .atomic((failing, create!(Account { owner: "cid" })))
        .await;
    assert!(error.unwrap_err().is_condition_failed());
    assert_eq!(Account::all().count(db).await?, 2);
    Ok(())
}

async fn checks_alone_stand_in_lists_too(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let bob = create!(Account { owner: "bob" }).exec(db).await?;
    let both = || {
        vec![&ann, &bob]
            .into_iter()
            .map(|row| row.check(|account| account.balance.eq(0)))
    };
    db.atomic(both().collect::<Vec<_>>()).await?;
    bob.update().balance(1).exec(db).await?;
    assert!(db.atomic(both().collect::<Vec<_>>()).await.is_err());
    // Parts in lists and tuples are counted one by one.
    let rows: Vec<_> = ["cid", "dan"]
        .into_iter()
        .map(|owner| create!(Account { owner }))
        .collect();
    let nested = (rows, (both().collect::<Vec<_>>(),));
    let error = db.atomic(nested).await.unwrap_err();
    assert!(
        error.message().starts_with("part 4 of `atomic`"),
        "{error:?}"
    );
    assert_eq!(error.fields(), ["balance", "version"]);
    Ok(())
}

async fn a_check_of_a_row_that_is_changed_as_well(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 10
    })
    .exec(db)
    .await?;
    db.atomic((
        ann.check(|account| account.balance.ge(10)),
        ann.update().balance(0),
    ))
    .await?;
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 0);
    Ok(())
}

async fn nobody_changes_the_row_before_the_others_are_done(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 10
    })
    .exec(db)
    .await?;
    let tx = db.begin().await?;
    tx.atomic((
        ann.check(|account| account.balance.ge(10)),
        create!(Account { owner: "bob" }),
    ))
    .await?;
    let (other, row) = (db.clone(), ann.clone());
    let change = tokio::spawn(async move { row.update().balance(0).exec(&other).await });
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(!change.is_finished(), "it waits for the transaction");
    tx.commit().await?;
    change.await.unwrap()?;
    Ok(())
}

on_every_database! { MODELS;
    a_check_that_holds_lets_the_others_be_done,
    a_check_that_fails_undoes_all_and_is_named,
    the_version_that_was_read_is_checked_too,
    a_row_that_is_gone_fails_its_check,
    what_a_database_cannot_say_itself_is_checked_too,
    checks_alone_stand_in_lists_too,
    a_check_of_a_row_that_is_changed_as_well [dynamodb: "in one transaction"],
    nobody_changes_the_row_before_the_others_are_done [dynamodb: "a transaction of several steps"],
}
