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

#[tokio::test]
async fn gets_by_key_of_a_batch_are_one_request() {
    let all = Misbehaving::new().await;
    fill(all.db(), 0..3).await;
    Parcel::create_many((0..150).map(parcel))
        .in_chunks()
        .exec(all.db())
        .await
        .unwrap();
    all.fake.requests();
    let metered = all.db().metered();
    let (one, none, books, parcels, counted) = toasty::batch((
        Parcel::find_by_id(7u64).into_one(),
        Parcel::find_by_id(999u64).into_first(),
        [0u64, 2]
            .map(|number| Book::find_by_shelf_and_number("A", number).into_one())
            .into_iter()
            .collect::<Vec<_>>(),
        // The first of them is among the others: no key stands twice in a request.
        Parcel::filter(|parcel| parcel.id.in_list([7u64, 8, 1_000])),
        Parcel::find_by_id(9u64)
            .filter(|parcel| parcel.text.eq("y"))
            .into_count(),
    ))
    .exec(&metered)
    .await
    .unwrap();
    assert_eq!((one.id, none, counted), (7, None, 0));
    assert_eq!(
        books.iter().map(|book| book.number).collect::<Vec<_>>(),
        [0, 2]
    );
    assert_eq!(
        parcels.iter().map(|parcel| parcel.id).collect::<Vec<_>>(),
        [7, 8]
    );
    let requests = all.fake.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (metered.report().requests, metered.report().statements),
        (1, 6)
    );
    // More than a hundred are as many requests as they take.
    let many: Vec<_> = (0..150u64)
        .map(|id| Parcel::find_by_id(id).into_one())
        .collect();
    let found = toasty::batch(many).exec(all.db()).await.unwrap();
    assert!(found.iter().map(|parcel| parcel.id).eq(0..150));
    let mut sizes: Vec<usize> = all
        .fake
        .requests_of("BatchGetItem")
        .iter()
        .map(batch_of)
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [50, 100]);
    all.remove().await;
}

#[tokio::test]
async fn gets_of_a_batch_that_are_left_are_asked_for_again() {
    let all = Misbehaving::new().await;
    Parcel::create_many((0..40).map(parcel))
        .exec(all.db())
        .await
        .unwrap();
    all.fake.plan("BatchGetItem", Fault::Leave(11), 2);
    let many: Vec<_> = (0..40u64)
        .map(|id| Parcel::find_by_id(id).into_one())
        .collect();
    let found = toasty::batch(many).exec(all.db()).await.unwrap();
    assert!(found.iter().map(|parcel| parcel.id).eq(0..40));
    all.remove().await;
}

#[tokio::test]
async fn a_table_that_is_missing_fails_its_own_part_alone() {
    toasty::toasty! { pub model Nowhere { id: u64 [key] } }
    let all = Misbehaving::new().await;
    Parcel::create_many([parcel(1)])
        .exec(all.db())
        .await
        .unwrap();
    let error = toasty::batch((
        Parcel::find_by_id(1u64).into_one(),
        Nowhere::find_by_id(1u64).into_first(),
    ))
    .exec(all.db())
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Schema, Some("Nowhere"))
    );
    all.remove().await;
}
