//! What each key takes, what it refuses, and what a configuration built in code is held to.

use std::time::Duration;

use toasty::config::{
    Billing, Config, ConfigErrorKind, DevelopmentConfig, DynamodbConfig, Execution, FullScans,
    KEYS, LoadingConfig, LoggingConfig, PagesConfig, PoolConfig, PostgresqlConfig, Scans,
    SqliteConfig, SqliteLocation, Synchronous, Tls,
};

use super::{parse, refuse};

#[test]
fn an_empty_text_gives_the_defaults() {
    assert_eq!(parse(""), Config::default());
    assert_eq!(parse("[pool]\n[profiles.test]\n"), Config::default());
    let defaults = Config::default();
    assert_eq!(
        defaults.sqlite.location,
        SqliteLocation::File("toasty.db".into())
    );
    assert_eq!(
        (defaults.sqlite.readers, defaults.sqlite.cache_size),
        (4, None)
    );
    assert_eq!(
        (defaults.cache.plans, defaults.cache.statements),
        (256, 256)
    );
    assert!(!defaults.logging.parameters);
    assert_eq!(defaults.check().map_err(|error| error.to_string()), Ok(()));
}

#[test]
fn every_key_is_read() {
    let text = r#"
        backend = "sqlite"
        [backends.sqlite]
        path = ":memory:"
        busy_timeout = "250ms"
        execution = "thread"
        readers = 0x10
        synchronous = "full"
        cache_size = "16MiB"
        [backends.postgresql]
        host = "db.example.com"
        port = 6432
        user = "app"
        database = "shop"
        password = "${PASSWORD:-inline}"
        allow_inline_secret = true
        schema = "sales"
        tls = "verify-ca"
        ca = "/etc/ca.pem"
        client_certificate = "client.pem"
        client_key = "client.key"
        application_name = "the shop"
        connect_timeout = "1s"
        statement_timeout = "off"
        idle_in_transaction_timeout = "1h"
        [backends.dynamodb]
        endpoint = "https://dynamodb.example.com"
        region = "eu-central-1"
        table_prefix = "shop_"
        access_key_id = "id"
        secret_access_key = "key"
        session_token = "token"
        allow_inline_secret = true
        scans = "warn"
        consistent_reads = false
        retry_budget = "0s"
        request_timeout = "1s"
        connect_timeout = "250ms"
        billing = "provisioned"
        read_capacity = 1
        write_capacity = 40_000
        [pool]
        max = 20
        min_idle = 20
        acquire_timeout = "2m"
        idle_timeout = "off"
        max_lifetime = "1h"
        warm_up = true
        leak_report = "off"
        retries = 0
        [cache]
        plans = 1
        statements = 1_000
        [logging]
        parameters = true
        slow_query = "off"
        [loading]
        batch = 30000
        [pages]
        key = "0123456789abcdef0123456789abcdef"
        allow_inline_secret = true
        [development]
        full_scans = "error"
    "#;
    let mut expected = Config::sqlite_in_memory()
        .with_pool(
            PoolConfig::default()
                .with_max(20)
                .with_min_idle(20)
                .with_acquire_timeout(Duration::from_secs(120))
                .with_idle_timeout(None)
                .with_max_lifetime(Some(Duration::from_secs(3600)))
                .with_warm_up(true)
                .with_leak_report(None)
                .with_retries(0),
        )
        .with_logging(
            LoggingConfig::default()
                .with_parameters(true)
                .with_slow_query(None),
        )
        .with_loading(LoadingConfig::default().with_batch(30_000))
        .with_pages(PagesConfig::default().with_key("0123456789abcdef0123456789abcdef"))
        .with_development(DevelopmentConfig::default().with_full_scans(FullScans::Error));
    expected.sqlite = SqliteConfig::default()
        .with_location(SqliteLocation::Memory)
        .with_busy_timeout(Duration::from_millis(250))
        .with_execution(Execution::Thread)
        .with_readers(16)
        .with_synchronous(Synchronous::Full)
        .with_cache_size(16 * 1024 * 1024);
    expected.postgresql = PostgresqlConfig::default()
        .with_host("db.example.com")
        .with_port(6432)
        .with_user("app")
        .with_database("shop")
        .with_password("inline")
        .with_schema("sales")
        .with_tls(Tls::VerifyCa)
        .with_ca("/etc/ca.pem")
        .with_client_certificate("client.pem", "client.key")
        .with_application_name("the shop")
        .with_connect_timeout(Duration::from_secs(1))
        .with_statement_timeout(None)
        .with_idle_in_transaction_timeout(Some(Duration::from_secs(3600)));
    expected.dynamodb = DynamodbConfig::default()
        .with_endpoint("https://dynamodb.example.com")
        .with_region("eu-central-1")
        .with_table_prefix("shop_")
        .with_access_key("id", "key")
        .with_session_token("token")
        .with_scans(Scans::Warn)
        .with_consistent_reads(false)
        .with_retry_budget(Duration::ZERO)
        .with_request_timeout(Duration::from_secs(1))
        .with_connect_timeout(Duration::from_millis(250))
        .with_billing(Billing::Provisioned)
        .with_read_capacity(1)
        .with_write_capacity(40_000);
    expected.cache.plans = 1;
    expected.cache.statements = 1000;
    assert_eq!(parse(text), expected);
    // What goes instead of something above.
    let text = "[backends.postgresql]\nurl = \"postgresql://db/shop\"\n[backends.dynamodb]\nprofile = \"shop\"";
    let expected = Config::default()
        .with_postgresql(PostgresqlConfig::from_url("postgresql://db/shop").unwrap())
        .with_dynamodb(DynamodbConfig::default().with_profile("shop"));
    assert_eq!(parse(text), expected);
}

