//! Pages by cursor in orders that are computed, and pages of values, views, groups, unions and trees.

use super::pages::there_and_back;
use crate::cases::on_every_database;
use crate::models::figures::{Figure, Mood};
use crate::models::keys::{Login, LoginFields};
use crate::models::people::{Note, PEOPLE, Person, Task};
use crate::models::values::{Anything, VALUES};
use crate::models::views::TaskTitle;
use serde_json::json;
use std::collections::BTreeSet;
use toasty::expr::{avg, case, count, length, lower, max, outer, row_number, scalar, sum};
use toasty::{Db, Error, ErrorKind, Model, ModelDef, Page, Query, Result, create};

toasty::toasty! {
    #[derive(Clone)]
    pub model Marked {
        id: u64 [key],
        marks: Vec<String>,
    }
}

const MODELS: &[&ModelDef] = &[Figure::DEF];

/// Seven lines of two shops.
async fn figures(db: &Db) -> Result<()> {
    let rows = [
        (1u64, "x", "Beta", 4, Some(2), Mood::Calm),
        (2, "x", "alpha", -3, None, Mood::Angry),
        (3, "y", "Gamma", 4, Some(4), Mood::Calm),
        (4, "x", "beta", 0, Some(0), Mood::Calm),
        (5, "y", "ALPHA", 9, None, Mood::Angry),
        (6, "y", "delta", -9, Some(3), Mood::Calm),
        (7, "x", "", 4, Some(4), Mood::Angry),
    ];
    for (id, shop, title, number, other, mood) in rows {
        let price = rust_decimal::Decimal::new(number * 15, 1);
        let row = create!(Figure {
            id,
            shop,
            title,
            number,
            other,
            mood,
            price
        });
        row.exec(db).await?;
    }
    Ok(())
}

fn ids(rows: &[Figure]) -> Vec<u64> {
    rows.iter().map(|row| row.id).collect()
}

/// One line page by page, in pages of every size.
macro_rules! paged {
    ($db:expr, $query:expr => $expected:expr) => {
        for size in [1, 2, 3, 7] {
            let query = $query;
            let pages = there_and_back($db, || query.clone().page(size)).await?;
            assert_eq!(
                pages.concat(),
                $expected,
                "{} by {size}",
                stringify!($query)
            );
        }
    };
}

async fn in_orders_that_are_computed(db: &Db) -> Result<()> {
    figures(db).await?;
    macro_rules! orders {
        ($($order:expr => $expected:expr),* $(,)?) => { $(
            for size in [1, 2, 3, 7] {
                let query = Figure::all().order_by($order);
                let pages = there_and_back(db, || query.clone().page(size)).await?;
                assert_eq!(ids(&pages.concat()), $expected, "{} by {size}", stringify!($order));
            }
        )* };
    }
    orders!(
        |f| lower(f.title).asc() => [7, 2, 5, 1, 4, 6, 3],
        |f| (lower(f.title).desc(), f.id.asc()) => [3, 6, 1, 4, 2, 5, 7],
        |f| length(f.title).desc() => [6, 5, 3, 2, 4, 1, 7],
        |f| (f.other + f.number).asc() => [2, 5, 6, 4, 1, 3, 7],
        |f| (f.other + f.number).desc().nulls_last() => [7, 3, 1, 4, 6, 5, 2],
        |f| ((f.other + f.number).desc().nulls_first(), f.id.asc()) => [2, 5, 3, 7, 1, 4, 6],
        |f| (f.number / f.other).asc().nulls_last() => [6, 3, 7, 1, 2, 4, 5],
        |f| case(f.number.gt(3), "large").otherwise(f.title).asc() => [2, 4, 6, 1, 3, 5, 7],
        |f| (f.price * rust_decimal::Decimal::TWO).desc() => [5, 7, 3, 1, 4, 2, 6],
        |f| (f.mood.desc(), lower(f.title).asc()) => [1, 4, 6, 3, 7, 2, 5],
        |f| (f.number.asc(), (f.number + 1).desc(), f.id.desc()) => [6, 2, 4, 7, 3, 1, 5],
    );
    Ok(())
}

