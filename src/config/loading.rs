//! `[loading]`: how associations are fetched.
//!
//! Promises: a batch stays below the number of values that a statement may bind. Must not know how they are stitched.

use super::error::ConfigError;
use super::limits::Limits;
use super::reader::Reader;

// SQLite binds at most 32766 values in one statement (SQLITE_MAX_VARIABLE_NUMBER); the rest is for the query's own. DynamoDB's
// limit of queries for one statement, `MOST_QUERIES`, is as high, so that no batch of an include is refused there.
const BATCH: Limits = Limits::count("loading.batch", 1, 30_000);

/// `[loading]`.
///
/// ```
/// use toasty::config::LoadingConfig;
///
/// assert_eq!(LoadingConfig::default().with_batch(500).batch, 500);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadingConfig {
    /// `batch`: how many parents one statement loads an association for, 1 to 30 000. Default: 10 000.
    pub batch: usize,
}

impl Default for LoadingConfig {
    fn default() -> Self {
        Self { batch: 10_000 }
    }
}

impl LoadingConfig {
    /// Sets [`batch`](Self::batch).
    #[must_use]
    pub fn with_batch(mut self, batch: usize) -> Self {
        self.batch = batch;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.batch = reader.count(&BATCH)?.unwrap_or(self.batch);
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        BATCH.check(self.batch)
    }
}
