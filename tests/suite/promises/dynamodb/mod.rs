//! What we promise on DynamoDB where it does not do what it should: leftovers, throttling, lost answers, conflicts, and its
//! limits. Each on a fake that misbehaves before DynamoDB Local, with the local one as the oracle of what is stored.

mod answers;
mod batches;
mod limits;
mod meaning;
mod moments;

use crate::databases::{Database, raw_dynamodb};
use crate::dynamodb_fake::Fake;
use aws_sdk_dynamodb::types::AttributeValue;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::time::Duration;
use toasty::{Db, Model, ModelDef, create, toasty};

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
        weight: Option<Decimal> [unique],
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
            // Only what was planned goes wrong: a slow machine is no lost answer.
            config.dynamodb.request_timeout = Duration::from_secs(120);
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

    /// Takes its tables away. After a test that failed they stay, to be looked at.
    async fn remove(self) {
        self.fake.behave();
        self.database.remove().await;
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
