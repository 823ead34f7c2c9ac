//! A statement is prepared once: no value that is bound to it makes SQLite prepare it anew.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "the models of a test"
)]

use crate::open::open;
use crate::prepared::SqlitePrepared;
use crate::run::{Ran, fetch};
use crate::settings::Settings;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, StatementStatus};
use std::any::Any;
use std::ops::ControlFlow;
use toasty_contract::Access;
use toasty_dsl::error::Result;
use toasty_dsl::query::Sink;
use toasty_dsl::value::Row;
use toasty_dsl::{Model, toasty};
use toasty_sql::{Dialect, define};

toasty! {
    pub model Word [index(number, text)] {
        id: u64 [key, auto],
        text: String [index],
        number: i64,
    }
}

type Query = toasty_dsl::Query<Word>;

fn connection() -> Connection {
    let connection = open(&Settings::default(), Access::Write).unwrap();
    for definition in define(&[Word::DEF], Dialect::Sqlite).unwrap() {
        connection.execute_batch(&definition).unwrap();
    }
    for number in 0..200 {
        let text = format!("word {number}");
        connection
            .execute(
                "INSERT INTO word (text, number) VALUES (?1, ?2)",
                (text, number),
            )
            .unwrap();
    }
    connection
}

/// How often a query of one shape is prepared anew in a hundred runs with different values.
fn prepared_anew(connection: &Connection, query: impl Fn(u64) -> Query) -> i32 {
    let (statement, _) = query(0).statement().unwrap();
    let prepared = SqlitePrepared::new(&statement).unwrap();
    let mut rows = 0;
    for number in 0..100 {
        let (same, params) = query(number).statement().unwrap();
        assert_eq!(same, statement, "one shape");
        let mut count = Count(0);
        let ran = fetch(connection, &prepared, &params, &mut count, usize::MAX).unwrap();
        assert!(matches!(ran, Ran::Done(())));
        rows += count.0;
    }
    assert!(rows > 0, "it finds something");
    connection
        .prepare_cached(&prepared.sql)
        .unwrap()
        .get_status(StatementStatus::RePrepare)
}

/// A shape by its name, with values made from a number.
type Shape = (&'static str, fn(u64) -> Query);

fn shapes() -> Vec<Shape> {
    vec![
        ("limit", |n| Word::filter(|w| w.number.ge(0)).limit(n)),
        ("limit and offset", |n| {
            Word::filter(|w| w.number.ge(0))
                .order_by(|w| w.text.asc())
                .limit(n)
                .offset(n)
        }),
        ("contains", |n| {
            Word::filter(|w| w.text.contains(n.to_string()))
        }),
        ("like", |n| {
            Word::filter(|w| w.text.like(format!("word {n}%")))
        }),
        ("starts with", |n| {
            Word::filter(|w| w.text.starts_with(format!("word {n}")))
        }),
        ("between", |n| {
            Word::filter(|w| w.number.between(n.cast_signed(), n.cast_signed() + 5))
        }),
        ("in a list", |n| {
            Word::filter(|w| w.number.in_list(0..=n.cast_signed()))
        }),
        ("all of them", |n| {
            Word::filter(|w| {
                w.number.in_list(0..=n.cast_signed()) & w.text.like("w%")
                    | w.text.starts_with(n.to_string())
            })
            .order_by(|w| w.number.desc())
            .limit(n)
        }),
    ]
}

#[test]
fn no_bound_value_prepares_a_statement_anew() {
    let connection = connection();
    for (name, query) in shapes() {
        assert_eq!(prepared_anew(&connection, query), 0, "{name}");
    }
}

/// What the setting in `open` is for. Where this fails, SQLite has changed, and the setting may go.
#[test]
fn without_the_planner_s_guarantee_a_limit_prepares_it_anew() {
    let connection = connection();
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, false)
        .unwrap();
    assert!(prepared_anew(&connection, |n| Word::filter(|w| w.number.ge(0)).limit(n)) > 50);
}

struct Count(usize);

impl Sink for Count {
    fn row(&mut self, _: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 += 1;
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.0
    }

    fn restart(&mut self) {
        self.0 = 0;
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
