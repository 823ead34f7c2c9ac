//! SQL of one's own, with its values and rows.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, Login};
use crate::models::values::{Address, Color, Everything, Parcel, address};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, TransactionOptions, batch, create, sql};
use uuid::Uuid;

const MODELS: &[&ModelDef] = &[Account::DEF, Login::DEF, Everything::DEF, Parcel::DEF];

/// Where SQL is refused, each case is, before it writes anything.
async fn speaks_sql(db: &Db) -> Result<()> {
    sql("select count(*) from account")
        .as_rows::<(u64,)>()
        .one(db)
        .await?;
    Ok(())
}

async fn three(db: &Db) -> Result<Vec<Account>> {
    speaks_sql(db).await?;
    let mut rows = Vec::new();
    for (owner, balance) in [("ann", 1), ("bob", 2), ("cid", 3)] {
        rows.push(create!(Account { owner, balance }).exec(db).await?);
    }
    Ok(rows)
}

async fn rows_come_as_tuples(db: &Db) -> Result<()> {
    three(db).await?;
    let rows = sql("select owner, balance from account where balance >= ")
        .bind(2i64)
        .push(" order by owner desc")
        .as_rows::<(String, i64)>()
        .all(db)
        .await?;
    assert_eq!(rows, [("cid".to_owned(), 3), ("bob".to_owned(), 2)]);
    let count = sql("select count(*) from account")
        .as_rows::<(u64,)>()
        .one(db)
        .await?;
    assert_eq!(count, (3,));
    let first = sql("select owner from account order by owner")
        .as_rows::<(String,)>()
        .first(db)
        .await?;
    assert_eq!(first, Some(("ann".to_owned(),)));
    let none = sql("select owner from account where owner = ")
        .bind("nobody")
        .as_rows::<(String,)>()
        .first(db)
        .await?;
    assert_eq!(none, None);
    Ok(())
}

async fn one_row_is_one_row(db: &Db) -> Result<()> {
    three(db).await?;
    let owner = |text| sql(text).as_rows::<(String,)>();
    let error = owner("select owner from account where false")
        .one(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = owner("select owner from account")
        .one(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyRows);
    Ok(())
}

async fn rows_come_as_instances_by_the_names_of_their_columns(db: &Db) -> Result<()> {
    let rows = three(db).await?;
    let same = sql("select * from account order by id")
        .as_model::<Account>()
        .all(db)
        .await?;
    assert_eq!(same, rows);
    let turned =
        sql("select version, 'more' as more, balance, owner, id from account where owner = ")
            .bind("bob")
            .as_model::<Account>()
            .one(db)
            .await?;
    assert_eq!(turned, rows[1]);
    let error = sql("select id, owner, version from account")
        .as_model::<Account>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (
            ErrorKind::Decode,
            Some("Account"),
            ["balance".to_owned()].as_slice()
        )
    );
    Ok(())
}

