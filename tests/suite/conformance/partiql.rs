//! PartiQL of one's own, and the SDK beside Toasty.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::Account;
use toasty::{Db, Error, ErrorKind, Explain, Model, ModelDef, Result, Sql, batch, create, partiql};

const MODELS: &[&ModelDef] = &[Account::DEF];

/// PartiQL about a model's table, by the name that it has there.
fn about<M: Model>(db: &Db, before: &'static str, after: &'static str) -> Sql {
    let table = match toasty::dynamodb::sdk(db) {
        Ok(sdk) => sdk.table_name::<M>(),
        Err(_) => M::DEF.table_name().to_string(),
    };
    partiql(before).identifier(table).push(after)
}

/// Where PartiQL is refused, each case is, before it writes anything.
async fn speaks_partiql(db: &Db) -> Result<()> {
    about::<Account>(db, "SELECT owner FROM ", "")
        .as_rows::<(String,)>()
        .first(db)
        .await?;
    Ok(())
}

async fn three(db: &Db) -> Result<Vec<Account>> {
    speaks_partiql(db).await?;
    let mut rows = Vec::new();
    for (owner, balance) in [("ann", 1), ("bob", 2), ("cid", 3)] {
        rows.push(create!(Account { owner, balance }).exec(db).await?);
    }
    Ok(rows)
}

async fn rows_come_as_tuples_in_the_order_of_the_text(db: &Db) -> Result<()> {
    three(db).await?;
    let rows = about::<Account>(db, "SELECT balance, \"owner\" FROM ", " WHERE balance >= ")
        .bind(2i64)
        .as_rows::<(i64, String)>()
        .all(db)
        .await?;
    assert_eq!(
        sorted(rows, |row| row.0),
        [(2, "bob".to_owned()), (3, "cid".to_owned())]
    );
    let none = about::<Account>(db, "SELECT owner FROM ", " WHERE owner = ")
        .bind("nobody")
        .as_rows::<(String,)>()
        .first(db)
        .await?;
    assert_eq!(none, None);
    Ok(())
}

async fn rows_come_as_instances(db: &Db) -> Result<()> {
    let rows = three(db).await?;
    let same = about::<Account>(db, "SELECT * FROM ", "")
        .as_model::<Account>()
        .all(db)
        .await?;
    assert_eq!(
        sorted(same, |row| row.id),
        sorted(rows.clone(), |row| row.id)
    );
    let mut stream = about::<Account>(db, "SELECT * FROM ", " WHERE owner ")
        .among(["ann", "cid"])
        .as_model::<Account>()
        .stream(db);
    let mut owners = Vec::new();
    while let Some(row) = stream.next().await {
        owners.push(row?.owner);
    }
    owners.sort_unstable();
    assert_eq!(owners, ["ann", "cid"]);
    Ok(())
}

async fn many_rows_come_page_after_page(db: &Db) -> Result<()> {
    speaks_partiql(db).await?;
    let long = "x".repeat(30_000);
    let rows = (0..60).map(|number| {
        create!(Account {
            owner: format!("{number:02}{long}")
        })
    });
    Account::create_many(rows).in_chunks().exec(db).await?;
    let metered = db.metered();
    let rows = about::<Account>(db, "SELECT owner FROM ", "")
        .as_rows::<(String,)>()
        .all(&metered)
        .await?;
    assert_eq!(rows.len(), 60);
    assert!(metered.report().requests >= 2, "{:?}", metered.report());
    Ok(())
}

async fn a_write_is_of_one_row(db: &Db) -> Result<()> {
    let rows = three(db).await?;
    let changed = about::<Account>(db, "UPDATE ", " SET balance = balance + ")
        .bind(10i64)
        .push(" WHERE id = ")
        .bind(rows[0].id)
        .exec(db)
        .await?;
    assert_eq!(changed, 1);
    assert_eq!(Account::get_by_id(db, rows[0].id).await?.balance, 11);
    let before = about::<Account>(db, "DELETE FROM ", " WHERE id = ")
        .bind(rows[1].id)
        .push(" RETURNING ALL OLD *")
        .as_model::<Account>()
        .all(db)
        .await?;
    assert_eq!(before, [rows[1].clone()]);
    assert_eq!(Account::all().count(db).await?, 2);
    Ok(())
}

