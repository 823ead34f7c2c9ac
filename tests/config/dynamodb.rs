//! `[backends.dynamodb]`: where the service is, and with which key it is asked.

use toasty::config::{BackendName, Config, ConfigErrorKind, DynamodbConfig, Environment};

use super::{parse, refuse};

#[test]
fn plain_http_goes_to_this_machine_only() {
    for endpoint in [
        "http://localhost:8000",
        "http://127.0.0.1:8000/",
        "http://[::1]:8000",
        "https://dynamodb.eu-central-1.amazonaws.com",
        "https://db.example.com:8443",
    ] {
        let config = parse(&format!("backends.dynamodb.endpoint = '{endpoint}'"));
        assert_eq!(config.dynamodb.endpoint.as_deref(), Some(endpoint));
        assert!(config.check().is_ok());
    }
    for (endpoint, why) in [
        (
            "http://db.example.com",
            "plain `http://` goes to this machine only",
        ),
        (
            "http://10.0.0.1:8000",
            "plain `http://` goes to this machine only",
        ),
        (
            "http://localhost.example.com",
            "plain `http://` goes to this machine only",
        ),
        ("localhost:8000", "an endpoint is a URL"),
        ("ftp://localhost", "an endpoint is a URL"),
        ("https://", "an endpoint is a URL"),
        ("https://db?a=b", "an endpoint is a URL"),
        (
            "http://localhost@db.example.com",
            "an endpoint holds no user and password",
        ),
        ("https://db:0", "a port is a number"),
    ] {
        let error = refuse(&format!("\nbackends.dynamodb.endpoint = '{endpoint}'"));
        assert_eq!(
            (error.kind(), error.line()),
            (ConfigErrorKind::BadValue, Some(2)),
            "{error}"
        );
        assert!(
            error.help().is_some_and(|help| help.starts_with(why)),
            "{error}"
        );
        let built = DynamodbConfig::default().with_endpoint(endpoint);
        let error = Config::dynamodb().with_dynamodb(built).check().unwrap_err();
        assert_eq!(error.key(), Some("backends.dynamodb.endpoint"));
    }
}

#[test]
fn a_key_is_whole_and_comes_from_one_place() {
    for (keys, key, message) in [
        (
            "access_key_id = { env = 'A' }",
            "access_key_id",
            "`access_key_id` stands without `secret_access_key`",
        ),
        (
            "secret_access_key = { env = 'A' }",
            "secret_access_key",
            "`secret_access_key` stands without `access_key_id`",
        ),
        (
            "session_token = { env = 'A' }",
            "session_token",
            "`session_token` stands without `access_key_id` and `secret_access_key`",
        ),
        (
            "access_key_id = { env = 'A' }\nsecret_access_key = { env = 'B' }\nprofile = 'shop'",
            "profile",
            "`profile` says where the keys are, and so does `access_key_id`",
        ),
    ] {
        let error = refuse(&format!("[backends.dynamodb]\n{keys}"));
        assert_eq!(
            (error.kind(), error.message()),
            (ConfigErrorKind::BadValue, message),
            "{error}"
        );
        let full_name = format!("backends.dynamodb.{key}");
        assert_eq!(error.key(), Some(&*full_name));
    }
    // The other half may come with the profile.
    let text = "[backends.dynamodb]\naccess_key_id = { env = 'A' }\n\
                [profiles.a.backends.dynamodb]\nsecret_access_key = { env = 'B' }";
    let environment = Environment::from([("TOASTY_PROFILE", "a")]);
    assert!(Config::parse(text, &environment).is_ok());

    let mut config = Config::dynamodb();
    assert_eq!(config.backend, BackendName::DynamoDb);
    config.dynamodb.access_key_id = Some("id".into());
    assert_eq!(
        config.check().unwrap_err().key(),
        Some("backends.dynamodb.access_key_id")
    );
    assert!(config.with_backend(BackendName::Sqlite).check().is_ok());
}

#[test]
fn a_name_that_the_service_would_refuse_is_refused() {
    let long = "x".repeat(101);
    for (key, value) in [
        ("table_prefix", "shop/"),
        ("table_prefix", &long),
        ("region", ""),
        ("region", "eu-central-1.example.com/"),
        ("region", "EU"),
        ("profile", ""),
        ("profile", "a b"),
    ] {
        let error = refuse(&format!("[backends.dynamodb]\n{key} = \"{value}\""));
        assert_eq!(error.kind(), ConfigErrorKind::BadValue, "{error}");
        assert!(error.help().is_some(), "{error}");
    }
    assert_eq!(
        parse("backends.dynamodb.table_prefix = 'Shop_1.a-'")
            .dynamodb
            .table_prefix,
        "Shop_1.a-"
    );
}
