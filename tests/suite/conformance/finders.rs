//! `get_by_…`, `find_by_…`, `update_by_…`, `delete_by_…`.

use crate::cases::on_every_database;
use crate::models::keys::{KEYS, Login};
use toasty::{Db, ErrorKind, Result, create};

async fn logins(db: &Db) -> Result<()> {
    for (email, nick, name) in [("a", None, "n"), ("b", Some("bee"), "m"), ("c", None, "o")] {
        create!(Login {
            email,
            nick: nick.map(String::from),
            name
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

async fn get_by_gives_exactly_one(db: &Db) -> Result<()> {
    logins(db).await?;
    let login = Login::get_by_email(db, "b").await?;
    assert_eq!(Login::get_by_id(db, login.id).await?, login);
    assert_eq!(Login::get_by_nick(db, "bee").await?, login);
    assert_eq!(Login::get_by_nick(db, "bee").await?, login);
    assert_eq!(Login::get_by_realm_and_name(db, "main", "m").await?, login);
    let error = Login::get_by_email(db, "z").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Login"))
    );
    Ok(())
}

async fn find_by_gives_a_query(db: &Db) -> Result<()> {
    logins(db).await?;
    assert_eq!(
        Login::find_by_email("a")
            .first(db)
            .await?
            .map(|login| login.name),
        Some("n".into())
    );
    assert_eq!(Login::find_by_email("z").first(db).await?, None);
    assert_eq!(
        Login::find_by_realm_and_name("main", "m").count(db).await?,
        1
    );
    assert!(
        Login::find_by_email("a")
            .filter(|login| login.visits.eq(0))
            .exists(db)
            .await?
    );
    assert!(
        !Login::find_by_email("a")
            .filter(|login| login.visits.eq(1))
            .exists(db)
            .await?
    );
    let seen = Login::get_by_email(db, "a").await?.seen;
    assert_eq!(
        Login::find_by_name_and_seen("n", seen).all(db).await?.len(),
        1
    );
    Ok(())
}

async fn find_by_null_finds_null(db: &Db) -> Result<()> {
    logins(db).await?;
    assert_eq!(Login::find_by_nick(None::<String>).all(db).await?.len(), 2);
    assert_eq!(Login::find_by_nick(None::<String>).count(db).await?, 2);
    assert!(
        Login::find_by_nick(None::<String>)
            .first(db)
            .await?
            .is_some()
    );
    assert_eq!(
        Login::get_by_nick(db, None::<String>)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::TooManyRows
    );
    Ok(())
}

async fn update_by_and_delete_by_say_how_many(db: &Db) -> Result<()> {
    logins(db).await?;
    assert_eq!(Login::update_by_email("a").visits(3).exec(db).await?, 1);
    assert_eq!(Login::update_by_email("z").visits(3).exec(db).await?, 0);
    assert_eq!(
        Login::update_by_realm_and_name("main", "m")
            .visits(4)
            .exec(db)
            .await?,
        1
    );
    assert_eq!(
        Login::update_by_nick(None::<String>)
            .visits(5)
            .exec(db)
            .await?,
        2
    );
    assert_eq!(Login::get_by_email(db, "b").await?.visits, 4);
    assert_eq!(Login::delete_by_email("b").exec(db).await?, 1);
    assert_eq!(Login::delete_by_email("b").exec(db).await?, 0);
    assert_eq!(
        Login::delete_by_realm_and_name("main", "n")
            .exec(db)
            .await?,
        1
    );
    assert_eq!(Login::all().count(db).await?, 1);
    Ok(())
}

on_every_database! { KEYS;
    get_by_gives_exactly_one,
    find_by_gives_a_query,
    find_by_null_finds_null,
    update_by_and_delete_by_say_how_many,
}
