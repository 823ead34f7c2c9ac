//! Updates and deletes, of one instance and of all that a filter finds; versions.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, Badge, BadgeId, Login};
use crate::models::readings::Reading;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[Account::DEF, Badge::DEF, Login::DEF, Reading::DEF];

/// So many readings with the values 0, 1, 2, …
async fn readings(db: &Db, count: i64) -> Result<()> {
    Reading::create_many((0..count).map(|value| {
        create!(Reading {
            sensor: format!("{value}"),
            at: 1,
            value
        })
    }))
    .exec(db)
    .await?;
    Ok(())
}

async fn an_instance_is_updated_and_the_struct_stays(db: &Db) -> Result<()> {
    let badge = create!(Badge {
        id: BadgeId(1),
        label: "a"
    })
    .exec(db)
    .await?;
    assert_eq!(badge.update().label("b").exec(db).await?, 1);
    assert_eq!(badge.label, "a");
    assert_eq!(Badge::get_by_id(db, BadgeId(1)).await?.label, "b");
    assert_eq!(badge.update().label("c").label("d").exec(db).await?, 1);
    assert_eq!(
        Badge::get_by_id(db, BadgeId(1)).await?.label,
        "d",
        "the last word counts"
    );
    Ok(())
}

async fn an_instance_that_is_gone_is_not_found(db: &Db) -> Result<()> {
    let badge = create!(Badge {
        id: BadgeId(1),
        label: "a"
    })
    .exec(db)
    .await?;
    assert_eq!(badge.delete().exec(db).await?, 1);
    for error in [
        badge.delete().exec(db).await.unwrap_err(),
        badge.update().label("b").exec(db).await.unwrap_err(),
        badge.update().label("b").returning(db).await.unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::NotFound, Some("Badge"))
        );
    }
    Ok(())
}

async fn a_key_can_be_changed(db: &Db) -> Result<()> {
    let badge = create!(Badge {
        id: BadgeId(1),
        label: "a"
    })
    .exec(db)
    .await?;
    badge.update().id(BadgeId(2)).exec(db).await?;
    assert_eq!(Badge::get_by_id(db, BadgeId(2)).await?.label, "a");
    assert!(
        badge
            .update()
            .label("b")
            .exec(db)
            .await
            .unwrap_err()
            .is_not_found()
    );
    Ok(())
}

async fn a_filter_says_which_rows_change_and_how_many_they_were(db: &Db) -> Result<()> {
    readings(db, 10).await?;
    assert_eq!(
        Reading::filter(|row| row.value.lt(4))
            .update()
            .value(100)
            .exec(db)
            .await?,
        4
    );
    assert_eq!(
        Reading::filter(|row| row.value.eq(-1))
            .update()
            .value(0)
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        Reading::filter(|row| row.value.eq(100))
            .delete()
            .exec(db)
            .await?,
        4
    );
    assert_eq!(
        Reading::all()
            .all_rows()
            .update()
            .note("x")
            .exec(db)
            .await?,
        6
    );
    assert_eq!(Reading::filter(|row| row.note.eq("x")).count(db).await?, 6);
    assert_eq!(Reading::all().all_rows().delete().exec(db).await?, 6);
    assert_eq!(Reading::all().count(db).await?, 0);
    Ok(())
}

async fn returning_gives_the_rows_as_they_are_now(db: &Db) -> Result<()> {
    readings(db, 5).await?;
    let rows = Reading::filter(|row| row.value.ge(3))
        .update()
        .value(30)
        .returning(db)
        .await?;
    let rows = sorted(rows, |row| row.sensor.clone());
    assert_eq!(
        rows.iter()
            .map(|row| (row.sensor.as_str(), row.value))
            .collect::<Vec<_>>(),
        [("3", 30), ("4", 30)]
    );
    assert_eq!(
        Reading::filter(|row| row.value.eq(99))
            .update()
            .value(1)
            .returning(db)
            .await?,
        []
    );
    let account = create!(Account { owner: "a" }).exec(db).await?;
    let now = account.update().balance(5).returning(db).await?;
    assert_eq!((now[0].balance, now[0].version), (5, 2));
    Ok(())
}

