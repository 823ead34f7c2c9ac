//! The environment variables that a configuration may see.
//!
//! Promises: a configuration reads variables through this and nowhere else, so a test hands in its own and never
//! changes those of the process, which is not sound while threads run. Must not know what the variables mean.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

/// The environment variables that a configuration may see: those of the process, or a given set.
///
/// ```
/// use toasty::config::{BackendName, Config, Environment};
///
/// let environment = Environment::from([("TOASTY_BACKEND", "sqlite")]);
/// assert_eq!(Config::parse("", &environment)?.backend, BackendName::Sqlite);
/// # Ok::<(), toasty::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Environment {
    /// `None` stands for the variables of the process, read when they are asked for.
    given: Option<BTreeMap<String, OsString>>,
}

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn process() -> Self {
        Self { given: None }
    }

    /// No variable at all.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            given: Some(BTreeMap::new()),
        }
    }

    /// Sets a variable in this set. The environment of the process stays as it is: if this was
    /// [`Environment::process`], it becomes a copy.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        let mut given = self.given.take().unwrap_or_else(|| {
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect()
        });
        given.insert(name.into(), value.into());
        Self { given: Some(given) }
    }

    /// The variable, also if it is empty.
    pub(super) fn read(&self, name: &str) -> Option<OsString> {
        match &self.given {
            Some(given) => given.get(name).cloned(),
            None => std::env::var_os(name),
        }
    }

    /// The variable, unless it is empty: `TOASTY_PROFILE= program` is the usual way to say "not this time".
    pub(super) fn read_filled(&self, name: &str) -> Option<OsString> {
        self.read(name).filter(|value| !value.is_empty())
    }
}

impl<Name: Into<String>, Value: Into<OsString>, const COUNT: usize> From<[(Name, Value); COUNT]>
    for Environment
{
    fn from(variables: [(Name, Value); COUNT]) -> Self {
        variables.into_iter().collect()
    }
}

impl<Name: Into<String>, Value: Into<OsString>> FromIterator<(Name, Value)> for Environment {
    fn from_iter<Variables: IntoIterator<Item = (Name, Value)>>(variables: Variables) -> Self {
        let given = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self { given: Some(given) }
    }
}

/// Names only: the values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Some(given) => formatter
                .debug_tuple("Environment")
                .field(&given.keys())
                .finish(),
            None => formatter.write_str("Environment(process)"),
        }
    }
}
