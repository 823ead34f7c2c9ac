//! What the database refuses: one kind, with model and fields, and nothing written.

use crate::cases::on_every_database;
use crate::models::keys::{Account, Login};
use crate::models::people::{Book, PEOPLE, Passport, Person, SHELVES, Shelf, Task};
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[
    PEOPLE[0],
    PEOPLE[1],
    PEOPLE[2],
    PEOPLE[3],
    SHELVES[0],
    SHELVES[1],
    Login::DEF,
    Account::DEF,
];

fn fields(error: &toasty::Error) -> Vec<&str> {
    error.fields().iter().map(String::as_str).collect()
}

async fn a_unique_field_twice_names_model_and_field(db: &Db) -> Result<()> {
    create!(Login {
        email: "a",
        name: "a"
    })
    .exec(db)
    .await?;
    let error = create!(Login {
        email: "a",
        name: "b"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(
        (error.model(), fields(&error)),
        (Some("Login"), vec!["email"])
    );
    assert_eq!(error.code(), "T0201");
    assert_eq!(Login::all().count(db).await?, 1);
    Ok(())
}

async fn a_unique_pair_twice_names_both_fields(db: &Db) -> Result<()> {
    create!(Login {
        email: "a",
        realm: "r",
        name: "n"
    })
    .exec(db)
    .await?;
    create!(Login {
        email: "b",
        realm: "s",
        name: "n"
    })
    .exec(db)
    .await?;
    let error = create!(Login {
        email: "c",
        realm: "r",
        name: "n"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), fields(&error)),
        (ErrorKind::UniqueViolation, vec!["realm", "name"])
    );
    Ok(())
}

async fn null_is_never_a_duplicate(db: &Db) -> Result<()> {
    create!(Login {
        email: "a",
        name: "a"
    })
    .exec(db)
    .await?;
    create!(Login {
        email: "b",
        name: "b"
    })
    .exec(db)
    .await?;
    assert_eq!(
        Login::filter(|login| login.nick.is_null())
            .count(db)
            .await?,
        2
    );
    create!(Login {
        email: "c",
        name: "c",
        nick: "x"
    })
    .exec(db)
    .await?;
    let error = create!(Login {
        email: "d",
        name: "d",
        nick: "x"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(fields(&error), ["nick"]);
    Ok(())
}

async fn an_update_into_a_duplicate_changes_nothing(db: &Db) -> Result<()> {
    let a = create!(Login {
        email: "a",
        name: "a",
        visits: 1
    })
    .exec(db)
    .await?;
    create!(Login {
        email: "b",
        name: "b"
    })
    .exec(db)
    .await?;
    let error = a.update().email("b").visits(9).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), fields(&error)),
        (ErrorKind::UniqueViolation, vec!["email"])
    );
    let error = Login::all()
        .all_rows()
        .update()
        .email("z")
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::UniqueViolation,
        "half-way through the rows"
    );
    assert_eq!(Login::get_by_email(db, "a").await?.visits, 1);
    assert!(!Login::find_by_email("z").exists(db).await?);
    let error = Login::all()
        .all_rows()
        .update()
        .email("z")
        .returning(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(!Login::find_by_email("z").exists(db).await?);
    Ok(())
}

async fn a_row_that_refers_to_nothing_is_refused(db: &Db) -> Result<()> {
    let error = create!(Passport {
        number: "1",
        person_id: 99u64
    })
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert_eq!(
        (error.model(), fields(&error)),
        (Some("Passport"), vec!["person_id"])
    );
    let error = create!(Book {
        isbn: "1",
        room: "a",
        number: 1,
        title: "t"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), fields(&error)),
        (ErrorKind::ForeignKeyViolation, vec!["room", "number"])
    );
    assert_eq!(
        Passport::all().count(db).await? + Book::all().count(db).await?,
        0
    );
    Ok(())
}

async fn of_two_references_the_broken_one_is_named(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let task = create!(Task {
        person: &ann,
        title: "t"
    })
    .exec(db)
    .await?;
    let broken = |error: toasty::Error| {
        assert!(error.is_foreign_key_violation(), "{error}");
        error.fields().to_vec()
    };
    let insert = create!(Task {
        person_id: ann.id,
        reviewer_id: 99,
        title: "t"
    })
    .exec(db)
    .await;
    assert_eq!(broken(insert.unwrap_err()), ["reviewer_id"]);
    let insert = create!(Task {
        person_id: 99,
        reviewer_id: ann.id,
        title: "t"
    })
    .exec(db)
    .await;
    assert_eq!(broken(insert.unwrap_err()), ["person_id"]);
    let update = task.update().reviewer_id(99).title("u").exec(db).await;
    assert_eq!(broken(update.unwrap_err()), ["reviewer_id"]);
    let rows = [ann.id, 98].map(|id| {
        create!(Task {
            person_id: ann.id,
            reviewer_id: id,
            title: "t"
        })
    });
    let many = Task::create_many(rows).exec(db).await;
    assert_eq!(broken(many.unwrap_err()), ["reviewer_id"]);
    assert_eq!(Task::all().count(db).await?, 1);
    Ok(())
}

