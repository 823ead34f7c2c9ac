//! The choice of a profile, and its overlay.
//!
//! Promises: key by key, what the profile sets replaces what the base sets, and nothing else changes; a name that no
//! profile has is an error. Must not know any key.

use super::document::Document;
use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind};
use super::layer::Layer;
use super::picture::shortened;
use super::suggest::{list, nearest};

const VARIABLE: &str = "TOASTY_PROFILE";

/// The settings in force: the base with the chosen profile over it.
pub(super) fn choose<'a>(
    document: &Document<'a>,
    environment: &Environment,
) -> Result<Layer<'a>, ConfigError> {
    let Some(chosen) = environment.read_filled(VARIABLE) else {
        return Ok(document.base.clone());
    };
    let chosen = chosen.to_string_lossy();
    let profiles = &document.profiles;
    match profiles.iter().find(|profile| profile.name == chosen) {
        Some(profile) => Ok(document.with(profile)),
        None => {
            let names: Vec<String> = profiles
                .iter()
                .map(|profile| shortened(profile.name))
                .collect();
            Err(unknown(&chosen, &names))
        }
    }
}

/// With a profile asked for and no file to hold it, the defaults would be a surprise.
pub(super) fn refuse_without_file(environment: &Environment) -> Result<(), ConfigError> {
    match environment.read_filled(VARIABLE) {
        None => Ok(()),
        Some(_) => Err(ConfigError::in_variable(
            ConfigErrorKind::UnknownProfile,
            VARIABLE,
            format!("`{VARIABLE}` is set, but there is no `toasty.toml`"),
        )
        .with_help("unset it, or write `[profiles.NAME]` in a `toasty.toml`")),
    }
}

/// The value of the variable is not shown, only the names that would do.
fn unknown(chosen: &str, names: &[String]) -> ConfigError {
    let help = match nearest(chosen, names.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => {
            "the configuration has no profile: unset it, or write `[profiles.NAME]`".into()
        }
        None => format!(
            "allowed: {}",
            list(names.iter().map(String::as_str), "`", "`")
        ),
    };
    ConfigError::in_variable(
        ConfigErrorKind::UnknownProfile,
        VARIABLE,
        format!("`{VARIABLE}` names a profile that the configuration does not have"),
    )
    .with_help(help)
}
