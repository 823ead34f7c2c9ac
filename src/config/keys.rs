//! The names of all keys: the one list that the reader, the suggestions and the tests use.
//!
//! Promises: a key that is not here is refused wherever it stands. Must not know types or limits; each section has its
//! own file for those.

/// Every key of `toasty.toml`, with its section in front, in the order of the file.
///
/// A profile takes the same keys, under `profiles.NAME`.
///
/// ```
/// assert!(toasty::config::KEYS.contains(&"backends.sqlite.path"));
/// ```
pub const KEYS: &[&str] = &[
    "backend",
    "backends.sqlite.path",
    "backends.sqlite.busy_timeout",
    "backends.sqlite.execution",
    "backends.sqlite.readers",
    "backends.sqlite.synchronous",
    "backends.sqlite.cache_size",
    "backends.postgresql.url",
    "backends.postgresql.host",
    "backends.postgresql.port",
    "backends.postgresql.user",
    "backends.postgresql.database",
    "backends.postgresql.password",
    "backends.postgresql.allow_inline_secret",
    "backends.postgresql.schema",
    "backends.postgresql.tls",
    "backends.postgresql.ca",
    "backends.postgresql.client_certificate",
    "backends.postgresql.client_key",
    "backends.postgresql.application_name",
    "backends.postgresql.connect_timeout",
    "backends.postgresql.statement_timeout",
    "backends.postgresql.idle_in_transaction_timeout",
    "backends.dynamodb.endpoint",
    "backends.dynamodb.region",
    "backends.dynamodb.table_prefix",
    "backends.dynamodb.access_key_id",
    "backends.dynamodb.secret_access_key",
    "backends.dynamodb.session_token",
    "backends.dynamodb.allow_inline_secret",
    "backends.dynamodb.profile",
    "backends.dynamodb.scans",
    "backends.dynamodb.consistent_reads",
    "backends.dynamodb.retry_budget",
    "backends.dynamodb.request_timeout",
    "backends.dynamodb.connect_timeout",
    "backends.dynamodb.billing",
    "backends.dynamodb.read_capacity",
    "backends.dynamodb.write_capacity",
    "pool.max",
    "pool.min_idle",
    "pool.acquire_timeout",
    "pool.idle_timeout",
    "pool.max_lifetime",
    "pool.warm_up",
    "pool.leak_report",
    "pool.retries",
    "cache.plans",
    "cache.statements",
    "logging.parameters",
    "logging.slow_query",
    "loading.batch",
    "pages.key",
    "pages.allow_inline_secret",
    "development.full_scans",
];

/// The keys whose values are secrets, or hold one.
const SECRETS: &[&str] = &[
    "backends.postgresql.url",
    "backends.postgresql.password",
    "backends.dynamodb.access_key_id",
    "backends.dynamodb.secret_access_key",
    "backends.dynamodb.session_token",
    "pages.key",
];

/// The one of them that is a text and never a table.
const URL: &str = "backends.postgresql.url";

/// The name of the section that holds the profiles. It is no key, and a profile cannot hold it.
pub(super) const PROFILES: &str = "profiles";

/// The key of this full name, as the list spells it.
pub(super) fn key(full_name: &str) -> Option<&'static str> {
    KEYS.iter().copied().find(|key| *key == full_name)
}

/// Whether the value of the key is a secret, or holds one.
pub(super) fn is_secret(full_name: &str) -> bool {
    SECRETS.contains(&full_name)
}

/// Whether the value of the key may be a table, which tells where a secret is.
pub(super) fn may_be_table(full_name: &str) -> bool {
    is_secret(full_name) && full_name != URL
}

/// Whether the name is a section, or the front part of one, such as `backends`.
pub(super) fn is_section(full_name: &str) -> bool {
    KEYS.iter().any(|key| {
        key.strip_prefix(full_name)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// A key as its section and its own name: `cache.plans` is `("cache", "plans")`.
pub(super) fn split(full_name: &str) -> (&str, &str) {
    full_name.rsplit_once('.').unwrap_or(("", full_name))
}

/// The names that may stand directly in a section; the empty name is the top of the file.
pub(super) fn names_in(section: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in KEYS {
        let rest = if section.is_empty() {
            Some(*key)
        } else {
            key.strip_prefix(section)
                .and_then(|rest| rest.strip_prefix('.'))
        };
        if let Some(name) = rest.and_then(|rest| rest.split('.').next())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// Every section that holds keys of its own.
pub(super) fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&'static str> = KEYS
        .iter()
        .map(|key| split(key).0)
        .filter(|name| !name.is_empty())
        .collect();
    sections.dedup();
    sections
}
