//! What we promise on DynamoDB where it does not do what it should: leftovers, throttling, lost answers, conflicts, and its
//! limits. Each on a fake that misbehaves before DynamoDB Local, with the local one as the oracle of what is stored.

use crate::databases::{Database, raw_dynamodb};
use crate::dynamodb_fake::{Fake, Fault, Recorded};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};
use toasty::{Db, ErrorKind, Model, ModelDef, create, toasty};

toasty! {
    /// Many of one shelf, by their number.
    #[derive(Clone, PartialEq)]
    pub model Book [key(shelf, number)] {
        shelf: String,
        number: u64,
        title: String,
        lent: bool = false,
        remark: Option<String>,
    }

    /// Nothing unique but the key.
    #[derive(Clone, PartialEq)]
    pub model Parcel {
        id: u64 [key],
        text: String,
        note: Option<String>,
        version: u64 [version],
    }

    /// Two unique fields, and a unique pair.
    #[derive(Clone, PartialEq)]
    pub model Reader [unique(street, house)] {
        id: u64 [key, auto],
        email: String [unique],
        street: String,
        house: String,
        weight: Option<f64> [unique],
    }
}

const MODELS: &[&ModelDef] = &[Book::DEF, Parcel::DEF, Reader::DEF];

/// A fake, and a database that speaks to it.
struct Misbehaving {
    fake: Fake,
    database: Database,
}

impl Misbehaving {
    async fn new() -> Self {
        Misbehaving::within(Duration::from_secs(10)).await
    }

    /// With this budget for what is sent again.
    async fn within(budget: Duration) -> Self {
        let fake = Fake::before(toasty_test_servers::dynamodb());
        let endpoint = fake.endpoint().to_owned();
        let database = Database::on_dynamodb_with(|mut config| {
            config.dynamodb.endpoint = Some(endpoint);
            config.dynamodb.retry_budget = budget;
            config
        })
        .await;
        database.db.create_tables_of(MODELS).await.unwrap();
        fake.requests();
        Misbehaving { fake, database }
    }

    fn db(&self) -> &Db {
        &self.database.db
    }

    /// The item with this key as DynamoDB Local has it.
    async fn stored(&self, id: u64) -> Option<HashMap<String, AttributeValue>> {
        raw_dynamodb()
            .get_item()
            .table_name(self.table("parcel"))
            .key("id", AttributeValue::N(id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .unwrap()
            .item
    }

    fn table(&self, name: &str) -> String {
        format!("{}{name}", self.database.prefix())
    }
}

fn parcel(id: u64) -> CreateParcel {
    create!(Parcel { id: id, text: "x" })
}

fn book(number: u64) -> CreateBook {
    create!(Book {
        shelf: "A",
        number: number,
        title: format!("book {number}")
    })
}

fn reader(number: u64) -> CreateReader {
    create!(Reader {
        email: format!("{number}@example.org"),
        street: "Main Street",
        house: number.to_string(),
    })
}

async fn fill(db: &Db, books: std::ops::Range<u64>) {
    let all: Vec<u64> = books.collect();
    for some in all.chunks(100) {
        Book::create_many(some.iter().map(|number| book(*number)))
            .exec(db)
            .await
            .unwrap();
    }
}

async fn numbers(db: &Db) -> Vec<u64> {
    let books = Book::filter(|book| book.shelf.eq("A"));
    books
        .all(db)
        .await
        .unwrap()
        .into_iter()
        .map(|book| book.number)
        .collect()
}

/// How many items of a batch a request has.
fn batch_of(request: &Recorded) -> usize {
    let tables = request.body["RequestItems"].as_object().unwrap();
    tables
        .values()
        .map(|batch| batch.as_array().or(batch["Keys"].as_array()).unwrap().len())
        .sum()
}

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
    assert_eq!(numbers(all.db()).await, []);
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
    assert!(took <= BUDGET + Duration::from_secs(1), "{took:?}");
    // The pauses grow to the end of the budget, and no two clients come back at the same times.
    let pauses = |all: &Misbehaving| -> Vec<u128> {
        let requests = all.fake.requests_of("BatchWriteItem");
        requests
            .windows(2)
            .map(|pair| pair[1].at.duration_since(pair[0].at).as_millis())
            .collect()
    };
    let (mine, theirs) = (pauses(&one), pauses(&other));
    assert!(mine.len() >= 5, "{mine:?}");
    assert_ne!(mine, theirs);
    let sum: u128 = mine.iter().sum();
    assert!(sum <= BUDGET.as_millis() + 500, "{sum}");
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
}

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
    assert_eq!(ids(not.all(db).await.unwrap()), []);
    // A change that was found by NULL meets both.
    let null = Parcel::filter(|parcel| parcel.note.is_null());
    assert_eq!(null.update().note("now").exec(db).await.unwrap(), 2);
    let found = Parcel::filter(|parcel| parcel.id.eq(3u64))
        .one(db)
        .await
        .unwrap();
    assert_eq!(found.note.as_deref(), Some("now"));
}

#[tokio::test]
async fn equal_numbers_are_one_value_also_in_a_guard() {
    let all = Misbehaving::new().await;
    let db = all.db();
    reader(1).weight(100.0).exec(db).await.unwrap();
    let error = reader(2).weight(1e2).exec(db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (ErrorKind::UniqueViolation, &["weight".to_owned()][..])
    );
    reader(2).weight(10.0).exec(db).await.unwrap();
    let found = Reader::filter(|reader| reader.weight.eq(100.0))
        .one(db)
        .await
        .unwrap();
    assert_eq!(found.house, "1");
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
}
