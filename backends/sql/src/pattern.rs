//! Texts that columns of text are compared with: patterns, and the end of a range of texts that begin alike.
//!
//! Promises: a pattern takes what is looked for literally, whatever letters are in it. Must not know: columns, statements.

use crate::Dialect;
use toasty_dsl::statement::TextMatch;

/// The first text after all that start with `prefix`, where there is one.
///
/// ```
/// use toasty_sql::after_prefix;
///
/// assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
/// assert_eq!(after_prefix(""), None);
/// ```
pub fn after_prefix(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // The next letter there is: after the last one before the surrogates comes the first one after them.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

/// A pattern in the words of a dialect: of GLOB for SQLite, of LIKE for PostgreSQL. With `lower`, its ASCII letters are made
/// small.
///
/// ```
/// use toasty_dsl::statement::TextMatch;
/// use toasty_sql::{Dialect, pattern};
///
/// assert_eq!(pattern("5%*", TextMatch::Contains, false, Dialect::Sqlite), "*5%[*]*");
/// assert_eq!(pattern("5%*", TextMatch::Contains, false, Dialect::PostgreSql), r"%5\%*%");
/// ```
pub fn pattern(text: &str, matches: TextMatch, lower: bool, dialect: Dialect) -> String {
    let text = if lower {
        text.to_ascii_lowercase()
    } else {
        text.to_owned()
    };
    let (any, one) = match dialect {
        Dialect::Sqlite => ('*', '?'),
        Dialect::PostgreSql => ('%', '_'),
    };
    let mut pattern = String::with_capacity(text.len() + 2);
    if matches!(matches, TextMatch::EndsWith | TextMatch::Contains) {
        pattern.push(any);
    }
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' if matches == TextMatch::Like => pattern.push(any),
            '_' if matches == TextMatch::Like => pattern.push(one),
            '\\' if matches == TextMatch::Like => {
                push_literal(&mut pattern, letters.next().unwrap_or('\\'), dialect);
            }
            _ => push_literal(&mut pattern, letter, dialect),
        }
    }
    if matches!(matches, TextMatch::StartsWith | TextMatch::Contains) {
        pattern.push(any);
    }
    pattern
}

/// A letter that means itself.
fn push_literal(pattern: &mut String, letter: char, dialect: Dialect) {
    match (dialect, letter) {
        (Dialect::Sqlite, '*' | '?' | '[') => {
            pattern.push('[');
            pattern.push(letter);
            pattern.push(']');
        }
        (Dialect::PostgreSql, '%' | '_' | '\\') => {
            pattern.push('\\');
            pattern.push(letter);
        }
        (Dialect::Sqlite | Dialect::PostgreSql, _) => pattern.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_after_a_prefix_skips_the_surrogates() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(after_prefix("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{10FFFF}"), None);
        assert_eq!(after_prefix(""), None);
    }

    #[test]
    fn a_pattern_takes_what_is_looked_for_literally() {
        let glob = |text, matches, lower| pattern(text, matches, lower, Dialect::Sqlite);
        assert_eq!(
            glob("5*[0]?%_", TextMatch::Contains, false),
            "*5[*][[]0][?]%_*"
        );
        assert_eq!(glob("A%b_\\%", TextMatch::Like, true), "a*b?%");
        assert_eq!(glob("x", TextMatch::Equals, true), "x");
        let like = |text, matches, lower| pattern(text, matches, lower, Dialect::PostgreSql);
        assert_eq!(
            like("5*[0]?%_", TextMatch::Contains, false),
            r"%5*[0]?\%\_%"
        );
        assert_eq!(like("A%b_\\%", TextMatch::Like, true), r"a%b_\%");
        assert_eq!(like("x", TextMatch::EndsWith, true), "%x");
    }
}
