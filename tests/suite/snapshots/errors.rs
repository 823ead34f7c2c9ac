//! Every kind of error that a user meets, as they meet it.

use crate::databases::{Database, impatient};
use crate::models::keys::{Account, KEYS, Login, TRIPLES, Ticket, Triple};
use crate::models::people::{Book, PEOPLE, Passport, Person, SHELVES, Task};
use crate::models::texts::{Point, Word};
use crate::models::values::{Everything, VALUES};
use std::time::Duration;
use toasty::config::SqliteConfig;
use toasty::{Config, Error, Model, create};

async fn database() -> Database {
    let database = Database::on_file_with(|config| {
        let mut config = impatient(config);
        let location = config.sqlite.location.clone();
        config.sqlite = SqliteConfig::default()
            .with_location(location)
            .with_busy_timeout(Duration::ZERO)
            .with_readers(1);
        config
    })
    .await;
    for models in [KEYS, TRIPLES, PEOPLE, SHELVES, VALUES, &[Point::DEF]] {
        database.db.create_tables_of(models).await.unwrap();
    }
    create!(Login {
        email: "ann@example.com",
        realm: "main",
        name: "Ann"
    })
    .exec(&database.db)
    .await
    .unwrap();
    create!(Login {
        email: "bob@example.com",
        realm: "main",
        name: "Bob"
    })
    .exec(&database.db)
    .await
    .unwrap();
    create!(Person { name: "Ann", tasks: [{ title: "t" }] })
        .exec(&database.db)
        .await
        .unwrap();
    database
}

fn refused<T>(result: toasty::Result<T>) -> Error {
    result.err().expect("an error")
}

pub async fn errors() -> Vec<(&'static str, Error)> {
    let database = database().await;
    let mut all = rows(&database).await;
    all.extend(constraints(&database).await);
    all.extend(values(&database).await);
    all.extend(statements(&database).await);
    all.extend(connections(&database).await);
    all
}

async fn rows(database: &Database) -> Vec<(&'static str, Error)> {
    let db = &database.db;
    let account = create!(Account { owner: "a" }).exec(db).await.unwrap();
    account.update().balance(1).exec(db).await.unwrap();
    let ann = Person::get_by_name(db, "Ann").await.unwrap();
    let triple = create!(Triple {
        a: "a",
        b: "b",
        c: "c"
    })
    .exec(db)
    .await
    .unwrap();
    triple.delete().exec(db).await.unwrap();
    vec![
        ("no row", refused(Login::get_by_email(db, "nobody").await)),
        (
            "more than one row",
            refused(Login::filter(|l| l.realm.eq("main")).one(db).await),
        ),
        (
            "an instance that is gone",
            refused(triple.update().value(1).exec(db).await),
        ),
        (
            "an instance that has changed",
            refused(account.update().balance(2).exec(db).await),
        ),
        ("a has-many that was not loaded", refused(ann.tasks.get())),
        ("a has-one that was not loaded", refused(ann.passport.get())),
        (
            "a relation made by hand",
            refused(toasty::HasMany::<Task>::default().get()),
        ),
    ]
}

