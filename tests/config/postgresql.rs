//! `[backends.postgresql]`: the URL and the keys, and how a connection is protected.

use std::time::Duration;

use toasty::config::{
    BackendName, Config, ConfigErrorKind, Environment, PostgresqlConfig, Secret, Tls,
};

use super::{parse, refuse, refuse_in};

fn url(url: &str) -> PostgresqlConfig {
    match PostgresqlConfig::from_url(url) {
        Ok(config) => config,
        Err(error) => panic!("{url}\n{error}"),
    }
}

#[test]
fn url_and_table_forms_agree() {
    for (written, table) in [
        ("postgresql://", ""),
        ("postgres://localhost", ""),
        ("postgresql://db", "host = 'db'"),
        ("postgresql://db/", "host = 'db'"),
        ("postgresql://db:6432", "host = 'db'\nport = 6432"),
        ("postgresql://:6432/shop", "port = 6432\ndatabase = 'shop'"),
        ("postgresql://app@db", "host = 'db'\nuser = 'app'"),
        (
            "postgresql://app:word@db/shop",
            "host = 'db'\nuser = 'app'\npassword = 'word'\ndatabase = 'shop'",
        ),
        ("postgresql://[::1]:5433", "host = '::1'\nport = 5433"),
        ("postgresql://[fe80::1]", "host = 'fe80::1'"),
        ("postgresql://127.0.0.1", "host = '127.0.0.1'"),
        (
            "postgresql://%2Frun%2Fpostgresql/shop",
            "host = '/run/postgresql'\ndatabase = 'shop'",
        ),
        (
            "postgresql://a%40b:%3A%2f%3F%23%40%25:x@db/a%2Fb",
            "host = 'db'\nuser = 'a@b'\npassword = ':/?#@%:x'\ndatabase = 'a/b'",
        ),
        (
            "postgresql://%C3%A4:%F0%9F%A6%80@db",
            "host = 'db'\nuser = 'ä'\npassword = '🦀'",
        ),
        (
            "postgresql://db?tls=verify-ca",
            "host = 'db'\ntls = 'verify-ca'",
        ),
        (
            "postgresql://db/shop?tls=off&schema=sales&application_name=the%20shop&connect_timeout=250ms\
             &statement_timeout=2m",
            "host = 'db'\ndatabase = 'shop'\ntls = 'off'\nschema = 'sales'\napplication_name = 'the shop'\n\
             connect_timeout = '250ms'\nstatement_timeout = '2m'",
        ),
        (
            "postgresql://db?statement_timeout=off",
            "host = 'db'\nstatement_timeout = 'off'",
        ),
    ] {
        let section = "[backends.postgresql]\nallow_inline_secret = true\n";
        let from_table = parse(&format!("{section}{table}"));
        let from_url = parse(&format!("{section}url = '{written}'"));
        assert_eq!(from_url, from_table, "{written}");
        assert_eq!(url(written), from_table.postgresql, "{written}");
        let built = Config::postgresql(written).unwrap();
        assert_eq!(
            built,
            from_table.with_backend(BackendName::PostgreSql),
            "{written}"
        );
        assert!(built.check().is_ok());
    }
}

#[test]
fn a_url_takes_the_keys_that_it_does_not_say() {
    let text = "[backends.postgresql]\nurl = \"postgresql://app@db/shop\"\nallow_inline_secret = true\n\
                password = \"word\"\nschema = \"sales\"\ntls = \"verify-ca\"\nca = \"ca.pem\"\n\
                application_name = \"shop\"\nconnect_timeout = \"1s\"\nstatement_timeout = \"1s\"\n\
                idle_in_transaction_timeout = \"1s\"";
    let second = Duration::from_secs(1);
    let expected = url("postgresql://app@db/shop")
        .with_password("word")
        .with_schema("sales")
        .with_tls(Tls::VerifyCa)
        .with_ca("ca.pem")
        .with_application_name("shop")
        .with_connect_timeout(second)
        .with_statement_timeout(Some(second))
        .with_idle_in_transaction_timeout(Some(second));
    assert_eq!(parse(text).postgresql, expected);
}

