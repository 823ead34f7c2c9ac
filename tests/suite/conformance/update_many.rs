//! Different changes of many rows at once.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, Login};
use crate::models::people::Shelf;
use crate::models::values::{Color, Everything};
use jiff::civil;
use rust_decimal::Decimal;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};
use uuid::Uuid;

const MODELS: &[&ModelDef] = &[Account::DEF, Login::DEF, Shelf::DEF, Everything::DEF];

async fn accounts(db: &Db, count: usize) -> Result<Vec<Account>> {
    let rows = (0..count).map(|number| {
        create!(Account {
            owner: format!("{number:05}")
        })
    });
    Account::create_many(rows).in_chunks().exec(db).await?;
    Ok(sorted(Account::all().all(db).await?, |row| {
        row.owner.clone()
    }))
}

async fn each_row_gets_its_own_values(db: &Db) -> Result<()> {
    let before = accounts(db, 40).await?;
    let updates = (0i64..)
        .zip(&before)
        .map(|(number, row)| row.update().balance(number * 7));
    assert_eq!(Account::update_many(updates).exec(db).await?, 40);
    let after = sorted(Account::all().all(db).await?, |row| row.owner.clone());
    for (number, row) in (0i64..).zip(&after) {
        assert_eq!((row.balance, row.version), (number * 7, 2));
    }
    Ok(())
}

async fn updates_of_the_same_fields_are_one_statement(db: &Db) -> Result<()> {
    let rows = accounts(db, 300).await?;
    for _ in 0..2 {
        let rows = Account::all().all(db).await?;
        let metered = db.metered();
        let updates = (0i64..).zip(&rows).map(|(number, row)| {
            let update = row.update().balance(number);
            if number % 3 == 0 {
                update.owner(format!("new {}", row.owner))
            } else {
                update
            }
        });
        assert_eq!(Account::update_many(updates).exec(&metered).await?, 300);
        assert_eq!(metered.report().statements, 2, "one for each set of fields");
    }
    let metered = db.metered();
    let stale = rows.iter().map(|row| row.update().balance(1));
    assert!(
        Account::update_many(stale)
            .exec(&metered)
            .await
            .unwrap_err()
            .is_condition_failed()
    );
    Ok(())
}

async fn a_row_that_has_changed_keeps_all_from_being_changed(db: &Db) -> Result<()> {
    let rows = accounts(db, 20).await?;
    rows[7].update().balance(1).exec(db).await?;
    let updates = || rows.iter().map(|row| row.update().balance(50));
    let error = Account::update_many(updates()).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ConditionFailed, Some("Account"))
    );
    let after = Account::filter(|account| account.balance.eq(50)).allow_scan();
    assert_eq!(after.count(db).await?, 0);
    Ok(())
}

async fn the_error_says_which_of_the_updates_it_was(db: &Db) -> Result<()> {
    db.transaction(async |_| Result::Ok(())).await?;
    let rows = accounts(db, 700).await?;
    for place in [0, 511, 512, 699] {
        rows[place].delete().exec(db).await?;
        let fresh = Account::all().all(db).await?;
        let mut updates: Vec<_> = sorted(fresh, |row| row.owner.clone())
            .iter()
            .map(|row| row.update().balance(3))
            .collect();
        updates.insert(place.min(updates.len()), rows[place].update().balance(3));
        let error = Account::update_many(updates).exec(db).await.unwrap_err();
        let at = place.min(699) + 1;
        assert!(
            error.message().contains(&format!("update {at} of")),
            "{place}: {error}"
        );
        let again = create!(Account {
            owner: rows[place].owner.as_str()
        });
        again.exec(db).await?;
    }
    assert_eq!(
        Account::filter(|account| account.balance.eq(3))
            .count(db)
            .await?,
        0
    );
    Ok(())
}

