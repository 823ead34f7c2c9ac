//! The keys of `[backends.postgresql]`: reads them, and holds them against each other.
//!
//! Promises: what the URL says is not said again by a key, and nothing is taken that would be ignored: no certificates
//! to trust where no certificate is looked at. Must not know the grammar of the URL.

use std::time::Duration;

use super::authority::host_fault;
use super::error::{ConfigError, ConfigErrorKind};
use super::keys;
use super::limits::Limits;
use super::postgresql::PostgresqlConfig;
use super::postgresql_url::{PostgresqlUrl, UrlFault};
use super::reader::Reader;
use super::secret::{Inline, Secret};
use super::text::{name_fault, path_fault};
use super::tls::Tls;
use super::value::Text;

const URL: &str = "backends.postgresql.url";
const HOST: &str = "backends.postgresql.host";
const PORT: Limits = Limits::count("backends.postgresql.port", 1, 65_535);
const USER: &str = "backends.postgresql.user";
const DATABASE: &str = "backends.postgresql.database";
const PASSWORD: &str = "backends.postgresql.password";
const ALLOW_INLINE_SECRET: &str = "backends.postgresql.allow_inline_secret";
const SCHEMA: &str = "backends.postgresql.schema";
const TLS: &str = "backends.postgresql.tls";
const CA: &str = "backends.postgresql.ca";
const CLIENT_CERTIFICATE: &str = "backends.postgresql.client_certificate";
const CLIENT_KEY: &str = "backends.postgresql.client_key";
const APPLICATION_NAME: &str = "backends.postgresql.application_name";
pub(super) const CONNECT_TIMEOUT: Limits =
    Limits::duration("backends.postgresql.connect_timeout", 1, 3_600_000);
pub(super) const STATEMENT_TIMEOUT: Limits =
    Limits::duration("backends.postgresql.statement_timeout", 1, 86_400_000);
const IDLE_IN_TRANSACTION_TIMEOUT: Limits = Limits::duration(
    "backends.postgresql.idle_in_transaction_timeout",
    1,
    86_400_000,
);

