//! Names of tables and columns.

use toasty_dsl::{Error, ErrorKind, Result};

/// The longest name, in bytes: PostgreSQL cuts longer ones silently ("Identifiers and Key Words", NAMEDATALEN), so that two
/// could become one. The limit holds everywhere, so that a model moves between backends.
const LONGEST: usize = 63;

/// Whether a name can be a table's or a column's.
///
/// # Errors
/// `Schema`, with the reason.
///
/// ```
/// use toasty_sql::check_identifier;
///
/// assert!(check_identifier("order \"by\"").is_ok(), "odd names are escaped");
/// assert!(check_identifier("a\0b").is_err());
/// assert!(check_identifier(&"x".repeat(64)).is_err());
/// ```
pub fn check_identifier(name: &str) -> Result<()> {
    let reason = if name.is_empty() {
        "a name cannot be empty"
    } else if name.len() > LONGEST {
        "a name cannot be longer than 63 bytes"
    } else if name
        .chars()
        .any(|letter| letter.is_control() || is_invisible(letter))
    {
        "a name cannot hold control characters or characters that change the direction of text"
    } else if name.to_ascii_lowercase().starts_with("sqlite_") {
        "names that begin with `sqlite_` belong to SQLite"
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Schema, format!("{reason}: {name:?}"))
        .with_advice("give another by `[table(\"…\")]` or `[column(\"…\")]`"))
}

/// Characters that make a name read other than it is ("Unicode Bidirectional Algorithm", and zero-width ones).
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
