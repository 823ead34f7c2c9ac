//! Values of relations and queries inside of queries mean in the database what they mean in plain Rust.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::accounts::{ACCOUNTS, Account, Payment, Shop};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use toasty::expr::{exists, outer, scalar};
use toasty::{Db, create};

/// Of which account, of which shop, and how much.
type Row = (u64, Option<u64>, i64);

const IDS: std::ops::Range<u64> = 0..4;

fn row() -> impl Strategy<Value = Row> {
    (IDS, prop::option::weighted(0.8, IDS), -3..4i64)
}

async fn fill(db: &Db, rows: &[Row]) {
    for id in IDS {
        create!(Account {
            id,
            owner: format!("owner {}", id % 3),
            budget: 2
        })
        .exec(db)
        .await
        .unwrap();
        create!(Shop {
            id,
            name: format!("shop {}", 9 - id)
        })
        .exec(db)
        .await
        .unwrap();
    }
    let rows = (0u64..)
        .zip(rows)
        .map(|(id, (account_id, shop_id, cents))| {
            create!(Payment {
                id,
                account_id: *account_id,
                shop_id: *shop_id,
                cents: *cents
            })
        });
    Payment::create_many(rows).exec(db).await.unwrap();
}

/// Per account: how many there are, how many above a limit, their sum and the largest.
async fn check_values(db: &Db, rows: &[Row], limit: i64) {
    let of = |id: u64| rows.iter().filter(move |row| row.0 == id).map(|row| row.2);
    let number = |count: usize| u64::try_from(count).unwrap();
    let expected: Vec<_> = IDS
        .map(|id| {
            let sum = of(id).reduce(|sum, cents| sum + cents);
            (
                number(of(id).count()),
                number(of(id).filter(|cents| *cents > limit).count()),
                sum,
                of(id).max(),
            )
        })
        .collect();
    let asked = Account::all().order_by(|a| a.id.asc()).select(|a| {
        (
            a.payments.count(),
            a.payments.count_where(|p| p.cents.gt(limit)),
            a.payments.sum(|p| p.cents),
            a.payments.max(|p| p.cents),
        )
    });
    assert_eq!(asked.all(db).await.unwrap(), expected);
    let found = Account::filter(|a| a.payments.sum(|p| p.cents).gt(limit)).order_by(|a| a.id.asc());
    let found: Vec<u64> = found.select(|a| a.id).all(db).await.unwrap();
    let wanted: Vec<u64> = IDS
        .filter(|id| of(*id).reduce(|sum, cents| sum + cents) > Some(limit))
        .collect();
    assert_eq!(found, wanted);
}

/// Which shops are among those of some payments, and which are not, NULLs left out.
async fn check_among(db: &Db, rows: &[Row], limit: i64) {
    let shops: BTreeSet<u64> = rows
        .iter()
        .filter(|row| row.2 > limit)
        .filter_map(|row| row.1)
        .collect();
    let query = || Payment::filter(|p| p.cents.gt(limit)).select(|p| p.shop_id);
    for negated in [false, true] {
        let found = Shop::filter(|s| {
            if negated {
                s.id.not_in_query(query())
            } else {
                s.id.in_query(query())
            }
        });
        let found: Vec<u64> = found
            .order_by(|s| s.id.asc())
            .select(|s| s.id)
            .all(db)
            .await
            .unwrap();
        let wanted: Vec<u64> = IDS.filter(|id| shops.contains(id) != negated).collect();
        assert_eq!(found, wanted, "negated: {negated}");
    }
    // Of nothing that is among them, NULL is none.
    let found = Payment::filter(|p| p.shop_id.not_in_query(query().distinct().limit(100)));
    let wanted = rows
        .iter()
        .filter(|row| shops.is_empty() || row.1.is_some_and(|shop| !shops.contains(&shop)));
    assert_eq!(
        found.count(db).await.unwrap(),
        u64::try_from(wanted.count()).unwrap()
    );
}

/// Which payments have a larger one of their account, and which is the next; and all in the order of their shops' names.
async fn check_correlated(db: &Db, rows: &[Row]) {
    let larger = |row: &Row| {
        rows.iter()
            .filter(|other| other.0 == row.0 && other.2 > row.2)
            .map(|other| other.2)
            .min()
    };
    let found = Payment::filter(|p| {
        exists(Payment::filter(|q| {
            q.account_id.eq(outer(p.account_id)) & q.cents.gt(outer(p.cents))
        }))
    })
    .order_by(|p| p.id.asc())
    .select(|p| {
        let larger =
            Payment::filter(|q| q.account_id.eq(outer(p.account_id)) & q.cents.gt(outer(p.cents)));
        (
            p.id,
            scalar(
                larger
                    .order_by(|q| (q.cents.asc(), q.id.asc()))
                    .select(|q| q.cents),
            ),
        )
    });
    let wanted: Vec<_> = (0u64..)
        .zip(rows)
        .filter_map(|(id, row)| Some((id, Some(larger(row)?))))
        .collect();
    assert_eq!(found.all(db).await.unwrap(), wanted);
    let found = Payment::all()
        .order_by(|p| (p.shop.value(|s| s.name).desc(), p.id.asc()))
        .select(|p| p.id);
    let mut wanted: Vec<(Option<u64>, u64)> =
        (0u64..).zip(rows).map(|(id, row)| (row.1, id)).collect();
    // The names go the other way than the numbers, and NULL is the smallest.
    wanted.sort_by_key(|(shop, id)| (shop.is_none(), *shop, *id));
    assert_eq!(
        found.all(db).await.unwrap(),
        wanted.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    );
}

fn check_many(tables: u32, database: impl AsyncFn() -> Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rows = (prop::collection::vec(row(), 0..12), -3..4i64);
    TestRunner::new(cases(tables))
        .run(&rows, |(rows, limit)| {
            runtime.block_on(async {
                let database = database().await;
                database.db.create_tables_of(ACCOUNTS).await.unwrap();
                fill(&database.db, &rows).await;
                check_values(&database.db, &rows, limit).await;
                check_among(&database.db, &rows, limit).await;
                check_correlated(&database.db, &rows).await;
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn subqueries_find_what_rust_finds() {
    check_many(60, Database::in_memory);
}

#[test]
fn subqueries_find_what_rust_finds_on_postgresql() {
    check_many(8, Database::on_postgresql);
}