impl PostgresqlConfig {
    /// The defaults, with what a URL says: `postgresql://user:password@host:port/database`, and the parameters `tls`,
    /// `schema`, `application_name`, `connect_timeout` and `statement_timeout`, which are written as in `toasty.toml`.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::BadValue`] for a text that is no such URL. The error shows neither user nor password.
    ///
    /// ```
    /// use toasty::config::PostgresqlConfig;
    ///
    /// let postgresql = PostgresqlConfig::from_url("postgresql://app@db.example.com/shop?schema=sales")?;
    /// assert_eq!((postgresql.user.as_str(), postgresql.port), ("app", 5432));
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        let url = PostgresqlUrl::parse(url).map_err(|fault| {
            let message = format!("`url` {}", fault.message);
            ConfigError::in_code(ConfigErrorKind::BadValue, URL, message).with_help(fault.help)
        })?;
        let mut config = Self::default();
        config.take(url);
        config.check()?;
        config.check_together()?;
        Ok(config)
    }

    /// Takes over what a URL says.
    fn take(&mut self, url: PostgresqlUrl) {
        self.host = url.host.unwrap_or(std::mem::take(&mut self.host));
        self.port = url.port.unwrap_or(self.port);
        self.user = url.user.unwrap_or(std::mem::take(&mut self.user));
        self.database = url.database.or(self.database.take());
        let password = url.password.map(|password| Secret::from(password.content));
        self.password = password.or(self.password.take());
        self.schema = url.schema.or(self.schema.take());
        self.tls = url.tls.or(self.tls);
        self.application_name = url
            .application_name
            .unwrap_or(std::mem::take(&mut self.application_name));
        self.connect_timeout = url
            .connect_timeout
            .map_or(self.connect_timeout, Duration::from_millis);
        self.statement_timeout = url
            .statement_timeout
            .map_or(self.statement_timeout, |timeout| {
                timeout.map(Duration::from_millis)
            });
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        let inline = reader.inline(ALLOW_INLINE_SECRET)?;
        if let Some(url) = read_url(reader, inline)? {
            self.take(url);
        }
        self.host = reader
            .checked(HOST, "localhost", host_or_socket_fault)?
            .unwrap_or(std::mem::take(&mut self.host));
        self.port = reader.count(&PORT)?.unwrap_or(self.port);
        self.user = reader
            .checked(USER, "postgres", name_fault)?
            .unwrap_or(std::mem::take(&mut self.user));
        self.database = reader
            .checked(DATABASE, "shop", name_fault)?
            .or(self.database.take());
        self.password = reader.secret(PASSWORD, inline)?.or(self.password.take());
        self.schema = reader
            .checked(SCHEMA, "public", name_fault)?
            .or(self.schema.take());
        self.tls = reader.choice(TLS, Tls::NAMES)?.or(self.tls);
        self.ca = reader.path(CA, "/etc/ssl/ca.pem")?;
        self.client_certificate = reader.path(CLIENT_CERTIFICATE, "client.pem")?;
        self.client_key = reader.path(CLIENT_KEY, "client.key")?;
        self.application_name = reader
            .checked(APPLICATION_NAME, "shop", application_name_fault)?
            .unwrap_or(std::mem::take(&mut self.application_name));
        self.connect_timeout = reader
            .duration(&CONNECT_TIMEOUT)?
            .unwrap_or(self.connect_timeout);
        self.statement_timeout = reader
            .duration_or_off(&STATEMENT_TIMEOUT)?
            .unwrap_or(self.statement_timeout);
        self.idle_in_transaction_timeout = reader
            .duration_or_off(&IDLE_IN_TRANSACTION_TIMEOUT)?
            .unwrap_or(self.idle_in_transaction_timeout);
        if reader.knows_all(&[URL, HOST, TLS, CA, CLIENT_CERTIFICATE, CLIENT_KEY])
            && let Some(conflict) = self.conflict()
        {
            let keys = [conflict.key, URL];
            return Err(reader
                .at_first(&keys, ConfigErrorKind::BadValue, conflict.message)
                .with_help(conflict.help));
        }
        Ok(())
    }

    /// Checks each setting by itself.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let path = |path: &Option<std::path::PathBuf>| {
            path.as_deref()
                .and_then(|path| path_fault(&path.to_string_lossy()))
        };
        let faults = [
            (HOST, host_or_socket_fault(&self.host)),
            (USER, name_fault(&self.user)),
            (DATABASE, self.database.as_deref().and_then(name_fault)),
            (SCHEMA, self.schema.as_deref().and_then(name_fault)),
            (CA, path(&self.ca)),
            (CLIENT_CERTIFICATE, path(&self.client_certificate)),
            (CLIENT_KEY, path(&self.client_key)),
            (
                APPLICATION_NAME,
                application_name_fault(&self.application_name),
            ),
        ];
        for (key, fault) in faults {
            if let Some(why) = fault {
                let message = format!("`{key}` cannot be used");
                return Err(
                    ConfigError::in_code(ConfigErrorKind::BadValue, key, message).with_help(why),
                );
            }
        }
        if let Some(password) = &self.password {
            password.check(PASSWORD)?;
        }
        PORT.check(self.port)?;
        CONNECT_TIMEOUT.check(self.connect_timeout.as_millis())?;
        STATEMENT_TIMEOUT.check_unless_off(self.statement_timeout)?;
        IDLE_IN_TRANSACTION_TIMEOUT.check_unless_off(self.idle_in_transaction_timeout)
    }

    /// Holds the settings against each other.
    pub(super) fn check_together(&self) -> Result<(), ConfigError> {
        match self.conflict() {
            None => Ok(()),
            Some(conflict) => {
                Err(
                    ConfigError::in_code(ConfigErrorKind::BadValue, conflict.key, conflict.message)
                        .with_help(conflict.help),
                )
            }
        }
    }

    fn conflict(&self) -> Option<Conflict> {
        let tls = self.tls_in_force();
        let conflict = |key, message: &str, help: &str| {
            Some(Conflict {
                key,
                message: message.to_owned(),
                help: help.to_owned(),
            })
        };
        if self.is_unix_socket() && tls != Tls::Off {
            return conflict(
                TLS,
                "a Unix socket has no TLS",
                "leave `tls` out, or write \"off\"",
            );
        }
        if self.ca.is_some() && !tls.verifies() {
            let message = format!(
                "`ca` has no use: `tls` is \"{}\", and no certificate is looked at",
                tls.as_str()
            );
            let help = "write `tls = \"verify-full\"`, or leave `ca` out";
            return conflict(CA, &message, help);
        }
        let (alone, other) = match (&self.client_certificate, &self.client_key) {
            (Some(_), Some(_)) if tls == Tls::Off => {
                return conflict(
                    CLIENT_CERTIFICATE,
                    "`client_certificate` has no use: `tls` is \"off\"",
                    "write `tls = \"verify-full\"`, or leave `client_certificate` and `client_key` out",
                );
            }
            (Some(_), Some(_)) | (None, None) => return None,
            (Some(_), None) => (CLIENT_CERTIFICATE, CLIENT_KEY),
            (None, Some(_)) => (CLIENT_KEY, CLIENT_CERTIFICATE),
        };
        let name = |key| keys::split(key).1;
        let message = format!("`{}` stands without `{}`", name(alone), name(other));
        conflict(alone, &message, "write both, or none of them")
    }
}

