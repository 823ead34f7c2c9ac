//! `postgresql://user:password@host:port/database?parameters`: all settings of a server in one text.
//!
//! Promises: a URL says the same as the keys, with the same limits; a parameter that is not known is refused. No message
//! holds a part of the URL, except the names and values of parameters. Must not know TOML.
//!
//! What may surprise: all up to the last `@` is the user and the password, so that a password with a `/` or `?` in it is
//! refused as such, and never shown as an unknown parameter.

use std::ops::Range;

use super::authority::{Authority, host_fault};
use super::limits::Limits;
use super::postgresql_keys::{CONNECT_TIMEOUT, STATEMENT_TIMEOUT, application_name_fault};
use super::suggest::{list, nearest};
use super::text::name_fault;
use super::tls::Tls;

const SCHEMES: [&str; 2] = ["postgresql://", "postgres://"];
const FORM: &str = "`postgresql://user@host:port/database`";
const PARAMETERS: &[&str] = &[
    "tls",
    "schema",
    "application_name",
    "connect_timeout",
    "statement_timeout",
];

/// What the URL says; what it does not say is `None`.
#[derive(Default)]
pub(super) struct PostgresqlUrl {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) database: Option<String>,
    pub(super) password: Option<Password>,
    pub(super) schema: Option<String>,
    pub(super) tls: Option<Tls>,
    pub(super) application_name: Option<String>,
    /// In milliseconds.
    pub(super) connect_timeout: Option<u64>,
    /// In milliseconds; `Some(None)` is `off`.
    pub(super) statement_timeout: Option<Option<u64>>,
}

/// A password, and where in the URL it stands.
pub(super) struct Password {
    pub(super) content: String,
    pub(super) part: Range<usize>,
}

/// What is wrong with a URL.
pub(super) struct UrlFault {
    /// What follows the name of the key.
    pub(super) message: String,
    pub(super) help: String,
    /// What to say where nothing of the URL may be shown; `None` where nothing of it is.
    pub(super) unquoted: Option<String>,
}

impl UrlFault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
            unquoted: None,
        }
    }

    fn quoting(message: String, help: String, unquoted: impl Into<String>) -> Self {
        Self {
            message,
            help,
            unquoted: Some(unquoted.into()),
        }
    }
}

impl PostgresqlUrl {
    pub(super) fn parse(text: &str) -> Result<Self, UrlFault> {
        let Some(scheme) = SCHEMES.iter().find(|scheme| text.starts_with(**scheme)) else {
            return Err(UrlFault::new(
                "is not the URL of a PostgreSQL server",
                format!("write it as {FORM}"),
            ));
        };
        let mut url = Self::default();
        let mut rest = &text[scheme.len()..];
        if let Some((login, behind)) = rest.rsplit_once('@') {
            url.read_login(login, scheme.len())?;
            rest = behind;
        }
        if rest.contains('#') {
            return Err(UrlFault::new("has a `#`", "a `#` is written as %23"));
        }
        let (place, parameters) = match rest.split_once('?') {
            Some((place, parameters)) => (place, Some(parameters)),
            None => (rest, None),
        };
        let (authority, database) = match place.split_once('/') {
            Some((authority, database)) => (authority, Some(database)),
            None => (place, None),
        };
        url.read_authority(authority)?;
        if let Some(database) = database.filter(|database| !database.is_empty()) {
            if database.contains('/') {
                return Err(UrlFault::new(
                    "has a `/` in the name of the database",
                    "such a `/` is written as %2F",
                ));
            }
            url.database = Some(name(database, "database")?);
        }
        for parameter in parameters.into_iter().flat_map(|all| all.split('&')) {
            url.read_parameter(parameter)?;
        }
        Ok(url)
    }

    /// `user` or `user:password`.
    fn read_login(&mut self, login: &str, start: usize) -> Result<(), UrlFault> {
        if login.contains(['/', '?', '#', '@']) {
            return Err(UrlFault::new(
                "has a sign in front of the last `@` that has to be escaped",
                "in a name, a password or a parameter `@` is written as %40, `/` as %2F, `?` as %3F and `#` as %23",
            ));
        }
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        self.user = Some(name(user, "user")?);
        if let Some(password) = password {
            let content = decoded(password)?;
            if content.is_empty() || content.contains('\0') {
                return Err(UrlFault::new(
                    "has a password that is empty or holds a NUL character",
                    "leave out the `:` in front of the `@`",
                ));
            }
            let from = start + user.len() + 1;
            self.password = Some(Password {
                content,
                part: from..from + password.len(),
            });
        }
        Ok(())
    }

    fn read_authority(&mut self, text: &str) -> Result<(), UrlFault> {
        if text.contains(',') {
            return Err(UrlFault::new(
                "has more than one host",
                "there is one host, and no list",
            ));
        }
        let authority = Authority::parse(text)
            .map_err(|why| UrlFault::new("has no host and port that can be read", why))?;
        if !authority.host.is_empty() {
            let host = decoded(authority.host)?;
            // A socket's folder is a host with escaped slashes, as for libpq.
            let fault = if host.starts_with('/') {
                super::text::path_fault(&host)
            } else {
                host_fault(&host)
            };
            if let Some(why) = fault {
                return Err(UrlFault::new("has a host that is none", why));
            }
            self.host = Some(host);
        }
        self.port = authority.port;
        Ok(())
    }

