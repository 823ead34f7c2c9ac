//! `[backends.postgresql]`: a PostgreSQL server.
//!
//! Promises: the same settings come from a URL and from the keys one by one; off this machine a connection is encrypted
//! and the server's certificate verified unless a plain word says otherwise. Must not know a driver or a TLS library.
//!
//! What may surprise: the words of libpq, such as `sslmode`, are refused. Its `require` takes any certificate, which
//! nobody would guess from the word.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::authority::is_loopback;
use super::secret::Secret;
use super::tls::Tls;

/// `[backends.postgresql]`.
///
/// ```
/// use toasty::config::{PostgresqlConfig, Tls};
///
/// let postgresql = PostgresqlConfig::default().with_host("db.example.com").with_database("shop");
/// assert_eq!(postgresql.tls_in_force(), Tls::VerifyFull);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresqlConfig {
    /// `host`: the name or address of the server, or the folder of its Unix socket, which begins with `/`. Default:
    /// `localhost`.
    pub host: String,
    /// `port`: 1 to 65 535; for a Unix socket it is part of the name of the socket. Default: 5432.
    pub port: u16,
    /// `user`: the role to log in as. Default: `postgres`.
    pub user: String,
    /// `database`: the database. Default: `None`, the one with the name of the user.
    pub database: Option<String>,
    /// `password`: the password of the role. Default: `None`, for a server that asks for none.
    pub password: Option<Secret>,
    /// `schema`: the schema that the tables are in. Default: `None`, what the server has for the role.
    pub schema: Option<String>,
    /// `tls`: how the connection is protected. Default: `None`, see [`tls_in_force`](Self::tls_in_force).
    pub tls: Option<Tls>,
    /// `ca`: a PEM file with the certificates to trust. Default: `None`, those of the system.
    pub ca: Option<PathBuf>,
    /// `client_certificate`: a PEM file with the certificate that this program shows. Default: none.
    pub client_certificate: Option<PathBuf>,
    /// `client_key`: a PEM file with the key of the client certificate. Default: none.
    pub client_key: Option<PathBuf>,
    /// `application_name`: what the server's own views call this program. Default: `toasty`.
    pub application_name: String,
    /// `connect_timeout`: how long opening a connection may take, 1 millisecond to 1 hour. Default: 10 seconds.
    pub connect_timeout: Duration,
    /// `statement_timeout`: how long a statement may run, 1 millisecond to 24 hours; `None`, written `"off"`: without
    /// end. Default: 30 seconds.
    pub statement_timeout: Option<Duration>,
    /// `idle_in_transaction_timeout`: how long a transaction may wait for its next statement, 1 millisecond to 24 hours;
    /// `None`, written `"off"`: without end. Default: 5 minutes.
    pub idle_in_transaction_timeout: Option<Duration>,
}

impl Default for PostgresqlConfig {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 5432,
            user: "postgres".to_owned(),
            database: None,
            password: None,
            schema: None,
            tls: None,
            ca: None,
            client_certificate: None,
            client_key: None,
            application_name: "toasty".to_owned(),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(30)),
            idle_in_transaction_timeout: Some(Duration::from_secs(300)),
        }
    }
}

impl PostgresqlConfig {
    /// Sets [`host`](Self::host).
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// Sets [`port`](Self::port).
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets [`user`](Self::user).
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// Sets [`database`](Self::database).
    #[must_use]
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// Sets [`password`](Self::password).
    #[must_use]
    pub fn with_password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets [`schema`](Self::schema).
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Sets [`tls`](Self::tls).
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets [`ca`](Self::ca).
    #[must_use]
    pub fn with_ca(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca = Some(path.into());
        self
    }

    /// Sets [`client_certificate`](Self::client_certificate) and [`client_key`](Self::client_key).
    #[must_use]
    pub fn with_client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.client_certificate = Some(certificate.into());
        self.client_key = Some(key.into());
        self
    }

    /// Sets [`application_name`](Self::application_name).
    #[must_use]
    pub fn with_application_name(mut self, application_name: impl Into<String>) -> Self {
        self.application_name = application_name.into();
        self
    }

    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Sets [`statement_timeout`](Self::statement_timeout).
    #[must_use]
    pub fn with_statement_timeout(mut self, statement_timeout: Option<Duration>) -> Self {
        self.statement_timeout = statement_timeout;
        self
    }

    /// Sets [`idle_in_transaction_timeout`](Self::idle_in_transaction_timeout).
    #[must_use]
    pub fn with_idle_in_transaction_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.idle_in_transaction_timeout = timeout;
        self
    }

    /// The name of the database: [`database`](Self::database), or else the name of the user.
    #[must_use]
    pub fn database_name(&self) -> &str {
        self.database.as_deref().unwrap_or(&self.user)
    }

    /// Whether [`host`](Self::host) is the folder of a Unix socket.
    #[must_use]
    pub fn is_unix_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Whether [`host`](Self::host) is this machine by `localhost` or by its address. No name is looked up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// How the connection is protected: [`tls`](Self::tls), or else [`Tls::Off`] for a Unix socket and for a host that
    /// is this machine, and [`Tls::VerifyFull`] for any other.
    #[must_use]
    pub fn tls_in_force(&self) -> Tls {
        match self.tls {
            Some(tls) => tls,
            None if self.is_unix_socket() || self.is_loopback() => Tls::Off,
            None => Tls::VerifyFull,
        }
    }

    /// Makes relative paths start at `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        let paths = [
            &mut self.ca,
            &mut self.client_certificate,
            &mut self.client_key,
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }
}
