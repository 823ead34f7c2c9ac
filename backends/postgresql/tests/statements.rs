//! Statements of the language on a real server: every type, every kind of statement, and what is refused.

#![allow(missing_docs, unreachable_pub, reason = "the models of a test")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod support;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use support::Lone;
use toasty_contract::Connection;
use toasty_dsl::{BelongsTo, ErrorKind, HasMany, Json, Model, create, toasty};
use uuid::Uuid;

toasty! {
    pub enum Mood [native("mood")] { Glad, Sad, Neither }

    pub enum Size { Small, Large }

    pub model Everything {
        id: u64 [key, auto],
        truth: bool,
        tiny: i8, small: i16, medium: i32, large: i64,
        byte: u8, word: u16, long: u32, longest: u64,
        single: f32, double: f64,
        text: String [index],
        size: Size,
        mood: Mood,
        bytes: Vec<u8>,
        uuid: Uuid,
        at: Timestamp,
        day: Date,
        hour: Time,
        moment: DateTime,
        price: Decimal,
        json: Json<Vec<String>>,
        maybe: Option<String> [index],
        perhaps: Option<i32>,
    }

    pub model Owner {
        id: u64 [key, auto],
        email: String [unique],
        things: HasMany<Thing>,
    }

    pub model Thing [unique(owner_id, name)] {
        id: u64 [key, auto],
        owner: BelongsTo<Owner>,
        owner_id: u64,
        name: String,
    }
}

macro_rules! everything {
    ($text:expr $(, $name:ident: $value:expr)* $(,)?) => {
        create!(Everything {
            truth: true,
            tiny: -128,
            small: i16::MIN,
            medium: i32::MAX,
            large: i64::MIN,
            byte: 255,
            word: u16::MAX,
            long: u32::MAX,
            longest: 9_223_372_036_854_775_807,
            single: 0.1f32,
            double: -0.0,
            text: $text,
            size: Size::Large,
            mood: Mood::Sad,
            bytes: vec![0, 255, 7],
            uuid: Uuid::from_u128(7),
            at: "2026-11-23T08:00:00.123456Z".parse::<Timestamp>().unwrap(),
            day: "0001-01-01".parse::<Date>().unwrap(),
            hour: "23:59:59.999999".parse::<Time>().unwrap(),
            moment: "9999-12-31T23:59:59.999999".parse::<DateTime>().unwrap(),
            price: "79228162514264337593543950335".parse::<Decimal>().unwrap(),
            json: Json(vec!["a".to_owned(), "\"b\"".to_owned()]),
            $( $name: $value, )*
        })
    };
}

#[tokio::test]
async fn every_type_comes_back_as_it_was_written() {
    let db = Lone::with(&[Everything::DEF]).await;
    let written = everything!("Zoë").exec(&db).await.unwrap();
    assert_eq!(written.id, 1);
    let read = Everything::all().one(&db).await.unwrap();
    assert_eq!(format!("{read:?}"), format!("{written:?}"));
    assert_eq!(read.double.to_bits(), (-0.0f64).to_bits());
    assert_eq!(read.maybe, None);

    let many = (0..300).map(|n| everything!(format!("row {n}"), maybe: format!("maybe {n}")));
    let many = Everything::create_many(many).exec(&db).await.unwrap();
    assert_eq!(many, 300);
    let found = Everything::filter(|e| e.text.starts_with("row 29") & e.mood.eq(Mood::Sad))
        .order_by(|e| e.text.desc())
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found.len(), 11);
    assert_eq!(found[0].text, "row 299");
    assert_eq!(found[0].json, written.json);
    assert_eq!(found[0].price, written.price);
}

#[tokio::test]
async fn a_broken_constraint_names_its_fields() {
    let db = Lone::with(&[Thing::DEF, Owner::DEF]).await;
    let owner = create!(Owner { email: "a@b" }).exec(&db).await.unwrap();
    let error = create!(Owner { email: "a@b" }).exec(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::UniqueViolation, Some("Owner"))
    );
    assert_eq!(error.fields(), ["email"]);
    assert!(!format!("{error} {error:?}").contains("a@b"));

    let thing = || {
        create!(Thing {
            owner_id: owner.id,
            name: "x"
        })
    };
    thing().exec(&db).await.unwrap();
    let error = thing().exec(&db).await.unwrap_err();
    assert_eq!(error.fields(), ["owner_id", "name"]);

    let error = create!(Thing {
        owner_id: 99u64,
        name: "y"
    })
    .exec(&db)
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ForeignKeyViolation, Some("Thing"))
    );
    assert_eq!(error.fields(), ["owner_id"]);

    let error = owner.delete().exec(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::ForeignKeyViolation, Some("Owner"))
    );
    assert!(error.fields().is_empty());
    assert!(error.advice().unwrap().contains("`thing`"), "{error}");
}