#[test]
fn every_key_refuses_the_types_that_it_does_not_take() {
    for key in KEYS {
        for value in ["1979-05-27", "1.5", "[]", "{}"] {
            let error = refuse(&format!("\n{key} = {value}"));
            assert_eq!(error.kind(), ConfigErrorKind::WrongType, "{error}");
            assert_eq!(
                (error.key(), error.line()),
                (Some(*key), Some(2)),
                "{error}"
            );
        }
    }
}

#[test]
fn a_quantity_outside_its_limits_is_refused_with_the_limits() {
    for (text, allowed) in [
        ("backends.sqlite.readers = 0", "1 to 64"),
        ("backends.sqlite.readers = 65", "1 to 64"),
        ("backends.sqlite.readers = -4", "1 to 64"),
        (
            "backends.sqlite.readers = 99999999999999999999999999",
            "1 to 64",
        ),
        (
            "backends.sqlite.busy_timeout = \"61m\"",
            "\"0ms\" to \"1h\"",
        ),
        (
            "backends.sqlite.busy_timeout = \"99999999999999999999999s\"",
            "\"0ms\" to \"1h\"",
        ),
        (
            "backends.sqlite.cache_size = \"1KiB\"",
            "\"64KiB\" to \"64GiB\"",
        ),
        (
            "backends.sqlite.cache_size = \"65GiB\"",
            "\"64KiB\" to \"64GiB\"",
        ),
        ("backends.postgresql.port = 0", "1 to 65535"),
        ("backends.postgresql.port = 65536", "1 to 65535"),
        (
            "backends.postgresql.connect_timeout = \"0ms\"",
            "\"1ms\" to \"1h\"",
        ),
        (
            "backends.postgresql.statement_timeout = \"0s\"",
            "\"1ms\" to \"24h\"",
        ),
        (
            "backends.postgresql.idle_in_transaction_timeout = \"25h\"",
            "\"1ms\" to \"24h\"",
        ),
        (
            "backends.dynamodb.retry_budget = \"2h\"",
            "\"0ms\" to \"1h\"",
        ),
        (
            "backends.dynamodb.request_timeout = \"0s\"",
            "\"1ms\" to \"1h\"",
        ),
        (
            "backends.dynamodb.connect_timeout = \"0s\"",
            "\"1ms\" to \"1h\"",
        ),
        ("backends.dynamodb.read_capacity = 0", "1 to 40000"),
        ("backends.dynamodb.write_capacity = 40001", "1 to 40000"),
        ("pool.max = 0", "1 to 10000"),
        ("pool.max = 10001", "1 to 10000"),
        ("pool.min_idle = 10001", "0 to 10000"),
        ("pool.idle_timeout = \"0s\"", "\"1ms\" to \"24h\""),
        ("pool.max_lifetime = \"25h\"", "\"1ms\" to \"24h\""),
        ("pool.leak_report = \"0s\"", "\"1ms\" to \"24h\""),
        ("pool.retries = 101", "0 to 100"),
        ("pool.acquire_timeout = \"0s\"", "\"1ms\" to \"1h\""),
        ("cache.plans = 0", "1 to 1000000"),
        ("cache.statements = 0", "1 to 1000000"),
        ("logging.slow_query = \"2h\"", "\"0ms\" to \"1h\""),
        ("loading.batch = 0", "1 to 30000"),
        ("loading.batch = 30001", "1 to 30000"),
    ] {
        let error = refuse(text);
        assert_eq!(error.kind(), ConfigErrorKind::OutOfRange, "{error}");
        assert_eq!(
            error.help(),
            Some(&*format!("allowed: {allowed}")),
            "{error}"
        );
        let value = text.split_once(" = ").unwrap().1;
        assert!(error.message().ends_with(value), "{error}");
        assert_eq!(
            error.column(),
            Some(text.find(value).unwrap() + 1),
            "{error}"
        );
    }
}

