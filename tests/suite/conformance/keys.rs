//! Keys: made by the database, made by the library, of several fields, in a type of their own.

use crate::databases::on_every_database;
use crate::models::keys::{Badge, BadgeId, KEYS, Login, Ticket, Triple};
use toasty::{Db, ErrorKind, Result, create};
use uuid::Uuid;

async fn an_integer_key_is_made_by_the_database(db: &Db) -> Result<()> {
    let (a, b) = (
        create!(Ticket {}).exec(db).await?,
        create!(Ticket {}).exec(db).await?,
    );
    assert_eq!((a.id, b.id), (1, 2));
    let given = create!(Ticket { id: 40u64 }).exec(db).await?;
    assert_eq!(given.id, 40, "one that is given is taken");
    assert_eq!(create!(Ticket {}).exec(db).await?.id, 41);
    assert_eq!(Ticket::get_by_id(db, 40u64).await?.id, 40);
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
    let read: Vec<_> = Login::all()
        .order_by(|login| login.id.asc())
        .all(db)
        .await?
        .iter()
        .map(|login| login.id)
        .collect();
    assert_eq!(read, ids);
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

async fn a_key_of_several_fields_finds_its_row(db: &Db) -> Result<()> {
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

async fn a_key_twice_is_a_unique_violation_and_overwrites_nothing(db: &Db) -> Result<()> {
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

on_every_database! { KEYS;
    an_integer_key_is_made_by_the_database,
    a_uuid_key_is_version_7_and_grows,
    a_key_of_several_fields_finds_its_row,
    a_key_in_a_type_of_its_own,
    a_key_twice_is_a_unique_violation_and_overwrites_nothing,
    composite_keys_ab_c_and_a_bc_are_different,
}