#[tokio::test]
async fn a_key_given_by_hand_is_taken_and_one_in_the_way_is_named() {
    let db = Lone::with(&[Owner::DEF, Thing::DEF]).await;
    create!(Owner {
        id: 1u64,
        email: "hand"
    })
    .exec(&db)
    .await
    .unwrap();
    let error = create!(Owner { email: "made" })
        .exec(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.fields(), ["id"]);
    assert_eq!(
        create!(Owner { email: "made" }).exec(&db).await.unwrap().id,
        2
    );
}

#[tokio::test]
async fn lists_patterns_nulls_and_parts_of_groups_find_what_they_say() {
    let db = Lone::with(&[Everything::DEF]).await;
    let texts = [
        "50%",
        "50x",
        "5_0",
        "5x0",
        "\\",
        "A",
        "a",
        "é",
        "Z",
        "\u{10FFFF}x",
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let maybe = (number % 3 != 0).then(|| format!("m{number}"));
        everything!(text, maybe: maybe).exec(&db).await.unwrap();
    }
    let found = async |filter: fn(EverythingFields) -> toasty_dsl::Filter<Everything>| {
        let rows = Everything::filter(filter)
            .order_by(|e| e.id.asc())
            .all(&db)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.text).collect::<Vec<_>>()
    };
    assert_eq!(found(|e| e.text.starts_with("50%")).await, ["50%"]);
    assert_eq!(
        found(|e| e.text.starts_with("\u{10FFFF}")).await,
        ["\u{10FFFF}x"]
    );
    assert_eq!(found(|e| e.text.starts_with("")).await, texts);
    assert_eq!(found(|e| e.text.contains("_")).await, ["5_0"]);
    assert_eq!(found(|e| e.text.ends_with("\\")).await, ["\\"]);
    assert_eq!(found(|e| e.text.like("5_0")).await, ["5_0", "5x0"]);
    assert_eq!(found(|e| e.text.like("%\\")).await, ["\\"]);
    assert_eq!(
        found(|e| e.text.gt("Z")).await,
        ["\\", "a", "é", "\u{10FFFF}x"]
    );
    assert_eq!(found(|e| e.text.in_list(["a", "A", "b"])).await, ["A", "a"]);
    assert_eq!(
        found(|e| e.text.not_in_list(["50%", "x"]) & e.text.lt("50y")).await,
        ["50x"]
    );
    assert_eq!(
        found(|e| e.mood.in_list([Mood::Glad, Mood::Sad]) & e.text.eq("a")).await,
        ["a"]
    );
    assert_eq!(
        found(|e| e.size.eq(Size::Large) & e.text.eq("a")).await,
        ["a"]
    );

    let ordered = Everything::all()
        .order_by(|e| (e.maybe.asc(), e.id.asc()))
        .limit(5)
        .offset(1);
    let ordered = ordered.all(&db).await.unwrap();
    let maybe: Vec<_> = ordered.iter().map(|row| row.maybe.as_deref()).collect();
    assert_eq!(maybe, [None, None, None, Some("m1"), Some("m2")]);
    let ordered = Everything::all()
        .order_by(|e| e.maybe.desc())
        .all(&db)
        .await
        .unwrap();
    assert_eq!(ordered[9].maybe, None, "NULL is smallest");
    assert_eq!(Everything::all().offset(3).count(&db).await.unwrap(), 7);
    assert!(
        Everything::filter(|e| e.perhaps.is_null())
            .exists(&db)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn types_of_the_databases_own_are_made_once_and_must_agree() {
    let db = Lone::with(&[Everything::DEF]).await;
    let mut connection = db.lock().await;
    let again = connection
        .create_tables(&[Everything::DEF])
        .await
        .unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Schema);
    connection.run_text("DROP TABLE everything").await.unwrap();
    connection.create_tables(&[Everything::DEF]).await.unwrap();
    connection
        .run_text("DROP TABLE everything; DROP TYPE mood; CREATE TYPE mood AS ENUM ('Sad')")
        .await
        .unwrap();
    let other = connection
        .create_tables(&[Everything::DEF])
        .await
        .unwrap_err();
    assert_eq!(
        (other.kind(), other.model()),
        (ErrorKind::Schema, Some("Everything"))
    );
}
