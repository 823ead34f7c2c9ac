//! Many instances removed at once: all of them, or none.

use crate::cases::on_every_database;
use crate::models::keys::Account;
use crate::models::people::{Passport, Person};
use crate::models::readings::Reading;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[Account::DEF, Reading::DEF, Person::DEF, Passport::DEF];

async fn accounts(db: &Db, count: usize) -> Result<Vec<Account>> {
    let rows = (0..count).map(|number| {
        create!(Account {
            owner: format!("{number:05}")
        })
    });
    Account::create_many(rows).in_chunks().returning(db).await
}

async fn many_rows_are_one_statement(db: &Db) -> Result<()> {
    let rows = accounts(db, 1_500).await?;
    let metered = db.metered();
    let some = rows[..1_400].iter().map(|row| row.delete());
    assert_eq!(Account::delete_many(some).exec(&metered).await?, 1_400);
    assert_eq!(metered.report().statements, 1);
    assert_eq!(Account::all().count(db).await?, 100);
    assert_eq!(Account::delete_many(&rows[..0]).exec(&metered).await?, 0);
    assert_eq!(metered.report().statements, 1, "none ask no database");
    Ok(())
}

async fn rows_are_found_by_a_key_of_several_fields(db: &Db) -> Result<()> {
    let rows = [1, 2, 3].map(|at| {
        create!(Reading {
            sensor: "roof",
            at: at
        })
    });
    let rows = Reading::create_many(rows).returning(db).await?;
    assert_eq!(Reading::delete_many(&rows[..2]).exec(db).await?, 2);
    assert_eq!(Reading::all().all(db).await?, [rows[2].clone()]);
    Ok(())
}

async fn a_row_that_has_changed_keeps_all_of_them(db: &Db) -> Result<()> {
    let rows = accounts(db, 20).await?;
    rows[7].update().balance(1).exec(db).await?;
    let all = rows.iter().map(|row| row.delete());
    let error = Account::delete_many(all).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ConditionFailed, Some("Account"))
    );
    assert_eq!(Account::all().count(db).await?, 20);
    Ok(())
}

async fn the_error_says_which_of_the_removals_it_was(db: &Db) -> Result<()> {
    let rows = accounts(db, 5).await?;
    rows[3].delete().exec(db).await?;
    db.transaction(async |tx| {
        let all = rows.iter().map(|row| row.delete());
        let error = Account::delete_many(all).exec(tx).await.unwrap_err();
        assert!(
            error.message().starts_with("removal 4 of the list"),
            "{error:?}"
        );
        assert_eq!(Account::all().count(tx).await?, 4);
        Ok(())
    })
    .await
}

async fn rows_that_are_referred_to_stay(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let bob = create!(Person { name: "Bob" }).exec(db).await?;
    create!(Passport {
        number: "x",
        person_id: bob.id
    })
    .exec(db)
    .await?;
    let error = Person::delete_many([ann.delete(), bob.delete()])
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(Person::all().count(db).await?, 2);
    Ok(())
}

async fn what_cannot_be_one_removal_is_refused(db: &Db) -> Result<()> {
    let rows = accounts(db, 1).await?;
    let twice = [rows[0].delete(), rows[0].delete()];
    let error = Account::delete_many(twice).exec(db).await.unwrap_err();
    assert!(error.is_unsupported() && error.message().contains("two removals of one row"));
    let by_key = [Account::delete_by_id(rows[0].id)];
    let error = Account::delete_many(by_key).exec(db).await.unwrap_err();
    assert!(
        error.is_unsupported() && error.advice().unwrap().contains("in_list"),
        "{error:?}"
    );
    assert_eq!(Account::all().count(db).await?, 1);
    Ok(())
}

on_every_database! { MODELS;
    many_rows_are_one_statement [dynamodb: "actions (rows and their unique values)"],
    rows_are_found_by_a_key_of_several_fields,
    a_row_that_has_changed_keeps_all_of_them,
    the_error_says_which_of_the_removals_it_was [dynamodb: "a transaction of several steps"],
    rows_that_are_referred_to_stay [
        dynamodb differs: "it knows no references between tables: rows that others refer to can be deleted",
    ],
    what_cannot_be_one_removal_is_refused,
}
