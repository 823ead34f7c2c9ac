//! A password, a key or a token: where it may stand, and that it does not show.
//!
//! Promises: a secret has no `Display`, and its `Debug` shows nothing of it, not even its length; one that stands in
//! the file is refused unless the file says that it may. Must not know which backend uses it.
//!
//! What may surprise: a secret is read from its variable or file only for the backend that is chosen. A program that
//! runs on SQLite needs no password of PostgreSQL.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrorKind};
use super::expand::{Variables, is_name};
use super::keys;
use super::layer::in_order;
use super::picture::shortened;
use super::reader::Reader;
use super::suggest::nearest;
use super::text::path_fault;

/// The keys of the table that tells where a secret is.
pub(super) const TABLE_KEYS: &[&str] = &["env", "file"];

/// Whether a value says where a secret is, as that of no section does.
pub(super) fn is_kept_elsewhere(value: &DeValue<'_>) -> bool {
    let names = value.as_table().into_iter().flatten();
    let mut names = names.map(|(name, _)| name.get_ref().as_ref());
    names.next().is_some_and(|name| TABLE_KEYS.contains(&name)) && names.next().is_none()
}

const WAYS: &str = "`{ env = \"NAME\" }` or `{ file = \"path\" }`";
/// No password is longer; a path that is that of a device never ends.
const LONGEST: u64 = 64 * 1024;
const TARGET: &str = "toasty::config";

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

    /// Checks a secret that was set in code.
    pub(super) fn check(&self, key: &'static str) -> Result<(), ConfigError> {
        let why = if self.content.is_empty() {
            "is empty"
        } else if self.content.contains('\0') {
            "holds a NUL character"
        } else {
            return Ok(());
        };
        let message = format!("`{key}` {why}");
        Err(ConfigError::in_code(
            ConfigErrorKind::BadValue,
            key,
            message,
        ))
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

/// Whether a secret may stand in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inline {
    Allowed,
    Refused,
    /// It is not known here: a variable says it, or another layer.
    Unknown,
}

