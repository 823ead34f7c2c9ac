//! Conditions on the rows that relations lead to.

use crate::cases::{on_every_database, sorted};
use crate::models::people::{Book, PEOPLE, Passport, Person, PersonFields, SHELVES, Shelf, Task};
use toasty::{Db, Filter, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[
    PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], SHELVES[0], SHELVES[1],
];

/// Ann has two tasks, Bob one whose rank is NULL, Cy none; Ann is the boss of both, and only she and Cy have passports.
async fn people(db: &Db) -> Result<()> {
    let ann = create!(Person {
        name: "Ann",
        age: 50,
        passport: { number: "P1", country: "CH" },
        tasks: [{ title: "a", rank: 1, notes: [{ text: "x" }] }, { title: "b", rank: 2, done: true }],
    })
    .exec(db)
    .await?;
    let bob = create!(Person { name: "Bob", age: 40, boss: &ann, tasks: [{ title: "a", reviewer: &ann, done: true }] }).exec(db).await?;
    create!(Person { name: "Cy", boss: &ann, passport: { number: "P2" } })
        .exec(db)
        .await?;
    create!(Person {
        name: "Di",
        age: 20,
        boss: &bob
    })
    .exec(db)
    .await?;
    Ok(())
}

async fn names(
    db: &Db,
    filter: impl FnOnce(PersonFields) -> Filter<Person>,
) -> Result<Vec<String>> {
    let names = Person::filter(filter).all(db).await?.into_iter();
    Ok(sorted(
        names.map(|person| person.name).collect(),
        String::clone,
    ))
}

async fn any_none_and_all_of_a_has_many(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        names(db, |p| p.tasks.any(|t| t.title.eq("a"))).await?,
        ["Ann", "Bob"]
    );
    assert_eq!(
        names(db, |p| p.tasks.none(|t| t.title.eq("b"))).await?,
        ["Bob", "Cy", "Di"],
        "true also where there are none"
    );
    assert_eq!(
        names(db, |p| p.tasks.all(|t| t.done.eq(true))).await?,
        ["Bob", "Cy", "Di"]
    );
    assert_eq!(
        names(db, |p| p.tasks.any(|_| Filter::always())).await?,
        ["Ann", "Bob"]
    );
    assert_eq!(
        names(db, |p| p.tasks.none(|_| Filter::always())).await?,
        ["Cy", "Di"]
    );
    assert_eq!(
        names(db, |p| p.tasks.all(|_| Filter::never())).await?,
        ["Cy", "Di"]
    );
    assert_eq!(
        names(db, |p| p
            .tasks
            .any(|t| t.title.in_list(Vec::<String>::new())))
        .await?,
        [""; 0]
    );
    assert_eq!(
        names(db, |p| p
            .tasks
            .none(|t| t.title.in_list(Vec::<String>::new())))
        .await?
        .len(),
        4
    );
    assert_eq!(
        names(db, |p| !p.tasks.any(|t| t.done.eq(false))).await?,
        ["Bob", "Cy", "Di"]
    );
    Ok(())
}

/// Bob's only task has no rank: whether it is below 3 is unknown, so that it is not true of all his tasks.
async fn unknown_is_not_true_of_all(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        names(db, |p| p.tasks.all(|t| t.rank.lt(3))).await?,
        ["Ann", "Cy", "Di"]
    );
    assert_eq!(names(db, |p| p.tasks.any(|t| t.rank.lt(3))).await?, ["Ann"]);
    assert_eq!(
        names(db, |p| p.tasks.none(|t| t.rank.lt(3))).await?,
        ["Bob", "Cy", "Di"]
    );
    assert_eq!(
        names(db, |p| !p.tasks.all(|t| t.rank.lt(3))).await?,
        ["Bob"]
    );
    Ok(())
}

async fn is_and_is_none_of_a_has_one(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        names(db, |p| p.passport.is(|passport| passport.country.eq("CH"))).await?,
        ["Ann"]
    );
    assert_eq!(
        names(db, |p| p.passport.is(|_| Filter::always())).await?,
        ["Ann", "Cy"]
    );
    assert_eq!(names(db, |p| p.passport.is_none()).await?, ["Bob", "Di"]);
    assert_eq!(
        names(db, |p| !p.passport.is(|passport| passport.country.eq("CH"))).await?,
        ["Bob", "Cy", "Di"]
    );
    Ok(())
}

