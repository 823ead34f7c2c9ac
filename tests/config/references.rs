//! References to the environment: what they become, how they fail, and that their values never show.

use std::time::Duration;

use toasty::config::{Config, ConfigErrorKind, Environment, SqliteLocation};

use super::{parse, parse_in, refuse, refuse_in};

fn path_of(written: &str, environment: &Environment) -> String {
    let config = parse_in(&format!("backends.sqlite.path = '{written}'"), environment);
    match config.sqlite.location {
        SqliteLocation::File(path) => path.to_string_lossy().into_owned(),
        SqliteLocation::Memory => ":memory:".into(),
    }
}

#[test]
fn a_reference_becomes_the_value_of_its_variable() {
    let environment = Environment::from([
        ("A", "one"),
        ("B_2", "two"),
        ("EMPTY", ""),
        ("TRICK", "${A}"),
    ]);
    for (written, expected) in [
        ("${A}", "one"),
        ("x${A}/${B_2}.db", "xone/two.db"),
        ("${A}${A}", "oneone"),
        ("${A:-other}", "one"),
        ("${MISSING:-other}", "other"),
        ("${EMPTY:-other}", "other"),
        ("a${EMPTY}b", "ab"),
        ("a${MISSING:-}b", "ab"),
        ("${MISSING:-a:-b}", "a:-b"),
        ("$${A}", "${A}"),
        ("$${A}${A}", "${A}one"),
        ("$A $ $$ {A}", "$A $ $$ {A}"),
        ("${TRICK}", "${A}"),
    ] {
        assert_eq!(path_of(written, &environment), expected, "{written}");
    }
    assert_eq!(path_of("${PLACE:-:memory:}", &environment), ":memory:");
}

#[test]
fn a_number_a_boolean_and_a_duration_may_be_references() {
    let text = "[backends.sqlite]\nreaders = \"${READERS:-8}\"\nbusy_timeout = \"${SECONDS}s\"\n\
                [logging]\nparameters = \"${SHOW:-true}\"";
    let config = parse_in(text, &Environment::from([("SECONDS", "7")]));
    assert_eq!(config.sqlite.readers, 8);
    assert_eq!(config.sqlite.busy_timeout, Duration::from_secs(7));
    assert!(config.logging.parameters);
}

#[test]
fn a_missing_variable_without_a_default_is_an_error_that_points_at_it() {
    let error = refuse("[backends.sqlite]\npath = \"${HERE:-a}/${DATA_FOLDER}/a.db\"");
    assert_eq!(error.kind(), ConfigErrorKind::BadReference);
    assert_eq!(
        error.to_string(),
        "error: the environment variable `DATA_FOLDER` is not set
  --> <text>:2:20
   |
 2 | path = \"${HERE:-a}/${DATA_FOLDER}/a.db\"
   |                    ^^^^^^^^^^^^^^
   = help: set it, or give a default: `${DATA_FOLDER:-default}`"
    );
}

#[test]
fn the_caret_finds_the_reference_behind_escapes() {
    let error = refuse("backends.sqlite.path = \"\\t\\u00e4 $${A} ${A}\"");
    assert_eq!(error.column(), Some(40), "{error}");
    // The reference itself is written with an escape: the whole value is shown.
    let error = refuse("backends.sqlite.path = \"\\u0024{A}\"");
    assert_eq!(error.column(), Some(24), "{error}");
}

#[test]
fn a_reference_that_is_not_well_formed_is_refused() {
    for written in [
        "${A",
        "${}",
        "${1A}",
        "${A B}",
        "${A-b}",
        "${:-b}",
        "${A:-${B}}",
        "${ä}",
    ] {
        let error = refuse_in(
            &format!("\nbackends.sqlite.path = '{written}'"),
            &Environment::from([("A", "a")]),
        );
        assert_eq!(error.kind(), ConfigErrorKind::BadReference, "{error}");
        assert_eq!(
            (error.line(), error.column()),
            (Some(2), Some(25)),
            "{error}"
        );
    }
}

