//! `[backends.dynamodb]`: Amazon DynamoDB.
//!
//! Promises: without a word in the file no table is scanned and every read is consistent; a request goes over plain
//! HTTP to this machine only. Must not know the SDK.

use std::time::Duration;

use super::authority::{Authority, host_fault, is_loopback};
use super::error::{ConfigError, ConfigErrorKind};
use super::limits::Limits;
use super::reader::Reader;
use super::secret::Secret;
use super::text::word_fault;

const ENDPOINT: &str = "backends.dynamodb.endpoint";
const REGION: &str = "backends.dynamodb.region";
const TABLE_PREFIX: &str = "backends.dynamodb.table_prefix";
const ACCESS_KEY_ID: &str = "backends.dynamodb.access_key_id";
const SECRET_ACCESS_KEY: &str = "backends.dynamodb.secret_access_key";
const SESSION_TOKEN: &str = "backends.dynamodb.session_token";
const ALLOW_INLINE_SECRET: &str = "backends.dynamodb.allow_inline_secret";
const PROFILE: &str = "backends.dynamodb.profile";
const SCANS: &str = "backends.dynamodb.scans";
const CONSISTENT_READS: &str = "backends.dynamodb.consistent_reads";
const RETRY_BUDGET: Limits = Limits::duration("backends.dynamodb.retry_budget", 0, 3_600_000);
const REQUEST_TIMEOUT: Limits = Limits::duration("backends.dynamodb.request_timeout", 1, 3_600_000);
const CONNECT_TIMEOUT: Limits = Limits::duration("backends.dynamodb.connect_timeout", 1, 3_600_000);
const BILLING: &str = "backends.dynamodb.billing";
// "Service, account, and table quotas": 40,000 units of each for a table.
const READ_CAPACITY: Limits = Limits::count("backends.dynamodb.read_capacity", 1, 40_000);
const WRITE_CAPACITY: Limits = Limits::count("backends.dynamodb.write_capacity", 1, 40_000);

/// A table's name has 255 characters at most ("Naming rules"); the rest is for the model's own name.
const LONGEST_PREFIX: usize = 100;

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

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.endpoint = reader.checked(ENDPOINT, "http://localhost:8000", endpoint_fault)?;
        self.region = reader.checked(REGION, "eu-central-1", region_fault)?;
        self.table_prefix = reader
            .checked(TABLE_PREFIX, "shop_", prefix_fault)?
            .unwrap_or_default();
        let inline = reader.inline(ALLOW_INLINE_SECRET)?;
        self.access_key_id = reader.secret(ACCESS_KEY_ID, inline)?;
        self.secret_access_key = reader.secret(SECRET_ACCESS_KEY, inline)?;
        self.session_token = reader.secret(SESSION_TOKEN, inline)?;
        self.profile = reader.checked(PROFILE, "default", word_fault)?;
        let scans = [
            ("deny", Scans::Deny),
            ("warn", Scans::Warn),
            ("allow", Scans::Allow),
        ];
        self.scans = reader.choice(SCANS, &scans)?.unwrap_or(self.scans);
        self.consistent_reads = reader
            .boolean(CONSISTENT_READS)?
            .unwrap_or(self.consistent_reads);
        self.retry_budget = reader.duration(&RETRY_BUDGET)?.unwrap_or(self.retry_budget);
        self.request_timeout = reader
            .duration(&REQUEST_TIMEOUT)?
            .unwrap_or(self.request_timeout);
        self.connect_timeout = reader
            .duration(&CONNECT_TIMEOUT)?
            .unwrap_or(self.connect_timeout);
        let ways = [
            ("on-demand", Billing::OnDemand),
            ("provisioned", Billing::Provisioned),
        ];
        self.billing = reader.choice(BILLING, &ways)?.unwrap_or(self.billing);
        self.read_capacity = reader.count(&READ_CAPACITY)?.unwrap_or(self.read_capacity);
        self.write_capacity = reader
            .count(&WRITE_CAPACITY)?
            .unwrap_or(self.write_capacity);
        // Where the keys are is enough to hold them against each other: what they hold may not be known here.
        if reader.is_whole()
            && let Some((key, message, help)) = conflict(|key| reader.is_set(key))
        {
            return Err(reader
                .at_value(key, ConfigErrorKind::BadValue, message.to_owned())
                .with_help(help));
        }
        Ok(())
    }

    /// Checks each setting by itself.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let faults = [
            (ENDPOINT, self.endpoint.as_deref().and_then(endpoint_fault)),
            (REGION, self.region.as_deref().and_then(region_fault)),
            (TABLE_PREFIX, prefix_fault(&self.table_prefix)),
            (PROFILE, self.profile.as_deref().and_then(word_fault)),
        ];
        for (key, fault) in faults {
            if let Some(why) = fault {
                let message = format!("`{key}` cannot be used");
                return Err(
                    ConfigError::in_code(ConfigErrorKind::BadValue, key, message).with_help(why),
                );
            }
        }
        for (key, secret) in self.secrets() {
            if let Some(secret) = secret {
                secret.check(key)?;
            }
        }
        RETRY_BUDGET.check(self.retry_budget.as_millis())?;
        REQUEST_TIMEOUT.check(self.request_timeout.as_millis())?;
        CONNECT_TIMEOUT.check(self.connect_timeout.as_millis())?;
        READ_CAPACITY.check(self.read_capacity)?;
        WRITE_CAPACITY.check(self.write_capacity)
    }

    /// Holds the settings against each other.
    pub(super) fn check_together(&self) -> Result<(), ConfigError> {
        let is_set = |key: &str| match key {
            PROFILE => self.profile.is_some(),
            key => self
                .secrets()
                .iter()
                .any(|(name, secret)| *name == key && secret.is_some()),
        };
        match conflict(is_set) {
            None => Ok(()),
            Some((key, message, help)) => {
                let error = ConfigError::in_code(ConfigErrorKind::BadValue, key, message);
                Err(error.with_help(help))
            }
        }
    }

    fn secrets(&self) -> [(&'static str, Option<&Secret>); 3] {
        [
            (ACCESS_KEY_ID, self.access_key_id.as_ref()),
            (SECRET_ACCESS_KEY, self.secret_access_key.as_ref()),
            (SESSION_TOKEN, self.session_token.as_ref()),
        ]
    }
}

