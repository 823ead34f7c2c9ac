//! The `toasty.toml` at the root of the project: whole, and true.

use toasty::config::{
    Config, DynamodbConfig, Environment, KEYS, PagesConfig, PostgresqlConfig, Tls,
};

use super::{parse, parse_in};

const EXAMPLE: &str = include_str!("../../toasty.toml");

/// Every key line of the text, set or commented out, by its full name.
fn keys_in(text: &str) -> Vec<(String, bool)> {
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in text.lines() {
        let commented = line.starts_with("# ");
        let line = line.trim_start_matches("# ");
        if let Some(header) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            section = format!("{header}.");
        } else if let Some((name, _)) = line.split_once(" = ")
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        {
            keys.push((format!("{section}{name}"), commented));
        }
    }
    keys
}

#[test]
fn the_example_names_every_key_and_no_other() {
    let keys = keys_in(EXAMPLE);
    let named: Vec<&str> = keys
        .iter()
        .map(|(key, _)| key.as_str())
        .filter(|key| !key.starts_with("profiles."))
        .collect();
    assert_eq!(named, KEYS);
    let commented: Vec<&str> = keys
        .iter()
        .filter(|(_, commented)| *commented)
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(commented, WITHOUT_VALUE);
}

/// The keys whose default is that they are not set.
const WITHOUT_VALUE: &[&str] = &[
    "backends.sqlite.cache_size",
    "backends.postgresql.url",
    "backends.postgresql.database",
    "backends.postgresql.password",
    "backends.postgresql.schema",
    "backends.postgresql.tls",
    "backends.postgresql.ca",
    "backends.postgresql.client_certificate",
    "backends.postgresql.client_key",
    "backends.dynamodb.endpoint",
    "backends.dynamodb.region",
    "backends.dynamodb.access_key_id",
    "backends.dynamodb.secret_access_key",
    "backends.dynamodb.session_token",
    "backends.dynamodb.profile",
    "pages.key",
];

/// The example with the line of a key set that is commented out.
fn with(text: &str, name: &str) -> String {
    let commented = format!("\n# {name} = ");
    assert!(text.contains(&commented), "{name}");
    text.replace(&commented, &format!("\n{name} = "))
}

/// The example without the line of a key.
fn without(text: &str, line: &str) -> String {
    assert!(text.contains(&format!("\n{line}\n")), "{line}");
    text.replace(&format!("\n{line}\n"), "\n")
}

#[test]
fn the_example_sets_the_defaults() {
    assert_eq!(parse(EXAMPLE), Config::default());
}

#[test]
fn the_example_is_right_in_what_it_comments_out_and_in_its_profile() {
    let text = [
        "cache_size",
        "database",
        "password",
        "schema",
        "tls",
        "ca",
        "client_certificate",
        "client_key",
        "endpoint",
        "region",
        "access_key_id",
        "secret_access_key",
        "session_token",
        "key",
    ]
    .iter()
    .fold(EXAMPLE.to_owned(), |text, name| with(&text, name));
    let environment = Environment::from([
        ("TOASTY_PROFILE", "test"),
        ("PAGES_KEY", "0123456789abcdef0123456789abcdef"),
    ]);
    let config = parse_in(&text, &environment);
    let mut expected = Config::sqlite_in_memory();
    expected.sqlite.cache_size = Some(16 << 20);
    expected.postgresql = PostgresqlConfig::default()
        .with_database("shop")
        .with_schema("public")
        .with_tls(Tls::VerifyFull)
        .with_ca("ca.pem")
        .with_client_certificate("client.pem", "client.key");
    expected.dynamodb = DynamodbConfig::default()
        .with_endpoint("http://localhost:8000")
        .with_region("eu-central-1");
    expected.pages = PagesConfig::default().with_key("0123456789abcdef0123456789abcdef");
    assert_eq!(config, expected);
}

#[test]
fn the_example_is_right_in_what_goes_instead_of_something_else() {
    let text = with(EXAMPLE, "url");
    let text = ["host = \"localhost\"", "port = 5432", "user = \"postgres\""]
        .iter()
        .fold(text, |text, line| without(&text, line));
    let environment = Environment::from([("DATABASE_URL", "postgresql://app@db/shop")]);
    let mut expected = Config::default();
    expected.postgresql = PostgresqlConfig::from_url("postgresql://app@db/shop").unwrap();
    assert_eq!(parse_in(&text, &environment), expected);

    let config = parse(&with(EXAMPLE, "profile"));
    assert_eq!(config.dynamodb.profile.as_deref(), Some("default"));
}

#[test]
fn every_key_of_the_example_has_a_comment_with_its_default() {
    // A group of keys shares the comment above the first of them.
    let mut comment = String::new();
    let mut explained = Vec::new();
    let mut was_key = false;
    for line in EXAMPLE.lines() {
        let is_key = !keys_in(line).is_empty();
        if is_key {
            explained.push(comment.contains("Default: "));
        } else if was_key || line.is_empty() {
            comment.clear();
        }
        if !is_key {
            comment.push_str(line);
        }
        was_key = is_key;
    }
    // The last key is that of the profile, which explains itself.
    assert_eq!(explained.len(), KEYS.len() + 1);
    for (key, is_explained) in KEYS.iter().zip(explained) {
        assert!(is_explained, "{key}");
    }
}
