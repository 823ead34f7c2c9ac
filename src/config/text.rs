//! Reads texts that are more than a choice: names, and paths of files.
//!
//! Promises: what is refused tells why. Must not know any key.

use std::path::PathBuf;

use super::error::{ConfigError, ConfigErrorKind};
use super::reader::Reader;

/// PostgreSQL's own limit of a name, NAMEDATALEN - 1: it would cut a longer one.
const LONGEST_NAME: usize = 63;

impl Reader<'_> {
    /// A text that a check finds no fault with.
    pub(super) fn checked(
        &self,
        key: &'static str,
        example: &str,
        fault: impl FnOnce(&str) -> Option<&'static str>,
    ) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.text(key, &format!("a text in quotes, such as \"{example}\""))?
        else {
            return Ok(None);
        };
        match fault(&text.content) {
            None => Ok(Some(text.content)),
            Some(why) => Err(self
                .refuse(key, ConfigErrorKind::BadValue, &text.shown())
                .with_help(format!("{why}; such as \"{example}\""))),
        }
    }

    /// The path of a file.
    pub(super) fn path(
        &self,
        key: &'static str,
        example: &str,
    ) -> Result<Option<PathBuf>, ConfigError> {
        Ok(self.checked(key, example, path_fault)?.map(PathBuf::from))
    }
}

/// Why a text is not the path of a file, if it is none.
pub(super) fn path_fault(path: &str) -> Option<&'static str> {
    if path.trim().is_empty() {
        Some("a path is not empty")
    } else if path.contains('\0') {
        Some("a path holds no NUL character")
    } else if path.starts_with("~/") {
        Some("`~` is not expanded: write `${HOME}`")
    } else {
        None
    }
}

/// Why a text is not the name of something in PostgreSQL, if it is none.
pub(super) fn name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a name is not empty")
    } else if name.contains('\0') {
        Some("a name holds no NUL character")
    } else if name.len() > LONGEST_NAME {
        Some("a name has 63 bytes at most")
    } else {
        None
    }
}

/// Why a text is not a word of printable ASCII, if it is none.
pub(super) fn word_fault(word: &str) -> Option<&'static str> {
    if word.is_empty() {
        Some("it is not empty")
    } else if word.bytes().all(|byte| byte.is_ascii_graphic()) {
        None
    } else {
        Some("it is made of letters, digits and signs, without blanks")
    }
}
