//! Reading, against DynamoDB Local.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod support;

use support::{Db, settings};
use toasty_dsl::{BelongsTo, ErrorKind, HasMany, Model, create, toasty};
use toasty_dynamodb::Settings;

toasty! {
    model User {
        id: u64 [key],
        email: String [unique],
        nick: Option<String> [unique],
        team: String [index],
        todos: HasMany<Todo>,
    }

    model Todo [index(user_id, title)] {
        id: u64 [key],
        user_id: u64,
        user: BelongsTo<User>,
        title: String,
        note: Option<String>,
        rank: i64,
        done: bool,
    }

    model Line [key(order, number)] {
        order: u64,
        number: i64,
        item: String,
        weight: Option<f64>,
    }
}

async fn with_users() -> Db {
    let db = Db::with(&[User::DEF, Todo::DEF]).await;
    for (id, team, nick) in [(1, "red", Some("ann")), (2, "red", None), (3, "blue", None)] {
        create!(User {
            id: id,
            email: format!("u{id}@x"),
            nick: nick.map(str::to_owned),
            team: team
        })
        .exec(&db)
        .await
        .unwrap();
    }
    for (id, user, title, note) in [
        (10, 1, "a", None),
        (11, 1, "b", Some("milk")),
        (12, 1, "c", Some("")),
        (13, 2, "a", Some("Eggs")),
        (14, 2, "z", None),
    ] {
        create!(Todo {
            id: id,
            user_id: user,
            title: title,
            note: note.map(str::to_owned),
            rank: 20 - i64::try_from(id).unwrap(),
            done: id % 2 == 0,
        })
        .exec(&db)
        .await
        .unwrap();
    }
    db.cost().await;
    db
}

async fn with_lines(orders: u64, numbers: i64) -> Db {
    let db = Db::with(&[Line::DEF]).await;
    for order in 1..=orders {
        for number in 1..=numbers {
            let weight = (number % 3 == 0).then_some(0.5);
            create!(Line {
                order: order,
                number: number,
                item: format!("item {number}"),
                weight: weight
            })
            .exec(&db)
            .await
            .unwrap();
        }
    }
    db.cost().await;
    db
}

fn ids(todos: &[Todo]) -> Vec<u64> {
    let mut ids: Vec<u64> = todos.iter().map(|todo| todo.id).collect();
    ids.sort_unstable();
    ids
}

fn numbers(lines: &[Line]) -> Vec<i64> {
    lines.iter().map(|line| line.number).collect()
}

#[tokio::test]
async fn a_whole_key_is_one_get() {
    let db = with_users().await;
    let user = User::get_by_id(&db, 1).await.unwrap();
    assert_eq!(
        (user.email.as_str(), user.nick.as_deref()),
        ("u1@x", Some("ann"))
    );
    let cost = db.cost().await;
    assert_eq!(cost.requests, 1);
    assert!(cost.read_units > 0.0);
    assert!(User::get_by_id(&db, 99).await.unwrap_err().is_not_found());
    let other = User::filter(|user| user.id.eq(1) & user.team.eq("blue"));
    assert!(
        other.first(&db).await.unwrap().is_none(),
        "the rest of the condition counts"
    );
}

#[tokio::test]
async fn a_list_of_keys_is_one_batch_and_each_row_comes_once() {
    let db = with_users().await;
    let found = User::filter(|user| user.id.in_list([3, 99, 1, 3]))
        .all(&db)
        .await
        .unwrap();
    let ids: Vec<u64> = found.iter().map(|user| user.id).collect();
    assert_eq!(ids, [3, 1], "in the order of the list");
    assert_eq!(db.cost().await.requests, 1);
    let found = User::filter(|user| user.id.eq(1) | user.id.eq(2))
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(db.cost().await.requests, 1);
}

