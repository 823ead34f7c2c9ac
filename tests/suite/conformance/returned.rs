//! Rows that come back of a write: new ones as they were stored, removed ones as they were.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, CreateAccount, Login, Ticket};
use crate::models::readings::Reading;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[Account::DEF, Login::DEF, Ticket::DEF, Reading::DEF];

fn account(number: i64) -> CreateAccount {
    create!(Account {
        owner: format!("{number:04}"),
        balance: number
    })
}

async fn new_rows_come_back_in_their_order_with_their_keys(db: &Db) -> Result<()> {
    for count in [0, 1, 2, 40] {
        let from = i64::try_from(Account::all().count(db).await?).unwrap();
        let made = Account::create_many((from..from + count).map(account))
            .returning(db)
            .await?;
        let balances: Vec<i64> = made.iter().map(|row| row.balance).collect();
        assert_eq!(balances, (from..from + count).collect::<Vec<_>>());
        assert!(made.is_sorted_by(|a, b| a.id < b.id));
        for row in &made {
            assert_eq!(Account::get_by_id(db, row.id).await?, *row);
        }
    }
    Ok(())
}

async fn very_many_new_rows_come_back(db: &Db) -> Result<()> {
    let made = Account::create_many((0..5_000).map(account))
        .in_chunks()
        .returning(db)
        .await?;
    let stored = sorted(Account::all().all(db).await?, |row| row.balance);
    assert!(made == stored, "each with its own key");
    Ok(())
}

async fn keys_that_are_made_here_come_back_too(db: &Db) -> Result<()> {
    let rows = (0..5).map(|number| {
        create!(Login {
            email: number.to_string(),
            name: number.to_string()
        })
    });
    let made = Login::create_many(rows).returning(db).await?;
    for (number, row) in made.iter().enumerate() {
        assert_eq!(row.email, number.to_string());
        assert_eq!(Login::get_by_id(db, row.id).await?, *row);
    }
    let rows = [5, 3].map(|at| {
        create!(Reading {
            sensor: "roof",
            at: at
        })
    });
    let made = Reading::create_many(rows).returning(db).await?;
    assert_eq!(made.iter().map(|row| row.at).collect::<Vec<_>>(), [5, 3]);
    Ok(())
}

async fn removed_rows_come_back_as_they_were(db: &Db) -> Result<()> {
    let made = Account::create_many((0..6).map(account))
        .returning(db)
        .await?;
    assert_eq!(made[0].delete().returning(db).await?, [made[0].clone()]);
    let gone = Account::delete_by_id(made[1].id).returning(db).await?;
    assert_eq!(gone, [made[1].clone()]);
    assert_eq!(Account::delete_by_id(made[1].id).returning(db).await?, []);
    let some = Account::filter(|account| account.balance.ge(4)).allow_scan();
    let gone = sorted(some.delete().returning(db).await?, |row| row.balance);
    assert_eq!(gone, made[4..]);
    let error = made[0].delete().returning(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    assert_eq!(Account::all().count(db).await?, 2);
    Ok(())
}

async fn removed_rows_without_guards_come_back_as_they_were(db: &Db) -> Result<()> {
    let rows = (0..130).map(|at| {
        create!(Reading {
            sensor: "roof",
            at: at,
            value: at
        })
    });
    let made = Reading::create_many(rows).in_chunks().returning(db).await?;
    let one = Reading::filter(|reading| reading.sensor.eq("roof") & reading.at.eq(7));
    assert_eq!(one.delete().returning(db).await?, [made[7].clone()]);
    let all = Reading::filter(|reading| reading.sensor.eq("roof")).in_chunks();
    let gone = sorted(all.delete().returning(db).await?, |row| row.at);
    assert_eq!((gone.len(), &gone[0], &gone[7]), (129, &made[0], &made[8]));
    Ok(())
}

on_every_database! { MODELS;
    new_rows_come_back_in_their_order_with_their_keys,
    very_many_new_rows_come_back,
    keys_that_are_made_here_come_back_too,
    removed_rows_come_back_as_they_were,
    removed_rows_without_guards_come_back_as_they_were,
}
