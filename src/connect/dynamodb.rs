//! DynamoDB.

use crate::config::Config;
use crate::db::AnyEngine;
use toasty_dsl::Result;

#[cfg(feature = "dynamodb")]
pub(super) async fn engine(config: &Config) -> Result<AnyEngine> {
    use crate::config::{Billing, Scans};
    use crate::engine::Engine;
    use std::sync::Arc;

    let dynamodb = &config.dynamodb;
    // One without the other is refused by the configuration.
    let credentials = dynamodb
        .access_key_id
        .as_ref()
        .zip(dynamodb.secret_access_key.as_ref())
        .map(|(id, key)| toasty_dynamodb::Credentials {
            access_key_id: id.expose().to_owned(),
            secret_access_key: key.expose().to_owned(),
            session_token: dynamodb
                .session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
        });
    let settings = toasty_dynamodb::Settings {
        endpoint: dynamodb.endpoint.clone(),
        region: dynamodb.region.clone(),
        table_prefix: dynamodb.table_prefix.clone(),
        credentials,
        profile: dynamodb.profile.clone(),
        scans: match dynamodb.scans {
            Scans::Deny => toasty_dynamodb::Scans::Deny,
            Scans::Warn => toasty_dynamodb::Scans::Warn,
            Scans::Allow => toasty_dynamodb::Scans::Allow,
        },
        consistent_reads: dynamodb.consistent_reads,
        retry_budget: dynamodb.retry_budget,
        request_timeout: dynamodb.request_timeout,
        connect_timeout: dynamodb.connect_timeout,
        billing: match dynamodb.billing {
            Billing::OnDemand => toasty_dynamodb::Billing::OnDemand,
            Billing::Provisioned => toasty_dynamodb::Billing::Provisioned {
                read: dynamodb.read_capacity,
                write: dynamodb.write_capacity,
            },
        },
    };
    Ok(AnyEngine::Dynamodb(Arc::new(
        Engine::open(toasty_dynamodb::Dynamodb::new(settings), config).await?,
    )))
}

#[cfg(not(feature = "dynamodb"))]
pub(super) async fn engine(_: &Config) -> Result<AnyEngine> {
    Err(super::not_compiled(crate::config::BackendName::DynamoDb))
}
