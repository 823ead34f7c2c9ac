//! `[backends.dynamodb]`: Amazon DynamoDB.
//!
//! Promises: without a word in the file no table is scanned and every read is consistent; a request goes over plain
//! HTTP to this machine only. Must not know the SDK.

use std::time::Duration;

use super::secret::Secret;

/// `[backends.dynamodb]`.
///
/// ```
/// use toasty::config::{DynamodbConfig, Scans};
///
/// let dynamodb = DynamodbConfig::default().with_region("eu-central-1").with_scans(Scans::Warn);
/// assert!(dynamodb.consistent_reads);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DynamodbConfig {
    /// `endpoint`: the URL of the service, `http` for this machine only. Default: `None`, that of the region.
    pub endpoint: Option<String>,
    /// `region`: the region, such as `eu-central-1`. Default: `None`, what the environment of the AWS tools says.
    pub region: Option<String>,
    /// `table_prefix`: what every table's name begins with. Default: nothing.
    pub table_prefix: String,
    /// `access_key_id`: the name of the key to sign with; with `secret_access_key` or not at all. Default: `None`, what
    /// the environment of the AWS tools says.
    pub access_key_id: Option<Secret>,
    /// `secret_access_key`: the key to sign with. Default: none.
    pub secret_access_key: Option<Secret>,
    /// `session_token`: the token that belongs to a temporary key. Default: none.
    pub session_token: Option<Secret>,
    /// `profile`: the profile of the AWS tools' own files to use. Default: none.
    pub profile: Option<String>,
    /// `scans`: what becomes of a query that would read a whole table. Default: it is refused.
    pub scans: Scans,
    /// `consistent_reads`: whether a read sees every write that was done before it. Default: yes.
    pub consistent_reads: bool,
    /// `retry_budget`: how long a call is repeated for what the service was too busy for, 0 to 1 hour. Default: 10
    /// seconds.
    pub retry_budget: Duration,
    /// `request_timeout`: how long one request may take, 1 millisecond to 1 hour. Default: 5 seconds.
    pub request_timeout: Duration,
    /// `connect_timeout`: how long opening a connection may take, 1 millisecond to 1 hour. Default: 2 seconds.
    pub connect_timeout: Duration,
    /// `billing`: how tables that toasty creates are paid. Default: on demand.
    pub billing: Billing,
    /// `read_capacity`: the read units of a table that is created as provisioned, 1 to 40 000. Default: 5.
    pub read_capacity: u32,
    /// `write_capacity`: the write units of a table that is created as provisioned, 1 to 40 000. Default: 5.
    pub write_capacity: u32,
}

/// What becomes of a query that would read a whole table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scans {
    /// `"deny"`: it is refused, unless the query itself allows it. The default.
    #[default]
    Deny,
    /// `"warn"`: it runs, and a warning is logged.
    Warn,
    /// `"allow"`: it runs.
    Allow,
}

/// How a table is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Billing {
    /// `"on-demand"`: by the request. The default.
    #[default]
    OnDemand,
    /// `"provisioned"`: by the hour, for `read_capacity` and `write_capacity`.
    Provisioned,
}

impl Default for DynamodbConfig {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: None,
            table_prefix: String::new(),
            access_key_id: None,
            secret_access_key: None,
            session_token: None,
            profile: None,
            scans: Scans::default(),
            consistent_reads: true,
            retry_budget: Duration::from_secs(10),
            request_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            billing: Billing::default(),
            read_capacity: 5,
            write_capacity: 5,
        }
    }
}

impl DynamodbConfig {
    /// Sets [`endpoint`](Self::endpoint).
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets [`region`](Self::region).
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets [`table_prefix`](Self::table_prefix).
    #[must_use]
    pub fn with_table_prefix(mut self, table_prefix: impl Into<String>) -> Self {
        self.table_prefix = table_prefix.into();
        self
    }

    /// Sets [`access_key_id`](Self::access_key_id) and [`secret_access_key`](Self::secret_access_key).
    #[must_use]
    pub fn with_access_key(mut self, id: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.access_key_id = Some(id.into());
        self.secret_access_key = Some(secret.into());
        self
    }

    /// Sets [`session_token`](Self::session_token).
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<Secret>) -> Self {
        self.session_token = Some(session_token.into());
        self
    }

    /// Sets [`profile`](Self::profile).
    #[must_use]
    pub fn with_profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets [`scans`](Self::scans).
    #[must_use]
    pub fn with_scans(mut self, scans: Scans) -> Self {
        self.scans = scans;
        self
    }

    /// Sets [`consistent_reads`](Self::consistent_reads).
    #[must_use]
    pub fn with_consistent_reads(mut self, consistent_reads: bool) -> Self {
        self.consistent_reads = consistent_reads;
        self
    }

    /// Sets [`retry_budget`](Self::retry_budget).
    #[must_use]
    pub fn with_retry_budget(mut self, retry_budget: Duration) -> Self {
        self.retry_budget = retry_budget;
        self
    }

    /// Sets [`request_timeout`](Self::request_timeout).
    #[must_use]
    pub fn with_request_timeout(mut self, request_timeout: Duration) -> Self {
        self.request_timeout = request_timeout;
        self
    }

    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Sets [`billing`](Self::billing).
    #[must_use]
    pub fn with_billing(mut self, billing: Billing) -> Self {
        self.billing = billing;
        self
    }

    /// Sets [`read_capacity`](Self::read_capacity).
    #[must_use]
    pub fn with_read_capacity(mut self, units: u32) -> Self {
        self.read_capacity = units;
        self
    }

    /// Sets [`write_capacity`](Self::write_capacity).
    #[must_use]
    pub fn with_write_capacity(mut self, units: u32) -> Self {
        self.write_capacity = units;
        self
    }
}