async fn in_the_order_of_paths_into_json(db: &Db) -> Result<()> {
    db.create_tables_of(VALUES).await?;
    for json in [
        json!({"n": 3}),
        json!({"n": "x"}),
        json!({"n": -1}),
        json!({}),
        json!({"n": 3}),
    ] {
        create!(Anything { json }).exec(db).await?;
    }
    create!(Anything {}).exec(db).await?;
    let query = Anything::all().order_by(|a| a.json.path("n").as_i64().desc());
    let pages = there_and_back(db, || query.clone().page(2)).await?;
    let ids: Vec<u64> = pages.concat().iter().map(|row| row.id).collect();
    assert_eq!(ids, [5, 1, 3, 6, 4, 2]);
    Ok(())
}

/// Ann has five tasks, of which each has as many notes as its number; Bob has one without.
async fn tasks(db: &Db) -> Result<()> {
    db.create_tables_of(PEOPLE).await?;
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let bob = create!(Person { name: "Bob" }).exec(db).await?;
    for (number, title) in [(3, "c"), (1, "e"), (0, "b"), (3, "a"), (2, "d")] {
        let task = create!(Task {
            person_id: ann.id,
            title,
            reviewer_id: (number > 1).then_some(bob.id),
            rank: (number != 2).then_some(number)
        });
        let task = task.exec(db).await?;
        for _ in 0..number {
            create!(Note {
                task_id: task.id,
                text: "n"
            })
            .exec(db)
            .await?;
        }
    }
    create!(Task {
        person_id: bob.id,
        title: "f",
        reviewer_id: Some(ann.id)
    })
    .exec(db)
    .await?;
    Ok(())
}

fn titles(tasks: &[Task]) -> String {
    tasks.iter().map(|task| task.title.as_str()).collect()
}

async fn in_the_order_of_values_of_relations(db: &Db) -> Result<()> {
    tasks(db).await?;
    macro_rules! orders {
        ($($order:expr => $expected:expr),* $(,)?) => { $(
            for size in [1, 2, 4] {
                let query = Task::all().order_by($order).include(|task| task.notes);
                let pages = there_and_back(db, || query.clone().page(size)).await?;
                assert_eq!(titles(&pages.concat()), $expected, "{}", stringify!($order));
                assert!(pages.concat().iter().all(|task| task.notes.get().is_ok()));
            }
        )* };
    }
    orders!(
        |t| (t.person.value(|p| p.name).desc(), t.title.asc()) => "fabcde",
        |t| (t.notes.count().desc(), t.title.asc()) => "acdebf",
        |t| (t.reviewer.value(|p| p.name).asc(), t.title.desc()) => "ebfdca",
        |t| (t.reviewer.value(|p| p.name).asc().nulls_last(), t.title.asc()) => "facdbe",
        |t| (t.notes.max(|n| n.id).desc().nulls_first(), t.id.asc()) => "bfdaec",
    );
    Ok(())
}

/// The order and the key are not among the values, and on every database the page knows them.
async fn of_values_without_those_of_the_order(db: &Db) -> Result<()> {
    tasks(db).await?;
    let ann = Person::get_by_name(db, "Ann").await?.id;
    let of_ann = || Task::filter(|task| task.person_id.eq(ann)).order_by(|task| task.title.asc());
    paged!(db, of_ann().select(|task| task.rank) => [Some(3), Some(0), Some(3), None, Some(1)]);
    let view = there_and_back(db, || of_ann().select_as::<TaskTitle>().page(2)).await?;
    let shown: Vec<_> = view
        .concat()
        .into_iter()
        .map(|task| (task.title, task.rank))
        .collect();
    assert_eq!(
        shown[3..],
        [("d".to_owned(), None), ("e".to_owned(), Some(1))]
    );
    let numbered = of_ann().select(|task| task.rank).numbered(2).page(3);
    let numbered = numbered.fetch(db).await?;
    assert_eq!(
        (numbered.items, numbered.pages, numbered.total),
        (vec![Some(1)], 3, 5)
    );
    let mut batches = of_ann().select(|task| task.rank).in_batches_of(3);
    assert_eq!(
        batches.next(db).await?,
        Some(vec![Some(3), Some(0), Some(3)])
    );
    assert_eq!(batches.next(db).await?, Some(vec![None, Some(1)]));
    assert_eq!(batches.next(db).await?, None);
    Ok(())
}

