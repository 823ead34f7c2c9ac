//! Passwords, keys and tokens: where they may stand, how they are found, and that they never show.

use std::fmt::Write as _;

use toasty::config::{Config, ConfigError, ConfigErrorKind, Environment, PagesConfig, Secret};

use super::{parse, parse_in, refuse, refuse_in};

const CANARY: &str = "CANARY-7f3a";

/// Everything that can be seen of an error.
fn seen(error: &ConfigError) -> String {
    format!(
        "{error} {error:?} {error:#?} {} {:?}",
        error.message(),
        error.help()
    )
}

#[test]
fn a_secret_does_not_show() {
    let secret = Secret::from(CANARY);
    assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
    let mut config = Config::postgresql(&format!("postgresql://app:{CANARY}@db/shop")).unwrap();
    config.dynamodb = config
        .dynamodb
        .with_access_key(CANARY, CANARY)
        .with_session_token(CANARY);
    config.pages = PagesConfig::default().with_key(CANARY.repeat(4));
    let shown = format!("{config:?}{config:#?}");
    assert!(!shown.contains(CANARY), "{shown}");
    assert_eq!(config.check().map_err(|error| error.to_string()), Ok(()));
}

#[test]
fn the_key_of_pages_is_a_secret_and_no_short_one() {
    let error = refuse(&format!("[pages]\nkey = \"{}\"", CANARY.repeat(4)));
    assert_eq!(error.kind(), ConfigErrorKind::InlineSecret, "{error}");
    assert!(!seen(&error).contains(CANARY), "{error}");
    let short = Environment::from([("KEY", CANARY)]);
    let error = refuse_in("[pages]\nkey = { env = 'KEY' }", &short);
    assert_eq!(error.kind(), ConfigErrorKind::BadValue, "{error}");
    assert!(error.help().unwrap_or_default().contains("openssl rand"));
    assert!(!seen(&error).contains(CANARY), "{error}");
    let error = refuse("[pages]\nkey = { env = 'NOT_SET' }");
    assert_eq!(error.kind(), ConfigErrorKind::BadReference, "{error}");
    let long = Environment::from([("KEY", CANARY.repeat(3))]);
    let config = parse_in("[pages]\nkey = { env = 'KEY' }", &long);
    assert!(config.pages.key.is_some());
}

#[test]
fn a_secret_must_not_stand_in_the_file() {
    for (section, key) in [
        ("postgresql", "password"),
        ("dynamodb", "access_key_id"),
        ("dynamodb", "secret_access_key"),
        ("dynamodb", "session_token"),
    ] {
        // A default is in the file as well.
        for written in [CANARY, "${NOT_SET:-CANARY-7f3a}"] {
            let error = refuse(&format!("[backends.{section}]\n{key} = \"{written}\""));
            assert_eq!(error.kind(), ConfigErrorKind::InlineSecret, "{error}");
            assert_eq!(error.line(), Some(2));
            assert_eq!(
                error.message(),
                format!("`{key}` is a secret, which must not stand in the file")
            );
            let help = error.help().unwrap_or_default();
            assert!(help.contains("{ env = \"NAME\" }"), "{error}");
            assert!(help.contains("`allow_inline_secret = true`"), "{error}");
            assert!(!seen(&error).contains(CANARY), "{error}");
        }
    }
    let error = refuse(&format!(
        "[backends.postgresql]\nurl = \"postgresql://app:{CANARY}@db/shop\""
    ));
    assert_eq!(
        error.to_string(),
        "error: `url` holds a password, which must not stand in the file
  --> <text>:2:7
   |
 2 | url = ***
   |       ^^^
   = help: leave it out and write `password = …` with `{ env = \"NAME\" }` or `{ file = \"path\" }`; or allow it with \
     `allow_inline_secret = true`"
    );
}

