//! Relations loaded along: exactly one statement more for each, whatever the number of rows.

use crate::cases::{on_every_database, sorted};
use crate::databases::{Database, in_batches_of};
use crate::models::people::{Book, Note, PEOPLE, Passport, Person, SHELVES, Shelf, Task};
use crate::recorder::Recorder;
use toasty::{Db, ErrorKind, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[
    PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], SHELVES[0], SHELVES[1],
];

/// Ten people, the first the boss of all; person n has n tasks, each with two notes; every second has a passport.
async fn people(db: &Db) -> Result<()> {
    let boss = create!(Person { name: "p0", age: 0, passport: { number: "0" } })
        .exec(db)
        .await?;
    for number in 1..10i64 {
        let person = create!(Person {
            name: format!("p{number}"),
            age: number,
            boss: &boss
        })
        .exec(db)
        .await?;
        if number % 2 == 0 {
            create!(Passport {
                number: format!("{number}"),
                person: &person
            })
            .exec(db)
            .await?;
        }
        Task::create_many((0..number).map(|rank| {
            create!(Task {
                person_id: person.id,
                title: format!("t{rank}"),
                rank: rank,
                done: rank % 2 == 0,
                reviewer_id: (rank > 0).then_some(boss.id)
            })
        }))
        .exec(db)
        .await?;
    }
    let tasks = Task::all().all(db).await?;
    Note::create_many(tasks.iter().flat_map(|task| {
        ["x", "y"].map(|text| {
            create!(Note {
                task_id: task.id,
                text
            })
        })
    }))
    .exec(db)
    .await?;
    Ok(())
}

async fn one_statement_more_for_each_relation(db: &Db) -> Result<()> {
    people(db).await?;
    let recorder = Recorder::start();
    let people = Person::all()
        .include(|p| (p.tasks, p.passport, p.boss, p.reports))
        .all(db)
        .await?;
    assert_eq!(recorder.count(), 5, "1 + k");
    let people = sorted(people, |person| person.age);
    for (number, person) in people.iter().enumerate() {
        assert_eq!(person.tasks.get()?.len(), number);
        assert!(
            person
                .tasks
                .get()?
                .iter()
                .all(|task| task.person_id == person.id)
        );
        assert!(person.tasks.is_complete());
        assert_eq!(person.passport.get()?.is_some(), number % 2 == 0);
        assert_eq!(person.boss.is_some(), number > 0);
        assert_eq!(person.reports.get()?.len(), if number == 0 { 9 } else { 0 });
    }
    Ok(())
}

async fn nested_relations_are_one_statement_each(db: &Db) -> Result<()> {
    people(db).await?;
    let recorder = Recorder::start();
    let people = Person::all()
        .include(|p| {
            p.tasks.include(|t| {
                (
                    t.notes.include(|n| n.task),
                    t.reviewer.include(|r| r.passport),
                )
            })
        })
        .all(db)
        .await?;
    assert_eq!(
        recorder.count(),
        6,
        "people, tasks, notes, their tasks, reviewers, their passports"
    );
    let people = sorted(people, |person| person.age);
    let last = people[9].tasks.get()?;
    assert_eq!(last.len(), 9);
    for task in last {
        assert_eq!(task.notes.get()?.len(), 2);
        assert_eq!(task.notes.get()?[0].task.get()?.id, task.id);
        if let Some(reviewer) = &task.reviewer {
            assert_eq!(
                reviewer
                    .get()?
                    .passport
                    .get()?
                    .map(|passport| passport.number.as_str()),
                Some("0")
            );
        }
    }
    assert_eq!(
        last.iter().filter(|task| task.reviewer.is_none()).count(),
        1
    );
    Ok(())
}

