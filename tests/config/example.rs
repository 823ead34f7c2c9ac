//! The `toasty.toml` at the root of the project: whole, and true.

use toasty::config::{Config, Environment, KEYS};

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
    let commented: Vec<_> = keys.iter().filter(|(_, commented)| *commented).collect();
    assert_eq!(
        commented,
        [&("backends.sqlite.cache_size".to_owned(), true)]
    );
}

#[test]
fn the_example_sets_the_defaults() {
    assert_eq!(parse(EXAMPLE), Config::default());
}

#[test]
fn the_example_is_right_in_what_it_comments_out_and_in_its_profile() {
    let text = EXAMPLE.replace("# cache_size", "cache_size");
    let config = parse_in(&text, &Environment::from([("TOASTY_PROFILE", "test")]));
    let mut expected = Config::sqlite_in_memory();
    expected.sqlite.cache_size = Some(16 << 20);
    assert_eq!(config, expected);
}

#[test]
fn every_key_of_the_example_has_a_comment_with_its_default() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for key in KEYS {
        let name = key.rsplit('.').next().unwrap_or(key);
        let at = lines
            .iter()
            .position(|line| {
                line.trim_start_matches("# ")
                    .starts_with(&format!("{name} = "))
            })
            .unwrap();
        let comment: Vec<&str> = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with('#'))
            .copied()
            .collect();
        assert!(
            comment.iter().any(|line| line.contains("Default: ")),
            "{key}"
        );
    }
}