#[test]
fn a_secret_may_stand_in_the_file_if_the_file_says_so() {
    let text =
        format!("[backends.postgresql]\nallow_inline_secret = true\npassword = \"{CANARY}\"");
    assert_eq!(parse(&text).postgresql.password, Some(Secret::from(CANARY)));
    // One section does not say it for another.
    let text = format!(
        "[backends.dynamodb]\nallow_inline_secret = true\n[backends.postgresql]\npassword = \"{CANARY}\""
    );
    assert_eq!(refuse(&text).kind(), ConfigErrorKind::InlineSecret);
    // The base says it for the profiles.
    let text = format!(
        "[backends.postgresql]\nallow_inline_secret = true\n[profiles.a.backends.postgresql]\npassword = \"{CANARY}\""
    );
    assert_eq!(parse(&text).postgresql.password, None);
    // A profile that is not chosen is held to it as well.
    let text = format!("[profiles.a.backends.postgresql]\npassword = \"{CANARY}\"");
    let error = refuse(&text);
    assert_eq!(
        (error.kind(), error.line()),
        (ConfigErrorKind::InlineSecret, Some(2))
    );
}

#[test]
fn a_secret_from_a_variable_inside_a_text_does_not_stand_in_the_file() {
    let environment = Environment::from([("SECRET", CANARY)]);
    for (text, expected) in [
        ("password = \"${SECRET}\"", CANARY),
        ("password = \"${SECRET:-other}\"", CANARY),
        ("url = \"postgresql://app:${SECRET}@db/shop\"", CANARY),
    ] {
        let config =
            Config::parse(&format!("[backends.postgresql]\n{text}"), &environment).unwrap();
        assert_eq!(config.postgresql.password, Some(Secret::from(expected)));
        assert!(!format!("{config:?}").contains(CANARY));
    }
    // A reference elsewhere in the URL does not make the password one.
    let text = "[backends.postgresql]\nurl = \"postgresql://${SECRET}:word@db/${SECRET}\"";
    let error = refuse_in(text, &environment);
    assert_eq!(error.kind(), ConfigErrorKind::InlineSecret, "{error}");
    assert!(!seen(&error).contains(CANARY), "{error}");
}

#[test]
fn the_table_of_a_secret_tells_one_place() {
    for (written, kind, message) in [
        (
            "{}",
            ConfigErrorKind::WrongType,
            "`password` does not tell where the secret is",
        ),
        (
            "{ env = \"A\", file = \"b\" }",
            ConfigErrorKind::BadValue,
            "`password` is in one place, not in two",
        ),
        (
            "{ env = 3 }",
            ConfigErrorKind::WrongType,
            "`env` is a text, not a whole number",
        ),
        (
            "{ env = \"\" }",
            ConfigErrorKind::BadReference,
            "`env` is not the name of an environment variable",
        ),
        (
            "{ env = \"CANARY-7f3a\" }",
            ConfigErrorKind::BadReference,
            "`env` is not the name of an environment variable",
        ),
        (
            "{ file = \"\" }",
            ConfigErrorKind::BadValue,
            "`file` cannot be \"\"",
        ),
        (
            "{ file = \"~/pg\" }",
            ConfigErrorKind::BadValue,
            "`file` cannot be \"~/pg\"",
        ),
        (
            "{ value = \"CANARY-7f3a\" }",
            ConfigErrorKind::UnknownKey,
            "unknown key `value` in `password`",
        ),
        (
            "5432",
            ConfigErrorKind::WrongType,
            "`password` is a text or a table, not a whole number",
        ),
        ("\"\"", ConfigErrorKind::BadValue, "`password` is empty"),
    ] {
        let error = refuse(&format!("[backends.postgresql]\npassword = {written}"));
        assert_eq!(
            (error.kind(), error.message(), error.line()),
            (kind, message, Some(2)),
            "{error}"
        );
        assert!(error.help().is_some(), "{error}");
    }
    // However the table is written.
    for text in [
        "backends.postgresql.password.env = \"A\"",
        "[backends.postgresql.password]\nenv = \"A\"",
        "[profiles.a.backends.postgresql.password]\nfile = \"a\"",
    ] {
        parse(text);
    }
}

