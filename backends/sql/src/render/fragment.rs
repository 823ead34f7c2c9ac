//! SQL of the user's own that is one value: its text as it is, and in it columns and placeholders of the dialect.
//!
//! Promises: it is one operand, in brackets; a placeholder of the user's own is refused, since it would take the value of
//! another one. Must not know: what the text means.

use super::formula::value;
use super::raw::goes_on;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::Target;
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::statement::{Fragment, FragmentPart};
use toasty_dsl::value::ColumnType;

/// The text is written as it is. PostgreSQL is told which type it has, and that text goes by its letters as every column does.
pub(super) fn render(
    writer: &mut Writer,
    scope: &Scope,
    fragment: &Fragment,
    target: Option<Target>,
) {
    let typed = writer.dialect == Dialect::PostgreSql;
    writer.push(if typed { "((" } else { "(" });
    let (mut after_value, mut quoted) = (false, None);
    for part in &fragment.parts {
        match part {
            FragmentPart::Text(text) => {
                if after_value && goes_on(text) {
                    writer.push(" ");
                }
                if has_placeholder(writer.dialect, text, &mut quoted) {
                    let model = scope.model.name;
                    writer.refuse(|| {
                        Error::unsupported(
                            "placeholders in the text of SQL",
                            "leave their place to `.bind(value)`",
                        )
                        .on_model(model)
                    });
                }
                writer.push_own(text);
            }
            FragmentPart::Value(one) => value(writer, scope, one, target),
        }
        after_value = matches!(part, FragmentPart::Value(_));
    }
    writer.push(")");
    if typed {
        writer.push("::");
        writer.push_type(fragment.ty);
        writer.push(match fragment.ty {
            ColumnType::Text => writer.dialect.collation(ColumnType::Text),
            _ => "",
        });
        writer.push(")");
    }
}

/// Whether a text has a placeholder outside of quotes: "SQLite Expressions", section 3; "Lexical Structure", 4.1.
fn has_placeholder(dialect: Dialect, text: &str, quoted: &mut Option<char>) -> bool {
    let mut letters = text.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match (*quoted, letter) {
            (Some(quote), letter) if quote == letter => *quoted = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => *quoted = Some(letter),
            (None, '?') if dialect == Dialect::Sqlite => return true,
            (None, ':' | '@' | '$') if dialect == Dialect::Sqlite => {
                if next.is_some_and(|next| next.is_alphanumeric() || next == '_') {
                    return true;
                }
            }
            (None, '$') => {
                // In the middle of a name it is a letter.
                let in_name =
                    before.is_some_and(|before: char| before.is_alphanumeric() || before == '_');
                if !in_name && next.is_some_and(|next| next.is_ascii_digit()) {
                    return true;
                }
            }
            (None, _) => {}
        }
        before = Some(letter);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dialect: Dialect, text: &str) -> bool {
        has_placeholder(dialect, text, &mut None)
    }

    #[test]
    fn a_placeholder_is_found_outside_of_quotes() {
        for text in ["a = ?", "a = ?1", ":name", "@name", "$name"] {
            assert!(found(Dialect::Sqlite, text), "{text}");
        }
        for text in ["'?'", "\"a?\"", "json -> '$.a'", "a : b", "''''"] {
            assert!(!found(Dialect::Sqlite, text), "{text}");
        }
        assert!(found(Dialect::PostgreSql, "a = $1"));
        for text in ["a ? 'b'", "a::text", "'$1'", "a$1", "@ x"] {
            assert!(!found(Dialect::PostgreSql, text), "{text}");
        }
    }
}
