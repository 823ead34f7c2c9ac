//! How DynamoDB is reached and used.

use std::fmt;
use std::time::Duration;

/// What happens to a statement that would read a whole table, where it does not allow it by `.allow_scan()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scans {
    /// It is refused, with the index to declare
    #[default]
    Deny,
    /// It is run, with a warning in the log, once a shape
    Warn,
    /// It is run
    Allow,
}

/// How tables that are created are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Billing {
    /// By the request
    #[default]
    OnDemand,
    /// By capacity that is reserved
    Provisioned {
        /// Read capacity units of each table and index
        read: u32,
        /// Write capacity units of each table and index
        write: u32,
    },
}

/// An access key. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name of the key.
    pub access_key_id: String,
    /// The key itself.
    pub secret_access_key: String,
    /// What makes a key of limited time complete.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// How DynamoDB is reached and used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it is, if not at AWS: the URL of DynamoDB Local, for instance.
    pub endpoint: Option<String>,
    /// The region; else that of the environment, as AWS's own programs find it.
    pub region: Option<String>,
    /// Stands before the name of every table.
    pub table_prefix: String,
    /// The access key; else the environment is asked, as AWS's own programs do.
    pub credentials: Option<Credentials>,
    /// The profile in AWS's own configuration files.
    pub profile: Option<String>,
    /// What happens to a statement that would read a whole table.
    pub scans: Scans,
    /// Whether reads see all that was written before them, where DynamoDB can do that: everywhere but on an index.
    pub consistent_reads: bool,
    /// How long a request that was throttled, or was done in part, is sent again.
    pub retry_budget: Duration,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How tables that are created are paid for.
    pub billing: Billing,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            endpoint: None,
            region: None,
            table_prefix: String::new(),
            credentials: None,
            profile: None,
            scans: Scans::Deny,
            consistent_reads: true,
            retry_budget: Duration::from_secs(10),
            request_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            billing: Billing::OnDemand,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_access_key() {
        let settings = Settings {
            credentials: Some(Credentials {
                access_key_id: "CANARY".into(),
                secret_access_key: "CANARY".into(),
                session_token: Some("CANARY".into()),
            }),
            ..Settings::default()
        };
        assert!(!format!("{settings:?}").contains("CANARY"));
    }
}
