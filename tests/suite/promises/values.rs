//! What is stored comes back equal, or is refused; what is stored wrongly by others is an error, never a panic.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::keys::Account;
use crate::models::values::{Color, Everything, Score, VALUES};
use jiff::{Timestamp, civil};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use toasty::language::field::RowReader;
use toasty::language::value::{Value, ValueRow};
use toasty::{ErrorKind, Model, create};
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
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Value>()),
        ]
    })
}

/// All fields at once, so that one row is 24 round trips.
#[derive(Debug, Clone)]
struct Sample {
    small: (bool, i8, i16, i32, u8, u16, u32),
    integers: (i64, u64),
    floats: (f32, f64),
    texts: (String, Vec<u8>, u128, serde_json::Value),
    times: (Timestamp, civil::Date, civil::Time),
    rest: (Decimal, i64, u8),
}

fn sample() -> impl Strategy<Value = Sample> {
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
            any::<f64>(),
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
        (instant(), date(), time()),
        (decimal(), any::<i64>(), 0..3u8),
    )
        .prop_map(|(small, integers, floats, texts, times, rest)| Sample {
            small,
            integers,
            floats,
            texts,
            times,
            rest,
        })
}

impl Sample {
    /// What SQLite cannot hold exactly.
    fn is_unrepresentable(&self) -> bool {
        self.integers.1 > i64::MAX.unsigned_abs()
            || self.floats.0.is_nan()
            || self.floats.1.is_nan()
            || self.texts.0.contains('\0')
    }

    fn color(&self) -> Color {
        [Color::Red, Color::Green, Color::Blue][usize::from(self.rest.2)]
    }
}

#[test]
fn every_type_round_trips_on_every_backend() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let db = runtime.block_on(async {
        let db = Database::in_memory().await.db;
        db.create_tables_of(VALUES).await.unwrap();
        db
    });
    TestRunner::new(cases(1_000))
        .run(&sample(), |sample| {
            runtime.block_on(async {
                let (truth, signed8, signed16, signed32, unsigned8, unsigned16, unsigned32) =
                    sample.small;
                let (text, bytes, uuid, json) = sample.texts.clone();
                let before = Everything::all().count(&db).await.unwrap();
                let written = create!(Everything {
                    truth: truth,
                    signed8: signed8,
                    signed16: signed16,
                    signed32: signed32,
                    unsigned8: unsigned8,
                    unsigned16: unsigned16,
                    unsigned32: unsigned32,
                    signed64: sample.integers.0,
                    unsigned64: sample.integers.1,
                    float32: sample.floats.0,
                    float64: sample.floats.1,
                    text: text,
                    bytes: bytes,
                    uuid: Uuid::from_u128(uuid),
                    json: json,
                    instant: sample.times.0,
                    date: sample.times.1,
                    time: sample.times.2,
                    date_time: sample.times.1.to_datetime(sample.times.2),
                    decimal: sample.rest.0,
                    score: Score(sample.rest.1),
                    color: sample.color(),
                })
                .exec(&db)
                .await;
                if sample.is_unrepresentable() {
                    assert_eq!(written.unwrap_err().kind(), ErrorKind::Unrepresentable);
                    assert_eq!(
                        Everything::all().count(&db).await.unwrap(),
                        before,
                        "nothing was written"
                    );
                } else {
                    let written = written.unwrap();
                    assert_eq!(
                        written.texts(),
                        (&sample.texts.0, &sample.texts.1, &sample.texts.3)
                    );
                    assert_eq!(
                        (written.decimal, written.instant),
                        (sample.rest.0, sample.times.0)
                    );
                    assert_eq!(
                        Everything::get_by_id(&db, written.id).await.unwrap(),
                        written
                    );
                }
            });
            Ok(())
        })
        .unwrap();
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