#[test]
fn what_the_url_says_is_not_said_again() {
    for key in [
        "host = 'db'",
        "port = 5432",
        "user = 'app'",
        "database = 'shop'",
    ] {
        // Whatever is in the URL, and also where that is not known.
        for written in ["postgresql://db", "${DATABASE_URL}"] {
            let name = key.split(' ').next().unwrap();
            let error = refuse(&format!(
                "[backends.postgresql]\nurl = '{written}'\n\n{key}"
            ));
            assert_eq!(error.kind(), ConfigErrorKind::BadValue, "{error}");
            assert_eq!(
                error.message(),
                format!("`{name}` on line 4 says what `url` on line 2 says")
            );
            assert_eq!(error.line(), Some(4));
        }
    }
    for (parameter, key) in [
        ("tls=off", "tls = 'off'"),
        ("schema=a", "schema = 'a'"),
        ("application_name=a", "application_name = 'a'"),
        ("connect_timeout=1s", "connect_timeout = '1s'"),
        ("statement_timeout=off", "statement_timeout = '1s'"),
    ] {
        let name = key.split(' ').next().unwrap();
        let error = refuse(&format!(
            "[backends.postgresql]\n{key}\nurl = 'postgresql://db?{parameter}'"
        ));
        assert_eq!(
            error.message(),
            format!("`{name}` on line 2 says what `url` on line 3 says"),
            "{error}"
        );
    }
    let error = refuse(
        "[backends.postgresql]\nallow_inline_secret = true\nurl = 'postgresql://a:b@db'\npassword = { env = 'A' }",
    );
    assert_eq!(
        error.message(),
        "`password` on line 4 says what `url` on line 3 says"
    );
    // A profile does not take away what it is laid over.
    let error = refuse(
        "[backends.postgresql]\nhost = 'db'\n[profiles.a.backends.postgresql]\nurl = 'postgresql://db'",
    );
    assert_eq!(
        error.message(),
        "`host` on line 2 says what `url` on line 4 says"
    );
}

#[test]
fn a_url_that_is_none_is_refused_with_what_to_write() {
    for (written, message, help) in [
        (
            "mysql://db",
            "`url` is not the URL of a PostgreSQL server",
            "write it as `postgresql://user@host:port/database`",
        ),
        (
            "postgresql://a,b/shop",
            "`url` has more than one host",
            "there is one host, and no list",
        ),
        (
            "postgresql://db:0",
            "`url` has no host and port that can be read",
            "a port is a number, 1 to 65535",
        ),
        (
            "postgresql://db:+5432",
            "`url` has no host and port that can be read",
            "a port is a number, 1 to 65535",
        ),
        (
            "postgresql://db:",
            "`url` has no host and port that can be read",
            "a port is a number, 1 to 65535",
        ),
        (
            "postgresql://::1",
            "`url` has no host and port that can be read",
            "a port is a number, 1 to 65535",
        ),
        (
            "postgresql://[db]",
            "`url` has no host and port that can be read",
            "an IPv6 address stands in brackets, such as `[::1]`",
        ),
        (
            "postgresql://a b",
            "`url` has a host that is none",
            "a host is a name or an address, and nothing else",
        ),
        (
            "postgresql://@db",
            "`url` has a name of the user that is none",
            "a name is not empty",
        ),
        (
            "postgresql://a:@db",
            "`url` has a password that is empty or holds a NUL character",
            "leave out the `:` in front of the `@`",
        ),
        (
            "postgresql://a:b/c@db",
            "`url` has a sign in front of the last `@` that has to be escaped",
            "in a name, a password or a parameter `@` is written as %40, `/` as %2F, `?` as %3F and `#` as %23",
        ),
        (
            "postgresql://a:50%@db",
            "`url` has a `%` without two hexadecimal digits, or one that is not UTF-8",
            "a `%` that stands for itself is written as %25",
        ),
        (
            "postgresql://db/%ff",
            "`url` has a `%` without two hexadecimal digits, or one that is not UTF-8",
            "a `%` that stands for itself is written as %25",
        ),
        (
            "postgresql://db/a/b",
            "`url` has a `/` in the name of the database",
            "such a `/` is written as %2F",
        ),
        (
            "postgresql://db/shop#a",
            "`url` has a `#`",
            "a `#` is written as %23",
        ),
        (
            "postgresql://db?tls",
            "`url` has a parameter without a value",
            "write parameters as `?name=value&name=value`",
        ),
        (
            "postgresql://db?tls=off&tls=off",
            "`url` has the parameter `tls` twice",
            "remove one of them",
        ),
        (
            "postgresql://db?connect_timeout=10",
            "`url` has a `connect_timeout` that is none",
            "a duration is a whole number and `ms`, `s`, `m` or `h`, such as \"5s\" or \"250ms\"",
        ),
        (
            "postgresql://db?connect_timeout=2h",
            "`url` has a `connect_timeout` out of range",
            "allowed: \"1ms\" to \"1h\"",
        ),
        (
            "postgresql://db?target_session_attrs=any",
            "`url` has an unknown parameter `target_session_attrs`",
            "allowed: `tls`, `schema`, `application_name`, `connect_timeout` or `statement_timeout`",
        ),
        (
            "postgresql://db?tsl=off",
            "`url` has an unknown parameter `tsl`",
            "did you mean `tls`?",
        ),
        (
            "postgresql://db?sslmod=verify-full",
            "`url` has an unknown parameter `sslmod`",
            "did you mean `sslmode`? It is a word of libpq; here it is `tls`, such as `tls=verify-full`",
        ),
    ] {
        let error = refuse(&format!("[backends.postgresql]\nurl = \"{written}\""));
        assert_eq!(
            (error.kind(), error.line()),
            (ConfigErrorKind::BadValue, Some(2)),
            "{error}"
        );
        assert_eq!((error.message(), error.help()), (message, Some(help)));
        // Built in code, it is the same.
        let error = Config::postgresql(written).unwrap_err();
        assert_eq!((error.message(), error.help()), (message, Some(help)));
        assert_eq!(
            (error.key(), error.line()),
            (Some("backends.postgresql.url"), None)
        );
        // From a variable, nothing of it is quoted.
        let environment = Environment::from([("DATABASE_URL", written)]);
        let error = refuse_in("backends.postgresql.url = '${DATABASE_URL}'", &environment);
        assert_eq!(
            error.message(),
            "`url` cannot be the value of `${DATABASE_URL}`"
        );
        for part in ["sslmod`", "tsl`", "target_session_attrs"] {
            assert!(!error.to_string().contains(part), "{error}");
        }
    }
}