#[test]
fn a_variable_of_a_value_that_is_not_used_need_not_be_set() {
    let text = "[backends.sqlite]\npath = \"${PRODUCTION_FOLDER}/a.db\"\n\
                [profiles.test.backends.sqlite]\npath = \":memory:\"\n\
                [profiles.other.backends.sqlite]\npath = \"${OTHER_FOLDER}/a.db\"";
    let config = parse_in(text, &Environment::from([("TOASTY_PROFILE", "test")]));
    assert_eq!(config, Config::sqlite_in_memory());
    // Its form is checked all the same.
    let error = refuse("[profiles.other.backends.sqlite]\npath = \"${OTHER_FOLDER\"");
    assert_eq!(
        (error.kind(), error.line()),
        (ConfigErrorKind::BadReference, Some(2))
    );
}

/// The keys that take nearly every text, and so that of a variable.
const TAKE_ANY_TEXT: &[&str] = &[
    "backends.sqlite.path",
    "backends.postgresql.host",
    "backends.postgresql.user",
    "backends.postgresql.database",
    "backends.postgresql.password",
    "backends.postgresql.schema",
    "backends.postgresql.application_name",
    "backends.dynamodb.region",
    "backends.dynamodb.table_prefix",
    "backends.dynamodb.profile",
];

/// The keys that do not stand alone or are too short, which is what is said of them.
const NEED_ANOTHER: &[&str] = &[
    "backends.postgresql.ca",
    "backends.postgresql.client_certificate",
    "backends.postgresql.client_key",
    "backends.dynamodb.access_key_id",
    "backends.dynamodb.secret_access_key",
    "backends.dynamodb.session_token",
    "pages.key",
];

fn is_secret(key: &str) -> bool {
    key == "backends.postgresql.password"
}

#[test]
fn the_value_of_a_variable_is_never_shown() {
    // Near to valid values as well, which must not even be guessed at.
    for canary in [
        "CANARY-7f3a",
        "73819406",
        "-73819406",
        "thread73819406",
        "73819406MB",
        ":CANARY-7f3a",
    ] {
        let environment = Environment::from([("SECRET", canary)]);
        for key in toasty::config::KEYS {
            for text in [
                format!("{key} = \"${{SECRET}}\""),
                format!("{key} = \"${{SECRET}}/\\u0000\""),
                format!("{key} = \"x${{SECRET:-default}}\\u0000\""),
            ] {
                match Config::parse(&text, &environment) {
                    Ok(config) => {
                        assert!(TAKE_ANY_TEXT.contains(key), "{text}");
                        assert!(!text.contains("u0000") || is_secret(key), "{text}");
                        if is_secret(key) {
                            assert!(!format!("{config:?}").contains(canary), "{config:?}");
                        }
                    }
                    Err(error) => {
                        let shown = format!(
                            "{error} {error:?} {error:#?} {} {:?}",
                            error.message(),
                            error.help()
                        );
                        assert!(
                            !shown.contains("CANARY") && !shown.contains("73819406"),
                            "{shown}"
                        );
                        if !NEED_ANOTHER.contains(key) {
                            assert!(error.message().contains("the value of `"), "{shown}");
                        }
                        assert!(!shown.contains("did you mean"), "{shown}");
                        assert_eq!(error.key(), Some(*key));
                    }
                }
            }
        }
        for variable in ["TOASTY_BACKEND", "TOASTY_PROFILE"] {
            let error = refuse_in("[profiles.test]", &Environment::from([(variable, canary)]));
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains("CANARY") && !shown.contains("73819406"),
                "{shown}"
            );
        }
        assert!(!format!("{environment:?}").contains(canary));
    }
}

#[test]
fn debug_shows_no_value_and_no_line_of_the_file() {
    let error = refuse("backend = \"CANARY-7f3a\" # CANARY-7f3a");
    assert!(!format!("{error:?}").contains("CANARY"), "{error:?}");
    let expected = "ConfigError { kind: BadValue, key: Some(\"backend\"), path: None, line: Some(1), \
                    column: Some(11), .. }";
    assert_eq!(format!("{error:?}"), expected);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_refused_unless_nothing_refers_to_it() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let environment = Environment::from([("BROKEN", OsString::from_vec(vec![0xff, 0xfe]))]);
    let error = refuse_in("backends.sqlite.path = \"${BROKEN}\"", &environment);
    assert_eq!(
        error.message(),
        "the environment variable `BROKEN` is not Unicode"
    );
    assert_eq!(parse_in("", &environment), parse(""));
}
