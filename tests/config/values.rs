//! What each key takes, what it refuses, and what a configuration built in code is held to.

use std::time::Duration;

use toasty::config::{
    Config, ConfigErrorKind, Execution, KEYS, LoadingConfig, LoggingConfig, PoolConfig,
    SqliteConfig, SqliteLocation, Synchronous,
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
        [pool]
        acquire_timeout = "2m"
        [cache]
        plans = 1
        statements = 1_000
        [logging]
        parameters = true
        slow_query = "off"
        [loading]
        batch = 30000
    "#;
    let mut expected = Config::sqlite_in_memory()
        .with_pool(PoolConfig::default().with_acquire_timeout(Duration::from_secs(120)))
        .with_logging(
            LoggingConfig::default()
                .with_parameters(true)
                .with_slow_query(None),
        )
        .with_loading(LoadingConfig::default().with_batch(30_000));
    expected.sqlite = SqliteConfig::default()
        .with_location(SqliteLocation::Memory)
        .with_busy_timeout(Duration::from_millis(250))
        .with_execution(Execution::Thread)
        .with_readers(16)
        .with_synchronous(Synchronous::Full)
        .with_cache_size(16 * 1024 * 1024);
    expected.cache.plans = 1;
    expected.cache.statements = 1000;
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
        "pool.acquire_timeout = \"1ms\"",
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
        ("pool.acquire_timeout", |config| {
            config.pool.acquire_timeout = Duration::ZERO
        }),
        ("cache.plans", |config| config.cache.plans = 0),
        ("cache.statements", |config| config.cache.statements = 0),
        ("logging.slow_query", |config| {
            config.logging.slow_query = Some(Duration::MAX)
        }),
        ("loading.batch", |config| config.loading.batch = usize::MAX),
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
            "write it as \"sqlite\"",
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
