//! Rows that are created with the rows that they belong to: in one transaction, all or nothing.

use crate::cases::on_every_database;
use crate::models::people::{Book, Note, PEOPLE, Passport, Person, SHELVES, Shelf, Task};
use toasty::{Db, ErrorKind, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[
    PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], SHELVES[0], SHELVES[1],
];

async fn rows(db: &Db) -> Result<[u64; 4]> {
    Ok([
        Person::all().count(db).await?,
        Passport::all().count(db).await?,
        Task::all().count(db).await?,
        Note::all().count(db).await?,
    ])
}

async fn many_children_with_their_parent(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann", tasks: [{ title: "a" }, { title: "b", done: true }] })
        .exec(db)
        .await?;
    let tasks = ann.tasks.get()?;
    assert_eq!(
        tasks
            .iter()
            .map(|task| (task.person_id, task.title.as_str(), task.done))
            .collect::<Vec<_>>(),
        [(ann.id, "a", false), (ann.id, "b", true)]
    );
    assert_eq!(ann.tasks().query().all(db).await?.len(), 2);
    Ok(())
}

async fn one_child_with_its_parent(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann", passport: { number: "P1" } })
        .exec(db)
        .await?;
    assert_eq!(
        ann.passport.get()?.map(|passport| passport.person_id),
        Some(ann.id)
    );
    assert_eq!(
        ann.passport()
            .first(db)
            .await?
            .map(|passport| passport.number),
        Some("P1".into())
    );
    Ok(())
}

async fn a_new_parent_with_its_child(db: &Db) -> Result<()> {
    let passport = create!(Passport { number: "P1", person: { name: "Ann", age: 30 } })
        .exec(db)
        .await?;
    let ann = passport.person.get()?;
    assert_eq!((passport.person_id, ann.name.as_str()), (ann.id, "Ann"));
    assert_eq!(
        Person::get_by_id(db, passport.person_id).await?.age,
        Some(30)
    );
    Ok(())
}

async fn a_parent_that_is_there_already(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let task = create!(Task {
        title: "t",
        person: &ann,
        reviewer: &ann
    })
    .exec(db)
    .await?;
    assert_eq!((task.person_id, task.reviewer_id), (ann.id, Some(ann.id)));
    let book = create!(Shelf {
        room: "r",
        number: 3,
        label: "l"
    })
    .exec(db)
    .await?;
    let book = create!(Book {
        isbn: "1",
        title: "t",
        shelf: &book
    })
    .exec(db)
    .await?;
    assert_eq!(
        (book.room.as_str(), book.number),
        ("r", 3),
        "a composite key is handed down"
    );
    Ok(())
}

async fn three_levels_at_once(db: &Db) -> Result<()> {
    let ann = create!(Person {
        name: "Ann",
        tasks: [
            { title: "a", notes: [{ text: "1" }, { text: "2" }] },
            { title: "b", notes: [{ text: "3" }], reviewer: { name: "Rob", passport: { number: "P2" } } },
        ],
        passport: { number: "P1" },
    })
    .exec(db)
    .await?;
    assert_eq!(rows(db).await?, [2, 2, 2, 3]);
    let tasks = ann.tasks.get()?;
    assert_eq!(tasks[0].notes.get()?.len(), 2);
    assert_eq!(tasks[1].notes.get()?[0].task_id, tasks[1].id);
    let rob = tasks[1].reviewer.as_ref().unwrap().get()?;
    assert_eq!(
        (rob.name.as_str(), tasks[1].reviewer_id),
        ("Rob", Some(rob.id))
    );
    Ok(())
}

async fn a_failure_at_any_level_leaves_nothing(db: &Db) -> Result<()> {
    create!(Person { name: "Taken", passport: { number: "P0" } })
        .exec(db)
        .await?;
    let before = rows(db).await?;
    let failures = [
        create!(Person { name: "A", tasks: [{ title: "a" }, { title: "b", reviewer: { name: "Taken" } }] }).exec(db).await,
        create!(Person { name: "B", tasks: [{ title: "a", notes: [{ text: "1" }] }], passport: { number: "P0" } }).exec(db).await,
        create!(Person { name: "Taken", tasks: [{ title: "a" }] }).exec(db).await,
    ];
    let named = failures.map(|failed| {
        let error = failed.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        (error.model(), error.fields().join(","))
    });
    let [a, b, c] = named;
    assert_eq!((a.0, a.1.as_str()), (Some("Person"), "name"));
    assert_eq!((b.0, b.1.as_str()), (Some("Passport"), "number"));
    assert_eq!((c.0, c.1.as_str()), (Some("Person"), "name"));
    assert_eq!(rows(db).await?, before);
    Ok(())
}

async fn a_parent_that_is_not_there_leaves_nothing(db: &Db) -> Result<()> {
    let error = create!(Person { name: "C", boss_id: 999u64, tasks: [{ title: "a" }] })
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(rows(db).await?, [0; 4]);
    Ok(())
}

async fn nested_rows_in_a_transaction_go_with_their_part_only(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        create!(Person { name: "Kept", tasks: [{ title: "t" }] })
            .exec(tx)
            .await?;
        let failed =
            create!(Person { name: "Gone", tasks: [{ title: "t", reviewer: { name: "Kept" } }] })
                .exec(tx)
                .await;
        assert!(failed.unwrap_err().is_unique_violation());
        create!(Person { name: "Kept too", tasks: [{ title: "t" }] })
            .exec(tx)
            .await?;
        Ok(())
    })
    .await?;
    assert_eq!(rows(db).await?, [2, 0, 2, 0]);
    Ok(())
}

