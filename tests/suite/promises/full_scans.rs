//! `[development] full_scans`: a statement whose condition no index serves is found, however small its table is, and told
//! what to declare.

use crate::databases::Database;
use crate::models::people::{Note, PEOPLE, Person, Task};
use crate::recorder::Recorder;
use toasty::config::{DevelopmentConfig, FullScans};
use toasty::expr::exists;
use toasty::{
    BelongsTo, Config, Db, Error, ErrorKind, Explain, HasMany, Model, batch, create, sql, toasty,
};

fn set(full_scans: FullScans) -> impl Fn(Config) -> Config {
    move |config| config.with_development(DevelopmentConfig::default().with_full_scans(full_scans))
}

async fn everywhere(full_scans: FullScans) -> Vec<Database> {
    let databases = vec![
        Database::on_file_with(set(full_scans)).await,
        Database::on_postgresql_with(set(full_scans)).await,
        Database::on_dynamodb_with(set(full_scans)).await,
    ];
    for database in &databases {
        database.db.create_tables_of(PEOPLE).await.unwrap();
    }
    databases
}

fn refused(error: &Error, model: &str, fields: &[&str], advice: &str) {
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert_eq!(
        (error.model(), error.fields()),
        (
            Some(model),
            fields
                .iter()
                .map(|field| (*field).to_owned())
                .collect::<Vec<_>>()
                .as_slice()
        ),
        "{error}"
    );
    assert!(
        error.advice().is_some_and(|told| told.contains(advice)),
        "{error}"
    );
}

