//! Updates and deletes, of one instance and of all that a filter finds; versions.

use crate::databases::on_every_database;
use crate::models::keys::{Account, Badge, BadgeId, KEYS, Login, Triple};
use toasty::{Db, ErrorKind, Result, create};

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
    Triple::create_many((0..10).map(|number| {
        create!(Triple {
            a: format!("{number}"),
            b: "",
            c: "",
            value: number
        })
    }))
    .exec(db)
    .await?;
    assert_eq!(
        Triple::filter(|row| row.value.lt(4))
            .update()
            .value(100)
            .exec(db)
            .await?,
        4
    );
    assert_eq!(
        Triple::filter(|row| row.value.eq(-1))
            .update()
            .value(0)
            .exec(db)
            .await?,
        0
    );
    assert_eq!(
        Triple::filter(|row| row.value.eq(100))
            .delete()
            .exec(db)
            .await?,
        4
    );
    assert_eq!(Triple::all().all_rows().update().b("x").exec(db).await?, 6);
    assert_eq!(Triple::filter(|row| row.b.eq("x")).count(db).await?, 6);
    assert_eq!(Triple::all().all_rows().delete().exec(db).await?, 6);
    assert_eq!(Triple::all().count(db).await?, 0);
    Ok(())
}

async fn returning_gives_the_rows_as_they_are_now(db: &Db) -> Result<()> {
    Triple::create_many((0..5).map(|number| {
        create!(Triple {
            a: format!("{number}"),
            b: "",
            c: "",
            value: number
        })
    }))
    .exec(db)
    .await?;
    let mut rows = Triple::filter(|row| row.value.ge(3))
        .update()
        .value(30)
        .returning(db)
        .await?;
    rows.sort_by(|x, y| x.a.cmp(&y.a));
    assert_eq!(
        rows.iter()
            .map(|row| (row.a.as_str(), row.value))
            .collect::<Vec<_>>(),
        [("3", 30), ("4", 30)]
    );
    assert_eq!(
        Triple::filter(|row| row.value.eq(99))
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

async fn an_update_of_a_query_with_a_limit_is_refused(db: &Db) -> Result<()> {
    create!(Triple {
        a: "a",
        b: "b",
        c: "c"
    })
    .exec(db)
    .await?;
    let query = Triple::filter(|row| row.a.eq("a"));
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
            .order_by(|row| row.a.asc())
            .delete()
            .exec(db)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    assert_eq!(Triple::all().count(db).await?, 1);
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

on_every_database! { KEYS;
    an_instance_is_updated_and_the_struct_stays,
    an_instance_that_is_gone_is_not_found,
    a_key_can_be_changed,
    a_filter_says_which_rows_change_and_how_many_they_were,
    returning_gives_the_rows_as_they_are_now,
    an_update_of_a_query_with_a_limit_is_refused,
    a_version_counts_up,
    stale_update_is_condition_failed,
    a_field_that_is_made_at_creation_and_one_at_every_change,
}
