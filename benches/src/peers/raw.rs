//! The baseline: rusqlite with cached statements, columns by index.

use std::collections::HashMap;

use rusqlite::{Connection, Params, Row, params, params_from_iter};

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
#[cfg(feature = "postgresql")]
use crate::peer::elsewhere;
use crate::peer::{Outcome, Peer};

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

const USER_BY_ID: &str = "SELECT id, name, email, created_at FROM users WHERE id = ?1";
const USER_BY_EMAIL: &str = "SELECT id, name, email, created_at FROM users WHERE email = ?1";
const USERS_BETWEEN: &str =
    "SELECT id, name, email, created_at FROM users WHERE id >= ?1 AND id <= ?2";
const POSTS: &str = "SELECT id, user_id, title, body, published, views FROM posts";
const INSERT_USER: &str = "INSERT INTO users(name, email, created_at) VALUES (?1, ?2, ?3)";
const INSERT_POST: &str =
    "INSERT INTO posts(user_id, title, body, published, views) VALUES (?1, ?2, ?3, ?4, ?5)";

pub struct Raw(Connection);

#[inline]
fn user(row: &Row) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        created_at: row.get(3)?,
    })
}

#[inline]
fn post(row: &Row) -> rusqlite::Result<Post> {
    Ok(Post {
        id: row.get(0)?,
        user_id: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        published: row.get(4)?,
        views: row.get(5)?,
    })
}

impl Raw {
    fn posts(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<Vec<Post>> {
        let mut statement = self.0.prepare_cached(sql)?;
        statement.query_map(parameters, post)?.collect()
    }
}

impl Peer for Raw {
    async fn open(location: &Location) -> Outcome<Self> {
        let connection = match location {
            Location::Memory => Connection::open_in_memory()?,
            Location::File(path) => Connection::open(path)?,
            #[cfg(feature = "postgresql")]
            Location::Postgresql(_) => return Err(elsewhere()),
        };
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Raw(connection))
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let user = self.0.prepare_cached(USER_BY_ID)?.query_row([id], user)?;
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let mut statement = self.0.prepare_cached(USER_BY_EMAIL)?;
        let user = statement.query_row([email], user)?;
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let sql = "SELECT id, user_id, title, body, published, views FROM posts \
                   WHERE user_id >= ?1 ORDER BY user_id LIMIT 100";
        let posts = self.posts(sql, [from_user])?;
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let posts = self.posts(POSTS, [])?;
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let mut statement = self.0.prepare_cached(USERS_BETWEEN)?;
        let mut users: Vec<(User, Vec<Post>)> = statement
            .query_map([first, last], |row| Ok((user(row)?, Vec::new())))?
            .collect::<rusqlite::Result<_>>()?;
        let marks = vec!["?"; users.len()].join(",");
        let sql = format!("{POSTS} WHERE user_id IN ({marks})");
        let posts = self.posts(
            &sql,
            params_from_iter(users.iter().map(|(user, _)| user.id)),
        )?;
        let place: HashMap<i64, usize> = users
            .iter()
            .enumerate()
            .map(|(place, (user, _))| (user.id, place))
            .collect();
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
        self.0.prepare_cached(INSERT_USER)?.execute(params![
            user.name,
            user.email,
            user.created_at
        ])?;
        Ok(self.0.last_insert_rowid())
    }

    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
        let transaction = self.0.transaction()?;
        let mut statement = transaction.prepare_cached(INSERT_POST)?;
        for post in posts {
            statement.execute(params![
                post.user_id,
                post.title,
                post.body,
                post.published,
                post.views
            ])?;
        }
        drop(statement);
        Ok(transaction.commit()?)
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        self.0
            .prepare_cached("UPDATE users SET name = ?2 WHERE id = ?1")?
            .execute(params![id, name])?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        self.0
            .prepare_cached("DELETE FROM users WHERE id = ?1")?
            .execute([id])?;
        Ok(())
    }

    async fn transaction(&mut self, post: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest> {
        let transaction = self.0.transaction()?;
        let mut digest = 0u64;
        transaction.prepare_cached(INSERT_POST)?.execute(params![
            post.user_id,
            post.title,
            post.body,
            post.published,
            post.views
        ])?;
        let new = transaction.last_insert_rowid();
        for id in ids {
            let user = transaction
                .prepare_cached(USER_BY_ID)?
                .query_row([id], user)?;
            digest = digest.wrapping_add(digest_user!(user));
            transaction
                .prepare_cached("UPDATE posts SET views = ?2 WHERE id = ?1")?
                .execute([id, views])?;
        }
        transaction
            .prepare_cached("DELETE FROM posts WHERE id = ?1")?
            .execute([new])?;
        transaction.commit()?;
        Ok(digest)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        // A literal limit: SQLite prepares a statement anew after each bind to a parameter in LIMIT.
        let sql = format!("{POSTS} WHERE id > ?1 ORDER BY id LIMIT {per_page}");
        let (mut digest, mut after) = (0u64, 0);
        for _ in 0..pages {
            let posts = self.posts(&sql, [after])?;
            digest = digest.wrapping_add(digest_posts!(posts));
            after = posts.last().map_or(after, |post| post.id);
        }
        Ok(digest)
    }

    async fn update_posts(&mut self, views: &[(i64, i64)]) -> Outcome<()> {
        let transaction = self.0.transaction()?;
        let mut statement =
            transaction.prepare_cached("UPDATE posts SET views = ?2 WHERE id = ?1")?;
        for (id, views) in views {
            statement.execute([id, views])?;
        }
        drop(statement);
        Ok(transaction.commit()?)
    }

    async fn ten_users(&mut self, ids: [i64; 10]) -> Outcome<Digest> {
        let mut digest = 0u64;
        for id in ids {
            digest = digest.wrapping_add(self.user_by_id(id).await?);
        }
        Ok(digest)
    }
}