async fn a_child_made_from_its_parent(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let task = ann.tasks().create().title("t").exec(db).await?;
    let passport = ann.passport().create().number("P").exec(db).await?;
    assert_eq!((task.person_id, passport.person_id), (ann.id, ann.id));
    let shelf = create!(Shelf {
        room: "r",
        number: 1,
        label: "l"
    })
    .exec(db)
    .await?;
    let book = shelf.books().create().isbn("1").title("t").exec(db).await?;
    assert_eq!((book.room, book.number), ("r".into(), 1));
    let report = ann.reports().create().name("Rep").exec(db).await?;
    assert_eq!(report.boss_id, Some(ann.id));
    Ok(())
}

async fn rows_without_any_children_are_given_as_an_empty_list(db: &Db) -> Result<()> {
    let none: [crate::models::people::CreateTask; 0] = [];
    let ann = Person::create().name("Ann").tasks(none).exec(db).await?;
    assert_eq!(ann.tasks.get()?.len(), 0);
    let bob = Person::create()
        .name("Bob")
        .tasks(vec![Task::create().title("t")])
        .exec(db)
        .await?;
    assert_eq!(bob.tasks.get()?.len(), 1);
    Ok(())
}

async fn create_many_refuses_nested_rows(db: &Db) -> Result<()> {
    let error = create!(Person [{ name: "Ann", tasks: [{ title: "t" }] }])
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_unsupported());
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let error = ann
        .update()
        .tasks(vec![Task::create().title("t")])
        .exec(db)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() || error.kind() == ErrorKind::Unrepresentable,
        "{error:?}"
    );
    assert_eq!(rows(db).await?, [1, 0, 0, 0]);
    Ok(())
}

async fn a_key_that_contradicts_its_relation_is_refused(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let other = ann.id + 7;
    let error = create!(Passport {
        number: "x",
        person_id: other,
        person: &ann
    })
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Passport"), ["person_id".to_owned()].as_slice())
    );
    let error = create!(Person { name: "Bob", tasks: [{ title: "t", person_id: other }] })
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_unsupported(), "{error:?}");
    assert_eq!(rows(db).await?[0], 1, "nothing else was written");
    // Saying the same twice is no contradiction.
    create!(Passport {
        number: "y",
        person_id: ann.id,
        person: &ann
    })
    .exec(db)
    .await?;
    Ok(())
}

async fn more_nested_rows_than_a_transaction_takes(db: &Db) -> Result<()> {
    let tasks: Vec<_> = (0..150)
        .map(|number| Task::create().title(format!("{number}")))
        .collect();
    let ann = Person::create().name("Ann").tasks(tasks).exec(db).await?;
    assert_eq!(ann.tasks().count(db).await?, 150);
    Ok(())
}

async fn an_atomic_group_gives_what_each_part_gives(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let old = create!(Person { name: "Old" }).exec(db).await?;
    let (task, updated, deleted, nested) = db
        .atomic((
            create!(Task {
                title: "t",
                person: &ann
            }),
            ann.update().age(5),
            old.delete(),
            create!(Person { name: "Bob", tasks: [{ title: "u" }] }),
        ))
        .await?;
    assert_eq!((task.person_id, updated, deleted), (ann.id, 1, 1));
    assert_eq!(nested.tasks.get()?[0].person_id, nested.id);
    assert_eq!(Person::get_by_id(db, ann.id).await?.age, Some(5));
    assert_eq!(rows(db).await?, [2, 0, 2, 0]);
    Ok(())
}

async fn writes_of_one_atomic_group_are_all_or_nothing(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let gone = create!(Person { name: "Gone" }).exec(db).await?;
    gone.delete().exec(db).await?;
    let failed = [
        db.atomic((ann.update().age(9), create!(Person { name: "Ann" })))
            .await
            .map(|_| ()),
        db.atomic((ann.update().age(9), gone.update().age(1)))
            .await
            .map(|_| ()),
        db.atomic((ann.delete(), gone.delete(), create!(Person { name: "New" })))
            .await
            .map(|_| ()),
    ];
    let kinds = failed.map(|failed| failed.unwrap_err().kind());
    assert_eq!(
        kinds,
        [
            ErrorKind::UniqueViolation,
            ErrorKind::NotFound,
            ErrorKind::NotFound
        ]
    );
    assert_eq!(Person::get_by_id(db, ann.id).await?.age, None);
    assert_eq!(rows(db).await?, [1, 0, 0, 0]);
    Ok(())
}

async fn an_atomic_group_names_the_part_that_failed(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann", passport: { number: "1" } })
        .exec(db)
        .await?;
    let error = db
        .atomic((
            create!(Person { name: "Bob" }),
            create!(Passport {
                number: "2",
                person_id: ann.id
            }),
        ))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (
            ErrorKind::UniqueViolation,
            Some("Passport"),
            ["person_id".to_owned()].as_slice()
        )
    );
    assert_eq!(rows(db).await?, [1, 1, 0, 0]);
    Ok(())
}

on_every_database! { MODELS;
    a_key_that_contradicts_its_relation_is_refused,
    many_children_with_their_parent,
    one_child_with_its_parent,
    a_new_parent_with_its_child,
    a_parent_that_is_there_already,
    three_levels_at_once,
    a_failure_at_any_level_leaves_nothing,
    a_parent_that_is_not_there_leaves_nothing [dynamodb differs: "there are no foreign keys: a row can refer to one that is not there"],
    nested_rows_in_a_transaction_go_with_their_part_only [dynamodb: "a transaction of several steps"],
    more_nested_rows_than_a_transaction_takes [dynamodb: "as one"],
    writes_of_one_atomic_group_are_all_or_nothing,
    an_atomic_group_gives_what_each_part_gives,
    an_atomic_group_names_the_part_that_failed,
    a_child_made_from_its_parent,
    rows_without_any_children_are_given_as_an_empty_list,
    create_many_refuses_nested_rows,
}
