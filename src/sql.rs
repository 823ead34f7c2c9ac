//! SQL and PartiQL of the user's own.

use toasty_dsl::query::Sql;

/// SQL of your own, with bound values, for what the language does not say: `.push` goes on with text of the program,
/// `.bind` with a value, `.among` with a list of them, `.identifier` with a name. Text, values and names never mix.
///
/// Rows are read as tuples by `.as_rows::<(…)>()` or as instances of a model by `.as_model::<User>()`, and then by `.all(&db)`,
/// `.first(&db)`, `.one(&db)` or `.stream(&db)`; `.exec(&db)` runs what has no rows and says how many it changed. All of it
/// works inside of transactions and batches. DynamoDB knows no SQL, and refuses it: see [`partiql`].
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

/// PartiQL of your own, with bound values, for what the language does not say of DynamoDB. It is built as SQL is by [`sql`],
/// and sent by ExecuteStatement, page after page until the rows end or nobody wants more; other databases refuse it.
///
/// - Tables are named as DynamoDB has them, with the `table_prefix` of the configuration.
/// - Rows become tuples in the order of the attributes that the text selects, each by its name; an attribute that an item does
///   not have is NULL. Instances by `.as_model::<User>()` are for `SELECT *`.
/// - `.among(list)` is `IN [?, …]`; an empty list is refused.
/// - Reads see what was true a moment ago: ExecuteStatement is not consistent unless it is asked to be.
/// - A write is of one item, by its key, and `.exec(&db)` answers 1. It knows nothing of unique fields and versions: those hold
///   by items of their own, which only the builders of a model write.
///
/// ```no_run
/// # use toasty::toasty;
/// # toasty! { pub model User { id: u64 [key], name: String, age: Option<i64> } }
/// # async fn example(db: toasty::Db) -> toasty::Result<()> {
/// let rows = toasty::partiql("SELECT name, age FROM \"user\" WHERE id = ")
///     .bind(1)
///     .as_rows::<(String, Option<i64>)>()
///     .all(&db)
///     .await?;
/// let ann = toasty::partiql("SELECT * FROM ").identifier("user").push(" WHERE id = ").bind(1).as_model::<User>().one(&db).await?;
/// toasty::partiql("UPDATE \"user\" SET age = age + 1 WHERE id = ").bind(ann.id).exec(&db).await?;
/// # Ok(())
/// # }
/// ```
pub fn partiql(text: &'static str) -> Sql {
    Sql::partiql(text)
}
