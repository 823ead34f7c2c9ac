//! `TOASTY_PROFILE` and `TOASTY_BACKEND`.

use std::time::Duration;

use toasty::config::{BackendName, ConfigErrorKind, Environment, SqliteLocation};

use super::{parse, parse_in, refuse, refuse_in};

const PROFILES: &str = r#"
[backends.sqlite]
path = "base.db"
readers = 2
[pool]
acquire_timeout = "1s"

[profiles.test.backends.sqlite]
path = ":memory:"
[profiles.production]
backend = "sqlite"
pool = { acquire_timeout = "9s" }
loading.batch = 7
"#;

#[test]
fn a_profile_replaces_what_it_sets_and_nothing_else() {
    let base = parse(PROFILES);
    let mut expected = base.clone();
    expected.sqlite.location = SqliteLocation::Memory;
    let test = Environment::from([("TOASTY_PROFILE", "test")]);
    assert_eq!(parse_in(PROFILES, &test), expected);

    let mut expected = base.clone();
    expected.pool.acquire_timeout = Duration::from_secs(9);
    expected.loading.batch = 7;
    let production = Environment::from([("TOASTY_PROFILE", "production")]);
    assert_eq!(parse_in(PROFILES, &production), expected);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let environment = Environment::from([("TOASTY_PROFILE", ""), ("TOASTY_BACKEND", "")]);
    assert_eq!(parse_in(PROFILES, &environment), parse(PROFILES));
}

#[test]
fn an_unknown_profile_is_an_error_with_the_nearest_name() {
    let error = refuse_in(
        PROFILES,
        &Environment::from([("TOASTY_PROFILE", "prodution")]),
    );
    assert_eq!(error.kind(), ConfigErrorKind::UnknownProfile);
    assert_eq!(
        error.to_string(),
        "error: `TOASTY_PROFILE` names a profile that the configuration does not have
  --> environment variable TOASTY_PROFILE
   = help: did you mean `production`?"
    );
    let error = refuse_in(PROFILES, &Environment::from([("TOASTY_PROFILE", "zzz")]));
    assert_eq!(error.help(), Some("allowed: `test` or `production`"));
    let error = refuse_in("", &Environment::from([("TOASTY_PROFILE", "zzz")]));
    assert_eq!(
        error.help(),
        Some("the configuration has no profile: unset it, or write `[profiles.NAME]`")
    );
}

#[test]
fn a_wrong_value_in_a_profile_that_is_not_chosen_is_still_wrong() {
    let text = "[profiles.other.backends.sqlite]\nreaders = 65";
    let error = refuse_in(text, &Environment::empty());
    assert_eq!(
        (error.kind(), error.line()),
        (ConfigErrorKind::OutOfRange, Some(2))
    );
    // So is one that the profile replaces.
    let text = "cache.plans = 0\n[profiles.test]\ncache.plans = 5";
    let error = refuse_in(text, &Environment::from([("TOASTY_PROFILE", "test")]));
    assert_eq!(
        (error.kind(), error.line()),
        (ConfigErrorKind::OutOfRange, Some(1))
    );
}

#[test]
fn toasty_backend_overrides_the_backend_of_the_file_and_of_the_profile() {
    let environment = Environment::from([("TOASTY_BACKEND", "sqlite")]);
    assert_eq!(
        parse_in("backend = \"postgresql\"", &environment).backend,
        BackendName::Sqlite
    );
    let environment = environment.with("TOASTY_PROFILE", "a");
    assert_eq!(
        parse_in("[profiles.a]\nbackend = \"dynamodb\"", &environment).backend,
        BackendName::Sqlite
    );
    // A name that no backend has is wrong, overridden or not.
    assert_eq!(
        refuse_in("backend = \"sqlit\"\n[profiles.a]", &environment).line(),
        Some(1)
    );
}

#[test]
fn toasty_backend_is_checked_like_the_key() {
    let error = refuse_in("", &Environment::from([("TOASTY_BACKEND", "sqlit")]));
    assert_eq!(
        (error.kind(), error.help()),
        (ConfigErrorKind::BadValue, Some("did you mean \"sqlite\"?"))
    );
    assert_eq!((error.line(), error.path()), (None, None));
    for backend in [BackendName::PostgreSql, BackendName::DynamoDb] {
        let environment = Environment::from([("TOASTY_BACKEND", backend.as_str())]);
        if backend.is_compiled() {
            assert_eq!(parse_in("", &environment).backend, backend);
        } else {
            let error = refuse_in("", &environment);
            assert_eq!(error.kind(), ConfigErrorKind::BackendNotCompiled);
            assert_eq!(
                error.message(),
                format!("the backend `{backend}` is not compiled in")
            );
        }
    }
}

#[test]
fn a_profile_that_is_not_chosen_may_name_the_backend_of_another_build() {
    let text = "[profiles.production]\nbackend = \"postgresql\"";
    assert_eq!(parse(text).backend, BackendName::Sqlite);
    let environment = Environment::from([("TOASTY_PROFILE", "production")]);
    if BackendName::PostgreSql.is_compiled() {
        assert_eq!(
            parse_in(text, &environment).backend,
            BackendName::PostgreSql
        );
    } else {
        let error = refuse_in(text, &environment);
        assert_eq!(
            (error.kind(), error.line()),
            (ConfigErrorKind::BackendNotCompiled, Some(2))
        );
    }
    // Its name is checked.
    assert_eq!(
        refuse("[profiles.production]\nbackend = \"postgre\"").line(),
        Some(2)
    );
}
