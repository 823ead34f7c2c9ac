//! `[pool]`: the connections, and how often a transaction is tried again.
//!
//! Promises: every wait for a connection has an end. Must not know a backend.
//!
//! What may surprise: only `acquire_timeout`, `leak_report` and `retries` mean something to SQLite, which has one
//! connection that writes and `backends.sqlite.readers` that read; and DynamoDB has no connections to keep at all.

use std::time::Duration;

use super::error::{ConfigError, ConfigErrorKind};
use super::limits::Limits;
use super::reader::Reader;

const MAX: Limits = Limits::count("pool.max", 1, 10_000);
const MIN_IDLE: Limits = Limits::count("pool.min_idle", 0, 10_000);
const ACQUIRE_TIMEOUT: Limits = Limits::duration("pool.acquire_timeout", 1, 3_600_000);
const IDLE_TIMEOUT: Limits = Limits::duration("pool.idle_timeout", 1, 86_400_000);
const MAX_LIFETIME: Limits = Limits::duration("pool.max_lifetime", 1, 86_400_000);
const WARM_UP: &str = "pool.warm_up";
const LEAK_REPORT: Limits = Limits::duration("pool.leak_report", 1, 86_400_000);
const RETRIES: Limits = Limits::count("pool.retries", 0, 100);

/// `[pool]`.
///
/// ```
/// use std::time::Duration;
/// use toasty::config::PoolConfig;
///
/// let pool = PoolConfig::default().with_max(20).with_acquire_timeout(Duration::from_millis(500));
/// assert_eq!((pool.max, pool.acquire_timeout.as_millis()), (20, 500));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolConfig {
    /// `max`: how many connections there are at most, 1 to 10 000. Not for SQLite, which has one that writes and
    /// [`readers`](super::SqliteConfig::readers), nor for DynamoDB, which has none. Default: 10.
    pub max: usize,
    /// `min_idle`: how many connections that nobody uses are kept open, 0 to `max`. Not for SQLite and DynamoDB.
    /// Default: 0.
    pub min_idle: usize,
    /// `acquire_timeout`: how long to wait for a free connection, 1 millisecond to 1 hour. Default: 5 seconds.
    pub acquire_timeout: Duration,
    /// `idle_timeout`: a connection that nobody uses for so long is closed, 1 millisecond to 24 hours; `None`, written
    /// `"off"`: it stays. Not for SQLite and DynamoDB. Default: 10 minutes.
    pub idle_timeout: Option<Duration>,
    /// `max_lifetime`: a connection that is so old is closed when it comes back, 1 millisecond to 24 hours; `None`,
    /// written `"off"`: it stays. Not for SQLite and DynamoDB. Default: 30 minutes.
    pub max_lifetime: Option<Duration>,
    /// `warm_up`: whether connecting opens all `min_idle` connections. One it opens in any case, so that a wrong address
    /// or password shows at once. Not for SQLite and DynamoDB. Default: no.
    pub warm_up: bool,
    /// `leak_report`: a connection that is held for so long is logged with the place that took it, 1 millisecond to 24
    /// hours; `None`, written `"off"`: none is. Default: 1 minute.
    pub leak_report: Option<Duration>,
    /// `retries`: how often a transaction that is given as a closure is tried again after a conflict, 0 to 100.
    /// Default: 5.
    pub retries: u32,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            max: 10,
            min_idle: 0,
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Some(Duration::from_secs(600)),
            max_lifetime: Some(Duration::from_secs(1800)),
            warm_up: false,
            leak_report: Some(Duration::from_secs(60)),
            retries: 5,
        }
    }
}

impl PoolConfig {
    /// Sets [`max`](Self::max).
    #[must_use]
    pub fn with_max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Sets [`min_idle`](Self::min_idle).
    #[must_use]
    pub fn with_min_idle(mut self, min_idle: usize) -> Self {
        self.min_idle = min_idle;
        self
    }

    /// Sets [`acquire_timeout`](Self::acquire_timeout).
    #[must_use]
    pub fn with_acquire_timeout(mut self, acquire_timeout: Duration) -> Self {
        self.acquire_timeout = acquire_timeout;
        self
    }

    /// Sets [`idle_timeout`](Self::idle_timeout).
    #[must_use]
    pub fn with_idle_timeout(mut self, idle_timeout: Option<Duration>) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Sets [`max_lifetime`](Self::max_lifetime).
    #[must_use]
    pub fn with_max_lifetime(mut self, max_lifetime: Option<Duration>) -> Self {
        self.max_lifetime = max_lifetime;
        self
    }

    /// Sets [`warm_up`](Self::warm_up).
    #[must_use]
    pub fn with_warm_up(mut self, warm_up: bool) -> Self {
        self.warm_up = warm_up;
        self
    }

    /// Sets [`leak_report`](Self::leak_report).
    #[must_use]
    pub fn with_leak_report(mut self, leak_report: Option<Duration>) -> Self {
        self.leak_report = leak_report;
        self
    }

    /// Sets [`retries`](Self::retries).
    #[must_use]
    pub fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.max = reader.count(&MAX)?.unwrap_or(self.max);
        self.min_idle = reader.count(&MIN_IDLE)?.unwrap_or(self.min_idle);
        self.acquire_timeout = reader
            .duration(&ACQUIRE_TIMEOUT)?
            .unwrap_or(self.acquire_timeout);
        self.idle_timeout = reader
            .duration_or_off(&IDLE_TIMEOUT)?
            .unwrap_or(self.idle_timeout);
        self.max_lifetime = reader
            .duration_or_off(&MAX_LIFETIME)?
            .unwrap_or(self.max_lifetime);
        self.warm_up = reader.boolean(WARM_UP)?.unwrap_or(self.warm_up);
        self.leak_report = reader
            .duration_or_off(&LEAK_REPORT)?
            .unwrap_or(self.leak_report);
        self.retries = reader.count(&RETRIES)?.unwrap_or(self.retries);
        if self.min_idle > self.max && reader.knows_all(&[MAX.key, MIN_IDLE.key]) {
            return Err(self.too_many_idle(|kind, message| {
                reader.at_first(&[MIN_IDLE.key, MAX.key], kind, message)
            }));
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        MAX.check(self.max)?;
        MIN_IDLE.check(self.min_idle)?;
        ACQUIRE_TIMEOUT.check(self.acquire_timeout.as_millis())?;
        IDLE_TIMEOUT.check_unless_off(self.idle_timeout)?;
        MAX_LIFETIME.check_unless_off(self.max_lifetime)?;
        LEAK_REPORT.check_unless_off(self.leak_report)?;
        RETRIES.check(self.retries)?;
        if self.min_idle > self.max {
            return Err(self
                .too_many_idle(|kind, message| ConfigError::in_code(kind, MIN_IDLE.key, message)));
        }
        Ok(())
    }

    /// Neither number is shown: it may have come from a variable.
    fn too_many_idle(
        &self,
        at: impl FnOnce(ConfigErrorKind, String) -> ConfigError,
    ) -> ConfigError {
        at(
            ConfigErrorKind::OutOfRange,
            "`min_idle` is larger than `max`".to_owned(),
        )
        .with_help("keep no more connections than there may be: allowed: 0 to `max`")
    }
}
