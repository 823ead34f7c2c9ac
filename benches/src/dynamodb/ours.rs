//! This project, as its guide uses it.

use toasty::config::DynamodbConfig;
use toasty::{BelongsTo, Config, Db, Executor, HasMany, Metered, Model, create};

use crate::Outcome;
use crate::data::{NewPost, NewUser, digest_post, digest_user};
use crate::operations::Side;

toasty::toasty! {
    pub model User [table("users")] {
        id: u64 [key],
        name: String,
        email: String [unique],
        posts: HasMany<Post>,
    }

    pub model Post [table("posts")] {
        id: u64 [key],
        user_id: u64 [index],
        user: BelongsTo<User>,
        title: String,
        body: String,
        published: bool,
        views: i64,
    }
}

/// On a database, or on one that is metered.
pub struct Ours<E>(E);

/// A database with its tables, all of them new.
pub async fn open(endpoint: &str, prefix: &str) -> Outcome<Ours<Db>> {
    let dynamodb = DynamodbConfig::default()
        .with_endpoint(endpoint)
        .with_region(crate::tables::REGION)
        .with_access_key(crate::tables::ACCESS_KEY, crate::tables::SECRET_KEY)
        .with_table_prefix(prefix);
    let db = toasty::connect_with(Config::dynamodb().with_dynamodb(dynamodb)).await?;
    db.create_tables_of(&[User::DEF, Post::DEF]).await?;
    Ok(Ours(db))
}

impl Ours<Db> {
    pub fn metered(&self) -> Ours<Metered> {
        Ours(self.0.metered())
    }
}

impl Ours<Metered> {
    /// How many requests were sent since the last time this was asked.
    pub fn take_requests(&self) -> u64 {
        self.0.take_report().requests
    }
}

fn post_digest(post: &Post) -> u64 {
    digest_post(
        post.user_id,
        &post.title,
        &post.body,
        post.published,
        post.views,
    )
}

fn user_digest(user: &User) -> u64 {
    digest_user(user.id, &user.name, &user.email)
}

impl<E: Executor> Side for Ours<E> {
    async fn user_by_id(&self, id: u64) -> Outcome<u64> {
        Ok(user_digest(&User::get_by_id(&self.0, id).await?))
    }

    async fn user_by_email(&self, email: &str) -> Outcome<u64> {
        Ok(user_digest(&User::get_by_email(&self.0, email).await?))
    }

    async fn posts_of(&self, user: u64) -> Outcome<u64> {
        let posts = Post::filter(|post| post.user_id.eq(user))
            .all(&self.0)
            .await?;
        Ok(posts.iter().map(post_digest).fold(0, u64::wrapping_add))
    }

    async fn create_post(&self, id: u64, post: &NewPost) -> Outcome<()> {
        create!(Post {
            id: id,
            user_id: post.user_id,
            title: &post.title,
            body: &post.body,
            published: post.published,
            views: post.views,
        })
        .exec(&self.0)
        .await?;
        Ok(())
    }

    async fn create_user(&self, id: u64, user: &NewUser) -> Outcome<()> {
        create!(User {
            id: id,
            name: &user.name,
            email: &user.email,
        })
        .exec(&self.0)
        .await?;
        Ok(())
    }

    async fn set_views(&self, post: u64, views: i64) -> Outcome<()> {
        Post::update_by_id(post).views(views).exec(&self.0).await?;
        Ok(())
    }

    async fn delete_post(&self, id: u64) -> Outcome<()> {
        Post::delete_by_id(id).exec(&self.0).await?;
        Ok(())
    }

    async fn create_posts(&self, first: u64, posts: &[NewPost]) -> Outcome<()> {
        let rows = (first..).zip(posts).map(|(id, post)| {
            Post::create()
                .id(id)
                .user_id(post.user_id)
                .title(&post.title)
                .body(&post.body)
                .published(post.published)
                .views(post.views)
        });
        Post::create_many(rows).exec(&self.0).await?;
        Ok(())
    }

    async fn users_with_posts(&self, ids: &[u64]) -> Outcome<u64> {
        let users = User::filter(|user| user.id.in_list(ids.iter().copied()))
            .include(|user| user.posts)
            .all(&self.0)
            .await?;
        let mut digest = 0u64;
        for user in &users {
            digest = digest.wrapping_add(user_digest(user));
            for post in user.posts.get()? {
                digest = digest.wrapping_add(post_digest(post));
            }
        }
        Ok(digest)
    }

    async fn posts_with_user(&self, ids: &[u64]) -> Outcome<u64> {
        let posts = Post::filter(|post| post.id.in_list(ids.iter().copied()))
            .include(|post| post.user)
            .all(&self.0)
            .await?;
        let mut digest = 0u64;
        for post in &posts {
            digest = digest
                .wrapping_add(post_digest(post))
                .wrapping_add(user_digest(post.user.get()?));
        }
        Ok(digest)
    }
}
