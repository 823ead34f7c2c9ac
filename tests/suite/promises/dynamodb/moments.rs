//! Reads as of one moment: one request, sent again where somebody was in its way, and an error that says whose rows.

use super::{Book, Misbehaving, Parcel, fill, parcel};
use crate::dynamodb_fake::Fault;
use serde_json::json;
use std::time::Duration;
use toasty::{ErrorKind, Result, batch};

/// A parcel and two books, one of them not there.
async fn look(all: &Misbehaving) -> Result<(Vec<Parcel>, Option<Book>, Option<Book>)> {
    let book = |number: u64| Book::find_by_shelf_and_number("A", number).into_first();
    batch((Parcel::find_by_id(1u64), book(0), book(9)))
        .as_of_one_moment()
        .exec(all.db())
        .await
}

async fn filled(within: Duration) -> Misbehaving {
    let all = Misbehaving::within(within).await;
    Parcel::create_many([parcel(1)])
        .exec(all.db())
        .await
        .unwrap();
    fill(all.db(), 0..1).await;
    all.fake.requests();
    all
}

const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn reads_as_of_one_moment_are_one_request() {
    let all = filled(LONG).await;
    let (parcels, there, none) = look(&all).await.unwrap();
    assert_eq!(
        (parcels.len(), there.map(|book| book.number), none),
        (1, Some(0), None)
    );
    let requests = all.fake.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].operation, "TransactGetItems");
    let (parcels, books) = (all.table("parcel"), all.table("book"));
    let book = |number: &str| json!({ "Get": { "TableName": books, "Key": { "shelf": { "S": "A" }, "number": { "N": number } } } });
    assert_eq!(
        requests[0].body,
        json!({
            "TransactItems": [
                { "Get": { "TableName": parcels, "Key": { "id": { "N": "1" } } } },
                book("0"),
                book("9"),
            ],
            "ReturnConsumedCapacity": "TOTAL",
        })
    );
    all.remove().await;
}

#[tokio::test]
async fn a_read_that_was_in_somebodys_way_is_sent_again() {
    let all = filled(LONG).await;
    let plan = |fault| all.fake.plan("TransactGetItems", fault, 1);
    plan(Fault::Cancel(&["None", "TransactionConflict", "None"]));
    plan(Fault::Cancel(&["ThrottlingError", "None"]));
    plan(Fault::Refuse(400, "ThrottlingException"));
    // It changes nothing, so that a lost answer is asked for again.
    plan(Fault::ExecuteAndCut);
    look(&all).await.unwrap();
    assert_eq!(all.fake.requests_of("TransactGetItems").len(), 5);
    all.remove().await;
}

#[tokio::test]
async fn a_conflict_that_does_not_end_names_the_model_of_its_row() {
    let all = filled(Duration::from_millis(200)).await;
    let conflict = Fault::Cancel(&["None", "TransactionConflict", "None"]);
    all.fake.plan("TransactGetItems", conflict, usize::MAX);
    let error = look(&all).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Conflict, Some("Book"))
    );
    assert!(error.is_retryable() && error.advice().is_some());
    assert!(all.fake.requests_of("TransactGetItems").len() > 1);
    all.remove().await;
}

#[tokio::test]
async fn a_read_that_is_refused_is_not_sent_again() {
    let all = filled(LONG).await;
    let refused = Fault::Cancel(&["None", "None", "ValidationError"]);
    all.fake.plan("TransactGetItems", refused, 1);
    let error = look(&all).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Database, Some("Book"))
    );
    let missing = Fault::Refuse(400, "ResourceNotFoundException");
    all.fake.plan("TransactGetItems", missing, 1);
    assert_eq!(look(&all).await.unwrap_err().kind(), ErrorKind::Schema);
    assert_eq!(all.fake.requests_of("TransactGetItems").len(), 2);
    all.remove().await;
}
