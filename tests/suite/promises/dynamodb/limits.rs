//! DynamoDB's limits: what is beyond them is refused before anything is sent.

use super::{Misbehaving, Parcel, Reader, book, parcel, reader};
use toasty::ErrorKind;

#[tokio::test]
async fn _101_actions_refused_before_io() {
    let all = Misbehaving::new().await;
    let db = all.db();
    let errors = [
        Parcel::create_many((0..101).map(parcel))
            .exec(db)
            .await
            .map(|_| ())
            .unwrap_err(),
        // 34 rows with two guards each are 102 actions.
        Reader::create_many((0..34).map(reader))
            .exec(db)
            .await
            .map(|_| ())
            .unwrap_err(),
        db.atomic((0..101).map(parcel).collect::<Vec<_>>())
            .await
            .map(|_| ())
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::TooComplex);
        assert!(error.advice().unwrap().contains(".in_chunks()"), "{error}");
    }
    assert_eq!(all.fake.requests().len(), 0);
    Parcel::create_many((0..100).map(parcel))
        .exec(db)
        .await
        .unwrap();
    assert_eq!(all.fake.requests_of("TransactWriteItems").len(), 1);
    all.remove().await;
}

#[tokio::test]
async fn item_400kb_plus_1_refused_before_io() {
    let all = Misbehaving::new().await;
    let db = all.db();
    // "id" and 1, "text" and the text, "version" and 1: "DynamoDB item sizes and formats".
    let rest = 2 + 2 + 4 + 7 + 2;
    let most = 400 * 1024 - rest;
    parcel(1).text("x".repeat(most)).exec(db).await.unwrap();
    all.fake.requests();
    let long = "x".repeat(most + 1);
    let errors = [
        parcel(2)
            .text(long.as_str())
            .exec(db)
            .await
            .map(|_| ())
            .unwrap_err(),
        Parcel::create_many([parcel(3), parcel(4).text(long.as_str())])
            .exec(db)
            .await
            .map(|_| ())
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Parcel"), &["text".to_owned()][..])
        );
    }
    assert_eq!(all.fake.requests().len(), 0);
    all.remove().await;
}

#[tokio::test]
async fn keys_beyond_their_limits_are_refused_before_io() {
    let all = Misbehaving::new().await;
    let db = all.db();
    for shelf in [String::new(), "x".repeat(2_049)] {
        let error = book(1).shelf(shelf).exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
        assert_eq!(error.fields(), ["shelf"]);
    }
    assert_eq!(all.fake.requests().len(), 0);
    book(1).shelf("x".repeat(2_048)).exec(db).await.unwrap();
    all.remove().await;
}