async fn of_values_that_are_computed(db: &Db) -> Result<()> {
    figures(db).await?;
    paged!(db, Figure::all().order_by(|f| f.id.desc()).select(|f| f.number + 1) =>
        [5, -8, 10, 1, 5, -2, 5]);
    paged!(db, Figure::all().order_by(|f| (f.number + 1).asc()).select(|f| f.number + 1) =>
        [-8, -2, 1, 5, 5, 5, 10]);
    paged!(db, Figure::all().order_by(|f| lower(f.title).asc()).select(|f| f.id) =>
        [7, 2, 5, 1, 4, 6, 3]);
    let numbered = Figure::all()
        .order_by(|f| f.id.asc())
        .select(|f| (f.number + 1) * 2);
    let numbered = numbered.numbered(3).page(3).fetch(db).await?;
    assert_eq!(
        (numbered.items, numbered.pages, numbered.total),
        (vec![10], 3, 7)
    );
    Ok(())
}

/// A window is one of all rows, whatever the page.
async fn of_values_of_windows(db: &Db) -> Result<()> {
    figures(db).await?;
    let query = || {
        Figure::all()
            .order_by(|f| f.id.asc())
            .select(|f| (f.id, row_number().over(|w| w.order_by(f.id.desc()))))
    };
    paged!(db, query() => [(1, 7), (2, 6), (3, 5), (4, 4), (5, 3), (6, 2), (7, 1)]);
    Ok(())
}

async fn of_rows_with_an_array_that_is_held_equal(db: &Db) -> Result<()> {
    db.create_tables_of(&[Marked::DEF]).await?;
    for id in 1..=4u64 {
        let marks = if id == 3 {
            vec![]
        } else {
            vec!["a".to_owned()]
        };
        create!(Marked { id, marks }).exec(db).await?;
    }
    let marked = |mark: &str| {
        let marks = vec![mark.to_owned()];
        Marked::filter(|m| m.marks.eq(marks)).allow_scan().page(2)
    };
    let first = marked("a").fetch(db).await?;
    let token = first.next_token();
    let second = marked("a").after(token).fetch(db).await?;
    let all = first.items.iter().chain(&second.items);
    assert_eq!(all.map(|m| m.id).collect::<BTreeSet<_>>(), [1, 2, 4].into());
    let error = marked("b").after(token).fetch(db).await.unwrap_err();
    assert!(error.is_invalid_cursor(), "{error:?}");
    Ok(())
}

async fn of_groups(db: &Db) -> Result<()> {
    figures(db).await?;
    let by_other = || Figure::all().group_by(|f| f.other);
    paged!(db, by_other().order_by(|g| sum(g.row.number).desc()).select(|g| (g.key, count())) =>
        [(Some(4), 2), (None, 2), (Some(2), 1), (Some(0), 1), (Some(3), 1)]);
    paged!(db, by_other().order_by(|g| (count().asc(), g.key.desc())).select(|g| g.key) =>
        [Some(3), Some(2), Some(0), Some(4), None]);
    paged!(db, by_other().order_by(|_| count().desc()).select(|g| g.key) =>
        [Some(4), None, Some(3), Some(2), Some(0)]);
    paged!(db, by_other().select(|g| g.key) => [None, Some(0), Some(2), Some(3), Some(4)]);
    let by_title = || Figure::all().group_by(|f| (lower(f.title), f.number + 1));
    let large = || {
        by_title()
            .having(|_| count().ge(1))
            .order_by(|g| max(g.row.id).desc())
    };
    paged!(db, large().select(|g| (max(g.row.id), g.key.1)) => [
        (Some(7), 5), (Some(6), -8), (Some(5), 10), (Some(4), 1), (Some(3), 5), (Some(2), -2), (Some(1), 5),
    ]);
    let means = || {
        Figure::all()
            .group_by(|f| f.shop)
            .order_by(|g| avg(g.row.number).asc())
    };
    paged!(db, means().select(|g| g.key) => ["x", "y"]);
    let numbered = by_other()
        .having(|_| count().gt(1))
        .select(|g| g.key)
        .numbered(1)
        .page(2);
    let numbered = numbered.fetch(db).await?;
    assert_eq!((numbered.items, numbered.total), (vec![Some(4)], 2));
    let mut batches = by_other().select(|g| g.key).in_batches_of(4);
    assert_eq!(batches.next(db).await?.map(|rows| rows.len()), Some(4));
    assert_eq!(batches.next(db).await?, Some(vec![Some(4)]));
    Ok(())
}