async fn is_of_a_belongs_to(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        Task::filter(|t| t.person.is(|p| p.name.eq("Bob")))
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        Task::filter(|t| t.reviewer.is(|p| p.age.gt(45)))
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        Passport::filter(|passport| passport.person.is(|p| p.tasks.any(|t| t.done.eq(true))))
            .one(db)
            .await?
            .number,
        "P1"
    );
    Ok(())
}

/// Which needs no look at the other table.
async fn a_row_that_refers_to_nothing_has_no_key_of_another(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        Task::filter(|t| t.reviewer_id.is_null()).count(db).await?,
        2
    );
    assert_eq!(names(db, |p| p.boss_id.is_null()).await?, ["Ann"]);
    let ann = Person::get_by_name(db, "Ann").await?;
    assert_eq!(
        names(db, |p| p.boss_id.eq(ann.id) & p.age.is_not_null()).await?,
        ["Bob"]
    );
    let bosses = [ann.id, Person::get_by_name(db, "Bob").await?.id];
    assert_eq!(
        names(db, |p| p.boss_id.in_list(bosses)).await?,
        ["Bob", "Cy", "Di"],
        "the keys of the others, found before"
    );
    Ok(())
}

async fn is_none_of_a_belongs_to(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(Task::filter(|t| t.reviewer.is_none()).count(db).await?, 2);
    assert_eq!(Task::filter(|t| !t.reviewer.is_none()).count(db).await?, 1);
    assert_eq!(names(db, |p| p.boss.is_none()).await?, ["Ann"]);
    assert_eq!(
        names(db, |p| !p.boss.is_none() & p.age.is_not_null()).await?,
        ["Bob", "Di"]
    );
    Ok(())
}

async fn a_relation_of_a_model_to_itself(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        names(db, |p| p.boss.is(|boss| boss.name.eq("Ann"))).await?,
        ["Bob", "Cy"]
    );
    assert_eq!(
        names(db, |p| p.reports.any(|report| report.age.is_null())).await?,
        ["Ann"]
    );
    assert_eq!(
        names(db, |p| p.reports.all(|report| report.age.lt(45))).await?,
        ["Bob", "Cy", "Di"]
    );
    assert_eq!(
        names(db, |p| p
            .boss
            .is(|boss| boss.boss.is(|top| top.name.eq("Ann"))))
        .await?,
        ["Di"],
        "two levels up"
    );
    assert_eq!(
        names(db, |p| p
            .reports
            .any(|r| r.reports.any(|r| r.name.eq("Di"))))
        .await?,
        ["Ann"],
        "two levels down"
    );
    assert_eq!(
        names(db, |p| p.boss.is(|boss| boss
            .tasks
            .any(|t| t.notes.any(|n| n.text.eq("x")))))
        .await?,
        ["Bob", "Cy"]
    );
    Ok(())
}

async fn relations_among_other_conditions(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        names(db, |p| (p.age.gt(30) | p.age.is_null())
            & p.tasks.any(|t| t.title.contains("a"))
            & !p.boss.is_none())
        .await?,
        ["Bob"]
    );
    assert_eq!(
        names(db, |p| p.tasks.any(|t| t.title.eq("a") & t.done.eq(true))
            | p.name.eq("Di"))
        .await?,
        ["Bob", "Di"]
    );
    assert_eq!(
        names(db, |p| p.tasks.any(|t| t.rank.between(1, 2))
            & p.age.between(50, 60))
        .await?,
        ["Ann"]
    );
    assert_eq!(
        names(db, |p| p.tasks.any(|t| t.title.in_list(["b", "c"]))
            & p.name.in_list(["Ann", "Bob"]))
        .await?,
        ["Ann"]
    );
    assert_eq!(
        names(db, |p| p.tasks.any(|t| t.title.starts_with("b"))).await?,
        ["Ann"]
    );
    Ok(())
}