#[test]
fn the_limits_themselves_are_allowed() {
    for text in [
        "backends.sqlite.readers = 1",
        "backends.sqlite.readers = 64",
        "backends.sqlite.busy_timeout = \"0ms\"",
        "backends.sqlite.busy_timeout = \"1h\"",
        "backends.sqlite.cache_size = \"64KiB\"",
        "backends.sqlite.cache_size = \"64GiB\"",
        "backends.postgresql.port = 1",
        "backends.postgresql.port = 65535",
        "backends.postgresql.connect_timeout = \"1ms\"",
        "backends.postgresql.statement_timeout = \"24h\"",
        "backends.postgresql.idle_in_transaction_timeout = \"off\"",
        "backends.dynamodb.retry_budget = \"0ms\"",
        "backends.dynamodb.request_timeout = \"1h\"",
        "backends.dynamodb.connect_timeout = \"1ms\"",
        "backends.dynamodb.read_capacity = 1",
        "backends.dynamodb.write_capacity = 40000",
        "pool.max = 1",
        "pool.max = 10000",
        "pool.min_idle = 10",
        "pool.acquire_timeout = \"1ms\"",
        "pool.idle_timeout = \"24h\"",
        "pool.max_lifetime = \"1ms\"",
        "pool.leak_report = \"off\"",
        "pool.retries = 0",
        "pool.retries = 100",
        "logging.slow_query = \"0s\"",
        "loading.batch = 1",
        "loading.batch = 30000",
    ] {
        let config = parse(text);
        assert!(config.check().is_ok(), "{text}");
    }
}

type Change = fn(&mut Config);

#[test]
fn a_configuration_built_in_code_is_held_to_the_same_limits() {
    let wrong: &[(&str, Change)] = &[
        ("backends.sqlite.path", |config| {
            config.sqlite.location = SqliteLocation::File("".into())
        }),
        ("backends.sqlite.busy_timeout", |config| {
            config.sqlite.busy_timeout = Duration::MAX
        }),
        ("backends.sqlite.readers", |config| {
            config.sqlite.readers = 65
        }),
        ("backends.sqlite.cache_size", |config| {
            config.sqlite.cache_size = Some(1)
        }),
        ("backends.postgresql.host", |config| {
            config.postgresql.host = "postgresql://db".into()
        }),
        ("backends.postgresql.port", |config| {
            config.postgresql.port = 0
        }),
        ("backends.postgresql.user", |config| {
            config.postgresql.user = String::new()
        }),
        ("backends.postgresql.database", |config| {
            config.postgresql.database = Some("a\0".into())
        }),
        ("backends.postgresql.password", |config| {
            config.postgresql.password = Some("".into())
        }),
        ("backends.postgresql.schema", |config| {
            config.postgresql.schema = Some("s".repeat(64))
        }),
        ("backends.postgresql.ca", |config| {
            config.postgresql.ca = Some("".into())
        }),
        ("backends.postgresql.client_certificate", |config| {
            config.postgresql.client_certificate = Some(" ".into())
        }),
        ("backends.postgresql.client_key", |config| {
            config.postgresql.client_key = Some("~/key".into())
        }),
        ("backends.postgresql.application_name", |config| {
            config.postgresql.application_name = "ä".into()
        }),
        ("backends.postgresql.connect_timeout", |config| {
            config.postgresql.connect_timeout = Duration::ZERO
        }),
        ("backends.postgresql.statement_timeout", |config| {
            config.postgresql.statement_timeout = Some(Duration::MAX)
        }),
        (
            "backends.postgresql.idle_in_transaction_timeout",
            |config| config.postgresql.idle_in_transaction_timeout = Some(Duration::ZERO),
        ),
        ("backends.dynamodb.endpoint", |config| {
            config.dynamodb.endpoint = Some("http://db.example.com".into())
        }),
        ("backends.dynamodb.region", |config| {
            config.dynamodb.region = Some("eu/central".into())
        }),
        ("backends.dynamodb.table_prefix", |config| {
            config.dynamodb.table_prefix = "a b".into()
        }),
        ("backends.dynamodb.access_key_id", |config| {
            config.dynamodb.access_key_id = Some("".into())
        }),
        ("backends.dynamodb.secret_access_key", |config| {
            config.dynamodb.secret_access_key = Some("a\0".into())
        }),
        ("backends.dynamodb.session_token", |config| {
            config.dynamodb.session_token = Some("".into())
        }),
        ("backends.dynamodb.profile", |config| {
            config.dynamodb.profile = Some("".into())
        }),
        ("backends.dynamodb.retry_budget", |config| {
            config.dynamodb.retry_budget = Duration::MAX
        }),
        ("backends.dynamodb.request_timeout", |config| {
            config.dynamodb.request_timeout = Duration::ZERO
        }),
        ("backends.dynamodb.connect_timeout", |config| {
            config.dynamodb.connect_timeout = Duration::ZERO
        }),
        ("backends.dynamodb.read_capacity", |config| {
            config.dynamodb.read_capacity = 0
        }),
        ("backends.dynamodb.write_capacity", |config| {
            config.dynamodb.write_capacity = 40_001
        }),
        ("pool.max", |config| config.pool.max = 0),
        ("pool.min_idle", |config| config.pool.min_idle = 11),
        ("pool.acquire_timeout", |config| {
            config.pool.acquire_timeout = Duration::ZERO
        }),
        ("pool.idle_timeout", |config| {
            config.pool.idle_timeout = Some(Duration::ZERO)
        }),
        ("pool.max_lifetime", |config| {
            config.pool.max_lifetime = Some(Duration::MAX)
        }),
        ("pool.leak_report", |config| {
            config.pool.leak_report = Some(Duration::ZERO)
        }),
        ("pool.retries", |config| config.pool.retries = 101),
        ("cache.plans", |config| config.cache.plans = 0),
        ("cache.statements", |config| config.cache.statements = 0),
        ("logging.slow_query", |config| {
            config.logging.slow_query = Some(Duration::MAX)
        }),
        ("loading.batch", |config| config.loading.batch = usize::MAX),
        ("pages.key", |config| {
            config.pages.key = Some("0123456789abcdef0123456789abcde".into())
        }),
    ];
    for (key, change) in wrong {
        let mut config = Config::default();
        change(&mut config);
        let error = config.check().unwrap_err();
        assert_eq!(error.key(), Some(*key), "{error}");
        assert_eq!(
            (error.line(), error.column(), error.path()),
            (None, None, None)
        );
        assert!(
            error.to_string().contains("a configuration built in code"),
            "{error}"
        );
    }
}