#[tokio::test]
async fn a_unique_field_leads_to_its_row_by_two_gets() {
    let db = with_users().await;
    assert_eq!(User::get_by_email(&db, "u2@x").await.unwrap().id, 2);
    assert_eq!(db.cost().await.requests, 2);
    assert!(
        User::get_by_email(&db, "nobody")
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(
        db.cost().await.requests,
        1,
        "without a guard there is no row"
    );
    let found = User::filter(|user| user.email.in_list(["u3@x", "nobody", "u1@x"]))
        .all(&db)
        .await
        .unwrap();
    let ids: Vec<u64> = found.iter().map(|user| user.id).collect();
    assert_eq!(ids, [3, 1]);
    assert_eq!(db.cost().await.requests, 2);
    let nick = User::filter(|user| user.nick.eq("ann") & user.team.eq("blue"));
    assert_eq!(
        nick.count(&db).await.unwrap(),
        0,
        "the whole condition is checked on the row"
    );
}

#[tokio::test]
async fn an_index_is_queried_and_the_rest_is_filtered_where_it_can_be() {
    let db = with_users().await;
    let red = User::find_by_team("red");
    assert_eq!(red.count(&db).await.unwrap(), 2);
    assert_eq!(db.cost().await.requests, 1);
    let of_one =
        |title: &'static str| Todo::filter(move |todo| todo.user_id.eq(1) & todo.title.ge(title));
    assert_eq!(ids(&of_one("b").all(&db).await.unwrap()), [11, 12]);
    assert_eq!(
        ids(&of_one("").all(&db).await.unwrap()),
        [10, 11, 12],
        "a bound that no key can have"
    );
    let mixed = Todo::filter(|todo| {
        todo.user_id.eq(1) & todo.title.between("a", "b") & todo.note.like("m_lk") & todo.rank.gt(1)
    });
    assert_eq!(ids(&mixed.all(&db).await.unwrap()), [11]);
    let narrow = Todo::filter(|todo| todo.user_id.eq(1) & todo.title.gt("a") & todo.title.lt("c"));
    assert_eq!(ids(&narrow.all(&db).await.unwrap()), [11]);
    let by_key_too = Todo::filter(|todo| todo.user_id.eq(1) & todo.id.ne(10) & todo.rank.le(9));
    assert_eq!(ids(&by_key_too.all(&db).await.unwrap()), [11, 12]);
    let backwards = Todo::filter(|todo| todo.user_id.eq(1) & todo.title.between("c", "a"));
    assert_eq!(backwards.count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn null_is_neither_equal_nor_unequal_to_anything() {
    let db = with_users().await;
    let found = async |query: toasty_dsl::Query<Todo>| ids(&query.all(&db).await.unwrap());
    let of = |filter: toasty_dsl::Filter<Todo>| {
        Todo::filter(|todo| todo.user_id.in_list([1, 2]) & filter)
    };
    let todo = Todo::FIELDS;
    assert_eq!(found(of(todo.note.is_null())).await, [10, 14]);
    assert_eq!(found(of(todo.note.is_not_null())).await, [11, 12, 13]);
    assert_eq!(found(of(todo.note.ne("milk"))).await, [12, 13]);
    assert_eq!(found(of(!todo.note.eq("milk"))).await, [12, 13]);
    assert_eq!(
        found(of(todo.note.not_in_list(["milk", "x"]))).await,
        [12, 13]
    );
    assert_eq!(found(of(!todo.note.starts_with("m"))).await, [12, 13]);
    assert_eq!(found(of(todo.note.contains(""))).await, [11, 12, 13]);
    assert_eq!(found(of(!todo.note.contains(""))).await, [] as [u64; 0]);
    assert_eq!(
        found(of(todo.note.is_null() | todo.note.eq(""))).await,
        [10, 12, 14]
    );
    assert_eq!(
        found(of(!(todo.note.eq("milk") & todo.done.eq(true)))).await,
        [11, 12, 13]
    );
    assert_eq!(found(of(todo.note.eq_ignore_case("EGGS"))).await, [13]);
    assert_eq!(found(of(todo.rank.between(9, 1))).await, [] as [u64; 0]);
    assert_eq!(
        found(of(
            (todo.rank.between(6, 7) | todo.done.eq(false)) & todo.rank.lt(9)
        ))
        .await,
        [13, 14]
    );
    assert_eq!(found(of(todo.title.eq(todo.note))).await, [] as [u64; 0]);
}

#[tokio::test]
async fn rows_are_ordered_by_the_sort_key_also_those_of_several_partitions() {
    let db = with_users().await;
    let titles = async |query: toasty_dsl::Query<Todo>| -> Vec<String> {
        let rows = query.all(&db).await.unwrap();
        rows.into_iter().map(|todo| todo.title).collect()
    };
    let one = || Todo::filter(|todo| todo.user_id.eq(1));
    let both = || Todo::filter(|todo| todo.user_id.in_list([2, 1]));
    assert_eq!(
        titles(one().order_by(|todo| todo.title.desc())).await,
        ["c", "b", "a"]
    );
    assert_eq!(
        titles(one().order_by(|todo| todo.title.asc()).offset(1).limit(1)).await,
        ["b"]
    );
    assert_eq!(
        titles(both().order_by(|todo| todo.title.asc())).await,
        ["a", "a", "b", "c", "z"]
    );
    assert_eq!(
        titles(both().order_by(|todo| todo.title.desc()).limit(2)).await,
        ["z", "c"]
    );
    let refused = one()
        .order_by(|todo| todo.rank.asc())
        .all(&db)
        .await
        .unwrap_err();
    assert!(refused.is_unsupported());
    assert!(
        refused.advice().unwrap().contains("index(user_id, rank)"),
        "{refused}"
    );
    let single = Todo::filter(|todo| todo.id.eq(10)).order_by(|todo| todo.rank.asc());
    assert_eq!(
        single.all(&db).await.unwrap().len(),
        1,
        "one row is in any order"
    );
}

#[tokio::test]
async fn what_no_index_serves_is_refused_with_the_index_to_declare() {
    let db = with_users().await;
    db.cost().await;
    let refused = Todo::filter(|todo| todo.rank.eq(3))
        .all(&db)
        .await
        .unwrap_err();
    assert!(refused.is_unsupported());
    assert!(
        refused
            .advice()
            .unwrap()
            .contains("`rank: … [index]` in `Todo`"),
        "{refused}"
    );
    assert!(Todo::all().all(&db).await.unwrap_err().is_unsupported());
    assert_eq!(db.cost().await.requests, 0, "nothing was sent");
    let scanned = Todo::filter(|todo| todo.rank.le(7)).allow_scan();
    assert_eq!(ids(&scanned.all(&db).await.unwrap()), [13, 14]);
    assert_eq!(Todo::all().allow_scan().count(&db).await.unwrap(), 5);
}

#[tokio::test]
async fn an_index_that_lacks_rows_with_null_is_not_asked_for_them() {
    toasty! { model Visit [index(place, guest)] { id: u64 [key], place: u64, guest: Option<String> } }
    let db = Db::with(&[Visit::DEF]).await;
    for (id, guest) in [(1, Some("ann")), (2, None)] {
        create!(Visit {
            id: id,
            place: 7,
            guest: guest.map(str::to_owned)
        })
        .exec(&db)
        .await
        .unwrap();
    }
    let all = Visit::filter(|visit| visit.place.eq(7));
    assert!(all.clone().all(&db).await.unwrap_err().is_unsupported());
    assert_eq!(all.allow_scan().all(&db).await.unwrap().len(), 2);
    let known = Visit::filter(|visit| visit.place.eq(7) & visit.guest.is_not_null());
    assert_eq!(known.all(&db).await.unwrap().len(), 1);
}

#[tokio::test]
async fn has_many_loads_by_one_query_a_parent_and_takes_a_few_of_each() {
    let db = with_users().await;
    let users = User::filter(|user| user.id.in_list([1, 2, 3]))
        .include(|user| user.todos.order_by(|todo| todo.title.desc()).limit(2))
        .all(&db)
        .await
        .unwrap();
    let titles: Vec<Vec<&str>> = users
        .iter()
        .map(|user| {
            user.todos
                .get()
                .unwrap()
                .iter()
                .map(|todo| todo.title.as_str())
                .collect()
        })
        .collect();
    assert_eq!(titles, [vec!["c", "b"], vec!["z", "a"], vec![]]);
    assert_eq!(db.cost().await.requests, 1 + 3);
    let todos = Todo::filter(|todo| todo.user_id.eq(1))
        .include(|todo| todo.user)
        .all(&db)
        .await
        .unwrap();
    assert!(todos.iter().all(|todo| todo.user.get().unwrap().id == 1));
    assert_eq!(db.cost().await.requests, 2, "one parent for all of them");
}

#[tokio::test]
async fn a_relation_of_two_columns_is_loaded_by_both() {
    toasty! {
        model Order [key(shop, number)] { shop: String, number: u64, parts: HasMany<Part> }
        model Part [index(shop, order_number)] {
            id: u64 [key],
            shop: String,
            order_number: u64,
            order: BelongsTo<Order> [on(shop, order_number)],
        }
    }
    let db = Db::with(&[Order::DEF, Part::DEF]).await;
    for (shop, number) in [("a", 1), ("a", 2), ("b", 1)] {
        create!(Order {
            shop: shop,
            number: number
        })
        .exec(&db)
        .await
        .unwrap();
    }
    for (id, shop, number) in [(1, "a", 1), (2, "b", 1), (3, "a", 1)] {
        create!(Part {
            id: id,
            shop: shop,
            order_number: number
        })
        .exec(&db)
        .await
        .unwrap();
    }
    db.cost().await;
    let orders = Order::filter(|order| order.shop.eq("a"))
        .include(|order| order.parts)
        .all(&db)
        .await
        .unwrap();
    let parts: Vec<usize> = orders
        .iter()
        .map(|order| order.parts.get().unwrap().len())
        .collect();
    assert_eq!(parts, [2, 0]);
    assert_eq!(db.cost().await.requests, 1 + 2, "one query a parent");
    let parts = Part::filter(|part| part.id.in_list([1, 2, 3]))
        .include(|part| part.order)
        .all(&db)
        .await
        .unwrap();
    assert!(
        parts
            .iter()
            .all(|part| part.order.get().unwrap().shop == part.shop)
    );
    assert_eq!(db.cost().await.requests, 2, "one batch for all parents");
}

#[tokio::test]
async fn an_index_that_the_table_lacks_is_an_error_of_the_schema() {
    toasty! { model Thing [table("thing")] { id: u64 [key], kind: String } }
    mod later {
        toasty_dsl::toasty! { pub(super) model Thing [table("thing")] { id: u64 [key], kind: String [index] } }
    }
    let db = Db::with(&[Thing::DEF]).await;
    let error = later::Thing::find_by_kind("a").all(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Schema, Some("Thing"))
    );
}

#[tokio::test]
async fn short_pages_are_not_the_end() {
    let db = with_lines(1, 60).await;
    let line = Line::filter(|line| line.order.eq(1) & line.item.ends_with("0")).limit(4);
    assert_eq!(numbers(&line.all(&db).await.unwrap()), [10, 20, 30, 40]);
    let weighed = || Line::filter(|line| line.order.eq(1) & line.weight.is_not_null());
    assert_eq!(
        numbers(&weighed().limit(3).all(&db).await.unwrap()),
        [3, 6, 9]
    );
    assert_eq!(
        numbers(&weighed().offset(18).limit(9).all(&db).await.unwrap()),
        [57, 60]
    );
    assert_eq!(weighed().count(&db).await.unwrap(), 20);
    assert_eq!(weighed().limit(7).count(&db).await.unwrap(), 7);
    assert!(weighed().exists(&db).await.unwrap());
    assert!(!weighed().offset(20).exists(&db).await.unwrap());
    assert_eq!(weighed().first(&db).await.unwrap().unwrap().number, 3);
}

#[tokio::test]
async fn items_of_many_megabytes_are_read_page_by_page() {
    let db = Db::with(&[Line::DEF]).await;
    for number in 1..=20 {
        create!(Line {
            order: 1,
            number: number,
            item: "x".repeat(200_000),
            weight: None
        })
        .exec(&db)
        .await
        .unwrap();
    }
    db.cost().await;
    let all = || Line::filter(|line| line.order.eq(1));
    assert_eq!(all().all(&db).await.unwrap().len(), 20);
    assert!(db.cost().await.requests >= 4, "a page has one megabyte");
    assert_eq!(all().count(&db).await.unwrap(), 20);
    db.cost().await;
    assert!(all().first(&db).await.unwrap().is_some());
    assert_eq!(db.cost().await.requests, 1);
    let mut stream = all().order_by(|line| line.number.desc()).stream(&db);
    let mut seen = Vec::new();
    while let Some(line) = stream.next().await {
        seen.push(line.unwrap().number);
    }
    assert_eq!(seen, (1..=20).rev().collect::<Vec<_>>());
    let keys = Line::filter(|line| line.order.eq(1) & line.number.in_list(1..=150));
    assert_eq!(
        numbers(&keys.all(&db).await.unwrap()),
        (1..=20).collect::<Vec<_>>(),
        "also in batches"
    );
}

#[tokio::test]
async fn a_stream_that_is_dropped_reads_no_further() {
    let db = with_lines(1, 5).await;
    let mut stream = Line::filter(|line| line.order.eq(1)).stream(&db);
    assert_eq!(stream.next().await.unwrap().unwrap().number, 1);
    drop(stream);
    assert_eq!(
        Line::filter(|line| line.order.eq(1))
            .count(&db)
            .await
            .unwrap(),
        5
    );
}

#[tokio::test]
async fn keys_of_two_parts_are_found_by_both_by_the_first_and_by_lists() {
    let db = with_lines(3, 4).await;
    let line = Line::filter(|line| line.order.eq(2) & line.number.eq(3));
    assert_eq!(line.one(&db).await.unwrap().item, "item 3");
    assert_eq!(db.cost().await.requests, 1);
    let some = Line::filter(|line| line.order.eq(2) & line.number.in_list([4, 9, 1]));
    assert_eq!(numbers(&some.all(&db).await.unwrap()), [4, 1]);
    assert_eq!(db.cost().await.requests, 1);
    let last = Line::filter(|line| line.order.eq(2))
        .order_by(|line| (line.number.desc(), line.item.asc()));
    assert_eq!(numbers(&last.limit(2).all(&db).await.unwrap()), [4, 3]);
    let several = Line::filter(|line| line.order.in_list([3, 1]) & line.number.le(2));
    assert_eq!(several.count(&db).await.unwrap(), 4);
    let merged = Line::filter(|line| line.order.in_list([3, 1])).order_by(|line| line.number.asc());
    assert_eq!(numbers(&merged.limit(3).all(&db).await.unwrap()), [1, 1, 2]);
}

#[tokio::test]
async fn reads_are_consistent_unless_said_otherwise() {
    let db = with_users().await;
    let read = |query: toasty_dsl::Query<User>| db.text(&query.statement().unwrap().0).unwrap();
    let by_key = || User::filter(|user| user.id.eq(1));
    assert!(read(by_key()).contains("ConsistentRead: true"));
    assert!(!read(by_key().eventual()).contains("ConsistentRead"));
    assert!(
        !read(User::find_by_team("red")).contains("ConsistentRead"),
        "an index never is"
    );
    by_key().one(&db).await.unwrap();
    let dear = db.cost().await.read_units;
    by_key().eventual().one(&db).await.unwrap();
    assert_eq!(db.cost().await.read_units * 2.0, dear);
}

#[tokio::test]
async fn odd_names_are_names_and_never_expressions() {
    toasty! {
        model Odd [table("odd.table-1")] {
            id: u64 [key],
            size: i64 [column("size")],
            dotted: i64 [column("a.b")],
            name: i64 [column("#n0")],
            value: Option<i64> [column(":v0")],
            select: String [column("SELECT")],
        }
    }
    let db = Db::scanning(&[Odd::DEF]).await;
    create!(Odd {
        id: 1,
        size: 2,
        dotted: 3,
        name: 4,
        value: Some(5),
        select: ":v0 OR 1 = 1"
    })
    .exec(&db)
    .await
    .unwrap();
    let odd = Odd::filter(|odd| {
        odd.size.eq(2)
            & odd.dotted.gt(2)
            & odd.name.in_list([4])
            & odd.value.ne(4)
            & odd.select.contains("OR 1")
    });
    let found = odd.one(&db).await.unwrap();
    assert_eq!(
        (found.size, found.dotted, found.name, found.value),
        (2, 3, 4, Some(5))
    );
    let none = Odd::filter(|odd| odd.select.eq(":v0"));
    assert_eq!(none.count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn lists_and_conditions_are_split_or_refused_before_anything_is_sent() {
    let db = with_lines(1, 3).await;
    let of = |filter: toasty_dsl::Filter<Line>| Line::filter(|line| line.order.eq(1) & filter);
    let line = Line::FIELDS;
    let long: Vec<String> = (0..150).map(|x| format!("item {x}")).collect();
    assert_eq!(of(line.item.in_list(&long)).count(&db).await.unwrap(), 3);
    assert_eq!(
        of(line.item.not_in_list(&long) | line.weight.eq(9.0))
            .count(&db)
            .await
            .unwrap(),
        0
    );
    db.cost().await;
    let too_long = (0..400).fold(toasty_dsl::Filter::never(), |any, x| {
        any | line.weight.eq(f64::from(x))
    });
    let refused = of(too_long).all(&db).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::TooComplex);
    assert_eq!(db.cost().await.requests, 0);
    let nan = of(line.weight.lt(f64::NAN)).all(&db).await.unwrap_err();
    assert_eq!(
        (nan.kind(), nan.fields()),
        (ErrorKind::Unrepresentable, &["weight".to_owned()][..])
    );
}

#[tokio::test]
async fn a_list_of_more_partitions_than_any_include_has_is_refused_before_anything_is_sent() {
    let db = with_lines(1, 2).await;
    let of = |orders: u64| Line::filter(move |line| line.order.in_list(1..=orders));
    // As many as the largest batch of an include: the first of them has the row, and the rest is not asked.
    assert_eq!(of(30_000).first(&db).await.unwrap().unwrap().order, 1);
    db.cost().await;
    let changes = |line: toasty_dsl::Filter<Line>| Line::filter(|_| line).delete();
    for refused in [
        of(30_001).first(&db).await.unwrap_err(),
        of(30_001).count(&db).await.unwrap_err(),
        changes(Line::FIELDS.order.in_list(1..=30_001))
            .exec(&db)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ErrorKind::TooComplex);
        assert_eq!(refused.model(), Some("Line"));
        assert_eq!(refused.fields(), &["order".to_owned()][..]);
    }
    let todos = Todo::filter(|todo| todo.user_id.in_list(1..=30_001));
    let refused = todos.all(&db).await.unwrap_err();
    assert_eq!(refused.fields(), &["user_id".to_owned()][..]);
    assert!(refused.advice().unwrap().contains("chunks"));
    assert_eq!(db.cost().await.requests, 0);
    // The members are counted once each: one that is named often is one request.
    let same = Line::filter(|line| line.order.in_list(std::iter::repeat_n(1, 40_000)));
    assert_eq!(same.count(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn a_thousand_keys_are_cut_into_batches() {
    let db = with_lines(1, 30).await;
    let keys = Line::filter(|line| line.order.eq(1) & line.number.in_list((1..=1_000).rev()));
    assert_eq!(
        numbers(&keys.all(&db).await.unwrap()),
        (1..=30).rev().collect::<Vec<_>>()
    );
    assert_eq!(db.cost().await.requests, 10);
}

#[tokio::test]
async fn a_missing_table_says_what_to_do() {
    let db = Db::with(&[]).await;
    let error = Line::filter(|line| line.order.eq(1))
        .all(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.advice().unwrap().contains("create_tables"));
    assert_eq!(error.model(), Some("Line"));
}

#[tokio::test]
async fn a_wrong_address_is_an_error_when_connecting() {
    use toasty_contract::{Access, Backend};
    let wrong = Settings {
        endpoint: Some("http://127.0.0.1:9".into()),
        ..settings()
    };
    let error = toasty_dynamodb::Dynamodb::new(wrong)
        .connect(Access::Write)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    assert!(error.advice().unwrap().contains("endpoint"));
}

#[tokio::test]
async fn debug_of_a_connection_shows_nothing_of_the_access_key() {
    let db = Db::of(
        Settings {
            credentials: Some(toasty_dynamodb::Credentials {
                access_key_id: "CANARY".into(),
                secret_access_key: "CANARY".into(),
                session_token: Some("CANARY".into()),
            }),
            ..settings()
        },
        &[],
    )
    .await;
    let shown = format!("{:?} {:?}", db.backend, db.connection);
    assert!(
        shown.contains("request_timeout") && !shown.contains("CANARY"),
        "{shown}"
    );
}

/// A server whose certificate nobody has signed.
async fn impostor() -> String {
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // The client breaks it off.
            let _ = acceptor.accept(socket).await;
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    use toasty_contract::{Access, Backend};
    let untrusted = Settings {
        endpoint: Some(impostor().await),
        ..settings()
    };
    let backend = toasty_dynamodb::Dynamodb::new(untrusted);
    let error = backend.connect(Access::Write).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Untrusted,
        "{error} {:?}",
        error.server_detail()
    );
}

/// The environment is what is tested, so that the test runs itself again in one of its own.
#[tokio::test]
async fn without_credentials_and_without_a_region_the_error_says_so() {
    use toasty_contract::{Access, Backend};
    const NAME: &str = "without_credentials_and_without_a_region_the_error_says_so";
    if std::env::var_os("TOASTY_TEST_EMPTY_ENVIRONMENT").is_none() {
        let here = std::env::current_exe().unwrap();
        let again = std::process::Command::new(here)
            .args(["--exact", NAME, "--nocapture"])
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("HOME", "/nowhere")
            .env("TOASTY_TEST_EMPTY_ENVIRONMENT", "1")
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "{words}");
        return;
    }
    let nowhere = Settings {
        endpoint: Some("http://127.0.0.1:9".into()),
        ..Settings::default()
    };
    let connect = async |settings| {
        let backend = toasty_dynamodb::Dynamodb::new(settings);
        backend.connect(Access::Write).await.unwrap_err()
    };
    let no_region = connect(nowhere.clone()).await;
    assert_eq!(no_region.kind(), ErrorKind::Configuration, "{no_region}");
    assert!(no_region.advice().unwrap().contains("AWS_REGION"));
    let no_key = connect(Settings {
        region: Some("eu-central-1".into()),
        ..nowhere
    })
    .await;
    assert_eq!(
        no_key.kind(),
        ErrorKind::Authentication,
        "{no_key} {:?}",
        no_key.server_detail()
    );
}
