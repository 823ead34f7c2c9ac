//! How the database goes about a statement, asked of the database.

use crate::Db;
use crate::db::with_engine;
use std::future::Future;
use toasty_contract::{Access, Connection, Plan};
use toasty_dsl::value::Params;
use toasty_dsl::write::IntoStatement;
use toasty_dsl::{Result, Statement};

/// Everything whose plan the database can tell: queries, selections, pages, creates, updates, deletes, and SQL of your own.
///
/// SQLite answers by `EXPLAIN QUERY PLAN` and PostgreSQL by `EXPLAIN`, to the statement with its own values, which are bound and
/// stand nowhere in the plan; of DynamoDB the plan is the requests that would be sent. What associations a query includes is not
/// in it: each is a statement of its own.
///
/// ```standalone_crate
/// use toasty::{Explain, toasty};
///
/// toasty! { pub model Note { id: u64 [key, auto], author: u64 [index], text: String } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toasty::Result<()> {
/// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
/// # db.create_tables().await?;
/// let plan = Note::filter(|note| note.author.eq(1)).explain(&db).await?;
/// assert_eq!(plan.to_string(), "SEARCH note USING INDEX note_author_index (author=?)");
/// assert_eq!(plan.steps()[0].table.as_deref(), Some("note"));
///
/// let plan = Note::filter(|note| note.text.eq("Buy flour")).explain(&db).await?;
/// assert!(plan.has_full_scan());
/// # Ok(())
/// # }
/// ```
pub trait Explain {
    /// How the database would go about it now. Nothing of it is run.
    ///
    /// # Errors
    /// Those that the statement would have before it is run.
    fn explain(self, db: &Db) -> impl Future<Output = Result<Plan>> + Send;

    /// How the database went about it, with how many rows each step had and how long it took: the query is run, and its rows
    /// are left out. Only PostgreSQL measures, and only what is known to read can be measured.
    ///
    /// # Errors
    /// `Unsupported` for what may write, on SQLite and on DynamoDB; those of the query.
    ///
    /// ```no_run
    /// use toasty::{Explain, toasty};
    ///
    /// # toasty! { pub model Note { id: u64 [key, auto], text: String } }
    /// # async fn example(db: toasty::Db) -> toasty::Result<()> {
    /// let plan = Note::filter(|note| note.text.eq("Buy flour")).explain_analyze(&db).await?;
    /// assert!(plan.was_executed());
    /// println!("{plan}");
    /// # Ok(())
    /// # }
    /// ```
    fn explain_analyze(self, db: &Db) -> impl Future<Output = Result<Plan>> + Send;
}

impl<T: IntoStatement> Explain for T {
    fn explain(self, db: &Db) -> impl Future<Output = Result<Plan>> + Send {
        let parts = self.into_statement();
        async move { plan(db, parts?, toasty_contract::Explain::Plan).await }
    }

    fn explain_analyze(self, db: &Db) -> impl Future<Output = Result<Plan>> + Send {
        let parts = self.into_statement();
        async move { plan(db, parts?, toasty_contract::Explain::Measured).await }
    }
}

async fn plan(
    db: &Db,
    (statement, params): (Statement, Params),
    explain: toasty_contract::Explain,
) -> Result<Plan> {
    with_engine!(&db.engine, engine => {
        let prepared = engine.shape(&statement)?;
        let mut lease = engine.lasting(Access::Read, None).await?;
        let told = lease.connection()?.plan(&prepared, params, explain).await;
        match told {
            Ok(_) => lease.finish(),
            Err(_) => drop(lease),
        }
        told
    })
}
