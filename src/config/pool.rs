//! `[pool]`: the connections.
//!
//! Promises: what holds for the pool of every backend. Must not know a backend.

use std::time::Duration;

use super::error::ConfigError;
use super::limits::Limits;
use super::reader::Reader;

const ACQUIRE_TIMEOUT: Limits = Limits::duration("pool.acquire_timeout", 1, 3_600_000);

/// `[pool]`.
///
/// ```
/// use std::time::Duration;
/// use toasty::config::PoolConfig;
///
/// let pool = PoolConfig::default().with_acquire_timeout(Duration::from_millis(500));
/// assert_eq!(pool.acquire_timeout.as_millis(), 500);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolConfig {
    /// `acquire_timeout`: how long to wait for a free connection, 1 millisecond to 1 hour. Default: 5 seconds.
    pub acquire_timeout: Duration,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

impl PoolConfig {
    /// Sets [`acquire_timeout`](Self::acquire_timeout).
    #[must_use]
    pub fn with_acquire_timeout(mut self, acquire_timeout: Duration) -> Self {
        self.acquire_timeout = acquire_timeout;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.acquire_timeout = reader
            .duration(&ACQUIRE_TIMEOUT)?
            .unwrap_or(self.acquire_timeout);
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ACQUIRE_TIMEOUT.check(self.acquire_timeout.as_millis())
    }
}
