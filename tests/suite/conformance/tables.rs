//! Tables, SQL of one's own, and what `Debug` shows.

use crate::cases::on_every_database;
use crate::models::keys::{KEYS, Login};
use crate::models::texts::{TEXTS, Word};
use toasty::{Db, ErrorKind, Model, Result, create};

async fn tables_that_are_there_already_are_an_error(db: &Db) -> Result<()> {
    let error = db
        .create_tables_of(&[Word::DEF, Login::DEF])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert_eq!(error.model(), Some("Login"), "{error}");
    assert!(error.advice().is_some(), "{error}");
    create!(Login {
        email: "a",
        name: "a"
    })
    .exec(db)
    .await?;
    assert!(db.create_tables_of(&[Login::DEF]).await.is_err());
    assert_eq!(Login::all().count(db).await?, 1, "it is left as it was");
    Ok(())
}

async fn tables_are_all_made_or_none(db: &Db) -> Result<()> {
    let tried = db.create_tables_of(&[Word::DEF, Login::DEF]).await;
    assert_eq!(tried.unwrap_err().kind(), ErrorKind::Schema);
    // The table that would have been new is not there, and can still be made.
    assert_eq!(
        Word::all().count(db).await.unwrap_err().kind(),
        ErrorKind::Schema
    );
    db.create_tables_of(TEXTS).await?;
    assert_eq!(Word::all().count(db).await?, 0);
    Ok(())
}

async fn a_table_that_is_missing_is_told_with_the_way_out(db: &Db) -> Result<()> {
    let error = Word::all().all(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Schema, Some("Word"))
    );
    assert!(error.to_string().contains("create_tables"), "{error}");
    Ok(())
}

async fn two_models_of_one_table_are_refused(db: &Db) -> Result<()> {
    let error = db
        .create_tables_of(&[Word::DEF, Word::DEF])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Schema, Some("Word"))
    );
    Ok(())
}

async fn sql_of_ones_own(db: &Db) -> Result<()> {
    create!(Login [{ email: "a", name: "a" }, { email: "b", name: "b" }])
        .exec(db)
        .await?;
    db.run_sql(
        "UPDATE login SET visits = 5 WHERE email = 'a'; DELETE FROM login WHERE email = 'b'",
    )
    .await?;
    assert_eq!(Login::all().one(db).await?.visits, 5);
    let error = db.run_sql("SELEKT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    Ok(())
}

async fn sql_that_leaves_a_transaction_open_harms_nobody(db: &Db) -> Result<()> {
    db.run_sql("BEGIN; DELETE FROM login").await?;
    create!(Login {
        email: "a",
        name: "a"
    })
    .exec(db)
    .await?;
    db.transaction(async |tx| {
        create!(Login {
            email: "b",
            name: "b"
        })
        .exec(tx)
        .await
    })
    .await?;
    assert_eq!(Login::all().count(db).await?, 2);
    Ok(())
}

async fn debug_hides_what_is_sensitive(db: &Db) -> Result<()> {
    let login = create!(Login {
        email: "a",
        name: "visible",
        password: "hunter2"
    })
    .exec(db)
    .await?;
    let shown = format!("{:?} {:#?}", login, Login::get_by_id(db, login.id).await?);
    assert!(
        shown.contains("visible") && !shown.contains("hunter2"),
        "{shown}"
    );
    assert_eq!(format!("{db:?}"), format!("Db({})", db.system()));
    assert_eq!(login.password, "hunter2", "the value itself is there");
    Ok(())
}

on_every_database! { KEYS;
    tables_that_are_there_already_are_an_error,
    tables_are_all_made_or_none [dynamodb varies: "tables are made side by side: some of them may be there although another one could not be made"],
    a_table_that_is_missing_is_told_with_the_way_out,
    two_models_of_one_table_are_refused,
    sql_of_ones_own [dynamodb: "SQL of your own"],
    sql_that_leaves_a_transaction_open_harms_nobody [dynamodb: "SQL of your own"],
    debug_hides_what_is_sensitive,
}
