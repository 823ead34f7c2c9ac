//! Aggregates, groups and what is computed mean in the database what they mean in plain Rust.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::figures::{FIGURES, Figure};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use toasty::expr::{avg, count, count_distinct, count_of, max, min, sum};
use toasty::{Db, ErrorKind, create};

#[derive(Debug, Clone)]
struct Row {
    shop: u8,
    number: i64,
    other: Option<i64>,
    price: Decimal,
    title: String,
}

/// Small numbers mostly, so that they meet, and the ends of the range at times.
fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        12 => -4..5i64,
        1 => prop::sample::select(vec![i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 2]),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let price = (-2_000..2_000i64, 0..4u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let other = prop::option::weighted(0.6, number());
    (0..4u8, number(), other, price, "[aAbé]{0,3}").prop_map(
        |(shop, number, other, price, title)| Row {
            shop,
            number,
            other,
            price,
            title,
        },
    )
}

async fn fill(db: &Db, rows: &[Row]) {
    let rows = (0u64..).zip(rows).map(|(id, row)| {
        create!(Figure {
            id,
            shop: row.shop.to_string(),
            title: &row.title,
            number: row.number,
            other: row.other,
            price: row.price,
        })
    });
    Figure::create_many(rows).exec(db).await.unwrap();
}

/// A sum as the language promises it: exact, or none where it does not fit.
fn summed(numbers: impl Iterator<Item = i64>) -> Result<Option<i64>, ErrorKind> {
    let mut any = false;
    let sum: i128 = numbers.inspect(|_| any = true).map(i128::from).sum();
    match (any, i64::try_from(sum)) {
        (false, _) => Ok(None),
        (true, Ok(sum)) => Ok(Some(sum)),
        (true, Err(_)) => Err(ErrorKind::Unrepresentable),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the language promises it")]
fn mean(numbers: &[i64]) -> Option<f64> {
    let sum: i128 = numbers.iter().copied().map(i128::from).sum();
    (!numbers.is_empty()).then(|| sum as f64 / numbers.len() as f64)
}

async fn check_all(db: &Db, rows: &[Row]) {
    let others: Vec<i64> = rows.iter().filter_map(|row| row.other).collect();
    let different: BTreeSet<i64> = others.iter().copied().collect();
    let asked = || {
        Figure::all().select(|f| {
            (
                (count(), count_of(f.other), count_distinct(f.other)),
                (min(f.other), max(f.number), min(f.title), max(f.price)),
                (avg(f.other), sum(f.price), count_distinct(f.price)),
            )
        })
    };
    let (counts, ends, sums) = asked().one(db).await.unwrap();
    let here = asked().aggregate_in_memory(db).await.unwrap();
    assert_eq!(here.rows, [(counts, ends.clone(), sums)]);
    assert_eq!(here.rows_read, counts.0);
    let number = |count: usize| u64::try_from(count).unwrap();
    assert_eq!(
        counts,
        (
            number(rows.len()),
            number(others.len()),
            number(different.len())
        )
    );
    let prices: BTreeSet<Decimal> = rows.iter().map(|row| row.price).collect();
    assert_eq!(
        ends,
        (
            others.iter().min().copied(),
            rows.iter().map(|row| row.number).max(),
            rows.iter().map(|row| row.title.clone()).min(),
            prices.last().copied(),
        )
    );
    let price: Decimal = rows.iter().map(|row| row.price).sum();
    assert_eq!(
        sums,
        (
            mean(&others),
            (!rows.is_empty()).then_some(price),
            number(prices.len())
        )
    );
    let expected = summed(others.into_iter());
    let asked = || Figure::all().select(|f| sum(f.other));
    let there = asked().one(db).await.map_err(|error| error.kind());
    assert_eq!(there, expected);
    let here = asked().aggregate_in_memory(db).await;
    let here = here.map_err(|error| error.kind());
    assert_eq!(here.map(|report| report.rows[0]), expected);
}

async fn check_groups(db: &Db, rows: &[Row], more_than: u64) {
    let mut groups: BTreeMap<(String, Option<i64>), Vec<i64>> = BTreeMap::new();
    for row in rows {
        let key = (row.shop.to_string(), row.other);
        groups.entry(key).or_default().push(row.number);
    }
    groups.retain(|_, numbers| u64::try_from(numbers.len()).unwrap() > more_than);
    let expected: Vec<_> = groups
        .into_iter()
        .map(|((shop, other), numbers)| (shop, other, mean(&numbers), numbers.into_iter().min()))
        .collect();
    let asked = || {
        Figure::all()
            .group_by(|f| (f.shop, f.other))
            .having(|_| count().gt(more_than))
            .order_by(|g| (g.key.0.asc(), g.key.1.asc()))
            .select(|g| (g.key.0, g.key.1, avg(g.row.number), min(g.row.number)))
    };
    assert_eq!(asked().all(db).await.unwrap(), expected);
    let here = asked().aggregate_in_memory(db).await.unwrap();
    assert_eq!(here.rows, expected);
}

/// Row by row: where one of them does not fit, all fail.
async fn check_computed(db: &Db, rows: &[Row]) {
    let expected: Option<Vec<_>> = rows
        .iter()
        .map(|row| {
            let product = row
                .number
                .checked_mul(3)?
                .checked_sub(row.other.unwrap_or(1))?;
            let quotient = match row.other {
                None | Some(0) => None,
                Some(other) => Some(row.number.checked_div(other)?),
            };
            let rest = match row.other {
                None | Some(0) => None,
                Some(other) => Some(row.number.checked_rem(other).unwrap_or(0)),
            };
            let price = row.price * row.price + Decimal::ONE;
            Some((
                product,
                quotient,
                rest,
                price,
                row.title.to_ascii_lowercase(),
            ))
        })
        .collect();
    let asked = Figure::all().order_by(|f| f.id.asc()).select(|f| {
        (
            f.number * 3 - f.other.coalesce(1),
            f.number / f.other,
            f.number % f.other,
            f.price * f.price + Decimal::ONE,
            f.title.lower(),
        )
    });
    match (asked.all(db).await, expected) {
        (Ok(rows), Some(expected)) => assert_eq!(rows, expected),
        (Err(error), None) => assert_eq!(error.kind(), ErrorKind::Unrepresentable),
        (found, expected) => panic!("{found:?} and {expected:?}"),
    }
}

fn check_many(tables: u32, database: impl AsyncFn() -> Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rows = (prop::collection::vec(row(), 0..25), 0..3u64);
    TestRunner::new(cases(tables))
        .run(&rows, |(rows, more_than)| {
            runtime.block_on(async {
                let database = database().await;
                database.db.create_tables_of(FIGURES).await.unwrap();
                fill(&database.db, &rows).await;
                check_all(&database.db, &rows).await;
                check_groups(&database.db, &rows, more_than).await;
                check_computed(&database.db, &rows).await;
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn aggregates_compute_like_rust() {
    check_many(100, Database::in_memory);
}

#[test]
fn aggregates_compute_like_rust_on_postgresql() {
    check_many(12, Database::on_postgresql);
}
