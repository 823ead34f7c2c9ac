//! Loads a configuration: finds the file, parses it, lays the profile over it, reads the values.
//!
//! Promises: the order of the phases, in one place. Must not know a single key but `backend`, which a variable can
//! override and on which it depends whose variables and secrets are needed.

use std::path::Path;

use super::Config;
use super::backend::{self, BackendName};
use super::document::Document;
use super::environment::Environment;
use super::error::ConfigError;
use super::find::{self, Found};
use super::hidden;
use super::profile;
use super::reader::Reader;
use super::source::Source;

impl Config {
    /// Loads the configuration of this program: `toasty.toml` from the working directory upwards, the file named by
    /// `TOASTY_CONFIG` instead, or the defaults if there is no file. `TOASTY_PROFILE` and `TOASTY_BACKEND` apply.
    ///
    /// # Errors
    ///
    /// By the [kind](super::ConfigErrorKind) of the error:
    ///
    /// - `Unreadable`: the file or that of a secret cannot be read, or `TOASTY_CONFIG` names one that is not there.
    /// - `Syntax`: it is not TOML, or sets a key twice.
    /// - `UnknownKey`, `UnknownSection`: a name is misspelt.
    /// - `WrongType`, `BadValue`, `OutOfRange`: a value is wrong.
    /// - `BadReference`: `${VAR}` stands without a default, or `{ env = "VAR" }`, and `VAR` is not set.
    /// - `InlineSecret`: a password or a key stands in the file, without `allow_inline_secret = true`.
    /// - `UnknownProfile`: no profile has the name in `TOASTY_PROFILE`.
    /// - `BackendNotCompiled`: this build does not have the backend.
    ///
    /// ```no_run
    /// let config = toasty::config::Config::load()?;
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn load() -> Result<Self, ConfigError> {
        // A relative folder stands for the working directory even where its name cannot be found out.
        let folder = std::env::current_dir().unwrap_or_default();
        Self::load_from(folder, &Environment::process())
    }

    /// Loads the configuration as [`Config::load`] does, for a program that runs in `folder` and sees `environment`.
    ///
    /// # Errors
    ///
    /// Those of [`Config::load`].
    ///
    /// ```
    /// use toasty::config::{Config, Environment};
    ///
    /// let folder = std::env::temp_dir();
    /// # let folder = folder.join("toasty-load-from-example");
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// std::fs::write(folder.join("toasty.toml"), "loading.batch = 500").unwrap();
    /// let config = Config::load_from(&folder, &Environment::empty())?;
    /// assert_eq!(config.loading.batch, 500);
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn load_from(
        folder: impl AsRef<Path>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        match find::find(folder.as_ref(), environment)? {
            Some(found) => Self::read_found(&found, environment),
            None => {
                profile::refuse_without_file(environment)?;
                let mut config = Self::parse("", environment)?;
                config.resolve(folder.as_ref());
                Ok(config)
            }
        }
    }

    /// Loads one file, with the environment of this process; `TOASTY_CONFIG` has no say.
    ///
    /// # Errors
    ///
    /// Those of [`Config::load`].
    ///
    /// ```no_run
    /// let config = toasty::config::Config::from_file("deploy/toasty.toml")?;
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::from_file_in(path, &Environment::process())
    }

    /// Loads one file as [`Config::from_file`] does, with the given environment.
    ///
    /// # Errors
    ///
    /// Those of [`Config::load`].
    ///
    /// ```no_run
    /// use toasty::config::{Config, Environment};
    ///
    /// let config = Config::from_file_in("deploy/toasty.toml", &Environment::from([("TOASTY_PROFILE", "test")]))?;
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn from_file_in(
        path: impl AsRef<Path>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        Self::read_found(&find::read(path.as_ref())?, environment)
    }

    /// Reads the text of a `toasty.toml`. A relative path in it stays relative: a text has no folder.
    ///
    /// # Errors
    ///
    /// Those of [`Config::load`], except for the ones about the file.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toasty::config::{Config, Environment};
    ///
    /// let config = Config::parse("[pool]\nacquire_timeout = \"250ms\"", &Environment::empty())?;
    /// assert_eq!(config.pool.acquire_timeout, Duration::from_millis(250));
    /// # Ok::<(), toasty::config::ConfigError>(())
    /// ```
    pub fn parse(text: &str, environment: &Environment) -> Result<Self, ConfigError> {
        Self::read_source(&Source::new(text, None), environment)
    }

    fn read_found(found: &Found, environment: &Environment) -> Result<Self, ConfigError> {
        let source = Source::new(&found.text, Some(&found.path));
        let mut config = Self::read_source(&source, environment)?;
        config.resolve(found.path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    fn read_source(source: &Source<'_>, environment: &Environment) -> Result<Self, ConfigError> {
        let tree = Document::parse(source)?;
        let hidden = hidden::in_tree(&tree);
        let source = &Source {
            hidden: &hidden,
            ..*source
        };
        let document = Document::new(source, &tree)?;
        // Each profile by itself first: what is wrong in one that is not chosen is still wrong. So is what is wrong in
        // the base, though what it lacks may stand in every profile.
        let base = Reader::without_environment(source, &document.base).of_part();
        Self::read_layer(&base, None)?;
        for profile in &document.profiles {
            let layer = document.with(profile);
            Self::read_layer(&Reader::without_environment(source, &layer), None)?;
        }
        let layer = profile::choose(&document, environment)?;
        let reader = Reader::new(source, &layer, environment);
        let backend = BackendName::in_force(&reader, environment)?;
        let mut config = Self::read_layer(&reader, Some(backend))?;
        config.backend = backend;
        Ok(config)
    }

    /// Reads all sections, in the order of the file. Of the backends, only the chosen one needs what it refers to.
    fn read_layer(reader: &Reader<'_>, chosen: Option<BackendName>) -> Result<Self, ConfigError> {
        let section = |backend| reader.unless_used(chosen == Some(backend));
        backend::check_name(reader)?;
        let mut config = Self::default();
        config.sqlite.read(&section(BackendName::Sqlite))?;
        config.postgresql.read(&section(BackendName::PostgreSql))?;
        config.dynamodb.read(&section(BackendName::DynamoDb))?;
        config.pool.read(reader)?;
        config.cache.read(reader)?;
        config.logging.read(reader)?;
        config.loading.read(reader)?;
        config.pages.read(reader)?;
        config.development.read(reader)?;
        Ok(config)
    }

    /// Makes every relative path start at `folder`.
    fn resolve(&mut self, folder: &Path) {
        self.sqlite.resolve(folder);
        self.postgresql.resolve(folder);
    }
}