async fn of_values_that_come_once(db: &Db) -> Result<()> {
    figures(db).await?;
    let values = || Figure::all().select(|f| (f.shop, f.mood)).distinct();
    let all = || {
        [
            ("x", Mood::Angry),
            ("x", Mood::Calm),
            ("y", Mood::Angry),
            ("y", Mood::Calm),
        ]
        .map(|(shop, mood)| (shop.to_owned(), mood))
    };
    paged!(db, values() => all());
    let down = || Figure::all().order_by(|f| f.shop.desc());
    paged!(db, down().select(|f| (f.mood, f.shop)).distinct() => [
        (Mood::Calm, "y".to_owned()), (Mood::Angry, "y".to_owned()),
        (Mood::Calm, "x".to_owned()), (Mood::Angry, "x".to_owned()),
    ]);
    let numbered = values().numbered(3).page(2).fetch(db).await?;
    assert_eq!(
        (numbered.items, numbered.total),
        (vec![all()[3].clone()], 4)
    );
    Ok(())
}

async fn of_several_queries(db: &Db) -> Result<()> {
    figures(db).await?;
    let of = |shop: &'static str| Figure::filter(move |f| f.shop.eq(shop));
    let union = || of("x").union(Figure::filter(|f| f.number.eq(4)));
    let by_number = union().order_by(|f| f.number.desc());
    let pages = there_and_back(db, || by_number.clone().page(2)).await?;
    assert_eq!(ids(&pages.concat()), [7, 3, 1, 4, 2]);
    let by_title = union().order_by(|f| lower(f.title).asc());
    let pages = there_and_back(db, || by_title.clone().page(2)).await?;
    assert_eq!(ids(&pages.concat()), [7, 2, 1, 4, 3]);
    let row = pages[0][1].clone();
    let next = by_number.clone().page(2).before_row(&row).fetch(db).await?;
    assert_eq!(ids(&next.items), [1, 4]);
    let without = of("x").except(Figure::filter(|f| f.number.eq(4)));
    let pages = there_and_back(db, || without.clone().page(1)).await?;
    assert_eq!(ids(&pages.concat()), [2, 4]);
    let numbered = union()
        .order_by(|f| lower(f.title).desc())
        .numbered(2)
        .page(3);
    let numbered = numbered.fetch(db).await?;
    assert_eq!((ids(&numbered.items), numbered.total), (vec![7], 5));

    let values = || {
        let x = of("x").select(|f| (f.mood, f.number));
        x.union(of("y").select(|f| (f.mood, f.number)))
    };
    paged!(db, values().order_by(|(_, number)| number.asc()) => [
        (Mood::Calm, -9), (Mood::Angry, -3), (Mood::Calm, 0), (Mood::Angry, 4), (Mood::Calm, 4),
        (Mood::Angry, 9),
    ]);
    let numbers = of("x")
        .select(|f| f.number)
        .intersect(of("y").select(|f| f.number));
    paged!(db, numbers.clone() => [4]);
    let doubled = || values().order_by(|(mood, number)| ((number * 2).desc(), mood.desc()));
    let pages = there_and_back(db, || doubled().page(4)).await?;
    let numbers: Vec<i64> = pages.concat().iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [9, 4, 4, 0, -3, -9]);
    Ok(())
}