async fn no_rows_ask_for_no_relations(db: &Db) -> Result<()> {
    let recorder = Recorder::start();
    assert_eq!(
        Person::all()
            .include(|p| p.tasks.include(|t| t.notes))
            .all(db)
            .await?,
        []
    );
    assert_eq!(recorder.count(), 1);
    create!(Person { name: "a" }).exec(db).await?;
    recorder.statements();
    let people = Person::all()
        .include(|p| (p.tasks.include(|t| t.notes), p.boss))
        .all(db)
        .await?;
    assert_eq!(
        recorder.count(),
        2,
        "no task asks for no notes, and no boss for none"
    );
    assert_eq!(
        (people[0].tasks.get()?.len(), people[0].boss.is_none()),
        (0, true)
    );
    Ok(())
}

/// In the order of an index, which every backend has.
async fn only_some_rows_of_each_parent(db: &Db) -> Result<()> {
    people(db).await?;
    let recorder = Recorder::start();
    let people = Person::all()
        .include(|p| {
            p.tasks
                .filter(|t| t.rank.ge(1))
                .order_by(|t| t.title.desc())
                .limit(3)
                .offset(1)
        })
        .all(db)
        .await?;
    assert_eq!(recorder.count(), 2);
    let people = sorted(people, |person| person.age);
    for (number, person) in (0i64..).zip(&people) {
        let ranks = ranks(person)?;
        let expected: Vec<_> = (1..number).rev().skip(1).take(3).collect();
        assert_eq!(ranks, expected, "of {number}");
        assert!(!person.tasks.is_complete());
    }
    Ok(())
}

async fn only_some_rows_of_each_parent_in_any_order(db: &Db) -> Result<()> {
    people(db).await?;
    let people = Person::all()
        .order_by(|p| p.id.asc())
        .include(|p| p.tasks.order_by(|t| t.rank.desc()).limit(2))
        .all(db)
        .await?;
    for (number, person) in (0i64..).zip(&people) {
        let expected: Vec<_> = (0..number).rev().take(2).collect();
        assert_eq!(ranks(person)?, expected, "of {number}");
    }
    Ok(())
}

fn ranks(person: &Person) -> Result<Vec<i64>> {
    Ok(person
        .tasks
        .get()?
        .iter()
        .filter_map(|task| task.rank)
        .collect())
}

async fn order_limit_and_filter_alone(db: &Db) -> Result<()> {
    people(db).await?;
    let last = Person::find_by_name("p9");
    let up = last
        .clone()
        .include(|p| p.tasks.order_by(|t| t.title.asc()))
        .one(db)
        .await?;
    assert_eq!(ranks(&up)?, (0..9).collect::<Vec<_>>());
    assert!(up.tasks.is_complete());
    let down = last
        .clone()
        .include(|p| p.tasks.order_by(|t| t.title.desc()))
        .one(db)
        .await?;
    assert_eq!(ranks(&down)?, (0..9).rev().collect::<Vec<_>>());
    let some = last
        .clone()
        .include(|p| p.tasks.filter(|t| t.done.eq(false)))
        .one(db)
        .await?;
    assert_eq!(some.tasks.get()?.len(), 4);
    let few = last.clone().include(|p| p.tasks.limit(2)).one(db).await?;
    assert_eq!(few.tasks.get()?.len(), 2);
    let none = last.clone().include(|p| p.tasks.limit(0)).one(db).await?;
    assert_eq!(none.tasks.get()?.len(), 0);
    let no_statement = Recorder::start();
    let never = last
        .include(|p| p.tasks.filter(|t| t.id.in_list(Vec::<u64>::new())))
        .one(db)
        .await?;
    assert_eq!((never.tasks.get()?.len(), no_statement.count()), (0, 1));
    Ok(())
}

async fn several_keys_of_order(db: &Db) -> Result<()> {
    people(db).await?;
    let last = Person::find_by_name("p9")
        .include(|p| p.tasks.order_by(|t| (t.done.desc(), t.rank.desc())))
        .one(db)
        .await?;
    assert_eq!(ranks(&last)?, [8, 6, 4, 2, 0, 7, 5, 3, 1]);
    Ok(())
}

