//! The SDK by hand, with the fewest requests that do the same, on the tables that this project makes.
//!
//! What holds a unique field is an item in the table `users.unique`: one row with such a field is a transaction of two
//! puts, and it is found by two gets. The SDK has the settings that this project's backend gives it: no second attempts, no
//! watch over stalled streams.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
    StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Put, TransactWriteItem};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use futures_util::future::try_join_all;

use crate::data::{NewPost, NewUser, digest_post, digest_user};
use crate::operations::Side;
use crate::tables::{ACCESS_KEY, REGION, SECRET_KEY};
use crate::{Failure, Outcome};

pub type Item = HashMap<String, AttributeValue>;

pub struct Bare {
    pub client: Client,
    pub users: String,
    pub guards: String,
    pub posts: String,
    /// How many requests were sent, where they are counted
    sent: Arc<AtomicU64>,
}

struct User {
    id: u64,
    name: String,
    email: String,
}

struct Post {
    user_id: u64,
    title: String,
    body: String,
    published: bool,
    views: i64,
}

/// Counts what goes over the network, attempt by attempt.
#[derive(Debug)]
struct Counter(Arc<AtomicU64>);

impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Relaxed);
        Ok(())
    }
}

impl Bare {
    /// One that counts its requests costs a little more than one that does not.
    pub fn open(endpoint: &str, prefix: &str, counting: bool) -> Bare {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let sent = Arc::new(AtomicU64::new(0));
        let mut config = aws_sdk_dynamodb::config::Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(
                ACCESS_KEY, SECRET_KEY, None, None, "benches",
            ))
            .region(Region::new(REGION))
            .endpoint_url(endpoint)
            .http_client(http)
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if counting {
            config = config.interceptor(Counter(Arc::clone(&sent)));
        }
        Bare {
            client: Client::from_conf(config.build()),
            users: format!("{prefix}users"),
            guards: format!("{prefix}users.unique"),
            posts: format!("{prefix}posts"),
            sent,
        }
    }

    /// How many requests were sent since the last time this was asked.
    pub fn take_requests(&self) -> u64 {
        self.sent.swap(0, Relaxed)
    }

    async fn get(&self, table: &str, key: Item) -> Outcome<Item> {
        let request = self.client.get_item().table_name(table);
        let found = request
            .set_key(Some(key))
            .consistent_read(true)
            .send()
            .await?;
        found.item.ok_or_else(|| "no such row".into())
    }

    /// Those that are there, in any order; a hundred at most.
    pub async fn get_many(&self, table: &str, ids: &[u64]) -> Outcome<Vec<Item>> {
        let keys = ids.iter().map(|id| key(*id)).collect();
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()?;
        let request = self.client.batch_get_item().request_items(table, keys);
        let found = request.send().await?;
        if found
            .unprocessed_keys()
            .is_some_and(|keys| !keys.is_empty())
        {
            return Err("DynamoDB left keys over".into());
        }
        let mut tables = found.responses.unwrap_or_default();
        Ok(tables.remove(table).unwrap_or_default())
    }

    async fn posts_by_user(&self, user: u64) -> Outcome<Vec<Post>> {
        let query = self.client.query().table_name(&self.posts);
        let found = query
            .index_name("user_id_index")
            .key_condition_expression("#user = :user")
            .expression_attribute_names("#user", "user_id")
            .expression_attribute_values(":user", number(user))
            .send()
            .await?;
        if found.last_evaluated_key.is_some() {
            return Err("a second page".into());
        }
        found
            .items
            .unwrap_or_default()
            .into_iter()
            .map(post)
            .collect()
    }

    fn put(&self, table: &str, item: Item, key: &str) -> Outcome<TransactWriteItem> {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", key)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

pub fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub fn key(id: u64) -> Item {
    Item::from([("id".to_owned(), number(id))])
}

pub fn user_item(id: u64, user: &NewUser) -> Item {
    Item::from([
        ("id".to_owned(), number(id)),
        ("name".to_owned(), text(&user.name)),
        ("email".to_owned(), text(&user.email)),
    ])
}

pub fn post_item(id: u64, post: &NewPost) -> Item {
    Item::from([
        ("id".to_owned(), number(id)),
        ("user_id".to_owned(), number(post.user_id)),
        ("title".to_owned(), text(&post.title)),
        ("body".to_owned(), text(&post.body)),
        ("published".to_owned(), AttributeValue::Bool(post.published)),
        ("views".to_owned(), number(post.views)),
    ])
}

fn guard_key(email: &str) -> Item {
    let guard = format!("5:email=S{}:{email};", email.len());
    Item::from([("guard".to_owned(), AttributeValue::S(guard))])
}

pub fn guard_item(id: u64, email: &str) -> Item {
    let mut item = guard_key(email);
    item.insert("key_id".to_owned(), number(id));
    item
}

fn take_text(item: &mut Item, name: &str) -> Outcome<String> {
    match item.remove(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(format!("no text `{name}`").into()),
    }
}

fn take_number<T: std::str::FromStr>(item: &Item, name: &str) -> Outcome<T> {
    match item.get(name) {
        Some(AttributeValue::N(number)) => number
            .parse()
            .map_err(|_| Failure::from(format!("`{name}` is {number}"))),
        _ => Err(format!("no number `{name}`").into()),
    }
}

fn user(mut item: Item) -> Outcome<User> {
    Ok(User {
        id: take_number(&item, "id")?,
        name: take_text(&mut item, "name")?,
        email: take_text(&mut item, "email")?,
    })
}

fn post(mut item: Item) -> Outcome<Post> {
    Ok(Post {
        user_id: take_number(&item, "user_id")?,
        title: take_text(&mut item, "title")?,
        body: take_text(&mut item, "body")?,
        published: match item.get("published") {
            Some(AttributeValue::Bool(published)) => *published,
            _ => return Err("no boolean `published`".into()),
        },
        views: take_number(&item, "views")?,
    })
}

impl User {
    fn digest(&self) -> u64 {
        digest_user(self.id, &self.name, &self.email)
    }
}

impl Post {
    fn digest(&self) -> u64 {
        digest_post(
            self.user_id,
            &self.title,
            &self.body,
            self.published,
            self.views,
        )
    }
}

/// The digest of an item of `posts`.
pub fn digest_item(item: Item) -> Outcome<u64> {
    Ok(post(item)?.digest())
}

impl Side for Bare {
    async fn user_by_id(&self, id: u64) -> Outcome<u64> {
        Ok(user(self.get(&self.users, key(id)).await?)?.digest())
    }

    async fn user_by_email(&self, email: &str) -> Outcome<u64> {
        let guard = self.get(&self.guards, guard_key(email)).await?;
        let id = take_number(&guard, "key_id")?;
        self.user_by_id(id).await
    }

    async fn posts_of(&self, user: u64) -> Outcome<u64> {
        let posts = self.posts_by_user(user).await?;
        Ok(posts.iter().map(Post::digest).fold(0, u64::wrapping_add))
    }

    async fn create_post(&self, id: u64, post: &NewPost) -> Outcome<()> {
        let request = self.client.put_item().table_name(&self.posts);
        request
            .set_item(Some(post_item(id, post)))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", "id")
            .send()
            .await?;
        Ok(())
    }

    async fn create_user(&self, id: u64, user: &NewUser) -> Outcome<()> {
        let row = self.put(&self.users, user_item(id, user), "id")?;
        let guard = self.put(&self.guards, guard_item(id, &user.email), "guard")?;
        let request = self.client.transact_write_items();
        request
            .transact_items(row)
            .transact_items(guard)
            .send()
            .await?;
        Ok(())
    }

    async fn set_views(&self, post: u64, views: i64) -> Outcome<()> {
        let request = self.client.update_item().table_name(&self.posts);
        request
            .set_key(Some(key(post)))
            .update_expression("SET #views = :views")
            .condition_expression("attribute_exists(#key)")
            .expression_attribute_names("#views", "views")
            .expression_attribute_names("#key", "id")
            .expression_attribute_values(":views", number(views))
            .send()
            .await?;
        Ok(())
    }

    async fn delete_post(&self, id: u64) -> Outcome<()> {
        let request = self.client.delete_item().table_name(&self.posts);
        request
            .set_key(Some(key(id)))
            .condition_expression("attribute_exists(#key)")
            .expression_attribute_names("#key", "id")
            .send()
            .await?;
        Ok(())
    }

    async fn create_posts(&self, first: u64, posts: &[NewPost]) -> Outcome<()> {
        let mut actions = Vec::with_capacity(posts.len());
        for (id, post) in (first..).zip(posts) {
            actions.push(self.put(&self.posts, post_item(id, post), "id")?);
        }
        let request = self.client.transact_write_items();
        request.set_transact_items(Some(actions)).send().await?;
        Ok(())
    }

    async fn users_with_posts(&self, ids: &[u64]) -> Outcome<u64> {
        let users = self.get_many(&self.users, ids).await?;
        let users: Vec<User> = users.into_iter().map(user).collect::<Outcome<_>>()?;
        let posts = try_join_all(users.iter().map(|user| self.posts_by_user(user.id))).await?;
        let users: Vec<(User, Vec<Post>)> = users.into_iter().zip(posts).collect();
        Ok(users.iter().fold(0, |digest: u64, (user, posts)| {
            let posts = posts.iter().map(Post::digest).fold(0, u64::wrapping_add);
            digest.wrapping_add(user.digest()).wrapping_add(posts)
        }))
    }

    async fn posts_with_user(&self, ids: &[u64]) -> Outcome<u64> {
        let posts = self.get_many(&self.posts, ids).await?;
        let posts: Vec<Post> = posts.into_iter().map(post).collect::<Outcome<_>>()?;
        let mut owners: Vec<u64> = posts.iter().map(|post| post.user_id).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut users = HashMap::new();
        for item in self.get_many(&self.users, &owners).await? {
            let user = user(item)?;
            users.insert(user.id, user);
        }
        let mut digest = 0u64;
        for post in &posts {
            let user = users.get(&post.user_id).ok_or("no such user")?;
            digest = digest
                .wrapping_add(post.digest())
                .wrapping_add(user.digest());
        }
        Ok(digest)
    }
}
