//! Reads and writes in one trip.

use toasty_dsl::query::{Batch, BatchPart};

/// Reads and writes that do not depend on each other, to be run in as few trips as the database lets them take: follow with
/// `.exec(&db)` or `.exec(tx)`.
///
/// A part is a query or a builder without its last word: a query gives its rows, a `create!` the new row, `create_many`, an
/// update and a removal how many rows they met. `.into_first()`, `.into_one()`, `.into_count()` and `.into_exists()` say what
/// else a query gives. Parts stand in a tuple of up to twelve, or in a `Vec`; tuples and lists nest.
///
/// The parts do not undo each other: where one fails, the others are done all the same. Writes that are to be done together or
/// not at all go into [`Db::atomic`](crate::Db::atomic).
///
/// ```standalone_crate
/// # use toasty::{create, toasty};
/// # toasty! {
/// #     pub model User { id: u64 [key, auto], name: String }
/// #     pub model Todo { id: u64 [key, auto], title: String, done: bool = false }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toasty::Result<()> {
/// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
/// # db.create_tables().await?;
/// let (ann, bob) = toasty::batch((create!(User { name: "Ann" }), create!(User { name: "Bob" }))).exec(&db).await?;
/// let (users, open, me, changed) = toasty::batch((
///     User::all().order_by(|user| user.name.asc()),
///     Todo::filter(|todo| todo.done.eq(false)).into_count(),
///     User::find_by_id(ann.id).into_one(),
///     bob.update().name("Rob"),
/// ))
/// .exec(&db)
/// .await?;
/// assert_eq!((users.len(), open, me.name.as_str(), changed), (2, 0, "Ann", 1));
/// # Ok(())
/// # }
/// ```
pub fn batch<P: BatchPart>(parts: P) -> Batch<P> {
    Batch::new(parts)
}
