//! Keys: made by the database, made by the library, of several fields, in a type of their own.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Badge, BadgeId, Login, Ticket, Triple};
use crate::models::people::Shelf;
use crate::models::readings::Reading;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};
use uuid::Uuid;

const MODELS: &[&ModelDef] = &[
    Login::DEF,
    Badge::DEF,
    Ticket::DEF,
    Reading::DEF,
    Shelf::DEF,
];

async fn an_integer_key_is_made_unique_and_ascending(db: &Db) -> Result<()> {
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(create!(Ticket {}).exec(db).await?.id);
    }
    assert!(
        ids.is_sorted_by(|a, b| a < b),
        "made later, larger: {ids:?}"
    );
    assert!(ids.iter().all(|id| i64::try_from(*id).is_ok()));
    for id in &ids {
        assert_eq!(Ticket::get_by_id(db, *id).await?.id, *id);
    }
    let given = create!(Ticket { id: u64::MAX >> 1 }).exec(db).await?;
    assert_eq!(given.id, u64::MAX >> 1, "one that is given is taken");
    Ok(())
}

async fn integer_keys_count_from_1(db: &Db) -> Result<()> {
    let (a, b) = (
        create!(Ticket {}).exec(db).await?,
        create!(Ticket {}).exec(db).await?,
    );
    assert_eq!((a.id, b.id), (1, 2));
    Ok(())
}

async fn an_integer_key_that_is_made_is_larger_than_all_that_were_given(db: &Db) -> Result<()> {
    create!(Ticket {}).exec(db).await?;
    create!(Ticket { id: 40u64 }).exec(db).await?;
    assert_eq!(create!(Ticket {}).exec(db).await?.id, 41);
    assert_eq!(Ticket::get_by_id(db, 40u64).await?.id, 40);
    Ok(())
}

/// Whatever is made beside a key that was given: never the same, and never in its place.
async fn a_key_that_is_made_takes_no_row_s_place(db: &Db) -> Result<()> {
    create!(Ticket { id: 2u64 }).exec(db).await?;
    let mut made = 0;
    for _ in 0..4 {
        match create!(Ticket {}).exec(db).await {
            Ok(_) => made += 1,
            Err(error) => assert!(error.is_unique_violation(), "{error:?}"),
        }
    }
    assert!(made >= 3);
    assert_eq!(Ticket::all().count(db).await?, made + 1);
    Ok(())
}

async fn a_uuid_key_is_version_7_and_grows(db: &Db) -> Result<()> {
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(
            create!(Login {
                email: format!("{number}"),
                name: format!("{number}")
            })
            .exec(db)
            .await?
            .id,
        );
    }
    assert!(ids.iter().all(|id| id.get_version_num() == 7));
    assert!(ids.is_sorted(), "made later, sorted later");
    let read = sorted(Login::all().all(db).await?, |login| login.id);
    assert!(read.iter().map(|login| &login.id).eq(&ids));
    let given = create!(Login {
        id: Uuid::max(),
        email: "x",
        name: "x"
    })
    .exec(db)
    .await?;
    assert_eq!(given.id, Uuid::max());
    Ok(())
}

async fn a_key_of_three_fields_finds_its_row(db: &Db) -> Result<()> {
    db.create_tables_of(&[Triple::DEF]).await?;
    for (a, b, c) in [("a", "b", "c"), ("a", "b", "d"), ("a", "x", "c")] {
        create!(Triple { a, b, c, value: 1 }).exec(db).await?;
    }
    let row = Triple::get_by_a_and_b_and_c(db, "a", "b", "d").await?;
    assert_eq!((row.a.as_str(), row.c.as_str()), ("a", "d"));
    assert_eq!(
        Triple::update_by_a_and_b_and_c("a", "x", "c")
            .value(7)
            .exec(db)
            .await?,
        1
    );
    row.update().value(8).exec(db).await?;
    let values: Vec<_> = Triple::all()
        .order_by(|row| row.value.asc())
        .all(db)
        .await?
        .iter()
        .map(|row| row.value)
        .collect();
    assert_eq!(values, [1, 7, 8]);
    row.delete().exec(db).await?;
    assert_eq!(
        Triple::find_by_a_and_b_and_c("a", "b", "d")
            .first(db)
            .await?,
        None
    );
    assert_eq!(
        Triple::delete_by_a_and_b_and_c("a", "b", "c")
            .exec(db)
            .await?,
        1
    );
    assert_eq!(Triple::all().count(db).await?, 1);
    Ok(())
}

async fn a_key_of_two_fields_finds_its_row(db: &Db) -> Result<()> {
    for (sensor, at) in [("a", 1), ("a", 2), ("b", 1)] {
        create!(Reading {
            sensor,
            at,
            value: 1
        })
        .exec(db)
        .await?;
    }
    let row = Reading::get_by_sensor_and_at(db, "a", 2).await?;
    assert_eq!((row.sensor.as_str(), row.at), ("a", 2));
    assert_eq!(
        Reading::update_by_sensor_and_at("b", 1)
            .value(7)
            .exec(db)
            .await?,
        1
    );
    row.update().value(8).exec(db).await?;
    let rows = sorted(Reading::all().all(db).await?, |row| row.value);
    assert_eq!(
        rows.iter().map(|row| row.value).collect::<Vec<_>>(),
        [1, 7, 8]
    );
    row.delete().exec(db).await?;
    assert_eq!(
        Reading::find_by_sensor_and_at("a", 2).first(db).await?,
        None
    );
    assert_eq!(Reading::delete_by_sensor_and_at("a", 1).exec(db).await?, 1);
    assert_eq!(Reading::all().count(db).await?, 1);
    Ok(())
}

