//! The client of AWS's SDK, set up so that it does only what it is told.
//!
//! Promises: the SDK never sends a request a second time, for only its sender knows whether that is safe; credentials of the
//! configuration are used without asking the environment. Must not know: statements, tables.

use super::ahead::Ahead;
use super::cost::Meter;
use super::errors::{Purpose, convert, is_untrusted};
use super::retry::{Budget, Fate, fate};
use super::send::identity;
use crate::settings::Settings;
use crate::table::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use std::fmt;
use std::sync::Arc;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind, Result};

/// A client with its settings, and what its requests cost. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) settings: Arc<Settings>,
    pub(crate) meter: Meter,
    /// Items that were read for several statements together
    ahead: Option<Arc<Ahead>>,
}

/// The client knows the access key: nothing of it is shown.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A client; nothing is sent, but the environment may be asked for region and credentials.
    ///
    /// # Errors
    /// `Configuration`, where no region is known.
    pub(crate) async fn open(settings: Arc<Settings>) -> Result<Session> {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let client = Client::from_conf(configure(&settings, http).await?);
        Ok(Session {
            client,
            settings,
            meter: Meter::default(),
            ahead: None,
        })
    }

    /// The same for a statement whose items were read already, where they were.
    pub(crate) fn with_ahead(&self, ahead: Option<Arc<Ahead>>) -> Session {
        Session {
            ahead,
            ..self.clone()
        }
    }

    /// The items with these keys, as far as there are any; none where they have not all been read.
    pub(crate) fn read_ahead(&self, table: &str, keys: &[Item]) -> Option<Vec<Item>> {
        let ahead = self.ahead.as_ref()?;
        let items = keys
            .iter()
            .map(|key| ahead.get(&(table.to_owned(), identity(key))).cloned());
        let items: Option<Vec<Option<Item>>> = items.collect();
        Some(items?.into_iter().flatten().collect())
    }

    /// The same client, with a meter of its own.
    pub(crate) fn with_own_meter(&self) -> Session {
        Session {
            meter: Meter::default(),
            ..self.clone()
        }
    }

    /// Asks for something small, so that a wrong address and wrong credentials are errors now.
    ///
    /// # Errors
    /// `ConnectionLost`, `Authentication`.
    pub(crate) async fn check(&self) -> Result<()> {
        let request = self.client.list_tables().limit(1);
        match request.send().await {
            Ok(_) => Ok(()),
            // A role may well be allowed to use its tables and not to list them.
            Err(error) if error.code() == Some("AccessDeniedException") => Ok(()),
            Err(error) => {
                let converted = convert(&error, Purpose::Read, None);
                if converted.kind() == ErrorKind::ConnectionLost {
                    return Err(self.unreachable(&error));
                }
                Err(converted)
            }
        }
    }

    /// Nobody is there: with the place, and the innermost cause, which is the system's own word.
    #[cold]
    fn unreachable(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        let place = match (&self.settings.endpoint, self.client.config().region()) {
            (Some(endpoint), _) => format!("at {endpoint}"),
            (None, Some(region)) => format!("of the region {region}"),
            (None, None) => String::new(),
        };
        let mut cause = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Error::new(
            ErrorKind::ConnectionLost,
            format!("DynamoDB {place} cannot be reached: {cause}"),
        )
        .with_advice("look at `endpoint` and `region`, and whether this machine may connect there")
    }

    /// A budget for a request that begins now.
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(self.settings.retry_budget)
    }

    /// Sends a request that changes nothing: again and again within the budget, where that can help.
    ///
    /// # Errors
    /// Those of DynamoDB, `Throttled` where the budget did not suffice.
    pub(crate) async fn read<T, E, F>(
        &self,
        model: Option<&'static ModelDef>,
        send: impl Fn() -> F + Send,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut budget = self.budget();
        loop {
            self.meter.sent();
            // In a box: the SDK's futures are nested deep, and the compiler has a recursion limit.
            let error = match Box::pin(send()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !may_read_again(fate(&error), &error) || !budget.pause().await {
                return Err(convert(&error, Purpose::Read, model));
            }
        }
    }
}

/// Whether a request that changes nothing may be sent again, and that can help.
pub(super) fn may_read_again<E>(fate: Fate, error: &SdkError<E, HttpResponse>) -> bool
where
    E: std::error::Error + 'static,
{
    match fate {
        Fate::Throttled | Fate::Conflict | Fate::InProgress => true,
        Fate::Lost => !is_untrusted(error),
        // A request that cannot be made or signed will not be made by waiting.
        Fate::NotSent => matches!(error, SdkError::DispatchFailure(_)) && !is_untrusted(error),
        Fate::Rejected => false,
    }
}

async fn configure(
    settings: &Settings,
    http: SharedHttpClient,
) -> Result<aws_sdk_dynamodb::Config> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(settings.connect_timeout)
        .operation_timeout(settings.request_timeout)
        .build();
    let mut config = match (&settings.credentials, &settings.region) {
        (Some(_), Some(_)) => {
            aws_sdk_dynamodb::config::Builder::new().behavior_version(BehaviorVersion::latest())
        }
        _ => from_environment(settings, http.clone()).await,
    };
    if let Some(key) = &settings.credentials {
        config.set_credentials_provider(Some(
            aws_sdk_dynamodb::config::SharedCredentialsProvider::new(Credentials::new(
                key.access_key_id.clone(),
                key.secret_access_key.clone(),
                key.session_token.clone(),
                None,
                "toasty",
            )),
        ));
    }
    if let Some(region) = &settings.region {
        config.set_region(Some(Region::new(region.clone())));
    }
    if let Some(endpoint) = &settings.endpoint {
        config.set_endpoint_url(Some(endpoint.clone()));
    }
    let config = config
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    if config.region().is_none() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "DynamoDB's region is known neither from the configuration nor from the environment",
        )
        .with_advice("set `region` in `[backends.dynamodb]`, or `AWS_REGION`"));
    }
    Ok(config)
}

/// What AWS's own programs would find: variables, profiles, web identities, the metadata of containers and machines.
async fn from_environment(
    settings: &Settings,
    http: SharedHttpClient,
) -> aws_sdk_dynamodb::config::Builder {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if settings.credentials.is_some() {
        // Only the region is missing: no provider of credentials is to be asked.
        loader = loader.no_credentials();
    }
    aws_sdk_dynamodb::config::Builder::from(&loader.load().await)
}
