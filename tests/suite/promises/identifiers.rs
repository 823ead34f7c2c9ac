//! Names of tables and columns are escaped or refused: whatever they hold, a table of just that name is made, filled and read.

use super::predicate::cases;
use crate::databases::{Database, raw_dynamodb, raw_postgresql};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::any::Any;
use std::cell::Cell;
use std::ops::ControlFlow;
use toasty::language::field::FieldType;
use toasty::language::query::Sink;
use toasty::language::schema::{ColumnDef, FieldDef, ModelRef, column_offsets, flatten_columns};
use toasty::language::statement::{Allowed, Comparison, Expr, Insert, Select, Term};
use toasty::language::value::{Params, Row, Value};
use toasty::{Db, Error, ErrorKind, Executor, ModelDef, Statement};
use toasty_sql::{Dialect, define, render};

/// A model with one table and two columns whose names are made at run time. It is never freed, as a model never is.
fn model(table: &str, column: &str) -> &'static ModelDef {
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let fields: &'static [FieldDef] = Box::leak(Box::new([
        FieldDef::new("id", <i64 as FieldType>::INFO).key(),
        FieldDef::new("other", <String as FieldType>::INFO).column(leak(column)),
    ]));
    let columns: &'static [ColumnDef; 2] = Box::leak(Box::new(flatten_columns::<2>(fields)));
    let offsets = Box::leak(Box::new(column_offsets::<3>(fields)));
    Box::leak(Box::new(
        ModelDef::new("Fuzzed", "suite", fields, columns, offsets).table(leak(table)),
    ))
}

fn name() -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        "\"", "`", "'", "[", "]", "\0", ";", "--", "/*", "\u{202E}", "\u{200B}", "%", " ", "\n",
        "a", "A", "é", "ß", "☃", "🦀", "_", "1", "\\", "?1", "$1", "sqlite_", "select",
    ]);
    prop_oneof![
        8 => prop::collection::vec(letters, 0..8).prop_map(|letters| letters.concat()),
        2 => any::<String>(),
        1 => prop::sample::select(vec!["x".repeat(63), "x".repeat(64), "é".repeat(31), "é".repeat(32), "rowid".into(), "sqlite_master".into(), "table".into()]),
    ]
}

fn insert(model: &'static ModelDef) -> Statement {
    Statement::Insert(Insert {
        model: ModelRef(model),
        auto: false,
        returning: false,
        conflict: None,
        allowed: Allowed::NOTHING,
    })
}

/// The rows whose second column is a value.
fn select(model: &'static ModelDef) -> Statement {
    Statement::Select(Select {
        filter: Expr::Compare {
            column: 1,
            comparison: Comparison::Equal,
            with: Term::Slot,
        },
        allowed: Allowed {
            scan: true,
            ..Allowed::NOTHING
        },
        ..Select::all(ModelRef(model))
    })
}

/// Takes the first two cells of each row.
#[derive(Default)]
struct Pairs(Vec<(i64, String)>);

