//! `[cache]`: what is kept so that it need not be made again.
//!
//! Promises: every cache has a bound. Must not know what a plan or a prepared statement is made of.

use super::error::ConfigError;
use super::limits::Limits;
use super::reader::Reader;

const PLANS: Limits = Limits::count("cache.plans", 1, 1_000_000);
const STATEMENTS: Limits = Limits::count("cache.statements", 1, 1_000_000);

/// `[cache]`.
///
/// ```
/// use toasty::config::CacheConfig;
///
/// assert_eq!(CacheConfig::default().with_plans(64).plans, 64);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheConfig {
    /// `plans`: how many statement shapes are kept rendered, 1 to 1 000 000. Default: 256.
    pub plans: usize,
    /// `statements`: how many prepared statements each connection keeps, 1 to 1 000 000. Default: 256.
    pub statements: usize,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            plans: 256,
            statements: 256,
        }
    }
}

impl CacheConfig {
    /// Sets [`plans`](Self::plans).
    #[must_use]
    pub fn with_plans(mut self, plans: usize) -> Self {
        self.plans = plans;
        self
    }

    /// Sets [`statements`](Self::statements).
    #[must_use]
    pub fn with_statements(mut self, statements: usize) -> Self {
        self.statements = statements;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.plans = reader.count(&PLANS)?.unwrap_or(self.plans);
        self.statements = reader.count(&STATEMENTS)?.unwrap_or(self.statements);
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        PLANS.check(self.plans)?;
        STATEMENTS.check(self.statements)
    }
}
