//! What is stored comes back equal, or is refused; what is stored wrongly by others is an error, never a panic.

use super::predicate::cases;
use crate::cases::Backend;
use crate::databases::{Database, raw_dynamodb};
use crate::models::keys::Account;
use crate::models::values::{Color, Everything, Score, VALUES};
use jiff::{Timestamp, civil};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use toasty::language::field::RowReader;
use toasty::language::value::{Value, ValueRow};
use toasty::{Db, ErrorKind, Model, create};
use uuid::Uuid;

fn edges<T: Clone + std::fmt::Debug + 'static>(
    edges: Vec<T>,
    usual: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = T> {
    prop_oneof![1 => prop::sample::select(edges), 3 => usual]
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800i64..253_402_200_000, 0..1_000_000_000i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn date() -> impl Strategy<Value = civil::Date> {
    (1..=9999i16, 1..=12i8, 1..=28i8).prop_map(|(year, month, day)| civil::date(year, month, day))
}

fn time() -> impl Strategy<Value = civil::Time> {
    (0..24i8, 0..60i8, 0..60i8, 0..1_000_000_000i32).prop_map(
        |(hour, minute, second, nanosecond)| civil::time(hour, minute, second, nanosecond),
    )
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let usual = (any::<i64>(), any::<i32>(), 0..=28u32).prop_map(|(low, high, scale)| {
        Decimal::from_i128_with_scale((i128::from(high) << 60) + i128::from(low), scale)
    });
    edges(vec![Decimal::MAX, Decimal::MIN, Decimal::ZERO], usual)
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[a\u{0}\\\\\"u]{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Value>()),
        ]
    })
}

fn in_microseconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap()
}

fn time_in_microseconds(time: civil::Time) -> civil::Time {
    time.with()
        .subsec_nanosecond(time.subsec_nanosecond() / 1_000 * 1_000)
        .build()
        .unwrap()
}

/// All fields at once, so that one row is 24 round trips.
#[derive(Debug, Clone)]
pub struct Sample {
    small: (bool, i8, i16, i32, u8, u16, u32),
    integers: (i64, u64),
    floats: (f32, f64),
    texts: (String, Vec<u8>, u128, serde_json::Value),
    times: (Timestamp, civil::Date, civil::Time),
    rest: (Decimal, i64, u8),
}

pub fn sample() -> impl Strategy<Value = Sample> {
    let integers = (
        edges(vec![i64::MIN, i64::MAX, 0, -1], any::<i64>()),
        edges(
            vec![
                0,
                i64::MAX.unsigned_abs(),
                i64::MAX.unsigned_abs() + 1,
                u64::MAX,
            ],
            0..=i64::MAX.unsigned_abs(),
        ),
    );
    let floats = (
        any::<f32>(),
        edges(
            vec![
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                -0.0,
                f64::MIN_POSITIVE,
                f64::MAX,
            ],
            prop_oneof![any::<f64>(), -1e9..1e9f64],
        ),
    );
    let long = Just("æ".repeat(150_000));
    let text = prop_oneof![20 => any::<String>(), 20 => "[a-z'\"%_\\\\;\u{0}-]{0,12}", 1 => long];
    let texts = (
        text,
        prop::collection::vec(any::<u8>(), 0..40),
        any::<u128>(),
        json(),
    );
    let small = any::<(bool, i8, i16, i32, u8, u16, u32)>();
    (
        small,
        integers,
        floats,
        texts,
        (instant(), date(), time(), prop::bool::weighted(0.3)),
        (decimal(), any::<i64>(), 0..3u8),
    )
        .prop_map(
            |(small, integers, floats, texts, (instant, date, time, fine), rest)| {
                let times = if fine {
                    (instant, date, time)
                } else {
                    (in_microseconds(instant), date, time_in_microseconds(time))
                };
                Sample {
                    small,
                    integers,
                    floats,
                    texts,
                    times,
                    rest,
                }
            },
        )
}