async fn what_an_index_serves_is_run(db: &Db) {
    let ann = create!(Person {
        name: "Ann",
        age: 3
    })
    .exec(db)
    .await
    .unwrap();
    create!(Task {
        person_id: ann.id,
        title: "sleep"
    })
    .exec(db)
    .await
    .unwrap();
    assert_eq!(
        Person::filter(|p| p.id.eq(ann.id))
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        Person::filter(|p| p.name.eq("Ann"))
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
    let tasks = Task::filter(|t| t.person_id.eq(ann.id) & t.title.contains("l") & t.done.eq(false));
    assert_eq!(tasks.all(db).await.unwrap().len(), 1);
    assert_eq!(
        Person::all().all(db).await.unwrap().len(),
        1,
        "all rows are wanted"
    );
    assert_eq!(Person::all().limit(1).all(db).await.unwrap().len(), 1);
    assert_eq!(Person::all().count(db).await.unwrap(), 1);
    let asked = Person::filter(|p| p.age.eq(3)).allow_scan();
    assert_eq!(
        asked.all(db).await.unwrap().len(),
        1,
        "its author has said so"
    );
    let with_tasks = Person::filter(|p| p.id.eq(ann.id))
        .include(|p| p.tasks)
        .one(db)
        .await
        .unwrap();
    assert_eq!(with_tasks.tasks.get().unwrap().len(), 1);
}

async fn what_none_serves_is_refused(db: &Db) {
    for _ in 0..2 {
        let error = Person::filter(|p| p.age.eq(3)).all(db).await.unwrap_err();
        refused(
            &error,
            "Person",
            &["age"],
            "declare `age: … [index]` in `Person`",
        );
    }
    let two = Note::filter(|n| n.text.starts_with("a") & n.id.ne(1))
        .count(db)
        .await
        .unwrap_err();
    refused(
        &two,
        "Note",
        &["id", "text"],
        "declare `text: … [index]` in `Note`",
    );
    let never = Note::filter(|n| n.text.contains("a"))
        .exists(db)
        .await
        .unwrap_err();
    refused(
        &never,
        "Note",
        &["text"],
        "no index serves such a condition",
    );
    let both = Task::filter(|t| t.rank.gt(3) & t.done.eq(true))
        .first(db)
        .await
        .unwrap_err();
    refused(
        &both,
        "Task",
        &["done", "rank"],
        "declare `model Task [index(done, rank)]`",
    );
    let either = Task::filter(|t| t.rank.eq(3) | t.person_id.eq(1))
        .all(db)
        .await
        .unwrap_err();
    refused(
        &either,
        "Task",
        &["person_id", "rank"],
        "declare `rank: … [index]` in `Task`",
    );
    let mut stream = Person::filter(|p| p.age.lt(3)).stream(db);
    refused(
        &stream.next().await.unwrap().unwrap_err(),
        "Person",
        &["age"],
        "`age: … [index]`",
    );
    let plan = Person::filter(|p| p.age.eq(3)).explain(db).await.unwrap();
    assert!(plan.has_full_scan(), "it can still be explained");
}

async fn writes_are_looked_at_before_they_are_done(db: &Db) {
    let error = Person::filter(|p| p.age.eq(3))
        .update()
        .age(4)
        .exec(db)
        .await
        .unwrap_err();
    refused(&error, "Person", &["age"], "`age: … [index]`");
    let error = Person::filter(|p| p.age.eq(3))
        .delete()
        .exec(db)
        .await
        .unwrap_err();
    refused(&error, "Person", &["age"], "`age: … [index]`");
    let parts = batch((
        Person::filter(|p| p.age.eq(3)),
        create!(Person { name: "Bob" }),
    ));
    assert!(parts.exec(db).await.is_err());
    assert_eq!(
        Person::all().count(db).await.unwrap(),
        1,
        "nothing of them was done"
    );
}

#[tokio::test]
async fn a_full_scan_is_an_error_where_the_configuration_says_so() {
    for database in everywhere(FullScans::Error).await {
        what_an_index_serves_is_run(&database.db).await;
        what_none_serves_is_refused(&database.db).await;
        writes_are_looked_at_before_they_are_done(&database.db).await;
        database.remove().await;
    }
}

toasty! {
    /// Without the index that its relation asks for.
    model Barn { id: u64 [key, auto], name: String, sheep: HasMany<Sheep> }
    model Sheep { id: u64 [key, auto], barn_id: u64, barn: BelongsTo<Barn>, up_id: Option<u64>,
        up: Option<BelongsTo<Sheep>>, under: HasMany<Sheep> }
}

#[tokio::test]
async fn what_is_inside_of_a_statement_is_looked_at_too() {
    for database in [
        Database::on_file_with(set(FullScans::Error)).await,
        Database::on_postgresql_with(set(FullScans::Error)).await,
    ] {
        let db = &database.db;
        db.create_tables_of(PEOPLE).await.unwrap();
        db.create_tables_of(&[Barn::DEF, Sheep::DEF]).await.unwrap();
        let ranked = || Task::filter(|t| t.rank.eq(7));
        let error = Person::find_by_id(1)
            .filter(|_| exists(ranked()))
            .all(db)
            .await;
        refused(&error.unwrap_err(), "Task", &["rank"], "declare");
        let error = ranked().union(ranked()).all(db).await.unwrap_err();
        refused(&error, "Task", &["rank"], "declare");
        let error = Barn::find_by_id(1)
            .select(|o| o.sheep.count())
            .all(db)
            .await;
        refused(
            &error.unwrap_err(),
            "Sheep",
            &["barn_id"],
            "barn_id: … [index]",
        );
        let error = Sheep::find_by_id(1)
            .with_descendants(|t| t.under)
            .all(db)
            .await;
        refused(&error.unwrap_err(), "Sheep", &["up_id"], "up_id: … [index]");
        let named = ranked().select(|t| (t.id, t.person_id)).named("my_task");
        let reading = Person::find_by_id(1).filter(|_| exists(named.query()));
        let error = reading.all(db).await.unwrap_err();
        refused(&error, "Task", &["rank"], "declare");
        let both = Person::find_by_id(1)
            .union(Person::find_by_id(2))
            .filter(|_| exists(ranked()));
        refused(
            &both.all(db).await.unwrap_err(),
            "Task",
            &["rank"],
            "declare",
        );
        // What has its index is run, and a name is no table.
        let few = Task::find_by_person_id(1)
            .select(|t| (t.id, t.rank))
            .named("my_task");
        let twice = few.filter(|(_, rank)| rank.eq(7) & exists(few.filter(|(id, _)| id.gt(1))));
        assert!(twice.all(db).await.unwrap().is_empty());
        let served = Person::find_by_id(1).select(|p| (p.name, p.tasks.count()));
        assert!(served.all(db).await.unwrap().is_empty());
        let both = Person::find_by_id(1).union(Person::find_by_id(2));
        assert!(both.all(db).await.unwrap().is_empty());
        let reports = Person::find_by_id(1).with_descendants(|p| p.reports);
        assert!(reports.all(db).await.unwrap().is_empty());
        database.remove().await;
    }
}

#[tokio::test]
async fn a_transaction_goes_on_after_the_check_and_plans_as_before() {
    for database in [
        Database::on_file_with(set(FullScans::Error)).await,
        Database::on_postgresql_with(set(FullScans::Error)).await,
    ] {
        let db = &database.db;
        db.create_tables_of(PEOPLE).await.unwrap();
        let is_postgresql = db.system() == "postgresql";
        let done = db.transaction(async |tx| {
            // The first statement begins the transaction, and is looked at in it.
            assert!(Person::filter(|p| p.age.eq(3)).all(tx).await.is_err());
            create!(Person { name: "Ann" }).exec(tx).await?;
            let inner = tx.transaction(async |inner| {
                assert!(Person::filter(|p| p.age.gt(3)).all(inner).await.is_err());
                create!(Person { name: "Bob" }).exec(inner).await
            });
            inner.await?;
            if is_postgresql {
                let setting =
                    sql("select current_setting('enable_seqscan')").as_rows::<(String,)>();
                assert_eq!(setting.one(tx).await?.0, "on");
            }
            Person::filter(|p| p.name.eq("Bob")).one(tx).await
        });
        assert_eq!(done.await.unwrap().name, "Bob");
        assert_eq!(Person::all().count(db).await.unwrap(), 2);
        database.remove().await;
    }
}

#[tokio::test]
async fn a_full_scan_is_warned_about_once_for_each_shape() {
    for database in everywhere(FullScans::Warn).await {
        let db = &database.db;
        let recorder = Recorder::start();
        for age in 0..3 {
            assert!(
                Person::filter(|p| p.age.eq(age))
                    .all(db)
                    .await
                    .unwrap()
                    .is_empty()
            );
        }
        assert!(
            Person::filter(|p| p.id.eq(1))
                .all(db)
                .await
                .unwrap()
                .is_empty()
        );
        let log = recorder.log();
        assert_eq!(log.matches("reads the whole table").count(), 1, "{log}");
        assert!(
            log.contains("declare `age: … [index]` in `Person`"),
            "{log}"
        );
        drop(recorder);
        database.remove().await;
    }
}

#[tokio::test]
async fn nobody_looks_by_default() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(PEOPLE).await.unwrap();
    assert!(
        Person::filter(|p| p.age.eq(3))
            .all(db)
            .await
            .unwrap()
            .is_empty()
    );
    database.remove().await;
}