async fn updates_and_deletes_by_relations(db: &Db) -> Result<()> {
    people(db).await?;
    assert_eq!(
        Task::filter(|t| t.person.is(|p| p.name.eq("Ann")))
            .update()
            .done(true)
            .exec(db)
            .await?,
        2
    );
    assert_eq!(
        Person::filter(|p| p.boss.is(|boss| boss.name.eq("Ann")))
            .update()
            .age(1)
            .exec(db)
            .await?,
        2,
        "the same table inside"
    );
    assert_eq!(
        Person::filter(|p| p.tasks.none(|_| Filter::always())
            & p.reports.none(|_| Filter::always())
            & p.passport.is_none())
        .delete()
        .exec(db)
        .await?,
        1
    );
    assert_eq!(names(db, |_| Filter::always()).await?, ["Ann", "Bob", "Cy"]);
    let changed = Person::filter(|p| p.boss.is(|boss| boss.name.eq("Ann")))
        .update()
        .age(2)
        .returning(db)
        .await?;
    assert_eq!(changed.len(), 2);
    Ok(())
}

async fn a_relation_by_a_composite_key(db: &Db) -> Result<()> {
    create!(Shelf { room: "a", number: 1, label: "x", books: [{ isbn: "1", title: "t" }, { isbn: "2", title: "u" }] }).exec(db).await?;
    create!(Shelf {
        room: "a",
        number: 2,
        label: "y"
    })
    .exec(db)
    .await?;
    assert_eq!(
        Shelf::filter(|s| s.books.any(|b| b.title.eq("u")))
            .one(db)
            .await?
            .number,
        1
    );
    assert_eq!(
        Shelf::filter(|s| s.books.none(|_| Filter::always()))
            .one(db)
            .await?
            .number,
        2
    );
    assert_eq!(
        Book::filter(|b| b.shelf.is(|s| s.label.eq("x")))
            .count(db)
            .await?,
        2
    );
    Ok(())
}

async fn the_query_of_a_row_s_relation(db: &Db) -> Result<()> {
    people(db).await?;
    let ann = Person::get_by_name(db, "Ann").await?;
    assert_eq!(ann.tasks().count(db).await?, 2);
    assert_eq!(
        ann.tasks().filter(|t| t.done.eq(true)).one(db).await?.title,
        "b"
    );
    assert_eq!(
        ann.tasks()
            .order_by(|t| t.title.desc())
            .limit(1)
            .all(db)
            .await?[0]
            .title,
        "b"
    );
    assert_eq!(ann.reviews().count(db).await?, 1);
    assert_eq!(ann.reports().all(db).await?.len(), 2);
    assert_eq!(ann.boss().first(db).await?, None);
    let bob = Person::get_by_name(db, "Bob").await?;
    assert_eq!(
        bob.boss().first(db).await?.map(|boss| boss.name),
        Some("Ann".into())
    );
    assert_eq!(bob.passport().first(db).await?, None);
    let task = bob.tasks().query().one(db).await?;
    assert_eq!(task.person().one(db).await?.name, "Bob");
    assert_eq!(
        bob.tasks()
            .filter(|t| t.title.eq("a"))
            .update()
            .rank(7)
            .exec(db)
            .await?,
        1
    );
    assert_eq!(bob.tasks().query().delete().exec(db).await?, 1);
    assert_eq!(
        (bob.tasks().count(db).await?, ann.tasks().count(db).await?),
        (0, 2)
    );
    Ok(())
}

on_every_database! { MODELS;
    any_none_and_all_of_a_has_many [dynamodb: "a condition on the rows of a relation"],
    unknown_is_not_true_of_all [dynamodb: "a condition on the rows of a relation"],
    is_and_is_none_of_a_has_one [dynamodb: "a condition on the rows of a relation"],
    is_of_a_belongs_to [dynamodb: "a condition on the rows of a relation"],
    is_none_of_a_belongs_to,
    a_row_that_refers_to_nothing_has_no_key_of_another,
    a_relation_of_a_model_to_itself [dynamodb: "a condition on the rows of a relation"],
    relations_among_other_conditions [dynamodb: "a condition on the rows of a relation"],
    updates_and_deletes_by_relations [dynamodb: "a condition on the rows of a relation"],
    a_relation_by_a_composite_key [dynamodb: "a condition on the rows of a relation"],
    the_query_of_a_row_s_relation,
}
