//! Finds `toasty.toml` and reads it.
//!
//! Promises: the nearest file from a folder upwards, or the one that `TOASTY_CONFIG` names; a file that is there but
//! cannot be read is an error and never passed over. Must not know what is in the file.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind};
use super::hidden;
use super::source::Source;

const FILE_NAME: &str = "toasty.toml";
const VARIABLE: &str = "TOASTY_CONFIG";

/// A file that was found, and its text.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The configuration file for a program that runs in `folder`, if there is one.
pub(super) fn find(folder: &Path, environment: &Environment) -> Result<Option<Found>, ConfigError> {
    if let Some(named) = environment.read_filled(VARIABLE) {
        let path = folder.join(named);
        return read(&path).map(Some).map_err(|error| {
            error.with_help(format!(
                "`{VARIABLE}` names this file: correct it, or unset it"
            ))
        });
    }
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    for ancestor in folder.ancestors() {
        let path = ancestor.join(FILE_NAME);
        match fs::read(&path) {
            Ok(bytes) => return decode(path, bytes).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(None)
}

/// Reads a file that must be there.
pub(super) fn read(path: &Path) -> Result<Found, ConfigError> {
    match fs::read(path) {
        Ok(bytes) => decode(path.to_path_buf(), bytes),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn decode(path: PathBuf, bytes: Vec<u8>) -> Result<Found, ConfigError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Found { path, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            // All before the fault is valid, so its place is the same in the text with replacements.
            let text = String::from_utf8_lossy(error.as_bytes());
            let hidden = hidden::in_text(&text);
            let source = Source {
                hidden: &hidden,
                ..Source::new(&text, Some(&path))
            };
            Err(ConfigError::in_text(
                ConfigErrorKind::Unreadable,
                &source,
                at..at + 1,
                "the file is not valid UTF-8",
            )
            .with_help("save it as UTF-8"))
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    let message = if error.kind() == ErrorKind::NotFound {
        "the configuration file is not there".to_owned()
    } else {
        format!("the configuration file cannot be read: {error}")
    };
    ConfigError::in_file(path, message)
}