async fn parents_share_what_they_belong_to(db: &Db) -> Result<()> {
    people(db).await?;
    let recorder = Recorder::start();
    let tasks = Task::all()
        .include(|t| (t.person, t.reviewer))
        .all(db)
        .await?;
    assert_eq!((tasks.len(), recorder.count()), (45, 3));
    for task in &tasks {
        assert_eq!(
            task.person.get()?.id,
            task.person_id,
            "each has its own, though many are the same row"
        );
        assert_eq!(
            task.reviewer
                .as_ref()
                .map(|reviewer| reviewer.get().unwrap().name.as_str()),
            task.reviewer_id.map(|_| "p0")
        );
    }
    Ok(())
}

async fn a_relation_of_a_model_to_itself_is_loaded(db: &Db) -> Result<()> {
    people(db).await?;
    let boss = Person::find_by_name("p0")
        .include(|p| (p.reports.include(|r| r.boss), p.boss))
        .one(db)
        .await?;
    assert_eq!(boss.reports.get()?.len(), 9);
    assert!(
        boss.reports
            .get()?
            .iter()
            .all(|report| report.boss.as_ref().unwrap().get().unwrap().id == boss.id)
    );
    assert_eq!(boss.boss, None);
    Ok(())
}

/// Two hundred shelves with two books each.
async fn shelves(db: &Db) -> Result<()> {
    let numbers = || {
        ["a", "b"]
            .into_iter()
            .flat_map(|room| (0..100).map(move |number| (room, number)))
    };
    let shelves = numbers().map(|(room, number)| {
        create!(Shelf {
            room,
            number,
            label: "x"
        })
    });
    Shelf::create_many(shelves).in_chunks().exec(db).await?;
    let books = numbers().flat_map(|(room, number)| {
        ["s", "t"].map(|title| {
            create!(Book {
                isbn: format!("{room}{number}{title}"),
                title,
                room,
                number
            })
        })
    });
    Book::create_many(books).in_chunks().exec(db).await?;
    Ok(())
}

async fn the_rows_of_composite_keys_in_an_order(db: &Db) -> Result<()> {
    shelves(db).await?;
    let shelves = Shelf::all()
        .include(|s| s.books.order_by(|b| b.title.desc()))
        .all(db)
        .await?;
    for shelf in &shelves {
        let titles: Vec<_> = shelf
            .books
            .get()?
            .iter()
            .map(|book| book.title.as_str())
            .collect();
        assert_eq!(titles, ["t", "s"]);
    }
    Ok(())
}

async fn composite_keys_are_loaded_in_both_directions(db: &Db) -> Result<()> {
    shelves(db).await?;
    let recorder = Recorder::start();
    let shelves = Shelf::all().include(|s| s.books).all(db).await?;
    assert_eq!(
        recorder.count(),
        3,
        "200 keys of two fields go in two groups of 128 at most"
    );
    for shelf in &shelves {
        let books = sorted(shelf.books.get()?.iter().collect(), |book| &book.title);
        assert_eq!(
            books
                .iter()
                .map(|book| book.title.as_str())
                .collect::<Vec<_>>(),
            ["s", "t"]
        );
        assert!(
            books
                .iter()
                .all(|book| (&book.room, book.number) == (&shelf.room, shelf.number))
        );
    }
    let books = Book::filter(|b| b.title.eq("t") & b.number.lt(3))
        .include(|b| b.shelf)
        .all(db)
        .await?;
    assert_eq!(books.len(), 6);
    assert!(
        books
            .iter()
            .all(|book| book.shelf.get().unwrap().number == book.number)
    );
    let limited = Shelf::all().include(|s| s.books.limit(1)).all(db).await?;
    assert!(
        limited
            .iter()
            .all(|shelf| shelf.books.get().unwrap().len() == 1)
    );
    Ok(())
}

