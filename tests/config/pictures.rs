//! What an error shows: file, line, column, the line itself, the caret, and what to write instead.

use toasty::config::{ConfigError, ConfigErrorKind};

use super::{parse, refuse};

fn assert_shows(text: &str, picture: &str) -> ConfigError {
    let error = refuse(text);
    assert_eq!(error.to_string(), picture, "\n{error}");
    error
}

#[test]
fn the_caret_is_under_the_key_if_the_name_is_wrong() {
    assert_shows(
        "[backends.sqlite]\npath = \"a.db\"\n  reader = 4 # four\n",
        "error: unknown key `reader` in `[backends.sqlite]`
  --> <text>:3:3
   |
 3 |   reader = 4 # four
   |   ^^^^^^
   = help: did you mean `readers`?",
    );
}

#[test]
fn the_caret_is_under_the_value_if_the_value_is_wrong() {
    let text = format!(
        "{}[profiles.test.backends.sqlite]\nexecution = \"thred\"",
        "\n".repeat(10)
    );
    assert_shows(
        &text,
        "error: `execution` cannot be \"thred\"
   --> <text>:12:13
    |
 12 | execution = \"thred\"
    |             ^^^^^^^
    = help: did you mean \"thread\"?",
    );
}

#[test]
fn a_syntax_error_has_the_same_shape() {
    let error = refuse("[cache]\nplans = \n");
    assert_eq!(
        (error.kind(), error.line()),
        (ConfigErrorKind::Syntax, Some(2)),
        "{error}"
    );
    assert!(
        error.to_string().contains("\n 2 | plans = \n   | "),
        "{error}"
    );
    for text in [
        "[cache",
        "= 3",
        "a",
        "backend = sqlite",
        "backend = \"sqlite",
        "\u{0}",
        "[backends.sqlite]\npath = 'a",
    ] {
        let error = refuse(text);
        assert_eq!(error.kind(), ConfigErrorKind::Syntax, "{error}");
        assert!(error.to_string().contains('^'), "{error}");
    }
}

#[test]
fn a_key_that_is_set_twice_is_refused_at_the_second_place() {
    for (text, line) in [
        ("[cache]\nplans = 1\nplans = 2", 3),
        ("[cache]\nplans = 1\n[pool]\n[cache]\n", 4),
        ("cache.plans = 1\n[cache]\n", 2),
    ] {
        let error = refuse(text);
        assert_eq!(
            (error.kind(), error.line()),
            (ConfigErrorKind::Syntax, Some(line)),
            "{error}"
        );
        assert!(error.message().contains("duplicate key"), "{error}");
        assert!(
            error.help().is_some_and(|help| help.contains("only once")),
            "{error}"
        );
    }
}

#[test]
fn the_first_error_of_the_text_is_shown() {
    assert_eq!(refuse("[pool]\nzzz = 1\n[cache]\nzzz = 1").line(), Some(2));
    assert_eq!(refuse("[cache]\nzzz = 1\n[pool]\nzzz = 1").line(), Some(2));
}

#[test]
fn tabs_wide_letters_and_windows_line_ends_do_not_move_the_caret() {
    let error = refuse("[cache]\r\n\tplan = 1\r\n");
    assert_eq!((error.line(), error.column()), (Some(2), Some(2)));
    assert!(
        error
            .to_string()
            .contains("\n 2 | \tplan = 1\n   | \t^^^^\n"),
        "{error}"
    );
    let error = refuse("pool = { \"ää\" = 1 }");
    assert_eq!(error.column(), Some(10));
    assert!(
        error.to_string().contains("\n   |          ^^^^\n"),
        "{error}"
    );
    // A byte order mark is not part of the first line.
    let error = refuse("\u{feff}bakend = 1");
    assert_eq!(
        (error.line(), error.column()),
        (Some(1), Some(1)),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("\n 1 | bakend = 1\n   | ^^^^^^\n"),
        "{error}"
    );
    assert_eq!(parse("\u{feff}cache.plans = 5").cache.plans, 5);
}

#[test]
fn a_long_line_is_cut_around_the_caret() {
    let blanks = " ".repeat(500);
    let error = refuse(&format!(
        "pool = {{ {blanks}here = 1, there = 2 {blanks} }}"
    ));
    assert_eq!(error.column(), Some(510));
    let picture = error.to_string();
    assert!(
        picture.lines().all(|line| line.chars().count() < 140),
        "{picture}"
    );
    let lines: Vec<&str> = picture.lines().collect();
    let at = lines[3].chars().position(|letter| letter == 'h');
    assert_eq!(
        lines[4].chars().position(|letter| letter == '^'),
        at,
        "{picture}"
    );
    // A long name or value does not fill the message either.
    let error = refuse(&format!("{} = 1", "z".repeat(10_000)));
    assert!(error.to_string().len() < 1_000, "{error}");
    let error = refuse(&format!("backend = '{}'", "z".repeat(10_000)));
    assert!(error.to_string().len() < 1_000, "{error}");
}

#[test]
fn nothing_in_the_file_can_steer_the_terminal() {
    for text in [
        "a\u{1b}[31m = 1",
        "\"\\u001b[31m\" = 1",
        "backend = \"\\u001b[31m\"",
        "# \u{202e}\nbackend = 1 # \u{202e}",
    ] {
        let error = refuse(text);
        let shown = error.to_string();
        let steers = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(!shown.contains(steers), "{shown:?}");
    }
}

#[test]
fn an_error_can_cross_threads_and_be_boxed() {
    fn assert_fits<Error: std::error::Error + Send + Sync + Clone + 'static>() {}
    assert_fits::<ConfigError>();
    assert!(size_of::<ConfigError>() <= size_of::<usize>());
}
