//! toasty as published, 0.11, by its documented calls, through its pool of one connection.
//!
//! Its macros expand to paths that begin with `toasty`, which the `use … as toasty` below answers,
//! in this module only; outside it `toasty` is this project's own crate. (`models!` alone insists
//! on `::toasty`, so its two lines are written out in `open`.) Ids are `u64`, as in its guide: with
//! `#[auto] id: i64` version 0.11 panics in `include` on SQLite.

use toasty::Deferred;
use toasty::schema::{Model, ModelSet};
use toasty_published as toasty;

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Outcome, Peer};

#[derive(Debug, toasty::Model)]
#[table = "users"]
struct User {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[unique]
    email: String,
    created_at: i64,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
struct Post {
    #[key]
    #[auto]
    id: u64,
    #[index]
    user_id: u64,
    title: String,
    body: String,
    published: bool,
    views: i64,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
}

/// Rows of one INSERT of many: SQLite takes 32,766 parameters a statement, PostgreSQL 65,535;
/// `create_many` splits nothing.
const ROWS_PER_STATEMENT: usize = 5_000;

pub struct Published(toasty::Db);

/// A macro, since the builder's type has no public name.
macro_rules! create_post {
    ($post:expr) => {{
        let post = $post;
        Post::create()
            .user_id(post.user_id as u64)
            .title(&post.title)
            .body(&post.body)
            .published(post.published)
            .views(post.views)
    }};
}

impl Peer for Published {
    async fn open(location: &Location) -> Outcome<Self> {
        let url = match location {
            Location::Memory => "sqlite::memory:".to_owned(),
            Location::File(path) => format!("sqlite:{}", path.display()),
            #[cfg(feature = "postgresql")]
            Location::Postgresql(url) => format!("{url}?sslmode=disable"),
        };
        let mut models = ModelSet::new();
        <User as Model>::register(&mut models);
        <Post as Model>::register(&mut models);
        let db = toasty::Db::builder()
            .models(models)
            .max_pool_size(1)
            .connect(&url)
            .await?;
        Ok(Published(db))
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        // Not `sql::statement`, which refuses a PRAGMA that answers.
        toasty::sql::query(sql).exec(&mut self.0).await?;
        Ok(())
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let user = User::get_by_id(&mut self.0, id as u64).await?;
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let user = User::get_by_email(&mut self.0, email).await?;
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let posts = Post::filter(Post::fields().user_id().ge(from_user as u64))
            .order_by(Post::fields().user_id().asc())
            .limit(100)
            .exec(&mut self.0)
            .await?;
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let posts = Post::all().exec(&mut self.0).await?;
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let from = User::fields().id().ge(first as u64);
        let to = User::fields().id().le(last as u64);
        let users = User::filter(from.and(to))
            .include(User::fields().posts())
            .exec(&mut self.0)
            .await?;
        Ok(users.iter().fold(0, |digest: u64, user| {
            digest
                .wrapping_add(digest_user!(user))
                .wrapping_add(digest_posts!(user.posts.get()))
        }))
    }

    async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64> {
        let user = toasty::create!(User {
            name: &user.name,
            email: &user.email,
            created_at: user.created_at
        })
        .exec(&mut self.0)
        .await?;
        Ok(user.id as i64)
    }

    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
        let mut transaction = self.0.transaction().await?;
        for rows in posts.chunks(ROWS_PER_STATEMENT) {
            let mut create = Post::create_many();
            for post in rows {
                create = create.item(create_post!(post));
            }
            create.exec(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        User::update_by_id(id as u64)
            .name(name)
            .exec(&mut self.0)
            .await?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        User::delete_by_id(&mut self.0, id as u64).await?;
        Ok(())
    }

    async fn transaction(&mut self, post: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest> {
        let mut transaction = self.0.transaction().await?;
        let mut digest = 0u64;
        let new = create_post!(post).exec(&mut transaction).await?.id;
        for id in ids {
            let user = User::get_by_id(&mut transaction, id as u64).await?;
            digest = digest.wrapping_add(digest_user!(user));
            Post::update_by_id(id as u64)
                .views(views)
                .exec(&mut transaction)
                .await?;
        }
        Post::delete_by_id(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(digest)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let mut digest = 0u64;
        let mut page = Post::all()
            .order_by(Post::fields().id().asc())
            .paginate(per_page)
            .exec(&mut self.0)
            .await?;
        for number in 1.. {
            digest = digest.wrapping_add(digest_posts!(page));
            if number == pages {
                break;
            }
            match page.next(&mut self.0).await? {
                Some(next) => page = next,
                None => break,
            }
        }
        Ok(digest)
    }
}
