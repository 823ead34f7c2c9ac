//! What the loading of relations sends: one statement for each relation.

use crate::databases::Database;
use crate::models::people::{PEOPLE, Person, SHELVES, Shelf, Task};
use crate::recorder::Recorder;
use toasty::{Db, create};

async fn filled() -> Db {
    let db = Database::in_memory().await.db;
    db.create_tables_of(PEOPLE).await.unwrap();
    db.create_tables_of(SHELVES).await.unwrap();
    let ann = create!(Person { name: "Ann", tasks: [{ title: "t", notes: [{ text: "n" }] }] })
        .exec(&db)
        .await
        .unwrap();
    create!(Person {
        name: "Bob",
        boss: &ann
    })
    .exec(&db)
    .await
    .unwrap();
    create!(Shelf { room: "a", number: 1, label: "x", books: [{ isbn: "1", title: "t" }] })
        .exec(&db)
        .await
        .unwrap();
    db
}

pub async fn includes() -> Vec<(&'static str, String)> {
    let db = filled().await;
    let recorder = Recorder::start();
    let sent = || {
        let statements = recorder.statements();
        format!(
            "{}:\n{}\n  -- {} in all",
            db.system(),
            statements.join(";\n"),
            statements.len()
        )
    };
    let mut all = Vec::new();
    Person::all().include(|p| p.tasks).all(&db).await.unwrap();
    all.push(("include of a has-many", sent()));
    Person::all()
        .include(|p| (p.tasks.include(|t| t.notes), p.passport, p.boss))
        .all(&db)
        .await
        .unwrap();
    all.push(("includes side by side and nested", sent()));
    Task::all().include(|t| t.person).all(&db).await.unwrap();
    all.push(("include of a belongs-to", sent()));
    Person::all()
        .include(|p| {
            p.tasks
                .filter(|t| t.done.eq(false))
                .order_by(|t| t.rank.desc())
        })
        .all(&db)
        .await
        .unwrap();
    all.push(("include with a filter and an order", sent()));
    Person::all()
        .include(|p| p.tasks.order_by(|t| t.rank.desc()).limit(3))
        .all(&db)
        .await
        .unwrap();
    all.push(("include with a limit for each parent", sent()));
    Person::all()
        .include(|p| p.tasks.limit(3).offset(1))
        .all(&db)
        .await
        .unwrap();
    all.push(("include with a limit and an offset for each parent", sent()));
    Shelf::all().include(|s| s.books).all(&db).await.unwrap();
    all.push(("include by a composite key", shortened(&sent())));
    all
}

/// The rows of a list of keys are 128: the snapshot shows the first.
fn shortened(text: &str) -> String {
    match (text.find("VALUES ("), text.rfind(')')) {
        (Some(values), Some(end)) => {
            let first = text[values..]
                .find("), ")
                .map_or(end, |first| values + first);
            format!("{}), …{}", &text[..first], &text[end..])
        }
        _ => text.to_owned(),
    }
}
