//! This project, from the folder above, as its guide uses it.

use toasty::{BelongsTo, Config, Db, Executor, HasMany, create};

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Outcome, Peer};

toasty::toasty! {
    pub model User [table("users")] {
        id: i64 [key, auto],
        name: String,
        email: String [unique],
        created_at: i64,
        posts: HasMany<Post>,
    }

    pub model Post [table("posts")] {
        id: i64 [key, auto],
        user_id: i64 [index],
        user: BelongsTo<User> [on(user_id)],
        title: String,
        body: String,
        published: bool,
        views: i64,
    }
}

pub struct Ours(Db);

/// What is read, on a database or in a transaction.
pub(super) mod reads {
    use super::{Digest, Executor, Outcome, Post, User, digest_posts, digest_user};

    pub async fn user_by_id(on: &impl Executor, id: i64) -> Outcome<Digest> {
        let user = User::get_by_id(on, id).await?;
        Ok(digest_user!(user))
    }

    pub async fn user_by_email(on: &impl Executor, email: &str) -> Outcome<Digest> {
        let user = User::get_by_email(on, email).await?;
        Ok(digest_user!(user))
    }

    pub async fn list_posts(on: &impl Executor, from_user: i64) -> Outcome<Digest> {
        let posts = Post::filter(|post| post.user_id.ge(from_user))
            .order_by(|post| post.user_id.asc())
            .limit(100)
            .all(on)
            .await?;
        Ok(digest_posts!(posts))
    }

    pub async fn all_posts(on: &impl Executor) -> Outcome<Digest> {
        let posts = Post::all().all(on).await?;
        Ok(digest_posts!(posts))
    }

    pub async fn users_with_posts(on: &impl Executor, first: i64, last: i64) -> Outcome<Digest> {
        let users = User::filter(|user| user.id.between(first, last))
            .include(|user| user.posts)
            .all(on)
            .await?;
        let mut digest = 0u64;
        for user in &users {
            digest = digest
                .wrapping_add(digest_user!(user))
                .wrapping_add(digest_posts!(user.posts.get()?));
        }
        Ok(digest)
    }
}

/// A macro, so that this file does not depend on the builder's type.
macro_rules! create_post {
    ($post:expr) => {{
        let post = $post;
        Post::create()
            .user_id(post.user_id)
            .title(&post.title)
            .body(&post.body)
            .published(post.published)
            .views(post.views)
    }};
}

impl Peer for Ours {
    async fn open(location: &Location) -> Outcome<Self> {
        let config = match location {
            Location::Memory => Config::sqlite_in_memory(),
            Location::File(path) => Config::sqlite(path),
            #[cfg(feature = "postgresql")]
            Location::Postgresql(url) => Config::postgresql(url)?,
        };
        Ok(Ours(toasty::connect_with(config).await?))
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        // RAW SQL: one statement without parameters whose answer, if any, is dropped. It must run
        // on the connection that the timed calls use: the `PRAGMA`s of `databases` are sent here.
        // Seeding is not measured: the few texts may stay in memory.
        self.0.run_sql(sql.to_owned().leak()).await?;
        Ok(())
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        reads::user_by_id(&self.0, id).await
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        reads::user_by_email(&self.0, email).await
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        reads::list_posts(&self.0, from_user).await
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        reads::all_posts(&self.0).await
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        reads::users_with_posts(&self.0, first, last).await
    }

    async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64> {
        let user = create!(User {
            name: &user.name,
            email: &user.email,
            created_at: user.created_at,
        })
        .exec(&self.0)
        .await?;
        Ok(user.id)
    }

    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
        Post::create_many(posts.iter().map(|post| create_post!(post)))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        User::update_by_id(id).name(name).exec(&self.0).await?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        User::delete_by_id(id).exec(&self.0).await?;
        Ok(())
    }

    async fn transaction(&mut self, post: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest> {
        Ok(self
            .0
            .transaction(async |tx| {
                let mut digest = 0u64;
                let new = create_post!(post).exec(tx).await?;
                for id in ids {
                    let user = User::get_by_id(tx, id).await?;
                    digest = digest.wrapping_add(digest_user!(user));
                    Post::update_by_id(id).views(views).exec(tx).await?;
                }
                Post::delete_by_id(new.id).exec(tx).await?;
                Ok(digest)
            })
            .await?)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let mut digest = 0u64;
        let mut cursor: Option<String> = None;
        for _ in 0..pages {
            let page = Post::all()
                .order_by(|post| post.id.asc())
                .page(per_page as u64)
                .after(cursor)
                .fetch(&self.0)
                .await?;
            digest = digest.wrapping_add(digest_posts!(page.items));
            cursor = page.next_token().map(str::to_owned);
        }
        Ok(digest)
    }

    async fn update_posts(&mut self, views: &[(i64, i64)]) -> Outcome<()> {
        let posts: Vec<Post> = views.iter().map(|(id, _)| Post::with_id(*id)).collect();
        let updates = posts.iter().zip(views);
        Post::update_many(updates.map(|(post, (_, views))| post.update().views(*views)))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    async fn ten_users(&mut self, ids: [i64; 10]) -> Outcome<Digest> {
        let users = ids.map(|id| User::find_by_id(id).into_one());
        let users = toasty::batch(Vec::from(users)).exec(&self.0).await?;
        let mut digest = 0u64;
        for user in users {
            digest = digest.wrapping_add(digest_user!(user));
        }
        Ok(digest)
    }
}

impl Post {
    /// What an update needs of a post: its key.
    fn with_id(id: i64) -> Self {
        Post {
            id,
            user_id: 0,
            user: BelongsTo::default(),
            title: String::new(),
            body: String::new(),
            published: false,
            views: 0,
        }
    }
}
