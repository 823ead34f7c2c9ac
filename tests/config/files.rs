//! Finding the file, reading it, and paths that start at its folder.

use std::fs;
use std::path::{Path, PathBuf};

use toasty::config::{Config, ConfigErrorKind, Environment, SqliteLocation};

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("toasty-config-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("inner/most")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, inside: &str, environment: &Environment) -> Config {
        match Config::load_from(self.0.join(inside), environment) {
            Ok(config) => config,
            Err(error) => panic!("{error}"),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn file(path: impl AsRef<Path>) -> SqliteLocation {
    SqliteLocation::File(path.as_ref().to_path_buf())
}

#[test]
fn the_file_is_found_from_the_working_directory_upwards() {
    let folder = Folder::new("upwards");
    folder.write("toasty.toml", "cache.plans = 1");
    assert_eq!(
        folder.load("inner/most", &Environment::empty()).cache.plans,
        1
    );
    folder.write("inner/toasty.toml", "cache.plans = 2");
    assert_eq!(
        folder.load("inner/most", &Environment::empty()).cache.plans,
        2
    );
    assert_eq!(folder.load("", &Environment::empty()).cache.plans, 1);
}

#[test]
fn toasty_config_names_the_file_instead() {
    let folder = Folder::new("named");
    folder.write("toasty.toml", "cache.plans = 1");
    let named = folder.write("inner/other.toml", "cache.plans = 3");
    for name in [named.as_os_str(), "inner/other.toml".as_ref()] {
        let environment = Environment::from([("TOASTY_CONFIG", name)]);
        let config = folder.load("", &environment);
        assert_eq!(config.cache.plans, 3);
        assert_eq!(
            config.sqlite.location,
            file(folder.0.join("inner/toasty.db"))
        );
    }
    assert_eq!(
        folder
            .load("", &Environment::from([("TOASTY_CONFIG", "")]))
            .cache
            .plans,
        1
    );

    let environment = Environment::from([("TOASTY_CONFIG", "missing.toml")]);
    let error = Config::load_from(&folder.0, &environment).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::Unreadable);
    assert_eq!(error.path(), Some(&*folder.0.join("missing.toml")));
    assert_eq!(error.message(), "the configuration file is not there");
    assert_eq!(
        error.help(),
        Some("`TOASTY_CONFIG` names this file: correct it, or unset it")
    );
}

#[test]
fn without_a_file_the_defaults_hold_from_the_working_directory() {
    let folder = Folder::new("none");
    let mut expected = Config::default();
    expected.sqlite.location = file(folder.0.join("inner/toasty.db"));
    assert_eq!(
        folder.load("inner", &Environment::from([("TOASTY_BACKEND", "sqlite")])),
        expected
    );

    let environment = Environment::from([("TOASTY_PROFILE", "test")]);
    let error = Config::load_from(&folder.0, &environment).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::UnknownProfile);
    assert_eq!(
        error.message(),
        "`TOASTY_PROFILE` is set, but there is no `toasty.toml`"
    );
}

#[test]
fn a_relative_path_starts_at_the_folder_of_the_file() {
    let folder = Folder::new("relative");
    folder.write("toasty.toml", "backends.sqlite.path = 'data/shop.db'");
    let config = folder.load("inner/most", &Environment::empty());
    assert_eq!(config.sqlite.location, file(folder.0.join("data/shop.db")));
    let path = folder.write("inner/toasty.toml", "backends.sqlite.path = '/srv/shop.db'");
    let config = Config::from_file_in(&path, &Environment::empty()).unwrap();
    assert_eq!(config.sqlite.location, file("/srv/shop.db"));
    folder.write("toasty.toml", "backends.sqlite.path = ':memory:'");
    assert_eq!(
        folder.load("", &Environment::empty()),
        Config::sqlite_in_memory()
    );
}

#[test]
fn from_file_reads_exactly_that_file() {
    let folder = Folder::new("exactly");
    folder.write("toasty.toml", "cache.plans = 1");
    let path = folder.write("inner/other.toml", "cache.plans = 4");
    let environment = Environment::from([("TOASTY_CONFIG", folder.0.join("toasty.toml"))]);
    assert_eq!(
        Config::from_file_in(&path, &environment)
            .unwrap()
            .cache
            .plans,
        4
    );
    let error = Config::from_file(folder.0.join("inner/most/toasty.toml")).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::Unreadable);
}

#[test]
fn an_error_in_a_file_shows_the_file() {
    let folder = Folder::new("shown");
    let path = folder.write("toasty.toml", "[cache]\nplan = 1");
    let error = Config::load_from(folder.0.join("inner"), &Environment::empty()).unwrap_err();
    assert_eq!(error.path(), Some(&*path));
    assert!(
        error
            .to_string()
            .contains(&format!("\n  --> {}:2:1\n", path.display())),
        "{error}"
    );
}

#[test]
fn a_file_that_is_there_but_cannot_be_read_is_not_passed_over() {
    let folder = Folder::new("unreadable");
    folder.write("toasty.toml", "");
    fs::create_dir(folder.0.join("inner/toasty.toml")).unwrap();
    let error = Config::load_from(folder.0.join("inner"), &Environment::empty()).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::Unreadable);
    assert!(
        error
            .message()
            .starts_with("the configuration file cannot be read: "),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_at_the_place() {
    let folder = Folder::new("latin");
    let path = folder.write("toasty.toml", b"[cache]\n# caf\xe9\nplans = 1");
    let error = Config::from_file_in(&path, &Environment::empty()).unwrap_err();
    assert_eq!(
        (error.line(), error.column()),
        (Some(2), Some(6)),
        "{error}"
    );
    assert_eq!(error.message(), "the file is not valid UTF-8");
}

#[test]
fn load_sees_the_environment_of_the_process() {
    // What it finds depends on where the tests run; that it does not panic is all that can be said.
    let _ = Config::load();
}
