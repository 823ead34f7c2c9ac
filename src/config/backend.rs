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
const NAMES: &[(&str, BackendName)] = &[("sqlite", BackendName::Sqlite)];
/// Backends that toasty knows by name and that this build does not have.
const NOT_COMPILED: &[&str] = &["postgresql", "dynamodb"];

/// A backend of this build.
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
}

impl BackendName {
    /// The name as `toasty.toml` has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
        }
    }

    /// The backend that `TOASTY_BACKEND` names, if it is set.
    pub(super) fn from_environment(environment: &Environment) -> Result<Option<Self>, ConfigError> {
        let Some(written) = environment.read_filled(VARIABLE) else {
            return Ok(None);
        };
        let written = written.to_string_lossy();
        if let Some((_, backend)) = NAMES.iter().find(|(name, _)| *name == written) {
            return Ok(Some(*backend));
        }
        if is_not_compiled(&written) {
            return Err(not_compiled(&written, |kind, message| {
                ConfigError::in_variable(kind, VARIABLE, message)
            }));
        }
        // The variable is there to hold one of a few names, so a guess at it gives nothing away.
        let message = format!("`{VARIABLE}` names a backend that does not exist");
        Err(
            ConfigError::in_variable(ConfigErrorKind::BadValue, VARIABLE, message)
                .with_key(KEY)
                .with_help(help(&written, true)),
        )
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

/// The backend of the settings in force.
pub(super) fn read_compiled(reader: &Reader<'_>) -> Result<Option<BackendName>, ConfigError> {
    match read(reader)? {
        None => Ok(None),
        Some(Choice::Compiled(backend)) => Ok(Some(backend)),
        Some(Choice::NotCompiled(name)) => Err(not_compiled(name, |kind, message| {
            reader.at_value(KEY, kind, message)
        })),
    }
}

enum Choice {
    Compiled(BackendName),
    NotCompiled(&'static str),
}

fn read(reader: &Reader<'_>) -> Result<Option<Choice>, ConfigError> {
    let valid = list(NAMES.iter().map(|(name, _)| *name), "\"", "\"");
    let Some(text) = reader.text(KEY, &valid)? else {
        return Ok(None);
    };
    if let Some((_, backend)) = NAMES.iter().find(|(name, _)| *name == text.content) {
        return Ok(Some(Choice::Compiled(*backend)));
    }
    if let Some(name) = NOT_COMPILED.iter().find(|name| **name == text.content) {
        return Ok(Some(Choice::NotCompiled(name)));
    }
    let help = help(&text.content, text.is_plain());
    Err(reader
        .refuse(KEY, ConfigErrorKind::BadValue, &text.shown())
        .with_help(help))
}

pub(super) fn is_not_compiled(name: &str) -> bool {
    NOT_COMPILED.contains(&name)
}

pub(super) fn not_compiled(
    name: &str,
    at: impl FnOnce(ConfigErrorKind, String) -> ConfigError,
) -> ConfigError {
    at(
        ConfigErrorKind::BackendNotCompiled,
        format!("the backend `{name}` is not compiled in"),
    )
    .with_help(format!(
        "this build has {}",
        list(NAMES.iter().map(|(name, _)| *name), "`", "`")
    ))
}

fn help(written: &str, may_guess: bool) -> String {
    let compiled = || NAMES.iter().map(|(name, _)| *name);
    let guess =
        nearest(written, compiled().chain(NOT_COMPILED.iter().copied())).filter(|_| may_guess);
    match guess {
        Some(name) if is_not_compiled(name) => {
            format!(
                "did you mean \"{name}\"? It is not compiled in; this build has {}",
                list(compiled(), "\"", "\"")
            )
        }
        Some(name) => format!("did you mean \"{name}\"?"),
        None => format!("allowed: {}", list(compiled(), "\"", "\"")),
    }
}
