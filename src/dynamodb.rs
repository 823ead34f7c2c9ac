//! The SDK of AWS beside Toasty, for requests that neither the language nor [`partiql`](crate::partiql) says.

use crate::Db;
use crate::db::AnyEngine;
use toasty_dsl::{Error, Result};

pub use toasty_dynamodb::{Sdk, aws_sdk_dynamodb};

/// The SDK's client of this database, the tables of its models, and their rows as items.
///
/// What is sent by it is not logged, not metered and not tried again, and a write by it knows nothing of unique fields and
/// versions.
///
/// # Errors
/// `Unsupported` on a database that is not DynamoDB.
///
/// ```no_run
/// # use toasty::toasty;
/// # toasty! { pub model User { id: u64 [key], name: String } }
/// # async fn example(db: toasty::Db) -> toasty::Result<(), Box<dyn std::error::Error>> {
/// let sdk = toasty::dynamodb::sdk(&db)?;
/// let answer = sdk.client().scan().table_name(sdk.table_name::<User>()).total_segments(4).segment(0).send().await?;
/// for item in answer.items() {
///     let user: User = sdk.from_item(item)?;
///     println!("{}", user.name);
/// }
/// # Ok(())
/// # }
/// ```
pub fn sdk(db: &Db) -> Result<Sdk> {
    #[allow(
        irrefutable_let_patterns,
        reason = "it may be the only backend of the build"
    )]
    if let AnyEngine::Dynamodb(engine) = &db.engine {
        return engine.backend.sdk();
    }
    Err(Error::unsupported(
        format!("the SDK of DynamoDB on `{}`", db.system()),
        "connect to DynamoDB, or write SQL of your own: `toasty::sql(\"select …\")`",
    ))
}
