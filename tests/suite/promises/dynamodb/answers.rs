//! Answers that do not come, and those that say no: what may be sent again is, and nothing else.

use super::{Misbehaving, Parcel, Reader, fill, numbers, parcel, reader};
use crate::dynamodb_fake::{Fault, Recorded};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashSet;
use std::time::Duration;
use toasty::ErrorKind;

fn tokens(requests: &[Recorded]) -> HashSet<&str> {
    requests
        .iter()
        .map(|request| {
            request.body["ClientRequestToken"]
                .as_str()
                .expect("a token")
        })
        .collect()
}

#[tokio::test]
async fn a_write_that_is_throttled_is_sent_again_and_then_told_as_throttled() {
    let all = Misbehaving::within(Duration::from_millis(700)).await;
    const THROTTLED: Fault = Fault::Refuse(400, "ProvisionedThroughputExceededException");
    all.fake.plan("PutItem", THROTTLED, 3);
    parcel(1).exec(all.db()).await.unwrap();
    assert_eq!(all.fake.requests_of("PutItem").len(), 4);
    all.fake.plan(
        "UpdateItem",
        Fault::Refuse(400, "ThrottlingException"),
        usize::MAX,
    );
    let update = Parcel::filter(|parcel| parcel.id.eq(1u64)).update();
    let error = update.text("new").exec(all.db()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Throttled, true)
    );
    assert!(error.advice().is_some());
    assert!(all.fake.requests_of("UpdateItem").len() > 2);
    all.fake.plan("GetItem", THROTTLED, 2);
    let found = Parcel::filter(|parcel| parcel.id.eq(1u64))
        .one(all.db())
        .await
        .unwrap();
    assert_eq!(found.text, "x", "what was throttled was not done");
    all.remove().await;
}

#[tokio::test]
async fn retry_of_lost_transact_response_applies_once() {
    let all = Misbehaving::new().await;
    let db = all.db();
    parcel(1).exec(db).await.unwrap();
    all.fake.requests();
    all.fake.plan("TransactWriteItems", Fault::ExecuteAndCut, 2);
    let count_up = Parcel::filter(|parcel| parcel.id.eq(1u64))
        .update()
        .text("counted");
    db.atomic((count_up, parcel(2))).await.unwrap();
    let requests = all.fake.requests_of("TransactWriteItems");
    assert_eq!(requests.len(), 3);
    assert_eq!(tokens(&requests).len(), 1, "one token for one call");
    let stored = all.stored(1).await.unwrap();
    assert_eq!(
        stored["version"],
        AttributeValue::N("2".into()),
        "counted up once"
    );

    // The same for a row with guards: without the token its own guards would be in its way.
    all.fake.plan("TransactWriteItems", Fault::ExecuteAndCut, 1);
    reader(1).exec(db).await.unwrap();
    // And where the request was cut before it was executed.
    all.fake.plan("TransactWriteItems", Fault::Cut, 1);
    reader(2).exec(db).await.unwrap();
    assert_eq!(Reader::all().count(db).await.unwrap(), 2);
    // The next call has a token of its own.
    all.fake.requests();
    reader(3).exec(db).await.unwrap();
    reader(4).exec(db).await.unwrap();
    assert_eq!(tokens(&all.fake.requests_of("TransactWriteItems")).len(), 2);
    all.remove().await;
}

#[tokio::test]
async fn a_transaction_whose_answers_are_all_lost_is_unknown() {
    let all = Misbehaving::within(Duration::from_millis(400)).await;
    all.fake.plan("TransactWriteItems", Fault::ExecuteAndCut, 1);
    all.fake.plan(
        "TransactWriteItems",
        Fault::Cancel(&["TransactionConflict"]),
        usize::MAX,
    );
    let error = reader(1).exec(all.db()).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::CommitUnknown,
        "the first attempt may have been done"
    );
    assert!(!error.is_retryable());
    all.fake.behave();
    assert_eq!(Reader::all().count(all.db()).await.unwrap(), 1);
    all.remove().await;
}

