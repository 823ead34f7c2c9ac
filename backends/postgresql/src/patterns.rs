//! Texts that other texts are compared with: the end of a range, and patterns for LIKE.

use toasty_dsl::statement::TextMatch;

/// The first text after all that start with `prefix`. Where there is none, the longest run of the last letter there is:
/// no character has that code, so that no text in earnest comes after it.
pub(crate) fn after_prefix(prefix: &str) -> String {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // The next letter there is: after the last one before the surrogates comes the first one after them.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return letters.into_iter().collect();
        }
    }
    char::MAX.to_string().repeat(prefix.chars().count() + 256)
}

/// A pattern for LIKE.
pub(crate) fn pattern(text: &str, matches: TextMatch, lower: bool) -> String {
    let text = if lower {
        text.to_ascii_lowercase()
    } else {
        text.to_owned()
    };
    let mut like = String::with_capacity(text.len() + 2);
    if matches!(matches, TextMatch::EndsWith | TextMatch::Contains) {
        like.push('%');
    }
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' | '_' if matches == TextMatch::Like => like.push(letter),
            '\\' if matches == TextMatch::Like => {
                push_literal(&mut like, letters.next().unwrap_or('\\'));
            }
            _ => push_literal(&mut like, letter),
        }
    }
    if matches!(matches, TextMatch::StartsWith | TextMatch::Contains) {
        like.push('%');
    }
    like
}

fn push_literal(like: &mut String, letter: char) {
    if matches!(letter, '%' | '_' | '\\') {
        like.push('\\');
    }
    like.push(letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_what_is_looked_for_literally() {
        assert_eq!(
            pattern("5*%_\\", TextMatch::Contains, false),
            "%5*\\%\\_\\\\%"
        );
        assert_eq!(pattern("A%b_\\%", TextMatch::Like, true), "a%b_\\%");
        assert_eq!(pattern("\\x\\", TextMatch::Like, false), "x\\\\");
        assert_eq!(pattern("x", TextMatch::Equals, true), "x");
    }

    #[test]
    fn the_text_after_a_prefix_comes_after_all_that_start_with_it() {
        assert_eq!(after_prefix("ab"), "ac");
        assert_eq!(after_prefix("a\u{D7FF}"), "a\u{E000}");
        assert!(after_prefix("").as_str() > "\u{10FFFF}\u{10FFFF}");
        assert!(after_prefix("\u{10FFFF}").as_str() > "\u{10FFFF}z");
    }
}
