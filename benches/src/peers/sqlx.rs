//! sqlx 0.9: `query_as` with `#[derive(FromRow)]`, over a default pool capped at one connection,
//! which is what applications use. The pool pings the connection each time it hands it out and
//! each time it takes it back; statements are cached by SQL text. What sqlx's own answers to frequent
//! questions advise for many values is another thing on each database: see `sqlite` and `postgresql`.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, FromRow};

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Outcome, Peer};

#[derive(FromRow)]
struct User {
    id: i64,
    name: String,
    email: String,
    created_at: i64,
}

#[derive(FromRow)]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
    published: bool,
    views: i64,
}

const USER_BY_ID: &str = "SELECT id, name, email, created_at FROM users WHERE id = $1";
const USER_BY_EMAIL: &str = "SELECT id, name, email, created_at FROM users WHERE email = $1";
const USERS_BETWEEN: &str =
    "SELECT id, name, email, created_at FROM users WHERE id >= $1 AND id <= $2";
const POSTS: &str = "SELECT id, user_id, title, body, published, views FROM posts";
const INSERT_USER: &str =
    "INSERT INTO users(name, email, created_at) VALUES ($1, $2, $3) RETURNING id";
const INSERT_POST: &str = "INSERT INTO posts(user_id, title, body, published, views) \
                           VALUES ($1, $2, $3, $4, $5) RETURNING id";

/// One peer for each database: sqlx's queries are of one database by type.
macro_rules! peer {
    ($peer:ident, $pool:ty, $database:ident) => {
        pub struct $peer($pool);

        impl Peer for $peer {
            async fn open(location: &Location) -> Outcome<Self> {
                Ok($peer($database::open(location).await?))
            }

            async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.0).await?;
                Ok(())
            }

            async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
                let user: User = sqlx::query_as(USER_BY_ID)
                    .bind(id)
                    .fetch_one(&self.0)
                    .await?;
                Ok(digest_user!(user))
            }

            async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
                let user: User = sqlx::query_as(USER_BY_EMAIL)
                    .bind(email)
                    .fetch_one(&self.0)
                    .await?;
                Ok(digest_user!(user))
            }

            async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
                let sql = "SELECT id, user_id, title, body, published, views FROM posts \
                           WHERE user_id >= $1 ORDER BY user_id LIMIT 100";
                let posts: Vec<Post> = sqlx::query_as(sql)
                    .bind(from_user)
                    .fetch_all(&self.0)
                    .await?;
                Ok(digest_posts!(posts))
            }

            async fn all_posts(&mut self) -> Outcome<Digest> {
                let posts: Vec<Post> = sqlx::query_as(POSTS).fetch_all(&self.0).await?;
                Ok(digest_posts!(posts))
            }

            async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
                let users: Vec<User> = sqlx::query_as(USERS_BETWEEN)
                    .bind(first)
                    .bind(last)
                    .fetch_all(&self.0)
                    .await?;
                let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
                let posts = $database::posts_of(&self.0, &ids).await?;
                let place: HashMap<i64, usize> = users
                    .iter()
                    .enumerate()
                    .map(|(place, user)| (user.id, place))
                    .collect();
                let mut users: Vec<(User, Vec<Post>)> =
                    users.into_iter().map(|user| (user, Vec::new())).collect();
                for post in posts {
                    users[place[&post.user_id]].1.push(post);
                }
                Ok(users.iter().fold(0, |digest: u64, (user, posts)| {
                    digest
                        .wrapping_add(digest_user!(user))
                        .wrapping_add(digest_posts!(posts))
                }))
            }

            async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64> {
                Ok(sqlx::query_scalar(INSERT_USER)
                    .bind(&user.name)
                    .bind(&user.email)
                    .bind(user.created_at)
                    .fetch_one(&self.0)
                    .await?)
            }

            async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
                let mut transaction = self.0.begin().await?;
                $database::insert_posts(&mut transaction, posts).await?;
                Ok(transaction.commit().await?)
            }

            async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
                sqlx::query("UPDATE users SET name = $2 WHERE id = $1")
                    .bind(id)
                    .bind(name)
                    .execute(&self.0)
                    .await?;
                Ok(())
            }

            async fn delete_user(&mut self, id: i64) -> Outcome<()> {
                sqlx::query("DELETE FROM users WHERE id = $1")
                    .bind(id)
                    .execute(&self.0)
                    .await?;
                Ok(())
            }

            async fn transaction(
                &mut self,
                post: &NewPost,
                ids: [i64; 4],
                views: i64,
            ) -> Outcome<Digest> {
                let mut transaction = self.0.begin().await?;
                let mut digest = 0u64;
                let new: i64 = sqlx::query_scalar(INSERT_POST)
                    .bind(post.user_id)
                    .bind(&post.title)
                    .bind(&post.body)
                    .bind(post.published)
                    .bind(post.views)
                    .fetch_one(&mut *transaction)
                    .await?;
                for id in ids {
                    let user: User = sqlx::query_as(USER_BY_ID)
                        .bind(id)
                        .fetch_one(&mut *transaction)
                        .await?;
                    digest = digest.wrapping_add(digest_user!(user));
                    sqlx::query("UPDATE posts SET views = $2 WHERE id = $1")
                        .bind(id)
                        .bind(views)
                        .execute(&mut *transaction)
                        .await?;
                }
                sqlx::query("DELETE FROM posts WHERE id = $1")
                    .bind(new)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Ok(digest)
            }

            async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
                // A literal limit, as in the raw peer.
                let sql = format!("{POSTS} WHERE id > $1 ORDER BY id LIMIT {per_page}");
                let (mut digest, mut after) = (0u64, 0);
                for _ in 0..pages {
                    let posts: Vec<Post> = sqlx::query_as(AssertSqlSafe(&*sql))
                        .bind(after)
                        .fetch_all(&self.0)
                        .await?;
                    digest = digest.wrapping_add(digest_posts!(posts));
                    after = posts.last().map_or(after, |post| post.id);
                }
                Ok(digest)
            }
        }
    };
}

