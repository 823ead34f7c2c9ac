//! How each database goes about a statement, by its own words.

use super::{compare, file_name, folder};
use crate::databases::Database;
use crate::models::people::{Note, PEOPLE, Person, Task};
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use toasty::{Db, Explain, Plan, Result};

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Plan>> + 'a>>;

type Ask = for<'a> fn(&'a Db) -> Asked<'a>;

const PLANS: &[(&str, Ask)] = &[
    ("plan of a lookup by key", |db| {
        Box::pin(Person::filter(|p| p.id.eq(7)).explain(db))
    }),
    ("plan of a lookup by a unique field", |db| {
        Box::pin(Person::filter(|p| p.name.eq("Ann")).explain(db))
    }),
    ("plan of an index with a filter", |db| {
        Box::pin(Note::filter(|n| n.task_id.eq(7) & n.text.ne("x")).explain(db))
    }),
    ("plan of a whole table", |db| {
        Box::pin(Note::filter(|n| n.text.eq("x")).allow_scan().explain(db))
    }),
    ("plan of an order without an index", |db| {
        Box::pin(
            Note::filter(|n| n.task_id.eq(7))
                .order_by(|n| n.text.asc())
                .explain(db),
        )
    }),
    ("plan of an update", |db| {
        Box::pin(
            Task::filter(|t| t.person_id.eq(7))
                .update()
                .done(true)
                .explain(db),
        )
    }),
    ("plan of a delete by key", |db| {
        Box::pin(Person::filter(|p| p.id.eq(7)).delete().explain(db))
    }),
];

/// What PostgreSQL expects of costs is another on each version.
fn without_costs(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.find("  (cost=").map_or(line, |at| &line[..at]));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_plan_is_as_its_snapshot_shows() {
    let databases = [
        ("sqlite", Database::in_memory().await),
        ("postgresql", Database::on_postgresql().await),
        ("aws.dynamodb", Database::on_dynamodb().await),
    ];
    for (_, database) in &databases {
        database.db.create_tables_of(PEOPLE).await.unwrap();
    }
    for (name, ask) in PLANS {
        let mut text = String::new();
        for (system, database) in &databases {
            let shown = match ask(&database.db).await {
                Ok(plan) => without_costs(plan.text()),
                Err(refusal) => refusal.to_string(),
            };
            let shown = match *system {
                "aws.dynamodb" => database.without_prefix(&shown),
                _ => shown,
            };
            let _ = writeln!(text, "{system}:\n{shown}\n");
        }
        compare("plans", name, text.trim_end());
    }
    for (_, database) in databases {
        database.remove().await;
    }
}

#[test]
fn every_snapshot_of_a_plan_has_a_row_in_the_table() {
    for entry in std::fs::read_dir(folder("plans")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let named =
            |(name, _): &(&str, Ask)| file.starts_with(&format!("{}.snap", file_name(name)));
        assert!(
            PLANS.iter().any(named),
            "snapshots/plans/{file}: no test names it"
        );
    }
}