#[test]
fn the_words_of_libpq_are_refused_with_the_word_that_means_the_same() {
    for (parameter, help) in [
        ("sslmode=disable", "write `tls=off`"),
        (
            "sslmode=prefer",
            "write `tls=verify-full`, or `tls=off`: there is no mode that falls back to no encryption",
        ),
        (
            "sslmode=require",
            "write `tls=encrypt-without-verification`, or better `tls=verify-full`",
        ),
        ("sslmode=verify-ca", "write `tls=verify-ca`"),
        ("sslmode=verify-full", "write `tls=verify-full`"),
        ("sslrootcert=a.pem", "write the key `ca` beside `url`"),
        (
            "sslcert=a.pem",
            "write the key `client_certificate` beside `url`",
        ),
        ("sslkey=a.key", "write the key `client_key` beside `url`"),
        ("password=a", "write the key `password` beside `url`"),
    ] {
        let written = format!("postgresql://db/shop?{parameter}");
        let error = refuse(&format!("backends.postgresql.url = '{written}'"));
        assert_eq!(error.help(), Some(help), "{error}");
        // The words are known, so they tell nothing of a variable.
        let environment = Environment::from([("DATABASE_URL", written)]);
        let error = refuse_in("backends.postgresql.url = '${DATABASE_URL}'", &environment);
        assert!(
            error.help().is_some_and(|shown| shown.ends_with(help)),
            "{error}"
        );
    }
}

#[test]
fn off_this_machine_the_certificate_is_verified_unless_a_word_says_otherwise() {
    for (host, expected) in [
        ("localhost", Tls::Off),
        ("LocalHost", Tls::Off),
        ("127.0.0.1", Tls::Off),
        ("127.8.8.8", Tls::Off),
        ("::1", Tls::Off),
        ("::ffff:127.0.0.1", Tls::Off),
        ("/run/postgresql", Tls::Off),
        ("db.example.com", Tls::VerifyFull),
        ("localhost.example.com", Tls::VerifyFull),
        ("127.0.0.1.example.com", Tls::VerifyFull),
        ("0.0.0.0", Tls::VerifyFull),
        ("10.0.0.1", Tls::VerifyFull),
        ("192.168.1.1", Tls::VerifyFull),
        ("::ffff:10.0.0.1", Tls::VerifyFull),
    ] {
        let config = parse(&format!("backends.postgresql.host = '{host}'")).postgresql;
        assert_eq!(
            (config.tls, config.tls_in_force()),
            (None, expected),
            "{host}"
        );
        assert_eq!(config.is_unix_socket(), host.starts_with('/'));
    }
    for (word, tls) in [
        ("verify-full", Tls::VerifyFull),
        ("verify-ca", Tls::VerifyCa),
        (
            "encrypt-without-verification",
            Tls::EncryptWithoutVerification,
        ),
        ("off", Tls::Off),
    ] {
        for host in ["db.example.com", "localhost"] {
            let text = format!("[backends.postgresql]\nhost = '{host}'\ntls = '{word}'");
            assert_eq!(parse(&text).postgresql.tls_in_force(), tls);
        }
        assert_eq!(tls.as_str(), word);
    }
    for word in ["require", "prefer", "disable", "true", "on", "none"] {
        let error = refuse(&format!("backends.postgresql.tls = '{word}'"));
        assert_eq!(error.kind(), ConfigErrorKind::BadValue, "{error}");
    }
}

