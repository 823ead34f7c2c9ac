//! Real servers for the tests: one PostgreSQL and one DynamoDB Local, shared by all tests of all test processes, and a
//! PostgreSQL of a test's own for those that restart or freeze it.
//!
//! [`postgresql`] and [`dynamodb`] give a URL, quickly when the server runs already. A server is, in this order: the one
//! that `TOASTY_TEST_POSTGRESQL_URL` or `TOASTY_TEST_DYNAMODB_URL` names; a container of the image that
//! `TOASTY_TEST_POSTGRES_IMAGE` or `TOASTY_TEST_DYNAMODB_IMAGE` names; a container of the official image. Where there is
//! none of these, the test fails and says what to do: a green run never means that nothing was tested.
//!
//! Nothing here is `async`, and everything may be called from any thread, also from a task of any runtime: the work is
//! done on threads of this crate.
//!
//! It knows no crate of Toasty and no driver. Whether a server is ready is asked in a few bytes of its own protocol.
//!
//! What may surprise: a shared container is not removed when the tests end, because nobody knows which process is the
//! last. `cargo xtask test` removes it, and so does `cargo xtask servers --stop`. Since the servers are shared, a test
//! keeps to a schema (PostgreSQL) or a table prefix (DynamoDB) of its own.

#![allow(
    clippy::panic,
    reason = "whoever calls this is a test, and a test fails by a panic"
)]

mod blocking;
mod container;
mod dynamodb;
mod postgresql;
mod private;

use std::sync::OnceLock;

pub use private::PrivatePostgres;

/// The URL of the shared PostgreSQL: a superuser, and a database that exists.
///
/// The default collation is not that of bytes, as it is on most servers of the world: an order or a comparison that
/// relies on bytes without saying so shows here.
///
/// # Panics
///
/// Where there is no server, with what to do.
#[must_use]
pub fn postgresql() -> &'static str {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    given_or_started(&URL, "PostgreSQL", "TOASTY_TEST_POSTGRESQL_URL", || {
        postgresql::shared()
    })
}

/// The URL of the shared PostgreSQL for a user who has to prove a password, by SCRAM-SHA-256.
///
/// It is the URL of [`postgresql`] with the user `scram`. A server that a variable names needs that role, with the
/// password of the URL.
///
/// # Panics
///
/// Where there is no server, with what to do.
#[must_use]
pub fn postgresql_with_password() -> String {
    postgresql::as_user(postgresql(), postgresql::USER_WITH_PASSWORD)
}

/// The endpoint of the shared DynamoDB Local. It takes any credentials and any region, and all see the same tables.
///
/// # Panics
///
/// Where there is no server, with what to do.
#[must_use]
pub fn dynamodb() -> &'static str {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    given_or_started(&URL, "DynamoDB Local", "TOASTY_TEST_DYNAMODB_URL", || {
        dynamodb::shared()
    })
}

/// Whether this run has been told, by the variable `TOASTY_TEST_WITHOUT_DOCKER`, that there is no Docker. A test that
/// needs a container although the shared servers have URLs then says so and ends; without the variable it fails.
#[must_use]
pub fn without_docker() -> bool {
    let without =
        std::env::var("TOASTY_TEST_WITHOUT_DOCKER").is_ok_and(|without| !without.is_empty());
    if without {
        eprintln!("not tested: TOASTY_TEST_WITHOUT_DOCKER is set, and this test needs a container");
    }
    without
}

/// The URL in the variable, or that of a container, once per process. A failure is kept too: the second test that needs
/// the server fails as quickly as it can.
fn given_or_started(
    url: &'static OnceLock<Result<String, String>>,
    server: &str,
    variable: &str,
    start: impl FnOnce() -> Result<String, String>,
) -> &'static str {
    let found = url.get_or_init(|| match std::env::var(variable) {
        Ok(given) if !given.is_empty() => Ok(given),
        _ => start(),
    });
    match found {
        Ok(url) => url,
        Err(cause) => panic!(
            "There is no {server} for this test: {cause}. Run the tests by `cargo xtask test`, which sets up what they \
             need, or run `cargo xtask servers` and what it prints; or set {variable} to a server that runs."
        ),
    }
}
