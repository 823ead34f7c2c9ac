//! Writing, on a real DynamoDB Local.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

use std::any::Any;
use std::ops::ControlFlow;
use std::sync::Arc;
use toasty_contract::{Access, Backend, Connection};
use toasty_dsl::field::RowReader;
use toasty_dsl::query::{Outcome, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Row, Value};
use toasty_dsl::write::IntoStatement;
use toasty_dsl::{Error, ErrorKind, Model, Result, create, toasty};
use toasty_dynamodb::{Credentials, Dynamodb, DynamodbConnection, Grouped, Settings};

toasty! {
    #[derive(Clone, PartialEq)]
    model User [unique(family, given), index(team, age)] {
        id: u64 [key, auto],
        email: String [unique],
        nick: Option<String> [unique],
        family: String,
        given: String,
        team: String = "none",
        age: i64 = 0,
    }

    #[derive(Clone, PartialEq)]
    model Line [key(order, number)] {
        order: u64,
        number: i64,
        text: String,
        note: Option<String>,
        version: u64 [version],
    }

    #[derive(Clone, PartialEq)]
    model Plain {
        id: u64 [key],
        kind: String [index],
        body: String,
    }
}

const MODELS: &[&ModelDef] = &[User::DEF, Line::DEF, Plain::DEF];

struct Database {
    backend: Dynamodb,
    connection: DynamodbConnection,
}

/// Tables of this test's own.
async fn database() -> Database {
    let settings = Settings {
        endpoint: Some(toasty_test_servers::dynamodb().to_owned()),
        region: Some("eu-central-1".into()),
        credentials: Some(Credentials {
            access_key_id: "test".into(),
            secret_access_key: "test".into(),
            session_token: None,
        }),
        table_prefix: format!("w{}_", uuid::Uuid::new_v4().simple()),
        ..Settings::default()
    };
    let backend = Dynamodb::new(settings);
    let mut connection = backend.connect(Access::Write).await.unwrap();
    connection.create_tables(MODELS).await.unwrap();
    Database {
        backend,
        connection,
    }
}

impl Database {
    async fn run(&mut self, statement: impl IntoStatement) -> Result<Outcome> {
        let (statement, params) = statement.into_statement()?;
        let prepared = Arc::new(self.backend.prepare(&statement)?);
        self.connection.execute(&prepared, params).await
    }

    async fn rows<M: Model>(&mut self, statement: impl IntoStatement) -> Result<Vec<M>> {
        let (statement, params) = statement.into_statement()?;
        let prepared = Arc::new(self.backend.prepare(&statement)?);
        let sink = Rows(Vec::new());
        Ok(self.connection.fetch(&prepared, params, sink).await?.0)
    }

    /// Several writes as one, and the keys that were made.
    async fn together(&mut self, statements: Vec<Write>) -> Result<Vec<Option<Value>>> {
        let (mut group, mut keys) = (Vec::new(), Vec::new());
        for statement in statements {
            let (statement, params) = statement?;
            let prepared = Arc::new(self.backend.prepare(&statement)?);
            let (params, outcome) = self.backend.foresee(&prepared, params)?;
            keys.push(outcome.key);
            group.push(Grouped {
                prepared,
                params,
                part: None,
            });
        }
        self.connection.transact(group).await?;
        Ok(keys)
    }

    async fn users(&mut self) -> Vec<User> {
        let mut users: Vec<User> = self.rows(User::all().allow_scan()).await.unwrap();
        users.sort_by_key(|user| user.id);
        users
    }
}

type Write = Result<(toasty_dsl::Statement, toasty_dsl::value::Params)>;

struct Rows<M>(Vec<M>);

