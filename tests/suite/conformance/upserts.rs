//! New rows that may be there already.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, Login};
use crate::models::people::{Passport, Person, Shelf, Task};
use toasty::{Db, ErrorKind, Model, ModelDef, Result, Upserted, create};

const MODELS: &[&ModelDef] = &[
    Account::DEF,
    Login::DEF,
    Shelf::DEF,
    Person::DEF,
    Passport::DEF,
    Task::DEF,
];

async fn a_row_that_is_there_is_left_as_it_is(db: &Db) -> Result<()> {
    let new = |balance| {
        create!(Account {
            owner: "ann",
            balance
        })
        .on_conflict(|account| account.owner)
        .ignore()
    };
    let ann = new(1).exec(db).await?.expect("a new row");
    assert_eq!((ann.balance, ann.version), (1, 1));
    assert_eq!(new(2).exec(db).await?, None);
    assert_eq!(Account::get_by_id(db, ann.id).await?, ann);
    Ok(())
}

async fn a_row_that_is_there_gets_the_fields_that_are_named(db: &Db) -> Result<()> {
    let upsert = |name, visits| {
        create!(Login {
            email: "ann@b",
            name,
            visits
        })
        .on_conflict(|login| login.email)
        .update(|login| login.visits)
    };
    let first = upsert("Ann", 1).exec(db).await?;
    assert!(first.is_inserted());
    let second = upsert("Bob", 5).exec(db).await?;
    let Upserted::Updated(row) = &second else {
        panic!("{second:?}");
    };
    assert_eq!((row.name.as_str(), row.visits), ("Ann", 5));
    let first = first.into_row();
    assert_eq!(row.id, first.id);
    assert!(row.changed >= first.changed);
    assert_eq!(Login::get_by_email(db, "ann@b").await?, second.into_row());
    Ok(())
}

async fn all_fields_but_the_key_are_the_new_ones(db: &Db) -> Result<()> {
    let upsert = |label| {
        create!(Shelf {
            room: "a",
            number: 1,
            label
        })
        .on_conflict(|shelf| (shelf.room, shelf.number))
        .update_all()
    };
    assert!(upsert("old").exec(db).await?.is_inserted());
    let Upserted::Updated(shelf) = upsert("new").exec(db).await? else {
        panic!("it was there");
    };
    assert_eq!(shelf.label, "new");
    assert_eq!(Shelf::all().count(db).await?, 1);
    Ok(())
}

async fn a_version_counts_up(db: &Db) -> Result<()> {
    let upsert = |balance| {
        create!(Account {
            owner: "ann",
            balance
        })
        .on_conflict(|account| account.owner)
        .update_all()
    };
    let before = upsert(1).exec(db).await?.into_row();
    let after = upsert(2).exec(db).await?.into_row();
    assert_eq!((after.id, after.balance, after.version), (before.id, 2, 2));
    assert!(
        before
            .update()
            .balance(3)
            .exec(db)
            .await
            .unwrap_err()
            .is_condition_failed()
    );
    Ok(())
}

async fn a_conflict_by_other_fields_is_an_error(db: &Db) -> Result<()> {
    create!(Login {
        email: "a@b",
        name: "a",
        nick: "n"
    })
    .exec(db)
    .await?;
    let error = create!(Login {
        email: "c@d",
        name: "c",
        nick: "n"
    })
    .on_conflict(|login| login.email)
    .ignore()
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(error.fields(), ["nick"]);
    assert_eq!(Login::all().count(db).await?, 1);
    Ok(())
}

async fn what_cannot_conflict_is_refused(db: &Db) -> Result<()> {
    let metered = db.metered();
    let error = create!(Account { owner: "a" })
        .on_conflict(|account| account.balance)
        .ignore()
        .exec(&metered)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() && error.fields() == ["balance"],
        "{error:?}"
    );
    let error = create!(Account { owner: "a" })
        .on_conflict(|account| account.id)
        .ignore()
        .exec(&metered)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (ErrorKind::MissingField, ["id".to_owned()].as_slice())
    );
    let error = create!(Account { owner: "a" })
        .on_conflict(|account| account.owner)
        .update(|account| (account.balance, account.version))
        .exec(&metered)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() && error.fields() == ["version"],
        "{error:?}"
    );
    let error = create!(Person { name: "a", tasks: [{ title: "t" }] })
        .on_conflict(|person| person.name)
        .ignore()
        .exec(&metered)
        .await
        .unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    assert_eq!(metered.report().statements, 0);
    Ok(())
}

async fn in_a_transaction_a_conflict_does_not_end_it(db: &Db) -> Result<()> {
    create!(Account {
        owner: "ann",
        balance: 1
    })
    .exec(db)
    .await?;
    db.transaction(async |tx| {
        let upsert = |balance| {
            create!(Account {
                owner: "ann",
                balance
            })
            .on_conflict(|account| account.owner)
            .update(|account| account.balance)
        };
        assert!(!upsert(2).exec(tx).await?.is_inserted());
        assert_eq!(upsert(3).exec(tx).await?.into_row().balance, 3);
        Result::Ok(())
    })
    .await?;
    assert_eq!(Account::get_by_owner(db, "ann").await?.balance, 3);
    Ok(())
}

async fn of_many_rows_those_that_are_there_are_left_or_changed(db: &Db) -> Result<()> {
    create!(Account [{ owner: "a", balance: 1 }, { owner: "c", balance: 1 }])
        .exec(db)
        .await?;
    let rows = || {
        Account::create_many(
            ["a", "b", "c", "d"].map(|owner| create!(Account { owner, balance: 7 })),
        )
    };
    let written = rows()
        .on_conflict(|account| account.owner)
        .ignore()
        .exec(db)
        .await?;
    assert_eq!(written, 2);
    let balances = async || {
        let rows = sorted(Account::all().all(db).await?, |row| row.owner.clone());
        Result::Ok(
            rows.into_iter()
                .map(|row| (row.balance, row.version))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(balances().await?, [(1, 1), (7, 1), (1, 1), (7, 1)]);
    let written = rows()
        .on_conflict(|account| account.owner)
        .update_all()
        .exec(db)
        .await?;
    assert_eq!(written, 4);
    assert_eq!(balances().await?, [(7, 2), (7, 2), (7, 2), (7, 2)]);
    let twice = Account::create_many(["x", "x"].map(|owner| create!(Account { owner })));
    let error = twice
        .on_conflict(|account| account.owner)
        .update_all()
        .exec(db)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() && error.fields() == ["owner"],
        "{error:?}"
    );
    Ok(())
}

on_every_database! { MODELS;
    a_row_that_is_there_is_left_as_it_is,
    a_row_that_is_there_gets_the_fields_that_are_named,
    all_fields_but_the_key_are_the_new_ones,
    a_version_counts_up,
    a_conflict_by_other_fields_is_an_error,
    what_cannot_conflict_is_refused,
    in_a_transaction_a_conflict_does_not_end_it [dynamodb: "a transaction of several steps"],
    of_many_rows_those_that_are_there_are_left_or_changed [dynamodb: "several rows of which some"],
}
