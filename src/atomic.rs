//! Several writes as one, without a transaction to hold.

use crate::{Db, Tx};
use toasty_dsl::Result;
use toasty_dsl::query::Executor;
use toasty_dsl::write::AtomicPart;

impl Db {
    /// Writes all of the parts, or none of them, and gives what each of them gives: the new row of a `create!`, how many
    /// rows an update or a removal met.
    ///
    /// The parts are known before the first is run, so that a database without interactive transactions can do it too:
    /// DynamoDB writes them by one request.
    ///
    /// # Errors
    /// Those of the first part that fails; nothing is written then.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// # toasty! { pub model Account { id: u64 [key, auto], balance: i64 } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// # db.create_tables().await?;
    /// let ann = create!(Account { balance: 10 }).exec(&db).await?;
    /// let (bob, changed) = db.atomic((create!(Account { balance: 4 }), ann.update().balance(6))).await?;
    /// assert_eq!((bob.balance, changed), (4, 1));
    ///
    /// let new = vec![create!(Account { balance: 0 }), create!(Account { balance: 0 })];
    /// let (rows, gone) = db.atomic((new, bob.delete())).await?;
    /// assert_eq!((rows.len(), gone), (2, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn atomic<P: AtomicPart>(&self, parts: P) -> Result<P::Output> {
        self.atomically(Box::new(|on| parts.run(on, 1))).await
    }
}

impl Tx {
    /// As [`Db::atomic`], as a part of this transaction: where one of the parts fails, none of them is done and the
    /// transaction goes on.
    ///
    /// # Errors
    /// As [`Db::atomic`].
    pub async fn atomic<P: AtomicPart>(&self, parts: P) -> Result<P::Output> {
        self.atomically(Box::new(|on| parts.run(on, 1))).await
    }
}
