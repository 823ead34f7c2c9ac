//! Where PostgreSQL is, and how it is spoken to.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What is demanded of the server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// It was issued by a root that is trusted, and for this host
    VerifyFull,
    /// It was issued by a root that is trusted, for whatever host
    VerifyCa,
    /// Nothing: whoever sits between can read and write everything
    EncryptWithoutVerification,
    /// There is none: nothing is encrypted
    Off,
}

impl Tls {
    /// What is demanded where nothing is said: everything, but for a server on the same machine.
    ///
    /// ```
    /// use toasty_postgresql::Tls;
    ///
    /// assert_eq!(Tls::default_for("db.example.com"), Tls::VerifyFull);
    /// assert_eq!(Tls::default_for("10.0.0.7"), Tls::VerifyFull);
    /// assert_eq!(Tls::default_for("localhost"), Tls::Off);
    /// assert_eq!(Tls::default_for("127.0.0.1"), Tls::Off);
    /// assert_eq!(Tls::default_for("::1"), Tls::Off);
    /// assert_eq!(Tls::default_for("/run/postgresql"), Tls::Off);
    /// ```
    pub fn default_for(host: &str) -> Tls {
        let loopback = host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if loopback || host.starts_with('/') {
            Tls::Off
        } else {
            Tls::VerifyFull
        }
    }
}

/// A password. Nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub(crate) String);

impl From<String> for Password {
    fn from(password: String) -> Self {
        Password(password)
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Password(password.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// Where PostgreSQL is, and how it is spoken to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The host's name or address, or the folder of a unix socket, which begins with `/`.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The role.
    pub user: String,
    /// Its password, where the server asks for one.
    pub password: Option<Password>,
    /// The database.
    pub database: String,
    /// The schema that the tables are in, where it is not the one that the server chooses.
    pub schema: Option<String>,
    /// The name that the server shows for the connection.
    pub application_name: String,
    /// What is demanded of the server's certificate.
    pub tls: Tls,
    /// A PEM file with the roots that are trusted, in place of the system's.
    pub ca: Option<PathBuf>,
    /// A PEM file with this side's certificate, where the server asks for one.
    pub client_certificate: Option<PathBuf>,
    /// A PEM file with its key.
    pub client_key: Option<PathBuf>,
    /// How long a connection may take to be made, from the name's resolution to the end of authentication.
    pub connect_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Option<Duration>,
    /// How long a transaction may stay open with nothing to do; then the server ends the connection.
    pub idle_in_transaction_timeout: Option<Duration>,
    /// How many prepared statements each connection keeps.
    pub statements: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            host: "localhost".to_owned(),
            port: 5432,
            user: "postgres".to_owned(),
            password: None,
            database: "postgres".to_owned(),
            schema: None,
            application_name: "toasty".to_owned(),
            tls: Tls::Off,
            ca: None,
            client_certificate: None,
            client_key: None,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(30)),
            idle_in_transaction_timeout: Some(Duration::from_secs(300)),
            statements: 256,
        }
    }
}

impl Settings {
    /// Whether the server is reached by a unix socket.
    pub(crate) fn is_unix_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// The server's place, for messages.
    pub(crate) fn place(&self) -> String {
        if self.is_unix_socket() {
            format!("{}/.s.PGSQL.{}", self.host, self.port)
        } else if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}
