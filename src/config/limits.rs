//! The limits of the keys that hold a quantity.
//!
//! Promises: a file and a configuration built in code are held to the same limits, from one constant per key. Must not
//! know how a value is read.

use std::time::Duration;

use super::error::{ConfigError, ConfigErrorKind};
use super::scale::{DURATION, SIZE, Scale};

/// What is allowed for one key: a plain count, or a quantity on a scale.
pub(super) struct Limits {
    pub(super) key: &'static str,
    least: u64,
    most: u64,
    pub(super) scale: Option<&'static Scale>,
}

impl Limits {
    pub(super) const fn count(key: &'static str, least: u64, most: u64) -> Self {
        Self {
            key,
            least,
            most,
            scale: None,
        }
    }

    /// Both limits in milliseconds.
    pub(super) const fn duration(key: &'static str, least: u64, most: u64) -> Self {
        Self {
            key,
            least,
            most,
            scale: Some(&DURATION),
        }
    }

    /// Both limits in bytes.
    pub(super) const fn size(key: &'static str, least: u64, most: u64) -> Self {
        Self {
            key,
            least,
            most,
            scale: Some(&SIZE),
        }
    }

    pub(super) fn allow(&self, quantity: u64) -> bool {
        (self.least..=self.most).contains(&quantity)
    }

    /// The allowed range, for a message.
    pub(super) fn range(&self) -> String {
        match self.scale {
            None => format!("{} to {}", self.least, self.most),
            Some(scale) => format!(
                "\"{}\" to \"{}\"",
                scale.show(self.least),
                scale.show(self.most)
            ),
        }
    }

    /// Checks a value that was set in code.
    pub(super) fn check(&self, quantity: impl TryInto<u64>) -> Result<(), ConfigError> {
        // What does not fit is larger than any limit.
        if self.allow(quantity.try_into().unwrap_or(u64::MAX)) {
            return Ok(());
        }
        let message = format!("`{}` is out of range", self.key);
        Err(
            ConfigError::in_code(ConfigErrorKind::OutOfRange, self.key, message)
                .with_help(format!("allowed: {}", self.range())),
        )
    }

    /// Checks a duration that was set in code and may be off.
    pub(super) fn check_unless_off(&self, duration: Option<Duration>) -> Result<(), ConfigError> {
        duration.map_or(Ok(()), |duration| self.check(duration.as_millis()))
    }
}
