//! What an update sets, said by a closure.

use crate::cases::on_every_database;
use crate::models::figures::{Figure, Mood};
use crate::models::keys::Account;
use crate::models::values::{Parcel, address};
use toasty::expr::{coalesce, length, lower};
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[Figure::DEF, Account::DEF, Parcel::DEF];

async fn a_field_is_set_by_the_row_as_it_was(db: &Db) -> Result<()> {
    for id in 1..=2u64 {
        create!(Figure {
            id,
            shop: "north",
            title: "ABC",
            number: 5
        })
        .exec(db)
        .await?;
    }
    let one = Figure::get_by_id(db, 1u64).await?;
    let changed = one.update().assign(|f| f.number.to(f.number + 1)).exec(db);
    assert_eq!(changed.await?, 1);
    assert_eq!(Figure::get_by_id(db, 1u64).await?.number, 6);
    let changed = Figure::filter(|f| f.shop.eq("north"))
        .update()
        .assign(|f| {
            (
                f.number.to(f.number * 2),
                f.other.to(f.number),
                f.title.to(lower(f.title)),
                f.label.to("x"),
                f.amount.to(length(f.title)),
                f.mood.to(Mood::Angry),
            )
        })
        .done(true)
        .exec(db);
    assert_eq!(changed.await?, 2);
    let one = Figure::get_by_id(db, 1u64).await?;
    assert_eq!((one.number, one.other), (12, Some(6)));
    assert_eq!(
        (one.title.as_str(), one.label.as_deref()),
        ("abc", Some("x"))
    );
    assert_eq!((one.amount, one.mood, one.done), (3, Mood::Angry, true));
    let rows = Figure::update_by_id(2u64)
        .assign(|f| f.other.to(coalesce(f.other, 0) + 1))
        .returning(db)
        .await?;
    assert_eq!(rows[0].other, Some(6));
    Ok(())
}

async fn a_version_counts_up_all_the_same(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let deposit = || ann.update().assign(|a| a.balance.to(a.balance + 3));
    deposit().exec(db).await?;
    let read = Account::get_by_id(db, ann.id).await?;
    assert_eq!((read.balance, read.version), (3, ann.version + 1));
    let error = deposit().exec(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    let error = read.update().assign(|a| a.version.to(9u64)).exec(db).await;
    assert!(error.unwrap_err().is_unsupported());
    Ok(())
}

async fn a_part_of_an_embedded_value_is_set_by_itself(db: &Db) -> Result<()> {
    let parcel = create!(Parcel {
        sender: address("a", "b", 1),
        receiver: address("c", "d", 2)
    })
    .exec(db)
    .await?;
    let update = parcel.update().assign(|p| {
        (
            p.receiver.city.name.to("x"),
            p.sender.to(address("e", "f", 3)),
        )
    });
    update.exec(db).await?;
    let read = Parcel::get_by_id(db, parcel.id).await?;
    assert_eq!(read.sender, address("e", "f", 3));
    assert_eq!(read.receiver, address("c", "x", 2));
    Ok(())
}

async fn of_what_is_set_twice_the_later_stays(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let update = ann
        .update()
        .balance(1)
        .assign(|a| (a.balance.to(2), a.balance.to(a.balance - 4)));
    update.exec(db).await?;
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, -4);
    Ok(())
}

async fn it_is_a_part_of_several_writes(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 5
    })
    .exec(db)
    .await?;
    let bob = create!(Account { owner: "bob" }).exec(db).await?;
    db.atomic((
        ann.check(|a| a.balance.ge(5)),
        bob.update().assign(|a| a.balance.to(a.balance + 5)),
    ))
    .await?;
    assert_eq!(Account::get_by_id(db, bob.id).await?.balance, 5);
    Ok(())
}

async fn what_is_of_another_model_is_refused(db: &Db) -> Result<()> {
    let ann = create!(Account { owner: "ann" }).exec(db).await?;
    let foreign = Figure::FIELDS.number + 1;
    let error = ann
        .update()
        .assign(|a| a.balance.to(foreign))
        .exec(db)
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (
            ErrorKind::Unsupported,
            Some("Account"),
            ["balance".to_owned()].as_slice()
        )
    );
    assert!(error.advice().is_some());
    Ok(())
}

on_every_database! { MODELS;
    a_field_is_set_by_the_row_as_it_was,
    a_version_counts_up_all_the_same,
    a_part_of_an_embedded_value_is_set_by_itself,
    of_what_is_set_twice_the_later_stays,
    it_is_a_part_of_several_writes,
    what_is_of_another_model_is_refused,
}
