//! The configuration, from the outside: what loads, what is refused, and what the refusal shows.

// A test fails by a panic, in its helper functions too, where clippy.toml does not reach.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "config/dynamodb.rs"]
mod dynamodb;
#[path = "config/example.rs"]
mod example;
#[path = "config/files.rs"]
mod files;
#[path = "config/mutations.rs"]
mod mutations;
#[path = "config/overrides.rs"]
mod overrides;
#[path = "config/pictures.rs"]
mod pictures;
#[path = "config/postgresql.rs"]
mod postgresql;
#[path = "config/references.rs"]
mod references;
#[path = "config/secrets.rs"]
mod secrets;
#[path = "config/typos.rs"]
mod typos;
#[path = "config/values.rs"]
mod values;

use toasty::config::{Config, ConfigError, Environment};

fn parse(text: &str) -> Config {
    parse_in(text, &Environment::empty())
}

fn parse_in(text: &str, environment: &Environment) -> Config {
    match Config::parse(text, environment) {
        Ok(config) => config,
        Err(error) => panic!("{error}"),
    }
}

fn refuse(text: &str) -> ConfigError {
    refuse_in(text, &Environment::empty())
}

fn refuse_in(text: &str, environment: &Environment) -> ConfigError {
    match Config::parse(text, environment) {
        Ok(config) => panic!("this was accepted:\n{text}\n{config:#?}"),
        Err(error) => error,
    }
}