async fn of_the_first_rows_of_groups(db: &Db) -> Result<()> {
    figures(db).await?;
    let first = || Figure::all().order_by(|f| (f.number.desc(), f.id.asc()));
    let query = || first().distinct_on(|f| f.shop);
    let pages = there_and_back(db, || query().page(1)).await?;
    assert_eq!(ids(&pages.concat()), [5, 1]);
    paged!(db, query().select(|f| f.title) => ["ALPHA", "Beta"]);
    let computed = || Figure::all().order_by(|f| (lower(f.title).desc(), f.id.asc()));
    let pages = there_and_back(db, || computed().distinct_on(|f| f.mood).page(1)).await?;
    assert_eq!(ids(&pages.concat()), [3, 2]);
    let by_key = Figure::all().distinct_on(|f| f.shop);
    let pages = there_and_back(db, || by_key.clone().page(1)).await?;
    assert_eq!(ids(&pages.concat()), [1, 3]);
    Ok(())
}

async fn of_a_tree(db: &Db) -> Result<()> {
    db.create_tables_of(PEOPLE).await?;
    let mut boss_id = None;
    for name in ["Dan", "Ann", "Eve", "Bob", "Cid"] {
        boss_id = Some(create!(Person { name, boss_id }).exec(db).await?.id);
    }
    create!(Person { name: "Fay" }).exec(db).await?;
    let below =
        || Person::filter(|person| person.name.eq("Ann")).with_descendants(|person| person.reports);
    let names = |pages: Vec<Vec<Person>>| {
        let names = pages.concat().into_iter().map(|person| person.name);
        names.collect::<Vec<_>>().join(" ")
    };
    let query = below().order_by(|person| person.name.desc());
    let pages = there_and_back(db, || query.clone().page(2)).await?;
    assert_eq!(names(pages), "Eve Cid Bob Ann");
    let query =
        below().order_by(|person| (length(person.name).asc(), person.reports.count().asc()));
    let pages = there_and_back(db, || query.clone().page(3)).await?;
    assert_eq!(names(pages), "Cid Ann Eve Bob");
    Ok(())
}

fn refused<T>(read: Result<T>, words: &str) {
    match read {
        Ok(_) => panic!("was to be refused: {words}"),
        Err(error) => {
            assert!(
                error.is_unsupported() && error.advice().is_some(),
                "{error:?}"
            );
            assert!(error.message().contains(words), "{error:?}");
        }
    }
}

async fn what_has_no_pages_says_what_to_do(db: &Db) -> Result<()> {
    let metered = db.metered();
    let on = &metered;
    let both = || Figure::all().union_all(Figure::filter(|f| f.id.gt(3)));
    refused(both().page(2).fetch(on).await, "`union_all`");
    refused(
        both().select(|f| f.id).page(2).fetch(on).await,
        "`union_all`",
    );
    let numbers = || Figure::all().select(|f| f.number);
    refused(
        numbers().union_all(numbers()).page(2).fetch(on).await,
        "`union_all`",
    );
    let place = || Figure::all().order_by(|f| row_number().over(|w| w.order_by(f.id.asc())).asc());
    refused(place().page(2).fetch(on).await, "window function");
    refused(place().in_batches_of(2).next(on).await, "window function");
    let all = || Figure::all().select(|f| sum(f.number));
    refused(all().page(2).fetch(on).await, "one row");
    refused(numbers().limit(3).page(2).fetch(on).await, "limit");
    for error in [
        numbers().page(0).fetch(on).await.err().unwrap(),
        numbers().numbered(0).fetch(on).await.err().unwrap(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidParameter);
        assert!(error.message().contains("0 rows"), "{error:?}");
    }
    let mut batches = numbers().limit(3).in_batches_of(2);
    refused(batches.next(on).await, "limit");
    refused(batches.next(on).await, "limit");
    let json = Anything::all().group_by(|a| a.json).select(|g| g.key);
    refused(json.page(2).fetch(on).await, "JSON");
    let secret = || Login::all().order_by(|login| lower(login.password).asc());
    refused(secret().page(2).fetch(on).await, "`sensitive`");
    refused(
        secret().select(|login| login.name).page(2).fetch(on).await,
        "`sensitive`",
    );
    let secrets = Login::all().select(|login| login.password);
    let secrets = secrets.union(Login::all().select(|login| login.name));
    refused(secrets.page(2).fetch(on).await, "`sensitive`");
    let groups = Login::all().group_by(|login| login.realm);
    let groups = groups
        .order_by(|g| max(g.row.password).asc())
        .select(|g| g.key);
    refused(groups.page(2).fetch(on).await, "`sensitive`");
    let by_name = Login::all()
        .select(|login| (login.password, login.id))
        .named("secrets");
    let distinct = || by_name.select(|(password, _)| password).distinct();
    refused(distinct().page(2).fetch(on).await, "`sensitive`");
    let groups = by_name.group_by(|(password, _)| password).select(|g| g.key);
    refused(groups.page(2).fetch(on).await, "`sensitive`");
    let groups = by_name.group_by(|(_, id)| id);
    let groups = groups.order_by(|g| max(g.row.0).asc()).select(|g| g.key);
    refused(groups.page(2).fetch(on).await, "`sensitive`");
    refused(
        distinct().union(distinct()).page(2).fetch(on).await,
        "`sensitive`",
    );
    let own = |login: LoginFields| {
        let own = by_name.filter(|(_, id)| id.eq(outer(login.id)));
        scalar::<Login, _>(own.select(|(password, _)| password))
    };
    let by_own = Login::all().order_by(|login| own(login).asc());
    refused(by_own.page(2).fetch(on).await, "`sensitive`");
    let row = figure();
    let computed = Figure::all().order_by(|f| lower(f.title).asc()).page(2);
    refused(computed.after_row(&row).fetch(on).await, "row at hand");
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    Ok(())
}