impl Reader<'_> {
    /// What `allow_inline_secret` of a section says.
    pub(super) fn inline(&self, key: &'static str) -> Result<Inline, ConfigError> {
        Ok(match self.boolean(key)? {
            Some(true) => Inline::Allowed,
            Some(false) | None if self.knows_all(&[key]) => Inline::Refused,
            Some(false) | None => Inline::Unknown,
        })
    }

    /// A secret: a text, if it may stand in the file, or where to find it.
    pub(super) fn secret(
        &self,
        key: &'static str,
        inline: Inline,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(value) = self.value(key) else {
            return Ok(None);
        };
        match value.get_ref() {
            DeValue::String(written) => {
                let Some(text) = self.expand(key, value, written)? else {
                    return Ok(None);
                };
                if text.content.is_empty() {
                    return Err(self.empty(key));
                }
                if text.is_inline(0..text.content.len()) {
                    self.check_inline(key, inline)?;
                }
                Ok(Some(Secret::from(text.content)))
            }
            DeValue::Table(table) => self.secret_elsewhere(key, table),
            other => Err(self
                .wrong_type(key, "a text or a table", other)
                .with_help(format!("write it as {WAYS}"))),
        }
    }

    /// Refuses a secret that stands in the file, or warns of it.
    pub(super) fn check_inline(
        &self,
        key: &'static str,
        inline: Inline,
    ) -> Result<(), ConfigError> {
        let name = keys::split(key).1;
        match inline {
            Inline::Unknown => {}
            Inline::Allowed => {
                if let Variables::Needed(_) = self.variables() {
                    tracing::warn!(target: TARGET, key, "a secret stands in the configuration file");
                }
            }
            Inline::Refused => {
                let message = if key.ends_with(".url") {
                    format!("`{name}` holds a password, which must not stand in the file")
                } else {
                    format!("`{name}` is a secret, which must not stand in the file")
                };
                let way = if key.ends_with(".url") {
                    format!("leave it out and write `password = …` with {WAYS}")
                } else {
                    format!("write it as {WAYS}")
                };
                return Err(self
                    .at_value(key, ConfigErrorKind::InlineSecret, message)
                    .with_help(format!(
                        "{way}; or allow it with `allow_inline_secret = true`"
                    )));
            }
        }
        Ok(())
    }

    /// `{ env = "NAME" }` or `{ file = "path" }`.
    fn secret_elsewhere(
        &self,
        key: &'static str,
        table: &DeTable<'_>,
    ) -> Result<Option<Secret>, ConfigError> {
        let name = keys::split(key).1;
        let mut found = None;
        for (way, value) in in_order(table) {
            let known = TABLE_KEYS.iter().find(|known| *known == way.get_ref());
            let Some(known) = known else {
                let message = format!("unknown key `{}` in `{name}`", shortened(way.get_ref()));
                let help = nearest(way.get_ref(), TABLE_KEYS.iter().copied()).map_or_else(
                    || format!("write it as {WAYS}"),
                    |name| format!("did you mean `{name}`?"),
                );
                return Err(ConfigError::in_text(
                    ConfigErrorKind::UnknownKey,
                    self.source(),
                    way.span(),
                    message,
                )
                .with_help(help));
            };
            if found.replace((*known, way, value)).is_some() {
                let message = format!("`{name}` is in one place, not in two");
                return Err(ConfigError::in_text(
                    ConfigErrorKind::BadValue,
                    self.source(),
                    way.span(),
                    message,
                )
                .with_help(format!("write it as {WAYS}"))
                .with_key(key));
            }
        }
        let Some((way, _, value)) = found else {
            let message = format!("`{name}` does not tell where the secret is");
            return Err(self
                .at_value(key, ConfigErrorKind::WrongType, message)
                .with_help(format!("write it as {WAYS}")));
        };
        let DeValue::String(written) = value.get_ref() else {
            let message = format!(
                "`{way}` is a text, not {}",
                super::value::kind_of(value.get_ref())
            );
            return Err(self
                .at(key, value, ConfigErrorKind::WrongType, message)
                .with_help(format!("write it as {WAYS}")));
        };
        if way == "env" {
            self.secret_in_variable(key, value, written)
        } else {
            self.secret_in_file(key, value, written)
        }
    }

    fn secret_in_variable(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
        variable: &str,
    ) -> Result<Option<Secret>, ConfigError> {
        let refuse = |kind, message| self.at(key, value, kind, message);
        if !is_name(variable) {
            // Not shown: it may be the password itself.
            let message = "`env` is not the name of an environment variable".to_owned();
            return Err(refuse(ConfigErrorKind::BadReference, message)
                .with_help("a name is made of letters, digits and `_`"));
        }
        let Variables::Needed(environment) = self.variables() else {
            return Ok(None);
        };
        let Some(content) = environment.read_filled(variable) else {
            let message = format!("the environment variable `{variable}` is not set");
            return Err(refuse(ConfigErrorKind::BadReference, message)
                .with_help(format!("set it: it holds `{}`", keys::split(key).1)));
        };
        match content.into_string() {
            Ok(content) => Ok(Some(Secret::from(content))),
            Err(_) => {
                let message = format!("the environment variable `{variable}` is not Unicode");
                Err(refuse(ConfigErrorKind::BadReference, message)
                    .with_help("a secret is text: set it to valid UTF-8"))
            }
        }
    }

    fn secret_in_file(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
        written: &str,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(text) = self.expand(key, value, written)? else {
            return Ok(None);
        };
        if let Some(why) = path_fault(&text.content) {
            let message = format!("`file` cannot be {}", text.shown());
            return Err(self
                .at(key, value, ConfigErrorKind::BadValue, message)
                .with_help(why));
        }
        let Variables::Needed(_) = self.variables() else {
            return Ok(None);
        };
        let name = keys::split(key).1;
        let refuse = |why: &str| {
            let message = format!("the file of `{name}`, {}, {why}", text.shown());
            self.at(key, value, ConfigErrorKind::Unreadable, message)
        };
        let path = self.source().folder().join(&text.content);
        let content = read(&path, key, &text.shown()).map_err(|why| refuse(&why))?;
        let content = content
            .strip_suffix('\n')
            .map_or(&*content, |line| line.strip_suffix('\r').unwrap_or(line));
        if content.is_empty() {
            return Err(refuse("is empty"));
        }
        Ok(Some(Secret::from(content)))
    }

    fn empty(&self, key: &'static str) -> ConfigError {
        let message = format!("`{}` is empty", keys::split(key).1);
        self.at_value(key, ConfigErrorKind::BadValue, message)
            .with_help(format!("leave it out, or write it as {WAYS}"))
    }

    /// An error that points at a value below a key.
    fn at(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
        kind: ConfigErrorKind,
        message: String,
    ) -> ConfigError {
        ConfigError::in_text(kind, self.source(), value.span(), message).with_key(key)
    }
}

/// The text of a file, or why there is none.
fn read(path: &Path, key: &'static str, shown: &str) -> Result<String, String> {
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => "is not there".to_owned(),
        ErrorKind::InvalidData => "is not valid UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let file = File::open(path).map_err(refused)?;
    warn_of_readers(&file, key, shown);
    let mut content = String::new();
    let length = file
        .take(LONGEST + 1)
        .read_to_string(&mut content)
        .map_err(refused)?;
    if u64::try_from(length).is_ok_and(|length| length <= LONGEST) {
        Ok(content)
    } else {
        Err("is too large for a secret".to_owned())
    }
}

/// A file that others may read keeps no secret. It is a warning and no error: some systems mount every secret so.
#[cfg(unix)]
fn warn_of_readers(file: &File, key: &'static str, shown: &str) {
    use std::os::unix::fs::PermissionsExt;

    if let Ok(metadata) = file.metadata()
        && metadata.permissions().mode() & 0o077 != 0
    {
        tracing::warn!(
            target: TARGET,
            key,
            file = shown,
            mode = format_args!("{:o}", metadata.permissions().mode() & 0o777),
            "the file of a secret should be for its owner alone, mode 0600"
        );
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &File, _: &'static str, _: &str) {}