async fn first_one_and_changes_with_includes(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        Person::filter(|p| p.age.eq(9))
            .include(|p| p.tasks)
            .first(db)
            .await?
            .unwrap()
            .tasks
            .get()?
            .len(),
        9
    );
    assert_eq!(
        Person::find_by_name("p3")
            .include(|p| p.tasks)
            .one(db)
            .await?
            .tasks
            .get()?
            .len(),
        3
    );
    let error = Person::find_by_name("p3")
        .include(|p| p.tasks)
        .delete()
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_unsupported());
    let tasks = Person::get_by_name(db, "p4")
        .await?
        .tasks()
        .include(|t| t.notes)
        .all(db)
        .await?;
    assert!(
        tasks
            .iter()
            .all(|task| task.notes.get().unwrap().len() == 2)
    );
    assert_eq!(
        Person::all().include(|p| p.tasks).count(db).await?,
        10,
        "a count loads nothing"
    );
    Ok(())
}

async fn what_was_not_loaded_names_the_include(db: &Db) -> Result<()> {
    people(db).await?;
    let person = Person::get_by_name(db, "p1").await?;
    for (error, field) in [
        (person.tasks.get().unwrap_err(), "tasks"),
        (person.passport.get().unwrap_err(), "passport"),
        (person.boss.as_ref().unwrap().get().unwrap_err(), "boss"),
        (person.reports.clone().into_rows().unwrap_err(), "reports"),
    ] {
        assert_eq!(
            (error.kind(), error.model(), error.fields()),
            (
                ErrorKind::Unloaded,
                Some("Person"),
                [field.to_owned()].as_slice()
            )
        );
        assert!(
            error
                .to_string()
                .contains(&format!(".include(|row| row.{field})")),
            "{error}"
        );
    }
    assert!(!person.tasks.is_loaded() && !person.passport.is_loaded());
    let task = Task::all().first(db).await?.unwrap();
    assert_eq!(task.person.get().unwrap_err().kind(), ErrorKind::Unloaded);
    let by_hand = toasty::HasMany::<Task>::default();
    assert_eq!(by_hand.get().unwrap_err().kind(), ErrorKind::Unloaded);
    Ok(())
}

on_every_database! { MODELS;
    one_statement_more_for_each_relation,
    nested_relations_are_one_statement_each,
    no_rows_ask_for_no_relations,
    only_some_rows_of_each_parent,
    only_some_rows_of_each_parent_in_any_order [dynamodb: "this order"],
    order_limit_and_filter_alone,
    several_keys_of_order [dynamodb: "this order"],
    parents_share_what_they_belong_to,
    a_relation_of_a_model_to_itself_is_loaded,
    composite_keys_are_loaded_in_both_directions,
    the_rows_of_composite_keys_in_an_order [dynamodb: "this order"],
    first_one_and_changes_with_includes,
    what_was_not_loaded_names_the_include,
}

#[tokio::test]
async fn more_parents_than_a_batch_are_loaded_batch_by_batch() {
    for batch in [1, 3, 9, 10, 11] {
        let database = Database::on_file_with(in_batches_of(batch)).await;
        let db = &database.db;
        db.create_tables_of(MODELS).await.unwrap();
        people(db).await.unwrap();
        let recorder = Recorder::start();
        let loaded = Person::all()
            .order_by(|p| p.id.asc())
            .include(|p| p.tasks.order_by(|t| t.rank.asc()).limit(4))
            .all(db)
            .await
            .unwrap();
        assert_eq!(recorder.count(), 1 + 10usize.div_ceil(batch));
        for (number, person) in (0i64..).zip(&loaded) {
            let ranks: Vec<_> = person
                .tasks
                .get()
                .unwrap()
                .iter()
                .filter_map(|task| task.rank)
                .collect();
            assert_eq!(ranks, (0..number.min(4)).collect::<Vec<_>>());
        }
    }
}