async fn a_violation_leaves_all_rows_as_they_were(db: &Db) -> Result<()> {
    let rows = accounts(db, 3).await?;
    let updates = rows
        .iter()
        .map(|row| row.update().balance(9).owner("the same"));
    let error = Account::update_many(updates).exec(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(error.model(), Some("Account"));
    assert_eq!(
        sorted(Account::all().all(db).await?, |row| row.owner.clone()),
        rows
    );
    Ok(())
}

async fn every_type_is_changed_exactly(db: &Db) -> Result<()> {
    let rows = [
        create!(Everything {}).exec(db).await?,
        create!(Everything {}).exec(db).await?,
    ];
    let updates = (1u8..).zip(&rows).map(|(number, row)| {
        row.update()
            .truth(number == 1)
            .signed16(-i16::from(number))
            .unsigned64(u64::from(number))
            .float64(f64::from(number) / 4.0)
            .text(format!("it's {number}"))
            .bytes(vec![number, 0])
            .uuid(Uuid::from_u128(u128::from(number)))
            .instant(jiff::Timestamp::constant(i64::from(number), 1_000))
            .date(civil::date(2026, 1, 2))
            .time(civil::time(3, 4, 5, 6_000))
            .date_time(civil::datetime(2026, 1, 2, 3, 4, 5, 6_000))
            .decimal(Decimal::new(i64::from(number), 2))
            .json(serde_json::json!({ "n": number }))
            .color(Color::Blue)
    });
    assert_eq!(Everything::update_many(updates).exec(db).await?, 2);
    for (number, row) in (1u8..).zip(&rows) {
        let row = Everything::get_by_id(db, row.id).await?;
        assert_eq!(
            (row.truth, row.signed16, row.unsigned64),
            (number == 1, -i16::from(number), u64::from(number))
        );
        assert_eq!(
            (row.text.as_str(), row.bytes.as_slice()),
            (format!("it's {number}").as_str(), [number, 0].as_slice())
        );
        assert_eq!(
            (row.decimal, row.color),
            (Decimal::new(i64::from(number), 2), Color::Blue)
        );
        assert_eq!(row.json, serde_json::json!({ "n": number }));
        assert_eq!(
            row.instant,
            jiff::Timestamp::constant(i64::from(number), 1_000)
        );
    }
    Ok(())
}

async fn rows_are_found_by_a_key_of_two_fields_and_set_to_null(db: &Db) -> Result<()> {
    let shelves = [("a", 1), ("a", 2), ("b", 1)];
    for (room, number) in shelves {
        create!(Shelf {
            room,
            number,
            label: "old"
        })
        .exec(db)
        .await?;
    }
    let all = Shelf::all().all(db).await?;
    let updates = all.iter().map(|shelf| {
        shelf
            .update()
            .label(format!("{} {}", shelf.room, shelf.number))
    });
    assert_eq!(Shelf::update_many(updates).exec(db).await?, 3);
    for shelf in Shelf::all().all(db).await? {
        assert_eq!(shelf.label, format!("{} {}", shelf.room, shelf.number));
    }
    let login = create!(Login {
        email: "a@b",
        name: "a",
        nick: "n"
    })
    .exec(db)
    .await?;
    assert_eq!(
        Login::update_many([login.update().nick(None)])
            .exec(db)
            .await?,
        1
    );
    let after = Login::get_by_id(db, login.id).await?;
    assert_eq!(after.nick, None);
    assert!(
        after.changed >= login.changed,
        "what is set by itself is set"
    );
    Ok(())
}

async fn what_cannot_be_one_change_is_refused(db: &Db) -> Result<()> {
    let rows = accounts(db, 2).await?;
    let twice = [rows[0].update().balance(1), rows[0].update().balance(2)];
    let error = Account::update_many(twice).exec(db).await.unwrap_err();
    assert!(
        error.is_unsupported() && error.message().contains("two updates of one row"),
        "{error:?}"
    );
    let found = Account::filter(|account| account.balance.eq(0))
        .update()
        .balance(2);
    let error = Account::update_many([rows[0].update().balance(1), found])
        .exec(db)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() && error.message().contains("filter"),
        "{error:?}"
    );
    let error = Account::update_many([rows[0].update()])
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
    assert_eq!(
        Account::update_many(Vec::<<Account as Model>::Update>::new())
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        sorted(Account::all().all(db).await?, |row| row.owner.clone()),
        rows
    );
    Ok(())
}

async fn in_a_transaction_it_is_undone_with_it(db: &Db) -> Result<()> {
    let rows = accounts(db, 4).await?;
    let undone: Result<()> = db
        .transaction(async |tx| {
            rows[3].delete().exec(tx).await?;
            let gone = rows.iter().map(|row| row.update().balance(1));
            assert!(Account::update_many(gone).exec(tx).await.is_err());
            let updates = rows[..3].iter().map(|row| row.update().balance(2));
            assert_eq!(Account::update_many(updates).exec(tx).await?, 3);
            Err(toasty::Error::new(ErrorKind::Busy, "undo it"))
        })
        .await;
    if undone
        .as_ref()
        .is_err_and(|error| error.message() != "undo it")
    {
        return undone;
    }
    assert_eq!(
        sorted(Account::all().all(db).await?, |row| row.owner.clone()),
        rows
    );
    Ok(())
}

on_every_database! { MODELS;
    each_row_gets_its_own_values,
    updates_of_the_same_fields_are_one_statement [dynamodb: "actions (rows and their unique values)"],
    a_row_that_has_changed_keeps_all_from_being_changed,
    the_error_says_which_of_the_updates_it_was [dynamodb: "a transaction of several steps"],
    a_violation_leaves_all_rows_as_they_were,
    every_type_is_changed_exactly,
    rows_are_found_by_a_key_of_two_fields_and_set_to_null,
    what_cannot_be_one_change_is_refused,
    in_a_transaction_it_is_undone_with_it [dynamodb: "a transaction of several steps"],
}