#[test]
fn a_backend_that_is_not_chosen_needs_no_secret_and_no_variable() {
    let text = "[backends.postgresql]\nurl = \"${DATABASE_URL}\"\npassword = { env = \"PGPASSWORD\" }\n\
                [backends.dynamodb]\nregion = \"${REGION}\"\naccess_key_id = { file = \"/not/there\" }\n\
                secret_access_key = { env = \"AWS_SECRET_ACCESS_KEY\" }";
    assert_eq!(parse(text), Config::default());
    // Those of the pool are needed by all.
    let error = refuse("[pool]\nmax = \"${MAX}\"");
    assert_eq!(error.kind(), ConfigErrorKind::BadReference);
}

#[cfg(feature = "postgresql")]
mod found {
    use std::fs;
    use std::path::Path;
    #[cfg(unix)]
    use std::sync::{Arc, Mutex};

    use super::*;

    fn load(
        folder: &Path,
        password: &str,
        environment: &Environment,
    ) -> Result<Config, ConfigError> {
        let text =
            format!("backend = \"postgresql\"\n[backends.postgresql]\npassword = {password}");
        let path = folder.join("toasty.toml");
        fs::write(&path, text).unwrap();
        Config::from_file_in(&path, environment)
    }

    #[test]
    fn a_secret_comes_from_a_variable() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::from([("PGPASSWORD", CANARY), ("EMPTY", "")]);
        let config = load(folder.path(), "{ env = \"PGPASSWORD\" }", &environment).unwrap();
        assert_eq!(config.postgresql.password, Some(Secret::from(CANARY)));
        assert!(!format!("{config:?}").contains(CANARY));
        for name in ["EMPTY", "NOT_THERE"] {
            let written = format!("{{ env = \"{name}\" }}");
            let error = load(folder.path(), &written, &environment).unwrap_err();
            assert_eq!(
                (error.kind(), error.line(), error.column()),
                (ConfigErrorKind::BadReference, Some(3), Some(20)),
                "{error}"
            );
            assert_eq!(
                error.message(),
                format!("the environment variable `{name}` is not set")
            );
            assert_eq!(error.help(), Some("set it: it holds `password`"));
        }
    }

    #[test]
    fn a_secret_comes_from_a_file_beside_the_configuration_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let empty = Environment::empty();
        for (content, expected) in [
            ("CANARY-7f3a", "CANARY-7f3a"),
            ("CANARY-7f3a\n", "CANARY-7f3a"),
            ("CANARY-7f3a\r\n", "CANARY-7f3a"),
            (" CANARY 7f3a \n\n", " CANARY 7f3a \n"),
        ] {
            fs::write(folder.path().join("pg"), content).unwrap();
            let absolute = folder.path().join("pg");
            for path in ["pg", absolute.to_str().unwrap()] {
                let written = format!("{{ file = '{path}' }}");
                let config = load(folder.path(), &written, &empty).unwrap();
                assert_eq!(config.postgresql.password, Some(Secret::from(expected)));
            }
        }
    }

    #[test]
    fn a_file_that_holds_no_secret_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::from([("FOLDER", CANARY)]);
        fs::write(folder.path().join("empty"), "\n").unwrap();
        fs::write(folder.path().join("latin"), b"caf\xe9").unwrap();
        fs::write(folder.path().join("large"), "a".repeat(65 * 1024)).unwrap();
        for (path, message) in [
            (
                "missing",
                "the file of `password`, \"missing\", is not there",
            ),
            ("empty", "the file of `password`, \"empty\", is empty"),
            (
                "latin",
                "the file of `password`, \"latin\", is not valid UTF-8",
            ),
            (
                "large",
                "the file of `password`, \"large\", is too large for a secret",
            ),
            (
                "${FOLDER}/pg",
                "the file of `password`, the value of `${FOLDER}/pg`, is not there",
            ),
        ] {
            let written = format!("{{ file = \"{path}\" }}");
            let error = load(folder.path(), &written, &environment).unwrap_err();
            assert_eq!(
                (error.kind(), error.message()),
                (ConfigErrorKind::Unreadable, message),
                "{error}"
            );
            assert_eq!((error.line(), error.column()), (Some(3), Some(21)));
            assert!(!seen(&error).contains(CANARY), "{error}");
        }
    }

    /// What is logged meanwhile, at every level.
    #[cfg(unix)]
    fn logged(run: impl FnOnce()) -> String {
        #[derive(Clone, Default)]
        struct Lines(Arc<Mutex<Vec<u8>>>);

        impl std::io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }

        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(subscriber, run);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_read_is_warned_about_and_not_shown() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pg");
        fs::write(&path, CANARY).unwrap();
        for (mode, warns) in [(0o600, false), (0o400, false), (0o640, true), (0o644, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let log = logged(|| {
                load(folder.path(), "{ file = 'pg' }", &Environment::empty()).unwrap();
            });
            assert_eq!(log.contains("mode 0600"), warns, "{mode:o}: {log}");
            assert_eq!(log.contains(&format!("{mode:o}")), warns, "{log}");
            assert!(!log.contains(CANARY), "{log}");
        }
        let text = format!("'{CANARY}'\nallow_inline_secret = true");
        let log = logged(|| {
            load(folder.path(), &text, &Environment::empty()).unwrap();
        });
        assert_eq!(
            log.matches("a secret stands in the configuration file")
                .count(),
            1,
            "{log}"
        );
        assert!(!log.contains(CANARY), "{log}");
    }
}