peer!(SqlitePeer, sqlx::SqlitePool, sqlite);
#[cfg(feature = "postgresql")]
peer!(PostgresqlPeer, sqlx::PgPool, postgresql);

/// A list of parameters in the text.
mod sqlite {
    use sqlx::QueryBuilder;
    use sqlx::sqlite::{SqliteConnection, SqlitePool, SqlitePoolOptions};

    use super::{Location, NewPost, Outcome, POSTS, Post};
    #[cfg(feature = "postgresql")]
    use crate::peer::elsewhere;

    /// Rows of one INSERT of many.
    const ROWS_PER_STATEMENT: usize = 1_000;

    pub(super) async fn open(location: &Location) -> Outcome<SqlitePool> {
        let url = match location {
            Location::Memory => "sqlite::memory:".to_owned(),
            Location::File(path) => format!("sqlite://{}?mode=rwc", path.display()),
            #[cfg(feature = "postgresql")]
            Location::Postgresql(_) => return Err(elsewhere()),
        };
        // Without the two `None`s the pool would one day close an in-memory database.
        let options = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        Ok(options.connect(&url).await?)
    }

    pub(super) async fn posts_of(pool: &SqlitePool, users: &[i64]) -> sqlx::Result<Vec<Post>> {
        let mut query = QueryBuilder::new(POSTS);
        query.push(" WHERE user_id IN (");
        let mut ids = query.separated(",");
        for id in users {
            ids.push_bind(*id);
        }
        query.push(")");
        query.build_query_as().fetch_all(pool).await
    }

    pub(super) async fn insert_posts(
        connection: &mut SqliteConnection,
        posts: &[NewPost],
    ) -> sqlx::Result<()> {
        for rows in posts.chunks(ROWS_PER_STATEMENT) {
            let mut query =
                QueryBuilder::new("INSERT INTO posts(user_id, title, body, published, views) ");
            query.push_values(rows, |mut row, post| {
                row.push_bind(post.user_id)
                    .push_bind(&post.title)
                    .push_bind(&post.body)
                    .push_bind(post.published)
                    .push_bind(post.views);
            });
            query.build().execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// One array a column.
#[cfg(feature = "postgresql")]
mod postgresql {
    use sqlx::AssertSqlSafe;
    use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};

    use super::{Location, NewPost, Outcome, POSTS, Post};
    use crate::peer::elsewhere;

    pub(super) async fn open(location: &Location) -> Outcome<PgPool> {
        let Location::Postgresql(url) = location else {
            return Err(elsewhere());
        };
        Ok(PgPoolOptions::new().max_connections(1).connect(url).await?)
    }

    pub(super) async fn posts_of(pool: &PgPool, users: &[i64]) -> sqlx::Result<Vec<Post>> {
        let sql = format!("{POSTS} WHERE user_id = ANY($1)");
        sqlx::query_as(AssertSqlSafe(&*sql))
            .bind(users)
            .fetch_all(pool)
            .await
    }

    pub(super) async fn insert_posts(
        connection: &mut PgConnection,
        posts: &[NewPost],
    ) -> sqlx::Result<()> {
        let user_ids: Vec<i64> = posts.iter().map(|post| post.user_id).collect();
        let titles: Vec<&str> = posts.iter().map(|post| &*post.title).collect();
        let bodies: Vec<&str> = posts.iter().map(|post| &*post.body).collect();
        let published: Vec<bool> = posts.iter().map(|post| post.published).collect();
        let views: Vec<i64> = posts.iter().map(|post| post.views).collect();
        let sql = "INSERT INTO posts(user_id, title, body, published, views) SELECT * \
                   FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bool[], $5::bigint[])";
        sqlx::query(sql)
            .bind(user_ids)
            .bind(titles)
            .bind(bodies)
            .bind(published)
            .bind(views)
            .execute(connection)
            .await?;
        Ok(())
    }
}