impl<M: Model> Sink for Rows<M> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0.push(M::decode(&mut RowReader::new(row, M::DEF))?);
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn restart(&mut self) {
        self.0.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn user(number: usize) -> CreateUser {
    create!(User {
        email: format!("user{number}@example.org"),
        family: format!("family{number}"),
        given: "Ann",
    })
}

fn kind(result: Result<Outcome>) -> (ErrorKind, Vec<String>) {
    let error: Error = result.unwrap_err();
    (error.kind(), error.fields().to_vec())
}

#[tokio::test]
async fn a_row_is_put_only_where_none_is() {
    let mut db = database().await;
    let plain = |body: &str| {
        create!(Plain {
            id: 1,
            kind: "a",
            body: body
        })
    };
    assert_eq!(db.run(plain("first")).await.unwrap().affected, 1);
    let again = db.run(plain("second")).await;
    assert_eq!(kind(again), (ErrorKind::UniqueViolation, vec!["id".into()]));
    let rows: Vec<Plain> = db
        .rows(Plain::filter(|plain| plain.id.eq(1)))
        .await
        .unwrap();
    assert_eq!(rows[0].body, "first");
}

#[tokio::test]
async fn every_unique_index_holds_and_a_violation_names_its_fields() {
    let mut db = database().await;
    let made = db.run(user(1).nick("one")).await.unwrap();
    assert!(matches!(made.key, Some(Value::Int(id)) if id > 0));
    let other = || user(2);
    for (wrong, fields) in [
        (other().email("user1@example.org"), vec!["email"]),
        (other().nick("one"), vec!["nick"]),
        (other().family("family1"), vec!["family", "given"]),
    ] {
        let fields: Vec<String> = fields.into_iter().map(str::to_owned).collect();
        assert_eq!(
            kind(db.run(wrong).await),
            (ErrorKind::UniqueViolation, fields)
        );
    }
    // NULLs are equal to nothing.
    db.run(user(2)).await.unwrap();
    db.run(user(3)).await.unwrap();
    assert_eq!(db.users().await.len(), 3);
}

#[tokio::test]
async fn unique_values_follow_their_rows() {
    let mut db = database().await;
    db.run(user(1).nick("one")).await.unwrap();
    db.run(user(2).nick("two")).await.unwrap();
    let [first, second] = <[User; 2]>::try_from(db.users().await).unwrap();
    let taken = db.run(second.update().email("user1@example.org")).await;
    assert_eq!(
        kind(taken),
        (ErrorKind::UniqueViolation, vec!["email".into()])
    );
    // Given up by an update, and free for another row.
    db.run(first.update().email("new@example.org").nick(None))
        .await
        .unwrap();
    db.run(second.update().email("user1@example.org").nick("one"))
        .await
        .unwrap();
    // Given up by a removal.
    assert_eq!(db.run(second.delete()).await.unwrap().affected, 1);
    db.run(user(3).email("user1@example.org").nick("one"))
        .await
        .unwrap();
    let found: Vec<User> = db
        .rows(User::filter(|user| user.email.eq("user1@example.org")))
        .await
        .unwrap();
    assert_eq!(found[0].family, "family3");
    assert_eq!(db.run(second.delete()).await.unwrap().affected, 0);
    // An update of what is not unique leaves the guards alone.
    db.run(found[0].update().age(7)).await.unwrap();
    let taken = db.run(user(4).nick("one")).await;
    assert_eq!(
        kind(taken),
        (ErrorKind::UniqueViolation, vec!["nick".into()])
    );
}

#[tokio::test]
async fn an_update_of_one_row_says_whether_it_was_there() {
    let mut db = database().await;
    db.run(create!(Line {
        order: 1,
        number: -1,
        text: "a",
        note: "n"
    }))
    .await
    .unwrap();
    let line = |number: i64| Line::filter(move |line| line.order.eq(1) & line.number.eq(number));
    assert_eq!(
        db.run(line(2).update().text("b")).await.unwrap().affected,
        0
    );
    assert_eq!(
        db.run(line(-1).update().text("b").note(None))
            .await
            .unwrap()
            .affected,
        1
    );
    // With what DynamoDB can say, and with what it cannot.
    let native = line(-1).filter(|line| line.text.eq("b") | line.note.eq("x"));
    assert_eq!(db.run(native.update().text("c")).await.unwrap().affected, 1);
    let local = line(-1).filter(|line| line.text.ends_with("z"));
    assert_eq!(
        db.run(local.clone().update().text("d"))
            .await
            .unwrap()
            .affected,
        0
    );
    let local = line(-1).filter(|line| line.text.ends_with("c"));
    assert_eq!(db.run(local.update().text("d")).await.unwrap().affected, 1);
    let rows: Vec<Line> = db.rows(line(-1)).await.unwrap();
    assert_eq!(
        (rows[0].text.as_str(), rows[0].note.clone(), rows[0].version),
        ("d", None, 4)
    );
    assert_eq!(db.rows::<Line>(line(3)).await.unwrap(), []);
}

#[tokio::test]
async fn a_row_that_has_changed_since_it_was_read_is_not_changed() {
    let mut db = database().await;
    db.run(create!(Line {
        order: 1,
        number: 1,
        text: "a"
    }))
    .await
    .unwrap();
    let read: Vec<Line> = db
        .rows(Line::filter(|line| line.order.eq(1)))
        .await
        .unwrap();
    assert_eq!(
        db.run(read[0].update().text("b")).await.unwrap().affected,
        1
    );
    assert_eq!(
        db.run(read[0].update().text("c")).await.unwrap().affected,
        0
    );
    assert_eq!(db.run(read[0].delete()).await.unwrap().affected, 0);
    let now: Vec<Line> = db
        .rows(Line::filter(|line| line.order.eq(1)))
        .await
        .unwrap();
    assert_eq!((now[0].text.as_str(), now[0].version), ("b", 2));
    assert_eq!(db.run(now[0].delete()).await.unwrap().affected, 1);
}

#[tokio::test]
async fn many_rows_are_one_transaction_or_chunks_where_that_is_allowed() {
    let mut db = database().await;
    let plain = |id: u64| {
        create!(Plain {
            id: id,
            kind: "many",
            body: "x"
        })
    };
    let hundred = Plain::create_many((0..100).map(plain));
    assert_eq!(db.run(hundred).await.unwrap().affected, 100);
    // One that is there already: none of them is written.
    let some = Plain::create_many((95..105).rev().map(plain));
    assert_eq!(
        kind(db.run(some).await),
        (ErrorKind::UniqueViolation, vec!["id".into()])
    );
    let more = || Plain::create_many((200..301).map(plain));
    let error = db.run(more()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    assert!(error.to_string().contains(".in_chunks()"), "{error}");
    assert_eq!(db.run(more().in_chunks()).await.unwrap().affected, 101);
    let rows: Vec<Plain> = db.rows(Plain::all().allow_scan()).await.unwrap();
    assert_eq!(rows.len(), 201);
    let twice = Plain::create_many([plain(500), plain(501), plain(500)]);
    assert_eq!(
        kind(db.run(twice).await),
        (ErrorKind::UniqueViolation, vec!["id".into()])
    );
    // The second chunk meets a row that is there: the first is done, and that is said.
    let error = db
        .run(Plain::create_many((600..700).chain([0]).map(plain)).in_chunks())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(
        error
            .to_string()
            .contains("100 rows are written, and 1 remain"),
        "{error}"
    );
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.to_string().contains("T0201"), "{cause}");
}

#[tokio::test]
async fn rows_that_a_filter_finds_are_changed_as_one() {
    let mut db = database().await;
    let users = (0..30)
        .zip(0i64..)
        .map(|(n, age)| user(n).team(if n % 3 == 0 { "a" } else { "b" }).age(age));
    for one in users {
        db.run(one).await.unwrap();
    }
    let young = || User::filter(|user| user.team.eq("a") & user.age.lt(15));
    let changed: Vec<User> = db
        .rows(young().update().age(100).given("Bob"))
        .await
        .unwrap();
    assert_eq!(changed.len(), 5);
    assert!(
        changed
            .iter()
            .all(|user| user.age == 100 && user.given == "Bob")
    );
    assert_eq!(db.run(young().update().age(1)).await.unwrap().affected, 0);
    // The guards of the composite index went along.
    let found: Vec<User> = db
        .rows(User::filter(|user| {
            user.family.eq("family3") & user.given.eq("Bob")
        }))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let none: Vec<User> = db
        .rows(User::filter(|user| {
            user.family.eq("family3") & user.given.eq("Ann")
        }))
        .await
        .unwrap();
    assert_eq!(none.len(), 0);
    let error = db
        .run(
            User::filter(|user| user.team.eq("b"))
                .update()
                .email("same@example.org"),
        )
        .await;
    assert_eq!(
        kind(error),
        (ErrorKind::UniqueViolation, vec!["email".into()])
    );
    let gone = db
        .run(User::filter(|user| user.team.eq("b")).delete())
        .await
        .unwrap();
    assert_eq!(gone.affected, 20);
    for number in [1, 2, 4] {
        db.run(user(number)).await.unwrap();
    }
    assert_eq!(db.users().await.len(), 13);
}

#[tokio::test]
async fn more_than_a_hundred_rows_are_changed_in_chunks() {
    let mut db = database().await;
    for start in [0, 100, 200] {
        let rows = (start..start + 100).map(|id| {
            create!(Plain {
                id: id,
                kind: if id < 260 { "x" } else { "y" },
                body: "x"
            })
        });
        db.run(Plain::create_many(rows)).await.unwrap();
    }
    let all = || Plain::filter(|plain| plain.kind.eq("x"));
    let error = db.run(all().update().body("new")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    assert!(error.to_string().contains(".in_chunks()"), "{error}");
    assert_eq!(
        db.run(all().in_chunks().update().body("new"))
            .await
            .unwrap()
            .affected,
        260
    );
    assert_eq!(
        db.run(all().in_chunks().delete()).await.unwrap().affected,
        260
    );
    // By their keys alone: without conditions, in batches.
    let rest = Plain::filter(|plain| plain.id.in_list(0..400));
    assert_eq!(
        db.run(rest.in_chunks().delete()).await.unwrap().affected,
        40
    );
    assert_eq!(
        db.rows::<Plain>(Plain::all().allow_scan())
            .await
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_group_is_done_as_a_whole_or_not_at_all() {
    let mut db = database().await;
    db.run(user(1)).await.unwrap();
    db.run(user(2)).await.unwrap();
    let [first, second] = <[User; 2]>::try_from(db.users().await).unwrap();
    let keys = db
        .together(vec![
            user(3).into_statement(),
            first.update().email("new@example.org").into_statement(),
            // The value that the first row gives up, in the same group.
            user(4).email("user1@example.org").into_statement(),
            second.delete().into_statement(),
            create!(Plain {
                id: 9,
                kind: "k",
                body: "b"
            })
            .into_statement(),
        ])
        .await
        .unwrap();
    let now = db.users().await;
    assert_eq!(now.len(), 3);
    let Some(Value::Int(key)) = keys[0] else {
        panic!("{keys:?}")
    };
    assert!(
        now.iter()
            .any(|user| i64::try_from(user.id) == Ok(key) && user.family == "family3")
    );
    let failed = [
        (
            user(5).email("user1@example.org").into_statement(),
            ErrorKind::UniqueViolation,
        ),
        (second.update().age(3).into_statement(), ErrorKind::NotFound),
        (second.delete().into_statement(), ErrorKind::NotFound),
        (
            create!(Plain {
                id: 9,
                kind: "k",
                body: "again"
            })
            .into_statement(),
            ErrorKind::UniqueViolation,
        ),
        (
            User::filter(|user| user.team.eq("a"))
                .delete()
                .into_statement(),
            ErrorKind::Unsupported,
        ),
    ];
    for (statement, expected) in failed {
        let error = db
            .together(vec![user(6).into_statement(), statement])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), expected, "{error}");
        assert_eq!(db.users().await, now, "nothing of the group was done");
    }
}

#[tokio::test]
async fn a_group_has_a_hundred_actions_at_most_and_no_row_twice() {
    let mut db = database().await;
    let plain = |id: u64| {
        create!(Plain {
            id: id,
            kind: "k",
            body: "b"
        })
        .into_statement()
    };
    let error = db
        .together((0..101).map(plain).collect())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    db.together((0..100).map(plain).collect()).await.unwrap();
    let of = |id: u64| Plain::filter(move |plain| plain.id.eq(id));
    let error = db
        .together(vec![
            of(1).update().body("x").into_statement(),
            of(1).delete().into_statement(),
        ])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn what_dynamodb_cannot_hold_is_refused_before_anything_is_sent() {
    let mut db = database().await;
    db.connection.take_cost();
    let big = create!(Plain {
        id: 1,
        kind: "k",
        body: "x".repeat(400 * 1024)
    });
    assert_eq!(
        kind(db.run(big).await),
        (ErrorKind::Unrepresentable, vec!["body".into()])
    );
    let empty = create!(Plain {
        id: 1,
        kind: "",
        body: ""
    });
    assert_eq!(
        kind(db.run(empty).await),
        (ErrorKind::Unrepresentable, vec!["kind".into()])
    );
    let of = Plain::filter(|plain| plain.id.eq(1));
    let update = of.update().body("x".repeat(400 * 1024));
    assert_eq!(
        kind(db.run(update).await),
        (ErrorKind::Unrepresentable, vec!["body".into()])
    );
    assert_eq!(db.connection.take_cost().requests, 0);
    // What only DynamoDB knows: the row with the new part.
    let half = create!(Plain {
        id: 1,
        kind: "k".repeat(2048),
        body: "x"
    });
    db.run(half).await.unwrap();
    let of = Plain::filter(|plain| plain.id.eq(1));
    let update = of.update().body("x".repeat(400 * 1024 - 100));
    let error = db.run(update).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unrepresentable, "{error:?}");
}

#[tokio::test]
async fn an_empty_list_of_models_and_a_table_that_is_there() {
    let mut db = database().await;
    db.connection.create_tables(&[]).await.unwrap();
    let error = db
        .connection
        .create_tables(&[Plain::DEF])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.to_string().contains("already"), "{error}");
}

#[tokio::test]
async fn two_writers_of_one_unique_value_are_one_winner() {
    let mut db = database().await;
    let mut tasks = Vec::new();
    let (statement, _) = user(1).into_statement().unwrap();
    let prepared = Arc::new(db.backend.prepare(&statement).unwrap());
    for number in 0..8 {
        let mut connection = db.backend.connect(Access::Write).await.unwrap();
        let prepared = Arc::clone(&prepared);
        tasks.push(tokio::spawn(async move {
            let one = user(number).email("one@example.org");
            let (_, params) = one.into_statement().unwrap();
            connection.execute(&prepared, params).await.map(|_| ())
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error:?}"),
        }
    }
    assert_eq!((won, db.users().await.len()), (1, 1));
}

#[tokio::test]
async fn updates_of_one_row_at_the_same_time_lose_nothing() {
    let mut db = database().await;
    db.run(user(0)).await.unwrap();
    let id = db.users().await[0].id;
    let mut tasks = Vec::new();
    for number in 1..=6 {
        let mut connection = db.backend.connect(Access::Write).await.unwrap();
        let update = User::filter(move |user| user.id.eq(id))
            .update()
            .email(format!("user{number}@example.org"));
        let (statement, params) = update.into_statement().unwrap();
        let prepared = Arc::new(db.backend.prepare(&statement).unwrap());
        tasks.push(tokio::spawn(async move {
            connection
                .execute(&prepared, params)
                .await
                .map(|outcome| outcome.affected)
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 1);
    }
    // All of the values but the last were given up again.
    let now = db.users().await.remove(0).email;
    let mut taken = 0;
    for number in 0..=6 {
        let one = user(10 + number).email(format!("user{number}@example.org"));
        taken += usize::from(db.run(one).await.is_err());
    }
    assert_eq!(taken, 1, "{now}");
}