/// Texts with a secret at every place where one may stand by right or by mistake, each with something wrong.
const WRONG: &[&str] = &[
    // The place itself.
    "[backends.postgresql]\npassword = \"CANARY-7f3a\"",
    "[backends.postgresql]\npassword = \"\"\"\nCANARY-7f3a\nCANARY-7f3a\"\"\"",
    "[backends.postgresql]\npassword = [\"CANARY-7f3a\"]",
    "[backends.postgresql]\npassword = { value = \"CANARY-7f3a\" }",
    "[backends.postgresql]\npassword = { env = \"CANARY-7f3a\" }",
    "[backends.postgresql]\nurl = \"CANARY-7f3a\"",
    "[backends.postgresql]\nurl = \"postgresql://app:CANARY-7f3a@db/shop\"",
    "[backends.postgresql]\nurl = \"mysql://app:CANARY-7f3a@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:CANARY-7f3a@db:port/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:a/CANARY-7f3a@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:a?CANARY-7f3a=b@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:a#CANARY-7f3a@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:a@CANARY-7f3a@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:CANARY-7f3a%zz@db/shop\"",
    "[backends.postgresql]\nurl = \"postgresql://app:CANARY-7f3a@db/shop?tls=of\"",
    "[backends.postgresql]\nurl = \"postgresql://db/shop?password=CANARY-7f3a\"",
    "[backends.postgresql]\nurl = \"postgresql://app:CANARY-7f3a\"",
    "[backends.dynamodb]\nsecret_access_key = \"CANARY-7f3a\"",
    // A misspelt name, and a section that is none.
    "[backends.postgresql]\npasswrod = \"CANARY-7f3a\"",
    "[backends.postgresql]\nPGPASSWORD = \"CANARY-7f3a\"",
    "[backends.postgresql]\nx = \"CANARY-7f3a\"",
    "[postgresql]\npassword = \"CANARY-7f3a\"",
    "[backends.postgresql.pasword]\nvalue = \"CANARY-7f3a\"",
    "[[backends.postgresql]]\npassword = \"CANARY-7f3a\"",
    "database_url = \"postgresql://app:CANARY-7f3a@db/shop\"",
    "postgresql = \"CANARY-7f3a\"",
    // Another key.
    "backend = \"postgresql://app:CANARY-7f3a@db/shop\"",
    "[backends.sqlite]\npath = \"sqlite://app:CANARY-7f3a@db\"",
    "[backends.postgresql]\nhost = \"postgresql://app:CANARY-7f3a@db/shop\"",
    "[backends.dynamodb]\nendpoint = \"https://id:CANARY-7f3a@db.example.com\"",
    "[pool]\nmax = \"postgresql://app:CANARY-7f3a@db/shop\"",
    // Another fault on the same line.
    "backends.postgresql = { password = \"CANARY-7f3a\", prot = 5432 }",
    "backends.postgresql = { prot = 5432, password = \"CANARY-7f3a\" }",
    "backends.postgresql = { allow_inline_secret = true, password = \"CANARY-7f3a\", port = 0 }",
    "[profiles.a]\nbackends.postgresql = { password = \"CANARY-7f3a\", port = 0 }",
    "[profiles]\na = \"CANARY-7f3a\"",
    // No TOML.
    "[backends.postgresql]\npassword = CANARY-7f3a",
    "[backends.postgresql]\npassword = \"CANARY-7f3a",
    "[backends.postgresql]\npassword = 'CANARY-7f3a",
    "[backends.postgresql]\npassword = \"\"\"\nCANARY-7f3a\nCANARY-7f3a",
    "[backends.postgresql]\npassword = \"\"\"\nCANARY-7f3a\n\\q CANARY-7f3a\"\"\"",
    "[backends.postgresql]\npassword \"CANARY-7f3a\"",
    "[backends.postgresql]\npassword: \"CANARY-7f3a\"",
    "[backends.postgresql]\npassword == \"CANARY-7f3a\"",
    "[backends.postgresql]\npassword = \"CANARY-7f3a\"\npassword = \"CANARY-7f3a\"",
    "[backends.postgresql]\nport = 5432 password = \"CANARY-7f3a\"",
    "[backends.postgresql]\nhost = \"db\" password = \"CANARY-7f3a\"",
    "[backends.postgresql]\nurl = postgresql://app:CANARY-7f3a@db/shop",
    "backends.postgresql = { port = 5432 password = \"CANARY-7f3a\" }",
    "backends.postgresql = { password = { env = \"A\" \"CANARY-7f3a\" } }",
];