/// Where something is refused, why, and which samples have it.
type Refused = (&'static [Backend], &'static str, fn(&Sample) -> bool);

/// What is refused, and where: the whole list. Everything else comes back equal.
pub const REFUSED: &[Refused] = {
    use Backend::{DynamoDb, PostgreSql, Sqlite};
    &[
        (
            &[Sqlite, PostgreSql],
            "integers have 64 bits with their sign",
            |sample| sample.integers.1 > i64::MAX.unsigned_abs(),
        ),
        (
            &[Sqlite, PostgreSql, DynamoDb],
            "NaN is no number",
            |sample| sample.floats.0.is_nan() || sample.floats.1.is_nan(),
        ),
        (&[DynamoDb], "numbers are finite", |sample| {
            sample.floats.0.is_infinite() || sample.floats.1.is_infinite()
        }),
        (
            &[DynamoDb],
            "numbers lie between 1E-130 and 9.99E+125",
            |sample| {
                let size = sample.floats.1.abs();
                size.is_finite() && size != 0.0 && !(1e-130..1e126).contains(&size)
            },
        ),
        (
            &[Sqlite, PostgreSql],
            "no text has the letter U+0000",
            |sample| sample.texts.0.contains('\0'),
        ),
        (
            &[PostgreSql],
            "no text in jsonb has the letter U+0000",
            |sample| {
                sample
                    .texts
                    .3
                    .to_string()
                    .replace("\\\\", "")
                    .contains("\\u0000")
            },
        ),
        (
            &[PostgreSql],
            "times have microseconds",
            Sample::nanoseconds,
        ),
    ]
};

impl Sample {
    /// Why a backend cannot hold it exactly. It is refused there.
    pub fn is_unrepresentable(&self, backend: Backend) -> bool {
        REFUSED
            .iter()
            .any(|(on, _, refused)| on.contains(&backend) && refused(self))
    }

    fn nanoseconds(&self) -> bool {
        self.times.0.subsec_nanosecond() % 1_000 != 0
            || self.times.2.subsec_nanosecond() % 1_000 != 0
    }

    fn color(&self) -> Color {
        [Color::Red, Color::Green, Color::Blue][usize::from(self.rest.2)]
    }
}

impl Sample {
    /// The row that it is to become.
    pub fn row(&self) -> crate::models::values::CreateEverything {
        let (truth, signed8, signed16, signed32, unsigned8, unsigned16, unsigned32) = self.small;
        let (text, bytes, uuid, json) = self.texts.clone();
        create!(Everything {
            truth: truth,
            signed8: signed8,
            signed16: signed16,
            signed32: signed32,
            unsigned8: unsigned8,
            unsigned16: unsigned16,
            unsigned32: unsigned32,
            signed64: self.integers.0,
            unsigned64: self.integers.1,
            float32: self.floats.0,
            float64: self.floats.1,
            text: text,
            bytes: bytes,
            uuid: Uuid::from_u128(uuid),
            json: json,
            instant: self.times.0,
            date: self.times.1,
            time: self.times.2,
            date_time: self.times.1.to_datetime(self.times.2),
            decimal: self.rest.0,
            score: Score(self.rest.1),
            color: self.color(),
        })
    }
}

