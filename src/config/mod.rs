//! The configuration: what `toasty.toml` says, checked, as plain Rust values.
//!
//! **Promises.** A configuration that loads is whole and within its limits: every key is known, has the right type and
//! an allowed value, in the profile that is chosen *and* in every profile that is not. Everything else is a
//! [`ConfigError`] which shows the line, a caret under the key or value, and the nearest valid name. No message ever
//! holds a value that came from an environment variable, except for the path in `TOASTY_CONFIG`.
//!
//! **Must not know** any backend, driver, pool or async runtime: it describes what they shall do and opens nothing but
//! its own file.
//!
//! **The surprising decision.** The text is not deserialized into the structs by serde, but walked as a tree in which
//! every key and value knows its place. Serde loses that place as soon as two tables are merged, and a profile is
//! exactly that.
//!
//! # Where the values come from
//!
//! From the strongest to the weakest:
//!
//! 1. `TOASTY_BACKEND`, for the key `backend` only;
//! 2. `[profiles.NAME.*]`, if `TOASTY_PROFILE` is `NAME`;
//! 3. the sections of `toasty.toml`;
//! 4. [`Config::default()`]: embedded SQLite in the file `toasty.db`.
//!
//! [`Config::load`] looks for `toasty.toml` in the working directory and then in each folder above it; `TOASTY_CONFIG`
//! names a file instead. If there is no such file, the defaults hold. A variable that is set to an empty text counts as
//! not set. A relative database path, the default one too, starts at the folder of `toasty.toml`, or at the
//! working directory if there is no file.
//!
//! # References to the environment
//!
//! `${VAR}` and `${VAR:-default}` expand inside every text value; the default is taken if the variable is not set or
//! is empty. `$${` stands for a plain `${`. A number or a boolean may also be given as a text that holds a reference:
//! `readers = "${READERS:-4}"`; a text without one, such as `readers = "4"`, is a wrong type. A value that is not used,
//! because it is in another profile or because the chosen profile replaces it, is checked for its form but its
//! variables need not be set.
//!
//! ```
//! use toasty::config::{Config, Environment};
//!
//! let text = r#"
//!     [backends.sqlite]
//!     path = "${DATA:-.}/shop.db"
//!
//!     [profiles.test.backends.sqlite]
//!     path = ":memory:"
//! "#;
//! let environment = Environment::from([("TOASTY_PROFILE", "test")]);
//! let config = Config::parse(text, &environment)?;
//! assert_eq!(config, Config::sqlite_in_memory());
//! # Ok::<(), toasty::config::ConfigError>(())
//! ```

mod authority;
mod backend;
mod cache;
mod development;
mod document;
mod dynamodb;
mod environment;
mod error;
mod expand;
mod find;
mod hidden;
mod keys;
mod layer;
mod limits;
mod load;
mod loading;
mod logging;
mod pages;
mod picture;
mod pool;
mod postgresql;
mod postgresql_keys;
mod postgresql_url;
mod profile;
mod quantity;
mod reader;
mod scale;
mod secret;
mod source;
mod sqlite;
mod suggest;
mod text;
mod tls;
mod unknown;
mod value;

use std::path::PathBuf;

pub use backend::BackendName;
pub use cache::CacheConfig;
pub use development::{DevelopmentConfig, FullScans};
pub use dynamodb::{Billing, DynamodbConfig, Scans};
pub use environment::Environment;
pub use error::{ConfigError, ConfigErrorKind};
pub use keys::KEYS;
pub use loading::LoadingConfig;
pub use logging::LoggingConfig;
pub use pages::PagesConfig;
pub use pool::PoolConfig;
pub use postgresql::PostgresqlConfig;
pub use secret::Secret;
pub use sqlite::{Execution, SqliteConfig, SqliteLocation, Synchronous};
pub use tls::Tls;

/// Everything that can be configured, one field for each section of `toasty.toml`.
///
/// ```
/// use std::time::Duration;
/// use toasty::config::{Config, PoolConfig};
///
/// let config = Config::sqlite("shop.db")
///     .with_pool(PoolConfig::default().with_acquire_timeout(Duration::from_secs(2)));
/// config.check()?;
/// # Ok::<(), toasty::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// `backend`: the database to use. Default: SQLite.
    pub backend: BackendName,
    /// `[backends.sqlite]`: the embedded database.
    pub sqlite: SqliteConfig,
    /// `[backends.postgresql]`: a PostgreSQL server.
    pub postgresql: PostgresqlConfig,
    /// `[backends.dynamodb]`: Amazon DynamoDB.
    pub dynamodb: DynamodbConfig,
    /// `[pool]`: the connections, whatever the backend is.
    pub pool: PoolConfig,
    /// `[cache]`: plans and prepared statements.
    pub cache: CacheConfig,
    /// `[logging]`: what the log shows of a statement.
    pub logging: LoggingConfig,
    /// `[loading]`: how associations are fetched.
    pub loading: LoadingConfig,
    /// `[pages]`: what the cursors of pages are signed with.
    pub pages: PagesConfig,
    /// `[development]`: what is looked at while a program is being written.
    pub development: DevelopmentConfig,
}

