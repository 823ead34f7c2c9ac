//! So many new rows that a database may have a way of its own for them: COPY on PostgreSQL.

use crate::cases::{on_every_database, sorted};
use crate::models::arrays;
use crate::models::keys::{Account, Login};
use crate::models::people::{Passport, Person};
use crate::models::values::{Anything, Color, Everything};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use toasty::{Db, Error, ErrorKind, Model, ModelDef, Result, create};
use uuid::Uuid;

const MODELS: &[&ModelDef] = &[
    Account::DEF,
    Login::DEF,
    Person::DEF,
    Passport::DEF,
    Everything::DEF,
    Anything::DEF,
    arrays::Shelf::DEF,
];

const MANY: usize = 4_200;

async fn every_type_of_very_many_rows_comes_back(db: &Db) -> Result<()> {
    let instant: Timestamp = "2026-02-03T04:05:06.789012Z".parse().unwrap();
    let rows = (0i64..).take(MANY).map(|number| {
        create!(Everything {
            truth: number % 2 == 0,
            signed8: -8,
            signed16: -16,
            signed32: i32::MIN,
            signed64: number,
            unsigned8: u8::MAX,
            unsigned16: u16::MAX,
            unsigned32: u32::MAX,
            unsigned64: 64u64,
            float32: 0.1f32,
            float64: -1.0 / 3.0,
            text: format!("ünï {number} \t\\ \n\\."),
            bytes: vec![0u8, 255, 10],
            uuid: Uuid::from_u128(7),
            instant: instant,
            date: civil::date(1, 1, 1),
            time: civil::time(23, 59, 59, 999_999_000),
            date_time: civil::datetime(9999, 12, 31, 1, 2, 3, 4_000),
            decimal: Decimal::new(-12_345, 3),
            json: serde_json::json!({"a": [1, null, "x"]}),
            color: Color::Green,
        })
    });
    assert_eq!(
        Everything::create_many(rows).in_chunks().exec(db).await?,
        4_200
    );
    let found = sorted(Everything::all().all(db).await?, |row| row.signed64);
    assert_eq!(found.len(), MANY);
    for (number, row) in (0i64..).zip(&found) {
        let expected = Everything {
            id: row.id,
            truth: number % 2 == 0,
            signed8: -8,
            signed16: -16,
            signed32: i32::MIN,
            signed64: number,
            unsigned8: u8::MAX,
            unsigned16: u16::MAX,
            unsigned32: u32::MAX,
            unsigned64: 64,
            float32: 0.1,
            float64: -1.0 / 3.0,
            text: format!("ünï {number} \t\\ \n\\."),
            bytes: vec![0, 255, 10],
            uuid: Uuid::from_u128(7),
            instant,
            date: civil::date(1, 1, 1),
            time: civil::time(23, 59, 59, 999_999_000),
            date_time: civil::datetime(9999, 12, 31, 1, 2, 3, 4_000),
            decimal: Decimal::new(-12_345, 3),
            json: serde_json::json!({"a": [1, null, "x"]}),
            color: Color::Green,
            ..row.clone()
        };
        assert_eq!(*row, expected);
    }
    Ok(())
}

async fn absent_values_and_arrays_of_very_many_rows_come_back(db: &Db) -> Result<()> {
    let rows = (0i64..).take(MANY).map(|number| {
        create!(Anything {
            signed64: (number % 3 == 0).then_some(number)
        })
    });
    assert_eq!(
        Anything::create_many(rows).in_chunks().exec(db).await?,
        4_200
    );
    let there = Anything::filter(|row| row.signed64.is_not_null()).allow_scan();
    assert_eq!(there.count(db).await?, 1_400);
    let rows = (0i64..).take(MANY).map(|number| {
        create!(arrays::Shelf {
            longs: vec![number, -number],
            texts: vec!["".to_owned(), "a,\"b\"".to_owned()],
        })
    });
    assert_eq!(
        arrays::Shelf::create_many(rows)
            .in_chunks()
            .exec(db)
            .await?,
        4_200
    );
    let found = sorted(arrays::Shelf::all().all(db).await?, |row| row.longs.clone());
    for (number, row) in (0i64..).zip(&found) {
        assert_eq!(row.longs, [number, -number]);
        assert_eq!((row.texts.len(), row.maybe.as_ref()), (2, None));
    }
    Ok(())
}

