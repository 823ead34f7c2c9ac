//! A row costs no allocation but those of what its struct owns.

use crate::databases::Database;
use crate::models::keys::{Account, KEYS};
use crate::models::texts::{Point, TEXTS};
use toasty::create;

/// How many allocations reading so many rows took, on this thread.
fn reading(rows: u64) -> (u64, u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Database::in_memory().await.db;
        db.create_tables_of(KEYS).await.unwrap();
        db.create_tables_of(TEXTS).await.unwrap();
        Account::create_many((0..rows).map(|number| {
            create!(Account {
                owner: format!("{number}")
            })
        }))
        .exec(&db)
        .await
        .unwrap();
        Point::create_many((0..rows).map(|id| create!(Point { id, a: 1, b: 2 })))
            .exec(&db)
            .await
            .unwrap();
        // Once before, so that the shape is known and the statement prepared.
        Account::all().all(&db).await.unwrap();
        Point::all().all(&db).await.unwrap();
        (
            counted(|| block(Account::all().all(&db)).len()),
            counted(|| block(Point::all().all(&db)).len()),
        )
    })
}

/// Statements in memory are run in one poll.
fn block<T>(future: impl Future<Output = toasty::Result<T>>) -> T {
    futures_util::FutureExt::now_or_never(future)
        .expect("one poll")
        .unwrap()
}

fn counted(read: impl FnOnce() -> usize) -> u64 {
    let mut rows = 0;
    let counted = allocation_counter::measure(|| rows = read());
    assert!(rows > 0);
    counted.count_total
}

#[test]
fn decoding_a_row_allocates_what_the_struct_owns() {
    let ((few_accounts, few_points), (accounts, points)) = (reading(1_000), reading(5_000));
    // The list of rows itself grows by doubling: three more times.
    let growth = 3;
    assert_eq!(accounts - few_accounts, 4_000 + growth, "one text each");
    assert_eq!(points - few_points, growth, "numbers and an absent text");
}