async fn an_update_by_a_condition_on_one_row_says_whether_it_held(db: &Db) -> Result<()> {
    readings(db, 2).await?;
    let one = || Reading::find_by_sensor_and_at("1", 1);
    assert_eq!(
        one()
            .filter(|row| row.value.eq(1))
            .update()
            .value(5)
            .exec(db)
            .await?,
        1
    );
    assert_eq!(
        one()
            .filter(|row| row.value.eq(1))
            .update()
            .value(6)
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        one()
            .filter(|row| row.note.is_not_null() | row.value.between(7, 9))
            .delete()
            .exec(db)
            .await?,
        0
    );
    assert_eq!(one().one(db).await?.value, 5);
    assert_eq!(
        one()
            .filter(|row| row.note.is_null() & row.value.in_list([4, 5]))
            .delete()
            .exec(db)
            .await?,
        1
    );
    assert_eq!(Reading::all().count(db).await?, 1);
    Ok(())
}

async fn a_change_of_more_rows_than_a_transaction_takes(db: &Db) -> Result<()> {
    for part in 0..2 {
        Reading::create_many((0..75).map(|at| {
            create!(Reading {
                sensor: "a",
                at: part * 75 + at
            })
        }))
        .exec(db)
        .await?;
    }
    let all = || Reading::filter(|row| row.sensor.eq("a"));
    assert_eq!(all().update().value(1).exec(db).await?, 150);
    assert_eq!(all().delete().exec(db).await?, 150);
    Ok(())
}

async fn a_change_in_chunks_reaches_every_row(db: &Db) -> Result<()> {
    let rows = (0..230).map(|at| create!(Reading { sensor: "a", at }));
    assert_eq!(Reading::create_many(rows).in_chunks().exec(db).await?, 230);
    let logins = (0..60).map(|number| {
        create!(Login {
            email: format!("{number}"),
            name: format!("{number}")
        })
    });
    assert_eq!(Login::create_many(logins).in_chunks().exec(db).await?, 60);
    let all = || Reading::filter(|row| row.sensor.eq("a")).in_chunks();
    assert_eq!(all().update().value(1).exec(db).await?, 230);
    assert_eq!(all().filter(|row| row.value.eq(1)).count(db).await?, 230);
    assert_eq!(
        all().filter(|row| row.at.lt(115)).delete().exec(db).await?,
        115
    );
    assert_eq!(all().count(db).await?, 115);
    assert_eq!(
        Login::all()
            .all_rows()
            .in_chunks()
            .delete()
            .exec(db)
            .await?,
        60
    );
    create!(Login {
        email: "7",
        name: "7"
    })
    .exec(db)
    .await?;
    Ok(())
}

async fn a_unique_field_is_changed_and_its_old_value_is_free(db: &Db) -> Result<()> {
    let ann = create!(Login {
        email: "a",
        nick: "x",
        name: "a"
    })
    .exec(db)
    .await?;
    ann.update()
        .email("b")
        .nick(None::<String>)
        .exec(db)
        .await?;
    assert!(!Login::find_by_email("a").exists(db).await?);
    assert!(!Login::find_by_nick("x").exists(db).await?);
    assert_eq!(Login::get_by_email(db, "b").await?.id, ann.id);
    let bob = create!(Login {
        email: "a",
        nick: "x",
        name: "b"
    })
    .exec(db)
    .await?;
    // To its own value, which is no duplicate.
    bob.update().email("a").nick("y").exec(db).await?;
    assert_eq!(Login::update_by_email("b").realm("r").exec(db).await?, 1);
    assert_eq!(Login::get_by_realm_and_name(db, "r", "a").await?.id, ann.id);
    assert!(
        !Login::find_by_realm_and_name("main", "a")
            .exists(db)
            .await?
    );
    bob.delete().exec(db).await?;
    create!(Login {
        email: "a",
        nick: "y",
        name: "b"
    })
    .exec(db)
    .await?;
    Ok(())
}

