//! What a peer is: one library, over one connection (a pool of one counts).
//!
//! Every method builds the library's own structs, with owned fields, and answers with a digest of
//! all of them. One `block_on` drives a whole batch and calls the methods statically, so a peer
//! that never awaits pays nothing for the signature.

use std::fmt;

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::Digest;

/// Why there is no number: an error and all its causes, in one line.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    #[cold]
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        Failure(text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For a peer that is of another database.
#[cfg(feature = "postgresql")]
pub fn elsewhere() -> Failure {
    Failure("this peer is not for this database".to_owned())
}

pub type Outcome<T> = Result<T, Failure>;

pub trait Peer: Sized {
    async fn open(location: &Location) -> Outcome<Self>;

    /// Runs one SQL statement on the peer's own connection: seeding and clean-up, never timed.
    async fn run_sql(&mut self, sql: &str) -> Outcome<()>;

    /// One user by primary key.
    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest>;

    /// One user by a unique column.
    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest>;

    /// The first hundred posts with `user_id >= from_user`, ordered by it.
    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest>;

    /// All posts, in one `Vec`.
    async fn all_posts(&mut self) -> Outcome<Digest>;

    /// The users with `first <= id <= last`, each with its posts.
    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest>;

    /// Inserts one user; answers with the new id.
    async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64>;

    /// Inserts all of them or none.
    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()>;

    /// Renames the user with this id.
    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()>;

    /// Deletes the user with this id.
    async fn delete_user(&mut self, id: i64) -> Outcome<()>;

    /// Ten statements in one transaction: insert `post`; four times read a user by key and set the
    /// views of the post with the same id; delete the inserted post. Digests the users read.
    async fn transaction(&mut self, post: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest>;

    /// The first `pages` pages of `per_page` posts by id, each from where the last one ended.
    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest>;

    /// Sets the views of each of these posts, all or none.
    async fn update_posts(&mut self, _views: &[(i64, i64)]) -> Outcome<()> {
        Err(Failure("it is not written for this peer".to_owned()))
    }

    /// Ten users by primary key, in as few trips as the peer can.
    async fn ten_users(&mut self, _ids: [i64; 10]) -> Outcome<Digest> {
        Err(Failure("it is not written for this peer".to_owned()))
    }
}
