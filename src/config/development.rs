//! `[development]`: what is looked at while a program is being written.
//!
//! Promises: the default looks at nothing and costs nothing. Must not know how a full scan is found.

use super::error::ConfigError;
use super::reader::Reader;

const FULL_SCANS: &str = "development.full_scans";

/// `[development]`.
///
/// ```
/// use toasty::Config;
/// use toasty::config::{DevelopmentConfig, FullScans};
///
/// let development = DevelopmentConfig::default().with_full_scans(FullScans::Warn);
/// let config = Config::sqlite_in_memory().with_development(development);
/// assert!(config.check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DevelopmentConfig {
    /// `full_scans`: what becomes of a statement whose condition no index serves, so that a whole table is read for it.
    /// Each shape of a statement is explained once, by a request of its own. Default: nobody looks.
    pub full_scans: FullScans,
}

/// What becomes of a statement whose condition no index serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FullScans {
    /// `"off"`: nobody looks. The default.
    #[default]
    Off,
    /// `"warn"`: it runs, and a warning is logged, once for each shape.
    Warn,
    /// `"error"`: it is an error, and does not run.
    Error,
}

impl DevelopmentConfig {
    /// Sets [`full_scans`](Self::full_scans).
    #[must_use]
    pub fn with_full_scans(mut self, full_scans: FullScans) -> Self {
        self.full_scans = full_scans;
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        let choices = [
            ("off", FullScans::Off),
            ("warn", FullScans::Warn),
            ("error", FullScans::Error),
        ];
        self.full_scans = reader
            .choice(FULL_SCANS, &choices)?
            .unwrap_or(self.full_scans);
        Ok(())
    }
}
