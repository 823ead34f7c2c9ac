//! A password, a key or a token: where it may stand, and that it does not show.
//!
//! Promises: a secret has no `Display`, and its `Debug` shows nothing of it, not even its length; one that stands in
//! the file is refused unless the file says that it may. Must not know which backend uses it.
//!
//! What may surprise: a secret is read from its variable or file only for the backend that is chosen. A program that
//! runs on SQLite needs no password of PostgreSQL.

use std::fmt;

/// A password, a key or a token. It is given to the backend and shown nowhere.
///
/// ```
/// use toasty::config::Secret;
///
/// let password = Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret(***)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    content: String,
}

impl Secret {
    /// The content, for the one call that needs it.
    #[allow(dead_code, reason = "a build with no backend that takes a secret")]
    pub(crate) fn expose(&self) -> &str {
        &self.content
    }
}

impl From<String> for Secret {
    fn from(content: String) -> Self {
        Self { content }
    }
}

impl From<&str> for Secret {
    fn from(content: &str) -> Self {
        Self::from(content.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(***)")
    }
}
