//! SQL of the user's own.

use toasty_dsl::query::Sql;

/// SQL of your own, with bound values, for what the language does not say: `.push` goes on with text of the program,
/// `.bind` with a value, `.among` with a list of them, `.identifier` with a name. Text, values and names never mix.
///
/// Rows are read as tuples by `.as_rows::<(…)>()` or as instances of a model by `.as_model::<User>()`, and then by `.all(&db)`,
/// `.first(&db)`, `.one(&db)` or `.stream(&db)`; `.exec(&db)` runs what has no rows and says how many it changed. All of it
/// works inside of transactions and batches. DynamoDB knows no SQL, and refuses it.
///
/// ```standalone_crate
/// # use toasty::{create, toasty};
/// # toasty! { pub model User { id: u64 [key, auto], name: String, age: Option<i64> } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toasty::Result<()> {
/// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
/// # db.create_tables().await?;
/// create!(User [{ name: "Ann", age: 41 }, { name: "Bob", age: 17 }]).exec(&db).await?;
///
/// let rows = toasty::sql("select name, age from user where age > ")
///     .bind(18)
///     .as_rows::<(String, Option<i64>)>()
///     .all(&db)
///     .await?;
/// assert_eq!(rows, [("Ann".to_owned(), Some(41))]);
///
/// let named = toasty::sql("select * from user where name ").among(["Bob", "Cid"]).as_model::<User>().one(&db).await?;
/// assert_eq!(named.age, Some(17));
/// # Ok(())
/// # }
/// ```
pub fn sql(text: &'static str) -> Sql {
    Sql::new(text)
}
