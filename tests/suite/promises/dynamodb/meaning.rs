//! The same meaning as elsewhere: keys and unique values hold, a page is not the end, NULL is NULL.

use super::{Book, Misbehaving, Parcel, Reader, book, parcel, reader};
use crate::databases::raw_dynamodb;
use crate::dynamodb_fake::Fault;
use aws_sdk_dynamodb::types::AttributeValue;
use rust_decimal::Decimal;
use serde_json::Value;
use toasty::ErrorKind;

#[tokio::test]
async fn insert_existing_key_is_unique_violation() {
    let all = Misbehaving::new().await;
    let db = all.db();
    parcel(1).text("first").note("n").exec(db).await.unwrap();
    let before = all.stored(1).await.unwrap();
    for again in [parcel(1).text("second"), parcel(1).text("first")] {
        let error = again.exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Parcel"), &["id".to_owned()][..])
        );
    }
    let error = Parcel::create_many([parcel(2), parcel(1)])
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(
        all.stored(1).await.unwrap(),
        before,
        "nothing of it was overwritten"
    );
    assert_eq!(
        all.stored(2).await,
        None,
        "the other row was not written either"
    );
    all.remove().await;
}

#[tokio::test]
async fn short_page_is_not_the_end() {
    let all = Misbehaving::new().await;
    let db = all.db();
    for start in (0..500u64).step_by(100) {
        let books = (start..start + 100).map(|number| book(number).lent(number % 50 == 0));
        Book::create_many(books).exec(db).await.unwrap();
    }
    all.fake.requests();
    all.fake.plan("Query", Fault::PagesOf(10), usize::MAX);
    let lent = || Book::filter(|book| book.shelf.eq("A") & book.lent.eq(true));
    let found: Vec<u64> = lent()
        .all(db)
        .await
        .unwrap()
        .iter()
        .map(|book| book.number)
        .collect();
    assert_eq!(found, (0..10).map(|n| n * 50).collect::<Vec<_>>());
    let pages = all.fake.requests_of("Query").len();
    assert!(
        (50..=51).contains(&pages),
        "{pages} pages, and most of them empty"
    );
    assert_eq!(lent().count(db).await.unwrap(), 10);
    assert!(
        lent()
            .filter(|book| book.number.gt(420u64))
            .exists(db)
            .await
            .unwrap()
    );
    let last = lent()
        .filter(|book| book.number.gt(430u64))
        .first(db)
        .await
        .unwrap();
    assert_eq!(last.map(|book| book.number), Some(450));
    assert!(
        !lent()
            .filter(|book| book.number.gt(450u64))
            .exists(db)
            .await
            .unwrap()
    );
    // A limit is one of rows, not of what was looked at.
    all.fake.requests();
    let three = lent().limit(3).all(db).await.unwrap();
    assert_eq!(
        three.iter().map(|book| book.number).collect::<Vec<_>>(),
        [0, 50, 100]
    );
    let pages = all.fake.requests_of("Query").len();
    assert!(pages <= 12, "{pages} pages for the first three");
    let mut stream = lent().stream(db);
    let mut streamed = Vec::new();
    while let Some(book) = stream.next().await {
        streamed.push(book.unwrap().number);
    }
    assert_eq!(streamed, found);
    all.remove().await;
}

