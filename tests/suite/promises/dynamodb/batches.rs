//! Batches: what DynamoDB leaves unprocessed is done, or told.

use super::{Book, Misbehaving, Parcel, fill, numbers, parcel};
use crate::dynamodb_fake::{Fault, Recorded};
use std::time::{Duration, Instant};
use toasty::{Db, ErrorKind};

/// How many items of a batch a request has.
fn batch_of(request: &Recorded) -> usize {
    let tables = request.body["RequestItems"].as_object().unwrap();
    tables
        .values()
        .map(|batch| batch.as_array().or(batch["Keys"].as_array()).unwrap().len())
        .sum()
}

#[tokio::test]
async fn batch_write_26_items_sends_25_plus_1() {
    let all = Misbehaving::new().await;
    fill(all.db(), 0..26).await;
    all.fake.requests();
    let books = Book::filter(|book| book.shelf.eq("A"));
    assert_eq!(books.in_chunks().delete().exec(all.db()).await.unwrap(), 26);
    let mut sizes: Vec<usize> = all
        .fake
        .requests_of("BatchWriteItem")
        .iter()
        .map(batch_of)
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 25]);
    assert_eq!(numbers(all.db()).await, [0u64; 0]);
    all.remove().await;
}

#[tokio::test]
async fn batch_write_60_items_with_unprocessed() {
    let all = Misbehaving::new().await;
    fill(all.db(), 0..61).await;
    all.fake.requests();
    all.fake.plan("BatchWriteItem", Fault::Leave(7), 2);
    let books = Book::filter(|book| book.shelf.eq("A") & book.number.lt(60u64));
    assert_eq!(books.in_chunks().delete().exec(all.db()).await.unwrap(), 60);
    let requests = all.fake.requests_of("BatchWriteItem");
    assert!(requests.len() <= 6, "{} requests", requests.len());
    assert!(requests.iter().all(|request| batch_of(request) <= 25));
    let asked: usize = requests.iter().map(batch_of).sum();
    assert_eq!(asked, 60 + 2 * 7, "each once, and what was left once more");
    assert_eq!(numbers(all.db()).await, [60], "all 60, and no other");
    all.remove().await;
}

#[tokio::test]
async fn batch_get_250_keys_keeps_order_with_holes() {
    let all = Misbehaving::new().await;
    let there: Vec<u64> = (0..250).filter(|id| ![17, 100, 249].contains(id)).collect();
    for some in there.chunks(100) {
        Parcel::create_many(some.iter().map(|id| parcel(*id)))
            .exec(all.db())
            .await
            .unwrap();
    }
    // Backwards and with one of them twice, so that no order of the server's looks like ours.
    let wanted: Vec<u64> = (0..250).rev().chain([3]).collect();
    let expected: Vec<u64> = wanted[..250]
        .iter()
        .copied()
        .filter(|id| there.contains(id))
        .collect();
    all.fake.requests();
    all.fake.plan("BatchGetItem", Fault::Leave(9), 2);
    all.fake.plan("BatchGetItem", Fault::DoOnly(40), 1);
    let found = Parcel::filter(|parcel| parcel.id.in_list(wanted.clone()))
        .all(all.db())
        .await
        .unwrap();
    let ids: Vec<u64> = found.iter().map(|parcel| parcel.id).collect();
    assert_eq!(ids, expected);
    let requests = all.fake.requests_of("BatchGetItem");
    assert!(requests.iter().all(|request| batch_of(request) <= 100));
    let asked: usize = requests.iter().map(batch_of).sum();
    let left: usize = asked - 250;
    assert!(
        (18 + 10..=18 + 60).contains(&left),
        "{left} keys were asked for once more"
    );
    all.remove().await;
}

#[tokio::test]
async fn throttle_budget() {
    const BUDGET: Duration = Duration::from_millis(1_500);
    let (one, other) = tokio::join!(Misbehaving::within(BUDGET), Misbehaving::within(BUDGET));
    for all in [&one, &other] {
        fill(all.db(), 0..60).await;
        all.fake.requests();
        // The first batches are done in part, and then nothing more is, ever.
        all.fake.plan("BatchWriteItem", Fault::Leave(20), 3);
        all.fake
            .plan("BatchWriteItem", Fault::Leave(25), usize::MAX);
    }
    let delete = |db: Db| async move {
        let books = Book::filter(|book| book.shelf.eq("A")).in_chunks();
        let started = Instant::now();
        let error = books.delete().exec(&db).await.unwrap_err();
        (error, started.elapsed())
    };
    let ((error, took), (_, _)) =
        tokio::join!(delete(one.db().clone()), delete(other.db().clone()));
    assert_eq!(error.kind(), ErrorKind::Partial, "{error}");
    let left = numbers(one.db()).await.len();
    assert!((1..60).contains(&left));
    let counts = format!("{} rows are deleted, and {left} remain", 60 - left);
    assert!(error.to_string().contains(&counts), "{error}");
    // Far from the clock: a machine that is busy with other tests is slow. The pauses alone are measured by a clock that is
    // stopped, in the backend's own tests.
    assert!(took <= Duration::from_secs(10), "{took:?}");
    // The pauses go on to the end of the budget, and no two clients come back at the same times. The first three requests
    // are sent at once and done in part; all others are answered by the fake itself.
    let pauses = |all: &Misbehaving| -> Vec<u128> {
        let requests = all.fake.requests_of("BatchWriteItem");
        requests[3..]
            .windows(2)
            .map(|pair| pair[1].at.duration_since(pair[0].at).as_millis())
            .collect()
    };
    let (mine, theirs) = (pauses(&one), pauses(&other));
    assert!(mine.len() >= 3, "{mine:?}");
    assert_ne!(mine, theirs);
    let sum: u128 = mine.iter().sum();
    assert!(sum <= 2 * BUDGET.as_millis(), "{sum}");
    one.remove().await;
    other.remove().await;
}
