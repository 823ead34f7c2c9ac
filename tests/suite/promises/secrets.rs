//! Values are not in `Debug`, in errors, in logs: every value is a canary, and nobody hears it sing.

use crate::databases::{Database, impatient, raw_dynamodb};
use crate::models::keys::{Account, KEYS, Login};
use crate::models::people::{PEOPLE, Person};
use crate::models::texts::{Point, TEXTS, Word};
use crate::models::values::{Everything, VALUES};
use crate::recorder::Recorder;
use std::error::Error as _;
use std::fmt::Debug;
use toasty::config::LoggingConfig;
use toasty::language::write::{Builder, IntoStatement};
use toasty::{Config, Dialect, Json, Model, ToRequest, create};

const CANARY: &str = "CANARY-7f3a9d51";
/// A number that stands nowhere else.
const NUMBER: i64 = 7_391_846_205;

fn listen(what: &str, text: &str) {
    assert!(
        !text.contains("CANARY") && !text.contains("7391846205"),
        "{what}: {text}"
    );
}

fn shown(what: &str, value: &impl Debug) {
    listen(what, &format!("{value:?} {value:#?}"));
}

fn told(what: &str, error: &toasty::Error) {
    listen(
        what,
        &format!("{error} {error:?} {error:#?} {:?}", error.fields()),
    );
    let mut source = error.source();
    while let Some(cause) = source {
        listen(what, &format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

#[tokio::test]
async fn canary_never_appears() {
    let recorder = Recorder::start();
    let database = Database::on_file_with(impatient).await;
    everything_that_is_done(&database).await;
    wrong_rows_of_sql(
        &database.db,
        &[
            "UPDATE everything SET uuid = 'CANARY-7f3a9d51'",
            "UPDATE everything SET uuid = '00000000-0000-0000-0000-000000000000', tags = '{\"CANARY-7f3a9d51\": 7391846205}'",
            "UPDATE everything SET tags = '{}', color = 'CANARY-7f3a9d51'",
            "UPDATE everything SET color = 'Red', decimal = 'CANARY-7f3a9d51'",
            "UPDATE everything SET decimal = '0', signed32 = 7391846205",
        ],
    )
    .await;
    let other = rusqlite::Connection::open(database.path()).unwrap();
    other.execute_batch("DROP TABLE word").unwrap();
    no_table(&database.db).await;
    the_log_is_silent(&recorder);
}

#[tokio::test]
async fn canary_never_appears_on_postgresql() {
    let recorder = Recorder::start();
    let database = Database::on_postgresql_with(impatient).await;
    everything_that_is_done(&database).await;
    wrong_rows_of_sql(
        &database.db,
        &[
            "UPDATE everything SET tags = '{\"CANARY-7f3a9d51\": 7391846205}'",
            "UPDATE everything SET tags = '{}', color = 'CANARY-7f3a9d51'",
            "UPDATE everything SET color = 'Red', unsigned64 = -7391846205",
            "ALTER TABLE everything ALTER COLUMN uuid TYPE text",
            "UPDATE everything SET uuid = 'CANARY-7f3a9d51'",
        ],
    )
    .await;
    // The server's own words of a bad statement have the statement in them.
    let error = database.db.run_sql("SELECT 'CANARY-7f3a9d51'::int").await;
    told("SQL of one's own", &error.unwrap_err());
    database.db.run_sql("DROP TABLE word").await.unwrap();
    no_table(&database.db).await;
    the_log_is_silent(&recorder);
    database.remove().await;
}

#[tokio::test]
async fn canary_never_appears_on_dynamodb() {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    let recorder = Recorder::start();
    let database = Database::on_dynamodb().await;
    let db = &database.db;
    everything_that_is_done(&database).await;
    let tables = database.tables().await;
    let table = |end: &str| tables.iter().find(|name| name.ends_with(end)).unwrap();
    let row = create!(Everything {}).exec(db).await.unwrap();
    for field in ["uuid", "tags", "color", "decimal", "signed32"] {
        raw_dynamodb()
            .update_item()
            .table_name(table(".everything"))
            .key(
                "id",
                aws_sdk_dynamodb::types::AttributeValue::N(row.id.to_string()),
            )
            .update_expression("SET #f = :v")
            .expression_attribute_names("#f", field)
            .expression_attribute_values(":v", S(CANARY.into()))
            .send()
            .await
            .unwrap();
        told(
            "decode",
            &Everything::get_by_id(db, row.id).await.unwrap_err(),
        );
    }
    let word = raw_dynamodb().delete_table().table_name(table(".word"));
    word.send().await.unwrap();
    no_table(db).await;
    the_log_is_silent(&recorder);
    database.remove().await;
}

/// The secrets of a configuration: in its `Debug`, that of the database, and the errors of a connection that fails.
#[tokio::test]
async fn canary_of_a_configuration_never_appears() {
    let secret = crate::databases::dynamodb("x").dynamodb;
    let secret = secret
        .with_access_key(CANARY, CANARY)
        .with_session_token(CANARY);
    let config = Config::dynamodb().with_dynamodb(secret.clone());
    shown("configuration", &config);
    match toasty::connect_with(config).await {
        Ok(db) => shown("database", &db),
        Err(error) => told("connection", &error),
    }
    let mut nowhere = secret.with_endpoint("http://127.0.0.1:1");
    nowhere.retry_budget = std::time::Duration::from_millis(50);
    let nowhere = Config::dynamodb().with_dynamodb(nowhere);
    told(
        "nobody there",
        &toasty::connect_with(nowhere).await.unwrap_err(),
    );
    let url = toasty_test_servers::postgresql_with_password();
    let Some((before, after)) = url.split_once('@') else {
        panic!("a URL with a password");
    };
    let user = before.rsplit_once(':').unwrap().0;
    let config = Config::postgresql(&format!("{user}:{CANARY}@{after}")).unwrap();
    shown("configuration", &config);
    let error = toasty::connect_with(config).await.unwrap_err();
    assert_eq!(error.kind(), toasty::ErrorKind::Authentication, "{error:?}");
    told("a wrong password", &error);
    let mistaken = Config::postgresql(&format!("{user}:{CANARY}@{after}?no_such_key={CANARY}"));
    if let Err(error) = mistaken {
        listen("a URL that is none", &format!("{error} {error:?}"));
    }
}

async fn everything_that_is_done(database: &Database) {
    let db = &database.db;
    for models in [KEYS, TEXTS, PEOPLE, VALUES] {
        db.create_tables_of(models).await.unwrap();
    }
    builders();
    well(db).await;
    badly(db).await;
}

fn the_log_is_silent(recorder: &Recorder) {
    let log = recorder.log();
    assert!(
        log.contains("db.query.text") && log.contains("slow") | log.contains("statement"),
        "there is a log"
    );
    for line in log.lines() {
        // The SDK of AWS shows the requests that it sends to whoever asks for its own trace. We have no say in that.
        if !line.starts_with("TRACE aws_smithy_runtime::") {
            listen("the log", line);
        }
    }
}

/// Everything that holds values before it is sent.
fn builders() {
    let filter = Word::FIELDS.text.eq(CANARY) & Word::FIELDS.other.in_list([CANARY, "x"])
        | Word::FIELDS.text.like(CANARY);
    shown("filter", &filter);
    let query = Point::filter(|p| p.a.eq(NUMBER) & p.s.starts_with(CANARY)).limit(7);
    shown("query", &query);
    shown("statement and params", &query.into_statement().unwrap());
    shown(
        "create",
        &create!(Login {
            email: CANARY,
            name: CANARY,
            password: CANARY,
            visits: NUMBER
        })
        .into_inner(),
    );
    shown(
        "update",
        &Login::update_by_email(CANARY)
            .password(CANARY)
            .visits(NUMBER)
            .into_inner(),
    );
    shown(
        "params of many",
        &create!(Account [{ owner: CANARY, balance: NUMBER }])
            .into_statement()
            .unwrap(),
    );
    shown(
        "params of a deletion",
        &Word::filter(|w| w.text.eq(CANARY))
            .delete()
            .into_statement()
            .unwrap(),
    );
    for dialect in Dialect::ALL {
        let requests = [
            create!(Login {
                email: CANARY,
                name: CANARY
            })
            .to_request(*dialect),
            Login::filter(|l| {
                l.name.eq(CANARY) & l.seen.gt(login().seen) & l.password.like(CANARY)
            })
            .to_request(*dialect),
            Login::update_by_email(CANARY)
                .password(CANARY)
                .to_request(*dialect),
        ];
        for request in requests {
            let request = request.unwrap();
            listen("request", &format!("{request} {request:?}"));
        }
    }
    shown(
        "value",
        &toasty::language::value::Value::Text(CANARY.into()),
    );
    shown(
        "value",
        &toasty::language::value::Value::Json(CANARY.into()),
    );
    shown("field", &Login::FIELDS.password);
    shown("access to a sensitive row", &login());
}

/// A row whose only canary is in a sensitive field.
fn login() -> Login {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let text = || "x".to_owned();
    Login {
        id: uuid::Uuid::nil(),
        email: text(),
        nick: None,
        realm: text(),
        name: text(),
        password: CANARY.into(),
        seen: at,
        changed: at,
        visits: 0,
    }
}

/// Statements that go well, with their includes, transactions and streams.
async fn well(db: &toasty::Db) {
    create!(Login {
        email: CANARY,
        nick: CANARY,
        name: CANARY,
        password: CANARY,
        visits: NUMBER
    })
    .exec(db)
    .await
    .unwrap();
    create!(Account [{ owner: CANARY, balance: NUMBER }, { owner: "b" }])
        .exec(db)
        .await
        .unwrap();
    create!(Person { name: CANARY, age: NUMBER, tasks: [{ title: CANARY, notes: [{ text: CANARY }] }] }).exec(db).await.unwrap();
    create!(Everything {
        text: CANARY,
        bytes: CANARY.as_bytes(),
        json: serde_json::json!({ CANARY: CANARY }),
        signed64: NUMBER
    })
    .exec(db)
    .await
    .unwrap();
    let found = Login::filter(|l| l.password.eq(CANARY) & l.name.contains_ignore_case(CANARY))
        .one(db)
        .await
        .unwrap();
    shown("a model's row but for what is sensitive", &login());
    found.update().password(CANARY).exec(db).await.unwrap();
    assert_eq!(
        Person::all()
            .include(|p| p.tasks.filter(|t| t.title.eq(CANARY)).include(|t| t.notes))
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
    let mut stream = Account::filter(|a| a.owner.eq(CANARY)).stream(db);
    stream.next().await.unwrap().unwrap();
    drop(stream);
    let account = Account::get_by_owner(db, CANARY).await.unwrap();
    db.atomic((
        account.update().balance(NUMBER),
        create!(Account { owner: "c" }),
    ))
    .await
    .unwrap();
    let done = db
        .transaction(async |tx| {
            Account::update_by_owner(CANARY)
                .balance(NUMBER)
                .returning(tx)
                .await
        })
        .await;
    if let Err(refused) = done {
        assert!(refused.is_unsupported(), "{refused:?}");
        told("a transaction", &refused);
    }
}

/// Failures of every kind, on rows and values that are canaries.
async fn badly(db: &toasty::Db) {
    let again = create!(Login {
        email: CANARY,
        name: CANARY,
        password: CANARY
    })
    .exec(db)
    .await
    .unwrap_err();
    let without_sql = db.system() == "aws.dynamodb";
    assert!(without_sql || again.server_detail().is_some());
    told("unique violation", &again);
    let orphan = create!(crate::models::people::Passport {
        number: CANARY,
        person_id: NUMBER.unsigned_abs()
    })
    .exec(db)
    .await;
    match orphan {
        Err(error) => told("foreign key", &error),
        Ok(_) => assert!(without_sql),
    }
    told(
        "not found",
        &Login::get_by_email(db, format!("{CANARY}?"))
            .await
            .unwrap_err(),
    );
    told(
        "refused",
        &create!(Everything {
            text: format!("{CANARY}\0"),
            unsigned64: u64::MAX,
            float32: f32::NAN
        })
        .exec(db)
        .await
        .unwrap_err(),
    );
    told(
        "json",
        &create!(Everything {
            tags: Json([(CANARY.to_owned(), vec![NUMBER])].into()),
            float64: f64::NAN
        })
        .exec(db)
        .await
        .unwrap_err(),
    );
    let deep = (0..300).fold(Point::FIELDS.s.eq(CANARY), |deep, number| {
        match number % 2 {
            0 => deep & Point::FIELDS.s.eq(CANARY),
            _ => deep | Point::FIELDS.s.eq(CANARY),
        }
    });
    shown("a filter too deep", &deep);
    told(
        "too deep",
        &Point::all().narrowed_by(deep).all(db).await.unwrap_err(),
    );
    let panicked = tokio::spawn({
        let db = db.clone();
        async move { create!(Account { owner: CANARY }).exec(&db).await.unwrap() }
    });
    listen(
        "a panic on an error",
        &format!("{:?}", panicked.await.unwrap_err()),
    );
}

/// Rows that another program has made wrong.
async fn wrong_rows_of_sql(db: &toasty::Db, changes: &[&'static str]) {
    for text in changes {
        db.run_sql(text).await.unwrap();
        told("decode", &Everything::all().all(db).await.unwrap_err());
        told(
            "decode in a stream",
            &Everything::all()
                .stream(db)
                .next()
                .await
                .unwrap()
                .unwrap_err(),
        );
    }
}

async fn no_table(db: &toasty::Db) {
    let error = Word::filter(|w| w.text.eq(CANARY))
        .all(db)
        .await
        .unwrap_err();
    told("no table", &error);
}

/// Where the configuration asks for values the log has them, but for those of sensitive fields.
#[tokio::test]
async fn a_log_with_parameters_hides_what_is_sensitive() {
    let recorder = Recorder::start();
    let asked =
        |config: Config| config.with_logging(LoggingConfig::default().with_parameters(true));
    let database = Database::on_file_with(asked).await;
    let db = &database.db;
    db.create_tables_of(KEYS).await.unwrap();
    let login = create!(Login {
        email: "shown@example.com",
        name: "shown",
        password: CANARY
    })
    .exec(db)
    .await
    .unwrap();
    login
        .update()
        .password(CANARY)
        .name("shown too")
        .exec(db)
        .await
        .unwrap();
    Login::filter(|l| {
        l.password.eq(CANARY)
            | l.password.in_list([CANARY])
            | l.password.starts_with(CANARY)
            | l.password.like(CANARY)
    })
    .all(db)
    .await
    .unwrap();
    let secrets = Login::filter(|l| l.password.ne(CANARY))
        .group_by(|l| (l.name, l.password))
        .select(|group| (group.key.0, group.key.1, toasty::expr::count()))
        .named("secrets");
    let read = secrets.filter(|(_, password, _)| password.ge(CANARY));
    let again =
        read.union(secrets.filter(|(_, password, _)| toasty::expr::lower(password).lt(CANARY)));
    again.all(db).await.unwrap();
    create!(Login [{ email: "b", name: "b", password: CANARY }, { email: "c", name: "c", password: CANARY }]).exec(db).await.unwrap();
    // A walk in its order goes on from a place, which is a value of it.
    let mut walk = Login::all()
        .select(|l| l.password)
        .distinct()
        .in_batches_of(1);
    while walk.next(db).await.unwrap().is_some() {}
    let mut walk = secrets
        .select(|(_, password, _)| password)
        .distinct()
        .in_batches_of(1);
    while walk.next(db).await.unwrap().is_some() {}
    let groups = || Login::all().group_by(|l| l.password);
    let kept = groups().having(|g| g.key.gt(CANARY)).select(|g| g.key);
    kept.all(db).await.unwrap();
    let small = Login::all().group_by(|l| toasty::expr::lower(l.password));
    let kept = small
        .having(|g| g.key.in_list([CANARY.to_owned()]))
        .select(|g| g.key);
    kept.all(db).await.unwrap();
    let largest = || secrets.select(|(_, password, _)| toasty::expr::max(password));
    Login::filter(|_| toasty::expr::scalar::<Login, _>(largest()).eq(CANARY))
        .all(db)
        .await
        .unwrap();
    Login::filter(|l| {
        l.name
            .eq(toasty::expr::scalar::<Login, _>(largest()).coalesce(CANARY))
    })
    .all(db)
    .await
    .unwrap();
    let log = recorder.log();
    assert!(
        log.contains("shown@example.com") && log.contains("[sensitive]"),
        "{log}"
    );
    listen("the log", &log);
}
