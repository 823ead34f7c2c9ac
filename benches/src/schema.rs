//! The two tables, and the SQL that fills them and puts them back, all of it outside the clock.

use crate::data::{BASE_TIME, BODY, POSTS_PER_USER};

const TABLES: &str = "
CREATE TABLE users(
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users(email);
CREATE TABLE posts(
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users(id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published BOOLEAN NOT NULL,
    views BIGINT NOT NULL
);
CREATE INDEX posts_user_id ON posts(user_id)";

/// The numbers from 1 to `n`, as a table `numbers(x)` for the statement that follows.
fn numbers(n: i64) -> String {
    format!(
        "WITH RECURSIVE numbers(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM numbers WHERE x < {n})"
    )
}

/// The statements that make the tables and fill them, one by one: not every library runs more than
/// one statement in a call.
pub fn seed(users: i64) -> Vec<String> {
    let mut statements: Vec<String> = TABLES.split(';').map(str::to_owned).collect();
    statements.push(format!(
        "{} INSERT INTO users(id, name, email, created_at) \
         SELECT x, 'User Number ' || x, 'user' || x || '@example.com', {BASE_TIME} + x FROM numbers",
        numbers(users),
    ));
    statements.push(format!(
        "{} INSERT INTO posts(id, user_id, title, body, published, views) \
         SELECT x, (x - 1) / {POSTS_PER_USER} + 1, 'Post ' || x, '{BODY}' || x, x % 3 <> 0, \
                (x * 7919) % 10007 FROM numbers",
        numbers(users * POSTS_PER_USER),
    ));
    statements
}

/// Users for `delete_one` to delete have the ids that follow this one.
pub const DOOMED: i64 = 1_000_000_000;

pub fn insert_doomed(rows: u64) -> String {
    format!(
        "{} INSERT INTO users(id, name, email, created_at) \
         SELECT {DOOMED} + x, 'Doomed ' || x, 'doomed' || x || '@example.com', {BASE_TIME} + x \
         FROM numbers",
        numbers(rows as i64),
    )
}

pub fn delete_new_users(users: i64) -> String {
    format!("DELETE FROM users WHERE id > {users}")
}

pub fn delete_new_posts(users: i64) -> String {
    format!("DELETE FROM posts WHERE id > {}", users * POSTS_PER_USER)
}

/// Puts back what `update_one` and `transaction_10` changed.
pub const RESET: [&str; 2] = [
    "UPDATE users SET name = 'User Number ' || id WHERE name <> 'User Number ' || id",
    "UPDATE posts SET views = (id * 7919) % 10007 WHERE views <> (id * 7919) % 10007",
];