#[tokio::test]
async fn a_single_write_whose_answer_is_lost_is_never_sent_again() {
    for fault in [
        Fault::ExecuteAndCut,
        Fault::Cut,
        Fault::Refuse(500, "InternalServerError"),
    ] {
        let all = Misbehaving::new().await;
        let db = all.db();
        parcel(1).exec(db).await.unwrap();
        all.fake.requests();
        for operation in ["PutItem", "UpdateItem", "DeleteItem"] {
            all.fake.plan(operation, fault.clone(), 1);
        }
        let one = || Parcel::filter(|parcel| parcel.id.eq(1u64));
        let errors = [
            parcel(2).exec(db).await.map(|_| ()).unwrap_err(),
            one()
                .update()
                .text("new")
                .exec(db)
                .await
                .map(|_| ())
                .unwrap_err(),
            one().delete().exec(db).await.map(|_| ()).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.is_retryable()),
                (ErrorKind::CommitUnknown, false)
            );
        }
        let writes: Vec<String> = all
            .fake
            .requests()
            .into_iter()
            .map(|one| one.operation)
            .collect();
        assert_eq!(writes, ["PutItem", "UpdateItem", "DeleteItem"], "{fault:?}");
        all.remove().await;
    }
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_is_sent_again() {
    let all = Misbehaving::new().await;
    fill(all.db(), 0..3).await;
    for fault in [
        Fault::ExecuteAndCut,
        Fault::Refuse(500, "InternalServerError"),
        Fault::Refuse(503, ""),
    ] {
        all.fake.plan("Query", fault, 1);
        assert_eq!(numbers(all.db()).await, [0, 1, 2]);
    }
    all.remove().await;
}

#[tokio::test]
async fn transact_conflict_is_retryable_condition_is_not() {
    let all = Misbehaving::within(Duration::from_millis(700)).await;
    let db = all.db();
    let conflict = Fault::Cancel(&["TransactionConflict", "None"]);
    all.fake.plan("TransactWriteItems", conflict.clone(), 2);
    reader(1).exec(db).await.unwrap();
    let requests = all.fake.requests_of("TransactWriteItems");
    assert_eq!((requests.len(), tokens(&requests).len()), (3, 1));

    all.fake.plan("TransactWriteItems", conflict, usize::MAX);
    let error = reader(2).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Conflict, true)
    );
    all.fake.behave();
    assert_eq!(Reader::all().count(db).await.unwrap(), 1);

    all.fake.plan(
        "TransactWriteItems",
        Fault::Cancel(&["ThrottlingError", "None"]),
        1,
    );
    reader(3).exec(db).await.unwrap();

    all.fake.requests();
    let error = reader(1).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::UniqueViolation, false)
    );
    assert_eq!(
        error.fields(),
        ["email"],
        "the first of both that another row has"
    );
    assert_eq!(all.fake.requests_of("TransactWriteItems").len(), 1);

    // A conflict of a write that is sent alone.
    all.fake.plan(
        "PutItem",
        Fault::Refuse(400, "TransactionConflictException"),
        1,
    );
    parcel(1).exec(db).await.unwrap();
    assert_eq!(all.fake.requests_of("PutItem").len(), 2);
    all.remove().await;
}

#[tokio::test]
async fn reasons_are_decoded_by_position() {
    let all = Misbehaving::new().await;
    let db = all.db();
    let one = || (parcel(1), reader(1), parcel(2));
    // Rows stand before guards: 0, 1 and 2 are the rows, 3 and 4 the guards of the second.
    let cases: [(&'static [&'static str], &str, &[&str]); 4] = [
        (
            &["None", "ConditionalCheckFailed", "None"],
            "Reader",
            &["id"],
        ),
        (
            &["None", "None", "ConditionalCheckFailed", "None"],
            "Parcel",
            &["id"],
        ),
        (
            &["None", "None", "None", "ConditionalCheckFailed", "None"],
            "Reader",
            &["email"],
        ),
        (
            &["None", "None", "None", "None", "ConditionalCheckFailed"],
            "Reader",
            &["street", "house"],
        ),
    ];
    for (reasons, model, fields) in cases {
        all.fake
            .plan("TransactWriteItems", Fault::Cancel(reasons), 1);
        let error = db.atomic(one()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(
            (error.model(), error.fields()),
            (
                Some(model),
                &fields
                    .iter()
                    .map(|field| (*field).to_owned())
                    .collect::<Vec<_>>()[..]
            )
        );
    }
    all.fake.plan(
        "TransactWriteItems",
        Fault::Cancel(&["None", "ValidationError", "None"]),
        1,
    );
    let error = db.atomic(one()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Database, Some("Reader"))
    );
    all.remove().await;
}

#[tokio::test]
async fn a_made_key_that_is_there_already_is_made_anew() {
    let all = Misbehaving::new().await;
    let taken = Fault::Cancel(&["ConditionalCheckFailed", "None"]);
    all.fake.plan("TransactWriteItems", taken, 2);
    let made = reader(1).exec(all.db()).await.unwrap();
    let requests = all.fake.requests_of("TransactWriteItems");
    assert_eq!(
        tokens(&requests).len(),
        3,
        "another call each, with another row"
    );
    let keys: HashSet<&str> = requests
        .iter()
        .map(|request| {
            request.body["TransactItems"][0]["Put"]["Item"]["id"]["N"]
                .as_str()
                .expect("a number")
        })
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.contains(made.id.to_string().as_str()));
    all.remove().await;
}
