//! Cursors that are older than the program that reads them: somebody has bookmarked a page, and the model has changed since.

use crate::databases::Database;
use toasty::Model;

/// What the model was, and what it may have become: each in its own module, with the same name and so the same table.
macro_rules! versions {
    ($( $version:ident $([$($key:tt)*])? { $($fields:tt)* } )*) => {$(
        mod $version {
            toasty::toasty! {
                pub model Post $([$($key)*])? { $($fields)* }
            }

            impl Post {
                pub fn by_score() -> toasty::PageQuery<Post> {
                    Post::all().order_by(|post| post.score.asc()).page(2)
                }
            }
        }
    )*};
}

versions! {
    original { id: u64 [key], author: u64, score: i64, title: String }
    with_another_field { id: u64 [key], author: u64, score: i64, title: String, text: Option<String> }
    retyped { id: u64 [key], author: u64, score: String, title: String }
    nullable { id: u64 [key], author: u64, score: Option<i64>, title: String }
    with_another_key { id: u64, author: u64 [key], score: i64, title: String }
    with_a_longer_key [key(author, id)] { id: u64, author: u64, score: i64, title: String }
    with_a_key_of_another_type { id: i32 [key], author: u64, score: i64, title: String }
}

/// A place in an order means something as long as the order has the same columns of the same types; what else the model has
/// is not a part of it.
#[tokio::test]
async fn cursor_after_schema_change_is_refused() {
    let database = Database::in_memory().await;
    let db = &database.db;
    db.create_tables_of(&[with_another_field::Post::DEF])
        .await
        .unwrap();
    for id in 0..5u64 {
        let post = original::Post::create()
            .id(id)
            .author(7u64)
            .score(1)
            .title("");
        post.exec(db).await.unwrap();
    }
    let first = original::Post::by_score().fetch(db).await.unwrap();
    let token = first.next_token().unwrap();
    let metered = db.metered();
    macro_rules! refused {
        ($($version:ident)*) => {$(
            let page = $version::Post::by_score().after(token).fetch(&metered).await;
            let error = page.err().unwrap_or_else(|| panic!("{} takes it", stringify!($version)));
            assert!(error.is_invalid_cursor(), "{error}");
        )*};
    }
    refused!(retyped nullable with_another_key with_a_longer_key with_a_key_of_another_type);
    assert_eq!(metered.report().statements, 0, "nothing is sent");
    let page = with_another_field::Post::by_score()
        .after(token)
        .fetch(db)
        .await;
    let ids: Vec<u64> = page.unwrap().items.iter().map(|post| post.id).collect();
    assert_eq!(ids, [2, 3]);
}