async fn a_row_of_another_form_is_refused(db: &Db) -> Result<()> {
    three(db).await?;
    let text = "select owner, balance from account";
    let wrong = sql(text)
        .as_rows::<(String, String)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(
        (wrong.kind(), wrong.fields()),
        (ErrorKind::Decode, ["balance".to_owned()].as_slice())
    );
    let longer = sql(text).as_rows::<(String,)>().all(db).await.unwrap_err();
    assert_eq!(longer.kind(), ErrorKind::Decode, "{longer}");
    let shorter = sql(text)
        .as_rows::<(String, i64, i64)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(shorter.kind(), ErrorKind::Decode, "{shorter}");
    let null = sql("select nick, email from login").as_rows::<(Option<String>, String)>();
    assert!(null.all(db).await?.is_empty());
    create!(Login {
        email: "a@b",
        name: "a"
    })
    .exec(db)
    .await?;
    let null = sql("select nick, email from login").as_rows::<(Option<String>, String)>();
    assert_eq!(null.all(db).await?, [(None, "a@b".to_owned())]);
    let null = sql("select nick from login")
        .as_rows::<(String,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(null.kind(), ErrorKind::Decode);
    Ok(())
}

async fn values_are_bound_as_columns_have_them(db: &Db) -> Result<()> {
    speaks_sql(db).await?;
    let all = create!(Everything {
        truth: true,
        signed16: -3i16,
        unsigned64: 7u64,
        float64: 0.5,
        text: "it's",
        bytes: vec![1u8, 0, 255],
        uuid: Uuid::from_u128(9),
        instant: "2026-01-02T03:04:05.000006Z"
            .parse::<Timestamp>()
            .expect("a time"),
        date: civil::date(2026, 1, 2),
        time: civil::time(3, 4, 5, 6_000),
        date_time: civil::datetime(2026, 1, 2, 3, 4, 5, 6_000),
        decimal: "12.50".parse::<Decimal>().expect("a number"),
        color: Color::Blue,
    })
    .exec(db)
    .await?;
    create!(Everything {}).exec(db).await?;
    let found = sql("select * from everything where truth = ")
        .bind(all.truth)
        .push(" and signed16 = ")
        .bind(all.signed16)
        .push(" and unsigned64 = ")
        .bind(all.unsigned64)
        .push(" and float64 = ")
        .bind(all.float64)
        .push(" and text = ")
        .bind(all.text.as_str())
        .push(" and bytes = ")
        .bind(all.bytes.clone())
        .push(" and uuid = ")
        .bind(all.uuid)
        .push(" and instant = ")
        .bind(all.instant)
        .push(" and date = ")
        .bind(all.date)
        .push(" and time = ")
        .bind(all.time)
        .push(" and date_time = ")
        .bind(all.date_time)
        .push(" and decimal = ")
        .bind("12.5".parse::<Decimal>().expect("a number"))
        .push(" and color = ")
        .bind(Color::Blue)
        .as_model::<Everything>()
        .one(db)
        .await?;
    assert_eq!(found, all);
    let read = sql("select truth, uuid, instant, date, time, date_time, decimal, bytes from everything where uuid = ")
        .bind(all.uuid)
        .as_rows::<(bool, Uuid, Timestamp, civil::Date, civil::Time, civil::DateTime, Decimal, Vec<u8>)>()
        .one(db)
        .await?;
    assert_eq!(
        read,
        (
            true,
            all.uuid,
            all.instant,
            all.date,
            all.time,
            all.date_time,
            all.decimal,
            all.bytes
        )
    );
    Ok(())
}

async fn a_list_of_any_length_is_one_statement(db: &Db) -> Result<()> {
    three(db).await?;
    let before = db.statistics().plans;
    for (owners, expected) in [(vec![], 0), (vec!["ann"], 1), (vec!["ann", "cid", "x"], 2)] {
        let rows = sql("select owner from account where owner ")
            .among(owners)
            .as_rows::<(String,)>()
            .all(db)
            .await?;
        assert_eq!(rows.len(), expected);
    }
    assert_eq!(db.statistics().plans, before + 1);
    Ok(())
}

async fn an_embedded_value_is_read_from_its_columns(db: &Db) -> Result<()> {
    speaks_sql(db).await?;
    let place = address("High Street", "Rye", 9_000);
    create!(Parcel {
        sender: place.clone(),
        receiver: place.clone()
    })
    .exec(db)
    .await?;
    let rows = sql(
        "select id, sender_street, sender_city_name, sender_city_population, sender_postcode from parcel",
    );
    let (_, read) = rows.as_rows::<(u64, Address)>().one(db).await?;
    assert_eq!(read, place);
    assert_eq!(
        sql("select * from parcel")
            .as_model::<Parcel>()
            .one(db)
            .await?
            .receiver,
        place
    );
    Ok(())
}

async fn a_write_says_how_many_rows_it_changed(db: &Db) -> Result<()> {
    three(db).await?;
    let changed = sql("update account set balance = balance + ")
        .bind(10i64)
        .push(" where owner <> ")
        .bind("ann")
        .exec(db)
        .await?;
    assert_eq!(changed, 2);
    let sum = sql("select balance from account")
        .as_rows::<(i64,)>()
        .all(db)
        .await?;
    assert_eq!(sum.iter().map(|row| row.0).sum::<i64>(), 26);
    let back = sql("delete from account where owner = ")
        .bind("bob")
        .push(" returning owner, balance")
        .as_rows::<(String, i64)>()
        .all(db)
        .await?;
    assert_eq!(back, [("bob".to_owned(), 12)]);
    assert_eq!(Account::all().count(db).await?, 2);
    Ok(())
}

async fn a_write_is_kept_where_its_first_row_is_enough(db: &Db) -> Result<()> {
    three(db).await?;
    let first = sql("update account set balance = 0 returning owner")
        .as_rows::<(String,)>()
        .first(db)
        .await?;
    assert!(first.is_some());
    let rows = sql("select count(*) from account where balance = 0")
        .as_rows::<(u64,)>()
        .one(db)
        .await?;
    assert_eq!(rows, (3,));
    Ok(())
}

async fn a_write_that_gives_many_rows_is_done_once(db: &Db) -> Result<()> {
    speaks_sql(db).await?;
    const ROWS: u64 = 9_000;
    let rows = (0..ROWS).map(|number| {
        create!(Account {
            owner: number.to_string()
        })
    });
    Account::create_many(rows).exec(db).await?;
    let back = sql("update account set balance = balance + 1 returning balance")
        .as_rows::<(i64,)>()
        .all(db)
        .await?;
    assert!(back.len() == 9_000 && back.iter().all(|row| *row == (1,)));
    let back = Account::all()
        .all_rows()
        .update()
        .balance(7)
        .returning(db)
        .await?;
    assert!(back.iter().all(|row| row.version == 2), "counted up once");
    Ok(())
}

async fn what_has_rows_is_not_run_for_nothing(db: &Db) -> Result<()> {
    three(db).await?;
    for _ in 0..2 {
        let error = sql("delete from account returning id")
            .exec(db)
            .await
            .unwrap_err();
        assert!(
            error.is_unsupported() && error.advice().is_some(),
            "{error:?}"
        );
        let error = sql("select 1").exec(db).await.unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
    }
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn placeholders_in_the_text_are_refused(db: &Db) -> Result<()> {
    three(db).await?;
    let text = match db.system() {
        "sqlite" => "delete from account where id <> ?7",
        _ => "delete from account where id <> $1",
    };
    for _ in 0..2 {
        let error = sql(text).exec(db).await.unwrap_err();
        assert!(
            error.is_unsupported() && error.message().contains("placeholders"),
            "{error:?}"
        );
    }
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn names_are_quoted_and_values_are_no_text(db: &Db) -> Result<()> {
    three(db).await?;
    let hostile = "x'; drop table account; --";
    let rows = sql("select ")
        .identifier("owner")
        .push(" from ")
        .identifier("account")
        .push(" where owner = ")
        .bind(hostile)
        .push(" or owner = ")
        .bind("ann")
        .as_rows::<(String,)>()
        .all(db)
        .await?;
    assert_eq!(rows.len(), 1);
    let error = sql("select 1 from ")
        .identifier(hostile)
        .as_rows::<(i64,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error:?}");
    let error = sql("select 1 from ")
        .identifier("")
        .as_rows::<(i64,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error:?}");
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn several_statements_at_once_are_refused(db: &Db) -> Result<()> {
    three(db).await?;
    let error = sql("delete from account; delete from login")
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn text_made_at_run_time_says_so(db: &Db) -> Result<()> {
    three(db).await?;
    for order in ["asc", "desc"] {
        let rows = sql("select owner from account order by owner ")
            .push_unchecked(order.to_owned())
            .as_rows::<(String,)>()
            .all(db)
            .await?;
        assert_eq!(rows[0].0 == "ann", order == "asc");
    }
    Ok(())
}

async fn in_a_transaction_it_is_one_of_its_statements(db: &Db) -> Result<()> {
    three(db).await?;
    let undone: Result<()> = db
        .transaction(async |tx| {
            assert_eq!(sql("delete from account").exec(tx).await?, 3);
            let left = sql("select count(*) from account")
                .as_rows::<(u64,)>()
                .one(tx)
                .await?;
            assert_eq!(left, (0,));
            Err(toasty::Error::new(ErrorKind::Busy, "undo it"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(Account::all().count(db).await?, 3);
    let tx = db.begin_with(TransactionOptions::new().read_only()).await?;
    let count = sql("select count(*) from account")
        .as_rows::<(u64,)>()
        .one(&tx)
        .await?;
    assert_eq!(count, (3,));
    assert!(sql("delete from account").exec(&tx).await.is_err());
    drop(tx);
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn in_a_batch_it_is_one_of_its_parts(db: &Db) -> Result<()> {
    let rows = three(db).await?;
    let (all, changed, names) = batch((
        Account::find_by_id(rows[0].id),
        sql("update account set balance = 9 where owner = ").bind("cid"),
        sql("select owner from account").as_rows::<(String,)>(),
    ))
    .exec(db)
    .await?;
    assert_eq!((all.len(), changed, names.len()), (1, 1, 3));
    Ok(())
}

async fn rows_come_one_after_the_other(db: &Db) -> Result<()> {
    three(db).await?;
    let mut stream = sql("select owner, balance from account")
        .as_rows::<(String, i64)>()
        .stream(db);
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await {
        rows.push(row?);
    }
    let owners: Vec<_> = sorted(rows, |row| row.1)
        .into_iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(owners, ["ann", "bob", "cid"]);
    Ok(())
}

async fn what_no_database_takes_is_refused_before_it_is_sent(db: &Db) -> Result<()> {
    speaks_sql(db).await?;
    let error = sql("select ")
        .bind(u64::MAX)
        .as_rows::<(u64,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (
            ErrorKind::Unrepresentable,
            ["value 1".to_owned()].as_slice()
        ),
        "{error:?}"
    );
    let error = sql("select nonsense from")
        .as_rows::<(u64,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error:?}");
    let error = sql("select 1 from nowhere")
        .as_rows::<(u64,)>()
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error:?}");
    Ok(())
}

on_every_database! { MODELS;
    rows_come_as_tuples [dynamodb: "SQL of your own"],
    one_row_is_one_row [dynamodb: "SQL of your own"],
    rows_come_as_instances_by_the_names_of_their_columns [dynamodb: "SQL of your own"],
    a_row_of_another_form_is_refused [dynamodb: "SQL of your own"],
    values_are_bound_as_columns_have_them [dynamodb: "SQL of your own"],
    a_list_of_any_length_is_one_statement [dynamodb: "SQL of your own"],
    an_embedded_value_is_read_from_its_columns [dynamodb: "SQL of your own"],
    a_write_says_how_many_rows_it_changed [dynamodb: "SQL of your own"],
    a_write_is_kept_where_its_first_row_is_enough [dynamodb: "SQL of your own"],
    a_write_that_gives_many_rows_is_done_once [dynamodb: "SQL of your own"],
    what_has_rows_is_not_run_for_nothing [dynamodb: "SQL of your own"],
    placeholders_in_the_text_are_refused [dynamodb: "SQL of your own"],
    names_are_quoted_and_values_are_no_text [dynamodb: "SQL of your own"],
    several_statements_at_once_are_refused [dynamodb: "SQL of your own"],
    text_made_at_run_time_says_so [dynamodb: "SQL of your own"],
    in_a_transaction_it_is_one_of_its_statements [dynamodb: "SQL of your own"],
    in_a_batch_it_is_one_of_its_parts [dynamodb: "SQL of your own"],
    rows_come_one_after_the_other [dynamodb: "SQL of your own"],
    what_no_database_takes_is_refused_before_it_is_sent [dynamodb: "SQL of your own"],
}
