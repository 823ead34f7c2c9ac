//! A program of many small `async fn`s compiles with every backend compiled in.
//!
//! What surprises: the assertion is the first line. A future holds by value the futures that it awaits, so that those of a
//! driver, left by value all the way up, bring the programs of users to the compiler's limit, which is 128. This one has
//! ten layers of its own and gets on with less; the rest is for the layers of a web framework.

#![recursion_limit = "100"]
#![allow(clippy::expect_used, reason = "a test fails by a panic")]

use toasty::{create, toasty, Config, Db, Result};

toasty! {
    pub model Account { id: u64 [key], owner: String [unique], cents: i64, version: u64 [version] }
}

async fn statements(db: &Db) -> Result<i64> {
    create!(Account {
        id: 1u64,
        owner: "Ann",
        cents: 1
    })
    .exec(db)
    .await?;
    let ann = Account::get_by_owner(db, "Ann").await?;
    ann.update().cents(3).exec(db).await?;
    let bob = create!(Account {
        id: 2u64,
        owner: "Bob",
        cents: 1
    });
    db.atomic((bob, Account::update_by_id(1u64).cents(4)))
        .await?;
    let mut sum = 0;
    let mut accounts = Account::all().stream(db);
    while let Some(account) = accounts.next().await {
        sum += account?.cents;
    }
    Ok(sum)
}

macro_rules! layers {
    ($($outer:ident calls $inner:ident),*) => { $(
        async fn $outer(db: &Db) -> Result<i64> {
            let inside = $inner(db).await?;
            Ok(inside + 1)
        }
    )* };
}

layers! {
    one calls statements, two calls one, three calls two, four calls three, five calls four,
    six calls five, seven calls six, eight calls seven, nine calls eight, ten calls nine
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_of_many_layers_is_far_from_the_compilers_limit() {
    let db = toasty::connect_with(Config::sqlite_in_memory())
        .await
        .expect("a database");
    db.create_tables().await.expect("the table");
    let other = db.clone();
    // A task has to be `Send`, which the compiler finds out by going through the same layers.
    let sum = tokio::spawn(async move { ten(&other).await })
        .await
        .expect("the task")
        .expect("the statements");
    assert_eq!(sum, 4 + 1 + 10);
    let count = tokio::spawn(async move {
        db.transaction(async |tx| Account::all().count(tx).await)
            .await
    });
    assert_eq!(count.await.expect("the task").expect("the count"), 2);
}
