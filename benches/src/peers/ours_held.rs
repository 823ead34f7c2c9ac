//! This project on a connection that is held: reads in a transaction that stays open, so that no pool takes part.

use toasty::{Config, Db, Tx};

use super::ours::reads;
use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::Digest;
use crate::peer::{Failure, Outcome, Peer, elsewhere};

pub struct OursHeld {
    tx: Tx,
    /// Whose connection it is
    _db: Db,
}

/// A write would wait for the end of a transaction that has none.
fn reads_only<T>() -> Outcome<T> {
    Err(Failure("it only reads".to_owned()))
}

impl Peer for OursHeld {
    async fn open(location: &Location) -> Outcome<Self> {
        let Location::Postgresql(url) = location else {
            return Err(elsewhere());
        };
        let mut config = Config::postgresql(url)?;
        // Other peers' turns are none of its business.
        config.postgresql.idle_in_transaction_timeout = None;
        config.pool.leak_report = None;
        let db = toasty::connect_with(config).await?;
        let tx = db.begin().await?;
        Ok(OursHeld { tx, _db: db })
    }

    async fn run_sql(&mut self, _sql: &str) -> Outcome<()> {
        reads_only()
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        reads::user_by_id(&self.tx, id).await
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        reads::user_by_email(&self.tx, email).await
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        reads::list_posts(&self.tx, from_user).await
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        reads::all_posts(&self.tx).await
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        reads::users_with_posts(&self.tx, first, last).await
    }

    async fn insert_user(&mut self, _user: &NewUser) -> Outcome<i64> {
        reads_only()
    }

    async fn insert_posts(&mut self, _posts: &[NewPost]) -> Outcome<()> {
        reads_only()
    }

    async fn update_user(&mut self, _id: i64, _name: &str) -> Outcome<()> {
        reads_only()
    }

    async fn delete_user(&mut self, _id: i64) -> Outcome<()> {
        reads_only()
    }

    async fn transaction(
        &mut self,
        _post: &NewPost,
        _ids: [i64; 4],
        _views: i64,
    ) -> Outcome<Digest> {
        reads_only()
    }

    async fn walk_pages(&mut self, _pages: usize, _per_page: usize) -> Outcome<Digest> {
        reads_only()
    }
}