    fn read_parameter(&mut self, parameter: &str) -> Result<(), UrlFault> {
        let (key, value) = parameter.split_once('=').ok_or_else(|| {
            UrlFault::new(
                "has a parameter without a value",
                "write parameters as `?name=value&name=value`",
            )
        })?;
        let value = decoded(value)?;
        let is_twice = match key {
            "tls" => self.tls.replace(tls(&value)?).is_some(),
            "schema" => self.schema.replace(name(&value, "schema")?).is_some(),
            "application_name" => {
                if let Some(why) = application_name_fault(&value) {
                    return Err(UrlFault::new("has an `application_name` that is none", why));
                }
                self.application_name.replace(value).is_some()
            }
            "connect_timeout" => {
                let timeout = duration(&CONNECT_TIMEOUT, key, &value)?;
                self.connect_timeout.replace(timeout).is_some()
            }
            "statement_timeout" => {
                let timeout = match value.as_str() {
                    "off" => None,
                    value => Some(duration(&STATEMENT_TIMEOUT, key, value)?),
                };
                self.statement_timeout.replace(timeout).is_some()
            }
            other => return Err(unknown(other, &value)),
        };
        if is_twice {
            return Err(UrlFault::new(
                format!("has the parameter `{key}` twice"),
                "remove one of them",
            ));
        }
        Ok(())
    }
}

/// A parameter of another program, or a misspelt one.
fn unknown(key: &str, value: &str) -> UrlFault {
    let allowed = list(PARAMETERS.iter().copied(), "`", "`");
    // Only words of libpq are compared, so that what is said is known without the URL.
    let instead = match (key, value) {
        ("sslmode", "disable") => "`tls=off`",
        ("sslmode", "require") => "`tls=encrypt-without-verification`, or better `tls=verify-full`",
        ("sslmode", "verify-ca") => "`tls=verify-ca`",
        ("sslmode", "verify-full") => "`tls=verify-full`",
        ("sslmode", _) => {
            "`tls=verify-full`, or `tls=off`: there is no mode that falls back to no encryption"
        }
        ("sslrootcert", _) => "the key `ca` beside `url`",
        ("sslcert", _) => "the key `client_certificate` beside `url`",
        ("sslkey", _) => "the key `client_key` beside `url`",
        ("password", _) => "the key `password` beside `url`",
        _ => {
            // A guess at what is near: a name and no more, or it could be a part of something else.
            let is_name = key.len() <= 40
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            if !is_name {
                return UrlFault::new("has an unknown parameter", format!("allowed: {allowed}"));
            }
            let names = PARAMETERS.iter().copied().chain(["sslmode"]);
            let help = match nearest(key, names) {
                Some("sslmode") => {
                    "did you mean `sslmode`? It is a word of libpq; here it is `tls`, such as \
                     `tls=verify-full`"
                        .to_owned()
                }
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("allowed: {allowed}"),
            };
            return UrlFault::quoting(
                format!("has an unknown parameter `{key}`"),
                help,
                format!("it has an unknown parameter; allowed: {allowed}"),
            );
        }
    };
    UrlFault::new(
        format!("has an unknown parameter `{key}`"),
        format!("write {instead}"),
    )
}

fn tls(value: &str) -> Result<Tls, UrlFault> {
    let names = || Tls::NAMES.iter().map(|(name, _)| *name);
    if let Some((_, tls)) = Tls::NAMES.iter().find(|(name, _)| *name == value) {
        return Ok(*tls);
    }
    let allowed = list(names(), "`", "`");
    let help = nearest(value, names()).map_or_else(
        || format!("allowed: {allowed}"),
        |name| format!("did you mean `tls={name}`?"),
    );
    Err(UrlFault::quoting(
        "has a `tls` that is none".to_owned(),
        help,
        format!("it has a `tls` that is none; allowed: {allowed}"),
    ))
}

/// Milliseconds.
fn duration(limits: &Limits, key: &str, value: &str) -> Result<u64, UrlFault> {
    match limits.scale.map(|scale| (scale, scale.parse(value))) {
        Some((_, Ok(quantity))) if limits.allow(quantity) => Ok(quantity),
        Some((scale, Err(_))) => Err(UrlFault::new(
            format!("has a `{key}` that is none"),
            scale.how(),
        )),
        Some((_, Ok(_))) | None => Err(UrlFault::new(
            format!("has a `{key}` out of range"),
            format!("allowed: {}", limits.range()),
        )),
    }
}

fn name(text: &str, noun: &str) -> Result<String, UrlFault> {
    let name = decoded(text)?;
    match name_fault(&name) {
        None => Ok(name),
        Some(why) => Err(UrlFault::new(
            format!("has a name of the {noun} that is none"),
            why,
        )),
    }
}

/// The text with `%41` as `A`. A `%` that stands for itself is written as `%25`, so that what is meant is never in doubt.
fn decoded(text: &str) -> Result<String, UrlFault> {
    let fault = || {
        UrlFault::new(
            "has a `%` without two hexadecimal digits, or one that is not UTF-8",
            "a `%` that stands for itself is written as %25",
        )
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let digits = part.get(..2).ok_or_else(fault)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(fault());
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| fault())?);
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).map_err(|_| fault())
}
