//! DynamoDB, by the SDK of AWS.
//!
//! Promises: the cheapest request that answers, and never a Scan that nobody allowed; `create` never overwrites; unique
//! fields hold; what DynamoDB cannot do is refused with what to do instead. Must not know: other backends, the pool, the
//! configuration file.
//!
//! From below: `table` is what a model is in DynamoDB, `expression` what a condition says there; `plan` is what is planned,
//! `wire` what is sent, `read` and `write` what is read and written by both.
//!
//! The surprising decision: there is no connection. A request stands for itself, so that a transaction of several steps does
//! not exist: writes that belong together are collected and sent as one.

mod connection;
mod define;
mod expression;
mod plan;
mod read;
mod sdk;
mod settings;
mod table;
mod wire;
mod write;

pub use aws_sdk_dynamodb;
pub use connection::DynamodbConnection;
pub use plan::DynamodbPrepared;
pub use sdk::Sdk;
pub use settings::{Billing, Credentials, Scans, Settings};
pub use write::Grouped;

use std::sync::Arc;
use toasty_contract::{Access, Backend, Begin, Lanes, Prepared};
use toasty_dsl::query::{Future, Outcome};
use toasty_dsl::value::Params;
use toasty_dsl::{Result, Statement};
use tokio::sync::OnceCell;
use wire::Session;

/// DynamoDB, with its settings.
#[derive(Debug)]
pub struct Dynamodb {
    settings: Arc<Settings>,
    /// The client, once it has been shown that it reaches DynamoDB
    session: OnceCell<Session>,
}

impl Dynamodb {
    /// DynamoDB with these settings. Nothing is sent yet.
    pub fn new(settings: Settings) -> Self {
        Dynamodb {
            settings: Arc::new(settings),
            session: OnceCell::new(),
        }
    }

    /// The SDK's client, and what models are there.
    ///
    /// # Errors
    /// `ConnectionLost`, before the first connection.
    pub fn sdk(&self) -> Result<Sdk> {
        let session = self.session.get().ok_or_else(sdk::not_connected)?;
        Ok(Sdk::new(
            session.client.clone(),
            &self.settings.table_prefix,
        ))
    }

    /// What a write will do if it is done: its values with the keys that the library makes, and its outcome. For writes that
    /// are collected and then sent as one by [`DynamodbConnection::transact`].
    ///
    /// # Errors
    /// `Unsupported`, for a write that cannot be one of several.
    pub fn foresee(
        &self,
        prepared: &DynamodbPrepared,
        params: Params,
    ) -> Result<(Params, Outcome)> {
        write::foresee(prepared, params)
    }
}

/// What a statement becomes, as text: the requests without their values. Without a prefix, and with scans denied.
///
/// # Errors
/// Those of [`Backend::prepare`].
pub fn render(statement: &Statement) -> Result<String> {
    let prepared = DynamodbPrepared::new(statement, &Settings::default())?;
    Ok(prepared.text().to_owned())
}

impl Backend for Dynamodb {
    type Prepared = DynamodbPrepared;
    type Connection = DynamodbConnection;

    fn system(&self) -> &'static str {
        "aws.dynamodb"
    }

    fn lanes(&self) -> Lanes {
        Lanes::Free
    }

    fn sees_one_state(&self, _: Begin) -> bool {
        false
    }

    fn prepare(&self, statement: &Statement) -> Result<DynamodbPrepared> {
        DynamodbPrepared::new(statement, &self.settings)
    }

    async fn connect(&self, _: Access) -> Result<DynamodbConnection> {
        let session = self
            .session
            .get_or_try_init(|| -> Future<'_, Result<Session>> {
                Box::pin(async {
                    let session = Session::open(Arc::clone(&self.settings)).await?;
                    session.check().await?;
                    Ok(session)
                })
            })
            .await?;
        Ok(DynamodbConnection::new(session.with_own_meter()))
    }
}
