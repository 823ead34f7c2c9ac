//! PostgreSQL's baselines: tokio-postgres with prepared statements, columns by index. Once on a connection that is held,
//! with statements prepared beforehand; once through deadpool-postgres, which lends the connection anew for each
//! operation and finds the statement by its text.

use std::collections::HashMap;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Outcome, Peer, elsewhere};
use crate::postgresql;

struct User {
    id: i64,
    name: String,
    email: String,
    created_at: i64,
}

struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
    published: bool,
    views: i64,
}

#[derive(Clone, Copy)]
pub enum Text {
    UserById,
    UserByEmail,
    UsersBetween,
    Posts100,
    PostsAll,
    PostsOf,
    PostsPage,
    InsertUser,
    InsertPost,
    InsertPosts,
    UpdateUser,
    UpdatePost,
    DeleteUser,
    DeletePost,
    UpdatePosts,
    CopyPosts,
}

/// In the order of [`Text`].
const TEXTS: [&str; 16] = [
    "SELECT id, name, email, created_at FROM users WHERE id = $1",
    "SELECT id, name, email, created_at FROM users WHERE email = $1",
    "SELECT id, name, email, created_at FROM users WHERE id >= $1 AND id <= $2",
    "SELECT id, user_id, title, body, published, views FROM posts \
     WHERE user_id >= $1 ORDER BY user_id LIMIT 100",
    "SELECT id, user_id, title, body, published, views FROM posts",
    "SELECT id, user_id, title, body, published, views FROM posts WHERE user_id = ANY($1)",
    "SELECT id, user_id, title, body, published, views FROM posts WHERE id > $1 ORDER BY id LIMIT $2",
    "INSERT INTO users(name, email, created_at) VALUES ($1, $2, $3) RETURNING id",
    "INSERT INTO posts(user_id, title, body, published, views) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    "INSERT INTO posts(user_id, title, body, published, views) \
     SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bool[], $5::bigint[])",
    "UPDATE users SET name = $2 WHERE id = $1",
    "UPDATE posts SET views = $2 WHERE id = $1",
    "DELETE FROM users WHERE id = $1",
    "DELETE FROM posts WHERE id = $1",
    "UPDATE posts SET views = new.views FROM UNNEST($1::bigint[], $2::bigint[]) AS new(id, views) \
     WHERE posts.id = new.id",
    "COPY posts(user_id, title, body, published, views) FROM STDIN (FORMAT binary)",
];

/// Where an operation gets its connection from.
pub trait Source: Sized {
    type Lent<'a>: Lent
    where
        Self: 'a;

    async fn open(url: &str) -> Outcome<Self>;
    async fn lend(&mut self) -> Outcome<Self::Lent<'_>>;
}

/// A connection for one operation.
pub trait Lent {
    fn client(&mut self) -> &mut Client;
    async fn statement(&mut self, text: Text) -> Outcome<Statement>;
}

pub struct Held {
    client: Client,
    statements: Vec<Statement>,
}

impl Source for Held {
    type Lent<'a> = &'a mut Held;

    async fn open(url: &str) -> Outcome<Self> {
        let (client, _task) = postgresql::connect(url).await?;
        let mut statements = Vec::new();
        for text in TEXTS {
            statements.push(client.prepare(text).await?);
        }
        Ok(Held { client, statements })
    }

    async fn lend(&mut self) -> Outcome<&mut Held> {
        Ok(self)
    }
}

impl Lent for &mut Held {
    fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    async fn statement(&mut self, text: Text) -> Outcome<Statement> {
        Ok(self.statements[text as usize].clone())
    }
}

pub struct Pooled(Pool);

impl Source for Pooled {
    type Lent<'a> = Object;

    async fn open(url: &str) -> Outcome<Self> {
        let how = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(url.parse()?, NoTls, how);
        Ok(Pooled(Pool::builder(manager).max_size(1).build()?))
    }

    async fn lend(&mut self) -> Outcome<Object> {
        Ok(self.0.get().await?)
    }
}

impl Lent for Object {
    fn client(&mut self) -> &mut Client {
        self
    }

    async fn statement(&mut self, text: Text) -> Outcome<Statement> {
        Ok(self.prepare_cached(TEXTS[text as usize]).await?)
    }
}

pub struct Raw<S>(S);

#[inline]
fn user(row: &Row) -> User {
    User {
        id: row.get(0),
        name: row.get(1),
        email: row.get(2),
        created_at: row.get(3),
    }
}

#[inline]
fn post(row: &Row) -> Post {
    Post {
        id: row.get(0),
        user_id: row.get(1),
        title: row.get(2),
        body: row.get(3),
        published: row.get(4),
        views: row.get(5),
    }
}