async fn mistakes_say_what_to_do(db: &Db) -> Result<()> {
    three(db).await?;
    let refused = |error: Error, words: &str| {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let all = about::<Account>(db, "SELECT * FROM ", "")
        .as_rows::<(String,)>()
        .all(db)
        .await;
    refused(all.unwrap_err(), "as_model");
    let done = about::<Account>(db, "SELECT owner FROM ", "")
        .exec(db)
        .await;
    refused(done.unwrap_err(), "as_rows");
    let none = about::<Account>(db, "SELECT owner FROM ", " WHERE owner ")
        .among(Vec::<String>::new())
        .as_rows::<(String,)>()
        .all(db)
        .await;
    refused(none.unwrap_err(), "empty list");
    let more = about::<Account>(db, "SELECT owner, balance FROM ", "")
        .as_rows::<(String,)>()
        .all(db)
        .await;
    assert_eq!(more.unwrap_err().kind(), ErrorKind::Decode);
    let own = about::<Account>(db, "SELECT owner FROM ", " WHERE owner = ?")
        .as_rows::<(String,)>()
        .all(db)
        .await;
    assert_eq!(own.unwrap_err().kind(), ErrorKind::Database);
    let twice = about::<Account>(db, "INSERT INTO ", " VALUE {'id': ")
        .bind(Account::all().first(db).await?.map(|row| row.id))
        .push("}")
        .exec(db)
        .await;
    let twice = twice.unwrap_err();
    assert_eq!(
        twice.kind(),
        ErrorKind::UniqueViolation,
        "{twice:?}: {:?}",
        twice.server_detail()
    );
    let parts = batch((
        about::<Account>(db, "SELECT owner FROM ", "").as_rows::<(String,)>(),
        Account::all(),
    ));
    let (owners, rows) = parts.exec(db).await?;
    assert_eq!((owners.len(), rows.len()), (3, 3));
    let plan = about::<Account>(db, "SELECT owner FROM ", " WHERE id = ")
        .bind(7)
        .explain(db)
        .await?;
    assert_eq!(plan.steps()[0].operation, "ExecuteStatement");
    Ok(())
}

async fn a_model_is_an_item_and_comes_back(db: &Db) -> Result<()> {
    let sdk = toasty::dynamodb::sdk(db)?;
    let row = create!(Account {
        owner: "ann",
        balance: 7
    })
    .exec(db)
    .await?;
    let item = sdk.to_item(&row)?;
    assert_eq!(item["owner"].as_s().unwrap(), "ann");
    assert_eq!(sdk.from_item::<Account>(&item)?, row);
    let table = sdk.table_name::<Account>();
    let answer = sdk.client().scan().table_name(&table).send().await.unwrap();
    assert_eq!(answer.items(), [item]);
    let other = Account {
        id: row.id + 1,
        owner: "bob".to_owned(),
        ..row.clone()
    };
    sdk.client()
        .put_item()
        .table_name(&table)
        .set_item(Some(sdk.to_item(&other)?))
        .send()
        .await
        .unwrap();
    assert_eq!(Account::get_by_id(db, other.id).await?, other);
    let mut wrong = sdk.to_item(&row)?;
    wrong.remove("owner");
    let error = sdk.from_item::<Account>(&wrong).unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Account"))
    );
    Ok(())
}

on_every_database! { MODELS;
    rows_come_as_tuples_in_the_order_of_the_text [sqlite: "PartiQL", postgresql: "PartiQL"],
    rows_come_as_instances [sqlite: "PartiQL", postgresql: "PartiQL"],
    many_rows_come_page_after_page [sqlite: "PartiQL", postgresql: "PartiQL"],
    a_write_is_of_one_row [sqlite: "PartiQL", postgresql: "PartiQL"],
    mistakes_say_what_to_do [sqlite: "PartiQL", postgresql: "PartiQL"],
    a_model_is_an_item_and_comes_back [sqlite: "the SDK of DynamoDB", postgresql: "the SDK of DynamoDB"],
}
