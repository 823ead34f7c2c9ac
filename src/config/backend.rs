//! The key `backend`: which database to use.
//!
//! Promises: a backend that exists but is not in this build is told apart from a name that no backend has. Must not
//! know how a backend works.

use std::fmt;

use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind};
use super::reader::Reader;
use super::suggest::{list, nearest};

const KEY: &str = "backend";
const VARIABLE: &str = "TOASTY_BACKEND";

/// A backend. Which of them this build has is a matter of its cargo features.
///
/// ```
/// assert_eq!(toasty::config::BackendName::default().to_string(), "sqlite");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackendName {
    /// `"sqlite"`: the embedded database. The default.
    #[default]
    Sqlite,
    /// `"postgresql"`: a PostgreSQL server.
    PostgreSql,
    /// `"dynamodb"`: Amazon DynamoDB.
    DynamoDb,
}

impl BackendName {
    const ALL: [Self; 3] = [Self::Sqlite, Self::PostgreSql, Self::DynamoDb];

    /// The name as `toasty.toml` has it, which is that of the cargo feature as well.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::PostgreSql => "postgresql",
            Self::DynamoDb => "dynamodb",
        }
    }

    /// Whether this build has the backend.
    ///
    /// ```
    /// use toasty::config::BackendName;
    ///
    /// assert_eq!(BackendName::Sqlite.is_compiled(), cfg!(feature = "sqlite"));
    /// ```
    #[must_use]
    pub fn is_compiled(self) -> bool {
        match self {
            Self::Sqlite => cfg!(feature = "sqlite"),
            Self::PostgreSql => cfg!(feature = "postgresql"),
            Self::DynamoDb => cfg!(feature = "dynamodb"),
        }
    }

    /// The backend of the settings in force: the variable goes before the key.
    pub(super) fn in_force(
        reader: &Reader<'_>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let written = read(reader)?;
        if let Some(backend) = from_environment(environment)? {
            return Ok(backend);
        }
        match written {
            None => Ok(Self::default()),
            Some(backend) if backend.is_compiled() => Ok(backend),
            Some(backend) => {
                Err(backend.not_compiled(|kind, message| reader.at_value(KEY, kind, message)))
            }
        }
    }

    fn named(written: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|backend| backend.as_str() == written)
    }

    fn not_compiled(self, at: impl FnOnce(ConfigErrorKind, String) -> ConfigError) -> ConfigError {
        at(
            ConfigErrorKind::BackendNotCompiled,
            format!("the backend `{self}` is not compiled in"),
        )
        .with_help(self.how_to_compile())
    }

    fn how_to_compile(self) -> String {
        let compiled = Self::ALL
            .into_iter()
            .filter(|backend| backend.is_compiled());
        let compiled = list(compiled.map(Self::as_str), "`", "`");
        let compiled = if compiled.is_empty() {
            "none"
        } else {
            &compiled
        };
        format!("add the feature `{self}` of the crate `toasty`; this build has {compiled}")
    }
}

impl fmt::Display for BackendName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Checks the name only. A layer that is not in force may name a backend that another program of the same folder has.
pub(super) fn check_name(reader: &Reader<'_>) -> Result<(), ConfigError> {
    read(reader).map(drop)
}

fn read(reader: &Reader<'_>) -> Result<Option<BackendName>, ConfigError> {
    let Some(text) = reader.text(KEY, &names("\""))? else {
        return Ok(None);
    };
    if let Some(backend) = BackendName::named(&text.content) {
        return Ok(Some(backend));
    }
    let help = help(&text.content, text.is_plain());
    Err(reader
        .refuse(KEY, ConfigErrorKind::BadValue, &text.shown())
        .with_help(help))
}

/// The backend that `TOASTY_BACKEND` names, if it is set.
fn from_environment(environment: &Environment) -> Result<Option<BackendName>, ConfigError> {
    let Some(written) = environment.read_filled(VARIABLE) else {
        return Ok(None);
    };
    let written = written.to_string_lossy();
    match BackendName::named(&written) {
        Some(backend) if backend.is_compiled() => Ok(Some(backend)),
        Some(backend) => {
            Err(backend
                .not_compiled(|kind, message| ConfigError::in_variable(kind, VARIABLE, message)))
        }
        None => {
            // The variable is there to hold one of a few names, so a guess at it gives nothing away.
            let message = format!("`{VARIABLE}` names a backend that does not exist");
            Err(
                ConfigError::in_variable(ConfigErrorKind::BadValue, VARIABLE, message)
                    .with_key(KEY)
                    .with_help(help(&written, true)),
            )
        }
    }
}

fn names(quote: &str) -> String {
    list(BackendName::ALL.map(BackendName::as_str), quote, quote)
}

fn help(written: &str, may_guess: bool) -> String {
    let guess = nearest(written, BackendName::ALL.map(BackendName::as_str))
        .filter(|_| may_guess)
        .and_then(BackendName::named);
    match guess {
        Some(backend) if backend.is_compiled() => format!("did you mean \"{backend}\"?"),
        Some(backend) => format!(
            "did you mean \"{backend}\"? It is not compiled in: {}",
            backend.how_to_compile()
        ),
        None => format!("allowed: {}", names("\"")),
    }
}
