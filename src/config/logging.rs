//! `[logging]`: what the log shows of a statement.
//!
//! Promises: the default shows no value. Must not know where the log goes.

use std::time::Duration;

use super::error::ConfigError;
use super::limits::Limits;
use super::reader::Reader;

const PARAMETERS: &str = "logging.parameters";
const SLOW_QUERY: Limits = Limits::duration("logging.slow_query", 0, 3_600_000);

/// `[logging]`.
///
/// ```
/// use toasty::config::LoggingConfig;
///
/// assert!(!LoggingConfig::default().parameters);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggingConfig {
    /// `parameters`: whether the log shows the values that are bound to a statement. They may be personal data or
    /// secrets. Default: no.
    pub parameters: bool,
    /// `slow_query`: a statement that takes at least this long is logged as slow, 0 to 1 hour; `None`, written
    /// `"off"`: none is. Default: 1 second.
    pub slow_query: Option<Duration>,
}

impl Default for LoggingConfig {
    fn default() -> Self {
        Self {
            parameters: false,
            slow_query: Some(Duration::from_secs(1)),
        }
    }
}

impl LoggingConfig {
    /// Sets [`parameters`](Self::parameters).
    #[must_use]
    pub fn with_parameters(mut self, parameters: bool) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets [`slow_query`](Self::slow_query).
    #[must_use]
    pub fn with_slow_query(mut self, slow_query: Option<Duration>) -> Self {
        self.slow_query = slow_query;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        self.parameters = reader.boolean(PARAMETERS)?.unwrap_or(self.parameters);
        self.slow_query = reader
            .duration_or_off(&SLOW_QUERY)?
            .unwrap_or(self.slow_query);
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        SLOW_QUERY.check_unless_off(self.slow_query)
    }
}