fn figure() -> Figure {
    Figure {
        id: 1,
        shop: "x".into(),
        title: "t".into(),
        label: None,
        done: false,
        tiny: 0,
        number: 1,
        other: None,
        amount: 0,
        share: 0.0,
        price: rust_decimal::Decimal::ZERO,
        at: jiff::Timestamp::UNIX_EPOCH,
        mood: Mood::Calm,
        mark: uuid::Uuid::nil(),
    }
}

/// What is secret is no cursor's, but a walk keeps it to itself.
async fn a_walk_is_also_in_the_order_of_secrets(db: &Db) -> Result<()> {
    db.create_tables_of(&[Login::DEF]).await?;
    for (name, password) in [("Ann", "C"), ("Bob", "a"), ("Cid", "B")] {
        let login = create!(Login {
            name,
            password,
            email: format!("{name}@example.com")
        });
        login.exec(db).await?;
    }
    let mut batches = Login::all()
        .order_by(|login| lower(login.password).asc())
        .select(|login| login.name)
        .in_batches_of(2);
    assert_eq!(
        batches.next(db).await?,
        Some(vec!["Bob".to_owned(), "Cid".to_owned()])
    );
    assert_eq!(batches.next(db).await?, Some(vec!["Ann".to_owned()]));
    Ok(())
}

