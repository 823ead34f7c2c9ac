//! What would be sent, without a database.

use std::fmt;
use toasty_dsl::value::Params;
use toasty_dsl::write::IntoStatement;
use toasty_dsl::{Result, Statement};
use toasty_sql::{Dialect, render};

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
        let rendered = render(statement, dialect)?;
        Ok(Request {
            text: rendered.sql,
            parameters: params
                .values()
                .iter()
                .map(|value| format!("{value:?}"))
                .collect(),
        })
    }
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
