//! SQL of the user's own: its text as it is, and in it the names and placeholders of the dialect.

use crate::Dialect;
use crate::writer::Writer;
use toasty_dsl::statement::{Raw, RawLanguage, RawPart};
use toasty_dsl::{Error, Result};

/// # Errors
/// `Unsupported` for PartiQL.
pub(super) fn render(writer: &mut Writer, raw: &Raw) -> Result<()> {
    match raw.language {
        RawLanguage::Sql => {}
        RawLanguage::PartiQl(_) => {
            return Err(Error::unsupported(
                "PartiQL on a database of SQL",
                "write it in SQL: `toasty::sql(\"select …\")`",
            )
            .on_model(raw.model.name));
        }
    }
    let (mut after_value, mut spaced) = (false, false);
    for part in &raw.parts {
        match part {
            RawPart::Text(text) => {
                if after_value && goes_on(text) {
                    writer.push(" ");
                }
                writer.push_own(text);
            }
            RawPart::Value => writer.push_next(None),
            RawPart::Among => {
                if !spaced {
                    writer.push(" ");
                }
                writer.push(match writer.dialect {
                    Dialect::Sqlite => "IN rarray(",
                    Dialect::PostgreSql => "= ANY(",
                });
                writer.push_next(None);
                writer.push(")");
            }
            RawPart::Name(name) => writer.push_identifier(name),
        }
        after_value = *part == RawPart::Value;
        spaced = matches!(part, RawPart::Text(text) if text.ends_with(char::is_whitespace));
    }
    Ok(())
}

/// Whether a text would go on with the placeholder before it: by a digit or a letter.
pub(super) fn goes_on(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$')
}
