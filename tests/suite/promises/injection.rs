//! Values never become text; what is misspelt is an error.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::keys::{Account, KEYS, Login, Triple};
use crate::models::people::Person;
use crate::models::texts::{Point, Word};
use crate::models::values::Everything;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::fmt::Write;
use toasty::language::value::Params;
use toasty::language::write::IntoStatement;
use toasty::{Dialect, Statement, ToRequest, create};
use toasty_sql::render;

/// Strings that did harm somewhere.
const HARMFUL: &[&str] = &[
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "1; ATTACH DATABASE 'x' AS y",
    "?1",
    "$1",
    "%27%20OR%201=1",
    "\\'; --",
    "/*",
    "*/",
    "\u{202E}",
    "NULL",
    "𝟙",
    "\0",
];

/// What a request is made of, every value random.
#[derive(Clone, Debug)]
struct Values {
    numbers: Vec<i64>,
    float: f64,
    text: String,
    other: String,
    big: u64,
}

fn values() -> impl Strategy<Value = Values> {
    let text = || prop_oneof![4 => prop::sample::select(HARMFUL).prop_map(str::to_owned), 4 => any::<String>(), 1 => Just("x".repeat(1 << 20))];
    (
        prop::collection::vec(any::<i64>(), 1..50),
        any::<f64>(),
        text(),
        text(),
        any::<u64>(),
    )
        .prop_map(|(numbers, float, text, other, big)| Values {
            numbers,
            float,
            text,
            other,
            big,
        })
}

/// Every part of the language that takes values, with these values.
fn statements(v: &Values) -> Vec<(Statement, Params)> {
    let (n, text, other) = (v.numbers[0], v.text.as_str(), v.other.as_str());
    let limit = n.unsigned_abs();
    vec![
        Point::filter(|p| p.a.eq(n) & p.b.between(n, n) & p.s.ne(text))
            .limit(limit)
            .into_statement(),
        Point::filter(|p| p.a.in_list(v.numbers.iter().copied()) | !p.s.in_list([text, other]))
            .offset(limit)
            .into_statement(),
        Word::filter(|w| {
            w.text.like(text) & w.other.starts_with(other)
                | w.text.ends_with(text) & w.other.contains(other)
        })
        .into_statement(),
        Word::filter(|w| {
            w.text.like_ignore_case(text)
                & w.other.starts_with_ignore_case(other)
                & w.text.eq_ignore_case(text)
        })
        .into_statement(),
        Person::filter(|p| {
            p.tasks.any(|t| t.title.eq(text) & t.rank.gt(n)) & p.boss.is(|b| b.name.eq(other))
        })
        .into_statement(),
        Everything::filter(|e| {
            e.float64.le(v.float)
                & e.unsigned64.eq(v.big)
                & e.bytes.eq(text.as_bytes())
                & e.json.eq(serde_json::json!({ text: other }))
        })
        .into_statement(),
        Login::find_by_realm_and_name(text, other).into_statement(),
        create!(Account {
            owner: text,
            balance: n
        })
        .into_statement(),
        create!(Everything {
            text: text,
            float64: v.float,
            unsigned64: v.big,
            bytes: text.as_bytes()
        })
        .into_statement(),
        Account::create_many(v.numbers.iter().map(|balance| {
            create!(Account {
                owner: text,
                balance: *balance
            })
        }))
        .into_statement(),
        Login::filter(|l| l.name.eq(text))
            .update()
            .email(other)
            .password(text)
            .visits(n)
            .into_statement(),
        Account {
            id: v.big,
            owner: text.into(),
            balance: n,
            version: v.big,
        }
        .update()
        .owner(other)
        .into_statement(),
        Triple::delete_by_a_and_b_and_c(text, other, text).into_statement(),
    ]
    .into_iter()
    .map(|built| built.expect("a statement is built whatever its values are"))
    .collect()
}

/// What is sent for a statement in each language, with the places of its values; or why it is refused.
fn sent(statement: &Statement, params: &Params) -> Vec<Result<String, String>> {
    struct Built(Statement, Params);
    impl IntoStatement for Built {
        fn into_statement(self) -> toasty::Result<(Statement, Params)> {
            Ok((self.0, self.1))
        }
    }
    let sql = toasty_sql::Dialect::ALL.iter().map(|dialect| {
        let rendered = render(statement, *dialect).unwrap();
        Ok(format!("{rendered:?}"))
    });
    let requests = Dialect::ALL.iter().map(|dialect| {
        let built = Built(statement.clone(), params.clone());
        match built.to_request(*dialect) {
            Ok(request) => Ok(request.text().to_owned()),
            Err(refusal) => Err(refusal.to_string()),
        }
    });
    sql.chain(requests).collect()
}

/// This is the whole proof that nothing is injected: the text and the shape are the same whatever the values are.
#[test]
fn sql_text_is_independent_of_values() {
    let plain = Values {
        numbers: vec![1],
        float: 0.0,
        text: "a".into(),
        other: "b".into(),
        big: 1,
    };
    let expected: Vec<_> = statements(&plain)
        .into_iter()
        .map(|(statement, params)| (sent(&statement, &params), statement))
        .collect();
    TestRunner::new(cases(400))
        .run(&values(), |values| {
            for ((text, shape), (statement, params)) in expected.iter().zip(statements(&values)) {
                assert_eq!(shape, &statement, "the key of the plan cache");
                assert_eq!(
                    text,
                    &sent(&statement, &params),
                    "text and places of the values"
                );
            }
            Ok(())
        })
        .unwrap();
}

/// SQLite alone reads `"typo"` as a text where there is no such column.
#[tokio::test]
async fn misspelt_column_is_an_error_on_sqlite() {
    let db = Database::in_memory().await.db;
    db.create_tables_of(KEYS).await.unwrap();
    db.run_sql("SELECT \"email\" FROM login").await.unwrap();
    assert_eq!(
        db.run_sql("SELECT \"no_such_column\" FROM login")
            .await
            .unwrap_err()
            .kind(),
        toasty::ErrorKind::Schema
    );
    assert!(
        db.run_sql("DELETE FROM login WHERE email = \"typo\"")
            .await
            .is_err()
    );
    assert!(
        db.run_sql("CREATE INDEX i ON login (\"no_such_column\")")
            .await
            .is_err()
    );
}

/// A statement as a log shows it.
#[test]
fn a_request_shows_types_and_lengths_only() {
    let shown = Point::filter(|p| p.s.eq("CANARY") & p.a.eq(42_424))
        .into_statement()
        .unwrap();
    let mut text = String::new();
    let _ = write!(text, "{shown:?}");
    assert!(
        !text.contains("CANARY") && !text.contains("42424"),
        "{text}"
    );
}