impl Config {
    /// The defaults, with SQLite in the file at `path`.
    ///
    /// The path is taken as it is: `":memory:"` has no special meaning here, see [`Config::sqlite_in_memory`].
    ///
    /// ```
    /// use toasty::config::{Config, SqliteLocation};
    ///
    /// let config = Config::sqlite("shop.db");
    /// assert_eq!(config.sqlite.location, SqliteLocation::File("shop.db".into()));
    /// ```
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::default()
            .with_sqlite(SqliteConfig::default().with_location(SqliteLocation::File(path.into())))
    }

    /// The defaults, with SQLite in memory: the data is gone when the database is closed.
    ///
    /// ```
    /// use toasty::config::{Config, SqliteLocation};
    ///
    /// assert_eq!(Config::sqlite_in_memory().sqlite.location, SqliteLocation::Memory);
    /// ```
    #[must_use]
    pub fn sqlite_in_memory() -> Self {
        Self::default().with_sqlite(SqliteConfig::default().with_location(SqliteLocation::Memory))
    }

    /// The defaults, with the PostgreSQL server that a URL names, as [`PostgresqlConfig::from_url`] reads it.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::BadValue`] for a text that is no such URL. The error shows neither user nor password.
    ///
    /// ```
    /// use toasty::config::Config;
    ///
    /// let config = Config::postgresql("postgresql://app@db.example.com/shop")?;
    /// assert_eq!(config.postgresql.database_name(), "shop");
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn postgresql(url: &str) -> Result<Self, ConfigError> {
        let postgresql = PostgresqlConfig::from_url(url)?;
        Ok(Self::default()
            .with_backend(BackendName::PostgreSql)
            .with_postgresql(postgresql))
    }

    /// The defaults, with the DynamoDB that the environment of the AWS tools names.
    ///
    /// ```
    /// use toasty::config::{Config, DynamodbConfig};
    ///
    /// let config = Config::dynamodb().with_dynamodb(DynamodbConfig::default().with_region("eu-central-1"));
    /// assert_eq!(config.backend.as_str(), "dynamodb");
    /// ```
    #[must_use]
    pub fn dynamodb() -> Self {
        Self::default().with_backend(BackendName::DynamoDb)
    }

    /// Uses another backend.
    ///
    /// A configuration that was loaded holds the secrets of the backend that it chose and of no other: to load those of
    /// another, set `TOASTY_BACKEND`.
    ///
    /// ```
    /// use toasty::config::{BackendName, Config};
    ///
    /// assert_eq!(Config::default().with_backend(BackendName::Sqlite), Config::default());
    /// ```
    #[must_use]
    pub fn with_backend(mut self, backend: BackendName) -> Self {
        self.backend = backend;
        self
    }

    /// Replaces the section `[backends.sqlite]`.
    #[must_use]
    pub fn with_sqlite(mut self, sqlite: SqliteConfig) -> Self {
        self.sqlite = sqlite;
        self
    }

    /// Replaces the section `[backends.postgresql]`.
    #[must_use]
    pub fn with_postgresql(mut self, postgresql: PostgresqlConfig) -> Self {
        self.postgresql = postgresql;
        self
    }

    /// Replaces the section `[backends.dynamodb]`.
    #[must_use]
    pub fn with_dynamodb(mut self, dynamodb: DynamodbConfig) -> Self {
        self.dynamodb = dynamodb;
        self
    }

    /// Replaces the section `[pool]`.
    #[must_use]
    pub fn with_pool(mut self, pool: PoolConfig) -> Self {
        self.pool = pool;
        self
    }

    /// Replaces the section `[cache]`.
    #[must_use]
    pub fn with_cache(mut self, cache: CacheConfig) -> Self {
        self.cache = cache;
        self
    }

    /// Replaces the section `[logging]`.
    #[must_use]
    pub fn with_logging(mut self, logging: LoggingConfig) -> Self {
        self.logging = logging;
        self
    }

    /// Replaces the section `[loading]`.
    #[must_use]
    pub fn with_loading(mut self, loading: LoadingConfig) -> Self {
        self.loading = loading;
        self
    }

    /// Replaces the section `[pages]`.
    #[must_use]
    pub fn with_pages(mut self, pages: PagesConfig) -> Self {
        self.pages = pages;
        self
    }

    /// Replaces the section `[development]`.
    #[must_use]
    pub fn with_development(mut self, development: DevelopmentConfig) -> Self {
        self.development = development;
        self
    }

    /// Checks the limits of a configuration that was built in code. One that was loaded has passed already.
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::OutOfRange`] for a number, duration or size outside its limits, and
    /// [`ConfigErrorKind::BadValue`] for a text that cannot be used, such as a database path that is empty, and for
    /// settings of the chosen backend that do not go together.
    ///
    /// ```
    /// use toasty::config::{Config, ConfigErrorKind};
    ///
    /// let mut config = Config::default();
    /// config.sqlite.readers = 0;
    /// assert_eq!(config.check().unwrap_err().kind(), ConfigErrorKind::OutOfRange);
    /// ```
    pub fn check(&self) -> Result<(), ConfigError> {
        self.sqlite.check()?;
        self.postgresql.check()?;
        self.dynamodb.check()?;
        match self.backend {
            BackendName::Sqlite => {}
            BackendName::PostgreSql => self.postgresql.check_together()?,
            BackendName::DynamoDb => self.dynamodb.check_together()?,
        }
        self.pool.check()?;
        self.cache.check()?;
        self.logging.check()?;
        self.loading.check()?;
        self.pages.check()
    }
}
