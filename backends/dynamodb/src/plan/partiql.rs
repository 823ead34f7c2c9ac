//! PartiQL of the user's own: its text with its placeholders, and the columns of its rows.
//!
//! Promises: names are quoted and values are parameters, so that none becomes another. Must not know: sending.
//!
//! What may surprise: DynamoDB's answer is a set of attributes without an order. The columns of a tuple are therefore read off
//! the text: they are the names between SELECT and FROM.

use super::refusal;
use crate::table::{Layout, to_attribute};
use aws_sdk_dynamodb::types::AttributeValue;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{Raw, RawLanguage, RawPart};
use toasty_dsl::value::{ColumnType, Value};
use toasty_dsl::{Error, ErrorKind, Result};

/// A statement of PartiQL.
#[derive(Debug)]
pub(crate) struct Partiql {
    pub(crate) model: &'static ModelDef,
    parts: Vec<RawPart>,
    /// The columns of its rows, with their types; none, where rows cannot be told from its text
    pub(crate) columns: Option<Vec<(String, ColumnType)>>,
    /// It changes nothing, as far as its first word tells
    pub(crate) reads: bool,
}

impl Partiql {
    /// The plan of a statement of PartiQL.
    ///
    /// # Errors
    /// `Unsupported` for SQL.
    pub(crate) fn new(raw: &Raw, layout: &Layout) -> Result<Self> {
        let types = match &raw.language {
            RawLanguage::Sql => return Err(refusal::own_sql()),
            RawLanguage::PartiQl(types) => types,
        };
        let text = text_of(&raw.parts, &mut |_| "?".to_owned());
        let columns = if layout.names.is_empty() {
            selected(&text).map(|names| typed(names, types))
        } else {
            let types = layout.model.columns.iter().map(|column| column.ty);
            Some(layout.names.iter().cloned().zip(types).collect())
        };
        Ok(Partiql {
            model: layout.model,
            parts: raw.parts.clone(),
            columns,
            reads: first_word(&text).eq_ignore_ascii_case("select"),
        })
    }

    /// Its text without values.
    pub(crate) fn template(&self) -> String {
        text_of(&self.parts, &mut |among| {
            if among { "[?, …]" } else { "?" }.to_owned()
        })
    }

    /// Its text for these values, and its parameters.
    ///
    /// # Errors
    /// `Unrepresentable`; `Unsupported` for an empty list.
    pub(crate) fn with(&self, values: &[Value]) -> Result<(String, Vec<AttributeValue>)> {
        let mut parameters = Vec::with_capacity(values.len());
        let mut lengths = Vec::new();
        let slots = self
            .parts
            .iter()
            .filter(|part| matches!(part, RawPart::Value | RawPart::Among));
        for (number, (part, value)) in slots.zip(values).enumerate() {
            let members = match (part, value) {
                (RawPart::Among, Value::List(members)) => {
                    if members.is_empty() {
                        return Err(self.nothing_among());
                    }
                    lengths.push(members.len());
                    members.as_slice()
                }
                (_, one) => std::slice::from_ref(one),
            };
            for member in members {
                let attribute = to_attribute(member, false).map_err(|reason| {
                    reason.on(self.model.name, format!("value {}", number + 1))
                })?;
                parameters.push(attribute.unwrap_or(AttributeValue::Null(true)));
            }
        }
        let mut lengths = lengths.into_iter();
        let text = text_of(&self.parts, &mut |among| {
            if among {
                let marks = vec!["?"; lengths.next().unwrap_or(1)];
                format!("[{}]", marks.join(", "))
            } else {
                "?".to_owned()
            }
        });
        Ok((text, parameters))
    }

    /// The columns of its rows.
    ///
    /// # Errors
    /// `Unsupported`, where its text does not name them.
    pub(crate) fn columns(&self) -> Result<&[(String, ColumnType)]> {
        self.columns.as_deref().ok_or_else(|| {
            Error::unsupported(
                "tuples of PartiQL whose columns are not named: DynamoDB's rows have no order of their own",
                "name the attributes, `select name, age from …`, or read instances by `.as_model::<User>()`",
            )
            .on_model(self.model.name)
        })
    }

    #[cold]
    fn nothing_among(&self) -> Error {
        Error::new(
            ErrorKind::Unsupported,
            "not supported: an empty list in PartiQL, which has no form for it",
        )
        .on_model(self.model.name)
        .with_advice("ask nothing where the list is empty")
    }
}

/// The text, with what stands for each value: of one, or of those of a list.
fn text_of(parts: &[RawPart], mark: &mut dyn FnMut(bool) -> String) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            RawPart::Text(own) => {
                // A letter would go on with the placeholder.
                if text.ends_with('?') && own.starts_with(|letter: char| letter.is_alphanumeric()) {
                    text.push(' ');
                }
                text.push_str(own);
            }
            RawPart::Value => text.push_str(&mark(false)),
            RawPart::Among => {
                if !text.ends_with(char::is_whitespace) {
                    text.push(' ');
                }
                text.push_str("IN ");
                text.push_str(&mark(true));
            }
            RawPart::Name(name) => {
                text.push('"');
                text.push_str(&name.replace('"', "\"\""));
                text.push('"');
            }
        }
    }
    text
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic());
    &text[..end.unwrap_or(text.len())]
}

/// The names between SELECT and FROM, where they are names and nothing else.
fn selected(text: &str) -> Option<Vec<String>> {
    let text = text.trim_start();
    let list = text
        .get(6..)
        .filter(|_| first_word(text).eq_ignore_ascii_case("select"))?;
    let (mut names, mut name) = (Vec::new(), String::new());
    let (mut quoted, mut was_quoted) = (false, false);
    for (at, letter) in list.char_indices() {
        match letter {
            '"' => {
                quoted = !quoted;
                // Two of them are one that belongs to the name.
                if quoted && was_quoted {
                    name.push('"');
                }
                was_quoted = true;
            }
            _ if quoted => name.push(letter),
            ',' => {
                names.push(std::mem::take(&mut name));
                was_quoted = false;
            }
            _ if letter.is_whitespace() => {
                let rest = list.get(at..)?.trim_start();
                if first_word(rest).eq_ignore_ascii_case("from") {
                    names.push(name);
                    return names.iter().all(|name| !name.is_empty()).then_some(names);
                }
                // A name in two words is none.
                if !name.is_empty() && !rest.starts_with(',') {
                    return None;
                }
            }
            _ if letter.is_alphanumeric() || letter == '_' => name.push(letter),
            _ => return None,
        }
    }
    None
}

/// What is selected beyond what is read has no type; that there is more is told by who reads.
fn typed(names: Vec<String>, types: &[ColumnType]) -> Vec<(String, ColumnType)> {
    let types = types.iter().copied();
    names
        .into_iter()
        .zip(types.chain(std::iter::repeat(ColumnType::Text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_tuple_are_the_names_that_are_selected() {
        let names = |text| selected(text).map(|names| names.join("|"));
        assert_eq!(
            names("SELECT id, name FROM \"user\"").as_deref(),
            Some("id|name")
        );
        assert_eq!(
            names(" select\n\"from\" , \"a\"\"b\"\nFROM x").as_deref(),
            Some("from|a\"b")
        );
        for other in [
            "SELECT * FROM x",
            "SELECT a.b FROM x",
            "DELETE FROM x",
            "SELECT a b FROM x",
            "SELECT a",
            "SELECT , FROM x",
        ] {
            assert_eq!(names(other), None, "{other}");
        }
    }
}