async fn a_row_that_is_referred_to_stays(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann", tasks: [{ title: "t" }] })
        .exec(db)
        .await?;
    let error = ann.delete().exec(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.model(), Some("Person"));
    let error = Person::all()
        .all_rows()
        .delete()
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert!(Person::find_by_id(ann.id).exists(db).await?);
    assert_eq!(Task::delete_by_person_id(ann.id).exec(db).await?, 1);
    assert_eq!(ann.delete().exec(db).await?, 1);
    Ok(())
}

async fn a_composite_foreign_key_holds_by_all_its_fields(db: &Db) -> Result<()> {
    create!(Shelf {
        room: "a",
        number: 1,
        label: "x"
    })
    .exec(db)
    .await?;
    create!(Book {
        isbn: "1",
        room: "a",
        number: 1,
        title: "t"
    })
    .exec(db)
    .await?;
    for (room, number) in [("a", 2), ("b", 1)] {
        let error = create!(Book {
            isbn: "2",
            room,
            number,
            title: "t"
        })
        .exec(db)
        .await
        .unwrap_err();
        assert!(error.is_foreign_key_violation());
    }
    let error = Shelf::update_by_room_and_number("a", 1)
        .number(2)
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    Ok(())
}

async fn insert_existing_key_is_unique_violation(db: &Db) -> Result<()> {
    create!(Shelf {
        room: "a",
        number: 1,
        label: "first"
    })
    .exec(db)
    .await?;
    let error = create!(Shelf {
        room: "a",
        number: 1,
        label: "second"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), fields(&error)),
        (
            ErrorKind::UniqueViolation,
            Some("Shelf"),
            vec!["room", "number"]
        )
    );
    let error = create!(Shelf [{ room: "b", number: 1, label: "new" }, { room: "a", number: 1, label: "third" }])
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), fields(&error)),
        (ErrorKind::UniqueViolation, vec!["room", "number"])
    );
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    create!(Passport {
        number: "1",
        person_id: ann.id
    })
    .exec(db)
    .await?;
    // Its key and its unique field are both there already: one of them is named.
    let error = create!(Passport {
        number: "1",
        person_id: ann.id
    })
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(
        Shelf::get_by_room_and_number(db, "a", 1).await?.label,
        "first",
        "nothing is overwritten"
    );
    assert_eq!(Shelf::all().count(db).await?, 1, "all or nothing");
    Ok(())
}

async fn a_value_is_unique_by_its_whole_content(db: &Db) -> Result<()> {
    let pairs = [
        ("ab", "c"),
        ("a", "bc"),
        ("", "abc"),
        ("abc", ""),
        ("a:b", "c"),
        ("a", "b:c"),
    ];
    for (number, (realm, name)) in pairs.into_iter().enumerate() {
        create!(Login {
            email: format!("{number}"),
            realm,
            name: if name.is_empty() { "\u{1}" } else { name }
        })
        .exec(db)
        .await?;
    }
    let long = "x".repeat(3_000);
    create!(Login {
        email: format!("{long}1"),
        name: "1"
    })
    .exec(db)
    .await?;
    create!(Login {
        email: format!("{long}2"),
        name: "2"
    })
    .exec(db)
    .await?;
    let error = create!(Login {
        email: format!("{long}1"),
        name: "3"
    })
    .exec(db)
    .await
    .unwrap_err();
    assert_eq!(fields(&error), ["email"]);
    for email in ["É", "é", "e\u{301}", "E", "e", "e "] {
        create!(Login { email, name: email }).exec(db).await?;
    }
    assert_eq!(Login::get_by_email(db, "e").await?.name, "e");
    Ok(())
}

async fn what_was_refused_leaves_the_connection_usable(db: &Db) -> Result<()> {
    for number in 0..20 {
        create!(Account {
            owner: format!("{number}")
        })
        .exec(db)
        .await?;
        assert!(
            create!(Account {
                owner: format!("{number}")
            })
            .exec(db)
            .await
            .is_err()
        );
    }
    assert_eq!(Account::all().count(db).await?, 20);
    Ok(())
}

async fn a_missing_field_is_told_before_anything_is_sent(db: &Db) -> Result<()> {
    let error = Login::create().email("a").exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), fields(&error)),
        (ErrorKind::MissingField, Some("Login"), vec!["name"])
    );
    let error = Login::all().all_rows().update().exec(db).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::MissingField,
        "an update that sets nothing"
    );
    Ok(())
}

on_every_database! { MODELS;
    a_unique_field_twice_names_model_and_field,
    a_unique_pair_twice_names_both_fields,
    null_is_never_a_duplicate,
    an_update_into_a_duplicate_changes_nothing,
    a_row_that_refers_to_nothing_is_refused [dynamodb differs: "there are no foreign keys: such a row is written"],
    of_two_references_the_broken_one_is_named [dynamodb differs: "there are no foreign keys: such a row is written"],
    a_row_that_is_referred_to_stays [dynamodb differs: "there are no foreign keys: a row that others refer to can be deleted"],
    a_composite_foreign_key_holds_by_all_its_fields [dynamodb differs: "there are no foreign keys: such a row is written"],
    insert_existing_key_is_unique_violation,
    a_value_is_unique_by_its_whole_content,
    what_was_refused_leaves_the_connection_usable,
    a_missing_field_is_told_before_anything_is_sent,
}