#[tokio::test]
async fn null_and_a_missing_attribute_are_one() {
    let all = Misbehaving::new().await;
    let db = all.db();
    parcel(1).exec(db).await.unwrap();
    parcel(2).note("n").exec(db).await.unwrap();
    // As another program may have written it.
    raw_dynamodb()
        .put_item()
        .table_name(all.table("parcel"))
        .item("id", AttributeValue::N("3.0".into()))
        .item("text", AttributeValue::S("x".into()))
        .item("note", AttributeValue::Null(true))
        .item("version", AttributeValue::N("1".into()))
        .send()
        .await
        .unwrap();
    let ids = |found: Vec<Parcel>| {
        let mut ids: Vec<u64> = found.into_iter().map(|parcel| parcel.id).collect();
        ids.sort_unstable();
        ids
    };
    let null = Parcel::filter(|parcel| parcel.note.is_null());
    assert_eq!(ids(null.all(db).await.unwrap()), [1, 3]);
    let other = Parcel::filter(|parcel| parcel.note.ne("m"));
    assert_eq!(
        ids(other.all(db).await.unwrap()),
        [2],
        "NULL is not unequal to anything"
    );
    let not = Parcel::filter(|parcel| !parcel.note.eq("n"));
    assert_eq!(ids(not.all(db).await.unwrap()), [0u64; 0]);
    // A change that was found by NULL meets both.
    let null = Parcel::filter(|parcel| parcel.note.is_null());
    assert_eq!(null.update().note("now").exec(db).await.unwrap(), 2);
    let found = Parcel::filter(|parcel| parcel.id.eq(3u64))
        .one(db)
        .await
        .unwrap();
    assert_eq!(found.note.as_deref(), Some("now"));
    all.remove().await;
}

#[tokio::test]
async fn equal_numbers_are_one_value_also_in_a_guard() {
    let all = Misbehaving::new().await;
    let db = all.db();
    // 1.0, 1 and 1.00 are kept apart by their scale, and are one number.
    let (one, plain, longer) = (
        Decimal::new(10, 1),
        Decimal::new(1, 0),
        Decimal::new(100, 2),
    );
    reader(1).weight(one).exec(db).await.unwrap();
    for same in [plain, longer] {
        let error = reader(2).weight(same).exec(db).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()),
            (ErrorKind::UniqueViolation, &["weight".to_owned()][..])
        );
        let found = Reader::filter(|reader| reader.weight.eq(same));
        assert_eq!(found.one(db).await.unwrap().house, "1");
    }
    reader(2)
        .weight(Decimal::new(10, 0))
        .exec(db)
        .await
        .unwrap();
    all.remove().await;
}

#[tokio::test]
async fn composite_keys_ab_c_and_a_bc_are_different() {
    let all = Misbehaving::new().await;
    let db = all.db();
    let at = |number: u64, street: &str, house: &str| reader(number).street(street).house(house);
    at(1, "ab", "c").exec(db).await.unwrap();
    at(2, "a", "bc").exec(db).await.unwrap();
    at(3, "", "abc").exec(db).await.unwrap();
    at(4, "ab;5:house=S1:c", "").exec(db).await.unwrap();
    let error = at(5, "a", "bc").exec(db).await.unwrap_err();
    assert_eq!(error.fields(), ["street", "house"]);
    let found = Reader::filter(|reader| reader.street.eq("a") & reader.house.eq("bc"))
        .one(db)
        .await
        .unwrap();
    assert_eq!(found.email, "2@example.org");
    all.remove().await;
}

#[tokio::test]
async fn names_and_values_never_stand_in_an_expression() {
    let all = Misbehaving::new().await;
    let db = all.db();
    parcel(1)
        .text("CANARY text")
        .note("CANARY note")
        .exec(db)
        .await
        .unwrap();
    let one = || Parcel::filter(|parcel| parcel.id.eq(1u64) & parcel.text.starts_with("CANARY"));
    one().update().note("CANARY other").exec(db).await.unwrap();
    let scanned = Parcel::filter(|parcel| parcel.note.in_list(["CANARY other", "y"]));
    scanned.all(db).await.unwrap();
    one().delete().exec(db).await.unwrap();
    let requests = all.fake.requests();
    assert!(requests.len() >= 4);
    let mut expressions = 0;
    for request in &requests {
        for (name, part) in request.body.as_object().unwrap() {
            if let (true, Value::String(text)) = (name.ends_with("Expression"), part) {
                expressions += 1;
                assert!(!text.contains("CANARY"), "{text}");
                for column in ["text", "note", "version", "id"] {
                    assert!(!text.contains(column), "{text}");
                }
            }
        }
    }
    assert!(expressions >= 5, "{expressions}");
    all.remove().await;
}