async fn an_update_of_a_query_with_a_limit_is_refused(db: &Db) -> Result<()> {
    readings(db, 1).await?;
    let query = Reading::filter(|row| row.sensor.eq("0"));
    for error in [
        query.clone().limit(1).delete().exec(db).await.unwrap_err(),
        query
            .clone()
            .offset(1)
            .update()
            .value(1)
            .exec(db)
            .await
            .unwrap_err(),
        query
            .order_by(|row| row.at.asc())
            .delete()
            .exec(db)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    assert_eq!(Reading::all().count(db).await?, 1);
    Ok(())
}

async fn a_version_counts_up(db: &Db) -> Result<()> {
    let account = create!(Account { owner: "a" }).exec(db).await?;
    assert_eq!(account.version, 1);
    account.update().balance(1).exec(db).await?;
    assert_eq!(Account::get_by_id(db, account.id).await?.version, 2);
    Account::filter(|account| account.owner.eq("a"))
        .update()
        .balance(2)
        .exec(db)
        .await?;
    assert_eq!(
        Account::get_by_id(db, account.id).await?.version,
        3,
        "by a filter too"
    );
    Ok(())
}

async fn stale_update_is_condition_failed(db: &Db) -> Result<()> {
    let account = create!(Account { owner: "a" }).exec(db).await?;
    account.update().balance(1).exec(db).await?;
    for error in [
        account.update().balance(2).exec(db).await.unwrap_err(),
        account.update().balance(2).returning(db).await.unwrap_err(),
        account.delete().exec(db).await.unwrap_err(),
    ] {
        assert!(error.is_condition_failed());
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Account"), ["version".to_owned()].as_slice())
        );
    }
    let now = Account::get_by_id(db, account.id).await?;
    assert_eq!((now.balance, now.version), (1, 2), "nothing was changed");
    assert_eq!(now.delete().exec(db).await?, 1);
    assert!(
        now.update()
            .balance(3)
            .exec(db)
            .await
            .unwrap_err()
            .is_condition_failed(),
        "gone is changed too"
    );
    Ok(())
}

async fn a_field_that_is_made_at_creation_and_one_at_every_change(db: &Db) -> Result<()> {
    let login = create!(Login {
        email: "a",
        name: "a"
    })
    .exec(db)
    .await?;
    assert_eq!(
        login.seen,
        Login::get_by_id(db, login.id).await?.seen,
        "what comes back is what was stored"
    );
    assert_eq!(login.realm, "main");
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    login.update().visits(1).exec(db).await?;
    let now = Login::get_by_id(db, login.id).await?;
    assert_eq!(now.seen, login.seen);
    assert!(now.changed > login.changed);
    let fixed = "2001-02-03T04:05:06Z".parse::<jiff::Timestamp>().unwrap();
    now.update().changed(fixed).exec(db).await?;
    assert_eq!(
        Login::get_by_id(db, login.id).await?.changed,
        fixed,
        "a value that is given is taken"
    );
    let other = create!(Login {
        email: "b",
        name: "b",
        seen: fixed,
        realm: "else"
    })
    .exec(db)
    .await?;
    assert_eq!((other.seen, other.realm.as_str()), (fixed, "else"));
    Ok(())
}

on_every_database! { MODELS;
    an_instance_is_updated_and_the_struct_stays,
    an_instance_that_is_gone_is_not_found,
    a_key_can_be_changed [dynamodb: "an update of a key"],
    an_update_by_a_condition_on_one_row_says_whether_it_held,
    a_change_of_more_rows_than_a_transaction_takes [dynamodb: "as one"],
    a_change_in_chunks_reaches_every_row,
    a_unique_field_is_changed_and_its_old_value_is_free,
    a_filter_says_which_rows_change_and_how_many_they_were,
    returning_gives_the_rows_as_they_are_now,
    an_update_of_a_query_with_a_limit_is_refused,
    a_version_counts_up,
    stale_update_is_condition_failed,
    a_field_that_is_made_at_creation_and_one_at_every_change,
}
