//! Many new rows in one call: all of them, or none.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, KEYS, Login, Ticket};
use crate::models::readings::Reading;
use crate::recorder::Recorder;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[KEYS[0], KEYS[1], KEYS[2], KEYS[3], Reading::DEF];

async fn no_rows_ask_no_database(db: &Db) -> Result<()> {
    let recorder = Recorder::start();
    assert_eq!(
        Account::create_many(Vec::<crate::models::keys::CreateAccount>::new())
            .exec(db)
            .await?,
        0
    );
    assert_eq!(recorder.count(), 0);
    Ok(())
}

async fn one_row_and_ten_thousand(db: &Db) -> Result<()> {
    assert_eq!(create!(Account [{ owner: "first" }]).exec(db).await?, 1);
    let recorder = Recorder::start();
    let rows = (0..10_000).map(|number| {
        create!(Account {
            owner: format!("{number}"),
            balance: number
        })
    });
    assert_eq!(Account::create_many(rows).exec(db).await?, 10_000);
    assert_eq!(recorder.count(), 1, "one statement");
    drop(recorder);
    assert_eq!(Account::all().count(db).await?, 10_001);
    let row = Account::get_by_owner(db, "9999").await?;
    assert_eq!(
        (row.balance, row.version),
        (9_999, 1),
        "defaults are filled"
    );
    Ok(())
}

async fn keys_are_made_in_the_order_of_the_rows(db: &Db) -> Result<()> {
    let rows = (0..40).map(|balance| {
        create!(Account {
            owner: format!("{balance}"),
            balance
        })
    });
    assert_eq!(Account::create_many(rows).exec(db).await?, 40);
    let rows = sorted(Account::all().all(db).await?, |account| account.balance);
    assert!(rows.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(
        (rows[39].balance, rows[39].version),
        (39, 1),
        "defaults are filled"
    );
    Ok(())
}

async fn many_rows_in_chunks(db: &Db) -> Result<()> {
    let recorder = Recorder::start();
    let rows = (0..260).map(|number| {
        create!(Account {
            owner: format!("{number}")
        })
    });
    assert_eq!(Account::create_many(rows).in_chunks().exec(db).await?, 260);
    assert_eq!(recorder.count(), 1, "one statement all the same");
    assert_eq!(Account::all().count(db).await?, 260);
    Ok(())
}

async fn a_violation_in_the_middle_leaves_nothing(db: &Db) -> Result<()> {
    for at in [0, 1, 20, 39] {
        create!(Account { owner: "there" }).exec(db).await?;
        let rows = (0..40).map(|number| {
            create!(Account {
                owner: if number == at {
                    "there".to_owned()
                } else {
                    format!("{number}")
                }
            })
        });
        let error = Account::create_many(rows).exec(db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.fields()),
            (
                ErrorKind::UniqueViolation,
                Some("Account"),
                ["owner".to_owned()].as_slice()
            ),
            "at {at}"
        );
        assert_eq!(Account::delete_by_owner("there").exec(db).await?, 1);
        assert_eq!(Account::all().count(db).await?, 0, "at {at}");
        let twice = create!(Account [{ owner: "a" }, { owner: "a" }]);
        let error = twice.exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "in one call");
    }
    Ok(())
}

async fn a_violation_in_the_middle_of_very_many_rows_leaves_nothing(db: &Db) -> Result<()> {
    let rows = || {
        (0..1_500).map(|number| {
            create!(Account {
                owner: format!("{number}")
            })
        })
    };
    Account::create_many(rows()).exec(db).await?;
    Account::all().all_rows().delete().exec(db).await?;
    for at in [0, 1, 511, 512, 513, 1_499] {
        let rows = (0..1_500).map(|number| {
            create!(Account {
                owner: format!(
                    "{}",
                    if number == at {
                        (at + 1) % 1_500
                    } else {
                        number
                    }
                )
            })
        });
        let error = Account::create_many(rows).exec(db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()),
            (ErrorKind::UniqueViolation, ["owner".to_owned()].as_slice()),
            "at {at}"
        );
        assert_eq!(Account::all().count(db).await?, 0, "at {at}");
    }
    assert_eq!(
        create!(Account [{ owner: "a" }, { owner: "b" }])
            .exec(db)
            .await?,
        2
    );
    Ok(())
}

async fn a_violation_inside_a_transaction_leaves_the_rest_of_it(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        create!(Account { owner: "kept" }).exec(tx).await?;
        let error = create!(Account [{ owner: "a" }, { owner: "kept" }])
            .exec(tx)
            .await
            .unwrap_err();
        assert!(error.is_unique_violation());
        create!(Account [{ owner: "b" }, { owner: "c" }])
            .exec(tx)
            .await?;
        Ok(())
    })
    .await?;
    let owners: Vec<_> = Account::all()
        .order_by(|account| account.owner.asc())
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.owner)
        .collect();
    assert_eq!(owners, ["b", "c", "kept"]);
    Ok(())
}

async fn keys_of_all_kinds_are_made_for_many_rows(db: &Db) -> Result<()> {
    create!(Login [{ email: "a", name: "a" }, { email: "b", name: "b" }])
        .exec(db)
        .await?;
    assert_ne!(
        Login::get_by_email(db, "a").await?.id,
        Login::get_by_email(db, "b").await?.id
    );
    create!(Reading [{ sensor: "1", at: 1 }, { sensor: "1", at: 2 }])
        .exec(db)
        .await?;
    create!(Ticket [{ id: 5u64 }, { id: 6u64 }])
        .exec(db)
        .await?;
    assert_eq!(
        (
            Reading::all().count(db).await?,
            Ticket::all().count(db).await?
        ),
        (2, 2)
    );
    Ok(())
}

async fn rows_with_and_without_a_key_are_refused_together(db: &Db) -> Result<()> {
    let error = create!(Account [{ owner: "a" }, { id: 5u64, owner: "b" }])
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let error = create!(Ticket [{}, {}]).exec(db).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Unsupported,
        "rows without any value have no place in a list of values"
    );
    assert_eq!(
        Account::all().count(db).await? + Ticket::all().count(db).await?,
        0
    );
    Ok(())
}

async fn one_row_of_one_column_is_not_taken_for_several(db: &Db) -> Result<()> {
    assert_eq!(create!(Ticket [{ id: 1u64 }]).exec(db).await?, 1);
    assert_eq!(
        create!(Ticket [{ id: 2u64 }, { id: 3u64 }, { id: 4u64 }])
            .exec(db)
            .await?,
        3
    );
    assert_eq!(Ticket::all().count(db).await?, 4);
    Ok(())
}

on_every_database! { MODELS;
    no_rows_ask_no_database,
    one_row_and_ten_thousand [dynamodb: "as one"],
    keys_are_made_in_the_order_of_the_rows,
    many_rows_in_chunks,
    a_violation_in_the_middle_leaves_nothing,
    a_violation_in_the_middle_of_very_many_rows_leaves_nothing [dynamodb: "as one"],
    a_violation_inside_a_transaction_leaves_the_rest_of_it [
        postgresql differs: "a statement that fails ends its transaction: what may fail stands in a transaction inside of it",
        dynamodb: "a transaction of several steps",
    ],
    keys_of_all_kinds_are_made_for_many_rows,
    rows_with_and_without_a_key_are_refused_together,
    one_row_of_one_column_is_not_taken_for_several,
}