async fn constraints(database: &Database) -> Vec<(&'static str, Error)> {
    let db = &database.db;
    db.run_sql("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL, other TEXT NOT NULL) STRICT").await.unwrap();
    vec![
        (
            "a unique field twice",
            refused(
                create!(Login {
                    email: "ann@example.com",
                    name: "x"
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "a unique pair twice",
            refused(
                create!(Login {
                    email: "x",
                    realm: "main",
                    name: "Ann"
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "a row that refers to nothing",
            refused(
                create!(Passport {
                    number: "1",
                    person_id: 99u64
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "a row that refers to nothing by two fields",
            refused(
                create!(Book {
                    isbn: "1",
                    title: "x",
                    room: "a",
                    number: 1
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "a row that is referred to",
            refused(Person::filter(|p| p.name.eq("Ann")).delete().exec(db).await),
        ),
        (
            "a column of the database that must have a value",
            refused(create!(Word { text: "a" }).exec(db).await),
        ),
        (
            "a field that was not given",
            refused(Login::create().email("x").exec(db).await),
        ),
        (
            "an update of nothing",
            refused(Login::update_by_email("x").exec(db).await),
        ),
    ]
}

async fn values(database: &Database) -> Vec<(&'static str, Error)> {
    let db = &database.db;
    let mut errors = vec![
        (
            "an integer that is too large",
            refused(
                create!(Everything {
                    unsigned64: u64::MAX
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "not a number",
            refused(create!(Everything { float64: f64::NAN }).exec(db).await),
        ),
        (
            "a time before the year 1",
            refused(
                create!(Everything {
                    date: jiff::civil::Date::MIN
                })
                .exec(db)
                .await,
            ),
        ),
        (
            "a zero letter",
            refused(create!(Everything { text: "a\0b" }).exec(db).await),
        ),
        (
            "a value that is too large in a filter",
            refused(
                Everything::filter(|e| e.unsigned64.in_list([u64::MAX]))
                    .all(db)
                    .await,
            ),
        ),
    ];
    create!(Everything {}).exec(db).await.unwrap();
    let wrong: [(&'static str, &'static str); 4] = [
        (
            "a stored number out of range",
            "UPDATE everything SET unsigned8 = 300",
        ),
        (
            "a stored text that is no uuid",
            "UPDATE everything SET unsigned8 = 0, uuid = 'x'",
        ),
        (
            "a stored text that is no label",
            "UPDATE everything SET uuid = '00000000-0000-0000-0000-000000000000', color = 'Mauve'",
        ),
        (
            "stored json of another type",
            "UPDATE everything SET color = 'Red', tags = '[]'",
        ),
    ];
    for (name, text) in wrong {
        db.run_sql(text).await.unwrap();
        errors.push((name, refused(Everything::all().all(db).await)));
    }
    errors
}

async fn statements(database: &Database) -> Vec<(&'static str, Error)> {
    let db = &database.db;
    let deep = (0..200).fold(Point::FIELDS.a.eq(1), |deep, number| match number % 2 {
        0 => deep & Point::FIELDS.b.eq(1),
        _ => deep | Point::FIELDS.b.eq(1),
    });
    let many = (0..40_000)
        .map(|number| Point::FIELDS.a.eq(number))
        .reduce(|x, y| x | y)
        .unwrap();
    let ann = Person::get_by_name(db, "Ann").await.unwrap();
    let bare = Database::in_memory().await.db;
    let errors = vec![
        (
            "conditions too deep",
            refused(Point::all().narrowed_by(deep).all(db).await),
        ),
        (
            "too many values",
            refused(Point::all().narrowed_by(many).all(db).await),
        ),
        (
            "delete with a limit",
            refused(
                Point::filter(|p| p.a.eq(1))
                    .limit(1)
                    .delete()
                    .exec(db)
                    .await,
            ),
        ),
        (
            "a cursor of another query",
            refused(Point::all().page(2).after("AQABAgMEBQYHCA").fetch(db).await),
        ),
        (
            "a page of too many rows",
            refused(Point::all().page(20_000).fetch(db).await),
        ),
        (
            "pages in the order of a sensitive field",
            refused(
                Login::all()
                    .order_by(|login| login.password.asc())
                    .page(2)
                    .fetch(db)
                    .await,
            ),
        ),
        (
            "an include in a stream",
            refused(
                Person::all()
                    .include(|p| p.tasks)
                    .stream(db)
                    .next()
                    .await
                    .unwrap(),
            ),
        ),
        (
            "nested rows in create_many",
            refused(
                create!(Person [{ name: "x", tasks: [{ title: "t" }] }])
                    .exec(db)
                    .await,
            ),
        ),
        (
            "rows with and without a key",
            refused(
                create!(Account [{ owner: "x" }, { id: 9u64, owner: "y" }])
                    .exec(db)
                    .await,
            ),
        ),
        (
            "many rows of nothing but a key",
            refused(create!(Ticket [{}, {}]).exec(db).await),
        ),
        (
            "an update of a relation",
            refused(ann.update().boss(&ann).exec(db).await),
        ),
        ("no such table", refused(Login::all().all(&bare).await)),
        (
            "no such column",
            refused({
                bare.run_sql("CREATE TABLE word (id INTEGER PRIMARY KEY)")
                    .await
                    .unwrap();
                Word::all().all(&bare).await
            }),
        ),
        (
            "tables that are there already",
            refused(db.create_tables_of(&[Login::DEF]).await),
        ),
        (
            "two models of one table",
            refused(db.create_tables_of(&[Word::DEF, Word::DEF]).await),
        ),
        ("sql that is none", refused(db.run_sql("SELEKT").await)),
        (
            "a parameter that is not allowed",
            refused(
                Login::filterable()
                    .field("name", |l| l.name)
                    .parse("nmae=x"),
            ),
        ),
        (
            "a parameter that is no value of its type",
            refused(
                Account::filterable()
                    .field("balance", |a| a.balance)
                    .parse("balance[gt]=x"),
            ),
        ),
    ];
    errors
}

async fn connections(database: &Database) -> Vec<(&'static str, Error)> {
    let db = &database.db;
    let other = rusqlite::Connection::open(database.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = refused(create!(Account { owner: "x" }).exec(db).await);
    drop(other);
    let waited = refused(
        db.transaction(async |tx| {
            Account::all().count(tx).await?;
            create!(Account { owner: "x" }).exec(db).await
        })
        .await,
    );
    let (mut escaped, mut in_use) = (None, None);
    db.transaction_once(async |tx| {
        escaped = Some(Account::all().stream(tx));
        let mut stream = Account::all().stream(tx);
        stream.next().await;
        in_use = Some(Account::all().count(tx).await);
        Ok(())
    })
    .await
    .unwrap();
    let nowhere = toasty::connect_with(Config::sqlite("/nowhere/at/all.db")).await;
    let mut wrong = Config::sqlite_in_memory();
    wrong.sqlite.readers = 0;
    vec![
        ("a lock of another process", busy),
        ("no connection in time", waited),
        (
            "a transaction that is over",
            refused(escaped.unwrap().next().await.unwrap()),
        ),
        ("a transaction that is in use", refused(in_use.unwrap())),
        ("a file that cannot be opened", refused(nowhere)),
        (
            "a configuration out of its limits",
            refused(toasty::connect_with(wrong).await),
        ),
    ]
}
