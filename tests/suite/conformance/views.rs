//! Structs with some of a model's fields.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::Login;
use crate::models::people::{Person, Task};
use crate::models::values::{Parcel, address};
use crate::models::views::{PersonName, Receiver, Secret, TaskTitle};
use futures_util::TryStreamExt;
use toasty::{Db, ErrorKind, Model, ModelDef, Result, create, sql};

const MODELS: &[&ModelDef] = &[Person::DEF, Task::DEF, Parcel::DEF, Login::DEF];

/// Two tasks of Ann.
async fn tasks(db: &Db) -> Result<Person> {
    let ann = create!(Person {
        name: "Ann",
        age: Some(30)
    })
    .exec(db)
    .await?;
    for (title, rank) in [("a", Some(1)), ("b", None)] {
        create!(Task {
            person_id: ann.id,
            title,
            rank
        })
        .exec(db)
        .await?;
    }
    Ok(ann)
}

async fn a_view_has_some_of_the_fields(db: &Db) -> Result<()> {
    let ann = tasks(db).await?;
    let of_ann = Task::filter(|task| task.person_id.eq(ann.id));
    let rows = of_ann.clone().select_as::<TaskTitle>().all(db).await?;
    let rows = sorted(rows, |row| row.title.clone());
    assert_eq!((rows[0].title.as_str(), rows[0].rank), ("a", Some(1)));
    assert_eq!((rows[1].title.as_str(), rows[1].rank), ("b", None));
    assert_ne!(rows[0].id, rows[1].id);
    let streamed = of_ann.select_as::<TaskTitle>().stream(db);
    assert_eq!(streamed.try_collect::<Vec<_>>().await?.len(), 2);
    let one = PersonName::filter(|person| person.id.eq(ann.id))
        .one(db)
        .await?;
    assert_eq!(
        one,
        PersonName {
            name: "Ann".to_owned()
        }
    );
    assert_eq!(format!("{one:?}"), "PersonName { name: \"Ann\" }");
    Ok(())
}

async fn all_rows_come_as_a_view(db: &Db) -> Result<()> {
    tasks(db).await?;
    let names = PersonName::all().all(db).await?;
    assert_eq!(
        names,
        [PersonName {
            name: "Ann".to_owned()
        }]
    );
    let last = Task::all()
        .order_by(|task| task.title.desc())
        .select_as::<TaskTitle>();
    assert_eq!(last.first(db).await?.expect("a row").title, "b");
    let different = Task::all().select_as::<TaskTitle>().distinct().limit(1);
    assert_eq!(different.all(db).await?.len(), 1);
    Ok(())
}

async fn an_embedded_value_is_a_field_of_a_view(db: &Db) -> Result<()> {
    let sender = address("1 Main St", "Bern", 134_000);
    let mut receiver = address("", "Ulm", 5);
    receiver.zip = Some("89073".to_owned());
    let parcel = create!(Parcel {
        sender: &sender,
        receiver: &receiver
    })
    .exec(db)
    .await?;
    let view = Parcel::find_by_id(parcel.id)
        .select_as::<Receiver>()
        .one(db)
        .await?;
    assert_eq!(
        view,
        Receiver {
            receiver,
            id: parcel.id
        }
    );
    Ok(())
}

async fn what_is_sensitive_in_a_model_is_so_in_a_view(db: &Db) -> Result<()> {
    let login = create!(Login {
        email: "a@b",
        name: "Ann",
        password: "canary"
    })
    .exec(db)
    .await?;
    let view = Login::find_by_id(login.id)
        .select_as::<Secret>()
        .one(db)
        .await?;
    assert_eq!(view.password, "canary");
    assert!(!format!("{view:?}").contains("canary"));
    Ok(())
}

async fn a_view_and_its_relations_are_two_queries(db: &Db) -> Result<()> {
    let query = Task::filter(|task| task.person_id.eq(1)).include(|task| task.person);
    let error = query.select_as::<TaskTitle>().all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.advice().is_some());
    Ok(())
}

async fn rows_of_sql_come_as_a_view(db: &Db) -> Result<()> {
    let title = || sql("select id, 1 as other, rank, title from task where title = ").bind("a");
    assert_eq!(title().as_view::<TaskTitle>().all(db).await?, []);
    tasks(db).await?;
    let task = title().as_view::<TaskTitle>().one(db).await?;
    assert_eq!((task.title.as_str(), task.rank), ("a", Some(1)));
    let short = sql("select title from task").as_view::<TaskTitle>();
    let error = short.all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.fields(), ["rank"]);
    Ok(())
}

on_every_database! { MODELS;
    a_view_has_some_of_the_fields,
    all_rows_come_as_a_view [dynamodb: "this order"],
    an_embedded_value_is_a_field_of_a_view,
    what_is_sensitive_in_a_model_is_so_in_a_view,
    a_view_and_its_relations_are_two_queries,
    rows_of_sql_come_as_a_view [dynamodb: "SQL of your own"],
}
