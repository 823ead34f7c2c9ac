//! One list of cases, each of them a test on every database.
//!
//! A case goes well on every backend that it says nothing of. Where a backend cannot do what a case asks for, the case has to
//! end with exactly that refusal and its advice. Where a backend does something else and says nothing, that is a difference:
//! it has to be a real one, a reason stands beside it, and the book lists it.

use crate::databases::Database;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use toasty::{Db, Error, ErrorKind, ModelDef, Result};

/// What a case does on one backend instead of going well.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The subject of the case: the module that it is in
    pub subject: &'static str,
    pub case: &'static str,
    pub backend: Backend,
    pub expected: Expected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    Sqlite,
    PostgreSql,
    DynamoDb,
}

impl Backend {
    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Sqlite => "SQLite",
            Backend::PostgreSql => "PostgreSQL",
            Backend::DynamoDb => "DynamoDB",
        }
    }

    /// The backend of a database.
    pub fn of(db: &Db) -> Self {
        match db.system() {
            "sqlite" => Backend::Sqlite,
            "postgresql" => Backend::PostgreSql,
            "aws.dynamodb" => Backend::DynamoDb,
            other => panic!("a backend that no case knows: {other}"),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Expected {
    /// A part of what the backend says instead
    Refused(&'static str),
    /// What the backend does instead
    Differs(&'static str),
    /// What the backend may do instead, as it happens: the case is not run there
    Varies(&'static str),
}

/// Runs a case on a database, and compares what becomes of it with its marks.
pub async fn run(
    database: Database,
    models: &[&'static ModelDef],
    (name, marks): (&str, &[Mark]),
    case: impl for<'a> FnOnce(&'a Db) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>,
) {
    let backend = Backend::of(&database.db);
    let expected = marks
        .iter()
        .find(|mark| mark.case == name && mark.backend == backend);
    match expected.map(|mark| mark.expected) {
        None => {
            if let Err(error) = outcome(&database, models, case).await {
                panic!("{error:?}");
            }
        }
        Some(Expected::Refused(words)) => match outcome(&database, models, case).await {
            Ok(()) => panic!("was to be refused, and was not: {words}"),
            Err(error) => check_refusal(&error, words),
        },
        Some(Expected::Varies(_)) => {}
        Some(Expected::Differs(reason)) => {
            let ended = AssertUnwindSafe(outcome(&database, models, case))
                .catch_unwind()
                .await;
            assert!(
                !matches!(ended, Ok(Ok(()))),
                "there is no such difference any more: {reason}"
            );
        }
    }
    database.remove().await;
}

async fn outcome(
    database: &Database,
    models: &[&'static ModelDef],
    case: impl for<'a> FnOnce(&'a Db) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>,
) -> Result<()> {
    database.db.create_tables_of(models).await?;
    case(&database.db).await
}

/// A refusal is one of four kinds, told before anything is written, and says what to do.
fn check_refusal(error: &Error, words: &str) {
    let kinds = [
        ErrorKind::Unsupported,
        ErrorKind::Unrepresentable,
        ErrorKind::TooComplex,
        ErrorKind::Schema,
    ];
    assert!(kinds.contains(&error.kind()), "{error:?}");
    assert!(error.message().contains(words), "{error:?}");
    // What a value's type cannot hold says so by its message: there is another value to be given.
    assert!(
        error.advice().is_some() || error.kind() == ErrorKind::Unrepresentable,
        "what to do instead: {error:?}"
    );
}

/// Makes of each case a test on every database. A case is an `async fn(&Db) -> toasty::Result<()>`; the models whose tables
/// it finds stand before the list. After its name stands what a backend refuses, with a part of what it says, and where a
/// backend differs, with what it does: `a_case [dynamodb: "a transaction of several steps", sqlite differs: "…"]`. What is not the
/// same each time is not run: `a_case [postgresql varies: "…"]`.
macro_rules! on_every_database {
    ( $models:ident; $( $case:ident $( [ $( $backend:ident $( $differs:ident )? : $words:literal ),* $(,)? ] )? ),* $(,)? ) => {
        /// What the backends do instead, case by case.
        pub const MARKS: &[$crate::cases::Mark] = &[ $( $( $(
            $crate::cases::Mark {
                subject: module_path!(),
                case: stringify!($case),
                backend: $crate::cases::backend!($backend),
                expected: $crate::cases::expected!( $( $differs )? $words ),
            },
        )* )? )* ];

        $( mod $case {
            use $crate::cases::{Mark, run};
            use $crate::databases::Database;

            const CASE: (&str, &[Mark]) = (stringify!($case), super::MARKS);

            #[tokio::test]
            async fn in_memory() {
                run(Database::in_memory().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_file() {
                run(Database::on_file().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_thread() {
                run(Database::on_thread().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                run(Database::on_postgresql().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }

            #[tokio::test]
            async fn one_byte_packets_do_not_change_results() {
                run(Database::on_postgresql_byte_by_byte().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }

            #[tokio::test]
            async fn on_dynamodb() {
                run(Database::on_dynamodb().await, super::$models, CASE, |db| Box::pin(super::$case(db))).await;
            }
        } )*
    };
}
pub(crate) use on_every_database;

/// A backend by its word.
macro_rules! backend {
    (sqlite) => {
        $crate::cases::Backend::Sqlite
    };
    (postgresql) => {
        $crate::cases::Backend::PostgreSql
    };
    (dynamodb) => {
        $crate::cases::Backend::DynamoDb
    };
}
pub(crate) use backend;

/// A refusal, or a difference.
macro_rules! expected {
    ( $words:literal ) => {
        $crate::cases::Expected::Refused($words)
    };
    ( differs $words:literal ) => {
        $crate::cases::Expected::Differs($words)
    };
    ( varies $words:literal ) => {
        $crate::cases::Expected::Varies($words)
    };
}
pub(crate) use expected;

/// The rows in the order of something of theirs: for cases that look at rows, and are not about order.
pub fn sorted<T, K: Ord>(mut rows: Vec<T>, by: impl FnMut(&T) -> K) -> Vec<T> {
    rows.sort_by_key(by);
    rows
}