#[test]
fn canary_never_appears() {
    let mut all = String::new();
    for text in WRONG {
        for text in [
            (*text).to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}# {}\n{text}", "x".repeat(200)),
        ] {
            let error = refuse(&text);
            assert!(!seen(&error).contains("CANARY"), "{text}\n{}", seen(&error));
            assert!(error.to_string().contains('^'), "{error}");
            writeln!(all, "{error}").unwrap();
        }
    }
    // They were there to be hidden.
    assert!(all.matches("***").count() > WRONG.len(), "{all}");
}

#[test]
fn canary_never_appears_whatever_letter_is_missing_or_too_many() {
    let seed = "backend = \"sqlite\"\n[backends.postgresql]\nport = 5432\npassword = \"CANARY-7f3a\"\n\
                allow_inline_secret = true\nuser = \"app\"\n[backends.dynamodb]\nallow_inline_secret = true\n\
                access_key_id = 'CANARY-7f3a'\nsecret_access_key = \"\"\"CANARY-7f3a\"\"\"\n\
                [profiles.a.backends]\npostgresql = { user = \"b\", password = \"CANARY-7f3a\", host = \"h\" }\n";
    parse(seed);
    let mut refused = 0;
    let mut assert_hidden = |text: &str| {
        if let Err(error) = Config::parse(text, &Environment::empty()) {
            refused += 1;
            let seen = seen(&error);
            assert!(!seen.contains("CANARY"), "{text}\n{seen}");
        }
    };
    for at in 0..seed.len() {
        assert_hidden(&seed[..at]);
        assert_hidden(&seed[at..]);
        assert_hidden(&format!("{}{}", &seed[..at], &seed[at + 1..]));
        for piece in ["\"", "'", "\"\"\"", "=", "\n", "x", "{", "[", ".", "\\"] {
            assert_hidden(&format!("{}{piece}{}", &seed[..at], &seed[at..]));
        }
    }
    assert!(refused > 2_000, "{refused}");
}

#[test]
fn a_place_beside_a_hidden_value_is_still_shown() {
    let error = refuse("backends.postgresql = { password = \"a very long secret\", prot = 5432 }");
    assert_eq!(
        error.to_string(),
        "error: unknown key `prot` in `[backends.postgresql]`
  --> <text>:1:58
   |
 1 | backends.postgresql = { password = ***, prot = 5432 }
   |                                         ^^^^
   = help: did you mean `port`?"
    );
}