/// Writes random rows and reads them back, on one backend.
fn round_trips(usual: u32, database: impl AsyncFn() -> Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(async {
        let database = database().await;
        database.db.create_tables_of(VALUES).await.unwrap();
        database
    });
    let db = &database.db;
    let backend = Backend::of(db);
    TestRunner::new(cases(usual))
        .run(&sample(), |sample| {
            runtime.block_on(async {
                let written = sample.row().exec(db).await;
                if sample.is_unrepresentable(backend) {
                    assert_eq!(written.unwrap_err().kind(), ErrorKind::Unrepresentable);
                    let rows = Everything::all().count(db).await.unwrap();
                    assert_eq!(rows, 0, "nothing was written");
                    return;
                }
                let written = written.unwrap();
                assert_eq!(
                    written.texts(),
                    (&sample.texts.0, &sample.texts.1, &sample.texts.3)
                );
                assert_eq!(
                    (written.decimal, written.instant),
                    (sample.rest.0, sample.times.0)
                );
                let read = Everything::get_by_id(db, written.id).await.unwrap();
                assert_eq!(read, written);
                let again = Everything::all().one(db).await.unwrap();
                assert_eq!(again, written);
                written.delete().exec(db).await.unwrap();
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(database.remove());
}

#[test]
fn every_type_round_trips_on_every_backend() {
    round_trips(1_000, Database::in_memory);
}

#[test]
fn every_type_round_trips_on_postgresql() {
    round_trips(250, Database::on_postgresql);
}

#[test]
fn every_type_round_trips_on_dynamodb() {
    round_trips(150, Database::on_dynamodb);
}

impl Everything {
    fn texts(&self) -> (&String, &Vec<u8>, &serde_json::Value) {
        (&self.text, &self.bytes, &self.json)
    }
}

#[tokio::test]
async fn narrowing_is_an_error() {
    let db = Database::in_memory().await.db;
    db.create_tables_of(VALUES).await.unwrap();
    create!(Everything {}).exec(&db).await.unwrap();
    let wrong: &[(&'static str, &str)] = &[
        ("UPDATE everything SET unsigned8 = 300", "unsigned8"),
        (
            "UPDATE everything SET unsigned8 = 0, signed8 = -129",
            "signed8",
        ),
        (
            "UPDATE everything SET signed8 = 0, signed32 = 4294967296",
            "signed32",
        ),
        (
            "UPDATE everything SET signed32 = 0, unsigned64 = -1",
            "unsigned64",
        ),
        ("UPDATE everything SET unsigned64 = 0, truth = 2", "truth"),
        ("UPDATE everything SET truth = 0, float32 = 0.1", "float32"),
        ("UPDATE everything SET float32 = 0, uuid = '12345'", "uuid"),
        (
            "UPDATE everything SET uuid = '00000000-0000-0000-0000-000000000000', instant = 'yesterday 300'",
            "instant",
        ),
        (
            "UPDATE everything SET instant = '1970-01-01T00:00:00Z', decimal = '1e300'",
            "decimal",
        ),
        ("UPDATE everything SET decimal = '0', json = '{300'", "json"),
        ("UPDATE everything SET json = '{}', tags = '[300]'", "tags"),
        (
            "UPDATE everything SET tags = '{}', color = 'Mauve300'",
            "color",
        ),
    ];
    for (text, field) in wrong {
        db.run_sql(text).await.unwrap();
        let error = Everything::all().all(&db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.fields()),
            (
                ErrorKind::Decode,
                Some("Everything"),
                [(*field).to_owned()].as_slice()
            )
        );
        for content in [
            "300",
            "-129",
            "4294967296",
            "yesterday",
            "12345",
            "Mauve",
            "1e300",
        ] {
            assert!(
                !format!("{error:?}").contains(content),
                "{error:?} names the type, not the content"
            );
        }
        assert!(Everything::all().count(&db).await.is_ok());
    }
}

/// A Decode error that names model and field, and nothing of what stands in the column.
async fn is_a_decode_error(db: &Db, field: &'static str) {
    let error = Everything::all().all(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (
            ErrorKind::Decode,
            Some("Everything"),
            [field.to_owned()].as_slice()
        ),
        "{error:?}"
    );
    for content in ["300", "-129", "4294967296", "20000", "12345", "Mauve"] {
        assert!(
            !format!("{error:?}").contains(content),
            "{error:?} names the type, not the content"
        );
    }
    let streamed = Everything::all().stream(db).next().await.unwrap();
    assert_eq!(streamed.unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(
        Everything::all().count(db).await.unwrap(),
        1,
        "and the connection can be used"
    );
}

#[tokio::test]
async fn narrowing_is_an_error_on_postgresql() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.create_tables_of(VALUES).await.unwrap();
    create!(Everything {}).exec(db).await.unwrap();
    let wrong = [
        ("unsigned8", "300"),
        ("unsigned8", "-1"),
        ("signed8", "-129"),
        ("unsigned16", "70000"),
        ("unsigned32", "4294967296"),
        ("unsigned64", "-1"),
        ("decimal", "1e300"),
        ("decimal", "'NaN'"),
        ("instant", "'infinity'"),
        ("instant", "'20000-01-01'"),
        ("date", "'-infinity'"),
        ("date", "'20000-01-01'"),
        ("date_time", "'infinity'"),
        ("time", "'24:00:00'"),
        ("tags", "'[300]'"),
        ("color", "'Mauve300'"),
    ];
    for (field, value) in wrong {
        db.run_sql(leaked(format!("UPDATE everything SET {field} = {value}")))
            .await
            .unwrap();
        is_a_decode_error(db, field).await;
        let back = format!("DELETE FROM everything WHERE {field} = {field}");
        db.run_sql(leaked(back)).await.unwrap();
        create!(Everything {}).exec(db).await.unwrap();
    }
    // A column of another type than the model's.
    db.run_sql("ALTER TABLE everything ALTER COLUMN uuid TYPE text")
        .await
        .unwrap();
    let text = "UPDATE everything SET uuid = '12345'";
    db.run_sql(text).await.unwrap();
    is_a_decode_error(db, "uuid").await;
    database.remove().await;
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[tokio::test]
async fn narrowing_is_an_error_on_dynamodb() {
    use aws_sdk_dynamodb::types::AttributeValue::{Bool, L, N, Null, S};
    let database = Database::on_dynamodb().await;
    let db = &database.db;
    db.create_tables_of(VALUES).await.unwrap();
    let tables = database.tables().await;
    let table = tables.iter().find(|name| name.ends_with(".everything"));
    let table = table.expect("the table of Everything");
    let driver = raw_dynamodb();
    let (n, s) = (|x: &str| Some(N(x.into())), |x: &str| Some(S(x.into())));
    let wrong = [
        ("unsigned8", n("300")),
        ("signed8", n("-129")),
        ("signed32", n("4294967296")),
        ("unsigned64", n("-1")),
        ("unsigned64", n("12345678901234567890123")),
        ("signed64", n("1.5")),
        ("truth", n("2")),
        ("truth", s("300")),
        ("text", n("300")),
        ("text", None),
        ("text", Some(Null(true))),
        ("signed64", Some(Bool(true))),
        ("bytes", s("12345")),
        ("uuid", s("12345")),
        ("instant", s("yesterday 300")),
        ("date", s("20000-01-01")),
        ("decimal", n("1e120")),
        ("json", s("{300")),
        ("tags", s("[300]")),
        ("color", s("Mauve300")),
        ("score", Some(L(vec![]))),
    ];
    for (field, value) in wrong {
        let row = create!(Everything {}).exec(db).await.unwrap();
        let change = driver
            .update_item()
            .table_name(table)
            .key("id", N(row.id.to_string()))
            .expression_attribute_names("#f", field);
        let change = match value {
            Some(value) => change
                .update_expression("SET #f = :v")
                .expression_attribute_values(":v", value),
            None => change.update_expression("REMOVE #f"),
        };
        change.send().await.unwrap();
        is_a_decode_error(db, field).await;
        Everything::delete_by_id(row.id).exec(db).await.unwrap();
    }
    database.remove().await;
}

/// Through a view in the place of the table.
#[tokio::test]
async fn a_view_that_does_not_fit_is_an_error_on_postgresql() {
    let database = Database::on_postgresql().await;
    let db = &database.db;
    db.run_sql("CREATE VIEW account AS SELECT 1 AS id, 'a' AS owner, 2 AS balance")
        .await
        .unwrap();
    let missing = Account::all().all(db).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Schema, "{missing:?}");
    let rows = [
        (
            "1::int8 AS id, NULL::text AS owner, 2::int8 AS balance, 3::int8 AS version",
            "owner",
        ),
        (
            "1::int8 AS id, '\\x00'::bytea AS owner, 2::int8 AS balance, 3::int8 AS version",
            "owner",
        ),
        (
            "1::int8 AS id, 'a' AS owner, 'two' AS balance, 3::int8 AS version",
            "balance",
        ),
        (
            "1.5::float8 AS id, 'a' AS owner, 2::int8 AS balance, 3::int8 AS version",
            "id",
        ),
    ];
    for (view, field) in rows {
        db.run_sql("DROP VIEW account").await.unwrap();
        db.run_sql(leaked(format!("CREATE VIEW account AS SELECT {view}")))
            .await
            .unwrap();
        let error = Account::all().all(db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.fields()),
            (
                ErrorKind::Decode,
                Some("Account"),
                [field.to_owned()].as_slice()
            ),
            "{error:?}"
        );
    }
    database.remove().await;
}

/// Through a view in the place of the table, since SQLite's own strict tables let nothing wrong in.
#[tokio::test]
async fn row_with_fewer_columns_is_an_error_not_a_panic() {
    let database = Database::on_file().await;
    let db = &database.db;
    db.run_sql("CREATE VIEW account AS SELECT 1 AS id, 'a' AS owner, 2 AS balance")
        .await
        .unwrap();
    let error = Account::all().all(db).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Schema,
        "a column is missing: {:?}",
        error.server_detail()
    );
    let rows: &[(&'static str, &str)] = &[
        (
            "SELECT 1 AS id, NULL AS owner, 2 AS balance, 3 AS version",
            "owner",
        ),
        (
            "SELECT 1 AS id, x'00' AS owner, 2 AS balance, 3 AS version",
            "owner",
        ),
        (
            "SELECT 1 AS id, CAST(x'C328' AS TEXT) AS owner, 2 AS balance, 3 AS version",
            "owner",
        ),
        (
            "SELECT 1 AS id, 'a' AS owner, 'two' AS balance, 3 AS version",
            "balance",
        ),
        (
            "SELECT 1.5 AS id, 'a' AS owner, 2 AS balance, 3 AS version",
            "id",
        ),
    ];
    for (view, field) in rows {
        db.run_sql("DROP VIEW account").await.unwrap();
        let text: &'static str =
            Box::leak(format!("CREATE VIEW account AS {view}").into_boxed_str());
        db.run_sql(text).await.unwrap();
        let error = Account::all().all(db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.fields()),
            (
                ErrorKind::Decode,
                Some("Account"),
                [(*field).to_owned()].as_slice()
            )
        );
        assert_eq!(
            Account::all()
                .stream(db)
                .next()
                .await
                .unwrap()
                .unwrap_err()
                .kind(),
            ErrorKind::Decode
        );
    }
    let short = [Value::Int(1), Value::Text("a".into())];
    let error = Account::decode(&mut RowReader::new(&ValueRow(&short), Account::DEF)).unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Account"))
    );
}

#[test]
fn any_row_decodes_or_is_an_error() {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::Big),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        instant().prop_map(Value::Timestamp),
        decimal().prop_map(Value::Decimal),
    ];
    TestRunner::new(cases(2_000))
        .run(&prop::collection::vec(value, 0..30), |row| {
            let decoded = Everything::decode(&mut RowReader::new(&ValueRow(&row), Everything::DEF));
            assert!(
                decoded.is_err_and(|error| error.kind() == ErrorKind::Decode),
                "24 random values are no row"
            );
            Ok(())
        })
        .unwrap();
}
