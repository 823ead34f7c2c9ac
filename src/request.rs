//! What would be sent, without a database.

use crate::dialect::Dialect;
use std::fmt;
use toasty_dsl::value::Params;
use toasty_dsl::write::IntoStatement;
use toasty_dsl::{Result, Statement};

/// What a statement becomes in one dialect. `Display` shows the text and the types of the values, never their content.
///
/// ```
/// use toasty::{Dialect, ToRequest, create, toasty};
///
/// toasty! { pub model Note { id: u64 [key, auto], text: String } }
///
/// # fn main() -> toasty::Result<()> {
/// let request = create!(Note { text: "Buy flour" }).to_request(Dialect::Sqlite)?;
/// assert_eq!(request.text(), r#"INSERT INTO "note" ("text") VALUES (?1)"#);
/// assert_eq!(request.parameters(), ["text[9]"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    text: String,
    parameters: Vec<String>,
}

impl Request {
    /// The text. No value stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The types of the statement's values, with their lengths.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    fn new(statement: &Statement, params: &Params, dialect: Dialect) -> Result<Self> {
        statement.check_arrays()?;
        statement.check_subqueries()?;
        let sql = |dialect| toasty_sql::render(statement, dialect);
        let (text, slots) = match dialect {
            Dialect::Sqlite => parts(sql(toasty_sql::Dialect::Sqlite)?),
            Dialect::PostgreSql => parts(sql(toasty_sql::Dialect::PostgreSql)?),
            Dialect::DynamoDb => (dynamodb(statement)?, None),
        };
        // A named query that a statement reads twice has its values in the text once.
        let once = statement.is_read();
        let goes = |number: usize| match &slots {
            Some(slots) if once => slots.iter().any(|slot| slot.value() == Some(number)),
            Some(_) | None => true,
        };
        Ok(Request {
            text,
            parameters: params
                .values()
                .iter()
                .enumerate()
                .filter(|(number, _)| goes(*number))
                .map(|(_, value)| format!("{value:?}"))
                .collect(),
        })
    }
}

fn parts(rendered: toasty_sql::Rendered) -> (String, Option<Vec<toasty_sql::Slot>>) {
    (rendered.sql, Some(rendered.slots))
}

#[cfg(feature = "dynamodb")]
fn dynamodb(statement: &Statement) -> Result<String> {
    toasty_dynamodb::render(statement)
}

#[cfg(not(feature = "dynamodb"))]
fn dynamodb(_: &Statement) -> Result<String> {
    Err(toasty_dsl::Error::unsupported(
        "a request of DynamoDB in this build",
        "add the feature `dynamodb` of the crate `toasty`",
    ))
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n  -- {}",
            self.text,
            if self.parameters.is_empty() {
                "no values".to_owned()
            } else {
                self.parameters.join(", ")
            }
        )
    }
}

/// Everything that can say what it would send.
///
/// ```
/// use toasty::{Dialect, ToRequest, toasty};
///
/// toasty! { pub model Note { id: u64 [key, auto], text: String } }
///
/// # fn main() -> toasty::Result<()> {
/// let request = Note::filter(|note| note.text.contains("pizza")).to_request(Dialect::Sqlite)?;
/// assert_eq!(request.text(), r#"SELECT "id", "text" FROM "note" WHERE "text" GLOB ?1"#);
/// # Ok(())
/// # }
/// ```
pub trait ToRequest {
    /// What would be sent.
    ///
    /// # Errors
    /// Those that the statement would have before anything is sent.
    fn to_request(self, dialect: Dialect) -> Result<Request>;
}

impl<T: IntoStatement> ToRequest for T {
    fn to_request(self, dialect: Dialect) -> Result<Request> {
        let (statement, params) = self.into_statement()?;
        Request::new(&statement, &params, dialect)
    }
}
