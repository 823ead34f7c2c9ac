//! Several queries as one, and the first row of each group.

use crate::cases::{on_every_database, sorted};
use crate::models::people::{PEOPLE, Person, Task};
use futures_util::TryStreamExt;
use toasty::expr::{count, lower, row_number};
use toasty::{Db, Error, ErrorKind, Query, Result, create};

/// Ann has `a`, `b` and `c` with ranks 3, 1 and none; Bob has `b` and `d` with ranks 2 and 2, of which `d` is done.
async fn tasks(db: &Db) -> Result<()> {
    for (name, age) in [("Ann", Some(30)), ("Bob", None)] {
        create!(Person { name, age }).exec(db).await?;
    }
    let rows = [
        ("Ann", "a", Some(3), false),
        ("Ann", "b", Some(1), false),
        ("Ann", "c", None, false),
        ("Bob", "b", Some(2), false),
        ("Bob", "d", Some(2), true),
    ];
    for (name, title, rank, done) in rows {
        let person = Person::get_by_name(db, name).await?;
        create!(Task {
            person_id: person.id,
            title,
            rank,
            done
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

fn titles(rows: Vec<Task>) -> Vec<String> {
    sorted(
        rows.into_iter().map(|row| row.title).collect(),
        String::clone,
    )
}

fn of(title: &'static str) -> Query<Task> {
    Task::filter(|task| task.title.eq(title))
}

async fn rows_of_two_queries_are_put_together(db: &Db) -> Result<()> {
    tasks(db).await?;
    let ranked = || Task::filter(|task| task.rank.ge(2));
    assert_eq!(
        titles(ranked().union(of("b")).all(db).await?),
        ["a", "b", "b", "d"]
    );
    assert_eq!(
        titles(ranked().union_all(of("b")).all(db).await?),
        ["a", "b", "b", "b", "d"]
    );
    assert_eq!(titles(ranked().intersect(of("b")).all(db).await?), ["b"]);
    assert_eq!(titles(ranked().except(of("b")).all(db).await?), ["a", "d"]);
    Ok(())
}

async fn a_union_is_a_query_like_others(db: &Db) -> Result<()> {
    tasks(db).await?;
    let all = || of("a").union(of("b")).union(of("c"));
    assert_eq!(all().count(db).await?, 4);
    assert_eq!(all().limit(3).count(db).await?, 3);
    assert!(all().exists(db).await?);
    let first = all().order_by(|task| (task.title.desc(), task.id.asc()));
    assert_eq!(first.first(db).await?.expect("a row").title, "c");
    let of_bob = all().filter(|task| task.person.is(|person| person.name.eq("Bob")));
    let one = of_bob.include(|task| task.person).one(db).await?;
    assert_eq!(
        (one.title.as_str(), one.person.get()?.name.as_str()),
        ("b", "Bob")
    );
    let second = all()
        .order_by(|task| task.id.asc())
        .limit(1)
        .offset(1)
        .one(db)
        .await?;
    assert_eq!(second.title, "b");
    let counted = all()
        .group_by(|task| task.title)
        .order_by(|group| group.key.asc());
    let counted = counted.select(|group| (group.key, count())).all(db).await?;
    let counted: Vec<(&str, u64)> = counted.iter().map(|(key, n)| (key.as_str(), *n)).collect();
    assert_eq!(counted, [("a", 1), ("b", 2), ("c", 1)]);
    let streamed: Vec<Task> = all().stream(db).try_collect().await?;
    assert_eq!(streamed.len(), 4);
    Ok(())
}

async fn each_part_has_its_own_order_and_limit(db: &Db) -> Result<()> {
    tasks(db).await?;
    let by_rank = |task: <Task as toasty::Model>::Fields| task.rank.asc().nulls_last();
    let lowest = Task::all().order_by(by_rank).limit(1);
    let last = Task::all()
        .order_by(|task| task.id.desc())
        .limit(1)
        .offset(1);
    let both = lowest.union(last).order_by(|task| task.id.asc());
    assert_eq!(titles(both.all(db).await?), ["b", "b"]);
    // What no row can meet is a part without rows.
    let none = Task::filter(|task| task.id.in_list(Vec::<u64>::new()));
    assert_eq!(none.union(of("a")).count(db).await?, 1);
    // A part of a part.
    let left = of("a")
        .union(of("b"))
        .except(of("b").intersect(Task::filter(|t| t.rank.eq(2))));
    assert_eq!(titles(left.all(db).await?), ["a", "b"]);
    Ok(())
}

async fn values_of_different_models_are_put_together(db: &Db) -> Result<()> {
    tasks(db).await?;
    let people = || Person::all().select(|person| (person.name, person.age));
    let tasks = || Task::filter(|task| task.done.eq(false)).select(|task| (task.title, task.rank));
    let all = people()
        .union_all(tasks())
        .order_by(|(name, number)| (number.desc(), name.asc()));
    let all = all.limit(4).all(db).await?;
    let all: Vec<(&str, Option<i64>)> = all.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    assert_eq!(
        all,
        [
            ("Ann", Some(30)),
            ("a", Some(3)),
            ("b", Some(2)),
            ("b", Some(1))
        ]
    );
    let titles = || Task::all().select(|task| task.title);
    let different = titles().union(titles());
    assert_eq!(different.count(db).await?, 4);
    let both = Task::filter(|task| task.rank.eq(2)).select(|task| task.title);
    let both = both.intersect(Task::filter(|task| task.rank.eq(1)).select(|task| task.title));
    assert_eq!(both.one(db).await?, "b");
    let lowered = Person::all().select(|person| lower(person.name));
    let left = lowered.except(titles()).order_by(|name| name.desc());
    assert_eq!(left.first(db).await?.as_deref(), Some("bob"));
    let names = people().union(people());
    assert_eq!(names.stream(db).try_collect::<Vec<_>>().await?.len(), 2);
    Ok(())
}

async fn the_first_row_of_each_group_is_that_of_the_order(db: &Db) -> Result<()> {
    tasks(db).await?;
    let best = || {
        Task::all()
            .order_by(|task| (task.rank.desc(), task.id.asc()))
            .distinct_on(|task| task.person_id)
    };
    let rows = best().all(db).await?;
    let rows: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(rows, ["a", "b"], "in the order of the query");
    assert_eq!(best().count(db).await?, 2);
    assert_eq!(best().limit(1).all(db).await?.len(), 1);
    let open = best().filter(|task| task.title.ne("a"));
    let open = open.select(|task| (task.title, task.rank)).all(db).await?;
    assert_eq!(open, [("b".to_owned(), Some(2)), ("b".to_owned(), Some(1))]);
    // By the key where nothing else is said.
    let rows = Task::all()
        .distinct_on(|task| (task.person_id, task.done))
        .all(db)
        .await?;
    assert_eq!(titles(rows), ["a", "b", "d"]);
    let of_ann = best().filter(|task| task.person.is(|person| person.name.eq("Ann")));
    assert_eq!(of_ann.one(db).await?.title, "a");
    let lowest = Task::all().order_by(|task| lower(task.title).desc());
    let lowest = lowest.distinct_on(|task| task.rank);
    assert_eq!(titles(lowest.all(db).await?), ["a", "b", "c", "d"]);
    Ok(())
}

fn refused(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
    assert_eq!(error.model(), Some("Task"));
    assert!(error.advice().is_some());
}

async fn what_makes_no_sense_of_several_queries_is_refused(db: &Db) -> Result<()> {
    let ordered = Task::all().order_by(|task| task.id.asc());
    refused(&ordered.union(of("a")).all(db).await.unwrap_err());
    let loaded = Task::all().include(|task| task.person);
    refused(&of("a").union(loaded).all(db).await.unwrap_err());
    let both = of("a").union(of("b")).filter(|task| task.done.eq(true));
    refused(&both.clone().delete().exec(db).await.unwrap_err());
    refused(&both.update().done(true).exec(db).await.unwrap_err());
    let numbered =
        Task::all().order_by(|task| row_number().over(|w| w.order_by(task.id.asc())).asc());
    refused(
        &numbered
            .distinct_on(|task| task.title)
            .all(db)
            .await
            .unwrap_err(),
    );
    let mut nested = of("a").union(of("b"));
    for _ in 0..1_000 {
        nested = nested.except(of("c")).union(of("d"));
    }
    refused(&nested.all(db).await.unwrap_err());
    let mut long = of("a").union(of("b"));
    for _ in 0..600 {
        long = long.union(of("c"));
    }
    assert_eq!(
        long.all(db).await.unwrap_err().kind(),
        ErrorKind::TooComplex
    );
    Ok(())
}

on_every_database! { PEOPLE;
    rows_of_two_queries_are_put_together [dynamodb: "several queries as one"],
    a_union_is_a_query_like_others [dynamodb: "several queries as one"],
    each_part_has_its_own_order_and_limit [dynamodb: "several queries as one"],
    values_of_different_models_are_put_together [dynamodb: "several queries as one"],
    the_first_row_of_each_group_is_that_of_the_order [dynamodb: "the first row of each group"],
    what_makes_no_sense_of_several_queries_is_refused,
}
