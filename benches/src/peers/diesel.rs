//! Diesel 2.3 as its guides use it: `find`, `first`, `belonging_to` with `grouped_by`. It is
//! synchronous and caches prepared statements by query type.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::data;
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
#[cfg(feature = "postgresql")]
use crate::peer::elsewhere;
use crate::peer::{Outcome, Peer};

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        title -> Text,
        body -> Text,
        published -> Bool,
        views -> BigInt,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) created_at: i64,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
pub(super) struct Post {
    pub(super) id: i64,
    pub(super) user_id: i64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) published: bool,
    pub(super) views: i64,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub(super) struct NewUser<'a> {
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) created_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = posts)]
pub(super) struct NewPost<'a> {
    pub(super) user_id: i64,
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    pub(super) published: bool,
    pub(super) views: i64,
}

impl<'a> From<&'a data::NewPost> for NewPost<'a> {
    fn from(post: &'a data::NewPost) -> Self {
        NewPost {
            user_id: post.user_id,
            title: &post.title,
            body: &post.body,
            published: post.published,
            views: post.views,
        }
    }
}

pub struct Diesel(SqliteConnection);

impl Peer for Diesel {
    async fn open(location: &Location) -> Outcome<Self> {
        let connection = match location {
            Location::Memory => SqliteConnection::establish(":memory:")?,
            Location::File(path) => SqliteConnection::establish(&path.to_string_lossy())?,
            #[cfg(feature = "postgresql")]
            Location::Postgresql(_) => return Err(elsewhere()),
        };
        Ok(Diesel(connection))
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        Ok(self.0.batch_execute(sql)?)
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let user = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut self.0)?;
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let user = users::table
            .filter(users::email.eq(email))
            .select(User::as_select())
            .first(&mut self.0)?;
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let posts = posts::table
            .filter(posts::user_id.ge(from_user))
            .order(posts::user_id.asc())
            .limit(100)
            .select(Post::as_select())
            .load(&mut self.0)?;
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let posts = posts::table.select(Post::as_select()).load(&mut self.0)?;
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let users = users::table
            .filter(users::id.ge(first))
            .filter(users::id.le(last))
            .select(User::as_select())
            .load(&mut self.0)?;
        let posts = Post::belonging_to(&users)
            .select(Post::as_select())
            .load(&mut self.0)?;
        let posts = posts.grouped_by(&users);
        let users: Vec<(User, Vec<Post>)> = users.into_iter().zip(posts).collect();
        Ok(users.iter().fold(0, |digest: u64, (user, posts)| {
            digest
                .wrapping_add(digest_user!(user))
                .wrapping_add(digest_posts!(posts))
        }))
    }

    async fn insert_user(&mut self, user: &data::NewUser) -> Outcome<i64> {
        let new = NewUser {
            name: &user.name,
            email: &user.email,
            created_at: user.created_at,
        };
        Ok(diesel::insert_into(users::table)
            .values(new)
            .returning(users::id)
            .get_result(&mut self.0)?)
    }

    async fn insert_posts(&mut self, posts: &[data::NewPost]) -> Outcome<()> {
        let rows: Vec<NewPost> = posts.iter().map(NewPost::from).collect();
        diesel::insert_into(posts::table)
            .values(&rows)
            .execute(&mut self.0)?;
        Ok(())
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        diesel::update(users::table.find(id))
            .set(users::name.eq(name))
            .execute(&mut self.0)?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        diesel::delete(users::table.find(id)).execute(&mut self.0)?;
        Ok(())
    }

    async fn transaction(
        &mut self,
        post: &data::NewPost,
        ids: [i64; 4],
        views: i64,
    ) -> Outcome<Digest> {
        Ok(self.0.transaction(|connection| -> QueryResult<Digest> {
            let mut digest = 0u64;
            let new: i64 = diesel::insert_into(posts::table)
                .values(NewPost::from(post))
                .returning(posts::id)
                .get_result(connection)?;
            for id in ids {
                let user = users::table
                    .find(id)
                    .select(User::as_select())
                    .first(connection)?;
                digest = digest.wrapping_add(digest_user!(user));
                diesel::update(posts::table.find(id))
                    .set(posts::views.eq(views))
                    .execute(connection)?;
            }
            diesel::delete(posts::table.find(new)).execute(connection)?;
            Ok(digest)
        })?)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let (mut digest, mut after) = (0u64, 0);
        for _ in 0..pages {
            let posts = posts::table
                .filter(posts::id.gt(after))
                .order(posts::id.asc())
                .limit(per_page as i64)
                .select(Post::as_select())
                .load(&mut self.0)?;
            digest = digest.wrapping_add(digest_posts!(posts));
            after = posts.last().map_or(after, |post| post.id);
        }
        Ok(digest)
    }
}