async fn many_keys_are_found_by_one_statement(db: &Db) -> Result<()> {
    let rows = (0..120).map(|id| {
        create!(Badge {
            id: BadgeId(id),
            label: format!("{id}")
        })
    });
    Badge::create_many(rows).in_chunks().exec(db).await?;
    let wanted = (0..250).rev().chain(0..10).map(BadgeId);
    let found = Badge::filter(|badge| badge.id.in_list(wanted))
        .all(db)
        .await?;
    let found = sorted(found, |badge| badge.id.0);
    assert!(found.iter().map(|badge| badge.id.0).eq(0..120), "each once");
    let some = Badge::filter(|badge| {
        badge.id.in_list((0..50).map(BadgeId)) & badge.label.starts_with("4")
    });
    assert_eq!(some.clone().count(db).await?, 11);
    assert_eq!(some.delete().exec(db).await?, 11);
    Ok(())
}

/// Keys are compared part by part: joined texts would make one key of two.
async fn composite_keys_a_1_and_a1_are_different(db: &Db) -> Result<()> {
    for (room, number) in [("a", 11), ("a1", 1), ("a:1", 1), ("a", 1), ("A", 1)] {
        create!(Shelf {
            room,
            number,
            label: format!("{room} {number}")
        })
        .exec(db)
        .await?;
    }
    for (room, number) in [("a", 11), ("a1", 1), ("a:1", 1)] {
        assert_eq!(
            Shelf::get_by_room_and_number(db, room, number).await?.label,
            format!("{room} {number}")
        );
    }
    assert_eq!(Shelf::delete_by_room_and_number("a", 1).exec(db).await?, 1);
    assert_eq!(Shelf::all().count(db).await?, 4);
    Ok(())
}

async fn a_key_in_a_type_of_its_own(db: &Db) -> Result<()> {
    let badge = create!(Badge {
        id: BadgeId(7),
        label: "seven"
    })
    .exec(db)
    .await?;
    assert_eq!(Badge::get_by_id(db, BadgeId(7)).await?, badge);
    assert_eq!(Badge::get_by_id(db, &badge.id).await?, badge);
    let error = create!(Badge {
        id: BadgeId(7),
        label: "again"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Badge"), ["id".to_owned()].as_slice())
    );
    Ok(())
}

async fn a_key_of_three_fields_twice_is_a_unique_violation(db: &Db) -> Result<()> {
    db.create_tables_of(&[Triple::DEF]).await?;
    create!(Triple {
        a: "a",
        b: "b",
        c: "c",
        value: 1
    })
    .exec(db)
    .await?;
    let error = create!(Triple {
        a: "a",
        b: "b",
        c: "c",
        value: 2
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(
        (error.model(), error.fields()),
        (
            Some("Triple"),
            ["a", "b", "c"].map(str::to_owned).as_slice()
        )
    );
    assert_eq!(
        Triple::get_by_a_and_b_and_c(db, "a", "b", "c").await?.value,
        1
    );
    Ok(())
}

async fn a_key_twice_is_a_unique_violation_and_overwrites_nothing(db: &Db) -> Result<()> {
    create!(Badge {
        id: BadgeId(1),
        label: "first"
    })
    .exec(db)
    .await?;
    let again = create!(Badge {
        id: BadgeId(1),
        label: "second"
    });
    assert!(again.exec(db).await.unwrap_err().is_unique_violation());
    assert_eq!(Badge::get_by_id(db, BadgeId(1)).await?.label, "first");
    let ticket = create!(Ticket {}).exec(db).await?;
    let error = create!(Ticket { id: ticket.id })
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (ErrorKind::UniqueViolation, ["id".to_owned()].as_slice())
    );
    Ok(())
}

/// Keys are compared part by part: joined texts would make one key of two.
async fn composite_keys_ab_c_and_a_bc_are_different(db: &Db) -> Result<()> {
    db.create_tables_of(&[Triple::DEF]).await?;
    for (a, b, c) in [
        ("ab", "c", ""),
        ("a", "bc", ""),
        ("", "ab", "c"),
        ("a\u{1}b", "c", ""),
        ("a", "b\u{1}c", ""),
    ] {
        create!(Triple { a, b, c }).exec(db).await?;
    }
    assert_eq!(Triple::all().count(db).await?, 5);
    assert_eq!(
        Triple::get_by_a_and_b_and_c(db, "a", "bc", "").await?.b,
        "bc"
    );
    assert_eq!(
        Triple::delete_by_a_and_b_and_c("ab", "c", "")
            .exec(db)
            .await?,
        1
    );
    assert!(
        Triple::find_by_a_and_b_and_c("a", "bc", "")
            .exists(db)
            .await?
    );
    Ok(())
}

on_every_database! { MODELS;
    an_integer_key_is_made_unique_and_ascending,
    integer_keys_count_from_1 [dynamodb differs: "integer keys that are made are large and ordered by time: the database does not count"],
    an_integer_key_that_is_made_is_larger_than_all_that_were_given [
        postgresql differs: "a key that is given does not move the counter: keys are made from where it was, and one that is there already is a unique violation",
        dynamodb differs: "a key that is made is ordered by time, whatever keys were given",
    ],
    a_key_that_is_made_takes_no_row_s_place,
    a_uuid_key_is_version_7_and_grows,
    a_key_of_two_fields_finds_its_row,
    a_key_of_three_fields_finds_its_row [dynamodb: "a key of more than two columns"],
    many_keys_are_found_by_one_statement,
    a_key_in_a_type_of_its_own,
    a_key_twice_is_a_unique_violation_and_overwrites_nothing,
    a_key_of_three_fields_twice_is_a_unique_violation [dynamodb: "a key of more than two columns"],
    composite_keys_a_1_and_a1_are_different,
    composite_keys_ab_c_and_a_bc_are_different [dynamodb: "a key of more than two columns"],
}
