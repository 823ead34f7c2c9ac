//! `[backends.sqlite]`: the embedded database.
//!
//! Promises: a path is a file or memory and nothing else; SQLite itself would also take an empty text, a URI, or a
//! misspelt `:memory:`, and open something that nobody meant. Must not know SQLite's functions or pragmas.
//!
//! Foreign keys are no key here: they are always enforced.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{ConfigError, ConfigErrorKind};
use super::limits::Limits;
use super::reader::Reader;
use super::value::Text;

const PATH: &str = "backends.sqlite.path";
const BUSY_TIMEOUT: Limits = Limits::duration("backends.sqlite.busy_timeout", 0, 3_600_000);
const EXECUTION: &str = "backends.sqlite.execution";
const READERS: Limits = Limits::count("backends.sqlite.readers", 1, 64);
const SYNCHRONOUS: &str = "backends.sqlite.synchronous";
const CACHE_SIZE: Limits = Limits::size("backends.sqlite.cache_size", 64 << 10, 64 << 30);

const MEMORY: &str = ":memory:";

/// `[backends.sqlite]`.
///
/// ```
/// use toasty::config::{Execution, SqliteConfig};
///
/// let sqlite = SqliteConfig::default().with_readers(8).with_execution(Execution::Thread);
/// assert_eq!(sqlite.readers, 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteConfig {
    /// `path`: where the data is. Default: the file `toasty.db`.
    pub location: SqliteLocation,
    /// `busy_timeout`: how long to wait for a lock that another connection holds, 0 to 1 hour. Default: 5 seconds.
    pub busy_timeout: Duration,
    /// `execution`: where statements run. Default: on the caller's task.
    pub execution: Execution,
    /// `readers`: the number of connections that only read, 1 to 64. Default: 4.
    pub readers: usize,
    /// `synchronous`: when SQLite waits for the disk. Default: normal.
    pub synchronous: Synchronous,
    /// `cache_size`: the page cache of each connection in bytes, 64 KiB to 64 GiB. It is rounded down to whole KiB.
    /// Default: `None`, SQLite's own size.
    pub cache_size: Option<u64>,
}

/// Where SQLite keeps the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SqliteLocation {
    /// `":memory:"`: nowhere; the data is gone when the database is closed.
    Memory,
    /// A file. In a configuration that was loaded, the path is joined to the folder of `toasty.toml`.
    File(PathBuf),
}

/// Where SQLite's statements run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Execution {
    /// `"caller"`: on the caller's task, in slices that yield. The default.
    #[default]
    Caller,
    /// `"thread"`: on a thread for each connection, one hop per operation.
    Thread,
}

/// When SQLite waits until data has reached the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Synchronous {
    /// `"normal"`: at checkpoints. After a power loss the database is whole, but the last commits may be missing.
    /// The default.
    #[default]
    Normal,
    /// `"full"`: at each commit. What is committed survives a power loss.
    Full,
    /// `"off"`: never. A power loss may destroy the database.
    Off,
}

impl Default for SqliteConfig {
    fn default() -> Self {
        Self {
            location: SqliteLocation::File("toasty.db".into()),
            busy_timeout: Duration::from_secs(5),
            execution: Execution::default(),
            readers: 4,
            synchronous: Synchronous::default(),
            cache_size: None,
        }
    }
}

impl SqliteConfig {
    /// Sets [`location`](Self::location).
    #[must_use]
    pub fn with_location(mut self, location: SqliteLocation) -> Self {
        self.location = location;
        self
    }

    /// Sets [`busy_timeout`](Self::busy_timeout).
    #[must_use]
    pub fn with_busy_timeout(mut self, busy_timeout: Duration) -> Self {
        self.busy_timeout = busy_timeout;
        self
    }

    /// Sets [`execution`](Self::execution).
    #[must_use]
    pub fn with_execution(mut self, execution: Execution) -> Self {
        self.execution = execution;
        self
    }

    /// Sets [`readers`](Self::readers).
    #[must_use]
    pub fn with_readers(mut self, readers: usize) -> Self {
        self.readers = readers;
        self
    }

    /// Sets [`synchronous`](Self::synchronous).
    #[must_use]
    pub fn with_synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// Sets [`cache_size`](Self::cache_size), in bytes.
    #[must_use]
    pub fn with_cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = Some(bytes);
        self
    }

    pub(super) fn read(&mut self, reader: &Reader<'_>) -> Result<(), ConfigError> {
        if let Some(text) = reader.text(PATH, "a text in quotes, such as \"toasty.db\"")? {
            self.location = location(&text).map_err(|(why, meant)| {
                let guess = meant
                    .filter(|_| text.is_plain())
                    .map(|meant| format!("did you mean \"{meant}\"? ({why})"));
                reader
                    .refuse(PATH, ConfigErrorKind::BadValue, &text.shown())
                    .with_help(guess.unwrap_or_else(|| {
                        format!("{why}; allowed: the path of a file, or \"{MEMORY}\"")
                    }))
            })?;
        }
        self.busy_timeout = reader.duration(&BUSY_TIMEOUT)?.unwrap_or(self.busy_timeout);
        let executions = [("caller", Execution::Caller), ("thread", Execution::Thread)];
        self.execution = reader
            .choice(EXECUTION, &executions)?
            .unwrap_or(self.execution);
        self.readers = reader.count(&READERS)?.unwrap_or(self.readers);
        let levels = [
            ("normal", Synchronous::Normal),
            ("full", Synchronous::Full),
            ("off", Synchronous::Off),
        ];
        self.synchronous = reader
            .choice(SYNCHRONOUS, &levels)?
            .unwrap_or(self.synchronous);
        self.cache_size = reader
            .quantity(&CACHE_SIZE, None)?
            .flatten()
            .or(self.cache_size);
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.location == SqliteLocation::File(PathBuf::new()) {
            // SQLite would take it for a temporary database.
            return Err(ConfigError::in_code(
                ConfigErrorKind::BadValue,
                PATH,
                format!("`{PATH}` is empty"),
            ));
        }
        BUSY_TIMEOUT.check(self.busy_timeout.as_millis())?;
        READERS.check(self.readers)?;
        self.cache_size
            .map_or(Ok(()), |bytes| CACHE_SIZE.check(bytes))
    }

    /// Makes a relative path start at `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let SqliteLocation::File(path) = &mut self.location {
            *path = folder.join(&*path);
        }
    }
}

/// The location, or why the text is none, with what was probably meant.
fn location(text: &Text) -> Result<SqliteLocation, (&'static str, Option<String>)> {
    let path = text.content.as_str();
    let after = |prefixes: &[&str]| {
        prefixes
            .iter()
            .find_map(|prefix| path.strip_prefix(prefix))
            .map(str::to_owned)
    };
    if path == MEMORY {
        Ok(SqliteLocation::Memory)
    } else if path.trim().is_empty() {
        Err(("a path is not empty", None))
    } else if path.contains('\0') {
        Err(("a path holds no NUL character", None))
    } else if path.starts_with(':') || path == "memory:" {
        Err((
            "a path does not begin or end with a colon",
            Some(MEMORY.to_owned()),
        ))
    } else if path.starts_with("~/") {
        Err((
            "`~` is not expanded",
            Some(path.replacen('~', "${HOME}", 1)),
        ))
    } else if let Some(rest) = after(&["sqlite://", "sqlite:", "file://", "file:"]) {
        let plain = !rest.is_empty() && !rest.contains(['?', '%', '@']);
        Err(("a path is not a URL", plain.then_some(rest)))
    } else {
        Ok(SqliteLocation::File(path.into()))
    }
}
