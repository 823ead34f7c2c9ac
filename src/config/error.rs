//! The one error of this module.
//!
//! Promises: `Display` is the full picture for a person, without a secret that stands in the file; `Debug` holds neither
//! a value nor a line of the file, because `Debug` ends up in logs. Must not know how the problem was found.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::picture::{self, Place};
use super::source::Source;

/// What is wrong with a configuration, and where.
///
/// `Display` shows the file, the line with a caret under the key or value, and what to write instead.
///
/// ```
/// use toasty::config::{Config, Environment};
///
/// let error = Config::parse("[cache]\nplan = 64\n", &Environment::empty()).unwrap_err();
/// assert_eq!((error.line(), error.column()), (Some(2), Some(1)));
/// assert_eq!(
///     error.to_string(),
///     "error: unknown key `plan` in `[cache]`
///   --> <text>:2:1
///    |
///  2 | plan = 64
///    | ^^^^
///    = help: did you mean `plans`?"
/// );
/// ```
#[derive(Clone)]
pub struct ConfigError {
    // Boxed, so that a `Result` of a small value stays small.
    content: Box<Content>,
}

#[derive(Clone)]
struct Content {
    kind: ConfigErrorKind,
    message: String,
    help: Option<String>,
    key: Option<&'static str>,
    origin: Origin,
}

/// Where the problem is.
#[derive(Clone)]
enum Origin {
    Text { path: Option<PathBuf>, place: Place },
    File(PathBuf),
    Variable(&'static str),
    Code,
}

/// The kinds of [`ConfigError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The text is not TOML, or sets a key twice.
    Syntax,
    /// No key has this name.
    UnknownKey,
    /// No section has this name.
    UnknownSection,
    /// `TOASTY_PROFILE` names a profile that the file does not have.
    UnknownProfile,
    /// A number where a text is needed, or the like.
    WrongType,
    /// The type is right, the value is not.
    BadValue,
    /// A number, duration or size outside its limits.
    OutOfRange,
    /// A reference `${VAR}` or `{ env = "VAR" }` whose variable is not set, is not Unicode, or is not well formed.
    BadReference,
    /// A password, a key or a token stands in the file, which does not say that it may.
    InlineSecret,
    /// The backend exists, but this build does not have it.
    BackendNotCompiled,
    /// The file, or that of a secret, is not there, cannot be read, or is not UTF-8.
    Unreadable,
}

impl ConfigError {
    pub(super) fn in_text(
        kind: ConfigErrorKind,
        source: &Source<'_>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let origin = Origin::Text {
            path: source.path.map(Path::to_path_buf),
            place: Place::new(source, span),
        };
        Self::new(kind, origin, message)
    }

    pub(super) fn in_file(path: &Path, message: impl Into<String>) -> Self {
        Self::new(
            ConfigErrorKind::Unreadable,
            Origin::File(path.to_path_buf()),
            message,
        )
    }

    pub(super) fn in_variable(
        kind: ConfigErrorKind,
        variable: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(kind, Origin::Variable(variable), message)
    }

    pub(super) fn in_code(
        kind: ConfigErrorKind,
        key: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(kind, Origin::Code, message).with_key(key)
    }

    fn new(kind: ConfigErrorKind, origin: Origin, message: impl Into<String>) -> Self {
        let message = picture::printable(&message.into());
        Self {
            content: Box::new(Content {
                kind,
                message,
                help: None,
                key: None,
                origin,
            }),
        }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.content.help = Some(picture::printable(&help.into()));
        self
    }

    pub(super) fn with_key(mut self, key: &'static str) -> Self {
        self.content.key = Some(key);
        self
    }

    /// The kind of problem, to branch on.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.content.kind
    }

    /// What is wrong, in one line and without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.content.message
    }

    /// What to write instead: the nearest valid name, or else all that are allowed.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.content.help.as_deref()
    }

    /// The full name of the key, such as `backends.sqlite.readers`, if the problem is the value of a known one.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        self.content.key
    }

    /// The file, unless the text was given or the configuration was built in code.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.content.origin {
            Origin::Text { path, .. } => path.as_deref(),
            Origin::File(path) => Some(path),
            Origin::Variable(_) | Origin::Code => None,
        }
    }

    /// The line in the text, from 1; `None` if the problem is not in the text.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place().map(|place| place.line)
    }

    /// The column in the line, in characters from 1; `None` if the problem is not in the text.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.place().map(|place| place.column)
    }

    fn place(&self) -> Option<&Place> {
        match &self.content.origin {
            Origin::Text { place, .. } => Some(place),
            Origin::File(_) | Origin::Variable(_) | Origin::Code => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.content.message)?;
        let margin = match &self.content.origin {
            Origin::Text { path, place } => {
                let name = path
                    .as_ref()
                    .map_or_else(|| "<text>".into(), |path| path.to_string_lossy());
                place.draw(formatter, &picture::printable(&name))?
            }
            Origin::File(path) => {
                write!(
                    formatter,
                    "\n  --> {}",
                    picture::printable(&path.to_string_lossy())
                )?;
                1
            }
            Origin::Variable(name) => {
                write!(formatter, "\n  --> environment variable {name}")?;
                1
            }
            Origin::Code => {
                write!(formatter, "\n  --> a configuration built in code")?;
                1
            }
        };
        if let Some(help) = &self.content.help {
            write!(formatter, "\n {:margin$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigError")
            .field("kind", &self.kind())
            .field("key", &self.key())
            .field("path", &self.path())
            .field("line", &self.line())
            .field("column", &self.column())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ConfigError {}
