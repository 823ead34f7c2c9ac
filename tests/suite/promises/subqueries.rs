//! Values of relations and queries inside of queries mean in the database what they mean in plain Rust.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::accounts::{ACCOUNTS, Account, Payment, Shop};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use toasty::expr::{case, count, exists, outer, row_number, scalar, sum};
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

/// Totals by account, by name: which are above their mean, which account has them, and the largest two of each.
async fn check_named(db: &Db, rows: &[Row], limit: i64) {
    let mut wanted: BTreeMap<u64, (u64, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.2 > limit) {
        let total = wanted.entry(row.0).or_default();
        *total = (total.0 + 1, total.1 + row.2);
    }
    let totals = Payment::filter(|p| p.cents.gt(limit))
        .group_by(|p| p.account_id)
        .select(|group| (group.key, count(), sum(group.row.cents)))
        .named("totals");
    let all = totals
        .order_by(|(account, _, _)| account.asc())
        .all(db)
        .await;
    let expected: Vec<_> = wanted
        .iter()
        .map(|(id, (n, sum))| (*id, *n, Some(*sum)))
        .collect();
    assert_eq!(all.unwrap(), expected);
    // More than the mean, without a fraction: times how many they are, more than all together.
    let all: u64 = wanted.values().map(|(n, _)| n).sum();
    let number = u64::try_from(wanted.len()).unwrap();
    let above = totals.filter(|(_, n, _)| {
        let accounts = scalar(totals.select(|_| count())).coalesce(0);
        (n * accounts).gt(scalar(totals.select(|(_, n, _)| sum(n))))
    });
    let above: Vec<u64> = above
        .order_by(|(account, _, _)| account.asc())
        .select(|(account, _, _)| account)
        .all(db)
        .await
        .unwrap();
    let expected: Vec<u64> = wanted
        .iter()
        .filter(|(_, (n, _))| n * number > all)
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(above, expected);
    // Of each account, by a query that reads another.
    let busy = totals.filter(|(_, n, _)| n.gt(1)).named("busy");
    let counts = Account::all().order_by(|a| a.id.asc()).select(|a| {
        let own = totals.filter(|(account, _, _)| account.eq(outer(a.id)));
        let is_busy = exists(busy.filter(|(account, _, _)| account.eq(outer(a.id))));
        (
            scalar(own.select(|(_, n, _)| n)),
            case(is_busy, 1i64).otherwise(0),
        )
    });
    let expected: Vec<_> = IDS
        .map(|id| {
            wanted
                .get(&id)
                .map_or((None, 0), |(n, _)| (Some(*n), i64::from(*n > 1)))
        })
        .collect();
    assert_eq!(counts.all(db).await.unwrap(), expected);
    let ranked = Payment::all()
        .select(|p| {
            let place = row_number().over(|w| {
                w.partition_by(p.account_id)
                    .order_by((p.cents.desc(), p.id.asc()))
            });
            (p.id, place)
        })
        .named("ranked");
    let top = ranked.filter(|(_, place)| place.le(2)).select(|(id, _)| id);
    let found: BTreeSet<u64> = top.all(db).await.unwrap().into_iter().collect();
    let mut expected = BTreeSet::new();
    for id in IDS {
        let own = (0u64..).zip(rows).filter(|(_, row)| row.0 == id);
        let mut own: Vec<_> = own.map(|(number, row)| (-row.2, number)).collect();
        own.sort_unstable();
        expected.extend(own.iter().take(2).map(|(_, number)| *number));
    }
    assert_eq!(found, expected);
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
                check_named(&database.db, &rows, limit).await;
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