fn accounts(owner: impl Fn(usize) -> String) -> toasty::language::write::CreateMany<Account> {
    Account::create_many((0..MANY).map(move |number| {
        create!(Account {
            owner: owner(number)
        })
    }))
}

async fn a_value_that_is_there_already_is_told_as_for_one_row(db: &Db) -> Result<()> {
    create!(Account { owner: "4000" }).exec(db).await?;
    let error = accounts(|number| number.to_string())
        .exec(db)
        .await
        .unwrap_err();
    if error.kind() != ErrorKind::UniqueViolation {
        return Err(error);
    }
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Account"), &["owner".to_owned()][..])
    );
    assert_eq!(Account::all().count(db).await?, 1, "nothing was written");
    assert_eq!(
        accounts(|number| format!("n{number}")).exec(db).await?,
        4_200
    );
    Ok(())
}

async fn a_row_that_is_referred_to_and_missing_is_told_as_for_one_row(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let people = (0..MANY).map(|number| {
        create!(Person {
            name: number.to_string(),
            boss_id: if number == 4_100 { 9_999_999 } else { ann.id },
        })
    });
    let error = Person::create_many(people).exec(db).await.unwrap_err();
    if error.kind() != ErrorKind::ForeignKeyViolation {
        return Err(error);
    }
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Person"), &["boss_id".to_owned()][..])
    );
    assert_eq!(Person::all().count(db).await?, 1, "nothing was written");
    Ok(())
}

async fn a_value_that_no_column_could_hold_is_refused_before(db: &Db) -> Result<()> {
    let rows = (0..MANY).map(|number| {
        create!(Everything {
            unsigned64: if number == 4_000 { u64::MAX } else { 0 }
        })
    });
    let written = Everything::create_many(rows).in_chunks().exec(db).await;
    let kept = Everything::all().allow_scan().count(db).await?;
    assert_eq!(kept, if written.is_ok() { 4_200 } else { 0 });
    written.map(|_| ())
}

async fn inside_a_transaction_a_part_of_it_is_undone(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        create!(Account { owner: "first" }).exec(tx).await?;
        let failed: Result<(), Error> = tx
            .transaction(async |tx| {
                create!(Account { owner: "17" }).exec(tx).await?;
                accounts(|number| number.to_string()).exec(tx).await?;
                Ok(())
            })
            .await;
        assert!(failed.unwrap_err().is_unique_violation());
        assert_eq!(Account::all().count(tx).await?, 1);
        assert_eq!(accounts(|number| number.to_string()).exec(tx).await?, 4_200);
        assert_eq!(Account::all().count(tx).await?, 4_201);
        Ok(())
    })
    .await?;
    assert_eq!(Account::all().count(db).await?, 4_201);
    Ok(())
}

async fn one_that_nobody_waits_for_leaves_all_or_nothing(db: &Db) -> Result<()> {
    for micros in [200, 2_000, 6_000, 15_000] {
        let write = accounts(|number| format!("{micros}/{number}"))
            .in_chunks()
            .exec(db);
        let patience = std::time::Duration::from_micros(micros);
        let ended = tokio::time::timeout(patience, write).await.is_ok();
        if db.system() != "aws.dynamodb" {
            // Those of this write alone: an earlier one may still have been on its way to the server when it was given up.
            let own = Account::filter(|a| a.owner.starts_with(format!("{micros}/")));
            let there = own.count(db).await?;
            assert!(
                there == 4_200 || (there == 0 && !ended),
                "{there} rows are there"
            );
        }
        create!(Account {
            owner: format!("after {micros}")
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

on_every_database! { MODELS;
    every_type_of_very_many_rows_comes_back,
    absent_values_and_arrays_of_very_many_rows_come_back,
    a_value_that_is_there_already_is_told_as_for_one_row [dynamodb: "as one"],
    a_row_that_is_referred_to_and_missing_is_told_as_for_one_row [dynamodb: "as one"],
    a_value_that_no_column_could_hold_is_refused_before [
        sqlite: "an integer above 9223372036854775807",
        postgresql: "an integer above 9223372036854775807",
    ],
    inside_a_transaction_a_part_of_it_is_undone [dynamodb: "a transaction of several steps"],
    one_that_nobody_waits_for_leaves_all_or_nothing,
}