#[test]
fn what_would_be_ignored_is_refused() {
    for (keys, key, message) in [
        (
            "host = '/run/postgresql'\ntls = 'verify-full'",
            "tls",
            "a Unix socket has no TLS",
        ),
        (
            "ca = 'ca.pem'",
            "ca",
            "`ca` has no use: `tls` is \"off\", and no certificate is looked at",
        ),
        (
            "host = 'db'\nca = 'ca.pem'\ntls = 'encrypt-without-verification'",
            "ca",
            "`ca` has no use: `tls` is \"encrypt-without-verification\", and no certificate is looked at",
        ),
        (
            "host = 'db'\nclient_certificate = 'a.pem'",
            "client_certificate",
            "`client_certificate` stands without `client_key`",
        ),
        (
            "host = 'db'\nclient_key = 'a.key'",
            "client_key",
            "`client_key` stands without `client_certificate`",
        ),
        (
            "client_certificate = 'a.pem'\nclient_key = 'a.key'",
            "client_certificate",
            "`client_certificate` has no use: `tls` is \"off\"",
        ),
    ] {
        let error = refuse(&format!("[backends.postgresql]\n{keys}"));
        assert_eq!(
            (error.kind(), error.message()),
            (ConfigErrorKind::BadValue, message),
            "{error}"
        );
        let full_name = format!("backends.postgresql.{key}");
        assert_eq!(error.key(), Some(&*full_name));
        // What is missing may be in a profile, so the base alone is not held to it; nor where a variable decides.
        let text = format!("[backends.postgresql]\n{keys}\n[profiles.a]");
        assert!(Config::parse(&text, &Environment::empty()).is_err());
    }
    let text =
        "[backends.postgresql]\nca = 'ca.pem'\n[profiles.a.backends.postgresql]\nhost = 'db'";
    let environment = Environment::from([("TOASTY_PROFILE", "a")]);
    let config = Config::parse(text, &environment).unwrap().postgresql;
    assert_eq!(config.tls_in_force(), Tls::VerifyFull);
    parse("[backends.postgresql]\nca = 'ca.pem'\nhost = '${HOST}'");

    let built = PostgresqlConfig::default().with_ca("ca.pem");
    let config = Config::default().with_postgresql(built);
    assert!(config.check().is_ok(), "it is not in use");
    let error = config
        .with_backend(BackendName::PostgreSql)
        .check()
        .unwrap_err();
    assert_eq!(error.key(), Some("backends.postgresql.ca"));
}

#[test]
fn a_text_that_the_server_would_cut_or_misread_is_refused() {
    let long = "x".repeat(64);
    for (key, value) in [
        ("host", ""),
        ("host", "postgresql://db"),
        ("host", "db:5432"),
        ("host", "a,b"),
        ("host", "user@db"),
        ("host", "db/shop"),
        ("user", ""),
        ("user", &long),
        ("database", ""),
        ("database", "a\\u0000b"),
        ("schema", &long),
        ("application_name", "café"),
        ("application_name", &long),
        ("ca", ""),
        ("ca", "~/ca.pem"),
        ("client_key", " "),
    ] {
        let error = refuse(&format!("[backends.postgresql]\n{key} = \"{value}\""));
        assert_eq!(
            (error.kind(), error.line()),
            (ConfigErrorKind::BadValue, Some(2)),
            "{error}"
        );
        assert!(error.help().is_some(), "{error}");
    }
}

#[test]
fn the_paths_of_certificates_start_at_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("toasty.toml");
    let text = "[backends.postgresql]\nhost = 'db'\nca = 'tls/ca.pem'\nclient_certificate = 'a.pem'\n\
                client_key = '/etc/a.key'";
    std::fs::write(&path, text).unwrap();
    let config = Config::from_file_in(&path, &Environment::empty()).unwrap();
    assert_eq!(
        config.postgresql,
        PostgresqlConfig::default()
            .with_host("db")
            .with_ca(folder.path().join("tls/ca.pem"))
            .with_client_certificate(folder.path().join("a.pem"), "/etc/a.key")
    );
}

#[test]
fn the_database_is_that_of_the_user_unless_it_has_a_name() {
    assert_eq!(PostgresqlConfig::default().database_name(), "postgres");
    assert_eq!(url("postgresql://app@db").database_name(), "app");
    assert_eq!(url("postgresql://app@db/shop").database_name(), "shop");
    assert_eq!(
        url("postgresql://app:word@db").password,
        Some(Secret::from("word"))
    );
}