#[test]
fn a_wrong_type_tells_what_to_write() {
    for (text, message, help) in [
        (
            "[backends.sqlite]\nbusy_timeout = 5",
            "`busy_timeout` is a text, not a whole number",
            "write it as a number with a unit in quotes, such as \"5s\"",
        ),
        (
            "[backends.sqlite]\nreaders = \"4\"",
            "`readers` is a whole number, not a text",
            "allowed: 1 to 64, without quotes",
        ),
        (
            "[logging]\nparameters = \"true\"",
            "`parameters` is a boolean, not a text",
            "allowed: true or false, without quotes",
        ),
        (
            "[logging]\nslow_query = false",
            "`slow_query` is a text, not a boolean",
            "write it as a number with a unit in quotes, such as \"5s\", or as \"off\"",
        ),
        (
            "[backends.sqlite]\nexecution = 1",
            "`execution` is a text, not a whole number",
            "write it as \"caller\" or \"thread\"",
        ),
        (
            "\nbackend = true",
            "`backend` is a text, not a boolean",
            "write it as \"sqlite\", \"postgresql\" or \"dynamodb\"",
        ),
    ] {
        let error = refuse(text);
        assert_eq!(error.kind(), ConfigErrorKind::WrongType);
        assert_eq!(
            (error.message(), error.help(), error.line()),
            (message, Some(help), Some(2)),
            "{error}"
        );
    }
}

#[test]
fn a_path_that_sqlite_would_take_for_something_else_is_refused() {
    for path in [
        "",
        " ",
        ":memory",
        "memory:",
        "file:a.db?mode=memory",
        "sqlite::memory:",
        "~/a.db",
        "a\\u0000b",
    ] {
        let error = refuse(&format!("backends.sqlite.path = \"{path}\""));
        assert_eq!(error.kind(), ConfigErrorKind::BadValue, "{error}");
    }
    for path in ["memory", "a b.db", "dir/a.db", "/a.db", "~a.db", "ü.db"] {
        let config = parse(&format!("backends.sqlite.path = '{path}'"));
        assert_eq!(config.sqlite.location, SqliteLocation::File(path.into()));
    }
}

#[test]
fn no_more_connections_are_kept_than_there_may_be() {
    for (text, line) in [
        ("[pool]\nmin_idle = 11", 2),
        ("[pool]\nmax = 5\nmin_idle = 6", 3),
        ("[pool]\nmin_idle = 6\n[profiles.a.pool]\nmax = 5", 2),
    ] {
        let error = refuse(text);
        assert_eq!(
            (error.kind(), error.key(), error.line()),
            (
                ConfigErrorKind::OutOfRange,
                Some("pool.min_idle"),
                Some(line)
            ),
            "{error}"
        );
    }
    // Where a profile that is not chosen leaves it to a variable, it is not known.
    parse("[pool]\nmin_idle = 6\n[profiles.a.pool]\nmax = '${MAX}'");
}