impl<S: Source> Peer for Raw<S> {
    async fn open(location: &Location) -> Outcome<Self> {
        match location {
            Location::Postgresql(url) => Ok(Raw(S::open(url).await?)),
            Location::Memory | Location::File(_) => Err(elsewhere()),
        }
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        Ok(self.0.lend().await?.client().batch_execute(sql).await?)
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UserById).await?;
        let user = user(&lent.client().query_one(&statement, &[&id]).await?);
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UserByEmail).await?;
        let user = user(&lent.client().query_one(&statement, &[&email]).await?);
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::Posts100).await?;
        let rows = lent.client().query(&statement, &[&from_user]).await?;
        let posts: Vec<Post> = rows.iter().map(post).collect();
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::PostsAll).await?;
        let rows = lent.client().query(&statement, &[]).await?;
        let posts: Vec<Post> = rows.iter().map(post).collect();
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UsersBetween).await?;
        let rows = lent.client().query(&statement, &[&first, &last]).await?;
        let mut users: Vec<(User, Vec<Post>)> =
            rows.iter().map(|row| (user(row), Vec::new())).collect();
        let ids: Vec<i64> = users.iter().map(|(user, _)| user.id).collect();
        let place: HashMap<i64, usize> = ids
            .iter()
            .enumerate()
            .map(|(place, id)| (*id, place))
            .collect();
        let statement = lent.statement(Text::PostsOf).await?;
        for row in lent.client().query(&statement, &[&ids]).await? {
            let post = post(&row);
            users[place[&post.user_id]].1.push(post);
        }
        Ok(users.iter().fold(0, |digest: u64, (user, posts)| {
            digest
                .wrapping_add(digest_user!(user))
                .wrapping_add(digest_posts!(posts))
        }))
    }

    async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::InsertUser).await?;
        let row = lent
            .client()
            .query_one(&statement, &[&user.name, &user.email, &user.created_at])
            .await?;
        Ok(row.get(0))
    }

    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
        // The best that the driver has: for this many rows that is COPY.
        if posts.len() >= 4_000 {
            let mut lent = self.0.lend().await?;
            let statement = lent.statement(Text::CopyPosts).await?;
            let sink = lent.client().copy_in(&statement).await?;
            let types = [Type::INT8, Type::TEXT, Type::TEXT, Type::BOOL, Type::INT8];
            let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
            for post in posts {
                let row: [&(dyn ToSql + Sync); 5] = [
                    &post.user_id,
                    &post.title,
                    &post.body,
                    &post.published,
                    &post.views,
                ];
                writer.as_mut().write(&row).await?;
            }
            writer.finish().await?;
            return Ok(());
        }
        let user_ids: Vec<i64> = posts.iter().map(|post| post.user_id).collect();
        let titles: Vec<&str> = posts.iter().map(|post| &*post.title).collect();
        let bodies: Vec<&str> = posts.iter().map(|post| &*post.body).collect();
        let published: Vec<bool> = posts.iter().map(|post| post.published).collect();
        let views: Vec<i64> = posts.iter().map(|post| post.views).collect();
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::InsertPosts).await?;
        lent.client()
            .execute(
                &statement,
                &[&user_ids, &titles, &bodies, &published, &views],
            )
            .await?;
        Ok(())
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UpdateUser).await?;
        lent.client().execute(&statement, &[&id, &name]).await?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::DeleteUser).await?;
        lent.client().execute(&statement, &[&id]).await?;
        Ok(())
    }

    async fn transaction(&mut self, new: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let insert = lent.statement(Text::InsertPost).await?;
        let read = lent.statement(Text::UserById).await?;
        let update = lent.statement(Text::UpdatePost).await?;
        let delete = lent.statement(Text::DeletePost).await?;
        let transaction = lent.client().transaction().await?;
        let mut digest = 0u64;
        let row = transaction
            .query_one(
                &insert,
                &[
                    &new.user_id,
                    &new.title,
                    &new.body,
                    &new.published,
                    &new.views,
                ],
            )
            .await?;
        let inserted: i64 = row.get(0);
        for id in ids {
            let user = user(&transaction.query_one(&read, &[&id]).await?);
            digest = digest.wrapping_add(digest_user!(user));
            transaction.execute(&update, &[&id, &views]).await?;
        }
        transaction.execute(&delete, &[&inserted]).await?;
        transaction.commit().await?;
        Ok(digest)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::PostsPage).await?;
        let (mut digest, mut after) = (0u64, 0i64);
        for _ in 0..pages {
            let limit = per_page as i64;
            let rows = lent.client().query(&statement, &[&after, &limit]).await?;
            let posts: Vec<Post> = rows.iter().map(post).collect();
            digest = digest.wrapping_add(digest_posts!(posts));
            after = posts.last().map_or(after, |post| post.id);
        }
        Ok(digest)
    }

    async fn update_posts(&mut self, views: &[(i64, i64)]) -> Outcome<()> {
        let (ids, views): (Vec<i64>, Vec<i64>) = views.iter().copied().unzip();
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UpdatePosts).await?;
        lent.client().execute(&statement, &[&ids, &views]).await?;
        Ok(())
    }

    async fn ten_users(&mut self, ids: [i64; 10]) -> Outcome<Digest> {
        let mut lent = self.0.lend().await?;
        let statement = lent.statement(Text::UserById).await?;
        let client = &*lent.client();
        let (statement, ids) = (&statement, &ids);
        let one = |at: usize| async move { client.query_one(statement, &[&ids[at]]).await };
        let (a, b, c, d, e, f, g, h, i, j) = tokio::try_join!(
            one(0),
            one(1),
            one(2),
            one(3),
            one(4),
            one(5),
            one(6),
            one(7),
            one(8),
            one(9),
        )?;
        let mut digest = 0u64;
        for row in [a, b, c, d, e, f, g, h, i, j] {
            let user = user(&row);
            digest = digest.wrapping_add(digest_user!(user));
        }
        Ok(digest)
    }
}
