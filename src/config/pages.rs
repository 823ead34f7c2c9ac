//! `[pages]`: what the cursors of pages are signed with.
//!
//! Promises: a key that could be guessed is refused. Must not know how cursors are made.

use super::error::{ConfigError, ConfigErrorKind};
use super::reader::Reader;
use super::secret::Secret;

const KEY: &str = "pages.key";
const ALLOW_INLINE_SECRET: &str = "pages.allow_inline_secret";

/// A hash of 32 bytes is not harder to forge by a longer key, and is easier by a shorter one (RFC 2104, section 3).
const SHORTEST: usize = 32;
const WAY: &str = "make one by `openssl rand -base64 32`";

/// `[pages]`.
///
/// ```
/// use toasty::Config;
/// use toasty::config::{PagesConfig, Secret};
///
/// let key = Secret::from("0123456789abcdef0123456789abcdef");
/// let config = Config::sqlite_in_memory().with_pages(PagesConfig::default().with_key(key));
/// assert!(config.check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagesConfig {
    /// `key`: what the cursors of pages are signed with, 32 bytes or more. All processes that read each other's cursors have
    /// the same. Default: `None`, they are not signed, so that clients can make their own.
    pub key: Option<Secret>,
}

impl PagesConfig {
    /// Sets [`key`](Self::key).
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.key = Some(key.into());
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        let inline = reader.inline(ALLOW_INLINE_SECRET)?;
        self.key = reader.secret(KEY, inline)?;
        if self.key.as_ref().is_some_and(is_short) {
            return Err(reader
                .at_value(KEY, ConfigErrorKind::BadValue, too_short())
                .with_help(WAY));
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(key) = &self.key else { return Ok(()) };
        key.check(KEY)?;
        if is_short(key) {
            return Err(
                ConfigError::in_code(ConfigErrorKind::BadValue, KEY, too_short()).with_help(WAY),
            );
        }
        Ok(())
    }
}

fn is_short(key: &Secret) -> bool {
    key.expose().len() < SHORTEST
}

/// Not how long it is: that would be a part of it.
fn too_short() -> String {
    format!("`key` is shorter than {SHORTEST} bytes")
}