async fn cursor_from_another_expression_is_refused(db: &Db) -> Result<()> {
    figures(db).await?;
    let all = || Figure::all().order_by(|f| lower(f.title).asc());
    let first = all().page(2).fetch(db).await?;
    let second = all().page(2).after(first.next_token()).fetch(db).await?;
    let (next, prev) = (first.next_token(), second.prev_token());
    let groups = || Figure::all().group_by(|f| f.other);
    let of_groups = groups()
        .order_by(|_| count().asc())
        .select(|g| g.key)
        .page(2);
    let of_groups = of_groups.fetch(db).await?;
    let metered = db.metered();
    let on = &metered;
    let foreign = |read: Result<()>| {
        let error: Error = read.err().unwrap();
        assert!(error.is_invalid_cursor(), "{error:?}");
        assert_eq!(error.model(), Some("Figure"));
    };
    let none = |_: Page<Figure>| ();
    let rows = |query: Query<Figure, _>| query.page(2).after(next);
    foreign(
        rows(Figure::all().order_by(|f| lower(f.title).desc()))
            .fetch(on)
            .await
            .map(none),
    );
    foreign(
        rows(Figure::all().order_by(|f| lower(f.shop).asc()))
            .fetch(on)
            .await
            .map(none),
    );
    foreign(
        rows(Figure::all().order_by(|f| toasty::expr::upper(f.title).asc()))
            .fetch(on)
            .await
            .map(none),
    );
    foreign(
        rows(Figure::all().order_by(|f| f.title.asc()))
            .fetch(on)
            .await
            .map(none),
    );
    foreign(
        rows(all().order_by(|f| f.number.asc()))
            .fetch(on)
            .await
            .map(none),
    );
    foreign(
        rows(
            Figure::all()
                .union(Figure::all())
                .order_by(|f| lower(f.title).asc()),
        )
        .fetch(on)
        .await
        .map(none),
    );
    foreign(
        rows(all().distinct_on(|f| f.shop))
            .fetch(on)
            .await
            .map(none),
    );
    // The wrong way round, and cut.
    foreign(all().page(2).before(next).fetch(on).await.map(none));
    foreign(all().page(2).after(prev).fetch(on).await.map(none));
    let cut = next.map(|token| token[..token.len() - 1].to_owned());
    foreign(all().page(2).after(cut).fetch(on).await.map(none));
    // Of a union of another shop's, whose name stands in its parts.
    let union = |shop: &'static str| {
        let of = |number: i64| Figure::filter(move |f| f.shop.eq(shop) & f.number.gt(number));
        of(-9).union(of(0)).page(2)
    };
    let of_union = union("x").fetch(db).await?;
    let token = of_union.next_token();
    foreign(union("y").after(token).fetch(on).await.map(none));
    // Of groups.
    let token = of_groups.next_token();
    let shop = Figure::all()
        .group_by(|f| f.shop)
        .order_by(|_| count().asc());
    foreign(
        shop.select(|g| g.key)
            .page(2)
            .after(token)
            .fetch(on)
            .await
            .map(|_| ()),
    );
    let few = groups()
        .having(|_| count().gt(1))
        .order_by(|_| count().asc());
    foreign(
        few.select(|g| g.key)
            .page(2)
            .after(token)
            .fetch(on)
            .await
            .map(|_| ()),
    );
    let largest = groups().order_by(|g| max(g.row.id).asc());
    foreign(
        largest
            .select(|g| g.key)
            .page(2)
            .after(token)
            .fetch(on)
            .await
            .map(|_| ()),
    );
    let plain = Figure::all()
        .order_by(|f| f.other.asc())
        .select(|f| f.other);
    foreign(plain.page(2).after(token).fetch(on).await.map(|_| ()));
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    // The number of rows is no part of a query, nor are the values in it.
    let part = |number: i64| Figure::all().order_by(|f| (f.number + number).asc());
    let first = part(1).page(2).fetch(db).await?;
    let wider = part(1).page(5).after(first.next_token()).fetch(db).await?;
    assert_eq!(ids(&wider.items), [4, 1, 3, 7, 5]);
    Ok(())
}

async fn a_condition_that_never_holds_has_no_pages(db: &Db) -> Result<()> {
    let metered = db.metered();
    let never = || Query::with_filter(toasty::Filter::<Figure>::never());
    let page = never().order_by(|f| lower(f.title).asc()).page(2);
    assert_eq!(page.fetch(&metered).await?.items, []);
    let groups = never().group_by(|f| f.shop).select(|g| g.key).page(2);
    assert!(groups.fetch(&metered).await?.items.is_empty());
    assert_eq!(metered.report().statements, 0);
    Ok(())
}

on_every_database! { MODELS;
    in_orders_that_are_computed [dynamodb: "pages in an order by a value that is computed"],
    in_the_order_of_paths_into_json [dynamodb: "pages in an order by a value that is computed"],
    in_the_order_of_values_of_relations [dynamodb: "pages in an order by a value that is computed"],
    of_values_without_those_of_the_order,
    of_rows_with_an_array_that_is_held_equal,
    of_values_that_are_computed [dynamodb: "a value that is computed"],
    of_values_of_windows [dynamodb: "a window function"],
    of_groups [dynamodb: "groups of rows"],
    of_values_that_come_once [dynamodb: "distinct values"],
    of_several_queries [dynamodb: "several queries as one"],
    of_the_first_rows_of_groups [dynamodb: "the first row of each group"],
    of_a_tree [dynamodb: "a tree"],
    what_has_no_pages_says_what_to_do,
    a_walk_is_also_in_the_order_of_secrets [dynamodb: "pages in an order by a value that is computed"],
    cursor_from_another_expression_is_refused [dynamodb: "pages in an order by a value that is computed"],
    a_condition_that_never_holds_has_no_pages,
}