/// Two settings that do not go together: the key at fault, what is wrong, and what to do.
fn conflict(is_set: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str, &'static str)> {
    const BOTH: &str =
        "write both, or none of them and leave it to the environment of the AWS tools";
    match (is_set(ACCESS_KEY_ID), is_set(SECRET_ACCESS_KEY)) {
        (true, false) => Some((
            ACCESS_KEY_ID,
            "`access_key_id` stands without `secret_access_key`",
            BOTH,
        )),
        (false, true) => Some((
            SECRET_ACCESS_KEY,
            "`secret_access_key` stands without `access_key_id`",
            BOTH,
        )),
        (false, false) if is_set(SESSION_TOKEN) => Some((
            SESSION_TOKEN,
            "`session_token` stands without `access_key_id` and `secret_access_key`",
            "a token belongs to a temporary key: write all three",
        )),
        (true, true) if is_set(PROFILE) => Some((
            PROFILE,
            "`profile` says where the keys are, and so does `access_key_id`",
            "write the one or the other",
        )),
        (true, true) | (false, false) => None,
    }
}

/// Why a text is not the URL of the service, if it is none.
fn endpoint_fault(endpoint: &str) -> Option<&'static str> {
    const FORM: &str = "an endpoint is a URL with `https://` and a host";
    let (is_plain, rest) = match (
        endpoint.strip_prefix("http://"),
        endpoint.strip_prefix("https://"),
    ) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Some(FORM),
    };
    if rest.contains('@') {
        return Some("an endpoint holds no user and password");
    }
    if rest.contains(['?', '#']) || rest.contains(char::is_whitespace) {
        return Some(FORM);
    }
    let authority = rest
        .split_once('/')
        .map_or(rest, |(authority, _)| authority);
    match Authority::parse(authority) {
        Err(why) => Some(why),
        Ok(authority) => match host_fault(authority.host) {
            Some(_) => Some(FORM),
            None if is_plain && !is_loopback(authority.host) => {
                Some("plain `http://` goes to this machine only: write `https://`")
            }
            None => None,
        },
    }
}

fn region_fault(region: &str) -> Option<&'static str> {
    let is_right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    // It becomes a part of the host's name, so nothing else may be in it.
    if !region.is_empty() && region.len() <= 63 && region.bytes().all(is_right) {
        None
    } else {
        Some("a region is made of small letters, digits and `-`")
    }
}

fn prefix_fault(prefix: &str) -> Option<&'static str> {
    let is_right = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if !prefix.bytes().all(is_right) {
        Some("a table's name is made of letters, digits, `_`, `-` and `.`")
    } else if prefix.len() > LONGEST_PREFIX {
        Some("a prefix has 100 characters at most")
    } else {
        None
    }
}
