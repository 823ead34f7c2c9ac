//! diesel-async 0.9 on one connection, by the same queries as the synchronous Diesel, whose tables and structs these are.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::diesel::{NewPost, NewUser, Post, User, posts, users};
use crate::data;
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Outcome, Peer, elsewhere};

pub struct DieselAsync(AsyncPgConnection);

impl Peer for DieselAsync {
    async fn open(location: &Location) -> Outcome<Self> {
        match location {
            Location::Postgresql(url) => Ok(DieselAsync(AsyncPgConnection::establish(url).await?)),
            Location::Memory | Location::File(_) => Err(elsewhere()),
        }
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        Ok(self.0.batch_execute(sql).await?)
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let user = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut self.0)
            .await?;
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let user = users::table
            .filter(users::email.eq(email))
            .select(User::as_select())
            .first(&mut self.0)
            .await?;
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let posts = posts::table
            .filter(posts::user_id.ge(from_user))
            .order(posts::user_id.asc())
            .limit(100)
            .select(Post::as_select())
            .load(&mut self.0)
            .await?;
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let posts = posts::table
            .select(Post::as_select())
            .load(&mut self.0)
            .await?;
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let users = users::table
            .filter(users::id.ge(first))
            .filter(users::id.le(last))
            .select(User::as_select())
            .load(&mut self.0)
            .await?;
        let posts = Post::belonging_to(&users)
            .select(Post::as_select())
            .load(&mut self.0)
            .await?;
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
            .get_result(&mut self.0)
            .await?)
    }

    async fn insert_posts(&mut self, posts: &[data::NewPost]) -> Outcome<()> {
        let rows: Vec<NewPost> = posts.iter().map(NewPost::from).collect();
        diesel::insert_into(posts::table)
            .values(&rows)
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        diesel::update(users::table.find(id))
            .set(users::name.eq(name))
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        diesel::delete(users::table.find(id))
            .execute(&mut self.0)
            .await?;
        Ok(())
    }

    async fn transaction(
        &mut self,
        post: &data::NewPost,
        ids: [i64; 4],
        views: i64,
    ) -> Outcome<Digest> {
        let done = self.0.transaction(
            async |connection: &mut AsyncPgConnection| -> QueryResult<Digest> {
                let mut digest = 0u64;
                let new: i64 = diesel::insert_into(posts::table)
                    .values(NewPost::from(post))
                    .returning(posts::id)
                    .get_result(connection)
                    .await?;
                for id in ids {
                    let user = users::table
                        .find(id)
                        .select(User::as_select())
                        .first(connection)
                        .await?;
                    digest = digest.wrapping_add(digest_user!(user));
                    diesel::update(posts::table.find(id))
                        .set(posts::views.eq(views))
                        .execute(connection)
                        .await?;
                }
                diesel::delete(posts::table.find(new))
                    .execute(connection)
                    .await?;
                Ok(digest)
            },
        );
        Ok(done.await?)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let (mut digest, mut after) = (0u64, 0);
        for _ in 0..pages {
            let posts = posts::table
                .filter(posts::id.gt(after))
                .order(posts::id.asc())
                .limit(per_page as i64)
                .select(Post::as_select())
                .load(&mut self.0)
                .await?;
            digest = digest.wrapping_add(digest_posts!(posts));
            after = posts.last().map_or(after, |post| post.id);
        }
        Ok(digest)
    }
}