impl Sink for Pairs {
    fn row(&mut self, row: &dyn Row) -> toasty::Result<ControlFlow<()>> {
        use toasty::Scalar;
        let pair = (
            i64::decode(row.cell(0).unwrap()).unwrap(),
            String::decode(row.cell(1).unwrap()).unwrap(),
        );
        self.0.push(pair);
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn restart(&mut self) {
        self.0.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn params(values: impl IntoIterator<Item = Value>) -> Params {
    let mut params = Params::new();
    for value in values {
        params.push(value);
    }
    params
}

/// Makes the table, writes a row, finds it. Or the reason why there is no such table.
async fn round_trip(db: &Db, model: &'static ModelDef) -> Result<(), Error> {
    db.create_tables_of(&[model]).await?;
    let value = || Value::Text("value".into());
    let inserted = db.execute(insert(model), params([Value::Int(7), value()]));
    inserted.await.unwrap();
    let found = db.fetch(select(model), params([value()]), Pairs::default());
    assert_eq!(found.await.unwrap().0, [(7, "value".to_owned())]);
    Ok(())
}

fn is_refused_for_its_name(error: &Error) {
    assert!(
        error.kind() == ErrorKind::Schema && error.to_string().contains("name"),
        "{error}"
    );
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A name is refused with its reason, or a table of that name is made, filled and read, and nothing else is made.
#[test]
fn ident_fuzz_round_trips() {
    let driver = rusqlite::Connection::open_in_memory().unwrap();
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    TestRunner::new(cases(5_000))
        .run(&(name(), name()), |(table, column)| {
            let model = model(&table, &column);
            if !model.has_distinct_columns() {
                return Ok(());
            }
            let Ok(definitions) = define(&[model], Dialect::Sqlite) else {
                refused.set(refused.get() + 1);
                let error = define(&[model], Dialect::Sqlite).unwrap_err();
                assert!(
                    error.kind() == toasty::ErrorKind::Schema && error.message().contains("name"),
                    "{error}"
                );
                return Ok(());
            };
            taken.set(taken.get() + 1);
            let sql = |statement: Statement| render(&statement, Dialect::Sqlite).unwrap().sql;
            let (insert, select) = (sql(insert(model)), sql(select(model)));
            driver.execute_batch("BEGIN").unwrap();
            driver
                .execute_batch(&definitions.join(";"))
                .unwrap_or_else(|error| panic!("{table:?} {column:?}: {error}"));
            driver.execute(&insert, (7, "value")).unwrap();
            let row: (i64, String) = driver
                .query_row(&select, ["value"], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            assert_eq!(row, (7, "value".to_owned()));
            let made: String = driver
                .query_row(
                    "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table'",
                    (),
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(made, table);
            driver.execute_batch("ROLLBACK").unwrap();
            Ok(())
        })
        .unwrap();
    let (taken, refused) = (taken.get(), refused.get());
    assert!(
        taken > 500 && refused > 500,
        "{taken} names were taken and {refused} refused"
    );
}

#[test]
fn ident_fuzz_round_trips_on_postgresql() {
    let runtime = runtime();
    let (database, driver) =
        runtime.block_on(async { (Database::on_postgresql().await, raw_postgresql().await) });
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    TestRunner::new(cases(300))
        .run(&(name(), name()), |(table, column)| {
            let model = model(&table, &column);
            if !model.has_distinct_columns() {
                return Ok(());
            }
            runtime.block_on(async {
                if let Err(error) = round_trip(&database.db, model).await {
                    refused.set(refused.get() + 1);
                    return is_refused_for_its_name(&error);
                }
                taken.set(taken.get() + 1);
                let made = "SELECT tablename::text FROM pg_tables WHERE schemaname = $1";
                let made = driver.query(made, &[&database.schema()]).await.unwrap();
                let made: Vec<String> = made.iter().map(|row| row.get(0)).collect();
                assert_eq!(made, [table.as_str()]);
                let quoted = table.replace('"', "\"\"");
                let drop = format!("DROP TABLE {}.\"{quoted}\"", database.schema());
                driver.batch_execute(&drop).await.unwrap();
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(database.remove());
    let (taken, refused) = (taken.get(), refused.get());
    assert!(
        taken > 30 && refused > 30,
        "{taken} names were taken and {refused} refused"
    );
}

/// PostgreSQL itself would cut them ("Identifiers and Key Words"), and two tables would become one.
#[tokio::test]
async fn ident_longer_than_63_bytes_is_refused_on_postgres() {
    let database = Database::on_postgresql().await;
    for (name, taken) in [
        ("x".repeat(63), true),
        ("x".repeat(64), false),
        ("é".repeat(31), true),
        ("é".repeat(32), false),
    ] {
        for model in [
            model(&name, "other"),
            model(&format!("t{}", name.len()), &name),
        ] {
            match round_trip(&database.db, model).await {
                Ok(()) => assert!(taken, "{name}"),
                Err(error) => {
                    assert!(!taken, "{error}");
                    is_refused_for_its_name(&error);
                    assert!(error.to_string().contains("63 bytes"), "{error}");
                }
            }
        }
    }
    database.remove().await;
}

#[test]
fn ident_fuzz_round_trips_on_dynamodb() {
    let runtime = runtime();
    let database = runtime.block_on(Database::on_dynamodb());
    let driver = raw_dynamodb();
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    let table = prop_oneof![1 => name(), 4 => "[a-zA-Z0-9_.-]{1,20}"];
    TestRunner::new(cases(60))
        .run(&(table, name()), |(table, column)| {
            let model = model(&table, &column);
            if !model.has_distinct_columns() {
                return Ok(());
            }
            runtime.block_on(async {
                if let Err(error) = round_trip(&database.db, model).await {
                    refused.set(refused.get() + 1);
                    return is_refused_for_its_name(&error);
                }
                taken.set(taken.get() + 1);
                let made = database.tables().await;
                assert_eq!(made.len(), 1);
                assert!(made[0].ends_with(&table), "{made:?}");
                driver
                    .delete_table()
                    .table_name(&made[0])
                    .send()
                    .await
                    .unwrap();
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(database.remove());
    let (taken, refused) = (taken.get(), refused.get());
    assert!(
        taken > 10 && refused > 3,
        "{taken} names were taken and {refused} refused"
    );
}