/// Two settings that do not go together.
struct Conflict {
    key: &'static str,
    message: String,
    help: String,
}

/// The URL, once nothing that it says is said by a key as well.
fn read_url(reader: &Reader<'_>, inline: Inline) -> Result<Option<PostgresqlUrl>, ConfigError> {
    // A URL is the place of the server as a whole, whatever is in it.
    for key in [HOST, PORT.key, USER, DATABASE] {
        refuse_second(reader, key)?;
    }
    let example = "a text in quotes, such as \"postgresql://user@host/database\"";
    let Some(text) = reader.text(URL, example)? else {
        return Ok(None);
    };
    let url = PostgresqlUrl::parse(&text.content).map_err(|fault| refuse(reader, &text, fault))?;
    for (key, is_in_url) in [
        (PASSWORD, url.password.is_some()),
        (SCHEMA, url.schema.is_some()),
        (TLS, url.tls.is_some()),
        (APPLICATION_NAME, url.application_name.is_some()),
        (CONNECT_TIMEOUT.key, url.connect_timeout.is_some()),
        (STATEMENT_TIMEOUT.key, url.statement_timeout.is_some()),
    ] {
        if is_in_url {
            refuse_second(reader, key)?;
        }
    }
    if let Some(password) = &url.password
        && text.is_inline(password.part.clone())
    {
        reader.check_inline(URL, inline)?;
    }
    Ok(Some(url))
}

/// Refuses a key that stands beside the URL which says the same.
fn refuse_second(reader: &Reader<'_>, key: &'static str) -> Result<(), ConfigError> {
    let line = |value: &toml::Spanned<_>| reader.source().line(value.span().start);
    match (reader.value(URL), reader.value(key)) {
        (Some(url), Some(value)) => {
            let name = keys::split(key).1;
            let message = format!(
                "`{name}` on line {} says what `url` on line {} says",
                line(value),
                line(url)
            );
            let help = "write the one or the other; a profile can replace what it is laid over, and not take it away";
            Err(reader
                .at_value(key, ConfigErrorKind::BadValue, message)
                .with_help(help))
        }
        (None, _) | (_, None) => Ok(()),
    }
}

fn refuse(reader: &Reader<'_>, text: &Text, fault: UrlFault) -> ConfigError {
    if text.is_plain() {
        let message = format!("`url` {}", fault.message);
        return reader
            .at_value(URL, ConfigErrorKind::BadValue, message)
            .with_help(fault.help);
    }
    let help = fault
        .unquoted
        .unwrap_or_else(|| format!("it {}: {}", fault.message, fault.help));
    reader
        .refuse(URL, ConfigErrorKind::BadValue, &text.shown())
        .with_help(help)
}

fn host_or_socket_fault(host: &str) -> Option<&'static str> {
    if host.starts_with('/') {
        return path_fault(host);
    }
    if host.contains("://") {
        return Some("a host is not a URL: write that as `url = …`");
    }
    host_fault(host)
}

/// The server cuts it after 63 bytes and puts a `?` for each letter that is not ASCII.
pub(super) fn application_name_fault(name: &str) -> Option<&'static str> {
    let is_printable = name
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_printable {
        name_fault(name)
    } else {
        Some("the server shows printable ASCII only")
    }
}
