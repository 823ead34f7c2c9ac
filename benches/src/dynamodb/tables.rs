//! The tables' contents: the rows before the rounds, those that a batch deletes, and what it left.

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};

use crate::Outcome;
use crate::bare::{Bare, Item, digest_item, guard_item, post_item, user_item};
use crate::data::{NOBODY, NewPost, NewUser, POSTS, USERS};

/// What DynamoDB Local is told, which asks nobody whether it is right.
pub const REGION: &str = "eu-central-1";
pub const ACCESS_KEY: &str = "benches";
pub const SECRET_KEY: &str = "benches";

/// The most items of one BatchWriteItem.
const AT_ONCE: usize = 25;

/// Users, their guards and their posts.
pub async fn seed(bare: &Bare) -> Outcome<()> {
    let users = || (1..=USERS).map(|id| (id, NewUser::numbered(id)));
    let rows = users().map(|(id, user)| user_item(id, &user));
    put_all(bare, &bare.users, rows.collect()).await?;
    let guards = users().map(|(id, user)| guard_item(id, &user.email));
    put_all(bare, &bare.guards, guards.collect()).await?;
    let posts = (1..=POSTS).map(|id| post_item(id, &NewPost::numbered(id, (id - 1) / 10 + 1)));
    put_all(bare, &bare.posts, posts.collect()).await
}

/// Posts for a batch to delete.
pub async fn put_doomed(bare: &Bare, first: u64, count: u64) -> Outcome<()> {
    let posts = (first..first + count).map(|id| post_item(id, &NewPost::numbered(id, NOBODY)));
    put_all(bare, &bare.posts, posts.collect()).await
}

/// How many of the posts with these ids there are, and a digest of them.
pub async fn posts(bare: &Bare, first: u64, count: u64) -> Outcome<(usize, u64)> {
    let ids: Vec<u64> = (first..first + count).collect();
    let items = bare.get_many(&bare.posts, &ids).await?;
    let number = items.len();
    let digests: Vec<u64> = items.into_iter().map(digest_item).collect::<Outcome<_>>()?;
    Ok((number, digests.into_iter().fold(0, u64::wrapping_add)))
}

/// Removes the tables of a run.
pub async fn remove(bare: &Bare, prefix: &str) -> Outcome<()> {
    let tables = bare.client.list_tables().send().await?;
    for table in tables.table_names() {
        if table.starts_with(prefix) {
            bare.client.delete_table().table_name(table).send().await?;
        }
    }
    for table in [&bare.users, &bare.guards, &bare.posts] {
        // The list has one page; what was on another is removed here.
        let _ = bare.client.delete_table().table_name(table).send().await;
    }
    Ok(())
}

async fn put_all(bare: &Bare, table: &str, items: Vec<Item>) -> Outcome<()> {
    for items in items.chunks(AT_ONCE) {
        let mut writes = Vec::with_capacity(items.len());
        for item in items {
            let put = PutRequest::builder().set_item(Some(item.clone())).build()?;
            writes.push(WriteRequest::builder().put_request(put).build());
        }
        let request = bare.client.batch_write_item().request_items(table, writes);
        let answer = request.send().await?;
        if answer
            .unprocessed_items()
            .is_some_and(|left| !left.is_empty())
        {
            return Err("DynamoDB left items over".into());
        }
    }
    Ok(())
}
