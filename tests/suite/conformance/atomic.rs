//! Several writes as one.

use crate::cases::on_every_database;
use crate::models::keys::{Account, KEYS, Login};
use toasty::{Db, Result, create};

async fn each_part_gives_what_it_does(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let bob = create!(Account { owner: "bob" }).exec(db).await?;
    let (cid, changed, gone, login) = db
        .atomic((
            create!(Account {
                owner: "cid",
                balance: 3
            }),
            ann.update().balance(5),
            bob.delete(),
            create!(Login {
                email: "ann@example.com",
                name: "Ann"
            }),
        ))
        .await?;
    assert_eq!((cid.owner.as_str(), cid.balance), ("cid", 3));
    assert_eq!((changed, gone), (1, 1));
    assert_eq!(Account::get_by_id(db, cid.id).await?, cid);
    assert_eq!(Login::get_by_id(db, login.id).await?, login);
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 5);
    assert!(!Account::find_by_id(bob.id).exists(db).await?);
    Ok(())
}

async fn a_list_of_parts(db: &Db) -> Result<()> {
    let new: Vec<_> = ["a", "b", "c"]
        .into_iter()
        .map(|owner| create!(Account { owner }))
        .collect();
    let rows = db.atomic(new).await?;
    let owners: Vec<_> = rows.iter().map(|row| row.owner.as_str()).collect();
    assert_eq!(owners, ["a", "b", "c"]);
    let changes: Vec<_> = rows.iter().map(|row| row.update().balance(1)).collect();
    let (changed, none) = db
        .atomic((changes, Vec::<crate::models::keys::CreateAccount>::new()))
        .await?;
    assert_eq!((changed, none.len()), (vec![1, 1, 1], 0));
    Ok(())
}

async fn one_part_that_fails_undoes_all(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let error = db
        .atomic((
            create!(Account { owner: "new" }),
            ann.update().balance(7),
            create!(Account { owner: "ann" }),
        ))
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(error.model(), Some("Account"));
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 0);
    assert!(!Account::find_by_owner("new").exists(db).await?);
    Ok(())
}

async fn an_instance_that_has_changed_undoes_all(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    ann.update().balance(1).exec(db).await?;
    let error = db
        .atomic((create!(Account { owner: "new" }), ann.update().balance(2)))
        .await
        .unwrap_err();
    assert!(error.is_condition_failed(), "{error:?}");
    let error = db
        .atomic((create!(Account { owner: "new" }), ann.delete()))
        .await
        .unwrap_err();
    assert!(error.is_condition_failed(), "{error:?}");
    assert!(!Account::find_by_owner("new").exists(db).await?);
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 1);
    Ok(())
}

async fn inside_a_transaction_it_is_all_or_nothing_too(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        create!(Account { owner: "before" }).exec(tx).await?;
        let failed = tx
            .atomic((
                create!(Account { owner: "x" }),
                create!(Account { owner: "before" }),
            ))
            .await;
        assert!(failed.unwrap_err().is_unique_violation());
        let (x, y) = tx
            .atomic((
                create!(Account { owner: "x" }),
                create!(Account { owner: "y" }),
            ))
            .await?;
        assert_ne!(x.id, y.id);
        Ok(())
    })
    .await?;
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn a_metered_handle_adds_up(db: &Db) -> Result<()> {
    let metered = db.metered();
    assert_eq!(metered.report(), toasty::CostReport::default());
    create!(Account { owner: "a" }).exec(&metered).await?;
    create!(Account { owner: "b" }).exec(db).await?;
    let rows = Account::all().all(&metered).await?;
    let mut stream = Account::all().stream(&metered);
    while let Some(row) = stream.next().await {
        row?;
    }
    drop(stream);
    let report = metered.take_report();
    assert_eq!((rows.len(), report.statements, report.rows), (2, 3, 5));
    assert_eq!(metered.report().statements, 0);
    if db.system() == "aws.dynamodb" {
        assert!(report.requests >= 3 && report.read_units > 0.0 && report.write_units > 0.0);
    }
    Ok(())
}

async fn the_transactions_of_a_metered_handle_count(db: &Db) -> Result<()> {
    let metered = db.metered();
    metered
        .transaction(async |tx| {
            create!(Account { owner: "a" }).exec(tx).await?;
            Account::all().count(tx).await
        })
        .await?;
    assert_eq!(metered.report().statements, 2);
    Ok(())
}

on_every_database! { KEYS;
    each_part_gives_what_it_does,
    a_list_of_parts,
    one_part_that_fails_undoes_all,
    an_instance_that_has_changed_undoes_all,
    inside_a_transaction_it_is_all_or_nothing_too [dynamodb: "transaction"],
    a_metered_handle_adds_up,
    the_transactions_of_a_metered_handle_count [dynamodb: "transaction"],
}
