//! What the loading of relations sends: one statement for each relation, on every backend.

use crate::databases::Database;
use crate::models::people::{PEOPLE, Person, SHELVES, Shelf, Task};
use crate::recorder::Recorder;
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use toasty::{Db, Result, create};

async fn fill(db: &Db) -> Result<()> {
    db.create_tables_of(PEOPLE).await?;
    db.create_tables_of(SHELVES).await?;
    let ann = create!(Person { name: "Ann", tasks: [{ title: "t", notes: [{ text: "n" }] }] })
        .exec(db)
        .await?;
    create!(Person {
        name: "Bob",
        boss: &ann
    })
    .exec(db)
    .await?;
    create!(Shelf { room: "a", number: 1, label: "x", books: [{ isbn: "1", title: "t" }] })
        .exec(db)
        .await?;
    Ok(())
}

type Done<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

type Ask = for<'a> fn(&'a Db) -> Done<'a>;

/// The relations, and how they are asked for.
const INCLUDES: &[(&str, Ask)] = &[
    ("include of a has-many", |db| {
        Box::pin(async move { Person::all().include(|p| p.tasks).all(db).await.map(drop) })
    }),
    ("includes side by side and nested", |db| {
        Box::pin(async move {
            Person::all()
                .include(|p| (p.tasks.include(|t| t.notes), p.passport, p.boss))
                .all(db)
                .await
                .map(drop)
        })
    }),
    ("include of a belongs-to", |db| {
        Box::pin(async move { Task::all().include(|t| t.person).all(db).await.map(drop) })
    }),
    ("include with a filter and an order", |db| {
        Box::pin(async move {
            Person::all()
                .include(|p| {
                    p.tasks
                        .filter(|t| t.done.eq(false))
                        .order_by(|t| t.title.desc())
                })
                .all(db)
                .await
                .map(drop)
        })
    }),
    ("include with a limit for each parent", |db| {
        Box::pin(async move {
            Person::all()
                .include(|p| p.tasks.order_by(|t| t.rank.desc()).limit(3))
                .all(db)
                .await
                .map(drop)
        })
    }),
    ("include with a limit and an offset for each parent", |db| {
        Box::pin(async move {
            Person::all()
                .include(|p| p.tasks.limit(3).offset(1))
                .all(db)
                .await
                .map(drop)
        })
    }),
    ("include by a composite key", |db| {
        Box::pin(async move { Shelf::all().include(|s| s.books).all(db).await.map(drop) })
    }),
];

pub async fn includes() -> Vec<(&'static str, String)> {
    let databases = [
        Database::in_memory().await,
        Database::on_postgresql().await,
        Database::on_dynamodb().await,
    ];
    for database in &databases {
        fill(&database.db).await.unwrap();
    }
    let recorder = Recorder::start();
    let mut all = Vec::new();
    for (name, include) in INCLUDES {
        let mut text = String::new();
        for database in &databases {
            recorder.statements();
            let done = include(&database.db).await;
            let statements = recorder.statements();
            let _ = writeln!(text, "{}:", database.db.system());
            for statement in &statements {
                let statement = shortened(&database.without_prefix(statement));
                let _ = writeln!(text, "{statement};");
            }
            let _ = writeln!(text, "  -- {} in all", statements.len());
            if let Err(refusal) = done {
                let _ = writeln!(text, "{refusal}");
            }
            text.push('\n');
        }
        all.push((*name, text.trim_end().to_owned()));
    }
    for database in databases {
        database.remove().await;
    }
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
